"""A proxy on the way: a tunnel for https, absolute targets for http, and its own password only."""

from __future__ import annotations

import base64
import socket
import ssl
import threading
import time
from contextlib import closing, suppress
from urllib.parse import urlsplit

import pytest
import trustme

from fixtures.standin.bare import TICK, BareServer
from legacy_clients.deadline import Deadline
from legacy_clients.errors import Denied, LegacyError, Misconfigured, NotSent, Unreachable
from legacy_clients.soap.proxy import Proxy
from legacy_clients.soap.transport import Transport
from tests.legacy_clients.soap.auth.keeper import (
    PASSWORD,
    VALUE,
    Asked,
    Keeper,
    Told,
    get,
    opened,
    shown,
)

PASS = base64.b64encode(b"door:of the proxy").decode()


class Middle(BareServer):
    """A small HTTP proxy: CONNECT and absolute targets. `heads` is what it was told, `inside` what
    went through its tunnels.
    """

    def __init__(self, *, password: str = "", reply: bytes = b"") -> None:
        """`reply` is said to everything, in place of doing it."""
        super().__init__()
        self.heads: list[bytes] = []
        self.inside: list[bytes] = []
        self._password, self._reply = password, reply

    def converse(self, caller: socket.socket) -> None:
        request = self.request_of(caller)
        if not request:
            return
        head, _, rest = request.partition(b"\r\n\r\n")
        self.heads.append(head)
        if self._reply:
            caller.sendall(self._reply)
        elif self._password and f"Basic {self._password}".encode() not in head:
            caller.sendall(b"HTTP/1.1 407 No\r\nContent-Length: 0\r\n\r\n")
        else:
            self._forward(caller, head, rest)

    def _forward(self, caller: socket.socket, head: bytes, rest: bytes) -> None:
        method, target, _ = head.split(b"\r\n")[0].decode().split(" ")
        place = urlsplit(f"//{target}" if method == "CONNECT" else target)
        with socket.create_connection((place.hostname, place.port), 5) as service:
            if method == "CONNECT":
                caller.sendall(b"HTTP/1.1 200 Through\r\nVia: middle\r\n\r\n")
            else:
                lines = [line for line in head.split(b"\r\n") if not line.startswith(b"Proxy-")]
                lines[0] = f"{method} {place.path} HTTP/1.1".encode()
                service.sendall(b"\r\n".join(lines) + b"\r\n\r\n" + rest)
            service.settimeout(TICK)
            back = threading.Thread(target=self._pump, args=(service, caller))
            back.start()
            self._pump(caller, service, self.inside if method == "CONNECT" else None)
            service.shutdown(socket.SHUT_RDWR)
            back.join(5)

    def _pump(
        self, source: socket.socket, target: socket.socket, kept: list[bytes] | None = None
    ) -> None:
        with suppress(OSError):
            while piece := self.piece_of(source):
                if kept is not None:
                    kept.append(piece)
                target.sendall(piece)


def gold(asked: Asked) -> Told:
    return Told(VALUE)


def secured() -> tuple[ssl.SSLContext, trustme.CA]:
    root = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    root.issue_cert("127.0.0.1").configure_cert(context)
    return context, root


@pytest.mark.parametrize("word", ["", "door:of%20the%20proxy@"], ids=["open", "with a password"])
def test_an_http_service_is_called_by_an_absolute_target(word: str) -> None:
    with Middle(password=PASS if word else "") as middle, Keeper(gold) as keeper:
        proxy = f"http://{word}127.0.0.1:{middle.port}"
        with closing(opened(keeper.url, {"style": "basic"}, proxy=proxy)) as service:
            assert get(service) == "gold"

    (head,) = middle.heads
    assert head.startswith(f"POST {keeper.url} HTTP/1.1\r\n".encode())
    assert (b"Proxy-Authorization: Basic " in head) == bool(word)
    assert keeper.sightings("of the proxy") == set()


def test_an_https_service_is_called_through_a_tunnel_that_sees_nothing(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    """L3"""
    context, root = secured()
    ca = tmp_path_factory.mktemp("proxy") / "ca.pem"
    root.cert_pem.write_to_path(str(ca))
    with Middle(password=PASS) as middle, Keeper(gold, context) as keeper:
        proxy = f"http://door:of%20the%20proxy@127.0.0.1:{middle.port}"
        given = {"proxy": proxy, "ca": ca}
        with closing(opened(keeper.url, {"style": "basic"}, **given)) as service:
            assert [get(service), get(service)] == ["gold", "gold"]

    (head,) = middle.heads
    assert head.startswith(f"CONNECT 127.0.0.1:{keeper.port} HTTP/1.1\r\n".encode())
    assert PASS.encode() in head
    assert not any(shown(piece.decode("latin-1"), PASSWORD) for piece in [*middle.inside, head])
    assert middle.inside  # it was listened to
    assert keeper.sightings("of the proxy") == set()
    assert keeper.sightings(PASSWORD) == {"header Authorization"}


def test_the_environment_has_no_say(monkeypatch: pytest.MonkeyPatch) -> None:
    with Middle() as middle, Keeper(gold) as keeper:
        for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY", "ALL_PROXY"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{middle.port}")
        with closing(opened(keeper.url, {})) as service:
            assert get(service) == "gold"

    assert middle.heads == []


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_wrong_password_of_the_proxy_is_denied(scheme: str) -> None:
    with Middle(password=PASS) as middle:
        proxy = Proxy(f"http://door:wrong@127.0.0.1:{middle.port}")
        with (
            Transport(f"{scheme}://127.0.0.1:9/", proxy=proxy) as transport,
            pytest.raises(Denied, match="the proxy does not accept") as told,
        ):
            transport.post(b"<x/>", {}, Deadline.after(5))

    assert len(middle.heads) == 1
    assert "wrong" not in str(told.value)


@pytest.mark.parametrize(
    ("reply", "words"),
    [
        (b"HTTP/1.1 502 Bad\r\n\r\n", "the proxy answered 502"),
        (b"HTTP/1.1 200", "the proxy closed"),
        (b"SSH-2.0-x\r\n\r\n\r\n", "does not speak HTTP"),
        (b"HTTP/1.1 200 OK\r\nX: " + b"y" * 20_000, "more than we accept"),
        (b"HTTP/1.1 abc\r\n\r\n", "does not speak HTTP"),
    ],
)
def test_a_proxy_that_makes_no_tunnel_is_unreachable(reply: bytes, words: str) -> None:
    with Middle(reply=reply) as middle:
        proxy = Proxy(f"http://127.0.0.1:{middle.port}")
        with (
            Transport("https://127.0.0.1:9/", proxy=proxy) as transport,
            pytest.raises(Unreachable, match=words),
        ):
            transport.post(b"<x/>", {}, Deadline.after(5))

    assert len(middle.heads) == 1


def test_a_proxy_that_says_nothing_is_left_by_the_deadline() -> None:
    """L1"""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        proxy = Proxy(f"http://127.0.0.1:{listener.getsockname()[1]}")
        with Transport("https://127.0.0.1:9/", proxy=proxy) as transport:
            began = time.monotonic()
            with pytest.raises(NotSent):
                transport.post(b"<x/>", {}, Deadline.after(0.4))
            took = time.monotonic() - began

    assert 0.4 <= took < 0.4 + 0.3


@pytest.mark.parametrize(
    "url",
    ["https://proxy:1", "socks5://proxy:1", "proxy:3128", "http://", "http://a:b/c", "http://h/p"],
)
def test_another_kind_of_proxy_is_refused_without_repeating_it(url: str) -> None:
    with pytest.raises(Misconfigured, match=r"crm\.soap_proxy") as told:
        Proxy(url)

    assert f" {url} " not in str(told.value)


def test_a_proxy_that_is_down_is_unreachable() -> None:
    with Middle() as middle:
        port = middle.port
    with (
        Transport("http://127.0.0.1:9/", proxy=Proxy(f"http://127.0.0.1:{port}")) as transport,
        pytest.raises(LegacyError, match="no connection") as told,
    ):
        transport.post(b"<x/>", {}, Deadline.after(5))

    assert isinstance(told.value, NotSent)
