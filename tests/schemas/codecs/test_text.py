"""Text as typed, and text of fixed-width columns."""

from __future__ import annotations

import pytest

from schemas.codecs import make_codec
from schemas.codecs.codec import MARK, UNDECODED, Condition, Rules, Unreadable
from schemas.fields import Text

text = make_codec("text", Text(), {}, Rules())
char = make_codec("char", Text(), {}, Rules())
char10 = make_codec("char", Text(), {"width": 10}, Rules())


@pytest.mark.parametrize("typed", ["", " ", "555-1234 ask Bob ", "Zoë 🚚", "a" + MARK, None])
def test_text_is_carried_as_typed(typed: str | None) -> None:
    """F1, F3, F4"""
    assert text.read(typed) == typed
    assert text.write(typed) == (typed,)


@pytest.mark.parametrize("codec", [text, char])
@pytest.mark.parametrize("raw", [MARK + "4dfc6c6c6572", "a\0b"])
def test_bytes_that_are_no_text_are_refused(codec: object, raw: str) -> None:
    """F5"""
    with pytest.raises(Unreadable) as refusal:
        codec.read(raw)  # type: ignore[attr-defined]
    assert refusal.value.reason == UNDECODED


@pytest.mark.parametrize("unwritable", [MARK + "41", "a\0b"])
def test_text_that_no_column_carries_is_not_written(unwritable: str) -> None:
    with pytest.raises(Unreadable):
        text.write(unwritable)


@pytest.mark.parametrize(
    ("raw", "value"),
    [("ACME      ", "ACME"), ("  ACME", "  ACME"), ("A\t ", "A\t"), ("   ", None), ("", None)],
)
def test_fixed_width_text_is_trimmed_on_the_right_and_blank_is_null(
    raw: str, value: str | None
) -> None:
    """F4"""
    assert char.read(raw) == value


def test_fixed_width_text_is_written_and_compared_padded() -> None:
    """F4"""
    assert char10.write("ACME") == ("ACME      ",)
    assert char10.predicate("=", "ACME") == (Condition("=", ("ACME      ",)),)


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ("ACME & Sons", "longer than its column"),
        ("ACME ", "no spelling reads back as this value"),
        ("", "no spelling reads back as this value"),
    ],
)
def test_what_a_fixed_width_column_would_change_is_not_written(value: str, reason: str) -> None:
    """F1"""
    with pytest.raises(Unreadable, match=reason):
        char10.write(value)


def test_comparison_with_null_is_a_test_for_null() -> None:
    assert text.predicate("=", None) == (Condition("null"),)
    assert text.predicate("<", None) is None


def test_comparison_of_text_is_native() -> None:
    assert text.predicate(">=", "M ") == (Condition(">=", ("M ",)),)


@pytest.mark.parametrize("width", [0, "10", True])
def test_a_width_that_is_no_number_of_characters_is_named(width: object) -> None:
    with pytest.raises(ValueError, match=r"width = .*: give the number of characters"):
        make_codec("char", Text(), {"width": width}, Rules())
