"""Leases have one holder at a time, and who overslept is told apart."""

from __future__ import annotations

import datetime as dt
import subprocess
import sys

import pytest

from facade.ledger import LeaseHeld, LeaseLost, Ledger

NOON = dt.datetime(2026, 3, 1, 12, 0, tzinfo=dt.UTC)
LATER = NOON + dt.timedelta(seconds=61)

CONTENDER = """
import datetime as dt, sys
from facade.ledger import LeaseHeld, open_ledger
with open_ledger(sys.argv[1]) as ledger:
    print("ready", flush=True)
    sys.stdin.readline()
    try:
        print("took", ledger.leases.take("night", sys.argv[2], 60, dt.datetime.now(dt.UTC)).number)
    except LeaseHeld as error:
        print("held by", error.holder)
"""


def test_a_held_lease_is_refused_with_its_holder_and_end(ledger: Ledger) -> None:
    ledger.leases.take("night", "host-a:1", 60, NOON)
    with pytest.raises(LeaseHeld) as refusal:
        ledger.leases.take("night", "host-b:2", 60, NOON + dt.timedelta(seconds=59))
    assert refusal.value.holder == "host-a:1"
    assert refusal.value.until == dt.datetime(2026, 3, 1, 12, 1, tzinfo=dt.UTC)
    assert "host-a:1 until 2026-03-01T12:01:00+00:00" in str(refusal.value)


def test_each_taking_has_a_greater_number(ledger: Ledger) -> None:
    first = ledger.leases.take("night", "a", 60, NOON)
    ledger.leases.release(first)
    second = ledger.leases.take("night", "b", 60, NOON)
    third = ledger.leases.take("night", "c", 60, LATER)
    assert [first.number, second.number, third.number] == [1, 2, 3]


def test_leases_of_other_names_are_independent(ledger: Ledger) -> None:
    ledger.leases.take("night", "a", 60, NOON)
    assert ledger.leases.take("statuses", "b", 60, NOON).number == 1


def test_an_overdue_lease_is_lost_once_another_took_it(ledger: Ledger) -> None:
    stale = ledger.leases.take("night", "a", 60, NOON)
    taken = ledger.leases.take("night", "b", 60, LATER)
    for attempt in (
        lambda: ledger.leases.check(stale),
        lambda: ledger.leases.renew(stale, 60, LATER),
        lambda: ledger.leases.release(stale),
    ):
        with pytest.raises(LeaseLost, match="'night' number 1 is over"):
            attempt()
    ledger.leases.check(taken)


def test_an_overdue_lease_that_nobody_took_can_be_renewed(ledger: Ledger) -> None:
    lease = ledger.leases.take("night", "a", 60, NOON)
    renewed = ledger.leases.renew(lease, 60, LATER)
    assert (renewed.number, renewed.until) == (1, LATER + dt.timedelta(seconds=60))
    with pytest.raises(LeaseHeld):
        ledger.leases.take("night", "b", 60, LATER)


def test_a_released_lease_is_lost_to_its_holder(ledger: Ledger) -> None:
    lease = ledger.leases.take("night", "a", 60, NOON)
    ledger.leases.release(lease)
    with pytest.raises(LeaseLost):
        ledger.leases.check(lease)


def test_of_two_processes_that_contend_one_takes_the_lease(ledger: Ledger, url: str) -> None:
    """N6: the second job is refused while the lease is held."""
    contenders = [
        subprocess.Popen(
            [sys.executable, "-c", CONTENDER, url, name],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for name in ("left", "right")
    ]
    try:
        assert [each.stdout.readline() for each in contenders] == ["ready\n", "ready\n"]
        for each in contenders:
            each.stdin.write("go\n")
            each.stdin.flush()
        answers = [each.communicate(timeout=30)[0].strip() for each in contenders]
    finally:
        for each in contenders:
            each.kill()
            each.wait()
    assert sorted(answers) in (["held by left", "took 1"], ["held by right", "took 1"])
