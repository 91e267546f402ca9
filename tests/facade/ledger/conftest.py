"""A ledger of its own for each test: a file, and in `make torture` a database of PostgreSQL too."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path

import pyodbc
import pytest

from facade.ledger import Ledger, open_ledger
from tests.servers import PostgreSQL

NUMBERS = itertools.count(1)


@pytest.fixture
def file_url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'var' / 'ledger.sqlite'}"


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.long)])
def url(request: pytest.FixtureRequest) -> str:
    """Where there is no ledger yet."""
    if request.param == "sqlite":
        return str(request.getfixturevalue("file_url"))
    pytest.importorskip("psycopg")
    return new_database(request.getfixturevalue("postgresql"))


@pytest.fixture
def file_ledger(file_url: str) -> Iterator[Ledger]:
    """One that is a file, for what is promised of files."""
    with open_ledger(file_url) as opened:
        yield opened


def new_database(server: PostgreSQL) -> str:
    """The URL of an empty database."""
    name = f"ledger_{next(NUMBERS)}"
    connection = pyodbc.connect(server.odbc, autocommit=True)
    connection.execute(f"CREATE DATABASE {name}").close()
    connection.close()
    return server.url.rpartition("/")[0] + f"/{name}"


@pytest.fixture
def ledger(url: str) -> Iterator[Ledger]:
    with open_ledger(url) as opened:
        yield opened
