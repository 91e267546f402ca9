"""Intents are durable before the call, and settled once."""

from __future__ import annotations

import datetime as dt
import re

import pytest

from facade.ledger import Ledger, OperationSettled, UnknownEntry
from facade.ledger.journal import Journal, Operation

NOON = dt.datetime(2026, 3, 1, 12, 0, tzinfo=dt.UTC)


@pytest.fixture
def journal(ledger: Ledger) -> Journal:
    ticks = iter(NOON + dt.timedelta(minutes=minute) for minute in range(60))
    return Journal(ledger.engine, lambda: next(ticks))


def test_an_intent_is_there_before_its_outcome(journal: Journal) -> None:
    id = journal.intend("key:app", "customer", "create", None, {"name": "Ünï"}, "ref-1")
    assert re.fullmatch(r"[A-Za-z0-9_-]{22}", id)
    assert journal.get(id) == Operation(
        id=id,
        actor="key:app",
        entity="customer",
        act="create",
        record_id=None,
        body={"name": "Ünï"},
        reference="ref-1",
        state="intended",
        result=None,
        intended_at=NOON,
        settled_at=None,
    )


def test_a_create_settles_with_the_new_records_id(journal: Journal) -> None:
    id = journal.intend("key:app", "customer", "create", None, {}, None)
    journal.settle(id, "done", {"version": 1}, "C001")
    settled = journal.get(id)
    assert (settled.state, settled.record_id, settled.result) == ("done", "C001", {"version": 1})
    assert settled.settled_at == dt.datetime(2026, 3, 1, 12, 1, tzinfo=dt.UTC)


def test_an_update_keeps_its_records_id(journal: Journal) -> None:
    id = journal.intend("key:app", "customer", "update", "C001", {}, None)
    journal.settle(id, "refused", {"code": "CREDIT"})
    assert journal.get(id).record_id == "C001"


def test_what_nobody_knows_is_listed_oldest_first(journal: Journal) -> None:
    """W3: an unknown write stays until somebody finds out what became of it."""
    ids = [journal.intend("a", "order", "create", None, {}, f"r{n}") for n in range(4)]
    journal.settle(ids[0], "unknown", {"why": "deadline"})
    journal.settle(ids[1], "done", {})
    journal.settle(ids[2], "refused", {})
    assert [(op.id, op.state) for op in journal.unsettled()] == [
        (ids[0], "unknown"),
        (ids[3], "intended"),
    ]
    journal.settle(ids[0], "done", {}, "O1")
    assert [op.id for op in journal.unsettled()] == [ids[3]]


def test_the_creates_that_made_a_record_are_told_since_a_moment(journal: Journal) -> None:
    """W3: what another create made is not ours."""
    ids = [journal.intend("a", "order", "create", None, {}, None) for _ in range(3)]
    journal.settle(ids[0], "done", {}, "O1")
    journal.settle(ids[1], "done", {}, "O2")
    journal.settle(ids[2], "unknown", {}, "O1")
    other = journal.intend("a", "order", "update", "O1", {}, None)
    journal.settle(other, "done", {})
    assert journal.creators("order", "O1", NOON) == (ids[0],)
    assert journal.creators("order", "O1", NOON + dt.timedelta(minutes=1)) == ()
    assert journal.creators("customer", "O1", NOON) == ()


def test_a_known_outcome_is_final(journal: Journal) -> None:
    id = journal.intend("a", "order", "create", None, {}, None)
    journal.settle(id, "done", {"number": 1})
    with pytest.raises(OperationSettled, match="is done; it can't become refused"):
        journal.settle(id, "refused", {"number": 2})
    assert journal.get(id).result == {"number": 1}


def test_other_states_and_ids_are_errors(journal: Journal) -> None:
    id = journal.intend("a", "order", "create", None, {}, None)
    with pytest.raises(ValueError, match="'finished' is no outcome; known: done, refused, unknown"):
        journal.settle(id, "finished", {})
    with pytest.raises(UnknownEntry, match="There is no operation nothing"):
        journal.settle("nothing", "done", {})
    assert journal.get("nothing") is None
