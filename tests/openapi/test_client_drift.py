"""The committed client is what `make client` writes from the committed document."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
COMMITTED = ROOT / "openapi" / "client"


def test_the_committed_client_is_a_fresh_one_to_the_byte(tmp_path: Path) -> None:
    """A1"""
    if importlib.util.find_spec("openapi_python_client") is None or not shutil.which("make"):
        reason = "openapi-python-client or make is missing: `make test` installs the first"
        if os.environ.get("CI") == "true":
            pytest.fail(reason, pytrace=False)
        pytest.skip(reason)
    fresh = tmp_path / "client"
    _make_client(fresh)
    assert sorted(contents(fresh)) == sorted(contents(COMMITTED))
    changed = [name for name, text in contents(fresh).items() if contents(COMMITTED)[name] != text]
    assert changed == [], "the client has drifted: run `make client`"


def contents(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }


def _make_client(folder: Path) -> None:
    # The environment is the one that runs the tests: -o leaves it as it is.
    command = ["make", "-o", ".venv/stamp-dev", "client", f"CLIENT={folder}"]
    environment = {name: value for name, value in os.environ.items() if "MAKE" not in name}
    done = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]
