"""Worker processes: killed when late, replaced when they crash, gone when the program is."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from legacy_clients.errors import CutOff, TimedOut
from legacy_clients.odbc.messages import Query
from legacy_clients.odbc.port import Port, open_port
from tests.processes import alive, command_line, descriptors, settled, workers, zombies

ONE = Query("SELECT 1 AS a")
ENDLESS = Query(
    "WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n) SELECT max(i) AS i FROM n"
)
NAP = {"MariaDB": "SELECT SLEEP(0.6), 7 AS a", "PostgreSQL": "SELECT pg_sleep(0.6)::text, 7 AS a"}
ROOT = Path(__file__).parents[3]


@pytest.fixture
def file(sqlite: Any) -> Iterator[Port]:
    """A port over the SQLite file, with a worker that has a connection."""
    with closing(open_port(sqlite.odbc)) as port:
        port.ask(ONE, 10)
        yield port
    assert zombies() == set()


def the_worker() -> int:
    [pid] = workers()
    return pid


@pytest.mark.parametrize("how", [signal.SIGSEGV, signal.SIGABRT, signal.SIGKILL])
def test_a_worker_that_crashes_in_a_statement_costs_no_error(server: Any, how: int) -> None:
    """L8: the read is asked once more, by another."""
    with closing(open_port(server.odbc)) as port, ThreadPoolExecutor(1) as pool:
        port.ask(ONE, 10)
        crashing = the_worker()
        asked = pool.submit(port.ask, Query(NAP[port.profile.name]), 10)
        time.sleep(0.2)
        os.kill(crashing, how)
        assert asked.result(10).rows[0][1] == 7
        assert not alive(crashing)
        assert the_worker() != crashing
    assert zombies() == set()


def test_a_port_at_rest_holds_no_process_of_a_large_result_and_reads_on(sqlite: Any) -> None:
    with closing(open_port(sqlite.odbc)) as port:
        port.ask(ONE, 10)
        asking = workers()
        assert port.stream(ONE).read_all().num_rows == 1
        assert len(workers()) > len(asking)
        port.rest()
        assert settled(lambda: workers() == asking)
        assert port.stream(ONE).read_all().num_rows == 1
    assert zombies() == set()


def test_idle_workers_that_were_all_killed_cost_no_error(sqlite: Any) -> None:
    """L8."""
    with closing(open_port(sqlite.odbc)) as port, ThreadPoolExecutor(3) as pool:
        list(pool.map(lambda _: _late(port, 0.3), range(3)))
        gate = threading.Barrier(3)

        def ask(_: int) -> object:
            gate.wait()
            return port.ask(ONE, 10).rows

        list(pool.map(ask, range(3)))
        killed = workers()
        assert killed
        for pid in killed:
            os.kill(pid, signal.SIGKILL)
        assert settled(lambda: not any(map(alive, killed)))
        assert list(pool.map(ask, range(3))) == [[(1,)]] * 3
        assert workers().isdisjoint(killed)
    assert zombies() == set()


def _late(port: Port, seconds: float) -> None:
    with pytest.raises(TimedOut):
        port.ask(ENDLESS, seconds)


def test_a_statement_that_crashes_every_worker_is_one_typed_error(
    file: Port, caplog: pytest.LogCaptureFixture
) -> None:
    """L8."""
    over = threading.Event()
    killed = set()

    def kill() -> None:
        while not over.wait(0.02):
            for pid in workers():
                os.kill(pid, signal.SIGSEGV)
                killed.add(pid)

    killing = threading.Thread(target=kill)
    killing.start()
    try:
        with pytest.raises(CutOff, match=r"the process .* ended \(SIGSEGV\)"):
            file.ask(ENDLESS, 20)
    finally:
        over.set()
        killing.join()
    assert len(killed) >= 2
    assert "ended: SIGSEGV" in caplog.text
    assert file.ask(ONE, 10).rows == [(1,)]


def test_a_worker_that_hangs_is_killed_at_its_deadline_and_replaced(file: Port) -> None:
    """L8: at most half a second late, and the next answer within two seconds."""
    hung = the_worker()
    os.kill(hung, signal.SIGSTOP)
    started = time.monotonic()
    with pytest.raises(TimedOut):
        file.ask(ONE, 0.5)
    assert 0.5 <= time.monotonic() - started <= 1.0
    assert not alive(hung)
    assert file.ask(ONE, 2).rows == [(1,)]
    assert time.monotonic() - started < 3


def test_others_go_on_while_one_hangs(file: Port) -> None:
    """L8."""
    os.kill(the_worker(), signal.SIGSTOP)
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(file.ask, ONE, 1.5)
        time.sleep(0.1)
        for _ in range(50):
            assert file.ask(ONE, 1).rows == [(1,)]
        assert not waiting.done()
        with pytest.raises(TimedOut):
            waiting.result(5)


def test_a_worker_that_hangs_is_killed_when_the_port_closes(sqlite: Any) -> None:
    port = open_port(sqlite.odbc)
    port.ask(ONE, 10)
    os.kill(the_worker(), signal.SIGSTOP)
    started = time.monotonic()
    port.close()
    assert time.monotonic() - started < 1
    assert (workers(), zombies()) == (set(), set())


def test_a_port_that_closes_ends_those_at_work_and_leaves_nothing(sqlite: Any) -> None:
    before = descriptors()
    port = open_port(sqlite.odbc)
    with ThreadPoolExecutor(1) as pool:
        asked = pool.submit(port.ask, ENDLESS, 20)
        assert settled(lambda: bool(workers()))
        time.sleep(0.2)
        started = time.monotonic()
        port.close()
        assert time.monotonic() - started < 1
        assert isinstance(asked.exception(5), CutOff | RuntimeError)
    assert (workers(), zombies()) == (set(), set())
    assert descriptors() <= before


def test_a_closed_port_answers_nothing(sqlite: Any) -> None:
    port = open_port(sqlite.odbc)
    port.close()
    with pytest.raises(RuntimeError, match="the port is closed"):
        port.ask(ONE, 5)
    assert workers() == set()


def test_a_port_that_is_dropped_takes_its_workers_along(sqlite: Any) -> None:
    port = open_port(sqlite.odbc)
    port.ask(ONE, 10)
    dropped = the_worker()
    del port
    assert settled(lambda: not alive(dropped))
    assert zombies() == set()


def test_secrets_are_in_no_command_line_and_no_environment(
    server: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """O1: `ps` shows both to others."""
    monkeypatch.setenv("FACADE_ODBC", server.odbc)
    assert "PWD=facade" in server.odbc
    with closing(open_port(server.odbc)) as port:
        port.ask(ONE, 10)
        shown = command_line(the_worker()).encode()
        shown += Path(f"/proc/{the_worker()}/environ").read_bytes()
    assert b"start.py" in shown
    assert b"PATH=" in shown
    assert b"PWD=facade" not in shown
    assert b"FACADE_" not in shown


def test_a_worker_inherits_no_open_file(sqlite: Any, tmp_path: Path) -> None:
    with (tmp_path / "open").open("w") as opened, closing(open_port(sqlite.odbc)) as port:
        os.set_inheritable(opened.fileno(), True)
        port.ask(ONE, 10)
        port.ask(ONE, 10)
        links = Path(f"/proc/{the_worker()}/fd").iterdir()
        targets = {str(link.readlink()).partition(":")[0] for link in links}
        assert opened.name not in targets
    others = {target for target in targets if not target.startswith(str(sqlite.path))}
    assert others == {"socket", "pipe", "/dev/null"}


PROGRAM = """
import sys, os, json, time, threading
sys.path.insert(0, {root!r})
from legacy_clients.odbc.port import open_port
from legacy_clients.odbc.messages import Query
from tests.processes import workers
port = open_port({odbc!r})
one, endless = Query("SELECT 1 AS a"), Query({endless!r})
many = Query("WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n LIMIT 3000000)"
    " SELECT CAST(i AS TEXT) AS i FROM n", longest=20)
def say(**told):
    sys.stdout.write(json.dumps(told) + "\\n")  # in one go: an interrupt may come at any moment
    sys.stdout.flush()
"""


def program(sqlite: Any, tmp_path: Path, text: str) -> subprocess.Popen[str]:
    """A program with a port over the SQLite file, in a session of its own."""
    file = tmp_path / "program.py"
    head = PROGRAM.format(root=str(ROOT), odbc=sqlite.odbc, endless=ENDLESS.sql)
    file.write_text(head + text, "utf-8")
    return subprocess.Popen(
        [sys.executable, str(file)], stdout=subprocess.PIPE, text=True, start_new_session=True
    )


def said(running: subprocess.Popen[str]) -> Any:
    assert running.stdout is not None
    return json.loads(running.stdout.readline())


@pytest.mark.long
def test_workers_end_with_the_program_also_in_mid_of_a_statement(
    sqlite: Any, tmp_path: Path
) -> None:
    text = """
port.ask(one, 10)
threading.Thread(target=port.ask, args=(endless, 60)).start()
time.sleep(0.3)
port.ask(one, 10)
reader = port.stream(many)
reader.read_next_batch()
say(workers=sorted(workers()))
time.sleep(60)
"""
    with program(sqlite, tmp_path, text) as running:
        pids = said(running)["workers"]
        assert len(pids) == 3
        assert all(map(alive, pids))
        running.kill()
        running.wait(5)
        assert settled(lambda: not any(map(alive, pids)), 2)


def test_ctrl_c_reaches_the_program_alone_and_costs_one_worker(sqlite: Any, tmp_path: Path) -> None:
    text = """
port.ask(one, 10)
say(workers=sorted(workers()))
try:
    port.ask(endless, 60)
except KeyboardInterrupt:
    say(interrupted="ask", left=sorted(workers()), rows=port.ask(one, 10).rows)
try:
    for batch in port.stream(many, batch_rows=100):
        say(rows=batch.num_rows)
except KeyboardInterrupt:
    say(interrupted="stream", rows=port.ask(one, 10).rows)
say(before=sorted(workers()))
time.sleep(0.5)
try:
    time.sleep(30)
except KeyboardInterrupt:
    say(after=sorted(workers()), rows=port.ask(one, 10).rows)
batch = None
port.close()
say(workers=sorted(workers()))
"""
    with program(sqlite, tmp_path, text) as running:
        [first] = said(running)["workers"]
        time.sleep(0.5)
        os.killpg(running.pid, signal.SIGINT)  # as the terminal does
        told = said(running)
        assert (told["interrupted"], told["left"], told["rows"]) == ("ask", [], [[1]])
        assert not alive(first)
        for _ in range(3):
            assert said(running) == {"rows": 100}
        os.killpg(running.pid, signal.SIGINT)
        while "interrupted" not in (told := said(running)):
            assert told == {"rows": 100}
        assert told == {"interrupted": "stream", "rows": [[1]]}
        idle = said(running)["before"]
        assert idle
        time.sleep(0.8)
        os.killpg(running.pid, signal.SIGINT)
        assert said(running) == {"after": idle, "rows": [[1]]}
        assert said(running) == {"workers": []}
        assert running.wait(10) == 0


def test_the_program_loads_no_driver_and_a_worker_no_library_it_does_not_need(
    sqlite: Any, tmp_path: Path
) -> None:
    """L8: a driver that is not loaded cannot crash it."""
    text = """
from pathlib import Path
port.ask(one, 10)
with port.stream(many) as reader:
    reader.read_next_batch()
[asked] = [maps for pid in workers() if "arrow" not in (maps := Path(f"/proc/{pid}/maps").read_text())]
say(ours=Path("/proc/self/maps").read_text(), asked=asked, modules=sorted(sys.modules))
del reader
port.close()
"""  # noqa: E501
    with program(sqlite, tmp_path, text) as running:
        told = said(running)
        assert running.wait(10) == 0
    assert "sqlite3odbc" in told["asked"]
    assert "sqlite3odbc" not in told["ours"]
    assert "arrow_odbc" not in told["modules"]
    for library in ("sqlalchemy", "lxml", "pyarrow", "pandas", "numpy", "duckdb"):
        assert library not in told["asked"]


def test_a_fork_of_the_program_has_workers_of_its_own(file: Port) -> None:
    ours = the_worker()
    theirs, end = os.pipe()
    child = os.fork()
    if not child:
        try:
            rows = file.ask(ONE, 10).rows
            told = {"rows": rows, "workers": sorted(workers())}
            file.close()
            os.write(end, json.dumps(told).encode())
        finally:
            os._exit(0)
    os.close(end)
    with open(theirs, "rb") as reading:  # noqa: PTH123  a number
        told = json.loads(reading.read())
    os.waitpid(child, 0)
    assert told["rows"] == [[1]]
    assert len(told["workers"]) == 1
    assert told["workers"] != [ours]
    assert file.ask(ONE, 10).rows == [(1,)]
    assert the_worker() == ours


def test_a_parameter_of_no_known_type_costs_nothing(file: Port) -> None:
    ours = the_worker()
    with pytest.raises(TypeError, match="cannot be a object"):
        file.ask(Query("SELECT ? AS a", (object(),)), 10)
    assert file.ask(ONE, 10).rows == [(1,)]
    assert the_worker() == ours
