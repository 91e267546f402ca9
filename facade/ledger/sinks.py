"""What people decided of each sink: the mapping that they accepted for it, and whether it rests."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import Engine, select, update

from facade.ledger.tables import SINKS
from facade.ledger.transactions import insert_new, reading, writing


@dataclass(frozen=True)
class Decided:
    """Of one sink: the hash of the mapping accepted last, and since when it is paused, with the
    reason. Times are UTC; None is what nobody decided.
    """

    sink: str
    mapping_hash: str | None = None
    accepted_at: dt.datetime | None = None
    paused_at: dt.datetime | None = None
    reason: str | None = None


class SinkDecisions:
    """Decisions by the sink's name."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def of(self, sink: str) -> Decided:
        """What was decided of a sink; nothing of one that nobody spoke of."""
        with reading(self._engine) as connection:
            row = connection.execute(select(SINKS).where(SINKS.c.sink == sink)).one_or_none()
        return Decided(sink) if row is None else Decided(*row)

    def all(self) -> tuple[Decided, ...]:
        """Everything decided, by sink."""
        with reading(self._engine) as connection:
            rows = connection.execute(select(SINKS).order_by(SINKS.c.sink))
            return tuple(Decided(*row) for row in rows)

    def accept(self, sink: str, mapping_hash: str, at: dt.datetime) -> None:
        """Runs sealed under this mapping may be delivered to the sink."""
        self._decide(sink, mapping_hash=mapping_hash, accepted_at=at)

    def pause(self, sink: str, at: dt.datetime, reason: str | None) -> None:
        """Nothing is delivered until it is resumed; a later reason replaces an earlier one."""
        self._decide(sink, paused_at=at, reason=reason)

    def resume(self, sink: str) -> bool:
        """Deliver again; False where the sink was not paused."""
        if self.of(sink).paused_at is None:
            return False
        self._decide(sink, paused_at=None, reason=None)
        return True

    def put_back(self, sink: str, mapping_hash: str, at: dt.datetime, reason: str) -> None:
        """Paused, and no mapping is accepted but that of the state it is returned to."""
        self._decide(sink, mapping_hash=mapping_hash, accepted_at=at, paused_at=at, reason=reason)

    def _decide(self, sink: str, **decided: dt.datetime | str | None) -> None:
        with writing(self._engine) as connection:
            insert_new(connection, SINKS, {"sink": sink})
            connection.execute(update(SINKS).where(SINKS.c.sink == sink).values(**decided))
