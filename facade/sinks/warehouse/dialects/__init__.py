"""All that differs from one kind of warehouse to another: a file a kind, chosen by the address."""

from __future__ import annotations

import re
from collections.abc import Callable

from facade.sinks.sink import SinkMismatch
from facade.sinks.warehouse.dialects.dialect import Dialect

__all__ = ["DIALECTS", "Dialect", "dialect_of"]


def _duckdb(url: str) -> Dialect:
    from facade.sinks.warehouse.dialects.duckdb import DuckDB

    return DuckDB()


def _postgresql(url: str) -> Dialect:
    from facade.sinks.warehouse.dialects.postgresql import PostgreSQL

    return PostgreSQL()


def _snowflake(url: str) -> Dialect:
    from facade.sinks.warehouse.dialects.snowflake import Snowflake

    return Snowflake()


def _bigquery(url: str) -> Dialect:
    from facade.sinks.warehouse.dialects.bigquery import BigQuery

    return BigQuery.of(url)


# Opened only when named: nobody needs the drivers of all of them.
DIALECTS: dict[str, Callable[[str], Dialect]] = {
    "duckdb": _duckdb,
    "postgresql": _postgresql,
    "snowflake": _snowflake,
    "bigquery": _bigquery,
}


def dialect_of(url: str) -> Dialect:
    """The dialect that an address asks for. Raises SinkMismatch, which lists the known ones."""
    scheme = re.match(r"([A-Za-z][A-Za-z0-9+.-]*):", url)
    if scheme and scheme.group(1) in DIALECTS:
        return DIALECTS[scheme.group(1)](url)
    found = f"{scheme.group(1)!r} is no kind of warehouse" if scheme else "an address is scheme://…"
    raise SinkMismatch(f"{found}; known: {', '.join(f'{name}://' for name in DIALECTS)}")
