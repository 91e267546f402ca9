"""N1, N2, N3, N4: commits that come late, by schedules on real databases."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from facade.sync import extract
from legacy_clients import Access, open_crm
from legacy_clients.odbc import select
from legacy_clients.odbc.database import Database
from tests.facade.sync.nights import Nights
from tests.sampled import without
from tests.servers import Server
from tests.torture.late_commits.nights import Small
from tests.torture.late_commits.tables import ENTITIES

PARTS = range(9)
FEWER = ("order", "activity")
BATCHES = 3
"""So many follow one another over the same tables: 1,080 schedules in all parts."""


@pytest.mark.parametrize("name", without(["mariadb"], ["postgresql", "mariadb"]))
@pytest.mark.parametrize("part", without(PARTS[1:], PARTS))
def test_whatever_commits_late_is_in_the_next_nights_changes_once(
    name: str,
    part: int,
    request: pytest.FixtureRequest,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    full: bool,
    figure: Callable[..., None],
) -> None:
    """N1, N2, N3, N4: also where it is committed while a night reads, and many nights later."""
    # So that the few rows of a table are read in several steps, and whole pages too.
    monkeypatch.setattr(extract, "CHUNK", 4)
    monkeypatch.setattr(select, "CELLS", 80)
    server: Server = request.getfixturevalue(name)
    batches, entities = (BATCHES, tuple(ENTITIES)) if full else (1, FEWER)
    seen: Counter[str] = Counter()
    late: Counter[int] = Counter()
    started = time.monotonic()
    with Small.over(server, tmp_path / "crm", seed=part, entities=entities) as small:
        for _ in range(batches):
            small.batch(None if full else 1)
        nights = small.nights.newest.number
        for schedule in small.all:
            seen += schedule.seen
            late += schedule.late
    assert seen["inside a reading"] >= 5 * batches
    assert sum(count for by, count in late.items() if by >= 1) >= 5 * batches
    if full:
        assert seen["a month late"] >= 5
    figure(
        schedules=batches * len(small.all),
        nights=nights,
        seconds=round(time.monotonic() - started),
        rows_missed=0,  # each night above was compared row for row
        **{word.replace(" ", "_"): count for word, count in seen.items()},
        late_by_nights=" ".join(f"{by}:{late[by]}" for by in sorted(late)),
        tables_read_by=dict(small.ways),
    )


GROWING = """
[crm]
zone = "Etc/UTC"

[activity.from]
table = "growing"
key = ["id"]

[activity.fields]
subject = { column = "txt" }
"""


@pytest.mark.parametrize("name", without(["mariadb"], ["postgresql", "mariadb"]))
def test_a_value_that_grows_after_it_was_measured_costs_no_night_and_no_letter(
    name: str,
    request: pytest.FixtureRequest,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """F1: what a driver would cut is read again, into more room."""
    server: Server = request.getfixturevalue(name)
    server.execute(
        "DROP TABLE IF EXISTS growing", "CREATE TABLE growing (id INTEGER PRIMARY KEY, txt TEXT)"
    )
    server.insert("growing", [(1, "short"), (2, "short too")])
    (tmp_path / "crm").mkdir()
    (tmp_path / "crm" / "mapping.toml").write_text(GROWING, "utf-8")
    crm = open_crm(str(tmp_path / "crm"), Access(odbc=server.odbc))
    with Nights.over(crm, tmp_path / "var") as nights:
        assert isinstance(crm.port, Database)
        measured, measure = [], crm.port._longest

        def growing(*asked: Any) -> int:
            measured.append(measure(*asked))
            if len(measured) == 1:
                server.execute("UPDATE growing SET txt = repeat('y', 9000) WHERE id = 1")
            return measured[-1]

        monkeypatch.setattr(crm.port, "_longest", growing)
        assert nights.run()["certificate"] == "agrees"
        assert nights.snapshot("activity", "id, subject") == [("1", "y" * 9000), ("2", "short too")]
    assert measured[0] < 9000 <= measured[1]
