"""How a relation of canonical records lies in columns: in Parquet, in DuckDB and in a warehouse."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

COUNTED = "hash"


@dataclass(frozen=True)
class Column:
    """One column: its name, DuckDB type and meaning."""

    name: str
    duck: str
    description: str = ""


@dataclass(frozen=True)
class Layout:
    """The columns of one relation: an entity (`customer`) or its children (`order.lines`).

    An entity's `key` is ("id",); a child's first key column is `<parent>_id`. Besides `columns`,
    files carry `hash` (md5 of the content as hexadecimal text); an entity's also `generation`
    (BIGINT, 1 unless its key was used before).
    """

    relation: str
    table: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    description: str = ""
    parent: str | None = None

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns)


def content_hash(expressions: Iterable[str]) -> str:
    """DuckDB SQL for the md5 of typed values, as hexadecimal text.

    Hashed are the lengths of the values' texts in bytes, each with a comma behind it and nothing
    before it for NULL, and then the texts: no two lists of values give the same bytes.
    """
    texts = [f"CAST({expression} AS VARCHAR)" for expression in expressions]
    lengths = ", ',', ".join(f"strlen({text})" for text in texts)
    return f"md5(concat({lengths}, ',', {', '.join(texts)}))"


def hash_sum(column: str = COUNTED) -> str:
    """DuckDB SQL for the order-independent sum of hashes, as text.

    Doubled and missing rows both show in it.
    """
    return f"CAST(coalesce(sum(CAST(('0x' || left({column}, 15)) AS BIGINT)), 0) AS VARCHAR)"
