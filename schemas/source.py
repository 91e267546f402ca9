"""Where a mapped value comes from: the words `column`, `columns`, `value`, `first`, `concat` and
`split`, in both forms.

A source turns the columns of one flat row into the texts that a codec reads. A column is named
`alias.NAME`; the alias `b` is the entity's own table. Bytes that are no text are passed on whole:
nothing is joined to them or split off, so that the codec refuses them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from schemas.codecs.codec import MARK
from schemas.codecs.spelling import literal

OWN = "b"


@dataclass(frozen=True, order=True)
class ColumnName:
    """A column of the flat row."""

    alias: str
    name: str

    @classmethod
    def parse(cls, text: str) -> ColumnName:
        alias, dot, name = text.partition(".")
        return cls(alias, name) if dot else cls(OWN, text)

    def __str__(self) -> str:
        return self.name if self.alias == OWN else f"{self.alias}.{self.name}"


@dataclass(frozen=True)
class Source:
    """The columns a value is made of; `texts` of them reach the codec.

    `python` and `sql` turn the columns' expressions into the codec's. A `constant` has no columns.
    """

    word: str
    columns: tuple[ColumnName, ...] = ()
    constant: str | None = None
    separator: str = ""
    part: int = 0

    @property
    def texts(self) -> int:
        return len(self.columns) if self.word == "columns" else 1

    def python(self, expressions: list[str]) -> list[str]:
        return PYTHON[self.word](self, expressions)

    def sql(self, expressions: list[str]) -> list[str]:
        return SQL[self.word](self, expressions)


def first_filled(*texts: str | None) -> str | None:
    """The first text that is not null and not blank."""
    return next((text for text in texts if text is not None and text.rstrip(" ")), None)


def joined(separator: str, *texts: str | None) -> str | None:
    """The filled texts, right-trimmed, with `separator` between; None where none is filled."""
    filled = [text.rstrip(" ") for text in texts if text is not None and text.rstrip(" ")]
    bytes_ = next((text for text in filled if text[0] == MARK), None)
    if bytes_ is not None:
        return bytes_
    return separator.join(filled) if filled else None


def split_part(separator: str, part: int, text: str | None) -> str | None:
    """The `part`-th piece of a text, counted from 1; None where there is none."""
    if text is None or text[:1] == MARK:
        return text
    pieces = text.split(separator)
    return pieces[part - 1] if part <= len(pieces) else None


def sql_text(value: str) -> str:
    """A SQL string literal."""
    return "'" + value.replace("'", "''") + "'"


def _filled(expression: str) -> str:
    return f"nullif(rtrim({expression}, ' '), '')"


def _bytes(expression: str) -> str:
    return f"CASE WHEN starts_with({expression}, chr(1)) THEN {expression} END"


PYTHON: dict[str, Callable[[Source, list[str]], list[str]]] = {
    "column": lambda source, names: names,
    "columns": lambda source, names: names,
    "value": lambda source, names: [repr(source.constant)],
    "first": lambda source, names: [f"first_filled({', '.join(names)})"],
    "concat": lambda source, names: [f"joined({source.separator!r}, {', '.join(names)})"],
    "split": lambda source, names: [f"split_part({source.separator!r}, {source.part}, {names[0]})"],
}

SQL: dict[str, Callable[[Source, list[str]], list[str]]] = {
    "column": lambda source, names: names,
    "columns": lambda source, names: names,
    "value": lambda source, names: [literal(source.constant or "")],
    "first": lambda source, names: [
        "coalesce("
        + ", ".join(f"CASE WHEN {_filled(name)} IS NOT NULL THEN {name} END" for name in names)
        + ")"
    ],
    "concat": lambda source, names: [
        f"coalesce({', '.join(_bytes(_filled(name)) for name in names)},"
        f" nullif(concat_ws({literal(source.separator)},"
        f" {', '.join(_filled(name) for name in names)}), ''))"
    ],
    "split": lambda source, names: [
        f"coalesce({_bytes(names[0])},"
        f" string_split({names[0]}, {literal(source.separator)})[{source.part}])"
    ],
}
