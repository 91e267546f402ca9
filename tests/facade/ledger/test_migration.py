"""A ledger is brought forward when it is opened, and never runs on a newer one (O5)."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext

from facade.ledger import Ledger, LedgerNewer, open_ledger
from facade.ledger.migration import NEWEST, VERSIONS
from facade.ledger.tables import METADATA
from facade.ledger.transactions import reading

OPENER = """
import sys
from facade.ledger import open_ledger
sys.stdin.readline()
with open_ledger(sys.argv[1]) as ledger:
    print(len(ledger.keys.list()))
"""


def test_migrations_make_the_tables_that_the_code_speaks_of(ledger: Ledger) -> None:
    with reading(ledger.engine) as connection:
        options = {"target_metadata": METADATA, "version_table": VERSIONS}
        context = MigrationContext.configure(connection, opts=options)
        assert compare_metadata(context, METADATA) == []


def test_what_was_kept_is_there_when_opened_again(url: str) -> None:
    with open_ledger(url) as ledger:
        id, _ = ledger.keys.create("app", ["*"])
    with open_ledger(url) as ledger:
        assert [key.id for key in ledger.keys.list()] == [id]


def test_a_newer_ledger_is_refused_and_left_alone(file_url: str, tmp_path: Path) -> None:
    """O5: refuse to run on a newer one."""
    open_ledger(file_url).close()
    path = tmp_path / "var" / "ledger.sqlite"
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE ledger_revision SET version_num = '9999'")
    with pytest.raises(LedgerNewer, match=rf"revision 9999.*up to {NEWEST}.*upgrade crm-facade"):
        open_ledger(file_url)
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT * FROM ledger_revision").fetchall() == [("9999",)]


def test_processes_that_open_a_new_ledger_at_once_all_get_it(url: str) -> None:
    openers = [
        subprocess.Popen(
            [sys.executable, "-c", OPENER, url],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(4)
    ]
    try:
        answers = [each.communicate("go\n", timeout=60) for each in openers]
    finally:
        for each in openers:
            each.kill()
            each.wait()
    assert answers == [("0\n", "")] * 4
