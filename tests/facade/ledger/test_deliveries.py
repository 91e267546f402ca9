"""Each sink has its own bookmark, receipts and parked records."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import pytest

from facade.ledger import LeaseLost, Ledger
from facade.ledger.deliveries import Delivered, ParkedRecord

NOON = dt.datetime(2026, 3, 1, 12, 0, tzinfo=dt.UTC)
ONE = dt.datetime(2026, 3, 1, 13, 0, tzinfo=dt.UTC)


@dataclass(frozen=True)
class Parked:
    entity: str
    id: str
    reason: str
    field: str | None = None


@pytest.fixture
def runs(ledger: Ledger) -> list[int]:
    lease = ledger.leases.take("night", "a", 60, NOON)
    numbers = [ledger.runs.begin("night", NOON, lease) for _ in range(2)]
    for number in numbers:
        ledger.runs.seal(number, NOON, {}, "abc")
    return numbers


def test_each_sink_has_its_own_bookmark(ledger: Ledger, runs: list[int]) -> None:
    ledger.deliveries.record("warehouse", 1, NOON, {"delivered": 5})
    ledger.deliveries.record("warehouse", 2, ONE, {"delivered": 1})
    ledger.deliveries.record("tms", 1, NOON, {"delivered": 3})
    assert ledger.deliveries.last("warehouse") == Delivered("warehouse", 2, ONE, {"delivered": 1})
    assert ledger.deliveries.last("tms") == Delivered("tms", 1, NOON, {"delivered": 3})
    assert ledger.deliveries.last("other") is None
    assert list(ledger.deliveries.of_run(1)) == ["tms", "warehouse"]
    assert list(ledger.deliveries.of_run(2)) == ["warehouse"]


def test_a_repeated_delivery_replaces_its_receipt(ledger: Ledger, runs: list[int]) -> None:
    ledger.deliveries.record("tms", 1, NOON, {"delivered": 3})
    ledger.deliveries.record("tms", 1, ONE, {"delivered": 4})
    assert ledger.deliveries.of_run(1) == {"tms": Delivered("tms", 1, ONE, {"delivered": 4})}


def test_a_run_that_is_not_sealed_can_not_be_delivered(ledger: Ledger, runs: list[int]) -> None:
    with pytest.raises(Exception, match=r"(?i)foreign key"):
        ledger.deliveries.record("tms", 3, NOON, {})


def test_a_job_that_lost_its_lease_records_no_receipt(ledger: Ledger, runs: list[int]) -> None:
    stale = ledger.leases.take("deliver", "a", 60, NOON)
    ledger.leases.take("deliver", "b", 60, ONE)
    with pytest.raises(LeaseLost):
        ledger.deliveries.record("tms", 1, ONE, {}, stale)
    assert ledger.deliveries.last("tms") is None


def test_parked_records_wait_by_sink(ledger: Ledger, runs: list[int]) -> None:
    ledger.deliveries.park("tms", "order", "O2", "no address", "pickup", 1)
    ledger.deliveries.park("tms", "order", "O1", "unreadable date", None, 1)
    ledger.deliveries.park("other", "order", "O1", "turned down", None, 1)
    ledger.deliveries.park("tms", "order", "O2", "country unknown", "delivery", 2)
    assert ledger.deliveries.parked("tms") == (
        ParkedRecord("tms", "order", "O1", "unreadable date", None, 1),
        ParkedRecord("tms", "order", "O2", "country unknown", "delivery", 2),
    )
    assert ledger.deliveries.unpark("tms", "order", "O1")
    assert not ledger.deliveries.unpark("tms", "order", "O1")
    assert [record.id for record in ledger.deliveries.parked("tms")] == ["O2"]
    assert [record.id for record in ledger.deliveries.parked("other")] == ["O1"]


def test_many_records_are_parked_at_once(ledger: Ledger, runs: list[int]) -> None:
    many = [Parked("order", f"O{number:04}", "no address") for number in range(5000)]
    ledger.deliveries.park_all("tms", 2, many)
    ledger.deliveries.park_all("tms", 2, [])
    parked = ledger.deliveries.parked("tms")
    assert len(parked) == 5000
    assert parked[4999] == ParkedRecord("tms", "order", "O4999", "no address", None, 2)
