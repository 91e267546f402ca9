"""A session in the SOAP header: once for all threads, never too often, and nothing secret told."""

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
from legacy_clients.errors import Busy, Denied, NotSent, Unreachable
from legacy_clients.soap.auth import Credentials, signing_in
from legacy_clients.soap.contract import Contract
from legacy_clients.soap.guard import Limits
from legacy_clients.soap.service import Service, open_service
from legacy_clients.soap.transport import Transport
from tests.legacy_clients.soap.auth.keeper import PASSWORD, Asked, Keeper, Told, get, opened
from tests.legacy_clients.soap.declared import FAULTS, SIGN_IN
from tests.legacy_clients.soap.hostile import Hostile, Reaction, envelope, fault, hang

TICKET = envelope("<EnterResponse><Ticket>{}</Ticket></EnterResponse>".format("t1"))
SAVED = envelope("<SaveResponse><Version>2</Version></SaveResponse>")


@contextmanager
def shopping(shop: Contract, *reactions: Reaction) -> Iterator[tuple[Hostile, Service]]:
    words = {
        "call": "Enter", "user": "Who", "password": "Pass", "token": "Ticket",
        "header": "Access.Ticket", "expired": ["EXPIRED"],
    }  # fmt: skip
    with Hostile(*reactions) as server, Transport(server.url) as transport:
        auth = signing_in(words, Credentials("anna", "pw-of-anna"))
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
    assert [b"Ticket>t1</" in request for request in server.requests] == [False, True, True]


def test_no_secret_is_seen_in_another_place() -> None:
    """O1, L3"""
    words = {
        "call": "login", "user": "user_auth.user_name", "password": "user_auth.password",
        "token": "id", "header": "Session.Id",
    }  # fmt: skip

    def judge(asked: Asked) -> Told:
        if asked.operation == "login":
            return Told("<loginResponse><id>token-of-anna</id></loginResponse>")
        return Told("<getResponse><value>gold</value></getResponse>")

    with Keeper(judge) as keeper, closing(opened(keeper.url, words)) as service:
        assert [get(service), get(service)] == ["gold", "gold"]
        assert PASSWORD not in repr(vars(service))

    assert keeper.operations == ["login", "get", "get"]
    assert keeper.sightings(PASSWORD) == {"Body/login/user_auth/password"}
    assert keeper.sightings("token-of-anna") == {"Header/Session/Id"}


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


def test_twenty_threads_share_one_sign_in_and_one_renewal(atlas: Atlas) -> None:
    """L6"""
    before = atlas.calls().get("Login", 0)
    start = Barrier(20)
    service = open_service(
        wsdl=atlas.wsdl_path, url=atlas.soap_url, user=atlas.user, password=atlas.password,
        sign_in=SIGN_IN, faults=FAULTS, limits=Limits(calls=20),
    )  # fmt: skip

    def read(_: int) -> str | None:
        start.wait(5)
        reply = service.call("GetCustomer", {"CustNo": first}, Deadline.after(10), write=False)
        return reply.text("CustNo")

    with closing(atlas.connect()) as db:
        first = db.execute("SELECT CUST_NO FROM CUSTMAST WHERE CO_CD = '01'").fetchone()[0].strip()
    with closing(service), ThreadPoolExecutor(20) as threads:
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


def test_a_token_in_the_header_of_an_answer_holds_from_then_on() -> None:
    """Some services give a session anew with each answer."""
    tokens = iter(f"t{number}" for number in range(1, 10))
    words = {
        "call": "login", "user": "user_auth.user_name", "password": "user_auth.password",
        "token": "header:Session.Id", "header": "Session.Id",
    }  # fmt: skip

    def judge(asked: Asked) -> Told:
        header = (
            f"<s:Header><Session xmlns='urn:vault'><Id>{next(tokens)}</Id></Session></s:Header>"
        )
        if asked.operation == "login":
            return Told("<loginResponse><id>-</id></loginResponse>", header=header)
        return Told("<getResponse><value>gold</value></getResponse>", header=header)

    with Keeper(judge) as keeper, closing(opened(keeper.url, words)) as service:
        assert [get(service), get(service), get(service)] == ["gold", "gold", "gold"]

    assert keeper.operations == ["login", "get", "get", "get"]
    assert [asked.text("Header/Session/Id") for asked in keeper.asked] == [None, "t1", "t2", "t3"]
