"""How each driver's columns are carried: SQL that gives any value as text it cannot distort.

What would be cut, or decoded wrongly, comes as `MARK` and the hexadecimal digits of its bytes;
`unveil` turns those that are text in the declared code page back into text.
"""

from __future__ import annotations

import re

from legacy_clients.odbc.messages import Column
from schemas.codecs.codec import MARK


def unveil(text: str, page: str) -> str:
    """A carried value: marked bytes as text where they are text in the code page.

    Bytes that hold NUL, or whose text would start with `MARK` itself, stay marked.
    """
    if not text.startswith(MARK):
        return text
    try:
        plain = bytes.fromhex(text[1:]).decode(page)
    except ValueError:
        return text
    return text if "\0" in plain or plain.startswith(MARK) else plain


def veil(raw: bytes) -> str:
    """Bytes that are no text, as they are carried."""
    return MARK + raw.hex().upper()


def decoded(text: str, page: str) -> str:
    """A row's text whose letters stand for its bytes: the text itself, or its bytes marked."""
    if text.startswith(MARK):
        return unveil(text, page)
    if text.isascii():
        return text
    raw = text.encode("latin-1")
    try:
        plain = raw.decode(page)
    except ValueError:
        return veil(raw)
    return veil(raw) if plain.startswith(MARK) else plain


# length() stops at NUL and the driver drops bytes that are no UTF-8: only printable ASCII goes as
# it is.
_SQLITE_TEXT = (
    "CASE WHEN {x} NOT GLOB '*[^ -~]*' AND length(CAST({x} AS BLOB)) = length({x}) THEN {x}"
    " WHEN {x} IS NOT NULL THEN char(1) || hex(CAST({x} AS BLOB)) END"
)
# A column of SQLite holds values of any type, whatever it declares: each goes by its own. printf is
# exact with 18 digits, not with 17; 15 give what was typed, if they do.
_SQLITE_ANY = (
    "CASE typeof({x}) WHEN 'integer' THEN CAST({x} AS TEXT)"
    f" WHEN 'text' THEN {_SQLITE_TEXT}"
    " WHEN 'real' THEN CASE WHEN abs({x}) >= 1e-4 AND abs({x}) < 1e15"
    " AND CAST(printf('%!.15g', {x}) AS REAL) = {x}"
    " THEN printf('%!.15g', {x}) ELSE printf('%!.18g', {x}) END"
    " WHEN 'blob' THEN char(1) || hex({x}) END"
)
# Numbers become text in a column of text affinity, and only there; see SQLite's "Datatypes", 3.1.
_SQLITE = {
    r".*int": _SQLITE_ANY,
    r".*(char|clob|text)": _SQLITE_TEXT,
    r"": _SQLITE_ANY,
}
"""By the declared type; the first that fits counts."""


# Rows are read as bytes and decoded here, so that only NUL and the mark itself must be seen to.
_SQLITE_ROW = {
    r".*(char|clob|text)": (
        "CASE WHEN instr(CAST({x} AS BLOB), x'00') OR unicode({x}) = 1"
        " THEN char(1) || hex(CAST({x} AS BLOB)) ELSE {x} END"
    ),
    r"": _SQLITE_ANY,
}


def rows_over_sqlite(x: str, column: Column | None = None) -> str:
    """As `over_sqlite`, where the driver gives the bytes of a text as they are."""
    declared = "" if column is None else column.type
    kinds = _SQLITE if "int" in declared.lower() else _SQLITE_ROW
    return _by_type(kinds, column).replace("{x}", x)


def over_sqlite(x: str, column: Column | None = None) -> str:
    """By the type of each value, which a column of text affinity does not need to be asked for."""
    return _by_type(_SQLITE, column).replace("{x}", x)


# BINARY: collations overlook NUL.
_MARIADB_TEXT = (
    "IF(INSTR(BINARY {text}, 0x00) OR ASCII({text}) = 1,"
    " CONCAT(CHAR(1 USING utf8mb4), HEX({text})), CAST({text} AS CHAR))"
)
_MARIADB_WIDE = _MARIADB_TEXT.replace("{text}", "CONVERT({x} USING utf8mb4)")
_MARIADB_NUMBER = r"'^-?[0-9.]+(e[-+]?[0-9]+)?$'"
# A query's columns tell their kind only inside SQL: 5 is the coercibility of numbers and times.
# A FLOAT casts to six digits; where that is not its value, it goes as DOUBLE.
_MARIADB_ANY = (
    "CASE WHEN COERCIBILITY({x}) < 5 AND CHARSET({x}) = 'binary'"
    " THEN CONCAT(CHAR(1 USING utf8mb4), HEX({x}))"
    f" WHEN COERCIBILITY({{x}}) < 5 THEN {_MARIADB_WIDE}"
    f" WHEN CAST({{x}} AS CHAR) RLIKE {_MARIADB_NUMBER}"
    " AND CAST({x} AS CHAR) + 0e0 <> {x} + 0e0"
    " THEN CAST({x} + 0e0 AS CHAR) ELSE CAST({x} AS CHAR) END"
)
_MARIADB = {
    r"$": _MARIADB_ANY,
    r"bit\b": "CAST(CAST({x} AS UNSIGNED) AS CHAR)",
    r"(tiny|medium|long)?blob|(var)?binary": "CONCAT(CHAR(1 USING utf8mb4), HEX({x}))",
    r"(multi)?(point|linestring|polygon)|geometry": "CONCAT(CHAR(1 USING utf8mb4), HEX({x}))",
    r"float": (
        "IF(CAST(CAST({x} AS CHAR) AS FLOAT) = {x},"
        " CAST({x} AS CHAR), CAST(CAST({x} AS DOUBLE) AS CHAR))"
    ),
    r".* character set (ucs2|utf16|utf32)": _MARIADB_WIDE,
    r".* character set ": _MARIADB_TEXT.replace("{text}", "{x}"),
    r"": "CAST({x} AS CHAR)",
}
"""By the declared type; the first that fits counts."""


# In bulk NUL arrives whole, and is looked for there: INSTR took as long as all the reading.
_MARIADB_BULK = _MARIADB | {
    r".* character set ": (
        "IF(ASCII({x}) = 1, CONCAT(CHAR(1 USING utf8mb4), HEX({x})), CAST({x} AS CHAR))"
    ),
}


def bulk_over_mariadb(x: str, column: Column | None = None) -> str:
    """As `over_mariadb`, but a text may hold NUL."""
    return _by_type(_MARIADB_BULK, column).replace("{x}", x)


def over_mariadb(x: str, column: Column | None = None) -> str:
    """By the declared type; without one by what each row tells, where a BIT comes as bytes."""
    return _by_type(_MARIADB, column).replace("{x}", x)


_POSTGRESQL_TEXT = (
    "CASE WHEN ascii({text}) = 1"
    " OR (getdatabaseencoding() = 'SQL_ASCII' AND {text} ~ '[^\\x01-\\x7f]') THEN chr(1)"
    " || upper(encode(convert_to({text}, getdatabaseencoding()), 'hex')) ELSE {text} END"
)
_POSTGRESQL_CAST = _POSTGRESQL_TEXT.replace("{text}", "{x}::text")
# A cast of CHAR to text strips its blanks; its own output does not.
_POSTGRESQL_ANY = (
    "CASE pg_typeof({x}) WHEN 'bytea'::regtype THEN chr(1) || upper(substr({x}::text, 3))"
    " WHEN 'character'::regtype THEN CASE WHEN {x} IS NOT NULL THEN "
    + _POSTGRESQL_TEXT.replace("{text}", "concat({x})")
    + f" END ELSE {_POSTGRESQL_CAST} END"
)
_POSTGRESQL = {
    r"$": _POSTGRESQL_ANY,
    r"(smallint|integer|bigint|oid)$": "{x}::varchar(20)",
    r"boolean$": "{x}::varchar(5)",
    r"date$": "{x}::varchar(40)",
    r"time[^\[]*$": "{x}::varchar(60)",
    r"(real|double precision)$": "{x}::varchar(40)",
    r"uuid$": "{x}::varchar(36)",
    r"money$": "{x}::numeric::text",
    r"bytea$": "chr(1) || upper(encode({x}, 'hex'))",
    r"character(\(\d+\))?$": _POSTGRESQL_TEXT.replace("{text}", "textin(bpcharout({x}))"),
    r"": _POSTGRESQL_CAST,
}
"""By the declared type; the first that fits counts. A varchar has a length, a text has none."""

_SIZED = 1000
"""A text of up to this many characters gets a length, with room for all its bytes as digits."""


def over_postgresql(x: str, column: Column | None = None) -> str:
    """By the declared type; without one by what each row tells, and money in locale C."""
    carried = _by_type(_POSTGRESQL, column).replace("{x}", x)
    if column is not None and column.size is not None and column.size <= _SIZED:
        return f"({carried})::varchar({8 * column.size + 1})"
    return carried


def _by_type(table: dict[str, str], column: Column | None) -> str:
    declared = "" if column is None else column.type
    return next(sql for pattern, sql in table.items() if re.match(pattern, declared, re.IGNORECASE))
