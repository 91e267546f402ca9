"""`facade serve` as a process: it serves, and leaves nothing behind."""

from __future__ import annotations

import os
import signal

import httpx

from tests.facade.cli.conftest import Command
from tests.processes import alive, settled
from tests.servers import free_port


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


def children(parent: int) -> set[int]:
    """The processes that a process started, and they in turn."""
    with open(f"/proc/{parent}/task/{parent}/children") as file:  # noqa: PTH123
        own = {int(pid) for pid in file.read().split()}
    return own.union(*map(children, own))
