"""Whole numbers, decimals, minor units and doubles."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from schemas.codecs import make_codec
from schemas.codecs.codec import MARK, UNDECODED, Condition, Rules, Unreadable
from schemas.decimals import plain_decimal
from schemas.fields import Exact, Whole

CODECS: dict[str, Any] = {
    "integer": make_codec("integer", Whole(), {"numeric": True}, Rules()),
    "decimal": make_codec("decimal", Exact(18, 2), {"numeric": True}, Rules()),
    "decimal 38": make_codec("decimal", Exact(38, 10), {"numeric": True}, Rules()),
    "cents": make_codec("cents", Exact(18, 2), {"numeric": True}, Rules()),
    "mills": make_codec("cents", Exact(18, 6), {"scale": 3, "numeric": True}, Rules()),
    "float": make_codec("float", Exact(18, 2), {"numeric": True}, Rules()),
    "float 6": make_codec("float", Exact(9, 6), {"numeric": True}, Rules()),
}


@pytest.mark.parametrize(
    ("codec", "raw", "value"),
    [
        ("integer", "-0042  ", -42),
        ("integer", "9223372036854775807", 2**63 - 1),
        ("integer", "-9223372036854775808", -(2**63)),
        ("integer", "   ", None),
        ("integer", None, None),
        ("decimal", "12.5", Decimal("12.50")),
        ("decimal", ".5", Decimal("0.50")),
        ("decimal", "12.5000000", Decimal("12.50")),
        ("decimal", "-9999999999999999.99", Decimal("-9999999999999999.99")),
        ("decimal", "  ", None),
        ("decimal 38", "9" * 28 + "." + "9" * 10, Decimal("9" * 28 + "." + "9" * 10)),
        ("cents", "-12345", Decimal("-123.45")),
        ("cents", "999999999999999999", Decimal("9999999999999999.99")),
        ("mills", "1500", Decimal("1.500000")),
        ("float", "12.5", Decimal("12.50")),
        ("float", "1234567890123456.8", Decimal("1234567890123456.80")),
        ("float 6", "0.10000000000000001", Decimal("0.100000")),
        ("float 6", "1e-05", Decimal("0.000010")),
        ("float 6", "1.0e+2", Decimal("100.000000")),
        ("float", "-0.0", Decimal("0.00")),
    ],
)
def test_numbers_are_read_exactly(codec: str, raw: str | None, value: Any) -> None:
    """F1, F8"""
    found = CODECS[codec].read(raw)
    assert str(found) == str(value)
    assert found == value


@pytest.mark.parametrize(
    ("codec", "raw", "reason"),
    [
        ("integer", "12.7", "not a whole number"),
        ("integer", "1e3", "not a whole number"),
        ("integer", "0x1F", "not a whole number"),
        ("integer", "1_000", "not a whole number"),
        ("integer", "+1", "not a whole number"),
        ("integer", " 1", "not a whole number"),
        ("integer", "١٢", "not a whole number"),
        ("integer", "9223372036854775808", "outside 64 bits"),
        ("integer", "1" * 5000, "outside 64 bits"),
        ("integer", MARK + "31", UNDECODED),
        ("decimal", "12.345", "more than 2 digits after the point"),
        ("decimal", "10000000000000000", "more than 16 digits before the point"),
        ("decimal", "1,000", "not a decimal number in plain notation"),
        ("decimal", "1e3", "not a decimal number in plain notation"),
        ("decimal", "NaN", "not a decimal number in plain notation"),
        ("decimal", "-Infinity", "not a decimal number in plain notation"),
        ("cents", "12.5", "not a whole number"),
        ("cents", "1000000000000000000", "more than 16 digits before the point"),
        ("float", "0.1234", "more than 2 digits after the point"),
        ("float", "1e-400", None),
        ("float", "1.8e309", "more than 16 digits before the point"),
        ("float", "nan", "not a number"),
        ("float", "Inf", "not a number"),
    ],
)
def test_other_spellings_are_refused_or_exact(codec: str, raw: str, reason: str | None) -> None:
    """F1: nothing is rounded; 1e-400 is a double, and that double is zero."""
    if reason is None:
        assert CODECS[codec].read(raw) == 0
        return
    with pytest.raises(Unreadable) as refusal:
        CODECS[codec].read(raw)
    assert refusal.value.reason == reason


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("12.50", Decimal("12.50")),
        (".5", Decimal("0.5")),
        ("-" + "9" * 38, Decimal("-" + "9" * 38)),
        ("9" * 39, None),
        ("1e3", None),
        ("+1", None),
        (" 1", None),
        ("1.", None),
        ("nan", None),
        ("inf", None),
        ("١", None),
        ("1\n", None),
        ("", None),
    ],
)
def test_plain_notation_is_digits_and_a_point(text: str, number: Decimal | None) -> None:
    """F8"""
    assert plain_decimal(text) == number


@pytest.mark.parametrize(
    ("codec", "value", "text"),
    [
        ("integer", -42, "-42"),
        ("decimal", Decimal("1E+2"), "100"),
        ("decimal", Decimal("12.500"), "12.500"),
        ("cents", Decimal("123.45"), "12345"),
        ("float 6", Decimal("0.00001"), "1e-05"),
    ],
)
def test_numbers_are_written_plainly(codec: str, value: Any, text: str) -> None:
    assert CODECS[codec].write(value) == (text,)


@pytest.mark.parametrize(
    ("codec", "value"),
    [
        ("integer", 2**63),
        ("decimal", Decimal("0.001")),
        ("decimal", Decimal(10**16)),
        ("cents", Decimal("0.001")),
        ("float", Decimal("9007199254740993.01")),
    ],
)
def test_what_would_be_rounded_is_not_written(codec: str, value: Any) -> None:
    """F1"""
    with pytest.raises(Unreadable):
        CODECS[codec].write(value)


@pytest.mark.parametrize(
    ("codec", "op", "value", "condition"),
    [
        ("integer", ">=", 5, Condition(">=", (5,))),
        ("decimal", "<", Decimal("1.50"), Condition("<", (Decimal("1.50"),))),
        ("cents", "=", Decimal("1.50"), Condition("=", (150,))),
        ("cents", ">=", Decimal("1.505"), Condition(">", (150,))),
        ("cents", "<", Decimal("-1.505"), Condition("<=", (-151,))),
        ("float", ">=", Decimal("0.1"), Condition(">=", (0.1,))),
    ],
)
def test_numbers_are_compared_natively(
    codec: str, op: str, value: Any, condition: Condition
) -> None:
    assert CODECS[codec].predicate(op, value) == (condition,)


def test_what_no_row_can_equal_is_not_asked_for() -> None:
    assert CODECS["cents"].predicate("=", Decimal("1.505")) is None
    assert CODECS["float"].predicate("=", Decimal("0.1000000000000000000001")) is None


def test_declarations_that_cannot_hold_are_named() -> None:
    with pytest.raises(ValueError, match="a double has 17 digits"):
        make_codec("float", Exact(38, 10), {"numeric": True}, Rules())
    with pytest.raises(ValueError, match="the field has 2 digits after the point"):
        make_codec("cents", Exact(18, 2), {"scale": 3}, Rules())


@pytest.mark.parametrize("codec", ["integer", "decimal", "cents", "float"])
def test_a_column_that_may_be_text_offers_no_filter_and_no_order(codec: str) -> None:
    """A4: a text column would say that 9 is more than 10."""
    field = Whole() if codec == "integer" else Exact(18, 2)
    made = make_codec(codec, field, {}, Rules())
    assert made.filters == frozenset()
    assert not made.keeps_order
    assert made.predicate("=", Decimal(10)) is None
    with pytest.raises(ValueError, match="give true or false"):
        make_codec(codec, field, {"numeric": "yes"}, Rules())
