"""Old runs become lighter, and no sink loses what it needs."""

from __future__ import annotations

import datetime as dt
import shutil
from pathlib import Path

import pytest

from facade.snapshots.folder import NightFolder
from facade.sync import retention
from facade.sync.errors import NightStopped
from facade.sync.retention import Retention, compact
from tests.facade.sync.shop import SWAPPED, Shop
from tests.facade.sync.test_plan import Noting

LATER = dt.datetime.now(dt.UTC) + dt.timedelta(days=36)


def parts(shop: Shop, number: int) -> set[str]:
    """What is kept of a run."""
    return {path.name for path in NightFolder.of(shop.var, number).path.iterdir()}


def lighter(shop: Shop, **keeping: object) -> list[int]:
    return compact(shop.ledger, shop.var, Retention(**keeping), LATER)


def nights(shop: Shop, many: int) -> None:
    for number in range(many):
        shop.rename("A00", f"Name in night {number}")
        shop.run()


def test_raw_goes_after_its_days_and_states_when_nobody_may_need_them(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """O4: what a run said of itself stays."""
    monkeypatch.setattr(retention, "WINDOW", 2)
    nights(shop, 4)
    whole = parts(shop, 4)
    assert {"raw", "current", "snapshot", "changes", "night.json", "certificate.json"} <= whole
    assert compact(shop.ledger, shop.var, Retention(), dt.datetime.now(dt.UTC)) == []
    assert lighter(shop) == [1, 2, 3]
    assert (
        parts(shop, 1)
        == parts(shop, 2)
        == {
            "night.json",
            "certificate.json",
            "report.html",
            "receipts",
        }
    )
    assert {"snapshot", "changes"} <= parts(shop, 3)
    assert parts(shop, 3) & {"raw", "current"} == set()
    assert parts(shop, 4) == whole
    assert lighter(shop) == []
    # The newest raw row of each key is still there to be replayed.
    shop.map(SWAPPED)
    told = shop.replay(accepted=("mapping",))
    assert told is not None
    assert told["certificate"] == "agrees"
    assert shop.names()["A00"] == "V0"


@pytest.mark.long
def test_what_a_sink_has_not_taken_is_kept_for_it(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """N6, N13: a sink that was paused long ago still gets each night in its turn."""
    monkeypatch.setattr(retention, "WINDOW", 1)
    shop.run()
    shop.ledger.sinks.pause("warehouse", LATER, None)
    nights(shop, 3)
    assert lighter(shop) == [1, 2, 3]
    assert {"snapshot"} <= parts(shop, 1)
    shop.ledger.sinks.resume("warehouse")
    assert shop.run()["sinks"]["warehouse"]["delivered"] == {"customer": {"update": 3}}
    assert shop.held("SELECT count(*) FROM customers_history WHERE id = 'A00'") == [(4,)]


@pytest.mark.long
def test_a_sink_that_is_new_after_years_gets_the_newest_state(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retention, "WINDOW", 1)
    tms = Noting()
    for number in range(3):
        shop.rename("A00", f"Name in night {number}")
        shop.run(tms)
    assert lighter(shop) == [1, 2]
    told = shop.run()["sinks"]["warehouse"]
    assert told["delivered"]["customer"] == {"insert": 30}
    assert shop.names()["A00"] == "Name in night 2"


@pytest.mark.long
def test_what_a_crash_left_half_removed_is_removed_by_the_next(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """N6"""
    nights(shop, 2)

    class Crash(Exception):
        pass

    def crash(path: Path, ignore_errors: bool = False) -> None:
        raise Crash

    with monkeypatch.context() as patch:
        patch.setattr(shutil, "rmtree", crash)
        with pytest.raises(Crash):
            lighter(shop)
    assert "raw.gone" in parts(shop, 1)
    assert lighter(shop) == [1]
    assert parts(shop, 1) & {"raw", "current", "raw.gone", "current.gone"} == set()


@pytest.mark.long
def test_only_so_many_runs_are_gone_through_in_one_night(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retention, "MOST", 1)
    nights(shop, 3)
    assert [lighter(shop), lighter(shop), lighter(shop)] == [[1], [2], []]


@pytest.mark.long
def test_a_sink_that_was_left_out_for_too_long_is_told_so(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retention, "WINDOW", 1)
    shop.run()
    for number in range(2):
        shop.rename("A00", f"Name in night {number}")
        shop.run(Noting())
    assert lighter(shop, sinks=("tms",)) == [1, 2]
    said = "holds the state of run 1, which is not kept any more"
    assert said in shop.run()["sinks"]["warehouse"]["failed"]
    with shop.night(down=True) as night, pytest.raises(NightStopped, match=said):
        night.plans()
    assert shop.names()["A00"] == "Name 0"
