"""Texts measured by the facets of their type, as libxml2 measures whole documents."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from legacy_clients.errors import Misconfigured
from legacy_clients.soap.element import Kind
from legacy_clients.soap.measure import measure_of

FITS = {
    "length": (Kind("string", {"length": "3"}), ["abc", "𝄞𝄞𝄞"], ["ab", "abcd", ""]),
    "minLength": (Kind("string", {"minLength": "2"}), ["ab", "  "], ["a", ""]),
    "maxLength": (Kind("string", {"maxLength": "2"}), ["", "ab", "𝄞𝄞"], ["abc"]),
    "token length": (Kind("token", {"maxLength": "2"}), ["  ab  "], ["abc"]),
    "digits": (
        Kind("decimal", {"totalDigits": "4", "fractionDigits": "2"}),
        ["12.34", "0012.3400", "-1"],
        ["123.45", "1.234", "1,5", "", "NaN"],
    ),
    "bounds": (
        Kind("int", {"minExclusive": "0", "maxInclusive": "5"}),
        ["1", " 5 ", "+5"],
        ["0", "6", "-1", "1.0"],
    ),
    "dates": (Kind("date", {"minInclusive": "2024-01-01"}), ["2024-02-29"], ["2023-12-31"]),
    "words": (Kind("string", {}, ("A", "")), ["A", ""], ["B", "a", "A "]),
    "one of several patterns": (
        Kind("string", {"pattern": "b"}, (), (("a+", "b"),)),
        ["aa", "b"],
        ["ab", ""],
    ),
    "each of several patterns": (
        Kind("string", {}, (), ((r"\i\c*",), (".{2}",))),
        ["ab", "_1"],
        ["a", "1a", "abc"],
    ),
    "list": (Kind("list", item=Kind("int")), ["1 2", ""], ["1 x", "1,2"]),
    "list length": (
        Kind("list", {"maxLength": "2"}, item=Kind("int")),
        ["1 2"],
        ["1 2 3"],
    ),
    "union": (
        Kind("union", members=(Kind("int"), Kind("string", {}, ("none",)))),
        ["1", "none"],
        ["some", ""],
    ),
    "integer": (Kind("int"), ["2147483647", "-0"], ["2147483648", "1.0", "", "1_0", "١"]),
    "boolean": (Kind("boolean"), ["true", "0"], ["TRUE", "Y", "", "2"]),
    "QName": (Kind("QName"), ["a:b", "b"], ["a:b:c", "1", "a:", ""]),
    "conflicting steps": (
        Kind("string", {"length": "3", "maxLength": "5"}),
        ["abc"],
        ["abcd"],
    ),
}


@pytest.mark.parametrize("name", FITS)
def test_a_text_fits_its_type_or_breaks_a_rule(name: str) -> None:
    kind, good, bad = FITS[name]
    measure = measure_of(kind)

    assert measure is not None
    assert [text for text in good if measure.broken(text) is not None] == []
    assert [text for text in bad if measure.broken(text) is None] == []


@pytest.mark.parametrize(
    ("kind", "text", "rule"),
    [
        (Kind("string", {"maxLength": "2"}), "abc", "SCHEMAV_CVC_MAXLENGTH_VALID"),
        (Kind("decimal", {"fractionDigits": "2"}), "1.005", "SCHEMAV_CVC_FRACTIONDIGITS_VALID"),
        (Kind("string", {}, ("A",)), "B", "SCHEMAV_CVC_ENUMERATION_VALID"),
        (Kind("int"), "x", "SCHEMAV_CVC_DATATYPE_VALID_1_2_1"),
    ],
)
def test_the_broken_rule_is_told(kind: Kind, text: str, rule: str) -> None:
    measure = measure_of(kind)

    assert measure is not None
    assert measure.broken(text) == rule


@pytest.mark.parametrize("name", ["string", "anySimpleType", "anyType"])
def test_a_type_that_any_text_fits_has_no_measure(name: str) -> None:
    assert measure_of(Kind(name)) is None


def test_a_type_that_cannot_be_is_misconfigured() -> None:
    with pytest.raises(Misconfigured, match="a type that cannot be: int with minInclusive"):
        measure_of(Kind("int", {"minInclusive": "x"}))
    with pytest.raises(Misconfigured, match="a type that cannot be: string with no facets"):
        measure_of(Kind("string", patterns=(("[",),)))


def test_kinds_that_say_the_same_share_a_measure_that_all_threads_use() -> None:
    measure = measure_of(Kind("int", {"maxInclusive": "500"}))
    assert measure is measure_of(Kind("int", {"maxInclusive": "500"}))
    assert measure is not None

    with ThreadPoolExecutor(8) as pool:
        rules = list(pool.map(measure.broken, map(str, range(1000))))

    assert [rule is None for rule in rules] == [number <= 500 for number in range(1000)]
