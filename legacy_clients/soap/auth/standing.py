"""Whether our user and password are accepted: many services lock an account that keeps trying."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext

from legacy_clients.deadline import Deadline
from legacy_clients.errors import Denied, Unreachable

RESPITE = 10.0  # seconds without another try after a refusal


class Standing:
    """For styles that send credentials with each call: until one call was accepted they go out one
    by one, and after a refusal none goes for a while.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._proven = self._trying = False
        self._denied_until = float("-inf")
        self._changed = threading.Condition(threading.Lock())

    @property
    def proven(self) -> bool:
        """Whether the last thing we heard is that we are accepted."""
        return self._proven

    def trial(self, deadline: Deadline) -> AbstractContextManager[None]:
        """Stand here while a call is out. Raises Denied shortly after a refusal, and Unreachable
        when the call before did not end by the deadline.
        """
        return nullcontext() if self._proven else self._alone(deadline)

    def accepted(self) -> None:
        if not self._proven:
            with self._changed:
                self._proven = True
                self._changed.notify_all()

    def refused(self) -> None:
        with self._changed:
            self._denied_until = self._clock() + RESPITE
            self._proven = False
            self._changed.notify_all()

    @contextmanager
    def _alone(self, deadline: Deadline) -> Iterator[None]:
        with self._changed:
            left = max(deadline.at - time.monotonic(), 0)
            if not self._changed.wait_for(lambda: self._proven or not self._trying, left):
                raise Unreachable("signing in did not end before the deadline")
            alone = not self._proven
            if alone and self._clock() < self._denied_until:
                raise Denied("our user was refused a moment ago, and is not tried again yet")
            self._trying = self._trying or alone
        try:
            yield
        finally:
            if alone:
                with self._changed:
                    self._trying = False
                    self._changed.notify_all()


class Accepted(Standing):
    """For styles whose calls carry no credentials."""

    def __init__(self) -> None:
        super().__init__()
        self._proven = True

    def refused(self) -> None:
        """Nothing changes: the next call is no other trial."""


ACCEPTED = Accepted()
