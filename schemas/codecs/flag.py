"""True and false, spelled with digits, letters or declared words."""

from __future__ import annotations

from typing import Any

from schemas.codecs.codec import Condition, Rules, Unreadable
from schemas.codecs.spelling import Spelled, one_of, trimmed
from schemas.fields import Flag

UNKNOWN_FLAG = "neither yes nor no"


class FlagCodec(Spelled):
    """`flag`: the words of the options `yes` and `no` (lists; the first of each is written); blank
    is null.
    """

    kinds = (Flag,)
    options = frozenset({"yes", "no"})
    filters = frozenset({"="})

    def __init__(self, field: Any, options: dict[str, Any], rules: Rules) -> None:
        super().__init__(field, options, rules)
        self.words = {True: _words(options, "yes"), False: _words(options, "no")}
        self.meanings = {word: flag for flag, words in self.words.items() for word in words}
        if len(self.meanings) < len(self.words[True]) + len(self.words[False]):
            raise ValueError(f"yes and no: a word stands twice in {self.words}")

    def parse(self, text: str) -> bool:
        try:
            return self.meanings[text]
        except KeyError:
            raise Unreadable(UNKNOWN_FLAG) from None

    def spell(self, value: bool) -> str:
        return self.words[value][0]

    def parsed(self, column: str) -> str:
        text = trimmed(column)
        yes, no = one_of(text, self.words[True]), one_of(text, self.words[False])
        return f"CASE WHEN {yes} THEN true WHEN {no} THEN false END"

    def faults(self, column: str) -> tuple[tuple[str, str], ...]:
        return (("", UNKNOWN_FLAG),)

    def predicate(self, op: str, value: Any) -> tuple[Condition, ...] | None:
        if op not in self.filters or value is None:
            return None
        words = self.words[value]
        return (Condition("=", words) if len(words) == 1 else Condition("in", words),)


class YesNoCodec(FlagCodec):
    """`yn`: Y or N, in capitals; blank is null."""

    options = frozenset()

    def __init__(self, field: Any, options: dict[str, Any], rules: Rules) -> None:
        super().__init__(field, {"yes": ["Y"], "no": ["N"]}, rules)


class BitCodec(FlagCodec):
    """`bit`: 1 or 0, of a numeric column; blank is null."""

    options = frozenset()
    keeps_order = True

    def __init__(self, field: Any, options: dict[str, Any], rules: Rules) -> None:
        super().__init__(field, {"yes": ["1"], "no": ["0"]}, rules)

    def predicate(self, op: str, value: Any) -> tuple[Condition, ...] | None:
        if op not in self.filters or value is None:
            return None
        return (Condition("=", (int(value),)),)


def _words(options: dict[str, Any], name: str) -> tuple[str, ...]:
    words = options.get(name)
    if not isinstance(words, list) or not words or not all(isinstance(w, str) for w in words):
        raise ValueError(f"{name} = {words!r}: give a list of the words that mean {name}")
    if any(word.rstrip(" ") == "" for word in words):
        raise ValueError(f"{name} = {words!r}: blank means null, and nothing else")
    return tuple(word.rstrip(" ") for word in words)
