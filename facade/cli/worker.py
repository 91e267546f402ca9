"""What a worker of a cluster does with a unit of a night's work: by its own settings, with the CRM
opened once.
"""

from __future__ import annotations

import os
import socket
import threading
from dataclasses import dataclass, field
from functools import lru_cache

from facade.cli.crm import crm_of, demand_sources, settings_here
from facade.config import SettingError, Settings
from facade.sync.units import Done, Look, Unit
from legacy_clients.crm import LegacyCRM
from legacy_clients.errors import Misconfigured
from legacy_clients.load import Load

_opening = threading.Lock()


@dataclass
class Place:
    """The CRM and settings of this process. For any number of threads."""

    settings: Settings
    crm: LegacyCRM
    _told: Load = field(default_factory=Load)
    _telling: threading.Lock = field(default_factory=threading.Lock)

    def load(self) -> Load:
        """What was asked of the database since the last call."""
        with self._telling:
            asked, before = self.crm.load()["database"], self._told
            self._told = asked
        return asked.since(before)


def carry_out(unit: Unit) -> Done:
    """Raises what the unit raises; Misconfigured where this process has another mapping, and
    SettingError where it cannot be known what it works with.
    """
    with _opening:
        here = _place()
    if here.crm.mapping.digest != unit.mapping:
        raise Misconfigured(
            f"the worker on {socket.gethostname()} has another mapping than the night (FACADE_CRM):"
            " give it the same package and the same mapping, and start it again"
        )
    if isinstance(unit, Look):
        here.load()  # of nights that were given up
    unit.carry_out(here.crm, here.settings.var)
    return Done(f"{socket.gethostname()}:{os.getpid()}", here.load())


@lru_cache(1)
def _place() -> Place:
    try:
        settings = settings_here()
        crm = crm_of(settings)
        demand_sources(settings, crm)
        # Read now, by one thread: a setting may refer to a file or variable that is not there.
        if any(table.listing is None for table in crm.mapping.tables.values()):
            _ = crm.port
    except SettingError as error:
        raise SettingError(f"the worker on {socket.gethostname()}: {error}") from error
    return Place(settings, crm)
