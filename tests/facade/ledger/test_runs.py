"""A run is sealed once, by the job that holds its lease, or abandoned."""

from __future__ import annotations

import datetime as dt

import pytest

from facade.ledger import LeaseLost, Ledger, RunClosed, UnknownEntry
from facade.ledger.leases import Lease
from facade.ledger.runs import Run

NOON = dt.datetime(2026, 3, 1, 12, 0, tzinfo=dt.UTC)
ONE = dt.datetime(2026, 3, 1, 13, 0, 0, 123456, tzinfo=dt.UTC)


@pytest.fixture
def lease(ledger: Ledger) -> Lease:
    return ledger.leases.take("night", "a", 60, NOON)


def test_a_sealed_run_comes_back_as_it_was_sealed(ledger: Ledger, lease: Lease) -> None:
    run = ledger.runs.begin("night", NOON, lease)
    assert ledger.runs.get(run) == Run(1, "night", NOON, False, None, None, None)
    ledger.runs.seal(run, ONE, {"customer": {"read": 2000}}, "abc")
    sealed = Run(1, "night", NOON, False, ONE, "abc", {"customer": {"read": 2000}})
    assert ledger.runs.get(run) == sealed
    assert ledger.runs.last_sealed() == sealed


def test_a_time_in_another_zone_is_kept_as_utc(ledger: Ledger, lease: Lease) -> None:
    eastern = dt.timezone(dt.timedelta(hours=-5))
    run = ledger.runs.begin("night", dt.datetime(2026, 3, 1, 7, 0, tzinfo=eastern), lease)
    assert ledger.runs.get(run).begun_at.isoformat() == "2026-03-01T12:00:00+00:00"


def test_a_time_without_a_zone_is_refused(ledger: Ledger, lease: Lease) -> None:
    with pytest.raises(Exception, match="has no time zone"):
        ledger.runs.begin("night", dt.datetime(2026, 3, 1), lease)
    assert ledger.runs.unsealed() == ()


def test_sealed_runs_are_listed_after_a_bookmark(ledger: Ledger, lease: Lease) -> None:
    for number in (1, 2, 3, 4):
        assert ledger.runs.begin("night", NOON, lease) == number
    for number in (1, 3, 4):
        ledger.runs.seal(number, ONE, {}, "abc")
    assert [run.number for run in ledger.runs.sealed_after(0)] == [1, 3, 4]
    assert [run.number for run in ledger.runs.sealed_after(1)] == [3, 4]
    assert [run.number for run in ledger.runs.sealed_after(4)] == []
    assert [run.number for run in ledger.runs.unsealed()] == [2]


def test_a_new_ledger_has_no_run(ledger: Ledger) -> None:
    assert ledger.runs.last_sealed() is None
    assert ledger.runs.get(1) is None
    assert ledger.runs.sealed_after(0) == ()


def test_a_job_that_lost_its_lease_seals_nothing(ledger: Ledger, lease: Lease) -> None:
    """N6: a stale job writes nothing."""
    run = ledger.runs.begin("night", NOON, lease)
    ledger.leases.take("night", "b", 60, ONE)
    with pytest.raises(LeaseLost):
        ledger.runs.seal(run, ONE, {}, "abc")
    with pytest.raises(LeaseLost):
        ledger.runs.begin("night", ONE, lease)
    assert ledger.runs.last_sealed() is None
    assert [run.number for run in ledger.runs.unsealed()] == [1]


def test_a_closed_run_stays_as_it_is(ledger: Ledger, lease: Lease) -> None:
    sealed, abandoned = (ledger.runs.begin("night", NOON, lease) for _ in range(2))
    ledger.runs.seal(sealed, ONE, {}, "abc")
    ledger.runs.abandon(abandoned)
    for run, word in ((sealed, "sealed"), (abandoned, "abandoned")):
        with pytest.raises(RunClosed, match=f"Run {run} was {word}"):
            ledger.runs.seal(run, NOON, {"other": 1}, "def")
        with pytest.raises(RunClosed, match=f"Run {run} was {word}"):
            ledger.runs.abandon(run)
    assert ledger.runs.get(sealed).mapping_hash == "abc"
    assert ledger.runs.get(abandoned).abandoned
    assert ledger.runs.unsealed() == ()


def test_a_later_job_may_abandon_what_a_crash_left(ledger: Ledger, lease: Lease) -> None:
    run = ledger.runs.begin("night", NOON, lease)
    later = ledger.leases.take("night", "b", 60, ONE)
    ledger.runs.abandon(run)
    assert ledger.runs.begin("night", ONE, later) == 2


def test_a_run_that_never_began_is_unknown(ledger: Ledger) -> None:
    with pytest.raises(UnknownEntry, match="There is no run 7"):
        ledger.runs.seal(7, ONE, {}, "abc")


def test_a_summary_that_is_no_json_is_refused(ledger: Ledger, lease: Lease) -> None:
    run = ledger.runs.begin("night", NOON, lease)
    with pytest.raises(Exception, match="Out of range float values"):
        ledger.runs.seal(run, ONE, {"rate": float("nan")}, "abc")
    assert ledger.runs.last_sealed() is None


def test_a_step_of_a_sink_is_sealed_and_no_state(ledger: Ledger) -> None:
    """N13: the next night compares with the state before it."""
    lease = ledger.leases.take("night", "a", 60, NOON)
    for kind in ("night", "replay", "rollback", "catch-up"):
        number = ledger.runs.begin(kind, NOON, lease)
        ledger.runs.seal(number, NOON, {}, "m1")
    newest = ledger.runs.last_sealed()
    assert newest is not None
    assert newest.number == 2
    assert [run.number for run in ledger.runs.states_after(0)] == [1, 2]
    assert [run.number for run in ledger.runs.sealed_after(1)] == [2, 3, 4]
    assert [run.number for run in ledger.runs.sealed_after(1, ("night", "rollback"))] == [3]
