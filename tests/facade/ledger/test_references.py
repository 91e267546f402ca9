"""Cross-references are remembered by sink, singly or in batches that lose little in a crash."""

from __future__ import annotations

import time

import pytest

from facade.ledger import Ledger
from facade.ledger.references import Reference, SinkReferences
from facade.ledger.transactions import PATIENCE
from facade.sinks.sink import References, Sent


def stored(ledger: Ledger) -> list[str]:
    """What another process would see: ids, without asking the batch that is under way."""
    return [reference.id for reference in ledger.references("tms").all("order")]


def test_a_reference_is_put_replaced_and_forgotten(ledger: Ledger) -> None:
    references: References = ledger.references("tms")
    references.put(Sent("order", "O1", "h1", None))
    references.put(Sent("order", "O2", "h2", "ord_2"))
    references.put(Sent("customer", "O1", "h3", None))
    references.put(Sent("order", "O1", "h4", "ord_1"))
    assert list(references.all("order")) == [
        Reference("order", "O1", "h4", "ord_1"),
        Reference("order", "O2", "h2", "ord_2"),
    ]
    references.forget("order", "O1")
    references.forget("order", "O9")
    assert [reference.id for reference in references.all("order")] == ["O2"]
    assert [reference.id for reference in references.all("customer")] == ["O1"]


def test_sinks_do_not_see_each_other(ledger: Ledger) -> None:
    ledger.references("tms").put(Sent("order", "O1", "h1", "ord_1"))
    assert list(ledger.references("other").all("order")) == []
    assert ledger.references("other").get("order", "O1") is None
    assert ledger.references("tms").get("order", "O1") == Reference("order", "O1", "h1", "ord_1")


def test_a_batch_writes_at_the_latest_after_100(ledger: Ledger) -> None:
    references = ledger.references("tms")
    with references.batch():
        for number in range(99):
            references.put(Sent("order", f"O{number:03}", "h", None))
        assert stored(ledger) == []
        references.put(Sent("order", "O099", "h", None))
        assert len(stored(ledger)) == 100
        references.put(Sent("order", "O100", "h", None))
        assert len(stored(ledger)) == 100
    assert len(stored(ledger)) == 101


def test_a_batch_writes_at_the_latest_after_a_second(ledger: Ledger) -> None:
    references = ledger.references("tms")
    with references.batch():
        references.put(Sent("order", "O1", "h", None))
        assert stored(ledger) == []
        ends = time.monotonic() + 5
        while not stored(ledger) and time.monotonic() < ends:
            time.sleep(0.05)
        assert stored(ledger) == ["O1"]


def test_what_was_put_is_written_when_the_batch_fails(ledger: Ledger) -> None:
    references = ledger.references("tms")

    def deliver() -> None:
        with references.batch():
            references.put(Sent("order", "O1", "h", None))
            assert stored(ledger) == []
            raise RuntimeError("target went away")

    with pytest.raises(RuntimeError, match="target went away"):
        deliver()
    assert stored(ledger) == ["O1"]


def test_within_a_batch_the_last_act_counts(ledger: Ledger) -> None:
    references = ledger.references("tms")
    with references.batch():
        references.put(Sent("order", "O1", "h1", None))
        references.put(Sent("order", "O2", "h2", None))
        references.forget("order", "O1")
        references.put(Sent("order", "O2", "h3", "ord_2"))
        assert list(references.all("order")) == [Reference("order", "O2", "h3", "ord_2")]


def test_a_batch_holds_no_lock_while_it_waits(ledger: Ledger) -> None:
    references = ledger.references("tms")
    with references.batch():
        references.put(Sent("order", "O1", "h", None))
        started = time.monotonic()
        ledger.keys.create("app", ["*"])
        assert time.monotonic() - started < PATIENCE / 3


def test_6000_references_are_put_within_3_seconds(ledger: Ledger) -> None:
    references = SinkReferences(ledger.engine, "tms")
    started = time.thread_time()
    with references.batch():
        for number in range(6000):
            references.put(Sent("order", f"O{number}", "h", f"ord_{number}"))
    assert time.thread_time() - started < 3
    assert len(stored(ledger)) == 6000
