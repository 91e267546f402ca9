"""The demonstration leaves nothing behind, whenever it is stopped."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.sampled import each

SECONDS = 30.0


def processes_of(folder: Path) -> list[int]:
    """The demonstration and all that it started: their TMPDIR tells whose they are."""
    mark = f"TMPDIR={folder}".encode()
    found = []
    for entry in Path("/proc").glob("[0-9]*/environ"):
        try:
            if mark in entry.read_bytes().split(b"\0"):
                found.append(int(entry.parent.name))
        except OSError:
            continue
    return found


@pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="processes are found in /proc")
@pytest.mark.parametrize("seconds", each(2, [1.2, 2.5]))
@pytest.mark.long
def test_a_demonstration_stopped_on_the_way_leaves_no_process_and_no_folder(
    tmp_path: Path, seconds: float
) -> None:
    command = [sys.executable, "-m", "facade.cli", "demo", "--scale", "0.02"]
    demo = subprocess.Popen(
        command,
        env={**os.environ, "TMPDIR": str(tmp_path)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    due = time.monotonic() + SECONDS
    while not list(tmp_path.glob("facade-demo-*")):
        assert demo.poll() is None
        assert time.monotonic() < due, "the demonstration did not start"
        time.sleep(0.05)
    time.sleep(seconds)
    assert len(processes_of(tmp_path)) >= 2
    demo.send_signal(signal.SIGTERM)
    _, errors = demo.communicate(timeout=SECONDS)
    assert demo.returncode in (0, 130)
    assert "Traceback" not in errors
    assert processes_of(tmp_path) == []
    assert list(tmp_path.glob("facade-demo-*")) == []
