"""The `facade` command in a process of its own, over a real Atlas."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from fixtures.atlas import Atlas
from tests.facade.sync.nights import SCALE, Nights, odbc_of

SECONDS = 120.0


@dataclass
class Command:
    """`python -m facade.cli`, with its settings; `sink` is a warehouse's file."""

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
        """The command, begun."""
        return subprocess.Popen(
            [sys.executable, "-m", "facade.cli", *words],
            env=self.environ,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(self, *words: str) -> tuple[int, str, str]:
        """Exit status, output, and what it said of errors."""
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
