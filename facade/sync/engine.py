"""The DuckDB engine of a night: in memory, bounded, spilling into the night's own folder."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb

from facade.snapshots.layers import text
from facade.sync.errors import NightUnwritten
from schemas.codecs.codec import Lookup

MEMORY = "256MB"


@contextmanager
def engine(
    spill: Path, memory: str = MEMORY, threads: int = 2
) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection that uses at most `memory` and spills into the folder `spill`."""
    con = duckdb.connect(":memory:")
    try:
        con.execute(f"SET memory_limit = {text(memory)}").fetchall()
        con.execute(f"SET threads = {threads}").fetchall()
        con.execute(f"SET temp_directory = {text(spill)}").fetchall()
        con.execute("SET preserve_insertion_order = false").fetchall()
        con.execute("SET enable_progress_bar = false").fetchall()
        con.execute("SET TimeZone = 'UTC'").fetchall()
        yield con
    finally:
        con.close()


@contextmanager
def told_as_unwritten() -> Iterator[None]:
    """Raise what the disk refuses within, also to the engine, as NightUnwritten."""
    try:
        yield
    except ConnectionError:
        raise  # nobody reads what we print, or a peer has gone: not the disk
    except (OSError, duckdb.IOException) as error:
        said = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise NightUnwritten(
            f"the night's files could not be written or read: {said};"
            " see whether the disk of FACADE_VAR is full or failing, then run it again"
        ) from error


@contextmanager
def named(con: duckdb.DuckDBPyConnection, name: str, rows: Any) -> Iterator[None]:
    """Arrow rows, a stream too, under a name that SQL can read."""
    con.register(name, rows)
    try:
        yield
    finally:
        con.unregister(name)


def load_lookups(con: duckdb.DuckDBPyConnection, lookups: Iterable[Lookup]) -> None:
    """Make the tables that a translation joins; each once."""
    have = {row[0] for row in con.execute("SELECT table_name FROM duckdb_tables()").fetchall()}
    for lookup in {lookup.name: lookup for lookup in lookups}.values():
        if lookup.name not in have:
            rows = lookup.rows()
            rows = rows.rename_columns(["key", *rows.column_names[1:]])
            name = '"' + lookup.name.replace('"', '""') + '"'
            con.execute(f"CREATE TABLE {name} AS SELECT * FROM rows").fetchall()


def count(con: duckdb.DuckDBPyConnection, sql: str) -> int:
    """The single number that a query gives."""
    (row,) = con.execute(sql).fetchall()
    return int(row[0] or 0)
