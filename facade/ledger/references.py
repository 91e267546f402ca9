"""Cross-references: what one sink was last sent for a record, and the target's own id of it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Protocol

from sqlalchemy import Engine, delete, select

from facade.ledger.errors import LedgerError
from facade.ledger.tables import REFERENCES
from facade.ledger.transactions import insert_or_replace, reading, writing

BATCH = 100
"""Most references that wait in memory to be written together."""
SECONDS = 1.0
"""Longest that one waits."""


class Sent(Protocol):
    """What a target was last sent: our hash of the record, and the target's id where it has one."""

    @property
    def entity(self) -> str: ...
    @property
    def id(self) -> str: ...
    @property
    def hash(self) -> str: ...
    @property
    def target_id(self) -> str | None: ...


@dataclass(frozen=True)
class Reference:
    """A cross-reference as the ledger holds it."""

    entity: str
    id: str
    hash: str
    target_id: str | None


class SinkReferences:
    """One sink's cross-references. Safe to use from several threads."""

    def __init__(self, engine: Engine, sink: str) -> None:
        self._engine = engine
        self._sink = sink
        self._turn = threading.RLock()
        self._batches = 0
        self._waiting: dict[tuple[str, str], Reference | None] = {}
        self._timer: threading.Timer | None = None

    # Any, since a sink names the type by its own port, which the ledger doesn't import.
    def all(self, entity: str) -> Iterator[Any]:
        """Every Reference of an entity, by id, as it stands now."""
        self._write()
        mine = (REFERENCES.c.sink == self._sink, REFERENCES.c.entity == entity)
        with reading(self._engine) as connection:
            rows = connection.execute(select(REFERENCES).where(*mine).order_by(REFERENCES.c.id))
            found = [Reference(row.entity, row.id, row.hash, row.target_id) for row in rows]
        return iter(found)

    def get(self, entity: str, id: str) -> Reference | None:
        """The cross-reference of one record."""
        self._write()
        with reading(self._engine) as connection:
            row = connection.execute(select(REFERENCES).where(*self._is(entity, id))).one_or_none()
        return None if row is None else Reference(row.entity, row.id, row.hash, row.target_id)

    def put(self, sent: Sent) -> None:
        """Remember what was sent in place of what was sent before."""
        self._await(
            sent.entity, sent.id, Reference(sent.entity, sent.id, sent.hash, sent.target_id)
        )

    def forget(self, entity: str, id: str) -> None:
        """Remember nothing of the record; nothing happens where there was nothing."""
        self._await(entity, id, None)

    @contextmanager
    def batch(self) -> Iterator[None]:
        """Write in groups: at the latest after BATCH references, SECONDS seconds, or at the end.

        What was put is written also when the block fails, since it was sent.
        """
        with self._turn:
            self._batches += 1
        try:
            yield
        finally:
            with self._turn:
                self._batches -= 1
            self._write()

    def _await(self, entity: str, id: str, reference: Reference | None) -> None:
        with self._turn:
            self._waiting[entity, id] = reference
            if self._batches == 0 or len(self._waiting) >= BATCH:
                self._write()
            elif self._timer is None:
                self._timer = threading.Timer(SECONDS, self._write_overdue)
                self._timer.daemon = True
                self._timer.start()

    def _write_overdue(self) -> None:
        try:
            self._write()
        except LedgerError:
            pass  # it still waits: the next call, or the end of the batch, tells the caller

    def _write(self) -> None:
        with self._turn:
            if self._timer is not None:
                self._timer.cancel()
                self._timer = None
            if not self._waiting:
                return
            put = [
                {"sink": self._sink, **vars(reference)}
                for reference in self._waiting.values()
                if reference is not None
            ]
            forgotten = [key for key, reference in self._waiting.items() if reference is None]
            with writing(self._engine) as connection:
                insert_or_replace(connection, REFERENCES, put)
                for entity, id in forgotten:
                    connection.execute(delete(REFERENCES).where(*self._is(entity, id)))
            self._waiting.clear()

    def _is(self, entity: str, id: str) -> tuple[Any, ...]:
        columns = REFERENCES.c
        return columns.sink == self._sink, columns.entity == entity, columns.id == id
