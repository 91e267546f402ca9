"""What a driver's error means: foreign errors become ours in one table.

It goes by SQLSTATE (ODBC 3.8, SQL:2016) and by SQLite's result codes and MariaDB's error numbers.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import arrow_odbc
import pyodbc

from legacy_clients.errors import (
    Busy,
    CutOff,
    Denied,
    LegacyError,
    Misconfigured,
    NotSent,
    TimedOut,
    Unintelligible,
    Unreachable,
)


@dataclass(frozen=True)
class Meaning:
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
}

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
    state, number = _codes(error)
    told = f"SQLSTATE {state}, {number}" if state else type(error).__name__
    found = meaning(state, number, driver)
    if found is None:
        found = Meaning(Unintelligible, "the database or its driver answered with an error")
    kind = found.error
    if connecting and not issubclass(kind, NotSent | Denied | Misconfigured):
        found, kind = _AWAY, Unreachable
    return kind(f"{found.words} ({driver}: {told})")


def _codes(error: Exception) -> tuple[str, int]:
    if isinstance(error, pyodbc.Error) and error.args:
        state = str(error.args[0])
        numbers = _PYODBC.findall(str(error.args[-1]))
        return state, int(numbers[-1]) if numbers else 0
    if isinstance(error, arrow_odbc.Error):
        codes = _ARROW.search(error.message())
        return (codes[1], int(codes[2])) if codes else ("", 0)
    return "", 0
