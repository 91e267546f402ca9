"""F1 to F8, F10: hostile values in SQLite, MariaDB and PostgreSQL, read by row and in bulk.

Both give the same: the exact value, or a refusal with its raw text; what is exact is told from what
the server's own client prints.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import json
import sqlite3
import subprocess
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from legacy_clients import Access, open_crm
from legacy_clients.reading import Ask
from tests.facade.sync.nights import Nights
from tests.torture.hostile_values import (
    BYTES,
    KINDS,
    PAGED,
    TEXTS,
    WIDE,
    Refused,
    expected,
    mapping,
)

PAGE = 40
CLIENT_SECONDS = 60.0


class Hostile(NamedTuple):
    """A value in one column: as its database's SQL spells it."""

    column: str
    sql: str


@dataclass(frozen=True)
class Dialect:
    """How one database holds hostile values, and how its own client prints them.

    `run` gives the lines of a statement's rows; `text` and `raw` spell bytes as SQL; `printed` is
    the SQL of a column's bytes as hexadecimal digits, where it is not the one by `default`.
    """

    name: str
    odbc: str
    run: Callable[[str], list[str]]
    types: dict[str, str]
    text: str
    raw: str
    printed: dict[str, str]
    default: str
    natives: dict[str, list[str]]
    can_hold: Callable[[bytes], bool] = lambda raw: True

    def values(self) -> list[Hostile]:
        """Every hostile value that it can hold."""
        found = [
            Hostile(column, self.text.replace("{}", text.encode("utf-8").hex()))
            for column, texts in TEXTS.items()
            for text in texts
            if self.can_hold(text.encode("utf-8"))
        ]
        found += [Hostile("n_bytes", self.raw.replace("{}", raw.hex())) for raw in BYTES]
        return found + [
            Hostile(column, sql) for column, listed in self.natives.items() for sql in listed
        ]

    def filled(self, table: str, values: Sequence[Hostile]) -> dict[str, bytes | None]:
        """Put each into a row of its own; the bytes that the server holds then, by id."""
        columns = [column for column in KINDS if column in self.types]
        declared = ", ".join(f"{name} {self.types[name]}" for name in columns)
        lines = [f"DROP TABLE IF EXISTS {table};"]
        lines.append(f"CREATE TABLE {table} (id VARCHAR(8) PRIMARY KEY, {declared});")
        lines += [
            f"INSERT INTO {table} (id, {it.column}) VALUES ('H{n:04d}', {it.sql});"
            for n, it in enumerate(values)
        ]
        for column in sorted({it.column for it in values}):
            sql = self.printed.get(column, self.default).replace("{}", column)
            rows = [f"'H{n:04d}'" for n, it in enumerate(values) if it.column == column]
            lines.append(
                f"SELECT id, {sql} FROM {table} WHERE {column} IS NOT NULL"
                f" AND id IN ({', '.join(rows)});"
            )
        held: dict[str, bytes | None] = {f"H{n:04d}": None for n in range(len(values))}
        for line in self.run("\n".join(lines)):
            id, _, digits = line.partition("\t")
            held[id] = bytes.fromhex(digits)
        return held


TEXT_TYPES = {name: "TEXT" for name in KINDS if name.startswith("t_")}


def spelled(*texts: str) -> list[str]:
    """SQL literals of texts without a quote."""
    return [f"'{text}'" for text in texts]


def sqlite(folder: Path) -> Dialect:
    path = folder / "hostile.sqlite"

    def run(script: str) -> list[str]:
        with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as db:
            db.execute("PRAGMA synchronous = OFF")
            found: list[str] = []
            for statement in script.split(";\n"):
                rows = db.execute(statement.removesuffix(";")).fetchall()
                found += ["\t".join([id, _printed(value)]) for id, value in rows]
            return found

    return Dialect(
        name="sqlite",
        odbc=f"DRIVER={{SQLite3}};Database={path}",
        run=run,
        types=TEXT_TYPES
        | {
            "n_char": "CHAR(8)",
            "n_short": "VARCHAR(4)",
            "n_bytes": "BLOB",
            "n_time": "TIME",
            "n_date": "DATE",
            "n_stamp": "DATETIME",
            "n_utc": "TIMESTAMP",
            "n_whole": "INTEGER",
            "n_exact": "DECIMAL(18,2)",
            "n_wide": "VARCHAR(60)",
            "n_float": "DOUBLE",
            "n_flag": "BOOLEAN",
        },
        text="CAST(x'{}' AS TEXT)",
        raw="CAST(x'{}' AS TEXT)",
        printed={},
        default="CASE typeof({}) WHEN 'text' THEN CAST({} AS BLOB) ELSE {} END",
        natives={
            "n_char": [
                *spelled("a", "a       ", " ", "", "123456789"), "17", "x'FF'", "x'41'", "x'00FF'",
            ],
            "n_short": spelled("abcd", "abcde", "a" * 300, "🚚🚚🚚🚚", "🚚🚚🚚🚚🚚", "ü" * 5000),
            "n_time": spelled("24:00:00", "-10:30:00", "838:59:59", "23:59:60", "12:00", ""),
            "n_date": [*spelled("2024-02-30", "0000-00-00", "10000-01-01"), "20240105", "45296.5"],
            "n_stamp": [*spelled("2024-03-10 02:30:00", "2024-06-01 12:00:00.123"), "1717243200"],
            "n_utc": [*spelled("2024-06-01T12:00:00Z", "2024-06-01 12:00:00"), "1717243200"],
            "n_whole": [
                "9223372036854775807", "-9223372036854775808", "9223372036854775808",
                "5000000000", "2147483648", "1.5", "1e3", "'12abc'", "'0x1F'", "' 7'", "'007'",
                "-0", "1e19", "x'31'", "'9007199254740993'", "9007199254740993", "'ü'",
            ],
            "n_exact": [
                "0.1", "12.34", "12.345", "1e15", "9007199254740993", "'12,34'", "'1e2'",
                "-0.0", "123456789012.34", "9999999999999.99", "'9999999999999999.99'", "0.005",
                "1e-7", "'1 234'", "1e300", "9e999",
            ],
            "n_wide": spelled(WIDE, "1" * 38, "1e999"),
            "n_float": [
                "0.1", "0.25", "1e15", "1e16", "1e300", "5e-324", "9e999", "-9e999", "12.34",
                "4503599627370497.5", "123456789012345.67", "'abc'", "7", "9007199254740993",
                "0.1 + 0.2", "1e2", "-0.0", "100000.5", "0.01", "1e-5", "99999999999999.98",
            ],
            "n_flag": ["0", "1", "2", "-1", "1.0", "0.0", "0.5", *spelled("true", "Y", "T", "")],
        },
    )  # fmt: skip


def _printed(value: Any) -> str:
    raw = value if isinstance(value, bytes) else repr(value).encode()
    return raw.hex()


def mariadb(server: Any) -> Dialect:
    command = [*server.client(), "--batch", "--skip-column-names", "--raw"]
    return Dialect(
        name="mariadb",
        odbc=server.odbc,
        run=lambda script: _client(command, "SET SESSION sql_mode = 'ALLOW_INVALID_DATES';\n"
                                   "SET time_zone = '+00:00';\n" + script),
        types=TEXT_TYPES
        | {
            "n_char": "CHAR(8)",
            "n_short": "VARCHAR(4)",
            "n_bytes": "BLOB",
            "n_time": "TIME(3)",
            "n_date": "DATE",
            "n_stamp": "DATETIME(6)",
            "n_utc": "VARCHAR(40) CHARACTER SET utf16",
            "n_whole": "BIGINT",
            "n_exact": "DECIMAL(38,10)",
            "n_wide": "DECIMAL(38,10)",
            "n_float": "DOUBLE",
            "n_flag": "BIT(1)",
        },
        text="CONVERT(x'{}' USING utf8mb4)",
        raw="x'{}'",
        printed={
            "n_bytes": "HEX({})",
            "n_flag": "HEX(CAST(CAST({} AS UNSIGNED) AS CHAR))",
            "n_utc": "HEX(CONVERT({} USING utf8mb4))",
        },
        default="HEX(CAST({} AS CHAR))",
        natives={
            "n_char": spelled("a", "a  ", " a", "", "12345678", "ØÛ", "🚚🚚"),
            "n_short": spelled("abcd", "a   ", "    ", "ØÛØÛ", "🚚🚚🚚🚚", "ü", "\\0a", "a\\0b"),
            "n_time": spelled("24:00:00", "-10:30:00", "838:59:59", "-838:59:59", "00:00:00.001",
                              "23:59:59.999", "12:00:00.5", "-00:00:01"),
            "n_date": spelled("0000-00-00", "2024-02-30", "2024-02-31", "1975-00-00", "2024-01-00",
                              "0000-01-01", "0001-01-01", "9999-12-31", "9999-12-30", "1582-10-10",
                              "2024-02-29", "1899-12-30"),
            "n_stamp": spelled("0000-00-00 00:00:00", "2024-03-10 02:30:00", "2024-11-03 01:30:00",
                               "2024-06-01 12:00:00.123456", "2024-06-01 12:00:00.999999",
                               "9999-12-31 23:59:59.999999", "1000-01-01 00:00:00",
                               "2024-02-30 12:00:00", "2024-02-31 23:59:59",
                               "2024-00-00 00:00:00", "1883-11-18 12:05:00"),
            "n_utc": spelled("2024-06-01T12:00:00Z", "2024-06-01T12:00:00+05:30", "ØÛ", ""),
            "n_whole": ["9223372036854775807", "-9223372036854775808", "0", "-1", "5000000000",
                        "9007199254740993"],
            "n_exact": ["0", "12.34", "12.345", "0.0000000001", "9999999999999999.99",
                        "10000000000000000", "-9999999999999999.99", "9007199254740993.01",
                        f"'{WIDE}'", "12.30"],
            "n_wide": [f"'{WIDE}'", "'9999999999999999999999999999.9999999999'", "-0.0000000001"],
            "n_float": ["0.1e0", "0.25e0", "1e15", "1e16", "1e300", "5e-324", "12.34e0", "-0e0",
                        "4503599627370497.5e0", "123456789012345.67e0", "0.1e0 + 0.2e0",
                        "9007199254740993e0", "1.7976931348623157e308", "100000.5e0", "0.01e0",
                        "1e-5", "99999999999999.98e0"],
            "n_flag": ["b'0'", "b'1'"],
        },
    )  # fmt: skip


def postgresql(server: Any) -> Dialect:
    command = [*server.client(), "--no-align", "--tuples-only", "--field-separator=\t",
               "--set=ON_ERROR_STOP=1"]  # fmt: skip
    return Dialect(
        name="postgresql",
        odbc=server.odbc,
        run=lambda script: _client(
            command,
            "SET TIME ZONE 'UTC'; SET intervalstyle = 'iso_8601'; SET lc_monetary = 'C';\n"
            "SET client_min_messages = warning;\n" + script,
        ),
        types=TEXT_TYPES
        | {
            "n_char": "CHAR(8)",
            "n_short": "VARCHAR(4)",
            "n_bytes": "BYTEA",
            "n_time": "INTERVAL",
            "n_date": "DATE",
            "n_stamp": "TIMESTAMP",
            "n_utc": "TIMESTAMPTZ",
            "n_whole": "BIGINT",
            "n_exact": "NUMERIC",
            "n_wide": "NUMERIC(38,10)",
            "n_float": "DOUBLE PRECISION",
            "n_flag": "BOOLEAN",
        },
        text="convert_from('\\x{}', 'UTF8')",
        raw="'\\x{}'::bytea",
        printed={"n_bytes": "encode({}, 'hex')"},
        default="encode(convert_to({}::text, 'UTF8'), 'hex')",
        natives={
            "n_char": spelled("a", "a  ", " a", "", "12345678", "ØÛ", "🚚🚚"),
            "n_short": spelled("abcd", "a   ", "    ", "ØÛØÛ", "🚚🚚🚚🚚", "ü"),
            "n_time": spelled("-10:30:00", "24:00:00", "1 mon -1 day", "-1 year", "0.000001 s",
                              "PT0S", "178000000 years"),
            "n_date": spelled("infinity", "-infinity", "0044-03-15 BC", "10000-01-01", "0001-01-01",
                              "9999-12-31", "9999-12-30", "5874897-12-31", "4713-01-01 BC",
                              "2024-02-29", "0001-12-31 BC"),
            "n_stamp": spelled("infinity", "-infinity", "0044-03-15 12:00 BC", "10000-01-01",
                               "2024-03-10 02:30:00", "2024-11-03 01:30:00", "2024-06-01 24:00:00",
                               "2024-06-01 12:00:00.123456", "2024-06-01 12:00:00.5",
                               "2024-06-01 12:00:60", "9999-12-31 23:59:59.999999",
                               "1883-11-18 12:05:00", "294276-12-31 23:59:59"),
            "n_utc": spelled("2024-06-01 12:00:00+05:30", "2024-06-01 12:00:00.123456-11",
                             "infinity", "0044-03-15 12:00:00+00 BC", "10000-01-01 00:00:00+00",
                             "9999-12-31 23:59:59.999999+00", "0001-01-01 00:00:00+00",
                             "2024-03-10 02:30:00 America/Chicago"),
            "n_whole": ["9223372036854775807", "'-9223372036854775808'", "0", "-1", "5000000000",
                        "9007199254740993"],
            "n_exact": ["0", "12.34", "12.345", "12.30", "12.3000000", "'NaN'", "'Infinity'",
                        "'-Infinity'", "1e30", "1e-30", "9999999999999999.99", "10000000000000000",
                        "-9999999999999999.99", f"'{WIDE}'", "-0.0", "9007199254740993.01"],
            "n_wide": [f"'{WIDE}'", "'9999999999999999999999999999.9999999999'", "-0.0000000001"],
            "n_float": ["0.1", "0.25", "1e15", "1e16", "1e300", "5e-324", "'NaN'", "'Infinity'",
                        "'-Infinity'", "12.34", "'-0'", "4503599627370497.5", "123456789012345.67",
                        "0.1::float8 + 0.2::float8", "9007199254740993", "100000.5", "0.01",
                        "1e-5", "99999999999999.98"],
            "n_flag": ["true", "false"],
        },
        can_hold=lambda raw: b"\0" not in raw,
    )  # fmt: skip


def _client(command: list[str], script: str) -> list[str]:
    done = subprocess.run(
        command, input=script.encode(), capture_output=True, timeout=CLIENT_SECONDS, check=False
    )
    assert done.returncode == 0, done.stderr.decode(errors="replace")
    return done.stdout.decode().splitlines()


@dataclass(frozen=True)
class Outcome:
    """What a reading gave for one field: a typed value, or the raw and reason of a problem."""

    value: Any
    problems: tuple[tuple[str, str], ...] = ()


def outcome(field: str, value: Any, problems: Sequence[dict[str, str]]) -> Outcome:
    told = [it for it in problems if it["field"] == f"custom.{field}"]
    return Outcome(value, tuple((it["raw"], it["reason"]) for it in told))


def in_bulk(nights: Nights, values: Sequence[Hostile]) -> Iterator[tuple[Outcome, Any]]:
    """By row: what the snapshot holds, and everything in it that should not be there."""
    columns = sorted({it.column for it in values})
    listed = ", ".join(f"custom_{name}" for name in columns)
    rows = {row[0]: row for row in nights.snapshot("product", f"id, problems, {listed}")}
    for number, it in enumerate(values):
        _, told, *typed = rows[f"H{number:04d}"]
        problems = json.loads(told or "[]")
        by_name = dict(zip(columns, typed, strict=True))
        value = by_name.pop(it.column)
        others = [name for name, other in by_name.items() if other is not None]
        yield outcome(it.column, value, problems), others or len(problems) > 1


def by_row(document: dict[str, Any], column: str) -> tuple[Outcome, Any]:
    custom = dict(document["custom"] or {})  # null where all of its values are
    value = TYPED[type_of(column)](custom.pop(column, None))
    others = [name for name, other in custom.items() if other is not None]
    problems = document["problems"] or []
    return outcome(column, value, problems), others or len(problems) > 1


def type_of(column: str) -> str:
    return KINDS[column].spec.split('"')[1]


def _instant(text: str | None) -> dt.datetime | None:
    if text is None:
        return None
    assert text.endswith("Z")
    return dt.datetime.fromisoformat(text).replace(tzinfo=None)


TYPED: dict[str, Callable[[Any], Any]] = {
    "text": lambda value: value,
    "integer": lambda value: value,
    "flag": lambda value: value,
    "decimal": lambda text: None if text is None else Decimal(text),
    "date": lambda text: None if text is None else dt.date.fromisoformat(text),
    "instant": _instant,
}
"""The typed value of a document's JSON one, by type."""


def same_raw(column: str, raw: str, wanted: str) -> bool:
    """The raw of a double may be spelled otherwise, as long as it is the same double."""
    if raw == wanted or column.startswith("t_"):
        return raw == wanted
    try:
        return float(raw) == float(wanted)
    except ValueError:
        return False


def judged(it: Hostile, held: bytes | None, got: Outcome, page: str) -> str:
    """exact, null or refused; else what is wrong."""
    wanted = expected(KINDS[it.column], held, page)
    if isinstance(wanted, Refused):
        right = got.value is None and len(got.problems) == 1
        right = right and same_raw(it.column, got.problems[0][0], wanted.raw)
        right = right and bool(got.problems[0][1])
        return "refused" if right else f"{it} held as {held!r}: {got}, not {wanted}"
    if got.problems or got.value != wanted or type(got.value) is not type(wanted):
        return f"{it} held as {held!r}: {got}, not {wanted!r}"
    return "null" if wanted is None else "exact"


def read_both_ways(
    dialect: Dialect, values: Sequence[Hostile], folder: Path, page: str
) -> Counter[str]:
    """How many were exact, null and refused, alike by row, by page and in bulk."""
    table = "hostile_" + page.replace("-", "")
    held = dialect.filled(table, values)
    home = folder / table
    home.mkdir()
    columns = [name for name in KINDS if name in {it.column for it in values}]
    (home / "mapping.toml").write_text(mapping(table, columns, page), "utf-8")
    counted: Counter[str] = Counter()
    wrong: list[str] = []
    with Nights.over(open_crm(str(home), Access(odbc=dialect.odbc)), home / "var") as nights:
        nights.run()
        found = {}
        ask: Ask | None = Ask(limit=PAGE)
        while ask is not None:
            page_of = nights.crm.find("product", ask)
            found |= {one.id: one.document for one in page_of.records}
            ask = Ask(limit=PAGE, after=page_of.next) if page_of.next else None
        for (number, it), (bulk, astray) in zip(
            enumerate(values), in_bulk(nights, values), strict=True
        ):
            id = f"H{number:04d}"
            single = nights.crm.get("product", id).document
            row, row_astray = by_row(single, it.column)
            verdict = judged(it, held[id], bulk, page)
            counted[verdict] += verdict in ("exact", "null", "refused")
            if verdict not in ("exact", "null", "refused"):
                wrong.append(f"in bulk {verdict}")
            if row != bulk or single != found[id] or astray or row_astray:
                wrong.append(
                    f"{it} held as {held[id]!r}: by row {row}, in bulk {bulk}, "
                    f"others {astray or row_astray}"
                )
    assert not wrong, "\n".join(wrong)
    assert +counted == counted
    return +counted


@pytest.fixture(
    params=["sqlite", pytest.param("mariadb", marks=pytest.mark.long),
            pytest.param("postgresql", marks=pytest.mark.long)]
)  # fmt: skip
def dialect(request: pytest.FixtureRequest, tmp_path: Path) -> Dialect:
    if request.param == "sqlite":
        return sqlite(tmp_path)
    made = {"mariadb": mariadb, "postgresql": postgresql}[request.param]
    return made(request.getfixturevalue(request.param))


def test_hostile_values_are_exact_or_refused_alike_by_row_and_in_bulk(
    dialect: Dialect, tmp_path: Path, full: bool, figure: Any
) -> None:
    """F1, F2, F3, F4, F5, F6, F7, F8"""
    values = dialect.values()
    assert len(values) >= 300
    values = values if full else values[::20]
    counted = read_both_ways(dialect, values, tmp_path, "utf-8")
    assert counted.total() == len(values)
    figure(values=len(values), **counted)


def test_bytes_of_a_declared_code_page_are_its_letters_or_refused(
    dialect: Dialect, tmp_path: Path, full: bool, figure: Any
) -> None:
    """F5"""
    raws = PAGED if full else PAGED[::16]
    values = [Hostile("n_bytes", dialect.raw.replace("{}", raw.hex())) for raw in raws]
    counted = read_both_ways(dialect, values, tmp_path, "cp1252")
    assert counted.total() == len(values)
    figure(values=len(values), **counted)
