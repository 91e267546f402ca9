"""The watch: late statements are cancelled, ended ones are left alone."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pytest

from legacy_clients.odbc.watch import Watch


class Statement:
    """A cursor that notes when it was cancelled."""

    def __init__(self) -> None:
        self.cancelled: list[float] = []

    def cancel(self) -> None:
        self.cancelled.append(time.monotonic())


@pytest.fixture
def watch() -> Iterator[Watch]:
    with closing(Watch()) as running:
        yield running


def begin(watch: Watch, seconds: float) -> tuple[Any, Any]:
    statement: Any = Statement()
    return statement, watch.begin(statement, time.monotonic() + seconds)


def test_a_late_statement_is_cancelled_until_it_ends(watch: Watch) -> None:
    statement, watched = begin(watch, 0.1)
    time.sleep(0.8)
    watch.end(watched)
    assert watched.late
    times = len(statement.cancelled)
    assert 2 <= times <= 4
    time.sleep(0.5)
    assert len(statement.cancelled) == times


def test_a_statement_that_ends_in_time_is_left_alone(watch: Watch) -> None:
    statement, watched = begin(watch, 0.2)
    watch.end(watched)
    time.sleep(0.4)
    assert (watched.late, statement.cancelled) == (False, [])


def test_a_later_statement_with_less_time_is_not_kept_waiting(watch: Watch) -> None:
    patient, long = begin(watch, 60)
    time.sleep(0.1)
    hurried, short = begin(watch, 0.1)
    time.sleep(0.4)
    watch.end(short)
    watch.end(long)
    assert (short.late, long.late) == (True, False)
    assert len(hurried.cancelled) >= 1
    assert patient.cancelled == []
