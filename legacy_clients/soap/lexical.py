"""Texts on their way in: what each simple type of XSD 1.0 part 2 reads them as, exactly or not at
all.

Blanks are treated first, by the whiteSpace of the type (4.3.6). What comes then, by type:

- string, normalizedString, token, language, Name, NCName, NMTOKEN, ID, IDREF, ENTITY, anyURI: str;
  names by XML 1.0, fifth edition; an anyURI is not escaped (RFC 2396 and 2732).
- boolean: bool. decimal: Decimal. The thirteen integers: int, within their ranges.
- float, double: float, the nearest to the decimal that is written. What would become infinite or 0
  is refused, and a float that the 32 bits of its type do not hold is kept as written.
- dateTime: datetime, with the offset that it gives or none. 24:00:00 is the next day's first moment
  (3.2.7.1). A year outside 1 to 9999 or more than microseconds make it a BigDateTime.
- date: date; with an offset, or outside these years, BigDate. time: time, with its offset or none;
  finer than microseconds, BigTime. 24:00:00 is refused: a time of day cannot say of which end.
- A 60th second (3.2.7, appendix D) and the year 0000 are refused: XSD 1.0 has neither.
- duration: Duration. gYearMonth, gYear, gMonthDay, gMonth, gDay: YearMonth, Year, MonthDay,
  MonthOfYear, DayOfMonth.
- hexBinary, base64Binary: bytes. QName, NOTATION: QualifiedName, by the namespaces in scope.
- NMTOKENS, IDREFS, ENTITIES and lists: a tuple. A union: as its first member that can read it.
"""

from __future__ import annotations

import base64
import re
import struct
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from typing import Any

from legacy_clients.soap.element import COMPLEX, Kind
from legacy_clients.soap.facets import refusals
from legacy_clients.soap.spelling import BLANKS, KEPT_BLANKS
from legacy_clients.soap.values import (
    BigDate,
    BigDateTime,
    BigTime,
    DayOfMonth,
    Duration,
    MonthDay,
    MonthOfYear,
    QualifiedName,
    Value,
    Year,
    YearMonth,
)
from schemas.codecs.codec import Unreadable

Read = Callable[[str], Any]
Spaces = Mapping[str | None, str]

NO_SPACES: Spaces = {}
XML_SPACE = "http://www.w3.org/XML/1998/namespace"
LIMIT = 4000
"""Digits of one number. Python turns 4,300 into an int; the sums of a duration grow by a few."""
LENGTHS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)

BLANK = re.compile("[\t\n\r ]")
DECIMAL = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)")
INTEGER = re.compile("[+-]?[0-9]+")
DOUBLE = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[Ee][+-]?[0-9]+)?")
DURATION = re.compile(
    r"(-?)P(?=[0-9T])(?:([0-9]+)Y)?(?:([0-9]+)M)?(?:([0-9]+)D)?"
    r"(?:T(?=[0-9])(?:([0-9]+)H)?(?:([0-9]+)M)?(?:([0-9]+)(?:\.([0-9]+))?S)?)?"
)
YEAR = "(-?(?:[1-9][0-9]{3,}|0[0-9]{3}))"
CLOCK = r"([0-9]{2}):([0-9]{2}):([0-9]{2})(?:\.([0-9]+))?"
OFFSET = "(Z|[+-][0-9]{2}:[0-9]{2})?"
DATE_TIME = re.compile(f"{YEAR}-([0-9]{{2}})-([0-9]{{2}})T{CLOCK}{OFFSET}")
TIME = re.compile(CLOCK + OFFSET)
DATE = re.compile(f"{YEAR}-([0-9]{{2}})-([0-9]{{2}}){OFFSET}")
YEAR_MONTH = re.compile(f"{YEAR}-([0-9]{{2}}){OFFSET}")
ONE_YEAR = re.compile(YEAR + OFFSET)
MONTH_DAY = re.compile(f"--([0-9]{{2}})-([0-9]{{2}}){OFFSET}")
ONE_MONTH = re.compile(f"--([0-9]{{2}}){OFFSET}")
ONE_DAY = re.compile(f"---([0-9]{{2}}){OFFSET}")
HEX = re.compile("(?:[0-9A-Fa-f]{2})*")
BASE64 = re.compile(
    "(?:(?:[A-Za-z0-9+/] ?){4})*(?:(?:[A-Za-z0-9+/] ?){2}[AEIMQUYcgkosw048] ?="
    "|[A-Za-z0-9+/] ?[AQgw] ?= ?=)?"
)
LANGUAGE = re.compile("[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*")

# XML 1.0, fifth edition, NameStartChar and NameChar, less the colon.
STARTS = (
    "A-Z_a-z\xc0-\xd6\xd8-\xf6\xf8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c-\u200d\u2070-\u218f"
    "\u2c00-\u2fef\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff"
)
FOLLOWS = STARTS + ".0-9\xb7\u0300-\u036f\u203f-\u2040-"
NC_NAME = re.compile(f"[{STARTS}][{FOLLOWS}]*")
NAME = re.compile(f"[{STARTS}:][{FOLLOWS}:]*")
NM_TOKEN = re.compile(f"[{FOLLOWS}:]+")
QNAME = re.compile(f"(?:([{STARTS}][{FOLLOWS}]*):)?([{STARTS}][{FOLLOWS}]*)")

# RFC 2396 appendix A, with the brackets of RFC 2732, and a query alone as in RFC 3986. What a URI
# cannot hold is escaped before it is judged (3.2.17, XLink 5.4).
ESCAPED = re.compile('[^!-~]|[<>"{}|\\\\^`]')
MARKS = r"A-Za-z0-9\-_.!~*'()"
TRIPLET = "%[0-9A-Fa-f]{2}"
PATH = f"(?:[{MARKS}:@&=+$,;/]|{TRIPLET})*"
QUERY = rf"(?:\?(?:[{MARKS};/?:@&=+$,\[\]]|{TRIPLET})*)?"
AUTHORITY = (
    rf"(?:(?:(?:[{MARKS};:&=+$,]|{TRIPLET})*@)?\[[0-9A-Fa-f:.]+\](?::[0-9]*)?"
    rf"|(?:[{MARKS}$,;:@&=+]|{TRIPLET})*)"
)
URI = re.compile(
    rf"(?:[A-Za-z][A-Za-z0-9+.\-]*:(?:(?://{AUTHORITY}(?:/{PATH})?|/{PATH}){QUERY}"
    rf"|(?:[{MARKS};?:@&=+$,]|{TRIPLET})(?:[{MARKS};/?:@&=+$,\[\]]|{TRIPLET})*)"
    rf"|(?://{AUTHORITY}(?:/{PATH})?|/{PATH}|(?:[{MARKS};@&=+$,]|{TRIPLET})+(?:/{PATH})?)?{QUERY})"
    rf"(?:#(?:[{MARKS};/?:@&=+$,\[\]]|{TRIPLET})*)?"
)


def read(text: str, kind: Kind, spaces: Spaces = NO_SPACES) -> Value:
    """The value that `text` stands for in an element or attribute of type `kind`.

    `spaces` gives the namespaces in scope by prefix, for QName and NOTATION. Raises Unreadable with
    the reason, which never holds the text: not a form of the type, against a facet, or a value that
    cannot be held exactly. Raises ValueError for a complex type.
    """
    return reader(kind, spaces)(text)


def reader(kind: Kind, spaces: Spaces = NO_SPACES) -> Read:
    """`read` for one type, made once for many texts."""
    if kind.name == COMPLEX:
        raise ValueError("a complex type has no texts to read")
    inner = typed_reader(kind, spaces)
    blanks = BLANKS[white_space(kind)]
    checks = refusals(kind, reader(plain(kind), spaces)) if bounded(kind) else ()

    def read_text(text: str) -> Any:
        spelled = blanks(text) if BLANK.search(text) else text
        value = inner(spelled)
        for check in checks:
            reason = check(spelled, value)
            if reason is not None:
                raise Unreadable(reason)
        return value

    return read_text


def bounded(kind: Kind) -> bool:
    return bool(kind.words or kind.patterns or kind.facets.keys() - {"whiteSpace"})


def white_space(kind: Kind) -> str:
    """What becomes of blanks: "preserve", "replace" or "collapse". A union leaves it to its members
    (4.3.6).
    """
    if kind.name == "union":
        return "preserve"
    return kind.facets.get("whiteSpace") or KEPT_BLANKS.get(kind.name, "collapse")


def plain(kind: Kind) -> Kind:
    """The type without its facets but for blanks: it reads the values that the others give."""
    blanks = {name: kind.facets[name] for name in ("whiteSpace",) if name in kind.facets}
    return replace(kind, facets=blanks, words=(), patterns=())


def typed_reader(kind: Kind, spaces: Spaces) -> Read:
    if kind.name in COMPOSED:
        return COMPOSED[kind.name](kind, spaces)
    if kind.name not in READERS:
        raise ValueError(f"XSD 1.0 has no simple type {kind.name}")
    return READERS[kind.name]


def any_text(text: str) -> str:
    return text


def boolean(text: str) -> bool:
    if text not in BOOLEANS:
        raise Unreadable("neither true, false, 1 nor 0")
    return BOOLEANS[text]


BOOLEANS = {"true": True, "1": True, "false": False, "0": False}


def decimal(text: str) -> Decimal:
    if not DECIMAL.fullmatch(text):
        raise Unreadable("not a decimal, of digits and one point")
    return Decimal(text)


def integer(text: str) -> int:
    if not INTEGER.fullmatch(text):
        raise Unreadable("not a whole number, of digits alone")
    return whole(text)


def whole(written: str) -> int:
    digits = written.lstrip("+-0")
    if len(digits) > LIMIT:
        raise Unreadable(f"a number of more than {LIMIT:,} digits")
    return -int(digits or "0") if written[0] == "-" else int(digits or "0")


def ranged(least: int | None, most: int | None) -> Read:
    def read_integer(text: str) -> int:
        value = integer(text)
        if (least is not None and value < least) or (most is not None and value > most):
            raise Unreadable("a number outside the range of its type")
        return value

    return read_integer


def double(text: str) -> float:
    if text in UNBOUNDED:
        return UNBOUNDED[text]
    if not DOUBLE.fullmatch(text):
        raise Unreadable("not a floating-point number, INF, -INF or NaN")
    value = float(text)
    refuse_edges(text, value)
    return value


UNBOUNDED = {"INF": float("inf"), "-INF": float("-inf"), "NaN": float("nan")}


def single(text: str) -> float:
    value = double(text)
    if text not in UNBOUNDED:
        try:
            (held,) = struct.unpack("f", struct.pack("f", value))
        except OverflowError:
            held = float("inf")
        refuse_edges(text, held)
    return value


def refuse_edges(text: str, held: float) -> None:
    if held in (float("inf"), float("-inf")):
        raise Unreadable("a number larger than its type holds")
    if held == 0 and re.search("[1-9]", re.split("[Ee]", text)[0]):
        raise Unreadable("a number closer to 0 than its type holds")


def duration(text: str) -> Duration:
    found = DURATION.fullmatch(text)
    if not found:
        raise Unreadable("not a duration as PnYnMnDTnHnMnS")
    sign, *counts, fraction = found.groups()
    years, months, days, hours, minutes, seconds = (whole(count or "0") for count in counts)
    if len(fraction or "") > LIMIT:
        raise Unreadable(f"a number of more than {LIMIT:,} digits")
    total = 86400 * days + 3600 * hours + 60 * minutes + seconds
    return Duration(
        int(f"{sign}{12 * years + months}"), Decimal(f"{sign}{total}.{fraction or '0'}")
    )


def date_time(text: str) -> datetime | BigDateTime:
    found = DATE_TIME.fullmatch(text)
    if not found:
        raise Unreadable("not a moment as YYYY-MM-DDThh:mm:ss")
    written, month_written, day_written, hour_written, minute, second, fraction, zone = (
        found.groups()
    )
    year, month, day = day_of(written, month_written, day_written)
    hour = int(hour_written)
    if hour == 24 and not int(minute) and not int(second) and not int(fraction or "0"):
        year, month, day = day_after(year, month, day)
        hour = 0
    refuse_clock(hour, int(minute), int(second))
    offset = offset_of(zone)
    if not 1 <= year <= 9999 or too_fine(fraction):
        seconds = Decimal(f"{second}.{fraction or '0'}")
        return BigDateTime(year, month, day, hour, int(minute), seconds, offset)
    return datetime(
        year, month, day, hour, int(minute), int(second), micros(fraction), zone_at(offset)
    )


def time_of_day(text: str) -> time | BigTime:
    found = TIME.fullmatch(text)
    if not found:
        raise Unreadable("not a time of day as hh:mm:ss")
    hour, minute, second = (int(part) for part in found.groups()[:3])
    fraction, zone = found.groups()[3:]
    if hour == 24:
        raise Unreadable("hour 24, the end of a day that it does not name")
    refuse_clock(hour, minute, second)
    offset = offset_of(zone)
    if too_fine(fraction):
        return BigTime(hour, minute, Decimal(f"{second}.{fraction}"), offset)
    return time(hour, minute, second, micros(fraction), zone_at(offset))


def day(text: str) -> date | BigDate:
    found = DATE.fullmatch(text)
    if not found:
        raise Unreadable("not a date as YYYY-MM-DD")
    year, month, day = day_of(*found.groups()[:3])
    offset = offset_of(found[4])
    if offset is None and 1 <= year <= 9999:
        return date(year, month, day)
    return BigDate(year, month, day, offset)


def year_month(text: str) -> YearMonth:
    found = YEAR_MONTH.fullmatch(text)
    if not found:
        raise Unreadable("not a month of a year as YYYY-MM")
    return YearMonth(year_of(found[1]), month_of(found[2]), offset_of(found[3]))


def one_year(text: str) -> Year:
    found = ONE_YEAR.fullmatch(text)
    if not found:
        raise Unreadable("not a year as YYYY")
    return Year(year_of(found[1]), offset_of(found[2]))


def month_day(text: str) -> MonthDay:
    found = MONTH_DAY.fullmatch(text)
    if not found:
        raise Unreadable("not a day of the year as --MM-DD")
    month = month_of(found[1])
    if not 1 <= int(found[2]) <= LENGTHS[month - 1]:
        raise Unreadable("no such day")
    return MonthDay(month, int(found[2]), offset_of(found[3]))


def one_month(text: str) -> MonthOfYear:
    found = ONE_MONTH.fullmatch(text)
    if not found:
        raise Unreadable("not a month as --MM")
    return MonthOfYear(month_of(found[1]), offset_of(found[2]))


def one_day(text: str) -> DayOfMonth:
    found = ONE_DAY.fullmatch(text)
    if not found:
        raise Unreadable("not a day of the month as ---DD")
    if not 1 <= int(found[1]) <= 31:
        raise Unreadable("no such day")
    return DayOfMonth(int(found[1]), offset_of(found[2]))


def year_of(written: str) -> int:
    year = whole(written)
    if not year:
        raise Unreadable("a year 0, which XSD 1.0 does not have")
    return year


def month_of(written: str) -> int:
    if not 1 <= int(written) <= 12:
        raise Unreadable("no such month")
    return int(written)


def day_of(year_written: str, month_written: str, day_written: str) -> tuple[int, int, int]:
    year, month = year_of(year_written), month_of(month_written)
    if not 1 <= int(day_written) <= length_of(year, month):
        raise Unreadable("no such day")
    return year, month, int(day_written)


def length_of(year: int, month: int) -> int:
    """Days of a month (XSD 1.0 part 2, appendix E.1)."""
    if month == 2 and (year % 4 or (year % 100 == 0 and year % 400)):
        return 28
    return LENGTHS[month - 1]


def day_after(year: int, month: int, day: int) -> tuple[int, int, int]:
    if day < length_of(year, month):
        return year, month, day + 1
    if month < 12:
        return year, month + 1, 1
    return year + 1 or 1, 1, 1


def refuse_clock(hour: int, minute: int, second: int) -> None:
    if hour > 23 or minute > 59 or second > 59:
        raise Unreadable("no such time of day")


def too_fine(fraction: str | None) -> bool:
    return fraction is not None and len(fraction) > 6 and fraction[6:].strip("0") != ""


def micros(fraction: str | None) -> int:
    return int(fraction[:6].ljust(6, "0")) if fraction else 0


def offset_of(zone: str | None) -> int | None:
    """Minutes east of UTC, from "Z" or "+hh:mm" up to 14 hours (3.2.7.3)."""
    if zone is None or zone == "Z":
        return None if zone is None else 0
    hours, minutes = int(zone[1:3]), int(zone[4:])
    if minutes > 59 or 60 * hours + minutes > 840:
        raise Unreadable("an offset from UTC that XSD does not have")
    return (60 * hours + minutes) * (-1 if zone[0] == "-" else 1)


def zone_at(offset: int | None) -> timezone | None:
    if not offset:
        return None if offset is None else UTC
    return timezone(timedelta(minutes=offset))


def hex_binary(text: str) -> bytes:
    if not HEX.fullmatch(text):
        raise Unreadable("not bytes as pairs of hexadecimal digits")
    return bytes.fromhex(text)


def base64_binary(text: str) -> bytes:
    if not BASE64.fullmatch(text):
        raise Unreadable("not bytes as base64")
    return base64.b64decode(text.replace(" ", ""), validate=True)


def matching(pattern: re.Pattern[str], reason: str) -> Read:
    def read_matching(text: str) -> str:
        if not pattern.fullmatch(text):
            raise Unreadable(reason)
        return text

    return read_matching


def uri(text: str) -> str:
    if not URI.fullmatch(ESCAPED.sub("%00", text)):
        raise Unreadable("not a URI")
    return text


def qualified(kind: Kind, spaces: Spaces) -> Read:
    def read_name(text: str) -> QualifiedName:
        found = QNAME.fullmatch(text)
        if not found:
            raise Unreadable("not a name, with or without a prefix")
        prefix, name = found.groups()
        space = XML_SPACE if prefix == "xml" else spaces.get(prefix)
        if prefix is not None and space is None:
            raise Unreadable("a prefix that no namespace is declared for")
        return QualifiedName(space, name)

    return read_name


def listed(kind: Kind, spaces: Spaces) -> Read:
    read_item = reader(kind.item or Kind("anySimpleType"), spaces)

    def read_list(text: str) -> tuple[Any, ...]:
        return tuple(read_item(item) for item in text.split(" ")) if text else ()

    return read_list


def named_list(item: str) -> Callable[[Kind, Spaces], Read]:
    """The list types of XSD itself, which hold at least one item (3.3.5, 3.3.10, 3.3.12)."""

    def list_of(kind: Kind, spaces: Spaces) -> Read:
        read_list = listed(Kind("list", item=Kind(item)), spaces)

        def read_some(text: str) -> tuple[Any, ...]:
            if not text:
                raise Unreadable("a list without an item")
            items: tuple[Any, ...] = read_list(text)
            return items

        return read_some

    return list_of


def united(kind: Kind, spaces: Spaces) -> Read:
    readers = [reader(member, spaces) for member in kind.members]

    def read_first(text: str) -> Any:
        for read_member in readers:
            try:
                return read_member(text)
            except Unreadable:
                continue
        raise Unreadable("not a form of any member of its union")

    return read_first


COMPOSED: dict[str, Callable[[Kind, Spaces], Read]] = {
    "list": listed,
    "union": united,
    "QName": qualified,
    "NOTATION": qualified,
    "NMTOKENS": named_list("NMTOKEN"),
    "IDREFS": named_list("IDREF"),
    "ENTITIES": named_list("ENTITY"),
}

NOT_NAME = "not a name without a colon"

READERS: dict[str, Read] = {
    "anyType": any_text,
    "anySimpleType": any_text,
    "string": any_text,
    "normalizedString": any_text,
    "token": any_text,
    "language": matching(LANGUAGE, "not a language as en-GB"),
    "Name": matching(NAME, "not a name"),
    "NCName": matching(NC_NAME, NOT_NAME),
    "NMTOKEN": matching(NM_TOKEN, "not a word of the characters of names"),
    "ID": matching(NC_NAME, NOT_NAME),
    "IDREF": matching(NC_NAME, NOT_NAME),
    "ENTITY": matching(NC_NAME, NOT_NAME),
    "anyURI": uri,
    "boolean": boolean,
    "decimal": decimal,
    "integer": integer,
    "nonPositiveInteger": ranged(None, 0),
    "negativeInteger": ranged(None, -1),
    "long": ranged(-(2**63), 2**63 - 1),
    "int": ranged(-(2**31), 2**31 - 1),
    "short": ranged(-(2**15), 2**15 - 1),
    "byte": ranged(-(2**7), 2**7 - 1),
    "nonNegativeInteger": ranged(0, None),
    "unsignedLong": ranged(0, 2**64 - 1),
    "unsignedInt": ranged(0, 2**32 - 1),
    "unsignedShort": ranged(0, 2**16 - 1),
    "unsignedByte": ranged(0, 2**8 - 1),
    "positiveInteger": ranged(1, None),
    "float": single,
    "double": double,
    "duration": duration,
    "dateTime": date_time,
    "time": time_of_day,
    "date": day,
    "gYearMonth": year_month,
    "gYear": one_year,
    "gMonthDay": month_day,
    "gMonth": one_month,
    "gDay": one_day,
    "hexBinary": hex_binary,
    "base64Binary": base64_binary,
}
