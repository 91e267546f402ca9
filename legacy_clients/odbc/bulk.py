"""Large results by arrow-odbc: Arrow batches of text, bounded in bytes, with nothing cut."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

import arrow_odbc
import pyarrow as pa
import pyarrow.compute as pc

from legacy_clients.errors import Unintelligible
from legacy_clients.odbc.carriage import unveil, veil
from legacy_clients.odbc.drivers import Profile
from legacy_clients.odbc.failures import translated
from legacy_clients.odbc.messages import Query
from schemas.codecs.codec import MARK

BATCH_BYTES = 16 * 1024 * 1024
"""The size of one transit buffer. There are two: one is filled while the other is read."""

_SPARE_BYTES = 4
"""Room behind the longest value: MariaDB's driver cuts one that is a byte too long without a word.

What reaches into it is longer than expected, and is an error.
"""
_LOGIN_SECONDS = 5


def opened(
    connection_string: str,
    profile: Profile,
    query: Query,
    page: str,
    batch_rows: int,
    text_bytes: int,
) -> pa.RecordBatchReader:
    """The query's result on a connection of its own.

    That closes when all is read or the reader is dropped. `text_bytes` is the longest value to
    expect where the driver tells no length; a longer one raises Unintelligible. Parameters travel
    as text. Raises what a Port raises, also while reading.
    """
    try:
        connection = arrow_odbc.connect(connection_string, login_timeout_sec=_LOGIN_SECONDS)
    except arrow_odbc.Error as error:
        raise translated(error, profile.name, connecting=True) from error
    try:
        for statement in profile.session:
            connection.execute(statement)
        reader = connection.read_arrow_batches(
            query.sql,
            batch_size=batch_rows,
            parameters=[_as_text(value) for value in query.params] or None,
            max_bytes_per_batch=BATCH_BYTES,
            max_text_size=text_bytes + _SPARE_BYTES,
            map_schema=_all_text,
        )
    except arrow_odbc.Error as error:
        raise translated(error, profile.name) from error
    batches = _batches(reader, profile, page, text_bytes)
    return pa.RecordBatchReader.from_batches(reader.schema, batches)


def _batches(
    reader: arrow_odbc.BatchReader, profile: Profile, page: str, text_bytes: int
) -> Iterator[pa.RecordBatch]:
    try:
        for batch in reader:
            for name, column in zip(batch.schema.names, batch.columns, strict=True):
                if (pc.max(pc.binary_length(column)).as_py() or 0) > text_bytes:
                    raise Unintelligible(f"a value of {name!r} is longer than when it was measured")
            yield unveiled(batch, page)
    except arrow_odbc.Error as error:
        raise translated(error, profile.name) from error


def unveiled(batch: pa.RecordBatch, page: str) -> pa.RecordBatch:
    """The batch with `unveil` applied to every marked value."""
    return pa.record_batch(
        [_unveiled(column, page) for column in batch.columns], schema=batch.schema
    )


def _unveiled(column: pa.Array, page: str) -> pa.Array:
    marked = pc.starts_with(column, MARK)
    if marked.true_count:
        column = _replaced(column, marked, lambda text: unveil(text, page))
    cut = pc.match_substring(column, "\0")
    return _replaced(column, cut, lambda text: veil(text.encode())) if cut.true_count else column


def _replaced(column: pa.Array, chosen: pa.Array, change: Callable[[str], str]) -> pa.Array:
    chosen = pc.fill_null(chosen, False)
    changed = [change(text) for text in column.filter(chosen).to_pylist()]
    return pc.replace_with_mask(column, chosen, pa.array(changed, column.type))


def _all_text(schema: pa.Schema) -> pa.Schema:
    return pa.schema([pa.field(name, pa.string()) for name in schema.names])


def _as_text(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        return str(value)
    kind = type(value).__name__
    raise TypeError(f"a parameter of a bulk query is a str, int, Decimal or None, not {kind}")
