"""One order of ours is one live order in the TMS, whatever is lost or done behind our back."""

from __future__ import annotations

from typing import Any

import pytest
import requests

from facade.sinks.sink import Sent, SinkRefused, SinkUnreachable
from tests.facade.sinks.tms.karrio.conftest import Spoke
from tests.facade.sinks.tms.karrio.night import add_order, changed, two_orders


def one_order() -> dict[str, list[dict[str, Any]]]:
    rows = two_orders()
    del rows["order"][1]
    return rows


def test_a_lost_reply_leaves_one_order(spoke: Spoke) -> None:
    """T1"""
    spoke.tms.arm("reply_lost", on="POST /v1/orders")
    receipt = spoke.deliver(one_order())
    assert spoke.tms.faults()["fired"] == {"reply_lost": 1}
    assert receipt.delivered == {"order": {"created": 1}}
    assert len(spoke.orders("A1")) == 1
    assert spoke.tms.calls()["POST /v1/orders"] == 1
    assert spoke.deliver(one_order()).delivered == {}
    assert spoke.tms.calls() == {}


@pytest.mark.parametrize(
    ("route", "change", "act"),
    [
        ("PUT /v1/orders/{id}", {"status": "confirmed"}, {"updated": 1}),
        ("POST /v1/orders/{id}/cancel", {"status": "cancelled"}, {"cancelled": 1}),
        ("POST /v1/orders/{id}/cancel", {"ordered_on": "2026-11-03"}, {"replaced": 1}),
        ("PUT /v1/orders/{id}", {"deleted": True}, {"flagged": 1}),
    ],
)
def test_a_lost_reply_to_a_change_is_made_good(
    spoke: Spoke, route: str, change: dict[str, Any], act: dict[str, int]
) -> None:
    """T1"""
    spoke.deliver(one_order())
    spoke.tms.arm("reply_lost", on=route)
    receipt = spoke.deliver(changed(one_order(), "order", 0, **change))
    assert spoke.tms.faults()["fired"] == {"reply_lost": 1}
    assert receipt.delivered == {"order": act}
    live = [one for one in spoke.orders("A1") if one["status"] != "cancelled"]
    assert len(live) == (0 if "cancelled" in act else 1)


def test_an_order_that_the_ledger_forgot_is_adopted_not_doubled(spoke: Spoke) -> None:
    """T1: a crash between the call and the note of it; 409 heals it."""
    spoke.deliver(two_orders())
    spoke.references.forget("order", "A1")
    receipt = spoke.deliver(changed(two_orders(), "order", 0, status="confirmed"))
    assert receipt.delivered == {"order": {"adopted": 1}}
    assert len(spoke.orders("A1")) == 1
    assert spoke.live("A1")["metadata"]["crm_status"] == "confirmed"
    assert spoke.tms.calls()["POST /v1/orders"] == 1


def test_an_adopted_order_gets_the_lines_of_today(spoke: Spoke) -> None:
    """T1"""
    spoke.deliver(two_orders())
    spoke.references.forget("order", "A1")
    rows = changed(two_orders(), "order.lines", 0, quantity_value="7")
    assert spoke.deliver(rows).delivered == {"order": {"adopted": 1}}
    assert spoke.live("A1")["line_items"][0]["quantity"] == 7
    spoke.deliver(rows)
    assert spoke.tms.calls() == {}


def test_a_delivered_order_is_not_created_again_after_a_crash(spoke: Spoke) -> None:
    """T1: the TMS would take it, since a delivered order frees its key."""
    spoke.deliver(two_orders())
    spoke.tms.advance("A1", "delivered")
    spoke.references.forget("order", "A1")
    spoke.references.put(Sent("order.run", "newest", "1 begun", None))
    assert spoke.deliver(two_orders()).delivered == {"order": {"adopted": 1}}
    assert len(spoke.orders("A1")) == 1


def test_a_lost_ledger_adopts_all(spoke: Spoke) -> None:
    """T1"""
    spoke.deliver(two_orders())
    spoke.tms.advance("A1", "delivered")
    spoke.references.sent.clear()
    assert spoke.deliver(two_orders()).delivered == {"order": {"adopted": 2}}
    assert len(spoke.tms.orders()) == 2
    assert "POST /v1/orders" not in spoke.tms.calls()


def test_an_order_of_somebody_else_with_our_key_is_not_touched(spoke: Spoke) -> None:
    theirs = {
        "source": "crm-facade",
        "order_id": "A1",
        "shipping_to": {"country_code": "US"},
        "line_items": [{"weight": 1, "weight_unit": "KG"}],
    }
    head = {"Authorization": f"Token {spoke.tms.token}"}
    url = f"{spoke.tms.url}/v1/orders"
    assert requests.post(url, json=theirs, headers=head, timeout=10).status_code == 201
    (parked,) = spoke.deliver(one_order()).parked
    assert (parked.id, parked.field) == ("A1", "id")
    assert "An order with 'order_id' A1 already exists for source crm-facade." in parked.reason
    assert spoke.live("A1")["metadata"] == {}


def test_a_crash_while_an_order_is_replaced_is_finished_the_next_night(spoke: Spoke) -> None:
    """T1"""
    spoke.deliver(one_order())
    rows = changed(one_order(), "order.lines", 0, quantity_value="9")
    spoke.tms.arm("error500", times=4, on="POST /v1/orders")
    receipt = spoke.deliver(rows)
    # The first strikes the probe; nothing was cancelled yet.
    assert receipt.parked[0].reason == "The TMS answers 500 to POST /v1/orders."
    assert spoke.live("A1")["status"] == "unfulfilled"
    spoke.tms.disarm()

    target = spoke.live("A1")["id"]
    head = {"Authorization": f"Token {spoke.tms.token}"}
    url = f"{spoke.tms.url}/v1/orders/{target}/cancel"
    assert requests.post(url, headers=head, timeout=10).status_code == 200
    spoke.references.put(Sent("order", "A1", "replacing", target))
    assert spoke.deliver(rows).delivered == {"order": {"replaced": 1}}
    assert spoke.live("A1")["line_items"][0]["quantity"] == 9


def test_a_replacement_that_the_tms_turns_down_leaves_the_order_alive(spoke: Spoke) -> None:
    """T3"""
    spoke.deliver(one_order())
    (parked,) = spoke.deliver(changed(one_order(), "location", 0, postal_code="bad")).parked
    assert parked.field == "stops.pickup.postal_code"
    assert [one["status"] for one in spoke.orders("A1")] == ["unfulfilled"]


def test_a_fulfilled_order_takes_metadata_but_no_lines(spoke: Spoke) -> None:
    spoke.deliver(two_orders())
    spoke.tms.advance("A1", "fulfilled")
    rows = changed(two_orders(), "order", 0, status="shipped")
    assert spoke.deliver(rows).delivered == {"order": {"updated": 1}}

    rows = changed(rows, "order.lines", 0, quantity_value="8")
    (parked,) = spoke.deliver(rows).parked
    assert "fulfilled in the TMS" in parked.reason
    assert spoke.deliver(rows).parked == (parked,)
    assert spoke.tms.calls() == {}

    rows = changed(rows, "order", 0, status="cancelled")
    (parked,) = spoke.deliver(rows).parked
    assert "can't be cancelled" in parked.reason
    assert spoke.deliver(rows).parked == (parked,)
    assert spoke.tms.calls() == {}


def test_an_order_cancelled_in_the_tms_is_not_raised_from_the_dead(spoke: Spoke) -> None:
    spoke.deliver(one_order())
    head = {"Authorization": f"Token {spoke.tms.token}"}
    url = f"{spoke.tms.url}/v1/orders/{spoke.live('A1')['id']}/cancel"
    assert requests.post(url, headers=head, timeout=10).status_code == 200
    receipt = spoke.deliver(changed(one_order(), "order.lines", 0, quantity_value="8"))
    assert receipt.parked[0].reason == "Somebody cancelled the order in the TMS."
    assert [one["status"] for one in spoke.orders("A1")] == ["cancelled"]


@pytest.mark.parametrize("form", ["seconds", "date"])
def test_a_wait_that_the_tms_asks_for_is_kept(spoke: Spoke, form: str) -> None:
    """T2"""
    rows = two_orders()
    spoke.tms.arm("throttle", retry_after=1, retry_after_form=form, on="POST /v1/orders")
    assert spoke.deliver(rows).delivered == {"order": {"created": 2}}
    assert spoke.tms.faults()["fired"] == {"throttle": 1}
    assert spoke.tms.calls()["POST /v1/orders"] == 3


@pytest.mark.parametrize("form", ["seconds", "date"])
def test_a_wait_beyond_patience_ends_the_delivery(spoke: Spoke, form: str) -> None:
    """T2"""
    spoke.tms.arm("throttle", retry_after=60, retry_after_form=form, times=9)
    with pytest.raises(SinkUnreachable, match=r"asks to wait (60|5[0-9]) s"):
        spoke.deliver(two_orders())
    assert spoke.tms.faults()["fired"]["throttle"] >= 1
    spoke.tms.disarm()
    assert spoke.deliver(two_orders()).delivered == {"order": {"created": 2}}


def test_an_error_of_the_server_is_tried_again(spoke: Spoke) -> None:
    spoke.tms.arm("error500", on="POST /v1/orders")
    assert spoke.deliver(one_order()).delivered == {"order": {"created": 1}}
    assert spoke.tms.faults()["fired"] == {"error500": 1}
    assert len(spoke.orders("A1")) == 1


def test_an_order_without_a_verdict_is_tried_again_the_next_night(spoke: Spoke) -> None:
    """T3: no status is a success that isn't listed as one."""
    spoke.tms.arm("error500", times=3, on="POST /v1/orders")
    (parked,) = spoke.deliver(one_order()).parked
    assert spoke.tms.faults()["fired"] == {"error500": 3}
    assert parked.reason == "The TMS answers 500 to POST /v1/orders."
    assert spoke.deliver(one_order()).delivered == {"order": {"created": 1}}


@pytest.mark.long
def test_a_tms_that_is_not_well_ends_the_delivery(spoke: Spoke) -> None:
    rows = two_orders()
    for number in range(30):
        add_order(rows, f"D{number}")
    spoke.tms.arm("error500", times=1000, on="POST /v1/orders")
    with pytest.raises(SinkUnreachable, match="orders in a row failed"):
        spoke.deliver(rows)
    assert spoke.tms.calls()["POST /v1/orders"] == 75


def test_a_wrong_token_is_refused_and_not_shown(spoke: Spoke) -> None:
    spoke.tms.token, right = "key_wrong", spoke.tms.token
    with pytest.raises(SinkRefused, match="401") as caught:
        spoke.deliver(two_orders())
    assert "key_wrong" not in str(caught.value)
    spoke.tms.token = right
    assert spoke.deliver(two_orders()).delivered == {"order": {"created": 2}}


def test_an_order_found_delivered_is_known_from_then_on_though_it_is_parked(spoke: Spoke) -> None:
    """T1: the TMS would take a second one, since a delivered order frees its key."""
    spoke.deliver(two_orders())
    spoke.tms.advance("A1", "delivered")
    spoke.references.forget("order", "A1")
    spoke.references.put(Sent("order.run", "newest", "1 begun", None))
    for quantity in ("8", "9"):
        rows = changed(two_orders(), "order.lines", 0, quantity_value=quantity)
        (parked,) = spoke.deliver(rows).parked
        assert "delivered in the TMS" in parked.reason
    assert len(spoke.orders("A1")) == 1
