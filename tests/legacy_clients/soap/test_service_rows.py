"""Records of one large answer, one at a time: in a session, by a deadline, no quiet end."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import closing

import pytest

from legacy_clients.deadline import Deadline
from legacy_clients.errors import (
    Busy,
    CutOff,
    Denied,
    LegacyError,
    Misconfigured,
    TimedOut,
    Unfit,
    Unintelligible,
    Unreachable,
)
from legacy_clients.soap.service import Service
from tests.legacy_clients.soap.auth.keeper import Asked, Keeper, Told, fault, opened, unauthorized
from tests.legacy_clients.soap.auth.test_session_body import SIGN_IN, Door
from tests.legacy_clients.soap.hostile import Hostile, drip, raw

ROWS = "".join(f"<value>v{number}</value>" for number in range(5000))
WHOLE = f"<getResponse>{ROWS}</getResponse>"
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\n"
BEGUN = (
    '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body>'
    f'<getResponse xmlns="urn:vault">{ROWS}'
).encode()


def rows(service: Service, seconds: float = 10.0) -> Iterator[str | None]:
    found = service.rows("get", {"name": "all"}, "value", Deadline.after(seconds))
    return (row.node.text for row in found)


def taken(found: Iterator[str | None]) -> tuple[int, str]:
    """How many records came before the error, and which error that was."""
    count = 0
    try:
        for _ in found:
            count += 1
    except LegacyError as error:
        return count, type(error).__name__
    return count, ""


def test_the_records_come_in_order_and_the_connection_is_kept() -> None:
    with Keeper(lambda asked: Told(WHOLE)) as keeper, closing(opened(keeper.url, {})) as service:
        assert list(rows(service)) == [f"v{number}" for number in range(5000)]
        assert len(list(rows(service))) == 5000

    assert len({asked.connection for asked in keeper.asked}) == 1


def test_nothing_is_sent_before_the_first_record_is_asked_for() -> None:
    with Keeper(lambda asked: Told(WHOLE)) as keeper, closing(opened(keeper.url, {})) as service:
        found = rows(service)
        assert keeper.asked == []
        assert next(found) == "v0"


def test_an_expired_session_is_renewed_before_the_first_record() -> None:
    """L6"""
    door = Door()

    def judge(asked: Asked) -> Told:
        told = door(asked)
        return Told(WHOLE) if told.body.startswith("<getR") else told

    with Keeper(judge) as keeper, closing(opened(keeper.url, SIGN_IN)) as service:
        assert len(list(rows(service))) == 5000
        door.expire()
        assert len(list(rows(service))) == 5000

    assert keeper.operations == ["login", "get", "get", "login", "get"]


def test_a_session_that_never_lives_is_not_renewed_for_ever() -> None:
    def spent(asked: Asked) -> Told:
        if asked.operation == "login":
            return Told("<loginResponse><id>dead</id></loginResponse>")
        return fault("11")

    with Keeper(spent) as keeper, closing(opened(keeper.url, SIGN_IN)) as service:
        assert taken(rows(service)) == (0, "Unreachable")

    assert keeper.operations == ["login", "get", "login", "get"]


def test_a_busy_service_is_asked_again() -> None:
    answers = iter([fault("FULL"), fault("FULL"), Told(WHOLE)])
    with (
        Keeper(lambda asked: next(answers)) as keeper,
        closing(opened(keeper.url, {}, faults={"FULL": Busy})) as service,
    ):
        assert taken(rows(service)) == (5000, "")

    assert len(keeper.asked) == 3


@pytest.mark.parametrize(
    ("told", "kind"),
    [
        (fault("NO"), Denied),
        (unauthorized("Basic"), Denied),
        (Told("<html>secret</html>", 503, media="text/html"), Unintelligible),
        (Told("<otherResponse/>"), Unintelligible),
    ],
    ids=["fault", "401", "HTML 503", "another element"],
)
def test_what_is_no_list_of_records_is_told_as_for_a_call(
    told: Told, kind: type[LegacyError]
) -> None:
    with (
        Keeper(lambda asked: told) as keeper,
        closing(opened(keeper.url, {}, faults={"NO": Denied})) as service,
    ):
        assert taken(rows(service)) == (0, kind.__name__)

    assert len(keeper.asked) == 1


def test_an_answer_that_ends_early_is_cut_off_after_the_records_that_came() -> None:
    with (
        Hostile(raw(HEAD + b"Content-Length: 999999\r\n\r\n" + BEGUN)) as server,
        closing(opened(server.url, {})) as service,
    ):
        count, kind = taken(rows(service))

    assert (server.fired, kind) == (1, CutOff.__name__)
    assert 0 < count <= 5000


def test_an_answer_that_drips_is_left_by_the_deadline() -> None:
    """L1"""
    with (
        Hostile(drip(HEAD + b"\r\n" + BEGUN, b" ")) as server,
        closing(opened(server.url, {})) as service,
    ):
        began = time.monotonic()
        _, kind = taken(rows(service, 0.6))
        took = time.monotonic() - began

    assert kind == TimedOut.__name__
    assert 0.6 <= took < 0.9


def test_a_stream_that_is_left_gives_its_place_and_its_connection_back() -> None:
    with Keeper(lambda asked: Told(WHOLE)) as keeper, closing(opened(keeper.url, {})) as service:
        for _ in range(40):  # more than run at a time
            found = service.rows("get", {"name": "all"}, "value", Deadline.after(10))
            assert next(found).node.text == "v0"
            found.close()

    assert len(keeper.asked) == 40


def test_what_does_not_fit_is_refused_before_anything_is_sent() -> None:
    with Keeper(lambda asked: Told(WHOLE)) as keeper, closing(opened(keeper.url, {})) as service:
        with pytest.raises(Unfit, match=r"^name: longer"):
            next(service.rows("get", {"name": "x" * 11}, "value", Deadline.after(5)))
        with pytest.raises(Misconfigured):
            next(service.rows("got", {}, "value", Deadline.after(5)))

    assert keeper.asked == []


def test_streams_of_a_dead_service_open_the_circuit() -> None:
    """L7"""
    with Hostile(lambda sock: False) as server, closing(opened(server.url, {})) as service:
        ends = [taken(rows(service))[1] for _ in range(20)]

    assert ends == ["CutOff"] * 5 + [Unreachable.__name__] * 15
    assert len(server.requests) == 5
