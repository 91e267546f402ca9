"""What people said of refused values: which they know and accept, and which records to read again.

A value is accepted by a hash of its place and raw text: another text there is another value.
"""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from sqlalchemy import ColumnElement, Engine, and_, delete, func, or_, select

from facade.ledger.tables import ACCEPTED, RETRIES
from facade.ledger.transactions import insert_or_replace, reading, writing

BATCH = 1_000
"""Rows of one transaction: the API writes here too, and does not wait for more."""


@dataclass(frozen=True)
class Accepted:
    """A refused value that somebody accepted. `relation` is `order` or `order.lines`.

    `record` is the id of the record that it belongs to, `id` that of the row: a child's names its
    parent too. Both are empty where the key could not be read.
    """

    hash: str
    relation: str
    record: str
    id: str
    field: str
    raw: str | None
    reason: str
    by: str
    at: dt.datetime


@dataclass(frozen=True)
class Retry:
    """A record to be read and translated again; `id` is empty for those whose key is unreadable.

    `mark` tells one asking from a later one.
    """

    entity: str
    id: str
    mark: str
    by: str
    at: dt.datetime


@dataclass(frozen=True)
class Choice:
    """Which accepted values: all that fit whatever is given. `entity` may be a relation."""

    entity: str | None = None
    record: str | None = None
    field: str | None = None
    reason: str | None = None


class Refusals:
    """Accepted values and records asked for again. Safe to share between threads."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def accept(self, values: Iterable[Accepted]) -> int:
        """Keep values as accepted, in several transactions; how many. Repeating changes who did."""
        waiting, done = iter(values), 0
        while rows := [dict(vars(value)) for value in islice(waiting, BATCH)]:
            with writing(self._engine) as connection:
                insert_or_replace(connection, ACCEPTED, rows)
            done += len(rows)
        return done

    def withdraw(self, choice: Choice) -> int:
        """Accept no longer what fits the choice; how many values that were."""
        with writing(self._engine) as connection:
            return connection.execute(delete(ACCEPTED).where(_fitting(choice))).rowcount

    def count(self, choice: Choice) -> int:
        """How many accepted values fit the choice."""
        with reading(self._engine) as connection:
            counted = select(func.count()).select_from(ACCEPTED).where(_fitting(choice))
            return int(connection.scalar(counted) or 0)

    def accepted(self, choice: Choice, limit: int) -> tuple[Accepted, ...]:
        """Accepted values that fit the choice, by place; not more than `limit`."""
        c = ACCEPTED.c
        wanted = select(ACCEPTED).where(_fitting(choice))
        with reading(self._engine) as connection:
            rows = connection.execute(wanted.order_by(c.relation, c.id, c.field).limit(limit))
            return tuple(Accepted(**row._mapping) for row in rows)

    def hashes(self) -> Iterator[list[str]]:
        """The hashes of all accepted values, in pages."""
        last = ""
        while True:
            after = select(ACCEPTED.c.hash).where(ACCEPTED.c.hash > last)
            with reading(self._engine) as connection:
                page = connection.scalars(after.order_by(ACCEPTED.c.hash).limit(BATCH)).all()
            if not page:
                return
            yield list(page)
            last = page[-1]

    def ask_again(self, records: Iterable[tuple[str, str]], by: str, at: dt.datetime) -> int:
        """Have records, each entity and id, read again in the next night; how many."""
        waiting, done = iter(records), 0
        while chunk := list(islice(waiting, BATCH)):
            rows = [
                {"entity": entity, "id": id, "mark": secrets.token_hex(8), "by": by, "at": at}
                for entity, id in chunk
            ]
            with writing(self._engine) as connection:
                insert_or_replace(connection, RETRIES, rows)
            done += len(rows)
        return done

    def retries(self) -> tuple[Retry, ...]:
        """Records that wait to be read again, by entity and id."""
        c = RETRIES.c
        with reading(self._engine) as connection:
            rows = connection.execute(select(RETRIES).order_by(c.entity, c.id))
            return tuple(Retry(**row._mapping) for row in rows)

    def read_again(self, retries: Iterable[Retry]) -> None:
        """These were read; what was asked for once more meanwhile goes on waiting."""
        waiting, c = iter(retries), RETRIES.c
        while chunk := [retry.mark for retry in islice(waiting, BATCH)]:
            with writing(self._engine) as connection:
                connection.execute(delete(RETRIES).where(c.mark.in_(chunk)))


def _fitting(choice: Choice) -> ColumnElement[bool]:
    c, tests = ACCEPTED.c, [ACCEPTED.c.hash != ""]
    if choice.entity is not None:
        children = c.relation.startswith(f"{choice.entity}.", autoescape=True)
        tests.append(or_(c.relation == choice.entity, children))
    given = ((c.record, choice.record), (c.field, choice.field), (c.reason, choice.reason))
    tests += [column == value for column, value in given if value is not None]
    return and_(*tests)
