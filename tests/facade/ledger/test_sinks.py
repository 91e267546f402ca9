"""What people decided of each sink."""

from __future__ import annotations

import datetime as dt

from facade.ledger import Ledger
from facade.ledger.sinks import Decided

NOON = dt.datetime(2026, 3, 1, 12, tzinfo=dt.UTC)
ONE = dt.datetime(2026, 3, 1, 13, tzinfo=dt.UTC)


def test_of_a_sink_that_nobody_spoke_of_nothing_was_decided(ledger: Ledger) -> None:
    assert ledger.sinks.of("tms") == Decided("tms", None, None, None, None)
    assert ledger.sinks.resume("tms") is False
    assert ledger.sinks.all() == ()


def test_a_later_decision_leaves_the_others_as_they_were(ledger: Ledger) -> None:
    """N10, N13"""
    ledger.sinks.accept("tms", "m1", NOON)
    ledger.sinks.pause("tms", ONE, "moving")
    ledger.sinks.accept("lake", "m2", ONE)
    assert ledger.sinks.of("tms") == Decided("tms", "m1", NOON, ONE, "moving")
    assert ledger.sinks.resume("tms") is True
    assert ledger.sinks.all() == (Decided("lake", "m2", ONE), Decided("tms", "m1", NOON))


def test_a_sink_that_is_put_back_is_paused_and_has_the_mapping_of_its_state(
    ledger: Ledger,
) -> None:
    """N13"""
    ledger.sinks.accept("lake", "bad", NOON)
    ledger.sinks.put_back("lake", "good", ONE, "returned to run 1")
    assert ledger.sinks.of("lake") == Decided("lake", "good", ONE, ONE, "returned to run 1")
