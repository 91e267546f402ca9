"""Posts bytes to one configured address and brings the answer back whole, within one deadline and a
bounded size.

Connections are kept alive in a last-in, first-out pool. What may have left is never sent twice and
never called unsent: up to the first byte a failure is NotSent, from then on it is Unanswered.
"""

from __future__ import annotations

import http.client
import io
import select
import socket
import ssl
import threading
import time
import zlib
from collections.abc import Callable, Mapping
from types import TracebackType
from typing import NamedTuple, Self, cast
from urllib.parse import urlsplit

from legacy_clients.deadline import Deadline
from legacy_clients.errors import CutOff, Misconfigured, TimedOut, Unintelligible, Unreachable

CAP = 16 * 1024 * 1024
CHUNK = 64 * 1024
KEPT = 16
IDLE = 30.0
PORTS = {"http": 80, "https": 443}
HEAD = 64 * 1024  # what status line and header lines may add to the cap


class Answer(NamedTuple):
    """What came back: HTTP status, Content-Type as sent ("" when absent), body unpacked."""

    status: int
    content_type: str
    body: bytes


class Reading(io.RawIOBase):
    """The receiving side of a socket: each read has only what the deadline leaves, and the bytes
    are counted.

    This bounds the call as a whole where a socket's own timeout bounds a single read: a server that
    drips a byte a second is left when the deadline passes.
    """

    def __init__(self, sock: socket.socket, deadline: Deadline, cap: int) -> None:
        self._sock, self._deadline, self._left = sock, deadline, cap
        self.ended = False

    def makefile(self, mode: str) -> io.BufferedReader:
        """What http.client asks of a socket."""
        return io.BufferedReader(self, CHUNK)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        self._sock.settimeout(self._deadline.left())
        count = self._sock.recv_into(buffer)
        self.ended = count == 0
        self._left -= count
        if self._left < 0:
            raise Unintelligible("the answer is larger than we accept")
        return count


class Connection:
    """One socket to the service. Used by one caller at a time."""

    def __init__(self, sock: socket.socket) -> None:
        self.sock = sock
        self.since = time.monotonic()

    def usable(self) -> bool:
        """False when the server has closed it, or sent what nobody asked for, while it lay idle."""
        if time.monotonic() - self.since > IDLE:
            return False
        waiting = select.poll()
        waiting.register(self.sock, select.POLLIN | select.POLLHUP | select.POLLERR)
        return not waiting.poll(0)

    def send(self, request: bytes, deadline: Deadline) -> None:
        """Send in one go. Raises TimedOut or CutOff: some of it may have arrived."""
        try:
            self.sock.settimeout(deadline.left())
            self.sock.sendall(request)
        except TimeoutError:
            raise TimedOut("the deadline passed while the request was being sent") from None
        except OSError as error:
            raise CutOff(
                f"the connection broke while the request was sent ({named(error)})"
            ) from None

    def receive(self, deadline: Deadline, cap: int) -> tuple[Answer, bool]:
        """The answer, and whether the connection can be used again. Raises an Unanswered."""
        reading = Reading(self.sock, deadline, cap + HEAD)
        # Only makefile() is ever called on what http.client takes for a socket.
        response = http.client.HTTPResponse(cast("socket.socket", reading), method="POST")
        try:
            response.begin()
            if reading.ended:  # http.client takes the end of the stream for the end of the headers
                raise CutOff("the connection closed before the headers were whole")
            content_type = response.headers.get("Content-Type", "")
            packing = response.headers.get("Content-Encoding", "identity").strip().lower()
            body = b"".join(iter(lambda: response.read(CHUNK), b""))
            if response.length:
                raise CutOff("the connection closed before the answer was whole")
            if len(body) > cap:
                raise Unintelligible("the answer is larger than we accept")
            again = not response.will_close
            return Answer(response.status, content_type, unpacked(body, packing, cap)), again
        except TimeoutError:
            raise TimedOut("the deadline passed before the answer was whole") from None
        except (http.client.RemoteDisconnected, http.client.IncompleteRead):
            raise CutOff("the connection closed before the answer was whole") from None
        except (http.client.HTTPException, ValueError):
            # ValueError: a chunk of a negative length. Their texts quote the answer.
            if reading.ended:
                raise CutOff("the connection closed before the answer was whole") from None
            raise Unintelligible("the answer is no HTTP") from None
        except OSError as error:
            raise CutOff(
                f"the connection broke before the answer was whole ({named(error)})"
            ) from None
        finally:
            response.close()

    def close(self) -> None:
        self.sock.close()


class Transport:
    """Posts to `url` (http or https, RFC 9110) and nowhere else: no redirects, no cookies, no
    proxies from the environment.
    """

    def __init__(self, url: str, *, tls: ssl.SSLContext | None = None, cap: int = CAP) -> None:
        """`cap` bounds the answer in bytes, both as sent and unpacked. Raises Misconfigured for an
        address that is none.
        """
        parts = urlsplit(url)
        if parts.scheme not in PORTS or not parts.hostname:
            raise Misconfigured("the address of the SOAP service is no http:// or https:// URL")
        if parts.username or parts.password:
            raise Misconfigured("the address of the SOAP service holds a user: use the settings")
        self._host = parts.hostname
        self._port = parts.port or PORTS[parts.scheme]
        self._tls = (tls or ssl.create_default_context()) if parts.scheme == "https" else None
        self._cap = cap
        self._idle: list[Connection] = []
        self._lock = threading.Lock()
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        self._head = (
            f"POST {target} HTTP/1.1\r\nHost: {parts.netloc}\r\nUser-Agent: crm-facade\r\n"
            "Accept-Encoding: gzip\r\n"
        )

    def post(self, body: bytes, headers: Mapping[str, str], deadline: Deadline) -> Answer:
        """Send `body` once and return the answer, whatever its status.

        Raises Unreachable when nothing was sent; TimedOut, CutOff or Unintelligible when something
        may have been.
        """
        request = self._request(body, headers)
        connection = self._kept() or self._connect(deadline)
        again = False
        try:
            if deadline.passed:
                raise Unreachable("the deadline passed before anything was sent")
            connection.send(request, deadline)
            answer, again = connection.receive(deadline, self._cap)
            return answer
        finally:
            self._keep(connection, again)

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

    def _request(self, body: bytes, headers: Mapping[str, str]) -> bytes:
        lines = [f"{name}: {value}" for name, value in headers.items()]
        if any("\r" in line or "\n" in line for line in lines):
            raise Misconfigured("a header of the request holds a line break")
        lines.append(f"Content-Length: {len(body)}")
        return (self._head + "\r\n".join(lines) + "\r\n\r\n").encode("latin-1") + body

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

    def _connect(self, deadline: Deadline) -> Connection:
        try:
            sock = self._dial(deadline)
        except TimedOut:
            raise Unreachable("no connection to the SOAP service before the deadline") from None
        except OSError as error:
            raise Unreachable(f"no connection to the SOAP service ({named(error)})") from None
        return Connection(sock)

    def _dial(self, deadline: Deadline) -> socket.socket:
        failure: OSError = OSError("no address")
        for family, kind, protocol, _, address in resolve(self._host, self._port, deadline):
            sock = socket.socket(family, kind, protocol)
            try:
                sock.settimeout(deadline.left())
                sock.connect(address)
                sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                return self._secured(sock, deadline)
            except OSError as error:
                sock.close()
                failure = error
            except BaseException:
                sock.close()
                raise
        raise failure

    def _secured(self, sock: socket.socket, deadline: Deadline) -> socket.socket:
        if self._tls is None:
            return sock
        sock.settimeout(deadline.left())
        return self._tls.wrap_socket(sock, server_hostname=self._host)


def named(error: OSError) -> str:
    """What failed, without the texts of the operating system, which may hold hosts."""
    return type(error).__name__


def resolve(host: str, port: int, deadline: Deadline) -> list[tuple]:
    """Addresses of `host`, by the deadline: a name server that hangs ignores every timeout of a
    socket.
    """
    found: list[list[tuple]] = []
    failed: list[OSError] = []

    def look_up() -> None:
        try:
            found.append(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))
        except OSError as error:
            failed.append(error)

    looking = threading.Thread(target=look_up, daemon=True, name="name look-up")
    looking.start()
    looking.join(deadline.left())
    if failed:
        raise failed[0]
    if not found:
        raise TimedOut("the name of the service was not resolved in time")
    return found[0]


def as_sent(body: bytes, cap: int) -> bytes:
    return body


def inflated(window: int) -> Callable[[bytes, int], bytes]:
    """Unpacks RFC 1950/1952 data up to a cap: a megabyte that unpacks to gigabytes costs no more
    than the cap.
    """

    def unpack(body: bytes, cap: int) -> bytes:
        unpacker = zlib.decompressobj(window)
        try:
            plain = unpacker.decompress(body, cap + 1)
        except zlib.error:
            raise Unintelligible("the answer is packed wrongly") from None
        if len(plain) > cap:
            raise Unintelligible("the answer is larger than we accept when unpacked")
        if not unpacker.eof:
            raise CutOff("the packed answer ends early")
        return plain

    return unpack


PACKINGS: dict[str, Callable[[bytes, int], bytes]] = {
    "": as_sent,
    "identity": as_sent,
    "gzip": inflated(16 + zlib.MAX_WBITS),
    "x-gzip": inflated(16 + zlib.MAX_WBITS),
    "deflate": inflated(zlib.MAX_WBITS),
}


def unpacked(body: bytes, packing: str, cap: int) -> bytes:
    unpack = PACKINGS.get(packing)
    if unpack is None:
        raise Unintelligible("the answer is packed in a way that we did not ask for")
    return unpack(body, cap)
