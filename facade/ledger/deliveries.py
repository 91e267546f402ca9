"""Deliveries: which sink has taken which run, with its receipt, and the records that it hasn't."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from sqlalchemy import Engine, Row, delete, select

from facade.ledger.leases import Lease, demand
from facade.ledger.tables import DELIVERIES, PARKED
from facade.ledger.transactions import insert_or_replace, reading, writing


@dataclass(frozen=True)
class Delivered:
    """A sealed run as a sink took it; `receipt` is JSON in the sink's words."""

    sink: str
    run: int
    at: dt.datetime
    receipt: Mapping[str, Any]


@dataclass(frozen=True)
class ParkedRecord:
    """A record that a sink has not taken, why, and the run in which it was last tried."""

    sink: str
    entity: str
    id: str
    reason: str
    field: str | None
    run: int


class Unfit(Protocol):
    """A record and the reason why a sink did not take it."""

    @property
    def entity(self) -> str: ...
    @property
    def id(self) -> str: ...
    @property
    def reason(self) -> str: ...
    @property
    def field(self) -> str | None: ...


class Deliveries:
    """Bookmarks by the sink's name."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def record(
        self,
        sink: str,
        run: int,
        at: dt.datetime,
        receipt: Mapping[str, Any],
        lease: Lease | None = None,
    ) -> None:
        """Keep the receipt; a repeated delivery replaces it. LeaseLost if `lease` is lost."""
        row = {"sink": sink, "run": run, "at": at, "receipt": dict(receipt)}
        with writing(self._engine) as connection:
            if lease is not None:
                demand(connection, lease.name, lease.number)
            insert_or_replace(connection, DELIVERIES, [row])

    def last(self, sink: str) -> Delivered | None:
        """The newest run that the sink has taken."""
        taken = select(DELIVERIES).where(DELIVERIES.c.sink == sink)
        with reading(self._engine) as connection:
            row = connection.execute(taken.order_by(DELIVERIES.c.run.desc()).limit(1)).one_or_none()
        return None if row is None else _delivered(row)

    def sinks(self) -> tuple[str, ...]:
        """Every sink that ever took a run, by name."""
        named = select(DELIVERIES.c.sink).distinct().order_by(DELIVERIES.c.sink)
        with reading(self._engine) as connection:
            return tuple(connection.scalars(named))

    def of_run(self, run: int) -> dict[str, Delivered]:
        """All deliveries of a run, by sink."""
        taken = select(DELIVERIES).where(DELIVERIES.c.run == run).order_by(DELIVERIES.c.sink)
        with reading(self._engine) as connection:
            return {row.sink: _delivered(row) for row in connection.execute(taken)}

    def park(
        self, sink: str, entity: str, id: str, reason: str, field: str | None, run: int
    ) -> None:
        """Note a record as not taken; a later reason replaces an earlier one."""
        self._park([ParkedRecord(sink, entity, id, reason, field, run)])

    def park_all(self, sink: str, run: int, records: Iterable[Unfit]) -> None:
        """Note many at once, in one transaction."""
        self._park(
            [
                ParkedRecord(sink, record.entity, record.id, record.reason, record.field, run)
                for record in records
            ]
        )

    def _park(self, records: list[ParkedRecord]) -> None:
        with writing(self._engine) as connection:
            insert_or_replace(connection, PARKED, [dict(vars(record)) for record in records])

    def parked(self, sink: str) -> tuple[ParkedRecord, ...]:
        """Records that the sink has not taken, by entity and id."""
        waiting = select(PARKED).where(PARKED.c.sink == sink)
        with reading(self._engine) as connection:
            rows = connection.execute(waiting.order_by(PARKED.c.entity, PARKED.c.id))
            return tuple(ParkedRecord(*row) for row in rows)

    def unpark(self, sink: str, entity: str, id: str) -> bool:
        """Forget that the record was not taken; False if it was not parked."""
        record = (PARKED.c.sink == sink, PARKED.c.entity == entity, PARKED.c.id == id)
        with writing(self._engine) as connection:
            return connection.execute(delete(PARKED).where(*record)).rowcount == 1


def _delivered(row: Row[Any]) -> Delivered:
    return Delivered(row.sink, row.run, row.at, row.receipt)
