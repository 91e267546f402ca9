"""Which profile a connection string gets."""

from __future__ import annotations

import pytest

from legacy_clients.errors import CutOff, Misconfigured
from legacy_clients.odbc.drivers import PROFILES, profile_of
from legacy_clients.odbc.failures import meaning


@pytest.mark.parametrize(
    ("driver", "name"),
    [
        ("{SQLite3}", "SQLite"),
        ("/usr/lib/libsqlite3odbc.so", "SQLite"),
        ("{MariaDB Unicode}", "MariaDB"),
        ("{MariaDB ODBC 3.1 Driver}", "MariaDB"),
        ("/usr/lib/libmaodbc.so", "MariaDB"),
        ("{PostgreSQL Unicode}", "PostgreSQL"),
        ("/usr/lib/psqlodbcw.so", "PostgreSQL"),
    ],
)
def test_a_driver_is_known_by_its_name_or_its_library(driver: str, name: str) -> None:
    assert profile_of(f"DRIVER={driver};DATABASE=x").name == name


@pytest.mark.parametrize("driver", ["{Oracle 8}", "{PostgreSQL ANSI}", "/usr/lib/psqlodbca.so"])
def test_an_unknown_driver_is_told_with_those_that_are_known(driver: str) -> None:
    with pytest.raises(Misconfigured, match="known are SQLite, MariaDB, PostgreSQL"):
        profile_of(f"DRIVER={driver}")


def test_a_string_without_a_driver_is_told() -> None:
    with pytest.raises(Misconfigured, match=r"names no DRIVER, and no DSN that odbc\.ini has"):
        profile_of("DSN=nowhere-at-all;UID=u")


@pytest.mark.parametrize(
    ("name", "dialect"),
    [
        ("SQLite", "sqlite"),
        ("MariaDB", "mariadb"),
        ("PostgreSQL", "postgresql"),
        ("SQL Server", "mssql"),
        ("FreeTDS", "mssql"),
    ],
)
def test_each_profile_has_its_sqlalchemy_dialect(name: str, dialect: str) -> None:
    spoken = PROFILES[name].spoken()
    assert (spoken.name, spoken.paramstyle, spoken.positional) == (dialect, "qmark", True)


@pytest.mark.parametrize("name", PROFILES)
def test_each_profiles_errors_have_a_meaning(name: str) -> None:
    found = meaning("08S01", 0, name)
    assert found is not None
    assert found.error is CutOff
