"""A stand-in that keeps a vault: it asks who calls, in a way that each test gives it, and records
every request whole.
"""

from __future__ import annotations

import base64
import binascii
import re
import ssl
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from lxml import etree

from legacy_clients.deadline import Deadline
from legacy_clients.soap.guard import Limits
from legacy_clients.soap.service import Service, open_service

VAULT = Path(__file__).parent / "vault.wsdl"
USER, PASSWORD = "anna", "pässword & <co>"
SOAP = "http://schemas.xmlsoap.org/soap/envelope/"
ENVELOPE = f'<s:Envelope xmlns:s="{SOAP}">{{}}<s:Body xmlns="urn:vault">{{}}</s:Body></s:Envelope>'
VALUE = "<getResponse><value>gold</value></getResponse>"


@dataclass
class Asked:
    """One request as it came; `connection` tells sockets apart, `memory` is the connection's."""

    line: str
    headers: Mapping[str, str]
    body: bytes
    connection: int
    memory: dict[str, Any]

    @property
    def root(self) -> Any:
        return etree.fromstring(self.body) if self.body else None

    @property
    def operation(self) -> str:
        return "" if self.root is None else etree.QName(self.root[-1][0]).localname

    def text(self, path: str) -> str | None:
        """The text at a path of local names below the element in the body, or below the root."""
        start = self.root if path.startswith("Header/") else self.root[-1][0]
        found = start.find("/".join(f"{{*}}{word}" for word in path.split("/")))
        return None if found is None else found.text


@dataclass
class Told:
    """What the stand-in answers."""

    body: str
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    header: str = ""
    media: str = "text/xml; charset=utf-8"

    @property
    def content(self) -> bytes:
        whole = ENVELOPE.format(self.header, self.body) if self.media.startswith("text/xml") else ""
        return (whole or self.body).encode()


def fault(code: str, words: str = "no") -> Told:
    told = f"<faultcode xmlns=''>s:{code}</faultcode><faultstring xmlns=''>{words}</faultstring>"
    return Told(f"<s:Fault>{told}</s:Fault>", 500)


def unauthorized(*challenges: str) -> Told:
    return Told(
        "<html>no</html>", 401, {"WWW-Authenticate": ", ".join(challenges)}, "", "text/html"
    )


Judge = Callable[[Asked], Told]


class Keeper:
    """Serves on loopback what `judge` says. `asked` holds every request in order."""

    def __init__(self, judge: Judge, tls: ssl.SSLContext | None = None) -> None:
        self.asked: list[Asked] = []
        self._lock = threading.Lock()
        connections = iter(range(1, 1_000_000))
        keeper = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True

            def setup(self) -> None:
                super().setup()
                self.number, self.memory = next(connections), {}

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                asked = Asked(self.requestline, self.headers, body, self.number, self.memory)
                with keeper._lock:
                    keeper.asked.append(asked)
                told = judge(asked)
                content = told.content
                self.send_response(told.status)
                self.send_header("Content-Type", told.media)
                self.send_header("Content-Length", str(len(content)))
                for name, value in told.headers.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, *given: object) -> None:
                """Nothing is printed."""

        class Server(ThreadingHTTPServer):
            request_queue_size = 64
            daemon_threads = True

            def handle_error(self, request: Any, client_address: Any) -> None:
                """Callers that leave are no errors."""

        self._server = Server(("127.0.0.1", 0), Handler)
        if tls is not None:
            self._server.socket = tls.wrap_socket(self._server.socket, server_side=True)
        self.port = self._server.server_address[1]
        self.url = f"{'https' if tls else 'http'}://127.0.0.1:{self.port}/vault"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.shutdown()
        self._thread.join(5)
        self._server.server_close()

    @property
    def operations(self) -> list[str]:
        return [asked.operation for asked in self.asked]

    def sightings(self, secret: str) -> set[str]:
        """Every place of every request where a secret stands, plain or packed."""
        return {place for asked in self.asked for place in places(asked, secret)}


def places(asked: Asked, secret: str) -> set[str]:
    found = {"line"} if shown(asked.line, secret) else set()
    found |= {f"header {name}" for name, value in asked.headers.items() if shown(value, secret)}
    if asked.root is not None:
        for node in asked.root.iter():
            words = [node.text or "", node.tail or "", *node.attrib.values()]
            if any(shown(word, secret) for word in words):
                found.add(path_of(node))
    return found


def shown(text: str, secret: str) -> bool:
    """Whether a text holds the secret, as it is or inside anything that Base64 packs."""
    packed = (secret.encode(), secret.encode("utf-16-le"))
    if secret in text or any(each.hex() in text.lower() for each in packed):
        return True
    for word in re.findall(r"[A-Za-z0-9+/=]{4,}", text):
        try:
            if any(each in base64.b64decode(word) for each in packed):
                return True
        except (binascii.Error, ValueError):
            continue
    return False


def path_of(node: Any) -> str:
    names = [etree.QName(each).localname for each in (node, *node.iterancestors())]
    return "/".join(reversed(names[:-1]))


def opened(url: str, sign_in: Mapping[str, Any], **given: Any) -> Service:
    """A service at the stand-in, of a user that is right unless said otherwise."""
    known = {"user": USER, "password": PASSWORD, "faults": {}, **given}
    limits = Limits(calls=32, waiting=32)
    return open_service(wsdl=VAULT, url=url, sign_in=sign_in, limits=limits, **known)


def get(service: Service, name: str = "key", seconds: float = 10.0) -> str | None:
    return service.call("get", {"name": name}, Deadline.after(seconds), write=False).text("value")
