"""What runs in a worker process: one connection, one question at a time, answered over a wire."""

from __future__ import annotations

import os
import select
import time
from typing import TYPE_CHECKING, Any

from legacy_clients.errors import LegacyError, Unanswered, Unintelligible
from legacy_clients.odbc.link import Link
from legacy_clients.odbc.watch import Watch
from legacy_clients.odbc.wire import Connected, Done, Failed, Manner, Question, Reading, Wire

if TYPE_CHECKING:
    from collections.abc import Callable


class Worker:
    """Answers what comes over a wire until its other end is gone."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire
        self._manner: Manner = wire.receive()
        self._watch = Watch()
        self._link: Link | None = None
        self._poll = self._waiting()
        self._answers: dict[type, Callable[[Any], None]] = {
            Question: self._answer,
            Reading: self._read,
        }

    def serve(self) -> None:
        """Answer until there is nobody to answer; then end the process."""
        try:
            while True:
                self._await()
                message = self._wire.receive()
                try:
                    self._answers[type(message)](message)
                except LegacyError as error:
                    self._wire.send(Failed(type(error).__name__, str(error)))
        except (EOFError, OSError):
            pass
        finally:
            self._disconnect()
        os._exit(0)  # a driver's thread, or the watch in a driver, may not end

    def _await(self) -> None:
        """Wait for a message. A connection that its server closes meanwhile is given up."""
        asked = self._wire.socket.fileno()
        while True:
            ready = [number for number, _ in self._poll.poll()]
            if ready != [asked]:
                self._disconnect()
            if asked in ready:
                return

    def _answer(self, question: Question) -> None:
        due = time.monotonic() + question.seconds
        if question.fresh:
            self._disconnect()
        if self._link is None:
            self._link = Link(self._manner, self._watch)
            self._poll = self._waiting()
            self._wire.send(Connected())
        try:
            answered = self._link.ask(question, due)
        except Unanswered:
            self._disconnect()
            raise
        try:
            self._wire.send(answered)
        except (TypeError, ValueError) as error:
            raise Unintelligible("an answer is too long, or of no known type") from error

    def _read(self, reading: Reading) -> None:
        from legacy_clients.odbc import bulk  # its libraries take 0.1 s to load

        read = bulk.opened(reading, self._manner, lambda: self._wire.send(Connected()))
        for part in bulk.serialized(*read):
            self._wire.send(part)
        self._wire.send(Done())

    def _disconnect(self) -> None:
        if self._link is not None:
            self._link.close()
            self._link = None
            self._poll = self._waiting()

    def _waiting(self) -> select.poll:
        """What wakes this process up: a message, and the end of its connection."""
        poll = select.poll()
        poll.register(self._wire.socket, select.POLLIN)
        if self._link is not None:
            self._link.ends.watched_by(poll)
        return poll
