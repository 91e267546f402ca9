"""A table in the midst of whose reading something happens."""

from __future__ import annotations

import contextlib
import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from legacy_clients.tables import Batches, Key, Reading, Table
from schemas.mapping import TableRead


@dataclass
class Midway:
    """A Table during whose reading something happens: when its rows are on their way, when they
    have all come, and between the full reads. `begin` says whether this is such a reading.
    """

    table: Table
    begin: Callable[[], bool]
    happens: Callable[[], None]

    @property
    def read(self) -> TableRead:
        return self.table.read

    @property
    def columns(self) -> tuple[str, ...]:
        return self.table.columns

    def stamped(self) -> Reading:
        return self._during(self.table.stamped)

    def whole(self, now: dt.datetime) -> Reading:
        return self._during(lambda: self.table.whole(now))

    def picked(self, keys: Sequence[Key]) -> list[tuple[Any, ...]]:
        self.happens()
        return self.table.picked(keys)

    def counted(self) -> int | None:
        return self.table.counted()

    def _during(self, read: Callable[[], Reading]) -> Reading:
        if not self.begin():
            return read()
        reading = read()
        self.happens()
        return replace(reading, batches=self._telling(reading.batches))

    def _telling(self, batches: Batches) -> Batches:
        with contextlib.closing(batches):
            for batch in batches:
                yield batch
                self.happens()
            self.happens()
