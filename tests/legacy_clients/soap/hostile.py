"""A server on loopback that answers each request as it is told to, however wrong that is."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable
from types import TracebackType
from typing import Self

ENVELOPE = (
    '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/">'
    '<s:Body xmlns="urn:shop">{}</s:Body></s:Envelope>'
)
SECRET = "s3cret-of-the-reply"

# An answer writes to the socket and says whether the connection stays open.
Reaction = Callable[[socket.socket], bool]


class Hostile:
    """Reacts to requests in the order of `reactions`, the last one again and again.

    `requests` holds what arrived, `connections` how many were opened, `fired` how many reactions
    ran to their end or were cut short by the caller's leaving.
    """

    def __init__(self, *reactions: Reaction) -> None:
        self.reactions = list(reactions)
        self.requests: list[bytes] = []
        self.connections = 0
        self.fired = 0
        self._stopping = threading.Event()
        self._lock = threading.Lock()
        self._threads: list[threading.Thread] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._listener.settimeout(0.05)
        self.port = self._listener.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}/shop?x=1"

    def __enter__(self) -> Self:
        self._start(self._accept)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stopping.set()
        for thread in list(self._threads):
            thread.join(5)
        self._listener.close()

    def _start(self, work: Callable[..., None], *given: object) -> None:
        thread = threading.Thread(target=work, args=given, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        while not self._stopping.is_set():
            try:
                sock, _ = self._listener.accept()
            except TimeoutError:
                continue
            self.connections += 1
            self._start(self._converse, sock)

    def _converse(self, sock: socket.socket) -> None:
        with sock:
            sock.settimeout(0.05)
            while not self._stopping.is_set():
                request = self._request(sock)
                if not request:
                    return
                with self._lock:
                    self.requests.append(request)
                    more = len(self.reactions) > 1
                    react = self.reactions.pop(0) if more else self.reactions[0]
                try:
                    open_still = react(sock)
                except OSError:  # the caller left
                    open_still = False
                with self._lock:
                    self.fired += 1
                if not open_still:
                    return

    def _request(self, sock: socket.socket) -> bytes:
        taken = b""
        while not self._stopping.is_set():
            head, found, body = taken.partition(b"\r\n\r\n")
            if found and len(body) >= length_of(head):
                return taken
            try:
                more = sock.recv(65536)
            except TimeoutError:
                continue
            except OSError:
                return b""
            if not more:
                return b""
            taken += more
        return b""


def length_of(head: bytes) -> int:
    for line in head.split(b"\r\n"):
        if line.lower().startswith(b"content-length:"):
            return int(line.split(b":")[1])
    return 0


def raw(content: bytes, *, stay: bool = False) -> Reaction:
    """Send these bytes, then hang up or stay."""

    def react(sock: socket.socket) -> bool:
        sock.settimeout(5)
        sock.sendall(content)
        sock.settimeout(0.05)
        return stay

    return react


def answer(
    body: bytes | str,
    *,
    status: str = "200 OK",
    content_type: str = "text/xml; charset=utf-8",
    headers: str = "",
) -> Reaction:
    """A whole and well-behaved HTTP answer, on a connection that stays open."""
    content = body.encode() if isinstance(body, str) else body
    head = f"HTTP/1.1 {status}\r\nContent-Type: {content_type}\r\n{headers}"
    return raw(f"{head}Content-Length: {len(content)}\r\n\r\n".encode() + content, stay=True)


def envelope(inner: str, **given: str) -> Reaction:
    return answer(ENVELOPE.format(inner), **given)


def fault(code: str, words: str = "no", side: str = "Client") -> Reaction:
    return envelope(
        f'<s:Fault><faultcode xmlns="">s:{side}</faultcode><faultstring xmlns="">x</faultstring>'
        f'<detail xmlns=""><E><Code>{code}</Code><Message>{words}</Message></E></detail></s:Fault>',
        status="500 Internal Server Error",
    )


def drip(start: bytes, then: bytes = b"x", seconds: float = 0.25) -> Reaction:
    """Send `start`, then a byte every `seconds` for as long as the caller stays (at most 20)."""

    def react(sock: socket.socket) -> bool:
        sock.sendall(start)
        for _ in range(20):
            time.sleep(seconds)
            sock.sendall(then)
        return False

    return react


def hang(seconds: float) -> Reaction:
    def react(sock: socket.socket) -> bool:
        time.sleep(seconds)
        return False

    return react


def hang_up(sock: socket.socket) -> bool:
    """Close without a word."""
    return False


def late(seconds: float, reaction: Reaction) -> Reaction:
    def react(sock: socket.socket) -> bool:
        time.sleep(seconds)
        return reaction(sock)

    return react
