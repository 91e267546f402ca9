"""The worker processes that this one started, as the system shows them."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

STARTED = "legacy_clients/odbc/start.py"
SETTLE_SECONDS = 10.0
_others: set[int] = set()


@contextmanager
def from_now_on() -> Iterator[None]:
    """Only what starts within it is told: tests that ran before hold CRMs that are still open."""
    _others.update(workers() | zombies())
    try:
        yield
    finally:
        _others.clear()


def workers(parent: int | None = None) -> set[int]:
    """The living worker processes of a process, by default of this one."""
    return {
        pid
        for pid, (state, ours) in _processes().items()
        if ours == (parent or os.getpid()) and state not in "ZX" and STARTED in command_line(pid)
    } - _others


def zombies() -> set[int]:
    """Processes that this one started, that ended, and that nobody waited for."""
    found = _processes().items()
    ended = {pid for pid, (state, parent) in found if parent == os.getpid() and state in "ZX"}
    return ended - _others


def descriptors() -> set[str]:
    """What this process has open: pipes and sockets each with a number of their own."""
    opened = set()
    for number in os.listdir("/dev/fd"):  # noqa: PTH208  by number
        with suppress(FileNotFoundError):  # the listing's own is closed by now
            opened.add(os.readlink(f"/dev/fd/{number}"))  # noqa: PTH115
    return opened


def alive(pid: int) -> bool:
    """True while there is such a process that has not ended."""
    state, _ = _processes().get(pid, ("X", 0))
    return state not in "ZX"


def command_line(pid: int) -> str:
    """What `ps` shows of it; nothing where it has ended."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
    except OSError:
        return ""


def settled(true: Callable[[], bool], seconds: float = SETTLE_SECONDS) -> bool:
    """Whether something comes true within so many seconds."""
    until = time.monotonic() + seconds
    while not true():
        if time.monotonic() > until:
            return False
        time.sleep(0.02)
    return True


def _processes() -> dict[int, tuple[str, int]]:
    found = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                text = (entry / "stat").read_text()
            except OSError:  # it ended meanwhile
                continue
            state, parent = text.rpartition(")")[2].split()[:2]
            found[int(entry.name)] = (state, int(parent))
    return found
