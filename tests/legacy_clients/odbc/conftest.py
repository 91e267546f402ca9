"""A legacy database of each kind, behind its real driver."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from legacy_clients.odbc.port import Port, open_port
from tests import processes
from tests.servers import MariaDB, PostgreSQL


class SQLiteFile:
    """The SQLite file, written past ODBC, with what a test needs of a server."""

    name = "SQLite"

    def __init__(self, path: Path) -> None:
        self.path = path
        self.odbc = f"DRIVER=SQLite3;Database={path}"

    def execute(self, *statements: str) -> list[tuple[Any, ...]]:
        with closing(sqlite3.connect(self.path, isolation_level=None)) as connection:
            for statement in statements:
                rows = connection.execute(statement).fetchall()
        return rows

    def insert(self, table: str, rows: Sequence[Sequence[object]]) -> None:
        marks = ", ".join("?" * len(rows[0]))
        with closing(sqlite3.connect(self.path)) as connection, connection:
            connection.executemany(f"INSERT INTO {table} VALUES ({marks})", rows)


@pytest.fixture(autouse=True)
def own_processes() -> Iterator[None]:
    with processes.from_now_on():
        yield


@pytest.fixture(scope="session")
def sqlite(tmp_path_factory: pytest.TempPathFactory) -> SQLiteFile:
    file = SQLiteFile(tmp_path_factory.mktemp("sqlite") / "legacy.db")
    file.execute("PRAGMA journal_mode = wal")
    return file


@pytest.fixture(scope="session")
def mariadb(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MariaDB]:
    with MariaDB.start(tmp_path_factory.mktemp("mariadb")) as server:
        yield server


@pytest.fixture(scope="session")
def postgresql(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PostgreSQL]:
    with PostgreSQL.start(tmp_path_factory.mktemp("postgresql")) as server:
        yield server


@pytest.fixture(params=["sqlite", "mariadb", "postgresql"])
def database(request: pytest.FixtureRequest) -> Any:
    """Each of the three."""
    return request.getfixturevalue(request.param)


@pytest.fixture(params=["mariadb", "postgresql"])
def server(request: pytest.FixtureRequest) -> Any:
    """Each of those that can be stopped."""
    return request.getfixturevalue(request.param)


@pytest.fixture
def port(database: Any) -> Iterator[Port]:
    with closing(open_port(database.odbc)) as opened:
        yield opened
