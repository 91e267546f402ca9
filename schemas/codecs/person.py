"""Companions of what people typed about people: null where they cannot be made, never refused."""

from __future__ import annotations

from typing import Any

from schemas.codecs.codec import Condition, Rules, SqlForm, Unreadable
from schemas.codecs.spelling import Pattern, is_marked, literal
from schemas.fields import Text

NEVER_WRITTEN = "what is made from another field is not written"


class Companion:
    """A codec that normalises text where it can. It reads anything, and writes and compares
    nothing.
    """

    kinds: tuple[type, ...] = (Text,)
    columns: int | None = 1
    options: frozenset[str] = frozenset()
    keeps_order = False
    filters: frozenset[str] = frozenset()

    def __init__(self, field: Any, options: dict[str, Any], rules: Rules) -> None:
        self.rules = rules

    def write(self, value: Any) -> tuple[Any, ...]:
        if value is not None:
            raise Unreadable(NEVER_WRITTEN)
        return (None,) * (self.columns or 1)

    def predicate(self, op: str, value: Any) -> tuple[Condition, ...] | None:
        return None


class PhoneCodec(Companion):
    """`phone_e164`: ITU-T E.164 with +, for numbers that say their country with + or 00.

    Where the CRM's calling code is 1, also for ten digits of the North American plan.
    """

    _removed = " .-/()"
    _abroad = Pattern(r"(?:\+|00)[1-9][0-9]{7,14}")
    _national = Pattern("[2-9][0-9]{2}[2-9][0-9]{6}")
    _plans = {"1": _national}

    def __init__(self, field: Any, options: dict[str, Any], rules: Rules) -> None:
        super().__init__(field, options, rules)
        self.plan = self._plans.get(rules.calling_code or "")
        self.dropped = str.maketrans("", "", self._removed)

    def read(self, text: str | None) -> str | None:
        # A zero in parentheses is dialled at home only: which digits count from abroad is a guess.
        if text is None or is_marked(text) or "(0)" in text.replace(" ", ""):
            return None
        dialled = text.translate(self.dropped)
        if self._abroad.match(dialled):
            return "+" + dialled.removeprefix("+").removeprefix("00")
        if self.plan and self.plan.match(dialled):
            return f"+{self.rules.calling_code}{dialled}"
        return None

    def sql(self, column: str) -> SqlForm:
        national = (
            f" WHEN regexp_full_match({{p}}, {literal(self.plan.expression)})"
            f" THEN {literal(f'+{self.rules.calling_code}')} || {{p}}"
            if self.plan
            else ""
        )
        return SqlForm(
            prepare=f"translate({column}, {literal(self._removed)}, '')",
            value=(
                f"CASE WHEN contains({column}, '(') AND"
                f" contains(replace({column}, ' ', ''), '(0)') THEN NULL"
                f" WHEN regexp_full_match({{p}}, {literal(self._abroad.expression)})"
                f" THEN regexp_replace({{p}}, '^(?:00|[+])', '+'){national} END"
            ),
            reason="CAST(NULL AS VARCHAR)",
        )


class EmailCodec(Companion):
    """`email_address`: a mailbox of RFC 5321 with a dot-atom, ASCII, in a domain with a dot; at
    most 254 characters.
    """

    _atom = "[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
    _label = "[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
    _mailbox = Pattern(rf"{_atom}(?:\.{_atom})*@(?:{_label}\.)+{_label}")

    def read(self, text: str | None) -> str | None:
        if text is None:
            return None
        text = text.strip(" ")
        if len(text) > 254 or text.find("@") > 64 or not self._mailbox.match(text):
            return None
        return text

    def sql(self, column: str) -> SqlForm:
        return SqlForm(
            prepare=f"trim({column}, ' ')",
            value=(
                "CASE WHEN length({p}) <= 254 AND strpos({p}, '@') <= 65"
                f" AND regexp_full_match({{p}}, {literal(self._mailbox.expression)}) THEN {{p}} END"
            ),
            reason="CAST(NULL AS VARCHAR)",
        )
