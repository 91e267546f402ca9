"""The port's implementation: questions to a legacy database, answered by worker processes."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pyarrow as pa

from legacy_clients.errors import CutOff, Misconfigured, TimedOut
from legacy_clients.load import Load, Meter
from legacy_clients.odbc import incoming
from legacy_clients.odbc.connection_string import completed
from legacy_clients.odbc.drivers import profile_of
from legacy_clients.odbc.messages import Column, Query, Rows
from legacy_clients.odbc.pool import Pool
from legacy_clients.odbc.process import Process
from legacy_clients.odbc.wire import Answered, Manner, Question, Reading

STALL_SECONDS = 300.0
_ASIDE_SECONDS = 30.0
"""For questions of our own: columns, clock, grants."""
_MEASURE_SECONDS = 3600.0
_BUSY_SECONDS = 30.0
_BYTES_PER_CHARACTER = 4
_STREAMS = 4
"""At least so many large results can be read at once, whatever the number of connections."""
_READER_SECONDS = 2.0
"""For how long a worker that reads large results is kept: it holds on to 100 MB."""


class Database:
    """A Port whose driver runs in worker processes."""

    def __init__(
        self, connection_string: str, page: str, connections: int, most: int | None = None
    ) -> None:
        self.profile = profile = profile_of(connection_string)
        self.dialect = profile.spoken()
        self._string = completed(connection_string, profile.options, profile.demands)
        manner = Manner(
            string=self._string,
            page=page,
            driver=profile.name,
            session=profile.session,
            limit=profile.limit,
            refresh=profile.refresh,
            bytewise=profile.bytewise,
            narrow=profile.narrow,
            garbled=profile.garbled,
        )
        self._meter = meter = Meter()
        streams = max(connections, _STREAMS)
        if most is not None:
            streams = max(1, min(streams, most // 2))
            connections = max(1, min(connections, most - streams))
        self.streams = streams
        self._workers = Pool(manner, connections, connected=meter.connected)
        self._readers = Pool(manner, streams, _READER_SECONDS, meter.connected)

    def ask(self, query: Query, seconds: float) -> Rows:
        answer = self._answer(query, seconds)
        return Rows(answer.columns, answer.rows)

    def stream(
        self, query: Query, batch_rows: int = 50_000, stall: float = STALL_SECONDS
    ) -> pa.RecordBatchReader:
        params = tuple(_as_text(value) for value in query.params)
        told = self._answer(
            Query(f"SELECT * FROM ({query.sql}) q WHERE 1 = 0", query.params),
            min(_ASIDE_SECONDS, stall),
        )
        longest = query.longest or self._longest(query, told, max(stall, _MEASURE_SECONDS))
        string, sql = self._string, query.sql
        if self.profile.longest is not None:
            string = completed(string, {self.profile.longest: str(longest)}, {})
        if self.profile.widened is not None:
            sql = self.profile.widened(sql, told.columns)
        reading = Reading(string, sql, params, batch_rows, longest, stall)
        return incoming.begin(self._readers, reading, _BUSY_SECONDS, self._meter)

    def describe(self, table: str) -> tuple[Column, ...]:
        schema, _, name = table.rpartition(".")
        rows = self.ask(Query(self.profile.describe, (name, schema)), _ASIDE_SECONDS).rows
        if not rows:
            raise Misconfigured(f"the database has no table {table!r} that the account may read")
        return tuple(
            Column(named, declared, None if size is None else int(size), nullable == "1")
            for named, declared, size, nullable in rows
        )

    def clock(self) -> datetime:
        [[now]] = self.ask(Query(self.profile.clock), _ASIDE_SECONDS).rows
        return datetime.fromisoformat(now).replace(tzinfo=UTC)

    def read_only(self) -> bool | None:
        if self.profile.grants is None:
            return None
        [[grants]] = self.ask(Query(self.profile.grants), _ASIDE_SECONDS).rows
        return int(grants) == 0

    @property
    def load(self) -> Load:
        return self._meter.load

    def rest(self) -> None:
        self._readers.rest()

    def close(self) -> None:
        self._workers.close()
        self._readers.close()

    def _answer(self, query: Query, seconds: float) -> Answered:
        due = time.monotonic() + seconds
        try:
            return self._asked(query, due, fresh=False)
        except CutOff:  # a read may be asked again
            return self._asked(query, due, fresh=True)

    def _asked(self, query: Query, due: float, fresh: bool) -> Answered:
        process = self._workers.take(due, sure=fresh)
        try:
            left = due - time.monotonic()
            if left <= 0:
                raise TimedOut("the time was up before the database was asked")
            question = Question(query.sql, query.params, query.limit, left, fresh)
            return self._counted(process, question, due)
        finally:
            self._workers.give(process)

    def _counted(self, process: Process, question: Question, due: float) -> Answered:
        begun, rows, before = self._meter.begun(), 0, process.received
        try:
            answer = process.ask(question, due)
            rows = len(answer.rows)
            return answer
        finally:
            self._meter.ended(begun, rows, process.received - before)

    def _longest(self, query: Query, told: Answered, seconds: float) -> int:
        """A bound on the bytes of values; what the driver tells no length of is measured."""
        columns = list(zip(told.columns, told.lengths, strict=True))
        longest = max([1, *(length for _, length in columns if length in self.profile.sized)])
        longest *= _BYTES_PER_CHARACTER
        quote = self.dialect.identifier_preparer.quote_identifier
        untold = [
            f"MAX({self.profile.octets.format(x='q.' + quote(name))})"
            for name, length in columns
            if length not in self.profile.sized
        ]
        if untold:
            measure = Query(f"SELECT {', '.join(untold)} FROM ({query.sql}) q", query.params)
            [found] = self._answer(measure, seconds).rows
            longest = max([longest, *(int(length) for length in found if length is not None)])
        return longest


def _as_text(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        return str(value)
    kind = type(value).__name__
    raise TypeError(f"a parameter of a bulk query is a str, int, Decimal or None, not {kind}")
