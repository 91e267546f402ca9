"""The sockets of a driver's connection: by them its end is noticed, whatever the driver says."""

from __future__ import annotations

import os
import select
import socket
import stat
from contextlib import suppress

from legacy_clients.errors import CutOff, LegacyError, Misconfigured, Outgrown, Unintelligible

_GONE = getattr(select, "POLLRDHUP", 0) | select.POLLHUP | select.POLLERR | select.POLLNVAL
_ALIVE = {
    "SO_KEEPALIVE": (socket.SOL_SOCKET, 1),
    "TCP_KEEPIDLE": (socket.IPPROTO_TCP, 3),
    "TCP_KEEPINTVL": (socket.IPPROTO_TCP, 1),
    "TCP_KEEPCNT": (socket.IPPROTO_TCP, 2),
}
"""Socket options by which an idle connection notices within 5 s that its server is away."""


def open_sockets() -> set[int]:
    """The open sockets of this process, by number."""
    found = set()
    for name in os.listdir("/dev/fd"):  # noqa: PTH208  pathlib takes 7 ms to load
        with suppress(OSError):
            if stat.S_ISSOCK(os.fstat(int(name)).st_mode):
                found.add(int(name))
    return found


class Ends:
    """Our ends of what a driver connected to; none where its database is a file."""

    def __init__(self, before: set[int]) -> None:
        self._numbers = sorted(open_sockets() - before)
        for number in self._numbers:
            _keep_alive(number)

    def watched_by(self, poll: select.poll) -> None:
        """Let a poll wake up when the server closes the connection."""
        for number in self._numbers:
            poll.register(number, _GONE)

    def gone(self) -> bool:
        """True where the server closed the connection."""
        poll = select.poll()
        self.watched_by(poll)
        return any(events & _GONE for _, events in poll.poll(0))

    def judged(self, error: LegacyError) -> LegacyError:
        """The error, or CutOff where a driver calls the end of its connection something else."""
        if isinstance(error, Outgrown):
            return error
        if isinstance(error, Unintelligible | Misconfigured) and self.gone():
            return CutOff(f"the connection to the database closed: {error}")
        return error


def _keep_alive(number: int) -> None:
    with socket.socket(fileno=os.dup(number)) as end, suppress(OSError):
        for name, (level, value) in _ALIVE.items():
            if hasattr(socket, name):
                end.setsockopt(level, getattr(socket, name), value)
