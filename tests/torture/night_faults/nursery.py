"""Worker processes of the ODBC port, forked from one that has loaded what they need.

A night starts two, which load pyarrow and a driver for a quarter second: half of what a night that
is killed early costs. What a worker does is its own code, unchanged.
"""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
import threading
import traceback
from collections.abc import Sequence
from contextlib import suppress
from socket import AF_UNIX, SOCK_SEQPACKET, recv_fds, send_fds, socket, socketpair
from types import SimpleNamespace
from typing import Any

import arrow_odbc  # noqa: F401
import pyarrow  # noqa: F401
import pyodbc  # noqa: F401

from legacy_clients.odbc import process
from legacy_clients.odbc.start import end_with
from legacy_clients.odbc.wire import Wire
from legacy_clients.odbc.worker import Worker


def open_nursery() -> socket:
    """Where workers can be asked for: it ends when nobody holds the socket any more."""
    ours, theirs = socketpair(AF_UNIX, SOCK_SEQPACKET)
    # What a thread holds would stay held in a fork.
    assert threading.active_count() == 1, threading.enumerate()
    if os.fork() == 0:
        status = 1
        try:
            ours.close()
            null = os.open(os.devnull, os.O_RDWR)
            for number in (0, 1):
                os.dup2(null, number)
            signal.signal(signal.SIGCHLD, signal.SIG_IGN)
            _bear(theirs)
            status = 0
        except BaseException:  # noqa: BLE001  a child must never go on as its parent
            traceback.print_exc()
        finally:
            sys.stderr.flush()
            os._exit(status)
    theirs.close()
    return ours


def use(nursery: socket) -> None:
    """From now on, in this process, workers are forked by the nursery."""

    def born(command: Sequence[str], stdin: int, **_: Any) -> _Born:
        return _Born(nursery, stdin, int(command[-1]))

    process.subprocess = SimpleNamespace(  # type: ignore[assignment]
        Popen=born, DEVNULL=subprocess.DEVNULL, TimeoutExpired=subprocess.TimeoutExpired
    )


def _bear(asked: socket) -> None:
    while True:
        message, given, _, _ = recv_fds(asked, 16, 3)
        if not message:
            return
        if os.fork() == 0:
            asked.close()
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            _work(*given)
        for number in given:
            os.close(number)


def _work(questions: int, lifeline: int, life: int) -> None:
    try:
        os.setsid()
        os.dup2(questions, 0)
        os.close(questions)
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        end_with(lifeline)
        os.write(life, b"%d" % os.getpid())
        wire = Wire(socket(fileno=0))
        wire.receive()
        Worker(wire).serve()
    finally:
        os._exit(1)


class _Born:
    """What the port asks of the worker that it started. `life` closes when it ends."""

    def __init__(self, nursery: socket, stdin: int, lifeline: int) -> None:
        self._life, theirs = os.pipe()
        self.returncode: int | None = None
        send_fds(nursery, [b"one"], [stdin, lifeline, theirs])
        os.close(theirs)
        self.pid = int(os.read(self._life, 20))

    def poll(self) -> int | None:
        with suppress(subprocess.TimeoutExpired):
            self.wait(0)
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        if self.returncode is None:
            ready, _, _ = select.select([self._life], [], [], timeout)
            if not ready:
                raise subprocess.TimeoutExpired("a worker", timeout or 0)
            os.close(self._life)
            self.returncode = 0
        return self.returncode

    def kill(self) -> None:
        with suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL)
