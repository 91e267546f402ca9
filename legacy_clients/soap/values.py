"""Values of XSD 1.0 part 2 that Python has no type for, kept exactly as they were written.

`offset` is minutes east of UTC, and None where the text gave none: local time of an unknown place.
Years are as XSD 1.0 counts them: there is no year 0, and -1 is the year before 1.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal


@dataclass(frozen=True)
class Duration:
    """An xsd:duration. `months` and `seconds` have one sign; neither can be told in the other."""

    months: int
    seconds: Decimal


@dataclass(frozen=True)
class BigDateTime:
    """An xsd:dateTime that datetime does not hold: a year outside 1 to 9999, or finer than a
    microsecond.
    """

    year: int
    month: int
    day: int
    hour: int
    minute: int
    second: Decimal
    offset: int | None


@dataclass(frozen=True)
class BigDate:
    """An xsd:date that date does not hold: a year outside 1 to 9999, or with an offset."""

    year: int
    month: int
    day: int
    offset: int | None


@dataclass(frozen=True)
class BigTime:
    """An xsd:time that time does not hold: finer than a microsecond."""

    hour: int
    minute: int
    second: Decimal
    offset: int | None


@dataclass(frozen=True)
class YearMonth:
    """An xsd:gYearMonth."""

    year: int
    month: int
    offset: int | None


@dataclass(frozen=True)
class Year:
    """An xsd:gYear."""

    year: int
    offset: int | None


@dataclass(frozen=True)
class MonthDay:
    """An xsd:gMonthDay: a day of every year, or of every leap year."""

    month: int
    day: int
    offset: int | None


@dataclass(frozen=True)
class MonthOfYear:
    """An xsd:gMonth."""

    month: int
    offset: int | None


@dataclass(frozen=True)
class DayOfMonth:
    """An xsd:gDay."""

    day: int
    offset: int | None


@dataclass(frozen=True)
class QualifiedName:
    """An xsd:QName or xsd:NOTATION, its prefix resolved. `space` is None for no namespace."""

    space: str | None
    name: str


Atom = (
    str
    | bool
    | int
    | float
    | Decimal
    | bytes
    | date
    | datetime
    | time
    | Duration
    | BigDateTime
    | BigDate
    | BigTime
    | YearMonth
    | Year
    | MonthDay
    | MonthOfYear
    | DayOfMonth
    | QualifiedName
)
Value = Atom | tuple[Atom, ...]
"""What a text of a simple type is read as; a tuple for the list types."""
