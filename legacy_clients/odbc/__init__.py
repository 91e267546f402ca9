"""Rows out of a legacy database over ODBC: a query in, rows or a typed error out."""

from __future__ import annotations

from legacy_clients.odbc.messages import Column, Query, Rows, compiled
from legacy_clients.odbc.port import Port, open_port

__all__ = ["Column", "Port", "Query", "Rows", "compiled", "open_port"]
