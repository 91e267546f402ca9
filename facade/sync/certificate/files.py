"""The SHA-256 of every sealed file of a night: they bind its Parquet files to its certificate."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from pathlib import Path

from facade.snapshots.folder import NightFolder

SEALED = ("changes", "current", "graves", "raw", "refused", "snapshot")
PASSING = ("changes", "raw")
"""What a retention may take away after some time."""


def digests(
    night: NightFolder, last: NightFolder | None = None, known: Mapping[str, str] | None = None
) -> dict[str, str]:
    """SHA-256 by path, relative to the night's folder. A file that several paths lead to is read
    once, and one that is a link to the same of the `last` night has the digest `known` of it.
    """
    found: dict[str, str] = {}
    seen = {} if last is None else _inodes(last, known or {})
    for path in _sealed(night):
        told = path.stat()
        place = (told.st_dev, told.st_ino)
        if place not in seen:
            seen[place] = sha256_of_file(path)
        found[path.relative_to(night.path).as_posix()] = seen[place]
    return found


def sha256_of_file(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def altered(night: NightFolder, certified: Mapping[str, str]) -> list[str]:
    """Paths whose files are others than were certified, are gone, or have come."""
    now = digests(night)
    gone = {
        path
        for path in certified.keys() - now.keys()
        # Of what may be taken away, it is taken with its folder.
        if path.split("/")[0] not in PASSING or (night.path / path).parent.exists()
    }
    other = {path for path in now if certified.get(path) != now[path]}
    return sorted(gone | other)


def _sealed(night: NightFolder) -> Iterator[Path]:
    for folder in SEALED:
        yield from sorted((night.path / folder).rglob("*.parquet"))
    yield night.path / "night.json"


def _inodes(night: NightFolder, digests: Mapping[str, str]) -> dict[tuple[int, int], str]:
    found = {}
    for name, digest in digests.items():
        try:
            told = (night.path / name).stat()
        except OSError:  # taken away since
            continue
        found[told.st_dev, told.st_ino] = digest
    return found
