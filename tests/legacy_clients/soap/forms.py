"""Forms of every built-in simple type of XSD 1.0 part 2: what each stands for, and what is none.

`GOOD` gives the value of each good form, `BAD` the forms that must be refused. `HELD_NOWHERE` are
good forms by the specification whose values nothing of ours holds: they are refused too. Names
beginning with p: have a prefix that is declared.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from typing import Any

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

SPACES: dict[str | None, str] = {"p": "urn:p", None: "urn:default"}
PLUS2, MINUS14 = timezone(timedelta(hours=2)), timezone(timedelta(hours=-14))
HALF = timezone(timedelta(hours=5, minutes=30))
INF, LONG = float("inf"), "7" * 400

# What no number is, whatever its type: Python takes some of them for one.
NO_NUMBERS = (
    "", " ", "-", "+", "+-1", "--1", "1 0", "1_0", "0x10", "1e", "e1", "1,5", "1.234,50", "1'000",
    "١", "１", "½", "²", "\xa01", "1\u2003", "abc", "null", "nil", "1-", "1.2.3", "$1", "1%",
    "#N/A",
    "infinity", "inf", "nan", "+INF", "-NaN", "INFINITY", "None", "1f", "1L", "(1)",
)  # fmt: skip
NO_INTEGERS = (*NO_NUMBERS, "1.0", "1.", ".0", "1e3", "1E0", "INF", "NaN")

INTEGERS = {
    "1": 1, "01": 1, "+1": 1, " 1 ": 1, "\t1\n": 1, "\r1": 1, "001": 1, "+0001": 1,
}  # fmt: skip
ZEROS = {"0": 0, "-0": 0, "+0": 0, "00": 0}
# The least and the greatest of each type, and what lies beyond.
RANGES: dict[str, tuple[int | None, int | None]] = {
    "integer": (None, None),
    "nonPositiveInteger": (None, 0),
    "negativeInteger": (None, -1),
    "long": (-9223372036854775808, 9223372036854775807),
    "int": (-2147483648, 2147483647),
    "short": (-32768, 32767),
    "byte": (-128, 127),
    "nonNegativeInteger": (0, None),
    "unsignedLong": (0, 18446744073709551615),
    "unsignedInt": (0, 4294967295),
    "unsignedShort": (0, 65535),
    "unsignedByte": (0, 255),
    "positiveInteger": (1, None),
}


def integers(least: int | None, most: int | None) -> tuple[dict[str, Any], tuple[str, ...]]:
    """The good and bad forms of a type of integers, by its range."""
    good: dict[str, Any] = {}
    bad: list[str] = list(NO_INTEGERS)
    for forms in (INTEGERS, ZEROS, {"-1": -1, "-01": -1, " -1\n": -1}):
        for text, value in forms.items():
            fits = (least is None or value >= least) and (most is None or value <= most)
            if fits:
                good[text] = value
            else:
                bad.append(text)
    for edge, beyond in ((least, -1), (most, 1)):
        if edge is None:
            far = int(f"{'-' if beyond < 0 else ''}{LONG}")
            good[str(far)] = far
        else:
            good[str(edge)] = edge
            good[f"{'-' if edge < 0 else ''}000{abs(edge)}"] = edge
            bad += [str(edge + beyond), str(edge * 10 + beyond * 100)]
    return good, tuple(bad)


FLOATS = {
    "0": 0.0, "-0": -0.0, "1": 1.0, "+1": 1.0, "0.1": 0.1, ".5": 0.5, "5.": 5.0, "-.5": -0.5,
    "1E5": 100000.0, "1e5": 100000.0, "1e+5": 100000.0, "1e-5": 1e-05, "INF": INF, "-INF": -INF,
    "1.5e3": 1500.0, " 1.5 ": 1.5, "\n-1.5\t": -1.5, "16777216": 16777216.0, "0e9": 0.0,
    "0.0000": 0.0, "1e-30": 1e-30, "3.14159265358979": 3.14159265358979,
}  # fmt: skip
NO_FLOATS = (
    *NO_NUMBERS, ".", "1e5.0", "1.5e", "1e 5", "0x1p3", "1d5", "Inf", "-inf", "-Infinity",
)  # fmt: skip

# Dates with what may follow them.
DATE_TIMES: dict[str, Any] = {
    "2024-02-29T23:59:59": datetime(2024, 2, 29, 23, 59, 59),
    "2024-02-29T23:59:59Z": datetime(2024, 2, 29, 23, 59, 59, tzinfo=UTC),
    "2024-02-29T23:59:59+00:00": datetime(2024, 2, 29, 23, 59, 59, tzinfo=UTC),
    "2024-02-29T23:59:59-00:00": datetime(2024, 2, 29, 23, 59, 59, tzinfo=UTC),
    "2024-02-29T23:59:59+02:00": datetime(2024, 2, 29, 23, 59, 59, tzinfo=PLUS2),
    "2024-02-29T23:59:59+05:30": datetime(2024, 2, 29, 23, 59, 59, tzinfo=HALF),
    "2024-02-29T23:59:59-14:00": datetime(2024, 2, 29, 23, 59, 59, tzinfo=MINUS14),
    "2024-01-01T00:00:00.1": datetime(2024, 1, 1, 0, 0, 0, 100000),
    "2024-01-01T00:00:00.000001Z": datetime(2024, 1, 1, 0, 0, 0, 1, UTC),
    "2024-01-01T00:00:00.1234560000": datetime(2024, 1, 1, 0, 0, 0, 123456),
    "2024-01-01T00:00:00.1234567Z": BigDateTime(2024, 1, 1, 0, 0, Decimal("0.1234567"), 0),
    "2024-01-01T00:00:59.000000001": BigDateTime(2024, 1, 1, 0, 0, Decimal("59.000000001"), None),
    "2024-02-28T24:00:00": datetime(2024, 2, 29),
    "2023-12-31T24:00:00.000Z": datetime(2024, 1, 1, tzinfo=UTC),
    "9999-12-31T24:00:00": BigDateTime(10000, 1, 1, 0, 0, Decimal(0), None),
    "-0001-12-31T24:00:00": datetime(1, 1, 1),
    "0001-01-01T00:00:00": datetime(1, 1, 1),
    "9999-12-31T23:59:59.999999": datetime(9999, 12, 31, 23, 59, 59, 999999),
    "10000-01-01T00:00:00Z": BigDateTime(10000, 1, 1, 0, 0, Decimal(0), 0),
    "-0044-03-15T12:00:00": BigDateTime(-44, 3, 15, 12, 0, Decimal(0), None),
    "-12024-02-29T00:00:00+14:00": BigDateTime(-12024, 2, 29, 0, 0, Decimal(0), 840),
    " 2024-01-01T00:00:00\n": datetime(2024, 1, 1),
    "2000-02-29T00:00:00": datetime(2000, 2, 29),
    "1600-02-29T00:00:00": datetime(1600, 2, 29),
}
NO_DATE_TIMES = (
    "", "2024-01-01", "10:00:00", "2024-01-01T10:00", "2024-01-01 10:00:00", "2024-01-01t10:00:00",
    "2024-01-01T10:00:00z", "20240101T100000", "2024-W01-1T00:00:00", "2024-001T00:00:00",
    "2023-02-29T00:00:00", "1900-02-29T00:00:00", "2024-02-30T00:00:00", "2024-13-01T00:00:00",
    "2024-00-01T00:00:00", "2024-01-00T00:00:00", "2024-04-31T00:00:00", "0000-01-01T00:00:00",
    "-0000-01-01T00:00:00", "02024-01-01T00:00:00", "+2024-01-01T00:00:00", "24-01-01T00:00:00",
    "2024-1-01T00:00:00", "2024-01-01T1:00:00", "2024-01-01T24:00:01", "2024-01-01T24:00:00.1",
    "2024-01-01T25:00:00", "2024-01-01T23:60:00", "2016-12-31T23:59:60Z", "2024-01-01T00:00:00.",
    "2024-01-01T00:00:00,5", "2024-01-01T00:00:00+14:01", "2024-01-01T00:00:00+15:00",
    "2024-01-01T00:00:00+13:60", "2024-01-01T00:00:00+0100", "2024-01-01T00:00:00+1:00",
    "2024-01-01T00:00:00 Z", "2024-01-01T00:00:00ZZ", "２024-01-01T00:00:00", "١٩٩٩-01-01T00:00:00",
    "0000-00-00T00:00:00", "Jan 1 2024", "1704067200", "2024-01-01T-1:00:00",
    "2024-01-01T00:00:00+02",
)  # fmt: skip
TIMES: dict[str, Any] = {
    "00:00:00": time(0), "23:59:59": time(23, 59, 59), "10:00:00Z": time(10, tzinfo=UTC),
    "10:00:00+02:00": time(10, tzinfo=PLUS2), "10:00:00-14:00": time(10, tzinfo=MINUS14),
    "10:00:00+05:30": time(10, tzinfo=HALF), "10:00:00-00:00": time(10, tzinfo=UTC),
    "10:00:00.5": time(10, 0, 0, 500000), "10:00:00.000001Z": time(10, 0, 0, 1, UTC),
    "10:00:00.1234560": time(10, 0, 0, 123456), " 10:00:00\t": time(10),
    "10:00:01.1234567": BigTime(10, 0, Decimal("1.1234567"), None),
    "10:00:01.000000001+02:00": BigTime(10, 0, Decimal("1.000000001"), 120),
}  # fmt: skip
NO_TIMES = (
    "", "10:00", "10", "1:00:00", "10:0:00", "24:00:01", "25:00:00", "10:60:00", "10:00:60",
    "10.00.00",
    "10:00:00.", "10:00:00,5", "10:00:00z", "10:00:00 Z", "10:00:00+14:01", "10:00:00+0200",
    "T10:00:00",
    "10:00:00 AM", "-10:00:00", "100000", "2024-01-01T10:00:00", "１0:00:00", "10:00:00+2:00",
    "noon",
)  # fmt: skip
DATES: dict[str, Any] = {
    "2024-02-29": date(2024, 2, 29), "0001-01-01": date(1, 1, 1), "9999-12-31": date(9999, 12, 31),
    "2024-02-29Z": BigDate(2024, 2, 29, 0), "2024-02-29+01:00": BigDate(2024, 2, 29, 60),
    "2024-02-29-14:00": BigDate(2024, 2, 29, -840), "2024-02-29-00:00": BigDate(2024, 2, 29, 0),
    "10000-01-01": BigDate(10000, 1, 1, None), "-0044-03-15": BigDate(-44, 3, 15, None),
    "-0004-02-29": BigDate(-4, 2, 29, None), "\n2024-02-29 ": date(2024, 2, 29),
    "1899-12-30": date(1899, 12, 30),
}  # fmt: skip
NO_DATES = (
    "", "2024-02-30", "2023-02-29", "1900-02-29", "2024-13-01", "2024-00-10", "2024-01-32",
    "20240229",
    "2024-W09-4", "2024-060", "2024-2-29", "24-02-29", "02024-01-01", "+2024-01-01", "0000-01-01",
    "0000-00-00", "29.02.2024", "02/29/2024", "2024-02-29T00:00:00", "2024-02-29z",
    "2024-02-29+14:01",
    "2024-02-29 Z", "２024-01-01", "2024-02", "TBD", "2024/02/29", "-0001-02-29",
)  # fmt: skip
NO_YEARS = (
    "", "24", "024", "02024", "+2024", "0000", "-0000", "2024-", "2024z", "2024 Z", "2024+14:01",
    "MMXXIV",
    "２０２４", "2024.0", "2e3", "--2024", "20_24", "2024+1:00", "2024AD", " ", "-24",
)  # fmt: skip

NAMES = (
    "a",
    "_",
    "A1",
    "a-b",
    "a.b",
    "é",
    "Łódź",
    "東京",
    "a·",
    " a ",
    "\ta\n",
    "x" * 300,
    "aB_9",
    "a€",
)
NO_NAMES = (
    "", " ", "1a", "-a", ".a", "·a", "a b", "a,b", "a/b", "a@b", "a'b", "a+b", "a&b", "<a>",
    "a\xa0b",
    "a×b", "a÷b", "$a", "a\tb", "{urn:a}b", "a;b",
)  # fmt: skip
COLONS = ("a:b", ":a", "a:", "a:b:c", ":")


def names(extra: tuple[str, ...] = ()) -> dict[str, Any]:
    return {text: text.strip(" \t\n") for text in (*NAMES, *extra)}


def lists(items: tuple[str, ...]) -> dict[str, Any]:
    """Lists of names, with what blanks do between them."""
    return {
        **{text: (text.strip(" \t\n"),) for text in items},
        "a b": ("a", "b"), "  a \n b\tc ": ("a", "b", "c"), "a  a": ("a", "a"), "é 東京": ("é",
        "東京"),
    }  # fmt: skip


TEXTS = (
    "", " ", "a", " a ", "a  b", "a\tb", "a\nb", "\r\n", "é", "東京", "𝄞", "\xa0", "\u2003", "0",
    "-1",
    "true", "null", "<a>&", "]]>", "'\"", "x" * 5000, "\ufeff", "٣", "\u0301",
)  # fmt: skip
REPLACED = {"a\tb": "a b", "a\nb": "a b", "\r\n": "  "}
COLLAPSED = {**REPLACED, " ": "", " a ": "a", "a  b": "a b", "\r\n": ""}

GOOD: dict[str, dict[str, Any]] = {
    "string": {text: text for text in TEXTS},
    "normalizedString": {text: REPLACED.get(text, text) for text in TEXTS},
    "token": {text: COLLAPSED.get(text, text) for text in TEXTS},
    "language": {
        text: text.strip()
        for text in ("en", "EN", "en-GB", "de-1996", "x-klingon", "i", "abcdefgh", "a-b-c-d",
        " en ",
                     "zh-Hant-TW", "sl-rozaj-biske-1994")
    },
    "Name": names(COLONS),
    "NCName": names(),
    "ID": names(),
    "IDREF": names(),
    "ENTITY": names(),
    "NMTOKEN": names((*COLONS, "1a", "-a", ".a", "·a", "007")),
    "NMTOKENS": lists(("a", "1", "-", ":", "\ta\n", "007")),
    "IDREFS": lists(("a", "_", " a ", "é", "A1", "a.b")),
    "ENTITIES": lists(("a", "_", " a ", "é", "A1", "a.b")),
    "anyURI": {
        text: text.strip(" \n")
        for text in ("", "http://example.com/", "http://example.com/a b", "urn:a:b", "a/b?c=d#e",
                     "mailto:a@b.c", "http://[::1]:80/", "http://ü.de/ß", "#a", "?a=[b]", "%41",
                     "../a",
                     "file:///etc/passwd", "http://a:b@c:80/d;e", " a \n", "a|b", "{a}", "\\\\a\\b",
                     "http://example.com/%C3%9F", "a", "/", "//a", "javascript:alert(1)")
    },
    "boolean": {
        "true": True, "false": False, "1": True, "0": False, " true ": True, "\n0\t": False,
        "\r1": True, "false ": False,
    },
    "decimal": {
        text: Decimal(text.strip())
        for text in ("0", "-0", "+1", "1.", ".5", "-.5", "001.50", "1234567890.0123456789", " 1 ",
                     "\t-1.0\n", LONG, f"0.{LONG}", "0.1", "-12.50", "100", "0.000000000000000001")
    },
    **{name: integers(*edges)[0] for name, edges in RANGES.items()},
    "float": FLOATS | {"3.4028234e38": 3.4028234e38, "1.5e-45": 1.5e-45},
    "double": FLOATS | {"1.7976931348623157e308": 1.7976931348623157e308, "5e-324": 5e-324,
                        "1e39": 1e39},
    "duration": {
        "P1Y": Duration(12, Decimal(0)), "P1Y2M": Duration(14, Decimal(0)),
        "P1Y2M3DT4H5M6.7S": Duration(14, Decimal("273906.7")), "-P1D": Duration(0, Decimal(-86400)),
        "PT0S": Duration(0, Decimal(0)), "P0Y": Duration(0, Decimal(0)), "P400D": Duration(0,
        Decimal(34560000)),
        "PT36H": Duration(0, Decimal(129600)), "-P1M": Duration(-1, Decimal(0)),
        " P1D ": Duration(0, Decimal(86400)),
        "PT1.000000000000000001S": Duration(0, Decimal("1.000000000000000001")),
        "P13M": Duration(13, Decimal(0)),
        "P0001Y": Duration(12, Decimal(0)), "-PT0.5S": Duration(0, Decimal("-0.5")),
        "PT90M": Duration(0, Decimal(5400)),
        "P1MT1M": Duration(1, Decimal(60)),
    },
    "dateTime": DATE_TIMES,
    "time": TIMES,
    "date": DATES,
    "gYearMonth": {
        "2024-01": YearMonth(2024, 1, None), "2024-12Z": YearMonth(2024, 12, 0),
        "-0044-03": YearMonth(-44, 3, None),
        "12024-01+14:00": YearMonth(12024, 1, 840), "0001-01": YearMonth(1, 1, None),
        "2024-06-05:30": YearMonth(2024, 6, -330),
    },
    "gYear": {
        "2024": Year(2024, None), "2024Z": Year(2024, 0), "-0044": Year(-44, None),
        "12024": Year(12024, None),
        "0001": Year(1, None), "2024-01:00": Year(2024, -60), "-12024+14:00": Year(-12024, 840),
    },
    "gMonthDay": {
        "--02-29": MonthDay(2, 29, None), "--12-31Z": MonthDay(12, 31, 0),
        "--01-01+02:00": MonthDay(1, 1, 120),
        "--04-30": MonthDay(4, 30, None), "--07-31-14:00": MonthDay(7, 31, -840),
    },
    "gMonth": {
        "--01": MonthOfYear(1, None), "--12Z": MonthOfYear(12, 0), "--06+05:30": MonthOfYear(6,
        330),
        "--02-14:00": MonthOfYear(2, -840), "--09-00:00": MonthOfYear(9, 0),
    },
    "gDay": {
        "---01": DayOfMonth(1, None), "---31Z": DayOfMonth(31, 0), "---15+05:30": DayOfMonth(15,
        330),
        "---30-14:00": DayOfMonth(30, -840), "---29": DayOfMonth(29, None),
    },
    "hexBinary": {
        "": b"", "00": b"\0", "ff": b"\xff", "FF": b"\xff", "0aB9": b"\x0a\xb9", " 0a ": b"\x0a",
        "\n": b"",
        "deadbeef": b"\xde\xad\xbe\xef",
    },
    "base64Binary": {
        "": b"", "AA==": b"\0", "AAA=": b"\0\0", "AAAA": b"\0\0\0", "/+8=": b"\xff\xef",
        "A A = =": b"\0",
        "AAAA\nAAAA": b"\0" * 6, " AAAA ": b"\0\0\0", "AAAA  AAAA": b"\0" * 6, "YQ==": b"a",
        "YWI=": b"ab",
    },
    "QName": {
        "a": QualifiedName("urn:default", "a"), "p:a": QualifiedName("urn:p", "a"),
        " p:a ": QualifiedName("urn:p", "a"),
        "xml:lang": QualifiedName("http://www.w3.org/XML/1998/namespace", "lang"),
        "p:é": QualifiedName("urn:p", "é"), "_": QualifiedName("urn:default", "_"),
        "p:a.b-c": QualifiedName("urn:p", "a.b-c"),
    },
}  # fmt: skip
GOOD["NOTATION"] = GOOD["QName"]

BAD: dict[str, tuple[str, ...]] = {
    "string": (),
    "normalizedString": (),
    "token": (),
    "language": (
        "", " ", "e1", "1", "en_GB", "en-", "-en", "en--GB", "abcdefghi", "en-abcdefghi", "en GB",
        "é",
        "deutsch-österreich", "en.UTF-8", "e n", "toolonglanguage", "en-GB-", "*", "en,de",
    ),
    "Name": NO_NAMES,
    "NCName": (*NO_NAMES, *COLONS),
    "ID": (*NO_NAMES, *COLONS),
    "IDREF": (*NO_NAMES, *COLONS),
    "ENTITY": (*NO_NAMES, *COLONS),
    "NMTOKEN": tuple(text for text in NO_NAMES if text not in ("1a", "-a", ".a", "·a")),
    "NMTOKENS": ("", " ", "a,b", "a/b", "a b@", "<a>", "a &", "a\xa0b", "a×b", "$a", "{urn:a}b",
    "a;b"),
    "IDREFS": ("", " ", "1", "a 1", "a -b", "a:b", "a b@", "<a>", "a\xa0b", "a×b", "a ;", "·a"),
    "ENTITIES": ("", " ", "1", "a 1", "a -b", "a:b", "a b@", "<a>", "a\xa0b", "a×b", "a ;", "·a"),
    "anyURI": (
        "%", "%4", "%zz", "a%", "http://a/%G1", "a#b#c", "##", "1a:b", ":a", "[a]", "a[b]",
        "http://[::1",
        "http://::1]/", "é:a", "-a:b", "http://[g::1]/", "a:", "http://a/[b]", "%%41",
    ),
    "boolean": (
        "", "TRUE", "False", "True", "Y", "N", "yes", "no", "t", "f", "2", "-1", "+1", "01",
        "1.0", "on",
        "true1", "tr ue", "\xa0true", "１", "maybe", "null",
    ),
    "decimal": (*NO_NUMBERS, ".", "-.", "1e3", "1E-2", "INF", "NaN", "1.5f"),
    **{name: integers(*edges)[1] for name, edges in RANGES.items()},
    "float": NO_FLOATS,
    "double": NO_FLOATS,
    "duration": (
        "", "P", "PT", "-P", "P1", "1Y", "P1YT", "P1Y2", "P-1Y", "+P1D", "P1.5Y", "P1.5D",
        "PT1.5H", "PT.5S",
        "PT1.S", "PT1,5S", "P1W", "P1S", "P1H", "PT1D", "PT1Y", "P1D2M", "P1M1Y", "PT1S1M",
        "P 1D", "p1d",
        "P1DT", "--P1D", "P١D", "P1_0D", "1 day", "PT1e3S", "P0001-01-01T00:00:00",
    ),
    "dateTime": NO_DATE_TIMES,
    "time": NO_TIMES,
    "date": NO_DATES,
    "gYearMonth": (
        "", "2024", "2024-1", "2024-13", "2024-00", "24-01", "02024-01", "+2024-01", "0000-01",
        "2024-01-01",
        "2024-01z", "2024-01+14:01", "202401", "2024-01 Z", "2024/01", "01-2024", "2024-01-",
        "２024-01",
    ),
    "gYear": NO_YEARS,
    "gMonthDay": (
        "", "--02-30", "--04-31", "--13-01", "--00-01", "--01-00", "--2-29", "02-29", "-02-29",
        "--0229", "--02-29z",
        "--02-29+14:01", "--02", "---29", "--02-29-", "--02--29", "2024-02-29", "--02-29 Z",
        "--１2-01",
    ),
    "gMonth": (
        "", "01", "-01", "--1", "--00", "--13", "--01--", "--01z", "--01+14:01", "---01", "--01-",
        "--01 Z", "--Jan",
        "--001", "--１2", "--01-01", "--1Z",
    ),
    "gDay": (
        "", "01", "--01", "---1", "---00", "---32", "----01", "---01z", "---01+14:01", "---001",
        "---01 Z", "---01-",
        "---１2", "---1Z", "---first",
    ),
    "hexBinary": (
        "0", "0g", "000", "0 a", "0x00", "0a 0b", "\\x00", "é0", "-0", "0a0", "00:00", "00-00",
        "０0", "zz", "a\tb",
    ),
    "base64Binary": (
        "A", "AA", "AAA", "AA=", "A===", "AB==", "AAB=", "AA==AAAA", "=", "====", "AA-_", "A*==",
        "AAAAA", "é===",
        "AA==A", "AAAA=",
    ),
    "QName": (
        "", " ", "q:a", ":a", "p:", "p:a:b", "1a", "p:1a", "p: a", "p :a", "{urn:p}a", "a b",
        "-a", "a@b", "p:-a",
    ),
}  # fmt: skip
BAD["NOTATION"] = BAD["QName"]

HELD_NOWHERE: dict[str, tuple[str, ...]] = {
    "integer": ("9" * 4001,),
    "decimal": (),
    "float": ("1e39", "-1e39", "1e-46", "-1e-46"),
    "double": ("1e309", "-1e309", "1e-400", "4.9e-999"),
    "time": ("24:00:00",),
    "gYear": ("1" + "0" * 4000,),
}

# Where libxml2 2.14 is not of the specification's mind, and the section that says so.
LIBXML2_TAKES: dict[str, dict[str, str]] = {
    "NMTOKENS": dict.fromkeys(("", " "), "3.3.5: a list of at least one"),
    "IDREFS": dict.fromkeys(("", " "), "3.3.10: a list of at least one"),
    "ENTITIES": dict.fromkeys(("", " "), "3.3.12: a list of at least one"),
    "float": dict.fromkeys(("1e", "1.5e"), "3.2.4.1: the exponent is an integer"),
    "double": dict.fromkeys(("1e", "1.5e"), "3.2.5.1: the exponent is an integer"),
    "duration": dict.fromkeys(("PT.5S", "PT1.S"), "3.2.6.1: digits on both sides of the point"),
    "anyURI": {
        "http://[g::1]/": "RFC 2732 section 2: an IPv6 address",
        "a:": "RFC 2396 section 3: something after the scheme",
    },
}
LIBXML2_REFUSES: dict[str, dict[str, str]] = {
    "duration": {" P1D ": "4.3.6: blanks are taken out first"},
    "dateTime": {" 2024-01-01T00:00:00\n": "4.3.6: blanks are taken out first"},
    "time": {" 10:00:00\t": "4.3.6: blanks are taken out first"},
    "date": {"\n2024-02-29 ": "4.3.6: blanks are taken out first"},
    "anyURI": {"?a=[b]": "RFC 2732 section 3: brackets are reserved characters"},
    **{
        kind: {"a€": "XML 1.0 fifth edition, 2.3: it judges by the fourth"}
        for kind in ("Name", "NCName", "ID", "IDREF", "ENTITY", "NMTOKEN")
    },
}
