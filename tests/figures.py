"""What tests of torture counted, shown when all are over. It comes with their reports, so also from
other processes.
"""

from __future__ import annotations

from collections.abc import Iterable

import pytest

FIGURE = "figure"


def note(item: pytest.Item, told: str) -> None:
    item.user_properties.append((FIGURE, told))


def lines(reports: Iterable[object]) -> list[str]:
    """A line for each figure, by test."""
    found = [
        (report.nodeid.rpartition("::")[2], told)
        for report in reports
        if isinstance(report, pytest.TestReport) and report.when == "teardown"
        for name, told in report.user_properties
        if name == FIGURE
    ]
    widest = max((len(name) for name, _ in found), default=0)
    return [f"{name:{widest}}  {told}" for name, told in found]
