"""Requests: what goes into the envelope, and what is refused before it is sent."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from lxml import etree

from legacy_clients.errors import Misconfigured, Unfit
from legacy_clients.soap.request import compose, header_block, payload, sealed
from legacy_clients.soap.wsdl import Contract
from tests.legacy_clients.soap.spoken import dock

NIL = "{http://www.w3.org/2001/XMLSchema-instance}nil"


def told(shop: Contract, arguments: dict[str, Any]) -> list[tuple[str, str | None, str | None]]:
    body = payload(compose(shop, "Save", arguments))
    return [
        (etree.QName(node).localname, node.text, node.get(NIL))
        for node in body.iter()
        if not len(node)
    ]


def test_typed_values_stand_in_the_order_of_the_schema(shop: Contract) -> None:
    arguments = {
        "Id": "C1",
        "Seen": datetime(2024, 1, 2, 3, tzinfo=UTC),
        "Born": date(2024, 2, 29),
        "Open": False,
        "Count": 0,
        "Amount": Decimal("1234.50"),
        "Name": "",
    }

    assert told(shop, arguments) == [
        ("Name", "", None),
        ("Amount", "1234.50", None),
        ("Count", "0", None),
        ("Open", "false", None),
        ("Born", "2024-02-29", None),
        ("Seen", "2024-01-02T03:00:00Z", None),
        ("Id", "C1", None),
    ]


def test_a_text_goes_out_as_it_is_spelled_whatever_its_type(shop: Contract) -> None:
    spelled = {"Amount": "+01.50", "Open": "0", "Tags": "ab c", "Span": "PT120M", "Id": "C1"}

    assert told(shop, spelled) == [(name, text, None) for name, text in spelled.items()]


def test_none_clears_and_absent_is_left_out(shop: Contract) -> None:
    assert told(shop, {"Id": "C1", "Name": None, "Lines": None}) == [
        ("Name", None, "true"),
        ("Lines", None, "true"),
        ("Id", "C1", None),
    ]


@pytest.mark.parametrize("skus", [[], ["a"], ["a", "b"]])
def test_what_repeats_is_a_list_of_any_length(shop: Contract, skus: list[str]) -> None:
    body = payload(
        compose(shop, "Save", {"Id": "C1", "Lines": {"Line": [{"Sku": sku} for sku in skus]}})
    )

    assert [node.text for node in body.iterfind(".//{*}Sku")] == skus
    assert len(body.findall("{*}Lines")) == 1


@pytest.mark.parametrize(
    ("arguments", "path", "reason"),
    [
        ({"Name": "sixsix"}, "Name", "longer than the 5 that the service keeps"),
        ({"Name": "𝄞" * 6}, "Name", "longer than the 5 that the service keeps"),
        ({"Amount": Decimal("1.005")}, "Amount", "more decimal places than the 2"),
        ({"Amount": Decimal("12345.67")}, "Amount", "more digits than the 6"),
        ({"Amount": "1,5"}, "Amount", "not spelled as the service spells decimal"),
        ({"Count": 2**31}, "Count", "not spelled as the service spells int"),
        ({"Open": "Y"}, "Open", "not spelled as the service spells boolean"),
        ({"Born": "2024-02-31"}, "Born", "not spelled as the service spells date"),
        ({"Code": "Z"}, "Code", "not one of A, H"),
        ({"Amount": None}, "Amount", "the service has no way to clear it"),
        ({"Lines": {"Line": {"Sku": "a"}}}, "Lines.Line", "a list is expected"),
        ({"Lines": "a"}, "Lines", "elements by name are expected"),
        ({"Lines": {"Line": [{"Sku": "a"}, {"Sku": "sixsix"}]}}, "Lines.Line[2].Sku", "longer"),
        ({"Lines": {"Line": [{"Sku": "a"}, {"Qty": 1}]}}, "Lines.Line[2].Sku", "the service asks"),
        ({"Lines": {"Line": [{"Sku": None}]}}, "Lines.Line[1].Sku", "the service has no way"),
        ({"Name": ["a"]}, "Name", "a text is expected, not a list"),
    ],
)
def test_what_the_service_would_cut_or_turn_down_is_unfit(
    shop: Contract, arguments: dict[str, Any], path: str, reason: str
) -> None:
    """W8"""
    with pytest.raises(Unfit) as error:
        compose(shop, "Save", {"Id": "C1", **arguments})

    assert error.value.path == path
    assert error.value.reason.startswith(reason)


def test_a_text_of_exactly_the_longest_length_goes_out(shop: Contract) -> None:
    assert told(shop, {"Id": "C1", "Name": "𝄞" * 5})[0] == ("Name", "𝄞" * 5, None)


def test_a_missing_element_is_named(shop: Contract) -> None:
    with pytest.raises(Unfit, match=r"^Id: the service asks for it, and it is absent$"):
        compose(shop, "Save", {"Name": "a"})


def test_an_unknown_element_is_named_with_the_known_ones(shop: Contract) -> None:
    with pytest.raises(Misconfigured, match=r"Save: Line has no element Skew; it has Qty, Sku"):
        compose(shop, "Save", {"Id": "C1", "Lines": {"Line": [{"Sku": "a", "Skew": "b"}]}})


def test_an_unknown_operation_is_named_with_the_known_ones(shop: Contract) -> None:
    with pytest.raises(Misconfigured, match="no operation Sav; it has Enter, Find, Save"):
        compose(shop, "Sav", {})


def test_headers_stand_before_the_body_and_the_envelope_can_be_used_again(shop: Contract) -> None:
    envelope = compose(shop, "Find", {"Id": "C1"})
    block = header_block(shop, "Access.Ticket", "t1")

    first, second = sealed(envelope, [block]), sealed(envelope, [block])

    assert first == second
    root = etree.fromstring(first)
    assert [etree.QName(node).localname for node in root] == ["Header", "Body"]
    assert root.findtext(".//{urn:shop}Access/{urn:shop}Ticket") == "t1"
    assert b"Header" not in sealed(envelope, [])


def test_a_block_that_holds_one_element_needs_no_longer_path(shop: Contract) -> None:
    block = header_block(shop, "Access", "t1")

    assert block.findtext("{urn:shop}Ticket") == "t1"


@pytest.mark.parametrize("path", ["Nothing", "Access.Nothing", "Enter"])
def test_a_header_that_the_contract_does_not_have_is_misconfigured(
    shop: Contract, path: str
) -> None:
    with pytest.raises(Misconfigured):
        header_block(shop, path, "t1")


def stowed(arguments: dict[str, Any]) -> str:
    """What stands in the body of a Stow, without its namespaces."""
    written = etree.tostring(payload(compose(dock(), "Stow", arguments))).decode()
    return re.sub(r' xmlns:[\w-]+="[^"]*"|\b(ns\d*|t0):', "", written)


CRATE = {"@type": "Crate", "Id": 1}


def test_text_and_attributes_of_one_element_are_written_side_by_side() -> None:
    price = {"#text": Decimal("1.50"), "Currency": "EUR", "Final": True}

    assert stowed({"Thing": CRATE, "Price": [price]}) == (
        '<Stow><Thing xsi:type="Crate"><Id>1</Id></Thing>'
        '<Price Currency="EUR" Final="true">1.50</Price></Stow>'
    )


def test_zeep_writes_attributes_as_they_were_spelled() -> None:
    price = {"#text": "+01.50", "Currency": "EUR", "Final": "1"}

    body = payload(compose(dock(), "Pay", {"Price": price, "kind": "a"}))

    assert (body[0].text, dict(body[0].attrib)) == ("+01.50", {"Currency": "EUR", "Final": "1"})
    assert body.get("kind") == "a"


def test_a_subtype_is_written_with_its_name_also_inside_another() -> None:
    inner = {"@type": "{urn:dock}Crate", "Id": 2, "Label": "abc", "kind": "k"}

    assert stowed({"Thing": {"@type": "Box", "Id": 1, "Holds": [inner]}}) == (
        '<Stow><Thing xsi:type="Box"><Id>1</Id><Holds xsi:type="Crate" kind="k">'
        "<Id>2</Id><Label>abc</Label></Holds></Thing></Stow>"
    )


@pytest.mark.parametrize(
    ("arguments", "path", "reason"),
    [
        ({"Thing": {**CRATE, "Label": "abcd"}}, "Thing.Label", "longer than the 3 that"),
        ({"Thing": {**CRATE, "kind": "abcd"}}, "Thing.kind", "longer than the 3 that"),
        ({"Thing": {**CRATE, "Price": "1"}}, "Thing.Price.Currency", "the service asks for it"),
        (
            {"Thing": CRATE, "Price": [{"#text": "x", "Currency": "EUR"}]},
            "Price[1]",
            "not spelled as the service spells decimal",
        ),
        (
            {"Thing": CRATE, "Price": [{"#text": "1", "Currency": "EUR", "Final": "Y"}]},
            "Price[1].Final",
            "not spelled as the service spells boolean",
        ),
        (
            {"Thing": CRATE, "Price": [{"#text": "1", "Currency": "EUR"}] * 3},
            "Price[3]",
            "an element is absent, doubled or out of place here",
        ),
        (
            {"Thing": {"@type": "Box", "Id": 1, "Holds": [CRATE, {**CRATE, "Label": "abcd"}]}},
            "Thing.Holds[2].Label",
            "longer than the 3 that the service keeps",
        ),
    ],
)
def test_subtypes_texts_and_attributes_are_checked_before_they_are_sent(
    arguments: dict[str, Any], path: str, reason: str
) -> None:
    """W8"""
    with pytest.raises(Unfit) as error:
        compose(dock(), "Stow", arguments)

    assert error.value.path == path
    assert error.value.reason.startswith(reason)


@pytest.mark.parametrize(
    "thing", [{"Id": 1}, {"@type": "Thing", "Id": 1}, {"@type": "Amount", "Id": 1}]
)
def test_a_type_that_cannot_stand_there_is_named_with_those_that_can(
    thing: dict[str, Any],
) -> None:
    with pytest.raises(Misconfigured, match=r"Thing .*[:f] {urn:dock}Crate, {urn:dock}Box$"):
        compose(dock(), "Stow", {"Thing": thing})


def test_bodies_of_one_text_of_several_elements_and_of_none_are_written() -> None:
    asked = compose(dock(), "Ask", {"#text": "abc"})
    assert payload(asked).text == "abc"
    both = compose(dock(), "Both", {"Ask": "abc", "Second": 5})
    assert [(node.tag, node.text) for node in both[-1]] == [
        ("{urn:dock}Ask", "abc"),
        ("{urn:dock}Second", "5"),
    ]
    assert len(compose(dock(), "Ping", {})[-1]) == 0


@pytest.mark.parametrize(
    ("operation", "arguments", "error", "words"),
    [
        ("Ask", {"#text": "abcd"}, Unfit, "^Ask: longer than the 3 that the service keeps$"),
        ("Ask", {"Ask": "abc"}, Misconfigured, "Ask holds a text alone"),
        ("Both", {"Ask": "abc"}, Unfit, "^Second: the service asks for it, and it is absent$"),
        ("Both", {"Ask": "abc", "Second": "x"}, Unfit, "^Second: not spelled as the service"),
        ("Ping", {"Ask": "abc"}, Misconfigured, "its body has no element Ask; it has none"),
    ],
)
def test_such_bodies_are_checked_like_others(
    operation: str, arguments: dict[str, Any], error: type[Exception], words: str
) -> None:
    with pytest.raises(error, match=words):
        compose(dock(), operation, arguments)


def test_what_stands_in_a_choice_that_repeats_is_written_by_name() -> None:
    body = payload(compose(dock(), "Mix", {"Red": ["a", "b"], "Blue": [1, 2]}))

    assert [(node.tag, node.text) for node in body] == [
        ("{urn:dock}Red", "a"),
        ("{urn:dock}Red", "b"),
        ("{urn:dock}Blue", "1"),
        ("{urn:dock}Blue", "2"),
    ]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"Red": ["a", "abcd"]}, r"^Red\[2\]: longer than the 3 that the service keeps$"),
        ({"Brand": ["abd"]}, "^Brand: the service takes one value only, which its WSDL fixes$"),
        ({}, "^Mix: an element is absent, doubled or out of place here$"),
    ],
)
def test_what_zeep_has_no_place_for_is_checked_all_the_same(
    arguments: dict[str, Any], words: str
) -> None:
    """W8"""
    with pytest.raises(Unfit, match=words):
        compose(dock(), "Mix", arguments)
