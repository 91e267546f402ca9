"""Rpc replies held against the contract without an XSD validator: types, arrays, nil, names."""

from __future__ import annotations

import pytest
from lxml import etree

from legacy_clients.errors import Unintelligible
from legacy_clients.soap.contract import Finding
from legacy_clients.soap.fault import XSI
from legacy_clients.soap.reply import Reply
from legacy_clients.soap.structure import departures
from tests.legacy_clients.soap.hostile import SECRET
from tests.legacy_clients.soap.spoken import answered, depot, dock, told, yard

FOUND = "<d:FindResponse><return>{}</return></d:FindResponse>"
LISTED = "<d:ListResponse>{}<total>1</total></d:ListResponse>"
YARD = (
    '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/" xmlns:t="urn:yard:types"'
    ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><s:Body>'
    '<y:PutResponse xmlns:y="urn:yard:calls"{}</y:PutResponse></s:Body></s:Envelope>'
)


@pytest.mark.parametrize(
    "inside",
    [
        '<id xsi:type="xsd:int">5</id>',
        "<id>5</id>",
        '<id xsi:type=":">5</id>',
        '<id xsi:type="">5</id>',
        '<id xsi:type="xsd:">5</id>',
        '<id xsi:type="xsd:short">5</id>',
        '<id xsi:type="SOAP-ENC:int">5</id>',
        '<id xmlns:x="http://www.w3.org/1999/XMLSchema" xsi:type="x:int">5</id>',
        '<t:id xsi:type="xsd:int">5</t:id>',
        '<id id="i1" SOAP-ENC:root="0">5</id>',
        '<parent xsi:nil="1"/><id>5</id>',
        '<id>5</id><name xsi:type="xsd:string">abc</name>',
        '<id>5</id><note xsi:type="xsd:date">2024-02-29</note>',
        "<id>5</id><note>anything<!-- no --></note>",
        "<id>5</id><note><a><b/></a></note>",
        "\n  <id>5</id>\n  <open>0</open>\n",
    ],
)
def test_what_says_the_same_as_the_contract_or_nothing_is_read(inside: str) -> None:
    assert told("Find", FOUND.format(inside)).text("return.id") == "5"


@pytest.mark.parametrize(
    ("inside", "place"),
    [
        ("<id>x</id>", "return.id"),
        ("<id/>", "return.id"),
        ("<id>99999999999</id>", "return.id"),
        ("<id>5<b/></id>", "return.id"),
        ("<id>5</id><id>6</id>", "return.id[2]"),
        ('<id a="1">5</id>', "return.id"),
        ('<id xsi:nil="true">5</id>', "return.id"),
        ('<id xsi:nil="yes"/>', "return.id"),
        ('<id xsi:type="xsd:string">5</id>', "return.id"),
        ('<id xsi:type="xsd:integer">5</id>', "return.id"),
        ('<id xsi:type="t:Party">5</id>', "return.id"),
        ('<id xsi:type="xsd:imaginary">5</id>', "return.id"),
        ('<id xsi:type="nobody:int">5</id>', "return.id"),
        ('<id xsi:type=":int">5</id>', "return.id"),
        ("text<id>5</id>", "return"),
        ("<id>5</id>text", "return"),
        ("<name>sixsix</name>", "return.name"),
        ('<name xsi:type="xsd:string">sixsix</name>', "return.name"),
        ("<state>odd</state>", "return.state"),
        ("<limit>1.005</limit>", "return.limit"),
        ("<limit>-1</limit>", "return.limit"),
        ("<sku>ab</sku>", "return.sku"),
        ("<open>Y</open>", "return.open"),
        ("<since>0000-00-00</since>", "return.since"),
        ('<note xsi:type="xsd:int">x</note>', "return.note"),
        ('<note><a xsi:type="xsd:date">x</a></note>', "an element that the contract"),
        ('<parent xsi:type="t:Pair"><name>a</name></parent>', "return.parent"),
        ('<parent xsi:type="SOAP-ENC:Array"/>', "return.parent"),
        ("<parent><parent><id>x</id></parent></parent>", "return.parent.parent.id"),
        ('<tags xsi:type="SOAP-ENC:Struct"/>', "return.tags"),
        ("<tags>a<item>b</item></tags>", "return.tags"),
        (f"<{SECRET}/>", "an element that the contract does not name"),
    ],
)
def test_what_contradicts_the_contract_is_refused_by_its_place(inside: str, place: str) -> None:
    """F1"""
    with pytest.raises(Unintelligible, match="does not fit its schema, at ") as error:
        told("Find", FOUND.format(inside))

    assert str(error.value).partition(", at ")[2].startswith(place)
    assert SECRET not in str(error.value)


def test_absent_empty_nil_and_blank_are_kept_apart() -> None:
    """F3"""
    found = [
        told("Find", FOUND.format(inside))
        for inside in ("", "<name/>", '<name xsi:nil="true"/>', "<name>  </name>")
    ]

    assert [(r.has("return.name"), r.nil("return.name"), r.text("return.name")) for r in found] == [
        (False, False, None),
        (True, False, ""),
        (True, True, None),
        (True, False, "  "),
    ]


@pytest.mark.parametrize("texts", [[], ["a"], ["a", "b", "c"]])
@pytest.mark.parametrize(
    "array",
    [
        '<tags xsi:type="SOAP-ENC:Array" SOAP-ENC:arrayType="xsd:string[{n}]">{items}</tags>',
        '<tags SOAP-ENC:arrayType="xsd:string[{n}]" xsi:type="t:Texts">{items}</tags>',
        '<tags xsi:type="SOAP-ENC:Array" SOAP-ENC:arrayType="xsd:string[]">{items}</tags>',
        '<tags xsi:type="SOAP-ENC:Array" SOAP-ENC:arrayType=":[{n}]">{items}</tags>',
        '<tags xsi:type="SOAP-ENC:Array" SOAP-ENC:arrayType="[{n}]">{items}</tags>',
        '<tags xsi:type="SOAP-ENC:Array" SOAP-ENC:arrayType="xsd:anyType[{n}]">{items}</tags>',
        '<tags xsi:type="SOAP-ENC:Array" SOAP-ENC:arrayType="xsd:ur-type[ {n} ]">{items}</tags>',
        '<tags xsi:type="SOAP-ENC:Array">{items}</tags>',
        "<tags>{items}</tags>",
    ],
)
def test_none_one_and_many_have_one_shape_however_the_array_is_declared(
    texts: list[str], array: str
) -> None:
    """F12"""
    items = "".join(f'<n{at} xsi:type="xsd:string">{t}</n{at}>' for at, t in enumerate(texts))

    reply = told("Find", FOUND.format(array.format(n=len(texts), items=items)))

    assert [node.text for node in reply.nodes("return.tags.item")] == texts


@pytest.mark.parametrize(
    ("array", "words"),
    [
        ('SOAP-ENC:arrayType="t:Party[2]"', "holds another number of items than it says"),
        ('SOAP-ENC:arrayType="t:Party[0]"', "holds another number of items than it says"),
        ('SOAP-ENC:arrayType="t:Party[1000000000]"', "holds another number of items"),
        ('SOAP-ENC:arrayType="t:Party[2,1]"', "holds another number of items"),
        ('SOAP-ENC:arrayType="t:Party[2]" SOAP-ENC:offset="[1]"', "holds an array with gaps"),
        ('SOAP-ENC:arrayType="t:Party"', "does not say of what it is"),
        ('SOAP-ENC:arrayType="t:Party[-1]"', "does not say of what it is"),
        ('SOAP-ENC:arrayType="t:Party[1,]"', "does not say of what it is"),
        (f'SOAP-ENC:arrayType="t:Party[{"9" * 99}]"', "does not say of what it is"),
        ('SOAP-ENC:arrayType="xsd:int[1]"', "does not fit its schema"),
        ('SOAP-ENC:arrayType="t:Party[][1]"', "does not fit its schema"),
        ('SOAP-ENC:arrayType="nobody:Party[1]"', "does not fit its schema"),
        ('xsi:type="t:Texts"', "does not fit its schema"),
    ],
)
def test_an_array_that_is_not_what_it_says_is_refused(array: str, words: str) -> None:
    with pytest.raises(Unintelligible, match=rf"{words}.*, at return$"):
        told("List", LISTED.format(f"<return {array}><item><id>1</id></item></return>"))


def test_an_array_with_positions_is_refused() -> None:
    item = '<item SOAP-ENC:position="[4]"><id>1</id></item>'

    with pytest.raises(Unintelligible, match="holds an array with gaps, which is not read"):
        told("List", LISTED.format(f"<return>{item}</return>"))


def test_items_may_be_of_a_subtype_and_each_is_held_against_its_own() -> None:
    company = '<item xsi:type="t:Company"><id>2</id><vat>V</vat></item>'
    reply = told("List", LISTED.format(f"<return><item><id>1</id></item>{company}</return>"))

    assert [row.text("vat") for row in reply.all("return.item")] == [None, "V"]
    with pytest.raises(Unintelligible, match=r"at return\.item\.vat$"):
        told("List", LISTED.format(f"<return>{company.replace('Company', 'Party')}</return>"))


def test_the_wrapper_and_the_return_value_may_have_any_name() -> None:
    """SOAP 1.1 section 7.1"""
    reply = told("List", "<what/>")
    assert not reply.has("return")

    reply = told("List", "<x:y xmlns:x='urn:z'><Result><i><id>1</id></i></Result></x:y>")
    assert reply.text("return.item.id") == "1"

    with pytest.raises(Unintelligible):
        told("List", "<what><total>1</total><Result/></what>")


def test_a_map_of_php_is_read_as_pairs_where_the_contract_leaves_the_type_open() -> None:
    item = '<item><key xsi:type="xsd:string">{}</key><value xsi:type="xsd:int">{}</value></item>'
    space = 'xmlns:m="http://xml.apache.org/xml-soap" xsi:type="m:Map"'
    inside = item.format("a.b", 1) + item.format("c", 2)

    reply = told("Open", f"<r><return {space}>{inside}</return></r>")

    assert (reply.text("return[a.b]"), reply.text("return[c]")) == ("1", "2")
    with pytest.raises(Unintelligible):
        told("Open", f"<r><return {space}><item><key>a</key></item></return></r>")
    with pytest.raises(Unintelligible):
        told("Find", f"<r><return {space}>{inside}</return></r>")


def test_pairs_are_found_by_name_and_doubled_ones_told() -> None:
    pair = "<item><name>{}</name><value>{}</value></item>"
    pairs = pair.format("a", 1) + pair.format("b", "") + pair.format("a.b", 3)
    reply = told("Find", FOUND.format(f"<pairs>{pairs}{pair.format('d', 4) * 2}</pairs>"))

    assert reply.text("return.pairs[a]") == "1"
    assert reply.text("return.pairs[b]") == ""
    assert reply.text("return.pairs[a.b]") == "3"
    assert reply.text("return.pairs[x]") is None
    assert not reply.has("return.pairs[x]")
    with pytest.raises(Unintelligible, match="more than once"):
        reply.text("return.pairs[d]")


def test_a_literal_reply_is_held_against_names_attributes_and_demands() -> None:
    load = (
        '><load kind="k"><t:Id>1</t:Id><t:Price Currency="EUR">1.50</t:Price>'
        '<t:Stop>a</t:Stop><t:Stop>b</t:Stop><t:Note xsi:nil="true"/></load>'
    )
    reply = answered(yard(), "Put", YARD.format(load))

    assert isinstance(reply, Reply)
    assert (reply.text("load.Id"), reply.text("load.Price")) == ("1", "1.50")
    assert [node.text for node in reply.nodes("load.Stop")] == ["a", "b"]
    assert reply.nil("load.Note")


@pytest.mark.parametrize(
    ("inside", "place"),
    [
        ("><load/>", "load"),
        ("><load><Id>1</Id></load>", "load.Id"),
        ('><load><t:Id xsi:nil="true"/></load>', "load.Id"),
        ('><load xsi:nil="true"/>', "load"),
        ('><load odd="1"><t:Id>1</t:Id></load>', "load"),
        ("><load><t:Id>1</t:Id><t:Price>1</t:Price></load>", "load.Price"),
        ('><load><t:Id>1</t:Id><t:Price Currency="E">1</t:Price></load>', "load.Price"),
        ('><load><t:Id>1</t:Id><t:Price Currency="EUR">x</t:Price></load>', "load.Price"),
        ('><load><t:Id>1</t:Id><t:Price Currency="EUR"><a/></t:Price></load>', "load.Price"),
        ('><load xsi:type="t:Cold"><t:Id>1</t:Id></load>', "load"),
        ('><load xsi:type="t:Amount"><t:Id>1</t:Id></load>', "load"),
    ],
)
def test_a_literal_reply_that_departs_is_refused(inside: str, place: str) -> None:
    with pytest.raises(
        Unintelligible, match=r"^the answer to Put does not fit its schema"
    ) as error:
        answered(yard(), "Put", YARD.format(inside))

    assert str(error.value).partition(", at ")[2] == place


def test_a_literal_reply_lacks_no_part_and_has_one_wrapper() -> None:
    with pytest.raises(Unintelligible, match="does not fit its schema"):
        answered(yard(), "Put", YARD.format(">"))
    with pytest.raises(Unintelligible, match="does not hold the element of the contract"):
        answered(yard(), "Put", YARD.format("/><y").replace("</y:PutResponse>", "/>"))


@pytest.mark.parametrize("named", ["", ' xsi:type="d:Thing"', ' id="1"'])
def test_an_abstract_type_stands_only_as_one_of_its_subtypes(named: str) -> None:
    spaces = f'xmlns:xsi="{XSI}" xmlns:d="urn:dock"'
    node = etree.fromstring(f"<Stow {spaces}><Thing{named}><Id>1</Id></Thing></Stow>")

    found = departures(node, dock().input("Stow"), encoded=True)

    assert found == [Finding("SCHEMAV_CVC_TYPE_2", "Thing", "Thing")]


def test_nil_is_nil_with_blanks_around_it_too() -> None:
    reply = told("Find", FOUND.format('<id>5</id><name xsi:nil=" true\n"/>'))

    assert (reply.nil("return.name"), reply.text("return.name")) == (True, None)


def test_every_departure_is_told_by_rule_and_place_up_to_as_many_as_are_asked_for() -> None:
    element = depot().operation("Find").output
    assert element is not None
    node = etree.fromstring(
        "<r><return><id>x</id><odd/><name>sixsix</name><pairs><a/><b><name/><name/></b></pairs>"
        "</return></r>"
    )

    found = departures(node, element.element, encoded=True)

    assert found == [
        Finding("SCHEMAV_CVC_DATATYPE_VALID_1_2_1", "return.id", "return.id"),
        Finding("SCHEMAV_ELEMENT_CONTENT", "return.odd", "return.odd"),
        Finding("SCHEMAV_CVC_MAXLENGTH_VALID", "return.name", "return.name"),
        Finding(
            "SCHEMAV_ELEMENT_CONTENT",
            "return.pairs.item.name",
            "return.pairs.item[2].name[2]",
        ),
    ]
    assert departures(node, element.element, encoded=True, most=2) == found[:2]
