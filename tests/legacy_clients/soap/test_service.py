"""Calls: answered, refused, unanswered or not sent, by a service that works and by others."""

from __future__ import annotations

import time
from contextlib import closing
from decimal import Decimal
from typing import Any

import pytest

from fixtures.atlas import Atlas
from legacy_clients.deadline import Deadline
from legacy_clients.errors import (
    BusinessFault,
    Busy,
    Conflict,
    CutOff,
    LegacyError,
    Misconfigured,
    Missing,
    NotSent,
    TimedOut,
    Unanswered,
    Unfit,
    Unintelligible,
    Unreachable,
)
from legacy_clients.soap.auth import NoAuth
from legacy_clients.soap.reply import Belief
from legacy_clients.soap.service import Service, open_service
from legacy_clients.soap.transport import Transport
from legacy_clients.soap.wsdl import Contract
from tests.legacy_clients.soap.hostile import (
    SECRET,
    Hostile,
    Reaction,
    answer,
    envelope,
    fault,
    hang_up,
)

SAVED = envelope("<SaveResponse><Version>2</Version></SaveResponse>")
FULL = fault("FULL", side="Server")


def write(service: Service, operation: str, arguments: dict[str, Any], seconds: float = 5) -> Any:
    return service.call(operation, arguments, Deadline.after(seconds), write=True)


def create(service: Service, **elements: Any) -> str:
    customer = {"Name": "Harbor Freight", "Status": "A", **elements}
    number = write(service, "CreateCustomer", {"Customer": customer}).text("CustNo")
    assert number is not None
    return number


def test_a_record_is_created_read_and_changed(service: Service) -> None:
    number = create(service, CreditLimit=Decimal("100.50"), Phone="555-1234 ask Bob")
    changes = {"Name": "Müller & Söhne <GmbH>", "Phone": None}

    version = write(
        service, "UpdateCustomer", {"CustNo": number, "Version": 1, "Customer": changes}
    ).text("Version")
    reply = service.call("GetCustomer", {"CustNo": number}, Deadline.after(5), write=False)

    assert version == "2"
    assert reply.text("Customer.Name") == "Müller & Söhne <GmbH>"
    assert reply.text("Customer.Phone") is None
    assert reply.text("Customer.CreditLimit") == "100.50"


def test_a_business_fault_carries_the_code_and_the_words_of_the_service(
    atlas: Atlas, service: Service
) -> None:
    """W7"""
    number = create(service, Status="H")
    with closing(atlas.connect()) as db:
        [sku] = db.execute("SELECT SKU FROM PRODMAST WHERE CO_CD = '01' LIMIT 1").fetchone()
    line = {"Sku": sku.strip(), "Quantity": Decimal(1), "UnitPrice": Decimal("2.50")}

    with pytest.raises(BusinessFault) as told:
        write(service, "CreateOrder", {"Order": {"CustNo": number, "Lines": {"Line": [line]}}})

    assert told.value.code == "CUSTOMER_NOT_ACTIVE"
    assert number in told.value.message


def test_a_version_that_moved_is_a_conflict(service: Service) -> None:
    number = create(service)

    with pytest.raises(Conflict):
        write(
            service, "UpdateCustomer", {"CustNo": number, "Version": 7, "Customer": {"Name": "x"}}
        )


def test_an_unknown_record_is_missing(service: Service) -> None:
    with pytest.raises(Missing):
        service.call("GetCustomer", {"CustNo": "C999999"}, Deadline.after(5), write=False)


def test_what_does_not_fit_is_refused_before_anything_is_sent(
    atlas: Atlas, service: Service
) -> None:
    """W8"""
    before = atlas.calls()

    with pytest.raises(Unfit, match=r"^Customer\.Name: longer than the 60"):
        write(service, "CreateCustomer", {"Customer": {"Name": "x" * 61}})

    assert atlas.calls() == before


def test_a_lost_reply_is_unanswered_and_the_call_is_not_repeated(
    atlas: Atlas, service: Service
) -> None:
    """W3"""
    create(service)
    before = atlas.calls()["CreateCustomer"]
    atlas.arm("CreateCustomer", "reply_lost")

    with pytest.raises(CutOff):
        create(service)

    assert atlas.fired("CreateCustomer", "reply_lost") == 1
    assert atlas.calls()["CreateCustomer"] == before + 1


@pytest.mark.parametrize("count", [0, 10, 100, 200, 300])
def test_a_reply_cut_at_any_byte_is_unanswered(atlas: Atlas, service: Service, count: int) -> None:
    number = create(service)
    atlas.arm("GetCustomer", "drop", bytes=count)

    with pytest.raises(CutOff):
        service.call("GetCustomer", {"CustNo": number}, Deadline.after(5), write=False)

    assert atlas.fired("GetCustomer", "drop") == 1


def test_a_slow_service_is_left_by_the_deadline(atlas: Atlas, service: Service) -> None:
    """L1"""
    create(service)
    atlas.arm("CreateCustomer", "delay", seconds=1)
    began = time.monotonic()

    with pytest.raises(TimedOut):
        write(service, "CreateCustomer", {"Customer": {"Name": "a"}}, seconds=0.4)

    assert time.monotonic() - began < 0.9  # and not when the service answers
    assert atlas.fired("CreateCustomer", "delay") == 1


def test_a_page_of_a_proxy_leaves_a_write_unknown(atlas: Atlas, service: Service) -> None:
    """L5"""
    create(service)
    atlas.arm("CreateCustomer", "html503")

    with pytest.raises(Unintelligible, match="503 with an HTML page"):
        create(service)

    assert atlas.fired("CreateCustomer", "html503") == 1


def test_a_busy_service_is_asked_again(atlas: Atlas, service: Service) -> None:
    """L6"""
    create(service)
    atlas.arm("CreateCustomer", "busy", times=2)

    assert create(service)

    assert atlas.fired("CreateCustomer", "busy") == 2


def test_a_service_that_stays_busy_is_asked_three_times_and_the_call_did_not_run(
    shop: Contract,
) -> None:
    """L6"""
    with (
        Hostile(FULL) as server,
        Transport(server.url) as transport,
        pytest.raises(Busy) as told,
    ):
        write(Service(shop, transport, NoAuth(), {"FULL": Busy}), "Save", {"Id": "1"})

    assert isinstance(told.value, NotSent)
    assert len(server.requests) == 3


def test_a_busy_service_is_not_waited_for_beyond_the_deadline(shop: Contract) -> None:
    """L1"""
    with Hostile(FULL) as server, Transport(server.url) as transport:
        service = Service(shop, transport, NoAuth(), {"FULL": Busy})
        began = time.monotonic()
        with pytest.raises(Busy):
            write(service, "Save", {"Id": "1"}, seconds=0.04)
        took = time.monotonic() - began

    assert took < 0.2
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    "reaction",
    [
        hang_up,
        answer("", status="200 OK"),
        answer(f"<html>{SECRET}</html>", content_type="text/html"),
        answer(f"<html>{SECRET}</html>", status="503 No", content_type="text/html"),
        envelope(f"<SaveResponse><Version>{SECRET}</Version></SaveResponse>"),
        fault(SECRET[:0], side="Server"),
    ],
    ids=["hang up", "empty", "login page", "HTML 503", "invalid", "bare fault"],
)
def test_a_write_without_a_usable_answer_is_unanswered_and_sent_once(
    shop: Contract, reaction: Reaction
) -> None:
    """W3, L6"""
    with (
        Hostile(reaction, SAVED) as server,
        Transport(server.url) as transport,
        pytest.raises(Unanswered) as told,
    ):
        write(Service(shop, transport, NoAuth(), {}), "Save", {"Id": "1"})

    assert (server.fired, len(server.requests)) == (1, 1)
    assert SECRET not in str(told.value)


def test_what_a_departure_costs_is_said_with_the_call(shop: Contract) -> None:
    """F2"""
    departed = envelope("<SaveResponse><Version>two</Version></SaveResponse>")
    with Hostile(departed) as server, Transport(server.url) as transport:
        service = Service(shop, transport, NoAuth(), {})
        with pytest.raises(Unintelligible):
            service.call("Save", {"Id": "1"}, Deadline.after(5), write=True)
        believed = service.call(
            "Save", {"Id": "1"}, Deadline.after(5), write=True, belief=Belief(tolerate=("Version",))
        )

    assert believed.text("Version") == "two"


def test_a_service_that_is_down_was_sent_nothing(shop: Contract) -> None:
    with Hostile(hang_up) as server:
        url = server.url
    with Transport(url) as transport, pytest.raises(Unreachable):
        write(Service(shop, transport, NoAuth(), {}), "Save", {"Id": "1"})


def test_the_address_is_the_configured_one_and_not_that_of_the_wsdl(shop: Contract) -> None:
    """L3"""
    with Hostile(SAVED) as server, Transport(server.url) as transport:
        reply = write(Service(shop, transport, NoAuth(), {}), "Save", {"Id": "1"})

    assert reply.text("Version") == "2"
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    ("wsdl", "url", "words"),
    [(None, "http://a/", "FACADE_SOAP_WSDL"), ("a.wsdl", None, "FACADE_SOAP_URL")],
)
def test_a_missing_setting_is_named(wsdl: str | None, url: str | None, words: str) -> None:
    with pytest.raises(Misconfigured, match=words):
        open_service(wsdl=wsdl, url=url, user=None, password=None, sign_in={}, faults={})


def test_the_service_can_be_opened_while_the_crm_is_down(atlas: Atlas) -> None:
    """L4"""
    service = open_service(
        wsdl=atlas.wsdl_path, url="http://127.0.0.1:9/", user=None, password=None,
        sign_in={}, faults={},
    )  # fmt: skip

    assert "GetCustomer" in service.contract.operations
    with pytest.raises(LegacyError):
        service.call("Ping", {}, Deadline.after(1), write=False)
    service.close()
