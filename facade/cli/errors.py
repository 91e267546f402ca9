"""What each kind of failure says on the command line, and its exit status: one table."""

from __future__ import annotations

from dataclasses import dataclass

import duckdb

from facade.config import SettingError
from facade.ledger.errors import LedgerError
from facade.sinks.sink import SinkError
from facade.sync.errors import LeftToNight, NightBusy, NightError
from legacy_clients.errors import LegacyError, Misconfigured, NotSent
from schemas.grammar import MappingError

# Exit statuses of commands that did their work, and have something to tell by it.
NEW_REFUSALS, WAITS, SINK_FAILED, DISAGREES = 3, 5, 7, 9

WAYS_OUT: tuple[tuple[type[Exception], str], ...] = (
    (
        NotSent,
        "see whether the CRM is up, and FACADE_ODBC (database) and FACADE_SOAP_URL (services)",
    ),
    (Misconfigured, "see FACADE_CRM (mapping), FACADE_ODBC (database), FACADE_SOAP_URL (services)"),
)
# The first that fits counts.
STATUSES: tuple[tuple[type[Exception], int], ...] = (
    (SettingError, 2),
    (MappingError, 2),
    (Misconfigured, 2),
    (LeftToNight, 2),
    (NightBusy, 4),
    (NightError, 5),
    (LegacyError, 6),
    (SinkError, SINK_FAILED),
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
            return Told(str(error) + _way_out(error), status)
    return None


def interrupted(error: Exception) -> bool:
    """Whether Ctrl-C came while DuckDB was at work, which has an exception of its own for it."""
    link: BaseException | None = error
    while link is not None:
        if isinstance(link, (KeyboardInterrupt, duckdb.InterruptException)):
            return True
        if isinstance(link, RuntimeError) and "Query interrupted" in str(link):
            return True
        link = link.__cause__ or link.__context__
    return False


def _way_out(error: Exception) -> str:
    if "FACADE_" in str(error):
        return ""
    return next((f"; {way}" for kind, way in WAYS_OUT if isinstance(error, kind)), "")
