"""Values on their way out are spelled exactly or refused."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal

import pytest

from legacy_clients.errors import Unfit
from legacy_clients.soap.element import Kind
from legacy_clients.soap.spelling import spell
from legacy_clients.soap.values import (
    BigDate,
    BigDateTime,
    BigTime,
    DayOfMonth,
    Duration,
    MonthDay,
    MonthOfYear,
    QualifiedName,
    Year,
    YearMonth,
)

WEST = timezone(timedelta(hours=-6))
ODD = timezone(timedelta(seconds=30))


@pytest.mark.parametrize(
    ("value", "kind", "spelled"),
    [
        ("Łódź 東京 𝄞", "string", "Łódź 東京 𝄞"),
        ("", "string", ""),
        (" a\tb\r\n ", "string", " a\tb\r\n "),
        ("a b", "token", "a b"),
        (True, "boolean", "true"),
        (False, "boolean", "false"),
        (7, "int", "7"),
        (-(2**63), "long", "-9223372036854775808"),
        (Decimal("1E+2"), "decimal", "100"),
        (Decimal("1E-7"), "decimal", "0.0000001"),
        (Decimal("12345678901234567890123456789.010"), "decimal",
         "12345678901234567890123456789.010"),
        (5, "decimal", "5"),
        ("12.50", "decimal", "12.50"),
        (0.1, "double", "0.1"),
        (1e-05, "double", "1e-05"),
        (date(987, 1, 2), "date", "0987-01-02"),
        (datetime(2024, 3, 10, 1, 30, tzinfo=WEST), "dateTime", "2024-03-10T07:30:00Z"),
        (datetime(2024, 1, 1, 0, 0, 0, 5, tzinfo=UTC), "dateTime", "2024-01-01T00:00:00.000005Z"),
        (time(23, 59), "time", "23:59:00"),
        (time(1, tzinfo=UTC), "time", "01:00:00Z"),
        (time(1, 2, 3, 5, WEST), "time", "01:02:03.000005-06:00"),
        (float("inf"), "double", "INF"),
        (float("-inf"), "float", "-INF"),
        (float("nan"), "double", "NaN"),
        (BigDate(2024, 2, 29, 60), "date", "2024-02-29+01:00"),
        (BigDate(-44, 3, 15, None), "date", "-0044-03-15"),
        (BigDateTime(2024, 1, 1, 0, 0, Decimal("5.1234567"), 0), "dateTime",
         "2024-01-01T00:00:05.1234567Z"),
        (BigTime(1, 2, Decimal("33.1234567"), -90), "time", "01:02:33.1234567-01:30"),
        (Duration(14, Decimal("90061.50")), "duration", "P1Y2MT90061.5S"),
        (Duration(-1, Decimal(0)), "duration", "-P1M"),
        (Duration(0, Decimal(0)), "duration", "PT0S"),
        (YearMonth(2024, 1, 0), "gYearMonth", "2024-01Z"),
        (Year(12024, None), "gYear", "12024"),
        (MonthDay(2, 29, None), "gMonthDay", "--02-29"),
        (MonthOfYear(1, None), "gMonth", "--01"),
        (DayOfMonth(31, -840), "gDay", "---31-14:00"),
        (QualifiedName(None, "a"), "QName", "a"),
        (("a", "b"), "NMTOKENS", "a b"),
        (b"\x00\xff", "base64Binary", "AP8="),
        (b"\x00\xff", "hexBinary", "00FF"),
    ],
)  # fmt: skip
def test_a_value_is_spelled_exactly(value: object, kind: str, spelled: str) -> None:
    assert spell(value, Kind(kind), "A.B") == spelled


@pytest.mark.parametrize(
    ("value", "kind", "reason"),
    [
        (1, "string", "a text is expected, not an int"),
        (None, "string", "a text is expected, not a NoneType"),
        ([], "string", "a text is expected, not a list"),
        ("a\x00b", "string", "it holds a character that XML cannot carry"),
        ("a\ud800", "string", "it holds a character that XML cannot carry"),
        ("\ufffe", "string", "it holds a character that XML cannot carry"),
        ("a\tb", "normalizedString", "it holds blanks or line breaks that the service would take"),
        (" a", "token", "it holds blanks or line breaks that the service would take out"),
        ("a  b", "token", "it holds blanks or line breaks that the service would take out"),
        (" 1", "int", "it holds blanks or line breaks that the service would take out"),
        (1, "boolean", "true or false is expected, not an int"),
        (True, "int", "a whole number is expected, not a bool"),
        (Decimal(1), "int", "a whole number is expected, not a Decimal"),
        (1.5, "decimal", "a decimal is expected, not a float"),
        (True, "decimal", "a decimal is expected, not a bool"),
        (Decimal("NaN"), "decimal", "a decimal is expected, not a Decimal"),
        (float("inf"), "decimal", "a decimal is expected, not a float"),
        (datetime(2024, 1, 1, tzinfo=UTC), "date", "a date is expected, not a datetime"),
        (date(2024, 1, 1), "dateTime", "an instant is expected, not a date"),
        (datetime(2024, 1, 1), "dateTime", "an instant is expected, and this one has no offset"),
        (datetime(9999, 12, 31, 23, tzinfo=WEST), "dateTime", "the instant lies outside the years"),
        (time(1, tzinfo=ODD), "time", "the offset of a time is in whole minutes, up to 14 hours"),
        (datetime(2024, 1, 1, 1), "time", "a time of day is expected, not a datetime"),
        (BigDateTime(10000, 1, 1, 0, 0, Decimal(0), None), "dateTime", "an instant is expected"),
        (Year(0, None), "gYear", "XSD 1.0 has no year 0"),
        (Duration(1, Decimal(-1)), "duration", "the months and the seconds of a duration have one"),
        (QualifiedName("urn:a", "b"), "QName", "a name in a namespace is given as text"),
        (("a b",), "NMTOKENS", "an item of it is empty or holds blanks"),
        (("",), "NMTOKENS", "an item of it is empty or holds blanks"),
        (5, "NMTOKENS", "a list is expected, not an int"),
        (5, "duration", "a duration is expected, not an int"),
        (b"x", "string", "a text is expected, not a bytes"),
    ],
)
def test_a_value_that_would_change_is_unfit_and_not_repeated(
    value: object, kind: str, reason: str
) -> None:
    """W8"""
    with pytest.raises(Unfit) as told:
        spell(value, Kind(kind), "Customer.Name")

    assert told.value.path == "Customer.Name"
    assert told.value.reason.startswith(reason)


def test_the_blanks_facet_goes_before_the_type() -> None:
    with pytest.raises(Unfit):
        spell(" a", Kind("string", {"whiteSpace": "collapse"}), "A")


def test_lists_and_unions_are_spelled_by_what_they_are_made_of() -> None:
    numbers = Kind("list", item=Kind("decimal"))
    either = Kind("union", members=(Kind("boolean"), Kind("int")))

    assert spell((Decimal("1.50"), 2), numbers, "A") == "1.50 2"
    assert spell((), numbers, "A") == ""
    assert spell(True, either, "A") == "true"
    assert spell(5, either, "A") == "5"
    with pytest.raises(Unfit, match="no member of the union has a spelling for a date"):
        spell(date(2024, 1, 1), either, "A")
