"""Signing in: once for all threads, never too often, and nothing secret told."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from threading import Barrier

import pytest

from fixtures.atlas import Atlas
from legacy_clients.deadline import Deadline
from legacy_clients.errors import Busy, Denied, Misconfigured, NotSent, Unreachable
from legacy_clients.soap.auth import SessionHeader
from legacy_clients.soap.service import Service, open_service
from legacy_clients.soap.transport import Transport
from legacy_clients.soap.wsdl import Contract
from tests.legacy_clients.soap.declared import FAULTS, SIGN_IN
from tests.legacy_clients.soap.hostile import Hostile, Reaction, envelope, fault, hang

TICKET = envelope("<EnterResponse><Ticket>{}</Ticket></EnterResponse>".format("t1"))
SAVED = envelope("<SaveResponse><Version>2</Version></SaveResponse>")


@contextmanager
def shopping(shop: Contract, *reactions: Reaction) -> Iterator[tuple[Hostile, Service]]:
    with Hostile(*reactions) as server, Transport(server.url) as transport:
        auth = SessionHeader(
            "Enter", "Who", "Pass", "Ticket", "Access.Ticket",
            user="anna", password="pw-of-anna", expired={"EXPIRED"},
        )  # fmt: skip
        yield server, Service(shop, transport, auth, {"FULL": Busy, "WRONG": Denied})


def save(service: Service, seconds: float = 5.0) -> str | None:
    reply = service.call("Save", {"Id": "C1"}, Deadline.after(seconds), write=True)
    return reply.text("Version")


def actions(server: Hostile) -> list[str]:
    return [request.split(b"urn:shop/")[1].split(b'"')[0].decode() for request in server.requests]


def test_the_token_travels_in_the_header_of_each_call_and_the_password_only_once(
    shop: Contract,
) -> None:
    with shopping(shop, TICKET, SAVED) as (server, service):
        assert [save(service), save(service)] == ["2", "2"]

    assert actions(server) == ["Enter", "Save", "Save"]
    assert [b"pw-of-anna" in request for request in server.requests] == [True, False, False]
    assert [b"<Ticket>t1</Ticket>" in request for request in server.requests] == [False, True, True]


def test_an_expired_session_is_renewed_and_the_call_repeated_once(shop: Contract) -> None:
    """L6"""
    with shopping(shop, TICKET, fault("EXPIRED"), TICKET, SAVED) as (server, service):
        assert save(service) == "2"

    assert actions(server) == ["Enter", "Save", "Enter", "Save"]


def test_a_session_that_never_lives_is_not_renewed_for_ever(shop: Contract) -> None:
    with (
        shopping(shop, TICKET, fault("EXPIRED"), TICKET, fault("EXPIRED")) as (server, service),
        pytest.raises(Unreachable, match="does not accept the session"),
    ):
        save(service)

    assert actions(server) == ["Enter", "Save", "Enter", "Save"]


@pytest.mark.parametrize(
    ("reaction", "kind"),
    [
        (fault("WRONG"), Denied),
        (fault("ANY_OTHER"), Denied),
        (fault("Server", side="Server"), Denied),
        (envelope("<EnterResponse><Ticket/></EnterResponse>"), Unreachable),
        (envelope("<html/>"), Unreachable),
        (hang(1), Unreachable),
    ],
)
def test_a_call_whose_sign_in_fails_was_not_sent(
    shop: Contract, reaction: Reaction, kind: type[Exception]
) -> None:
    with shopping(shop, reaction) as (server, service), pytest.raises(kind) as told:
        save(service, 0.4)

    assert actions(server) == ["Enter"]
    assert "pw-of-anna" not in str(told.value)
    assert isinstance(told.value, (NotSent, Denied))


def test_a_refused_sign_in_is_not_tried_again_at_once(shop: Contract) -> None:
    """An account that is locked after some wrong passwords stays open."""
    with shopping(shop, fault("WRONG")) as (server, service):
        for _ in range(5):
            with pytest.raises(Denied):
                save(service)

    assert actions(server) == ["Enter"]


def test_twenty_threads_share_one_sign_in_and_one_renewal(atlas: Atlas, service: Service) -> None:
    """L6"""
    before = atlas.calls().get("Login", 0)
    start = Barrier(20)

    def read(_: int) -> str | None:
        start.wait(5)
        reply = service.call("GetCustomer", {"CustNo": first}, Deadline.after(10), write=False)
        return reply.text("CustNo")

    with closing(atlas.connect()) as db:
        first = db.execute("SELECT CUST_NO FROM CUSTMAST WHERE CO_CD = '01'").fetchone()[0].strip()
    with ThreadPoolExecutor(20) as threads:
        assert set(threads.map(read, range(20))) == {first}
        assert atlas.calls()["Login"] == before + 1
        atlas.arm("GetCustomer", "expire")
        assert set(threads.map(read, range(20))) == {first}

    assert atlas.fired("GetCustomer", "expire") == 1
    assert atlas.calls()["Login"] == before + 2


def test_wrong_credentials_are_denied_by_the_demonstration_crm(atlas: Atlas) -> None:
    service = open_service(
        wsdl=atlas.wsdl_path, url=atlas.soap_url, user=atlas.user, password="wrong",
        sign_in=SIGN_IN, faults=FAULTS,
    )  # fmt: skip
    with pytest.raises(Denied, match="signing in was refused"):
        service.call("GetCustomer", {"CustNo": "C1"}, Deadline.after(5), write=False)
    service.close()


def test_nothing_secret_is_logged(shop: Contract, caplog: pytest.LogCaptureFixture) -> None:
    """O1"""
    with caplog.at_level(logging.DEBUG), shopping(shop, TICKET, SAVED) as (_, service):
        save(service)

    assert "soap write Save: done" in caplog.text
    assert "pw-of-anna" not in caplog.text
    assert "t1" not in caplog.text.replace("test1", "")


def test_a_renewal_waits_no_longer_than_the_callers_deadline(shop: Contract) -> None:
    """L1"""
    with shopping(shop, hang(1)) as (server, service), ThreadPoolExecutor(1) as thread:
        slow = thread.submit(save, service, 0.9)
        time.sleep(0.1)
        began = time.monotonic()
        with pytest.raises(Unreachable, match="signing in did not end before the deadline"):
            save(service, 0.2)
        took = time.monotonic() - began
        with pytest.raises(Unreachable):
            slow.result()

    assert took < 0.4
    assert actions(server) == ["Enter"]


@pytest.mark.parametrize(
    ("sign_in", "user", "words"),
    [
        ({**SIGN_IN, "tokn": "x"}, "u", "tokn"),
        ({"call": "Login"}, "u", "user, password, token, header"),
        (SIGN_IN, None, "FACADE_SOAP_USER"),
    ],
)
def test_a_sign_in_that_lacks_something_says_what(
    atlas: Atlas, sign_in: dict[str, object], user: str | None, words: str
) -> None:
    with pytest.raises(Misconfigured, match=words):
        open_service(
            wsdl=atlas.wsdl_path, url=atlas.soap_url, user=user, password="p",
            sign_in=sign_in, faults={},
        )  # fmt: skip
