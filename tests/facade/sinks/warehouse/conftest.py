"""Sealed nights, and an empty warehouse of each kind, for each test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.facade.sinks.warehouse.nights import Nights, Target, empty_database
from tests.servers import PostgreSQL


@pytest.fixture
def nights(tmp_path: Path) -> Nights:
    return Nights(tmp_path / "runs")


@pytest.fixture(scope="session")
def postgresql(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PostgreSQL]:
    with PostgreSQL.start(tmp_path_factory.mktemp("server")) as server:
        yield server


@pytest.fixture(params=["duckdb", "postgresql"])
def target(request: pytest.FixtureRequest, tmp_path: Path) -> Target:
    """An empty warehouse of each kind."""
    if request.param == "duckdb":
        return Target(f"duckdb:///{tmp_path / 'warehouse.duckdb'}")
    return empty_database(request.getfixturevalue("postgresql"))


@pytest.fixture
def duck(tmp_path: Path) -> Target:
    return Target(f"duckdb:///{tmp_path / 'warehouse.duckdb'}")
