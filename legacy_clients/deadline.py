"""One deadline for a whole call, from the edge to the socket, on the clock that nobody can set."""

from __future__ import annotations

import time
from dataclasses import dataclass

from legacy_clients.errors import TimedOut


@dataclass(frozen=True, slots=True)
class Deadline:
    """A moment of the monotonic clock, in seconds. Pass it on; never make a second one for a part
    of the same call.
    """

    at: float

    @classmethod
    def after(cls, seconds: float) -> Deadline:
        return cls(time.monotonic() + seconds)

    @property
    def passed(self) -> bool:
        return time.monotonic() >= self.at

    def left(self) -> float:
        """Seconds that remain, always more than 0. Raises TimedOut when none do."""
        seconds = self.at - time.monotonic()
        if seconds <= 0:
            raise TimedOut("the deadline passed")
        return seconds
