"""Nights over entities that stand in lists of a SOAP service, and not in tables."""

from __future__ import annotations

import datetime as dt
import json
import random
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import pytest

from facade.sync.errors import NightStopped
from legacy_clients.errors import LegacyError, Unintelligible
from schemas.codecs.codec import UNDECODED
from tests.facade.sync.nights import Nights, changed
from tests.legacy_clients.listed import roster as stand_in
from tests.legacy_clients.listed.roster import (
    BY_IDS,
    BY_QUERY,
    BY_TOKEN,
    DELETES,
    IDS,
    LOCATOR,
    OFFSET,
    PICK,
    Person,
    Roster,
    serving,
)
from tests.legacy_clients.soap.auth.keeper import Told

NOW = dt.datetime(2040, 6, 1, 12, tzinfo=dt.UTC)
HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)
FULL = {"whole": "", "offset": OFFSET, "locator": LOCATOR, "ids": IDS}
BY_CHANGES = {
    "offset, query": f"{OFFSET}\n{BY_QUERY}\n{DELETES}",
    "locator, ids": f"{LOCATOR}\n{PICK}\n{BY_IDS}\n{DELETES}",
    "ids, ids, key sets": f"{IDS}\n{BY_IDS}",
}
Opened = Callable[..., AbstractContextManager[tuple[Roster, Nights]]]


@pytest.fixture
def opened(tmp_path: Path) -> Opened:
    """Nights over a roster of ten whose list is declared by the given words."""

    @contextmanager
    def opening(*words: str) -> Iterator[tuple[Roster, Nights]]:
        roster = Roster()
        roster.add(*"ABCDEFGHIJ")
        with (
            serving(roster, tmp_path, *words) as crm,
            Nights.over(crm, tmp_path / "var") as nights,
        ):
            yield roster, nights

    return opening


def at(nights: Nights, moment: dt.datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(nights.crm, "clock", lambda: moment)


def table(nights: Nights) -> dict[str, Any]:
    found: dict[str, Any] = nights.folder.night["tables"]["contacts"]
    return found


def certified(nights: Nights) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(nights.folder.certificate.read_text())["tables"]["contacts"]
    return found


def names(nights: Nights) -> list[str]:
    return [row[0] for row in nights.snapshot("contact", "family_name")]


@pytest.mark.parametrize("words", FULL.values(), ids=FULL)
def test_a_list_that_is_read_whole_gives_each_change_once(opened: Opened, words: str) -> None:
    """N1, N3, N5"""
    with opened(words) as (roster, nights):
        told = nights.run()
        assert (changed(told), told["certificate"]) == ({"contact": (10, 0, 0)}, "agrees")
        assert changed(nights.run()) == {}
        roster.get("B").name = "Changed, with no stamp that moved"
        roster.add("K")
        roster.remove("C")
        assert changed(nights.run()) == {"contact": (1, 1, 1)}
        assert nights.changes("contact") == [("delete", "C"), ("insert", "K"), ("update", "B")]
        assert nights.verified() == []


@pytest.mark.parametrize("words", BY_CHANGES.values(), ids=BY_CHANGES)
def test_a_list_that_tells_its_changes_is_read_for_them_only(
    opened: Opened, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """N5, N9"""
    with opened(words) as (roster, nights):
        at(nights, NOW, monkeypatch)
        assert changed(nights.run()) == {"contact": (10, 0, 0)}
        at(nights, NOW + DAY, monkeypatch)
        told = nights.run()
        assert (changed(told), told["entities"]["contact"]["read"]) == ({}, 0)
        for name, when in (("B", NOW + DAY), ("D", NOW + DAY + HOUR)):
            roster.get(name).name, roster.get(name).modified = f"New {name}", when
        roster.add("K", modified=NOW + DAY)
        roster.remove("C", NOW + DAY + HOUR)
        at(nights, NOW + 2 * DAY, monkeypatch)
        told = nights.run()
        assert (changed(told), told["entities"]["contact"]["read"]) == ({"contact": (1, 2, 1)}, 3)
        assert [row for row in nights.changes("contact") if row[0] != "update"] == [
            ("delete", "C"),
            ("insert", "K"),
        ]
        assert told["certificate"] == "agrees"
        assert nights.verified() == []
        assert (table(nights)["rows"], table(nights)["way"]) == (10, "changes")


@pytest.mark.parametrize("words", BY_CHANGES.values(), ids=BY_CHANGES)
def test_night_after_night_the_snapshot_is_what_the_service_holds(
    opened: Opened, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """N1, N5: created, changed, deleted, deleted and created again, in any order."""
    chance, ways = random.Random(7), set()
    with opened(words) as (roster, nights):
        at(nights, NOW, monkeypatch)
        nights.run()
        for number in range(1, 7):
            for turn in range(chance.randint(0, 6)):
                when = NOW + (number - 1) * DAY + dt.timedelta(minutes=30 * turn)
                one = chance.choice(roster.people)
                act = chance.choice(("change", "delete", "create", "create again"))
                if act == "create":
                    roster.add(f"N{number}{turn}", modified=when)
                elif act == "change":
                    one.name, one.modified = f"Changed {number}{turn}", when
                else:
                    roster.remove(one.id, when)
                    if act == "create again":
                        roster.people.append(Person(one.id, f"Again {number}{turn}", when))
            at(nights, NOW + number * DAY, monkeypatch)
            told = nights.run(accepted={"deletes", "updates"})
            ways.add(table(nights)["way"])
            assert told["certificate"] == "agrees"
            assert nights.snapshot("contact", "id, family_name") == sorted(
                (one.id, one.name) for one in roster.people
            )
        assert nights.verified() == []
    assert ways == {"changes"}


def test_the_certificate_says_what_was_believed_and_since_when(
    opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    """N1: a change that its source did not tell of is found by the next sweep, not before."""
    with opened(BY_CHANGES["offset, query"], "sweep = 2") as (roster, nights):
        at(nights, NOW, monkeypatch)
        nights.run()
        assert "believed" not in certified(nights)
        roster.get("B").name = "Late, and with an old stamp"
        at(nights, NOW + DAY, monkeypatch)
        assert changed(nights.run()) == {}
        assert certified(nights)["believed"] == "changes"
        assert certified(nights)["swept_at"] == "2040-06-01T12:00:00+00:00"
        at(nights, NOW + 2 * DAY, monkeypatch)
        assert changed(nights.run()) == {"contact": (0, 1, 0)}
        assert "believed" not in certified(nights)
        assert nights.verified() == []


def test_a_full_night_reads_all_whatever_is_told(
    opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    with opened(BY_CHANGES["locator, ids"]) as (roster, nights):
        at(nights, NOW, monkeypatch)
        nights.run()
        roster.get("B").name = "Old stamp"
        at(nights, NOW + DAY, monkeypatch)
        assert changed(nights.run(full=True)) == {"contact": (0, 1, 0)}


def test_a_created_row_that_nothing_told_of_shows_among_the_keys(
    opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    """N1"""
    with opened(BY_CHANGES["ids, ids, key sets"]) as (roster, nights):
        at(nights, NOW, monkeypatch)
        nights.run()
        roster.add("LATE")
        at(nights, NOW + DAY, monkeypatch)
        assert changed(nights.run()) == {"contact": (1, 0, 0)}


def test_a_night_that_fails_leaves_the_mark_where_it_was(
    opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    """N6"""
    with opened(BY_CHANGES["locator, ids"]) as (roster, nights):
        at(nights, NOW, monkeypatch)
        nights.run()
        before = table(nights)["mark"]
        roster.get("B").name, roster.get("B").modified = "New", NOW + HOUR
        fired = []

        def down(asked: Any) -> Told | None:
            if asked.operation != "Retrieve":
                return None
            fired.append(asked)
            return Told("<html>down</html>", 503, media="text/html")

        at(nights, NOW + DAY, monkeypatch)
        roster.before = down
        with pytest.raises(Unintelligible):
            nights.run()
        assert (len(fired), nights.newest.number, table(nights)["mark"]) == (1, 1, before)
        roster.before = lambda asked: None
        at(nights, NOW + 2 * DAY, monkeypatch)
        assert changed(nights.run()) == {"contact": (0, 1, 0)}
        assert table(nights)["mark"] != before


def test_a_token_that_is_not_known_any_more_has_all_read(opened: Opened) -> None:
    with opened(OFFSET, BY_TOKEN) as (roster, nights):
        roster.tokens = [("one", [], [])]
        nights.run()
        roster.tokens.append(("two", ["B"], ["C"]))
        roster.get("B").name = "Two"
        roster.remove("C")
        assert changed(nights.run()) == {"contact": (0, 1, 1)}
        assert table(nights)["way"] == "changes"
        roster.tokens = [("three", [], [])]
        roster.get("D").name = "Three"
        assert changed(nights.run()) == {"contact": (0, 1, 0)}
        assert table(nights)["way"] == "content"
        assert nights.verified() == []


def test_what_nothing_tells_of_is_deleted_at_the_sweep(
    opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = (OFFSET, BY_QUERY, 'deletes = "sweep"', "sweep = 2")
    with opened(*words) as (roster, nights):
        at(nights, NOW, monkeypatch)
        nights.run()
        roster.remove("B")
        at(nights, NOW + DAY, monkeypatch)
        told = nights.run()
        assert changed(told) == {}
        assert told["certificate"] == ["table contacts: 10 rows read, the source counts 9"]
        at(nights, NOW + 2 * DAY, monkeypatch)
        assert changed(nights.run()) == {"contact": (0, 0, 1)}


def test_lists_are_joined_as_tables_are(opened: Opened) -> None:
    people = """
[crm.lists.people]
call = "List"
rows = "Contacts.Contact"
columns = { NO = "ContId", CALLED = "Person.Name" }
key = ["NO"]
"""
    join = """
[contact.from.join.p]
table = "people"
on = { NO = "ID" }

[contact.fields]
title = { column = "p.CALLED" }
"""
    with pytest.MonkeyPatch.context() as patch:
        joined = stand_in.MAPPING.replace("\n[contact.fields]", braced(join.rstrip()))
        patch.setattr(stand_in, "MAPPING", joined)
        with opened(OFFSET, people) as (roster, nights):
            assert changed(nights.run()) == {"contact": (10, 0, 0)}
            assert nights.snapshot("contact", "title", "id = 'B'") == [("Name B",)]
            roster.get("B").name = "New"
            assert changed(nights.run()) == {"contact": (0, 1, 0)}
            assert nights.crm.get("contact", "B").document["family_name"] == "New"
            assert "title" not in nights.crm.get("contact", "B").document
            assert nights.verified() == []


def braced(text: str) -> str:
    return text.replace("{", "{{").replace("}", "}}")


def test_an_emptied_list_deletes_nothing_until_a_person_accepts_it(opened: Opened) -> None:
    """N5"""
    with opened(OFFSET) as (roster, nights):
        nights.run()
        roster.people.clear()
        with pytest.raises(NightStopped, match="10 of 10 rows of table contacts would be deleted"):
            nights.run()
        assert changed(nights.run(accepted={"deletes"})) == {"contact": (0, 0, 10)}


def test_a_record_that_departs_from_its_form_is_refused_and_the_others_arrive(
    opened: Opened,
) -> None:
    """F2, N7"""
    with opened(OFFSET) as (roster, nights):
        roster.get("B").extra = "<Odd>x</Odd>"
        assert changed(nights.run()) == {"contact": (10, 0, 0)}
        refused = {row[2]: row[4] for row in nights.refused() if row[1] == "B"}
        assert refused["family_name"] == UNDECODED
        assert len(names(nights)) == 10


def test_two_rows_of_one_key_are_set_apart(opened: Opened) -> None:
    with opened(OFFSET) as (roster, nights):
        roster.people.append(Person("B", "Another B"))
        assert changed(nights.run()) == {"contact": (9, 0, 0)}


def test_a_soft_delete_is_told_by_a_column(opened: Opened) -> None:
    with opened(OFFSET) as (roster, nights):
        nights.run()
        roster.get("B").gone = True
        assert changed(nights.run()) == {"contact": (0, 0, 1)}
        assert nights.changes("contact", "op, id, deleted") == [("update", "B", True)]


def test_a_service_that_is_down_stops_a_night_before_it_says_anything(opened: Opened) -> None:
    with opened(OFFSET) as (roster, nights):
        roster.before = lambda asked: Told("<html/>", 503, media="text/html")
        with pytest.raises(LegacyError):
            nights.run()
        assert nights.ledger.runs.last_sealed() is None
