"""The tables of a relation, read off its layout: what is current, and every version there was.

A new column is added; one that is held and no longer delivered, or of another type, stops the load.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from facade.sinks.sink import SinkMismatch
from facade.sinks.warehouse.connection import Connection
from facade.sinks.warehouse.dialects import Dialect
from facade.sinks.warehouse.parquet import HASH, OP, kept
from schemas.layout import COUNTED, Column, Layout

LOADED_RUN = Column("loaded_run", "BIGINT", "The run that brought this state of the record.")
VALID_FROM = Column("valid_from", "TIMESTAMP", "From when this version held, UTC.")
VALID_TO = Column("valid_to", "TIMESTAMP", "Until when (exclusive), UTC; null while it holds.")
IS_DELETED = Column(
    "is_deleted", "BOOLEAN", "True for the time in which the record did not exist; its last values."
)
RUN = Column("run", "BIGINT", "The run that brought this version.")
BOOKKEEPING = (LOADED_RUN, VALID_FROM, VALID_TO, IS_DELETED, RUN)

LOADS = "facade_load"

# Tables of the load alone: changes as the run brings them, and as a comparison finds them.
STAGE = "facade_stage_"
STEP = "facade_step_"


@dataclass(frozen=True)
class Table:
    """One table of the warehouse."""

    name: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    description: str
    is_child: bool = False
    is_history: bool = False


def current_table(layout: Layout) -> Table:
    """One row for each record that exists."""
    return Table(
        layout.table,
        (*layout.columns, *kept(layout), LOADED_RUN),
        layout.key,
        layout.description,
        is_child=layout.parent is not None,
    )


def history_table(layout: Layout) -> Table:
    """One row for each version of a record, and one for each time in which it was deleted."""
    return Table(
        f"{layout.table}_history",
        (*layout.columns, *kept(layout), VALID_FROM, VALID_TO, IS_DELETED, RUN),
        layout.key,
        f"Every version. {layout.description}".strip(),
        is_child=layout.parent is not None,
        is_history=True,
    )


def demand_fitting(layouts: Iterable[Layout], dialect: Dialect) -> None:
    """Raise SinkMismatch where a layout cannot be tables of this kind of warehouse."""
    owner: dict[str, str] = {LOADS: "the list of loads"}
    for layout in layouts:
        where = layout.relation
        for table in (current_table(layout), history_table(layout)):
            other = owner.setdefault(table.name.lower(), layout.relation)
            if other != layout.relation:
                raise SinkMismatch(f"{where}: {other} has the table {table.name} already")
        _demand_columns(where, layout, dialect)


def _demand_columns(where: str, layout: Layout, dialect: Dialect) -> None:
    reserved = {column.name for column in (OP, HASH, *kept(layout), *BOOKKEEPING)} | {COUNTED}
    seen: set[str] = set()
    for column in layout.columns:
        place = f"{where}.{column.name}"
        if column.name.lower() in reserved:
            raise SinkMismatch(
                f"{place}: the warehouse has a column of its own by that name; rename the field"
            )
        if column.name.lower() in seen:
            raise SinkMismatch(f"{place}: another column differs by case alone; rename one")
        seen.add(column.name.lower())
        try:
            dialect.native(column.duck)
        except KeyError:
            raise SinkMismatch(f"{place}: no column type for {column.duck}") from None
    for identifier in (f"{STAGE}{layout.table}", f"{layout.table}_history", *layout.names):
        if len(identifier.encode()) > dialect.longest_name:
            raise SinkMismatch(
                f"{where}: {identifier} is longer than"
                f" {dialect.longest_name} bytes, and would be cut"
            )
    if missing := set(layout.key) - set(layout.names):
        raise SinkMismatch(f"{where}: no column for key {', '.join(sorted(missing))}")


def bring_up(connection: Connection, dialect: Dialect, tables: Iterable[Table]) -> None:
    """Create the tables, or add the columns they lack.

    Raises SinkMismatch, before anything is changed, where one holds others; it says what to run.
    """
    held = {table: held_columns(connection, dialect, table) for table in tables}
    misfits = [it for table, kinds in held.items() for it in misfitting(dialect, table, kinds)]
    if misfits:
        raise SinkMismatch(told(misfits))
    for table, kinds in held.items():
        if not kinds:
            _create(connection, dialect, table)
            continue
        for column in table.columns:
            if column.name not in kinds:
                connection.run(
                    f"ALTER TABLE {dialect.quoted(table.name)} ADD COLUMN"
                    f" {dialect.quoted(column.name)} {dialect.native(column.duck)}"
                )


def describe(
    connection: Connection, dialect: Dialect, tables: Iterable[Table], before: Mapping[str, str]
) -> dict[str, str]:
    """Put the descriptions that changed beside tables and columns.

    `before` has a digest of what was last described, by table; so has the answer.
    """
    now = {}
    for table in tables:
        meanings = [table.description, *((c.name, c.description) for c in table.columns)]
        now[table.name] = hashlib.md5(repr(meanings).encode(), usedforsecurity=False).hexdigest()
        if before.get(table.name) != now[table.name]:
            for statement in dialect.describe(table.name, table.description, table.columns):
                connection.run(statement)
    return now


def held_columns(connection: Connection, dialect: Dialect, table: Table) -> dict[str, str]:
    """Type by column as the warehouse has it; empty where there is no such table."""
    return {
        str(name): str(kind) for name, kind in connection.rows(dialect.held_columns(table.name))
    }


@dataclass(frozen=True)
class Misfit:
    """A column held that does not fit what is delivered: what it is, and statements for a person.

    `renames` are other ways out: where the field was renamed, and not taken out.
    """

    what: str
    ways: tuple[str, ...]
    renames: tuple[str, ...] = ()


def misfitting(dialect: Dialect, table: Table, held: Mapping[str, str]) -> list[Misfit]:
    """Which columns held do not fit those delivered, and the way out; a missing one fits."""
    wanted = {column.name: dialect.native(column.duck) for column in table.columns}
    name = dialect.quoted(table.name)
    found = []
    for column, kind in held.items():
        if column not in wanted:
            new = [it for it in wanted if it not in held and wanted[it] == kind]
            found.append(
                Misfit(
                    f"table {table.name} has a column {column} that is not delivered",
                    (f"ALTER TABLE {name} DROP COLUMN {dialect.quoted(column)}",),
                    tuple(
                        f"ALTER TABLE {name} RENAME COLUMN {dialect.quoted(column)}"
                        f" TO {dialect.quoted(it)}"
                        for it in new
                    ),
                )
            )
        elif kind != wanted[column]:
            found.append(
                Misfit(
                    f"table {table.name} has the column {column} as {kind},"
                    f" and {wanted[column]} would be delivered",
                    dialect.retype(table.name, column, wanted[column]),
                )
            )
    return found


def told(misfits: Iterable[Misfit]) -> str:
    """What does not fit, and the statements to run in the warehouse before the next delivery."""
    listed = list(misfits)
    ways = "; ".join(way for misfit in listed for way in misfit.ways)
    said = f"{'; '.join(misfit.what for misfit in listed)}. Nothing was loaded, and data stays"
    renames = "; ".join(way for misfit in listed for way in misfit.renames)
    if renames:
        said += f". Where a field was renamed, run in the warehouse: {renames};"
        return f"{said} where it was taken out, or is another: {ways};"
    return f"{said}. Run in the warehouse, once nobody needs what it holds there: {ways};"


def _create(connection: Connection, dialect: Dialect, table: Table) -> None:
    columns = ", ".join(f"{dialect.quoted(c.name)} {dialect.native(c.duck)}" for c in table.columns)
    unique = "" if table.is_history else dialect.unique(table.key, table.is_child)
    connection.run(f"CREATE TABLE {dialect.quoted(table.name)} ({columns}{unique})")
    if table.is_history:
        for statement in dialect.history_index(table.name, table.key):
            connection.run(statement)
