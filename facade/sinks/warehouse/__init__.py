"""The warehouse: tables in DuckDB or PostgreSQL that follow the sealed nights, over ADBC."""

from __future__ import annotations

from facade.sinks.warehouse.readback import Difference
from facade.sinks.warehouse.warehouse import Warehouse, open_warehouse

__all__ = ["Difference", "Warehouse", "open_warehouse"]
