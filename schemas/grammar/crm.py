"""The `[crm]` table: what holds for every record of one CRM."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from schemas.codecs import make_codec
from schemas.codecs.codec import Rules
from schemas.codecs.zone import zone_table
from schemas.elements import HEADER
from schemas.fields import Text
from schemas.grammar.place import Place
from schemas.mapping import VERDICTS

CRM_WORDS = (
    "zone",
    "repeated",
    "skipped",
    "page",
    "sentinels",
    "calling_code",
    "country",
    "faults",
    "sign_in",
    "ok",
    "fail",
    "words",
    "lists",
)
# Words of [crm] that are no rules for values.
APART = ("faults", "sign_in", "sentinels", "ok", "fail", "words", "lists")
SENTINEL_KINDS = ("date", "stamp")


class Judgement(NamedTuple):
    """What in an answer tells whether it was done, and what the other texts there mean."""

    ok: Mapping[str, str]
    fail: Mapping[str, str]
    words: str | None


NO_JUDGEMENT = Judgement({}, {}, None)


def read_rules(place: Place, table: Mapping[str, Any]) -> Rules:
    place.known(table, CRM_WORDS)
    words = {word: value for word, value in table.items() if word not in APART}
    for word, value in words.items():
        place.typed(value, word, str)
    for word in ("repeated", "skipped"):
        if words.get(word, "refuse") not in ("earlier", "later", "refuse"):
            raise place.fail(f"{word!r} must be earlier, later or refuse, not {words[word]!r}")
    spelled = place.table(table, "sentinels")
    place.at("sentinels").known(spelled, SENTINEL_KINDS)
    sentinels = {
        kind: place.at("sentinels").texts(values, kind) for kind, values in spelled.items()
    }
    try:
        "".encode(words.get("page", "utf-8"))
    except LookupError:
        raise place.fail(
            f"page {words['page']!r} is no code page that Python knows; such as cp1252"
        ) from None
    try:
        zone_table(words.get("zone", "UTC"), "refuse", "refuse")
    except ValueError as error:
        raise place.fail(str(error)) from None
    if not words.get("calling_code", "1").isdigit():
        raise place.fail(f"'calling_code' is digits such as 1, not {words['calling_code']!r}")
    rules = Rules(sentinels=sentinels, **words)
    try:
        make_codec("region_code", Text(), {}, rules)
    except ValueError as error:
        raise place.fail(str(error)) from None
    return rules


def read_sign_in(place: Place, crm: Mapping[str, Any]) -> dict[str, Any]:
    """How the CRM's services know us: words that the style of signing in judges when it opens."""
    found = place.table(crm, "sign_in")
    at = place.at("sign_in")
    for word, value in found.items():
        if isinstance(value, list):
            at.texts(value, word)
        elif isinstance(value, dict):
            at.text_table(found, word)
        elif value == "" or isinstance(value, bool) or not isinstance(value, (str, int)):
            raise at.fail(f"{word!r} must be a text, a number, a list or a table, not {value!r}")
    return found


def read_verdicts(place: Place, table: Mapping[str, Any], word: str) -> dict[str, str]:
    """What the CRM's own codes for "no" mean to us."""
    found = place.text_table(table, word)
    for code, verdict in found.items():
        if verdict not in VERDICTS:
            raise place.at(word).fail(
                f"{code!r} means unknown {verdict!r}; known: {', '.join(VERDICTS)}"
            )
    return found


def read_judgement(place: Place, table: Mapping[str, Any], whole: Judgement) -> Judgement:
    """That of one table, on top of what holds for all of the CRM."""
    ok = {**whole.ok, **place.text_table(table, "ok")}
    fail = {**whole.fail, **read_verdicts(place, table, "fail")}
    for word in ("fail", "words"):
        if word in table and not ok:
            raise place.fail(
                f"{word!r} says nothing without 'ok', which tells where the code stands"
            )
    words = place.typed(table["words"], "words", str) if "words" in table else whole.words
    for path in (*ok, *([words] if words else [])):
        place.path_of("ok", path.removeprefix(HEADER))
    return Judgement(ok, fail, words)
