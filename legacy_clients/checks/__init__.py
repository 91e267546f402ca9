"""Looking at a CRM before its users do: does the mapping fit its tables and its services, can its
values be read, do both sides tell the same, and what has changed since the last time.
"""

from __future__ import annotations

from legacy_clients.checks.checkup import Checkup, Report, Side
from legacy_clients.checks.drift import recall, remember
from legacy_clients.checks.lookout import Lookout
from legacy_clients.checks.remark import MISFIT, NOTE, WARNING, Remark

__all__ = [
    "MISFIT",
    "NOTE",
    "WARNING",
    "Checkup",
    "Lookout",
    "Remark",
    "Report",
    "Side",
    "recall",
    "remember",
]
