"""What people said of refused values: accepted ones, and records to read again."""

from __future__ import annotations

import datetime as dt

from facade.ledger import Ledger
from facade.ledger.refusals import BATCH, Accepted, Choice

NOW = dt.datetime(2026, 3, 1, 12, tzinfo=dt.UTC)


def value(digest: str, relation: str = "customer", field: str = "name") -> Accepted:
    return Accepted(digest, relation, "C1", "C1", field, "\x01FF", "no text", "ann", NOW)


def test_an_accepted_value_is_kept_whole(ledger: Ledger) -> None:
    assert ledger.refusals.accept([value("a")]) == 1
    assert ledger.refusals.accepted(Choice(), 10) == (value("a"),)


def test_the_hashes_of_more_than_a_page_all_come(ledger: Ledger) -> None:
    many = [value(f"{number:06d}") for number in range(2 * BATCH + 1)]
    assert ledger.refusals.accept(many) == 2 * BATCH + 1
    pages = list(ledger.refusals.hashes())
    assert [len(page) for page in pages] == [BATCH, BATCH, 1]
    assert [digest for page in pages for digest in page] == [each.hash for each in many]


def test_withdrawn_is_what_fits_and_nothing_else(ledger: Ledger) -> None:
    """An entity takes its children along, and no other whose name begins alike."""
    relations = ("order", "order.lines", "order_x", "customer")
    ledger.refusals.accept(value(relation, relation) for relation in relations)
    ledger.refusals.accept([value("phone", "order", "phone")])
    assert ledger.refusals.count(Choice("order")) == 3
    assert ledger.refusals.withdraw(Choice("order", "C1", "name", "no text")) == 2
    assert list(ledger.refusals.hashes()) == [["customer", "order_x", "phone"]]
    assert ledger.refusals.withdraw(Choice("order", "C2")) == 0


def test_a_record_asked_for_again_while_it_was_read_goes_on_waiting(ledger: Ledger) -> None:
    refusals = ledger.refusals
    assert refusals.ask_again([("customer", "C1"), ("customer", "")], "ann", NOW) == 2
    taken = refusals.retries()
    refusals.ask_again([("customer", "C1")], "bob", NOW)
    refusals.read_again(taken)
    assert [(each.entity, each.id, each.by) for each in refusals.retries()] == [
        ("customer", "C1", "bob")
    ]
