"""Every error of a driver in its branch, without its words."""

from __future__ import annotations

import pyodbc
import pytest

from legacy_clients.errors import (
    Busy,
    CutOff,
    Denied,
    LegacyError,
    Misconfigured,
    TimedOut,
    Unintelligible,
    Unreachable,
)
from legacy_clients.odbc.failures import translated


def error(state: str, number: int) -> pyodbc.Error:
    return pyodbc.Error(state, f"[{state}] [x] host 10.0.0.7: SELECT 'secret' ({number}) (SQLExec)")


@pytest.mark.parametrize(
    ("driver", "state", "number", "kind"),
    [
        ("MariaDB", "08S01", 2013, CutOff),
        ("MariaDB", "HY000", 2006, CutOff),
        ("MariaDB", "HY000", 5014, CutOff),
        ("MariaDB", "70100", 1969, TimedOut),
        ("MariaDB", "42000", 1142, Denied),
        ("MariaDB", "42S02", 1146, Misconfigured),
        ("MariaDB", "08004", 1040, Busy),
        ("PostgreSQL", "08S01", 26, CutOff),
        ("PostgreSQL", "57P01", 1, CutOff),
        ("PostgreSQL", "57014", 1, TimedOut),
        ("PostgreSQL", "42501", 1, Denied),
        ("PostgreSQL", "42703", 1, Misconfigured),
        ("PostgreSQL", "53300", 101, Busy),
        ("PostgreSQL", "22012", 1, Unintelligible),
        ("SQLite", "HYT00", 0, TimedOut),
        ("SQLite", "HY000", 1, Misconfigured),
        ("SQLite", "HY000", 5, Busy),
        ("SQLite", "HY000", 8, Denied),
        ("SQLite", "HY000", 11, Unintelligible),
        ("SQLite", "HY000", 99, Unintelligible),
    ],
)
def test_each_error_has_its_branch(
    driver: str, state: str, number: int, kind: type[LegacyError]
) -> None:
    assert type(translated(error(state, number), driver)) is kind


@pytest.mark.parametrize(
    ("driver", "state", "number", "kind"),
    [
        ("MariaDB", "08S01", 2013, Unreachable),
        ("MariaDB", "HY000", 2002, Unreachable),
        ("MariaDB", "28000", 1045, Denied),
        ("PostgreSQL", "08001", 101, Unreachable),
        ("PostgreSQL", "53300", 101, Busy),
        ("SQLite", "HY000", 14, Unreachable),
        ("SQLite", "HY000", 99, Unreachable),
        ("SQLite", "IM002", 0, Misconfigured),
    ],
)
def test_what_fails_while_connecting_never_left(
    driver: str, state: str, number: int, kind: type[LegacyError]
) -> None:
    assert type(translated(error(state, number), driver, connecting=True)) is kind


def test_the_words_hold_codes_but_nothing_that_the_driver_said() -> None:
    """W7, O1: no SQL, no host, no value."""
    assert str(translated(error("42S22", 1054), "MariaDB")) == (
        "the statement does not fit the database: a table or column is not as mapped"
        " (MariaDB: SQLSTATE 42S22, 1054)"
    )
