"""Keys: of one column, or of several joined reversibly."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any

from schemas.codecs.codec import UNDECODED, Condition, Rules, SqlForm, Unreadable
from schemas.codecs.spelling import (
    NO_SPELLING,
    Spelled,
    is_marked,
    literal,
    marked,
    padded,
    trimmed,
    width_of,
)
from schemas.codecs.text import CharCodec
from schemas.fields import Key, Keys

PART_MISSING = "part of the key is missing"

_PART = re.compile(r"(?:[^~.]|~[01])+")


def join_key(parts: Sequence[str]) -> str:
    """One text out of the parts of a compound key: `~` becomes `~0` and `.` becomes `~1`, then `.`
    joins them.
    """
    return ".".join(part.replace("~", "~0").replace(".", "~1") for part in parts)


def split_key(text: str, n: int) -> tuple[str, ...]:
    """The `n` parts that `join_key` made `text` of. Raises ValueError where it made it of none."""
    parts = text.split(".")
    if len(parts) != n or not all(_PART.fullmatch(part) for part in parts):
        raise ValueError(f"{text!r} is no key of {n} parts joined with '.'")
    return tuple(part.replace("~1", ".").replace("~0", "~") for part in parts)


class KeyCodec:
    """`key`: right-trimmed; blank is null. Several columns are joined by `join_key`.

    Option `width` (one column) or `widths` (a list): keys are written and compared padded to it.
    `columns` says how many columns there are; left out, as many as `widths`, or one.
    """

    kinds = (Key,)
    columns: int | None = None
    options = frozenset({"width", "widths"})
    keeps_order = False
    filters = frozenset({"="})

    def __init__(
        self, field: Any, options: dict[str, Any], rules: Rules, columns: int | None = None
    ) -> None:
        if "width" in options:
            widths = [options["width"]]
        else:
            widths = options.get("widths") or [None] * (columns or 1)
        if not isinstance(widths, list) or len(widths) != (columns or len(widths)):
            raise ValueError(f"widths = {widths!r}: give a list, one number for each column")
        self.columns = len(widths)
        self.widths = [width_of({"width": width}) for width in widths]
        self.single = CharCodec(field, {"width": widths[0]}, rules)

    def read(self, *texts: str | None) -> str | None:
        if len(texts) == 1:
            key: str | None = self.single.read(texts[0])
            return key
        parts = []
        for text in texts:
            if text is not None and is_marked(text):
                raise Unreadable(UNDECODED)
            parts.append((text or "").rstrip(" "))
        if not any(parts):
            return None
        if not all(parts):
            raise Unreadable(PART_MISSING)
        return join_key(parts)

    def write(self, value: str | None) -> tuple[str | None, ...]:
        if value is None:
            return (None,) * len(self.widths)
        if len(self.widths) == 1:
            return self.single.write(value)
        try:
            parts = split_key(value, len(self.widths))
        except ValueError as error:
            raise Unreadable(NO_SPELLING) from error
        texts = tuple(padded(part, width) for part, width in zip(parts, self.widths, strict=True))
        if self.read(*texts) != value:
            raise Unreadable(NO_SPELLING)
        return texts

    def sql(self, *columns: str) -> SqlForm:
        if len(columns) == 1:
            return self.single.sql(*columns)
        parts = " || '.' || ".join(
            f"replace(replace(nullif({trimmed(column)}, ''), '~', '~0'), '.', '~1')"
            for column in columns
        )
        blank = " AND ".join(f"coalesce({trimmed(column)}, '') = ''" for column in columns)
        return SqlForm(
            prepare=f"CASE WHEN {marked(*columns)} THEN NULL ELSE {parts} END",
            value="{p}",
            reason=(
                "CASE WHEN {p} IS NOT NULL THEN NULL"
                f" WHEN {marked(*columns)} THEN {literal(UNDECODED)}"
                f" WHEN {blank} THEN NULL ELSE {literal(PART_MISSING)} END"
            ),
        )

    def predicate(self, op: str, value: Any) -> tuple[Condition, ...] | None:
        if op not in self.filters or value is None:
            return None
        try:
            texts = self.write(value)
        except Unreadable:
            return None
        return tuple(Condition(op, (text,), column) for column, text in enumerate(texts))


class KeysCodec(Spelled):
    """`keys`: one column as a list of one key; blank is null. Option `width` as for `key`."""

    kinds = (Keys,)
    options = frozenset({"width"})

    def __init__(self, field: Any, options: dict[str, Any], rules: Rules) -> None:
        super().__init__(field, options, rules)
        self.width = width_of(options)

    def parse(self, text: str) -> list[str]:
        return [text]

    def spell(self, value: list[str]) -> str:
        if len(value) != 1:
            raise Unreadable("one column holds one key")
        return padded(value[0], self.width)

    def parsed(self, column: str) -> str:
        text = f"nullif({trimmed(column)}, '')"
        return (
            f"CASE WHEN {marked(column)} OR {text} IS NULL THEN NULL"
            f" ELSE CAST(to_json([{text}]) AS VARCHAR) END"
        )

    def faults(self, column: str) -> tuple[tuple[str, str], ...]:
        return (("", UNDECODED),)


def json_list(texts: Sequence[str]) -> str:
    """A list as the SQL forms spell it: JSON without blanks, letters as they are."""
    return json.dumps(list(texts), ensure_ascii=False, separators=(",", ":"))
