"""What the TMS says of an order, as a shipment's canonical status."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path
from typing import Any

import pytest

from facade.sinks.tms.karrio.status import SHIPMENT, status_of
from schemas.shipment import STATUSES
from tests.facade.sinks.tms.karrio.conftest import Spoke
from tests.facade.sinks.tms.karrio.night import add_order, two_orders

NOW = dt.datetime(2026, 11, 23, 6, 0, tzinfo=dt.UTC)


def order_with(status: str, *shipments: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "id": "ord_1",
        "order_id": "A1",
        "status": status,
        "metadata": {"crm_id": "A1"},
        "shipments": list(shipments),
        **more,
    }


def test_orders_on_their_way_and_arrived_are_told(spoke: Spoke) -> None:
    rows = two_orders()
    add_order(rows, "D1")
    spoke.deliver(rows)
    spoke.tms.advance("A1", "fulfilled", at="2026-11-23T05:00:00-06:00")
    spoke.tms.advance("B1", "fulfilled", at="2026-11-22T10:00:00+00:00")
    spoke.tms.advance("B1", "delivered", at="2026-11-23T09:30:00+00:00")

    told = {one.order_id: one for one in spoke.statuses()}

    assert set(told) == {"A1", "B1"}
    assert told["A1"].status == "in_transit"
    assert told["A1"].occurred_at == dt.datetime(2026, 11, 23, 11, 0, tzinfo=dt.UTC)
    shipment = spoke.live("A1")["shipments"][0]
    assert told["A1"].fields == {
        "tracking_number": shipment["tracking_number"],
        "tracking_url": shipment["tracking_url"],
        "picked_up_at": "2026-11-23T11:00:00Z",
    }
    assert told["B1"].status == "delivered"
    assert told["B1"].occurred_at == dt.datetime(2026, 11, 23, 9, 30, tzinfo=dt.UTC)
    assert told["B1"].fields["delivered_at"] == "2026-11-23T09:30:00Z"
    assert told["B1"].event == f"{spoke.live('B1')['id']}:delivered"


def test_a_repeated_poll_gives_the_same_events(spoke: Spoke) -> None:
    """T6"""
    spoke.deliver(two_orders())
    spoke.tms.advance("A1", "delivered")
    first = spoke.statuses()
    assert [one.event for one in first] == [one.event for one in spoke.statuses()]
    assert len(first) == 1


def test_all_pages_are_read(spoke: Spoke) -> None:
    rows = two_orders()
    for number in range(110):
        add_order(rows, f"D{number}")
    spoke.deliver(rows)
    for number in range(110):
        spoke.tms.advance(f"D{number}", "fulfilled")
    assert len({one.order_id for one in spoke.statuses()}) == 110


def test_orders_of_others_and_orders_at_rest_say_nothing() -> None:
    assert status_of(order_with("fulfilled", metadata={}), NOW) is None
    assert status_of(order_with("fulfilled", metadata=None), NOW) is None
    assert status_of(order_with("unfulfilled"), NOW) is None
    assert status_of(order_with("cancelled"), NOW) is None


@pytest.mark.parametrize(
    ("words", "status"),
    [
        (["purchased"], "dispatched"),
        (["shipped"], "picked_up"),
        (["delivered", "in_transit"], "in_transit"),
        (["delivered", "cancelled"], "delivered"),
        (["out_for_delivery"], "in_transit"),
        (["needs_attention", "delivered"], "exception"),
        (["beamed_up"], "dispatched"),
        ([], "dispatched"),
    ],
)
def test_the_least_advanced_shipment_counts(words: list[str], status: str) -> None:
    shipments = [{"status": word, "meta": None} for word in words]
    told = status_of(order_with("fulfilled", *shipments), NOW)
    assert told is not None
    assert told.status == status
    assert told.occurred_at == NOW
    assert told.fields == {}


def test_a_time_without_a_zone_says_nothing() -> None:
    shipment = {"status": "delivered", "meta": {"delivered_at": "2026-11-23T09:30:00"}}
    told = status_of(order_with("delivered", shipment), NOW)
    assert told is not None
    assert told.occurred_at == NOW
    assert told.fields == {}


def test_every_status_is_a_canonical_one() -> None:
    assert {word for word in SHIPMENT.values() if word} <= set(STATUSES)


def test_every_word_of_the_contract_is_listed() -> None:
    contract = Path(__file__).parents[6] / "shared/specs/karrio/karrio-openapi.yml"
    if not contract.exists():
        pytest.skip("Karrio's contract is not at hand")
    (shipment,) = re.findall(
        r"^    Shipment:\n(?:      .*\n|\n)+", contract.read_text("utf-8"), re.M
    )
    listed = re.search(r"        status:\n          enum:\n((?:          - \w+\n)+)", shipment)
    assert listed is not None
    assert set(re.findall(r"- (\w+)", listed.group(1))) == set(SHIPMENT)
