"""Large results over the wire: read to their end, to an error, or given up; never cut short."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pytest

from legacy_clients.errors import CutOff, TimedOut, Unreachable
from legacy_clients.odbc.messages import Query
from legacy_clients.odbc.port import Port, open_port
from tests.processes import settled, workers, zombies
from tests.sampled import without
from tests.servers import free_port

MANY = {
    "SQLite": "WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n LIMIT 150000)"
    " SELECT CAST(i AS TEXT) AS i FROM n",
    "MariaDB": "SELECT CAST(seq AS CHAR) AS i FROM seq_1_to_150000",
    "PostgreSQL": "SELECT n::varchar(20) AS i FROM generate_series(1, 150000) AS g(n)",
}
ROWS = [str(number) for number in range(1, 150_001)]
SLOW = {
    "SQLite": "WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n)"
    " SELECT CAST(max(i) AS TEXT) AS i FROM n",
    "MariaDB": "SELECT CAST(SLEEP(30) AS CHAR) AS i",
    "PostgreSQL": "SELECT pg_sleep(30)::varchar(20) AS i",
}


@pytest.fixture(params=without(["postgresql"], ["sqlite", "mariadb", "postgresql"]))
def database(request: pytest.FixtureRequest) -> Any:
    """Each of the three."""
    return request.getfixturevalue(request.param)


@pytest.fixture
def many(port: Port) -> Iterator[Query]:
    yield Query(MANY[port.profile.name], longest=20)
    port.close()
    assert (workers(), zombies()) == (set(), set())


def readers(port: Port) -> set[int]:
    """The workers that have Arrow loaded."""
    from pathlib import Path

    return {pid for pid in workers() if "libarrow" in Path(f"/proc/{pid}/maps").read_text()}


def test_every_row_arrives_in_order(port: Port, many: Query) -> None:
    assert port.stream(many).read_all().column("i").to_pylist() == ROWS


def test_a_worker_that_has_sent_all_is_used_again(port: Port, many: Query) -> None:
    port.stream(many).read_all()
    [before] = readers(port)
    port.stream(many).read_all()
    assert readers(port) == {before}


def test_two_results_are_read_at_once_each_to_its_end(port: Port, many: Query) -> None:
    one, other = port.stream(many, batch_rows=10_000), port.stream(many, batch_rows=20_000)
    found: tuple[list[str], list[str]] = ([], [])
    for _ in range(4):
        found[0].extend(one.read_next_batch().column("i").to_pylist())
        found[1].extend(other.read_next_batch().column("i").to_pylist())
    assert len(readers(port)) == 2
    found[0].extend(one.read_all().column("i").to_pylist())
    found[1].extend(other.read_all().column("i").to_pylist())
    assert found == (ROWS, ROWS)


def test_a_reader_that_is_dropped_ends_its_worker(port: Port, many: Query) -> None:
    for started in (False, True):
        reader = port.stream(many, batch_rows=1000)
        if started:
            reader.read_next_batch()
        [sending] = readers(port)
        del reader
        assert settled(lambda: sending not in workers())  # noqa: B023  asked at once


def test_more_dropped_readers_than_connections_do_not_use_them_up(database: Any) -> None:
    with closing(open_port(database.odbc, connections=1)) as port:
        query = Query(MANY[port.profile.name], longest=20)
        for _ in range(6):
            port.stream(query, batch_rows=10).read_next_batch()
        assert port.stream(query).read_all().num_rows == 150_000


@pytest.mark.parametrize("how", [signal.SIGSEGV, signal.SIGKILL])
def test_a_worker_that_crashes_in_mid_result_is_one_typed_error(
    port: Port, many: Query, how: int
) -> None:
    """L8: and never a short result."""
    reader = port.stream(many, batch_rows=1000)
    reader.read_next_batch()
    [sending] = readers(port)
    os.kill(sending, how)
    with pytest.raises(CutOff, match=signal.Signals(how).name):
        reader.read_all()
    assert port.stream(many).read_all().num_rows == 150_000


def test_a_worker_that_stalls_in_mid_result_is_killed(port: Port, many: Query) -> None:
    """L8."""
    reader = port.stream(many, batch_rows=1000, stall=2.0)
    reader.read_next_batch()
    [sending] = readers(port)
    os.kill(sending, signal.SIGSTOP)
    started = time.monotonic()
    with pytest.raises(TimedOut):
        reader.read_all()
    assert 1.9 < time.monotonic() - started < 3.5
    assert sending not in workers()
    assert port.stream(many).read_all().num_rows == 150_000


def test_a_result_that_does_not_begin_is_given_up(port: Port) -> None:
    """L1."""
    started = time.monotonic()
    with pytest.raises(TimedOut):
        port.stream(Query(SLOW[port.profile.name], longest=40), stall=1.0).read_all()
    assert time.monotonic() - started < 4


def test_a_slow_reader_is_no_stall(port: Port, many: Query) -> None:
    reader = port.stream(many, batch_rows=100_000, stall=1.5)
    first = reader.read_next_batch().num_rows
    time.sleep(2)
    assert first + reader.read_all().num_rows == 150_000


def test_a_server_that_is_not_there_is_unreachable_at_once(server: Any) -> None:
    odbc = server.odbc.replace(f"PORT={server.port}", f"PORT={free_port()}")
    with closing(open_port(odbc)) as port, pytest.raises(Unreachable):
        port.stream(Query("SELECT 1 AS a"))
