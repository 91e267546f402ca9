"""Calls end on time, waits are read in both forms, and nothing but JSON counts as an answer."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from facade.sinks.sink import SinkMismatch, SinkUnreachable
from facade.sinks.tms.karrio.client import Client, NotAnswered, retry_after


@contextmanager
def answering(answer: Callable[[socket.socket], None]) -> Iterator[str]:
    """A port that takes one connection, reads what comes, and answers as told."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            connection, _ = server.accept()
            with connection:
                connection.recv(65536)
                try:
                    answer(connection)
                except OSError:
                    return  # the client hung up, which is what some tests wait for

        thread = threading.Thread(target=serve)
        thread.start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}"
        thread.join(10)
        assert not thread.is_alive()


def said(text: bytes) -> Callable[[socket.socket], None]:
    return lambda connection: connection.sendall(text)


def test_an_answer_that_drips_ends_on_time() -> None:
    """L1, at this end: one deadline for the whole call."""
    dripped = []

    def drip(connection: socket.socket) -> None:
        for _ in range(100):
            connection.sendall(b"H")
            dripped.append(1)
            time.sleep(0.1)

    with answering(drip) as url, Client(url, "key", seconds=0.5) as client:
        begun = time.monotonic()
        with pytest.raises(NotAnswered, match="too late"):
            client.call("GET", "/v1/orders")
        assert 0.4 < time.monotonic() - begun < 5
    assert 0 < len(dripped) < 60


@pytest.mark.parametrize(
    ("answer", "error", "words"),
    [
        (b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n<html", NotAnswered, "no JSON"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n[]", NotAnswered, "no object"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{}", NotAnswered, "whole"),
        (b"HTTP/1.1 502 Bad\r\nContent-Length: 0\r\n\r\n", NotAnswered, "502"),
        (b"", NotAnswered, "RemoteDisconnected"),
        (
            b"HTTP/1.1 307 T\r\nLocation: http://127.0.0.1:9/\r\nContent-Length: 0\r\n\r\n",
            SinkMismatch,
            "redirects are not followed",
        ),
    ],
)
def test_what_is_no_answer_is_an_error(answer: bytes, error: type[Exception], words: str) -> None:
    with (
        answering(said(answer)) as url,
        Client(url, "key", seconds=5) as client,
        pytest.raises(error, match=words),
    ):
        client.call("POST", "/v1/orders", {})


def test_a_port_where_nobody_listens_was_never_asked() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    with (
        Client(f"http://127.0.0.1:{port}", "key") as client,
        pytest.raises(SinkUnreachable, match="No connection") as caught,
    ):
        client.call("POST", "/v1/orders", {})
    assert not isinstance(caught.value, NotAnswered)


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("60", 60.0),
        (" 7 ", 7.0),
        ("Thu, 01 Jan 1970 00:01:40 GMT", 90.0),
        ("Thu, 01 Jan 1970 00:00:01 GMT", 0.0),
        ("soon", 5.0),
        ("-5", 5.0),
        (None, 5.0),
    ],
)
def test_retry_after_is_read_in_both_forms(header: str | None, seconds: float) -> None:
    """T2"""
    assert retry_after(header, 10.0) == seconds
