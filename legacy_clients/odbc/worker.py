"""The worker behind the port: pooled connections of one driver, one thread at a time in each."""

from __future__ import annotations

import re
import threading
import time
from collections import OrderedDict
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, NamedTuple

import pyarrow as pa
import pyodbc
from sqlalchemy.pool import Pool, PoolProxiedConnection, QueuePool

from legacy_clients.errors import Busy, CutOff, Misconfigured, TimedOut, Unanswered
from legacy_clients.odbc import bulk
from legacy_clients.odbc.carriage import decoded, unveil
from legacy_clients.odbc.connection_string import completed
from legacy_clients.odbc.drivers import profile_of
from legacy_clients.odbc.failures import translated
from legacy_clients.odbc.messages import Column, Query, Rows
from legacy_clients.odbc.watch import Watch
from schemas.codecs.codec import MARK

pyodbc.pooling = False  # SQLAlchemy pools; a second pool below it would hand out dead connections

_LOGIN_SECONDS = 5
_ASIDE_SECONDS = 30.0
"""For questions of our own: columns, clock, grants."""
_MEASURE_SECONDS = 3600.0
_STEPS = (1, 5, 30, 120, 600, 3600)
"""The limits that a server is told, in seconds: few, so that it is seldom told anew."""
_KEPT_CURSORS = 16
"""Prepared statements of a connection: to run one again took 20 µs, a new one 54 µs (SQLite)."""
_STAR = re.compile(r"\bselect\s+\*|\.\*", re.IGNORECASE)
_WHOLE = 1 << 30
_BYTES_PER_CHARACTER = 4


class Told(NamedTuple):
    """What the driver tells of a column of a result."""

    name: str
    length: int


class Prepared(NamedTuple):
    """A statement and its cursor. pyodbc knows it again by the very object that its text is."""

    sql: str
    cursor: pyodbc.Cursor


class Worker:
    """A Port whose driver runs in this process."""

    def __init__(self, connection_string: str, page: str, connections: int) -> None:
        self.profile = profile_of(connection_string)
        self.dialect = self.profile.spoken()
        self._string = completed(connection_string, self.profile.options, self.profile.demands)
        self._page = page
        self._free = threading.BoundedSemaphore(connections)
        self._healing = threading.Lock()
        self._watch = Watch()
        self._pool: Pool = QueuePool(
            self._connect,
            dialect=self.dialect,
            pool_size=connections,
            max_overflow=0,
            reset_on_return=None,  # autocommit: there is nothing to roll back
        )

    def ask(self, query: Query, seconds: float) -> Rows:
        columns, rows = self._answer(query, seconds)
        return Rows(tuple(column.name for column in columns), [self._unveiled(row) for row in rows])

    def stream(self, query: Query, batch_rows: int = 50_000) -> pa.RecordBatchReader:
        columns, _ = self._answer(
            Query(f"SELECT * FROM ({query.sql}) q WHERE 1 = 0", query.params), _ASIDE_SECONDS
        )
        longest = query.longest or self._longest(query, columns)
        string, sql = self._string, query.sql
        if self.profile.longest is not None:
            string = completed(string, {self.profile.longest: str(longest)}, {})
        if self.profile.widened is not None:
            sql = self.profile.widened(sql, tuple(column.name for column in columns))
        return bulk.opened(
            string, self.profile, Query(sql, query.params), self._page, batch_rows, longest
        )

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

    def close(self) -> None:
        self._pool.dispose()
        self._watch.close()

    def _connect(self) -> pyodbc.Connection:
        try:
            link = pyodbc.connect(self._string, autocommit=True, timeout=_LOGIN_SECONDS)
        except pyodbc.Error as error:
            raise translated(error, self.profile.name, connecting=True) from error
        # What is longer goes in pieces, and MariaDB's driver garbles those (128 characters on).
        link.maxwrite = _WHOLE
        if self.profile.bytewise:
            for kind in (pyodbc.SQL_CHAR, pyodbc.SQL_WCHAR):
                link.setdecoding(kind, encoding="latin-1", ctype=pyodbc.SQL_CHAR)
        try:
            for statement in self.profile.session:
                link.execute(statement).close()
        except pyodbc.Error as error:
            link.close()
            raise translated(error, self.profile.name, connecting=True) from error
        return link

    def _answer(self, query: Query, seconds: float) -> tuple[list[Told], Sequence[Sequence[Any]]]:
        due = time.monotonic() + seconds
        if not self._free.acquire(timeout=seconds):
            raise Busy("all connections to the database are in use")
        try:
            try:
                return self._asked(query, due)
            except CutOff:  # a read may be asked again; the pool is empty of dead connections now
                return self._asked(query, due)
        finally:
            self._free.release()

    def _asked(self, query: Query, due: float) -> tuple[list[Told], Sequence[Sequence[Any]]]:
        pool = self._pool
        link = pool.connect()
        try:
            return self._read(link, query, due)
        except Unanswered as failure:
            link.invalidate()
            if isinstance(failure, CutOff):
                self._heal(pool)
            raise
        finally:
            link.close()

    def _heal(self, cut: Pool) -> None:
        """Drop the idle connections of a pool: where one was cut off, so were its neighbours."""
        with self._healing:
            if self._pool is cut:
                self._pool = cut.recreate()
                cut.dispose()

    def _read(
        self, link: PoolProxiedConnection, query: Query, due: float
    ) -> tuple[list[Told], Sequence[Sequence[Any]]]:
        try:
            self._limit(link, due - time.monotonic())
            prepared: OrderedDict[str, Prepared] = link.info.setdefault("prepared", OrderedDict())
            known = prepared.pop(query.sql, None)
            if known is not None:
                try:
                    return self._run(known, query, due, prepared)
                except pyodbc.Error as error:  # perhaps its tables changed since it was prepared
                    if isinstance(translated(error, self.profile.name), CutOff):
                        raise
            if self.profile.refresh is not None:
                _raw(link).execute(self.profile.refresh).close()
            return self._run(Prepared(query.sql, _raw(link).cursor()), query, due, prepared)
        except (pyodbc.Error, ValueError) as error:  # ValueError: what Python cannot hold
            raise translated(error, self.profile.name) from error

    def _run(
        self, chosen: Prepared, query: Query, due: float, prepared: OrderedDict[str, Prepared]
    ) -> tuple[list[Told], Sequence[Sequence[Any]]]:
        sql, cursor = chosen
        watched = self._watch.begin(cursor, due)
        try:
            cursor.execute(sql, query.params)
            rows = cursor.fetchall() if query.limit is None else cursor.fetchmany(query.limit)
            # Rows left unread would keep SQLite locked.
            unread = len(rows) == query.limit and cursor.fetchone() is not None
            columns = [Told(column[0], column[3]) for column in cursor.description]
        except (pyodbc.Error, ValueError) as error:
            _close(cursor)
            if watched.late:
                raise TimedOut("the database did not answer in time") from error
            raise
        finally:
            self._watch.end(watched)
        if unread or not query.params or not _keepable(sql):  # no parameters: not prepared
            _close(cursor)
        else:
            prepared[sql] = chosen
            if len(prepared) > _KEPT_CURSORS:
                _close(prepared.popitem(last=False)[1].cursor)
        return columns, rows

    def _limit(self, link: PoolProxiedConnection, seconds: float) -> None:
        if seconds <= 0:
            raise TimedOut("the time was up before the database was asked")
        if self.profile.limit is None:
            return
        step = next((step for step in _STEPS if step >= seconds), _STEPS[-1])
        if link.info.get("limit") != step:
            told = self.profile.limit.format(seconds=step, milliseconds=step * 1000)
            _raw(link).execute(told).close()
            link.info["limit"] = step

    def _unveiled(self, row: Sequence[Any]) -> tuple[Any, ...]:
        """The row's texts as they are; most rows are plain, which one look at all of it tells."""
        bytewise, page = self.profile.bytewise, self._page
        try:
            told = "".join(filter(None, row))
            if MARK not in told and (not bytewise or told.isascii()):
                return tuple(row)
        except TypeError:  # a number, of a statement that did not cast
            pass
        read = decoded if bytewise else unveil
        return tuple(
            [
                read(it, page)
                if it.__class__ is str and (it[:1] == MARK or (bytewise and not it.isascii()))
                else it
                for it in row
            ]
        )

    def _longest(self, query: Query, columns: list[Told]) -> int:
        """A bound on the bytes of values; what the driver tells no length of is measured."""
        told = [column.length for column in columns if column.length in self.profile.sized]
        longest = max(told, default=1) * _BYTES_PER_CHARACTER
        quote = self.dialect.identifier_preparer.quote_identifier
        untold = [
            f"MAX({self.profile.octets.format(x='q.' + quote(column.name))})"
            for column in columns
            if column.length not in self.profile.sized
        ]
        if untold:
            measure = Query(f"SELECT {', '.join(untold)} FROM ({query.sql}) q", query.params)
            _, [found] = self._answer(measure, _MEASURE_SECONDS)
            longest = max([longest, *(int(length) for length in found if length is not None)])
        return longest


@lru_cache(maxsize=1024)
def _keepable(sql: str) -> bool:
    """A statement whose columns are named in it; behind a star, others may come tomorrow."""
    return _STAR.search(sql) is None


def _raw(link: PoolProxiedConnection) -> pyodbc.Connection:
    raw = link.driver_connection
    assert isinstance(raw, pyodbc.Connection)
    return raw


def _close(cursor: pyodbc.Cursor) -> None:
    with suppress(pyodbc.Error):
        cursor.close()
