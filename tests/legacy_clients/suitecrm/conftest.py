"""A SuiteCRM stand-in over a real MariaDB, and the CRM of the registry over both."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any

import pytest

from fixtures.suitecrm import SuiteCRM
from legacy_clients import Access, LegacyCRM, open_crm
from tests.servers import MariaDB

SCALE = 0.01


@pytest.fixture(scope="package")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MariaDB]:
    with MariaDB.start(tmp_path_factory.mktemp("suitecrm")) as running:
        yield running


@pytest.fixture(scope="module")
def suitecrm(server: MariaDB) -> Iterator[SuiteCRM]:
    """A stand-in with tables of its own for each file of tests."""
    with SuiteCRM.start(server.odbc, SCALE) as running:
        yield running


def access_of(suitecrm: SuiteCRM) -> Access:
    return Access(
        odbc=suitecrm.odbc,
        wsdl=str(suitecrm.wsdl_path),
        url=suitecrm.soap_url,
        user=suitecrm.user,
        password=suitecrm.password,
    )


@pytest.fixture(scope="module")
def crm(suitecrm: SuiteCRM) -> Iterator[LegacyCRM]:
    with contextlib.closing(open_crm("suitecrm", access_of(suitecrm))) as opened:
        yield opened


@pytest.fixture(autouse=True)
def _healed(request: pytest.FixtureRequest) -> Iterator[Any]:
    """No fault outlives its test."""
    yield
    if "suitecrm" in request.fixturenames:
        request.getfixturevalue("suitecrm").disarm()
