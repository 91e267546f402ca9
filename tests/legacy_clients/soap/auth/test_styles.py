"""Every style of signing in says its words, and what is wrong with them."""

from __future__ import annotations

import inspect
import pkgutil
import re
from pathlib import Path
from typing import Any

import pytest

from legacy_clients.errors import Misconfigured
from legacy_clients.soap import auth
from legacy_clients.soap.auth import STYLES, Credentials, NoAuth, signing_in
from legacy_clients.soap.auth.words import FORMS

WHO = Credentials("anna", "pw-of-anna", certificate=True, secure=True, host="crm.example.com")
RIGHT: dict[str, dict[str, Any]] = {
    "none": {},
    "session_header": {"call": "L", "user": "U", "password": "P", "token": "T", "header": "H.T"},
    "session_body": {"call": "L", "user": "U", "password": "P", "token": "T", "element": "s"},
    "ws_security": {"password": "digest", "lasts": 300},
    "body": {"user": "auth.user", "password": "auth.password", "refused": ["BAD"]},
    "basic": {},
    "ntlm": {},
    "certificate": {},
}


def test_there_is_an_example_of_each_style() -> None:
    assert RIGHT.keys() == STYLES.keys()


@pytest.mark.parametrize("style", STYLES)
def test_a_style_is_made_of_its_words(style: str) -> None:
    made = signing_in({"style": style, **RIGHT[style]}, WHO)

    assert type(made) is STYLES[style]
    assert "pw-of-anna" not in repr(made)


@pytest.mark.parametrize("style", STYLES)
def test_an_unknown_word_is_told_with_the_known_ones(style: str) -> None:
    known = ", ".join((*STYLES[style].WORDS, "style", "busy"))
    with pytest.raises(Misconfigured) as told:
        signing_in({"style": style, **RIGHT[style], "tokn": "x"}, WHO)

    assert str(told.value) == (
        f"[crm.sign_in] of style {style}: unknown word 'tokn'. Its words are {known}"
    )


@pytest.mark.parametrize(
    ("style", "word"),
    [
        (style, name)
        for style, kind in STYLES.items()
        for name, word in kind.WORDS.items()
        if word.demanded
    ],
)
def test_a_missing_word_is_told_with_what_it_is_for(style: str, word: str) -> None:
    lacking = {name: value for name, value in RIGHT[style].items() if name != word}
    with pytest.raises(Misconfigured) as told:
        signing_in({"style": style, **lacking}, WHO)

    assert f"{word!r} is missing: {STYLES[style].WORDS[word].purpose}" in str(told.value)


@pytest.mark.parametrize(
    ("style", "word"), [(style, name) for style, kind in STYLES.items() for name in kind.WORDS]
)
def test_a_word_of_another_form_is_told(style: str, word: str) -> None:
    form = STYLES[style].WORDS[word].form
    for value in (5, "x", ["x"], {"a": "b"}):
        if isinstance(value, FORMS[form][0]):
            continue
        with pytest.raises(Misconfigured, match=f"'{word}' must be {FORMS[form][1]}"):
            signing_in({"style": style, **RIGHT[style], word: value}, WHO)


@pytest.mark.parametrize(
    ("style", "missing"),
    [
        ("session_header", "FACADE_SOAP_USER and FACADE_SOAP_PASSWORD"),
        ("session_body", "FACADE_SOAP_USER and FACADE_SOAP_PASSWORD"),
        ("ws_security", "FACADE_SOAP_USER and FACADE_SOAP_PASSWORD"),
        ("body", "FACADE_SOAP_USER and FACADE_SOAP_PASSWORD"),
        ("basic", "FACADE_SOAP_USER and FACADE_SOAP_PASSWORD"),
        ("ntlm", "FACADE_SOAP_USER and FACADE_SOAP_PASSWORD"),
        ("certificate", "FACADE_SOAP_CERTIFICATE"),
    ],
)
def test_a_missing_setting_is_told(style: str, missing: str) -> None:
    with pytest.raises(Misconfigured, match=f"of style {style}: set {missing}$"):
        signing_in({"style": style, **RIGHT[style]}, Credentials())


def test_an_unknown_style_is_told_with_the_known_ones() -> None:
    with pytest.raises(Misconfigured, match="style 'kerberos' is unknown; known: none, session_h"):
        signing_in({"style": "kerberos"}, WHO)


def test_no_table_is_no_sign_in_and_no_style_is_a_session_in_the_header() -> None:
    assert type(signing_in({}, Credentials())) is NoAuth
    assert type(signing_in(RIGHT["session_header"], WHO)) is STYLES["session_header"]


def test_readme_tells_every_style_with_its_words() -> None:
    readme = (Path(auth.__path__[0]).parents[2] / "README.md").read_text("utf-8")
    (table,) = re.findall(r"(?m)^\| style \| .*\n\|---.*\n((?:\|.*\n)+)", readme)
    told = {
        re.findall(r"`(\w+)`", cells[1])[0]: re.findall(r"`(\w+)`", cells[2])
        for cells in (line.split("|") for line in table.splitlines())
    }
    assert told == {name: list(kind.WORDS) for name, kind in STYLES.items()}


def test_each_style_has_a_file_of_its_own() -> None:
    files = {module.name for module in pkgutil.iter_modules(auth.__path__)}
    homes = {inspect.getmodule(kind).__name__.rpartition(".")[2] for kind in STYLES.values()}

    assert len(homes) == len(STYLES)
    assert homes <= files
