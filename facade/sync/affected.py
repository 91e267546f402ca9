"""The records that tonight's raw rows may have changed: only these are translated again.

They are found by what links raw rows to records, in the rows that went as in those that came. Where
that cannot be told, all records are translated.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

import duckdb

from facade.snapshots import layers
from facade.snapshots.folder import NightFolder
from facade.sync.current import raw_of
from facade.sync.engine import count
from schemas.mapping import EntityMapping, Shape
from schemas.reach import linking, owners, shapes
from schemas.source import OWN
from schemas.sql_form import Own, quoted

IDS = "affected"
"""The temporary table with the ids of those records."""


def find_affected(
    con: duckdb.DuckDBPyConnection,
    mapping: EntityMapping,
    night: NightFolder,
    changed: Collection[str],
) -> Own | None:
    """Make the table of ids, and answer which own rows of each shape are theirs; None where all
    records must be seen: a table's changes are many or not known, or a key cannot be read.
    """
    if not all(layers.files(night.touched(table)) for table in changed):
        return None

    relation = raw_of(night)
    con.execute(f"CREATE OR REPLACE TEMP TABLE {IDS} (id VARCHAR)").fetchall()
    for shape in shapes(mapping):
        for alias, table in shape.aliases.items():
            if table in changed:
                touched = layers.relation(night.touched(table))
                found = owners(mapping, shape, relation, {alias: touched})
                con.execute(f"INSERT INTO {IDS} SELECT DISTINCT id FROM ({found})").fetchall()
    if count(con, f"SELECT count(*) FROM {IDS} WHERE id IS NULL"):
        return None
    rows: dict[Shape, Mapping[str, str]] = {}
    for number, shape in enumerate(shapes(mapping)):
        keys = quoted(f"affected {number}")
        found = owners(mapping, shape, relation)
        con.execute(
            f"CREATE OR REPLACE TEMP TABLE {keys} AS SELECT DISTINCT * EXCLUDE (id, problems)"
            f" FROM ({found}) WHERE id IN (SELECT id FROM {IDS})"
        ).fetchall()
        same = " AND ".join(
            f"k.k{place} IS NOT DISTINCT FROM t.{quoted(column)}"
            for place, column in enumerate(linking(mapping, shape))
        )
        own = relation(shape.table)
        rows[shape] = {
            OWN: f"(SELECT t.* FROM {own} t WHERE EXISTS (SELECT 1 FROM {keys} k WHERE {same}))"
        }
    return rows.__getitem__


def of_affected(part: bool) -> str:
    """A WHERE clause for the affected records where only a part is seen; nothing for all."""
    return f" WHERE id IN (SELECT id FROM {IDS})" if part else ""
