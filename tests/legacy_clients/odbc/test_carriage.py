"""What each driver changes in silence, carried past it: one table of hostile values a driver."""

from __future__ import annotations

import random
import struct
from contextlib import closing
from typing import Any, NamedTuple

import pytest

from legacy_clients.odbc.messages import Column, Query
from legacy_clients.odbc.port import Port, open_port
from legacy_clients.odbc.veil import unveil

LONG = "ü" * 5000


class Hostile(NamedTuple):
    """A declared type, a value of it in SQL, and the text it is carried as, with the type told.

    `untyped` is that without, if it differs.
    """

    declared: str
    literal: str
    text: str | None
    untyped: str | None = None


HOSTILE = {
    "sqlite": [
        Hostile("INTEGER", "5000000000", "5000000000"),
        Hostile("INTEGER", "-9223372036854775808", "-9223372036854775808"),
        Hostile("VARCHAR(10)", "'0042'", "0042"),
        Hostile("REAL", "0.1", "0.1"),
        Hostile("REAL", "1e300", "1.0e+300"),
        Hostile("REAL", "12345678901234.56", "12345678901234.5605"),
        Hostile("DECIMAL(10,2)", "12.34", "12.34"),
        Hostile("DECIMAL(10,2)", "'12,34'", "12,34"),
        Hostile("DATE", "'31.02.2024'", "31.02.2024"),
        Hostile("DATE", "''", ""),
        Hostile("DATETIME", "NULL", None),
        Hostile("BOOLEAN", "'maybe'", "maybe"),
        Hostile("CHAR(8)", "'C001    '", "C001    "),
        Hostile("TEXT", "'a' || char(0) || 'b'", "\x01610062"),
        Hostile("TEXT", "char(0) || 'ab'", "\x01006162"),
        Hostile("TEXT", "'ab' || char(0)", "\x01616200"),
        Hostile("TEXT", "char(0)", "\x0100"),
        Hostile("TEXT", "CAST(x'4DFC6C6C6572' AS TEXT)", "\x014DFC6C6C6572"),
        Hostile("TEXT", "'Müller 🚚'", "Müller 🚚"),
        Hostile("TEXT", "char(1) || '4142'", "\x010134313432"),
        Hostile("TEXT", "'line' || char(10) || 'tab' || char(9)", "line\ntab\t"),
        Hostile("TEXT", f"'{LONG}'", LONG),
        Hostile("BLOB", "x'00FF41'", "\x0100FF41"),
    ],
    "mariadb": [
        Hostile("BIGINT", "-9223372036854775808", "-9223372036854775808"),
        Hostile("BIGINT UNSIGNED", "18446744073709551615", "18446744073709551615"),
        Hostile("INT(6) ZEROFILL", "42", "000042"),
        Hostile(
            "DECIMAL(38,10)",
            "-1234567890123456789012345678.0123456789",
            "-1234567890123456789012345678.0123456789",
        ),
        Hostile("FLOAT", "0.1", "0.1", "0.10000000149011612"),
        Hostile("FLOAT", "16777217.5", "16777218"),
        Hostile("DOUBLE", "0.1", "0.1"),
        Hostile("DOUBLE", "12345678901234.56", "12345678901234.56"),
        Hostile("BIT(5)", "b'10101'", "21", "\x15"),
        Hostile("TINYINT(1)", "2", "2"),
        Hostile("DATE", "'0000-00-00'", "0000-00-00"),
        Hostile("DATE", "'1975-00-00'", "1975-00-00"),
        Hostile("DATE", "'9999-12-31'", "9999-12-31"),
        Hostile("DATETIME", "'2024-02-30 00:00:00'", "2024-02-30 00:00:00"),
        Hostile("DATETIME(6)", "'2024-06-01 12:00:00.123456'", "2024-06-01 12:00:00.123456"),
        Hostile("TIMESTAMP(3) NULL", "'2024-06-01 12:00:00.123'", "2024-06-01 12:00:00.123"),
        Hostile("TIME", "'-10:30:00'", "-10:30:00"),
        Hostile("TIME(3)", "'838:59:59.000'", "838:59:59.000"),
        Hostile("YEAR", "2024", "2024"),
        Hostile("ENUM('a','ü')", "'ü'", "ü"),
        Hostile("SET('x','y')", "'x,y'", "x,y"),
        Hostile("JSON", """'{"a": 1}'""", '{"a": 1}'),
        Hostile("CHAR(8)", "'C001    '", "C001"),
        Hostile("VARCHAR(8)", "'C001    '", "C001    "),
        Hostile("VARCHAR(20)", "''", ""),
        Hostile("VARCHAR(20)", "NULL", None),
        Hostile("TEXT", "concat('a', char(0), 'b')", "\x01610062"),
        Hostile("TEXT", "concat(char(0), 'ab')", "\x01006162"),
        Hostile("TEXT COLLATE utf8mb4_unicode_ci", "concat('ab', char(0))", "\x01616200"),
        Hostile("VARCHAR(20) COLLATE utf8mb4_bin", "char(0)", "\x0100"),
        Hostile("VARCHAR(20)", "concat(char(1), '4142')", "\x010134313432"),
        Hostile("VARCHAR(20)", "'Müller 🚚'", "Müller 🚚"),
        Hostile("VARCHAR(20) CHARACTER SET latin1", "'Müller €'", "Müller €"),
        Hostile("VARCHAR(20) CHARACTER SET ucs2", "'Müller €'", "Müller €"),
        Hostile("VARCHAR(5000)", f"'{LONG}'", LONG),
        Hostile("BLOB", "x'00FF41'", "\x0100FF41"),
        Hostile("BINARY(4)", "'ab'", "\x0161620000"),
    ],
    "postgresql": [
        Hostile("bigint", "-9223372036854775808", "-9223372036854775808"),
        Hostile(
            "numeric(38,10)",
            "-1234567890123456789012345678.0123456789",
            "-1234567890123456789012345678.0123456789",
        ),
        Hostile("numeric", "'NaN'", "NaN"),
        Hostile("real", "0.1", "0.1"),
        Hostile("real", "16777216.0", "1.6777216e+07"),
        Hostile("double precision", "'5e-324'", "5e-324"),
        Hostile("double precision", "'Infinity'", "Infinity"),
        Hostile("boolean", "true", "true"),
        Hostile("money", "12.34", "12.34", "$12.34"),
        Hostile("date", "'10000-01-01'", "10000-01-01"),
        Hostile("date", "'infinity'", "infinity"),
        Hostile("timestamp", "'0044-03-15 12:00 BC'", "0044-03-15 12:00:00 BC"),
        Hostile("timestamptz", "'2024-06-01 12:00:00.5+02'", "2024-06-01 10:00:00.5+00"),
        Hostile("time", "'24:00:00'", "24:00:00"),
        Hostile("interval", "'-10 hours 30 minutes'", "PT-9H-30M"),
        Hostile("uuid", "'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'",
                "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"),
        Hostile("integer[]", "'{1,2}'", "{1,2}"),
        Hostile("bit(5)", "b'10101'", "10101"),
        Hostile("jsonb", """'{"a": 1}'""", '{"a": 1}'),
        Hostile("char(8)", "'C001'", "C001    "),
        Hostile("char(8)", "NULL", None),
        Hostile("char(8)", "''", "        "),
        Hostile("varchar(8)", "'C001    '", "C001    "),
        Hostile("varchar(8)", "''", ""),
        Hostile("varchar(8)", "NULL", None),
        Hostile("text", r"E'\x01\x34\x31'", "\x01013431"),
        Hostile("varchar(3)", r"E'\x01üü'", "\x0101C3BCC3BC"),
        Hostile("text", r"'\x41'", r"\x41"),
        Hostile("text", "'Müller 🚚'", "Müller 🚚"),
        Hostile("varchar(5000)", f"'{LONG}'", LONG),
        Hostile("bytea", r"'\x00FF41'", "\x0100FF41"),
    ],
}  # fmt: skip


@pytest.fixture(params=[(kind, typed) for kind in HOSTILE for typed in (True, False)],
                ids=lambda param: f"{param[0]}-{'typed' if param[1] else 'untyped'}")  # fmt: skip
def hostile(request: pytest.FixtureRequest) -> Any:
    """A database with a table of one row, its hostile values; and whether to tell their types."""
    kind, typed = request.param
    database = request.getfixturevalue(kind)
    columns = ", ".join(f"c{i} {it.declared}" for i, it in enumerate(HOSTILE[kind]))
    values = ", ".join(it.literal for it in HOSTILE[kind])
    lenient = ["SET sql_mode = 'ALLOW_INVALID_DATES'"] if kind == "mariadb" else []
    database.execute(
        *lenient,
        "DROP TABLE IF EXISTS hostile",
        f"CREATE TABLE hostile ({columns})",
        f"INSERT INTO hostile VALUES ({values})",
    )
    expected = [it.text if typed or it.untyped is None else it.untyped for it in HOSTILE[kind]]
    return database, typed, expected


def carried(port: Port, table: str, typed: bool, way: str = "carry") -> Query:
    carry = getattr(port.profile, way)
    columns = port.describe(table)
    if not typed:
        columns = tuple(Column(it.name, "", None, True) for it in columns)
    each = ", ".join(f"{carry(it.name, it)} AS {it.name}" for it in columns)
    return Query(f"SELECT {each} FROM {table}")


@pytest.mark.parametrize("way", ["carry", "carry_by_row"])
def test_what_a_driver_changes_in_silence_arrives_exact_in_rows(hostile: Any, way: str) -> None:
    """F1, F3, F10."""
    database, typed, expected = hostile
    with closing(open_port(database.odbc)) as port:
        [row] = port.ask(carried(port, "hostile", typed, way), 10).rows
    assert list(row) == expected


@pytest.mark.parametrize("way", ["carry", "carry_in_bulk"])
def test_what_a_driver_changes_in_silence_arrives_exact_in_bulk(hostile: Any, way: str) -> None:
    """F1, F3, F10."""
    database, typed, expected = hostile
    with (
        closing(open_port(database.odbc)) as port,
        port.stream(carried(port, "hostile", typed, way)) as stream,
    ):
        table = stream.read_all()
    assert [column.to_pylist() for column in table.columns] == [[text] for text in expected]


def test_every_double_survives_sqlite(sqlite: Any) -> None:
    """F8: the text of a REAL is exact, and what was typed where it can be."""
    chance = random.Random(8)
    drawn = (struct.unpack("d", chance.randbytes(8))[0] for _ in range(6000))
    doubles = [it for it in drawn if abs(it) < float("inf")] + [
        chance.uniform(-1e6, 1e6) for _ in range(6000)
    ]
    prices = [round(chance.uniform(0, 1e5), 2) for _ in range(6000)]
    sqlite.execute(
        "DROP TABLE IF EXISTS doubles", "CREATE TABLE doubles (n INTEGER PRIMARY KEY, d REAL)"
    )
    # Bound: SQLite itself reads the last digit of some literals wrongly.
    sqlite.insert("doubles (d)", [(value,) for value in doubles + prices])
    with closing(open_port(sqlite.odbc)) as port:
        sql = f"SELECT {port.profile.carry('d')} AS d FROM doubles ORDER BY n"
        texts = [row[0] for row in port.ask(Query(sql), 10).rows]
    assert [float(text) for text in texts] == doubles + prices
    assert texts[len(doubles) :] == [repr(price) for price in prices]


def test_bytes_become_text_by_the_code_page(sqlite: Any) -> None:
    """F5: bytes that do not decode stay bytes."""
    sqlite.execute(
        "DROP TABLE IF EXISTS paged",
        "CREATE TABLE paged (t TEXT)",
        "INSERT INTO paged VALUES (CAST(x'4DFC6C6C657220' || x'80' AS TEXT)),"
        " (CAST(x'4181' AS TEXT)), ('plain')",
    )
    with closing(open_port(sqlite.odbc, page="cp1252")) as port:
        sql = Query(f"SELECT {port.profile.carry('t')} AS t FROM paged ORDER BY rowid")
        rows = port.ask(sql, 10).rows
        bulk = port.stream(sql).read_all()
    assert rows == [("Müller €",), ("\x014181",), ("plain",)]
    assert bulk.column("t").to_pylist() == ["Müller €", "\x014181", "plain"]


def test_bytes_of_a_database_without_an_encoding_arrive_whole(postgresql: Any) -> None:
    """F5: PostgreSQL's SQL_ASCII stores whatever bytes it was given."""
    postgresql.execute(
        "DROP DATABASE IF EXISTS bytes",
        "CREATE DATABASE bytes ENCODING 'SQL_ASCII' TEMPLATE template0 LC_COLLATE 'C' LC_CTYPE 'C'",
    )
    odbc = postgresql.odbc.replace("DATABASE=facade", "DATABASE=bytes")
    literal = "convert_from('\\x4dfc6c6c6572'::bytea, 'SQL_ASCII')"
    with closing(open_port(odbc, page="latin-1")) as port:
        for column in (None, Column("t", "text", None, True)):
            carry = port.profile.carry("t", column)
            query = Query(f"SELECT {carry} AS t FROM (SELECT {literal} AS t) AS q")
            assert port.ask(query, 10).rows == [("Müller",)]


@pytest.mark.parametrize(
    ("carried_text", "page", "plain"),
    [
        ("plain", "utf-8", "plain"),
        ("\x014DC3BC", "utf-8", "Mü"),
        ("\x014DFC", "utf-8", "\x014DFC"),
        ("\x014DFC", "cp1252", "Mü"),
        ("\x01610062", "utf-8", "\x01610062"),
        ("\x010161", "utf-8", "\x010161"),
        ("\x01", "utf-8", ""),
        ("\x01xyz", "utf-8", "\x01xyz"),
    ],
)
def test_only_marked_bytes_that_are_text_are_unveiled(
    carried_text: str, page: str, plain: str
) -> None:
    assert unveil(carried_text, page) == plain
