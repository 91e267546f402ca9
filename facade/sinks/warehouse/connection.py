"""One transaction with a warehouse; each statement has a cursor, closed before the connection."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any

import pyarrow as pa
from adbc_driver_manager import dbapi


class Connection:
    """What a load does with an open connection; nothing stays unless `commit` is called."""

    def __init__(self, driver: dbapi.Connection) -> None:
        self._driver = driver

    def run(self, statement: str) -> None:
        with closing(self._driver.cursor()) as cursor:
            cursor.execute(statement)

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

    def commit(self) -> None:
        self._driver.commit()

    def close(self) -> None:
        """Roll back what was not committed, and close."""
        try:
            self._driver.rollback()
        except dbapi.Error:
            pass  # the server is gone, and with it the transaction
        finally:
            self._driver.close()
