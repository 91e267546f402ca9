"""One connection of a worker: its statements prepared, its deadlines watched, its end noticed."""

from __future__ import annotations

import re
import time
from collections import OrderedDict
from collections.abc import Sequence
from contextlib import suppress
from functools import lru_cache
from typing import Any, NamedTuple

import pyodbc

from legacy_clients.errors import CutOff, Misconfigured, TimedOut
from legacy_clients.odbc.ends import Ends, open_sockets
from legacy_clients.odbc.failures import translated
from legacy_clients.odbc.veil import MARK, decoded, unveil
from legacy_clients.odbc.watch import Watch
from legacy_clients.odbc.wire import Answered, Manner, Question

pyodbc.pooling = False  # a second pool below ours would hand out dead connections

LOGIN_SECONDS = 5
_STEPS = (1, 5, 30, 120, 600, 3600)
"""The limits that a server is told, in seconds: few, so that it is seldom told anew."""
_KEPT_CURSORS = 16
"""Prepared statements of a connection: to run one again took 20 µs, a new one 54 µs (SQLite)."""
_STAR = re.compile(r"\bselect\s+\*|\.\*", re.IGNORECASE)
_WHOLE = 1 << 30


class Told(NamedTuple):
    """What the driver tells of the columns of a result."""

    names: tuple[str, ...]
    lengths: tuple[int, ...]


class Prepared(NamedTuple):
    """A statement, its cursor and what was told of it. pyodbc knows it again by the very object
    that its text is.
    """

    sql: str
    cursor: pyodbc.Cursor
    told: Told | None = None


def step(seconds: float) -> int:
    """The limit to tell a server for a statement that may take so long."""
    return next((step for step in _STEPS if step >= seconds), _STEPS[-1])


class Link:
    """A connection to the database. Raises what a Port raises; after Unanswered it is closed."""

    def __init__(self, manner: Manner, watch: Watch) -> None:
        self._manner, self._watch = manner, watch
        self._prepared: OrderedDict[str, Prepared] = OrderedDict()
        self._limit: int | None = None
        before = open_sockets()
        self._connection = self._connect()
        self.ends = Ends(before)

    def ask(self, question: Question, due: float) -> Answered:
        """All rows of the answer, or as many as were asked for."""
        sql, garbled = question.sql, self._manner.garbled
        if garbled is not None and not sql.isascii() and (found := re.search(garbled, sql)):
            raise Misconfigured(
                f"the ODBC driver of {self._manner.driver} cannot take the letter {found[0]!r} in a"
                " statement: read what is named so through a view with another name"
            )
        try:
            self._tell_limit(due - time.monotonic())
            told, rows = self._read(question, due)
        except (pyodbc.Error, ValueError) as error:  # ValueError: what Python cannot hold
            raise self.ends.judged(translated(error, self._manner.driver)) from error
        return Answered(told.names, told.lengths, [self._unveiled(row) for row in rows])

    def close(self) -> None:
        with suppress(pyodbc.Error):
            self._connection.close()

    def _connect(self) -> pyodbc.Connection:
        manner = self._manner
        try:
            connection = pyodbc.connect(manner.string, autocommit=True, timeout=LOGIN_SECONDS)
        except pyodbc.Error as error:
            raise translated(error, manner.driver, connecting=True) from error
        # What is longer would go in pieces, which not every driver puts together again.
        connection.maxwrite = _WHOLE
        if manner.narrow:
            connection.setencoding("utf-8", ctype=pyodbc.SQL_CHAR)
        if manner.narrow or manner.bytewise:
            page = "latin-1" if manner.bytewise else "utf-8"
            for kind in (pyodbc.SQL_CHAR, pyodbc.SQL_WCHAR):
                connection.setdecoding(kind, encoding=page, ctype=pyodbc.SQL_CHAR)
        try:
            for statement in manner.session:
                connection.execute(statement).close()
        except pyodbc.Error as error:
            connection.close()
            raise translated(error, manner.driver, connecting=True) from error
        return connection

    def _read(self, question: Question, due: float) -> tuple[Told, Sequence[Sequence[Any]]]:
        known = self._prepared.pop(question.sql, None)
        if known is not None:
            try:
                return self._run(known, question, due)
            except pyodbc.Error as error:  # perhaps its tables changed since it was prepared
                found = self.ends.judged(translated(error, self._manner.driver))
                if isinstance(found, CutOff | TimedOut):
                    raise
        if self._manner.refresh is not None:
            self._connection.execute(self._manner.refresh).close()
        return self._run(Prepared(question.sql, self._connection.cursor()), question, due)

    def _run(
        self, chosen: Prepared, question: Question, due: float
    ) -> tuple[Told, Sequence[Sequence[Any]]]:
        sql, cursor, told = chosen
        watched = self._watch.begin(cursor, due)
        try:
            cursor.execute(sql, question.params)
            limit = question.limit
            rows = cursor.fetchall() if limit is None else cursor.fetchmany(limit)
            # Rows left unread would keep SQLite locked.
            unread = len(rows) == limit and cursor.fetchone() is not None
            told = told or _told(cursor)
        except (pyodbc.Error, ValueError) as error:
            _close(cursor)
            if watched.late:
                raise TimedOut("the database did not answer in time") from error
            raise
        finally:
            self._watch.end(watched)
        if unread or not question.params or not _keepable(sql):  # no parameters: not prepared
            _close(cursor)
        else:
            self._prepared[sql] = Prepared(sql, cursor, told)
            if len(self._prepared) > _KEPT_CURSORS:
                _close(self._prepared.popitem(last=False)[1].cursor)
        return told, rows

    def _tell_limit(self, seconds: float) -> None:
        if seconds <= 0:
            raise TimedOut("the time was up before the database was asked")
        if self._manner.limit is None:
            return
        limit = step(seconds)
        if self._limit != limit:
            told = self._manner.limit.format(seconds=limit, milliseconds=limit * 1000)
            self._connection.execute(told).close()
            self._limit = limit

    def _unveiled(self, row: Sequence[Any]) -> tuple[Any, ...]:
        """The row's texts as they are; most rows are plain, which one look at all of it tells."""
        bytewise, page = self._manner.bytewise, self._manner.page
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


def _told(cursor: pyodbc.Cursor) -> Told:
    columns = cursor.description
    # SQLite's driver tells a name's bytes for its letters: what it left behind the end comes along.
    names = [name.partition("\0")[0] for name, *_ in columns]
    return Told(tuple(names), tuple([it[3] for it in columns]))


@lru_cache(maxsize=1024)
def _keepable(sql: str) -> bool:
    """A statement whose columns are named in it; behind a star, others may come tomorrow."""
    return _STAR.search(sql) is None


def _close(cursor: pyodbc.Cursor) -> None:
    with suppress(pyodbc.Error):
        cursor.close()
