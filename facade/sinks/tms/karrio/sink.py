"""The sink itself: a night's orders go out, their statuses come in."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from typing import Any

from facade.sinks.sink import (
    Delivery,
    Parked,
    Progress,
    Receipt,
    References,
    Sent,
    SinkMismatch,
    SinkUnreachable,
    Status,
)
from facade.sinks.tms.karrio.client import Client, NotAnswered
from facade.sinks.tms.karrio.payload import SOURCE
from facade.sinks.tms.karrio.plan import PARKED, Plan, Step, planned
from facade.sinks.tms.karrio.status import POLLED, status_of
from facade.sinks.tms.karrio.upsert import ORDERS, Outcome, Upsert

PAGE = 100
MOST_PAGES = 10_000
GROUP = 25
THREADS = 4
MOST_FAILURES = 5
"""So many orders in a row without a verdict mean that the TMS is not well."""
RUN = "order.run"
"""Remembers the newest run and whether its delivery came to its end."""


class Karrio:
    """Orders into one Karrio server. Repeating a delivery calls nobody.

    Its receipt counts orders created, adopted (found there), updated (metadata alone), replaced
    (lines or addresses), cancelled and flagged (deleted in the CRM).
    """

    every_run = False

    def __init__(
        self,
        name: str,
        connect: Callable[[], Client],
        references: References,
        scope: Mapping[str, Any],
        on_delete: str,
    ) -> None:
        self.name = name
        self._connect = connect
        self._references = references
        self._scope = scope
        self._on_delete = on_delete

    def deliver(self, delivery: Delivery, progress: Progress) -> Receipt:
        """Bring the TMS to the newest state of the orders in scope. Raises SinkError.

        Orders that left the scope stay as they are; `deleted` ones are treated by on_delete.
        """
        if "order" not in delivery.snapshot:
            return Receipt(self.name, delivery.run)
        newest, ended = self._newest()
        if newest > delivery.run:
            raise SinkMismatch(
                f"Run {delivery.run} is older than run {newest}, which {self.name} was given."
            )
        with planned(delivery, self._references, self._scope, self._on_delete) as plan:
            outcomes = self._carried_out(plan, delivery.run, ended, progress)
            unfit = [Parked("order", one.id, one.reason, one.field) for one in plan.unfit()]
            for id in plan.outdated():
                self._references.forget(PARKED, id)
        if newest != delivery.run or not ended:
            self._references.put(Sent(RUN, "newest", f"{delivery.run} ended", None))
        return self._receipt(delivery.run, outcomes, unfit)

    def statuses(self) -> Iterable[Status]:
        """What the TMS says of our orders that are on their way or arrived. Raises SinkError."""
        with self._connect() as client:
            for word in POLLED:
                for order in _listed(client, {"source": SOURCE, "status": word}):
                    status = status_of(order, dt.datetime.now(dt.UTC))
                    if status is not None:
                        yield status

    def offer_again(self, entity: str, ids: Iterable[str]) -> None:
        """Forget that the TMS turned these orders down. The next delivery asks it again."""
        for id in ids if entity == "order" else ():
            self._references.forget(PARKED, id)

    def _newest(self) -> tuple[int, bool]:
        for one in self._references.all(RUN):
            number, _, word = one.hash.partition(" ")
            return int(number), word == "ended"
        return 0, True

    def _carried_out(self, plan: Plan, run: int, ended: bool, progress: Progress) -> list[Outcome]:
        total = plan.count
        progress("order", 0, total)
        if not total:
            return []
        outcomes: list[Outcome] = []
        with self._connect() as client:
            cautious = plan.creates and (not ended or (not plan.held and _holds_ours(client)))
            self._references.put(Sent(RUN, "newest", f"{run} begun", None))
            upsert = Upsert(client, self._references, cautious)
            with ThreadPoolExecutor(THREADS) as threads:
                for group in _groups(plan.steps()):
                    outcomes += threads.map(upsert.carry_out, group)
                    progress("order", len(outcomes), total)
                    _demand_verdicts(outcomes)
        return outcomes

    def _receipt(self, run: int, outcomes: list[Outcome], unfit: list[Parked]) -> Receipt:
        done = Counter(outcome.act for outcome in outcomes if outcome.act)
        turned_down = [
            Parked("order", outcome.id, outcome.reason, outcome.field)
            for outcome in outcomes
            if outcome.reason is not None
        ]
        parked = {one.id: one for one in [*unfit, *turned_down]}
        held = sum(one.hash != "cancelled" for one in self._references.all("order"))
        return Receipt(
            self.name,
            run,
            {"order": dict(done)} if done else {},
            tuple(parked[id] for id in sorted(parked)),
            {"order": {"count": held}},
        )


def _groups(steps: Iterator[Step]) -> Iterator[list[Step]]:
    while group := list(islice(steps, GROUP)):
        yield group


def _demand_verdicts(outcomes: list[Outcome]) -> None:
    last = outcomes[-MOST_FAILURES:]
    if len(last) == MOST_FAILURES and all(outcome.failed for outcome in last):
        raise SinkUnreachable(f"{MOST_FAILURES} orders in a row failed. {last[-1].reason}")


def _holds_ours(client: Client) -> bool:
    """Whether the TMS has orders of ours, though none are remembered."""
    return next(_listed(client, {"source": SOURCE}, page=1), None) is not None


def _listed(client: Client, query: Mapping[str, Any], page: int = PAGE) -> Iterator[dict[str, Any]]:
    """Orders of all pages. Raises SinkError."""
    for number in range(MOST_PAGES):
        asked = {**query, "limit": page, "offset": number * page}
        try:
            reply = client.call("GET", ORDERS, query=asked)
        except NotAnswered:
            reply = client.call("GET", ORDERS, query=asked)
        if reply.status != 200:
            raise SinkMismatch(f"The TMS answers {reply.status} where its orders are listed.")
        yield from reply.document.get("results", [])
        if not reply.document.get("next"):
            return
