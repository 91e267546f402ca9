"""The tables of a relation, read off its layout: what is current, and every version there was.

A new column is added; one that is held and no longer delivered, or of another type, stops the load.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from facade.sinks.sink import SinkMismatch
from facade.sinks.warehouse.connection import Connection
from facade.sinks.warehouse.dialects import Dialect
from facade.sinks.warehouse.parquet import HASH, OP, kept, quoted, text
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

# Temporary tables: changes as the run brings them, and as a comparison finds them.
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


def bring_up(connection: Connection, dialect: Dialect, table: Table) -> None:
    """Create the table, or add the columns it lacks. Raises SinkMismatch where it holds others."""
    held = held_columns(connection, dialect, table)
    if not held:
        _create(connection, dialect, table)
        return
    if misfits := misfitting(dialect, table, held):
        raise SinkMismatch(f"{'; '.join(misfits)}. Nothing was loaded")
    for column in table.columns:
        if column.name not in held:
            connection.run(
                f"ALTER TABLE {quoted(table.name)} ADD COLUMN"
                f" {quoted(column.name)} {dialect.native(column.duck)}"
            )
            _describe(connection, table, column)


def held_columns(connection: Connection, dialect: Dialect, table: Table) -> dict[str, str]:
    """Type by column as the warehouse has it; empty where there is no such table."""
    return {
        str(name): str(kind) for name, kind in connection.rows(dialect.held_columns(table.name))
    }


def misfitting(dialect: Dialect, table: Table, held: dict[str, str]) -> list[str]:
    """Which columns held do not fit those delivered, and the way out; a missing one fits."""
    wanted = {column.name: dialect.native(column.duck) for column in table.columns}
    found = []
    for name, kind in held.items():
        if name not in wanted:
            found.append(
                f"table {table.name} has a column {name} that is not delivered"
                " (renamed, or taken out):"
                " rename it in the warehouse to what it is called now, or drop it"
            )
        elif kind != wanted[name]:
            found.append(
                f"table {table.name} has the column {name} as {kind},"
                f" and {wanted[name]} would be delivered:"
                " change its type in the warehouse, or rename the field"
            )
    return found


def _create(connection: Connection, dialect: Dialect, table: Table) -> None:
    columns = ", ".join(f"{quoted(c.name)} {dialect.native(c.duck)}" for c in table.columns)
    unique = "" if table.is_history else dialect.unique(table.key, table.is_child)
    connection.run(f"CREATE TABLE {quoted(table.name)} ({columns}{unique})")
    connection.run(f"COMMENT ON TABLE {quoted(table.name)} IS {text(table.description)}")
    for column in table.columns:
        _describe(connection, table, column)
    if table.is_history:
        for statement in dialect.history_index(table.name, table.key):
            connection.run(statement)


def _describe(connection: Connection, table: Table, column: Column) -> None:
    if column.description:
        connection.run(
            f"COMMENT ON COLUMN {quoted(table.name)}.{quoted(column.name)}"
            f" IS {text(column.description)}"
        )
