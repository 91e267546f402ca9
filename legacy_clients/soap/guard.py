"""Protection of a service from us, and of us from it: how many calls run at once, when a service
that fails is left alone, and how often "busy" is answered with another try.
"""

from __future__ import annotations

import logging
import random
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from legacy_clients.deadline import Deadline
from legacy_clients.errors import Busy, CutOff, TimedOut, Unanswered, Unreachable

log = logging.getLogger(__name__)

KINDS = ("read", "write", "sign-in")

Clock = Callable[[], float]
Chance = Callable[[float, float], float]


@dataclass(frozen=True)
class Limits:
    """What a service is spared, for each kind of call. Times are in seconds."""

    calls: int = 4
    """Calls that run at the same time."""
    waiting: int = 2
    """Calls that wait for one of them to end, each for at most half of the time it has."""
    failures: int = 5
    """Failures in a row after which the service is left alone."""
    share: float = 0.5
    """Or the share of failures among at least `counted` calls of the last `window`."""
    counted: int = 20
    window: float = 30.0
    pause: float = 5.0
    """How long it is left alone at first; doubled each time up to `longest`, times 0.8 to 1.2."""
    longest: float = 60.0
    retries: float = 0.1
    """Retries for each call of the last minute, beyond `reserve` of them."""
    reserve: int = 3
    fair: float = 1.0
    """A call that had less time than this says nothing of the service when it times out."""

    @classmethod
    def of(cls, calls: int) -> Limits:
        """The usual limits for so many calls; half as many more wait."""
        return cls(calls=calls, waiting=calls // 2)


class Window:
    """Counts what happened in the last `length` seconds, in `SLICES` steps."""

    SLICES = 10

    def __init__(self, length: float, clock: Clock) -> None:
        self._length, self._step, self._clock = length, length / self.SLICES, clock
        self._slices: deque[tuple[float, list[int]]] = deque(maxlen=self.SLICES + 2)

    def add(self, first: int, second: int) -> None:
        now = self._clock()
        if not self._slices or now - self._slices[-1][0] >= self._step:
            self._slices.append((now, [0, 0]))
        counts = self._slices[-1][1]
        counts[0] += first
        counts[1] += second

    def totals(self) -> tuple[int, int]:
        """What was added, whole slices at a time: never less than in the last `length` seconds."""
        oldest = self._clock() - self._length - self._step
        while self._slices and self._slices[0][0] <= oldest:
            self._slices.popleft()
        return (
            sum(counts[0] for _, counts in self._slices),
            sum(counts[1] for _, counts in self._slices),
        )

    def clear(self) -> None:
        self._slices.clear()


class Budget:
    """Retries that "busy" may cost: a share of the calls of the last minute, and a few more so that
    a quiet service has any.
    """

    LENGTH = 60.0

    def __init__(self, limits: Limits, clock: Clock = time.monotonic) -> None:
        self._limits, self._window = limits, Window(self.LENGTH, clock)
        self._lock = threading.Lock()

    def called(self) -> None:
        with self._lock:
            self._window.add(1, 0)

    def spend(self) -> bool:
        """Whether one more retry is within the budget; it is counted if so."""
        with self._lock:
            calls, retries = self._window.totals()
            if retries >= self._limits.reserve + self._limits.retries * calls:
                return False
            self._window.add(0, 1)
            return True


class Breaker:
    """Leaves a service alone that fails: closed while it answers, open for a pause after failures,
    then one call is let through to see.
    """

    def __init__(
        self,
        limits: Limits,
        clock: Clock = time.monotonic,
        chance: Chance = random.uniform,
        kind: str = "read",
    ) -> None:
        """`kind` is for the log."""
        self._limits, self._clock, self._chance, self._kind = limits, clock, chance, kind
        self._lock = threading.Lock()
        self._window = Window(limits.window, clock)
        self._row = 0
        self._opened = 0  # times in a row
        self._open, self._until = False, 0.0
        self._probing = False

    @property
    def open_for(self) -> float:
        """Seconds for which no call is let through; 0 otherwise."""
        return max(self._until - self._clock(), 0.0) if self._open else 0.0

    def ask(self) -> None:
        """Raises Unreachable while the service is left alone."""
        with self._lock:
            self._refuse()

    def enter(self) -> bool:
        """Whether this call is the one that looks whether the service is back. Raises Unreachable
        while it is left alone.
        """
        with self._lock:
            self._refuse()
            self._probing = self._open
            return self._open

    def leave(self, probe: bool, failed: bool | None) -> None:
        """Tell how a call that was let in went: None where that says nothing of the service."""
        with self._lock:
            if probe:
                self._probing = False
                self._judge_probe(failed)
            elif failed is not None and not self._open:
                self._judge(failed)

    def _refuse(self) -> None:
        if not self._open:
            return
        left = self._until - self._clock()
        if left > 0 or self._probing:
            raise Unreachable(
                "the service failed several times and is left alone for a while",
                retry_after=max(left, 1.0),
            )

    def _judge_probe(self, failed: bool | None) -> None:
        if failed:
            self._trip()
        elif failed is False:
            self._open, self._opened, self._row = False, 0, 0
            log.warning("soap %s: the service answers again", self._kind)
            self._window.clear()

    def _judge(self, failed: bool) -> None:
        self._row = self._row + 1 if failed else 0
        self._window.add(1, int(failed))
        if failed and (self._row >= self._limits.failures or self._many()):
            self._trip()

    def _many(self) -> bool:
        calls, failures = self._window.totals()
        return calls >= self._limits.counted and failures >= self._limits.share * calls

    def _trip(self) -> None:
        pause = min(self._limits.pause * 2 ** min(self._opened, 16), self._limits.longest)
        self._opened += 1
        self._open = True
        pause *= self._chance(0.8, 1.2)
        self._until = self._clock() + pause
        log.warning("soap %s: the service fails and is left alone for %.1f s", self._kind, pause)


class Gate:
    """So many calls at the same time, and a few that wait."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._free = threading.Condition(threading.Lock())
        self._running = self._waiting = 0

    def enter(self, deadline: Deadline) -> None:
        """Take a place, `leave` it later. Raises Busy where none is free in time."""
        with self._free:
            if self._running >= self._limits.calls:
                self._wait(deadline)
            self._running += 1

    def leave(self) -> None:
        with self._free:
            self._running -= 1
            self._free.notify()

    def _wait(self, deadline: Deadline) -> None:
        left = (deadline.at - time.monotonic()) / 2
        if self._waiting >= self._limits.waiting or left <= 0:
            raise Busy("as many calls as the service is to bear are running", retry_after=1.0)
        self._waiting += 1
        try:
            if not self._free.wait_for(lambda: self._running < self._limits.calls, left):
                raise Busy("no call to the service ended in time", retry_after=1.0)
        finally:
            self._waiting -= 1


class Watch:
    """One exchange. `spoke` is set once the service has answered in XML: what is wrong with that
    answer is then no sign that it is down.
    """

    def __init__(self, deadline: Deadline) -> None:
        self._deadline, self._had = deadline, deadline.at - time.monotonic()
        self.spoke = False

    def failed(self, error: BaseException | None, fair: float) -> bool | None:
        """Whether the service failed, by how the call ended; None where nobody can say."""
        hurried = self._had < fair and self._deadline.passed
        if isinstance(error, Unanswered | Unreachable) and hurried:
            return None
        if isinstance(error, TimedOut):
            return None if self.spoke else True  # whoever reads a stream slowly is late himself
        if isinstance(error, (Unreachable, CutOff)):
            return True
        if isinstance(error, Unanswered):
            return not self.spoke
        return False if self.spoke else None


class Guard:
    """The protection of one service: a gate and a breaker for each kind of call, one budget of
    retries for all.
    """

    def __init__(
        self,
        limits: Limits | None = None,
        clock: Clock = time.monotonic,
        chance: Chance = random.uniform,
        kinds: Iterable[str] = KINDS,
    ) -> None:
        self._limits = limits or Limits()
        self.budget = Budget(self._limits, clock)
        self._parts: Mapping[str, tuple[Gate, Breaker]] = {
            kind: (Gate(self._limits), Breaker(self._limits, clock, chance, kind)) for kind in kinds
        }

    @contextmanager
    def place(self, kind: str, deadline: Deadline) -> Iterator[None]:
        """Stand here for a whole call, with its sign-in and its retries.

        Raises Unreachable while the service is left alone and Busy where too many calls are
        running; both say when to come again (`retry_after`, seconds).
        """
        gate, breaker = self._parts[kind]
        breaker.ask()  # before waiting; `watch` asks once more
        gate.enter(deadline)
        try:
            yield
        finally:
            gate.leave()

    @contextmanager
    def watch(self, kind: str, deadline: Deadline) -> Iterator[Watch]:
        """Watch how one exchange with the service ends. Raises Unreachable while it is left
        alone.
        """
        _, breaker = self._parts[kind]
        probe = breaker.enter()
        watch = Watch(deadline)
        try:
            yield watch
        except BaseException as error:
            breaker.leave(probe, watch.failed(error, self._limits.fair))
            raise
        breaker.leave(probe, watch.failed(None, self._limits.fair))

    def open_for(self, kind: str) -> float:
        """Seconds for which calls of a kind are not let through; 0 where they are."""
        return self._parts[kind][1].open_for
