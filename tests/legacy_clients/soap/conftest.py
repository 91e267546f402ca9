"""The contract of a small shop, and the demonstration CRM as a service that works."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from fixtures.atlas import Atlas
from legacy_clients.soap.service import Service, open_service
from legacy_clients.soap.wsdl import Contract, load_contract
from tests.legacy_clients.soap.declared import FAULTS, SIGN_IN

SHOP = Path(__file__).parent / "shop" / "shop.wsdl"


@pytest.fixture(scope="session")
def shop() -> Contract:
    return load_contract(SHOP)


@pytest.fixture(scope="session")
def running_atlas(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Atlas]:
    with Atlas.start(tmp_path_factory.mktemp("atlas"), scale=0.02) as atlas:
        yield atlas


@pytest.fixture
def atlas(running_atlas: Atlas) -> Iterator[Atlas]:
    """Atlas without armed faults."""
    running_atlas.disarm()
    yield running_atlas
    running_atlas.disarm()


@pytest.fixture
def service(atlas: Atlas) -> Iterator[Service]:
    opened = open_service(
        wsdl=atlas.wsdl_path,
        url=atlas.soap_url,
        user=atlas.user,
        password=atlas.password,
        sign_in=SIGN_IN,
        faults=FAULTS,
    )
    yield opened
    opened.close()
