"""The journal: what somebody means to write to the CRM, noted first, and what became of it."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Engine, Row, bindparam, func, insert, or_, select, update

from facade.ledger.errors import OperationSettled, UnknownEntry
from facade.ledger.tables import JOURNAL
from facade.ledger.transactions import reading, writing

INTENDED = "intended"

# What may follow which state; "unknown" is a write whose reply was lost, until somebody finds out.
OUTCOMES: dict[str, tuple[str, ...]] = {
    INTENDED: ("done", "refused", "unknown"),
    "unknown": ("done", "refused", "unknown"),
    "done": (),
    "refused": (),
}
OPEN = tuple(state for state, following in OUTCOMES.items() if following)

# Built once: a write to the CRM waits for both.
_INTEND = insert(JOURNAL)
_SETTLE = (
    update(JOURNAL)
    # Not `in_`, whose list is spelled out anew each time.
    .where(JOURNAL.c.id == bindparam("its_id"), or_(*(JOURNAL.c.state == it for it in OPEN)))
    .values(
        state=bindparam("outcome"),
        result=bindparam("told"),
        settled_at=bindparam("at"),
        record_id=func.coalesce(bindparam("made"), JOURNAL.c.record_id),
    )
)


@dataclass(frozen=True)
class Operation:
    """One write to the CRM. `body` and `result` are JSON; times are UTC."""

    id: str
    actor: str
    entity: str
    act: str
    record_id: str | None
    body: Mapping[str, Any]
    reference: str | None
    state: str
    result: Mapping[str, Any] | None
    intended_at: dt.datetime
    settled_at: dt.datetime | None


def utc_now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


class Journal:
    """Intents in the order in which they were meant."""

    def __init__(self, engine: Engine, clock: Callable[[], dt.datetime] = utc_now) -> None:
        self._engine = engine
        self._clock = clock

    def intend(
        self,
        actor: str,
        entity: str,
        act: str,
        record_id: str | None,
        body: Mapping[str, Any],
        reference: str | None,
    ) -> str:
        """Note an intent durably; a random, URL-safe id that nobody can guess."""
        id = secrets.token_urlsafe(16)
        row = {
            "id": id,
            "actor": actor,
            "entity": entity,
            "act": act,
            "record_id": record_id,
            "body": dict(body),
            "reference": reference,
            "state": INTENDED,
            "intended_at": self._clock(),
        }
        with writing(self._engine) as connection:
            connection.execute(_INTEND, row)
        return id

    def settle(
        self, id: str, state: str, result: Mapping[str, Any], record_id: str | None = None
    ) -> None:
        """Note what became of it: "done", "refused" or "unknown"; `record_id` where it is new.

        Raises OperationSettled if done or refused before, UnknownEntry, and ValueError for another
        state.
        """
        if state not in OUTCOMES[INTENDED]:
            raise ValueError(f"{state!r} is no outcome; known: {', '.join(OUTCOMES[INTENDED])}")
        outcome = {
            "its_id": id,
            "outcome": state,
            "told": dict(result),
            "at": self._clock(),
            "made": record_id,
        }
        # Lost with the power, it is an open intent again, and is looked for in the CRM.
        with writing(self._engine, on_disk=False) as connection:
            if connection.execute(_SETTLE, outcome).rowcount:
                return
            found = select(JOURNAL.c.state).where(JOURNAL.c.id == id)
            before = connection.execute(found).scalar_one_or_none()
        if before is None:
            raise UnknownEntry(f"There is no operation {id}.")
        raise OperationSettled(f"Operation {id} is {before}; it can't become {state}.")

    def get(self, id: str) -> Operation | None:
        """The operation of this id, if there is one."""
        with reading(self._engine) as connection:
            row = connection.execute(select(JOURNAL).where(JOURNAL.c.id == id)).one_or_none()
        return None if row is None else _operation(row)

    def creators(self, entity: str, record_id: str, since: dt.datetime) -> tuple[str, ...]:
        """The creates, meant since a moment, that are known to have made a record: their ids."""
        made = select(JOURNAL.c.id).where(
            JOURNAL.c.state == "done",
            JOURNAL.c.intended_at >= since,
            JOURNAL.c.entity == entity,
            JOURNAL.c.act == "create",
            JOURNAL.c.record_id == record_id,
        )
        with reading(self._engine) as connection:
            return tuple(connection.execute(made.order_by(JOURNAL.c.id)).scalars())

    def unsettled(self) -> tuple[Operation, ...]:
        """Writes of which nobody knows the outcome (intended or unknown), oldest first."""
        open_ones = select(JOURNAL).where(JOURNAL.c.state.in_(OPEN))
        with reading(self._engine) as connection:
            rows = connection.execute(open_ones.order_by(JOURNAL.c.intended_at, JOURNAL.c.id))
            return tuple(_operation(row) for row in rows)


def _operation(row: Row[Any]) -> Operation:
    return Operation(**row._mapping)
