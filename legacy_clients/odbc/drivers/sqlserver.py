"""SQL Server by Microsoft's driver 17 or 18, or by FreeTDS: carriage and profiles.

Written by what is documented. It has never met a server.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from sqlalchemy import NVARCHAR, BindParameter, Select, text

from legacy_clients.odbc.drivers.profile import Canary, Profile, by_type
from legacy_clients.odbc.messages import Column


def _letters(pattern: str) -> str:
    """A pattern by its bytes: no driver and no collation reads its letters otherwise."""
    raw = pattern.encode("utf-16-le", "surrogatepass")
    return f"CAST(0x{raw.hex().upper()} AS nvarchar({len(raw) // 2}))"


_HIGH, _LOW = "\ud800-\udbff", "\udc00-\udfff"
_BINARY = " COLLATE Latin1_General_BIN2"
# Half of a pair is no text that UTF-8 or Python could hold: one such value would end a whole read.
_HALF = (f"%[{_HIGH}][^{_LOW}]%", f"%[{_HIGH}]", f"%[^{_HIGH}][{_LOW}]%", f"[{_LOW}]%")
_HALVES = (
    f"{{w}}{_BINARY} LIKE {_letters(f'%[{_HIGH[0]}-{_LOW[-1]}]%')} AND ("
    + " OR ".join(f"{{w}}{_BINARY} LIKE {_letters(pattern)}" for pattern in _HALF)
    + ")"
)
_NUL = f"CHARINDEX({_letters(chr(0))}{_BINARY}, {{w}}{_BINARY}) > 0"
_HEX = "NCHAR(1) + CONVERT(varchar(max), CAST({w} AS varbinary(max)), 2)"
_PAGED = f"CASE WHEN {_NUL} OR UNICODE({{w}}) = 1 THEN {_HEX} ELSE {{w}} END"
_WIDE = f"CASE WHEN {_NUL} OR UNICODE({{w}}) = 1 OR ({_HALVES}) THEN {_HEX} ELSE {{w}} END"
_LONG = "CAST({x} AS nvarchar(max))"
_BYTES = _HEX.replace("{w}", "{x}")

_BY_TYPE = {
    r"((tiny|small|big)?int|bit|decimal|numeric)\b": "CONVERT(varchar(41), {x})",
    r"(small)?money$": "CONVERT(varchar(40), {x}, 2)",
    # Style 3 tells every value from every other; servers before 2016 take it for 6 digits, which
    # the self-test finds out.
    r"(float|real)\b": "CONVERT(varchar(40), {x}, 3)",
    r"date$": "CONVERT(varchar(10), {x}, 23)",
    r"time\b": "CONVERT(varchar(16), {x}, 121)",
    r"smalldatetime$": "CONVERT(varchar(19), {x}, 120)",
    r"datetimeoffset\b": "CONVERT(varchar(34), {x}, 121)",
    r"datetime2\b": "CONVERT(varchar(27), {x}, 121)",
    # It counts 1/300 s; the three digits that it tells are read as the same count again.
    r"datetime$": "CONVERT(varchar(23), {x}, 121)",
    r"uniqueidentifier$": "CONVERT(varchar(36), {x})",
    r"(var)?char\b": _PAGED.replace("{w}", _LONG),
    r"text\b": _PAGED.replace("{w}", "CAST(CAST({x} AS varchar(max)) AS nvarchar(max))"),
    r"(n(var)?char|ntext|sysname|xml|json|vector)\b": _WIDE.replace("{w}", _LONG),
    r"hierarchyid$": "{x}.ToString()",
    r"sql_variant$": "{variant}",
    r"$": "{variant}",
    # (var)binary, image, rowversion (which it calls timestamp), geometry and what is unknown.
    r"": _BYTES,
}
"""By the declared type; the first that fits counts."""

_VARIANTS = {
    "money": ("money", "smallmoney"),
    "float": ("float", "real"),
    "date": ("date",),
    "time": ("time",),
    "datetime": ("datetime", "smalldatetime"),
    "datetime2": ("datetime2",),
    "datetimeoffset": ("datetimeoffset",),
    "varbinary(8000)": ("binary", "varbinary"),
}
"""The types of values in a sql_variant whose own spelling is not exact, and what they are cast to.
"""


def _of_variant(v: str) -> str:
    """A sql_variant by the type of each value."""
    base = f"CAST(SQL_VARIANT_PROPERTY({v}, 'BaseType') AS nvarchar(128))"
    cases = "".join(
        f" WHEN {base} IN ({', '.join(repr(name) for name in names)})"
        f" THEN {by_type(_BY_TYPE, Column('', kind, None, True))}".replace(
            "{x}", f"CAST({v} AS {kind})"
        )
        for kind, names in _VARIANTS.items()
    )
    letters = f"CAST({v} AS nvarchar(4000))"
    longer = f"CAST({v} AS varbinary(8000))"
    return (
        f"CASE{cases} WHEN DATALENGTH({v}) > 4000 THEN {_BYTES.replace('{x}', longer)}"
        f" ELSE {_WIDE.replace('{w}', letters)} END"
    )


_SIZED = 1000
"""A text of up to this many characters gets a length, with room for all its bytes as digits."""


def carried(x: str, column: Column | None = None) -> str:
    """By the declared type; without one by that of each value, if a sql_variant can hold it."""
    sql = by_type(_BY_TYPE, column)
    if "{variant}" in sql:
        return _of_variant(x if column and column.type else f"CAST({x} AS sql_variant)")
    sql = sql.replace("{x}", x)
    if column is not None and column.size is not None and column.size <= _SIZED:
        return f"CAST({sql} AS nvarchar({4 * column.size + 1}))"
    return sql


def _limited(statement: Select[Any], rows: BindParameter[Any]) -> Select[Any]:
    # SQLAlchemy's own way, for servers before 2012, numbers rows in a subquery and loses the order.
    return statement.prefix_with(text(f"TOP (:{rows.key})").bindparams(rows))


_DESCRIBED = """
    SELECT c.name, COALESCE(t.name, TYPE_NAME(c.user_type_id))
        + CASE WHEN t.name IN ('decimal', 'numeric')
            THEN '(' + CONVERT(varchar(3), c.[precision]) + ',' + CONVERT(varchar(3), c.scale) + ')'
        WHEN t.name IN ('time', 'datetime2', 'datetimeoffset')
            THEN '(' + CONVERT(varchar(3), c.scale) + ')'
        WHEN t.name LIKE '%char' OR t.name LIKE '%binary' THEN '(' + CASE c.max_length
            WHEN -1 THEN 'max' ELSE CONVERT(varchar(5), CASE WHEN t.name LIKE 'n%'
                THEN c.max_length / 2 ELSE c.max_length END) END + ')' ELSE '' END
        + COALESCE(' collate ' + c.collation_name, ''),
        CASE WHEN t.name LIKE '%char' AND c.max_length > 0 THEN CONVERT(varchar(5),
            CASE WHEN t.name LIKE 'n%' THEN c.max_length / 2 ELSE c.max_length END) END,
        CASE c.is_nullable WHEN 0 THEN '0' ELSE '1' END
    FROM (SELECT CAST(? AS nvarchar(128)) AS named, CAST(? AS nvarchar(128)) AS kept_in) AS asked
    JOIN sys.columns AS c ON c.object_id = OBJECT_ID(QUOTENAME(COALESCE(NULLIF(kept_in, ''),
        SCHEMA_NAME())) + '.' + QUOTENAME(named))
    JOIN sys.objects AS o ON o.object_id = c.object_id AND o.type IN ('U', 'V')
    LEFT JOIN sys.types AS t ON t.user_type_id = c.system_type_id
    ORDER BY c.column_id"""

_WRITES = ("INSERT", "UPDATE", "DELETE")
_GRANTS = (
    """
    SELECT CONVERT(varchar(10),
        (SELECT COUNT(*) FROM fn_my_permissions(NULL, 'DATABASE') WHERE permission_name IN
            ('INSERT', 'UPDATE', 'DELETE', 'ALTER', 'CONTROL', 'CREATE TABLE', 'TAKE OWNERSHIP'))
        + (SELECT COUNT(*) FROM sys.database_permissions WHERE class = 1 AND minor_id > 0
            AND state IN ('G', 'W') AND permission_name = 'UPDATE'
            AND (grantee_principal_id = DATABASE_PRINCIPAL_ID()
                OR IS_MEMBER(USER_NAME(grantee_principal_id)) = 1))
        + (SELECT COUNT(*) FROM sys.objects AS o JOIN sys.schemas AS s ON s.schema_id = o.schema_id
            CROSS APPLY (SELECT QUOTENAME(s.name) + '.' + QUOTENAME(o.name) AS whole) AS its
            WHERE o.type IN ('U', 'V') AND o.is_ms_shipped = 0 AND ("""
    + " OR ".join(f"HAS_PERMS_BY_NAME(its.whole, 'OBJECT', '{verb}') = 1" for verb in _WRITES)
    + ")))"
)

CANARIES = (
    Canary("bigint", "bigint", "CAST('-9223372036854775808' AS bigint)", "-9223372036854775808"),
    Canary("bit", "bit", "CAST(1 AS bit)", "1"),
    Canary(
        "38 digits",
        "decimal(38,10)",
        "CAST('-1234567890123456789012345678.0123456789' AS decimal(38,10))",
        "-1234567890123456789012345678.0123456789",
    ),
    Canary("money", "money", "CAST('-922337203685477.5808' AS money)", "-922337203685477.5808"),
    Canary("float", "float", "CAST(0.1 AS float)", "1.0000000000000001e-001"),
    Canary("datetime", "datetime", "CAST('20240601 12:00:00.003' AS datetime)",
           "2024-06-01 12:00:00.003"),
    Canary("1753", "datetime", "CAST('17530101' AS datetime)", "1753-01-01 00:00:00.000"),
    Canary("year 1", "date", "CAST('00010101' AS date)", "0001-01-01"),
    Canary("datetime2", "datetime2(7)", "CAST('9999-12-31T23:59:59.9999999' AS datetime2(7))",
           "9999-12-31 23:59:59.9999999"),
    Canary("offset", "datetimeoffset(7)",
           "CAST('2024-06-01T12:00:00.1234567+05:30' AS datetimeoffset(7))",
           "2024-06-01 12:00:00.1234567 +05:30"),
    Canary("time", "time(7)", "CAST('23:59:59.9999999' AS time(7))", "23:59:59.9999999"),
    Canary("uniqueidentifier", "uniqueidentifier",
           "CAST('a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11' AS uniqueidentifier)",
           "A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11"),
    Canary("blanks behind", "nvarchar(8)", "CAST('C001    ' AS nvarchar(8))", "C001    "),
    Canary("padded", "nchar(8)", "CAST('C001' AS nchar(8))", "C001    "),
    Canary("no letters", "nvarchar(8)", "CAST('' AS nvarchar(8))", ""),
    Canary("NULL", "nvarchar(8)", "CAST(NULL AS nvarchar(8))", None),
    Canary("NUL inside", "nvarchar(8)", "CAST(0x610000006200 AS nvarchar(8))", "\x01610000006200"),
    Canary("mark", "nvarchar(8)", "CAST(0x01003400 AS nvarchar(8))", "\x0101003400"),
    Canary("half a pair", "nvarchar(8)", "CAST(0x61003DD8 AS nvarchar(8))", "\x0161003DD8"),
    Canary("code page", "varchar(8) collate Latin1_General_CI_AS",
           "CAST(NCHAR(8364) COLLATE Latin1_General_CI_AS AS varchar(8))", "€"),
    Canary("bytes", "varbinary(4)", "0x00FF41", "\x0100FF41"),
    Canary("variant", "sql_variant", "CAST(CAST('20240601' AS datetime) AS sql_variant)",
           "2024-06-01 00:00:00.000"),
)  # fmt: skip

PROFILE = Profile(
    name="SQL Server",
    dialect="mssql+pyodbc",
    carried=carried,
    pads=True,
    describe=_DESCRIBED,
    described_query="""
        SELECT name, system_type_name + COALESCE(' collate ' + collation_name, ''),
            CASE WHEN system_type_name LIKE '%char(%' AND max_length > 0 THEN CONVERT(varchar(5),
                CASE WHEN system_type_name LIKE 'n%' THEN max_length / 2 ELSE max_length END) END,
            CASE is_nullable WHEN 0 THEN '0' ELSE '1' END
        FROM sys.dm_exec_describe_first_result_set(?, NULL, 0)
        WHERE is_hidden = 0 ORDER BY column_ordinal""",
    clock="SELECT CONVERT(varchar(26), CAST(SYSUTCDATETIME() AS datetime2(6)), 126)",
    octets="DATALENGTH({x}) * 2",  # a letter of two bytes may take three in UTF-8
    sized=range(1, 8001),
    grants=_GRANTS,
    # The driver would connect again by itself; who asks has to know that it was cut off.
    options={"ConnectRetryCount": "0"},
    session=(
        "SET NOCOUNT ON",
        "SET LANGUAGE us_english",
        "SET DATEFORMAT ymd",  # that of datetime's texts, whatever the account's language
        "SET ANSI_NULLS, ANSI_PADDING, ANSI_WARNINGS, ARITHABORT, CONCAT_NULL_YIELDS_NULL,"
        " QUOTED_IDENTIFIER ON",
        "SET NUMERIC_ROUNDABORT OFF",
        "SET ROWCOUNT 0",
        "SET TEXTSIZE 2147483647",
        "SET TRANSACTION ISOLATION LEVEL READ COMMITTED",
        "SET DEADLOCK_PRIORITY LOW",
    ),
    # It has no limit on a statement's time of its own, but one on waiting for locks.
    limit="SET LOCK_TIMEOUT {milliseconds}",
    limited=_limited,
    nth="OFFSET {skipped} ROWS FETCH NEXT 1 ROWS ONLY",
    text=NVARCHAR(4000),
    canaries=CANARIES,
    long_text="CAST(? AS nvarchar(max))",
    long_type="nvarchar(max)",
    slow="WAITFOR DELAY '00:00:{seconds:02}'; SELECT 'late' AS told",
    own_session="SELECT CONVERT(varchar(10), @@SPID)",
    kill="KILL {number}",
)

FREETDS = replace(
    PROFILE,
    name="FreeTDS",
    # Below version 7.3 it knows no datetime2; it cuts what is older at 7.4 itself.
    options={"TDS_Version": "7.4"},
    demands={"ClientCharset": "UTF-8"},
)
