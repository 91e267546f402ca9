"""What becomes of old runs: raw goes after its days, and the snapshot once no sink may need it.

The newest raw row of each key stays, in the newest state; certificates, receipts and what a run
wrote of itself stay for ever. A folder is renamed before it is removed, so that what a crash leaves
is seen to be rubbish.
"""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

from facade.ledger import Ledger
from facade.ledger.runs import Run
from facade.snapshots.folder import NightFolder

DAYS = 35
"""How long raw rows are kept where nobody says otherwise."""
WINDOW = 14
"""To so many of the newest states a sink can always be returned."""
MOST = 100
"""So many runs at most are gone through at the end of one night."""
RAW = ("raw", "current")
STATE = ("snapshot", "changes", "graves", "refused")
GONE = ".gone"


@dataclass(frozen=True)
class Retention:
    """How long raw is kept, and for which sinks states are; None for all that ever took a run."""

    days: int = DAYS
    sinks: Collection[str] | None = None


def compact(ledger: Ledger, var: Path, keeping: Retention, now: dt.datetime) -> list[int]:
    """Remove what is kept of old runs for nobody; their numbers. To be called under the lease."""
    for left in sorted((var / "runs").glob(f"*/*{GONE}")):
        shutil.rmtree(left, ignore_errors=True)
    lighter = []
    for run, parts in _to_remove(ledger, keeping, now):
        folder = NightFolder.of(var, run.number).path
        found = [folder / name for name in parts if (folder / name).is_dir()]
        for path in found:
            _remove(path)
        lighter += [run.number] if found else []
        if len(lighter) == MOST:
            break
    return lighter


def needed_from(ledger: Ledger, keeping: Retention) -> int:
    """The first run whose state a sink may still need: what it holds, to compare with, and all that
    it has not taken.
    """
    named = ledger.deliveries.sinks() if keeping.sinks is None else keeping.sinks
    held = [last.run for sink in named if (last := ledger.deliveries.last(sink)) is not None]
    states = [run.number for run in ledger.runs.states_after(0)]
    return min([*held, *states[-WINDOW:]], default=0)


def _to_remove(
    ledger: Ledger, keeping: Retention, now: dt.datetime
) -> Iterator[tuple[Run, tuple[str, ...]]]:
    newest, first = ledger.runs.last_sealed(), needed_from(ledger, keeping)
    for run in ledger.runs.sealed_after(0):
        assert run.sealed_at is not None
        if newest is None or run.number == newest.number:
            continue
        if now - run.sealed_at < dt.timedelta(days=keeping.days):
            continue
        yield run, RAW if run.number >= first else (*STATE, *RAW)


def _remove(path: Path) -> None:
    gone = path.with_name(path.name + GONE)
    path.rename(gone)
    shutil.rmtree(gone, ignore_errors=True)
