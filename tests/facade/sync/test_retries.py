"""Records read and translated again because somebody asked, where nothing says that they changed
(N7).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from schemas.codecs.number import CentsCodec
from tests.changed_atlas import open_changed
from tests.facade.sync.nights import LIVE, Nights, changed
from tests.legacy_clients.listed.roster import (
    BY_IDS,
    BY_QUERY,
    DELETES,
    IDS,
    LOCATOR,
    OFFSET,
    PICK,
    Roster,
)
from tests.legacy_clients.listed.roster import serving as serving_roster

NOW = dt.datetime(2040, 6, 1, 12, tzinfo=dt.UTC)


def ask(nights: Nights, *records: tuple[str, str]) -> None:
    nights.ledger.refusals.ask_again(records, "ann", dt.datetime.now(dt.UTC))


def waiting(nights: Nights) -> list[tuple[str, str]]:
    return [(each.entity, each.id) for each in nights.ledger.refusals.retries()]


def test_a_value_mended_behind_its_stamp_is_read_when_asked_for(nights: Nights) -> None:
    key, other = (
        nights.ask(f"SELECT CUST_NO FROM CUSTMAST WHERE {LIVE} LIMIT 1 OFFSET {number}")
        for number in (1, 2)
    )
    nights.sql("UPDATE CUSTMAST SET NAME = 'Mended' WHERE CUST_NO IN (?, ?)", key, other)
    assert changed(nights.run()) == {}
    ask(nights, ("customer", key.rstrip()))
    told = nights.run()
    assert changed(told) == {"customer": (0, 1, 0)}
    assert told["entities"]["customer"]["read"] == 1
    assert nights.changes("customer", "id, name") == [(key.rstrip(), "Mended")]
    assert waiting(nights) == []
    assert nights.verified() == []


def test_a_night_of_other_entities_leaves_the_asked_for_waiting(nights: Nights) -> None:
    key = nights.key("CUSTMAST", "CUST_NO")
    nights.sql("UPDATE CUSTMAST SET NAME = 'Mended' WHERE CUST_NO = ?", key)
    ask(nights, ("customer", key.rstrip()))
    assert changed(nights.run(entities=["product"])) == {}
    assert waiting(nights) == [("customer", key.rstrip())]
    assert changed(nights.run(entities=["customer"])) == {"customer": (0, 1, 0)}
    assert waiting(nights) == []


@pytest.mark.long
def test_an_entity_is_translated_again_also_where_its_rows_are_the_same(
    nights: Nights, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What could not be read yesterday may be read by today's version of this software."""
    before = [row for row in nights.refused() if row[2] == "credit_limit"]
    assert before
    plain = CentsCodec.sql

    def able(codec: CentsCodec, *columns: str) -> object:
        return plain(codec, *(f"replace({column}, 'N/A', '7')" for column in columns))

    monkeypatch.setattr(CentsCodec, "sql", able)
    assert changed(nights.run()) == {}
    ask(nights, *((row[0], row[1]) for row in before))
    assert changed(nights.run()) == {"customer": (0, 1, 0)}
    after = [row for row in nights.refused() if row[2] == "credit_limit"]
    assert [row for row in before if row[3] != "N/A"] == after


@pytest.mark.long
def test_the_rows_of_records_whose_key_is_unreadable_are_read_again(nights: Nights) -> None:
    nights.sql(
        "INSERT INTO ACTIV (ACT_NO, CO_CD, KIND_CD, SUBJ, DEL_FL, VER, CRT_STMP, UPD_STMP) VALUES"
        " (CAST(X'41FC20' AS TEXT), '01', 'C', 'Odd', 'N', 1, '20250101120000', '20250101120000')"
    )
    nights.run()
    refused = len(nights.refused())
    ask(nights, ("activity", ""))
    told = nights.run()
    assert told["entities"]["activity"]["read"] == nights.ask(
        "SELECT count(*) FROM ACTIV WHERE CO_CD = '01'"
    )
    assert (changed(told), len(nights.refused())) == ({}, refused)


@pytest.mark.long
def test_joined_rows_are_read_again_too(nights: Nights, tmp_path: Path) -> None:
    assert nights.atlas is not None
    crm = open_changed(
        nights.atlas,
        tmp_path / "joined",
        (
            '[customer.from.join.x]\ntable = "CUSTXTR"',
            '[customer.from.join.o]\ntable = "USERS"\non = { USR_CD = "OWN_CD" }\n\n'
            '[customer.from.join.x]\ntable = "CUSTXTR"',
        ),
        ('dock_hours = { column = "a.DOCKHRS"', 'boss = { column = "o.NAME" }\n'
         'dock_hours = { column = "a.DOCKHRS"'),
    )  # fmt: skip
    owned = "OWN_CD = (SELECT USR_CD FROM USERS WHERE CO_CD = '01' LIMIT 1)"
    with Nights.over(crm, tmp_path / "own", nights.atlas) as own:
        own.run()
        customer = own.key("CUSTMAST", "CUST_NO", f"{LIVE} AND {owned}")
        own.sql("UPDATE USERS SET NAME = 'Mended'")
        assert changed(own.run()) == {}
        ask(own, ("customer", customer.rstrip()))
        told = changed(own.run(accepted={"updates"}))
        assert told["user"] == (0, 1, 0)
        assert (customer.rstrip(), "Mended") in own.changes("customer", "id, custom_boss")
        assert own.verified() == []


@contextmanager
def listed(tmp_path: Path, words: str) -> Iterator[tuple[Roster, Nights]]:
    roster = Roster()
    roster.add(*"ABCDEFGHIJ")
    with (
        serving_roster(roster, tmp_path, words) as crm,
        Nights.over(crm, tmp_path / "var") as nights,
    ):
        yield roster, nights


@pytest.mark.parametrize(
    ("words", "read"),
    [
        (f"{LOCATOR}\n{PICK}\n{BY_IDS}\n{DELETES}", 1),
        pytest.param(f"{IDS}\n{BY_IDS}", 1, marks=pytest.mark.long),
        # Its rows cannot be asked for one by one: all are read.
        (f"{OFFSET}\n{BY_QUERY}\n{DELETES}", 10),
    ],
    ids=["by key", "by key among keys", "whole"],
)
def test_a_row_of_a_list_is_asked_for_although_the_service_tells_of_no_change(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: str, read: int
) -> None:
    with listed(tmp_path, words) as (roster, nights):
        monkeypatch.setattr(nights.crm, "clock", lambda: NOW)
        nights.run()
        roster.get("B").name = "Mended"
        assert changed(nights.run()) == {}
        ask(nights, ("contact", "B"), ("contact", "none such"))
        told = nights.run()
        assert (changed(told), told["entities"]["contact"]["read"]) == (
            {"contact": (0, 1, 0)},
            read,
        )
        assert nights.changes("contact") == [("update", "B")]
        assert nights.verified() == []
