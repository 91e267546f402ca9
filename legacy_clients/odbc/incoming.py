"""A large result as it comes from a worker process: Arrow batches, one at a time."""

from __future__ import annotations

import time

import pyarrow as pa

from legacy_clients.load import Meter
from legacy_clients.odbc.pool import Pool
from legacy_clients.odbc.process import Process
from legacy_clients.odbc.wire import Done, Reading


def begin(pool: Pool, reading: Reading, busy_seconds: float, meter: Meter) -> pa.RecordBatchReader:
    """A reader of the result. Raises what a Port raises, as reading does."""
    process = pool.take(time.monotonic() + busy_seconds)
    begun, before = meter.begun(), process.received
    try:
        process.read(reading, time.monotonic() + reading.seconds)
        told = process.receive(time.monotonic() + reading.seconds, pa.allocate_buffer)
        schema = pa.ipc.read_schema(told)
        batches = Incoming(pool, process, schema, reading.seconds, (meter, begun, before))
    except BaseException:
        meter.ended(begun)
        pool.give(process)
        raise
    return pa.RecordBatchReader.from_batches(schema, batches)


class Incoming:
    """An iterator over batches. Dropped before the end, it ends the process that sends them.

    A batch that takes longer than `stall` seconds raises TimedOut.
    """

    def __init__(
        self,
        pool: Pool,
        process: Process,
        schema: pa.Schema,
        stall: float,
        counted: tuple[Meter, float, int],
    ) -> None:
        self._pool, self._schema, self._stall = pool, schema, stall
        self._counted, self._rows = counted, 0
        self._process: Process | None = process

    def __iter__(self) -> Incoming:
        return self

    def __next__(self) -> pa.RecordBatch:
        process = self._process
        if process is None:
            raise StopIteration
        try:
            part = process.receive(time.monotonic() + self._stall, pa.allocate_buffer)
        except BaseException:
            self._end()
            raise
        if isinstance(part, Done):
            process.spent = False
            self._end()
            raise StopIteration
        batch = pa.ipc.read_record_batch(part, self._schema)
        self._rows += batch.num_rows
        return batch

    def __del__(self) -> None:
        self._end()

    def _end(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            meter, begun, before = self._counted
            meter.ended(begun, self._rows, process.received - before)
            self._pool.give(process)
