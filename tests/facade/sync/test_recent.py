"""Runs between nights: what they find, what they leave to the night, and what stays of them."""

from __future__ import annotations

import contextlib
import datetime as dt
import json
import random
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from facade.snapshots.folder import NightFolder
from facade.sync.certify import verify, verify_sinks
from facade.sync.errors import LeftToNight, NightStopped, NothingSealed
from fixtures.atlas import Atlas
from legacy_clients import open_crm
from legacy_clients.crm import LegacyCRM
from legacy_clients.errors import Busy
from legacy_clients.odbc import select
from tests.facade.sync.nights import LIVE, Nights, access_of, changed
from tests.facade.sync.shop import Shop

OLD = "20250601120000"
STAMPED = (
    'phone = { column = "PHONE" }',
    'phone = { column = "PHONE" }\nupdated_at = { column = "CHANGED", as = "stamp" }',
)


def stamp(crm: LegacyCRM, entity: str = "order", seconds: int = 0) -> str:
    """A stamp of the CRM's now, or of seconds later, as the CRM spells it."""
    moment = crm.clock().replace(microsecond=0) + dt.timedelta(seconds=seconds)
    return str(crm.mapped(entity).fields["updated_at"].codec.write(moment)[0])


def order(nights: Nights, number: int = 0) -> str:
    """The key of an order that has lines and no shipment, as it is stored."""
    shipped = nights.crm.mapping.tables["shipments"].query
    return nights.ask(
        "SELECT ORD_NO FROM ORDHDR WHERE CO_CD = '01' AND DEL_FL = 'N'"
        " AND ORD_NO IN (SELECT ORD_NO FROM ORDLIN)"
        f" AND ORD_NO NOT IN (SELECT ORD_NO FROM ({shipped}))"
        f" ORDER BY ORD_NO LIMIT 1 OFFSET {number}"
    )


@pytest.fixture
def stamped(shop: Shop) -> Shop:
    """A shop whose customers have stamps, and of which one night is sealed."""
    shop.map(STAMPED)
    shop.run()
    return shop


def rename(shop: Shop, id: str, name: str) -> None:
    """Another name, at the CRM's now."""
    now = dt.datetime.now(dt.UTC).strftime("%Y-%m-%d %H:%M:%S")
    shop.sql("UPDATE ACCT SET NAME = ?, CHANGED = ? WHERE ID = ?", name, now, id)


def changes(shop: Shop, *entities: str, **options: Any) -> dict[str, Any]:
    with shop.night() as night:
        return night.changes(entities, **options)


def folders(shop: Shop) -> list[str]:
    return sorted(path.name for path in (shop.var / "runs").iterdir())


def test_a_changed_order_is_found_with_its_lines_and_the_night_doubles_nothing(
    nights: Nights,
) -> None:
    """N1"""
    key, other = order(nights), order(nights, 1)
    nights.sql("UPDATE ORDLIN SET DESCR = 'Other' WHERE ORD_NO = ?", key)
    nights.sql("UPDATE ORDHDR SET UPD_STMP = ? WHERE ORD_NO = ?", stamp(nights.crm), key)
    told = nights.night().changes(["order"])
    assert told["run"] == 2
    assert changed(told) == {"order": (0, 1, 0)}
    assert told["entities"]["order"]["read"] == 1
    assert nights.changes("order") == [("update", key.strip())]
    lines = nights.snapshot("order.lines", "description", f"order_id = '{key.strip()}'")
    assert set(lines) == {("Other",)}
    # A line that changes alone moves no stamp: it is the night's.
    nights.sql("UPDATE ORDLIN SET DESCR = 'Late' WHERE ORD_NO = ?", other)
    assert nights.night().changes(["order"])["run"] is None
    assert changed(nights.run()) == {"order": (0, 1, 0)}
    assert changed(nights.run()) == {}
    assert nights.verified() == []


@pytest.mark.long
def test_what_it_does_not_look_at_is_named_and_the_nights(stamped: Shop) -> None:
    """N1, N5"""
    stamped.sql("DELETE FROM ACCT WHERE ID = 'A03'")
    stamped.sql("UPDATE ACCT SET NAME = 'Late', CHANGED = '2025-06-02 12:00:00' WHERE ID = 'A04'")
    told = changes(stamped)
    assert (told["run"], told["sinks"]["warehouse"]["delivered"]) == (None, {})
    assert folders(stamped) == ["000001"]
    assert told["looked_at"]["what"] == "recent stamps only"
    assert told["looked_at"]["entities"] == ["customer"]
    assert told["looked_at"]["left_to_the_night"] == [
        "rows that are gone",
        "rows committed later than the overlap, or with an older stamp or none",
        "children and joined rows that changed without their record's stamp",
        "entities order",
    ]
    assert changed(stamped.run()) == {"customer": (0, 1, 1)}


def test_a_change_reaches_a_sink_once_and_its_receipt_says_what_was_looked_at(
    stamped: Shop,
) -> None:
    """N1, D2"""
    rename(stamped, "A01", "Ada")
    told = changes(stamped, "customer")
    assert told["sinks"]["warehouse"]["delivered"]["customer"] == {"update": 1}
    receipt = NightFolder.of(stamped.var, 2).receipt("warehouse")
    said = json.loads(receipt.read_text())["looked_at"]
    assert said["what"] == "recent stamps only"
    assert said["since"]["ACCT"] < dt.datetime.now(dt.UTC).strftime("%Y-%m-%d %H:%M:%S")
    assert stamped.ledger.deliveries.of_run(2)["warehouse"].receipt["looked_at"] == said
    assert NightFolder.of(stamped.var, 2).night["looked_at"] == said
    assert changes(stamped, "customer")["run"] is None
    assert changed(stamped.run()) == {}
    versions = "SELECT name FROM customers_history WHERE id = 'A01' ORDER BY valid_from"
    assert stamped.held(versions) == [("Name 1",), ("Ada",)]
    with stamped.night() as night:
        assert night.newest_night().number == 4
    # What was only between nights is gone; an empty run had no folder.
    assert folders(stamped) == ["000001", "000004"]


@pytest.mark.long
def test_many_runs_leave_no_folders_but_the_newest(stamped: Shop) -> None:
    for number in range(3):
        rename(stamped, "A01", f"Ada {number}")
        assert changes(stamped)["run"] == 2 + number
    assert folders(stamped) == ["000001", "000004"]
    assert stamped.names()["A01"] == "Ada 2"
    stamped.run()
    assert folders(stamped) == ["000001", "000005"]


@pytest.mark.long
def test_a_sink_that_was_left_out_gets_by_one_step_what_several_runs_found(
    stamped: Shop,
) -> None:
    """D1, D2"""
    rename(stamped, "A01", "Ada")
    changes(stamped)
    for number in range(3):
        rename(stamped, "A01", f"Ada {number}")
        with stamped.night() as night:
            night.sinks = {}
            night.changes(["customer"])
    assert stamped.names()["A01"] == "Ada"
    # What the sink holds is kept, to be compared with.
    assert folders(stamped) == ["000001", "000002", "000005"]
    told = stamped.run()
    assert told["sinks"]["warehouse"]["delivered"]["customer"]["update"] == 1
    versions = "SELECT name FROM customers_history WHERE id = 'A01' ORDER BY valid_from"
    assert stamped.held(versions) == [("Name 1",), ("Ada",), ("Ada 2",)]
    assert folders(stamped) == ["000001", "000006", "000007"]
    with stamped.night() as night:
        assert verify(night.ledger, night.var, night.newest_night(), night.crm.mapping) == []
        sinks = night.sinks
        assert verify_sinks(night.ledger, night.var, night.newest(), sinks, night.layouts) == []


@pytest.mark.parametrize(
    ("entity", "mapping", "why"),
    [
        ("order", (STAMPED,), "order has no recent stamps to ask for: its table ORD has no stamp"),
        pytest.param(
            "customer",
            (),
            "no field reads the stamp CHANGED of its table ACCT as a moment",
            marks=pytest.mark.long,
        ),
    ],
)
def test_an_entity_without_a_usable_stamp_is_told_with_the_way_out(
    shop: Shop, entity: str, mapping: tuple[tuple[str, str], ...], why: str
) -> None:
    shop.map(*mapping)
    shop.run()
    with pytest.raises(LeftToNight, match=why) as told:
        changes(shop, entity)
    assert f"`facade sync {entity}`" in str(told.value)


def test_it_needs_a_night_before_it_and_under_the_same_mapping(shop: Shop) -> None:
    shop.map(STAMPED)
    with pytest.raises(NothingSealed):
        changes(shop)
    shop.run()
    shop.map(STAMPED, ('name = { column = "NAME" }', 'name = { column = "VAT" }'))
    with pytest.raises(NightStopped, match="the mapping was changed since run 1"):
        changes(shop)
    assert folders(shop) == ["000001"]


@pytest.mark.long
def test_a_clock_that_was_set_back_is_left_to_the_night(
    stamped: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """N2"""
    earlier = dt.datetime.now(dt.UTC) - dt.timedelta(hours=1)
    monkeypatch.setattr(LegacyCRM, "clock", lambda crm: earlier)
    with pytest.raises(NightStopped, match="the CRM's clock is behind the last reading"):
        changes(stamped)


@pytest.mark.long
def test_the_guards_stay(stamped: Shop) -> None:
    """N5"""
    now = dt.datetime.now(dt.UTC).strftime("%Y-%m-%d %H:%M:%S")
    stamped.sql("UPDATE ACCT SET NAME = 'X', CHANGED = ?", now)
    with pytest.raises(NightStopped, match="30 of 30 customer records would be updated"):
        changes(stamped)
    assert folders(stamped) == ["000001"]
    assert changes(stamped, accepted=["updates"])["entities"]["customer"]["updated"] == 30


@pytest.mark.long
def test_joined_rows_and_attributes_come_with_their_record(nights: Nights) -> None:
    key = nights.key(
        "CUSTMAST", "CUST_NO", "CO_CD = '01' AND CUST_NO IN (SELECT CUST_NO FROM CUSTEML)"
    )
    assert nights.sql("UPDATE CUSTEML SET EMAIL = 'new@example.com' WHERE CUST_NO = ?", key) > 0
    now = stamp(nights.crm, "customer")
    nights.sql("UPDATE CUSTMAST SET UPD_STMP = ? WHERE CUST_NO = ?", now, key)
    assert changed(nights.night().changes(["customer"])) == {"customer": (0, 1, 0)}
    found = nights.snapshot("customer", "email", f"id = '{key.strip()}'")
    assert found == [("new@example.com",)]
    assert changed(nights.run()) == {}


@pytest.mark.long
@pytest.mark.parametrize("seed", range(6))
def test_after_the_night_all_is_as_without_runs_between(
    nights: Nights, tmp_path: Path, seed: int
) -> None:
    """N1, N2, N8: whatever happens between, in whatever order."""
    dice = random.Random(seed)
    tables = {"ORDHDR": "order", "CUSTMAST": "customer", "CONTACT": "contact"}
    moved = 0
    for _ in range(12):
        table = dice.choice(list(tables))
        row = dice.randrange(1, 40)
        seconds = dice.choice([0, -3, -3600, 5])
        now = stamp(nights.crm, tables[table], seconds)
        moved += nights.sql(f"UPDATE {table} SET UPD_STMP = ? WHERE rowid = ?", now, row)
        act = dice.randrange(4)
        if act == 0:
            nights.sql("UPDATE ORDLIN SET QTY = QTY || '1' WHERE rowid = ?", dice.randrange(1, 80))
        elif act == 1:
            nights.sql("DELETE FROM ORDLIN WHERE rowid = ?", dice.randrange(1, 80))
        elif act == 2:
            nights.sql("UPDATE CUSTEML SET EMAIL = 'x' || EMAIL WHERE rowid = ?", row)
        else:
            with contextlib.suppress(NightStopped):
                nights.night().changes(dice.choice([[], ["order"], ["customer"]]))
    assert moved == 12
    nights.run(accepted=["deletes", "updates"])
    assert nights.atlas is not None
    with Nights.of_atlas(nights.atlas, tmp_path / "other") as other:
        other.run()
        assert nights.state() == other.state()


@pytest.mark.long
def test_a_value_refused_between_nights_is_new_in_the_next_night_too(nights: Nights) -> None:
    """N7: whoever reads the nights' exit status misses none."""
    key = nights.key("PRODMAST", "SKU")
    now = stamp(nights.crm, "product")
    nights.sql("UPDATE PRODMAST SET WGT_LB = 'heavy', UPD_STMP = ? WHERE SKU = ?", now, key)
    assert nights.night().changes(["product"])["new_refusals"] == 1
    other = nights.key("PRODMAST", "SKU", f"{LIVE} AND SKU <> '{key}'")
    nights.sql("UPDATE PRODMAST SET UPD_STMP = ? WHERE SKU = ?", now, other)
    assert nights.night().changes(["product"])["new_refusals"] == 0
    assert nights.run()["new_refusals"] == 1
    assert nights.run()["new_refusals"] == 0


@pytest.mark.long
def test_hours_that_end_after_the_seal_leave_the_count_out_and_say_so(
    nights: Nights, monkeypatch: pytest.MonkeyPatch
) -> None:
    """N12"""
    asked: list[int] = []

    def demand(crm: LegacyCRM) -> None:
        asked.append(1)
        if len(asked) == 2:
            raise Busy("outside the hours")

    monkeypatch.setattr(LegacyCRM, "demand_hours", demand)
    assert nights.run()["certificate"] == "agrees"
    assert len(asked) == 2
    certificate = json.loads(nights.folder.certificate.read_text())
    over = "the hours in which the CRM may be read were over"
    assert certificate["tables"]["CUSTMAST"]["source"] == {"uncounted": over}
    none = {"connections": None, "pause_milliseconds": 0, "hours": None}
    assert certificate["limits"] == none
    assert certificate["load"]["database"]["bytes"] > 1_000
    assert nights.verified() == []


@pytest.mark.long
def test_a_night_on_two_connections_at_a_pace_reads_the_same(
    atlas: Atlas, nights: Nights, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """N12: and its certificate says how the CRM was spared."""
    monkeypatch.setattr(select, "CELLS", 2_000)
    access = replace(access_of(atlas), connections=2, pause=0.001)
    with Nights.over(open_crm("atlas", access), tmp_path / "spared", atlas) as spared:
        spared.run()
        assert spared.state() == nights.state()
        certificate = json.loads(spared.folder.certificate.read_text())
    assert certificate["limits"] == {"connections": 2, "pause_milliseconds": 1, "hours": None}
    load = certificate["load"]["database"]
    assert load["at_once"] == 1
    assert load["waited_milliseconds"] >= 30
