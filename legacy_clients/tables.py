"""A table as a night reads it, whatever is behind it: a database, or a service with a list."""

from __future__ import annotations

import datetime as dt
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, runtime_checkable

import pyarrow as pa

from legacy_clients.odbc.messages import Query
from schemas.mapping import TableRead

Key = tuple[Any, ...]
Batches = Generator[pa.RecordBatch, None, None]


class MarkLost(Exception):
    """The service does not know any more what has changed since a mark: all must be read."""


@dataclass(frozen=True)
class Reading:
    """Rows on their way, in Arrow, every column text. Whoever takes it closes `batches`.

    `mark` says where what changes from now on begins, for a table that can be asked for that.
    """

    schema: pa.Schema
    batches: Batches
    mark: str | None = None


@dataclass(frozen=True)
class Changed:
    """What changed since a mark: rows in full, keys of rows that are gone.

    Where nothing tells what is gone `keys` are those of all rows; None where that is not known
    either, and shows only when all is read again.
    """

    rows: Reading
    gone: tuple[Key, ...]
    keys: tuple[Key, ...] | None


class Table(Protocol):
    """One source table. All methods raise the LegacyError tree, also while batches are taken.

    `columns` are those of a whole row, in order; keys are texts in the order of `read.key`.
    """

    read: TableRead
    columns: tuple[str, ...]

    def stamped(self) -> Reading:
        """Key and stamp of all rows; only where `read.stamp` is set."""

    def whole(self, now: dt.datetime) -> Reading:
        """All rows in full. `now` is the source's own time, UTC."""

    def picked(self, keys: Sequence[Key]) -> list[tuple[Any, ...]]:
        """The rows of these keys, in full; those that are not there are left out."""

    def counted(self) -> int | None:
        """How many rows the source itself counts; None where it does not."""


@runtime_checkable
class Changing(Table, Protocol):
    """A table that tells what has changed since a mark. `sweep` is after how long it is read whole
    all the same.
    """

    sweep: dt.timedelta

    def changed(self, mark: str, now: dt.datetime) -> Changed:
        """What changed since. Raises MarkLost as well."""


@runtime_checkable
class Stamped(Table, Protocol):
    """A table that can be asked for its newest rows alone, and for rows by what they hold."""

    def recent(self, stamp: str) -> Reading:
        """Key and stamp of the rows whose stamp is not before this one; where `read.stamp` is
        set.
        """

    def holding(self, columns: Sequence[str], values: Sequence[Key]) -> list[tuple[Any, ...]]:
        """The rows whose columns hold one of these values, in full."""

    def padded(self, column: str) -> bool:
        """Whether blanks behind a value of the column say nothing to the source."""


@runtime_checkable
class Ranged(Table, Protocol):
    """A table of which several processes can each read a part. `streams` is how many parts may be
    read at a time.
    """

    @property
    def streams(self) -> int: ...

    def ranges(self, size: int) -> Iterator[Query]:
        """What reads all rows in full, by ranges of about `size` keys; nothing where all is one
        range, or the database is to be spared.
        """

    def range(self, query: Query) -> Reading:
        """The rows of one range."""
