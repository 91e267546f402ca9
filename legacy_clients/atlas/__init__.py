"""Atlas, the demonstration CRM: it behaves as usual, so its mapping says everything."""

from __future__ import annotations
