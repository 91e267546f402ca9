"""Folders that an engine spills into, of which none outlives its process for long."""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

PREFIX = "facade-warehouse-"
ATTEMPTS = 10


@contextmanager
def spill_folder() -> Iterator[str]:
    """A temporary folder, gone with the block; those of killed processes are removed before.

    Each is locked by the process that it is of, and a lock goes with its process.
    """
    for left in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        _remove_unless_held(left)
    folder, lock = _made_and_held()
    try:
        yield str(folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        os.close(lock)


def _remove_unless_held(folder: Path) -> None:
    with suppress(OSError):  # it is another user's, in use, or was removed by somebody else
        lock = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(folder, ignore_errors=True)
        finally:
            os.close(lock)


def _made_and_held() -> tuple[Path, int]:
    for _ in range(ATTEMPTS):
        folder = Path(tempfile.mkdtemp(prefix=PREFIX))
        with suppress(OSError):
            lock = os.open(folder, os.O_RDONLY)
            try:
                fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
                # Another process may have taken it for a dead one's before it was locked.
                if folder.is_dir():
                    return folder, lock
            except BlockingIOError:
                pass
            os.close(lock)
    raise OSError(f"no temporary folder could be kept in {tempfile.gettempdir()}")
