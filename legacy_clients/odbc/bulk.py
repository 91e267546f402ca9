"""Large results by arrow-odbc: Arrow batches of text, bounded in bytes, with nothing cut.

This runs in a worker process; incoming.py is the other side.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import arrow_odbc
import pyarrow as pa
import pyarrow.compute as pc

from legacy_clients.errors import Misconfigured, Outgrown
from legacy_clients.odbc.ends import Ends, open_sockets
from legacy_clients.odbc.failures import row_bytes, translated
from legacy_clients.odbc.link import LOGIN_SECONDS, step
from legacy_clients.odbc.veil import MARK, unveil, veil
from legacy_clients.odbc.wire import Manner, Reading

BATCH_BYTES = 16 * 1024 * 1024
"""The size of one transit buffer. There are two: one is filled while the other is read."""

ROW_BYTES = 128 * 1024 * 1024
"""It grows so far where a single row needs it: each of its columns has room for the longest value.
"""

_MARK = MARK.encode()
_SPARE_BYTES = 4
"""Room behind the longest value: MariaDB's driver cuts one that is a byte too long without a word.

What reaches into it is longer than expected, and is an error.
"""


def opened(
    reading: Reading, manner: Manner, connected: Callable[[], None]
) -> tuple[pa.Schema, Iterator[pa.RecordBatch]]:
    """The schema and the batches of a result on a connection of its own.

    That closes when all is read or the iterator is dropped. A value of more than `reading.longest`
    bytes raises Outgrown, a row that needs more than ROW_BYTES Misconfigured. Raises what a Port
    raises, also while reading.
    """
    before = open_sockets()
    try:
        connection = arrow_odbc.connect(reading.string, login_timeout_sec=LOGIN_SECONDS)
        for statement in manner.session:
            connection.execute(statement)
    except arrow_odbc.Error as error:
        raise translated(error, manner.driver, connecting=True) from error
    connected()
    ends = Ends(before)
    try:
        if manner.limit is not None:
            limit = step(reading.seconds)
            connection.execute(manner.limit.format(seconds=limit, milliseconds=limit * 1000))
        reader = _reader(connection, reading)
    except arrow_odbc.Error as error:
        raise ends.judged(translated(error, manner.driver)) from error
    return reader.schema, _batches(reader, reading.longest, manner, ends)


def _reader(connection: Any, reading: Reading) -> arrow_odbc.BatchReader:
    """A reader whose buffer has room for one row at least. Raises Misconfigured."""
    try:
        return _read(connection, reading, BATCH_BYTES)
    except arrow_odbc.Error as error:
        needed = row_bytes(error)
        if needed is None:
            raise
        if needed > ROW_BYTES:
            raise Misconfigured(
                f"a value has up to {reading.longest} bytes, and a row with room for as many in"
                f" each column {needed}, more than the {ROW_BYTES} there are:"
                " leave the column of such values out, with `skip`"
            ) from error
    return _read(connection, reading, needed)


def _read(connection: Any, reading: Reading, room: int) -> arrow_odbc.BatchReader:
    return connection.read_arrow_batches(
        reading.sql,
        batch_size=reading.batch_rows,
        parameters=list(reading.params) or None,
        max_bytes_per_batch=room,
        max_text_size=reading.longest + _SPARE_BYTES,
        map_schema=_all_text,
    )


def serialized(schema: pa.Schema, batches: Iterator[pa.RecordBatch]) -> Iterator[memoryview]:
    """A schema and batches as messages of Arrow's IPC format."""
    yield memoryview(schema.serialize())
    for batch in batches:
        yield memoryview(batch.serialize())


def _batches(
    reader: arrow_odbc.BatchReader, longest: int, manner: Manner, ends: Ends
) -> Iterator[pa.RecordBatch]:
    try:
        for batch in reader:
            for name, column in zip(batch.schema.names, batch.columns, strict=True):
                if (pc.max(pc.binary_length(column)).as_py() or 0) > longest:
                    raise Outgrown(f"a value of {name!r} is longer than when it was measured")
            yield unveiled(batch, manner.page)
    except arrow_odbc.Error as error:
        raise ends.judged(translated(error, manner.driver)) from error


def unveiled(batch: pa.RecordBatch, page: str) -> pa.RecordBatch:
    """The batch with `unveil` applied to every marked value."""
    return pa.record_batch(
        [_unveiled(column, page) for column in batch.columns], schema=batch.schema
    )


def _unveiled(column: pa.Array, page: str) -> pa.Array:
    # Looked for in all bytes at once, which costs a tenth of looking into each value.
    *_, values = column.buffers()
    told = values.to_pybytes() if values is not None else b""
    if _MARK not in told and b"\0" not in told:
        return column
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
