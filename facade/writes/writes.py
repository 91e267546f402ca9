"""Writes to the CRM: an intent in the journal, one call, its outcome, and the record read again.

A call is never repeated here. Where no usable answer came, the database is asked what became of it;
where that does not tell, the operation is unknown until somebody finds out.
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from facade.ledger import Ledger, LedgerError
from facade.ledger.journal import Operation
from facade.writes.errors import OutcomeUnknown, Stale
from facade.writes.inquiries import FOUND, Inquiries, Settled
from legacy_clients.crm import READ_SECONDS, WRITE_SECONDS, Found, LegacyCRM
from legacy_clients.deadline import Deadline
from legacy_clients.errors import (
    BusinessFault,
    Conflict,
    LegacyError,
    Misconfigured,
    NotKept,
    Unanswered,
    Unfit,
)

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Written:
    """A write that was done. `found` is the record now, None where it could not be read again."""

    operation: str
    record_id: str
    found: Found | None


class Writes:
    """Safe to share between threads. Raises what LegacyError, LedgerError and WriteError head."""

    def __init__(self, crm: LegacyCRM, ledger: Ledger, seconds: float = WRITE_SECONDS) -> None:
        """`seconds` is the time for all calls of one write."""
        self._crm, self._ledger, self._seconds = crm, ledger, seconds
        self._inquiries = Inquiries(crm, ledger)

    def create(self, entity: str, record: Mapping[str, Any], actor: str) -> Written:
        """Create a record of typed values by dotted name, children as lists of such."""
        reference = f"facade-{secrets.token_hex(12)}"
        deadline = Deadline.after(self._seconds)
        return self._write(
            entity,
            ("create", None, record, reference),
            actor,
            lambda: self._crm.create(entity, record, reference, deadline),
            deadline,
        )

    def update(
        self,
        entity: str,
        id: str,
        changes: Mapping[str, Any],
        etag: str | Collection[str],
        actor: str,
    ) -> Written:
        """Change some values of the record that had this ETag, or one of these; None clears one.

        Raises Stale where it has another one now, also when it changed between our look and the
        service's.
        """
        deadline = Deadline.after(self._seconds)
        seen = self._seen(entity, id, etag)

        def call() -> str:
            self._crm.update(entity, id, changes, seen.guards, deadline)
            return id

        return self._guarded(entity, ("update", id, changes, None), actor, call, deadline, seen)

    def cancel(self, entity: str, id: str, etag: str | Collection[str], actor: str) -> Written:
        """Cancel the record that had this ETag, or one of these. Raises as `update`."""
        deadline = Deadline.after(self._seconds)
        seen = self._seen(entity, id, etag)

        def call() -> str:
            self._crm.cancel(entity, id, seen.guards, deadline)
            return id

        return self._guarded(entity, ("cancel", id, {}, None), actor, call, deadline, seen)

    def tell_status(self, order_id: str, shipment: Mapping[str, Any], actor: str) -> Written:
        """Tell the CRM what a TMS knows of an order's shipment: typed values by dotted name.

        What the CRM has no place for is left out, and so is None: not to know is not to clear.
        """
        deadline = Deadline.after(self._seconds)
        known = self._crm.mapped("shipment").writable("status")
        told = {
            name: value for name, value in shipment.items() if value is not None and name in known
        }

        def call() -> str:
            self._crm.tell_status(order_id, told, deadline)
            return order_id

        return self._write("shipment", ("status", order_id, told, None), actor, call, deadline)

    def look(self, operation: Operation) -> Operation:
        """A write as it stands now: the CRM is looked at where nobody knows yet."""
        return self._inquiries.look(operation)

    def settle_open(self, seconds: float = READ_SECONDS) -> Settled:
        """Look for the outcomes of all open writes, as after a crash; at most for so long."""
        return self._inquiries.settle_open(seconds)

    def _seen(self, entity: str, id: str, etag: str | Collection[str]) -> Found:
        seen = self._crm.get(entity, id)
        expected = {etag} if isinstance(etag, str) else etag
        if seen.etag not in expected:
            raise Stale(f"The {entity} {id} is no longer the one with that ETag: read it again.")
        return seen

    def _guarded(
        self,
        entity: str,
        intent: Intent,
        actor: str,
        call: Callable[[], str],
        deadline: Deadline,
        seen: Found,
    ) -> Written:
        try:
            return self._write(entity, intent, actor, call, deadline)
        except Conflict as conflict:
            # A service says conflict of a record that changed and of a value that is taken.
            if self._crm.get(entity, seen.id).etag != seen.etag:
                raise Stale(
                    f"The {entity} {seen.id} was changed by somebody else: read it again."
                ) from conflict
            raise

    def _write(
        self,
        entity: str,
        intent: Intent,
        actor: str,
        call: Callable[[], str],
        deadline: Deadline,
    ) -> Written:
        act, id, values, reference = intent
        body = orjson.loads(orjson.dumps(values, default=str))
        operation = self._ledger.journal.intend(actor, entity, act, id, body, reference)
        told: dict[str, Any] = {}
        try:
            id = call()
        except (Unanswered, Misconfigured) as error:
            # What is misconfigured may show only in the answer, such as one without the new key.
            id, told = self._pursued(operation, error, deadline), dict(FOUND)
        except NotKept as error:
            stored = ("done", error.id) if error.partly else ("refused", None)
            self._settle(operation, stored[0], _told(error), stored[1])
            raise
        except LegacyError as error:
            self._settle(operation, "refused", _told(error))
            raise
        self._settle(operation, "done", told, id)
        return Written(operation, id, self._read_again(entity, id))

    def _pursued(self, operation: str, error: LegacyError, deadline: Deadline) -> str:
        """The id of the record for which a write was done of which no usable answer came.

        Raises OutcomeUnknown, or the error itself where a person must act, if that does not show.
        """
        self._settle(operation, "unknown", _told(error))
        found = self._inquiries.pursue(operation, deadline)
        if found is not None:
            return found
        if isinstance(error, Misconfigured):
            raise error
        raise OutcomeUnknown(operation) from error

    def _settle(
        self, operation: str, state: str, result: Mapping[str, Any], id: str | None = None
    ) -> None:
        try:
            self._ledger.journal.settle(operation, state, result, id)
        except LedgerError:
            # The CRM has spoken; an intent left open is looked at later, a wrong answer never is.
            log.exception("operation %s is %s, and the journal could not be told", operation, state)

    def _read_again(self, entity: str, id: str) -> Found | None:
        try:
            return self._crm.get(entity, id)
        except LegacyError as error:
            log.warning(
                "%s %s was written and not read again: %s", entity, id, type(error).__name__
            )
            return None


Intent = tuple[str, str | None, Mapping[str, Any], str | None]
"""Act, record id, values, and our reference."""


def _told(error: LegacyError) -> dict[str, Any]:
    """What the journal keeps of an error: only what a caller may see."""
    told: dict[str, Any] = {"error": type(error).__name__}
    if isinstance(error, BusinessFault):
        told |= {"code": error.code, "message": error.message}
    if isinstance(error, NotKept):
        told |= {"fields": list(error.fields)}
    if isinstance(error, Unfit):
        told |= {"path": error.path, "reason": error.reason}
    return told
