"""What a warehouse really holds: count and hash sum of a table, and its values against a
snapshot's.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import duckdb

from facade.sinks.sink import Relation
from facade.sinks.warehouse.connection import Connection
from facade.sinks.warehouse.dialects import Dialect
from facade.sinks.warehouse.parquet import HASH, kept, quoted, scan, text
from facade.sinks.warehouse.tables import (
    current_table,
    held_columns,
    misfitting,
    past_table,
)
from facade.sinks.warehouse.versions import same_key
from schemas.layout import Layout, content_hash

MOST = 1_000
"""So many differences of a table are told one by one."""


@dataclass(frozen=True)
class Difference:
    """Where a warehouse is not what the snapshot says: table, key (empty where it is of the whole
    table), and what.
    """

    table: str
    key: tuple[str, ...]
    what: str


def holds(connection: Connection, dialect: Dialect, layout: Layout) -> dict[str, Any]:
    """Count and hash sum of a relation's current table, as `schemas.layout.hash_sum` has it."""
    ((count, hash_sum),) = connection.rows(
        f"SELECT count(*), {dialect.hash_sum(HASH.name)} FROM {dialect.quoted(layout.table)}"
    )
    return {"count": int(count), "hash_sum": str(hash_sum)}


def counted(dialect: Dialect, layout: Layout) -> str:
    """A query for both as one text, such as "2 1844"."""
    rows = f"CAST(count(*) AS {dialect.native('VARCHAR')})"
    table = dialect.quoted(layout.table)
    return f"SELECT concat({rows}, ' ', {dialect.hash_sum(HASH.name)}) FROM {table}"


def differences(
    connection: Connection, dialect: Dialect, engine: duckdb.DuckDBPyConnection, relation: Relation
) -> Iterator[Difference]:
    """Compare every value of a current table with the snapshot's, and see that its past ended."""
    layout = relation.layout
    table = current_table(layout)
    held = held_columns(connection, dialect, table.name)
    misfits = [misfit.what for misfit in misfitting(dialect, table, held)]
    misfits += [
        f"table {table.name} has no column {column.name}"
        for column in table.columns
        if column.name not in held
    ]
    if misfits:
        yield from (Difference(table.name, (), what) for what in misfits)
        return
    _bring_back(connection, dialect, engine, layout)
    engine.execute(f"CREATE OR REPLACE TEMP VIEW said AS {scan(engine, relation)}")
    yield from _rows_that_differ(engine, layout)
    yield from _past_that_goes_on(connection, dialect, layout)


def _bring_back(
    connection: Connection, dialect: Dialect, engine: duckdb.DuckDBPyConnection, layout: Layout
) -> None:
    """Make the table `held` of what the warehouse holds, in the layout's own types."""
    columns = (*layout.columns, *kept(layout))
    asked = ", ".join(f"{dialect.readable(c)} AS {dialect.quoted(c.name)}" for c in columns)
    typed = ", ".join(f"CAST({quoted(c.name)} AS {c.duck}) AS {quoted(c.name)}" for c in columns)
    with connection.batches(f"SELECT {asked} FROM {dialect.quoted(layout.table)}") as batches:
        engine.register("batches", batches)
        engine.execute(f"CREATE OR REPLACE TEMP TABLE held AS SELECT {typed} FROM batches")
        engine.unregister("batches")


def _rows_that_differ(engine: duckdb.DuckDBPyConnection, layout: Layout) -> Iterator[Difference]:
    columns = [quoted(column.name) for column in (*layout.columns, *kept(layout))]
    key = [quoted(name) for name in layout.key]
    # Keys and hashes first: a join of whole rows would not fit into memory.
    narrow = f"SELECT {', '.join(key)}, {content_hash(columns)} AS hashed FROM"
    either = ", ".join(f"coalesce(h.{name}, s.{name}) AS {name}" for name in key)
    engine.execute(
        "CREATE OR REPLACE TEMP TABLE differing AS"
        f" SELECT {either}, h.hashed IS NULL AS missing, s.hashed IS NULL AS extra"
        f" FROM ({narrow} held) h FULL JOIN ({narrow} said) s"
        f" ON {same_key(quoted, layout, 'h', 's')}"
        " WHERE h.hashed IS DISTINCT FROM s.hashed"
    )
    unequal = ", ".join(
        f"CASE WHEN h.{quoted(c.name)} IS DISTINCT FROM s.{quoted(c.name)} THEN {text(c.name)} END"
        for c in (*layout.columns, *kept(layout))
    )
    shown = ", ".join(f"CAST(d.{name} AS VARCHAR)" for name in key)
    for *found, what in engine.execute(
        f"SELECT {shown}, CASE WHEN d.missing THEN 'is missing'"
        " WHEN d.extra THEN 'is not in the snapshot'"
        f" ELSE 'differs in ' || concat_ws(', ', {unequal}) END"
        f" FROM (FROM differing ORDER BY ALL LIMIT {MOST}) d"
        f" LEFT JOIN held h ON {same_key(quoted, layout, 'h', 'd')}"
        f" LEFT JOIN said s ON {same_key(quoted, layout, 's', 'd')} ORDER BY ALL"
    ).fetchall():
        yield Difference(layout.table, tuple(str(part) for part in found), what)
    ((count,),) = engine.execute("SELECT count(*) FROM differing").fetchall()
    if count > MOST:
        yield Difference(layout.table, (), f"{count - MOST} more rows differ")


def _past_that_goes_on(
    connection: Connection, dialect: Dialect, layout: Layout
) -> Iterator[Difference]:
    """Where a version of the past has not ended when the current one of its record began."""
    table, q = past_table(layout), dialect.quoted
    ((count,),) = connection.rows(
        f"SELECT count(*) FROM {q(table.name)} p LEFT JOIN {q(layout.table)} t"
        f" ON {same_key(q, layout, 't', 'p')}"
        f" WHERE CASE WHEN t.{q(layout.key[0])} IS NULL"
        " THEN p.valid_to IS NULL AND NOT p.is_deleted"
        " ELSE p.valid_to IS NULL OR p.valid_to > t.valid_from END"
    )
    if count:
        yield Difference(table.name, (), f"{count} versions of the past have not ended")
