"""The tables of a relation, read off its layout: what is current, and what was before it.

A version is written once: the current one is the row of the current table, those before it are in
a table of their own, and the history is a view over both. A new column is added; one that is held
and no longer delivered, or of another type, stops the load.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import chain
from typing import ClassVar, Protocol

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
HISTORY = (VALID_FROM, VALID_TO, IS_DELETED, RUN)
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
    is_past: bool = False
    view: str = ""
    """The name of the view that reads it."""
    kind: ClassVar[str] = "TABLE"


class Described(Protocol):
    """A table or a view, with what it means."""

    kind: ClassVar[str]

    @property
    def name(self) -> str: ...
    @property
    def description(self) -> str: ...
    @property
    def columns(self) -> tuple[Column, ...]: ...


def current_table(layout: Layout) -> Table:
    """One row for each record that exists."""
    return Table(
        layout.table,
        (*layout.columns, *kept(layout), LOADED_RUN, VALID_FROM),
        layout.key,
        layout.description,
        is_child=layout.parent is not None,
        view=history_name(layout),
    )


def past_table(layout: Layout) -> Table:
    """One row for each version of a record that is no more, and one for each time in which it was
    deleted.
    """
    return Table(
        f"{layout.table}_past",
        (*layout.columns, *kept(layout), *HISTORY),
        layout.key,
        f"Versions that hold no more, and deleted times. {layout.description}".strip(),
        is_child=layout.parent is not None,
        is_past=True,
        view=history_name(layout),
    )


def history_name(layout: Layout) -> str:
    """The name of the view of all versions."""
    return f"{layout.table}_history"


def demand_fitting(layouts: Iterable[Layout], dialect: Dialect) -> None:
    """Raise SinkMismatch where a layout cannot be tables of this kind of warehouse."""
    owner: dict[str, str] = {LOADS: "the list of loads"}
    for layout in layouts:
        where = layout.relation
        for name in (layout.table, past_table(layout).name, history_name(layout)):
            other = owner.setdefault(name.lower(), layout.relation)
            if other != layout.relation:
                raise SinkMismatch(f"{where}: {other} has the table {name} already")
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
    for identifier in (f"{STAGE}{layout.table}", history_name(layout), *layout.names):
        if len(identifier.encode()) > dialect.longest_name:
            raise SinkMismatch(
                f"{where}: {identifier} is longer than"
                f" {dialect.longest_name} bytes, and would be cut"
            )
    if missing := set(layout.key) - set(layout.names):
        raise SinkMismatch(f"{where}: no column for key {', '.join(sorted(missing))}")


def bring_up(connection: Connection, dialect: Dialect, tables: Iterable[Table]) -> list[Table]:
    """Create the tables, or add the columns they lack; which were created.

    A key may be there twice until `keep_unique`.
    Raises SinkMismatch, before anything is changed, where one holds others; it says what to run.
    """
    held = {table: held_columns(connection, dialect, table.name) for table in tables}
    misfits = {table: misfitting(dialect, table, kinds) for table, kinds in held.items()}
    if any(misfits.values()):
        views = dict.fromkeys(table.view for table, found in misfits.items() if found)
        raise SinkMismatch(
            told(chain.from_iterable(misfits.values()), map(dialect.quoted, filter(None, views)))
        )
    for table, kinds in held.items():
        if not kinds:
            _create(connection, dialect, table)
        for column in table.columns:
            if kinds and column.name not in kinds:
                connection.run(
                    f"ALTER TABLE {dialect.quoted(table.name)} ADD COLUMN"
                    f" {dialect.quoted(column.name)} {dialect.native(column.duck)}"
                )
    return [table for table, kinds in held.items() if not kinds]


def keep_unique(connection: Connection, dialect: Dialect, made: Iterable[Table]) -> None:
    """See to it that no key of tables just made and filled is ever there twice."""
    for table in made:
        if not table.is_past:
            for statement in dialect.unique(table.name, table.key, table.is_child):
                connection.run(statement)


def describe(
    connection: Connection, dialect: Dialect, told: Iterable[Described], before: Mapping[str, str]
) -> dict[str, str]:
    """Put the descriptions that changed beside tables, views and their columns.

    `before` has a digest of what was last described, by name; so has the answer.
    """
    now = {}
    for it in told:
        meanings = [it.description, *((c.name, c.description) for c in it.columns)]
        now[it.name] = hashlib.md5(repr(meanings).encode(), usedforsecurity=False).hexdigest()
        if before.get(it.name) != now[it.name]:
            for statement in dialect.describe(it.kind, it.name, it.description, it.columns):
                connection.run(statement)
    return now


def held_columns(connection: Connection, dialect: Dialect, name: str) -> dict[str, str]:
    """Type by column of a table or view as the warehouse has it; empty where there is none."""
    return {str(column): str(kind) for column, kind in connection.rows(dialect.held_columns(name))}


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


def told(misfits: Iterable[Misfit], views: Iterable[str]) -> str:
    """What does not fit, and the statements to run in the warehouse before the next delivery.

    `views` read the tables: not every warehouse changes a column under one, and the next load makes
    them anew.
    """
    listed = list(misfits)
    before = [f"DROP VIEW IF EXISTS {view}" for view in views]
    ways = "; ".join([*before, *(way for misfit in listed for way in misfit.ways)])
    said = f"{'; '.join(misfit.what for misfit in listed)}. Nothing was loaded, and data stays"
    renames = "; ".join([*before, *(way for misfit in listed for way in misfit.renames)])
    if any(misfit.renames for misfit in listed):
        said += f". Where a field was renamed, run in the warehouse: {renames};"
        return f"{said} where it was taken out, or is another: {ways};"
    return f"{said}. Run in the warehouse, once nobody needs what it holds there: {ways};"


def _create(connection: Connection, dialect: Dialect, table: Table) -> None:
    columns = ", ".join(f"{dialect.quoted(c.name)} {dialect.native(c.duck)}" for c in table.columns)
    connection.run(f"CREATE TABLE {dialect.quoted(table.name)} ({columns})")
    if table.is_past:
        for statement in dialect.open_index(table.name, table.key):
            connection.run(statement)
