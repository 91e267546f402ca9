"""Status events are stored once, dealt with once, in the order in which they occurred (T6)."""

from __future__ import annotations

import datetime as dt

import pytest

from facade.ledger import Ledger, UnknownEntry
from facade.ledger.statuses import StatusEvent

NOON = dt.datetime(2026, 3, 1, 12, 0, tzinfo=dt.UTC)
ONE = dt.datetime(2026, 3, 1, 13, 0, tzinfo=dt.UTC)


def test_a_repeated_event_is_known(ledger: Ledger) -> None:
    """T6: duplicates do not matter."""
    assert ledger.statuses.store("tms", "e1", "O1", "delivered", ONE, {"n": 1})
    assert not ledger.statuses.store("tms", "e1", "O1", "delivered", ONE, {"n": 2})
    assert ledger.statuses.store("other", "e1", "O1", "delivered", ONE, {"n": 3})
    assert [(event.sink, event.payload) for event in ledger.statuses.pending()] == [
        ("tms", {"n": 1}),
        ("other", {"n": 3}),
    ]


def test_pending_events_come_in_the_order_they_occurred(ledger: Ledger) -> None:
    """T6: reordering does not matter."""
    ledger.statuses.store("tms", "late", "O1", "delivered", ONE, {})
    ledger.statuses.store("tms", "early", "O1", "in_transit", NOON, {"place": "Ulm"})
    assert ledger.statuses.pending() == (
        StatusEvent(2, "tms", "early", "O1", "in_transit", NOON, {"place": "Ulm"}),
        StatusEvent(1, "tms", "late", "O1", "delivered", ONE, {}),
    )


def test_an_event_is_dealt_with_once(ledger: Ledger) -> None:
    ledger.statuses.store("tms", "e1", "O1", "in_transit", NOON, {})
    ledger.statuses.applied(1, "written")
    assert ledger.statuses.pending() == ()
    with pytest.raises(UnknownEntry, match="No status event 1 is pending"):
        ledger.statuses.applied(1, "refused")
    assert ledger.statuses.last_written("O1") == "in_transit"
    assert not ledger.statuses.store("tms", "e1", "O1", "in_transit", NOON, {})
    assert ledger.statuses.pending() == ()


def test_last_written_is_what_the_crm_was_given(ledger: Ledger) -> None:
    assert ledger.statuses.last_written("O1") is None
    for event, status in (("e1", "in_transit"), ("e2", "delivered"), ("e3", "in_transit")):
        ledger.statuses.store("tms", event, "O1", status, NOON, {})
    ledger.statuses.applied(1, "written")
    ledger.statuses.applied(2, "written")
    ledger.statuses.applied(3, "skipped", "would step back")
    assert ledger.statuses.last_written("O1") == "delivered"
    assert ledger.statuses.last_written("O2") is None


def test_an_unknown_outcome_is_an_error(ledger: Ledger) -> None:
    ledger.statuses.store("tms", "e1", "O1", "in_transit", NOON, {})
    with pytest.raises(ValueError, match="'ok' is no outcome; known: written, skipped, refused"):
        ledger.statuses.applied(1, "ok")
    assert len(ledger.statuses.pending()) == 1
