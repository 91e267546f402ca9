"""Torture: `TORTURE=1` runs every test in full and shows its figures; else a few rounds are run."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests import figures, processes

HERE = Path(__file__).parent
FULL = os.environ.get("TORTURE") == "1"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.is_relative_to(HERE):
            item.add_marker(pytest.mark.torture)


@pytest.fixture(autouse=True)
def own_processes() -> Iterator[None]:
    with processes.from_now_on():
        yield


@pytest.fixture
def full() -> bool:
    return FULL


@pytest.fixture
def figure(request: pytest.FixtureRequest) -> Callable[..., None]:
    """Note what was counted, to be shown when all tests are over."""

    def note(**counted: object) -> None:
        told = "  ".join(f"{name.replace('_', ' ')} {value}" for name, value in counted.items())
        figures.note(request.node, told)

    return note
