"""What a port does, whichever driver answers."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import column, select, table

from legacy_clients.errors import Busy, Denied, Misconfigured, TimedOut, Unreachable
from legacy_clients.odbc.messages import Query, Rows, compiled
from legacy_clients.odbc.port import Port, open_port

ENDLESS = {
    "SQLite": "WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n)"
    " SELECT max(i) AS i FROM n",
    "MariaDB": "SELECT SLEEP(30)",
    "PostgreSQL": "SELECT pg_sleep(30)",
}


@pytest.fixture
def orders(database: Any) -> Any:
    """The table ord_hd: five orders by whole numbers, and one of a name that fits as a pattern."""
    database.execute(
        "DROP TABLE IF EXISTS ord_hd",
        "DROP TABLE IF EXISTS ordxhd",
        "CREATE TABLE ord_hd (id INTEGER NOT NULL, no CHAR(8) NOT NULL, name VARCHAR(40))",
        "CREATE TABLE ordxhd (other INTEGER)",
        "INSERT INTO ord_hd VALUES (1, 'A1', 'one'), (2, 'A2', 'two'), (3, 'A3', NULL),"
        " (10, 'B1', 'ten'), (11, 'B2', 'Müller')",
    )
    return database


def test_rows_are_plain_tuples_under_their_columns_names(orders: Any, port: Port) -> None:
    answer = port.ask(Query("SELECT id, name FROM ord_hd WHERE id > ? ORDER BY id", (9,)), 10)
    assert answer == Rows(("id", "name"), [(10, "ten"), (11, "Müller")])
    assert type(answer.rows[0]) is tuple


def test_an_answer_without_rows_still_has_columns(orders: Any, port: Port) -> None:
    assert port.ask(Query("SELECT id FROM ord_hd WHERE id < 0"), 10) == Rows(("id",), [])


def test_reading_stops_at_the_limit_and_the_next_answer_is_whole(orders: Any, port: Port) -> None:
    query = "SELECT id FROM ord_hd ORDER BY id"
    assert port.ask(Query(query, limit=2), 10).rows == [(1,), (2,)]
    assert port.ask(Query(query, limit=9), 10).rows == [(1,), (2,), (3,), (10,), (11,)]
    assert port.ask(Query(query), 10).rows == [(1,), (2,), (3,), (10,), (11,)]


def test_a_core_statement_becomes_text_with_its_values_in_order(orders: Any, port: Port) -> None:
    heads = table("ord_hd", column("id"), column("name"))
    statement = (
        select(heads.c.name)
        .where(heads.c.name == "ten", heads.c.id.in_([3, 10]))
        .order_by(heads.c.id)
        .limit(1)
    )
    query = compiled(statement, port.dialect)
    assert query.params[:3] == ("ten", 3, 10)
    assert query.sql.count("?") == len(query.params)
    assert port.ask(query, 10).rows == [("ten",)]


def test_whole_numbers_can_be_asked_for_by_text(orders: Any, port: Port) -> None:
    query = Query("SELECT id FROM ord_hd WHERE id IN (?, ?) ORDER BY id", ("2", "10"))
    assert port.ask(query, 10).rows == [(2,), (10,)]


def test_text_of_any_length_arrives_whole_as_a_parameter_and_as_a_result(
    database: Any, port: Port
) -> None:
    """F10: lengths 1-5,000, also beyond the basic plane."""
    cast = {"SQLite": "CAST(? AS TEXT)", "MariaDB": "?", "PostgreSQL": "?::text"}
    hexed = {
        "SQLite": "hex(?)",
        "MariaDB": "HEX(?)",
        "PostgreSQL": "upper(encode(convert_to(?::text, 'UTF8'), 'hex'))",
    }
    name = port.profile.name
    query = f"SELECT {cast[name]} AS same, {hexed[name]} AS bytes"
    edges = (64, 128, 256, 1024, 2048, 4096, 5000)
    lengths = [*range(1, 10), *(edge + off for edge in edges for off in (-2, -1, 0, 1))]
    for letter in ("a", "ü", "€", "🚚"):
        for length in lengths:
            text = letter * length
            [row] = port.ask(Query(query, (text, text)), 10).rows
            assert row == (text, text.encode().hex().upper()), (letter, length)


def test_every_letter_arrives_as_itself_as_a_parameter_and_as_a_result(
    database: Any, port: Port
) -> None:
    """F10: MariaDB's driver takes Ø or Û for two letters where text goes as UTF-16."""
    cast = {"SQLite": "CAST(? AS TEXT)", "MariaDB": "?", "PostgreSQL": "?::text"}
    name = port.profile.name
    letters = [chr(n) for n in (*range(1, 0xD800), *range(0xE000, 0x10000))]
    letters += [chr(n) for n in range(0x10000, 0x110000, 997)]
    for start in range(0, len(letters), 500):
        text = "a" + "".join(letters[start : start + 500]) + "z"
        [row] = port.ask(Query(f"SELECT {cast[name]} AS same", (text,)), 10).rows
        assert row == (text,), hex(start)
    for text in ("Ø" * 50 + "x", "naïve Û" * 40, "x" + "ÙÚ" * 1000 + "x"):
        [row] = port.ask(Query(f"SELECT {cast[name]} AS same", (text,)), 10).rows
        assert row == (text,)


@pytest.mark.parametrize(
    ("letter", "refused"), [("Ø", ["MariaDB"]), ("\u0429\u04d9", ["MariaDB"]), ("é", []),
    ("🚚", ["MariaDB", "SQLite"])],
)  # fmt: skip
def test_a_letter_that_a_driver_garbles_in_a_statement_is_refused_with_its_name(
    port: Port, letter: str, refused: list[str]
) -> None:
    """F10: what the driver would send is another statement, or ends it."""
    query = Query(f"SELECT '{letter}x' AS a")
    if port.profile.name in refused:
        with pytest.raises(Misconfigured, match=rf"cannot take the letter '{letter[-1]}'"):
            port.ask(query, 10)
        with pytest.raises(Misconfigured, match="through a view with another name"):
            port.stream(query)
    else:
        assert port.ask(query, 10).rows == [(f"{letter}x",)]


def test_names_and_statements_may_hold_letters_of_any_alphabet(database: Any, port: Port) -> None:
    """F10: of a mapping's tables, columns and filters."""
    quote = port.dialect.identifier_preparer.quote_identifier
    table, street, place = (quote(name) for name in ("größen_Ж", "straße", "漢字"))
    database.execute(
        f"DROP TABLE IF EXISTS {table}",
        f"CREATE TABLE {table} ({street} VARCHAR(40), {place} VARCHAR(40))",
        f"INSERT INTO {table} VALUES ('Müller', 'Ж'), ('€', '漢')",
    )
    described = port.describe("größen_Ж")
    assert [it.name for it in described] == ["straße", "漢字"]
    carried = ", ".join(
        f"{port.profile.carry(quote(it.name), it)} AS {quote(it.name)}" for it in described
    )
    for pad in ("", " AND 1 = 1", " AND 'äö' <> 'Ж' || '漢字'", " AND 'ü' = 'ü'" * 200):
        sql = f"SELECT {carried} FROM {table} WHERE {street} = 'Müller'{pad}"
        assert port.ask(Query(sql), 10) == Rows(("straße", "漢字"), [("Müller", "Ж")])
        sql = f"SELECT {carried} FROM {table} WHERE {place} = ?{pad}"
        assert port.ask(Query(sql, ("漢",)), 10) == Rows(("straße", "漢字"), [("€", "漢")])
        read = port.stream(Query(sql, ("漢",))).read_all()
        assert read.to_pydict() == {"straße": ["€"], "漢字": ["漢"]}


def test_a_table_is_described_column_by_column(orders: Any, port: Port) -> None:
    described = port.describe("ord_hd")
    assert [(it.name, it.size, it.nullable) for it in described] == [
        ("id", None, False),
        ("no", 8, False),
        ("name", 40, True),
    ]
    assert [it.type.lower() for it in described] == {
        "SQLite": ["integer", "char(8)", "varchar(40)"],
        "MariaDB": [
            "int(11)",
            "char(8) character set utf8mb4",
            "varchar(40) character set utf8mb4",
        ],
        "PostgreSQL": ["integer", "character(8)", "character varying(40)"],
    }[port.profile.name]


def test_a_table_is_described_in_its_schema(orders: Any, port: Port) -> None:
    schema = {"SQLite": "main", "MariaDB": "facade", "PostgreSQL": "public"}[port.profile.name]
    assert [it.name for it in port.describe(f"{schema}.ord_hd")] == ["id", "no", "name"]


@pytest.mark.parametrize("name", ["ord%", "ord_h", "nothing", "x.ord_hd", "'; --"])
def test_a_table_that_is_not_there_is_named(name: str, orders: Any, port: Port) -> None:
    with pytest.raises(Misconfigured, match="the database has no table") as told:
        port.describe(name)
    assert repr(name) in str(told.value)


def test_the_clock_is_the_present_in_utc(port: Port) -> None:
    now = port.clock()
    assert now.tzinfo is UTC
    assert abs((now - datetime.now(UTC)).total_seconds()) < 5


@pytest.mark.parametrize(
    "statement", ["SELECT secret FROM ord_hd", "SELECT 1 FROM secret", "SELEC"]
)
def test_what_does_not_fit_is_told_without_its_text(
    statement: str, orders: Any, port: Port
) -> None:
    """W7, O1."""
    with pytest.raises(Misconfigured, match="the statement does not fit the database") as told:
        port.ask(Query(statement), 10)
    assert "secret" not in str(told.value).lower()
    assert "selec" not in str(told.value).lower()
    assert port.ask(Query("SELECT id FROM ord_hd WHERE id = 1"), 10).rows == [(1,)]


def test_a_statement_is_cancelled_when_its_time_is_up(database: Any, port: Port) -> None:
    """L1."""
    port.clock()
    started = time.monotonic()
    with pytest.raises(TimedOut):
        port.ask(Query(ENDLESS[port.profile.name]), 0.4)
    assert 0.3 < time.monotonic() - started < 3
    port.clock()


def test_the_server_ends_a_statement_that_nobody_cancels(server: Any) -> None:
    """L1: its own limit, the second line of defence."""
    with closing(open_port(server.odbc)) as port:
        limit = port.profile.limit
        assert limit is not None
        with closing(server.connect()) as link:
            link.execute(limit.format(seconds=1, milliseconds=1000)).close()
            shown = {
                "MariaDB": "SELECT @@max_statement_time",
                "PostgreSQL": "SHOW statement_timeout",
            }
            [[value]] = link.execute(shown[port.profile.name]).fetchall()
        assert str(value) in ("1.0", "1s")
        port.ask(Query("SELECT 1 AS a"), 3)
        [[value]] = port.ask(Query(shown[port.profile.name]), 3).rows
        assert str(value) in ("5.0", "5s")


def test_no_time_is_no_question(port: Port) -> None:
    with pytest.raises(TimedOut):
        port.ask(Query("SELECT 1 AS a"), 0)


def test_a_caller_who_finds_all_connections_taken_is_told_so_in_time(database: Any) -> None:
    with closing(open_port(database.odbc, connections=1)) as port, ThreadPoolExecutor(1) as pool:
        port.clock()
        taken = pool.submit(port.ask, Query(ENDLESS[port.profile.name]), 1.5)
        time.sleep(0.3)
        with pytest.raises(Busy):
            port.ask(Query("SELECT 1 AS a"), 0.2)
        with pytest.raises(TimedOut):
            taken.result(10)


def test_eight_threads_each_get_their_own_answers(orders: Any, port: Port) -> None:
    wrong: list[object] = []
    gate = threading.Barrier(8)

    def work(number: int) -> None:
        gate.wait()
        for turn in range(60):
            text = f"{number}-{turn}-" + "ü" * turn
            cast = "CAST(? AS CHAR(99))" if port.profile.name != "SQLite" else "?"
            query = Query(f"SELECT {cast} AS a, id FROM ord_hd ORDER BY id", (text,))
            rows = port.ask(query, 20).rows
            if [row[0].rstrip() for row in rows] != [text] * 5:
                wrong.append((text, rows))

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(work, range(8)))
    assert wrong == []


def test_a_port_cannot_write(orders: Any, port: Port) -> None:
    """L10: whatever the account may do."""
    with pytest.raises(Denied):
        port.ask(Query("DELETE FROM ord_hd"), 10)
    assert port.ask(Query("SELECT COUNT(*) AS n FROM ord_hd"), 10).rows == [(5,)]


def test_a_writer_is_not_kept_waiting_by_an_answer_that_was_read(orders: Any, port: Port) -> None:
    orders.execute("UPDATE ord_hd SET name = 'x' WHERE id = 3")
    port.ask(Query("SELECT id FROM ord_hd", limit=1), 10)
    port.ask(Query("SELECT id FROM ord_hd"), 10)
    orders.execute("DROP TABLE ord_hd")
    with pytest.raises(Misconfigured):
        port.ask(Query("SELECT id FROM ord_hd"), 10)


def test_a_changed_table_is_read_as_it_is_now(orders: Any, port: Port) -> None:
    everything = Query("SELECT * FROM ord_hd")
    assert port.ask(everything, 10).columns == ("id", "no", "name")
    columns = ", ".join(port.profile.carry(name) for name in ("id", "name"))
    one = f"SELECT {columns} FROM ord_hd WHERE id = ?"
    assert port.ask(Query(one, (1,)), 10).rows == [("1", "one")]
    orders.execute(
        "DROP TABLE ord_hd",
        "CREATE TABLE ord_hd (name VARCHAR(99), id VARCHAR(9), extra VARCHAR(9))",
        "INSERT INTO ord_hd VALUES ('another', '01', 'x')",
    )
    assert port.ask(everything, 10).columns == ("name", "id", "extra")
    assert port.ask(Query(one, ("01",)), 10).rows == [("01", "another")]


def test_a_database_that_is_not_there_is_unreachable(tmp_path: Any) -> None:
    """L4: opening a port needs no database; asking does, and makes none."""
    missing = tmp_path / "missing.db"
    port = open_port(f"DRIVER=SQLite3;Database={missing}")
    with closing(port), pytest.raises(Unreachable):
        port.clock()
    assert not missing.exists()


def test_a_server_that_is_not_there_is_unreachable(server: Any) -> None:
    odbc = server.odbc.replace(f"PORT={server.port}", "PORT=1")
    with closing(open_port(odbc)) as port, pytest.raises(Unreachable):
        port.clock()


def test_the_grants_tell_whether_an_account_may_write(server: Any, mariadb: Any) -> None:
    """L10."""
    if server is mariadb:
        server.execute(
            "CREATE OR REPLACE USER reader@'127.0.0.1' IDENTIFIED BY 'a;b}c'",
            "GRANT SELECT ON facade.* TO reader@'127.0.0.1'",
        )
    else:
        server.execute(
            "DROP TABLE IF EXISTS held",
            "CREATE TABLE held (id INTEGER)",
            "DROP ROLE IF EXISTS reader",
            "CREATE ROLE reader LOGIN PASSWORD 'a;b}c'",
        )
    reader = server.odbc.replace("UID=facade;PWD=facade", "UID=reader;PWD={a;b}}c}")
    assert "UID=reader" in reader
    with closing(open_port(reader)) as port:
        assert port.read_only() is True
    with closing(open_port(server.odbc)) as port:
        assert port.read_only() is False


def test_a_file_has_no_grants(sqlite: Any) -> None:
    with closing(open_port(sqlite.odbc)) as port:
        assert port.read_only() is None
