"""Connections of a worker: healed when a server goes away, given back, never left behind."""

from __future__ import annotations

import gc
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from threading import Barrier
from typing import Any

import pytest

from legacy_clients.errors import CutOff, Unreachable
from legacy_clients.odbc.messages import Query
from legacy_clients.odbc.port import Port, open_port
from tests.processes import workers
from tests.servers import MariaDB, PostgreSQL

WHO = {"MariaDB": "SELECT CONNECTION_ID() AS c", "PostgreSQL": "SELECT pg_backend_pid() AS c"}
SLOW = {"MariaDB": "SELECT SLEEP(20) AS s", "PostgreSQL": "SELECT pg_sleep(20) AS s"}
OTHERS = {
    "mariadb": "SELECT COUNT(*) - 1 FROM information_schema.processlist WHERE user = 'facade'",
    "postgresql": "SELECT count(*) - 1 FROM pg_stat_activity WHERE usename = 'facade'",
}


@pytest.fixture(scope="module", params=[MariaDB, PostgreSQL], ids=["mariadb", "postgresql"])
def mortal(request: pytest.FixtureRequest, tmp_path_factory: Any) -> Iterator[Any]:
    """A server of one's own, to be killed."""
    with request.param.start(tmp_path_factory.mktemp("mortal")) as server:
        yield server


def connections_of_all(port: Port, count: int) -> set[int]:
    """The connection ids behind a pool, all of whose connections are used at once."""
    gate = Barrier(count)

    def ask(_: int) -> int:
        gate.wait()
        nap = {"MariaDB": "SLEEP(0.3)", "PostgreSQL": "pg_sleep(0.3)"}[port.profile.name]
        return int(port.ask(Query(f"{WHO[port.profile.name]}, {nap} AS n"), 10).rows[0][0])

    with ThreadPoolExecutor(count) as pool:
        return set(pool.map(ask, range(count)))


def test_after_a_restart_of_the_server_nobody_sees_a_dead_connection(mortal: Any) -> None:
    """L9."""
    with closing(open_port(mortal.odbc, connections=4)) as port:
        before = connections_of_all(port, 4)
        assert len(before) == 4
        dead = mortal.pid
        mortal.kill9()
        mortal.restart()
        assert mortal.pid != dead
        for _ in range(12):
            [[number]] = port.ask(Query(WHO[port.profile.name]), 10).rows
            assert number > 0
        assert len(connections_of_all(port, 4)) == 4


def test_a_connection_that_its_server_ends_is_noticed_while_idle(server: Any) -> None:
    """L9: before the next caller sees it."""
    with closing(open_port(server.odbc)) as port:
        [[first]] = port.ask(Query(WHO[port.profile.name]), 10).rows
        asked = workers()
        end = {"mariadb": "KILL {}", "postgresql": "SELECT pg_terminate_backend({})"}
        server.execute(end[server.name].format(first))
        time.sleep(0.3)
        [[second]] = port.ask(Query(WHO[port.profile.name]), 10).rows
        assert second != first
        assert workers() == asked  # it made a new connection: nothing failed, nothing was retried
        assert len(asked) == 1


def test_while_the_server_is_down_it_is_unreachable_and_then_comes_back(mortal: Any) -> None:
    """L9."""
    with closing(open_port(mortal.odbc, connections=2)) as port:
        port.clock()
        mortal.kill9()
        with pytest.raises(Unreachable):
            port.clock()
        with pytest.raises(Unreachable):
            port.clock()
        mortal.restart()
        port.clock()


def test_a_statement_whose_server_dies_is_asked_again_and_then_told(mortal: Any) -> None:
    """L9: never an empty result."""
    with closing(open_port(mortal.odbc)) as port, ThreadPoolExecutor(1) as pool:
        port.clock()
        asked = pool.submit(port.ask, Query(SLOW[port.profile.name]), 30)
        time.sleep(0.5)
        assert not asked.done()
        mortal.kill9()
        with pytest.raises((Unreachable, CutOff)):
            asked.result(20)
        mortal.restart()
        port.clock()


def test_no_connection_is_left_behind(server: Any) -> None:
    idle = server.execute(OTHERS[server.name])[0][0]
    server.execute(
        "DROP TABLE IF EXISTS kept",
        "CREATE TABLE kept (id INTEGER)",
        "INSERT INTO kept VALUES (1), (2), (3)",
    )
    port = open_port(server.odbc, connections=3)
    text = {"mariadb": "CAST(id AS CHAR)", "postgresql": "id::varchar(20)"}[server.name]
    for turn in range(40):
        port.ask(Query("SELECT id FROM kept WHERE id = ?", (turn,)), 10)
        with pytest.raises(Exception, match="does not fit"):
            port.ask(Query("SELECT nothing FROM kept"), 10)
    for _ in range(5):
        half = port.stream(Query(f"SELECT {text} AS id FROM kept"), batch_rows=1)
        half.read_next_batch()
        half.close()
        del half
        port.stream(Query(f"SELECT {text} AS id FROM kept")).read_all()
    gc.collect()
    assert settled(server, idle + 3) <= idle + 3
    assert server.execute(OTHERS[server.name])[0][0] > idle  # the count sees what it counts
    port.close()
    assert settled(server, idle) == idle


def settled(server: Any, wanted: int) -> int:
    """How many connections there are, once they are no more than wanted or five seconds passed."""
    for _ in range(50):
        count = int(server.execute(OTHERS[server.name])[0][0])
        if count <= wanted:
            break
        time.sleep(0.1)
    return count


def test_a_closed_port_leaves_no_thread(sqlite: Any) -> None:
    import threading

    before = set(threading.enumerate())
    port = open_port(sqlite.odbc)
    port.clock()
    assert set(threading.enumerate()) > before
    port.close()
    assert set(threading.enumerate()) == before
