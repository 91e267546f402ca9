"""What a TMS knows goes back into the CRM once, and never steps back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import pytest

from facade.sinks.sink import Delivery, Progress, Receipt, Status
from facade.sync.give_back import GivenBack, give_back, moves_on
from facade.writes import Writes
from fixtures.atlas import Atlas
from tests.facade.sync.nights import Nights

T8 = dt.datetime(2025, 6, 1, 8, 0, tzinfo=dt.UTC)


@dataclass
class Telling:
    """A TMS that tells what it is told to tell, each time again."""

    name: str = "tms"
    every_run: bool = False
    said: list[Status] = field(default_factory=list)

    def tell(self, order: str, status: str, hours: int, **fields: Any) -> None:
        at = T8 + dt.timedelta(hours=hours)
        self.said.append(Status(order, status, at, fields, f"{order}:{status}:{hours}"))

    def deliver(self, delivery: Delivery, progress: Progress) -> Receipt:
        return Receipt(self.name, delivery.run)

    def statuses(self) -> Iterable[Status]:
        return tuple(self.said)


@pytest.fixture
def order(nights: Nights) -> str:
    """An open order of which no shipment is known yet."""
    where = "CO_CD = '01' AND DEL_FL = 'N' AND trim(SHP_STAT) = '' AND STAT_CD IN ('OP', 'CF')"
    return nights.key("ORDHDR", "ORD_NO", where).rstrip()


def give(nights: Nights, *sinks: Telling) -> GivenBack:
    return give_back(nights.ledger, sinks, Writes(nights.crm, nights.ledger))


def held(nights: Nights, order: str, column: str = "SHP_STAT") -> str:
    return str(nights.ask(f"SELECT {column} FROM ORDHDR WHERE rtrim(ORD_NO) = ?", order))


def calls(atlas: Atlas) -> int:
    return atlas.calls().get("SetShipmentStatus", 0)


def test_a_status_is_written_once_however_often_it_is_told(
    nights: Nights, atlas: Atlas, order: str
) -> None:
    """T6"""
    tms = Telling()
    tms.tell(order, "in_transit", 1, tracking_number="1Z9", picked_up_at=T8)
    assert give(nights, tms) == GivenBack(written={order: "in_transit"})
    assert (held(nights, order), held(nights, order, "TRK_NO")) == ("IT", "1Z9")
    assert held(nights, order, "PU_STMP") == "20250601030000"
    for _ in range(3):
        assert give(nights, tms) == GivenBack()
    assert calls(atlas) == 1


def test_delivered_never_goes_back_to_in_transit(nights: Nights, atlas: Atlas, order: str) -> None:
    """T6: also where the older event comes in a later night."""
    tms = Telling()
    tms.tell(order, "delivered", 5, delivered_at=T8)
    tms.tell(order, "in_transit", 6)
    assert give(nights, tms) == GivenBack(written={order: "delivered"}, skipped=1)
    tms.tell(order, "picked_up", 1)
    tms.tell(order, "exception", 7)
    assert give(nights, tms) == GivenBack(skipped=2)
    assert (held(nights, order), calls(atlas)) == ("DL", 1)


def test_events_told_in_any_order_are_written_in_the_order_in_which_they_occurred(
    nights: Nights, order: str
) -> None:
    """T6"""
    tms = Telling()
    tms.tell(order, "delivered", 9)
    tms.tell(order, "picked_up", 2)
    tms.tell(order, "in_transit", 4)
    assert give(nights, tms).written == {order: "delivered"}
    assert held(nights, order) == "DL"


@pytest.mark.parametrize(
    ("known", "status", "moves"),
    [
        (None, "tendered", True),
        ("tendered", "accepted", True),
        ("in_transit", "picked_up", False),
        ("in_transit", "in_transit", False),
        ("in_transit", "exception", True),
        ("exception", "in_transit", True),
        ("delivered", "in_transit", False),
        ("delivered", "exception", False),
        ("delivered", "invoiced", True),
        ("invoiced", "delivered", False),
        ("cancelled", "delivered", False),
    ],
)
def test_which_status_moves_a_shipment_on(known: str | None, status: str, moves: bool) -> None:
    """T6"""
    assert moves_on(known, status) is moves


@pytest.mark.long
def test_with_the_service_down_events_wait_and_are_written_later(
    nights: Nights, atlas: Atlas, order: str
) -> None:
    tms = Telling()
    tms.tell(order, "accepted", 1)
    tms.tell(order, "in_transit", 2)
    atlas.arm("SetShipmentStatus", "html503", times=100)
    given = give(nights, tms)
    assert atlas.fired("SetShipmentStatus", "html503") > 0
    assert (given.written, given.waiting) == ({}, 2)
    assert held(nights, order) == "  "
    atlas.disarm()
    assert give(nights, Telling()).written == {order: "in_transit"}
    assert held(nights, order) == "IT"


def test_a_status_whose_answer_was_lost_is_found_in_the_database(
    nights: Nights, atlas: Atlas, order: str
) -> None:
    """W3"""
    tms = Telling()
    tms.tell(order, "in_transit", 1)
    atlas.arm("SetShipmentStatus", "reply_lost", times=1)
    assert give(nights, tms).written == {order: "in_transit"}
    assert atlas.fired("SetShipmentStatus", "reply_lost") == 1
    assert held(nights, order) == "IT"


@pytest.mark.long
def test_a_status_of_which_nothing_shows_is_told_again_and_does_no_harm(
    nights: Nights, atlas: Atlas, order: str
) -> None:
    """W3: it says the same."""
    tms = Telling()
    tms.tell(order, "in_transit", 1)
    atlas.arm("SetShipmentStatus", "late", times=1, seconds=2.5)
    assert give(nights, tms).waiting == 1
    assert atlas.fired("SetShipmentStatus", "late") == 1
    assert give(nights, tms).written == {order: "in_transit"}
    assert held(nights, order) == "IT"


def test_an_order_that_the_crm_does_not_know_is_refused_once_and_stops_no_other(
    nights: Nights, order: str
) -> None:
    """T3"""
    tms = Telling()
    tms.tell("NOWHERE", "in_transit", 1)
    tms.tell(order, "in_transit", 2)
    given = give(nights, tms)
    assert (given.written, list(given.refused)) == ({order: "in_transit"}, ["NOWHERE"])
    assert give(nights, tms) == GivenBack()


def test_a_night_gives_back_after_its_seal_and_still_agrees(nights: Nights, order: str) -> None:
    """The shipment that comes into being so is in the next night's changes."""
    tms = Telling()
    tms.tell(order, "in_transit", 1)
    told = nights.run(tms)
    assert told["status_back"]["written"] == {order: "in_transit"}
    assert told["certificate"] == "agrees"
    told = nights.run(tms)
    assert told["entities"]["shipment"]["inserted"] == 1
    assert nights.changes("shipment", "op, id, status") == [("insert", order, "in_transit")]
