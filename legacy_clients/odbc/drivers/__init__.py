"""The ODBC drivers that are known, one file each: its profile, its dialect where SQLAlchemy has
none, and how columns are carried: SQL that gives any value as text the driver cannot distort.

What would be cut, or decoded wrongly, comes as `MARK` and the hexadecimal digits of its bytes;
veil.py turns those that are text in the declared code page back into text.
"""

from __future__ import annotations

import re

import pyodbc

from legacy_clients.errors import Misconfigured
from legacy_clients.odbc.connection_string import attributes
from legacy_clients.odbc.drivers import mariadb, postgresql, sqlite, sqlserver
from legacy_clients.odbc.drivers.profile import Canary, Profile

__all__ = ["PROFILES", "Canary", "Profile", "profile_of"]

PROFILES: dict[str, Profile] = {
    profile.name: profile
    for profile in (
        sqlite.PROFILE,
        mariadb.PROFILE,
        postgresql.PROFILE,
        sqlserver.PROFILE,
        sqlserver.FREETDS,
    )
}

_BY_DRIVER = {
    r"sqlite": "SQLite",
    r"maria|libmaodbc": "MariaDB",
    r"(?!.*(ansi|psqlodbca))(postgres|psqlodbc)": "PostgreSQL",
    r"odbc driver 1[78] for sql server|msodbcsql-?1[78]": "SQL Server",
    r"freetds|tdsodbc": "FreeTDS",
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
