"""Tables read off layouts: added columns, misfits, names, comments."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from facade.sinks.sink import SinkMismatch
from facade.sinks.warehouse import open_warehouse
from schemas.layout import Column, Layout
from tests.facade.sinks.warehouse.nights import (
    CUSTOMER,
    LAYOUTS,
    Nights,
    Target,
    customer,
    order,
)

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
    told = re.findall(r"ALTER TABLE [^;]*(?=;)", str(raised.value))
    statements = [statement for statement in told if f" {kind} " in statement]
    assert len(statements) == 2
    target.run(*statements)
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
