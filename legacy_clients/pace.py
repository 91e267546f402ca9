"""How a legacy system is spared: a pause between the pages that a night reads, and the hours of the
day in which it may.

What an API's caller waits for is not paced.
"""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from legacy_clients.errors import Busy

SETTING = "FACADE_CRM_HOURS"
Now = Callable[[], dt.datetime]


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


@dataclass(frozen=True)
class Hours:
    """A part of every day, by the clocks of a zone: from the minute it begins to the one it ends,
    perhaps after midnight.
    """

    begin: dt.time
    end: dt.time
    zone: str

    def __str__(self) -> str:
        return f"{self.begin:%H:%M}-{self.end:%H:%M} {self.zone}"

    def hold(self, moment: dt.datetime) -> bool:
        """Whether a moment (with its zone) is within."""
        clock = moment.astimezone(ZoneInfo(self.zone)).time()
        if self.begin <= self.end:
            return self.begin <= clock < self.end
        return clock >= self.begin or clock < self.end

    def next(self, moment: dt.datetime) -> dt.datetime:
        """When they begin next after a moment; in their zone."""
        local = moment.astimezone(ZoneInfo(self.zone))
        begin = dt.datetime.combine(local.date(), self.begin, ZoneInfo(self.zone))
        if begin <= local:
            # By the calendar, not by 24 hours: clocks may change in between.
            following = local.date() + dt.timedelta(days=1)
            begin = dt.datetime.combine(following, self.begin, ZoneInfo(self.zone))
        return begin


class Pace:
    """Asked before each page. `waited` counts seconds; for one thread at a time."""

    def __init__(self, pause: float = 0.0, hours: Hours | None = None, now: Now = _now) -> None:
        self.pause, self.hours, self._now = pause, hours, now
        self.waited = 0.0
        self._last: float | None = None

    @property
    def slows(self) -> bool:
        """Whether pages must come one by one."""
        return self.pause > 0 or self.hours is not None

    def turn(self) -> None:
        """Return when the next page may be asked for. Raises Busy outside the hours."""
        self.demand()
        begun = time.monotonic()
        if self._last is not None and self.pause:
            time.sleep(self.pause)
            self.waited += time.monotonic() - begun
            self.demand()
        self._last = time.monotonic()

    def demand(self) -> None:
        """Raises Busy outside the hours, with the seconds until they begin."""
        now = self._now()
        if self.hours is None or self.hours.hold(now):
            return
        begin = self.hours.next(now)
        raise Busy(
            f"the CRM may be read within {self.hours} ({SETTING}) alone:"
            f" go on from {begin:%Y-%m-%d %H:%M} there,"
            f" {begin.astimezone(dt.UTC):%Y-%m-%d %H:%M} UTC",
            retry_after=(begin - now).total_seconds(),
        )
