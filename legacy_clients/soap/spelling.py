"""Values on their way out: how each XSD type is spelled (XSD 1.0 part 2), exactly or not at all."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import TypeVar

from legacy_clients.errors import Unfit
from legacy_clients.soap.element import Kind
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

T = TypeVar("T")

UNCARRIED = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # XML 1.0, Char


class Unspelled(ValueError):
    """A value that a type has no spelling for. Its argument is the reason, without the value."""


def only(kind: type[T], value: object, expected: str) -> T:
    """The value, which is of this type. Raises Unspelled, which says what is expected."""
    if not isinstance(value, kind):
        raise Unspelled(f"{expected}, not {a(value)}")
    return value


def text(value: object) -> str:
    return only(str, value, "a text is expected")


def boolean(value: object) -> str:
    return "true" if only(bool, value, "true or false is expected") else "false"


def integer(value: object) -> str:
    if not isinstance(value, int) or isinstance(value, bool):
        raise Unspelled(f"a whole number is expected, not {a(value)}")
    return str(value)


def decimal(value: object) -> str:
    if isinstance(value, Decimal) and value.is_finite():
        return f"{value:f}"
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    raise Unspelled(f"a decimal is expected, not {a(value)}")


def double(value: object) -> str:
    """xsd:double and xsd:float: a float in its shortest exact form, or a decimal."""
    if not isinstance(value, float):
        return decimal(value)
    if value != value:
        return "NaN"
    return repr(value).replace("inf", "INF")


def day(value: object) -> str:
    if isinstance(value, BigDate):
        return f"{year(value.year)}-{value.month:02}-{value.day:02}{offset(value.offset)}"
    if not isinstance(value, date) or isinstance(value, datetime):
        raise Unspelled(f"a date is expected, not {a(value)}")
    return value.isoformat()


def instant(value: object) -> str:
    """xsd:dateTime in UTC with `Z`; a moment without an offset is no instant."""
    if not isinstance(value, (datetime, BigDateTime)):
        raise Unspelled(f"an instant is expected, not {a(value)}")
    zoneless = value.offset if isinstance(value, BigDateTime) else value.utcoffset()
    if zoneless is None:
        raise Unspelled("an instant is expected, and this one has no offset from UTC")
    if isinstance(value, BigDateTime):
        written = BigTime(value.hour, value.minute, value.second, value.offset)
        return f"{year(value.year)}-{value.month:02}-{value.day:02}T{clock(written)}"
    try:
        return value.astimezone(UTC).replace(tzinfo=None).isoformat() + "Z"
    except OverflowError:
        raise Unspelled("the instant lies outside the years 1 to 9999 in UTC") from None


def clock(value: object) -> str:
    if isinstance(value, BigTime):
        seconds = two_digits(value.second)
        return f"{value.hour:02}:{value.minute:02}:{seconds}{offset(value.offset)}"
    if not isinstance(value, time):
        raise Unspelled(f"a time of day is expected, not {a(value)}")
    if value.tzinfo is None:
        return value.isoformat()
    shift = value.utcoffset()
    if shift is None or shift.total_seconds() % 60 or abs(shift.total_seconds()) > 14 * 3600:
        raise Unspelled("the offset of a time is in whole minutes, up to 14 hours")
    return value.replace(tzinfo=None).isoformat() + offset(int(shift.total_seconds()) // 60)


def duration(value: object) -> str:
    length = only(Duration, value, "a duration is expected")
    if length.months * length.seconds < 0:
        raise Unspelled("the months and the seconds of a duration have one sign")
    months, seconds = abs(length.months), abs(length.seconds)
    date_part = "".join(f"{n}{word}" for n, word in zip(divmod(months, 12), "YM", strict=True) if n)
    time_part = f"T{plain(seconds)}S" if seconds or not months else ""
    return f"{'-' if length.months < 0 or length.seconds < 0 else ''}P{date_part}{time_part}"


def year_month(value: object) -> str:
    told = only(YearMonth, value, "a month of a year is expected")
    return f"{year(told.year)}-{told.month:02}{offset(told.offset)}"


def one_year(value: object) -> str:
    told = only(Year, value, "a year is expected")
    return year(told.year) + offset(told.offset)


def month_day(value: object) -> str:
    told = only(MonthDay, value, "a day of the year is expected")
    return f"--{told.month:02}-{told.day:02}{offset(told.offset)}"


def one_month(value: object) -> str:
    told = only(MonthOfYear, value, "a month is expected")
    return f"--{told.month:02}{offset(told.offset)}"


def one_day(value: object) -> str:
    told = only(DayOfMonth, value, "a day of the month is expected")
    return f"---{told.day:02}{offset(told.offset)}"


def qualified_name(value: object) -> str:
    """A name in no namespace. Any other needs a prefix, which only its place in a document has."""
    named = only(QualifiedName, value, "a qualified name is expected")
    if named.space is not None:
        raise Unspelled("a name in a namespace is given as text, with a prefix declared there")
    return named.name


def year(number: int) -> str:
    if not number:
        raise Unspelled("XSD 1.0 has no year 0")
    return f"{'-' if number < 0 else ''}{abs(number):04}"


def offset(minutes: int | None) -> str:
    if not minutes:
        return "" if minutes is None else "Z"
    return f"{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02}:{abs(minutes) % 60:02}"


def two_digits(seconds: Decimal) -> str:
    spelled = plain(seconds)
    return f"0{spelled}" if seconds < 10 else spelled


def plain(number: Decimal) -> str:
    """Digits and a point, without zeros at the end."""
    spelled = f"{number:f}"
    return spelled.rstrip("0").rstrip(".") if "." in spelled else spelled


def base64_binary(value: object) -> str:
    return base64.b64encode(only(bytes, value, "bytes are expected")).decode("ascii")


def hex_binary(value: object) -> str:
    return only(bytes, value, "bytes are expected").hex().upper()


INTEGERS = (
    "integer",
    "nonPositiveInteger",
    "negativeInteger",
    "long",
    "int",
    "short",
    "byte",
    "nonNegativeInteger",
    "unsignedLong",
    "unsignedInt",
    "unsignedShort",
    "unsignedByte",
    "positiveInteger",
)

SPELLERS: dict[str, Callable[[object], str]] = {
    "boolean": boolean,
    "decimal": decimal,
    "float": double,
    "double": double,
    "date": day,
    "dateTime": instant,
    "time": clock,
    "duration": duration,
    "gYearMonth": year_month,
    "gYear": one_year,
    "gMonthDay": month_day,
    "gMonth": one_month,
    "gDay": one_day,
    "QName": qualified_name,
    "NOTATION": qualified_name,
    "base64Binary": base64_binary,
    "hexBinary": hex_binary,
    **dict.fromkeys(INTEGERS, integer),
}
LISTS = {"NMTOKENS": "NMTOKEN", "IDREFS": "IDREF", "ENTITIES": "ENTITY"}

# Types whose blanks a service keeps (None: as they are), replaces or joins when it reads them.
KEPT_BLANKS = {
    "string": "preserve",
    "anySimpleType": "preserve",
    "anyType": "preserve",
    "normalizedString": "replace",
}

BLANKS: dict[str, Callable[[str], str]] = {
    "preserve": lambda spelled: spelled,
    "replace": lambda spelled: re.sub("[\t\n\r]", " ", spelled),
    "collapse": lambda spelled: " ".join(re.split("[\t\n\r ]+", spelled.strip("\t\n\r "))),
}


def spell(value: object, kind: Kind, path: str) -> str:
    """The text that stands for `value` in an element of type `kind`; of a list, for its items.

    A text is taken as spelled already, for any type. Raises Unfit, naming `path`, when the type of
    the value is wrong or XML or the type would change it on the way. Whether it fits the facets is
    for the schema to say.
    """
    try:
        spelled = spelled_as(value, kind)
    except Unspelled as reason:
        raise Unfit(path, str(reason)) from None
    if UNCARRIED.search(spelled):
        raise Unfit(path, "it holds a character that XML cannot carry")
    blanks = kind.facets.get("whiteSpace") or KEPT_BLANKS.get(kind.name, "collapse")
    if BLANKS[blanks](spelled) != spelled:
        raise Unfit(path, "it holds blanks or line breaks that the service would take out")
    return spelled


def spelled_as(value: object, kind: Kind) -> str:
    if isinstance(value, str):
        return value
    if kind.name == "union":
        return united(value, kind)
    if kind.name == "list" or kind.name in LISTS:
        return listed(value, kind.item or Kind(LISTS.get(kind.name, "anySimpleType")))
    return SPELLERS.get(kind.name, text)(value)


def listed(value: object, item: Kind) -> str:
    if not isinstance(value, (tuple, list)):
        raise Unspelled(f"a list is expected, not {a(value)}")
    items = [spelled_as(each, item) for each in value]
    if any(not each or re.search("[\t\n\r ]", each) for each in items):
        raise Unspelled("an item of it is empty or holds blanks, which part the items of a list")
    return " ".join(items)


def united(value: object, kind: Kind) -> str:
    """As the first member of the union that has a spelling for it."""
    for member in kind.members:
        try:
            return spelled_as(value, member)
        except Unspelled:
            continue
    raise Unspelled(f"no member of the union has a spelling for {a(value)}")


def a(value: object) -> str:
    """The type of a value, for a message that must not hold the value."""
    word = type(value).__name__
    return f"an {word}" if word[0] in "aeiouAEIOU" else f"a {word}"
