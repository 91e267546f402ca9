"""Another type for a column where a warehouse changes none in place."""

from __future__ import annotations

from facade.sinks.warehouse.dialects.dialect import Dialect


def replaced(dialect: Dialect, table: str, column: str, native: str) -> tuple[str, ...]:
    """Statements that fill a new column from the old one, and give it its name."""
    name, held, fresh = (dialect.quoted(it) for it in (table, column, f"{column}_retyped"))
    return (
        f"ALTER TABLE {name} ADD COLUMN {fresh} {native}",
        f"UPDATE {name} SET {fresh} = CAST({held} AS {native}) WHERE true",
        f"ALTER TABLE {name} DROP COLUMN {held}",
        f"ALTER TABLE {name} RENAME COLUMN {fresh} TO {held}",
    )
