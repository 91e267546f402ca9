"""Deadlines of statements: one thread cancels those whose time is up."""

from __future__ import annotations

import contextlib
import math
import threading
import time

import pyodbc

_AGAIN_SECONDS = 0.25


class Watched:
    """A statement under watch; `late` once it was cancelled."""

    __slots__ = ("cursor", "due", "late", "lock", "over")

    def __init__(self, cursor: pyodbc.Cursor, due: float) -> None:
        self.cursor, self.due = cursor, due
        self.late = self.over = False
        self.lock = threading.Lock()

    def cancel(self) -> None:
        # Under the lock: once `over`, the cursor may already run somebody else's statement.
        with self.lock:
            if not self.over:
                self.late = True
                with contextlib.suppress(pyodbc.Error):
                    self.cursor.cancel()


class Watch:
    """Cancels watched statements at their deadline.

    And again until they end, since a cancel may come before the start.
    """

    def __init__(self) -> None:
        self._running: set[Watched] = set()
        self._wake = math.inf
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None
        self._closed = False

    def begin(self, cursor: pyodbc.Cursor, due: float) -> Watched:
        """Watch a statement until `due`, on the clock of time.monotonic."""
        watched = Watched(cursor, due)
        with self._changed:
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="odbc-watch", daemon=True)
                self._thread.start()
            self._running.add(watched)
            if due < self._wake:
                self._wake = due
                self._changed.notify()
        return watched

    def end(self, watched: Watched) -> None:
        """The statement is over, and is not cancelled after this."""
        with watched.lock:
            watched.over = True
        with self._changed:
            self._running.discard(watched)

    def close(self) -> None:
        """Stop watching."""
        with self._changed:
            self._closed = True
            self._changed.notify()
        if self._thread is not None:
            self._thread.join()

    def _run(self) -> None:
        while True:
            with self._changed:
                if self._closed:
                    return
                now = time.monotonic()
                late = [watched for watched in self._running if watched.due <= now]
                for watched in late:
                    watched.due = now + _AGAIN_SECONDS
                # With nothing to watch, sleep on to the time that was set: the next statement is
                # due later, and need not wake this thread (which would cost more than it does).
                if self._running or self._wake <= now:
                    self._wake = min((it.due for it in self._running), default=math.inf)
                if not late:
                    self._changed.wait(None if self._wake == math.inf else self._wake - now)
            for watched in late:
                watched.cancel()
