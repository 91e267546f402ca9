"""The way to the service: straight or through a proxy, plain or by TLS; always to the one host."""

from __future__ import annotations

import socket
import ssl
from dataclasses import dataclass
from urllib.parse import urlsplit

from legacy_clients.deadline import Deadline
from legacy_clients.errors import Misconfigured, TimedOut, Unreachable
from legacy_clients.soap.connection import Connection, named, refusal_of
from legacy_clients.soap.dialling import dial
from legacy_clients.soap.proxy import Proxy
from legacy_clients.soap.tls import tls_context, unfinished, untrusted

PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True)
class Address:
    """The configured address of a service, taken apart. `place` is host and port as written."""

    scheme: str
    host: str
    port: int
    place: str
    target: str

    @classmethod
    def of(cls, url: str) -> Address:
        """Raises Misconfigured for what is no http or https URL, without repeating it."""
        try:
            parts = urlsplit(url)
            port = parts.port
        except ValueError:
            raise Misconfigured("the address of the SOAP service is no URL") from None
        if parts.scheme not in PORTS or not parts.hostname:
            raise Misconfigured("the address of the SOAP service is no http:// or https:// URL")
        if parts.username or parts.password:
            raise Misconfigured("the address of the SOAP service holds a user: use the settings")
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        if not target.isascii() or not target.isprintable() or " " in target + parts.netloc:
            raise Misconfigured("the address of the SOAP service holds blanks or other letters")
        return cls(parts.scheme, parts.hostname, port or PORTS[parts.scheme], parts.netloc, target)


class Route:
    """How each connection is made. Nothing is taken from the environment."""

    def __init__(
        self, address: Address, tls: ssl.SSLContext | None = None, proxy: Proxy | None = None
    ) -> None:
        """`tls` is for https alone; left out, it trusts the roots of the system."""
        self.address, self._proxy = address, proxy
        self._tls = (tls or tls_context()) if address.scheme == "https" else None

    @property
    def shared(self) -> bool:
        """Whether a connection of ours ends at a proxy, which may give it to others."""
        return self._proxy is not None and self._tls is None

    def head(self, method: str, target: str) -> str:
        """The lines that begin a request (RFC 9112 section 3)."""
        place, line = self.address.place, ""
        if self._proxy is not None and self._tls is None:
            target, line = f"http://{place}{target}", self._proxy.line
        return f"{method} {target} HTTP/1.1\r\nHost: {place}\r\n{line}"

    def connect(self, deadline: Deadline) -> Connection:
        """A new connection. Raises Unreachable, or Denied by a proxy or for our certificate."""
        try:
            return Connection(self._connected(deadline))
        except TimedOut:
            raise Unreachable("no connection to the SOAP service before the deadline") from None
        except ssl.SSLCertVerificationError as error:
            raise untrusted(error) from None
        except ssl.SSLError as error:
            raise refusal_of(error) or unfinished(error) from None
        except OSError as error:
            raise Unreachable(f"no connection to the SOAP service ({named(error)})") from None

    def _connected(self, deadline: Deadline) -> socket.socket:
        via = self._proxy or self.address
        sock = dial(via.host, via.port, deadline)
        try:
            if self._tls is None:
                return sock
            if self._proxy is not None:
                self._proxy.tunnel(sock, self.address.host, self.address.port, deadline)
            sock.settimeout(deadline.left())
            return self._tls.wrap_socket(sock, server_hostname=self.address.host)
        except BaseException:
            sock.close()
            raise
