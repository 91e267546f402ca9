"""Nights over a small CRM in MariaDB and in PostgreSQL, through their real drivers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from legacy_clients import Access, open_crm
from legacy_clients.errors import LegacyError
from tests.facade.sync.nights import Nights, changed
from tests.servers import MariaDB, PostgreSQL, Server

MAPPING = """
[crm]
zone = "America/Chicago"

[customer.from]
table = "acct"
key = ["id"]
stamp = "modified"
deleted = { column = "gone", is = ["1"] }

[customer.from.join.e]
table = "acct_mail"
on = { acct_id = "id" }

[customer.fields]
created_at = { column = "entered" }
updated_at = { column = "modified" }
name = { column = "name", required = true }
email = { column = "e.addr" }

[order.from]
table = "ord"
key = ["ord_no"]
stamp = "modified"

[order.fields]
updated_at = { column = "modified" }
number = { column = "ord_no", as = "char", width = 10 }
customer_id = { column = "acct_id", required = true }
total = { column = "total" }

[order.lines.from]
table = "ord_line"
parent = { ord_no = "ord_no" }

[order.lines.fields]
line_no = { column = "line_no" }
description = { column = "descr" }
quantity.value = { column = "qty" }
"""
STAMP = {"mariadb": "DATETIME", "postgresql": "TIMESTAMP(0)"}
TABLES = ("acct", "acct_mail", "ord", "ord_line")
# 07:00:00 in Chicago, and later than any night of these tests.
NOON = dt.datetime(2040, 6, 1, 12, 0, 0, 700_000, tzinfo=dt.UTC)


@pytest.fixture(
    scope="module",
    params=[
        pytest.param(MariaDB, id="mariadb"),
        pytest.param(PostgreSQL, id="postgresql", marks=pytest.mark.long),
    ],
)
def server(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Any]:
    with request.param.start(tmp_path_factory.mktemp("server")) as running:
        yield running


def fill(server: Server, stamp: str) -> None:
    """Forty customers, sixty orders, a hundred and twenty lines."""
    server.execute(*(f"DROP TABLE IF EXISTS {table}" for table in TABLES))
    server.execute(
        f"CREATE TABLE acct (id INTEGER PRIMARY KEY, name VARCHAR(60), gone INTEGER,"
        f" entered {stamp}, modified {stamp})",
        "CREATE TABLE acct_mail (acct_id INTEGER, addr VARCHAR(80))",
        f"CREATE TABLE ord (ord_no CHAR(10) PRIMARY KEY, acct_id INTEGER, total NUMERIC(18,4),"
        f" modified {stamp})",
        "CREATE TABLE ord_line (ord_no CHAR(10), line_no INTEGER, descr VARCHAR(80),"
        " qty NUMERIC(12,3))",
    )
    old = dt.datetime(2020, 5, 1, 10, 0)
    accounts = range(1, 41)
    server.insert("acct", [(n, f"Müller & Söhne {n} 東", 0, old, old) for n in accounts])
    server.insert("acct_mail", [(n, f"office@{n}.example") for n in accounts])
    orders = [f"A{n:05d}" for n in range(1, 61)]
    server.insert("ord", [(o, 1, Decimal("12.5000"), old) for o in orders])
    server.insert("ord_line", [(o, n, "Pallet", Decimal("2.500")) for o in orders for n in (1, 2)])


@pytest.fixture
def nights(server: Server, tmp_path: Path) -> Iterator[Nights]:
    """Nights over the small CRM, the first of which is sealed."""
    fill(server, STAMP[server.name])
    folder = tmp_path / "small"
    folder.mkdir()
    (folder / "mapping.toml").write_text(MAPPING, "utf-8")
    with Nights.over(open_crm(str(folder), Access(odbc=server.odbc)), tmp_path / "var") as opened:
        told = opened.run()
        assert changed(told) == {"customer": (40, 0, 0), "order": (60, 0, 0)}
        assert (told["certificate"], told["new_refusals"]) == ("agrees", 0)
        yield opened


def test_the_first_night_holds_what_the_database_holds(nights: Nights) -> None:
    """F1, F4"""
    (row,) = nights.snapshot("customer", "name, email, created_at, deleted", "id = '7'")
    assert row == (
        "Müller & Söhne 7 東",
        "office@7.example",
        dt.datetime(2020, 5, 1, 15, 0),
        False,
    )
    assert nights.snapshot("order", "number, customer_id, total", "id = 'A00003'") == [
        ("A00003", "1", Decimal("12.5"))
    ]
    assert nights.snapshot("order.lines", "line_no, quantity_value", "order_id = 'A00003'") == [
        (1, Decimal("2.5")),
        (2, Decimal("2.5")),
    ]
    assert nights.verified() == []


def test_changes_of_every_kind_are_found_the_next_night(nights: Nights, server: Server) -> None:
    """N1, N2, N4, N5"""
    server.execute(
        "INSERT INTO acct VALUES (99, 'Late', 0, '1999-01-01 00:00:00', '1999-01-01 00:00:00')",
        "UPDATE acct SET name = 'Older', modified = '2001-02-03 04:05:06' WHERE id = 5",
        "UPDATE acct SET name = 'Unstamped', modified = NULL WHERE id = 6",
        "UPDATE acct SET gone = 1, modified = '2025-02-03 04:05:06' WHERE id = 8",
        "UPDATE acct_mail SET addr = 'new@9.example' WHERE acct_id = 9",
        "DELETE FROM acct WHERE id = 10",
        "UPDATE ord_line SET qty = 7 WHERE ord_no = 'A00003' AND line_no = 2",
        "DELETE FROM ord WHERE ord_no = 'A00004'",
    )
    told = nights.run()
    assert changed(told) == {"customer": (1, 3, 2), "order": (0, 1, 1)}
    assert (told["entities"]["customer"]["read"], told["certificate"]) == (4, "agrees")
    assert nights.changes("customer") == [
        ("delete", "10"),
        ("insert", "99"),
        ("update", "5"),
        ("update", "6"),
        ("update", "8"),
        ("update", "9"),
    ]
    assert nights.changes("order") == [("delete", "A00004"), ("update", "A00003")]
    assert nights.changes("order.lines", "order_id, line_no, quantity_value") == [
        ("A00003", 1, Decimal("2.5")),
        ("A00003", 2, Decimal(7)),
    ]
    assert nights.verified() == []
    assert changed(nights.run()) == {}


def test_a_row_changed_again_in_the_second_of_the_last_reading_is_found(
    nights: Nights, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """N1"""
    monkeypatch.setattr(nights.crm, "clock", lambda: NOON)
    server.execute("UPDATE acct SET name = 'First', modified = '2040-06-01 07:00:00' WHERE id = 5")
    nights.run()
    server.execute("UPDATE acct SET name = 'Second' WHERE id = 5")
    assert changed(nights.run()) == {"customer": (0, 1, 0)}
    assert nights.changes("customer", "name") == [("Second",)]


def test_a_change_taken_back_gives_the_state_before(nights: Nights, server: Server) -> None:
    state = nights.state()
    server.execute("UPDATE acct SET name = 'Moved', modified = '2025-02-03 04:05:06' WHERE id = 5")
    assert changed(nights.run()) == {"customer": (0, 1, 0)}
    server.execute(
        "UPDATE acct SET name = 'Müller & Söhne 5 東', modified = '2020-05-01 10:00:00'"
        " WHERE id = 5"
    )
    nights.run()
    assert nights.state() == state
    assert nights.verified() == []


def test_a_server_that_dies_between_two_tables_seals_nothing(
    nights: Nights, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """N5"""
    before, sealed = nights.state(), nights.newest
    port, killed = nights.crm.port, []
    stream = port.stream

    def dying(query: Any, batch_rows: int = 50_000) -> Any:
        arriving = stream(query, batch_rows)
        if "acct_mail" in query.sql:
            killed.append(server.pid)
            server.kill9()
        return arriving

    with monkeypatch.context() as patch:
        patch.setattr(port, "stream", dying)
        with pytest.raises(LegacyError):
            nights.run(full=True)
    assert len(killed) == 1
    assert (nights.newest, nights.state()) == (sealed, before)
    assert nights.ledger.runs.unsealed() == ()
    server.restart()
    assert changed(nights.run()) == {}
