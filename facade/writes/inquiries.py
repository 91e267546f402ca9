"""What became of writes of which no usable answer came: the CRM's database is asked, never the
service once more.

A create is found by what its mapping says of looking it up; a change is done where the database
holds all that was sent. What is not found may come yet, so that it stays unknown, and a person
decides.
"""

from __future__ import annotations

import datetime as dt
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from marshmallow import ValidationError

from facade.ledger import Ledger, LedgerError
from facade.ledger.journal import INTENDED, OUTCOMES, Operation, utc_now
from legacy_clients.crm import READ_SECONDS, WRITE_SECONDS, LegacyCRM
from legacy_clients.deadline import Deadline
from legacy_clients.errors import LegacyError
from legacy_clients.keeping import typed

log = logging.getLogger(__name__)

FOUND = {"found": "in the database"}
PAUSES = (0.0, 0.25, 0.5, 1.0)
"""Seconds before each look: a service may still be at work when its connection has gone."""
RIVALS_WITHIN = dt.timedelta(days=1)
"""How much earlier another create may have been meant that made what we look at."""
IN_FLIGHT = dt.timedelta(seconds=2 * WRITE_SECONDS)
"""A younger intent may be another process's, which is waiting for its answer."""


@dataclass(frozen=True)
class Settled:
    """How many open writes were found done, and how many nobody knows of still."""

    done: int = 0
    unknown: int = 0


class Inquiries:
    """Looks for the outcomes of open writes. Safe to share between threads."""

    def __init__(
        self, crm: LegacyCRM, ledger: Ledger, clock: Callable[[], dt.datetime] = utc_now
    ) -> None:
        self._crm, self._ledger, self._clock = crm, ledger, clock

    def pursue(self, id: str, deadline: Deadline) -> str | None:
        """Look a few times while the deadline leaves time; the record's id, None where it is not
        found.
        """
        operation = self._ledger.journal.get(id)
        if operation is None or not self._shows(operation):
            return None
        for pause in PAUSES:
            if time.monotonic() + pause >= deadline.at:
                return None
            time.sleep(pause)
            found = self.find(operation, min(READ_SECONDS, deadline.left()))
            if found is not None:
                return found
        return None

    def look(self, operation: Operation, seconds: float = READ_SECONDS) -> Operation:
        """The operation as it stands now, looked for once where nobody knows yet."""
        if not OUTCOMES[operation.state] or self._in_flight(operation):
            return operation
        found = self.find(operation, seconds)
        if found is not None:
            self._settle(operation, "done", FOUND, found)
        elif operation.state == INTENDED:
            self._settle(operation, "unknown", {"error": "Interrupted"}, None)
        return self._ledger.journal.get(operation.id) or operation

    def settle_open(self, seconds: float = READ_SECONDS) -> Settled:
        """Look for every open write, as long as there is time: the newest first, since what did not
        show for long will hardly show now.
        """
        deadline = Deadline.after(seconds)
        done = unknown = 0
        for operation in reversed(self._ledger.journal.unsettled()):
            if deadline.passed:
                break
            if self._in_flight(operation):
                continue
            if OUTCOMES[self.look(operation, deadline.left()).state]:
                unknown += 1
            else:
                done += 1
        if done or unknown:
            log.info("open writes: %s found done, %s unknown", done, unknown)
        return Settled(done, unknown)

    def find(self, operation: Operation, seconds: float) -> str | None:
        """The id of the record for which the write was done; None where that does not show."""
        ask = ASKED.get(operation.act)
        if ask is None:
            return None
        try:
            values = typed(self._crm.mapped(operation.entity), operation.body)
            return ask(self, operation, values, seconds)
        except (LegacyError, ValidationError, KeyError, ValueError) as error:
            # A mapping may have changed since, or the database be down: somebody looks again.
            log.warning("operation %s: not looked up: %s", operation.id, type(error).__name__)
            return None

    def _shows(self, operation: Operation) -> bool:
        """Whether the mapping says how the outcome of such a write shows."""
        known = self._crm.mapped(operation.entity).operations.get(operation.act)
        if known is None or operation.act == "delete":
            return known is not None
        if operation.act == "create":
            return known.look_up is not None
        return bool(known.makes or operation.body)

    def _created(self, operation: Operation, values: dict[str, Any], seconds: float) -> str | None:
        entity, since = operation.entity, operation.intended_at
        id = self._crm.created(entity, operation.reference, values, since, seconds)
        if id is None or self._has_rival(operation):
            return None
        others = self._ledger.journal.creators(entity, id, since - RIVALS_WITHIN)
        return id if set(others) <= {operation.id} else None

    def _has_rival(self, operation: Operation) -> bool:
        """Whether a record with the natural key may as well be that of another open create."""
        create = self._crm.mapped(operation.entity).operations["create"]
        key = create.look_up.fields if create.look_up is not None else ()
        return bool(key) and any(
            other.id != operation.id
            and (other.entity, other.act) == (operation.entity, "create")
            and all(other.body.get(name) == operation.body.get(name) for name in key)
            for other in self._ledger.journal.unsettled()
        )

    def _changed(self, operation: Operation, values: dict[str, Any], seconds: float) -> str | None:
        id = operation.record_id
        if id is None or not self._crm.holds(operation.entity, operation.act, id, values, seconds):
            return None
        return id

    def _in_flight(self, operation: Operation) -> bool:
        return operation.state == INTENDED and self._clock() - operation.intended_at < IN_FLIGHT

    def _settle(
        self, operation: Operation, state: str, result: dict[str, str], id: str | None
    ) -> None:
        try:
            self._ledger.journal.settle(operation.id, state, result, id)
        except LedgerError:
            # Another process was first, or the ledger is gone: either way somebody looks again.
            log.warning("operation %s: its outcome could not be noted", operation.id)


ASKED: dict[str, Callable[[Inquiries, Operation, dict[str, Any], float], str | None]] = {
    "create": Inquiries._created,
    "update": Inquiries._changed,
    "cancel": Inquiries._changed,
    "delete": Inquiries._changed,
    "status": Inquiries._changed,
}
