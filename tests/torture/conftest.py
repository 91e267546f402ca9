"""Torture: `TORTURE=1` runs every test in full and shows its figures; else a few rounds are run."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests import processes

HERE = Path(__file__).parent
FULL = os.environ.get("TORTURE") == "1"
FIGURES: list[tuple[str, str]] = []


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
        FIGURES.append((request.node.name, told))

    return note


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if FULL and FIGURES:
        terminalreporter.section("figures")
        widest = max(len(name) for name, _ in FIGURES)
        for name, told in FIGURES:
            terminalreporter.write_line(f"{name:{widest}}  {told}")
