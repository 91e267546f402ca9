"""The `facade` command over a real Atlas: in this process, or in one of its own."""

from __future__ import annotations

import contextlib
import io
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest import mock

import pytest

from facade.cli import main
from fixtures.atlas import Atlas
from tests.facade.sync.nights import SCALE, Nights, odbc_of

SECONDS = 120.0


def here(environ: Mapping[str, str], *words: str, fed: str = "") -> tuple[int, str, str]:
    """Exit status, output and errors of the command run by `main` in this process: to load it
    takes a second of the processor's time.
    """
    out, err = io.StringIO(), io.StringIO()
    with (
        mock.patch.dict(os.environ, environ, clear=True),
        mock.patch.object(sys, "argv", ["facade", *words]),
        mock.patch.object(sys, "stdin", io.StringIO(fed)),
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err),
        pytest.raises(SystemExit) as ended,
    ):
        main()
    return int(ended.value.code or 0), out.getvalue(), err.getvalue()


@dataclass
class Command:
    """The `facade` command, with its settings; `sink` is a warehouse's file."""

    atlas: Atlas
    var: Path
    sink: Path | None = None

    @property
    def environ(self) -> dict[str, str]:
        own = {name: value for name, value in os.environ.items() if not name.startswith("FACADE_")}
        own |= {
            "FACADE_CRM": "atlas",
            "FACADE_ODBC": odbc_of(self.atlas),
            "FACADE_VAR": str(self.var),
        }
        return own | ({"FACADE_WAREHOUSE": f"duckdb:///{self.sink}"} if self.sink else {})

    def start(self, *words: str) -> subprocess.Popen[str]:
        """The command, begun in a process of its own."""
        return subprocess.Popen(
            [sys.executable, "-m", "facade.cli", *words],
            env=self.environ,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(self, *words: str, fed: str = "") -> tuple[int, str, str]:
        """Exit status, output, and what it said of errors; `fed` stands on standard input."""
        return here(self.environ, *words, fed=fed)

    def apart(self, *words: str) -> tuple[int, str, str]:
        """The same of a process of its own."""
        with self.start(*words) as process:
            out, err = process.communicate(timeout=SECONDS)
            return process.returncode, out, err

    def json(self, *words: str) -> tuple[int, dict[str, Any]]:
        """Exit status and the JSON object that it printed."""
        status, out, err = self.run(*words, "--json")
        assert err == ""
        return status, json.loads(out)

    def sql(self, statement: str, *values: Any) -> None:
        """Do something in Atlas's database."""
        db = self.atlas.connect()
        db.execute(statement, values)
        db.close()


@pytest.fixture(scope="session")
def night_one(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with an Atlas that nobody has touched, and one sealed night over it."""
    folder = tmp_path_factory.mktemp("night_one")
    with (
        Atlas.start(folder / "atlas", SCALE) as atlas,
        Nights.of_atlas(atlas, folder / "var") as nights,
    ):
        nights.run()
    return folder


@pytest.fixture
def fresh(night_one: Path, tmp_path: Path) -> Iterator[Command]:
    """The command before its first night, with a warehouse."""
    shutil.copytree(night_one / "atlas", tmp_path / "atlas")
    with Atlas.start(tmp_path / "atlas", SCALE) as atlas:
        yield Command(atlas, tmp_path / "var", tmp_path / "warehouse.duckdb")


@pytest.fixture
def command(night_one: Path, fresh: Command) -> Command:
    """The command after its first night, without a sink."""
    shutil.copytree(night_one / "var", fresh.var)
    return Command(fresh.atlas, fresh.var)
