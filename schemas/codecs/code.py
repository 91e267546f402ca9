"""Codes of the CRM as words of the model, singly and in lists, and codes whose meaning a join
finds.
"""

from __future__ import annotations

import re
from typing import Any

from schemas.codecs.codec import UNDECODED, Condition, Rules, SqlForm, Unreadable
from schemas.codecs.key import json_list
from schemas.codecs.spelling import (
    NO_SPELLING,
    Pattern,
    Spelled,
    is_marked,
    literal,
    marked,
    one_of,
    padded,
    trimmed,
    width_of,
)
from schemas.fields import Code, Flag, Text, Words

UNLISTED = "code is not listed"

_FLAGS = {"true": True, "false": False}


class CodesCodec(Spelled):
    """`codes`: right-trimmed; blank is null unless it is listed.

    Option `codes`: {foreign: canonical}; `write`: {canonical: foreign}, for words that several
    codes read as; `width`: codes are written and compared padded to it.
    """

    kinds = (Code, Text, Flag)
    options = frozenset({"codes", "write", "width"})
    filters = frozenset({"="})

    def __init__(self, field: Any, options: dict[str, Any], rules: Rules) -> None:
        super().__init__(field, options, rules)
        self.width = width_of(options)
        self.words = _words(field, options)
        self.nulls = frozenset({""} - self.words.keys())
        self.spellings = _spellings(field, self.words, options.get("write", {}))

    def parse(self, text: str) -> Any:
        try:
            return self.words[text]
        except KeyError:
            raise Unreadable(UNLISTED) from None

    def spell(self, value: Any) -> str:
        if value not in self.spellings:
            raise Unreadable(NO_SPELLING)
        return padded(self.spellings[value], self.width)

    def parsed(self, column: str) -> str:
        whens = " ".join(
            f"WHEN {literal(foreign)} THEN {_constant(word)}"
            for foreign, word in self.words.items()
        )
        return f"CASE {trimmed(column)} {whens} END"

    def judged(self, readable: str, column: str) -> str:
        if self.nulls:
            return super().judged(readable, column)
        return (
            f"CASE WHEN {column} IS NULL OR {readable} THEN NULL"
            f" WHEN {marked(column)} THEN {literal(UNDECODED)} ELSE {literal(UNLISTED)} END"
        )

    def faults(self, column: str) -> tuple[tuple[str, str], ...]:
        return (("", UNLISTED),)

    def predicate(self, op: str, value: Any) -> tuple[Condition, ...] | None:
        if op not in self.filters or value is None:
            return None
        texts = tuple(
            padded(foreign, self.width) for foreign, word in self.words.items() if word == value
        )
        if not texts:
            return None
        return (Condition("=", texts) if len(texts) == 1 else Condition("in", texts),)


class CodesListCodec(Spelled):
    """`codes_list`: words in the order of the field's list, each once; blank is null.

    Option `codes` as above. Each character is a code, unless option `separator` names the character
    between codes; blanks around codes do not count. Option `write` as above.
    """

    kinds = (Words,)
    options = frozenset({"codes", "separator", "write"})

    def __init__(self, field: Any, options: dict[str, Any], rules: Rules) -> None:
        super().__init__(field, options, rules)
        self.separator = options.get("separator", "")
        if not isinstance(self.separator, str) or len(self.separator) > 1:
            raise ValueError(
                f"separator = {self.separator!r}: give the one character between codes"
            )
        self.words = _words(field, options)
        for foreign in self.words:
            if not foreign or foreign != foreign.strip(" ") or not self._is_one_code(foreign):
                raise ValueError(f"codes: {foreign!r} can be no code of such a list")
        self.spellings = _spellings(field, self.words, options.get("write", {}))
        between = re.escape(self.separator) if self.separator else ""
        self.fillers = Pattern(f"[ {between}]*")
        each = "|".join(re.escape(f) for f in sorted(self.words, key=len, reverse=True))
        self.listed = Pattern(
            f" *(?:{each})? *(?:{between} *(?:{each})? *)*" if between else f"(?: |{each})*"
        )

    def _is_one_code(self, foreign: str) -> bool:
        return self.separator not in foreign if self.separator else len(foreign) == 1

    def parse(self, text: str) -> list[str] | None:
        parts = text.split(self.separator) if self.separator else text
        codes = {part.strip(" ") for part in parts} - {""}
        if not codes:
            return None
        if not codes <= self.words.keys():
            raise Unreadable(UNLISTED)
        words = {self.words[code] for code in codes}
        return [word for word in self.field.codes if word in words]

    def spell(self, value: list[str]) -> str:
        if not all(word in self.spellings for word in value):
            raise Unreadable(NO_SPELLING)
        return self.separator.join(self.spellings[word] for word in value)

    def parsed(self, column: str) -> str:
        text, mark = f"replace({column}, ' ', '')", literal(self.separator)
        if self.separator:
            edge = literal(f" *{re.escape(self.separator)} *")
            text = f"({mark} || regexp_replace(trim({column}, ' '), {edge}, {mark}, 'g') || {mark})"
        words = ", ".join(
            f"CASE WHEN {self._mentioned(text, word)} THEN {literal(json_list([word])[1:-1])} END"
            for word in self.field.codes
            if word in self.words.values()
        )
        return (
            f"CASE WHEN regexp_full_match({column}, {literal(self.listed.expression)})"
            f" AND NOT {self.fillers.sql(column)} THEN '[' || concat_ws(',', {words}) || ']' END"
        )

    def _mentioned(self, text: str, word: str) -> str:
        mark = self.separator
        return " OR ".join(
            f"contains({text}, {literal(mark + foreign + mark)})"
            for foreign, meaning in self.words.items()
            if meaning == word
        )

    def judged(self, readable: str, column: str) -> str:
        return super().judged(f"{readable} OR {self.fillers.sql(column)}", column)

    def faults(self, column: str) -> tuple[tuple[str, str], ...]:
        return (("", UNLISTED),)


class ListedCodec:
    """`listed`: two columns, a code and the meaning that a join found for it. It cannot be written
    back.

    A blank code is null; a code without a meaning is refused.
    """

    kinds = (Text, Code)
    columns = 2
    options: frozenset[str] = frozenset()
    keeps_order = False
    filters: frozenset[str] = frozenset()

    def __init__(self, field: Any, options: dict[str, Any], rules: Rules) -> None:
        self.words: tuple[str, ...] = getattr(field, "codes", ())

    def read(self, code: str | None, meaning: str | None) -> str | None:
        if code is None:
            return None
        if is_marked(code) or (meaning is not None and is_marked(meaning)):
            raise Unreadable(UNDECODED)
        if not code.rstrip(" "):
            return None
        if meaning is None or (self.words and meaning.rstrip(" ") not in self.words):
            raise Unreadable(UNLISTED)
        return meaning.rstrip(" ")

    def write(self, value: str | None) -> tuple[None, None]:
        if value is not None:
            raise Unreadable("a meaning that was looked up cannot be written back")
        return (None, None)

    def sql(self, code: str, meaning: str) -> SqlForm:
        found = trimmed(meaning)
        wanted = f"AND {one_of(found, self.words)}" if self.words else ""
        unmarked = f"NOT coalesce({marked(code, meaning)}, false)"
        return SqlForm(
            prepare=f"CASE WHEN {unmarked} AND {trimmed(code)} <> '' {wanted} THEN {found} END",
            value="{p}",
            reason=(
                f"CASE WHEN {code} IS NULL OR {{p}} IS NOT NULL THEN NULL"
                f" WHEN {marked(code, meaning)} THEN {literal(UNDECODED)}"
                f" WHEN {trimmed(code)} = '' THEN NULL ELSE {literal(UNLISTED)} END"
            ),
        )

    def predicate(self, op: str, value: Any) -> tuple[Condition, ...] | None:
        return None


def _words(field: Any, options: dict[str, Any]) -> dict[str, Any]:
    """{foreign: canonical}, checked against the words that the field knows. Raises ValueError."""
    codes = options.get("codes")
    if not isinstance(codes, dict) or not codes:
        raise ValueError(f"codes = {codes!r}: give a table of codes and what they mean")
    words = {foreign.rstrip(" "): _word(field, word, foreign) for foreign, word in codes.items()}
    if len(words) < len(codes):
        raise ValueError("codes: two codes differ only in blanks at the end")
    return words


def _word(field: Any, word: Any, foreign: str) -> Any:
    if isinstance(field, Flag):
        flag = word if isinstance(word, bool) else _FLAGS.get(word)
        if flag is None:
            raise ValueError(f"codes: {foreign!r} means {word!r}; known are true, false")
        return flag
    known = getattr(field, "codes", None)
    if known is not None and word not in known:
        raise ValueError(f"codes: {foreign!r} means {word!r}; known are {', '.join(known)}")
    if not isinstance(word, str):
        raise ValueError(f"codes: {foreign!r} means {word!r}; give text")
    return word


def _spellings(field: Any, words: dict[str, Any], write: Any) -> dict[Any, str]:
    """{canonical: the code that is written}. Raises ValueError where that is not said, or said
    wrongly.
    """
    if not isinstance(write, dict):
        raise ValueError(f"write = {write!r}: give a table of words and the code written for each")
    chosen = {}
    for word, foreign in write.items():
        meaning = _word(field, word, str(foreign))
        if words.get(str(foreign).rstrip(" ")) != meaning:
            raise ValueError(f"write: {word!r} is written {foreign!r}, which is not read as it")
        chosen[meaning] = str(foreign).rstrip(" ")
    for word in dict.fromkeys(words.values()):
        several = [foreign for foreign, meaning in words.items() if meaning == word]
        if word not in chosen and len(several) > 1:
            raise ValueError(
                f"codes: {', '.join(map(repr, several))} all mean {word!r}:"
                " say with `write` which of them is written"
            )
        chosen.setdefault(word, several[0])
    return chosen


def _constant(word: Any) -> str:
    return str(word).lower() if isinstance(word, bool) else literal(word)
