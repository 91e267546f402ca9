"""`facade serve` as a process: it serves, and leaves nothing behind."""

from __future__ import annotations

import os
import signal
import time

import httpx
import pytest

from tests.facade.cli.conftest import Command
from tests.processes import alive, settled
from tests.sampled import each
from tests.servers import free_port


@pytest.mark.long
def test_a_killed_server_leaves_no_process_that_holds_the_port(command: Command) -> None:
    address = f"127.0.0.1:{free_port()}"
    with command.start("serve", "--listen", address) as served:

        def serves() -> bool:
            try:
                return httpx.get(f"http://{address}/health/live", timeout=1).status_code == 200
            except httpx.HTTPError:
                return False

        assert settled(serves, 20)
        workers = children(served.pid)
        assert workers
        os.kill(served.pid, signal.SIGKILL)
        assert served.wait(5) == -signal.SIGKILL
        assert settled(lambda: not any(map(alive, workers)), 5)
        assert not serves()


@pytest.mark.parametrize("seconds", each(5, [0.0, 0.05, 0.1, 0.2, 0.4]))
def test_a_server_whose_worker_still_loads_ends_when_it_is_told(
    command: Command, seconds: float
) -> None:
    address = f"127.0.0.1:{free_port()}"
    with command.start("serve", "--listen", address) as served:
        assert served.stderr is not None
        assert served.stderr.readline() == f"http://{address}/docs\n"
        assert settled(lambda: bool(children(served.pid)), 60)
        workers = children(served.pid)
        time.sleep(seconds)
        served.terminate()
        try:
            assert served.wait(60) == 0
        finally:
            served.kill()
        assert settled(lambda: not any(map(alive, workers)), 5)


def children(parent: int) -> set[int]:
    """The processes that a process started, and they in turn."""
    with open(f"/proc/{parent}/task/{parent}/children") as file:  # noqa: PTH123
        own = {int(pid) for pid in file.read().split()}
    return own.union(*map(children, own))
