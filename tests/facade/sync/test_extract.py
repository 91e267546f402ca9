"""What a night reads: every change once, none missed, and nothing that did not change."""

from __future__ import annotations

import datetime as dt

import pytest

from tests.facade.sync.nights import Nights, changed
from tests.sampled import each

DAY = dt.timedelta(days=1)
# Later than the first night, which ran by the real clock; 07:00:00 in Chicago.
NOON = dt.datetime(2040, 6, 1, 12, 0, 0, 700_000, tzinfo=dt.UTC)


def read_of(told: dict, entity: str) -> int:
    return int(told["entities"][entity]["read"])


def at(nights: Nights, moment: dt.datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the CRM's database tell this time."""
    monkeypatch.setattr(nights.crm, "clock", lambda: moment)


@pytest.mark.parametrize("stamp", each(3, ["20250101000000", "20200229120000", "19990101000000"]))
def test_a_row_committed_late_with_an_older_stamp_is_in_the_next_nights_changes(
    nights: Nights, stamp: str
) -> None:
    """N1"""
    nights.run()
    nights.sql(
        "INSERT INTO ACTIV (ACT_NO, CO_CD, KIND_CD, SUBJ, DEL_FL, VER, CRT_STMP, UPD_STMP)"
        " VALUES ('LATE      ', '01', 'C', 'Late', 'N', 1, ?, ?)",
        stamp,
        stamp,
    )
    key = nights.key("CUSTMAST", "CUST_NO")
    nights.sql("UPDATE CUSTMAST SET NAME = 'Late', UPD_STMP = ? WHERE CUST_NO = ?", stamp, key)
    told = nights.run()
    assert changed(told) == {"activity": (1, 0, 0), "customer": (0, 1, 0)}
    assert (read_of(told, "activity"), read_of(told, "customer")) == (1, 1)
    assert nights.changes("activity") == [("insert", "LATE")]
    assert nights.changes("customer", "op, id, name") == [("update", key.rstrip(), "Late")]


def test_a_row_changed_again_in_the_second_of_the_last_reading_is_found_and_then_left_alone(
    nights: Nights, monkeypatch: pytest.MonkeyPatch
) -> None:
    """N1: a stamp's grain is a second, and the row's stamp does not move."""
    key, rename = (
        nights.key("CUSTMAST", "CUST_NO"),
        "UPDATE CUSTMAST SET NAME = ? WHERE CUST_NO = ?",
    )
    nights.sql("UPDATE CUSTMAST SET UPD_STMP = '20400601070000' WHERE CUST_NO = ?", key)
    nights.sql(rename, "First", key)
    at(nights, NOON, monkeypatch)
    nights.run()
    nights.sql(rename, "Second", key)
    at(nights, NOON + DAY, monkeypatch)
    told = nights.run()
    assert changed(told) == {"customer": (0, 1, 0)}
    assert nights.changes("customer", "name") == [("Second",)]
    at(nights, NOON + 2 * DAY, monkeypatch)
    assert read_of(nights.run(), "customer") == 0


@pytest.mark.long
def test_a_row_changed_in_both_passes_of_a_repeated_hour_is_found(
    nights: Nights, monkeypatch: pytest.MonkeyPatch
) -> None:
    """N1: 01:30:00 comes twice when Chicago's clocks are set back; both bear one stamp."""
    key, rename = (
        nights.key("CUSTMAST", "CUST_NO"),
        "UPDATE CUSTMAST SET NAME = ? WHERE CUST_NO = ?",
    )
    nights.sql("UPDATE CUSTMAST SET UPD_STMP = '20401104013000' WHERE CUST_NO = ?", key)
    nights.sql(rename, "First pass", key)
    at(nights, dt.datetime(2040, 11, 4, 6, 30, 0, 500_000, tzinfo=dt.UTC), monkeypatch)
    nights.run()
    nights.sql(rename, "Second pass", key)
    at(nights, dt.datetime(2040, 11, 4, 7, 30, 0, 500_000, tzinfo=dt.UTC), monkeypatch)
    nights.run()
    assert nights.changes("customer", "name") == [("Second pass",)]


def test_a_row_without_a_stamp_is_read_each_night_and_told_only_when_it_changed(
    nights: Nights,
) -> None:
    """N2"""
    key = nights.key("CUSTMAST", "CUST_NO")
    nights.sql("UPDATE CUSTMAST SET UPD_STMP = NULL WHERE CUST_NO = ?", key)
    assert changed(nights.run()) == {"customer": (0, 1, 0)}
    told = nights.run()
    assert (read_of(told, "customer"), changed(told)) == (1, {})
    nights.sql("UPDATE CUSTMAST SET NAME = 'Unstamped' WHERE CUST_NO = ?", key)
    assert changed(nights.run()) == {"customer": (0, 1, 0)}
    assert nights.changes("customer", "name, updated_at") == [("Unstamped", None)]


@pytest.mark.long
def test_what_was_written_after_the_clock_was_set_back_is_found_by_content(
    nights: Nights, monkeypatch: pytest.MonkeyPatch
) -> None:
    """N2: the clock comes to the row's old stamp a second time."""
    key = nights.key("CUSTMAST", "CUST_NO")
    nights.sql("UPDATE CUSTMAST SET UPD_STMP = '20400601060000' WHERE CUST_NO = ?", key)
    at(nights, NOON, monkeypatch)
    nights.run()
    nights.sql("UPDATE CUSTMAST SET NAME = 'Set back' WHERE CUST_NO = ?", key)
    at(nights, NOON - dt.timedelta(minutes=30), monkeypatch)
    assert changed(nights.run()) == {"customer": (0, 1, 0)}


@pytest.mark.long
def test_a_row_restored_from_a_backup_is_what_it_was_then(nights: Nights) -> None:
    """N2"""
    key = nights.key("CUSTMAST", "CUST_NO")
    name, stamp = (
        nights.ask(f"SELECT {column} FROM CUSTMAST WHERE CUST_NO = ?", key)
        for column in ("NAME", "UPD_STMP")
    )
    change = "UPDATE CUSTMAST SET NAME = ?, UPD_STMP = ? WHERE CUST_NO = ?"
    nights.sql(change, "Newer", "20250601120000", key)
    nights.run()
    before = nights.changes("customer", "name")
    nights.sql(change, name, stamp, key)
    assert changed(nights.run()) == {"customer": (0, 1, 0)}
    assert (before, nights.changes("customer", "name")) == ([("Newer",)], [(name,)])


@pytest.mark.long
def test_of_ten_thousand_equal_stamps_each_row_comes_once(nights: Nights) -> None:
    """N2"""
    nights.sql(
        "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10000)"
        " INSERT INTO ACTIV (ACT_NO, CO_CD, KIND_CD, SUBJ, DEL_FL, VER, CRT_STMP, UPD_STMP)"
        " SELECT printf('X%09d', i), '01', 'C', 'Bulk', 'N', 1, '20250101120000',"
        " '20250101120000' FROM n"
    )
    assert changed(nights.run()) == {"activity": (10_000, 0, 0)}
    ((rows, keys),) = nights.changes("activity", "count(*), count(DISTINCT id)")
    assert (rows, keys) == (10_000, 10_000)
    assert nights.verified() == []


@pytest.mark.long
def test_of_two_rows_with_one_key_and_stamp_the_loss_of_one_is_found(nights: Nights) -> None:
    """N2: neither is a record while there are two; the one that is left is."""
    key = nights.key("ACTIV", "ACT_NO")
    nights.sql("DROP INDEX ACTIV_K")
    nights.sql("INSERT INTO ACTIV SELECT * FROM ACTIV WHERE ACT_NO = ?", key)
    assert changed(nights.run()) == {"activity": (0, 0, 1)}
    doubled = ("activity", key.rstrip(), "id", key.rstrip(), "doubled key")
    assert nights.refused().count(doubled) == 2
    nights.sql(
        "DELETE FROM ACTIV WHERE rowid = (SELECT max(rowid) FROM ACTIV WHERE ACT_NO = ?)", key
    )
    told = nights.run()
    assert changed(told) == {"activity": (1, 0, 0)}
    assert told["certificate"] == "agrees"
    assert doubled not in nights.refused()


@pytest.mark.long
def test_a_row_without_a_key_is_refused_each_night_and_never_lost(nights: Nights) -> None:
    """F1: it cannot be asked for by its key."""
    nights.sql(
        "INSERT INTO ACTIV (ACT_NO, CO_CD, KIND_CD, SUBJ, DEL_FL, VER, CRT_STMP, UPD_STMP)"
        " VALUES (NULL, '01', 'C', 'Keyless', 'N', 1, '20250101120000', '20250101120000')"
    )
    keyless = ("activity", None, "id", None, "key is unreadable")
    for stamp in ("20250101120001", "20250101120002"):
        told = nights.run()
        assert told["certificate"] == "agrees"
        assert nights.refused().count(keyless) == 1
        nights.sql("UPDATE ACTIV SET UPD_STMP = ? WHERE ACT_NO IS NULL", stamp)


@pytest.mark.long
def test_a_key_of_bytes_that_are_no_text_is_refused_with_its_bytes(nights: Nights) -> None:
    """F1, F5"""
    nights.sql(
        "INSERT INTO ACTIV (ACT_NO, CO_CD, KIND_CD, SUBJ, DEL_FL, VER, CRT_STMP, UPD_STMP) VALUES"
        " (CAST(X'41FC20' AS TEXT), '01', 'C', 'Odd', 'N', 1, '20250101120000', '20250101120000')"
    )
    told = nights.run()
    assert told["certificate"] == "agrees"
    assert ("activity", None, "id", "hex:41FC20", "key is unreadable") in nights.refused()


def test_a_night_over_unchanged_data_reads_no_stamped_row_in_full(nights: Nights) -> None:
    """N9"""
    told = nights.run()
    assert {name: entity["read"] for name, entity in told["entities"].items()} == {
        "user": 0,
        "customer": 0,
        "contact": 0,
        "location": 0,
        "product": 0,
        "order": 0,
        "shipment": 0,
        "opportunity": 0,
        "activity": 0,
    }


def test_only_changed_rows_are_read_in_full(nights: Nights) -> None:
    """N9"""
    key = nights.key("ORDHDR", "ORD_NO")
    nights.sql("UPDATE ORDHDR SET NOTES = 'x', UPD_STMP = '20250601120000' WHERE ORD_NO = ?", key)
    assert read_of(nights.run(), "order") == 1


@pytest.mark.long
def test_everything_is_read_on_request_and_shows_what_bore_no_new_stamp(nights: Nights) -> None:
    """`--full`: nothing forces a CRM to move its stamps."""
    nights.sql(
        "UPDATE CUSTMAST SET NAME = 'Sly' WHERE CUST_NO = ?", nights.key("CUSTMAST", "CUST_NO")
    )
    assert changed(nights.run()) == {}
    told = nights.run(full=True)
    assert changed(told) == {"customer": (0, 1, 0)}
    assert read_of(told, "customer") == nights.ask("SELECT count(*) FROM CUSTMAST WHERE CO_CD='01'")


@pytest.mark.long
def test_a_night_of_some_entities_leaves_the_others_as_they_were(nights: Nights) -> None:
    for table, key in (("CUSTMAST", "CUST_NO"), ("CONTACT", "CONT_ID")):
        nights.sql(
            f"UPDATE {table} SET UPD_STMP = '20250601120000' WHERE {key} = ?",
            nights.key(table, key),
        )
    assert changed(nights.run(entities=["contact"])) == {"contact": (0, 1, 0)}
    assert changed(nights.run()) == {"customer": (0, 1, 0)}
