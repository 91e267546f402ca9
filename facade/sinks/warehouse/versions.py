"""What a change does to a current table and its history, as SQL that every warehouse understands.

History is a slowly changing dimension of type 2: a version holds from `valid_from` until before
`valid_to`, and one row at most of a record holds at any moment. The row of the current table is a
record's current version; it goes into the past when the next one comes. A delete ends the version
and opens a tombstone (`is_deleted`, with the last values), which an insert of the same key closes:
so a question "as of" tells what was deleted from what never was. Where a key is used again in one
run, the tombstone between the two lasts no time at all.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator

from facade.sinks.warehouse.dialects import Dialect
from facade.sinks.warehouse.parquet import kept
from facade.sinks.warehouse.tables import current_table, past_table
from schemas.layout import Layout

OPS = ("insert", "update", "delete")


def same_key(quoted: Callable[[str], str], layout: Layout, left: str, right: str) -> str:
    """SQL that is true where two rows have one key, of which all but the first may be NULL."""
    first, *others = (quoted(name) for name in layout.key)
    return " AND ".join(
        [f"{left}.{first} = {right}.{first}"]
        + [f"{left}.{name} IS NOT DISTINCT FROM {right}.{name}" for name in others]
    )


def valued(layout: Layout) -> list[str]:
    """The columns that an update may change."""
    names = (column.name for column in (*layout.columns, *kept(layout)))
    return [name for name in names if name not in layout.key]


def differing(dialect: Dialect, layout: Layout, step: str) -> str:
    """A query of one row: for each `valued` column, whether an update in `step` changes it."""
    quoted = dialect.quoted
    same = same_key(quoted, layout, "t", "s")
    tests = ", ".join(
        f"coalesce(bool_or(t.{quoted(name)} IS DISTINCT FROM s.{quoted(name)}), false)"
        for name in valued(layout)
    )
    return (
        f"SELECT {tests} FROM {quoted(current_table(layout).name)} t JOIN {step} s"
        f" ON {same} WHERE s.op = 'update'"
    )


def statements(
    dialect: Dialect,
    layout: Layout,
    step: str,
    moment: str,
    run: int,
    differing: Collection[str] | None = None,
    replacing: bool = False,
) -> Iterator[tuple[set[str], str]]:
    """In their order, statements that apply the changes in `step`, each with its acts.

    `moment` is a literal; an update sets the columns `differing` alone, if given, or replaces the
    row. Closing comes before opening, deleting before inserting.
    """
    quoted = dialect.quoted
    current, past = quoted(current_table(layout).name), quoted(past_table(layout).name)
    columns = [quoted(column.name) for column in (*layout.columns, *kept(layout))]
    names, values = ", ".join(columns), ", ".join(f"s.{name}" for name in columns)
    same, again = same_key(quoted, layout, "t", "s"), same_key(quoted, layout, "r", "s")
    keys = ", ".join(map(quoted, layout.key))
    version = f"INSERT INTO {past} ({names}, valid_from, valid_to, is_deleted, run)"
    arriving = f"{names}, loaded_run, valid_from"
    arrived = f"{values}, {run}, {moment}"
    yield (
        {"insert"},
        f"UPDATE {past} t SET valid_to = {moment} WHERE t.valid_to IS NULL AND EXISTS"
        f" (SELECT 1 FROM {step} s WHERE s.op = 'insert' AND {same})",
    )
    yield (
        {"update", "delete"},
        f"{version} SELECT {', '.join(f't.{name}' for name in columns)}, t.valid_from, {moment},"
        f" false, t.loaded_run FROM {current} t JOIN {step} s ON {same}"
        " WHERE s.op IN ('update', 'delete')",
    )
    yield (
        {"delete"},
        # By a join: not every warehouse takes an EXISTS in what is selected.
        f"{version} SELECT {values}, {moment},"
        f" CASE WHEN r.{quoted(layout.key[0])} IS NOT NULL THEN {moment} END, true, {run}"
        f" FROM {step} s LEFT JOIN (SELECT {keys} FROM {step} WHERE op = 'insert') r"
        f" ON {again} WHERE s.op = 'delete'",
    )
    yield (
        {"delete"},
        f"DELETE FROM {current} t WHERE EXISTS"
        f" (SELECT 1 FROM {step} s WHERE s.op = 'delete' AND {same})",
    )
    if replacing:
        yield (
            {"update"},
            f"DELETE FROM {current} t WHERE EXISTS"
            f" (SELECT 1 FROM {step} s WHERE s.op = 'update' AND {same})",
        )
        yield (
            {"insert", "update"},
            f"INSERT INTO {current} ({arriving}) SELECT {arrived} FROM {step} s"
            " WHERE s.op IN ('insert', 'update')",
        )
        return
    # Replacing rows instead took three times as long where keys are indexed.
    set_columns = valued(layout) if differing is None else differing
    assigned = [f"{quoted(name)} = s.{quoted(name)}" for name in set_columns]
    stamped = (f"loaded_run = {run}", f"valid_from = {moment}")
    yield (
        {"update"},
        f"UPDATE {current} t SET {', '.join([*assigned, *stamped])}"
        f" FROM {step} s WHERE s.op = 'update' AND {same}",
    )
    yield (
        {"insert"},
        f"INSERT INTO {current} ({arriving}) SELECT {arrived} FROM {step} s WHERE s.op = 'insert'",
    )
