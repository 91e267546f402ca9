"""Third step: tonight's records against the last snapshot: what came, changed and went.

A key that was used again is a delete of the old record and an insert of the new one. Guards stop a
night whose deletes or updates are too many to be believed; nothing is sealed then.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import duckdb

from facade.snapshots import layers
from facade.snapshots.folder import NightFolder
from facade.sync.affected import of_affected
from facade.sync.canonical import UNCREATED
from facade.sync.engine import count
from facade.sync.guards import guard_deletes, guard_updates
from facade.sync.translate import Translated, snapshot_sums
from schemas.layout import Column, Layout
from schemas.mapping import EntityMapping
from schemas.sql_form import quoted


@dataclass(frozen=True)
class Compared:
    """What a night changed of one entity. `deleted` are rows gone and rows newly marked so."""

    inserted: int = 0
    updated: int = 0
    deleted: int = 0
    gone: int = 0
    sums: dict[str, list[Any]] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def keep(
    mapping: EntityMapping, night: NightFolder, last: NightFolder, sums: dict[str, list[Any]]
) -> Compared:
    """Nothing the entity is made of changed: the last snapshot stands."""
    for relation in mapping.layouts:
        layers.link(last.snapshot(relation), night.snapshot(relation))
        _link_file(last.refused(relation), night.refused(relation))
    _link_file(last.graves(mapping.entity.name), night.graves(mapping.entity.name))
    return Compared(sums=sums)


def compare(
    con: duckdb.DuckDBPyConnection,
    mapping: EntityMapping,
    translated: Translated,
    night: NightFolder,
    last: NightFolder | None,
    accepted: Collection[str],
) -> Compared:
    """Write changes and snapshot of one entity and its children. Raises NightStopped."""
    name = mapping.entity.name
    fresh = translated.folders[name]
    if last is None or not layers.files(last.snapshot(name)):
        for relation, folder in translated.folders.items():
            layers.link(folder, night.snapshot(relation))
            layers.link(folder, night.changes(relation))
        sums = _sums(con, mapping, night)
        return Compared(inserted=sums[name][0], sums=sums)
    recast = not translated.part and _recast(con, translated, last)
    _find(con, fresh, last.snapshot(name), recast, translated.part)
    counts = dict(con.execute("SELECT op, count(*) FROM changed GROUP BY op").fetchall())
    soft = _newly_deleted(con, mapping, fresh, last)
    reused = counts.get("reuse", 0)
    gone = counts.get("delete", 0) + reused
    known = count(con, f"SELECT count(*) FROM {layers.relation(last.snapshot(name))}")
    guard_deletes(f"{name} records", gone + soft, known, accepted)
    guard_updates(f"{name} records", counts.get("update", 0) - soft, known, accepted)
    _write_changes(con, mapping, translated, night, last)
    _write_snapshot(con, mapping, translated, night, last, not counts and not recast)
    _bury(con, mapping, night, last)
    return Compared(
        inserted=counts.get("insert", 0) + reused,
        updated=counts.get("update", 0) - soft,
        deleted=gone + soft,
        gone=gone,
        sums=_sums(con, mapping, night),
    )


def _recast(con: duckdb.DuckDBPyConnection, translated: Translated, last: NightFolder) -> bool:
    """Whether a changed mapping gave a relation other columns: each record is another one then."""
    return any(
        _shape(con, folder) != _shape(con, last.snapshot(relation))
        for relation, folder in translated.folders.items()
    )


def _shape(con: duckdb.DuckDBPyConnection, folder: Path) -> list[tuple[str, str]]:
    """Names and types of a relation's columns; none where there is no relation."""
    if not layers.files(folder):
        return []
    described = con.execute(f"DESCRIBE SELECT * FROM {layers.relation(folder)}").fetchall()
    return [(row[0], row[1]) for row in described]


def _find(
    con: duckdb.DuckDBPyConnection, fresh: Path, known: Path, recast: bool, part: bool
) -> None:
    """The temporary table `changed` (id, op, generation).

    `op` is insert, update, delete, or reuse of a key; `recast` makes every record a changed one. In
    `part` only the affected records were seen.
    """
    content = "id, hash, generation"
    con.execute(
        "CREATE OR REPLACE TEMP TABLE changed AS"
        " SELECT coalesce(n.id, o.id) AS id, o.generation AS generation,"
        " CASE WHEN o.id IS NULL THEN 'insert' WHEN n.id IS NULL THEN 'delete'"
        " WHEN n.generation <> o.generation THEN 'reuse' ELSE 'update' END AS op"
        f" FROM (SELECT {content} FROM {layers.relation(fresh)}) n"
        f" FULL JOIN (SELECT {content} FROM {layers.relation(known)}{of_affected(part)}) o"
        " ON n.id = o.id"
        " WHERE n.hash IS DISTINCT FROM o.hash OR n.generation IS DISTINCT FROM o.generation"
        f" OR {recast}"
    ).fetchall()


def _newly_deleted(
    con: duckdb.DuckDBPyConnection, mapping: EntityMapping, fresh: Path, last: NightFolder
) -> int:
    """Updates by which a record was marked deleted in the CRM."""
    if "deleted" not in mapping.layout.names:
        return 0
    known = last.snapshot(mapping.entity.name)
    if "deleted" not in dict(_shape(con, known)):
        return 0
    return count(
        con,
        f"SELECT count(*) FROM changed c JOIN {layers.relation(fresh)} n ON n.id = c.id"
        f" JOIN {layers.relation(known)} o ON o.id = c.id"
        " WHERE c.op = 'update' AND n.deleted AND o.deleted IS DISTINCT FROM true",
    )


def _columns(con: duckdb.DuckDBPyConnection, layout: Layout, rows: str) -> str:
    """The layout's columns out of a relation that may have been written under an older mapping.

    A value that is of another type now and cannot be one of that is left out: it is of a record
    that is deleted, and its old text stays in the older nights.
    """
    described = con.execute(f"DESCRIBE SELECT * FROM {rows}").fetchall()
    have = {row[0]: row[1] for row in described}
    listed = [_column(column, have.get(column.name)) for column in layout.columns]
    tail = ["x.generation", "x.hash"] if layout.parent is None else ["x.hash"]
    return ", ".join([*listed, *tail])


def _column(column: Column, held: str | None) -> str:
    name = quoted(column.name)
    if held is None:
        return f"CAST(NULL AS {column.duck}) AS {name}"
    return f"x.{name}" if held == column.duck else f"TRY_CAST(x.{name} AS {column.duck}) AS {name}"


def _write_changes(
    con: duckdb.DuckDBPyConnection,
    mapping: EntityMapping,
    translated: Translated,
    night: NightFolder,
    last: NightFolder,
) -> None:
    name = mapping.entity.name
    new = layers.relation(translated.folders[name])
    old = layers.relation(last.snapshot(name))
    ours, theirs = _columns(con, mapping.layout, new), _columns(con, mapping.layout, old)
    sql = (
        f"SELECT 'delete' AS op, {theirs} FROM {old} x JOIN changed c ON c.id = x.id"
        " WHERE c.op IN ('delete', 'reuse')"
        f" UNION ALL SELECT CASE c.op WHEN 'reuse' THEN 'insert' ELSE c.op END AS op, {ours}"
        f" FROM {new} x JOIN changed c ON c.id = x.id WHERE c.op <> 'delete'"
    )
    layers.write(con, sql, night.changes(name))
    for children in mapping.children.values():
        layout = children.layout
        rows = layers.relation(translated.folders[layout.relation])
        sql = (
            f"SELECT 'insert' AS op, {_columns(con, layout, rows)} FROM {rows} x"
            f" WHERE x.{quoted(layout.key[0])} IN (SELECT id FROM changed WHERE op <> 'delete')"
        )
        layers.write(con, sql, night.changes(layout.relation))


def _write_snapshot(
    con: duckdb.DuckDBPyConnection,
    mapping: EntityMapping,
    translated: Translated,
    night: NightFolder,
    last: NightFolder,
    still: bool,
) -> None:
    """The last snapshot where it stands `still`; with `part`, with the changed records over it."""
    for layout in mapping.layouts.values():
        known, target = last.snapshot(layout.relation), night.snapshot(layout.relation)
        folder = translated.folders[layout.relation]
        owner = quoted(layout.key[0])
        if still:
            layers.link(known, target)
        elif translated.part:
            gone = f"k.{owner} IN (SELECT id FROM changed)"
            added = (
                f"SELECT * FROM {layers.relation(folder)}"
                f" WHERE {owner} IN (SELECT id FROM changed WHERE op <> 'delete')"
            )
            layers.overlay(con, known, target, gone, added)
        else:
            layers.link(folder, target)


def _bury(
    con: duckdb.DuckDBPyConnection,
    mapping: EntityMapping,
    night: NightFolder,
    last: NightFolder,
) -> None:
    """Remember generation and time of creation of deleted keys.

    So a key that is used again is told from a record that came back.
    """
    name = mapping.entity.name
    known = last.snapshot(name)
    created = "created_at" if "created_at" in dict(_shape(con, known)) else UNCREATED
    sql = (
        f"SELECT id, generation, {created} AS created_at FROM {layers.relation(known)}"
        " WHERE id IN (SELECT id FROM changed WHERE op = 'delete')"
    )
    before = last.graves(name)
    if before.is_file():
        sql += (
            f" UNION ALL SELECT id, generation, created_at FROM {layers.scan([before])}"
            " WHERE id NOT IN (SELECT id FROM changed WHERE op = 'insert')"
        )
    target = night.graves(name)
    target.parent.mkdir(parents=True, exist_ok=True)
    con.execute(f"COPY ({sql}) TO {layers.text(target)} (FORMAT parquet)").fetchall()


def _sums(
    con: duckdb.DuckDBPyConnection, mapping: EntityMapping, night: NightFolder
) -> dict[str, list[Any]]:
    return {
        relation: list(snapshot_sums(con, night.snapshot(relation))) for relation in mapping.layouts
    }


def _link_file(source: Path, target: Path) -> None:
    if source.is_file():
        target.parent.mkdir(parents=True, exist_ok=True)
        target.hardlink_to(source)
