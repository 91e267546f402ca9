"""Fifth step: sealed runs to each sink, at its own pace, with a receipt beside the run.

A sink gets what a mapping gives that was accepted for it: the first that it had, and any later one
whose plan a person accepted. Where what lies between may not be delivered, a step leads from what
it holds to the newest state.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from facade.ledger import Ledger
from facade.ledger.leases import Lease
from facade.ledger.runs import CATCH_UP, ROLLBACK, STATES, Run
from facade.sinks.sink import Delivery, Receipt, Relation, Sink, SinkMismatch
from facade.snapshots import layers
from facade.snapshots.folder import NightFolder, write_json
from facade.sync.holding import due, unfinished
from facade.sync.progress import Progress
from facade.sync.rollback import put_back
from facade.sync.steps import layouts_of, seal_step
from schemas.layout import Layout


@dataclass(frozen=True)
class Taken:
    """What a delivery came to: a receipt for each run that the sink took, and why it got no more.

    `paused` and `held` are in words; None where nothing is in the way.
    """

    receipts: list[Receipt]
    paused: str | None = None
    held: str | None = None


def delivery_of(var: Path, run: Run, layouts: Mapping[str, Layout]) -> Delivery:
    """A sealed run as a sink gets it."""
    night = NightFolder.of(var, run.number)
    assert run.sealed_at is not None

    def relations(lies: Callable[[str], Path]) -> dict[str, Relation]:
        return {name: Relation(layout, layers.rows(lies(name))) for name, layout in layouts.items()}

    return Delivery(
        run=run.number,
        sealed_at=run.sealed_at,
        changes=relations(night.changes),
        snapshot=relations(night.snapshot),
    )


def deliver(
    ledger: Ledger,
    var: Path,
    sink: Sink,
    layouts: Mapping[str, Layout],
    lease: Lease,
    progress: Progress,
) -> Taken:
    """Bring a sink up to the newest sealed state that it may have.

    Raises SinkError; the runs taken before stay taken.
    """
    receipts = finish(ledger, var, sink, layouts, lease, progress)

    def take(run: Run) -> None:
        receipts.append(hand_over(ledger, var, sink, run, layouts, lease, progress))

    if (resting := paused(ledger, sink.name)) is not None:
        return Taken(receipts, paused=resting)
    waiting = due(ledger, var, sink.name, sink.every_run)
    for run in waiting.in_turn:
        take(run)
    if waiting.step_to is not None:
        take(seal_step(ledger, var, lease, CATCH_UP, sink.name, waiting.step_to, layouts))
    return Taken(receipts, held=None if waiting.waits is None else held_words(waiting.waits))


def finish(
    ledger: Ledger,
    var: Path,
    sink: Sink,
    layouts: Mapping[str, Layout],
    lease: Lease,
    progress: Progress,
) -> list[Receipt]:
    """Deliver the steps that were sealed and perhaps not taken, also to a paused sink.

    One that does not fit, and after which another plan was accepted, is left out. Raises SinkError.
    """
    receipts = []
    for step in unfinished(ledger, sink.name):
        decided = ledger.sinks.of(sink.name).accepted_at
        assert step.sealed_at is not None
        superseded = decided is not None and decided > step.sealed_at
        if step.kind == ROLLBACK and not superseded:
            put_back(ledger, sink.name, step)
        try:
            receipts.append(hand_over(ledger, var, sink, step, layouts, lease, progress))
        except SinkMismatch:
            # It says that nothing was loaded.
            if not superseded:
                raise
    return receipts


def hand_over(
    ledger: Ledger,
    var: Path,
    sink: Sink,
    run: Run,
    layouts: Mapping[str, Layout],
    lease: Lease,
    progress: Progress,
) -> Receipt:
    """Deliver one sealed run and keep the receipt. Raises SinkError."""
    receipt = sink.deliver(delivery_of(var, run, fitting(ledger, var, run, layouts)), progress)
    _keep(ledger, var, run, receipt, lease)
    return receipt


def fitting(
    ledger: Ledger, var: Path, run: Run, layouts: Mapping[str, Layout]
) -> Mapping[str, Layout]:
    """The layouts of a run: ours, or what its files have where it is a step, or of a time when the
    mapping was another one.
    """
    newest = ledger.runs.last_sealed()
    ours = newest is not None and run.mapping_hash == newest.mapping_hash
    return layouts if ours and run.kind in STATES else layouts_of(var, run, layouts)


def paused(ledger: Ledger, sink: str) -> str | None:
    """Since when a sink is paused, and why; None where it is not."""
    decided = ledger.sinks.of(sink)
    if decided.paused_at is None:
        return None
    why = f" ({decided.reason})" if decided.reason else ""
    return f"paused since {decided.paused_at:%Y-%m-%d %H:%M} UTC{why}"


def held_words(run: Run) -> str:
    """Why a state is not delivered, and the way out."""
    return (
        f"run {run.number} was sealed under a changed mapping: see what it would change with"
        " `facade plan`, and deliver it with `facade plan --accept`"
    )


def _keep(ledger: Ledger, var: Path, run: Run, receipt: Receipt, lease: Lease) -> None:
    ledger.leases.check(lease)
    now = dt.datetime.now(dt.UTC)
    document = receipt_json(receipt) | {"at": now.isoformat()}
    if "looked_at" in (run.summary or {}):
        document["looked_at"] = (run.summary or {})["looked_at"]
    write_json(NightFolder.of(var, run.number).receipt(receipt.sink), document)
    for parked in ledger.deliveries.parked(receipt.sink):
        ledger.deliveries.unpark(receipt.sink, parked.entity, parked.id)
    if receipt.parked:
        ledger.deliveries.park_all(receipt.sink, run.number, receipt.parked)
    ledger.deliveries.record(receipt.sink, run.number, now, document, lease)


def receipt_json(receipt: Receipt) -> dict[str, Any]:
    return {
        "sink": receipt.sink,
        "run": receipt.run,
        "delivered": receipt.delivered,
        "parked": [asdict(parked) for parked in receipt.parked],
        "holds": receipt.holds,
    }
