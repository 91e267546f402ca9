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
from tests.facade.sync.nights import SCALE, odbc_of

SECONDS = 120.0


@dataclass
class Command:
    """`python -m facade.cli`, with what it needs in its environment."""

    atlas: Atlas
    var: Path

    @property
    def environ(self) -> dict[str, str]:
        own = {name: value for name, value in os.environ.items() if not name.startswith("FACADE_")}
        return own | {
            "FACADE_CRM": "atlas",
            "FACADE_ODBC": odbc_of(self.atlas),
            "FACADE_VAR": str(self.var),
            "FACADE_WAREHOUSE": f"duckdb:///{self.var.parent / 'warehouse.duckdb'}",
        }

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
def generated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a database of Atlas that nobody has touched."""
    folder = tmp_path_factory.mktemp("generated")
    Atlas.start(folder, SCALE).stop()
    return folder


@pytest.fixture
def command(generated: Path, tmp_path: Path) -> Iterator[Command]:
    shutil.copytree(generated, tmp_path / "atlas")
    with Atlas.start(tmp_path / "atlas", SCALE) as atlas:
        yield Command(atlas, tmp_path / "var")
