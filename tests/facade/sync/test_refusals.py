"""Which refused values are new, since when they are refused, and what was accepted (N7)."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import duckdb
import pytest

from facade.ledger.refusals import Choice
from facade.snapshots.folder import NightFolder
from facade.sync.refusals import Refusal, Refused
from tests.changed_atlas import open_changed
from tests.facade.sync.nights import Nights

STAMPS = [f"202506{day:02d}120000" for day in range(1, 29)]
LIMIT = Choice("customer", field="credit_limit")


def write(nights: Nights, stamp: int, limit: str) -> str:
    """Write a credit limit of the first customer; its id."""
    key = nights.key("CUSTMAST", "CUST_NO")
    nights.sql(
        "UPDATE CUSTMAST SET CR_LMT = ?, UPD_STMP = ? WHERE CUST_NO = ?", limit, STAMPS[stamp], key
    )
    return key.rstrip()


def told(nights: Nights, choice: Choice) -> list[Refusal]:
    with Refused.of(nights.var, nights.ledger, nights.newest.number) as refused:
        return list(refused.values(choice, False, 100))


def accept(nights: Nights, choice: Choice) -> int:
    with Refused.of(nights.var, nights.ledger, nights.newest.number) as refused:
        values = refused.acceptable(choice, False, "ann", dt.datetime.now(dt.UTC))
        return nights.ledger.refusals.accept(values)


def test_what_is_accepted_is_never_new_and_another_raw_text_in_its_place_is(
    nights: Nights,
) -> None:
    """N7"""
    id = write(nights, 0, "lots")
    assert nights.run()["new_refusals"] == 1
    (value,) = told(nights, Choice("customer", id))
    assert (value.new, value.accepted, value.since) == (True, False, 2)
    assert accept(nights, Choice("customer", id)) == 1
    (value,) = told(nights, Choice("customer", id))
    assert (value.new, value.accepted, value.since) == (False, True, 2)
    assert accept(nights, Choice("customer", id)) == 0
    write(nights, 1, "100")
    assert (nights.run()["new_refusals"], told(nights, Choice("customer", id))) == (0, [])
    write(nights, 2, "lots")
    assert nights.run()["new_refusals"] == 0
    write(nights, 3, "lots!")
    assert nights.run()["new_refusals"] == 1
    nights.ledger.refusals.withdraw(LIMIT)
    write(nights, 4, "lots")
    assert nights.run()["new_refusals"] == 1


@pytest.mark.long
def test_what_is_accepted_stays_so_under_another_mapping_and_for_another_reason(
    nights: Nights, tmp_path: Path
) -> None:
    """N7"""
    accepted = accept(nights, LIMIT)
    assert nights.atlas is not None
    decimal = ('"CR_LMT", as = "cents"', '"CR_LMT", as = "decimal"')
    crm = open_changed(nights.atlas, tmp_path / "decimal", decimal)
    reasons = {value.raw: value.reason for value in told(nights, LIMIT)}
    with Nights.over(crm, nights.var, nights.atlas) as changed:
        first = changed.run(accepted={"updates", "mapping"})
        others = {value.raw: value.reason for value in told(changed, LIMIT)}
        assert others["N/A"] != reasons["N/A"]
        assert all(value.accepted for value in told(changed, LIMIT))
        assert first["new_refusals"] == 0
        changed.ledger.refusals.withdraw(LIMIT)
        fresh = [value.since for value in told(changed, LIMIT) if value.new]
        assert len(fresh) == sum(others.get(raw) != why for raw, why in reasons.items())
    assert accepted == len(reasons) == 3


@pytest.mark.long
def test_a_value_is_told_since_the_first_night_that_refused_it_without_a_gap(
    nights: Nights,
) -> None:
    old = {value.id: value.since for value in told(nights, LIMIT)}
    assert set(old.values()) == {1}
    id = write(nights, 0, "lots")
    nights.run()
    nights.run()
    since = {value.id: value.since for value in told(nights, LIMIT)}
    assert since == old | {id: 2}
    write(nights, 1, "100")
    nights.run()
    write(nights, 2, "lots")
    nights.run()
    assert {value.id: value.since for value in told(nights, LIMIT)} == old | {id: 5}


def test_children_are_told_with_the_record_that_they_belong_to(nights: Nights) -> None:
    lines = told(nights, Choice("order.lines"))
    assert lines
    assert [value.id.rpartition(",")[0] for value in lines] == [value.record for value in lines]
    record = lines[0].record
    assert {value.entity for value in told(nights, Choice("order", record))} == {"order"}
    assert told(nights, Choice("order", record[:-1])) == []


@pytest.mark.long
def test_a_file_that_does_not_tell_records_and_nights_is_still_read(nights: Nights) -> None:
    """Nights sealed by an older version."""
    path = nights.folder.refused("order.lines")
    before = told(nights, Choice("order.lines"))
    with duckdb.connect() as con:
        con.execute(f"CREATE TABLE v AS SELECT * EXCLUDE (record, since) FROM '{path}'")
        path.unlink()
        con.execute(f"COPY v TO '{path}' (FORMAT parquet)")
    assert told(nights, Choice("order.lines")) == before
    nights.sql("UPDATE ORDLIN SET QTY = 'few' WHERE rowid = 1")
    assert nights.run()["new_refusals"] == 1
    assert sorted(value.since for value in told(nights, Choice("order.lines"))) == [
        *(1 for _ in before),
        2,
    ]


def test_counts_and_pages_agree_with_the_values(nights: Nights) -> None:
    with Refused.of(nights.var, nights.ledger, 1) as refused:
        everything = list(refused.values(Choice(), False, 1000))
        counts = refused.counts(Choice(), False, 1000)
        assert refused.totals(Choice()) == (len(everything), len(everything), 0)
        assert sum(count.values for count in counts) == len(everything) > 40
        pages = [list(refused.values(Choice(), False, 10, skip)) for skip in range(0, 100, 10)]
        assert [value for page in pages for value in page] == everything
        limits = [count for count in counts if count.field == "credit_limit"]
        assert [(count.reason, count.values) for count in limits] == [
            ("not a whole number", 2),
            ("more than 16 digits before the point", 1),
        ]
        assert refused.known("field", Choice("product")) == ["active", "name", "weight.value"]


@pytest.mark.long
def test_raw_texts_come_as_they_stand_with_their_controls(nights: Nights) -> None:
    """F1"""
    raw = "\x1b[2J\t12\n\u202e "
    id = write(nights, 0, raw)
    nights.run()
    (value,) = told(nights, Choice("customer", id))
    assert value.raw == raw


def test_a_night_without_refused_values_has_none(nights: Nights) -> None:
    run = nights.newest.number
    for path in (NightFolder.of(nights.var, run).path / "refused").glob("*.parquet"):
        path.unlink()
    with Refused.of(nights.var, nights.ledger, run) as refused:
        assert refused.totals(Choice()) == (0, 0, 0)
        assert list(refused.records(Choice())) == []
