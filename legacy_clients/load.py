"""The load that we put on a legacy system, counted where it is asked: by its database, and by its
services.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Load:
    """What a system was asked since it was opened.

    `statements` are queries or calls, `rows` those that came of them, `seconds` for how long they
    ran, summed, `connections` how many were made, `at_once` how many statements ran at a time.
    `bytes` came of the database's driver; of services they are not counted. For `waited` seconds
    nothing was asked, to spare the system.
    """

    statements: int = 0
    rows: int = 0
    seconds: float = 0.0
    connections: int = 0
    at_once: int = 0
    bytes: int = 0
    waited: float = 0.0

    def since(self, before: Load) -> Load:
        """The part that was added after `before`; `at_once` is of all the time."""
        return Load(
            self.statements - before.statements,
            self.rows - before.rows,
            self.seconds - before.seconds,
            self.connections - before.connections,
            self.at_once,
            self.bytes - before.bytes,
            self.waited - before.waited,
        )

    def plus(self, other: Load) -> Load:
        """Both; `at_once` is the larger."""
        return Load(
            self.statements + other.statements,
            self.rows + other.rows,
            self.seconds + other.seconds,
            self.connections + other.connections,
            max(self.at_once, other.at_once),
            self.bytes + other.bytes,
            self.waited + other.waited,
        )


class Meter:
    """Counts a load. For any number of threads."""

    def __init__(self) -> None:
        # One that its own thread may take twice: a reader may be dropped, and tell its end, at any
        # moment.
        self._counting = threading.RLock()
        self._load = Load()
        self._running = 0

    def begun(self) -> float:
        """A statement begins; what `ended` is to be given."""
        with self._counting:
            self._running += 1
            known = self._load
            most = max(known.at_once, self._running)
            self._load = replace(known, statements=known.statements + 1, at_once=most)
        return time.monotonic()

    def ended(self, begun: float, rows: int = 0, size: int = 0) -> None:
        """That statement is over; `size` is in bytes."""
        with self._counting:
            self._running -= 1
            known, seconds = self._load, time.monotonic() - begun
            self._load = replace(
                known,
                rows=known.rows + rows,
                seconds=known.seconds + seconds,
                bytes=known.bytes + size,
            )

    def connected(self) -> None:
        """A connection was made."""
        with self._counting:
            self._load = replace(self._load, connections=self._load.connections + 1)

    @contextmanager
    def asking(self) -> Iterator[None]:
        """A statement whose rows are not counted."""
        begun = self.begun()
        try:
            yield
        finally:
            self.ended(begun)

    @property
    def load(self) -> Load:
        return self._load
