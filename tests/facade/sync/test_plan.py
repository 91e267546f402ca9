"""A changed mapping reaches a sink when its plan was accepted, and the plan says what would be."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import pytest

from facade.sinks.sink import Delivery, Progress, Receipt, SinkUnreachable, Status
from facade.sync.errors import NightStopped
from facade.sync.holding import held_by, state_of
from tests.facade.sync.nights import read
from tests.facade.sync.shop import CUSTOMERS, SWAPPED, VAT, Shop

HELD = (
    "run {} was sealed under a changed mapping: see what it would change with `facade plan`,"
    " and deliver it with `facade plan --accept`"
)


@dataclass
class Noting:
    """A sink to which the newest state is enough; it notes the runs and names that it is given."""

    name: str = "tms"
    every_run: bool = False
    down: bool = False
    runs: list[int] = field(default_factory=list)
    names: dict[str, str] = field(default_factory=dict)

    def deliver(self, delivery: Delivery, progress: Progress) -> Receipt:
        if self.down:
            raise SinkUnreachable("tms does not answer")
        self.runs.append(delivery.run)
        self.names = dict(read(delivery.snapshot["customer"].rows, "id, name"))
        return Receipt(self.name, delivery.run)

    def statuses(self) -> Iterable[Status]:
        return ()


def test_a_changed_mapping_waits_at_the_sink_until_its_plan_is_accepted(shop: Shop) -> None:
    """N10"""
    first = shop.run()["sinks"]["warehouse"]
    assert first["delivered"]["customer"] == {"insert": CUSTOMERS}
    shop.map(SWAPPED)
    shop.rename("A00", "Renamed")
    night = shop.run()["sinks"]["warehouse"]
    assert night == {"delivered": {}, "parked": 0, "held": HELD.format(2)}
    assert shop.run()["sinks"]["warehouse"]["held"] == HELD.format(3)
    assert shop.names()["A01"] == "Name 1"
    with shop.night(down=True) as waiting:
        taken = waiting.accept()["warehouse"]
    assert taken == {"delivered": {"customer": {"update": CUSTOMERS}}, "parked": 0}
    assert shop.names()["A01"] == "V1"
    assert "held" not in shop.run()["sinks"]["warehouse"]


def test_a_plan_tells_records_fields_samples_and_what_is_suspicious(shop: Shop) -> None:
    """N10"""
    shop.run()
    shop.sql("INSERT INTO ACCT VALUES ('B1', '1', 'New', NULL, 'Bern', 'VB', '2025-06-02')")
    shop.sql("DELETE FROM ACCT WHERE ID = 'A07'")
    shop.sql("UPDATE LINE SET TEXT = 'z' WHERE NO = 'O2'")
    shop.map(SWAPPED, VAT, ('phone = { column = "PHONE" }', 'phone = { column = "CORP" }'))
    shop.sql("UPDATE ACCT SET CORP = '2'")
    shop.run()
    with shop.night(down=True) as night:
        plan = night.plans()["warehouse"]
    assert (plan.holds, plan.run, plan.new_mapping) == (1, 2, True)
    customer = plan.relations["customer"]
    assert customer.acts == {"create": 1, "update": CUSTOMERS - 1, "delete": 1}
    assert customer.added == ("custom_vat",)
    name = customer.fields["name"]
    assert (name.differs, name.filled, name.emptied) == (29, 0, 0)
    assert customer.fields["custom_vat"].filled == 29
    assert customer.samples["create"] == [{"key": ["B1"]}]
    assert customer.samples["delete"] == [{"key": ["A07"]}]
    assert customer.samples["update"][0]["key"] == ["A00"]
    assert customer.samples["update"][0]["fields"]["name"] == ["Name 0", "V0"]
    assert plan.relations["order"].acts == {"create": 0, "update": 1, "delete": 0}
    assert plan.relations["order.lines"].acts == {"create": 0, "update": 1, "delete": 0}
    assert plan.relations["order.lines"].samples["update"] == [
        {"key": ["O2", "1"], "fields": {"description": ["c", "z"]}}
    ]
    assert "customer.name: it would change in 29 of 30 records" in plan.suspicious


@pytest.mark.long
def test_a_field_that_becomes_null_and_one_left_out_are_suspicious(shop: Shop) -> None:
    shop.run()
    shop.sql("UPDATE ACCT SET PHONE = NULL, CHANGED = CHANGED || '1'")
    shop.map(('[customer.custom]\ncity = { column = "CITY", type = "text" }\n', ""))
    shop.run()
    with shop.night(down=True) as night:
        plan = night.plans()["warehouse"]
    assert plan.relations["customer"].left_out == ("custom_city",)
    assert plan.suspicious == [
        "customer.custom_city: it would not be delivered any more; 30 have a value: a warehouse"
        " will refuse the load until the column is dropped or renamed there",
        "customer.phone: null in every record; 30 have a value now",
        "customer.phone_e164: null in every record; 30 have a value now",
    ]


@pytest.mark.long
def test_a_plan_of_what_a_sink_holds_already_is_empty_and_of_a_new_one_is_all(shop: Shop) -> None:
    shop.run()
    fresh = Noting()
    with shop.night(down=True) as night:
        night.sinks = {**night.sinks, "tms": fresh}
        plans = night.plans()
    assert plans["warehouse"].relations == {}
    assert plans["tms"].holds is None
    assert plans["tms"].relations["customer"].acts == {"create": 30, "update": 0, "delete": 0}
    assert plans["tms"].suspicious == []


def test_a_plan_is_of_the_mapping_as_it_stands(shop: Shop) -> None:
    shop.run()
    shop.map(VAT)
    with shop.night(down=True) as night, pytest.raises(NightStopped, match="`facade replay`"):
        night.plans()
    with shop.night(down=True) as night, pytest.raises(NightStopped, match="`facade replay`"):
        night.accept()


@pytest.mark.long
def test_a_mapping_that_was_corrected_before_it_was_accepted_never_reaches_the_sink(
    shop: Shop,
) -> None:
    """N10: the bad one leaves no trace in history."""
    shop.run()
    shop.map(SWAPPED)
    shop.replay()
    shop.map()
    shop.rename("A00", "Renamed")
    told = shop.run()["sinks"]["warehouse"]
    assert told == {"delivered": {"customer": {"update": 1}}, "parked": 0}
    assert shop.names()["A00"] == "Renamed"
    assert shop.held("SELECT DISTINCT name FROM customers_history WHERE name LIKE 'V%'") == []
    assert shop.held("SELECT count(*) FROM customers_history") == [(CUSTOMERS + 1,)]
    # What comes next goes on from there, in turn.
    shop.rename("A01", "Renamed too")
    assert shop.run()["sinks"]["warehouse"]["delivered"] == {"customer": {"update": 1}}
    with shop.night(down=True) as night:
        assert night.plans()["warehouse"].relations == {}


@pytest.mark.long
def test_runs_of_an_accepted_mapping_are_delivered_though_a_newer_one_waits(shop: Shop) -> None:
    tms = Noting()
    shop.run(tms)
    tms.down = True
    shop.rename("A00", "Missed")
    assert shop.run(tms)["sinks"]["tms"]["failed"] == "tms does not answer"
    tms.down = False
    shop.map(SWAPPED)
    assert shop.run(tms)["sinks"]["tms"]["held"] == HELD.format(3)
    assert (tms.runs, tms.names["A00"]) == ([1, 2], "Missed")


@pytest.mark.long
def test_a_mapping_can_be_accepted_in_the_same_go(shop: Shop) -> None:
    shop.run()
    shop.map(VAT)
    told = shop.run(accepted=("mapping",))["sinks"]["warehouse"]
    assert told["delivered"] == {"customer": {"update": CUSTOMERS}}
    assert shop.held("SELECT custom_vat FROM customers WHERE id = 'A05'") == [("V5",)]


@pytest.mark.long
def test_a_dry_run_delivers_nothing_and_says_what_it_would(shop: Shop) -> None:
    """N13"""
    shop.run()
    shop.rename("A04", "Dry")
    told = shop.run(dry=True)
    assert (told["run"], told["sinks"], told["certificate"]) == (2, {}, "agrees")
    acts = told["plan"]["warehouse"]["relations"]["customer"]["acts"]
    assert acts == {"create": 0, "update": 1, "delete": 0}
    assert shop.names()["A04"] == "Name 4"
    assert shop.run()["sinks"]["warehouse"]["delivered"] == {"customer": {"update": 1}}
    assert shop.names()["A04"] == "Dry"


@pytest.mark.long
def test_a_paused_sink_is_given_nothing_and_catches_up_when_it_is_resumed(shop: Shop) -> None:
    """N13"""
    shop.run()
    with shop.night() as night:
        night.ledger.sinks.pause("warehouse", night.newest().begun_at, "moving house")
    for turn in range(2):
        shop.rename("A00", f"Turn {turn}")
        told = shop.run()["sinks"]["warehouse"]
        assert told["delivered"] == {}
        assert told["paused"].endswith(" UTC (moving house)")
    assert shop.names()["A00"] == "Name 0"
    assert shop.ledger.sinks.resume("warehouse") is True
    assert shop.ledger.sinks.resume("warehouse") is False
    assert shop.run()["sinks"]["warehouse"]["delivered"] == {"customer": {"update": 2}}
    assert shop.names()["A00"] == "Turn 1"
    assert state_of(held_by(shop.ledger, "warehouse")) == 4


@pytest.mark.long
def test_a_run_that_was_missed_is_loaded_in_the_columns_it_was_sealed_with(shop: Shop) -> None:
    """N10: the new column comes with the new mapping's acceptance, not before."""
    shop.run()
    shop.rename("A00", "Missed")
    shop.run(Noting())
    shop.map(VAT)
    told = shop.run()["sinks"]["warehouse"]
    assert told["delivered"] == {"customer": {"update": 1}}
    assert told["held"] == HELD.format(3)
    columns = {name for (name,) in shop.held("SELECT column_name FROM duckdb_columns()")}
    assert "custom_city" in columns
    assert "custom_vat" not in columns
    with shop.night(down=True) as night:
        assert night.accept()["warehouse"]["delivered"] == {"customer": {"update": CUSTOMERS}}
    assert shop.held("SELECT custom_vat FROM customers WHERE id = 'A05'") == [("V5",)]
