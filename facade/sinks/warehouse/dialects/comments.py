"""COMMENT ON, as most kinds of warehouse have it."""

from __future__ import annotations

from collections.abc import Iterable

from facade.sinks.warehouse.dialects.dialect import Dialect
from schemas.layout import Column


def comments(
    dialect: Dialect, kind: str, table: str, description: str, columns: Iterable[Column]
) -> tuple[str, ...]:
    """Statements that put the meaning beside a TABLE or a VIEW and its columns."""
    name = dialect.quoted(table)
    return (
        f"COMMENT ON {kind} {name} IS {dialect.text(description)}",
        *(
            f"COMMENT ON COLUMN {name}.{dialect.quoted(column.name)}"
            f" IS {dialect.text(column.description)}"
            for column in columns
        ),
    )
