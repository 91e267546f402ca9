"""What we know of one ODBC driver: what a session and a value need."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple, cast

import pyodbc
from sqlalchemy import CHAR, BindParameter, Select
from sqlalchemy.engine import Dialect, make_url
from sqlalchemy.engine.default import DefaultDialect
from sqlalchemy.types import TypeEngine

from legacy_clients.odbc.messages import Column


class Canary(NamedTuple):
    """A value that drivers are known to change, the SQL that makes it, and the text that it is
    carried as.

    `declared` is the type of its column, as `describe` tells it.
    """

    name: str
    declared: str
    sql: str
    text: str | None


def _limited(statement: Select[Any], rows: BindParameter[Any]) -> Select[Any]:
    return statement.limit(rows)


@dataclass(frozen=True)
class Profile:
    """One driver. SQL in it is the database's own."""

    name: str
    dialect: str
    """The name of its SQLAlchemy dialect."""
    carried: Callable[[str, Column | None], str]
    describe: str
    """SELECT of name, type, size, nullable ("1", "0") for a table and a schema (or empty text)."""
    clock: str
    """SELECT of now in UTC, as ISO 8601 text."""
    octets: str
    """The bytes of `{x}` as the driver hands it over."""
    sized: range
    """Lengths that the driver declares for a column and that are true."""
    grants: str | None = None
    """SELECT of one number, more than 0 where the account may write."""
    options: Mapping[str, str] = field(default_factory=dict)
    """Set in a connection string that does not set them itself."""
    demands: Mapping[str, str] = field(default_factory=dict)
    """Set in a connection string, which must not say otherwise."""
    session: tuple[str, ...] = ()
    limit: str | None = None
    """Sets the server's own limit on a statement to `{milliseconds}` or `{seconds}`."""
    refresh: str | None = None
    """Run before a statement is prepared, so that it is prepared for the tables as they are now."""
    longest: str | None = None
    """The option that sets how long a text without a length may be, in bulk."""
    widened: Callable[[str, tuple[str, ...]], str] | None = None
    """A query around a query, whose columns declare a length that bulk reading can work with."""
    by_row: Callable[[str, Column | None], str] | None = None
    """How columns are carried where `ask` reads them, if that can be done for less."""
    in_bulk: Callable[[str, Column | None], str] | None = None
    """How columns are carried where `stream` reads them, if that can be done for less."""
    bytewise: bool = False
    """Rows are read with a letter for each byte, and decoded here."""
    narrow: bool = False
    """Text goes both ways as UTF-8: the driver's functions for UTF-16 are not to be trusted."""
    garbled: str | None = None
    """A pattern of letters that the driver cannot take in a statement's own text."""
    pads: bool = False
    """`=` overlooks blanks at the end of texts, so that joins on keys need no trimming, which keeps
    indexes from serving.
    """
    buffers: bool = False
    """Holds a whole result in memory, whatever its size: large tables are read by ranges of keys.
    """
    limited: Callable[[Select[Any], BindParameter[Any]], Select[Any]] = _limited
    """A SELECT of so many rows and no more."""
    nth: str = "LIMIT 1 OFFSET {skipped}"
    """Ends a SELECT with an order: of its rows the one behind `{skipped}` others."""
    text: TypeEngine[str] = CHAR()  # noqa: RUF009  immutable
    """What bytes are cast to, to be compared with text."""
    described_query: str | None = None
    """As `describe`, for the columns of a query, whose text is the parameter."""
    canaries: tuple[Canary, ...] = ()
    long_text: str = "CAST(? AS CHAR)"
    """A parameter of any length, as text."""
    long_type: str = "text"
    """The type of `long_text`, as `describe` tells it."""
    slow: str = ""
    """A SELECT that takes some `{seconds}`, or much longer."""
    own_session: str | None = None
    """SELECT of the number of the session that asks."""
    kill: str | None = None
    """Ends the session `{number}`."""

    def carry(self, column_sql: str, column: Column | None = None) -> str:
        """SQL for `column_sql` as text that this driver cannot distort; NULL stays NULL.

        `column` is that of `describe`. Without it, or with an empty type, the SQL fits any type and
        is slower.
        """
        return self.carried(column_sql, column)

    def carry_by_row(self, column_sql: str, column: Column | None = None) -> str:
        """As `carry`, for `ask` alone."""
        return (self.by_row or self.carried)(column_sql, column)

    def carry_in_bulk(self, column_sql: str, column: Column | None = None) -> str:
        """As `carry`, for `stream` alone."""
        return (self.in_bulk or self.carried)(column_sql, column)

    def spoken(self) -> Dialect:
        """The SQLAlchemy dialect to compile statements with; it needs no connection."""
        made = cast("type[DefaultDialect]", make_url(f"{self.dialect}://").get_dialect())
        return made(dbapi=pyodbc)


def by_type(table: dict[str, str], column: Column | None) -> str:
    """The SQL for a declared type in a table by patterns of types; the first that fits counts."""
    declared = "" if column is None else column.type
    return next(sql for pattern, sql in table.items() if re.match(pattern, declared, re.IGNORECASE))
