"""Pauses and hours: when a night may go on, and what it says where it may not."""

from __future__ import annotations

import datetime as dt
import sqlite3
import time
from contextlib import closing
from pathlib import Path

import pytest

from legacy_clients import Access, open_crm
from legacy_clients.crm import LegacyCRM
from legacy_clients.errors import Busy
from legacy_clients.odbc import select
from legacy_clients.pace import Hours, Pace

NIGHT = Hours(dt.time(22), dt.time(5), "Europe/Zurich")
MAPPING = """
[crm]
zone = "UTC"

[customer.from]
table = "ACCT"
key = ["ID"]
stamp = "CHANGED"

[customer.fields]
name = { column = "NAME" }
"""


def at(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("moment", "held"),
    [
        ("2026-01-10 20:59:59", False),
        ("2026-01-10 21:00:00", True),
        ("2026-01-11 03:59:59", True),
        ("2026-01-11 04:00:00", False),
        ("2026-07-10 20:00:00", True),
        ("2026-07-11 03:00:00", False),
    ],
)
def test_hours_go_over_midnight_by_the_clocks_of_their_zone(moment: str, held: bool) -> None:
    assert NIGHT.hold(at(moment)) is held


def test_hours_within_one_day() -> None:
    noon = Hours(dt.time(11, 30), dt.time(13), "UTC")
    assert [noon.hold(at(f"2026-01-10 {clock}")) for clock in ("11:29", "11:30", "13:00")] == [
        False,
        True,
        False,
    ]


@pytest.mark.parametrize(
    ("moment", "begin"),
    [
        ("2026-01-10 12:00", "2026-01-10 21:00"),
        ("2026-01-10 22:00", "2026-01-11 21:00"),
        # That night clocks go forward.
        ("2026-03-28 22:00", "2026-03-29 20:00"),
    ],
)
def test_the_next_hours_begin_by_the_calendar(moment: str, begin: str) -> None:
    assert NIGHT.next(at(moment)).astimezone(dt.UTC) == at(begin)


def test_outside_the_hours_it_says_when_to_go_on() -> None:
    pace = Pace(hours=NIGHT, now=lambda: at("2026-01-10 12:00"))
    with pytest.raises(Busy) as told:
        pace.turn()
    assert str(told.value) == (
        "the CRM may be read within 22:00-05:00 Europe/Zurich (FACADE_CRM_HOURS) alone:"
        " go on from 2026-01-10 22:00 there, 2026-01-10 21:00 UTC"
    )
    assert told.value.retry_after == 9 * 3600


def test_hours_that_end_during_a_pause_are_over() -> None:
    moments = [at("2026-01-11 03:59"), at("2026-01-11 03:59"), at("2026-01-11 04:00")]
    pace = Pace(0.001, NIGHT, lambda: moments.pop(0))
    pace.turn()
    with pytest.raises(Busy):
        pace.turn()
    assert moments == []


def test_a_pause_is_before_each_page_but_the_first_and_is_counted() -> None:
    pace = Pace(0.02)
    begun = time.monotonic()
    for _ in range(3):
        pace.turn()
    assert 0.04 <= pace.waited <= time.monotonic() - begun
    assert not Pace().slows
    Pace().turn()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    with closing(sqlite3.connect(tmp_path / "crm.sqlite")) as db, db:
        db.execute("CREATE TABLE ACCT (ID TEXT PRIMARY KEY, NAME TEXT, CHANGED TEXT)")
        rows = [(f"A{n:02}", f"Name {n}", "2025-06-01 12:00:00") for n in range(30)]
        db.executemany("INSERT INTO ACCT VALUES (?, ?, ?)", rows)
    (tmp_path / "mapping.toml").write_text(MAPPING)
    return tmp_path


def opened(folder: Path, **spared: object) -> LegacyCRM:
    odbc = f"DRIVER={{SQLite3}};Database={folder / 'crm.sqlite'}"
    return open_crm(str(folder), Access(odbc=odbc, **spared))  # type: ignore[arg-type]


@pytest.fixture
def small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(select, "CELLS", 30)


@pytest.mark.usefixtures("small_pages")
def test_a_paced_table_comes_in_pages_on_one_connection_at_a_time(folder: Path) -> None:
    """L7: nothing is open at the database during a pause."""
    with closing(opened(folder, pause=0.01, connections=2)) as crm:
        table = crm.table("ACCT")
        with closing(table.whole(crm.clock()).batches) as batches:
            assert sum(batch.num_rows for batch in batches) == 30
        with closing(table.stamped().batches) as batches:
            assert sum(batch.num_rows for batch in batches) == 30
        load = crm.load()["database"]
    # Three pages of ten and an empty one, and their bounds; then two of fifteen.
    assert load.statements >= 7
    assert load.waited >= 0.06
    assert (load.at_once, load.connections >= 1) == (1, True)
    assert load.bytes > 30 * 20
    assert crm.limits() == {"connections": 2, "pause_milliseconds": 10, "hours": None}


@pytest.mark.usefixtures("small_pages")
def test_hours_that_end_stop_a_table_between_two_pages(folder: Path) -> None:
    with closing(opened(folder, hours=NIGHT)) as crm:
        table = crm.table("ACCT")
        clock = [at("2026-01-11 03:59")]
        crm._paces["database"]._now = lambda: clock[0]
        with closing(table.whole(clock[0]).batches) as batches:
            assert next(batches).num_rows == 10
            clock[0] = at("2026-01-11 04:00")
            with pytest.raises(Busy):
                next(batches)


def test_a_port_makes_no_more_connections_than_it_may(folder: Path) -> None:
    with closing(opened(folder, connections=2)) as crm:
        assert crm.port.streams == 1
        first = crm.table("ACCT").whole(crm.clock())
        with closing(first.batches) as batches:
            assert next(batches).num_rows == 30
            with pytest.raises(Busy, match="all connections to the database are in use"):
                crm.port._readers.take(time.monotonic())  # type: ignore[attr-defined]
        assert crm.load()["database"].connections == 2
