"""The safe write: noted, sent once and settled, for REST and for status coming back."""

from __future__ import annotations

from facade.writes.errors import OutcomeUnknown, Stale, WriteError
from facade.writes.inquiries import Settled
from facade.writes.writes import Writes, Written

__all__ = ["OutcomeUnknown", "Settled", "Stale", "WriteError", "Writes", "Written"]
