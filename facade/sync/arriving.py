"""Rows on their way out of the CRM: streams that a query reads once, and keys by the chunk."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from typing import Any

import duckdb
import pyarrow as pa

from facade.sync.engine import named
from legacy_clients.errors import LegacyError
from legacy_clients.tables import Batches, Reading

CHUNK = 500
"""Keys read by one query."""


@contextmanager
def telling_table(table: str) -> Iterator[None]:
    """A failure tells which table was read."""
    try:
        yield
    except LegacyError as error:
        error.args = (f"table {table}: {error}", *error.args[1:])
        raise


@contextmanager
def arriving(con: duckdb.DuckDBPyConnection, reading: Reading) -> Iterator[None]:
    """The rows of a reading under the name `arriving`, once. Raises LegacyError."""
    failures: list[LegacyError] = []
    with closing(reading.batches), closing(_noting(reading.batches, failures)) as rows:
        stream = pa.RecordBatchReader.from_batches(reading.schema, rows)
        try:
            with named(con, "arriving", stream):
                yield
        except duckdb.Error as error:
            # The engine tells a failed read as one of its own.
            if failures:
                raise failures[0] from error
            raise


def _noting(batches: Batches, failures: list[LegacyError]) -> Batches:
    """The same batches; a failure is noted."""
    try:
        yield from batches
    except LegacyError as error:
        failures.append(error)
        raise


def chunks(keys: list[Any], size: int) -> Iterator[list[Any]]:
    for start in range(0, len(keys), size):
        yield keys[start : start + size]


def texts(columns: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> pa.Table:
    """Rows of texts as a table with these columns."""
    parts = list(zip(*rows, strict=True)) or [() for _ in columns]
    return pa.table(
        [pa.array(part, pa.string()) for part in parts],
        schema=pa.schema([pa.field(name, pa.string()) for name in columns]),
    )
