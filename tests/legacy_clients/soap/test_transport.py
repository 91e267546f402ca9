"""Bytes out, bytes in: one deadline, bounded, to one address, and never twice."""

from __future__ import annotations

import gzip
import socket
import time
import tracemalloc

import pytest

from legacy_clients.deadline import Deadline
from legacy_clients.errors import (
    CutOff,
    LegacyError,
    Misconfigured,
    NotSent,
    TimedOut,
    Unintelligible,
    Unreachable,
)
from legacy_clients.soap import dialling
from legacy_clients.soap.transport import Answer, Transport
from tests.legacy_clients.soap.hostile import (
    Hostile,
    Reaction,
    answer,
    drip,
    hang,
    hang_up,
    late,
    raw,
)

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\n"
SLACK = 0.2


def post(server: Hostile, seconds: float = 5.0, body: bytes = b"<x/>") -> Answer:
    with Transport(server.url) as transport:
        return transport.post(body, {"SOAPAction": '"a"'}, Deadline.after(seconds))


def test_the_request_arrives_in_one_piece_with_the_configured_host_and_target() -> None:
    with Hostile(answer("<ok/>")) as server:
        assert post(server) == Answer(200, "text/xml; charset=utf-8", b"<ok/>")

    assert server.requests == [
        b"POST /shop?x=1 HTTP/1.1\r\n"
        + f"Host: 127.0.0.1:{server.port}\r\n".encode()
        + b"User-Agent: crm-facade\r\nAccept-Encoding: gzip\r\n"
        + b'SOAPAction: "a"\r\nContent-Length: 4\r\n\r\n<x/>'
    ]


@pytest.mark.parametrize(
    "reaction",
    [
        drip(b"", b"H"),
        drip(b"HTTP/1.1 200 OK\r\nX: ", b"y"),
        drip(HEAD + b"Content-Length: 100\r\n\r\n<", b"x"),
        drip(HEAD + b"Transfer-Encoding: chunked\r\n\r\n", b"1"),
        drip(HEAD + b"\r\n", b" "),
        drip(b"", b"HTTP/1.1 100 Continue\r\n\r\n", 0.05),
        hang(1),
    ],
    ids=["status", "header", "body", "chunks", "until close", "continues", "silence"],
)
def test_a_drip_ends_when_the_deadline_passes(reaction: Reaction) -> None:
    """L1"""
    with Hostile(reaction) as server:
        began = time.monotonic()
        with pytest.raises(TimedOut):
            post(server, 0.4)
        took = time.monotonic() - began
        assert len(server.requests) == 1

    assert 0.4 <= took < 0.4 + SLACK
    assert server.fired == 1


@pytest.mark.parametrize(
    "reaction",
    [
        hang_up,
        raw(b"HTTP/1.1 200 OK\r\nContent-Ty"),
        raw(HEAD + b"Content-Length: 100\r\n\r\n<x"),
        raw(HEAD + b"Transfer-Encoding: chunked\r\n\r\n64\r\n<x"),
        raw(HEAD + b"Transfer-Encoding: chunked\r\n\r\n2\r\n<x\r\n"),
        answer(gzip.compress(b"<x/>")[:-9], headers="Content-Encoding: gzip\r\n"),
    ],
    ids=["nothing", "headers", "body", "chunk", "no last chunk", "packed"],
)
def test_an_answer_that_ends_early_is_cut_off_and_the_request_is_not_repeated(
    reaction: Reaction,
) -> None:
    """L5"""
    with Hostile(reaction) as server, pytest.raises(CutOff):
        post(server)

    assert server.fired == 1
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    "reaction",
    [
        raw(b"220 mail.example ESMTP\r\n"),
        raw(b"HTTP/1.1 xyz\r\n\r\n"),
        raw(b"HTTP/1.1 200 OK\r\nX: " + b"y" * 70_000 + b"\r\n\r\n"),
        raw(HEAD + b"Transfer-Encoding: chunked\r\n\r\n-5\r\nabcde\r\n"),
        answer(b"\x00\x01", headers="Content-Encoding: gzip\r\n"),
        answer(b"<x/>", headers="Content-Encoding: br\r\n"),
    ],
    ids=["other protocol", "status", "long line", "negative chunk", "no gzip", "unasked packing"],
)
def test_what_is_no_http_is_unintelligible(reaction: Reaction) -> None:
    with Hostile(reaction) as server, pytest.raises(Unintelligible):
        post(server)

    assert server.fired == 1


def test_a_gzip_bomb_costs_little_time_and_memory() -> None:
    """L2"""
    bomb = gzip.compress(bytes(300_000_000), 1)
    assert 1_000_000 < len(bomb) < 2_000_000
    with Hostile(answer(bomb, headers="Content-Encoding: gzip\r\n")) as server:
        tracemalloc.start()
        began = time.monotonic()
        with pytest.raises(Unintelligible, match="larger than we accept when unpacked"):
            post(server)
        took = time.monotonic() - began
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()

    assert server.fired == 1
    assert peak < 64 * 1024 * 1024
    assert took < 0.5  # 0.2 s without the tracing


@pytest.mark.parametrize("framing", ["length", "until close"])
def test_an_answer_over_the_cap_is_refused_while_it_comes(framing: str) -> None:
    """L2"""
    length = b"Content-Length: 40000000\r\n" if framing == "length" else b""
    with (
        Hostile(raw(HEAD + length + b"\r\n" + bytes(40_000_000))) as server,
        pytest.raises(Unintelligible, match="larger than we accept"),
    ):
        post(server)

    assert server.fired == 1


def test_honest_gzip_is_unpacked() -> None:
    with Hostile(answer(gzip.compress(b"<ok/>"), headers="Content-Encoding: gzip\r\n")) as server:
        assert post(server).body == b"<ok/>"


@pytest.mark.parametrize("status", ["302 Found", "307 Temporary Redirect", "308 Permanent"])
def test_a_redirect_is_handed_back_and_not_followed(status: str) -> None:
    """L3"""
    with Hostile(answer("<canary/>")) as canary:
        place = f"Location: {canary.url}\r\n"
        with Hostile(answer("", status=status, headers=place)) as server:
            assert post(server).status == int(status[:3])

    assert (server.fired, canary.connections) == (1, 0)


def test_a_refused_connection_is_unreachable() -> None:
    with Hostile(hang_up) as server:
        url = server.url
    with Transport(url) as transport, pytest.raises(Unreachable, match="ConnectionRefusedError"):
        transport.post(b"<x/>", {}, Deadline.after(5))


def test_a_host_that_drops_packets_is_unreachable_by_the_deadline() -> None:
    """L1"""
    full = socket.socket()
    waiting = [socket.socket() for _ in range(4)]
    try:
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        for each in waiting:
            each.setblocking(False)
            each.connect_ex(full.getsockname())
        time.sleep(0.05)
        with Transport(f"http://127.0.0.1:{full.getsockname()[1]}/") as transport:
            began = time.monotonic()
            with pytest.raises(Unreachable):
                transport.post(b"<x/>", {}, Deadline.after(0.4))
            took = time.monotonic() - began
    finally:
        for each in [full, *waiting]:
            each.close()

    assert 0.39 <= took < 0.4 + SLACK


def test_a_name_server_that_hangs_is_left_by_the_deadline(monkeypatch: pytest.MonkeyPatch) -> None:
    """L1"""
    asked = []

    def hanging(*given: object, **named: object) -> list[tuple]:
        asked.append(given)
        time.sleep(1)
        return []

    monkeypatch.setattr(dialling.socket, "getaddrinfo", hanging)
    with Transport("http://crm.invalid/") as transport:
        began = time.monotonic()
        with pytest.raises(Unreachable):
            transport.post(b"<x/>", {}, Deadline.after(0.3))
        took = time.monotonic() - began

    assert len(asked) == 1
    assert took < 0.3 + SLACK


def test_a_deadline_that_passed_sends_nothing() -> None:
    with Hostile(answer("<ok/>")) as server, pytest.raises(NotSent):
        post(server, -1)

    assert server.requests == []


def test_connections_are_kept_and_used_again() -> None:
    with Hostile(answer("<ok/>")) as server, Transport(server.url) as transport:
        for _ in range(5):
            transport.post(b"<x/>", {}, Deadline.after(5))

    assert (server.connections, len(server.requests)) == (1, 5)


def test_a_connection_that_the_server_closed_while_idle_is_noticed_before_sending() -> None:
    kept_then_closed = raw(HEAD + b"Content-Length: 2\r\n\r\nok", stay=False)
    with Hostile(kept_then_closed, answer("<ok/>")) as server, Transport(server.url) as transport:
        transport.post(b"<1/>", {}, Deadline.after(5))
        time.sleep(0.1)
        assert transport.post(b"<2/>", {}, Deadline.after(5)).body == b"<ok/>"

    assert (server.connections, len(server.requests), server.fired) == (2, 2, 2)


def test_a_connection_on_which_something_unasked_came_is_not_used_again() -> None:
    def stray(sock: socket.socket) -> bool:
        sock.sendall(HEAD + b"Content-Length: 2\r\n\r\nok")
        time.sleep(0.1)
        sock.sendall(HEAD + b"Content-Length: 5\r\n\r\nstray")
        return True

    with Hostile(stray, answer("<ok/>")) as server, Transport(server.url) as transport:
        transport.post(b"<1/>", {}, Deadline.after(5))
        time.sleep(0.2)
        assert transport.post(b"<2/>", {}, Deadline.after(5)).body == b"<ok/>"

    assert (server.connections, server.fired) == (2, 2)


def test_a_failed_call_leaves_no_connection_behind_for_the_next() -> None:
    slow = late(0.5, answer("<old/>"))
    with Hostile(slow, answer("<new/>")) as server, Transport(server.url) as transport:
        with pytest.raises(TimedOut):
            transport.post(b"<1/>", {}, Deadline.after(0.2))
        assert transport.post(b"<2/>", {}, Deadline.after(5)).body == b"<new/>"

    assert (server.connections, server.fired) == (2, 2)


@pytest.mark.parametrize(
    "url", ["file:///etc/passwd", "crm.example/soap", "http:///soap", "http://user:pw@crm.example/"]
)
def test_an_address_that_is_none_is_told_without_repeating_it(url: str) -> None:
    with pytest.raises(Misconfigured, match="the address of the SOAP service") as told:
        Transport(url)

    assert url not in str(told.value)


def test_a_header_cannot_smuggle_another() -> None:
    with Transport("http://127.0.0.1:9/") as transport, pytest.raises(Misconfigured):
        transport.post(b"", {"SOAPAction": "a\r\nX: y"}, Deadline.after(1))


def test_every_failure_of_a_call_is_a_legacy_error_without_the_host() -> None:
    """W7"""
    for reaction in (hang_up, raw(b"junk\r\n")):
        with Hostile(reaction) as server, pytest.raises(LegacyError) as told:
            post(server)
        assert "127.0.0.1" not in str(told.value)


# Fetching


def test_a_path_of_the_configured_host_is_fetched() -> None:
    with Hostile(answer("<wsdl/>")) as server, Transport(server.url) as transport:
        assert transport.fetch("/crm?wsdl", Deadline.after(5)).body == b"<wsdl/>"
        assert transport.post(b"<x/>", {}, Deadline.after(5)).status == 200

    assert server.requests[0] == (
        b"GET /crm?wsdl HTTP/1.1\r\n"
        + f"Host: 127.0.0.1:{server.port}\r\n".encode()
        + b"User-Agent: crm-facade\r\nAccept-Encoding: gzip\r\n\r\n"
    )
    assert server.connections == 1


@pytest.mark.parametrize(
    "target",
    [
        "http://elsewhere.invalid/x",
        "//elsewhere.invalid/x",
        "x",
        "",
        "/x y",
        "/x\r\nX: y",
        "/\u00fc",
        "file:///etc/passwd",
    ],
)
def test_nothing_but_a_path_is_fetched(target: str) -> None:
    """L3"""
    with (
        Hostile(answer("<x/>")) as server,
        Transport(server.url) as transport,
        pytest.raises(Misconfigured, match="only a path on the configured host"),
    ):
        transport.fetch(target, Deadline.after(5))

    assert server.connections == 0


def test_a_fetch_follows_no_redirect() -> None:
    """L3"""
    with Hostile(answer("<canary/>")) as canary:
        moved = answer("", status="302 Found", headers=f"Location: {canary.url}\r\n")
        with Hostile(moved) as server, Transport(server.url) as transport:
            assert transport.fetch("/x", Deadline.after(5)).status == 302

    assert (server.fired, canary.connections) == (1, 0)


def test_no_cookie_is_kept() -> None:
    """A second login must not find itself in the session of the first."""
    with (
        Hostile(answer("<ok/>", headers="Set-Cookie: PHPSESSID=1\r\n")) as server,
        Transport(server.url) as transport,
    ):
        for _ in range(3):
            transport.post(b"<x/>", {}, Deadline.after(5))

    assert len(server.requests) == 3
    assert not any(b"cookie" in request.lower() for request in server.requests)


# Piece by piece


@pytest.mark.parametrize("packed", [False, True], ids=["as sent", "packed"])
def test_a_large_answer_comes_piece_by_piece_in_little_memory(packed: bool) -> None:
    """L2"""
    whole = b"<row>gold</row>" * 4_000_000  # 60 MB
    told = (
        answer(gzip.compress(whole, 1), headers="Content-Encoding: gzip\r\n")
        if packed
        else answer(whole)
    )
    with Hostile(told) as server, Transport(server.url) as transport:
        tracemalloc.start()
        with transport.begin(b"<x/>", {}, Deadline.after(60)) as incoming:
            assert (incoming.status, incoming.content_type) == (200, "text/xml; charset=utf-8")
            count = 0
            while piece := incoming.read(65536):
                assert len(piece) <= 65536
                count += len(piece)
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()

    assert count == len(whole)
    assert peak < 4 * 1024 * 1024
    assert server.connections == 1


def test_a_stream_has_a_cap_of_its_own() -> None:
    with (
        Hostile(answer(bytes(3_000_000))) as server,
        Transport(server.url) as transport,
        pytest.raises(Unintelligible, match="larger than we accept"),
        transport.begin(b"<x/>", {}, Deadline.after(5), 2_000_000) as incoming,
    ):
        incoming.whole()

    assert server.fired == 1


def test_a_stream_that_was_left_early_is_no_connection_for_the_next_call() -> None:
    with (
        Hostile(answer(bytes(1_000_000)), answer("<ok/>")) as server,
        Transport(server.url) as transport,
    ):
        with transport.begin(b"<x/>", {}, Deadline.after(5)) as incoming:
            incoming.read(10)
        assert transport.post(b"<x/>", {}, Deadline.after(5)).body == b"<ok/>"

    assert server.connections == 2


@pytest.mark.parametrize(
    ("reaction", "kind"),
    [
        (drip(HEAD + b"\r\n", b" "), TimedOut),
        (raw(HEAD + b"Content-Length: 100\r\n\r\n<x"), CutOff),
        (raw(HEAD + b"Transfer-Encoding: chunked\r\n\r\n-5\r\nabcde\r\n"), Unintelligible),
        (answer(b"\x00\x01", headers="Content-Encoding: gzip\r\n"), Unintelligible),
    ],
    ids=["drip", "cut", "no chunk", "no gzip"],
)
def test_a_stream_raises_as_a_post_does(reaction: Reaction, kind: type[LegacyError]) -> None:
    """L1, L5"""
    with Hostile(reaction) as server, Transport(server.url) as transport:
        began = time.monotonic()
        with pytest.raises(kind), transport.begin(b"<x/>", {}, Deadline.after(0.5)) as incoming:
            incoming.whole()
        took = time.monotonic() - began

    assert server.fired == 1
    assert took < 0.5 + SLACK


def test_an_address_that_hangs_leaves_time_for_the_next_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """L1: a host of two addresses, one of which drops packets."""
    full = socket.socket()
    waiting = [socket.socket() for _ in range(4)]
    with Hostile(answer("<ok/>")) as server:
        try:
            full.bind(("127.0.0.1", 0))
            full.listen(0)
            for each in waiting:
                each.setblocking(False)
                each.connect_ex(full.getsockname())
            time.sleep(0.05)
            kind = (socket.AF_INET, socket.SOCK_STREAM, 6, "")
            addresses = [(*kind, full.getsockname()), (*kind, ("127.0.0.1", server.port))]
            monkeypatch.setattr(dialling, "resolve", lambda *given: addresses)
            with Transport("http://crm.invalid/") as transport:
                assert transport.post(b"<x/>", {}, Deadline.after(1)).body == b"<ok/>"
        finally:
            for each in [full, *waiting]:
                each.close()
