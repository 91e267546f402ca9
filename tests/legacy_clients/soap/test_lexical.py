"""Texts of every simple type are read exactly or refused, and libxml2 is asked as well."""

from __future__ import annotations

import math
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from functools import cache
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from legacy_clients.errors import Misconfigured, Unfit
from legacy_clients.soap.element import Kind
from legacy_clients.soap.facets import order
from legacy_clients.soap.lexical import read, reader
from legacy_clients.soap.names import XSD
from legacy_clients.soap.spelling import spell
from legacy_clients.soap.values import (
    BigDate,
    BigDateTime,
    BigTime,
    DayOfMonth,
    Duration,
    MonthDay,
    MonthOfYear,
    Year,
    YearMonth,
)
from schemas.codecs.codec import Unreadable
from tests.legacy_clients.soap.forms import (
    BAD,
    GOOD,
    HELD_NOWHERE,
    LIBXML2_REFUSES,
    LIBXML2_TAKES,
    SPACES,
)

# Types that need declarations beside them, judged as those whose forms they have (3.2.19, 3.3.11).
JUDGED_AS = {"NOTATION": "QName", "ENTITY": "NCName", "ENTITIES": "IDREFS"}
TEXT_TYPES = {"string", "normalizedString", "token"}  # any text is one


def refused(text: str, kind: Kind) -> str:
    with pytest.raises(Unreadable) as told:
        read(text, kind, SPACES)
    return told.value.reason


@cache
def libxml2(kind: str) -> Any:
    name = JUDGED_AS.get(kind, kind)
    schema = f'<xs:schema xmlns:xs="{XSD}"><xs:element name="v" type="xs:{name}"/></xs:schema>'
    return etree.XMLSchema(etree.fromstring(schema))


def libxml2_takes(text: str, kind: str) -> bool:
    element = etree.fromstring('<v xmlns:p="urn:p"/>')
    element.text = text
    return bool(libxml2(kind).validate(element))


def equal(one: Any, other: Any) -> bool:
    """Also of one type and sign: in Python 1 is True, and 0.0 is -0.0."""
    if isinstance(one, float) and isinstance(other, float):
        return math.copysign(1, one) == math.copysign(1, other) and one == other
    return type(one) is type(other) and one == other


def test_every_simple_type_has_its_forms() -> None:
    assert len(GOOD) == 44
    assert GOOD.keys() == BAD.keys()
    few = {kind for kind in GOOD if len(GOOD[kind]) + len(BAD[kind]) < 20}
    assert few == set()
    assert {kind for kind in BAD if not BAD[kind]} == TEXT_TYPES


@pytest.mark.parametrize("kind", GOOD)
def test_a_good_form_is_read_as_what_it_stands_for(kind: str) -> None:
    """F1"""
    wrong = {
        text: value
        for text, value in GOOD[kind].items()
        if not equal(read(text, Kind(kind), SPACES), value)
    }

    assert wrong == {}


@pytest.mark.parametrize("kind", [kind for kind in BAD if kind not in TEXT_TYPES])
def test_a_bad_form_is_refused_without_its_text(kind: str) -> None:
    """F1"""
    for text in (*BAD[kind], *HELD_NOWHERE.get(kind, ())):
        reason = refused(text, Kind(kind))
        assert len(text) < 4 or text not in reason


@pytest.mark.parametrize("kind", GOOD)
def test_libxml2_says_the_same_but_where_it_departs_from_the_specification(kind: str) -> None:
    refuses = {text for text in GOOD[kind] if not libxml2_takes(text, kind)}
    takes = {text for text in BAD[kind] if libxml2_takes(text, kind)}

    assert refuses == set(LIBXML2_REFUSES.get(kind, ()))
    assert takes == set(LIBXML2_TAKES.get(kind, ()))


def test_not_a_number_is_read_as_that() -> None:
    for kind in ("float", "double"):
        assert math.isnan(read("NaN", Kind(kind)))  # type: ignore[arg-type]


def test_what_is_written_in_a_float_is_kept_though_32_bits_hold_less() -> None:
    assert read("16777217", Kind("float")) == 16777217.0
    assert read("0.1", Kind("float")) == 0.1


def test_a_reason_says_what_could_not_be_held() -> None:
    assert refused("24:00:00", Kind("time")) == "hour 24, the end of a day that it does not name"
    assert refused("1e400", Kind("double")) == "a number larger than its type holds"
    assert refused("1e-400", Kind("double")) == "a number closer to 0 than its type holds"
    assert refused("9" * 4001, Kind("integer")) == "a number of more than 4,000 digits"
    assert refused("0000-01-01", Kind("date")) == "a year 0, which XSD 1.0 does not have"


def test_zeros_before_a_number_do_not_count_against_its_length() -> None:
    assert read("-" + "0" * 9000 + "7", Kind("integer")) == -7


def test_a_name_without_its_namespaces_is_refused_where_it_needs_them() -> None:
    with pytest.raises(Unreadable, match="a prefix that no namespace is declared for"):
        read("p:a", Kind("QName"))


def test_lists_and_unions_are_read_by_what_they_are_made_of() -> None:
    """F12"""
    numbers = Kind("list", item=Kind("decimal"))
    either = Kind("union", members=(Kind("boolean"), Kind("int"), Kind("date")))

    assert read("", numbers) == ()
    assert read(" 1 ", numbers) == (Decimal(1),)
    assert read("1.50\n-2", numbers) == (Decimal("1.50"), Decimal(-2))
    assert refused("1 x", numbers) == "not a decimal, of digits and one point"
    assert read(" 1 ", either) is True
    assert read("7", either) == 7
    assert read("2024-02-29", either) == date(2024, 2, 29)
    assert refused("7.5", either) == "not a form of any member of its union"


FACETS: list[tuple[Kind, str, str]] = [
    (Kind("string", {"length": "2"}), "éé", "é"),
    (Kind("string", {"minLength": "2"}), "𝄞𝄞", "𝄞"),
    (Kind("string", {"maxLength": "2"}), "ab", "abc"),
    (Kind("string", {"maxLength": "0"}), "", "a"),
    (Kind("hexBinary", {"length": "2"}), "00ff", "00"),
    (Kind("base64Binary", {"maxLength": "2"}), "AAA=", "AAAA"),
    (Kind("NMTOKENS", {"maxLength": "2"}), "a b", "a b c"),
    (Kind("list", {"minLength": "2"}, item=Kind("int")), "1 2", "1"),
    (Kind("decimal", {"totalDigits": "3"}), "012.30", "12.34"),
    (Kind("decimal", {"totalDigits": "2"}), "0.01", "0.001"),
    (Kind("decimal", {"fractionDigits": "2"}), "1.500", "1.005"),
    (Kind("integer", {"totalDigits": "3"}), "-00123", "1234"),
    (Kind("decimal", {"minInclusive": "-1.5"}), "-1.50", "-1.51"),
    (Kind("decimal", {"maxExclusive": "10"}), "9.999", "10.0"),
    (Kind("int", {"minExclusive": "0", "maxInclusive": "5"}), "5", "0"),
    (Kind("double", {"maxInclusive": "1"}), "-INF", "INF"),
    (Kind("double", {"minInclusive": "0"}), "0.5", "NaN"),
    (Kind("date", {"minInclusive": "2024-02-29"}), "2024-02-29", "2024-02-28"),
    (Kind("date", {"maxInclusive": "-0044-03-15"}), "-0044-03-15", "0001-01-01"),
    (Kind("date", {"minInclusive": "2024-02-29Z"}), "2024-03-02", "2024-02-29"),
    (Kind("dateTime", {"maxExclusive": "2024-01-01T00:00:00Z"}), "2024-01-01T01:00:00+02:00",
     "2024-01-01T00:00:00"),
    (Kind("time", {"minInclusive": "10:00:00"}), "10:00:00", "09:59:59.9999999"),
    (Kind("gYear", {"maxInclusive": "2024"}), "2024", "12024"),
    (Kind("duration", {"maxInclusive": "P1M"}), "P27D", "P30D"),
    (Kind("duration", {"minInclusive": "P1M"}), "P32D", "P30D"),
    (Kind("string", words=("A", "H")), "H", "h"),
    (Kind("decimal", words=("1.0", "2")), "01", "1.1"),
    (Kind("union", words=("1",), members=(Kind("int"), Kind("boolean"))), "1", "true"),
    (Kind("dateTime", words=("2024-01-01T00:00:00Z",)), "2024-01-01T02:00:00+02:00",
     "2024-01-01T02:00:00Z"),
    (Kind("QName", words=("s:a",)), "p:a", "p:b"),
    (Kind("string", {"whiteSpace": "collapse", "maxLength": "3"}), " a  b ", "abcd"),
    (Kind("string", patterns=(("[A-Z]{2}", "[0-9]+"),)), "12", "1A"),
    (Kind("string", patterns=(("[0-9]+",), (".{2}",))), "12", "123"),
    (Kind("token", patterns=(("a b",),)), " a  b ", "a.b"),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "good", "bad"), FACETS)
def test_facets_are_judged_by_the_value(kind: Kind, good: str, bad: str) -> None:
    read(good, kind, SPACES)
    plain = Kind(kind.name, item=kind.item, members=kind.members)
    read(bad, plain, SPACES)  # it is a form of the type, and the facet alone is against it

    refused(bad, kind)


def test_a_facet_that_is_none_is_the_fault_of_the_wsdl() -> None:
    for kind in (
        Kind("string", {"maxLength": "many"}),
        Kind("int", {"maxInclusive": "1.5"}),
        Kind("int", words=("x",)),
        Kind("string", patterns=(("[",),)),
    ):
        with pytest.raises(Misconfigured):
            reader(kind)


def test_moments_are_ordered_where_no_offset_could_change_it() -> None:
    zoned, local = datetime(2024, 1, 1, tzinfo=UTC), datetime(2024, 1, 1, 14)

    assert order(zoned, local) is None
    assert order(zoned, datetime(2024, 1, 1, 14, 0, 1)) == -1
    assert order(datetime(9999, 12, 31), BigDateTime(10000, 1, 1, 0, 0, Decimal(0), None)) == -1
    assert order(BigDate(-1, 12, 31, None), date(1, 1, 1)) == -1
    assert order(time(10, tzinfo=UTC), BigTime(10, 0, Decimal("0.0000001"), 0)) == -1


OFFSETS = st.integers(-840, 840)
MAYBE_OFFSETS = st.none() | OFFSETS
ZONES = OFFSETS.map(lambda minutes: timezone(timedelta(minutes=minutes)))
WIDE_YEARS = st.integers(-99999, 99999).filter(bool)
BIG_YEARS = st.integers(10000, 99999) | st.integers(-99999, -1)
NANOS = st.integers(0, 59_999_999_999).map(lambda nanos: Decimal(nanos).scaleb(-9))
FINE = NANOS.filter(lambda seconds: seconds * 1_000_000 % 1 != 0)
HOURS, MINUTES, DAYS = st.integers(0, 23), st.integers(0, 59), st.integers(1, 28)
MONTHS = st.integers(1, 12)
DECIMALS = st.decimals(allow_nan=False, allow_infinity=False).filter(
    lambda value: abs(value.adjusted()) < 500
)
FLOATS = st.floats(allow_nan=False)
SIGNED = st.sampled_from((1, -1))
TEXTS = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\r"), max_size=20)
CARRIED = TEXTS.filter(lambda text: all(c in "\t\n" or c >= " " for c in text)).filter(
    lambda text: "\ufffe" not in text and "\uffff" not in text
)

VALUES: dict[str, st.SearchStrategy[Any]] = {
    "string": CARRIED,
    "boolean": st.booleans(),
    "decimal": DECIMALS,
    "integer": st.integers(),
    "long": st.integers(-(2**63), 2**63 - 1),
    "unsignedByte": st.integers(0, 255),
    "double": FLOATS,
    "float": st.floats(width=32, allow_nan=False, allow_subnormal=False),
    "duration": st.builds(
        lambda sign, months, seconds: Duration(sign * months, sign * seconds),
        SIGNED,
        st.integers(0, 10**6),
        st.decimals(0, 10**12, places=9),
    ),
    "dateTime": st.datetimes(
        datetime(1, 1, 2), datetime(9999, 12, 30), timezones=ZONES
    ) | st.builds(BigDateTime, BIG_YEARS, MONTHS, DAYS, HOURS, MINUTES, NANOS, OFFSETS)
    | st.builds(BigDateTime, st.integers(1, 9999), MONTHS, DAYS, HOURS, MINUTES, FINE, OFFSETS),
    "date": st.dates() | st.builds(BigDate, WIDE_YEARS, MONTHS, DAYS, OFFSETS)
    | st.builds(BigDate, BIG_YEARS, MONTHS, DAYS, MAYBE_OFFSETS),
    "time": st.times(timezones=st.none() | ZONES)
    | st.builds(BigTime, HOURS, MINUTES, FINE, MAYBE_OFFSETS),
    "gYearMonth": st.builds(YearMonth, WIDE_YEARS, MONTHS, MAYBE_OFFSETS),
    "gYear": st.builds(Year, WIDE_YEARS, MAYBE_OFFSETS),
    "gMonthDay": st.builds(MonthDay, MONTHS, DAYS, MAYBE_OFFSETS),
    "gMonth": st.builds(MonthOfYear, MONTHS, MAYBE_OFFSETS),
    "gDay": st.builds(DayOfMonth, st.integers(1, 31), MAYBE_OFFSETS),
    "hexBinary": st.binary(max_size=40),
    "base64Binary": st.binary(max_size=40),
    "NMTOKENS": st.lists(
        st.from_regex("[A-Za-z0-9._:-]{1,8}", fullmatch=True), min_size=1, max_size=5
    ).map(tuple),
}  # fmt: skip


@pytest.mark.parametrize("kind", VALUES)
def test_a_value_that_is_spelled_is_read_as_itself(kind: str) -> None:
    """F9: and the spelling is one that libxml2 takes."""

    @settings(deadline=None, database=None)
    @given(VALUES[kind])
    def check(value: Any) -> None:
        text = spell(value, Kind(kind), "A")
        assert read(text, Kind(kind)) == value
        assert libxml2_takes(text, kind)

    check()


# Characters that numbers, times, names and bytes are written with, and their look-alikes.
ALPHABET = "0123456789-+:.TZPYMDHSeEINFa bfAB=/_\t\n\xa0١１é"
PIECES = st.sampled_from(
    ("2024-02-29", "10:00:00", "T", "Z", "+02:00", ".5", "P1Y", "T1S", "-", "1", "0", "INF", "NaN",
     "true", "e5", " ", "\n", "_", "١", "24:00:00", "-0044-03-15", "AA==", "00", "--", "---01",
     "p:")
)  # fmt: skip
SOUPS = st.text(ALPHABET, max_size=12) | st.lists(PIECES, max_size=4).map("".join)


def mutants(kind: str) -> st.SearchStrategy[str]:
    """Good forms with a character left out, put in or exchanged."""

    def mutated(text: str, at: int, dropped: int, added: str) -> str:
        at %= len(text) + 1
        return text[:at] + added + text[at + dropped :]

    short = sorted(text for text in GOOD[kind] if len(text) < 50)
    added = st.sampled_from(("", *ALPHABET))
    return st.builds(mutated, st.sampled_from(short), st.integers(0, 50), st.integers(0, 1), added)


KINDS = sorted(GOOD.keys() - TEXT_TYPES - {"QName", "NOTATION"})
NAMED = {"Name", "NCName", "NMTOKEN", "NMTOKENS", "ID", "IDREF", "IDREFS", "ENTITY", "ENTITIES"}
LOCAL = {"dateTime"}  # a moment without an offset is read, and no instant to be sent


@pytest.mark.parametrize("kind", KINDS)
def test_whatever_is_read_stands_for_the_same_when_spelled_again(
    kind: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """F1: no text is read as another value than its own in silence, and libxml2 takes it too."""
    counts = {"read": 0, "refused": 0, "changed": 0}
    departs = LIBXML2_REFUSES.get(kind, {})

    @settings(max_examples=300, deadline=None, database=None)
    @given(SOUPS | st.sampled_from(sorted({*GOOD[kind], *BAD[kind]})) | mutants(kind))
    def check(text: str) -> None:
        try:
            value = read(text, Kind(kind))
        except Unreadable:
            counts["refused"] += 1
            return
        counts["read"] += 1
        stripped = text.strip(" \t\n\r")  # libxml2 refuses blanks around dates
        assert libxml2_takes(stripped, kind) or text in departs or far(value) or foreign(text, kind)
        if kind in LOCAL and local(value):
            with pytest.raises(Unfit, match="no offset from UTC"):
                spell(value, Kind(kind), "A")
            return
        again = read(spell(value, Kind(kind), "A"), Kind(kind))
        counts["changed"] += not (again == value or (again != again and value != value))

    check()
    with capsys.disabled():
        print(f"\n{kind}: {counts}", end="")  # noqa: T201
    assert counts["changed"] == 0
    assert counts["read"] > 0
    assert counts["refused"] > 0


def foreign(text: str, kind: str) -> bool:
    """What libxml2 judges by another text than XSD 1.0 names: letters of names beyond ASCII by the
    fourth edition of XML 1.0, ports and brackets of URIs by RFC 3986.
    """
    return (kind in NAMED and not text.isascii()) or (
        kind == "anyURI" and bool(set("[]:") & set(text))
    )


def local(value: Any) -> bool:
    if isinstance(value, BigDateTime):
        return value.offset is None
    return isinstance(value, datetime) and value.utcoffset() is None


def far(value: Any) -> bool:
    """Beyond the years and counts that libxml2 keeps in a C long."""
    return abs(getattr(value, "year", 0)) > 10**17 or (
        isinstance(value, Duration) and max(abs(value.months), abs(value.seconds)) > 10**9
    )
