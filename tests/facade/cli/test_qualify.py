"""`facade qualify`: what it asks, prints, writes and exits with."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from facade.cli import cli

CHECKS = [
    "connection",
    "latency",
    "clock",
    "account",
    "values by row",
    "values in bulk",
    "deadline",
    "lost connection",
    "paging",
    "bulk and rows",
    "code page",
    "keys",
    "stored values",
]


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working folder beside a SQLite database with a table of three."""
    for name in [name for name in os.environ if name.startswith("FACADE_")]:
        monkeypatch.delenv(name)
    with closing(sqlite3.connect(tmp_path / "crm.db")) as db, db:
        db.execute("CREATE TABLE people (id INTEGER PRIMARY KEY, name VARCHAR(20))")
        db.execute("INSERT INTO people (name) VALUES ('Ada'), ('Grace'), (CAST(x'FC' AS TEXT))")
    monkeypatch.setenv("FACADE_ODBC", f"DRIVER=SQLite3;Database={tmp_path / 'crm.db'}")
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    return tmp_path / "here"


def run(*words: str, answer: str | None = None) -> Result:
    return CliRunner().invoke(cli, ["qualify", *words], input=answer, catch_exceptions=False)


def test_a_receipt_is_written_as_json_and_as_text(place: Path) -> None:
    result = run("--table", "people")
    assert result.exit_code == 0, result.output
    lines = result.output.splitlines()
    assert [line[11:].partition(":")[0] for line in lines[:-1]] == CHECKS
    assert lines[10] == "mind       code page: 1 values are no text in utf-8"
    [path] = place.glob("qualify-sqlite-*.json")
    assert lines[-1] == f"receipt: {path.name}"
    told = json.loads(path.read_text())
    assert (told["driver"], told["verdict"]) == ("SQLite", "mind")
    assert [check["check"] for check in told["checks"]] == CHECKS
    text = path.with_suffix(".txt").read_text()
    assert lines[10] in text.splitlines()
    for secret in ("crm.db", "Ada", "Grace"):
        assert secret not in path.read_text() + text + result.output


def test_a_table_is_made_only_after_a_yes(place: Path) -> None:
    result = CliRunner().invoke(cli, ["qualify", "--scratch", "main"], input="n\n")
    assert result.exit_code == 1
    assert result.output.startswith("Make a table in main, and drop it again? [y/N]: n")
    assert list(place.iterdir()) == []
    result = run("--scratch", "main", answer="y\n")
    assert result.exit_code == 0, result.output
    assert "well       stored values: 42 values" in result.output
    with closing(sqlite3.connect(place.parent / "crm.db")) as db:
        assert db.execute("SELECT name FROM sqlite_master").fetchall() == [("people",)]


@pytest.mark.long
def test_what_cannot_be_relied_on_is_told_by_the_exit_status(place: Path) -> None:
    result = run("--table", "nowhere")
    assert result.exit_code == 10
    assert "wrong      paging: Misconfigured: the database has no table 'nowhere'" in result.output


def test_ctrl_c_stops_it_without_a_receipt(place: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "facade.cli", "qualify", "--scratch", "main", "--yes"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        process.stdout.readline()
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=30)
    assert process.returncode == 130
    assert said.strip() == "stopped"
    assert list(place.iterdir()) == []
    with closing(sqlite3.connect(place.parent / "crm.db")) as db:
        assert db.execute("SELECT name FROM sqlite_master").fetchall() == [("people",)]
