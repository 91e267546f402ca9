"""The ledger as one thing to open and hand around."""

from __future__ import annotations

from types import TracebackType
from typing import Self

from sqlalchemy import Engine

from facade.ledger.deliveries import Deliveries
from facade.ledger.journal import Journal
from facade.ledger.keys import Keys
from facade.ledger.leases import Leases
from facade.ledger.migration import migrate
from facade.ledger.references import SinkReferences
from facade.ledger.refusals import Refusals
from facade.ledger.runs import Runs
from facade.ledger.sinks import SinkDecisions
from facade.ledger.statuses import Statuses
from facade.ledger.transactions import PATIENCE, connect


class Ledger:
    """Safe to share between threads; each process opens its own. Close it, or use it in `with`."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.runs = Runs(engine)
        self.leases = Leases(engine)
        self.deliveries = Deliveries(engine)
        self.journal = Journal(engine)
        self.keys = Keys(engine)
        self.statuses = Statuses(engine)
        self.refusals = Refusals(engine)
        self.sinks = SinkDecisions(engine)

    def references(self, sink: str) -> SinkReferences:
        """The cross-references of one sink."""
        return SinkReferences(self.engine, sink)

    def close(self) -> None:
        """Give the connections back to the system."""
        self.engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"Ledger({self.engine.url.render_as_string(hide_password=True)!r})"


def open_ledger(url: str, patience: float = PATIENCE) -> Ledger:
    """Open the ledger at an SQLAlchemy URL, made where there is none and migrated forward (O5).

    `sqlite:///path` (the folder is made; on a local disk), or `postgresql://…` where several
    machines share it (needs psycopg: `pip install 'crm-facade[postgresql]'`). `patience` is how
    many seconds a transaction waits for its turn. Raises LedgerUnavailable, LedgerNewer.
    """
    engine = connect(url, patience)
    try:
        migrate(engine)
    except BaseException:
        engine.dispose()
        raise
    return Ledger(engine)
