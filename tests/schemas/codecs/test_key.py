"""Keys of one column and of several."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.codecs import make_codec
from schemas.codecs.codec import MARK, UNDECODED, Condition, Rules, Unreadable
from schemas.codecs.key import join_key, split_key
from schemas.fields import Key, Keys

key = make_codec("key", Key(), {}, Rules())
key6 = make_codec("key", Key(), {"width": 6}, Rules())
pair = make_codec("key", Key(), {"widths": [3, 4]}, Rules(), 2)


@pytest.mark.parametrize(
    ("raw", "value"),
    [("C001  ", "C001"), ("a.b~c", "a.b~c"), (" 1", " 1"), ("   ", None), ("", None), (None, None)],
)
def test_a_key_is_trimmed_on_the_right_and_blank_is_null(
    raw: str | None, value: str | None
) -> None:
    """F4"""
    assert key.read(raw) == value


def test_a_key_is_written_and_compared_padded() -> None:
    """F4"""
    assert key6.write("C001") == ("C001  ",)
    assert key6.predicate("=", "C001") == (Condition("=", ("C001  ",)),)
    assert key6.predicate("=", "C001234") is None


def test_parts_are_joined_so_that_they_can_be_told_apart() -> None:
    assert join_key(["01", "C1"]) == "01.C1"
    assert join_key(["0.1", "C~1"]) == "0~11.C~01"
    assert split_key("0~11.C~01", 2) == ("0.1", "C~1")


@given(st.lists(st.text(min_size=1), min_size=1, max_size=4))
def test_joined_parts_are_split_again(parts: list[str]) -> None:
    assert split_key(join_key(parts), len(parts)) == tuple(parts)


@pytest.mark.parametrize("text", ["01", "01.", ".C1", "01.C1.X", "0~2.C1", "~.C1", ""])
def test_what_is_no_joined_key_is_named(text: str) -> None:
    with pytest.raises(ValueError, match="is no key of 2 parts"):
        split_key(text, 2)


def test_a_compound_key_is_read_and_written_by_its_columns() -> None:
    assert pair.read("01 ", "C.1 ") == "01.C~11"
    assert pair.write("01.C~11") == ("01 ", "C.1 ")
    assert pair.predicate("=", "01.C~11") == (
        Condition("=", ("01 ",), 0),
        Condition("=", ("C.1 ",), 1),
    )
    assert pair.read(None, "  ") is None
    assert pair.write(None) == (None, None)


@pytest.mark.parametrize(
    ("parts", "reason"),
    [
        (("01", None), "part of the key is missing"),
        (("  ", "C1"), "part of the key is missing"),
        (("01", MARK + "ff"), UNDECODED),
        ((None, MARK + "ff"), UNDECODED),
    ],
)
def test_a_compound_key_without_one_of_its_parts_is_refused(
    parts: tuple[str | None, str | None], reason: str
) -> None:
    """F1"""
    with pytest.raises(Unreadable) as refusal:
        pair.read(*parts)
    assert refusal.value.reason == reason


@pytest.mark.parametrize("value", ["01", "0001.C1", "01.C1.X", "01 .C1", ""])
def test_what_is_no_compound_key_is_neither_written_nor_found(value: str) -> None:
    with pytest.raises(Unreadable):
        pair.write(value)
    assert pair.predicate("=", value) is None


def test_a_key_reads_as_a_list_of_one() -> None:
    """F12"""
    keys = make_codec("keys", Keys(), {"width": 6}, Rules())
    assert keys.read("O1    ") == ["O1"]
    assert keys.read("      ") is None
    assert keys.write(["O1"]) == ("O1    ",)
    with pytest.raises(Unreadable, match="one column holds one key"):
        keys.write(["O1", "O2"])


def test_widths_are_one_for_each_column() -> None:
    with pytest.raises(ValueError, match="one number for each column"):
        make_codec("key", Key(), {"widths": [3]}, Rules(), 2)
