"""A real Atlas whose database each test may spoil, a ledger, and nights over them."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from fixtures.atlas import Atlas
from tests.facade.sync.nights import SCALE, Nights
from tests.facade.sync.shop import Shop


@pytest.fixture(scope="session")
def night_one(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with an Atlas that nobody has touched, and one sealed night over it."""
    folder = tmp_path_factory.mktemp("night_one")
    with (
        Atlas.start(folder / "atlas", SCALE) as atlas,
        Nights.of_atlas(atlas, folder / "var") as nights,
    ):
        nights.run()
    return folder


@pytest.fixture
def atlas(night_one: Path, tmp_path: Path) -> Iterator[Atlas]:
    """A running Atlas with a database of its own."""
    shutil.copytree(night_one / "atlas", tmp_path / "atlas")
    with Atlas.start(tmp_path / "atlas", SCALE) as running:
        yield running


@pytest.fixture
def fresh(atlas: Atlas, tmp_path: Path) -> Iterator[Nights]:
    """Nights over Atlas of which none has been."""
    with Nights.of_atlas(atlas, tmp_path / "var") as opened:
        yield opened


@pytest.fixture
def nights(atlas: Atlas, night_one: Path, tmp_path: Path) -> Iterator[Nights]:
    """Nights over Atlas, the first of which is sealed."""
    shutil.copytree(night_one / "var", tmp_path / "var")
    with Nights.of_atlas(atlas, tmp_path / "var") as opened:
        yield opened


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    """A small CRM of which no night has been."""
    with Shop.opened(tmp_path) as opened:
        yield opened
