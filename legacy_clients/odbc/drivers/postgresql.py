"""PostgreSQL by psqlodbc, the Unicode one: its dialect `postgresql+odbc`, carriage and profile."""

from __future__ import annotations

from typing import Any

from sqlalchemy.connectors.pyodbc import PyODBCConnector
from sqlalchemy.dialects import registry
from sqlalchemy.dialects.postgresql.base import PGDialect
from sqlalchemy.engine.interfaces import BindTyping

from legacy_clients.odbc.drivers.profile import Canary, Profile, by_type
from legacy_clients.odbc.messages import Column

DIALECT = "postgresql+odbc"


class PostgreSQLOverODBC(PyODBCConnector, PGDialect):
    """PostgreSQL as spoken through psqlodbc, the Unicode driver."""

    driver = "odbc"
    default_paramstyle = "qmark"
    supports_statement_cache = True
    bind_typing = BindTyping.NONE
    use_native_hstore = False

    def _get_server_version_info(self, connection: Any) -> tuple[int, ...]:
        number = int(connection.exec_driver_sql("SHOW server_version_num").scalar())
        return number // 10000, number % 10000


registry.register(DIALECT.replace("+", "."), __name__, "PostgreSQLOverODBC")

_TEXT = (
    "CASE WHEN ascii({text}) = 1"
    " OR (getdatabaseencoding() = 'SQL_ASCII' AND {text} ~ '[^\\x01-\\x7f]') THEN chr(1)"
    " || upper(encode(convert_to({text}, getdatabaseencoding()), 'hex')) ELSE {text} END"
)
_CAST = _TEXT.replace("{text}", "{x}::text")
# A cast of CHAR to text strips its blanks; its own output does not.
_ANY = (
    "CASE pg_typeof({x}) WHEN 'bytea'::regtype THEN chr(1) || upper(substr({x}::text, 3))"
    " WHEN 'character'::regtype THEN CASE WHEN {x} IS NOT NULL THEN "
    + _TEXT.replace("{text}", "concat({x})")
    + f" END ELSE {_CAST} END"
)
_BY_TYPE = {
    r"$": _ANY,
    r"(smallint|integer|bigint|oid)$": "{x}::varchar(20)",
    r"boolean$": "{x}::varchar(5)",
    r"date$": "{x}::varchar(40)",
    r"time[^\[]*$": "{x}::varchar(60)",
    r"(real|double precision)$": "{x}::varchar(40)",
    r"uuid$": "{x}::varchar(36)",
    r"money$": "{x}::numeric::text",
    r"bytea$": "chr(1) || upper(encode({x}, 'hex'))",
    r"character(\(\d+\))?$": _TEXT.replace("{text}", "textin(bpcharout({x}))"),
    r"": _CAST,
}
"""By the declared type; the first that fits counts. A varchar has a length, a text has none."""

_SIZED = 1000
"""A text of up to this many characters gets a length, with room for all its bytes as digits."""


def carried(x: str, column: Column | None = None) -> str:
    """By the declared type; without one by what each row tells, and money in locale C."""
    carried = by_type(_BY_TYPE, column).replace("{x}", x)
    if column is not None and column.size is not None and column.size <= _SIZED:
        return f"({carried})::varchar({8 * column.size + 1})"
    return carried


CANARIES = (
    Canary("bigint", "bigint", "'-9223372036854775808'::bigint", "-9223372036854775808"),
    Canary("38 digits", "numeric(38,10)",
           "'-1234567890123456789012345678.0123456789'::numeric(38,10)",
           "-1234567890123456789012345678.0123456789"),
    Canary("no number", "numeric", "'NaN'::numeric", "NaN"),
    Canary("float", "double precision", "0.1::double precision", "0.1"),
    Canary("smallest float", "double precision", "'5e-324'::double precision", "5e-324"),
    Canary("boolean", "boolean", "true", "true"),
    Canary("money", "money", "12.34::numeric::money", "12.34"),
    Canary("year 10000", "date", "'10000-01-01'::date", "10000-01-01"),
    Canary("infinity", "date", "'infinity'::date", "infinity"),
    Canary("before Christ", "timestamp without time zone", "'0044-03-15 12:00 BC'::timestamp",
           "0044-03-15 12:00:00 BC"),
    Canary("offset", "timestamp with time zone", "'2024-06-01 12:00:00.5+02'::timestamptz",
           "2024-06-01 10:00:00.5+00"),
    Canary("midnight", "time without time zone", "'24:00:00'::time", "24:00:00"),
    Canary("negative time", "interval", "'-10 hours 30 minutes'::interval", "PT-9H-30M"),
    Canary("padded", "character(8)", "'C001'::char(8)", "C001    "),
    Canary("blanks behind", "character varying(8)", "'C001    '::varchar(8)", "C001    "),
    Canary("no letters", "character varying(8)", "''::varchar(8)", ""),
    Canary("NULL", "character varying(8)", "NULL::varchar(8)", None),
    Canary("mark", "text", "chr(1) || '41'", "\x01013431"),
    Canary("bytes", "bytea", "decode('00FF41', 'hex')", "\x0100FF41"),
)  # fmt: skip

PROFILE = Profile(
    name="PostgreSQL",
    buffers=True,
    dialect=DIALECT,
    carried=carried,
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
    canaries=CANARIES,
    long_text="?::text",
    slow="SELECT pg_sleep({seconds})",
    own_session="SELECT pg_backend_pid()::text",
    kill="SELECT pg_terminate_backend({number})",
)
