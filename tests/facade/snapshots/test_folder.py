"""A night as a folder."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from facade.snapshots.folder import NightFolder, write_json


def test_a_run_has_a_folder_by_its_number(tmp_path: Path) -> None:
    assert NightFolder.of(tmp_path, 42).path == tmp_path / "runs" / "000042"


def test_a_night_begins_in_an_empty_folder_whatever_was_left_there(tmp_path: Path) -> None:
    """N6"""
    night = NightFolder.of(tmp_path, 1)
    night.begin()
    (night.path / "left").write_text("by a crash")
    night.begin()
    assert [path.name for path in night.path.iterdir()] == ["work"]


def test_a_finished_night_tells_of_itself_and_keeps_no_work(tmp_path: Path) -> None:
    night = NightFolder.of(tmp_path, 1)
    night.begin()
    night.finish({"tables": {"T": {"rows": 3}}})
    assert night.night == {"format": 2, "tables": {"T": {"rows": 3}}}
    assert [path.name for path in night.path.iterdir()] == ["night.json"]


def test_a_document_appears_whole_or_not_at_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """N6: here the disk is full when the new one is brought to it."""
    path = tmp_path / "receipts" / "tms.json"
    write_json(path, {"run": 1})
    full: list[int] = []

    def fsync(handle: int) -> None:
        full.append(handle)
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", fsync)
        with pytest.raises(OSError, match="No space left"):
            write_json(path, {"run": 2})
    assert len(full) == 1
    assert json.loads(path.read_text()) == {"run": 1}
