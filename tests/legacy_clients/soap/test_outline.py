"""What a contract says, and how two differ: the same words whatever the spelling of the files."""

from __future__ import annotations

from pathlib import Path

import pytest

from legacy_clients.soap.contract import Contract
from legacy_clients.soap.outline import differences, element_words, outlined
from legacy_clients.soap.wsdl import load_contract
from tests.legacy_clients.soap.written import element, part, record, wsdl

ITEM = record("Item", element("name", "xsd:string"), element("n", "xsd:int", 'minOccurs="0"'))


def contract(path: Path, types: str = ITEM, sent: str = "item", **words: str) -> Contract:
    return load_contract(
        wsdl(path / "w.wsdl", types=types, sent=part(sent, type_name="t:Item"), **words),
        ready=False,
    )


def test_the_outline_says_each_operation_and_each_element_once(tmp_path: Path) -> None:
    assert outlined(contract(tmp_path)) == {
        "Act": (
            "rpc/encoded, SOAP 1.1, sends {urn:w}Act, answers {urn:w}ActResponse, "
            'Content-Type: text/xml; charset=utf-8; SOAPAction: "urn:w#Act"'
        ),
        "Act.Act": "holds item",
        "Act.Act.item": "Item (complex), may be nil, once",
        "Item": "holds name, n",
        "Item.name": "string, once",
        "Item.n": "int, may be absent",
    }


def test_files_that_say_the_same_have_one_outline(tmp_path: Path) -> None:
    first = contract(tmp_path)
    (tmp_path / "w.wsdl").write_text(
        (tmp_path / "w.wsdl").read_text().replace("xsd:", "x:").replace(":xsd", ":x")
        + "<!-- said otherwise -->"
    )
    second = load_contract(tmp_path / "w.wsdl", ready=False)

    assert outlined(second) == outlined(first)
    assert differences(outlined(first), outlined(second)) == []


def test_a_change_is_a_sentence_that_names_it(tmp_path: Path) -> None:
    old = contract(tmp_path)
    new = contract(
        tmp_path,
        record("Item", element("name", "xsd:token"), element("m", "xsd:int", 'nillable="true"')),
    )

    assert differences(outlined(old), outlined(new)) == [
        "Item was holds name, n and is holds name, m",
        "Item.m is new (int, may be nil, once)",
        "Item.n is gone (it was int, may be absent)",
        "Item.name was string, once and is token, once",
    ]


def test_an_order_that_changed_is_a_change(tmp_path: Path) -> None:
    turned = record("Item", element("n", "xsd:int", 'minOccurs="0"'), element("name", "xsd:string"))

    assert differences(outlined(contract(tmp_path)), outlined(contract(tmp_path, turned))) == [
        "Item was holds name, n and is holds n, name"
    ]


def test_a_subtype_that_is_new_is_a_change(tmp_path: Path) -> None:
    more = """<xsd:complexType name="Big"><xsd:complexContent><xsd:extension base="t:Item">
      <xsd:sequence><xsd:element name="size" type="xsd:int"/></xsd:sequence></xsd:extension>
      </xsd:complexContent></xsd:complexType>"""
    found = differences(outlined(contract(tmp_path)), outlined(contract(tmp_path, ITEM + more)))

    assert "Big.size is new (int, once)" in found


def test_an_operation_that_can_no_longer_be_called_is_told(shop: Contract) -> None:
    said_now = outlined(shop)
    spoilt = {**said_now, "Save": "cannot be called: its body stands in parts (MIME)"}

    (said,) = differences(said_now, spoilt)
    assert said.startswith("Save was document/literal, SOAP 1.1, sends {urn:shop}Save")
    assert said.endswith("and is cannot be called: its body stands in parts (MIME)")


FACETS = """<xsd:simpleType name="S"><xsd:restriction base="xsd:string">
  <xsd:enumeration value="b"/><xsd:enumeration value="a"/></xsd:restriction></xsd:simpleType>
<xsd:simpleType name="L"><xsd:list itemType="xsd:int"/></xsd:simpleType>
<xsd:complexType name="A"><xsd:complexContent><xsd:restriction base="enc:Array">
  <xsd:attribute ref="enc:arrayType" wsdl:arrayType="xsd:int[,]"/></xsd:restriction>
  </xsd:complexContent></xsd:complexType>"""


@pytest.mark.parametrize(
    ("declared", "words"),
    [
        (element("e", "t:S"), "S (string (one of a, b)), once"),
        (element("e", "t:L"), "L (list (of int)), once"),
        (element("e", "t:A"), "array [,] of int, once"),
        (element("e", "xsd:int", 'maxOccurs="3"'), "int, 1 to 3"),
        (element("e", "xsd:int", 'minOccurs="0" maxOccurs="unbounded"'), "int, 0 to any number"),
    ],
)
def test_types_are_told_in_words(tmp_path: Path, declared: str, words: str) -> None:
    found = contract(tmp_path, FACETS + record("Item", declared))

    assert element_words(found.element("Act", "item.e")) == words
