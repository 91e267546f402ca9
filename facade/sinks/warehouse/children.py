"""What became of the children of changed parents, by comparison with those that are held.

A run brings all children that a new or changed parent has now. One that is held and not among them
is gone; one of equal content gets no new version. Children of a deleted parent go with it, and
those of a new record under an old key are new.
"""

from __future__ import annotations

from facade.sinks.warehouse.dialects import Dialect
from facade.sinks.warehouse.parquet import HASH, kept
from facade.sinks.warehouse.versions import same_key
from schemas.layout import Layout


def compare(dialect: Dialect, layout: Layout, stage: str, parents: str, step: str) -> str:
    """The statement that keeps under the name `step`: op, the layout's columns, those kept.

    `stage` is SQL for the children as they are now, `parents` for the changes of their parents.
    """
    quoted = dialect.quoted
    owner, current = quoted(layout.key[0]), quoted(layout.table)
    names = [quoted(column.name) for column in (*layout.columns, *kept(layout))]
    new, old = (", ".join(f"{side}.{name}" for name in names) for side in ("s", "t"))
    same = same_key(quoted, layout, "t", "s")
    touched = (
        "(SELECT id, max(CASE WHEN op = 'delete' THEN 1 ELSE 0 END) AS gone"
        f" FROM {parents} GROUP BY id) p"
    )
    now = f"{stage} s JOIN {touched} ON p.id = s.{owner}"
    return dialect.temporary(
        step,
        f"SELECT 'delete' AS op, {old} FROM {current} t JOIN {touched} ON p.id = t.{owner}"
        f" LEFT JOIN {stage} s ON {same} WHERE p.gone = 1 OR s.{owner} IS NULL"
        f" UNION ALL SELECT 'insert' AS op, {new} FROM {now}"
        f" LEFT JOIN {current} t ON {same} WHERE p.gone = 1 OR t.{owner} IS NULL"
        f" UNION ALL SELECT 'update' AS op, {new} FROM {now}"
        f" JOIN {current} t ON {same} WHERE p.gone = 0 AND t.{HASH.name} <> s.{HASH.name}",
    )
