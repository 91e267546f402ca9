"""Lists as tables: every row once whatever the service does, or an error."""

from __future__ import annotations

import datetime as dt
import random
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from legacy_clients import LegacyCRM
from legacy_clients.errors import CutOff, Denied, Misconfigured, Unintelligible
from legacy_clients.tables import Changed, MarkLost, Reading
from schemas.codecs.codec import MARK
from tests.legacy_clients.listed.roster import (
    BY_IDS,
    BY_QUERY,
    BY_TOKEN,
    DELETES,
    IDS,
    LOCATOR,
    OFFSET,
    PICK,
    Cut,
    Person,
    Roster,
    serving,
)
from tests.legacy_clients.soap.auth.keeper import Asked, Told

NOW = dt.datetime(2026, 3, 1, 12, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)
STYLES = {"whole": "", "offset": OFFSET, "locator": LOCATOR, "ids": IDS}
Change = Callable[[Asked], Told | None]


def taken(reading: Reading) -> list[tuple[Any, ...]]:
    """The rows of a reading, in order of their keys."""
    with closing(reading.batches) as batches:
        rows = [row for batch in batches for row in zip(*batch.to_pydict().values(), strict=True)]
    return sorted(rows, key=str)


def ids(reading: Reading) -> list[str]:
    return [row[0] for row in taken(reading)]


def whole(crm: LegacyCRM) -> list[str]:
    return ids(crm.table("contacts").whole(NOW))


def at_call(
    operation: str, number: int, act: Callable[[], Told | None]
) -> tuple[Change, list[int]]:
    """Something done before a call is answered; and how often it was."""
    counts: Counter[str] = Counter()
    fired: list[int] = []

    def before(asked: Asked) -> Told | None:
        counts[asked.operation] += 1
        if (asked.operation, counts[asked.operation]) != (operation, number):
            return None
        fired.append(number)
        return act()

    return before, fired


@pytest.mark.parametrize("style", STYLES.values(), ids=STYLES)
@pytest.mark.parametrize("count", [0, 1, 2, 3, 4, 7])
def test_every_row_comes_once(tmp_path: Path, style: str, count: int) -> None:
    """F12"""
    roster = Roster(cap=3)
    if not style:
        roster.cap = 1000
    roster.add(*(f"C{number}" for number in range(count)))
    with serving(roster, tmp_path, style) as crm:
        crm.check_columns()
        rows = taken(crm.table("contacts").whole(NOW))
    assert rows == [
        (f"C{number}", f"Name C{number}", "2020-01-01T00:00:00Z", "false")
        for number in range(count)
    ]


@pytest.mark.parametrize("style", STYLES.values(), ids=STYLES)
def test_absent_empty_and_odd_texts_are_kept_apart(tmp_path: Path, style: str) -> None:
    """F3"""
    people = [Person("A", None), Person("B", ""), Person("C", " <x> & é ")]
    with serving(Roster(people), tmp_path, style) as crm:
        rows = taken(crm.table("contacts").whole(NOW))
    assert [row[1] for row in rows] == [None, "", " <x> & é "]


@pytest.mark.parametrize("cap", [1, 2, 3])
@pytest.mark.parametrize("style", ["offset", "locator", "ids"])
def test_a_service_may_give_less_than_it_is_asked_for(tmp_path: Path, style: str, cap: int) -> None:
    roster = Roster(cap=cap)
    roster.add(*"ABCDEFGH")
    with serving(roster, tmp_path, STYLES[style]) as crm:
        assert whole(crm) == list("ABCDEFGH")


def test_a_row_deleted_before_the_page_that_is_read_hides_no_other(tmp_path: Path) -> None:
    """N5: the rows behind it shift to a page that was read already."""
    roster = Roster()
    roster.add(*"ABCDEFGH")
    roster.before, fired = at_call("List", 2, lambda: roster.remove("A"))
    with serving(roster, tmp_path, OFFSET) as crm:
        assert whole(crm) == list("BCDEFGH")
    assert fired == [2]


def test_a_row_created_before_the_page_that_is_read_doubles_no_other(tmp_path: Path) -> None:
    roster = Roster()
    roster.add(*"BCDEFGH")
    roster.before, fired = at_call("List", 2, lambda: roster.people.insert(0, Person("A", "New")))
    with serving(roster, tmp_path, OFFSET) as crm:
        assert whole(crm) == list("ABCDEFGH")
    assert fired == [2]


def test_a_list_that_never_stands_still_is_an_error_and_no_rows(tmp_path: Path) -> None:
    roster = Roster()
    roster.add(*"ABCDEFGH")

    def shuffle(asked: Asked) -> None:
        roster.people.append(roster.people.pop(0))

    roster.before = shuffle
    with (
        serving(roster, tmp_path, OFFSET) as crm,
        pytest.raises(Unintelligible, match=r"rows shifted while .* in 3 readings"),
    ):
        whole(crm)
    assert len(roster.calls) == 6


def test_a_page_that_repeats_for_ever_ends(tmp_path: Path) -> None:
    roster = Roster()
    roster.add(*"ABC")
    page = OFFSET.replace("rows = 3", "rows = 3, overlap = false").replace(', total = "Total"', "")
    first = Roster([*roster.people], cap=3)

    def again(asked: Asked) -> Told:
        return first._listed("List", first.people, 3, [])

    roster.before = again
    with (
        serving(roster, tmp_path, page) as crm,
        pytest.raises(Unintelligible, match="nothing but rows that came before"),
    ):
        whole(crm)
    assert len(roster.calls) == 6


def test_a_service_that_counts_more_than_it_gives_is_not_believed(tmp_path: Path) -> None:
    """N5: rows are missing, and nobody knows which."""
    for style in (OFFSET, LOCATOR):
        roster = Roster(total=9)
        roster.add(*"ABCDE")
        with (
            serving(roster, tmp_path, style) as crm,
            pytest.raises(Unintelligible, match="counts more rows than it gives"),
        ):
            whole(crm)


@pytest.mark.parametrize("style", [OFFSET, LOCATOR])
def test_a_count_of_none_beside_rows_costs_a_second_reading(tmp_path: Path, style: str) -> None:
    roster = Roster(total=0)
    roster.add(*"ABCDE")
    with serving(roster, tmp_path, style) as crm:
        assert whole(crm) == list("ABCDE")


def test_a_locator_that_expires_has_the_list_read_again(tmp_path: Path) -> None:
    roster = Roster(cap=2)
    roster.add(*"ABCDEF")
    roster.before, fired = at_call("More", 2, roster.locators.clear)
    with serving(roster, tmp_path, LOCATOR) as crm:
        assert whole(crm) == list("ABCDEF")
    assert (fired, roster.calls.count("List")) == ([2], 2)


def test_a_locator_that_is_good_for_one_call_is_used_once(tmp_path: Path) -> None:
    roster = Roster(cap=2, spends=True)
    roster.add(*"ABCDEF")
    with serving(roster, tmp_path, LOCATOR) as crm:
        assert whole(crm) == list("ABCDEF")
    assert roster.calls == ["List", "More", "More"]


def test_a_locator_that_never_lives_ends(tmp_path: Path) -> None:
    roster = Roster(cap=2, before=lambda asked: roster.locators.clear())
    roster.add(*"ABCDEF")
    with (
        serving(roster, tmp_path, LOCATOR) as crm,
        pytest.raises(Unintelligible, match="its locator was not answered, in 3 readings"),
    ):
        whole(crm)
    assert roster.calls == ["List", "More"] * 3


def test_a_service_that_says_more_and_not_where_is_not_believed(tmp_path: Path) -> None:
    roster = Roster(done=False)
    roster.add(*"AB")
    with (
        serving(roster, tmp_path, LOCATOR) as crm,
        pytest.raises(Unintelligible, match="there is more, and not where"),
    ):
        whole(crm)


def test_a_service_that_says_done_too_early_is_caught_by_its_count(tmp_path: Path) -> None:
    roster = Roster(cap=2, done=True)
    roster.add(*"ABCDEF")
    with serving(roster, tmp_path, LOCATOR) as crm, pytest.raises(Unintelligible):
        whole(crm)


def test_a_row_that_went_after_its_key_was_listed_is_not_there(tmp_path: Path) -> None:
    roster = Roster()
    roster.add(*"ABCDEF")
    roster.before, fired = at_call("Retrieve", 1, lambda: roster.remove("B"))
    with serving(roster, tmp_path, IDS) as crm:
        assert whole(crm) == list("ACDEF")
    assert fired == [1]


def test_a_key_whose_row_is_not_given_is_an_error(tmp_path: Path) -> None:
    roster = Roster()
    roster.add(*"ABCDEF")
    roster.before = lambda asked: (
        Told(
            '<ListIdsResponse xmlns="urn:roster"><Ids><Id>A</Id><Id>Z</Id></Ids></ListIdsResponse>'
        )
        if asked.operation == "ListIds"
        else None
    )
    with (
        serving(roster, tmp_path, IDS) as crm,
        pytest.raises(Unintelligible, match="keys whose rows it does not give"),
    ):
        whole(crm)


def test_rows_of_one_key_that_differ_are_both_kept(tmp_path: Path) -> None:
    roster = Roster([Person("A", "One"), Person("A", "Two"), Person("B", "B")])
    with serving(roster, tmp_path, OFFSET) as crm:
        rows = taken(crm.table("contacts").whole(NOW))
    assert [row[:2] for row in rows] == [("A", "One"), ("A", "Two"), ("B", "B")]


def test_a_value_that_departs_from_its_type_is_handed_on_as_text(tmp_path: Path) -> None:
    """F1: the codec refuses it, with its text."""
    wrong = "<ModifiedAt>yesterday</ModifiedAt>"
    roster = Roster()
    roster.add("A", "B")
    real = "<ModifiedAt>2020-01-01T00:00:00Z</ModifiedAt>"
    roster.before = lambda asked: Told(
        Roster.answer_List(roster, asked).body.replace(real, wrong, 1)
    )
    with serving(roster, tmp_path, OFFSET.replace(', total = "Total"', "")) as crm:
        rows = taken(crm.table("contacts").whole(NOW))
    assert [row[2] for row in rows] == ["yesterday", "2020-01-01T00:00:00Z"]


def test_a_record_that_departs_from_its_form_keeps_its_key_and_its_raw(tmp_path: Path) -> None:
    """N7: one poison record does not stop a list."""
    roster = Roster([Person("A", "A"), Person("B", "B", extra="<Odd>x</Odd>")])
    with serving(roster, tmp_path, OFFSET) as crm:
        fine, odd = taken(crm.table("contacts").whole(NOW))
    assert fine == ("A", "A", "2020-01-01T00:00:00Z", "false")
    assert odd[0] == "B"
    assert len(set(odd[1:])) == 1
    assert odd[1][0] == MARK
    assert b"<Odd>x</Odd>" in bytes.fromhex(odd[1][1:])


@pytest.mark.parametrize("style", [OFFSET, IDS])
def test_a_list_that_is_turned_down_midway_gives_nothing(tmp_path: Path, style: str) -> None:
    """N5"""
    roster = Roster(cap=2)
    roster.add(*"ABCDEF")
    operation = "List" if style == OFFSET else "Retrieve"
    page = Told("<html>down</html>", 503, media="text/html")
    roster.before, fired = at_call(operation, 2, lambda: page)
    with serving(roster, tmp_path, style) as crm, pytest.raises(Unintelligible):
        whole(crm)
    assert fired == [2]


@pytest.mark.parametrize("style", ["offset", "locator", "ids"])
def test_a_page_whose_connection_breaks_is_asked_for_once_more(tmp_path: Path, style: str) -> None:
    roster = Roster(cap=2)
    roster.add(*"ABCDEF")
    operation = {"offset": "List", "locator": "More", "ids": "Retrieve"}[style]

    def cut() -> Told:
        asked = roster.asked[-1]
        return Cut(getattr(roster, f"answer_{operation}")(asked))

    roster.before, fired = at_call(operation, 2, cut)
    with serving(roster, tmp_path, STYLES[style]) as crm:
        assert whole(crm) == list("ABCDEF")
    assert fired == [2]


@pytest.mark.parametrize("style", ["offset", "ids"])
def test_a_page_that_never_comes_whole_is_an_error(tmp_path: Path, style: str) -> None:
    """N5"""
    roster = Roster(cap=2)
    roster.add(*"ABCDEF")
    roster.before = lambda asked: Cut(getattr(Roster, f"answer_{asked.operation}")(roster, asked))
    with serving(roster, tmp_path, STYLES[style]) as crm, pytest.raises(CutOff):
        whole(crm)
    assert len(roster.asked) == 2


def test_what_the_contract_does_not_have_is_told_before_anything_is_read(tmp_path: Path) -> None:
    roster = Roster()
    for wrong, words in (
        (OFFSET.replace("Start", "Begin"), "Begin"),
        (OFFSET.replace("Total", "Count"), "Count"),
        (f"{LOCATOR}\n{PICK.replace('Ids.Id', 'Keys')}", "Keys"),
        (f"{OFFSET}\n{BY_QUERY.replace('Since', 'After')}\n{DELETES}", "After"),
    ):
        with (
            serving(roster, tmp_path, wrong) as crm,
            pytest.raises(Misconfigured, match=words),
        ):
            crm.check_columns()
    assert roster.calls == []


@pytest.mark.parametrize("style", ["offset", "locator", "ids"])
def test_whatever_comes_and_goes_what_stays_comes_once(tmp_path: Path, style: str) -> None:
    """N5: rows that were there all the time are read, each once; no others than ever were."""
    restless = 0
    for seed in range(25):
        chance = random.Random(seed)
        roster = Roster(cap=chance.randint(2, 4))
        roster.add(*(f"C{number}" for number in range(chance.randint(0, 12))))
        ever = {one.id for one in roster.people}
        steady = set(ever)
        moments = set(chance.sample(range(1, 6), 2))

        def stir(
            asked: Asked,
            roster: Roster = roster,
            chance: random.Random = chance,
            moments: set[int] = moments,
            ever: set[str] = ever,
            steady: set[str] = steady,
        ) -> None:
            if len(roster.asked) not in moments:
                return
            for _ in range(chance.randint(1, 3)):
                if roster.people and chance.random() < 0.5:
                    gone = chance.choice(roster.people).id
                    roster.remove(gone)
                    steady.discard(gone)
                else:
                    new = Person(f"N{len(ever)}", "New")
                    roster.people.insert(chance.randint(0, len(roster.people)), new)
                    ever.add(new.id)

        roster.before = stir
        with serving(roster, tmp_path / str(seed), STYLES[style]) as crm:
            found = whole(crm)
        restless += len(roster.asked) >= min(moments)
        assert len(found) == len(set(found))
        assert steady <= set(found) <= ever
    assert restless > 10


# What changed


def told(crm: LegacyCRM, mark: str | None, now: dt.datetime = NOW) -> tuple[list[str], Changed]:
    assert mark is not None
    changed = crm.table("contacts").changed(mark, now)
    return ids(changed.rows), changed


def begun(crm: LegacyCRM, now: dt.datetime) -> str | None:
    reading = crm.table("contacts").whole(now)
    reading.batches.close()
    return reading.mark


WAYS = {
    "query": f"{OFFSET}\n{BY_QUERY}\n{DELETES}",
    "ids": f"{LOCATOR}\n{PICK}\n{BY_IDS}\n{DELETES}",
}


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
def test_changed_and_deleted_rows_are_told_since_a_mark(tmp_path: Path, way: str) -> None:
    roster = Roster()
    roster.add(*"ABCDE")
    with serving(roster, tmp_path, way) as crm:
        crm.check_columns()
        mark = begun(crm, NOW - HOUR)
        roster.get("B").modified = NOW - HOUR / 2
        roster.add("F", modified=NOW - HOUR / 2)
        roster.remove("C", NOW - HOUR / 2)
        changed, first = told(crm, mark)
        assert (changed, first.gone, first.keys) == (["B", "F"], (("C",),), None)
        again, second = told(crm, first.rows.mark, NOW + HOUR)
        assert (again, second.gone) == ([], ())


def test_a_mark_goes_no_further_than_the_service_says_it_covers(tmp_path: Path) -> None:
    """A late commit behind what was asked for, and before what is covered, is not lost."""
    roster = Roster()
    roster.add(*"AB")
    with serving(roster, tmp_path, WAYS["ids"]) as crm:
        mark = begun(crm, NOW - HOUR)
        roster.covered = NOW - HOUR / 2
        changed, first = told(crm, mark)
        roster.covered = None
        roster.get("B").modified = NOW - HOUR / 4
        changed, _ = told(crm, first.rows.mark, NOW + HOUR)
    assert changed == ["B"]


def test_a_service_that_covers_the_future_moves_no_mark_there(tmp_path: Path) -> None:
    roster = Roster(covered=NOW + 100 * HOUR)
    roster.add("A")
    with serving(roster, tmp_path, WAYS["ids"]) as crm:
        _, first = told(crm, begun(crm, NOW - HOUR))
        roster.covered = None
        roster.get("A").modified = NOW + HOUR
        assert told(crm, first.rows.mark, NOW + 2 * HOUR)[0] == ["A"]


def test_a_query_overlaps_by_its_margin_for_what_commits_late(tmp_path: Path) -> None:
    roster = Roster()
    roster.add("A")
    with serving(roster, tmp_path, WAYS["query"]) as crm:
        _, first = told(crm, begun(crm, NOW - HOUR), NOW)
        roster.get("A").modified = NOW - dt.timedelta(seconds=50)
        assert told(crm, first.rows.mark, NOW + HOUR)[0] == ["A"]


def test_a_token_is_given_back_as_it_came(tmp_path: Path) -> None:
    roster = Roster(tokens=[("t/1==", [], [])])
    roster.add(*"ABC")
    with serving(roster, tmp_path, OFFSET, BY_TOKEN) as crm:
        mark = begun(crm, NOW)
        roster.tokens.append(("t/2==", ["B"], ["C"]))
        changed, first = told(crm, mark)
        assert (changed, first.gone) == (["B"], (("C",),))
        assert told(crm, first.rows.mark)[0] == []
    assert roster.asked[-1].text("Token") == "t/2=="


def test_without_pages_a_token_brings_the_whole_list_too(tmp_path: Path) -> None:
    roster = Roster(tokens=[("one", [], [])])
    roster.add(*"ABC")
    with serving(roster, tmp_path, BY_TOKEN) as crm:
        reading = crm.table("contacts").whole(NOW)
        assert ids(reading) == list("ABC")
        roster.tokens.append(("two", ["A"], []))
        assert told(crm, reading.mark)[0] == ["A"]


def test_a_mark_that_the_service_does_not_know_any_more_is_lost(tmp_path: Path) -> None:
    roster = Roster(tokens=[("old", [], [])])
    roster.add("A")
    with serving(roster, tmp_path, OFFSET, BY_TOKEN) as crm:
        mark = begun(crm, NOW)
        roster.tokens = [("new", [], [])]
        with pytest.raises(MarkLost):
            told(crm, mark)


def test_a_mark_of_a_list_that_was_declared_otherwise_is_lost(tmp_path: Path) -> None:
    roster = Roster()
    roster.add("A")
    with serving(roster, tmp_path, WAYS["query"]) as crm:
        mark = begun(crm, NOW)
    changed = WAYS["query"] + '\nconst = { "WithGone" = "true" }'
    with serving(roster, tmp_path, changed) as crm:
        with pytest.raises(MarkLost):
            told(crm, mark)
        whole(crm)
    assert roster.asked[-1].text("WithGone") == "true"


def test_a_refused_sign_in_is_no_lost_mark(tmp_path: Path) -> None:
    roster = Roster()
    roster.add("A")
    with serving(roster, tmp_path, WAYS["query"]) as crm:
        mark = begun(crm, NOW)
        roster.before = lambda asked: Told("<html/>", 403, media="text/html")
        with pytest.raises(Denied):
            told(crm, mark)


def test_all_keys_are_told_where_nothing_tells_what_is_deleted(tmp_path: Path) -> None:
    roster = Roster()
    roster.add(*"ABC")
    with serving(roster, tmp_path, IDS, BY_IDS) as crm:
        mark = begun(crm, NOW)
        roster.remove("B")
        _, changed = told(crm, mark, NOW + HOUR)
    assert changed.keys == (("A",), ("C",))
