"""What becomes of a run that was begun and not sealed."""

from __future__ import annotations

import shutil
from pathlib import Path

from facade.ledger import Ledger
from facade.ledger.errors import RunClosed
from facade.snapshots.folder import NightFolder


def discard(ledger: Ledger, var: Path, number: int) -> None:
    """Close a run that was not sealed, and throw its folder away."""
    try:
        ledger.runs.abandon(number)
    except RunClosed:
        run = ledger.runs.get(number)
        if run is None or run.sealed_at is not None:
            return
    shutil.rmtree(NightFolder.of(var, number).path, ignore_errors=True)
