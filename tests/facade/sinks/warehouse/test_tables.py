"""Tables read off layouts: added columns, misfits, names, comments."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from adbc_driver_manager import dbapi

from facade.sinks.sink import SinkMismatch
from facade.sinks.warehouse import open_warehouse
from facade.sinks.warehouse.connection import Connection
from schemas.layout import Column, Layout
from tests.facade.sinks.warehouse.nights import (
    CUSTOMER,
    LAYOUTS,
    Nights,
    Target,
    customer,
    empty_database,
    line,
    order,
)
from tests.servers import PostgreSQL

SEGMENT = Column("segment", "VARCHAR", "Where it's sold to.")


def with_columns(*columns: Column) -> dict[str, Layout]:
    return {"customer": replace(CUSTOMER, columns=columns)}


def test_a_new_field_adds_a_column(nights: Nights, target: Target) -> None:
    """D3"""
    nights.layouts = target.layouts = {"customer": CUSTOMER}
    target.deliver(nights.seal(customer("C1"), customer("C2"), customer("C3")))
    nights.layouts = target.layouts = with_columns(*CUSTOMER.columns, SEGMENT)
    target.deliver(nights.seal(customer("C1", segment="retail"), customer("C2", segment=None)))
    assert target.rows("SELECT id, segment, name FROM customers ORDER BY id") == [
        ("C1", "retail", "Acme"),
        ("C2", None, "Acme"),
    ]
    assert target.rows(
        "SELECT id, segment, run, is_deleted FROM customers_history ORDER BY id, run, valid_from"
    ) == [
        ("C1", None, 1, False),
        ("C1", "retail", 2, False),
        ("C2", None, 1, False),
        ("C2", None, 2, False),
        ("C3", None, 1, False),
        ("C3", None, 2, True),
    ]


def test_the_view_of_the_history_is_made_anew_only_for_other_columns(
    nights: Nights, target: Target, monkeypatch: pytest.MonkeyPatch
) -> None:
    """D2: its readers are not kept waiting every night."""
    run, made = Connection.run, []

    def noting(self: Connection, statement: str) -> None:
        made.extend(re.findall(r"VIEW \"(\w+_history)\" AS", statement))
        run(self, statement)

    monkeypatch.setattr(Connection, "run", noting)
    target.deliver(nights.seal(customer("C1"), order("O1"), line("O1", 1)))
    assert made == ["customers_history", "orders_history", "order_lines_history"]
    target.deliver(nights.seal(customer("C2"), order("O1"), line("O1", 1)))
    assert len(made) == 3
    nights.layouts = target.layouts = LAYOUTS | with_columns(*CUSTOMER.columns, SEGMENT)
    target.deliver(nights.seal(customer("C2", segment="x"), order("O1"), line("O1", 1)))
    assert made[3:] == ["customers_history"]


TYPED = {
    "VARCHAR": ("Żółw 🚚 'x' \\", "", "\n\t"),
    "BIGINT": (2**63 - 1, -(2**63), 0),
    "INTEGER": (2**31 - 1, -(2**31), 0),
    "BOOLEAN": (True, False, True),
    "DATE": (dt.date(9999, 12, 31), dt.date(1, 1, 1), dt.date(1582, 10, 15)),
    "DOUBLE": (0.1, -1.7976931348623157e308, 5e-324),
    "TIME": (dt.time(23, 59, 59, 999999), dt.time(0), dt.time(12, 0, 0, 1)),
    "TIMESTAMP": (
        dt.datetime(9999, 12, 31, 23, 59, 59, 999999),
        dt.datetime(1, 1, 1),
        dt.datetime(1969, 12, 31, 23, 59, 59, 1),
    ),
    "DECIMAL(18,2)": (Decimal("9999999999999999.99"), Decimal("-0.01"), Decimal("0.00")),
    "DECIMAL(18,6)": (Decimal("999999999999.999999"), Decimal("-0.000001"), Decimal(0)),
}


def test_a_value_of_every_type_is_held_as_it_is_by_a_first_load_and_by_later_ones(
    nights: Nights, target: Target
) -> None:
    """F1, D1: a first load goes another way in PostgreSQL."""
    names = {f"c{number}": duck for number, duck in enumerate(TYPED)}
    columns = [Column("id", "VARCHAR"), *(Column(name, duck) for name, duck in names.items())]
    nights.layouts = target.layouts = with_columns(*columns)
    empty: dict[str, object] = dict.fromkeys(names)
    records = [
        {"id": f"C{row}"} | {name: TYPED[duck][row] for name, duck in names.items()}
        for row in range(3)
    ]
    first = nights.seal({"id": "C0", **empty}, records[1], records[2])
    target.deliver(first)
    assert target.sink.verify(first.snapshot) == []
    second = nights.seal(records[0], {"id": "C1", **empty}, records[2], {"id": "C3", **empty})
    target.deliver(second)
    assert target.sink.verify(second.snapshot) == []


def test_a_database_with_keys_refuses_one_that_is_there_already(
    nights: Nights, postgresql: PostgreSQL
) -> None:
    """D1: whoever writes it. The key is made when the first rows are there."""
    target = empty_database(postgresql)
    target.deliver(nights.seal(customer("C1"), order("O1"), line("O1", 1)))
    for table in ("customers", "order_lines", "facade_load"):
        with pytest.raises(dbapi.Error, match="duplicate key"):
            target.run(f"INSERT INTO {table} SELECT * FROM {table}")


def test_a_night_sealed_before_a_field_existed_can_still_be_loaded(
    nights: Nights, target: Target
) -> None:
    """D3: a sink may be some nights behind."""
    nights.layouts = {"customer": CUSTOMER}
    old = nights.seal(customer("C1"))
    target.layouts = with_columns(*CUSTOMER.columns, SEGMENT)
    relations = [
        {"customer": replace(side["customer"], layout=target.layouts["customer"])}
        for side in (old.changes, old.snapshot)
    ]
    target.deliver(replace(old, changes=relations[0], snapshot=relations[1]))
    assert target.rows("SELECT id, segment FROM customers") == [("C1", None)]


NARROWED = [
    replace(c, duck="DECIMAL(18,6)") if c.name == "credit_limit" else c for c in CUSTOMER.columns
]
RENAMED = [replace(c, name="title") if c.name == "name" else c for c in CUSTOMER.columns]
RETYPED = [replace(c, duck="VARCHAR") if c.name == "points" else c for c in CUSTOMER.columns]


@pytest.mark.parametrize(
    ("columns", "values", "message"),
    [
        (
            NARROWED,
            {"credit_limit": Decimal(1)},
            r"customers has the column credit_limit as \w+\(18,2\)",
        ),
        (RENAMED, {"title": "Acme"}, "customers has a column name that is not delivered"),
        (RETYPED, {"points": "7"}, "customers has the column points as (BIGINT|bigint)"),
    ],
    ids=["narrowed", "renamed", "retyped"],
)
def test_a_column_that_does_not_fit_stops_the_load_and_data_stays(
    nights: Nights,
    target: Target,
    columns: list[Column],
    values: dict[str, object],
    message: str,
) -> None:
    """D3"""
    nights.layouts = target.layouts = {"customer": CUSTOMER}
    target.deliver(nights.seal(customer("C1")))
    before = target.tables()
    nights.layouts = target.layouts = with_columns(*columns)
    record = customer("C1") | values
    delivery = nights.seal({name: record[name] for name in target.layouts["customer"].names})
    with pytest.raises(SinkMismatch, match=message):
        target.deliver(delivery)
    assert target.tables() == before
    assert "title" not in [name for (name,) in columns_of(target)]


WITHOUT = [c for c in CUSTOMER.columns if c.name != "name"]


@pytest.mark.parametrize(
    ("columns", "values", "kind"),
    [
        (WITHOUT, {}, "DROP"),
        (RENAMED, {"title": "Acme"}, "RENAME"),
        (RETYPED, {"points": "7"}, "ALTER COLUMN"),
        (NARROWED, {"credit_limit": Decimal(1)}, "ALTER COLUMN"),
    ],
    ids=["removed", "renamed", "retyped", "narrowed"],
)
def test_what_the_message_says_to_run_lets_the_load_go_on(
    nights: Nights, target: Target, columns: list[Column], values: dict[str, object], kind: str
) -> None:
    """D3: once a person has said so."""
    nights.layouts = target.layouts = {"customer": CUSTOMER}
    target.deliver(nights.seal(customer("C1")))
    nights.layouts = target.layouts = with_columns(*columns)
    record = customer("C1") | values
    delivery = nights.seal({name: record[name] for name in target.layouts["customer"].names})
    with pytest.raises(SinkMismatch) as raised:
        target.deliver(delivery)
    told = re.findall(r"(?:ALTER TABLE|DROP VIEW) [^;]*(?=;)", str(raised.value))
    statements = [statement for statement in told if f" {kind} " in statement]
    assert len(statements) == 2
    target.run(told[0], *statements)
    assert target.deliver(delivery).delivered == {"customer": {"update": 1}}
    assert target.sink.verify(delivery.snapshot) == []
    assert target.rows("SELECT id, run FROM customers_history ORDER BY id, run") == [
        ("C1", 1),
        ("C1", 2),
    ]


def test_a_misfit_in_any_table_leaves_all_of_them_as_they_were(
    nights: Nights, target: Target
) -> None:
    """D3"""
    target.deliver(nights.seal(customer("C1"), order("O1")))
    target.run("ALTER TABLE orders ADD COLUMN note VARCHAR")
    nights.layouts = target.layouts = LAYOUTS | with_columns(*CUSTOMER.columns, SEGMENT)
    with pytest.raises(SinkMismatch, match="orders has a column note that is not delivered"):
        target.deliver(nights.seal(customer("C1", segment="x"), order("O1")))
    assert ("segment",) not in columns_of(target)


def columns_of(target: Target) -> list[tuple[str, ...]]:
    return target.rows(
        "SELECT column_name FROM information_schema.columns WHERE table_name = 'customers'"
    )


def comments_of(target: Target) -> list[str]:
    query = {
        "duckdb": "SELECT comment FROM duckdb_columns() WHERE table_name = 'customers'"
        " AND column_name = 'name' UNION ALL SELECT comment FROM duckdb_tables()"
        " WHERE table_name = 'customers'",
        "postgresql": "SELECT col_description('customers'::regclass, attnum) FROM pg_attribute"
        " WHERE attrelid = 'customers'::regclass AND attname = 'name'"
        " UNION ALL SELECT obj_description('customers'::regclass)",
    }[target.url.partition(":")[0]]
    return sorted(comment for (comment,) in target.rows(query))


def test_tables_and_columns_carry_their_descriptions(nights: Nights, target: Target) -> None:
    target.deliver(nights.seal(customer("C1")))
    assert comments_of(target) == ["What it's called.", "Who buys."]


def test_a_description_follows_the_schema_and_is_written_only_when_it_changed(
    nights: Nights, target: Target
) -> None:
    target.deliver(nights.seal(customer("C1")))
    target.run("COMMENT ON TABLE customers IS 'Ours.'")
    target.deliver(nights.seal(customer("C2")))
    assert comments_of(target) == ["Ours.", "What it's called."]
    said = [
        replace(c, description="Its name.") if c.name == "name" else c for c in CUSTOMER.columns
    ]
    nights.layouts = target.layouts = LAYOUTS | with_columns(*said)
    target.deliver(nights.seal(customer("C3")))
    assert comments_of(target) == ["Its name.", "Who buys."]


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        (
            [Column("id", "VARCHAR"), Column("run", "BIGINT")],
            "customer.run: the warehouse has a column",
        ),
        (
            [Column("id", "VARCHAR"), Column("ID", "BIGINT")],
            "customer.ID: another column differs by",
        ),
        ([Column("id", "VARCHAR"), Column("a", "STRUCT(x INT)")], "customer.a: no column type for"),
        ([Column("name", "VARCHAR")], "customer: no column for key id"),
        ([Column("id", "VARCHAR"), Column("x" * 64, "DATE")], "is longer than 63 bytes"),
    ],
)
def test_a_layout_that_cannot_be_a_table_is_named(columns: list[Column], message: str) -> None:
    with pytest.raises(SinkMismatch, match=message):
        open_warehouse("dw", "postgresql://localhost/x", with_columns(*columns))


def test_two_relations_cannot_share_a_table(tmp_path: Path) -> None:
    layouts = {"customer": CUSTOMER, "client": replace(CUSTOMER, relation="client")}
    with pytest.raises(SinkMismatch, match="customer has the table customers already"):
        open_warehouse("dw", f"duckdb:///{tmp_path / 'w'}", layouts)
