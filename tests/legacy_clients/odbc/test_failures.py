"""Every error of a driver in its branch, without its words."""

from __future__ import annotations

import re
from contextlib import closing

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
from legacy_clients.odbc.messages import Query
from legacy_clients.odbc.port import open_port
from tests.servers import PostgreSQL


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


@pytest.mark.parametrize(
    ("setting", "kind", "words"),
    [
        ("UID=shut", Denied, "does not accept the account"),
        ("UID=nobody", Denied, "does not accept the account"),
        ("UID=many", Busy, "takes no more connections"),
        ("DATABASE=none", Misconfigured, "there is no such database"),
        ("PORT=1", Unreachable, "no connection to the database"),
    ],
)
def test_what_postgresql_tells_in_one_state_is_told_apart_by_its_words(
    postgresql: PostgreSQL, setting: str, kind: type[LegacyError], words: str
) -> None:
    """W7: its driver says 08001 to all of them."""
    for role in ("shut NOLOGIN", "many LOGIN CONNECTION LIMIT 0"):
        name = role.partition(" ")[0]
        postgresql.execute(f"DROP ROLE IF EXISTS {name}", f"CREATE ROLE {role}")
    name = setting.partition("=")[0]
    string = re.sub(rf"\b{name}=[^;]*", setting, postgresql.odbc)
    with closing(open_port(string)) as port:
        with pytest.raises(kind, match=words) as asked:
            port.ask(Query("SELECT 1 AS a"), 5)
        with pytest.raises(kind, match=words):
            port.stream(Query("SELECT 1 AS a"))
    assert setting.partition("=")[2] not in str(asked.value).partition("(")[0]
