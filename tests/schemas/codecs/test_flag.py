"""True and false."""

from __future__ import annotations

import pytest

from schemas.codecs import make_codec
from schemas.codecs.codec import MARK, UNDECODED, Condition, Rules, Unreadable
from schemas.fields import Flag

CODECS = {
    "bit": make_codec("bit", Flag(), {}, Rules()),
    "yn": make_codec("yn", Flag(), {}, Rules()),
    "flag": make_codec("flag", Flag(), {"yes": ["J", "true"], "no": ["N"]}, Rules()),
}


@pytest.mark.parametrize(
    ("codec", "raw", "value"),
    [
        ("bit", "1", True),
        ("bit", "0 ", False),
        ("bit", "", None),
        ("yn", "Y", True),
        ("yn", "N  ", False),
        ("yn", " ", None),
        ("yn", None, None),
        ("flag", "true", True),
        ("flag", "J ", True),
        ("flag", "N", False),
    ],
)
def test_declared_spellings_are_read(codec: str, raw: str | None, value: bool | None) -> None:
    assert CODECS[codec].read(raw) is value


@pytest.mark.parametrize(
    ("codec", "raw", "reason"),
    [
        ("bit", "true", "neither yes nor no"),
        ("bit", "t", "neither yes nor no"),
        ("bit", "2", "neither yes nor no"),
        ("bit", "01", "neither yes nor no"),
        ("yn", "y", "neither yes nor no"),
        ("yn", "yes", "neither yes nor no"),
        ("yn", "1", "neither yes nor no"),
        ("yn", MARK + "59", UNDECODED),
        ("flag", "Y", "neither yes nor no"),
    ],
)
def test_other_spellings_are_refused_and_never_false(codec: str, raw: str, reason: str) -> None:
    """F1"""
    with pytest.raises(Unreadable) as refusal:
        CODECS[codec].read(raw)
    assert refusal.value.reason == reason


def test_flags_are_written_by_their_first_word() -> None:
    assert CODECS["flag"].write(True) == ("J",)
    assert CODECS["yn"].write(False) == ("N",)
    assert CODECS["bit"].write(True) == ("1",)


def test_flags_are_compared_with_all_their_words() -> None:
    assert CODECS["flag"].predicate("=", True) == (Condition("in", ("J", "true")),)
    assert CODECS["yn"].predicate("=", False) == (Condition("=", ("N",)),)
    assert CODECS["bit"].predicate("=", True) == (Condition("=", (1,)),)
    assert CODECS["bit"].predicate("<", True) is None


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"yes": ["J"]}, "no = None"),
        ({"yes": [], "no": ["N"]}, "yes = "),
        ({"yes": ["J"], "no": [" "]}, "blank means null"),
        ({"yes": ["J", "N"], "no": ["N "]}, "stands twice"),
    ],
)
def test_wrong_words_are_named(options: dict[str, list[str]], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        make_codec("flag", Flag(), options, Rules())
