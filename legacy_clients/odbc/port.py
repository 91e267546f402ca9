"""The port to a legacy database: what may be asked of it. `messages` holds what crosses it."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

import pyarrow as pa
from sqlalchemy.engine import Dialect

from legacy_clients.load import Load
from legacy_clients.odbc.database import STALL_SECONDS, Database
from legacy_clients.odbc.drivers import Profile
from legacy_clients.odbc.messages import Column, Query, Rows


class Port(Protocol):
    """Everything that may be asked of a legacy database. It reads; nothing here writes.

    All methods may be called from several threads at once. They raise Busy (no connection is free),
    Unreachable, TimedOut, CutOff, Unintelligible, Denied or Misconfigured; a message holds no SQL,
    host or value.
    """

    profile: Profile
    dialect: Dialect
    streams: int
    """So many large results can be read at once."""

    def ask(self, query: Query, seconds: float) -> Rows:
        """All rows of a small result, within `seconds` in total.

        Where the link drops or the driver crashes it is asked once more on a fresh one, within the
        same time. A driver that hangs is killed at most half a second after it.
        """

    def stream(
        self, query: Query, batch_rows: int = 50_000, stall: float = STALL_SECONDS
    ) -> pa.RecordBatchReader:
        """A large result in Arrow batches, every column text, on a connection of its own.

        That closes when all is read or the reader is dropped. At most 32 MB are in transit.
        Parameters travel as text. TimedOut when no batch came for `stall` seconds.
        """

    def describe(self, table: str) -> tuple[Column, ...]:
        """The columns of a table or view (`name` or `schema.name`), in order.

        Misconfigured, with the name, where there is none.
        """

    def clock(self) -> datetime:
        """The database's idea of now: UTC, with its tzinfo."""

    def read_only(self) -> bool | None:
        """True where no grant lets the account write; None where the database has no grants."""

    @property
    def load(self) -> Load:
        """What was asked of it so far."""

    def rest(self) -> None:
        """End the idle processes that read large results: each holds up to 100 MB."""

    def close(self) -> None:
        """Give all connections back, within a second."""


def open_port(
    connection_string: str, page: str = "utf-8", connections: int = 8, most: int | None = None
) -> Port:
    """The port for an ODBC connection string, by its driver. It connects on first use.

    `page` is the code page of texts whose bytes the database hands through; `most`, of 2 or more,
    bounds all connections, those of large results among them. Misconfigured where the string
    cannot be read, names a driver that is not known or sets what must not be set.
    """
    return Database(connection_string, page, connections, most)
