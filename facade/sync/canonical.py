"""SQL for canonical rows out of a night's current raw: typed, hashed, numbered by generation.

Asked in the night's own process for all rows, or in several for a part each.
"""

from __future__ import annotations

from collections.abc import Sequence

import duckdb

from facade.snapshots import layers
from facade.snapshots.folder import NightFolder
from facade.sync.affected import of_affected
from facade.sync.current import MARKED, raw_of
from facade.sync.engine import load_lookups
from schemas.layout import Layout
from schemas.mapping import ChildMapping, EntityMapping
from schemas.source import OWN
from schemas.sql_form import Own, child_select, entity_select, hashed

UNCREATED = "CAST(NULL AS TIMESTAMP)"
"""A time of creation where none is known."""


def children_rows(
    con: duckdb.DuckDBPyConnection,
    mapping: EntityMapping,
    children: ChildMapping,
    night: NightFolder,
    rows: Own,
) -> str:
    """SQL for the children of one name, and the lookups for it in the engine."""
    select = child_select(mapping, children, raw_of(night), rows)
    load_lookups(con, select.lookups)
    return f"SELECT 'insert' AS op, * FROM ({hashed(children.layout, select.sql)})"


def entity_rows(
    con: duckdb.DuckDBPyConnection,
    mapping: EntityMapping,
    night: NightFolder,
    last: NightFolder | None,
    same_mapping: bool,
    sums: Sequence[str],
    rows: Own,
    part: bool,
) -> str:
    """SQL for an entity's records, and the lookups for it in the engine. `sums` is SQL for what
    each kind of children adds to a record's hash; in `part` only affected records are seen.
    """
    select = entity_select(mapping, raw_of(night), rows)
    load_lookups(con, select.lookups)
    sql = _folded(mapping.layout, select.sql, sums)
    return _numbered(con, sql, mapping, last, same_mapping, part)


def every_nth(night: NightFolder, part: int, of: int) -> Own:
    """The rows of a shape's own table that fall to one part of so many, counted from 0."""
    relation = raw_of(night)
    return lambda shape: {
        OWN: f"(SELECT * FROM {relation(shape.table)} WHERE {MARKED} % {of} = {part})"
    }


def _folded(layout: Layout, select: str, parts: Sequence[str]) -> str:
    """The entity's rows; count and hash sum of each kind of children are folded into their hash."""
    if not parts:
        return hashed(layout, select)
    joins, texts = [], []
    for number, part in enumerate(parts):
        joins.append(f" LEFT JOIN ({part}) s{number} ON s{number}.owner = e.id")
        texts.append(f"coalesce(s{number}.children, '0:0')")
    told = " || ' ' || ".join(texts)
    joined = f"SELECT e.*, {told} AS children FROM ({select}) e{''.join(joins)}"
    return hashed(layout, joined, "children")


def _numbered(
    con: duckdb.DuckDBPyConnection,
    select: str,
    mapping: EntityMapping,
    last: NightFolder | None,
    same_mapping: bool,
    part: bool,
) -> str:
    """With `op`, and `generation`: one more where a key came back with another time of creation."""
    name = mapping.entity.name
    if last is None or not layers.files(last.snapshot(name)):
        return f"SELECT 'insert' AS op, *, CAST(1 AS BIGINT) AS generation FROM ({select})"
    known = layers.relation(last.snapshot(name))
    have = {row[0] for row in con.execute(f"DESCRIBE SELECT * FROM {known}").fetchall()}
    told = same_mapping and "created_at" in have and "created_at" in mapping.layout.names
    created, mine = ("created_at", "n.created_at") if told else (UNCREATED, UNCREATED)
    graves = last.graves(name)
    buried = (
        f"SELECT id, generation, {created} AS created_at FROM {layers.scan([graves])}"
        if graves.is_file()
        else f"SELECT NULL::VARCHAR AS id, NULL::BIGINT AS generation, {UNCREATED} AS created_at"
        " WHERE false"
    )
    return (
        "SELECT 'insert' AS op, n.*,"
        f" coalesce(o.generation + CASE WHEN o.created_at <> {mine} THEN 1 ELSE 0 END,"
        f" g.generation + CASE WHEN g.created_at <> {mine} THEN 1 ELSE 0 END, 1) AS generation"
        f" FROM ({select}) n"
        f" LEFT JOIN (SELECT id, {created} AS created_at, generation FROM {known}"
        f"{of_affected(part)}) o ON o.id = n.id"
        f" LEFT JOIN ({buried}) g ON g.id = n.id"
    )
