"""The history of a relation: a view of the current versions, and of those before them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from facade.sinks.warehouse.connection import Connection
from facade.sinks.warehouse.dialects import Dialect
from facade.sinks.warehouse.parquet import kept
from facade.sinks.warehouse.tables import (
    HISTORY,
    IS_DELETED,
    LOADED_RUN,
    RUN,
    VALID_TO,
    held_columns,
    history_name,
    past_table,
)
from schemas.layout import Column, Layout


@dataclass(frozen=True)
class View:
    """A view of the warehouse."""

    name: str
    columns: tuple[Column, ...]
    description: str
    kind: ClassVar[str] = "VIEW"


def history_view(layout: Layout) -> View:
    """One row for each version of a record, and one for each time in which it was deleted."""
    return View(
        history_name(layout),
        (*layout.columns, *kept(layout), *HISTORY),
        f"Every version. {layout.description}".strip(),
    )


def bring_up_history(connection: Connection, dialect: Dialect, layout: Layout) -> View:
    """The view, made where it is missing or its tables have other columns now."""
    view = history_view(layout)
    held = held_columns(connection, dialect, view.name)
    if held != {column.name: dialect.native(column.duck) for column in view.columns}:
        # PostgreSQL adds columns to a view at its end alone.
        order = [*held, *(column.name for column in view.columns)]
        connection.run(_made(dialect, layout, view, list(dict.fromkeys(order))))
    return view


def _made(dialect: Dialect, layout: Layout, view: View, order: list[str]) -> str:
    never = f"CAST(NULL AS {dialect.native(VALID_TO.duck)})"
    current = {VALID_TO.name: never, IS_DELETED.name: "false", RUN.name: LOADED_RUN.name}
    wanted = {column.name for column in view.columns}
    listed = [name for name in order if name in wanted]
    quoted = dialect.quoted
    now = ", ".join(
        f"{current[name]} AS {quoted(name)}" if name in current else quoted(name) for name in listed
    )
    then = ", ".join(map(quoted, listed))
    return (
        f"CREATE OR REPLACE VIEW {quoted(view.name)} AS"
        f" SELECT {now} FROM {quoted(layout.table)}"
        f" UNION ALL SELECT {then} FROM {quoted(past_table(layout).name)}"
    )
