"""The load that is counted: of a meter, and of a real database behind its driver."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from legacy_clients.errors import LegacyError
from legacy_clients.load import Load, Meter
from legacy_clients.odbc import Query, open_port
from legacy_clients.odbc.port import Port
from tests import processes


@pytest.fixture
def port(tmp_path: Path) -> Iterator[Port]:
    sqlite3.connect(tmp_path / "legacy.db").close()
    with (
        processes.from_now_on(),
        closing(open_port(f"DRIVER=SQLite3;Database={tmp_path / 'legacy.db'}")) as opened,
    ):
        yield opened


def test_a_meter_counts_what_runs_at_once_and_for_how_long() -> None:
    meter = Meter()
    first, second = meter.begun(), meter.begun()
    meter.ended(first, rows=3)
    with meter.asking():
        pass
    meter.ended(second, rows=4)
    meter.connected()
    load = meter.load
    assert (load.statements, load.rows, load.connections, load.at_once) == (3, 7, 1, 2)
    assert load.seconds > 0
    assert load.since(load) == Load(at_once=2)


def test_threads_lose_no_count() -> None:
    meter = Meter()

    def ask() -> None:
        for _ in range(500):
            meter.ended(meter.begun(), rows=2)

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (meter.load.statements, meter.load.rows) == (4000, 8000)
    assert 1 <= meter.load.at_once <= 8


def test_a_port_counts_questions_large_results_and_connections(port: Port) -> None:
    assert port.load == Load()
    three = Query("SELECT 1 AS n UNION ALL SELECT 2 UNION ALL SELECT 3", ())
    assert len(port.ask(three, 5).rows) == 3
    asked = port.load
    assert (asked.statements, asked.rows, asked.connections, asked.at_once) == (1, 3, 1, 1)
    with port.stream(three) as stream:
        assert stream.read_all().num_rows == 3
    read = port.load.since(asked)
    # The columns are asked for first, then how long the values are, then the rows themselves.
    assert (read.statements, read.rows) == (3, 4)
    assert port.load.connections >= 2
    assert 0 < read.seconds < 60


def test_what_fails_and_what_is_dropped_counts_and_is_over(port: Port) -> None:
    with pytest.raises(LegacyError):
        port.ask(Query("SELECT * FROM nowhere", ()), 5)
    stream = port.stream(Query("SELECT 1 AS n", ()))
    before = port.load
    stream.close()
    del stream
    assert port.load.seconds > before.seconds
    assert port.load.at_once == 1


def test_what_others_asked_is_added_and_the_most_at_once_is_the_larger() -> None:
    ours, theirs = Load(1, 20, 0.5, 2, 1, 300, 0.25), Load(4, 50, 1.5, 3, 6, 700)
    assert ours.plus(theirs) == theirs.plus(ours) == Load(5, 70, 2.0, 5, 6, 1000, 0.25)
