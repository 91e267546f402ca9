"""What can go wrong with the ledger, branched by what the caller should do."""

from __future__ import annotations

import datetime as dt


class LedgerError(Exception):
    """The ledger did not do what was asked; nothing of it was written.

    LedgerError
    ├── LedgerUnavailable   can't be opened, is locked, full or broken: repair it, try again
    ├── LedgerNewer         was written by a newer version of this software: upgrade
    ├── LeaseHeld           another job is at work: wait for it
    ├── LeaseLost           another job took over from this one: stop
    ├── RunClosed           the run was sealed or abandoned before: leave it
    ├── OperationSettled    the outcome of a write was recorded before: read it
    └── UnknownEntry        there is no such run, operation, key or status event
    """


class LedgerUnavailable(LedgerError):
    """The ledger's database can't be used; the text names it without its password."""


class LedgerNewer(LedgerError):
    """The ledger stands at a revision that this version of the software doesn't know."""


class LeaseHeld(LedgerError):
    """Somebody holds the lease. `until` is UTC."""

    def __init__(self, name: str, holder: str, until: dt.datetime) -> None:
        super().__init__(
            f"The lease {name!r} is held by {holder} until {until.isoformat()}, or for as long as"
            " it renews it. Wait for that job to end; if it died, the lease ends at that time."
        )
        self.name = name
        self.holder = holder
        self.until = until


class LeaseLost(LedgerError):
    """The lease was released or taken by another since; what was being written was not written."""

    def __init__(self, name: str, number: int) -> None:
        super().__init__(
            f"Lease {name!r} number {number} is over: it was released, or another job took it."
            " Nothing was written. Start the job again."
        )
        self.name = name
        self.number = number


class RunClosed(LedgerError):
    """A sealed or abandoned run is never changed."""


class OperationSettled(LedgerError):
    """An operation's outcome is final once it is known."""


class UnknownEntry(LedgerError):
    """Nothing in the ledger bears this number or id."""
