"""Folders to spill into: none outlives its process, and none is taken from a living one."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from facade.sinks.warehouse.spill import spill_folder

HOLDS = """
import sys, time
from facade.sinks.warehouse.spill import spill_folder
with spill_folder() as folder:
    print(folder, flush=True)
    time.sleep(60)
"""


def test_what_a_killed_process_spilled_is_removed_and_what_a_living_one_spills_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """N6"""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with subprocess.Popen(
        [sys.executable, "-c", HOLDS],
        env=os.environ | {"TMPDIR": str(tmp_path)},
        stdout=subprocess.PIPE,
        text=True,
    ) as other:
        assert other.stdout is not None
        theirs = Path(other.stdout.readline().strip())
        with spill_folder() as folder:
            assert sorted(tmp_path.iterdir()) == sorted([theirs, Path(folder)])
        assert list(tmp_path.iterdir()) == [theirs]
        os.kill(other.pid, signal.SIGKILL)
        assert other.wait(10) == -signal.SIGKILL
    assert list(tmp_path.iterdir()) == [theirs]
    with spill_folder() as folder:
        assert list(tmp_path.iterdir()) == [Path(folder)]
    assert list(tmp_path.iterdir()) == []
