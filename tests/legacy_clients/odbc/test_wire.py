"""Messages arrive as they were sent, or the other end is given up."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import closing
from datetime import date, datetime, timedelta, timezone
from datetime import time as time_of_day
from decimal import Decimal
from enum import StrEnum
from socket import SHUT_WR, socketpair
from threading import Thread
from typing import Any
from uuid import UUID

import pytest

from legacy_clients.odbc.wire import Answered, Connected, Done, Failed, Question, Wire
from schemas.codecs.codec import MARK


class Letter(StrEnum):
    A = "a"


@pytest.fixture
def wires() -> Iterator[tuple[Wire, Wire]]:
    with_ours, theirs = socketpair()
    with closing(Wire(with_ours)) as left, closing(Wire(theirs)) as right:
        yield left, right


def soon() -> float:
    return time.monotonic() + 5


def test_the_mark_is_that_of_the_codecs() -> None:
    from legacy_clients.odbc import veil

    assert veil.MARK == MARK


@pytest.mark.parametrize(
    "message",
    [
        Connected(),
        Done(),
        Failed("CutOff", "words"),
        Question("SELECT ?", ("ü🚚", 1, -(1 << 70), None, True, b"\0\xff", 1.5), 5, 0.25, False),
        Answered(("a",), (3,), [("x",), (None,)]),
        Answered(("a",), (3,), [(Decimal("1.10"), date(2024, 2, 29))]),
        Answered(("a",), (3,), [(datetime(2024, 2, 29, 1, 2, 3, 456), time_of_day(23, 59, 59, 1))]),
        Question("", (datetime(2024, 1, 1, tzinfo=timezone(timedelta(hours=2))),), None, 1, True),
        Question("", (UUID(int=7), False), None, 1, True),
    ],
)  # fmt: skip
def test_a_message_arrives_equal_and_of_the_same_types(wires: Any, message: Any) -> None:
    left, right = wires
    left.send(message)
    came = right.receive(soon())
    assert (came, repr(came)) == (message, repr(message))


def test_text_of_a_kind_of_its_own_arrives_as_text(wires: Any) -> None:
    left, right = wires
    left.send(Question("", (Letter.A,), None, 1.0, False))
    [came] = right.receive(soon()).params
    assert (came, type(came)) == ("a", str)


def test_a_value_of_no_known_type_is_refused_and_nothing_is_sent(wires: Any) -> None:
    left, right = wires
    with pytest.raises(TypeError, match="a value of a query cannot be a object"):
        left.send(Question("", (object(),), None, 1.0, False))
    left.send(Done())
    assert right.receive(soon()) == Done()


def test_bytes_arrive_in_the_room_made_for_them(wires: Any) -> None:
    left, right = wires
    sent = bytes(range(256)) * 20_000
    sending = Thread(target=left.send, args=(memoryview(sent),))
    sending.start()
    rooms: list[int] = []

    def room(length: int) -> bytearray:
        rooms.append(length)
        return bytearray(length)

    assert right.receive(soon(), room) == sent
    sending.join()
    assert rooms == [5_120_000]


def test_a_long_message_arrives_whole(wires: Any) -> None:
    left, right = wires
    message = Answered(("a",), (1,), [("x" * 1000 + str(number),) for number in range(2000)])
    sending = Thread(target=left.send, args=(message,))
    sending.start()
    assert right.receive(soon()) == message
    sending.join()


def test_nothing_in_time_is_told(wires: Any) -> None:
    left, right = wires
    left.socket.sendall(b"\x05\0")  # a message that does not go on
    started = time.monotonic()
    with pytest.raises(TimeoutError):
        right.receive(started + 0.2)
    assert 0.15 < time.monotonic() - started < 1


def test_a_reader_who_takes_nothing_is_told_in_time(wires: Any) -> None:
    left, _ = wires
    with pytest.raises(TimeoutError):
        left.send(b"x" * 50_000_000, time.monotonic() + 0.2)


@pytest.mark.parametrize(
    "sent",
    [
        b"",
        b"\x05\0\0",
        b"\x05\0\0\0\0ab",
        b"\x04\0\0\0\0abcd",  # no plain value
        b"\xff\xff\xff\xff\0",  # too long
        b"\x00\0\0\0\x09",  # of no known form
        b"\x05\0\0\0\0i\x63\0\0\0",  # a number, and no message
        b"\x07\0\0\0\0(\x01\0\0\0N0",  # a message without a number
        b"\x0a\0\0\0\0(\x01\0\0\0i\x63\0\0\0",  # a message of no known kind
    ],
)
def test_an_end_in_mid_message_or_what_is_no_message_ends_the_talk(wires: Any, sent: bytes) -> None:
    left, right = wires
    left.socket.sendall(sent)
    left.socket.shutdown(SHUT_WR)
    with pytest.raises(EOFError):
        right.receive(soon())
