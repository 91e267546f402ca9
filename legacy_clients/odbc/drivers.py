"""The ODBC drivers that are known, one profile each: what a session and a value need."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import cast

import pyodbc
from sqlalchemy.engine import Dialect, make_url
from sqlalchemy.engine.default import DefaultDialect

from legacy_clients.errors import Misconfigured
from legacy_clients.odbc import (  # the dialects register themselves
    carriage,
    postgresql_dialect,
    sqlite_dialect,
)
from legacy_clients.odbc.connection_string import attributes
from legacy_clients.odbc.messages import Column


@dataclass(frozen=True)
class Profile:
    """One driver. SQL in it is the database's own."""

    name: str
    dialect: str
    """The name of its SQLAlchemy dialect."""
    carried: Callable[[str, Column | None], str]
    describe: str
    """SELECT of name, type, size, nullable ("1", "0") for a table and a schema (or empty text)."""
    clock: str
    """SELECT of now in UTC, as ISO 8601 text."""
    octets: str
    """The bytes of `{x}` as the driver hands it over."""
    sized: range
    """Lengths that the driver declares for a column and that are true."""
    grants: str | None = None
    """SELECT of one number, more than 0 where the account may write."""
    options: Mapping[str, str] = field(default_factory=dict)
    """Set in a connection string that does not set them itself."""
    demands: Mapping[str, str] = field(default_factory=dict)
    """Set in a connection string, which must not say otherwise."""
    session: tuple[str, ...] = ()
    limit: str | None = None
    """Sets the server's own limit on a statement to `{milliseconds}` or `{seconds}`."""
    refresh: str | None = None
    """Run before a statement is prepared, so that it is prepared for the tables as they are now."""
    longest: str | None = None
    """The option that sets how long a text without a length may be, in bulk."""
    widened: Callable[[str, tuple[str, ...]], str] | None = None
    """A query around a query, whose columns declare a length that bulk reading can work with."""
    by_row: Callable[[str, Column | None], str] | None = None
    """How columns are carried where `ask` reads them, if that can be done for less."""
    in_bulk: Callable[[str, Column | None], str] | None = None
    """How columns are carried where `stream` reads them, if that can be done for less."""
    bytewise: bool = False
    """Rows are read with a letter for each byte, and decoded here."""
    buffers: bool = False
    """Holds a whole result in memory, whatever its size: large tables are read by ranges of keys.
    """

    def carry(self, column_sql: str, column: Column | None = None) -> str:
        """SQL for `column_sql` as text that this driver cannot distort; NULL stays NULL.

        `column` is that of `describe`. Without it, or with an empty type, the SQL fits any type and
        is slower (see carriage.py).
        """
        return self.carried(column_sql, column)

    def carry_by_row(self, column_sql: str, column: Column | None = None) -> str:
        """As `carry`, for `ask` alone."""
        return (self.by_row or self.carried)(column_sql, column)

    def carry_in_bulk(self, column_sql: str, column: Column | None = None) -> str:
        """As `carry`, for `stream` alone."""
        return (self.in_bulk or self.carried)(column_sql, column)

    def spoken(self) -> Dialect:
        """The SQLAlchemy dialect to compile statements with; it needs no connection."""
        made = cast("type[DefaultDialect]", make_url(f"{self.dialect}://").get_dialect())
        return made(dbapi=pyodbc)


def _widened_for_sqlite(sql: str, columns: tuple[str, ...]) -> str:
    # The driver says 255 characters for any expression, and 65,536 for a column declared TEXT.
    named = ", ".join('sql AS "' + name.replace('"', '""') + '"' for name in columns)
    return f"SELECT {named} FROM sqlite_master WHERE 0 UNION ALL SELECT * FROM ({sql})"


PROFILES: dict[str, Profile] = {
    "SQLite": Profile(
        name="SQLite",
        by_row=carriage.rows_over_sqlite,
        bytewise=True,
        buffers=True,
        dialect=sqlite_dialect.NAME,
        carried=carriage.over_sqlite,
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
        session=("PRAGMA query_only = 1",),
        # The driver names the columns before SQLite notices that the tables have changed.
        refresh="SELECT 1 FROM sqlite_master LIMIT 0",
        widened=_widened_for_sqlite,
    ),
    "MariaDB": Profile(
        name="MariaDB",
        in_bulk=carriage.bulk_over_mariadb,
        buffers=True,
        dialect="mariadb+pyodbc",
        carried=carriage.over_mariadb,
        describe="""
            SELECT CAST(column_name AS CHAR),
                CONCAT(column_type, COALESCE(CONCAT(' character set ', character_set_name), '')),
                CAST(character_maximum_length AS CHAR), IF(is_nullable = 'YES', '1', '0')
            FROM information_schema.columns
            WHERE table_name = ? AND table_schema = COALESCE(NULLIF(?, ''), DATABASE())
            ORDER BY ordinal_position""",
        clock="SELECT DATE_FORMAT(UTC_TIMESTAMP(6), '%Y-%m-%dT%H:%i:%s.%f')",
        octets="LENGTH({x})",
        sized=range(1, 8193),
        grants="""
            SELECT COUNT(*) FROM (
                SELECT grantee, privilege_type FROM information_schema.user_privileges
                UNION ALL SELECT grantee, privilege_type FROM information_schema.schema_privileges
                UNION ALL SELECT grantee, privilege_type FROM information_schema.table_privileges
                UNION ALL SELECT grantee, privilege_type FROM information_schema.column_privileges
            ) AS held
            WHERE privilege_type NOT IN
                ('USAGE', 'SELECT', 'SHOW VIEW', 'SHOW DATABASES', 'PROCESS')
            AND grantee IN (CONCAT('''', REPLACE(CURRENT_USER(), '@', '''@'''), ''''),
                CONCAT('''', CURRENT_ROLE(), '''@'''''))""",
        options={"CONN_TIMEOUT": "5"},
        demands={"CHARSET": "utf8mb4", "AUTO_RECONNECT": "0"},
        session=("SET time_zone = '+00:00'", "SET SESSION TRANSACTION READ ONLY"),
        limit="SET max_statement_time = {seconds}",
    ),
    "PostgreSQL": Profile(
        name="PostgreSQL",
        buffers=True,
        dialect=postgresql_dialect.NAME,
        carried=carriage.over_postgresql,
        describe="""
            SELECT attname::text, format_type(atttypid, atttypmod),
                CASE WHEN atttypid IN (1042, 1043) AND atttypmod > 0
                    THEN (atttypmod - 4)::text END,
                CASE WHEN attnotnull THEN '0' ELSE '1' END
            FROM pg_attribute CROSS JOIN (SELECT ?::text AS named, ?::text AS within) AS asked
            WHERE attnum > 0 AND NOT attisdropped AND attrelid = to_regclass(
                CASE within WHEN '' THEN '' ELSE quote_ident(within) || '.' END
                || quote_ident(named))
            ORDER BY attnum""",
        clock="""
            SELECT to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US')""",
        octets="octet_length({x})",
        sized=range(1, 8190),
        grants="""
            SELECT (SELECT count(*) FROM pg_roles WHERE rolname = current_user AND rolsuper)
                + (SELECT count(*) FROM pg_class
                JOIN pg_namespace ON pg_namespace.oid = relnamespace
                WHERE relkind IN ('r', 'p', 'v', 'f')
                AND nspname !~ '^pg_' AND nspname <> 'information_schema'
                AND has_table_privilege(pg_class.oid, 'INSERT, UPDATE, DELETE, TRUNCATE'))""",
        # Read in pieces (UseDeclareFetch), a cut link crashes the process.
        demands={"UseDeclareFetch": "0", "TextAsLongVarchar": "1"},
        session=(
            "SET TIME ZONE 'UTC'",
            "SET DateStyle = 'ISO, YMD'",
            "SET IntervalStyle = 'iso_8601'",
            "SET extra_float_digits = 3",
            "SET bytea_output = 'hex'",
            "SET lc_monetary = 'C'",
            "SET default_transaction_read_only = on",
        ),
        limit="SET statement_timeout = {milliseconds}",
        longest="MaxLongVarcharSize",
    ),
}

_BY_DRIVER = {
    r"sqlite": "SQLite",
    r"maria|libmaodbc": "MariaDB",
    r"(?!.*(ansi|psqlodbca))(postgres|psqlodbc)": "PostgreSQL",
}
"""Profiles by what the driver is called in odbcinst.ini, or its library."""


def profile_of(connection_string: str) -> Profile:
    """The profile of the driver that a connection string names, by DRIVER or by its DSN.

    Misconfigured where it names none, or one that is not known.
    """
    given = attributes(connection_string)
    driver = given.get("DRIVER") or pyodbc.dataSources().get(given.get("DSN", ""))
    if driver is None:
        raise Misconfigured(
            "the ODBC connection string names no DRIVER, and no DSN that odbc.ini has"
        )
    for pattern, name in _BY_DRIVER.items():
        if re.search(pattern, driver, re.IGNORECASE):
            return PROFILES[name]
    raise Misconfigured(
        f"the ODBC driver {driver!r} is not known; known are {', '.join(PROFILES)} (Unicode)"
    )
