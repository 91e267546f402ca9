"""What must survive a crash: runs, deliveries, cross-references, the journal, keys, statuses."""

from __future__ import annotations

from facade.ledger.errors import (
    LeaseHeld,
    LeaseLost,
    LedgerError,
    LedgerNewer,
    LedgerUnavailable,
    OperationSettled,
    RunClosed,
    UnknownEntry,
)
from facade.ledger.ledger import Ledger, open_ledger

__all__ = [
    "LeaseHeld",
    "LeaseLost",
    "Ledger",
    "LedgerError",
    "LedgerNewer",
    "LedgerUnavailable",
    "OperationSettled",
    "RunClosed",
    "UnknownEntry",
    "open_ledger",
]
