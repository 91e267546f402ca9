"""Transactions are whole or nothing, wait their turn, and fail in words that tell the way out."""

from __future__ import annotations

import datetime as dt
import signal
import sqlite3
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import select, update

from facade.ledger import Ledger, LedgerUnavailable, open_ledger
from facade.ledger.tables import LEASES
from facade.ledger.transactions import reading, writing

NOON = dt.datetime(2026, 3, 1, 12, 0, tzinfo=dt.UTC)

VICTIM = """
import datetime as dt, sys, time
from sqlalchemy import insert, update
from facade.ledger import open_ledger
from facade.ledger.tables import LEASES, RUNS
from facade.ledger.transactions import writing
with open_ledger(sys.argv[1]) as ledger, writing(ledger.engine) as connection:
    connection.execute(update(LEASES).values(holder="victim"))
    row = {"kind": "x" * 200, "begun_at": dt.datetime.now(dt.UTC), "lease": "night",
           "lease_number": 1, "abandoned": False}
    connection.execute(insert(RUNS), [row] * 20000)  # more than SQLite's cache: some is on disk
    print("amidst", flush=True)
    time.sleep(60)
"""


def test_threads_that_read_and_then_write_wait_their_turn(ledger: Ledger) -> None:
    """None of 8 threads is told "database is locked", and no increment is lost (where a row that is
    read is locked, as PostgreSQL wants it).
    """
    ledger.leases.take("counter", "a", 60, NOON)

    def count(times: int) -> None:
        for _ in range(times):
            with writing(ledger.engine) as connection:
                number = connection.execute(select(LEASES.c.number).with_for_update()).scalar_one()
                connection.execute(update(LEASES).values(number=number + 1))

    with ThreadPoolExecutor(8) as threads:
        for counted in [threads.submit(count, 25) for _ in range(8)]:
            counted.result()
    with reading(ledger.engine) as connection:
        assert connection.execute(select(LEASES.c.number)).scalar_one() == 201


def test_a_reader_does_not_wait_for_a_writer(file_ledger: Ledger, file_url: str) -> None:
    with open_ledger(file_url, patience=0.1) as other, writing(file_ledger.engine) as connection:
        connection.execute(update(LEASES).values(holder="somebody"))
        assert other.runs.last_sealed() is None
        with pytest.raises(LedgerUnavailable, match=r"ledger\.sqlite failed: database is locked"):
            other.keys.create("app", ["*"])


def test_an_error_within_a_transaction_undoes_it(ledger: Ledger) -> None:
    ledger.leases.take("night", "a", 60, NOON)

    def fail_amidst() -> None:
        with writing(ledger.engine) as connection:
            assert connection.execute(update(LEASES).values(holder="b")).rowcount == 1
            raise RuntimeError("in the middle")

    with pytest.raises(RuntimeError, match="in the middle"):
        fail_amidst()
    with reading(ledger.engine) as connection:
        assert connection.execute(select(LEASES.c.holder)).scalar_one() == "a"


def test_a_process_killed_in_mid_transaction_leaves_the_ledger_whole(
    file_ledger: Ledger, file_url: str, tmp_path: Path
) -> None:
    """N6: kill -9 leaves nothing of what was not committed, and no lock."""
    lease = file_ledger.leases.take("night", "a", 60, NOON)
    before = (tmp_path / "var" / "ledger.sqlite-wal").stat().st_size
    victim = subprocess.Popen(
        [sys.executable, "-c", VICTIM, file_url], stdout=subprocess.PIPE, text=True
    )
    try:
        assert victim.stdout.readline() == "amidst\n"
        assert (tmp_path / "var" / "ledger.sqlite-wal").stat().st_size > before + 1_000_000
        victim.send_signal(signal.SIGKILL)
        assert victim.wait(10) == -signal.SIGKILL
    finally:
        victim.kill()
        victim.wait()
        victim.stdout.close()
    with open_ledger(file_url, patience=1) as reopened:
        reopened.leases.check(lease)
        assert reopened.runs.unsealed() == ()
        assert reopened.runs.begin("night", NOON, lease) == 1
        with reading(reopened.engine) as connection:
            assert connection.exec_driver_sql("PRAGMA integrity_check").scalar_one() == "ok"
            assert connection.execute(select(LEASES.c.holder)).scalar_one() == "a"


def test_the_file_is_written_ahead_and_synchronously(file_ledger: Ledger) -> None:
    with reading(file_ledger.engine) as connection:
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar_one() == "wal"
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar_one() == 2
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar_one() == 1


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("nonsense", "URL can't be read. Known forms: sqlite:///path/ledger.sqlite and postgresql"),
        ("duckdb:///x.duckdb", "can't be kept in 'duckdb'. Known forms: sqlite"),
        ("mysql://root:hush@localhost/x", "can't be kept in 'mysql'"),
        ("postgresql+none://root:hush@localhost/x", "driver of 'postgresql.none' is missing"),
        ("sqlite://", "in memory would forget everything"),
        ("sqlite:///:memory:", "in memory would forget everything"),
        ("sqlite:////dev/null/x/ledger.sqlite", "folder of the ledger .* can't be made"),
    ],
)
def test_a_url_of_no_use_is_refused_with_the_known_ones(url: str, message: str) -> None:
    with pytest.raises(LedgerUnavailable, match=message) as refusal:
        open_ledger(url)
    assert "hush" not in str(refusal.value)


def test_a_file_that_is_no_ledger_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite"
    path.write_text("This is a shopping list. " * 100)
    with pytest.raises(LedgerUnavailable, match=r"ledger\.sqlite can't be opened: file is not a"):
        open_ledger(f"sqlite:///{path}")


def test_a_lock_that_never_ends_is_told(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite"
    with closing(sqlite3.connect(path, isolation_level=None)) as holder:
        holder.execute("BEGIN EXCLUSIVE")
        with pytest.raises(LedgerUnavailable, match="database is locked"):
            open_ledger(f"sqlite:///{path}", patience=0.2)
