"""One Karrio server over HTTP: a total deadline a call, the waits it asks for, no redirects."""

from __future__ import annotations

import datetime as dt
import io
import select
import socket
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from email.message import Message
from email.utils import parsedate_to_datetime
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from queue import Empty, LifoQueue
from types import TracebackType
from typing import Any
from urllib.parse import urlencode, urlsplit

import orjson

from facade.sinks.sink import SinkMismatch, SinkRefused, SinkUnreachable

LARGEST = 32 * 1024 * 1024
SHORTEST_WAIT = 0.1
UNSAID_WAIT = 5.0
"""Seconds to wait where a 429 does not say how long."""


class NotAnswered(SinkUnreachable):
    """A request left and no usable answer came: what it asked for may have been done.

    SinkUnreachable
    └── NotAnswered    look up what became of it before anything else
    """


@dataclass(frozen=True)
class Reply:
    """A status below 500 and the JSON object that came with it (empty where none came)."""

    status: int
    document: dict[str, Any]


CONNECTIONS: dict[str, Callable[..., HTTPConnection]] = {
    "http": HTTPConnection,
    "https": HTTPSConnection,
}


@dataclass
class Patience:
    """Waits that the server asked for, shared by all threads; `seconds` is the most in all."""

    seconds: float
    _waited: float = 0.0
    _until: float = 0.0
    _turn: threading.Lock = field(default_factory=threading.Lock)

    def ask(self, seconds: float) -> None:
        """Nobody calls for so long. Raises SinkUnreachable where that is more than is left."""
        with self._turn:
            now = time.monotonic()
            until = now + max(seconds, SHORTEST_WAIT)
            more = max(0.0, until - max(self._until, now))
            if self._waited + more > self.seconds:
                raise SinkUnreachable(
                    f"The TMS asks to wait {seconds:.0f} s; {self._waited:.0f} s of at most"
                    f" {self.seconds:.0f} s were waited already. Try again later."
                )
            self._waited += more
            self._until = max(self._until, until)

    def wait(self) -> None:
        """Return when calls are welcome again."""
        left = self._until - time.monotonic()
        if left > 0:
            time.sleep(left)


class Client:
    """Calls with a token, from several threads; connections are kept alive until `close`.

    Raises SinkMismatch when `url` or `token` can't be one.
    """

    def __init__(
        self, url: str, token: str, seconds: float = 30.0, patience: float = 300.0
    ) -> None:
        parts = urlsplit(url)
        plain = not (parts.username or parts.password or parts.query or parts.fragment)
        if parts.scheme not in CONNECTIONS or not parts.hostname or not plain:
            raise SinkMismatch(
                "The TMS's url must be http:// or https://, a host, and nothing secret or after ?:"
                " for example https://tms.example.com"
            )
        if not token or not token.isascii() or not token.isprintable():
            raise SinkMismatch("The TMS's token must be printable ASCII text that isn't empty.")
        self._connect = CONNECTIONS[parts.scheme]
        self._host, self._port, self._path = parts.hostname, parts.port, parts.path.rstrip("/")
        self._token = token
        self._seconds = seconds
        self._patience = Patience(patience)
        self._idle: LifoQueue[HTTPConnection] = LifoQueue()

    def __enter__(self) -> Client:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections that are not in use."""
        with suppress(Empty):
            while True:
                self._idle.get_nowait().close()

    def call(
        self,
        method: str,
        path: str,
        document: Mapping[str, Any] | None = None,
        query: Mapping[str, Any] | None = None,
    ) -> Reply:
        """The reply, after whatever waits a 429 asked for (Retry-After, RFC 9110 section 10.2.3).

        Raises SinkUnreachable (never sent), NotAnswered (sent; lost, late, 5xx or no JSON),
        SinkRefused (401, 403), SinkMismatch (redirects).
        """
        target = self._path + path + (f"?{urlencode(query)}" if query else "")
        body = None if document is None else orjson.dumps(document)
        while True:
            self._patience.wait()
            status, headers, content = self._exchange(method, target, body)
            if status != 429:
                return _judged(f"{method} {path}", status, content)
            self._patience.ask(retry_after(headers.get("Retry-After"), time.time()))

    def _exchange(self, method: str, target: str, body: bytes | None) -> tuple[int, Message, bytes]:
        deadline = time.monotonic() + self._seconds
        connection = self._connected()
        headers = {
            "Authorization": f"Token {self._token}",
            "Accept": "application/json",
            "Accept-Encoding": "identity",
        }
        if body is not None:
            headers["Content-Type"] = "application/json"
        try:
            connection.response_class = _timed(deadline)
            connection.sock.settimeout(max(deadline - time.monotonic(), 0.001))
            connection.request(method, target, body, headers)
            with connection.getresponse() as response:
                content = response.read(LARGEST + 1)
                if len(content) > LARGEST:
                    raise NotAnswered(f"The TMS's answer is larger than {LARGEST} bytes.")
                if response.length:
                    raise NotAnswered("The TMS's answer ends before it is whole.")
                whole = response.isclosed()
                answer = response.status, response.headers, content
        except (OSError, HTTPException) as error:
            connection.close()
            raise NotAnswered(f"The TMS did not answer: {_told(error)}") from error
        except BaseException:
            connection.close()
            raise
        if whole and connection.sock is not None:
            self._idle.put(connection)
        else:
            connection.close()
        return answer

    def _connected(self) -> HTTPConnection:
        """A connection that was not hung up on while it was idle, or a new one."""
        with suppress(Empty):
            while True:
                connection = self._idle.get_nowait()
                if connection.sock is not None and not _readable(connection.sock):
                    return connection
                connection.close()
        connection = self._connect(self._host, self._port, timeout=self._seconds)
        try:
            connection.connect()
        except OSError as error:
            connection.close()
            raise SinkUnreachable(
                f"No connection to the TMS at {self._host}: {_told(error)}"
            ) from error
        return connection


class _TimedReader(io.RawIOBase):
    """A socket's bytes until a deadline of the monotonic clock, however slowly they drip."""

    def __init__(self, connection: socket.socket, deadline: float) -> None:
        self._socket = connection
        self._raw = connection.makefile("rb", buffering=0)
        self._deadline = deadline

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        left = self._deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError("the deadline passed")
        self._socket.settimeout(left)
        return self._raw.readinto(buffer)

    def close(self) -> None:
        self._raw.close()
        super().close()


def _timed(deadline: float) -> Any:
    """HTTPResponse whose status line, headers and body all come before `deadline`."""

    def make(connection: socket.socket, *args: Any, **kwargs: Any) -> HTTPResponse:
        response = HTTPResponse(connection, *args, **kwargs)
        response.fp.close()
        response.fp = io.BufferedReader(_TimedReader(connection, deadline))
        return response

    return make


def _readable(connection: socket.socket) -> bool:
    """Whether an idle connection has something to say, which can only be that it is closed."""
    poll = select.poll()
    poll.register(connection, select.POLLIN)
    return bool(poll.poll(0))


def _told(error: Exception) -> str:
    return "too late" if isinstance(error, TimeoutError) else type(error).__name__


def retry_after(header: str | None, now: float) -> float:
    """Seconds to wait: delay-seconds or an HTTP-date (RFC 9110 section 10.2.3), never negative."""
    spelled = (header or "").strip()
    if spelled.isascii() and spelled.isdigit():
        return float(spelled)
    try:
        moment = parsedate_to_datetime(spelled)
    except ValueError:
        return UNSAID_WAIT
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=dt.UTC)
    return max(0.0, moment.timestamp() - now)


def _judged(call: str, status: int, content: bytes) -> Reply:
    if status in (401, 403):
        raise SinkRefused(
            f"The TMS answers {status} to {call}: the token is wrong or lacks rights."
        )
    if 300 <= status < 400:
        raise SinkMismatch(f"The TMS answers {status} to {call}: redirects are not followed.")
    if status >= 500:
        raise NotAnswered(f"The TMS answers {status} to {call}.")
    try:
        document = orjson.loads(content) if content else {}
    except orjson.JSONDecodeError as error:
        raise NotAnswered(f"The TMS answers {status} to {call} with no JSON.") from error
    if not isinstance(document, dict):
        raise NotAnswered(f"The TMS answers {status} to {call} with JSON that is no object.")
    return Reply(status, document)
