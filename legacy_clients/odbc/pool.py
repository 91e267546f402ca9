"""Worker processes, started on demand up to a number, given back, closed when long idle."""

from __future__ import annotations

import os
import threading
import time
import weakref
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from queue import Empty, SimpleQueue

from legacy_clients.errors import Busy
from legacy_clients.odbc.process import Process, unnoticed
from legacy_clients.odbc.wire import Manner

IDLE_SECONDS = 60.0
CLOSE_SECONDS = 0.5
"""How long the processes of a closed pool may take to give their connections back."""


class Pool:
    """At most so many worker processes at once, each kept for `idle` seconds without a question.

    The one used last is used first.

    A fork of the program has none of them, and starts its own.
    """

    _free: SimpleQueue[None]
    _idle: deque[Process]
    _all: set[Process]
    _tending: threading.Thread | None

    def __init__(
        self,
        manner: Manner,
        most: int,
        idle: float = IDLE_SECONDS,
        connected: Callable[[], None] = unnoticed,
    ) -> None:
        self._manner, self._most, self._kept, self._connected = manner, most, idle, connected
        self._begin()
        _pools.add(self)

    def take(self, due: float, sure: bool = False) -> Process:
        """A process of one's own until it is given back; if that is asked for, surely alive.

        Raises Busy when it is `due`.
        """
        try:
            self._free.get(timeout=max(0.0, due - time.monotonic()))
        except Empty:
            raise Busy("all connections to the database are in use") from None
        try:
            while self._idle:
                with suppress(IndexError):  # another was faster
                    process = self._idle.pop()
                    if not (sure and process.crashed()):
                        return process
                    self._bury(process)
            return self._started()
        except BaseException:
            self._free.put(None)
            raise

    def give(self, process: Process) -> None:
        """Back to the others, or to its end if it is spent."""
        if process.spent:
            self._bury(process)
        elif self._closed.is_set():
            process.kill(CLOSE_SECONDS)
        else:
            process.idle_since = time.monotonic()
            self._idle.append(process)
        self._free.put(None)

    def tend(self) -> bool:
        """End what was idle for long, and bury what crashed meanwhile; False once nothing is left.

        Who tends it may stop then: the next process has itself tended anew.
        """
        self._end_idle(self._kept)
        with self._starting:
            if not self._all:
                self._tending = None
            return self._tending is not None

    def rest(self) -> None:
        """End what is idle now, for its memory; the next question starts a process."""
        self._end_idle(0.0)

    def _end_idle(self, seconds: float) -> None:
        now = time.monotonic()
        for process in list(self._idle):
            if process.crashed() or now - process.idle_since >= seconds:
                try:
                    self._idle.remove(process)
                except (ValueError, IndexError):  # taken meanwhile
                    continue
                process.close()
                self._bury(process, CLOSE_SECONDS)

    def close(self) -> None:
        """End all, those too that are at work."""
        with self._starting:
            self._closed.set()
            every, tending = list(self._all), self._tending
            self._all.clear()
        for process in every:
            process.close()
        until = time.monotonic() + CLOSE_SECONDS
        for process in every:
            process.kill(max(0.001, until - time.monotonic()))
        self._idle.clear()
        if tending is not None:
            tending.join()

    def _bury(self, process: Process, seconds: float = 0.0) -> None:
        process.kill(seconds)
        self._all.discard(process)

    def _started(self) -> Process:
        process = Process(self._manner, self._connected)
        with self._starting:
            if self._closed.is_set():
                process.kill()
                raise RuntimeError("the port is closed")
            self._all.add(process)
            if self._tending is None:
                self._tending = threading.Thread(
                    target=_tend,
                    args=(weakref.ref(self), self._closed, self._kept / 4),
                    name="odbc-tending",
                    daemon=True,
                )
                self._tending.start()
        return process

    def forget(self) -> None:
        """In a fork of the program: its processes are the other's."""
        for process in self._all:
            process.disown()
        closed = self._closed.is_set()
        self._begin()
        if closed:
            self._closed.set()

    def _begin(self) -> None:
        # No semaphore: what a dropped reader gives back in mid of a `take` must not wait for it.
        self._free = SimpleQueue()
        for _ in range(self._most):
            self._free.put(None)
        self._starting = threading.Lock()
        self._idle = deque()
        self._all = set()
        self._closed = threading.Event()
        self._tending = None


def _tend(pool: weakref.ref[Pool], closed: threading.Event, pause: float) -> None:
    while not closed.wait(pause):
        kept = pool()
        if kept is None or not kept.tend():
            return
        del kept


_pools: weakref.WeakSet[Pool] = weakref.WeakSet()


def _forget_all() -> None:
    for pool in list(_pools):
        pool.forget()


os.register_at_fork(after_in_child=_forget_all)
