"""What tests of several packages share: one Atlas that nobody changes, and the database servers."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator

import pytest
from hypothesis import settings

from fixtures.atlas import Atlas
from legacy_clients import Access, LegacyCRM, open_crm
from tests import figures
from tests.servers import MariaDB, PostgreSQL

TORTURE = os.environ.get("TORTURE") == "1"
settings.register_profile("quick", max_examples=12, deadline=None)
settings.register_profile("torture", max_examples=500, deadline=None)
settings.load_profile("torture" if TORTURE else "quick")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Tests marked `long` are for `make torture` (TORTURE=1)."""
    if TORTURE:
        return
    left = [item for item in items if item.get_closest_marker("long")]
    config.hook.pytest_deselected(items=left)
    items[:] = [item for item in items if not item.get_closest_marker("long")]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    reports = (report for of_kind in terminalreporter.stats.values() for report in of_kind)
    if TORTURE and (found := figures.lines(reports)):
        terminalreporter.section("figures")
        for line in found:
            terminalreporter.write_line(line)


@pytest.fixture(scope="session")
def read_only_atlas(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Atlas]:
    """An Atlas of 100 customers and 300 orders, to be read only."""
    with Atlas.start(tmp_path_factory.mktemp("read_only_atlas"), scale=0.05) as running:
        yield running


@pytest.fixture(scope="session")
def atlas_crm(read_only_atlas: Atlas) -> Iterator[LegacyCRM]:
    """That Atlas as a CRM."""
    access = Access(
        odbc=f"DRIVER={{SQLite3}};Database={read_only_atlas.database}",
        wsdl=str(read_only_atlas.wsdl_path),
        url=read_only_atlas.soap_url,
        user=read_only_atlas.user,
        password=read_only_atlas.password,
    )
    with contextlib.closing(open_crm("atlas", access)) as crm:
        yield crm


@pytest.fixture(scope="session")
def mariadb(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MariaDB]:
    with MariaDB.start(tmp_path_factory.mktemp("mariadb")) as server:
        yield server


@pytest.fixture(scope="session")
def postgresql(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PostgreSQL]:
    with PostgreSQL.start(tmp_path_factory.mktemp("postgresql")) as server:
        yield server
