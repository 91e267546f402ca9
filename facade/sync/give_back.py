"""Sixth step: what a TMS knows goes back into the CRM, through the safe write.

Events are stored before anything is done with them. Ranks keep a shipment from stepping back; what
the CRM was last given is not given again, so nothing echoes.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from facade.ledger import Ledger
from facade.ledger.statuses import StatusEvent
from facade.sinks.sink import Sink, Status
from facade.writes import WriteError, Writes
from legacy_clients.errors import LegacyError, NotSent, Refused
from schemas.shipment import STATUSES

# Final ones stand above all others; an exception may come at any time before them.
RANK = {status: number for number, status in enumerate(STATUSES)}
FINAL = frozenset({"delivered", "cancelled", "invoiced"})


@dataclass
class GivenBack:
    """What became of the events: by order for those written, counts for the rest."""

    written: dict[str, str] = field(default_factory=dict)
    skipped: int = 0
    refused: dict[str, str] = field(default_factory=dict)
    waiting: int = 0


def store(ledger: Ledger, sink: str, statuses: Iterable[Status]) -> int:
    """Keep what a sink says; how many were new."""
    new = 0
    for status in statuses:
        payload = {name: _plain(value) for name, value in status.fields.items()}
        new += ledger.statuses.store(
            sink, status.event, status.order_id, status.status, status.occurred_at, payload
        )
    return new


def give_back(ledger: Ledger, sinks: Iterable[Sink], writes: Writes) -> GivenBack:
    """Ask every sink, then write what is pending; it waits where the CRM is down.

    Raises SinkError.
    """
    for sink in sinks:
        store(ledger, sink.name, sink.statuses())
    outcome = GivenBack()
    for event in ledger.statuses.pending():
        known = ledger.statuses.last_written(event.order_id)
        if not moves_on(known, event.status):
            ledger.statuses.applied(event.number, "skipped", f"the CRM has {known}")
            outcome.skipped += 1
            continue
        _write(ledger, writes, event, outcome)
    return outcome


def moves_on(known: str | None, status: str) -> bool:
    """A status is worth telling where it is another one and not behind what the CRM knows."""
    if known is None:
        return True
    if known in FINAL:
        return status in FINAL and RANK[status] > RANK[known]
    return status != known and (
        status in ("exception",) or known == "exception" or RANK[status] > RANK[known]
    )


def _write(ledger: Ledger, writes: Writes, event: StatusEvent, outcome: GivenBack) -> None:
    shipment = {"status": event.status} | {
        name: _typed(name, value) for name, value in event.payload.items()
    }
    try:
        writes.tell_status(event.order_id, shipment, actor=f"sink:{event.sink}")
    except Refused as error:
        ledger.statuses.applied(event.number, "refused", str(error))
        outcome.refused[event.order_id] = str(error)
    except NotSent:
        outcome.waiting += 1
    except (LegacyError, WriteError) as error:
        # Telling a status again does no harm: it says the same.
        outcome.waiting += 1
        outcome.refused.setdefault(event.order_id, f"no answer: {error}")
    else:
        ledger.statuses.applied(event.number, "written")
        outcome.written[event.order_id] = event.status


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, dt.datetime) else value


def _typed(name: str, value: Any) -> Any:
    return (
        dt.datetime.fromisoformat(value)
        if name.endswith("_at") and isinstance(value, str)
        else value
    )


def summary(given: GivenBack) -> Mapping[str, Any]:
    return {
        "written": given.written,
        "skipped": given.skipped,
        "refused": given.refused,
        "waiting": given.waiting,
    }
