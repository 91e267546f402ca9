"""The messages that cross the port to a legacy database: plain frozen values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ClauseElement
from sqlalchemy.engine import Dialect


@dataclass(frozen=True)
class Query:
    """A SELECT with `?` for its parameters; reading stops after `limit` rows."""

    sql: str
    params: tuple[Any, ...] = ()
    limit: int | None = None
    longest: int | None = None
    """A bound on the bytes of its values, where the asker knows one; else bulk reading measures."""


@dataclass(frozen=True)
class Rows:
    """The answer to a query: column names, and the rows as plain tuples in that order."""

    columns: tuple[str, ...]
    rows: list[tuple[Any, ...]]


@dataclass(frozen=True)
class Column:
    """A column as its database declares it.

    `size` counts characters; it is None for what is no text, or has no bound.
    """

    name: str
    type: str
    size: int | None
    nullable: bool


def compiled(statement: ClauseElement, dialect: Dialect) -> Query:
    """A SQLAlchemy Core statement as SQL text with `?`, and its parameters in their order."""
    made: Any = statement.compile(
        dialect=dialect, compile_kwargs={"render_postcompile": True}
    )  # Any: SQLCompiler, which `compile` does not promise
    return Query(str(made), tuple(made.params[place] for place in made.positiontup or ()))
