"""Two states of a relation beside each other: which records and columns differ."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import duckdb

from facade.snapshots import layers
from facade.sync.engine import count
from schemas.layout import COUNTED, Column, Layout
from schemas.sql_form import quoted

BOOKKEEPING = ("op", "refused", "children", "generation", COUNTED)
"""What a snapshot's files hold beside the columns of their layout."""


@dataclass(frozen=True)
class Side:
    """One relation in one state: its files, if it is there, and the type of each column."""

    folder: Path | None
    columns: Mapping[str, str]

    @property
    def rows(self) -> str:
        """SQL that reads it. Only where there are `columns`."""
        assert self.folder is not None
        return layers.relation(self.folder)


def side(con: duckdb.DuckDBPyConnection, folder: Path | None) -> Side:
    """A relation as it lies in a state; without columns where it is not there."""
    if folder is None or not layers.files(folder):
        return Side(None, {})
    described = con.execute(f"DESCRIBE SELECT * FROM {layers.relation(folder)}").fetchall()
    return Side(folder, {row[0]: row[1] for row in described if row[0] not in BOOKKEEPING})


def find(
    con: duckdb.DuckDBPyConnection, layout: Layout, new: Side, old: Side, recast: bool
) -> dict[str, int]:
    """The temporary table `differing`: key columns and `op` of what differs; how many by `op`.

    `op` is insert, update, delete, or reuse of a key; `recast` makes each record another one.
    """
    keys = [quoted(name) for name in layout.key]
    content = ", ".join([*keys, COUNTED])
    same = " AND ".join(f"n.{key} IS NOT DISTINCT FROM o.{key}" for key in keys)
    both = ", ".join(f"coalesce(n.{key}, o.{key}) AS {key}" for key in keys)
    whole = layout.parent is None
    reused = " WHEN n.generation <> o.generation THEN 'reuse'" if whole else ""
    differs = " OR n.generation IS DISTINCT FROM o.generation" if whole else ""
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE differing AS SELECT {both},"
        f" CASE WHEN o.{COUNTED} IS NULL THEN 'insert' WHEN n.{COUNTED} IS NULL THEN 'delete'"
        f"{reused} ELSE 'update' END AS op"
        f" FROM ({_content(new, content, layout)}) n FULL JOIN ({_content(old, content, layout)}) o"
        f" ON {same} WHERE n.{COUNTED} IS DISTINCT FROM o.{COUNTED}{differs} OR {recast}"
    ).fetchall()
    counted = con.execute("SELECT op, count(*) FROM differing GROUP BY op").fetchall()
    return {str(op): int(found) for op, found in counted}


def _content(of: Side, columns: str, layout: Layout) -> str:
    generation = ", generation" if layout.parent is None else ""
    if of.columns:
        return f"SELECT {columns}{generation} FROM {of.rows}"
    kinds = {column.name: column.duck for column in layout.columns}
    empty = [f"CAST(NULL AS {kinds[name]}) AS {quoted(name)}" for name in layout.key]
    nothing = ", CAST(NULL AS BIGINT) AS generation" if layout.parent is None else ""
    return f"SELECT {', '.join(empty)}, CAST(NULL AS VARCHAR) AS {COUNTED}{nothing} WHERE false"


def rows_in(con: duckdb.DuckDBPyConnection, of: Side) -> int:
    return count(con, f"SELECT count(*) FROM {of.rows}") if of.columns else 0


def merged(layout: Layout, new: Side, old: Side) -> tuple[Column, ...]:
    """The columns of both sides, in the layout's order and then those that it does not know.

    A column has the newer type.
    """
    kinds = {**old.columns, **new.columns}
    known = {column.name: column for column in layout.columns}
    ordered = [name for name in known if name in kinds] + [
        name for name in kinds if name not in known
    ]
    return tuple(
        Column(name, kinds[name], known[name].description if name in known else "")
        for name in ordered
    )


def retyped(new: Side, old: Side) -> list[str]:
    """Columns that are of one type on the one side and of another on the other."""
    return [
        name
        for name in new.columns
        if old.columns.get(name, new.columns[name]) != new.columns[name]
    ]
