"""Text as typed, and text of fixed-width columns."""

from __future__ import annotations

from typing import Any

from schemas.codecs.codec import MARK, UNDECODED, Condition, Rules, SqlForm, Unreadable
from schemas.codecs.spelling import Spelled, is_marked, literal, marked, padded, trimmed, width_of
from schemas.fields import Text


class TextCodec(Spelled):
    """`text`: as typed, nothing trimmed; empty text is not null.

    Its order and comparisons are those of the code points: a database with another collation must
    be told.
    """

    kinds = (Text,)
    keeps_order = True
    filters = frozenset({"=", "<", "<=", ">", ">="})

    def read(self, text: str | None) -> str | None:
        if text is not None and (text[:1] == MARK or "\0" in text):
            raise Unreadable(UNDECODED)
        return text

    def write(self, value: str | None) -> tuple[str | None]:
        if value is not None and is_marked(value):
            raise Unreadable("text with a character that no column carries")
        return (value,)

    def sql(self, column: str) -> SqlForm:
        return SqlForm(
            value=f"CASE WHEN {marked(column)} THEN NULL ELSE {column} END",
            reason=f"CASE WHEN {marked(column)} THEN {literal(UNDECODED)} END",
        )

    def predicate(self, op: str, value: Any) -> tuple[Condition, ...] | None:
        if value is None:
            return (Condition("null"),) if op == "=" else None
        return super().predicate(op, value)


class CharCodec(Spelled):
    """`char`: padded with blanks on the right; blank is null. Option `width`: written and compared
    padded to it.

    Without `width` the column is taken to hold no blanks on the right, or to compare without them.
    """

    kinds = (Text,)
    options = frozenset({"width"})
    filters = frozenset({"="})

    def __init__(self, field: Any, options: dict[str, Any], rules: Rules) -> None:
        super().__init__(field, options, rules)
        self.width = width_of(options)

    def parse(self, text: str) -> str:
        return text

    def spell(self, value: str) -> str:
        return padded(value, self.width)

    def parsed(self, column: str) -> str:
        return f"CASE WHEN {marked(column)} THEN NULL ELSE nullif({trimmed(column)}, '') END"

    def faults(self, column: str) -> tuple[tuple[str, str], ...]:
        return (("", UNDECODED),)
