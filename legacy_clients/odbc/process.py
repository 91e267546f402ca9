"""A worker process as the program sees it: asked, waited for until its time is up, then killed."""

from __future__ import annotations

import logging
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from socket import SHUT_RDWR, socketpair
from typing import Any

from legacy_clients.errors import (
    Busy,
    CutOff,
    Denied,
    LegacyError,
    Misconfigured,
    Outgrown,
    TimedOut,
    Unintelligible,
    Unreachable,
)
from legacy_clients.odbc.wire import (
    Answered,
    Connected,
    Failed,
    Manner,
    Question,
    Reading,
    Start,
    Wire,
)

log = logging.getLogger(__name__)

GRACE_SECONDS = 0.3
"""How long a worker may take to end a statement that is late, before it is killed."""
CONNECT_SECONDS = 7.0
"""To start, to sign in (5 s by the driver, where it heeds that) and to set up a session."""
_END_SECONDS = 5.0
_ERRORS: dict[str, type[LegacyError]] = {
    kind.__name__: kind
    for kind in (
        Busy,
        CutOff,
        Denied,
        Misconfigured,
        Outgrown,
        TimedOut,
        Unintelligible,
        Unreachable,
    )
}
_START = str(Path(__file__).with_name("start.py"))
_OURS = "FACADE_"
"""Environment variables that a worker does not get: some hold secrets."""


def unnoticed() -> None:
    """What is called for each connection where nobody counts them."""


def _environment() -> dict[str, str]:
    """What a worker needs of ours; numpy, which comes with pyarrow, starts no threads there."""
    given = {name: value for name, value in os.environ.items() if not name.startswith(_OURS)}
    return {"OPENBLAS_NUM_THREADS": "1"} | given


class Process:
    """One worker process, for one question at a time.

    `spent` is true while a question is not answered, and for ever where its answer can no longer be
    waited for: then it must be killed. What is asked of a process that has ended raises CutOff.
    """

    def __init__(self, manner: Manner, connected: Callable[[], None] = unnoticed) -> None:
        ours, theirs = socketpair()
        lifeline, self._lifeline = os.pipe()
        try:
            self._child = subprocess.Popen(
                # Isolated and without site: the module paths come over the wire.
                [sys.executable, "-I", "-S", _START, str(lifeline)],
                stdin=theirs.fileno(),
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                pass_fds=(lifeline,),
                start_new_session=True,  # Ctrl-C in the terminal is the program's alone
                env=_environment(),
            )
        except OSError as error:
            ours.close()
            os.close(self._lifeline)
            raise Busy("no process could be started to speak to the database") from error
        finally:
            theirs.close()
            os.close(lifeline)
        self._wire = Wire(ours)
        self._connected = self.ended = False
        self._tell_connected = connected
        self.spent = False
        self.idle_since = 0.0
        self._ending = threading.Lock()
        self._send(Start([path for path in sys.path if path]), time.monotonic() + CONNECT_SECONDS)
        self._send(manner, time.monotonic() + CONNECT_SECONDS)

    @property
    def pid(self) -> int:
        return self._child.pid

    @property
    def received(self) -> int:
        """How many bytes came of it so far."""
        return self._wire.received

    def ask(self, question: Question, due: float) -> Answered:
        """The answer. Raises TimedOut at most `GRACE_SECONDS` after `due`; CutOff for a crash."""
        self._begin(question, due)
        answer = self.receive(due + GRACE_SECONDS)
        if not isinstance(answer, Answered):
            raise self._broken()
        self.spent = False
        return answer

    def read(self, reading: Reading, due: float) -> None:
        """Ask for a large result. What comes is then received, part by part; see incoming.py."""
        self._connected = False
        self._begin(reading, due)

    def receive(self, due: float, room: Callable[[int], Any] = bytearray) -> Any:
        """The next part of an answer. Raises TimedOut when it is `due`, CutOff for a crash."""
        if not self._connected:
            self._await_connection(due)
        message = self._receive(due, room)
        if isinstance(message, Connected):  # again, after it had been lost while nothing was asked
            self._tell_connected()
            message = self._receive(due, room)
        return message

    def close(self) -> None:
        """Let it end by itself: it gives its connection back."""
        with suppress(OSError):
            self._wire.socket.shutdown(SHUT_RDWR)

    def kill(self, seconds: float = 0.0) -> None:
        """End it: by itself if it does so within `seconds`. Afterwards nothing of it is left."""
        with self._ending:
            if self.ended:
                return
            self.ended = self.spent = True
        self._wire.close()
        os.close(self._lifeline)
        with suppress(subprocess.TimeoutExpired):
            if seconds:
                self._child.wait(seconds)
        self._child.kill()
        with suppress(subprocess.TimeoutExpired):  # the kernel may hold it, on a dead disk
            self._child.wait(_END_SECONDS)

    def crashed(self) -> bool:
        """True where it ended by itself."""
        return self._child.poll() is not None

    def disown(self) -> None:
        """In a fork of the program: the process is the other's."""
        if not self.ended:
            self.ended = self.spent = True
            self._wire.close()
            os.close(self._lifeline)
            self._child.returncode = 0

    def __del__(self) -> None:
        if "_ending" in self.__dict__:
            self.kill()

    def _begin(self, message: Question | Reading, due: float) -> None:
        self.spent = True
        try:
            self._send(message, due + GRACE_SECONDS)
        except (TypeError, ValueError):  # nothing was sent
            self.spent = False
            raise

    def _await_connection(self, due: float) -> None:
        limit = min(due, time.monotonic() + CONNECT_SECONDS)
        try:
            message = self._receive(limit, bytearray)
        except TimedOut as error:
            raise Unreachable("no connection to the database in time") from error
        if not isinstance(message, Connected):
            raise self._broken()
        self._connected = True
        self._tell_connected()

    def _send(self, message: Any, due: float) -> None:
        try:
            self._wire.send(message, due)
        except TimeoutError as error:
            raise self._late() from error
        except OSError as error:
            raise self._broken() from error

    def _receive(self, due: float, room: Callable[[int], Any]) -> Any:
        try:
            message = self._wire.receive(due, room)
        except TimeoutError as error:
            raise self._late() from error
        except (OSError, EOFError) as error:
            raise self._broken() from error
        if isinstance(message, Failed):
            raise self._failed(message)
        return message

    def _failed(self, message: Failed) -> LegacyError:
        kind = _ERRORS[message.error]
        self.spent = kind in (CutOff, TimedOut)  # a driver is not trusted any more after these
        self._connected = self._connected and not issubclass(kind, Unintelligible)
        return kind(message.words)

    def _late(self) -> LegacyError:
        self.kill()
        log.warning("a process that speaks to the database hung: killed")
        return TimedOut("the database did not answer in time, nor its driver when told to stop")

    def _broken(self) -> LegacyError:
        self.kill(0.05)
        status = self._child.returncode
        how = f"status {status}"
        if status is not None and status < 0:
            with suppress(ValueError):
                how = signal.Signals(-status).name
        log.warning("a process that speaks to the database ended: %s", how)
        return CutOff(f"the process that speaks to the database ended ({how})")
