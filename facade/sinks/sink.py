"""The port through which a sealed night reaches a target, and what a target answers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Container, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Protocol, runtime_checkable

from schemas.layout import Layout


class SinkError(Exception):
    """A delivery that failed as a whole. `permanent` says that trying again alone won't help.

    SinkError
    ├── SinkUnreachable   the target does not answer, or asks to wait; try later
    ├── SinkRefused       credentials or rights are wrong; a person must act
    └── SinkMismatch      what the target holds does not fit what would be delivered; a person must
    act
    """

    permanent = False


class SinkUnreachable(SinkError):
    """The target does not answer, or asks to wait."""


class SinkRefused(SinkError):
    """The target does not let us in."""

    permanent = True


class SinkMismatch(SinkError):
    """What the target holds does not fit what would be delivered."""

    permanent = True


@dataclass(frozen=True)
class Relation:
    """One relation of a sealed night: its layout, and DuckDB SQL that reads it; None where the
    night says nothing of it.
    """

    layout: Layout
    rows: str | None


@dataclass(frozen=True)
class Delivery:
    """A sealed night as a sink gets it.

    `changes` by relation: an entity's rows have `op` ("insert", "update", "delete"), its layout's
    columns, `generation`
    and `hash`; a deleted record has its last values; a key that was used again has a delete of the
    old generation and an
    insert of the next. A child's rows are all children of the parents inserted or updated.
    `snapshot` by relation: the state after the night, without `op`.
    """

    run: int
    sealed_at: dt.datetime
    changes: Mapping[str, Relation]
    snapshot: Mapping[str, Relation]

    def only(self, relations: Container[str]) -> Delivery:
        """The same night, of it these relations alone."""
        return replace(
            self,
            changes={name: it for name, it in self.changes.items() if name in relations},
            snapshot={name: it for name, it in self.snapshot.items() if name in relations},
        )


@dataclass(frozen=True)
class Parked:
    """A record that was not delivered, and why."""

    entity: str
    id: str
    reason: str
    field: str | None = None


@dataclass(frozen=True)
class Receipt:
    """What a sink says it took of a run: records by entity and act, those parked, and what it holds
    now.
    """

    sink: str
    run: int
    delivered: dict[str, dict[str, int]] = field(default_factory=dict)
    parked: tuple[Parked, ...] = ()
    holds: dict[str, dict[str, Any]] = field(default_factory=dict)


@dataclass(frozen=True)
class Status:
    """What a TMS says of an order: a shipment's canonical fields, by the CRM's order id."""

    order_id: str
    status: str
    occurred_at: dt.datetime
    fields: Mapping[str, Any]
    event: str


@dataclass(frozen=True)
class Sent:
    """What a target was last sent for a record: our hash of it and the target's own id."""

    entity: str
    id: str
    hash: str
    target_id: str | None


class References(Protocol):
    """What one sink remembers between nights; kept in the ledger."""

    def all(self, entity: str) -> Iterable[Sent]: ...

    def put(self, sent: Sent) -> None: ...

    def forget(self, entity: str, id: str) -> None: ...


Progress = Callable[[str, int, int], None]
"""Called with what is being delivered, how many are done, and how many there are."""


class Sink(Protocol):
    """A target of deliveries."""

    name: str
    every_run: bool
    """True where each sealed run must be applied in turn; False where the newest state is enough.
    """

    def deliver(self, delivery: Delivery, progress: Progress) -> Receipt:
        """Bring the target to the run's state; to repeat it changes nothing. Raises SinkError."""

    def statuses(self) -> Iterable[Status]:
        """What the target knows that belongs into the CRM. Raises SinkError."""


@runtime_checkable
class Remembering(Protocol):
    """A sink that remembers what its target turned down, and does not offer it again unchanged."""

    def offer_again(self, entity: str, ids: Iterable[str]) -> None:
        """Forget that these records were turned down. The next delivery offers them."""
