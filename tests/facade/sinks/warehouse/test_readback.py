"""What `verify` finds when a warehouse was changed behind our back."""

from __future__ import annotations

import pytest

from facade.sinks.sink import SinkMismatch
from facade.sinks.warehouse import Difference
from tests.facade.sinks.warehouse.nights import Nights, Target, customer, line, order


def test_a_warehouse_as_loaded_has_no_differences(nights: Nights, target: Target) -> None:
    delivery = nights.seal(customer("C1"), order("O1"), line("O1", 1), line("O1", None))
    target.deliver(delivery)
    assert target.sink.verify(delivery.snapshot) == []


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        (
            "UPDATE customers SET credit_limit = 1000.51, name = NULL WHERE id = 'C1'",
            Difference("customers", ("C1",), "differs in name, credit_limit"),
        ),
        (
            "UPDATE customers SET updated_at = updated_at + INTERVAL '1 microsecond'"
            " WHERE id = 'C2'",
            Difference("customers", ("C2",), "differs in updated_at"),
        ),
        (
            "DELETE FROM order_lines WHERE line_no = 2",
            Difference("order_lines", ("O1", "2"), "is missing"),
        ),
        (
            "INSERT INTO orders (id) VALUES ('X')",
            Difference("orders", ("X",), "is not in the snapshot"),
        ),
        (
            "INSERT INTO customers_past (id, valid_from, is_deleted, run)"
            " SELECT id, valid_from, false, 1 FROM customers",
            Difference("customers_past", (), "2 versions of the past have not ended"),
        ),
        (
            "INSERT INTO customers_past (id, valid_from, valid_to, is_deleted, run)"
            " SELECT id, valid_from, valid_from + INTERVAL '1 microsecond', false, 1"
            " FROM customers WHERE id = 'C1'",
            Difference("customers_past", (), "1 versions of the past have not ended"),
        ),
        (
            "INSERT INTO customers_past (id, valid_from, is_deleted, run)"
            " SELECT 'C3', valid_from, false, 1 FROM customers WHERE id = 'C1'",
            Difference("customers_past", (), "1 versions of the past have not ended"),
        ),
        (
            "ALTER TABLE orders RENAME COLUMN status TO state",
            Difference("orders", (), "table orders has no column status"),
        ),
    ],
)
def test_what_was_changed_behind_our_back_is_found(
    nights: Nights, target: Target, statement: str, expected: Difference
) -> None:
    delivery = nights.seal(
        customer("C1"), customer("C2"), order("O1"), line("O1", 1), line("O1", 2)
    )
    target.deliver(delivery)
    target.run(statement)
    assert expected in target.sink.verify(delivery.snapshot)


def test_many_differences_are_counted(nights: Nights, target: Target) -> None:
    delivery = nights.seal(*(customer(f"C{n:04}") for n in range(1200)))
    target.deliver(delivery)
    target.run("UPDATE customers SET points = 8")
    found = target.sink.verify(delivery.snapshot)
    assert len(found) == 1001
    assert found[0] == Difference("customers", ("C0000",), "differs in points")
    assert found[-1] == Difference("customers", (), "200 more rows differ")


def test_a_warehouse_never_loaded_says_so(nights: Nights, duck: Target) -> None:
    delivery = nights.seal(customer("C1"))
    with pytest.raises(SinkMismatch, match="nothing has been loaded yet"):
        duck.sink.verify(delivery.snapshot)
