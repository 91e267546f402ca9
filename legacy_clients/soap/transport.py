"""Posts bytes to one configured address and brings the answer back, within one deadline and a
bounded size.

Connections are kept alive in a last-in, first-out pool. What may have left is never sent twice and
never called unsent: up to the first byte a failure is NotSent, from then on it is Unanswered.
"""

from __future__ import annotations

import ssl
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from types import TracebackType
from typing import NamedTuple, Protocol, Self

from legacy_clients.deadline import Deadline
from legacy_clients.errors import Denied, Misconfigured, Unanswered, Unreachable
from legacy_clients.soap.connection import Connection, Incoming
from legacy_clients.soap.proxy import Proxy
from legacy_clients.soap.route import Address, Route

CAP = 16 * 1024 * 1024
STREAMED = 4 * 1024 * 1024 * 1024  # bytes of an answer that is read piece by piece
KEPT = 16


class Answer(NamedTuple):
    """What came back: HTTP status, Content-Type as sent ("" when absent), body unpacked."""

    status: int
    content_type: str
    body: bytes


class Request:
    """What is sent. A `Content-Length` goes with all but GET."""

    def __init__(
        self, method: str, target: str, headers: Mapping[str, str], body: bytes = b""
    ) -> None:
        """Raises Misconfigured for a header that would smuggle another."""
        self.method, self.target, self._headers, self._body = method, target, headers, body
        refuse_breaks(headers)

    def spelled(self, route: Route, more: Mapping[str, str] | None = None) -> bytes:
        """The bytes of it on this route, with `more` headers."""
        headers = {"User-Agent": "crm-facade", "Accept-Encoding": "gzip", **self._headers}
        if more:
            refuse_breaks(more)
            headers.update(more)
        if self.method != "GET":
            headers["Content-Length"] = str(len(self._body))
        lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        head = f"{route.head(self.method, self.target)}{lines}\r\n"
        return head.encode("latin-1") + self._body


def refuse_breaks(headers: Mapping[str, str]) -> None:
    for name, value in headers.items():
        if "\r" in name + value or "\n" in name + value:
            raise Misconfigured("a header of the request holds a line break")


class Introduction(Protocol):
    """A sign-in that holds for one connection, done before its first request."""

    def headers(
        self, ask: Callable[[Mapping[str, str]], Incoming], certificate: bytes | None
    ) -> Mapping[str, str]:
        """The headers of the first request, after asking on the same connection, without a body,
        as often as needed.

        `certificate` is the service's own (DER), where there is TLS. Raises a LegacyError.
        """


class Transport:
    """Posts to `url` (http or https, RFC 9110) and nowhere else: no redirects, no cookies, no
    proxies from the environment. Safe to share between threads.
    """

    def __init__(
        self,
        url: str,
        *,
        tls: ssl.SSLContext | None = None,
        proxy: Proxy | None = None,
        introduction: Introduction | None = None,
        cap: int = CAP,
    ) -> None:
        """`cap` bounds an answer in bytes, both as sent and unpacked. Raises Misconfigured for an
        address that is none.
        """
        address = Address.of(url)
        self._route, self._target = Route(address, tls, proxy), address.target
        if introduction is not None and self._route.shared:
            raise Misconfigured(
                "a sign-in that holds for a connection cannot go through a proxy (crm.soap_proxy) "
                "that may share it: use an https address"
            )
        self._introduction, self._cap = introduction, cap
        self._idle: list[Connection] = []
        self._lock = threading.Lock()

    def post(self, body: bytes, headers: Mapping[str, str], deadline: Deadline) -> Answer:
        """Send `body` once and return the answer, whatever its status.

        Raises Unreachable when nothing was sent; TimedOut, CutOff or Unintelligible when something
        may have been; Denied where a proxy or TLS does not let us in.
        """
        with self.begin(body, headers, deadline, self._cap) as incoming:
            return Answer(incoming.status, incoming.content_type, incoming.whole())

    @contextmanager
    def begin(
        self, body: bytes, headers: Mapping[str, str], deadline: Deadline, most: int = STREAMED
    ) -> Iterator[Incoming]:
        """Send `body` once and read the answer piece by piece, at most `most` bytes of it. Raises
        as `post`; so does reading.
        """
        request = Request("POST", self._target, headers, body)
        with self._exchanged(request, deadline, most) as incoming:
            yield incoming

    def reach(self, deadline: Deadline) -> None:
        """Make a connection, through proxy and TLS, and close it: nothing is sent. Raises
        Unreachable or Denied.
        """
        self._route.connect(deadline).close()

    def fetch(
        self, target: str, deadline: Deadline, headers: Mapping[str, str] | None = None
    ) -> Answer:
        """GET a path ("/crm.asmx?wsdl") on the configured host. Raises as `post`, and
        Misconfigured for anything but a path.
        """
        plain = target.isascii() and target.isprintable() and " " not in target
        if not target.startswith("/") or target.startswith("//") or not plain:
            raise Misconfigured("only a path on the configured host is fetched, such as /crm?wsdl")
        request = Request("GET", target, headers or {})
        with self._exchanged(request, deadline, self._cap) as incoming:
            return Answer(incoming.status, incoming.content_type, incoming.whole())

    def close(self) -> None:
        """Close the idle connections."""
        with self._lock:
            idle, self._idle = self._idle, []
        for connection in idle:
            connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    @contextmanager
    def _exchanged(self, request: Request, deadline: Deadline, most: int) -> Iterator[Incoming]:
        """An exchange on a kept or new connection, which is kept when the body was read to its
        end.
        """
        connection = self._kept() or self._route.connect(deadline)
        known = connection.introduced
        incoming = self._sent(connection, request, deadline, most)
        if known and incoming.status == 401:
            # The service has forgotten who this connection is, and so has not run the call.
            incoming.close()
            connection.close()
            connection = self._route.connect(deadline)
            incoming = self._sent(connection, request, deadline, most)
        try:
            if incoming.status == 407:
                raise Denied("the proxy does not accept our user and password (crm.soap_proxy)")
            yield incoming
        finally:
            incoming.close()
            self._keep(connection, incoming.again and incoming.status != 401)

    def _sent(
        self, connection: Connection, request: Request, deadline: Deadline, most: int
    ) -> Incoming:
        try:
            more = self._introduced(connection, request, deadline)
            if deadline.passed:
                raise Unreachable("the deadline passed before anything was sent")
            connection.send(request.spelled(self._route, more), deadline)
            return connection.receive(deadline, most, request.method)
        except BaseException:
            connection.close()
            raise

    def _introduced(
        self, connection: Connection, request: Request, deadline: Deadline
    ) -> Mapping[str, str]:
        """What a connection's first request carries in addition; nothing for a known one."""
        if self._introduction is None or connection.introduced:
            return {}

        def ask(headers: Mapping[str, str]) -> Incoming:
            question = Request(request.method, request.target, headers)
            connection.send(question.spelled(self._route), deadline)
            incoming = connection.receive(deadline, self._cap, request.method)
            incoming.whole()
            incoming.close()
            if not incoming.again:
                raise Unreachable("the service closes the connection that we sign in on")
            return incoming

        try:
            headers = self._introduction.headers(ask, connection.certificate)
        except Unanswered as error:
            raise Unreachable(f"signing in was not possible: {error}") from None
        connection.introduced = True
        return headers

    def _kept(self) -> Connection | None:
        while True:
            with self._lock:
                if not self._idle:
                    return None
                connection = self._idle.pop()
            if connection.usable():
                return connection
            connection.close()

    def _keep(self, connection: Connection, again: bool) -> None:
        connection.since = time.monotonic()
        with self._lock:
            if again and len(self._idle) < KEPT:
                self._idle.append(connection)
                return
        connection.close()


__all__ = ["Answer", "Incoming", "Introduction", "Transport"]
