"""Checking against schemas: from many threads, and where libxml2 does not take the schemas."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from lxml import etree

from legacy_clients.errors import Misconfigured
from legacy_clients.soap.contract import Contract
from legacy_clients.soap.wsdl import load_contract
from tests.legacy_clients.soap.written import element, part, record, wsdl


def test_threads_read_their_own_findings(shop: Contract) -> None:
    texts = {"Count": "x", "Born": "y", "Open": "z", "Amount": "w"}

    def place(name: str) -> str:
        node = etree.fromstring(
            f'<Save xmlns="urn:shop"><{name}>{texts[name]}</{name}><Id>1</Id></Save>'
        )
        finding = shop.departure(node)
        assert finding is not None
        return finding.place

    names = list(texts) * 100
    with ThreadPoolExecutor(8) as threads:
        assert list(threads.map(place, names)) == names


def test_an_element_inside_an_answer_is_placed_from_itself(shop: Contract) -> None:
    body = etree.fromstring(
        '<Body><Other/><Save xmlns="urn:shop"><Count>x</Count><Id>1</Id></Save></Body>'
    )

    finding = shop.departure(body[1])

    assert finding is not None
    assert finding.place == "Count"


def test_an_unknown_element_is_placed_where_it_stands(shop: Contract) -> None:
    node = etree.fromstring('<Save xmlns="urn:shop"><a:New xmlns:a="urn:a"/><Id>1</Id></Save>')

    assert [each.place for each in shop.departures(node)] == ["New"]


AMBIGUOUS = record(
    "Twice", element("a", "xsd:int", 'minOccurs="0"'), element("a", "xsd:int"), more=""
)


def test_an_encoded_service_may_have_schemas_that_cannot_be_checked_against(
    tmp_path: Path,
) -> None:
    contract = load_contract(
        wsdl(tmp_path / "a.wsdl", types=AMBIGUOUS, sent=part("t", type_name="t:Twice"))
    )

    assert contract.element_type("Act", "t.a").name == "int"
    with pytest.raises(Misconfigured, match=r"a\.wsdl do not hold together: .*not determinist"):
        contract.departure(etree.fromstring("<a/>"))


def test_a_document_service_may_not(tmp_path: Path) -> None:
    path = wsdl(
        tmp_path / "a.wsdl",
        style="document",
        use="literal",
        types=AMBIGUOUS + element("T", "t:Twice"),
        sent=part("t", element_name="t:T"),
    )

    with pytest.raises(Misconfigured, match="do not hold together"):
        load_contract(path)
