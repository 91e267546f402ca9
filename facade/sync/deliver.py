"""Fifth step: sealed nights to each sink, at its own pace, with a receipt beside the night."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from facade.ledger import Ledger
from facade.ledger.leases import Lease
from facade.ledger.runs import Run
from facade.sinks.sink import Delivery, Receipt, Relation, Sink
from facade.snapshots import partitions
from facade.snapshots.folder import NightFolder, write_json
from facade.sync.progress import Progress
from schemas.layout import Layout


def delivery_of(var: Path, run: Run, layouts: Mapping[str, Layout]) -> Delivery:
    """A sealed run as a sink gets it."""
    night = NightFolder.of(var, run.number)
    assert run.sealed_at is not None
    return Delivery(
        run=run.number,
        sealed_at=run.sealed_at,
        changes={
            name: Relation(layout, partitions.files(night.changes(name)))
            for name, layout in layouts.items()
        },
        snapshot={
            name: Relation(layout, partitions.files(night.snapshot(name)))
            for name, layout in layouts.items()
        },
    )


def deliver(
    ledger: Ledger,
    var: Path,
    sink: Sink,
    layouts: Mapping[str, Layout],
    lease: Lease,
    progress: Progress,
) -> list[Receipt]:
    """Bring a sink up to the newest sealed run; a receipt for each run that it took.

    Raises SinkError; the runs taken before stay taken.
    """
    last = ledger.deliveries.last(sink.name)
    runs = list(ledger.runs.sealed_after(last.run if last else 0))
    if not sink.every_run:
        runs = runs[-1:]
    receipts = []
    for run in runs:
        receipt = sink.deliver(delivery_of(var, run, layouts), progress)
        _keep(ledger, var, run, receipt, lease)
        receipts.append(receipt)
    return receipts


def _keep(ledger: Ledger, var: Path, run: Run, receipt: Receipt, lease: Lease) -> None:
    now = dt.datetime.now(dt.UTC)
    document = receipt_json(receipt) | {"at": now.isoformat()}
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
