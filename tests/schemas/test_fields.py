"""The kinds of value: what each takes from callers, gives to them, and is in DuckDB."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from marshmallow import ValidationError

from schemas.fields import Code, Day, Exact, Flag, Instant, Key, Keys, Text, Whole, Words

UTC = dt.UTC


@pytest.mark.parametrize(
    ("field", "duck"),
    [
        (Text(), "VARCHAR"),
        (Key(), "VARCHAR"),
        (Keys(), "VARCHAR"),
        (Code(("a",)), "VARCHAR"),
        (Words(("a",)), "VARCHAR"),
        (Whole(), "BIGINT"),
        (Exact(18, 2), "DECIMAL(18,2)"),
        (Exact(38, 0), "DECIMAL(38,0)"),
        (Flag(), "BOOLEAN"),
        (Day(), "DATE"),
        (Instant(), "TIMESTAMP"),
    ],
)
def test_each_kind_has_its_type_in_duckdb(field: Any, duck: str) -> None:
    assert field.duck == duck


@pytest.mark.parametrize(
    ("field", "given", "value"),
    [
        (Exact(18, 2), "12.5", Decimal("12.5")),
        (Exact(18, 2), "12.50000", Decimal("12.50")),
        (Exact(18, 2), "-0.01", Decimal("-0.01")),
        (Exact(18, 2), "9999999999999999.99", Decimal("9999999999999999.99")),
        (Flag(), True, True),
        (Whole(), 5, 5),
        (Code(("a", "b")), "b", "b"),
        (Words(("a", "b")), ["b", "a"], ["b", "a"]),
        (Keys(), ["C1"], ["C1"]),
        (Day(), "2024-02-29", dt.date(2024, 2, 29)),
        (Instant(), "2024-01-31T10:00:00+05:30", dt.datetime(2024, 1, 31, 4, 30, tzinfo=UTC)),
        (Instant(), "2024-01-31T10:00:00Z", dt.datetime(2024, 1, 31, 10, tzinfo=UTC)),
    ],
)
def test_a_value_is_taken_exactly(field: Any, given: Any, value: Any) -> None:
    """F8"""
    taken = field.deserialize(given)
    assert taken == value
    assert type(taken) is type(value)


@pytest.mark.parametrize(
    ("field", "given", "told"),
    [
        (Exact(18, 2), 12.5, "Not a decimal number in plain notation, as a string."),
        (Exact(18, 2), 12, "Not a decimal number in plain notation, as a string."),
        (Exact(18, 2), "1e3", "Not a decimal number in plain notation, as a string."),
        (Exact(18, 2), "NaN", "Not a decimal number in plain notation, as a string."),
        (Exact(18, 2), " 1", "Not a decimal number in plain notation, as a string."),
        (Exact(18, 2), "1.005", "More than 2 digits after the point."),
        (Exact(5, 2), "1000", "More than 3 digits before the point."),
        (Flag(), "true", "Not a valid boolean."),
        (Flag(), 1, "Not a valid boolean."),
        (Whole(), 5.5, "Not a valid integer."),
        (Whole(), "x", "Not a valid integer."),
        (Code(("a", "b")), "c", "Must be one of: a, b."),
        (Day(), "2023-02-29", "Not a valid date."),
        (Instant(), "2024-01-31T10:00:00", "Not a valid aware datetime."),
    ],
)
def test_what_is_no_such_value_is_refused(field: Any, given: Any, told: str) -> None:
    with pytest.raises(ValidationError) as refused:
        field.deserialize(given)
    assert refused.value.messages == [told]


@pytest.mark.parametrize(
    ("field", "value", "shown"),
    [
        (Exact(18, 2), Decimal("12.5"), "12.50"),
        (Exact(38, 10), Decimal("1E+3"), "1000.0000000000"),
        (Instant(), dt.datetime(2024, 1, 31, 10, tzinfo=UTC), "2024-01-31T10:00:00Z"),
        (Instant(), dt.datetime(2024, 1, 31, 10, 0, 0, 5, UTC), "2024-01-31T10:00:00.000005Z"),
        (Day(), dt.date(2024, 1, 31), "2024-01-31"),
    ],
)
def test_a_value_is_shown_in_one_way(field: Any, value: Any, shown: str) -> None:
    assert field._serialize(value, None, None) == shown


@pytest.mark.parametrize(("precision", "scale"), [(39, 0), (2, 3), (5, -1)])
def test_a_decimal_has_at_most_38_digits(precision: int, scale: int) -> None:
    with pytest.raises(ValueError, match="is outside 38 digits"):
        Exact(precision, scale)
