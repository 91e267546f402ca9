"""The Parquet files of a sealed night, read by DuckDB in bounded memory."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import duckdb

from facade.sinks.sink import Relation, SinkMismatch
from facade.sinks.warehouse.spill import spill_folder
from schemas.layout import COUNTED, Column, Layout, hash_sum

MEMORY = "260MB"
SIDE_MEMORY = "150MB"  # of the engine that runs beside a warehouse which is DuckDB too
THREADS = 2
BATCH_ROWS = 50_000

OP = Column("op", "VARCHAR", "insert, update or delete")
HASH = Column("content_hash", "VARCHAR", "Hash of the record's content, its children's included.")
GENERATION = Column(
    "generation", "BIGINT", "1, or more where the key had been used by a record deleted since."
)


def text(value: object) -> str:
    """A SQL string literal."""
    return "'" + str(value).replace("'", "''") + "'"


def quoted(name: str) -> str:
    """A SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


@contextmanager
def engine() -> Iterator[duckdb.DuckDBPyConnection]:
    """DuckDB in memory, in UTC, that spills into a temporary folder."""
    with spill_folder() as spill:
        con = duckdb.connect(":memory:")
        try:
            for statement in bounds(spill, SIDE_MEMORY):
                con.execute(statement)
            yield con
        finally:
            con.close()


def bounds(spill: str | None = None, memory: str = MEMORY) -> tuple[str, ...]:
    """Statements that keep a DuckDB connection to its share of the machine."""
    return (
        f"SET memory_limit = {text(memory)}",
        f"SET threads = {THREADS}",
        "SET preserve_insertion_order = false",
        "SET enable_progress_bar = false",
        "SET TimeZone = 'UTC'",
        *([f"SET temp_directory = {text(spill)}"] if spill else []),
    )


def kept(layout: Layout) -> tuple[Column, ...]:
    """What a warehouse keeps of a record beside its layout's columns."""
    return (HASH, GENERATION) if layout.parent is None else (HASH,)


def scan(con: duckdb.DuckDBPyConnection, relation: Relation, ops: bool = False) -> str:
    """DuckDB SQL for a relation's rows: `op` if asked for, the layout's columns, and those `kept`.

    Files without `op` hold inserts only, and so do children: what became of each is found by
    comparison. A column that none of the files has is a field that did not exist when the night was
    sealed: NULL. Raises SinkMismatch where a column is of another type than the layout says.
    """
    layout = relation.layout
    if relation.rows is None:
        wanted = [*([OP] if ops else []), *layout.columns, *kept(layout)]
        empty = ", ".join(f"CAST(NULL AS {c.duck}) AS {quoted(c.name)}" for c in wanted)
        return f"SELECT {empty} WHERE false"
    described = con.execute(f"DESCRIBE SELECT * FROM {relation.rows}").fetchall()
    have = {name: duck for name, duck, *_ in described}
    _demand_types(relation, have)
    parts = [
        quoted(c.name) if c.name in have else f"CAST(NULL AS {c.duck}) AS {quoted(c.name)}"
        for c in layout.columns
    ]
    parts.append(f"{quoted(COUNTED)} AS {quoted(HASH.name)}")
    if layout.parent is None:
        parts.append(quoted(GENERATION.name))
    if ops:
        known = layout.parent is None and OP.name in have
        parts.insert(0, quoted(OP.name) if known else f"'insert' AS {quoted(OP.name)}")
    return f"SELECT {', '.join(parts)} FROM {relation.rows}"


def sums(con: duckdb.DuckDBPyConnection, relation: Relation) -> tuple[int, str]:
    """Count and hash sum of a relation's rows."""
    if relation.rows is None:
        return 0, "0"
    counted = con.execute(f"SELECT count(*), {hash_sum()} FROM {relation.rows}")
    ((count, total),) = counted.fetchall()
    return int(count), str(total)


def size(con: duckdb.DuckDBPyConnection, relation: Relation) -> int:
    """How many rows a relation has."""
    if relation.rows is None:
        return 0
    ((count,),) = con.execute(f"SELECT count(*) FROM {relation.rows}").fetchall()
    return int(count)


def _demand_types(relation: Relation, have: dict[str, str]) -> None:
    layout = relation.layout
    must = {COUNTED: "VARCHAR"} | {c.name: c.duck for c in layout.columns if c.name in layout.key}
    if layout.parent is None:
        must[GENERATION.name] = GENERATION.duck
    known = must | {c.name: c.duck for c in layout.columns if c.name in have}
    wrong = [
        f"{name} is {have.get(name, 'missing')} instead of {duck}"
        for name, duck in known.items()
        if have.get(name) != duck
    ]
    if wrong:
        raise SinkMismatch(
            f"the files of {layout.relation} do not fit its layout: {'; '.join(wrong)}."
            " The night was sealed under another mapping; the next one is translated anew"
        )
