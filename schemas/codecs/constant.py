"""A value that the mapping itself states, and a flag that is true for listed spellings only."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from typing import Any

from schemas.codecs.codec import UNDECODED, Condition, Rules, SqlForm, Unreadable
from schemas.codecs.spelling import is_marked, literal, marked, one_of, trimmed
from schemas.decimals import plain_decimal
from schemas.fields import Code, Day, Exact, Flag, Key, Text, Whole

_READ: dict[type, Callable[[str], Any]] = {
    Whole: int,
    Exact: plain_decimal,
    Flag: {"true": True, "false": False}.__getitem__,
    Day: dt.date.fromisoformat,
}


class ConstantCodec:
    """`constant`: the same value for every record, written in the mapping as JSON shows it."""

    kinds = (Text, Key, Code, Whole, Exact, Flag, Day)
    columns = 1
    options: frozenset[str] = frozenset()
    keeps_order = False
    filters: frozenset[str] = frozenset()

    def __init__(self, field: Any, options: dict[str, Any], rules: Rules) -> None:
        self.field = field
        self._read = next((read for kind, read in _READ.items() if isinstance(field, kind)), str)

    def read(self, text: str | None) -> Any:
        return None if text is None else self._read(text)

    def write(self, value: Any) -> tuple[None]:
        return (None,)

    def sql(self, column: str) -> SqlForm:
        return SqlForm(value=f"CAST({column} AS {self.field.duck})", reason="CAST(NULL AS VARCHAR)")

    def predicate(self, op: str, value: Any) -> tuple[Condition, ...] | None:
        return None


class AmongCodec:
    """`among`: true for the listed spellings, false for every other one and for null. Option
    `values`.
    """

    kinds = (Flag,)
    columns = 1
    options = frozenset({"values"})
    keeps_order = False
    filters: frozenset[str] = frozenset()

    def __init__(self, field: Any, options: dict[str, Any], rules: Rules) -> None:
        values: Sequence[str] = options["values"]
        self.values = frozenset(value.rstrip(" ") for value in values)

    def read(self, text: str | None) -> bool:
        if text is not None and is_marked(text):
            raise Unreadable(UNDECODED)
        return text is not None and text.rstrip(" ") in self.values

    def write(self, value: bool | None) -> tuple[str | None]:
        return (min(self.values) if value else None,)

    def sql(self, column: str) -> SqlForm:
        return SqlForm(
            value=(
                f"CASE WHEN {marked(column)} THEN NULL"
                f" ELSE coalesce({one_of(trimmed(column), self.values)}, false) END"
            ),
            reason=f"CASE WHEN {marked(column)} THEN {literal(UNDECODED)} END",
        )

    def predicate(self, op: str, value: Any) -> tuple[Condition, ...] | None:
        return None
