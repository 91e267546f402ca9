"""One transaction with a warehouse; each statement has a cursor, closed before the connection."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any

import pyarrow as pa
from adbc_driver_manager import dbapi

from facade.sinks.sink import SinkMismatch


class Connection:
    """What a load does with an open connection; nothing stays unless `commit` is called.

    The driver's own transaction is open from the start.
    """

    def __init__(self, driver: dbapi.Connection) -> None:
        self._driver = driver

    def begin(self) -> None:
        """From here on all or nothing counts; tables are made before."""

    def run(self, statement: str) -> None:
        with closing(self._driver.cursor()) as cursor:
            cursor.execute(statement)

    def demand(self, query: str, expected: str, said: str) -> None:
        """Raise SinkMismatch with what is `said` unless the query gives just the text `expected`
        at this point of the transaction.
        """
        ((found,),) = self.rows(query)
        if str(found) != expected:
            raise SinkMismatch(f"{said}: it would be {found}, and is {expected}")

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        with closing(self._driver.cursor()) as cursor:
            cursor.execute(query)
            return [tuple(row) for row in cursor.fetchall()]

    @contextmanager
    def batches(self, query: str) -> Iterator[pa.RecordBatchReader]:
        """The rows of a query as Arrow batches, to be read within the block."""
        with closing(self._driver.cursor()) as cursor:
            cursor.execute(query)
            yield cursor.fetch_record_batch()

    def ingest(self, table: str, reader: pa.RecordBatchReader) -> None:
        """Make a temporary table of what the reader gives."""
        with closing(self._driver.cursor()) as cursor:
            cursor.adbc_ingest(table, reader, mode="create", temporary=True)

    def append(self, table: str, reader: pa.RecordBatchReader) -> None:
        """Add what the reader gives to a table that is there."""
        with closing(self._driver.cursor()) as cursor:
            cursor.adbc_ingest(table, reader, mode="append")

    def commit(self) -> None:
        self._driver.commit()

    def close(self) -> None:
        """Roll back what was not committed, and close."""
        try:
            self._roll_back()
        except dbapi.Error:
            pass  # the server is gone, and with it the transaction
        finally:
            self._driver.close()

    def _roll_back(self) -> None:
        self._driver.rollback()


class Spoken(Connection):
    """For a warehouse where a CREATE commits what came before: the transaction is statements of
    ours, begun when all tables are made. The driver is in autocommit.
    """

    _open = False

    def begin(self) -> None:
        self.run("BEGIN TRANSACTION")
        self._open = True

    def commit(self) -> None:
        self.run("COMMIT")
        self._open = False

    def _roll_back(self) -> None:
        if self._open:
            self.run("ROLLBACK")


class Scripted(Connection):
    """For a driver that knows no transaction over several statements: what runs after `begin` is
    gathered, and sent as one script by `commit`. Queries meanwhile see the state before it.
    """

    _script: list[str] | None = None

    def begin(self) -> None:
        self._script = []

    def run(self, statement: str) -> None:
        if self._script is None:
            super().run(statement)
        else:
            self._script.append(statement)

    def demand(self, query: str, expected: str, said: str) -> None:
        words = said.replace("\\", "\\\\").replace("'", "\\'")
        self.run(f"ASSERT ({query}) = '{expected}' AS '{words}'")

    def commit(self) -> None:
        if self._script is not None:
            statements = ["BEGIN TRANSACTION", *self._script, "COMMIT TRANSACTION"]
            self._script = None
            super().run(";\n".join(statements))

    def _roll_back(self) -> None:
        """A script that fails is rolled back by the server."""
