"""Arguments while they are made: paths, pairs, and what was told taken over as it stands."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from lxml import etree

import fixtures.atlas
from legacy_clients.arguments import (
    Pairs,
    at,
    merged,
    place,
    taken_over,
    taken_pairs,
    unescape,
    written_out,
)
from legacy_clients.errors import Misconfigured
from legacy_clients.soap.contract import Contract
from legacy_clients.soap.wsdl import load_contract

ATLAS = Path(fixtures.atlas.__file__).parent / "wsdl" / "atlas.wsdl"
XSI = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'


@pytest.fixture(scope="module")
def contract() -> Contract:
    return load_contract(ATLAS)


def test_a_value_is_placed_at_a_dotted_path() -> None:
    arguments: dict[str, Any] = {"A": {"B": 1}}
    place(arguments, "A.C.D", 2)
    place(arguments, "E", None)
    assert arguments == {"A": {"B": 1, "C": {"D": 2}}, "E": None}
    assert at(arguments, "A.C.D") == 2


def test_pairs_keep_their_order_and_have_one_value_each() -> None:
    arguments: dict[str, Any] = {}
    for name, value in (("b", "1"), ("a.x", "2"), ("b", "3")):
        place(arguments, f"L.list[{name}]", value)
    assert list(arguments["L"]["list"].items()) == [("b", "3"), ("a.x", "2")]


def test_pairs_need_a_list_in_the_contract(contract: Contract) -> None:
    arguments = {"Customer": Pairs(name="X")}
    with pytest.raises(Misconfigured, match="Customer is no list of pairs of name and value"):
        written_out(arguments, contract.input("UpdateCustomer"))


def test_what_was_told_is_taken_over_where_the_request_has_a_place(contract: Contract) -> None:
    node = etree.fromstring(
        f"<Customer {XSI}><Name>A &amp; B</Name><Status>?</Status><Email xsi:nil='true'/>"
        "<Phone/><Secret>no place for it</Secret></Customer>"
    )
    element = contract.element("UpdateCustomer", "Customer")
    assert taken_over(node, element) == {
        "Name": "A & B",
        "Status": "?",
        "Email": None,
        "Phone": "",
    }


def test_lists_have_one_shape_with_one_item_and_with_two(contract: Contract) -> None:
    """F12"""
    element = contract.element("UpdateOrder", "Order.Lines")
    line = "<Line><LineNo>{}</LineNo></Line>"
    for count in (1, 2):
        inside = "".join(line.format(number) for number in range(count))
        taken = taken_over(etree.fromstring(f"<Lines>{inside}</Lines>"), element)
        assert taken == {"Line": [{"LineNo": str(number)} for number in range(count)]}


def test_pairs_are_taken_over_by_name() -> None:
    node = etree.fromstring(
        "<l><item><name>a</name><value>1</value></item><item><name>b</name><value/></item>"
        "<item><value>nameless</value></item></l>"
    )
    assert list(taken_pairs(node).items()) == [("a", "1"), ("b", "")]


def test_changes_go_over_what_was_told_and_lists_replace_lists() -> None:
    base = {"C": {"Name": "A", "Zip": "1", "L": [1, 2]}, "V": "1"}
    changes = {"C": {"Zip": None, "L": [3]}, "K": "7"}
    assert merged(base, changes) == {"C": {"Name": "A", "Zip": None, "L": [3]}, "V": "1", "K": "7"}
    assert base["C"]["Zip"] == "1"  # type: ignore[index]
    assert list(merged(Pairs(a="1", b="2"), {"a": "3"}).items()) == [("a", "3"), ("b", "2")]


def test_escapes_are_taken_out_once() -> None:
    """What a person typed as an escape stays one."""
    node = etree.fromstring("<A><v>O&amp;#039;Brien &amp;amp;lt; &amp;lt;b&amp;gt;</v><v/></A>")
    unescape(node)
    assert node[0].text == "O'Brien &lt; <b>"
    unescape(None)
