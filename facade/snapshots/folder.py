"""A night as a folder: where its raw rows, changes, refused values, snapshot and receipts lie."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FORMAT = 2
"""How relations lie in the folder; written into night.json. 1 had them in buckets."""
FRESH = ".new"
"""Ends the name of a file that is not yet whole."""


@dataclass(frozen=True)
class NightFolder:
    """One run's folder. It is never edited once sealed; receipts are added beside."""

    path: Path

    @classmethod
    def of(cls, var: Path, run: int) -> NightFolder:
        return cls(var / "runs" / f"{run:06d}")

    @property
    def run(self) -> int:
        """The run's number."""
        return int(self.path.name)

    def raw(self, table: str) -> Path:
        """Rows read in full in this run."""
        return self.path / "raw" / table

    def current(self, table: str) -> Path:
        """The newest raw row of each key."""
        return self.path / "current" / table

    def snapshot(self, relation: str) -> Path:
        """The canonical records after the run."""
        return self.path / "snapshot" / relation

    def changes(self, relation: str) -> Path:
        return self.path / "changes" / relation

    def graves(self, entity: str) -> Path:
        """Keys whose record was deleted, with their generation."""
        return self.path / "graves" / f"{entity}.parquet"

    def refused(self, relation: str) -> Path:
        """Values that could not be read, one a row, of all records after the run."""
        return self.path / "refused" / f"{relation}.parquet"

    @property
    def is_whole(self) -> bool:
        """Whether changes and snapshot are still there; retention takes them away together."""
        return (self.path / "snapshot").is_dir()

    @property
    def work(self) -> Path:
        """What is thrown away before sealing."""
        return self.path / "work"

    def touched(self, table: str) -> Path:
        """The raw rows that came and those that went, until the run is sealed."""
        return self.work / "touched" / table

    def receipt(self, sink: str) -> Path:
        return self.path / "receipts" / f"{sink}.json"

    @property
    def certificate(self) -> Path:
        return self.path / "certificate.json"

    @property
    def night(self) -> dict[str, Any]:
        """What the run wrote of itself before it was sealed."""
        found: dict[str, Any] = json.loads((self.path / "night.json").read_text("utf-8"))
        return found

    def begin(self) -> None:
        """An empty folder, whatever an unsealed run left here."""
        shutil.rmtree(self.path, ignore_errors=True)
        self.work.mkdir(parents=True)

    @contextmanager
    def filling(self) -> Iterator[None]:
        """Nothing points to the folder within the block, and it goes where that fails: a ledger on
        the same disk may need the room to say so.
        """
        try:
            yield
        except BaseException:
            shutil.rmtree(self.path, ignore_errors=True)
            raise

    def tidy(self) -> None:
        """Remove what a job that died had written under another name, and not renamed."""
        for left in (*self.path.glob(f"*{FRESH}"), *self.path.glob(f"receipts/*{FRESH}")):
            left.unlink(missing_ok=True)

    def finish(self, night: Mapping[str, Any]) -> None:
        """Write night.json and bring all to disk: the sealing row never points to less."""
        shutil.rmtree(self.work)
        write_json(self.path / "night.json", {"format": FORMAT, **night})
        for root, _, names in os.walk(self.path):
            for name in names:
                to_disk(Path(root) / name)
            to_disk(Path(root))
        # A folder's own name is on disk when the folder above it is.
        to_disk(self.path.parent)
        to_disk(self.path.parent.parent)


def write_json(path: Path, document: Mapping[str, Any]) -> None:
    """Whole or not at all, and on disk when it is written."""
    if not path.parent.is_dir():
        path.parent.mkdir(parents=True)
        to_disk(path.parent.parent)
    fresh = path.with_name(path.name + FRESH)
    fresh.write_text(json.dumps(document, indent=1, sort_keys=True, default=str) + "\n", "utf-8")
    to_disk(fresh)
    fresh.replace(path)
    to_disk(path.parent)


def to_disk(path: Path) -> None:
    """A file's content, or the names in a folder, are still there when the power fails."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
