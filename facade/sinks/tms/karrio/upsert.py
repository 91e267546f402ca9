"""What is done to one order in the TMS, so that it holds exactly one live object for each of ours.

Karrio's key is source + order_id, free again once an order is cancelled or delivered, and its PUT
merges metadata alone. So: create, and on 409 look up and adopt; a lost reply is looked up before
anything else; changed lines or addresses mean cancel and create, while nothing was shipped.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from facade.sinks.sink import References, Sent
from facade.sinks.tms.karrio.client import Client, NotAnswered, Reply
from facade.sinks.tms.karrio.payload import CONTENT, DELETED, SOURCE, Document, Json
from facade.sinks.tms.karrio.plan import (
    CANCELLED,
    FLAGGED,
    HEX,
    PARKED,
    REPLACING,
    Step,
    remembered,
)
from facade.sinks.tms.karrio.targets import read_targets

ORDERS = "/v1/orders"
ADOPT = "adopt"
TRIES = 3
PAUSE = 0.2
"""Seconds before a second try; twice as long before a third."""
TURNED_DOWN = frozenset({400, 422})


@dataclass(frozen=True)
class Outcome:
    """How a step ended: the `act` done, or the `reason` (and field) why not.

    `failed` says that the TMS gave no verdict, so that the next night tries again.
    """

    id: str
    act: str | None = None
    reason: str | None = None
    field: str | None = None
    failed: bool = False


class _Parked(Exception):
    """The order can't be brought to the state asked for; a person must act. Remembered."""

    def __init__(self, reason: str, field: str | None = None) -> None:
        super().__init__(reason)
        self.reason, self.field = reason, field


class _Failed(Exception):
    """The TMS gave no verdict on this order."""


class Upsert:
    """Carries out steps. `cautious`: look up before each create, as a delivery broke off before."""

    def __init__(self, client: Client, references: References, cautious: bool) -> None:
        self._client = client
        self._references = references
        self._cautious = cautious

    def carry_out(self, step: Step) -> Outcome:
        """Do one step and remember it. Raises SinkError where no further step can be done."""
        try:
            act = ACTS[step.act](self, step)
        except _Parked as parked:
            words = remembered(parked.field, parked.reason)
            self._references.put(Sent(PARKED, step.id, step.asked, words))
            return Outcome(step.id, reason=parked.reason, field=parked.field)
        except _Failed as failed:
            return Outcome(step.id, reason=str(failed), failed=True)
        if step.parked:
            self._references.forget(PARKED, step.id)
        return Outcome(step.id, act)

    def create(self, step: Step) -> str:
        """One live order with this content, whoever created it. Returns created, adopted, …"""
        document = _document(step)
        if self._cautious and (found := self._found(document.id)):
            return self._adopt(step, found)
        for again in _tries():
            try:
                reply = self._client.call("POST", ORDERS, document.body)
            except NotAnswered as error:
                if found := self._found(document.id):
                    return self._adopt(step, found, "created")
                again(error)
                continue
            if reply.status == 201:
                self._remember(step.id, document.hash, str(reply.document.get("id")))
                return "created"
            if reply.status == 409:
                if found := self._found(document.id):
                    return self._adopt(step, found)
                raise _Parked(f"The TMS has one that is not ours: {_words(reply)}", "id")
            raise _verdict(reply)
        raise _Failed(TOO_OFTEN)

    def update(self, step: Step) -> str:
        """Merge metadata, which is all that changed."""
        document = _document(step)
        reply = self._repeated("PUT", _order(step.target_id), {"metadata": document.metadata})
        if reply.status == 404:
            return self.create(step)
        if reply.status != 200:
            raise _verdict(reply)
        if reply.document.get("status") == CANCELLED and step.was != REPLACING:
            raise _Parked("Somebody cancelled the order in the TMS.", "status")
        self._remember(step.id, document.hash, step.target_id)
        return "updated"

    def replace(self, step: Step) -> str:
        """Take the order out and create it again with its new lines or addresses."""
        document = _document(step)
        held = self._repeated("GET", _order(step.target_id))
        if held.status == 404:
            return self.create(step)
        if held.status != 200:
            raise _verdict(held)
        status = held.document.get("status")
        if status == CANCELLED and step.was == REPLACING:
            return self._replaced(step)
        if status == CANCELLED:
            raise _Parked("Somebody cancelled the order in the TMS.", "status")
        if status != "unfulfilled":
            raise _Parked(f"The order is {status} in the TMS, where it can't be changed any more.")
        # The TMS judges a document before it says that the key is taken: one that it turns down
        # is found out while the order that it would replace still lives.
        try:
            probe = self._client.call("POST", ORDERS, document.body)
        except NotAnswered as error:
            raise _Failed(str(error)) from error
        if probe.status == 201:
            self._remember(step.id, document.hash, str(probe.document.get("id")))
            return "replaced"
        if probe.status != 409:
            raise _verdict(probe)
        self._remember(step.id, REPLACING, step.target_id)
        if not self._ended(step):
            self._remember(step.id, str(step.was), step.target_id)
            raise _Parked("The order was shipped meanwhile and can't be changed any more.")
        return self._replaced(step)

    def cancel(self, step: Step) -> str:
        """Cancel what the CRM has cancelled, or deleted where the sink is told to cancel then."""
        if not self._ended(step):
            raise _Parked("The order was shipped and can't be cancelled in the TMS.", "status")
        self._remember(step.id, CANCELLED, step.target_id)
        return "cancelled"

    def flag(self, step: Step) -> str:
        """Say in metadata that the CRM deleted the order."""
        change = {"metadata": {DELETED: True}}
        reply = self._repeated("PUT", _order(step.target_id), change)
        if reply.status not in (200, 404):
            raise _verdict(reply)
        self._remember(step.id, f"{(step.was or '')[:HEX]}{FLAGGED}", step.target_id)
        return "flagged"

    def _replaced(self, step: Step) -> str:
        self.create(step)
        return "replaced"

    def _adopt(self, step: Step, found: Json, act: str = "adopted") -> str:
        """Make an order that the TMS holds already the one of this step."""
        if step.act == ADOPT:
            raise _Failed("The TMS changes this order at the same time.")
        document = _document(step)
        target_id = str(found["id"])
        metadata = _metadata(found)
        content = str(metadata.get(CONTENT, ADOPT))
        # First of all: from now on it is known, whatever comes of bringing it up to date.
        self._remember(step.id, content, target_id)
        held = replace(step, act=ADOPT, was=content, target_id=target_id)
        if content != document.fixed:
            self.replace(held)
            return act
        # A key that is null in ours must be absent there.
        if any(metadata.get(name) != value for name, value in document.metadata.items()):
            self.update(held)
            return act
        self._remember(step.id, document.hash, target_id)
        return act

    def _found(self, id: str) -> Json | None:
        """The newest order of ours with this id that was not cancelled."""
        # A comma separates ids in this filter; metadata_value takes the text as it is.
        by = {"metadata_value": id} if "," in id else {"order_id": id}
        reply = self._repeated("GET", ORDERS, query={"source": SOURCE, "limit": 100, **by})
        if reply.status != 200:
            raise _verdict(reply)
        for order in reply.document.get("results", []):
            ours = order.get("order_id") == id and _metadata(order).get("crm_id") == id
            if ours and order.get("source") == SOURCE and order.get("status") != CANCELLED:
                return dict(order)
        return None

    def _ended(self, step: Step) -> bool:
        """Cancel; False where the order was shipped, so that it can't be."""
        for again in _tries():
            try:
                reply = self._client.call("POST", f"{_order(step.target_id)}/cancel")
            except NotAnswered as error:
                if self._status(step) == CANCELLED:
                    return True
                again(error)
                continue
            if reply.status in (200, 404):
                return True
            if reply.status == 409:
                return self._status(step) == CANCELLED
            raise _verdict(reply)
        raise _Failed(TOO_OFTEN)

    def _status(self, step: Step) -> str:
        """Where the order stands in the TMS; one that is not there any more counts as cancelled."""
        reply = self._repeated("GET", _order(step.target_id))
        if reply.status == 404:
            return CANCELLED
        if reply.status != 200:
            raise _verdict(reply)
        return str(reply.document.get("status"))

    def _repeated(
        self,
        method: str,
        path: str,
        document: Mapping[str, Any] | None = None,
        query: Mapping[str, Any] | None = None,
    ) -> Reply:
        """A call that does the same when it is done twice."""
        for again in _tries():
            try:
                return self._client.call(method, path, document, query)
            except NotAnswered as error:
                again(error)
        raise _Failed(TOO_OFTEN)

    def _remember(self, id: str, content: str, target_id: str | None) -> None:
        self._references.put(Sent("order", id, content, target_id))


ACTS: dict[str, Callable[[Upsert, Step], str]] = {
    "create": Upsert.create,
    "update": Upsert.update,
    "replace": Upsert.replace,
    "cancel": Upsert.cancel,
    "flag": Upsert.flag,
}
TOO_OFTEN = "The TMS did not answer."


def _tries() -> Iterator[Callable[[NotAnswered], None]]:
    """A few tries with growing pauses; each is told of its error, and the last one gives up."""
    for number in range(1, TRIES + 1):

        def again(error: NotAnswered, number: int = number) -> None:
            if number == TRIES:
                raise _Failed(str(error)) from error
            time.sleep(PAUSE * number)

        yield again


def _document(step: Step) -> Document:
    if step.document is None:
        raise ValueError(f"order {step.id}: nothing to send for {step.act}")
    return step.document


def _order(target_id: str | None) -> str:
    return f"{ORDERS}/{target_id}"


def _metadata(order: Mapping[str, Any]) -> Json:
    return order.get("metadata") or {}


def _verdict(reply: Reply) -> Exception:
    """400 and 422 are about the record; any other status that was not expected is a failure."""
    if reply.status in TURNED_DOWN:
        return _Parked(_words(reply), _field(reply))
    return _Failed(f"The TMS answers {reply.status}: {_words(reply)}")


def _errors(reply: Reply) -> list[Json]:
    errors = reply.document.get("errors")
    return (
        [error for error in errors if isinstance(error, dict)] if isinstance(errors, list) else []
    )


def _words(reply: Reply) -> str:
    """What the TMS said, in its words."""
    said = "; ".join(str(error.get("message", error)) for error in _errors(reply))
    return said or f"status {reply.status} without a word"


def _field(reply: Reply) -> str | None:
    """The canonical field behind the first error: `details` nests names down to a list of words."""
    for error in _errors(reply):
        path, part = [], error.get("details")
        while isinstance(part, dict) and part:
            name, part = next(iter(part.items()))
            path.append(str(name))
        if path:
            return read_targets().field_of(".".join(path))
    return None
