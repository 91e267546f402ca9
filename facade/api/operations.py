"""Writes whose outcome was unknown when they were answered: 202, and where to ask later."""

from __future__ import annotations

from urllib.parse import quote

import orjson
from flask import Response
from marshmallow import Schema

from facade.api.errors import NoSuchOperation
from facade.api.problems import Told
from facade.ledger import Ledger
from facade.ledger.journal import INTENDED, OUTCOMES, Operation
from facade.writes import OutcomeUnknown, Writes
from schemas.fields import Code, Instant, Key, Text

UNKNOWN = "unknown"


class OperationSchema(Told):
    """A write to the CRM, and what became of it."""

    class Meta(Told.Meta):
        description = "A write to the CRM, and what became of it."

    id = Key(required=True, metadata={"description": "Id of the operation."})
    state = Code(
        tuple(state for state in OUTCOMES if state != INTENDED),
        required=True,
        metadata={"description": "Unknown until the CRM was found to have done or refused it."},
    )
    entity = Text(required=True, metadata={"description": "What was to be written."})
    act = Text(required=True, metadata={"description": "How: create, update, cancel …"})
    record_id = Key(
        required=True, allow_none=True, metadata={"description": "The record, once known."}
    )
    intended_at = Instant(required=True, metadata={"description": "When it was asked for, UTC."})
    settled_at = Instant(
        required=True, allow_none=True, metadata={"description": "When its state was found, UTC."}
    )


SCHEMA: Schema = OperationSchema()


class Operations:
    """Looks writes up in the journal, and in the CRM where the journal does not know."""

    def __init__(self, ledger: Ledger, writes: Writes) -> None:
        self._ledger, self._writes = ledger, writes

    def get(self, id: str) -> Response:
        """GET /v1/operations/{id}. Raises NoSuchOperation."""
        found = self._writes.look(self._found(id))
        return Response(_shown(found), content_type="application/json")

    def accepted(self, id: str) -> Response:
        """202: somebody will find out."""
        headers = {"Location": f"/v1/operations/{quote(id, safe='')}"}
        return Response(_shown(self._found(id)), 202, headers, content_type="application/json")

    def of_unknown(self, error: OutcomeUnknown) -> Response:
        return self.accepted(error.operation)

    def _found(self, id: str) -> Operation:
        operation = self._ledger.journal.get(id)
        if operation is None:
            raise NoSuchOperation(f"No write has the id {id!r}.")
        return operation


def _shown(operation: Operation) -> bytes:
    # An intent without an outcome is one whose process ended before it could say.
    state = UNKNOWN if operation.state == INTENDED else operation.state
    told = {name: getattr(operation, name) for name in SCHEMA.fields} | {"state": state}
    return orjson.dumps(SCHEMA.dump(told))
