"""What the source itself counts after a night's reading, and which rows explain a difference.

Where the counts differ, keys of all rows are read again, and held against what was read. What came
or went since is told by key, and no loss. A loss is what the source counts and its driver does not
bring, what the same way of reading misses twice, and what was read twice.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import closing
from pathlib import Path
from typing import Any

import duckdb

from facade.snapshots import layers
from facade.snapshots.folder import NightFolder
from facade.sync.engine import count, engine, named
from facade.sync.extract import CONTENT
from legacy_clients.crm import LegacyCRM
from legacy_clients.errors import LegacyError
from legacy_clients.tables import Reading, Table
from schemas.sql_form import quoted

UNCOUNTED = "the service does not say how many there are"
KEYS = 100
"""So many keys of each kind are listed."""
REREAD = 250_000
"""Up to so many rows a table is read again whole, to tell a loss from a row that came since."""


def recount(
    crm: LegacyCRM, tables: Iterable[str], night: NightFolder | None = None
) -> dict[str, dict[str, Any]]:
    """What the source itself counts, table by table, and when it was asked; or why it did not.

    With `night`, the sealed one, a count that differs from what it read is explained by keys.
    """
    read = {} if night is None else night.night["tables"]
    found: dict[str, dict[str, Any]] = {}
    names = list(tables)
    try:
        for name in names:
            table = crm.table(name)
            rows = table.counted()
            told = {"uncounted": UNCOUNTED} if rows is None else {"rows": rows}
            # Of a list, no service tells all keys alone.
            if night is not None and rows is not None and table.read.listing is None:
                state = read[name]
                if rows != state["rows"]:
                    told = _explained(crm, table, night, state, rows)
            found[name] = told | {"at": crm.clock().isoformat()}
    except LegacyError as error:
        found |= {name: {"failed": str(error)} for name in names if name not in found}
    return found


def _explained(
    crm: LegacyCRM, table: Table, night: NightFolder, state: dict[str, Any], counted: int
) -> dict[str, Any]:
    """The rows that came and went since the reading, and those that are lost."""
    try:
        with engine(_spill(night)) as con:
            _load(con, "here", table.stamped())
            listed = count(con, "SELECT count(*) FROM here")
            if listed != counted and table.counted() == counted:
                return {"rows": counted, "unlisted": {"count": abs(counted - listed), "keys": []}}
            _hold_against(con, table, layers.relation(night.current(table.read.name)))
            return {"rows": listed} | _told(con, crm, table, state)
    except (LegacyError, FileNotFoundError) as error:
        return {"rows": counted, "unexplained": str(error)}


def _spill(night: NightFolder) -> Path:
    """The folder that a verification spills into too: a sealed night's own takes nothing more."""
    spill = night.path.parent.parent / "spill"
    spill.mkdir(exist_ok=True)
    return spill


def _load(con: duckdb.DuckDBPyConnection, name: str, reading: Reading) -> None:
    """The rows of a reading as a temporary table."""
    columns = ", ".join(f"{quoted(column)} VARCHAR" for column in reading.schema.names)
    con.execute(f"CREATE OR REPLACE TEMP TABLE {name} ({columns})").fetchall()
    with closing(reading.batches) as batches:
        for batch in batches:
            with named(con, "batch", batch):
                con.execute(f"INSERT INTO {name} SELECT * FROM batch").fetchall()


def _hold_against(con: duckdb.DuckDBPyConnection, table: Table, current: str) -> None:
    """The temporary table `differing`: keys, how often they are here and how often they were read,
    and the newest stamp that they bear.
    """
    key = ", ".join(quoted(part) for part in table.read.key)
    stamp = "NULL" if table.read.stamp is None else quoted(table.read.stamp)
    con.execute(
        "CREATE OR REPLACE TEMP TABLE differing AS"
        f" SELECT {key}, sum(here_) AS here_, sum(read_) AS read_, max(stamp_) AS stamp_"
        f" FROM (SELECT {key}, 1 AS here_, 0 AS read_, {stamp} AS stamp_ FROM here"
        f" UNION ALL SELECT {key}, 0, 1, NULL FROM {current})"
        f" GROUP BY {key} HAVING sum(here_) <> sum(read_)"
    ).fetchall()


def _told(
    con: duckdb.DuckDBPyConnection, crm: LegacyCRM, table: Table, state: dict[str, Any]
) -> dict[str, Any]:
    fresh = state["fresh_from"]
    old = f"(stamp_ IS NULL OR stamp_ < {layers.text(fresh)})" if fresh else "true"
    lost = "false"
    doubtful = count(con, f"SELECT count(*) FROM differing WHERE here_ > read_ AND {old}")
    # By stamps the keys were told just so, and their rows asked for one by one.
    if doubtful and state["way"] == CONTENT and state["rows"] <= REREAD:
        _load(con, "again", table.whole(crm.clock()))
        lost = f"{old} AND NOT EXISTS (SELECT 1 FROM again a WHERE {_same(table, 'a', 'd')})"
    kinds = {
        "appeared": ("here_ - read_", f"here_ > read_ AND NOT ({lost})"),
        "lost": ("here_ - read_", f"here_ > read_ AND {lost}"),
        "vanished": ("read_", "here_ = 0"),
        "doubled": ("read_ - here_", "read_ > here_ AND here_ > 0"),
    }
    told = {what: _listed(con, table, *kind) for what, kind in kinds.items()}
    return {what: found for what, found in told.items() if found["count"]}


def _listed(con: duckdb.DuckDBPyConnection, table: Table, rows: str, test: str) -> dict[str, Any]:
    total = count(con, f"SELECT sum({rows}) FROM differing d WHERE {test}")
    key = ", ".join(f"coalesce(rtrim({quoted(part)}, ' '), '')" for part in table.read.key)
    keys = con.execute(
        f"SELECT concat_ws(' ', {key}) AS key FROM differing d WHERE {test} ORDER BY 1 LIMIT {KEYS}"
    ).fetchall()
    return {"count": total, "keys": [row[0] for row in keys]}


def _same(table: Table, left: str, right: str) -> str:
    return " AND ".join(
        f"{left}.{quoted(part)} IS NOT DISTINCT FROM {right}.{quoted(part)}"
        for part in table.read.key
    )
