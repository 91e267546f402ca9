"""MariaDB by its own driver: carriage and profile."""

from __future__ import annotations

from legacy_clients.odbc.drivers.profile import Canary, Profile, by_type
from legacy_clients.odbc.messages import Column

# BINARY: collations overlook NUL.
_TEXT = (
    "IF(INSTR(BINARY {text}, 0x00) OR ASCII({text}) = 1,"
    " CONCAT(CHAR(1 USING utf8mb4), HEX({text})), CAST({text} AS CHAR))"
)
_WIDE = _TEXT.replace("{text}", "CONVERT({x} USING utf8mb4)")
_NUMBER = r"'^-?[0-9.]+(e[-+]?[0-9]+)?$'"
# A query's columns tell their kind only inside SQL: 5 is the coercibility of numbers and times.
# A FLOAT casts to six digits; where that is not its value, it goes as DOUBLE.
_ANY = (
    "CASE WHEN COERCIBILITY({x}) < 5 AND CHARSET({x}) = 'binary'"
    " THEN CONCAT(CHAR(1 USING utf8mb4), HEX({x}))"
    f" WHEN COERCIBILITY({{x}}) < 5 THEN {_WIDE}"
    f" WHEN CAST({{x}} AS CHAR) RLIKE {_NUMBER}"
    " AND CAST({x} AS CHAR) + 0e0 <> {x} + 0e0"
    " THEN CAST({x} + 0e0 AS CHAR) ELSE CAST({x} AS CHAR) END"
)
_BY_TYPE = {
    r"$": _ANY,
    r"bit\b": "CAST(CAST({x} AS UNSIGNED) AS CHAR)",
    r"(tiny|medium|long)?blob|(var)?binary": "CONCAT(CHAR(1 USING utf8mb4), HEX({x}))",
    r"(multi)?(point|linestring|polygon)|geometry": "CONCAT(CHAR(1 USING utf8mb4), HEX({x}))",
    r"float": (
        "IF(CAST(CAST({x} AS CHAR) AS FLOAT) = {x},"
        " CAST({x} AS CHAR), CAST(CAST({x} AS DOUBLE) AS CHAR))"
    ),
    r".* character set (ucs2|utf16|utf32)": _WIDE,
    r".* character set ": _TEXT.replace("{text}", "{x}"),
    r"": "CAST({x} AS CHAR)",
}
"""By the declared type; the first that fits counts."""


# In bulk NUL arrives whole, and is looked for there: INSTR took as long as all the reading.
_IN_BULK = {
    # The connection's own letters: a CAST would change nothing.
    r"(char|varchar|(tiny|medium|long)?text)\b.* character set utf8mb4$": (
        "IF(ASCII({x}) = 1, CONCAT(CHAR(1 USING utf8mb4), HEX({x})), {x})"
    ),
    **_BY_TYPE,
    r".* character set ": (
        "IF(ASCII({x}) = 1, CONCAT(CHAR(1 USING utf8mb4), HEX({x})), CAST({x} AS CHAR))"
    ),
}


def carried_in_bulk(x: str, column: Column | None = None) -> str:
    """As `carried`, but a text may hold NUL."""
    return by_type(_IN_BULK, column).replace("{x}", x)


def carried(x: str, column: Column | None = None) -> str:
    """By the declared type; without one by what each row tells, where a BIT comes as bytes."""
    return by_type(_BY_TYPE, column).replace("{x}", x)


_LETTERS = " character set utf8mb4"
CANARIES = (
    Canary("bigint", "bigint(20)", "CAST('-9223372036854775808' AS SIGNED)",
           "-9223372036854775808"),
    Canary("unsigned", "bigint(20) unsigned", "CAST('18446744073709551615' AS UNSIGNED)",
           "18446744073709551615"),
    Canary("38 digits", "decimal(38,10)", "-1234567890123456789012345678.0123456789",
           "-1234567890123456789012345678.0123456789"),
    Canary("float", "double", "0.1e0", "0.1"),
    Canary("15 digits", "double", "12345678901234.56e0", "12345678901234.56"),
    Canary("zero date", "date", "FROM_DAYS(0)", "0000-00-00"),
    Canary("last date", "date", "CAST('9999-12-31' AS DATE)", "9999-12-31"),
    Canary("datetime", "datetime(6)", "CAST('2024-06-01 12:00:00.123456' AS DATETIME(6))",
           "2024-06-01 12:00:00.123456"),
    Canary("negative time", "time", "CAST('-10:30:00' AS TIME)", "-10:30:00"),
    Canary("long time", "time(3)", "CAST('838:59:59.000' AS TIME(3))", "838:59:59.000"),
    Canary("blanks behind", "varchar(8)" + _LETTERS, "CAST('C001    ' AS CHAR(8))", "C001    "),
    Canary("no letters", "varchar(8)" + _LETTERS, "CAST('' AS CHAR(8))", ""),
    Canary("NULL", "varchar(8)" + _LETTERS, "CAST(NULL AS CHAR(8))", None),
    Canary("NUL inside", "varchar(8)" + _LETTERS, "CONVERT(x'610062' USING utf8mb4)", "\x01610062"),
    Canary("mark", "varchar(8)" + _LETTERS, "CONVERT(x'0134313432' USING utf8mb4)",
           "\x010134313432"),
    Canary("twice counted", "varchar(8)" + _LETTERS, "CONVERT(x'C398C39B' USING utf8mb4)", "ØÛ"),
    Canary("beyond the basic plane", "varchar(8)" + _LETTERS,
           "CONVERT(x'61F09F9A9A' USING utf8mb4)", "a🚚"),
    Canary("bytes", "varbinary(4)", "x'00FF41'", "\x0100FF41"),
)  # fmt: skip

PROFILE = Profile(
    name="MariaDB",
    in_bulk=carried_in_bulk,
    # It counts a letter twice whose UTF-16 has a low byte of D8 to DB (Ø, Û), and reads or
    # writes as far beyond the end. Statements have no other way in: letters beyond the basic
    # plane arrive as others.
    narrow=True,
    garbled="["
    + "".join(f"\\u{high:02x}d8-\\u{high:02x}db" for high in range(256))
    + "\U00010000-\U0010ffff]",
    pads=True,
    buffers=True,
    dialect="mariadb+pyodbc",
    carried=carried,
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
    canaries=CANARIES,
    long_text="CONVERT(? USING utf8mb4)",
    long_type="longtext character set utf8mb4",
    slow="SELECT SLEEP({seconds})",
    own_session="SELECT CAST(CONNECTION_ID() AS CHAR)",
    kill="KILL CONNECTION {number}",
)
