"""What goes between us and a worker process: messages of plain values, and Arrow data as it is.

A worker loads this module and few others (see start.py): it imports nothing that takes long.
"""

from __future__ import annotations

import marshal
import time
from collections.abc import Callable
from datetime import date, datetime
from datetime import time as time_of_day
from decimal import Decimal
from socket import socket
from typing import Any, NamedTuple
from uuid import UUID

_LONGEST = 1 << 31
_LENGTH = 4
_HEAD = _LENGTH + 1
_PLAIN, _SPELLED, _RAW = range(3)

_SPELLINGS: dict[type, tuple[Callable[[Any], Any], Callable[[Any], Any]]] = {
    Decimal: (str, Decimal),
    datetime: (datetime.isoformat, datetime.fromisoformat),
    date: (date.isoformat, date.fromisoformat),
    time_of_day: (time_of_day.isoformat, time_of_day.fromisoformat),
    UUID: (str, UUID),
}
"""How a value is written and read whose type marshal does not know."""
_BY_NAME = {kind.__name__: read for kind, (_, read) in _SPELLINGS.items()}


class Start(NamedTuple):
    """The first message to a worker: where its modules are."""

    folders: list[str]


class Manner(NamedTuple):
    """How a worker speaks with its database: what it needs of a Profile, as plain values."""

    string: str
    """The connection string, completed."""
    page: str
    driver: str
    session: tuple[str, ...]
    limit: str | None
    refresh: str | None
    bytewise: bool
    narrow: bool = False
    garbled: str | None = None


class Question(NamedTuple):
    """A query, to be answered by `Answered` within `seconds`."""

    sql: str
    params: tuple[Any, ...]
    limit: int | None
    seconds: float
    fresh: bool
    """On a connection made for it."""


class Reading(NamedTuple):
    """A large query, to be answered by `Connected`, a schema, batches and `Done`."""

    string: str
    sql: str
    params: tuple[Any, ...]
    batch_rows: int
    longest: int
    seconds: float
    """The server is told to end a statement that takes longer."""


class Connected(NamedTuple):
    """A connection had to be made, and stands."""


class Answered(NamedTuple):
    """All rows of a result; `lengths` are those that the driver tells of its columns."""

    columns: tuple[str, ...]
    lengths: tuple[int, ...]
    rows: list[tuple[Any, ...]]


class Done(NamedTuple):
    """A large result was read to its end."""


class Failed(NamedTuple):
    """The name of an error of ours, and its words."""

    error: str
    words: str


_MESSAGES: tuple[type, ...] = (Start, Manner, Question, Reading, Connected, Answered, Done, Failed)
_NUMBERS = {kind: number for number, kind in enumerate(_MESSAGES)}


class Wire:
    """One end of a stream socket. Not for two threads at once.

    Both ways raise TimeoutError when it is `due` (on the clock of time.monotonic; None waits for
    ever) and OSError or EOFError where the other end is gone; after either it is of no more use.
    """

    def __init__(self, end: socket) -> None:
        self.socket = end
        self.received = 0
        """Bytes that came over it."""
        self._head = bytearray(_HEAD)
        self._room = bytearray(1 << 16)

    def send(self, message: tuple[Any, ...] | bytes | memoryview, due: float | None = None) -> None:
        """A message, or raw bytes. Raises ValueError, with nothing sent, for what is too long."""
        form, payload = _written(message)
        if len(payload) >= _LONGEST:
            raise ValueError("a message of 2 GiB is too long")
        head = len(payload).to_bytes(_LENGTH, "little") + bytes((form,))
        self._wait(due)
        if form == _RAW:
            self.socket.sendall(head)
            self.socket.sendall(payload)
        else:
            self.socket.sendall(head + payload)

    def receive(self, due: float | None = None, room: Callable[[int], Any] = bytearray) -> Any:
        """The next message; raw bytes as the buffer of their length that `room` makes."""
        self._fill(memoryview(self._head), due)
        length, form = int.from_bytes(self._head[:_LENGTH], "little"), self._head[_LENGTH]
        if length >= _LONGEST or form > _RAW:
            raise EOFError("the other end does not speak as we do")
        self.received += length
        if form == _RAW:
            buffer = room(length)
            self._fill(memoryview(buffer), due)
            return buffer
        place = self._room if length <= len(self._room) else bytearray(length)
        with memoryview(place)[:length] as body:
            self._fill(body, due)
            try:
                number, *fields = marshal.loads(body)
                return _MESSAGES[number](*(_read(fields) if form == _SPELLED else fields))
            except (ValueError, EOFError, TypeError, LookupError) as error:
                raise EOFError("the other end does not speak as we do") from error

    def close(self) -> None:
        self.socket.close()

    def _fill(self, view: memoryview, due: float | None) -> None:
        while view:
            self._wait(due)
            count = self.socket.recv_into(view)
            if not count:
                raise EOFError("the other end is gone")
            view = view[count:]

    def _wait(self, due: float | None) -> None:
        if due is not None:
            left = due - time.monotonic()
            if left <= 0:
                raise TimeoutError
            self.socket.settimeout(left)


def _written(message: tuple[Any, ...] | bytes | memoryview) -> tuple[int, bytes | memoryview]:
    if not isinstance(message, tuple):
        return _RAW, message
    plain = (_NUMBERS[type(message)], *message)
    try:
        return _PLAIN, marshal.dumps(plain)
    except ValueError:
        return _SPELLED, marshal.dumps(_spelled(plain))


def _spelled(value: Any) -> Any:
    """Plain values, with a dict {type: text} for each other one; messages hold no dicts."""
    if isinstance(value, tuple | list):
        kind = tuple if isinstance(value, tuple) else list
        return kind(_spelled(part) for part in value)
    if type(value) in _SPELLINGS:
        return {type(value).__name__: _SPELLINGS[type(value)][0](value)}
    for plain in (str, int):  # of a subclass, the value that it holds
        if isinstance(value, plain) and not isinstance(value, bool):
            return plain.__new__(plain, value) if plain is int else str.__str__(value)
    try:
        marshal.dumps(value)
    except ValueError:
        raise TypeError(f"a value of a query cannot be a {type(value).__name__}") from None
    return value


def _read(value: Any) -> Any:
    if isinstance(value, tuple | list):
        kind = tuple if isinstance(value, tuple) else list
        return kind(_read(part) for part in value)
    if isinstance(value, dict):
        ((name, text),) = value.items()
        return _BY_NAME[name](text)
    return value
