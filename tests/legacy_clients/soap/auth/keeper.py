"""A stand-in that keeps a vault: it asks who calls, in a way that each test gives it, and records
every request whole.
"""

from __future__ import annotations

import base64
import binascii
import itertools
import re
import ssl
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from fixtures.standin.wire import Conversation, Listener
from legacy_clients.deadline import Deadline
from legacy_clients.errors import Denied
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


class Keeper(Listener):
    """Serves on loopback what `judge` says. `asked` holds every request in order."""

    def __init__(self, judge: Judge, tls: ssl.SSLContext | None = None) -> None:
        super().__init__(0, Visit, tls)
        self.judge = judge
        self.asked: list[Asked] = []
        self.numbers = itertools.count(1)

    @property
    def url(self) -> str:
        return f"{super().url}/vault"

    @property
    def operations(self) -> list[str]:
        return [asked.operation for asked in self.asked]

    def sightings(self, secret: str) -> set[str]:
        """Every place of every request where a secret stands, plain or packed."""
        return {place for asked in self.asked for place in places(asked, secret)}


class Visit(Conversation):
    """One connection, which has a number and a memory."""

    server: Keeper

    def setup(self) -> None:
        super().setup()
        self.number, self.memory = next(self.server.numbers), {}

    def do_POST(self) -> None:
        asked = Asked(self.requestline, self.headers, self.read_body(), self.number, self.memory)
        self.server.asked.append(asked)
        told = self.server.judge(asked)
        self.answer(told.status, told.media, told.content, **told.headers)


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


def denied_at_once(service: Service, callers: int) -> set[str]:
    """What so many threads are told that call at the same moment, all of them denied."""
    start = threading.Barrier(callers)

    def call(_: int) -> str:
        start.wait(5)
        with pytest.raises(Denied) as told:
            get(service)
        return str(told.value)

    with ThreadPoolExecutor(callers) as threads:
        return set(threads.map(call, range(callers)))
