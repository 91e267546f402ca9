"""A sink returned to an earlier night, and how it goes on from there."""

from __future__ import annotations

import duckdb
import pytest

from facade.ledger.deliveries import Deliveries
from facade.sinks.warehouse import Warehouse
from facade.sync.errors import NightStopped
from facade.sync.holding import held_by, state_of
from tests.facade.sync.shop import CUSTOMERS, SWAPPED, VAT, Shop
from tests.facade.sync.test_plan import Noting
from tests.sampled import each


def returned(shop: Shop, number: int, *sinks: Noting) -> dict[str, object]:
    with shop.night(*sinks, down=True) as night:
        (name,) = night.sinks
        return night.rollback(name, number)


def bad_night(shop: Shop) -> None:
    """A first night, and a second whose mapping reads the wrong column, accepted and delivered."""
    shop.run()
    shop.map(SWAPPED)
    shop.run(accepted=("mapping",))
    assert shop.names()["A02"] == "V2"


def test_a_bad_mapping_that_was_delivered_is_rolled_back_and_history_goes_on(shop: Shop) -> None:
    """N13"""
    bad_night(shop)
    told = returned(shop, 1)
    assert told["delivered"] == {"customer": {"update": CUSTOMERS}}
    assert (told["run"], told["state"]) == (3, 1)
    assert str(told["paused"]).endswith("(returned to run 1)")
    assert shop.names()["A02"] == "Name 2"
    versions = (
        "SELECT name, run, valid_to IS NULL FROM customers_history WHERE id = 'A02' ORDER BY run"
    )
    assert shop.held(versions) == [("Name 2", 1, False), ("V2", 2, False), ("Name 2", 3, True)]


@pytest.mark.long
def test_after_a_rollback_the_bad_mapping_does_not_come_back_by_itself(shop: Shop) -> None:
    """N13"""
    bad_night(shop)
    returned(shop, 1)
    assert "paused" in shop.run()["sinks"]["warehouse"]
    shop.ledger.sinks.resume("warehouse")
    assert "run 5 was sealed" in shop.run()["sinks"]["warehouse"]["held"]
    assert shop.names()["A02"] == "Name 2"
    # The mapping is mended, and what changed meanwhile arrives.
    shop.map()
    shop.rename("A02", "Meanwhile")
    told = shop.run()["sinks"]["warehouse"]
    assert told == {"delivered": {"customer": {"update": 1}}, "parked": 0}
    assert shop.names()["A02"] == "Meanwhile"
    shop.rename("A03", "Later")
    assert shop.run()["sinks"]["warehouse"]["delivered"] == {"customer": {"update": 1}}


@pytest.mark.long
def test_a_mapping_that_was_rolled_back_can_be_accepted_after_all(shop: Shop) -> None:
    bad_night(shop)
    returned(shop, 1)
    shop.ledger.sinks.resume("warehouse")
    with shop.night(down=True) as night:
        taken = night.accept()["warehouse"]
    assert taken["delivered"] == {"customer": {"update": CUSTOMERS}}
    assert shop.names()["A02"] == "V2"
    assert shop.run()["sinks"]["warehouse"]["delivered"] == {}


@pytest.mark.long
def test_a_rollback_brings_back_the_deleted_and_takes_away_the_new(shop: Shop) -> None:
    """N13, D2"""
    shop.run()
    before = shop.held("SELECT id, name, phone FROM customers ORDER BY 1")
    lines = shop.held("SELECT order_id, line_no, description FROM order_lines ORDER BY ALL")
    shop.sql("DELETE FROM ACCT WHERE ID = 'A07'")
    shop.sql("INSERT INTO ACCT VALUES ('B1', '1', 'New', NULL, 'Bern', 'VB', '2025-06-02')")
    shop.sql("DELETE FROM LINE WHERE NO = 'O1' AND N = '2'")
    shop.run()
    told = returned(shop, 1)
    assert told["delivered"] == {
        "customer": {"insert": 1, "delete": 1},
        "order": {"update": 1},
    }
    assert shop.held("SELECT id, name, phone FROM customers ORDER BY 1") == before
    assert shop.held("SELECT order_id, line_no, description FROM order_lines ORDER BY ALL") == lines
    open_ones = "SELECT count(*) FROM customers_history WHERE valid_to IS NULL AND NOT is_deleted"
    assert shop.held(open_ones) == [(CUSTOMERS,)]
    shop.ledger.sinks.resume("warehouse")
    assert shop.run()["sinks"]["warehouse"]["delivered"] == {
        "customer": {"insert": 1, "delete": 1},
        "order": {"update": 1},
    }


@pytest.mark.long
def test_a_column_that_came_since_stays_in_the_warehouse_and_is_null_after_a_rollback(
    shop: Shop,
) -> None:
    shop.run()
    shop.map(VAT)
    shop.run(accepted=("mapping",))
    returned(shop, 1)
    assert shop.held("SELECT DISTINCT custom_vat FROM customers") == [(None,)]
    shop.ledger.sinks.resume("warehouse")
    assert shop.run(accepted=("mapping",))["sinks"]["warehouse"]["delivered"] == {
        "customer": {"update": CUSTOMERS}
    }
    assert shop.held("SELECT custom_vat FROM customers WHERE id = 'A05'") == [("V5",)]


@pytest.mark.long
def test_a_sink_that_takes_the_newest_state_is_returned_too(shop: Shop) -> None:
    tms = Noting()
    shop.run(tms)
    shop.rename("A00", "Wrong")
    shop.run(tms)
    assert tms.names["A00"] == "Wrong"
    returned(shop, 1, tms)
    assert (tms.runs, tms.names["A00"]) == ([1, 2, 3], "Name 0")
    shop.ledger.sinks.resume("tms")
    shop.run(tms)
    assert (tms.runs, tms.names["A00"]) == ([1, 2, 3, 4], "Wrong")


@pytest.mark.long
@pytest.mark.parametrize(
    ("number", "said"),
    [
        (2, "sink warehouse holds the state of run 2 already"),
        (9, "there is no sealed run 9; kept are 1-2"),
    ],
)
def test_a_run_to_which_there_is_no_way_back_is_named(shop: Shop, number: int, said: str) -> None:
    shop.run()
    shop.run()
    with pytest.raises(NightStopped, match=said):
        returned(shop, number)
    assert len(shop.ledger.runs.sealed_after(0)) == 2


def test_a_sink_that_took_nothing_has_nothing_to_return_from(shop: Shop) -> None:
    shop.run()
    with pytest.raises(NightStopped, match="sink tms has taken no run yet"):
        returned(shop, 1, Noting())


class Crash(Exception):
    pass


@pytest.mark.parametrize("after_the_load", each(2, [True, False]))
@pytest.mark.long
def test_a_rollback_cut_short_is_completed_by_the_next_night(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, after_the_load: bool
) -> None:
    """N6, N13: cut before the warehouse heard of it, and between its commit and our note of it."""
    bad_night(shop)
    crashed: list[int] = []

    def crash(*given: object, **more: object) -> None:
        crashed.append(1)
        raise Crash

    with monkeypatch.context() as patch:
        if after_the_load:
            patch.setattr(Deliveries, "record", crash)
        else:
            patch.setattr(Warehouse, "deliver", crash)
        with pytest.raises(Crash):
            returned(shop, 1)
    assert crashed == [1]
    assert state_of(held_by(shop.ledger, "warehouse")) == 2
    assert shop.names()["A02"] == ("Name 2" if after_the_load else "V2")
    told = shop.run()["sinks"]["warehouse"]
    assert told["delivered"] == {"customer": {"update": CUSTOMERS}}
    assert told["paused"].endswith("(returned to run 1)")
    assert shop.names()["A02"] == "Name 2"
    assert shop.held("SELECT count(*) FROM customers_history") == [(3 * CUSTOMERS,)]


@pytest.mark.long
def test_a_step_that_does_not_fit_is_given_up_when_another_plan_is_accepted(shop: Shop) -> None:
    """D3, N13: the warehouse holds a column that neither state has."""
    bad_night(shop)
    with duckdb.connect(str(shop.file)) as con:
        con.execute("ALTER TABLE customers ADD COLUMN by_hand VARCHAR")
    assert "by_hand" in str(returned(shop, 1)["failed"])
    assert "by_hand" in shop.run()["sinks"]["warehouse"]["failed"]
    with shop.night(down=True) as night:
        assert "paused" in night.accept()["warehouse"]
    with duckdb.connect(str(shop.file)) as con:
        con.execute("ALTER TABLE customers DROP COLUMN by_hand")
    shop.ledger.sinks.resume("warehouse")
    assert "failed" not in shop.run()["sinks"]["warehouse"]
    assert shop.names()["A02"] == "V2"
    newest = shop.ledger.runs.last_sealed()
    assert newest is not None
    assert state_of(held_by(shop.ledger, "warehouse")) == newest.number
