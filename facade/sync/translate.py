"""Second step: canonical records out of current raw: typed, hashed, the unreadable set apart.

Written are relations under the night's `work` folder: one for each entity and for each kind of
children, with the columns of the layout, `op` (always "insert": what a new sink would see),
`generation`, `hash` and `refused`.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import duckdb

from facade.snapshots import layers
from facade.snapshots.folder import NightFolder
from facade.sync.affected import IDS
from facade.sync.canonical import children_rows, entity_rows
from facade.sync.cluster import Crew
from facade.sync.engine import count
from facade.sync.refusals import rows as refused_rows
from facade.sync.refusals import with_since
from facade.sync.spread import Shared
from schemas.layout import Layout, hash_sum
from schemas.mapping import EntityMapping
from schemas.sql_form import (
    DOUBLED_KEY,
    UNREADABLE_KEY,
    Own,
    child_sums,
    everything,
    quoted,
)


@dataclass(frozen=True)
class Translated:
    """One entity after translation: where its relations lie, and what of it is no record.

    `refused` counts values and keys that could not be read, `set_apart` rows that are no records,
    `irregular` these and children's. With `part` the relations hold the affected records alone.
    """

    folders: dict[str, Path]
    refused: int
    set_apart: int
    irregular: int
    part: bool


def translate(
    con: duckdb.DuckDBPyConnection,
    mapping: EntityMapping,
    night: NightFolder,
    last: NightFolder | None,
    same_mapping: bool,
    own: Own | None = None,
    crew: Crew | None = None,
) -> Translated | None:
    """Translate one entity and its children from the night's current raw; with `own`, of each shape
    only these rows, which are those of the affected records. A crew shares the work where all are
    translated.

    None where one of these cannot be told from another record: then all must be translated. Under a
    changed mapping times of creation cannot be compared: a key keeps its generation.
    """
    part, rows = own is not None, own or everything
    shared = None
    if crew is not None and own is None:
        shared = Shared(con, crew, mapping, night, last, same_mapping)
    folders: dict[str, Path] = {}
    doubled: dict[str, int] = {}
    sums = []
    for name, children in mapping.children.items():
        layout = children.layout
        every_row = night.work / "all" / layout.relation
        if shared is None or not shared.children(name, every_row):
            sql = children_rows(con, mapping, children, night, rows)
            layers.write(con, sql, every_row)
        folder, doubled[layout.relation] = _set_apart(con, layout, every_row, night)
        folders[layout.relation] = folder
        sums.append(child_sums(layers.relation(folder), layout.key[0]))
    name = mapping.entity.name
    every_row = night.work / "all" / name
    if shared is None or not shared.entity(sums, every_row):
        sql = entity_rows(con, mapping, night, last, same_mapping, sums, rows, part)
        layers.write(con, sql, every_row)
    folders[name], doubled[name] = _set_apart(con, mapping.layout, every_row, night)
    irregular = sum(doubled.values())
    if part and irregular:
        return None
    for children in mapping.children.values():
        _adopt(con, children.layout, folders, folders[name])
    refused = sum(
        _refuse(con, mapping, layout, folders, doubled[layout.relation], night, last, part)
        for layout in mapping.layouts.values()
    )
    return Translated(folders, refused, doubled[name], irregular, part)


def _bad(layout: Layout, rows: str) -> str:
    """SQL for the keys of rows that cannot be told apart: doubled, or with a part unreadable."""
    keys = ", ".join(quoted(name) for name in layout.key)
    missing = " OR ".join(f"{quoted(name)} IS NULL" for name in layout.key)
    return f"SELECT {keys} FROM {rows} GROUP BY {keys} HAVING count(*) > 1 OR {missing}"


def _same(layout: Layout) -> str:
    return " AND ".join(
        f"d.{quoted(name)} IS NOT DISTINCT FROM c.{quoted(name)}" for name in layout.key
    )


def _set_apart(
    con: duckdb.DuckDBPyConnection, layout: Layout, everything: Path, night: NightFolder
) -> tuple[Path, int]:
    """Rows whose key is unreadable or doubled are no records, but refused whole.

    Where the good rows lie, and how many are bad.
    """
    rows = layers.relation(everything)
    con.execute(f"CREATE OR REPLACE TEMP TABLE bad AS {_bad(layout, rows)}").fetchall()
    apart = count(con, "SELECT count(*) FROM bad")
    if not apart:
        return everything, 0
    good = night.work / "records" / layout.relation
    exists = f"EXISTS (SELECT 1 FROM bad d WHERE {_same(layout)})"
    apart = count(con, f"SELECT count(*) FROM {rows} c WHERE {exists}")
    kept = f"SELECT * FROM {rows} c WHERE NOT {exists}"
    layers.write(con, kept, good)
    return good, apart


def _adopt(
    con: duckdb.DuckDBPyConnection,
    layout: Layout,
    folders: dict[str, Path],
    parents: Path,
) -> None:
    """Only children of records that are ours: a table may hold those of others too."""
    rows = layers.relation(folders[layout.relation])
    owner = quoted(layout.key[0])
    ours = f"{owner} IN (SELECT id FROM {layers.relation(parents)})"
    if count(con, f"SELECT count(*) FROM {rows} WHERE NOT {ours}"):
        target = parents.parent / "adopted" / layout.relation
        layers.write(con, f"SELECT * FROM {rows} WHERE {ours}", target)
        folders[layout.relation] = target


def _refuse(
    con: duckdb.DuckDBPyConnection,
    mapping: EntityMapping,
    layout: Layout,
    folders: dict[str, Path],
    apart: int,
    night: NightFolder,
    last: NightFolder | None,
    part: bool,
) -> int:
    """Write every refused value of a relation, one a row; how many there are. In `part`, those of
    the other records are the last night's.
    """
    target = night.refused(layout.relation)
    target.parent.mkdir(parents=True, exist_ok=True)
    rows = layers.relation(folders[layout.relation])
    keys = " || ',' || ".join(
        f"coalesce(CAST({quoted(name)} AS VARCHAR), '')" for name in layout.key
    )
    values = (
        f"SELECT {keys} AS id, {quoted(layout.key[0])} AS record,"
        f" unnest(refused, recursive := true) FROM {rows}"
        " WHERE refused IS NOT NULL"
    )
    values = f"SELECT id, record, field, source, raw, reason FROM ({values})"
    if apart:
        values += f" UNION ALL {_refused_keys(mapping, layout, folders, keys, night)}"
    if part and last is not None and (known := refused_rows(con, last, layout.relation)):
        values += (
            f" UNION ALL SELECT id, record, field, source, raw, reason FROM ({known})"
            f" WHERE record NOT IN (SELECT id FROM {IDS})"
        )
    values = with_since(con, values, layout.relation, night, last)
    named = f"SELECT '{layout.relation}' AS entity, * FROM ({values}) ORDER BY id, field"
    con.execute(f"COPY ({named}) TO {layers.text(target)} (FORMAT parquet)").fetchall()
    return count(con, f"SELECT count(*) FROM {layers.scan([target])}")


def _refused_keys(
    mapping: EntityMapping, layout: Layout, folders: dict[str, Path], keys: str, night: NightFolder
) -> str:
    """SQL for the rows set apart, as refused keys; of children only those of our records."""
    whole = layers.relation(night.work / "all" / layout.relation)
    parents = layers.relation(folders[mapping.entity.name])
    owned = f" AND c.{quoted(layout.key[0])} IN (SELECT id FROM {parents})" if layout.parent else ""
    missing = " OR ".join(f"{quoted(name)} IS NULL" for name in layout.key)
    shown = keys if layout.parent else "id"
    part = layout.key[-1]
    raw = f"list_filter(refused, lambda x: x.field = '{part}')[1].raw"
    return (
        f"SELECT {shown}, {quoted(layout.key[0])}, '{part}', '{','.join(mapping.shape.key)}',"
        f" coalesce({raw}, {shown}),"
        f" CASE WHEN {missing} THEN '{UNREADABLE_KEY}' ELSE '{DOUBLED_KEY}' END FROM {whole} c"
        f" WHERE EXISTS (SELECT 1 FROM ({_bad(layout, whole)}) d WHERE {_same(layout)}){owned}"
    )


def snapshot_sums(con: duckdb.DuckDBPyConnection, folder: Path) -> tuple[int, str]:
    """Count and hash sum of a relation as it stands in Parquet."""
    row = con.execute(f"SELECT count(*), {hash_sum()} FROM {layers.relation(folder)}").fetchall()[0]
    return int(row[0]), str(row[1])
