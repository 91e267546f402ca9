"""Starts a worker process: this file is run by its path, with a socket as standard input.

Argument: the number of the pipe whose end is that of the program which started the worker.
"""

from __future__ import annotations

import fcntl
import os
import select
import signal
import sys
from socket import socket
from types import ModuleType

_HERE = os.path.dirname(os.path.abspath(__file__))  # noqa: PTH100, PTH120  pathlib takes 7 ms


def end_with(lifeline: int) -> None:
    """End this process when the other end of a pipe closes, also in mid of a driver's call."""
    signal.signal(signal.SIGIO, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_SETMASK, ())
    fcntl.fcntl(lifeline, fcntl.F_SETOWN, os.getpid())
    flags = fcntl.fcntl(lifeline, fcntl.F_GETFL)
    fcntl.fcntl(lifeline, fcntl.F_SETFL, flags | os.O_ASYNC)
    gone, _, _ = select.select([lifeline], [], [], 0)
    if gone:
        sys.exit(0)


def add_bare_packages() -> None:
    """Our packages without their `__init__`, which import what takes a second to load."""
    for name, folder in (
        ("legacy_clients", os.path.dirname(_HERE)),  # noqa: PTH120
        ("legacy_clients.odbc", _HERE),
    ):
        package = ModuleType(name)
        package.__path__ = [folder]
        sys.modules[name] = package


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    end_with(int(sys.argv[1]))
    add_bare_packages()
    from legacy_clients.odbc.wire import Wire

    wire = Wire(socket(fileno=0))
    sys.path[:] = wire.receive().folders
    from legacy_clients.odbc.worker import Worker

    Worker(wire).serve()
