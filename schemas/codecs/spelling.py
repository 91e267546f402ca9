"""What spellings have in common: a column padded with blanks, text as SQL, patterns both forms
share.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from schemas.codecs.codec import MARK, UNDECODED, Condition, Rules, SqlForm, Unreadable

NO_SPELLING = "no spelling reads back as this value"
TOO_LONG = "longer than its column"

_BRACES = str.maketrans({"{": "' || chr(123) || '", "}": "' || chr(125) || '"})


def literal(text: str) -> str:
    """`text` as a DuckDB expression without braces, which a SQL form keeps for `{p}` and `{l}`."""
    quoted = "'" + text.replace("'", "''").translate(_BRACES) + "'"
    return quoted if "||" not in quoted else f"({quoted})"


def one_of(expression: str, texts: Iterable[str]) -> str:
    """DuckDB SQL: `expression` is one of `texts`; there must be at least one."""
    return f"{expression} IN ({', '.join(literal(text) for text in sorted(texts))})"


def trimmed(column: str) -> str:
    """DuckDB SQL for the text without the blanks on its right (U+0020 only)."""
    # Half the time of rtrim with characters, next to none where there is nothing to trim.
    bare = f"regexp_extract({column}, '^(?s:.*[^ ])')"
    return f"(CASE WHEN ends_with({column}, ' ') THEN {bare} ELSE {column} END)"


def marked(*columns: str) -> str:
    """DuckDB SQL: one of the columns holds bytes, not text."""
    return " OR ".join(
        f"({c} >= chr(1) AND {c} < chr(2) OR contains({c}, chr(0)))" for c in columns
    )


def is_marked(text: str) -> bool:
    return text[:1] == MARK or "\0" in text


class Pattern:
    """A regular expression that means the same to Python and to RE2; it matches whole texts."""

    def __init__(self, expression: str) -> None:
        self.expression = expression
        self.match = re.compile(expression).fullmatch

    def sql(self, column: str) -> str:
        """DuckDB SQL: the column matches, padded with blanks or not."""
        return f"regexp_full_match({column}, {literal(self.expression + ' *')})"


def padded(text: str, width: int | None) -> str:
    """`text` as a fixed-width column holds it. Raises Unreadable where it does not fit."""
    if width is None:
        return text
    if len(text) > width:
        raise Unreadable(TOO_LONG)
    return text.ljust(width)


def width_of(options: dict[str, Any], name: str = "width") -> int | None:
    """The option `name`, a number of characters. Raises ValueError."""
    width = options.get(name)
    if width is not None and (type(width) is not int or width < 1):
        raise ValueError(f"{name} = {width!r}: give the number of characters of the column")
    return width


class Spelled:
    """A codec of one column, perhaps padded with blanks; `nulls` are the spellings read as null.

    A subclass gives `parse` and `spell`, and in SQL `parsed` (NULL where unreadable) and `faults`:
    pairs of a condition and the reason that it gives, the last one without a condition. A column of
    them is computed once, as `{p}`.
    """

    kinds: tuple[type, ...] = ()
    columns: int | None = 1
    options: frozenset[str] = frozenset()
    keeps_order: bool = False
    filters: frozenset[str] = frozenset()
    nulls: frozenset[str] = frozenset({""})

    def __init__(self, field: Any, options: dict[str, Any], rules: Rules) -> None:
        self.field = field

    def parse(self, text: str) -> Any:
        raise NotImplementedError

    def spell(self, value: Any) -> str:
        raise NotImplementedError

    def parsed(self, column: str) -> str:
        raise NotImplementedError

    def faults(self, column: str) -> tuple[tuple[str, str], ...]:
        raise NotImplementedError

    def read(self, text: str | None) -> Any:
        if text is None:
            return None
        if text[:1] == MARK or "\0" in text:
            raise Unreadable(UNDECODED)
        text = text.rstrip(" ")
        if text in self.nulls:
            return None
        return self.parse(text)

    def write(self, value: Any) -> tuple[Any, ...]:
        if value is None:
            return (None,)
        text = self.spell(value)
        if self.read(text) != value:
            raise Unreadable(NO_SPELLING)
        return (text,)

    def sql(self, column: str) -> SqlForm:
        return SqlForm(
            value="{p}",
            reason=self.judged("{p} IS NOT NULL", column),
            prepare=self.parsed(column),
        )

    def judged(self, readable: str, column: str) -> str:
        """DuckDB SQL for the reason, looked for only where the value is not `readable`."""
        *whens, (_, otherwise) = self.faults(column)
        return (
            f"CASE WHEN {column} IS NULL OR {readable} THEN NULL"
            f" WHEN {marked(column)} THEN {literal(UNDECODED)}"
            f" WHEN {one_of(trimmed(column), self.nulls)} THEN NULL"
            + "".join(f" WHEN {condition} THEN {literal(reason)}" for condition, reason in whens)
            + f" ELSE {literal(otherwise)} END"
        )

    def predicate(self, op: str, value: Any) -> tuple[Condition, ...] | None:
        """Comparison with the spelling that is written; None for null and where there is none."""
        if op not in self.filters or value is None:
            return None
        try:
            return (Condition(op, self.write(value)),)
        except Unreadable:
            return None
