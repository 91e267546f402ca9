"""What the facets of a simple type refuse (XSD 1.0 part 2, 4.3), and the order of values that they
need.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime, time
from decimal import Decimal
from fractions import Fraction
from typing import Any

from legacy_clients.errors import Misconfigured
from legacy_clients.soap.element import Kind
from legacy_clients.soap.measure import measure_of
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
from schemas.codecs.codec import Unreadable

Check = Callable[[str, Any], str | None]
"""The reason why a text, its blanks treated, and its value are refused; None where they are not."""

DAY = 86400
FARTHEST = 14 * 3600  # seconds between UTC and the place with the largest offset
# 3.2.6.2: durations of months and of days are ordered if they are so from each of these moments.
STARTS = ((1696, 9), (1697, 2), (1903, 3), (1903, 7))


def refusals(kind: Kind, read_word: Callable[[str], Any]) -> list[Check]:
    """The checks of a type's facets. `read_word` reads the values that they and the enumeration
    give. Raises Misconfigured for a facet that is none.
    """
    return [*sizes(kind), *bounds(kind, read_word), *patterns(kind), *enumeration(kind, read_word)]


def sizes(kind: Kind) -> Iterator[Check]:
    for facet, (measure, fits, reason) in SIZES.items():
        if facet in kind.facets:
            yield sized(measure, fits, number(kind, facet), reason)


def sized(
    measure: Callable[[Any], int | None],
    fits: Callable[[int, int], bool],
    limit: int,
    reason: str,
) -> Check:
    def check(text: str, value: Any) -> str | None:
        size = measure(value)
        return None if size is None or fits(size, limit) else reason

    return check


def number(kind: Kind, facet: str) -> int:
    written = kind.facets[facet].strip()
    if not (written.isascii() and written.isdigit()):
        raise Misconfigured(f"the WSDL has a facet {facet} that is no number")
    return int(written)


def length_of(value: Any) -> int | None:
    """Characters, octets or items; names have no length (4.3.1.3)."""
    return len(value) if isinstance(value, (str, bytes, tuple)) else None


def digits_of(value: Any) -> tuple[int, int] | None:
    """Digits in all and behind the point, as few as say the value."""
    if not isinstance(value, (int, Decimal)):
        return None
    whole, _, fraction = f"{abs(value):f}".partition(".")
    fraction = fraction.rstrip("0")
    return max(len((whole + fraction).lstrip("0")), len(fraction)), len(fraction)


def total_digits(value: Any) -> int | None:
    digits = digits_of(value)
    return digits and digits[0]


def fraction_digits(value: Any) -> int | None:
    digits = digits_of(value)
    return digits and digits[1]


SIZES: dict[str, tuple[Callable[[Any], int | None], Callable[[int, int], bool], str]] = {
    "length": (length_of, int.__eq__, "not of the length of its type"),
    "minLength": (length_of, int.__ge__, "shorter than its type is"),
    "maxLength": (length_of, int.__le__, "longer than its type is"),
    "totalDigits": (total_digits, int.__le__, "more digits than its type has"),
    "fractionDigits": (fraction_digits, int.__le__, "more decimal places than its type has"),
}

# Signs of the order of value and bound that fit.
BOUNDS: dict[str, tuple[frozenset[int], str]] = {
    "minInclusive": (frozenset({0, 1}), "less than its type has"),
    "minExclusive": (frozenset({1}), "not more than its type asks for"),
    "maxInclusive": (frozenset({-1, 0}), "more than its type has"),
    "maxExclusive": (frozenset({-1}), "not less than its type asks for"),
}


def bounds(kind: Kind, read_word: Callable[[str], Any]) -> Iterator[Check]:
    for facet, (signs, reason) in BOUNDS.items():
        if facet in kind.facets:
            yield bounded(word_value(kind, facet, kind.facets[facet], read_word), signs, reason)


def bounded(bound: Any, signs: frozenset[int], reason: str) -> Check:
    def check(text: str, value: Any) -> str | None:
        return None if order(value, bound) in signs else reason

    return check


def enumeration(kind: Kind, read_word: Callable[[str], Any]) -> Iterator[Check]:
    if not kind.words:
        return
    words = [word_value(kind, "enumeration", word, read_word) for word in kind.words]

    def check(text: str, value: Any) -> str | None:
        return None if any(same(value, word) for word in words) else "not a word of its type"

    yield check


def word_value(kind: Kind, facet: str, word: str, read_word: Callable[[str], Any]) -> Any:
    if kind.name in ("QName", "NOTATION"):
        # Its prefix is declared in the schema, which is not at hand: the local name decides.
        return QualifiedName(None, word.rpartition(":")[2])
    try:
        return read_word(word)
    except Unreadable as error:
        raise Misconfigured(
            f"the WSDL has a type from {kind.name} whose {facet} is none: {error.reason}"
        ) from None


def patterns(kind: Kind) -> Iterator[Check]:
    """Of each group one has to match. By libxml2, the engine that judges whole documents too."""
    measure = measure_of(Kind("string", patterns=kind.patterns)) if kind.patterns else None
    if measure is not None:
        broken = measure.broken
        yield lambda text, value: "not of the pattern of its type" if broken(text) else None


def same(value: Any, other: Any) -> bool:
    """Equality in the value space. In Python 1 is True."""
    if isinstance(value, QualifiedName):
        return isinstance(other, QualifiedName) and value.name == other.name
    if type(value) is not type(other):
        return False
    if isinstance(value, float) and value != value:
        return bool(other != other)
    return bool(value == other) or order(value, other) == 0


def order(value: Any, other: Any) -> int | None:
    """-1, 0 or 1; None where the two cannot be ordered."""
    if isinstance(value, Duration) and isinstance(other, Duration):
        return agreed([sign(end(value, start) - end(other, start)) for start in STARTS])
    if isinstance(value, (int, float, Decimal)) and isinstance(other, (int, float, Decimal)):
        return None if value != value or other != other else (value > other) - (value < other)
    if type(value) in MOMENTS and type(other) in MOMENTS:
        return in_time(MOMENTS[type(value)](value), MOMENTS[type(other)](other))
    return None


def sign(difference: Any) -> int:
    return (difference > 0) - (difference < 0)


def agreed(signs: list[int]) -> int | None:
    return signs[0] if len(set(signs)) == 1 else None


def end(length: Duration, start: tuple[int, int]) -> Fraction:
    """Seconds to where a duration ends that begins with a month (3.2.6.2, appendix E)."""
    year, month = start
    months = 12 * year + month - 1 + length.months
    return days_to(months // 12, months % 12 + 1, 1) * DAY + Fraction(length.seconds)


def days_to(year: int, month: int, day: int) -> int:
    """Days to a date, in the Gregorian calendar without an end; `year` counts a year 0."""
    year, month = (year, month - 3) if month > 2 else (year - 1, month + 9)
    leaps = year // 4 - year // 100 + year // 400
    return 365 * year + leaps + (153 * month + 2) // 5 + day


Moment = tuple[Fraction, int | None]
"""Seconds by the clock of the place, and its offset in minutes."""


def moment(
    year: int = 1972,  # a leap year: 29 February is a day of a year
    month: int = 1,
    day: int = 1,
    seconds: Fraction = Fraction(),
    offset: int | None = None,
) -> Moment:
    counted = year if year > 0 else year + 1
    return days_to(counted, month, day) * DAY + seconds, offset


def clock(hour: int, minute: int, second: Any, micros: int = 0) -> Fraction:
    return 3600 * hour + 60 * minute + Fraction(second) + Fraction(micros, 1_000_000)


def minutes(value: datetime | time) -> int | None:
    offset = value.utcoffset()
    return None if offset is None else round(offset.total_seconds() / 60)


MOMENTS: dict[type, Callable[[Any], Moment]] = {
    datetime: lambda v: moment(
        v.year, v.month, v.day, clock(v.hour, v.minute, v.second, v.microsecond), minutes(v)
    ),
    BigDateTime: lambda v: moment(
        v.year, v.month, v.day, clock(v.hour, v.minute, v.second), v.offset
    ),
    date: lambda v: moment(v.year, v.month, v.day),
    BigDate: lambda v: moment(v.year, v.month, v.day, offset=v.offset),
    time: lambda v: moment(
        seconds=clock(v.hour, v.minute, v.second, v.microsecond), offset=minutes(v)
    ),
    BigTime: lambda v: moment(seconds=clock(v.hour, v.minute, v.second), offset=v.offset),
    YearMonth: lambda v: moment(v.year, v.month, offset=v.offset),
    Year: lambda v: moment(v.year, offset=v.offset),
    MonthDay: lambda v: moment(month=v.month, day=v.day, offset=v.offset),
    MonthOfYear: lambda v: moment(month=v.month, offset=v.offset),
    DayOfMonth: lambda v: moment(day=v.day, offset=v.offset),
}


def in_time(one: Moment, other: Moment) -> int | None:
    """The order of two moments; of a local one and an instant only where no offset could change it
    (3.2.7.4).
    """
    (mine, my_offset), (yours, your_offset) = one, other
    difference = mine - yours - 60 * ((my_offset or 0) - (your_offset or 0))
    if (my_offset is None) == (your_offset is None) or abs(difference) > FARTHEST:
        return sign(difference)
    return None
