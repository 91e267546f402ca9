"""What becomes of old runs: raw goes after its days, and the snapshot once no sink may need it. Of
a run between nights all goes as soon as another state is the newest and no sink holds it.

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
from facade.ledger.runs import CERTIFIED, CHANGES, RARE, Run
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
    for pattern in (f"*{GONE}", f"*/*{GONE}"):
        for left in sorted((var / "runs").glob(pattern)):
            shutil.rmtree(left, ignore_errors=True)
    lighter = []
    for number in _passed(ledger, var, keeping):
        _remove(NightFolder.of(var, number).path)
        lighter.append(number)
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
    held = [run for sink in _sinks(ledger, keeping) if (run := _held(ledger, sink))]
    states = [run.number for run in ledger.runs.sealed_after(0, CERTIFIED)]
    return min([*held, *states[-WINDOW:]], default=0)


def _passed(ledger: Ledger, var: Path, keeping: Retention) -> list[int]:
    """Runs between nights whose folder nobody needs any more: the next state holds what they found,
    and what a sink holds it is compared with.
    """
    newest = ledger.runs.last_sealed()
    needed = {_held(ledger, sink) for sink in _sinks(ledger, keeping)}
    found = []
    for path in sorted((var / "runs").glob("*")):
        run = ledger.runs.get(int(path.name)) if path.name.isdigit() else None
        if run is None or run.kind != CHANGES or run.sealed_at is None or newest is None:
            continue
        if run.number < newest.number and run.number not in needed:
            found.append(run.number)
    return found


def _sinks(ledger: Ledger, keeping: Retention) -> Collection[str]:
    return ledger.deliveries.sinks() if keeping.sinks is None else keeping.sinks


def _held(ledger: Ledger, sink: str) -> int:
    """The run that a sink took last; 0 before its first."""
    last = ledger.deliveries.last(sink)
    return 0 if last is None else last.run


def _to_remove(
    ledger: Ledger, keeping: Retention, now: dt.datetime
) -> Iterator[tuple[Run, tuple[str, ...]]]:
    newest, first = ledger.runs.last_sealed(), needed_from(ledger, keeping)
    for run in ledger.runs.sealed_after(0, RARE):
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
