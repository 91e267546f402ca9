"""A proxy on the way to the service: named in the settings, never by the environment."""

from __future__ import annotations

import base64
import socket
from urllib.parse import unquote, urlsplit

from legacy_clients.deadline import Deadline
from legacy_clients.errors import Denied, Misconfigured, Unreachable

PORT = 3128
LONGEST = 16 * 1024  # bytes of a proxy's answer to CONNECT


class Proxy:
    """An HTTP proxy: a tunnel for https (CONNECT, RFC 9110 section 9.3.6), absolute targets for
    http (RFC 9112 section 3.2.2).
    """

    def __init__(self, url: str) -> None:
        """`url` is http://[user:password@]host[:port]. Raises Misconfigured, without repeating
        it.
        """
        try:
            parts = urlsplit(url)
            port = parts.port or PORT
        except ValueError:
            raise Misconfigured("the proxy (crm.soap_proxy) is no URL") from None
        if parts.scheme != "http" or not parts.hostname or parts.path not in ("", "/"):
            raise Misconfigured(
                "the proxy (crm.soap_proxy) must be http://host:port or"
                " http://user:password@host:port"
            )
        self.host, self.port = parts.hostname, port
        self.line = authorization(unquote(parts.username or ""), unquote(parts.password or ""))

    def __repr__(self) -> str:
        return "<Proxy>"

    def tunnel(self, sock: socket.socket, host: str, port: int, deadline: Deadline) -> None:
        """Ask for a way through to the service. Raises Denied, Unreachable, TimedOut or OSError."""
        place = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
        request = f"CONNECT {place} HTTP/1.1\r\nHost: {place}\r\n{self.line}\r\n"
        sock.settimeout(deadline.left())
        sock.sendall(request.encode("latin-1"))
        version, _, rest = head_of(sock, deadline).partition(b" ")
        status = rest[:3]
        if not version.startswith(b"HTTP/1.") or not status.isdigit():
            raise Unreachable("the proxy (crm.soap_proxy) does not speak HTTP")
        if status == b"407":
            raise Denied("the proxy does not accept our user and password (crm.soap_proxy)")
        if not status.startswith(b"2"):
            raise Unreachable(f"the proxy answered {status.decode()} when asked for the service")


def authorization(user: str, password: str) -> str:
    """The header line that lets us through, "" without a user (RFC 7617)."""
    if not user:
        return ""
    pair = base64.b64encode(f"{user}:{password}".encode()).decode()
    return f"Proxy-Authorization: Basic {pair}\r\n"


def head_of(sock: socket.socket, deadline: Deadline) -> bytes:
    """Status line and headers, byte by byte: what follows belongs to the tunnel."""
    head = bytearray()
    while not head.endswith(b"\r\n\r\n"):
        sock.settimeout(deadline.left())
        byte = sock.recv(1)
        if not byte:
            raise Unreachable("the proxy closed the connection")
        head += byte
        if len(head) > LONGEST:
            raise Unreachable("the proxy answers more than we accept")
    return bytes(head)
