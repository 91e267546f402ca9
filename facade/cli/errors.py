"""What each kind of failure says on the command line, and its exit status: one table."""

from __future__ import annotations

from dataclasses import dataclass

from facade.config import SettingError
from facade.ledger.errors import LedgerError
from facade.sinks.sink import SinkError
from facade.sync.errors import NightBusy, NightError
from legacy_clients.errors import LegacyError
from schemas.grammar import MappingError

# The first that fits counts.
STATUSES: tuple[tuple[type[Exception], int], ...] = (
    (SettingError, 2),
    (MappingError, 2),
    (NightBusy, 4),
    (NightError, 5),
    (LegacyError, 6),
    (SinkError, 7),
    (LedgerError, 8),
)


@dataclass(frozen=True)
class Told:
    """One line for a person, and the exit status."""

    text: str
    status: int


def explain(error: Exception) -> Told | None:
    """What to say of a failure; None where it is our own mistake and wants a traceback."""
    for kind, status in STATUSES:
        if isinstance(error, kind):
            return Told(str(error), status)
    return None
