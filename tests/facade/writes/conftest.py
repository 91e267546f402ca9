"""One Atlas for all tests of writes, and CRMs over it whose mapping says something else."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from facade.ledger import Ledger, open_ledger
from fixtures.atlas import Atlas
from legacy_clients import LegacyCRM, open_crm
from tests.changed_atlas import access_of, open_changed

Opened = Callable[..., LegacyCRM]


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Atlas]:
    with Atlas.start(tmp_path_factory.mktemp("atlas"), scale=0.02) as atlas:
        yield atlas


@pytest.fixture(scope="module")
def crm(served: Atlas) -> Iterator[LegacyCRM]:
    with contextlib.closing(open_crm("atlas", access_of(served))) as opened:
        yield opened


@pytest.fixture
def opened(served: Atlas, tmp_path: Path) -> Iterator[Opened]:
    """Opens an Atlas whose mapping has other lines in place of some."""
    with contextlib.ExitStack() as stack:

        def open_with(*changes: tuple[str, str]) -> LegacyCRM:
            made = open_changed(served, tmp_path / "changed", *changes)
            stack.callback(made.close)
            return made

        yield open_with


@pytest.fixture
def atlas(served: Atlas) -> Iterator[Atlas]:
    yield served
    served.disarm()


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with open_ledger(f"sqlite:///{tmp_path / 'ledger.sqlite'}") as made:
        yield made
