"""Current and history tables under every change that a record and its children go through."""

from __future__ import annotations

import datetime as dt

from tests.facade.sinks.warehouse.nights import Nights, Target, customer, line, order, sealed

HISTORY = (
    "SELECT id, name, generation, CAST(valid_from AS DATE), CAST(valid_to AS DATE), is_deleted, run"
    " FROM customers_history ORDER BY id, valid_from, run, generation, is_deleted DESC"
)
LINES = (
    "SELECT order_id, line_no, CAST(quantity AS VARCHAR), CAST(valid_from AS DATE),"
    " CAST(valid_to AS DATE), is_deleted FROM order_lines_history"
    " ORDER BY order_id, line_no, valid_from, is_deleted DESC"
)
ONE, TWO, THREE, FOUR = (dt.date(2026, 1, day) for day in (1, 2, 3, 4))


def test_an_update_closes_one_version_and_opens_the_next(nights: Nights, target: Target) -> None:
    """D2"""
    receipt = target.deliver(
        nights.seal(customer("C1"), customer("C2")),
        nights.seal(customer("C1", "Acme Ltd"), customer("C2")),
    )
    assert target.rows("SELECT id, name, loaded_run FROM customers ORDER BY id") == [
        ("C1", "Acme Ltd", 2),
        ("C2", "Acme", 1),
    ]
    assert target.rows(HISTORY) == [
        ("C1", "Acme", 1, ONE, TWO, False, 1),
        ("C1", "Acme Ltd", 1, TWO, None, False, 2),
        ("C2", "Acme", 1, ONE, None, False, 1),
    ]
    assert receipt.delivered == {"customer": {"update": 1}}


def test_a_delete_leaves_a_tombstone_that_a_new_insert_closes(
    nights: Nights, target: Target
) -> None:
    """D2"""
    target.deliver(nights.seal(customer("C1"), customer("C2")), nights.seal(customer("C2")))
    assert target.rows("SELECT id FROM customers") == [("C2",)]
    assert target.rows(HISTORY)[:2] == [
        ("C1", "Acme", 1, ONE, TWO, False, 1),
        ("C1", "Acme", 1, TWO, None, True, 2),
    ]
    target.deliver(nights.seal(customer("C1", "Back"), customer("C2")))
    assert target.rows("SELECT name FROM customers ORDER BY id") == [("Back",), ("Acme",)]
    assert target.rows(HISTORY)[:3] == [
        ("C1", "Acme", 1, ONE, TWO, False, 1),
        ("C1", "Acme", 1, TWO, THREE, True, 2),
        ("C1", "Back", 1, THREE, None, False, 3),
    ]


def test_a_key_used_again_in_one_night_is_a_delete_and_a_new_record(
    nights: Nights, target: Target
) -> None:
    """D2: two changes of one key in one night."""
    receipt = target.deliver(
        nights.seal(customer("C1")), nights.seal(customer("C1", "Other", generation=2))
    )
    assert receipt.delivered == {"customer": {"insert": 1, "delete": 1}}
    assert target.rows("SELECT id, name, generation FROM customers") == [("C1", "Other", 2)]
    assert target.rows(HISTORY) == [
        ("C1", "Acme", 1, ONE, TWO, False, 1),
        ("C1", "Acme", 1, TWO, TWO, True, 2),
        ("C1", "Other", 2, TWO, None, False, 2),
    ]


def test_at_any_moment_one_row_of_a_record_holds(nights: Nights, target: Target) -> None:
    """D2"""
    target.deliver(
        nights.seal(customer("C1"), customer("C2")),
        nights.seal(customer("C1", generation=2), customer("C2", "b")),
        nights.seal(customer("C2", "c")),
        nights.seal(customer("C1", generation=3), customer("C2", "d")),
    )
    counted = [
        target.rows(
            "SELECT id, count(*) FROM customers_history"
            f" WHERE CAST(valid_from AS DATE) <= DATE '{day}'"
            f" AND (valid_to IS NULL OR CAST(valid_to AS DATE) > DATE '{day}')"
            " GROUP BY id ORDER BY id"
        )
        for day in (ONE, TWO, THREE, FOUR)
    ]
    assert counted == [[("C1", 1), ("C2", 1)]] * 4


def test_children_that_did_not_change_get_no_new_version(nights: Nights, target: Target) -> None:
    """D2: compound keys."""
    receipt = target.deliver(
        nights.seal(order("O1"), line("O1", 1), line("O1", 2), line("O1", 3)),
        nights.seal(order("O1"), line("O1", 1), line("O1", 2, "5"), line("O1", 4)),
    )
    assert receipt.delivered == {"order": {"update": 1}}
    assert target.rows("SELECT line_no, loaded_run FROM order_lines ORDER BY line_no") == [
        (1, 1),
        (2, 2),
        (4, 2),
    ]
    assert target.rows(LINES) == [
        ("O1", 1, "1.000000", ONE, None, False),
        ("O1", 2, "1.000000", ONE, TWO, False),
        ("O1", 2, "5.000000", TWO, None, False),
        ("O1", 3, "1.000000", ONE, TWO, False),
        ("O1", 3, "1.000000", TWO, None, True),
        ("O1", 4, "1.000000", TWO, None, False),
    ]


def test_children_of_an_order_that_lost_them_all_are_closed(nights: Nights, target: Target) -> None:
    """D2"""
    target.deliver(
        nights.seal(order("O1"), line("O1", 1), order("O2"), line("O2", 1)),
        nights.seal(order("O1"), order("O2"), line("O2", 1)),
    )
    assert target.rows("SELECT order_id FROM order_lines") == [("O2",)]
    assert target.rows(LINES)[:2] == [
        ("O1", 1, "1.000000", ONE, TWO, False),
        ("O1", 1, "1.000000", TWO, None, True),
    ]


def test_children_go_with_their_parent_and_are_new_under_a_new_one(
    nights: Nights, target: Target
) -> None:
    """D2"""
    target.deliver(
        nights.seal(order("O1"), line("O1", 1), order("O2"), line("O2", 1)),
        nights.seal(order("O1") | {"generation": 2}, line("O1", 1)),
    )
    assert target.rows("SELECT order_id, loaded_run FROM order_lines") == [("O1", 2)]
    assert target.rows(LINES) == [
        ("O1", 1, "1.000000", ONE, TWO, False),
        ("O1", 1, "1.000000", TWO, TWO, True),
        ("O1", 1, "1.000000", TWO, None, False),
        ("O2", 1, "1.000000", ONE, TWO, False),
        ("O2", 1, "1.000000", TWO, None, True),
    ]


def test_a_child_may_lack_a_part_of_its_key(nights: Nights, target: Target) -> None:
    """D2: compound keys."""
    target.deliver(
        nights.seal(order("O1"), line("O1", None), line("O1", 1)),
        nights.seal(order("O1"), line("O1", None, "2"), line("O1", 1)),
    )
    assert target.rows(
        "SELECT line_no, CAST(quantity AS VARCHAR), loaded_run FROM order_lines ORDER BY loaded_run"
    ) == [(1, "1.000000", 1), (None, "2.000000", 2)]


def test_history_does_not_turn_around_when_the_clock_is_set_back(
    nights: Nights, target: Target
) -> None:
    """D2"""
    first, second = nights.seal(customer("C1")), nights.seal(customer("C1", "b"))
    target.deliver(
        first,
        type(second)(
            second.run, sealed(1) - dt.timedelta(hours=3), second.changes, second.snapshot
        ),
    )
    assert target.rows(HISTORY) == [
        ("C1", "Acme", 1, ONE, ONE, False, 1),
        ("C1", "b", 1, ONE, None, False, 2),
    ]
