"""Current raw: the newest row of each key as texts, each with a fingerprint of its content.

What differs between two states of a table is found by fingerprints alone, and noted: the rows that
went and those that came are all that translation needs to see again.
"""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

import duckdb

from facade.snapshots import layers
from facade.snapshots.folder import NightFolder
from facade.sync.engine import count
from schemas.layout import content_hash, hash_sum
from schemas.mapping import TableRead
from schemas.sql_form import Relation, quoted

FINGERPRINT = "row fingerprint"
"""The column beside the table's own: the first 60 bits of the row's content hash."""
MARKED = quoted(FINGERPRINT)
AT_ONCE = 2_000_000
"""So many fingerprints are compared at a time: more would not fit into memory."""
MANY = 0.25
"""From this share of touched rows on, it costs less to translate them all."""


def raw_of(night: NightFolder) -> Relation:
    """From a table's name to SQL for its current raw rows in a night."""
    return lambda table: layers.relation(night.current(table))


def fingerprinted(select: str, columns: Sequence[str]) -> str:
    """SQL for rows with the fingerprint of these columns."""
    hashed = content_hash(quoted(name) for name in columns)
    return f"SELECT *, CAST('0x' || left({hashed}, 15) AS BIGINT) AS {MARKED} FROM ({select})"


def total(con: duckdb.DuckDBPyConnection, relation: str) -> tuple[int, str]:
    """Count, and digest: the count and the order-independent sum of fingerprints."""
    ((rows, summed),) = con.execute(
        f"SELECT count(*), coalesce(sum({MARKED}), 0) FROM {relation}"
    ).fetchall()
    return int(rows), f"{rows}:{summed}"


def note_touched(
    con: duckdb.DuckDBPyConnection, old: str, new: str, rows: int, folder: Path
) -> None:
    """Write the rows that two states of a table of about so many rows do not share.

    Of two like rows of which one went, both are written. Nothing is written where there are many.
    """
    con.execute("CREATE OR REPLACE TEMP TABLE touched (mark BIGINT)").fetchall()
    passes = rows // AT_ONCE + 1
    marks = (
        f"SELECT {MARKED} AS mark, 1 AS n FROM {new} UNION ALL SELECT {MARKED}, -1 AS n FROM {old}"
    )
    for number in range(passes):
        con.execute(
            f"INSERT INTO touched SELECT mark FROM ({marks}) WHERE mark % {passes} = {number}"
            " GROUP BY mark HAVING sum(n) <> 0"
        ).fetchall()
    if count(con, "SELECT count(*) FROM touched") > max(MANY * rows, 1_000):
        return
    ours = f"WHERE {MARKED} IN (SELECT mark FROM touched)"
    both = f"SELECT * FROM {new} {ours} UNION ALL BY NAME SELECT * FROM {old} {ours}"
    layers.write(con, both, folder)


def digest_of(
    con: duckdb.DuckDBPyConnection, relation: str, columns: Sequence[str]
) -> tuple[int, str]:
    """The same, of the rows' contents as they lie there."""
    row = con.execute(
        f"SELECT count(*), {hash_sum('h')}"
        f" FROM (SELECT {content_hash(quoted(name) for name in columns)} AS h FROM {relation})"
    ).fetchall()[0]
    return int(row[0]), f"{row[0]}:{row[1]}"


def write_fresh(con: duckdb.DuckDBPyConnection, columns: Sequence[str], folder: Path) -> None:
    """Write the rows of the temporary table `fresh`."""
    layers.write(con, fingerprinted("SELECT * FROM fresh", columns), folder)


def merge(
    con: duckdb.DuckDBPyConnection,
    read: TableRead,
    columns: Sequence[str],
    night: NightFolder,
    last: NightFolder,
) -> None:
    """Current raw: what was known, less the keys in the temporary tables `wanted` and `gone`, and
    the rows of `fresh`; what differs is noted.
    """
    con.execute(
        "CREATE OR REPLACE TEMP TABLE stale AS SELECT * FROM wanted UNION SELECT * FROM gone"
    ).fetchall()
    gone = f"EXISTS (SELECT 1 FROM stale o WHERE {same(read, 'o', 'k')})"
    known = last.current(read.name)
    held = layers.relation(known)
    rows = count(con, f"SELECT count(*) FROM {held}")
    came = fingerprinted("SELECT * FROM fresh", columns)
    con.execute(f"CREATE OR REPLACE TEMP TABLE new_rows AS {came}").fetchall()
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE old_rows AS SELECT * FROM {held} k WHERE {gone}"
    ).fetchall()
    layers.overlay(con, known, night.current(read.name), gone, "SELECT * FROM new_rows")
    note_touched(con, "old_rows", "new_rows", rows, night.touched(read.name))


def stand(last: NightFolder, night: NightFolder, table: str) -> None:
    """What did not change is a link to the earlier night's files."""
    shutil.rmtree(night.current(table), ignore_errors=True)
    layers.link(last.current(table), night.current(table))


def same(read: TableRead, left: str, right: str) -> str:
    """The condition that two rows bear one key."""
    return " AND ".join(
        f"{left}.{quoted(part)} IS NOT DISTINCT FROM {right}.{quoted(part)}" for part in read.key
    )
