"""What a lookup table holds for a code, read by the codec of the field."""

from __future__ import annotations

from typing import Any

from schemas.codecs.codec import UNDECODED, Codec, Condition, SqlForm, Unreadable
from schemas.codecs.spelling import is_marked, literal, marked, trimmed

NO_ENTRY = "no such entry"


class EntryCodec:
    """Two columns, a code and what a join found for it; `found` reads the latter.

    A blank code is null; a code without an entry is refused. It is not written or compared.
    """

    columns = 2
    keeps_order = False
    filters: frozenset[str] = frozenset()

    def __init__(self, found: Codec) -> None:
        self.found = found

    def read(self, *texts: str | None) -> Any:
        code, entry = texts
        if code is None:
            return None
        if is_marked(code):
            raise Unreadable(UNDECODED)
        if not code.rstrip(" "):
            return None
        if entry is None:
            raise Unreadable(NO_ENTRY)
        return self.found.read(entry)

    def write(self, value: Any) -> tuple[None, None]:
        if value is not None:
            raise Unreadable("what was looked up cannot be written back")
        return (None, None)

    def sql(self, *columns: str) -> SqlForm:
        code, entry = columns
        form = self.found.sql(entry)
        blank = f"{code} IS NULL OR (NOT ({marked(code)}) AND {trimmed(code)} = '')"
        return SqlForm(
            prepare=form.prepare,
            value=f"CASE WHEN {blank} OR ({marked(code)}) OR {entry} IS NULL THEN NULL"
            f" ELSE {form.value} END",
            reason=(
                f"CASE WHEN {blank} THEN NULL WHEN {marked(code)} THEN {literal(UNDECODED)}"
                f" WHEN {entry} IS NULL THEN {literal(NO_ENTRY)} ELSE {form.reason} END"
            ),
            lookup=form.lookup,
        )

    def predicate(self, op: str, value: Any) -> tuple[Condition, ...] | None:
        return None
