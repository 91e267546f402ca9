"""Looking out for the CRM beside the requests: can its services be reached, and is everything still
as it was when somebody last looked. Nothing here keeps a request waiting for the CRM.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from legacy_clients.checks.drift import Seen, drifts, look, recall, remember
from legacy_clients.checks.remark import WARNING, Remark
from legacy_clients.crm import LegacyCRM
from legacy_clients.deadline import Deadline
from legacy_clients.errors import LegacyError
from legacy_clients.odbc.select import Tables

FRESH_SECONDS = 5.0
REACH_SECONDS = 3.0
PATIENCE = 0.3
"""How long a first question waits for its answer; later ones get the one before."""

log = logging.getLogger(__name__)


class Lookout:
    """What is known of one CRM's services and of what changed. For all threads."""

    def __init__(
        self,
        crm: LegacyCRM,
        seen: Path | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`seen` is the file of what was last seen of tables and contract."""
        self._crm, self._seen, self._clock = crm, seen, clock
        self._lock = threading.Lock()
        self._looking: threading.Thread | None = None
        self._asked: float | None = None
        self._lacking = ""
        self._begun: threading.Thread | None = None
        self._touched: tuple[str, ...] = ()

    @property
    def needed(self) -> bool:
        """Whether anything that is served needs the services."""
        mapping = self._crm.mapping
        acts = any(entity.operations for entity in mapping.entities.values())
        return bool(mapping.lists) or (acts and self._crm.has_services)

    @property
    def reads(self) -> bool:
        """Whether records are read through the services."""
        return any(entity.listing is not None for entity in self._crm.mapping.entities.values())

    @property
    def database(self) -> bool:
        """Whether records are read from a database."""
        return any(table.listing is None for table in self._crm.mapping.tables.values())

    @property
    def touched(self) -> tuple[str, ...]:
        """The REST fields that a change of tables or contract touches, as found at the start."""
        return self._touched

    def services(self) -> str:
        """Why the services cannot be used, by their error's name; "" where they can.

        It is known from some seconds ago at most, but while the services do not answer.
        """
        if not self.needed:
            return ""
        with self._lock:
            due = self._asked is None or self._clock() - self._asked > FRESH_SECONDS
            if due and (self._looking is None or not self._looking.is_alive()):
                self._looking = threading.Thread(
                    target=self._reach, name="services-look-out", daemon=True
                )
                self._looking.start()
            looking, first = self._looking, self._asked is None
        if first and looking is not None:
            looking.join(PATIENCE)
        return self._lacking

    def begin(self) -> None:
        """Look at tables, contract and account once, in the background."""
        self._begun = threading.Thread(target=self.look, name="drift-look-out", daemon=True)
        self._begun.start()

    def look(self) -> None:
        """Look at tables, contract and account, and say in the log what is not as it should be.

        What was first seen is kept, and kept until `facade check` tells it to a person.
        """
        if self.database and self._may_write():
            log.warning(MAY_WRITE)
        try:
            drift = self._drift()
        except (LegacyError, OSError) as error:
            log.warning("what changed in the CRM is not known: %s", error)
            return
        for remark in drift:
            touched = ", ".join(remark.fields)
            log.warning("changed: %s: %s It touches %s.", remark.place, remark.text, touched)
        self._touched = tuple(dict.fromkeys(name for each in drift for name in each.fields))

    def close(self) -> None:
        """Wait for what is under way, some seconds at most."""
        for thread in (self._looking, self._begun):
            if thread is not None:
                thread.join(REACH_SECONDS)

    def _reach(self) -> None:
        try:
            self._crm.service.reach(Deadline.after(REACH_SECONDS))
            self._lacking = ""
        except LegacyError as error:
            self._lacking = type(error).__name__
        finally:
            self._asked = self._clock()

    def _may_write(self) -> bool:
        try:
            return self._crm.port.read_only() is False
        except LegacyError:
            return False  # readiness tells it

    def _drift(self) -> list[Remark]:
        """What changed and touches fields, since it was last looked at; kept where it never was."""
        if self._seen is None:
            return []
        before, now = recall(self._seen), self._look()
        if now is None:
            return []
        if before is None:
            remember(self._seen, now)
            return []
        found = drifts(before, now, self._crm.mapping)
        return [remark for remark in found if remark.weight == WARNING]

    def _look(self) -> Seen | None:
        """None where nothing can be looked at now."""
        tables = contract = None
        if self.database:
            with suppress(LegacyError):
                self._crm.clock()
                tables = Tables(self._crm.port)
        if self.needed:
            with suppress(LegacyError):
                contract = self._crm.service.contract
        if tables is None and contract is None:
            return None
        return look(self._crm.mapping.entities.values(), tables, contract)


MAY_WRITE = (
    "The database account may write. Give one that may only read: nothing here writes to the"
    " database, and a mistake elsewhere could."
)
