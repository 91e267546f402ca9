"""Worker processes given back: the warmest is used first, the idle ones end, crashed ones go."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pytest

from legacy_clients.errors import Busy
from legacy_clients.odbc.pool import Pool
from legacy_clients.odbc.wire import Manner
from tests.processes import alive, settled, workers, zombies


def manner_of(sqlite: Any) -> Manner:
    return Manner(sqlite.odbc, "utf-8", "SQLite", (), None, None, True)


@pytest.fixture
def pool(sqlite: Any) -> Iterator[Pool]:
    with closing(Pool(manner_of(sqlite), 2)) as opened:
        yield opened
    assert (workers(), zombies()) == (set(), set())


def soon(seconds: float = 5.0) -> float:
    return time.monotonic() + seconds


def test_the_one_used_last_is_used_first(pool: Pool) -> None:
    one, other = pool.take(soon()), pool.take(soon())
    pool.give(one)
    pool.give(other)
    assert pool.take(soon()) is other


def test_there_are_no_more_than_so_many(pool: Pool) -> None:
    one = pool.take(soon())
    pool.take(soon())
    started = time.monotonic()
    with pytest.raises(Busy, match="all connections to the database are in use"):
        pool.take(started + 0.2)
    assert 0.15 < time.monotonic() - started < 0.6
    pool.give(one)
    assert pool.take(soon()) is one


def test_a_spent_one_is_replaced(pool: Pool) -> None:
    one = pool.take(soon())
    one.spent = True
    pool.give(one)
    assert not alive(one.pid)
    assert pool.take(soon()).pid != one.pid


def test_the_idle_end_and_the_busy_do_not(sqlite: Any) -> None:
    with closing(Pool(manner_of(sqlite), 2, idle=1.5)) as pool:
        busy, idle = pool.take(soon()), pool.take(soon())
        pool.give(idle)
        assert workers() == {busy.pid, idle.pid}
        assert settled(lambda: workers() == {busy.pid}, 6)
        time.sleep(1.8)
        assert workers() == {busy.pid}
        assert zombies() == set()


def test_one_that_starts_after_all_have_ended_is_looked_after_too(sqlite: Any) -> None:
    def tending() -> int:
        return [thread.name for thread in threading.enumerate()].count("odbc-tending")

    before = tending()
    with closing(Pool(manner_of(sqlite), 2, idle=0.2)) as pool:
        for _ in range(2):
            pool.give(pool.take(soon()))
            assert len(workers()) == 1
            assert settled(lambda: not workers(), 3)
            time.sleep(0.2)
            assert tending() <= before


def test_one_that_crashed_while_idle_is_buried(pool: Pool) -> None:
    one = pool.take(soon())
    pool.give(one)
    os.kill(one.pid, signal.SIGKILL)
    assert settled(lambda: zombies() == {one.pid})
    pool.tend()
    assert zombies() == set()


def test_who_asks_for_a_living_one_gets_one(pool: Pool) -> None:
    one, other = pool.take(soon()), pool.take(soon())
    pool.give(one)
    pool.give(other)
    os.kill(other.pid, signal.SIGKILL)
    assert settled(lambda: zombies() == {other.pid})
    assert pool.take(soon(), sure=True) is one
