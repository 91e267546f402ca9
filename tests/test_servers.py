"""The servers that tests start."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pyodbc
import pytest

from tests.servers import MariaDB, PostgreSQL, Server, lacking, odbc_drivers


@pytest.mark.parametrize("kind", [MariaDB, PostgreSQL])
def test_a_server_keeps_what_was_committed_through_kill_9(
    kind: type[Server], tmp_path: Path
) -> None:
    with kind.start(tmp_path) as server:
        server.execute("CREATE TABLE t (id INT PRIMARY KEY, name VARCHAR(2000))")
        server.insert("t", [(1, "Zoë 🚚"), (2, "Zoë 🚚" * 100)])
        server.execute("INSERT INTO t VALUES (3, 'Müller')")
        killed = server.pid
        server.kill9()
        with pytest.raises(pyodbc.Error):
            server.execute("SELECT 1")
        with pytest.raises(ProcessLookupError):
            os.kill(killed, 0)
        server.restart()
        rows = server.execute("SELECT id, name FROM t ORDER BY id")
        assert rows == [(1, "Zoë 🚚"), (2, "Zoë 🚚" * 100), (3, "Müller")]
        last = server.pid
    with pytest.raises(ProcessLookupError):
        os.kill(last, 0)


@pytest.mark.parametrize("kind", [MariaDB, PostgreSQL])
def test_the_client_program_reaches_the_server(kind: type[Server], tmp_path: Path) -> None:
    with kind.start(tmp_path) as server:
        answer = subprocess.run(
            server.client(), input="SELECT 6 * 7;", capture_output=True, text=True, check=True
        )
    assert "42" in answer.stdout


def test_a_missing_server_skips_a_test_and_fails_it_in_ci(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CI", raising=False)
    with pytest.raises(pytest.skip.Exception, match="the program xyz is missing"):
        lacking("the program xyz")
    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception, match="the program xyz is missing"):
        lacking("the program xyz")


def test_the_driver_that_the_demonstration_needs_is_there() -> None:
    assert "SQLite3" in odbc_drivers()
