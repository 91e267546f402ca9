"""Addresses, types and values in each kind of warehouse."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path

import pytest

from facade.sinks.sink import SinkMismatch, SinkRefused, SinkUnreachable
from facade.sinks.warehouse import open_warehouse
from tests.facade.sinks.warehouse.nights import (
    LAYOUTS,
    Nights,
    Target,
    customer,
    empty_database,
    silent,
)
from tests.servers import PostgreSQL, free_port

EXTREMES = customer(
    "Ж€'\"\\;--",
    "tab\tand\nline \U0001f69a" + "x" * 5000,
    updated_at=dt.datetime(1850, 1, 1, 0, 0, 0, 1),
    credit_limit=Decimal("-9999999999999999.99"),
    since=dt.date(9999, 12, 31),
    active=None,
    points=-(2**63),
)
EMPTY = customer("", "", updated_at=dt.datetime(9999, 12, 31, 23, 59, 59, 999999), since=None)


def test_values_are_held_exactly(nights: Nights, target: Target) -> None:
    """F1: nothing is cut, rounded or moved by a zone."""
    delivery = nights.seal(EXTREMES, EMPTY)
    target.deliver(delivery)
    assert target.sink.verify(delivery.snapshot) == []
    assert target.rows(
        "SELECT id, name, CAST(credit_limit AS VARCHAR), since, active, points"
        " FROM customers ORDER BY id"
    ) == [
        ("", "", "1000.50", None, True, 7),
        (
            EXTREMES["id"],
            EXTREMES["name"],
            "-9999999999999999.99",
            dt.date(9999, 12, 31),
            None,
            -(2**63),
        ),
    ]
    ((updated,),) = target.rows("SELECT updated_at FROM customers WHERE points < 0")
    assert updated.replace(tzinfo=None) == dt.datetime(1850, 1, 1, 0, 0, 0, 1)


@pytest.mark.parametrize("url", ["oracle://x", "DuckDB", "sqlite:///x"])
def test_an_unknown_kind_of_warehouse_lists_the_known_ones(url: str) -> None:
    with pytest.raises(
        SinkMismatch, match=r"known: duckdb://, postgresql://, snowflake://, bigquery://"
    ):
        open_warehouse("dw", url, LAYOUTS)


def test_a_scope_is_refused_with_what_to_do_instead() -> None:
    with pytest.raises(SinkMismatch, match=r"^dw: a scope \(order\) is not .* with `entities`"):
        open_warehouse("dw", "duckdb:///x", LAYOUTS, scope={"order": {"status": ["open"]}})


def test_what_a_warehouse_cannot_do_with_deleted_records_is_said() -> None:
    with pytest.raises(SinkMismatch, match='on_delete = "cancel" is not for a warehouse'):
        open_warehouse("dw", "duckdb:///x", LAYOUTS, on_delete="cancel")


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("duckdb://", "a DuckDB warehouse is a file: duckdb:///relative/path"),
        ("duckdb:///:memory:", "a DuckDB warehouse is a file"),
        ("duckdb:///no/such/folder/w", "no/such/folder of the warehouse file does not exist"),
    ],
)
def test_an_address_that_is_no_file_is_named(nights: Nights, url: str, message: str) -> None:
    with pytest.raises(SinkMismatch, match=message):
        open_warehouse("dw", url, LAYOUTS).deliver(nights.seal(), silent)


def test_a_file_that_is_no_database_is_left_alone(
    nights: Nights, duck: Target, tmp_path: Path
) -> None:
    file = tmp_path / "warehouse.duckdb"
    file.write_text("minutes of the meeting" * 1000)
    with pytest.raises(SinkMismatch, match="the file is no DuckDB database"):
        duck.deliver(nights.seal())
    assert file.read_text() == "minutes of the meeting" * 1000


def test_a_log_without_its_file_is_not_taken_for_a_new_warehouse(
    nights: Nights, duck: Target, tmp_path: Path
) -> None:
    (tmp_path / "warehouse.duckdb.wal").write_bytes(b"x")
    with pytest.raises(SinkMismatch, match="put the file back, or move the log away"):
        duck.deliver(nights.seal())


def test_a_server_that_does_not_answer_is_unreachable(nights: Nights) -> None:
    """O1: the password stays out of what is said."""
    url = f"postgresql://facade:s3cret@127.0.0.1:{free_port()}/facade"
    with pytest.raises(SinkUnreachable, match=r"^dw: .*Connection refused") as raised:
        open_warehouse("dw", url, LAYOUTS).deliver(nights.seal(), silent)
    assert "s3cret" not in str(raised.value)


@pytest.mark.parametrize("name", ["nobody:s3cret@", "facade:s3%zzcret@"])
def test_an_account_or_address_that_is_wrong_is_refused(
    nights: Nights, postgresql: PostgreSQL, name: str
) -> None:
    """O1"""
    url = postgresql.url.replace("facade:facade@", name)
    with pytest.raises(SinkRefused) as raised:
        open_warehouse("dw", url, LAYOUTS).deliver(nights.seal(), silent)
    assert "s3" not in str(raised.value)


def test_a_missing_right_is_refused(nights: Nights, postgresql: PostgreSQL) -> None:
    empty_database(postgresql)
    postgresql.execute("CREATE ROLE reader LOGIN", "GRANT USAGE ON SCHEMA public TO reader")
    url = postgresql.url.replace("facade:facade@", "reader@")
    with pytest.raises(SinkRefused, match="dw: permission denied for schema public"):
        open_warehouse("dw", url, LAYOUTS).deliver(nights.seal(), silent)
