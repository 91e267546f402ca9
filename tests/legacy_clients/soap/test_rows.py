"""Records are read as typed rows: each value exact or refused, whatever is absent, empty or nil."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from legacy_clients.errors import Misconfigured
from legacy_clients.soap.contract import Contract
from legacy_clients.soap.element import Kind
from legacy_clients.soap.lexical import read
from legacy_clients.soap.parser import strict_parser
from legacy_clients.soap.rows import ABSENT, RowReader, compile_rows, quick
from legacy_clients.soap.values import BigDate, BigDateTime, Duration, QualifiedName, Year
from legacy_clients.soap.wsdl import load_contract
from schemas.codecs.codec import Unreadable
from tests.legacy_clients.soap.forms import (
    BAD,
    GOOD,
    HELD_NOWHERE,
    LIBXML2_REFUSES,
    LIBXML2_TAKES,
)

RECORDS = Path(__file__).parent / "records" / "records.wsdl"
XSI = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
ANSWER = f'<ListResponse xmlns="urn:records" {XSI}>{{}}<Total>1</Total></ListResponse>'
ROW = (
    "<Row><Id>7</Id><Name>Müller</Name><Word> a  b </Word><Active>1</Active><Limit>1.50</Limit>"
    "<Rate>0.1</Rate><Opened>2024-02-29</Opened><Changed>2024-02-29T10:00:00Z</Changed>"
    "<Span>P1D</Span><Count>5</Count><Code>A</Code></Row>"
)
VALUES = (
    7, "Müller", "a b", True, Decimal("1.50"), 0.1, date(2024, 2, 29),
    datetime(2024, 2, 29, 10, tzinfo=UTC), Duration(0, Decimal(86400)), 5, "A",
)  # fmt: skip


@pytest.fixture(scope="module")
def records() -> Contract:
    return load_contract(RECORDS, "Documents")


@pytest.fixture(scope="module", params=["ordered", "by name", "unvalidated"])
def rows(request: pytest.FixtureRequest, records: Contract) -> RowReader:
    """The reader of a flat record, by each of the ways in which it can be made."""
    element = records.answered("List", "Rows.Row")
    ways = {
        "ordered": lambda: compile_rows(element, records),
        "by name": lambda: compile_rows(element),
        "unvalidated": lambda: compile_rows(element, records, validated=False),
    }
    return ways[request.param]()


def parsed(inner: str) -> Any:
    return etree.fromstring(ANSWER.format(inner), strict_parser())


def first(records: Contract, inner: str) -> Any:
    """The first record of an answer that is valid."""
    answer = parsed(inner)
    assert records.departure(answer) is None
    node = answer[0]
    return node[0] if node.tag == "{urn:records}Rows" else node


def test_a_row_has_the_types_of_its_contract(records: Contract, rows: RowReader) -> None:
    assert rows.names == (
        "Id", "Name", "Word", "Active", "Limit", "Rate", "Opened", "Changed", "Span", "Count",
        "Code",
    )  # fmt: skip
    row = rows(first(records, f"<Rows>{ROW}</Rows>"))
    assert row == VALUES
    assert [type(value) for value in row] == [type(value) for value in VALUES]


def test_absent_empty_nil_and_blank_are_kept_apart(records: Contract, rows: RowReader) -> None:
    """F3"""

    def name_of(inner: str) -> tuple[Any, ...]:
        return rows(first(records, f"<Rows><Row><Id>7</Id>{inner}</Row></Rows>"))[1:5]

    nothing = (ABSENT, ABSENT)
    assert name_of("<Name/>") == ("", ABSENT, *nothing)
    assert name_of("<Name>  </Name><Word/>") == ("  ", "", *nothing)
    assert name_of('<Name xsi:nil="true"/><Word> </Word>') == (None, "", *nothing)
    assert name_of('<Name xsi:nil="1"/><Limit xsi:nil="1"/>') == (None, ABSENT, ABSENT, None)
    assert name_of('<Name xsi:nil="false">a</Name>') == ("a", ABSENT, *nothing)
    assert not ABSENT
    assert repr(ABSENT) == "ABSENT"


def test_texts_in_several_pieces_stay_with_their_elements(
    records: Contract, rows: RowReader
) -> None:
    pieces = "a<![CDATA[<]]>&amp;<!-- no --><?no?>&#x20AC;<![CDATA[b]]>"
    full = ROW.replace("Müller", pieces).replace("<Word> a  b </Word>", "<Word/>")
    row = rows(first(records, f"<Rows>{full}</Rows>"))

    assert row[1:3] == ("a<&€b", "")
    assert row[0] == 7
    assert row[3:] == VALUES[3:]


def test_what_python_holds_otherwise_is_read_all_the_same(
    records: Contract, rows: RowReader
) -> None:
    other = (
        ROW.replace("2024-02-29<", "2024-02-29+01:00<")
        .replace("10:00:00Z", "10:00:00.1234567Z")
        .replace("<Id>7", "<Id>\n +007 ")
    )
    row = rows(first(records, f"<Rows>{other}</Rows>"))

    assert row[0] == 7
    assert row[6] == BigDate(2024, 2, 29, 60)
    assert row[7] == BigDateTime(2024, 2, 29, 10, 0, Decimal("0.1234567"), 0)


@pytest.mark.parametrize(
    ("good", "bad", "reason"),
    [
        ("<Rate>0.1</Rate>", "<Rate>1e</Rate>",
         "Rate: not a floating-point number, INF, -INF or NaN"),
        ("<Rate>0.1</Rate>", "<Rate>1e999</Rate>", "Rate: a number larger than its type holds"),
        ("<Span>P1D</Span>", "<Span>PT1.S</Span>", "Span: not a duration as PnYnMnDTnHnMnS"),
        ("<Count>5</Count>", "<Count/>", "Count: not a whole number, of digits alone"),
    ],
)  # fmt: skip
def test_what_a_validator_lets_pass_is_refused_with_its_path(
    records: Contract, rows: RowReader, good: str, bad: str, reason: str
) -> None:
    """F1: a number that no double holds, a default of the schema, and what libxml2 misjudges."""
    node = first(records, f"<Rows>{ROW.replace(good, bad)}</Rows>")

    with pytest.raises(Unreadable) as told:
        rows(node)

    assert told.value.reason == reason


def test_what_no_validator_saw_is_judged_by_range_and_facets(records: Contract) -> None:
    rows = compile_rows(records.answered("List", "Rows.Row"), validated=False)
    for good, bad, reason in (
        ("<Code>A</Code>", "<Code>Z</Code>", "Code: not a word of its type"),
        ("<Count>5</Count>", "<Count>2147483648</Count>", "Count: a number outside the range"),
        ("<Id>7</Id>", "<Id>1_0</Id>", "Id: not a whole number, of digits alone"),
        ("<Id>7</Id>", "<Id>7</Id><Id>7</Id>", "Id: it stands more than once"),
        ("<Id>7</Id>", "<Id><b/></Id>", "Id: holds an element that its type does not declare"),
        ("<Id>7</Id>", "<Ids/>", "Row: holds an element that its type does not declare"),
        ("<Active>1</Active>", "<Active>Y</Active>", "Active: neither true, false, 1 nor 0"),
    ):
        node = parsed(f"<Rows>{ROW.replace(good, bad)}</Rows>")[0][0]
        with pytest.raises(Unreadable, match=f"^{reason}"):
            rows(node)


def test_a_record_of_a_subtype_is_refused_and_not_cut(records: Contract, rows: RowReader) -> None:
    longer = ROW.replace("<Row>", '<Row xsi:type="LongRow">')
    longer = longer.replace("</Row>", "<More>x</More></Row>")

    with pytest.raises(Unreadable, match="Row: holds an element that its type does not declare"):
        rows(first(records, f"<Rows>{longer}</Rows>"))


def test_nested_elements_and_attributes_are_columns_by_dotted_name(records: Contract) -> None:
    rows = compile_rows(records.answered("List", "Mixed"), records)
    assert rows.names == (
        "@no", "Price@currency", "Price", "Place.City", "Place.Since", "Tag", "Line", "One", "Two",
    )  # fmt: skip

    def read_row(inner: str, price: str = "<Price>1.5</Price>") -> tuple[Any, ...]:
        return rows(first(records, f'<Mixed no="7">{price}{inner}</Mixed>'))

    absent = (ABSENT, ABSENT)
    assert read_row("") == (7, ABSENT, Decimal("1.5"), *absent, (), (), *absent)
    assert read_row("", '<Price currency=" EUR ">1</Price>')[1:3] == ("EUR", Decimal(1))
    assert read_row("<Place/>")[3:5] == absent
    assert read_row('<Place xsi:nil="true"/>')[3:5] == (None, None)
    assert read_row("<Place><Since>2024</Since></Place>")[3:5] == (ABSENT, Year(2024, None))
    assert read_row("<Two>5</Two>")[7:] == (ABSENT, 5)
    prefixed = '<q:One xmlns:q="urn:records">q:a</q:One>'
    assert read_row(prefixed)[7] == QualifiedName("urn:records", "a")


@pytest.mark.parametrize("count", [0, 1, 3])
def test_none_one_and_many_have_one_shape(records: Contract, count: int) -> None:
    """F12"""
    rows = compile_rows(records.answered("List", "Mixed"), records)
    tags = "<Tag> a </Tag>" * count
    lines = "<Line><A>1</A><B/></Line>" * count
    row = rows(first(records, f'<Mixed no="7"><Price>1</Price>{tags}{lines}</Mixed>'))

    assert row[5:7] == (("a",) * count, ((1, ""),) * count)
    assert rows.inner["Line"].names == ("A", "B")


def test_order_is_not_relied_on_where_a_record_may_have_any(tmp_path: Path) -> None:
    plain = '<xsd:complexType name="Plain">\n        <xsd:sequence>'
    text = RECORDS.read_text("utf-8")
    begin = text.index(plain)
    whole = text[begin:].replace("xsd:sequence", "xsd:all", 2)
    (tmp_path / "any.wsdl").write_text(text[:begin] + whole, "utf-8")
    contract = load_contract(tmp_path / "any.wsdl", "Documents")

    rows = compile_rows(contract.answered("List", "Plain"), contract)

    assert rows(first(contract, "<Plain><B>5</B><A>1</A></Plain>")) == (1, "5")
    assert rows(first(contract, "<Plain><A>1</A><B>5</B></Plain>")) == (1, "5")


def test_what_a_type_leaves_open_is_refused_where_it_holds_elements(records: Contract) -> None:
    rows = compile_rows(records.answered("List", "Open"), records)

    assert rows(first(records, "<Open><A>x</A></Open>")) == ("x",)
    for inner in ("<A><b/></A>", '<A/><b xmlns="urn:b"/>'):
        with pytest.raises(Unreadable, match="holds an element that its type does not declare"):
            rows(first(records, f"<Open>{inner}</Open>"))


def test_a_record_that_holds_itself_has_no_columns(records: Contract) -> None:
    with pytest.raises(Misconfigured, match="holds itself again and again"):
        compile_rows(records.answered("List", "Tree"), records)


def test_items_of_an_encoded_array_are_rows_whatever_their_name() -> None:
    calls = load_contract(RECORDS, "Calls")
    rows = compile_rows(calls.answered("Array", "return.item"), calls, validated=False)
    node = etree.fromstring("<x><Id xmlns='urn:records'>7</Id><Name xmlns='urn:records'/></x>")

    assert rows(node)[:3] == (7, "", ABSENT)


@pytest.mark.parametrize("kind", sorted(GOOD.keys() - {"QName", "NOTATION"}))
def test_a_quick_reader_is_right_for_every_text_that_libxml2_lets_pass(kind: str) -> None:
    """F1: it reads as the exact reader does, or fails, and then that one is asked."""
    quickly = quick(Kind(kind))
    passed = set(GOOD[kind]) - set(LIBXML2_REFUSES.get(kind, ()))
    misjudged = set(LIBXML2_TAKES.get(kind, ()))
    assert misjudged <= set(BAD[kind])
    if kind in ("float", "double"):
        misjudged.update(HELD_NOWHERE[kind])
    if quickly is None:
        assert all(read(text, Kind(kind)) == text for text in passed)
        return
    for text in passed:
        try:
            value = quickly(text)
        except (ValueError, LookupError, ArithmeticError):
            continue
        exact = read(text, Kind(kind))
        assert (type(value), value) == (type(exact), exact)
    for text in misjudged:
        with pytest.raises((ValueError, LookupError, ArithmeticError)):
            quickly(text)
