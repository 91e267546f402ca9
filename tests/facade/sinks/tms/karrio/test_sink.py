"""A night reaches the TMS: what differs from what was sent, in scope, and nothing else."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from facade.sinks.sink import Parked, SinkMismatch
from facade.sinks.tms.karrio import open_karrio
from tests.facade.sinks.tms.karrio.conftest import Spoke
from tests.facade.sinks.tms.karrio.night import (
    Remembered,
    add_order,
    changed,
    problem,
    two_orders,
)


def test_orders_are_created_with_addresses_lines_and_our_ids(spoke: Spoke) -> None:
    receipt = spoke.deliver(two_orders())

    assert receipt.delivered == {"order": {"created": 2}}
    assert receipt.parked == ()
    assert receipt.holds == {"order": {"count": 2}}
    (sent,) = [one["sent"] for one in spoke.tms.orders() if one["sent"]["order_id"] == "A1"]
    assert sent["source"] == "crm-facade"
    assert sent["order_date"] == "2026-11-02"
    assert sent["shipping_from"] == {
        "company_name": "Acme Freight",
        "phone_number": "+13125550101",
        "address_line1": "1 Dock Rd",
        "city": "Chicago",
        "state_code": "IL",
        "postal_code": "60607",
        "country_code": "US",
    }
    assert sent["shipping_to"]["company_name"] == "Łódź drop-off"
    assert sent["line_items"] == [
        {
            "sku": "P1",
            "title": "Steel coil",
            "quantity": 4,
            "weight": 12.5,
            "weight_unit": "KG",
            "value_amount": 19.9,
            "value_currency": "USD",
            "metadata": {
                "line_no": 1,
                "quantity_unit": "PCE",
                "gross_weight": "50.000000",
                "gross_weight_unit": "KGM",
            },
        },
        {
            "sku": "P1",
            "title": "Copy paper",
            "quantity": 3,
            "weight": 2.5,
            "weight_unit": "LB",
            "value_amount": 1.25,
            "value_currency": "USD",
            "metadata": {"line_no": 2, "quantity_unit": "EA"},
        },
    ]
    assert sent["metadata"]["crm_id"] == "A1"
    assert sent["metadata"]["crm_customer_id"] == "C1"
    assert sent["metadata"]["crm_status"] == "open"
    assert sent["metadata"]["pickup_on"] == "2026-11-05"


def test_a_night_without_changes_calls_nobody(spoke: Spoke) -> None:
    """T5, also where the TMS reformats what it was sent."""
    spoke.deliver(two_orders())
    assert spoke.live("A1")["shipping_from"]["phone_number"] == "+1 312-555-0101"

    receipt = spoke.deliver(two_orders())

    assert receipt.delivered == {}
    assert receipt.holds == {"order": {"count": 2}}
    assert spoke.tms.calls() == {}


def test_the_same_night_again_changes_nothing(spoke: Spoke) -> None:
    delivery = spoke.nights.seal(two_orders())
    spoke.again(delivery)
    assert spoke.again(delivery).delivered == {}
    assert spoke.tms.calls() == {}


def test_an_older_night_is_turned_down(spoke: Spoke) -> None:
    """T4: nothing older overtakes what was sent."""
    older = spoke.nights.seal(two_orders())
    spoke.deliver(two_orders())
    with pytest.raises(SinkMismatch, match="Run 1 is older than run 2"):
        spoke.again(older)
    assert spoke.tms.calls() == {}


def test_a_renamed_customer_changes_just_its_orders(spoke: Spoke) -> None:
    spoke.deliver(two_orders())
    before = spoke.live("B1")

    receipt = spoke.deliver(changed(two_orders(), "customer", 0, name="Acme Logistics"))

    assert receipt.delivered == {"order": {"replaced": 1}}
    assert spoke.live("A1")["shipping_from"]["company_name"] == "Acme Logistics"
    assert [one["status"] for one in spoke.orders("A1")] == ["cancelled", "unfulfilled"]
    assert spoke.orders("B1") == [before]


def test_a_changed_line_replaces_its_order(spoke: Spoke) -> None:
    spoke.deliver(two_orders())
    receipt = spoke.deliver(changed(two_orders(), "order.lines", 0, quantity_value="5"))
    assert receipt.delivered == {"order": {"replaced": 1}}
    assert spoke.live("A1")["line_items"][0]["quantity"] == 5
    assert spoke.deliver(changed(two_orders(), "order.lines", 0, quantity_value="5")).parked == ()
    assert spoke.tms.calls() == {}


def test_a_changed_status_is_one_update_of_metadata(spoke: Spoke) -> None:
    spoke.deliver(two_orders())
    receipt = spoke.deliver(changed(two_orders(), "order", 0, status="confirmed", bill_to_id="C2"))
    assert receipt.delivered == {"order": {"updated": 1}}
    assert spoke.tms.calls() == {"PUT /v1/orders/{id}": 1}
    assert spoke.live("A1")["metadata"]["crm_status"] == "confirmed"
    assert spoke.live("A1")["metadata"]["crm_bill_to"] == "Bolt Foods"

    spoke.deliver(changed(two_orders(), "order", 0, status="confirmed"))
    assert "crm_bill_to" not in spoke.live("A1")["metadata"]


@pytest.mark.parametrize(
    ("relation", "number", "values", "field", "reason"),
    [
        ("location", 0, {"country_code": None}, "stops.pickup.country_code", "is missing"),
        (
            "order.stops",
            1,
            {"address_country_code": None},
            "stops.delivery.country_code",
            "is missing",
        ),
        ("order.stops", 0, {"location_id": "L9"}, "stops.pickup.location_id", "no such location"),
        ("order.stops", 0, {"kind": "delivery"}, "stops.pickup", "picked up nowhere"),
        ("order", 0, {"customer_id": "C9"}, "customer_id", "no such customer"),
        ("order.lines", 1, {"quantity_value": "1.5"}, "lines[2].quantity.value", "no whole number"),
        ("order.lines", 1, {"quantity_value": None}, "lines[2].quantity.value", "is missing"),
        ("order.lines", 0, {"weight_unit": "STN"}, "lines[1].weight.unit", "none of the units"),
        (
            "order.stops",
            1,
            {"address_city": "Llanfairpwllgwyngyllgogerychwyrndrobwll"},
            "stops.delivery.city",
            "39 characters; the TMS takes 30",
        ),
        (
            "order.stops",
            0,
            {"date": None, "problems": problem("date", "TBD", "is no date")},
            "stops.pickup.date",
            "can't be read in the CRM: is no date",
        ),
        (
            "order.stops",
            1,
            {"address_city": None, "problems": problem("address.city", "x", "is no text")},
            "stops.delivery.city",
            "is no text",
        ),
        (
            "order.lines",
            0,
            {"unit_price": None, "problems": problem("unit_price", "N/A", "is no number")},
            "lines[1].unit_price",
            "is no number",
        ),
        (
            "customer",
            0,
            {"name": None, "problems": problem("name", "hex:FF", "is no text")},
            "customer.name",
            "is no text",
        ),
        (
            "order",
            0,
            {"deleted": None, "problems": problem("deleted", "?", "is no flag")},
            "deleted",
            "is no flag",
        ),
        (
            "order.stops",
            0,
            {"kind": None, "problems": problem("kind", "Z", "is no such code")},
            "stops.kind",
            "first or the last",
        ),
    ],
)
def test_what_cannot_be_sent_parks_its_order_alone(
    spoke: Spoke, relation: str, number: int, values: dict[str, Any], field: str, reason: str
) -> None:
    """F2: nothing is sent as null, cut, or rounded."""
    rows = changed(two_orders(), relation, number, **values)
    if relation == "location":
        rows["location"].append({**two_orders()["location"][0], "id": "L2"})
        rows["order.stops"][2]["location_id"] = "L2"

    receipt = spoke.deliver(rows)

    assert receipt.delivered == {"order": {"created": 1}}
    assert spoke.orders("A1") == []
    (parked,) = receipt.parked
    assert (parked.entity, parked.id, parked.field) == ("order", "A1", field)
    assert reason in parked.reason


def test_a_problem_in_a_field_that_is_not_sent_parks_nothing(spoke: Spoke) -> None:
    rows = changed(two_orders(), "order", 0, problems=problem("exchange_rate", "1,5", "no number"))
    rows = changed(rows, "location", 0, problems=problem("latitude", "1.2.3", "no number"))
    assert spoke.deliver(rows).parked == ()


def test_an_order_without_lines_is_parked(spoke: Spoke) -> None:
    rows = two_orders()
    del rows["order.lines"][2:]
    (parked,) = spoke.deliver(rows).parked
    assert (parked.id, parked.field) == ("B1", "lines")

    again = spoke.deliver(rows)
    assert again.parked == (parked,)
    assert spoke.tms.calls() == {}


def test_a_sent_order_that_no_longer_fits_stays_as_it_was(spoke: Spoke) -> None:
    spoke.deliver(two_orders())
    before = spoke.orders("A1")
    receipt = spoke.deliver(changed(two_orders(), "order.lines", 0, quantity_value="0.5"))
    assert [one.id for one in receipt.parked] == ["A1"]
    assert spoke.orders("A1") == before


def test_a_cancelled_order_is_cancelled_once(spoke: Spoke) -> None:
    spoke.deliver(two_orders())
    rows = changed(two_orders(), "order", 0, status="cancelled")
    assert spoke.deliver(rows).delivered == {"order": {"cancelled": 1}}
    assert [one["status"] for one in spoke.orders("A1")] == ["cancelled"]
    receipt = spoke.deliver(rows)
    assert spoke.tms.calls() == {}
    assert receipt.holds == {"order": {"count": 1}}

    assert spoke.deliver(two_orders()).delivered == {"order": {"created": 1}}
    assert spoke.live("A1")["status"] == "unfulfilled"


def test_an_order_cancelled_or_deleted_before_it_was_sent_is_never_created(spoke: Spoke) -> None:
    rows = changed(two_orders(), "order", 0, status="cancelled")
    rows = changed(rows, "order", 1, deleted=True)
    assert spoke.deliver(rows).delivered == {}
    assert spoke.tms.calls() == {}


@pytest.mark.parametrize("hard", [False, True])
@pytest.mark.parametrize(
    ("on_delete", "act", "status", "flag"),
    [
        ("ignore", {}, "unfulfilled", None),
        ("flag", {"order": {"flagged": 1}}, "unfulfilled", True),
        ("cancel", {"order": {"cancelled": 1}}, "cancelled", None),
    ],
)
def test_a_deleted_order_is_treated_as_declared(
    spoke: Spoke, hard: bool, on_delete: str, act: dict[str, Any], status: str, flag: bool | None
) -> None:
    spoke.settings["on_delete"] = on_delete
    spoke.deliver(two_orders())
    rows = changed(two_orders(), "order", 0, deleted=True)
    if hard:
        del rows["order"][0]

    assert spoke.deliver(rows).delivered == act
    (order,) = spoke.orders("A1")
    assert order["status"] == status
    assert order["metadata"].get("crm_deleted") is flag
    spoke.deliver(rows)
    assert spoke.tms.calls() == {}


def test_an_order_that_comes_back_loses_its_flag(spoke: Spoke) -> None:
    spoke.deliver(two_orders())
    spoke.deliver(changed(two_orders(), "order", 0, deleted=True))
    assert spoke.deliver(two_orders()).delivered == {"order": {"updated": 1}}
    assert "crm_deleted" not in spoke.live("A1")["metadata"]


def test_only_orders_in_scope_are_sent_and_leaving_it_is_no_delete(spoke: Spoke) -> None:
    spoke.settings["scope"] = {"order": {"status": ["open"], "ordered_on": {">=": "2026-11-01"}}}
    rows = changed(two_orders(), "order", 1, ordered_on="2026-10-31")
    assert spoke.deliver(rows).delivered == {"order": {"created": 1}}
    assert spoke.orders("B1") == []

    assert spoke.deliver(changed(rows, "order", 0, status="completed")).delivered == {}
    assert spoke.tms.calls() == {}


def test_an_order_whose_scope_cannot_be_read_is_parked(spoke: Spoke) -> None:
    """F2"""
    spoke.settings["scope"] = {"order": {"payment": "prepaid"}}
    rows = changed(
        two_orders(), "order", 0, payment=None, problems=problem("payment", "Z", "no code")
    )
    (parked,) = spoke.deliver(rows).parked
    assert (parked.id, parked.field) == ("A1", "scope")


def test_a_scope_that_names_no_field_is_an_error(spoke: Spoke) -> None:
    spoke.settings["scope"] = {"order": {"colour": "red"}}
    with pytest.raises(SinkMismatch, match=r"scope\.order\.colour"):
        spoke.deliver(two_orders())
    spoke.settings["scope"] = {"order": {"ordered_on": {"after": "2026-11-01"}}}
    with pytest.raises(SinkMismatch, match="not by after"):
        spoke.deliver(two_orders())


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"url": "ftp://tms.example"}, "http://"),
        ({"url": "http://me:secret@tms.example"}, "http://"),
        ({"token": "two\nlines"}, "token"),
        ({"scope": {"customer": {"status": "active"}}}, "customer"),
        ({"on_delete": "shred"}, "ignore, flag, cancel"),
    ],
)
def test_wrong_settings_are_named(given: dict[str, Any], words: str) -> None:
    right = {"url": "http://127.0.0.1:9", "token": "key", "scope": {}}
    with pytest.raises(SinkMismatch, match=words) as caught:
        open_karrio("tms", references=Remembered(), **{**right, **given})
    assert "secret@" not in str(caught.value)


def test_progress_is_told_at_least_every_25_orders(spoke: Spoke) -> None:
    rows = two_orders()
    for number in range(58):
        add_order(rows, f"D{number}")
    spoke.deliver(rows)
    assert spoke.told == [
        ("order", 0, 60),
        ("order", 25, 60),
        ("order", 50, 60),
        ("order", 60, 60),
    ]


def test_a_night_without_orders_in_its_mapping_delivers_nothing(spoke: Spoke) -> None:
    delivery = spoke.nights.seal(two_orders())
    without = replace(delivery, snapshot={})
    assert spoke.again(without).delivered == {}


def test_what_the_tms_turns_down_is_parked_in_its_words_and_not_sent_again(spoke: Spoke) -> None:
    """T3"""
    rows = changed(two_orders(), "location", 0, postal_code="6O6O7")
    receipt = spoke.deliver(rows)
    assert receipt.delivered == {}
    assert receipt.parked[0] == Parked(
        "order",
        "A1",
        "shipping_from.postal_code: The American postal code must match 12345 or 12345-6789",
        "stops.pickup.postal_code",
    )
    assert spoke.tms.calls()["POST /v1/orders"] == 2

    assert spoke.deliver(rows).parked == receipt.parked
    assert spoke.tms.calls() == {}

    assert spoke.deliver(two_orders()).delivered == {"order": {"created": 2}}
    assert not list(spoke.references.all("order.parked"))


def test_what_was_turned_down_is_offered_again_when_a_person_asks(spoke: Spoke) -> None:
    """N7, T3: the TMS's own settings may have been mended."""
    rows = changed(two_orders(), "location", 0, postal_code="6O6O7")
    spoke.deliver(rows)
    assert spoke.deliver(rows).parked
    assert spoke.tms.calls() == {}
    spoke.offer_again("customer", ["A1"])
    spoke.deliver(rows)
    assert spoke.tms.calls() == {}
    spoke.offer_again("order", ["A1", "none such"])
    assert spoke.deliver(rows).parked[0].id == "A1"
    assert spoke.tms.calls()["POST /v1/orders"] == 1
