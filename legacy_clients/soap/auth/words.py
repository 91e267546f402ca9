"""The words of `[crm.sign_in]`: what each means and which form it has, checked for every style."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from legacy_clients.errors import Misconfigured

FORMS: dict[str, tuple[type, str]] = {
    "text": (str, "a text"),
    "texts": (list, "a list of texts"),
    "table": (dict, "a table of texts"),
    "number": (int, "a whole number"),
}


@dataclass(frozen=True)
class Word:
    """One word of a style: what it says, its form (one of FORMS), whether it must be there, and
    the values that it may have where these are few.
    """

    purpose: str
    form: str = "text"
    demanded: bool = True
    among: tuple[str, ...] = ()


@dataclass(frozen=True)
class Credentials:
    """Who we are, by the settings. `host` is the configured host, for what is bound to it."""

    user: str | None = None
    password: str | None = field(default=None, repr=False)
    certificate: bool = False
    secure: bool = False
    host: str = ""


COMMON = {
    "style": Word("the style of signing in", demanded=False),
    "busy": Word("the fault codes that say that the service is full", "texts", demanded=False),
}


def check_words(style: str, known: Mapping[str, Word], given: Mapping[str, Any]) -> None:
    """Raises Misconfigured, listing what is unknown, missing or of another form."""
    words = {**known, **COMMON}
    told = [f"unknown word {word!r}" for word in given if word not in words]
    told += [
        f"{name!r} is missing: {word.purpose}"
        for name, word in words.items()
        if word.demanded and name not in given
    ]
    for name, word in words.items():
        if name in given:
            told += flaws(name, word, given[name])
    if told:
        raise Misconfigured(
            f"[crm.sign_in] of style {style}: {'; '.join(told)}. Its words are {', '.join(words)}"
        )


def flaws(name: str, word: Word, value: object) -> list[str]:
    kind, form = FORMS[word.form]
    if not isinstance(value, kind) or isinstance(value, bool):
        return [f"{name!r} must be {form}"]
    if word.among and value not in word.among:
        return [f"{name!r} is {value!r}, which must be one of {', '.join(word.among)}"]
    return []
