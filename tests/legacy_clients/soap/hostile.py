"""A server on loopback that answers each request as it is told to, however wrong that is."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable

from fixtures.standin.bare import TICK, BareServer

ENVELOPE = (
    '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/">'
    '<s:Body xmlns="urn:shop">{}</s:Body></s:Envelope>'
)
SECRET = "s3cret-of-the-reply"

# An answer writes to the socket and says whether the connection stays open.
Reaction = Callable[[socket.socket], bool]


class Hostile(BareServer):
    """Reacts to requests in the order of `reactions`, the last one again and again.

    `requests` holds what arrived, `fired` how many reactions ran to their end or were cut short by
    the caller's leaving.
    """

    def __init__(self, *reactions: Reaction) -> None:
        super().__init__()
        self.reactions = list(reactions)
        self.requests: list[bytes] = []
        self.fired = 0
        self.url = f"http://127.0.0.1:{self.port}/shop?x=1"

    def converse(self, caller: socket.socket) -> None:
        stays = True
        while stays and (request := self.request_of(caller)):
            with self.lock:
                self.requests.append(request)
                more = len(self.reactions) > 1
                react = self.reactions.pop(0) if more else self.reactions[0]
            try:
                stays = react(caller)
            except OSError:  # the caller left
                stays = False
            with self.lock:
                self.fired += 1


def raw(content: bytes, *, stay: bool = False) -> Reaction:
    """Send these bytes, then hang up or stay."""

    def react(sock: socket.socket) -> bool:
        sock.settimeout(5)
        sock.sendall(content)
        sock.settimeout(TICK)
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
