"""Codes as words of the model."""

from __future__ import annotations

from typing import Any

import pytest

from schemas.codecs import make_codec
from schemas.codecs.codec import MARK, UNDECODED, Condition, Rules, Unreadable
from schemas.fields import Code, Flag, Text, Words

STATUS = Code(("prospect", "active", "on_hold"))
ROLES = Words(("bill_to", "shipper", "consignee"))
CODES = {"A": "active", "1": "active", "H": "on_hold"}

status = make_codec("codes", STATUS, {"codes": CODES, "write": {"active": "A"}}, Rules())
letters = make_codec("codes_list", ROLES, {"codes": {"S": "shipper", "B": "bill_to"}}, Rules())
words = make_codec(
    "codes_list", ROLES, {"codes": {"SH": "shipper", "BT": "bill_to"}, "separator": ","}, Rules()
)
listed = make_codec("listed", Text(), {}, Rules())


@pytest.mark.parametrize(
    ("raw", "value"), [("A", "active"), ("1 ", "active"), ("H", "on_hold"), ("  ", None)]
)
def test_codes_are_read_as_words(raw: str, value: str | None) -> None:
    assert status.read(raw) == value


@pytest.mark.parametrize(
    ("raw", "reason"),
    [("a", "code is not listed"), ("Z", "code is not listed"), (MARK + "41", UNDECODED)],
)
def test_codes_that_are_not_listed_are_refused(raw: str, reason: str) -> None:
    """F1"""
    with pytest.raises(Unreadable) as refusal:
        status.read(raw)
    assert refusal.value.reason == reason


def test_a_blank_code_is_read_where_it_is_listed() -> None:
    codec = make_codec("codes", STATUS, {"codes": {"": "prospect", "A": "active"}}, Rules())
    assert codec.read("  ") == "prospect"
    assert codec.read(None) is None
    assert codec.write("prospect") == ("",)


def test_the_declared_code_is_written_and_all_are_found() -> None:
    assert status.write("active") == ("A",)
    assert status.predicate("=", "active") == (Condition("in", ("A", "1")),)
    assert status.predicate("=", "on_hold") == (Condition("=", ("H",)),)
    assert status.predicate("=", "prospect") is None
    with pytest.raises(Unreadable):
        status.write("prospect")


def test_flags_can_be_codes() -> None:
    codec = make_codec("codes", Flag(), {"codes": {"J": True, "N": "false"}}, Rules())
    assert codec.read("J") is True
    assert codec.read("N") is False
    assert codec.write(False) == ("N",)


def test_codes_are_padded_to_the_width_of_their_column() -> None:
    codec = make_codec("codes", STATUS, {"codes": {"A": "active"}, "width": 2}, Rules())
    assert codec.write("active") == ("A ",)
    assert codec.predicate("=", "active") == (Condition("=", ("A ",)),)


@pytest.mark.parametrize(
    ("field", "options", "message"),
    [
        (STATUS, {"codes": {"A": "aktiv"}}, "'aktiv'; known are prospect, active, on_hold"),
        (STATUS, {"codes": {"A": "active", "B": "active"}}, "'A', 'B' all mean 'active': say with"),
        (STATUS, {"codes": {}}, "give a table of codes"),
        (STATUS, {"codes": CODES, "write": {"active": "H"}}, "which is not read as it"),
        (STATUS, {"codes": CODES, "write": {"actve": "A"}}, "'actve'; known are"),
        (STATUS, {"codes": {"A": "active", "A ": "on_hold"}}, "differ only in blanks"),
        (Flag(), {"codes": {"A": "maybe"}}, "known are true, false"),
        (Text(), {"codes": {"A": 1}}, "give text"),
    ],
)
def test_wrong_tables_are_named(field: Any, options: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        make_codec("codes", field, options, Rules())


@pytest.mark.parametrize(
    ("codec", "raw", "value"),
    [
        (letters, "SB", ["bill_to", "shipper"]),
        (letters, "S S ", ["shipper"]),
        (letters, "   ", None),
        (letters, None, None),
        (words, "SH, BT", ["bill_to", "shipper"]),
        (words, "SH,,", ["shipper"]),
        (words, " , ", None),
    ],
)
def test_lists_are_read_in_the_order_of_the_field(
    codec: Any, raw: str | None, value: list[str] | None
) -> None:
    assert codec.read(raw) == value


@pytest.mark.parametrize(
    ("codec", "raw"), [(letters, "SX"), (letters, "S,B"), (words, "SH;BT"), (words, "S H")]
)
def test_a_list_with_an_unlisted_code_is_refused_whole(codec: Any, raw: str) -> None:
    """F1"""
    with pytest.raises(Unreadable) as refusal:
        codec.read(raw)
    assert refusal.value.reason == "code is not listed"


def test_lists_are_written_with_their_separator() -> None:
    assert letters.write(["bill_to", "shipper"]) == ("BS",)
    assert words.write(["bill_to", "shipper"]) == ("BT,SH",)
    with pytest.raises(Unreadable):
        words.write(["consignee"])
    with pytest.raises(Unreadable):
        words.write([])


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"codes": {"SH": "shipper"}}, "'SH' can be no code of such a list"),
        ({"codes": {"S,H": "shipper"}, "separator": ","}, "'S,H' can be no code"),
        ({"codes": {"S": "shipper"}, "separator": "; "}, "give the one character"),
        ({"codes": {"S": "driver"}}, "known are bill_to, shipper, consignee"),
    ],
)
def test_wrong_lists_are_named(options: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        make_codec("codes_list", ROLES, options, Rules())


def test_a_meaning_that_was_looked_up_is_read() -> None:
    assert listed.read("N30", "Net 30 days  ") == "Net 30 days"
    assert listed.read(None, None) is None
    assert listed.read("  ", None) is None


def test_a_code_without_a_meaning_is_refused() -> None:
    """F1"""
    with pytest.raises(Unreadable) as refusal:
        listed.read("N31", None)
    assert refusal.value.reason == "code is not listed"


def test_a_meaning_is_not_written() -> None:
    assert listed.write(None) == (None, None)
    with pytest.raises(Unreadable, match="cannot be written back"):
        listed.write("Net 30 days")
