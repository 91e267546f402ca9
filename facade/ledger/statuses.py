"""Status events from targets: stored once when they come, and dealt with once afterwards (T6)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Engine, select, update

from facade.ledger.errors import UnknownEntry
from facade.ledger.journal import utc_now
from facade.ledger.tables import STATUSES
from facade.ledger.transactions import insert_new, reading, writing

OUTCOMES = {
    "written": "the CRM has it now",
    "skipped": "the CRM had it, or something later, already",
    "refused": "the CRM would not take it, or knows no such order",
}


@dataclass(frozen=True)
class StatusEvent:
    """What a target said of an order. `number` is the ledger's, `event` the target's own key."""

    number: int
    sink: str
    event: str
    order_id: str
    status: str
    occurred_at: dt.datetime
    payload: Mapping[str, Any]


class Statuses:
    """Events by sink and the target's key; a repeated one is known."""

    def __init__(self, engine: Engine, clock: Callable[[], dt.datetime] = utc_now) -> None:
        self._engine = engine
        self._clock = clock

    def store(
        self,
        sink: str,
        event: str,
        order_id: str,
        status: str,
        occurred_at: dt.datetime,
        payload: Mapping[str, Any],
    ) -> bool:
        """Keep the event durably; False if it was kept before, which changes nothing."""
        row = {
            "sink": sink,
            "event": event,
            "order_id": order_id,
            "status": status,
            "occurred_at": occurred_at,
            "payload": dict(payload),
        }
        with writing(self._engine) as connection:
            return insert_new(connection, STATUSES, row)

    def pending(self) -> tuple[StatusEvent, ...]:
        """Events not dealt with, in the order in which they occurred."""
        columns = [STATUSES.c[name] for name in StatusEvent.__dataclass_fields__]
        waiting = select(*columns).where(STATUSES.c.outcome.is_(None))
        with reading(self._engine) as connection:
            rows = connection.execute(waiting.order_by(STATUSES.c.occurred_at, STATUSES.c.number))
            return tuple(StatusEvent(*row) for row in rows)

    def applied(self, number: int, outcome: str, detail: str | None = None) -> None:
        """Note how event `number` was dealt with; an outcome once noted stays.

        Raises UnknownEntry if no such event is pending, ValueError for an outcome not in OUTCOMES.
        """
        if outcome not in OUTCOMES:
            raise ValueError(f"{outcome!r} is no outcome; known: {', '.join(OUTCOMES)}")
        pending = (STATUSES.c.number == number, STATUSES.c.outcome.is_(None))
        values = {"outcome": outcome, "detail": detail, "applied_at": self._clock()}
        with writing(self._engine) as connection:
            if connection.execute(update(STATUSES).where(*pending).values(**values)).rowcount != 1:
                raise UnknownEntry(f"No status event {number} is pending.")

    def last_written(self, order_id: str) -> str | None:
        """The status that the CRM was last given for the order."""
        written = select(STATUSES.c.status).where(
            STATUSES.c.order_id == order_id, STATUSES.c.outcome == "written"
        )
        newest = written.order_by(STATUSES.c.applied_at.desc(), STATUSES.c.number.desc()).limit(1)
        with reading(self._engine) as connection:
            return connection.execute(newest).scalar_one_or_none()
