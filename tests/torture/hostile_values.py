"""Values that readers change in silence, by the kind of column that holds them; and what each
must become, told from the bytes that the server itself prints and from nothing else.
"""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

ZONE = "America/Chicago"
MAPPING = """
[crm]
zone = "America/Chicago"
page = "{page}"
sentinels = {{ date = ["0000-00-00", "9999-12-31"], stamp = ["0000-00-00 00:00:00"] }}

[product.from]
table = "{table}"
key = ["id"]

[product.fields]
"""


class Kind(NamedTuple):
    """How a column is mapped, and what its text means; `meant` raises ValueError for nothing."""

    spec: str
    meant: Callable[[str], Any]


@dataclass(frozen=True)
class Refused:
    """A value that must be refused, and the raw text that must be kept of it."""

    raw: str


def expected(kind: Kind, held: bytes | None, page: str = "utf-8") -> Any:
    """What a value must become: a typed value, None, or Refused."""
    if held is None:
        return None
    try:
        text = held.decode(page)
    except ValueError:
        text = "\0"
    if "\0" in text or text.startswith("\1"):
        return Refused("hex:" + held.hex().upper())
    try:
        return kind.meant(text)
    except (ValueError, OverflowError):
        return Refused(text)


def _matched(pattern: str, text: str) -> str:
    bare = text.rstrip(" ")
    if not re.fullmatch(pattern, bare, re.DOTALL):
        raise ValueError(text)
    return bare


def as_typed(text: str) -> str:
    return text


def padded(text: str) -> str | None:
    return text.rstrip(" ") or None


def day(text: str) -> dt.date | None:
    if text.rstrip(" ") in ("", "0000-00-00", "9999-12-31"):
        return None
    year, month, number = _matched("[0-9]{4}-[0-9]{2}-[0-9]{2}", text).split("-")
    return dt.date(int(year), int(month), int(number))


def day8(text: str) -> dt.date | None:
    bare = text.rstrip(" ")
    if not bare:
        return None
    _matched("[0-9]{8}", bare)
    return dt.date(int(bare[:4]), int(bare[4:6]), int(bare[6:]))


_MOMENT = (
    r"([0-9]{4})-([0-9]{2})-([0-9]{2})[ T]([01][0-9]|2[0-3]):([0-5][0-9]):([0-5][0-9])"
    r"(?:\.([0-9]{1,6})0*)?"
)


def _naive(bare: str) -> dt.datetime:
    found = re.fullmatch(_MOMENT, bare)
    if found is None:
        raise ValueError(bare)
    *parts, fraction = found.groups()
    return dt.datetime(*map(int, parts), int((fraction or "0").ljust(6, "0")))  # type: ignore[arg-type]


def moment(text: str) -> dt.datetime | None:
    """Local time of Chicago; hours that a clock change repeats or skips mean nothing."""
    bare = text.rstrip(" ")
    if bare in ("", "0000-00-00 00:00:00"):
        return None
    wall = _naive(bare)
    if not 1850 <= wall.year <= 2200:
        raise ValueError("no zone is known for it")
    first, second = (
        wall.replace(tzinfo=ZoneInfo(ZONE), fold=fold).astimezone(dt.UTC) for fold in (0, 1)
    )
    if first != second:
        raise ValueError("which one of two, or none")
    return first.replace(tzinfo=None)


def instant(text: str) -> dt.datetime | None:
    bare = text.rstrip(" ")
    if not bare:
        return None
    found = re.fullmatch(r"(.*?)(Z|([+-])([01][0-9]|2[0-3])(?::?([0-5][0-9]))?)", bare)
    if found is None:
        raise ValueError(bare)
    wall, _, sign, hours, minutes = found.groups()
    east = dt.timedelta(hours=int(hours or 0), minutes=int(minutes or 0))
    return _naive(wall) + (east if sign == "-" else -east)


def seconds(text: str) -> dt.datetime | None:
    if not text.rstrip(" "):
        return None
    return dt.datetime(1970, 1, 1) + dt.timedelta(seconds=int(_matched("-?[0-9]+", text)))


def whole(text: str) -> int | None:
    if not text.rstrip(" "):
        return None
    bare = _matched("-?[0-9]+", text)
    if len(bare.lstrip("-").lstrip("0")) > 19 or not -(2**63) <= int(bare) < 2**63:
        raise ValueError(text)
    return int(bare)


def _scaled(text: str, digits: int, scale: int) -> Decimal:
    before, _, behind = text.lstrip("-").partition(".")
    if len(before.lstrip("0")) > digits - scale or len(behind.rstrip("0")) > scale:
        raise ValueError(text)
    return Decimal(text)


def money(text: str) -> Decimal | None:
    """18 digits, 2 of them after the point."""
    if not text.rstrip(" "):
        return None
    return _scaled(_matched(r"-?([0-9]+(\.[0-9]+)?|\.[0-9]+)", text), 18, 2)


def amount(text: str) -> Decimal | None:
    """18 digits, 6 of them after the point."""
    if not text.rstrip(" "):
        return None
    return _scaled(_matched(r"-?([0-9]+(\.[0-9]+)?|\.[0-9]+)", text), 18, 6)


def double(text: str) -> Decimal | None:
    """The shortest form that is the same double."""
    if not text.rstrip(" "):
        return None
    number = float(_matched(r"-?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]{1,3})?", text))
    if not math.isfinite(number):
        raise ValueError(text)
    return _scaled(f"{Decimal(repr(number)):f}", 18, 2)


def _words(yes: list[str], no: list[str]) -> Callable[[str], bool | None]:
    meanings: dict[str, bool | None] = {"": None}
    meanings |= dict.fromkeys(yes, True) | dict.fromkeys(no, False)

    def flag(text: str) -> bool | None:
        try:
            return meanings[text.rstrip(" ")]
        except KeyError:
            raise ValueError(text) from None

    return flag


KINDS = {
    "t_text": Kind('type = "text"', as_typed),
    "t_char": Kind('type = "text", as = "char"', padded),
    "t_date": Kind('type = "date"', day),
    "t_date8": Kind('type = "date", as = "date8"', day8),
    "t_stamp": Kind('type = "instant"', moment),
    "t_utc": Kind('type = "instant", as = "utc"', instant),
    "t_epoch": Kind('type = "instant", as = "epoch"', seconds),
    "t_whole": Kind('type = "integer"', whole),
    "t_money": Kind('type = "decimal"', money),
    "t_float": Kind('type = "decimal", as = "float"', double),
    "t_bit": Kind('type = "flag"', _words(["1"], ["0"])),
    "t_yn": Kind('type = "flag", as = "yn"', _words(["Y"], ["N"])),
    "n_char": Kind('type = "text", as = "char"', padded),
    "n_short": Kind('type = "text"', as_typed),
    "n_bytes": Kind('type = "text"', as_typed),
    "n_time": Kind('type = "text"', as_typed),
    "n_date": Kind('type = "date"', day),
    "n_stamp": Kind('type = "instant"', moment),
    "n_utc": Kind('type = "instant", as = "utc"', instant),
    "n_whole": Kind('type = "integer"', whole),
    "n_exact": Kind('type = "decimal"', money),
    "n_wide": Kind('type = "text"', as_typed),
    "n_float": Kind('type = "decimal", as = "float"', double),
    "n_flag": Kind('type = "flag", as = "flag", yes = ["1", "true"], no = ["0", "false"]',
                   _words(["1", "true"], ["0", "false"])),
}  # fmt: skip
"""By column: `t_` are texts, `n_` are of the database's fitting type."""


def mapping(table: str, columns: list[str], page: str) -> str:
    lines = [MAPPING.format(page=page, table=table), "[product.custom]"]
    lines += [f'{name} = {{ column = "{name}", {KINDS[name].spec} }}' for name in columns]
    return "\n".join(lines) + "\n"


def listed(words: str) -> list[str]:
    return words.split()


_DATES = [
    *listed("""
    2024-02-29 2023-02-29 2024-02-30 2024-02-31 2024-04-31 2024-13-01 2024-00-10 2024-01-00
    0000-00-00 0000-01-01 0001-01-01 1582-10-10 1752-09-05 1899-12-30 1899-12-31 1900-01-01
    1900-02-29 1969-12-31 1970-01-01 2000-02-29 2038-01-19 2100-02-29 9999-12-30 9999-12-31
    10000-01-01 -0044-03-15 +2024-01-01 24-01-05 2024-1-5 2024/01/05 2024.01.05 05.01.2024
    01/05/2024 20240105 2024-01-05T00:00:00 2024-W01-1 2024-005 infinity -infinity today epoch
    NULL null N/A TBD 45296 0 1e5
"""),
    "2024-01-05 00:00:00", " 2024-01-05", "2024-01-05 ", "2024-01-05\t", "2024-01-05\n",
    "0044-03-15 BC", "", " ", "2024-01-05\u00a0", "２０２４-０１-０５", "٢٠٢٤-٠١-٠٥",
    "2024\u201001\u201005", "\ufeff2024-01-05", "5 Jan 2024", "Jan 5, 2024",
]  # fmt: skip
_DATES8 = [
    *listed("""
    20240229 20230229 20240230 00000000 00010101 99991231 99991232 2024010 202401055 2024-105
    18991230 2024131a
"""),
    "20240105 ", " 20240105", "", "２０２４０１０５"]  # fmt: skip
_STAMPS = [
    "2024-03-10 01:59:59", "2024-03-10 02:00:00", "2024-03-10 02:30:00", "2024-03-10 02:59:59",
    "2024-03-10 02:59:59.999999", "2024-03-10 03:00:00", "2024-11-03 00:59:59",
    "2024-11-03 01:00:00", "2024-11-03 01:30:00", "2024-11-03 01:59:59.999999",
    "2024-11-03 02:00:00", "1883-11-18 12:00:00", "1883-11-18 12:05:00", "1850-01-01 00:00:00",
    "1849-12-31 23:59:59", "2200-12-31 23:59:59", "2201-01-01 00:00:00", "1942-02-09 02:30:00",
    "1974-01-06 02:30:00", "2024-06-01 24:00:00", "2024-06-01 23:59:60", "2016-12-31 23:59:60",
    "2024-06-01 23:60:00", "2024-06-01 -1:00:00", "2024-06-01 12:00", "2024-06-01 12",
    "2024-06-01", "2024-06-01T12:00:00", "2024-06-01T12:00:00Z", "2024-06-01 12:00:00+00",
    "2024-06-01 12:00:00.1", "2024-06-01 12:00:00.123456", "2024-06-01 12:00:00.1234567",
    "2024-06-01 12:00:00.1234560", "2024-06-01 12:00:00.", "2024-06-01 12:00:00,5",
    "2024-06-01  12:00:00", "2024-06-01 12:00:00 ", " 2024-06-01 12:00:00",
    "2024-06-01 12:00:00 PM", "2024-06-01 1:00:00", "0000-00-00 00:00:00", "0001-01-01 00:00:00",
    "9999-12-31 23:59:59", "10000-01-01 00:00:00", "2024-02-30 12:00:00", "0044-03-15 12:00:00 BC",
    "infinity", "-infinity", "", " ", "2024-06-01 12:00:00\u00a0", "２０２４-06-01 12:00:00", "now",
]  # fmt: skip
_UTC = [
    "2024-06-01T12:00:00Z", "2024-06-01 12:00:00Z", "2024-06-01T12:00:00z", "2024-06-01T12:00:00",
    "2024-06-01T12:00:00+02", "2024-06-01T12:00:00+0230", "2024-06-01T12:00:00-11:45",
    "2024-06-01T12:00:00+24:00", "2024-06-01T12:00:00+23:59", "2024-06-01T12:00:00 +02:00",
    "2024-06-01T12:00:00.999999999Z", "2024-06-01T12:00:00.5-03", "0001-01-01T00:00:00+01:00",
    "0001-01-01T00:00:00-01:00", "9999-12-31T23:59:59.999999-01", "9999-12-31T23:59:59.999999Z",
    "2024-06-30T23:59:60Z", "2024-06-01T24:00:00Z", "2024-02-30T00:00:00Z",
    "2024-06-01T12:00:00+02:60", "2024-06-01T12:00:00−02:00", "2024-06-01T12:00:00Z ", "",
]  # fmt: skip
_EPOCHS = [
    *listed("""
    0 -1 1717243200 1717243200000 253402300799 253402300800 -62135596800 -62135596801 1.5 1e9
    0x10 2147483648 9223372036854775807 99999999999999999999 -0 00017
"""),
    "",
    " 5",
    "5 ",
]
_WHOLES = [
    *listed("""
    0 -0 1 -1 007 +1 1.0 1. .5 1e3 1E3 0x1F 0b1 0o7 1_000 1,000 1.000 2147483647 2147483648
    4294967296 9007199254740993 9223372036854775807 9223372036854775808 -9223372036854775808
    -9223372036854775809 18446744073709551615 99999999999999999999999999999999999999 NaN inf --1 -
    1- (1) 1% ½ ٣ １２ ² Ⅷ true
"""),
    "1 000", "1\u00a0000", "1\u202f000", " 1", "1 ", "1\t", "\n1", "", " ", "- 1", "1\u200b", "'1'",
    "0" * 40 + "7", "1" + "0" * 30,
]  # fmt: skip
_MONEY = [
    *listed("""
    0 -0 0.00 -0.00 .5 -.5 5. 0.5 00.50 12.5 12.50 12.500 12.505 12.501 0.001 0.000 1e2 1.5E3
    1,5 1.234,56 1,234.56 1'234.56 $5 5€ -5 5- (5) +5 1.2.3 NaN Infinity -inf 9999999999999999.99
    10000000000000000.00 -9999999999999999.99 9007199254740993.01 0.1 0.30000000000000004
    12345678901234567890123456789012345678 0.12345678901234567890123456789012345678
    1234567890123456789012345678.0123456789 0x10 1_0.5 ٣.٥ １２.５ 1/2 12.50USD
"""),
    "12.50 ", " 12.50", "12 .50", "1 234.56", "1\u00a0234.56", "12\u066b50", "−5", "", " ",
    "12.5\n",
    "0" * 30 + "1.10", "1." + "50" + "0" * 40,
]  # fmt: skip
_FLOATS = [
    *listed("""
    0.1 1e2 1e-2 1e-3 1.5e0 1e16 1e15 9.99e14 1e308 1e309 -0 -0.0 0.30000000000000004
    0.10000000000000001 12.345 NaN inf Infinity 1e1000 5e-324 1.e5 .5 +1 1d5 1e 0x1p3
    4503599627370497.5 123456789012345.67
"""),
    "",
    " 1",
    "1 ",
]
_FLAGS = [
    *listed("""
    0 1 2 -1 00 01 10 1.0 0.0 Y N y n T F t f true false TRUE FALSE yes no on off J O ja nein X
    ✓ １ ¹ ١
"""),
    "",
    " ",
    "1 ",
    " 1",
    "1\u00a0",
    "1\t",
    "\\0",
    "NULL",
]
_YES_NO = [*listed("Y N y n J T F 0 1 Yes YN Υ Ｙ"), "", " ", "Y ", " Y", "N\t"]
_LETTERS = [
    "", " ", "   ", " a", "a ", "a\t", "\ta", "a\nb", "a\r\nb", "\n", "\\", "\\n", "'", "''", '"',
    "`", ";", "--", "/* */", "%s", "%", "_", "{}", "{p}", "{0}", "${x}", "?", ":a", "@a", "NULL",
    "null", "None", "nan", "\\N", "a|b", "a,b", "a;b", "<a>&amp;", "]]>", "=1+1", "@SUM(1)",
    "\u0001", "\u0001616263", "a\u0001b", "\u0002", "\u001b[0m", "\u007f", "\u0080", "\u009f",
    "\u00a0", "\u00ad", "\u200b", "\u200e", "\u202e", "\u2028", "\u2029", "\ufeff", "\ufeffa",
    "\ufffd", "\ufffe", "\uffff", "\u0000", "a\u0000", "\u0000a", "a\u0000b", "é", "e\u0301", "ß",
    "ﬁ", "İ", "ı", "Å", "Ж", "漢字", "が", "ا", "🚚", "👩\u200d👩\u200d👧",
    "\U0001f1e9\U0001f1ea",
    "\U0010ffff", "\U00010000", "a🚚b", "Ø", "Û", "ØÛ", "MÃ¼ller", "Müller", "�", "hex:41", "0042",
    "1e5", "True", "12.50", "2024-02-30",
]  # fmt: skip
_LENGTHS = [
    *(127, 128, 129, 254, 255, 256, 257, 1000, 4000, 4001, 5000),
    *(8191, 8192, 8193, 60_000, 70_000, 131_072, 300_000),
]
_LONG = [letter * length for length in _LENGTHS for letter in ("a", "ü", "🚚")]
_BYTES = [
    b"", b"a", b"\x00", b"\x01", b"\x0141", b"\xff", b"\xfe\xff", b"\xff\xfea\x00", b"M\xfcller",
    b"\x80", b"\x81", b"\x8d", b"\x93q\x94", b"\xc0\x80", b"\xc1\xbf", b"\xe0\x80\x80",
    b"\xed\xa0\x80", b"\xed\xb0\x80", b"\xed\xa0\xbd\xed\xba\x9a", b"\xf0\x82\x82\xac",
    b"\xf4\x90\x80\x80", b"\xf5\x80\x80\x80", b"\xe2\x82", b"a\xe2\x82", b"\xf0\x9f\x9a",
    b"\xf0\x9f\x9a\x9a", b"\xc3\xbc", b"\xc3\x83\xc2\xbc", b"a\x00b", b"a\xffb", b"\xff" * 300,
    b"PK\x03\x04", b"\x1f\x8b\x08", b"%PDF-", b"\x89PNG\r\n\x1a\n", b"\\x41", b"0x41",
]  # fmt: skip
PAGED = [bytes([code]) for code in range(0x80, 0x100)] + [b"\x93\xfc\x80\x94", b"\x81a", b"a\x9d"]
"""Bytes beyond ASCII, for a code page of one byte a letter."""

TEXTS: dict[str, list[str]] = {
    "t_text": _LETTERS + _LONG,
    "t_char": ["a", "a ", " a", "", "    ", "a\u00a0", "a\t", "a \t ", "\u0001a"],
    "t_date": _DATES,
    "t_date8": _DATES8,
    "t_stamp": _STAMPS,
    "t_utc": _UTC,
    "t_epoch": _EPOCHS,
    "t_whole": _WHOLES,
    "t_money": _MONEY,
    "t_float": _FLOATS,
    "t_bit": _FLAGS,
    "t_yn": _YES_NO,
}
BYTES = _BYTES
WIDE = "-1234567890123456789012345678.0123456789"
