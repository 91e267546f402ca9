"""SQLite by libsqliteodbc: its dialect `sqlite+odbc`, carriage and profile."""

from __future__ import annotations

from typing import Any

from sqlalchemy.connectors.pyodbc import PyODBCConnector
from sqlalchemy.dialects import registry
from sqlalchemy.dialects.sqlite.base import SQLiteDialect

from legacy_clients.odbc.drivers.profile import Canary, Profile, by_type
from legacy_clients.odbc.messages import Column

DIALECT = "sqlite+odbc"


class SQLiteOverODBC(PyODBCConnector, SQLiteDialect):
    """SQLite as spoken through libsqliteodbc."""

    driver = "odbc"
    default_paramstyle = "qmark"
    supports_statement_cache = True
    returns_native_bytes = True

    def __init__(self, dbapi: Any = None, **options: Any) -> None:
        super().__init__(**options)
        self.dbapi = (
            dbapi  # only now: SQLiteDialect asks its module for a version that only sqlite3 has
        )

    def _get_server_version_info(self, connection: Any) -> tuple[int, ...]:
        version = connection.exec_driver_sql("SELECT sqlite_version()").scalar()
        return tuple(int(part) for part in version.split("."))


registry.register(DIALECT.replace("+", "."), __name__, "SQLiteOverODBC")

# length() stops at NUL and the driver drops bytes that are no UTF-8: only printable ASCII goes as
# it is. GLOB passes over a blob, and the driver spells it X'FF': a text column may hold one too.
_TEXT = (
    "CASE WHEN {x} NOT GLOB '*[^ -~]*' AND length(CAST({x} AS BLOB)) = length({x})"
    " AND typeof({x}) <> 'blob' THEN {x}"
    " WHEN {x} IS NOT NULL THEN char(1) || hex(CAST({x} AS BLOB)) END"
)
# A column of SQLite holds values of any type, whatever it declares: each goes by its own. printf is
# exact with 18 digits, not with 17; 15 give what was typed, if they do.
_ANY = (
    "CASE typeof({x}) WHEN 'integer' THEN CAST({x} AS TEXT)"
    f" WHEN 'text' THEN {_TEXT}"
    " WHEN 'real' THEN CASE WHEN abs({x}) >= 1e-4 AND abs({x}) < 1e15"
    " AND CAST(printf('%!.15g', {x}) AS REAL) = {x}"
    " THEN printf('%!.15g', {x}) ELSE printf('%!.18g', {x}) END"
    " WHEN 'blob' THEN char(1) || hex({x}) END"
)
# Numbers become text in a column of text affinity, and only there; see SQLite's "Datatypes", 3.1.
_BY_TYPE = {
    r".*int": _ANY,
    r".*(char|clob|text)": _TEXT,
    r"": _ANY,
}
"""By the declared type; the first that fits counts."""


# Rows are read as bytes and decoded here, so that only NUL and the mark itself must be seen to.
_BY_ROW = {
    r".*(char|clob|text)": (
        "CASE WHEN instr(CAST({x} AS BLOB), x'00') OR unicode({x}) = 1 OR typeof({x}) = 'blob'"
        " THEN char(1) || hex(CAST({x} AS BLOB)) ELSE {x} END"
    ),
    r"": _ANY,
}


def carried_by_row(x: str, column: Column | None = None) -> str:
    """As `carried`, where the driver gives the bytes of a text as they are."""
    declared = "" if column is None else column.type
    kinds = _BY_TYPE if "int" in declared.lower() else _BY_ROW
    return by_type(kinds, column).replace("{x}", x)


def carried(x: str, column: Column | None = None) -> str:
    """By the type of each value, which a column of text affinity does not need to be asked for."""
    return by_type(_BY_TYPE, column).replace("{x}", x)


_WIDE = "facade_wide"
# Characters of up to four bytes: a value of SQLite has at most 1,000,000,000 bytes.
_WIDEST = 250_000_000


def _widened(sql: str, columns: tuple[str, ...]) -> str:
    # The driver says 255 characters for any expression, 65,536 for a column declared TEXT, and for
    # a VARCHAR what it declares. The table is made with the session, and holds nothing.
    named = ", ".join('x AS "' + name.replace('"', '""') + '"' for name in columns)
    return f"SELECT {named} FROM temp.{_WIDE} WHERE 0 UNION ALL SELECT * FROM ({sql})"


CANARIES = (
    Canary("bigint", "INTEGER", "-9223372036854775808", "-9223372036854775808"),
    Canary("beyond 32 bits", "INTEGER", "5000000000", "5000000000"),
    Canary("float", "REAL", "0.1", "0.1"),
    Canary("large float", "REAL", "1e300", "1.0e+300"),
    Canary("two places", "DECIMAL(10,2)", "12.34", "12.34"),
    Canary("number with a comma", "DECIMAL(10,2)", "'12,34'", "12,34"),
    Canary("no date", "DATE", "'31.02.2024'", "31.02.2024"),
    Canary("zero date", "DATE", "'0000-00-00'", "0000-00-00"),
    Canary("year 10000", "DATETIME", "'10000-01-01 00:00:00'", "10000-01-01 00:00:00"),
    Canary("negative time", "TIME", "'-10:30:00'", "-10:30:00"),
    Canary("no boolean", "BOOLEAN", "'maybe'", "maybe"),
    Canary("leading zeros", "VARCHAR(10)", "'0042'", "0042"),
    Canary("blanks behind", "VARCHAR(8)", "'C001    '", "C001    "),
    Canary("no letters", "VARCHAR(8)", "''", ""),
    Canary("NULL", "VARCHAR(8)", "NULL", None),
    Canary("NUL inside", "TEXT", "'a' || char(0) || 'b'", "\x01610062"),
    Canary("mark", "TEXT", "char(1) || '4142'", "\x010134313432"),
    Canary("no UTF-8", "TEXT", "CAST(x'41FF' || x'00' AS TEXT)", "\x0141FF00"),
    Canary("beyond the basic plane", "TEXT", "'a' || char(128666)", "a🚚"),
    Canary("bytes", "BLOB", "x'00FF41'", "\x0100FF41"),
    Canary("bytes among letters", "VARCHAR(8)", "x'00FF41'", "\x0100FF41"),
)

PROFILE = Profile(
    name="SQLite",
    by_row=carried_by_row,
    bytewise=True,
    garbled="[\U00010000-\U0010ffff]",  # it takes them for other letters
    buffers=True,
    dialect=DIALECT,
    carried=carried,
    describe="""
        SELECT its.name, type,
            CASE WHEN type LIKE '%char%(%'
                THEN CAST(substr(type, instr(type, '(') + 1) AS INTEGER) END,
            CASE WHEN "notnull" OR (pk AND upper(type) = 'INTEGER') THEN '0' ELSE '1' END
        FROM pragma_database_list AS base CROSS JOIN pragma_table_info(?, base.name) AS its
        WHERE base.name = coalesce(nullif(?, ''), 'main') ORDER BY cid""",
    clock="SELECT strftime('%Y-%m-%dT%H:%M:%f', 'now')",
    octets="length(CAST({x} AS BLOB))",
    sized=range(0),
    # A locked file is waited for this many milliseconds; one that is not there is not made.
    options={"Timeout": "5000"},
    demands={"NoCreat": "1"},
    session=(
        f"CREATE TEMP TABLE IF NOT EXISTS {_WIDE} (x VARCHAR({_WIDEST}))",
        "PRAGMA query_only = 1",
    ),
    # The driver names the columns before SQLite notices that the tables have changed.
    refresh="SELECT 1 FROM sqlite_master LIMIT 0",
    widened=_widened,
    canaries=CANARIES,
    long_text="CAST(? AS TEXT)",
    long_type="TEXT",
    slow="WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < {seconds}e7)"
    " SELECT max(i) AS i FROM n",
)
