"""A real Atlas whose database each test may spoil, a ledger, and nights over them."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from fixtures.atlas import Atlas
from tests.facade.sync.nights import Nights

SCALE = 0.02


@pytest.fixture(scope="session")
def generated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a database of Atlas that nobody has touched."""
    folder = tmp_path_factory.mktemp("generated")
    Atlas.start(folder, SCALE).stop()
    return folder


@pytest.fixture
def atlas(generated: Path, tmp_path: Path) -> Iterator[Atlas]:
    """A running Atlas with a database of its own."""
    folder = tmp_path / "atlas"
    shutil.copytree(generated, folder)
    with Atlas.start(folder, SCALE) as running:
        yield running


@pytest.fixture
def nights(atlas: Atlas, tmp_path: Path) -> Iterator[Nights]:
    """Nights over Atlas, with no sinks."""
    with Nights.of_atlas(atlas, tmp_path / "var") as opened:
        yield opened
