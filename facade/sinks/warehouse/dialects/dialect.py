"""What the load asks of a kind of warehouse; everything else is SQL that all of them understand."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Protocol

import duckdb

from facade.sinks.sink import Relation
from facade.sinks.warehouse.connection import Connection
from schemas.layout import Column


class Fill(Protocol):
    """Appends a relation's rows to its table, which is empty, with `state` selected beside them."""

    def __call__(
        self, connection: Connection, con: duckdb.DuckDBPyConnection, relation: Relation, state: str
    ) -> None: ...


class Dialect(Protocol):
    """One kind of warehouse."""

    longest_name: int
    """Bytes of the longest identifier that is not cut."""

    by_column: bool
    """Whether an update costs by the columns that it sets: only those that differ are set then."""

    turn: str
    """The first statement of a transaction, which lets one load at a time through; empty where
    `connect` sees to it.
    """

    def connect(self, url: str, writing: bool) -> Connection:
        """Open it. Where there is no warehouse, a writer makes it; a reader raises."""

    def quoted(self, name: str) -> str:
        """An identifier."""

    def text(self, value: object) -> str:
        """A string literal."""

    def native(self, duck: str) -> str:
        """The column type for a DuckDB type, spelled as the warehouse does. Raises KeyError."""

    def moment(self, at: dt.datetime) -> str:
        """A literal for a moment in UTC."""

    def hash_sum(self, column: str) -> str:
        """SQL for the number that `schemas.layout.hash_sum` gives, as text."""

    def held_columns(self, table: str) -> str:
        """A query for name and type of a table's columns; no rows where there is no such table."""

    def describe(
        self, kind: str, name: str, description: str, columns: Iterable[Column]
    ) -> tuple[str, ...]:
        """Statements that put the meaning beside a TABLE or a VIEW and its columns."""

    def unique(self, table: str, key: tuple[str, ...], is_child: bool) -> tuple[str, ...]:
        """Statements that keep a key unique, for a table with its first rows; none where the load
        alone sees to it.
        """

    def open_index(self, table: str, key: tuple[str, ...]) -> tuple[str, ...]:
        """Statements that make quick to find, in a table of the past, what has no end yet."""

    def stage(
        self, connection: Connection, con: duckdb.DuckDBPyConnection, name: str, relation: Relation
    ) -> None:
        """Make a relation's changes (op, its columns, those kept) readable under a name."""

    @property
    def fill(self) -> Fill | None:
        """How the first rows of a table go straight into it; None where they go by a stage."""

    def temporary(self, name: str, query: str) -> str:
        """The statement that keeps a query's rows under a name while the load lasts."""

    def analyze(self, table: str) -> tuple[str, ...]:
        """Statements that tell the planner of a table just filled."""

    def readable(self, column: Column) -> str:
        """SQL by which a column comes over ADBC undistorted, to be cast to its DuckDB type."""

    def retype(self, table: str, column: str, native: str) -> tuple[str, ...]:
        """Statements by which a person gives a column another type."""
