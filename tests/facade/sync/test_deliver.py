"""Sealed nights to sinks, each at its own pace."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb
import pytest

from facade.sinks.sink import (
    Delivery,
    Parked,
    Progress,
    Receipt,
    SinkUnreachable,
    Status,
)
from facade.sinks.warehouse import Warehouse, open_warehouse
from facade.snapshots.folder import NightFolder
from facade.sync.certify import verify_sinks
from tests.facade.sync.nights import LIVE, Nights, read

OLD = "20250601120000"


@dataclass
class Noting:
    """A sink that notes what it is given, and fails when told to."""

    name: str
    every_run: bool
    down: bool = False
    runs: list[int] = field(default_factory=list)
    customers: list[tuple[Any, ...]] = field(default_factory=list)
    parks: tuple[Parked, ...] = ()

    def deliver(self, delivery: Delivery, progress: Progress) -> Receipt:
        if self.down:
            raise SinkUnreachable(f"{self.name} does not answer")
        self.runs.append(delivery.run)
        changes = read(delivery.changes["customer"].rows, "op, id")
        self.customers += changes
        return Receipt(self.name, delivery.run, {"customer": {"taken": len(changes)}}, self.parks)

    def statuses(self) -> Iterable[Status]:
        return ()


def touch(nights: Nights) -> None:
    key = nights.key("CUSTMAST", "CUST_NO")
    nights.sql("UPDATE CUSTMAST SET UPD_STMP = UPD_STMP + 1 WHERE CUST_NO = ?", key)


def sinks_of(told: Mapping[str, Any], word: str) -> dict[str, Any]:
    return {name: said[word] for name, said in told["sinks"].items() if word in said}


def test_a_sink_of_every_run_gets_each_in_turn_and_another_only_the_newest(nights: Nights) -> None:
    touch(nights)
    nights.run()
    nights.run()
    each, newest = Noting("each", every_run=True), Noting("newest", every_run=False)
    told = nights.run(each, newest)
    assert (each.runs, newest.runs) == ([1, 2, 3, 4], [4])
    first = len(nights.snapshot("customer", "id"))
    assert sinks_of(told, "delivered") == {
        "each": {"customer": {"taken": first + 1}},
        "newest": {"customer": {"taken": 0}},
    }
    nights.run(each, newest)
    assert (each.runs, newest.runs) == ([1, 2, 3, 4, 5], [4, 5])


def test_a_sealed_night_is_given_once(nights: Nights) -> None:
    sink = Noting("each", every_run=True)
    night = nights.night({"each": sink})
    night.deliver_only()
    assert night.deliver_only() == {"each": {"delivered": {}, "parked": 0}}
    assert sink.runs == [1]


@pytest.mark.long
def test_a_failing_sink_stops_no_other_and_catches_up(nights: Nights) -> None:
    """Its bookmark stays where it was."""
    broken, well = Noting("broken", True, down=True), Noting("well", True)
    told = nights.run(broken, well)
    assert sinks_of(told, "failed") == {"broken": "broken does not answer"}
    assert (broken.runs, well.runs) == ([], [1, 2])
    assert nights.ledger.deliveries.last("broken") is None
    broken.down = False
    touch(nights)
    nights.run(broken, well)
    assert (broken.runs, well.runs) == ([1, 2, 3], [1, 2, 3])
    assert broken.customers == well.customers


@pytest.mark.long
def test_a_receipt_stands_beside_the_night_and_what_was_parked_in_the_ledger(
    nights: Nights,
) -> None:
    parked = Parked("customer", "C1", "postal code: too long", "postal_code")
    sink = Noting("tms", every_run=False, parks=(parked,))
    assert sinks_of(nights.run(sink), "parked") == {"tms": 1}
    receipt = json.loads(NightFolder.of(nights.var, 2).receipt("tms").read_text())
    assert receipt["delivered"] == {"customer": {"taken": 0}}
    assert receipt["parked"] == [
        {"entity": "customer", "id": "C1", "reason": parked.reason, "field": parked.field}
    ]
    (row,) = nights.ledger.deliveries.parked("tms")
    assert (row.entity, row.id, row.reason, row.run) == ("customer", "C1", parked.reason, 2)
    sink.parks = ()
    nights.run(sink)
    assert nights.ledger.deliveries.parked("tms") == ()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "warehouse.duckdb"


def warehouse(nights: Nights, file: Path) -> Warehouse:
    return open_warehouse("warehouse", f"duckdb:///{file}", nights.night().layouts)


@pytest.mark.long
def test_after_three_nights_with_changes_the_warehouse_holds_what_the_snapshot_holds(
    nights: Nights, file: Path
) -> None:
    """D1, N8"""
    sink = warehouse(nights, file)
    assert nights.run(sink)["certificate"] == "agrees"
    order = nights.ask("SELECT ORD_NO FROM ORDLIN GROUP BY 1 HAVING count(*) = 3 ORDER BY 1")
    for number in range(1, 4):
        nights.sql("UPDATE ORDLIN SET QTY = ? WHERE ORD_NO = ?", f"{number}.5", order)
        nights.sql("DELETE FROM ACTIV WHERE ACT_NO = ?", nights.key("ACTIV", "ACT_NO"))
        nights.sql(
            "UPDATE CONTACT SET DEL_FL = 'Y', UPD_STMP = ? WHERE CONT_ID = ?",
            OLD,
            nights.key("CONTACT", "CONT_ID", LIVE),
        )
        nights.sql(
            "INSERT INTO CUSTMAST (CUST_NO, CO_CD, NAME, DEL_FL, CRT_DT, CRT_TM, UPD_STMP)"
            " VALUES (?, '01', 'New', 'N', '20250601', '120000', ?)",
            f"NEW{number}      ",
            OLD,
        )
        told = nights.run(sink)
        assert told["certificate"] == "agrees"
        assert told["sinks"]["warehouse"]["delivered"]["customer"] == {"insert": 1}
    layouts = nights.night().layouts
    with duckdb.connect(file, read_only=True) as con:
        for name, layout in layouts.items():
            columns = ", ".join(f'"{column}"' for column in layout.names)
            held = con.execute(
                f"SELECT {columns}, content_hash FROM {layout.table} ORDER BY ALL"
            ).fetchall()
            assert held == nights.snapshot(name, f"{columns}, hash")
    assert (
        verify_sinks(nights.ledger, nights.var, nights.newest, {"warehouse": sink}, layouts) == []
    )


@pytest.mark.long
def test_what_a_warehouse_no_longer_holds_is_found_and_told_in_words(
    nights: Nights, file: Path
) -> None:
    sink = warehouse(nights, file)
    nights.run(sink)
    with duckdb.connect(file) as con:
        key = con.execute("SELECT min(id) FROM users").fetchone()[0]
        con.execute("DELETE FROM users WHERE id = ?", [key])
        con.execute("UPDATE products SET name = 'Doctored'")
    layouts = nights.night().layouts
    found = verify_sinks(nights.ledger, nights.var, nights.newest, {"warehouse": sink}, layouts)
    assert f"sink warehouse: users {key}: is missing" in found
    assert sum(line.startswith("sink warehouse: products SKU-") for line in found) == 10
    assert len(found) == 11


def test_a_sink_that_cannot_be_read_back_is_passed_over_and_one_that_fails_is_told(
    nights: Nights, file: Path
) -> None:
    sinks = {"tms": Noting("tms", every_run=False), "warehouse": warehouse(nights, file)}
    (line,) = verify_sinks(nights.ledger, nights.var, nights.newest, sinks, nights.night().layouts)
    assert line.startswith("sink warehouse: it could not be read back: warehouse: ")


def test_a_crash_between_the_seal_and_the_delivery_loses_no_run(nights: Nights) -> None:
    """N6"""
    sink = Noting("each", every_run=True)

    class Crash(Exception):
        pass

    def crash(delivery: Delivery, progress: Progress) -> Receipt:
        raise Crash

    touch(nights)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sink, "deliver", crash)
        with pytest.raises(Crash):
            nights.run(sink)
    assert nights.newest.number == 2
    assert nights.verified() == [
        "night 2 has no certificate: it was cut short; run `facade sync` again"
    ]
    nights.run(sink)
    assert sink.runs == [1, 2, 3]
    assert nights.verified() == []


@pytest.mark.long
def test_a_warehouse_that_is_to_have_some_entities_gets_no_others(
    nights: Nights, file: Path
) -> None:
    layouts = nights.night().layouts
    wanted = {name: it for name, it in layouts.items() if name.partition(".")[0] == "contact"}
    sink = open_warehouse("warehouse", f"duckdb:///{file}", wanted)
    told = nights.run(sink)
    assert set(told["sinks"]["warehouse"]["delivered"]) == {"contact"}
    with duckdb.connect(str(file), read_only=True) as con:
        tables = {
            name
            for (name,) in con.execute(
                "SELECT table_name FROM information_schema.tables"
            ).fetchall()
        }
    assert {name for name in tables if not name.startswith("facade")} == {
        "contact_customers",
        "contact_customers_history",
        "contact_customers_past",
        "contacts",
        "contacts_history",
        "contacts_past",
    }
