"""What a driver's error means: foreign errors become ours in one table.

It goes by SQLSTATE (ODBC 3.8, SQL:2016) and by the numbers of SQLite,
MariaDB, SQL Server and FreeTDS.
"""

from __future__ import annotations

import re
from typing import NamedTuple

import pyodbc

from legacy_clients.errors import (
    Busy,
    CutOff,
    Denied,
    LegacyError,
    Misconfigured,
    NotSent,
    Outgrown,
    TimedOut,
    Unintelligible,
    Unreachable,
)


class Meaning(NamedTuple):
    """What we say for a driver's error, and in which branch of the tree."""

    error: type[LegacyError]
    words: str


_CUT = Meaning(CutOff, "the connection to the database closed before the answer was whole")
_LATE = Meaning(TimedOut, "the database did not answer in time")
_DENIED = Meaning(
    Denied, "the database does not accept the account, or the account may not read this"
)
_UNWRITABLE = Meaning(Denied, "the database is only read here: the statement would write")
_FULL = Meaning(Busy, "the database takes no more connections")
_LOCKED = Meaning(Busy, "the database is locked by another program")
_VICTIM = Meaning(Busy, "the database ended the statement for another that it waited for")
_UNFIT = Meaning(
    Misconfigured, "the statement does not fit the database: a table or column is not as mapped"
)
_AWAY = Meaning(Unreachable, "no connection to the database")
_BROKEN = Meaning(Unintelligible, "the database file is damaged, or is no database")
_VALUE = Meaning(Unintelligible, "a value in the database could not be read or converted")
_DRIVER = Meaning(Misconfigured, "the ODBC driver or data source is not installed")

_BY_STATE: dict[str, Meaning] = {
    "08": _CUT,
    "HYT": _LATE,
    "25006": _UNWRITABLE,
    "28": _DENIED,
    "40": _VICTIM,
    "42501": _DENIED,
    "42": _UNFIT,
    "3D": _UNFIT,
    "57014": _LATE,
    "57P": _CUT,
    "53": _FULL,
    "22": _VALUE,
    "IM": _DRIVER,
    "01000": _DRIVER,
}
"""By the beginning of the SQLSTATE; the longest counts."""

_SQL_SERVER: dict[int, Meaning] = {
    64: _CUT,
    121: _CUT,
    229: _DENIED,
    230: _DENIED,
    233: _CUT,
    596: _CUT,
    701: _FULL,
    916: _DENIED,
    1205: _VICTIM,
    1222: _LOCKED,
    3906: _UNWRITABLE,
    4060: _DENIED,
    6005: _CUT,
    8645: _FULL,
    8651: _FULL,
    10053: _CUT,
    10054: _CUT,
    10060: _CUT,
    10061: _AWAY,
    10928: _FULL,
    10929: _FULL,
    18452: _DENIED,
    18456: _DENIED,
    40197: _CUT,
    40501: _FULL,
    40613: _AWAY,
}
_BY_NUMBER: dict[str, dict[int, Meaning]] = {
    "SQLite": {
        1: _UNFIT,
        5: _LOCKED,
        6: _LOCKED,
        8: _UNWRITABLE,
        9: _LATE,
        11: _BROKEN,
        14: _AWAY,
        23: _DENIED,
        26: _BROKEN,
    },
    "MariaDB": {
        1040: _FULL,
        1044: _DENIED,
        1045: _DENIED,
        1142: _DENIED,
        1143: _DENIED,
        1203: _FULL,
        1317: _LATE,
        1698: _DENIED,
        1927: _CUT,
        1969: _LATE,
        2002: _AWAY,
        2003: _AWAY,
        2006: _CUT,
        2013: _CUT,
        3159: _DENIED,
        5014: _CUT,
    },
    "PostgreSQL": {},
    "SQL Server": _SQL_SERVER,
    "FreeTDS": _SQL_SERVER
    | {
        20002: _AWAY,
        20003: _LATE,
        20004: _CUT,
        20005: _CUT,
        20006: _CUT,
        20009: _AWAY,
        20012: _AWAY,
        20014: _DENIED,
        20017: _CUT,
        20047: _CUT,
    },
}

_SIGNING_IN: dict[str, tuple[tuple[str, Meaning], ...]] = {
    "PostgreSQL": (
        (
            r"authentication failed|no password supplied|no pg_hba\.conf entry"
            r"|not permitted to log in|role .* does not exist|permission denied for database",
            _DENIED,
        ),
        (r"too many (clients|connections)|connection slots", _FULL),
        (r"database .* does not exist", Meaning(Misconfigured, "there is no such database")),
    ),
}
"""By the server's words, where a driver tells of all that goes wrong at the start in one state."""

_TRUNCATED = "without truncation"
"""How arrow-odbc tells of a value that is longer than its buffer."""
_ROW = re.compile(r"single row does require up to (\d+)")
"""And of a row that is larger than all of them."""
_PYODBC = re.compile(r"\((-?\d+)\) \(SQL\w+\)")
_ARROW = re.compile(r"State: (\w{5}), Native error: (-?\d+)")


def meaning(state: str, number: int, driver: str) -> Meaning | None:
    """What an SQLSTATE and a driver's number mean, None where it is not listed."""
    listed = _BY_NUMBER[driver].get(number)
    if listed is not None:
        return listed
    for length in range(len(state), 0, -1):
        if state[:length] in _BY_STATE:
            return _BY_STATE[state[:length]]
    return None


def translated(error: Exception, driver: str, connecting: bool = False) -> LegacyError:
    """Our error for one of pyodbc or arrow-odbc, to raise from it.

    Its text names codes, never SQL, hosts or values.
    """
    if _TRUNCATED in _told_by_arrow(error):
        return Outgrown(f"a value is longer than when all were measured ({driver})")
    state, number = _codes(error)
    told = f"SQLSTATE {state}, {number}" if state else type(error).__name__
    found = (_refusal(error, driver) if connecting else None) or meaning(state, number, driver)
    if found is None:
        found = Meaning(Unintelligible, "the database or its driver answered with an error")
    kind = found.error
    if connecting and not issubclass(kind, NotSent | Denied | Misconfigured):
        found, kind = _AWAY, Unreachable
    return kind(f"{found.words} ({driver}: {told})")


def _refusal(error: Exception, driver: str) -> Meaning | None:
    said = _told_by_arrow(error) or " ".join(map(str, error.args))
    for words, found in _SIGNING_IN.get(driver, ()):
        if re.search(words, said):
            return found
    return None


def row_bytes(error: Exception) -> int | None:
    """How much room a row needs, where arrow-odbc says that it had less."""
    found = _ROW.search(_told_by_arrow(error))
    return None if found is None else int(found.group(1))


def _codes(error: Exception) -> tuple[str, int]:
    if isinstance(error, pyodbc.Error) and error.args:
        state = str(error.args[0])
        numbers = _PYODBC.findall(str(error.args[-1]))
        return state, int(numbers[-1]) if numbers else 0
    codes = _ARROW.search(_told_by_arrow(error))
    return (codes[1], int(codes[2])) if codes else ("", 0)


def _told_by_arrow(error: Exception) -> str:
    """The text of arrow-odbc's error, told by its method; nothing of another.

    It is not loaded where nothing is read in bulk.
    """
    told = getattr(error, "message", None)
    return str(told()) if callable(told) else ""
