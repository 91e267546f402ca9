"""What schemas say of elements: names, types, facets, arrays, subtypes, attributes."""

from __future__ import annotations

import pytest
from lxml import etree

from legacy_clients.errors import Misconfigured
from legacy_clients.soap.element import Element, Kind
from legacy_clients.soap.names import ARRAY
from legacy_clients.soap.xsd import Schemas

ROOT = """<xsd:schema xmlns:xsd="http://www.w3.org/2001/XMLSchema" xmlns:t="urn:t"
  xmlns:enc="http://schemas.xmlsoap.org/soap/encoding/"
  xmlns:wsdl="http://schemas.xmlsoap.org/wsdl/" targetNamespace="urn:t"
  {form}>{inside}</xsd:schema>"""
XSD = "{http://www.w3.org/2001/XMLSchema}"


def schemas(inside: str, form: str = "") -> Schemas:
    return Schemas({etree.fromstring(ROOT.format(inside=inside, form=form)): "urn:t"})


def record(inside: str, form: str = "", more: str = "") -> Element:
    """The element R, of a complex type that holds `inside`."""
    whole = (
        f'<xsd:element name="R" type="t:R"/><xsd:complexType name="R">{inside}</xsd:complexType>'
    )
    return schemas(whole + more, form).element("{urn:t}R")


def sequence(*elements: str) -> str:
    return f"<xsd:sequence>{''.join(elements)}</xsd:sequence>"


A = '<xsd:element name="a" type="xsd:int"/>'
B = '<xsd:element name="b" type="xsd:string" minOccurs="0" maxOccurs="unbounded" nillable="1"/>'


def told(element: Element) -> list[tuple[str, str, int, int | None]]:
    return [
        (child.qname, child.kind.name, child.least, child.most)
        for child in element.children.values()
    ]


@pytest.mark.parametrize(
    ("form", "own", "qname"),
    [
        ("", "", "a"),
        ('elementFormDefault="qualified"', "", "{urn:t}a"),
        ("", 'form="qualified"', "{urn:t}a"),
        ('elementFormDefault="qualified"', 'form="unqualified"', "a"),
    ],
)
def test_a_name_is_qualified_as_the_schema_or_the_element_says(
    form: str, own: str, qname: str
) -> None:
    element = record(sequence(f'<xsd:element name="a" type="xsd:int" {own}/>'), form)

    assert element.qname == "{urn:t}R"
    assert element.children["a"].qname == qname


def test_a_reference_has_the_name_of_the_global_element() -> None:
    element = record(sequence('<xsd:element ref="t:G"/>'), more='<xsd:element name="G"/>')

    assert told(element) == [("{urn:t}G", "anyType", 1, 1)]


def test_types_have_their_names_and_those_without_one_have_none() -> None:
    element = record(
        sequence(A, '<xsd:element name="c"><xsd:complexType/></xsd:element>'),
    )

    assert element.type_name == "{urn:t}R"
    assert element.children["a"].type_name == f"{XSD}int"
    assert element.children["c"].type_name is None


def test_the_branches_of_a_choice_may_be_absent_and_repeat_with_it() -> None:
    inside = f'<xsd:choice maxOccurs="3">{A}<xsd:element name="c" type="xsd:date"/></xsd:choice>'

    assert told(record(inside)) == [("a", "int", 0, None), ("c", "date", 0, None)]


def test_a_group_stands_where_it_is_referred_to() -> None:
    group = f'<xsd:group name="G">{sequence(A, B)}</xsd:group>'

    assert told(record('<xsd:group ref="t:G" minOccurs="0"/>', more=group)) == [
        ("a", "int", 0, 1),
        ("b", "string", 0, None),
    ]


def test_an_extension_adds_to_its_base_and_a_restriction_says_all_again() -> None:
    base = f'<xsd:complexType name="Base">{sequence(A, B)}</xsd:complexType>'
    narrowed = f'<xsd:restriction base="t:Base">{sequence(A)}</xsd:restriction>'
    wrap = "<xsd:complexContent>{}</xsd:complexContent>"
    z = '<xsd:element name="z" type="xsd:int"/>'
    extended = f'<xsd:extension base="t:Base">{sequence(z)}</xsd:extension>'

    assert list(record(wrap.format(extended), more=base).children) == ["a", "b", "z"]
    assert list(record(wrap.format(narrowed), more=base).children) == ["a"]


def test_an_element_that_may_stand_no_time_is_not_there() -> None:
    gone = '<xsd:element name="x" type="xsd:int" maxOccurs="0"/>'

    assert list(record(sequence(A, gone)).children) == ["a"]


def test_a_type_that_holds_itself_is_unfolded_as_far_as_asked() -> None:
    inner = '<xsd:element name="r" type="t:R" minOccurs="0"/>'
    element = record(sequence(A, inner))

    for _ in range(50):
        element = element.children["r"]
    assert list(element.children) == ["a", "r"]


SIMPLE = """<xsd:simpleContent><xsd:extension base="t:Money">
  <xsd:attribute name="currency" type="xsd:NMTOKEN" use="required"/>
  <xsd:attributeGroup ref="t:Marks"/>
</xsd:extension></xsd:simpleContent>"""
MONEY = """<xsd:simpleType name="Money"><xsd:restriction base="xsd:decimal">
  <xsd:fractionDigits value="2"/></xsd:restriction></xsd:simpleType>
<xsd:attributeGroup name="Marks"><xsd:attribute name="mark"><xsd:simpleType>
  <xsd:restriction base="xsd:string"><xsd:maxLength value="3"/></xsd:restriction>
</xsd:simpleType></xsd:attribute></xsd:attributeGroup>"""


def test_simple_content_has_a_kind_and_attributes() -> None:
    element = record(SIMPLE, more=MONEY)

    assert element.kind == Kind("complex")
    assert element.content == Kind("decimal", {"fractionDigits": "2"})
    assert element.children == {}
    assert element.declared_attributes == {
        "currency": ("currency", "currency", Kind("NMTOKEN"), True),
        "mark": ("mark", "mark", Kind("string", {"maxLength": "3"}), False),
    }


def test_simple_content_of_simple_content_keeps_the_facets_of_both() -> None:
    inner = f'<xsd:complexType name="Base">{SIMPLE}</xsd:complexType>'
    outer = """<xsd:simpleContent><xsd:restriction base="t:Base">
      <xsd:totalDigits value="5"/><xsd:attribute name="mark" use="prohibited"/>
    </xsd:restriction></xsd:simpleContent>"""
    element = record(outer, more=MONEY + inner)

    assert element.content == Kind("decimal", {"fractionDigits": "2", "totalDigits": "5"})
    assert element.attributes == frozenset({"currency"})


def test_a_complex_type_of_elements_has_no_text_of_its_own() -> None:
    assert record(sequence(A)).content is None


def test_patterns_of_each_step_of_the_line_are_kept_apart() -> None:
    types = """<xsd:simpleType name="X"><xsd:restriction base="xsd:string">
      <xsd:pattern value="a.*"/><xsd:pattern value="b.*"/></xsd:restriction></xsd:simpleType>
    <xsd:simpleType name="Y"><xsd:restriction base="t:X"><xsd:pattern value=".*z"/>
      </xsd:restriction></xsd:simpleType>"""
    element = record(sequence('<xsd:element name="y" type="t:Y"/>'), more=types)

    assert element.children["y"].kind.patterns == (("a.*", "b.*"), (".*z",))


def test_a_list_and_a_union_know_what_they_are_made_of() -> None:
    types = """<xsd:simpleType name="L"><xsd:list itemType="xsd:int"/></xsd:simpleType>
    <xsd:simpleType name="U"><xsd:union memberTypes="xsd:date t:L"><xsd:simpleType>
      <xsd:restriction base="xsd:string"><xsd:enumeration value="never"/></xsd:restriction>
    </xsd:simpleType></xsd:union></xsd:simpleType>"""
    element = record(
        sequence('<xsd:element name="l" type="t:L"/>', '<xsd:element name="u" type="t:U"/>'),
        more=types,
    )
    ints = Kind("list", item=Kind("int"))

    assert element.children["l"].kind == ints
    assert element.children["u"].kind == Kind(
        "union", members=(Kind("date"), ints, Kind("string", words=("never",)))
    )


WITH_ANY = "<xsd:sequence><xsd:choice>{}</xsd:choice></xsd:sequence>"


@pytest.mark.parametrize(
    ("inside", "wild"),
    [
        (sequence(A), False),
        (WITH_ANY.format("<xsd:any/>"), True),
        (sequence('<xsd:element ref="xsd:schema"/>'), True),
        ('<xsd:group ref="t:G"/>', True),
        (
            f"<xsd:complexContent><xsd:extension base='t:E'>{sequence(A)}</xsd:extension>"
            "</xsd:complexContent>",
            True,
        ),
        (
            sequence(
                '<xsd:element name="c"><xsd:complexType><xsd:sequence><xsd:any/>'
                "</xsd:sequence></xsd:complexType></xsd:element>"
            ),
            False,
        ),
    ],
)
def test_a_type_is_wild_where_any_element_may_stand_in_it(inside: str, wild: bool) -> None:
    more = (
        f'<xsd:group name="G">{sequence("<xsd:any/>")}</xsd:group>'
        f'<xsd:complexType name="E">{sequence("<xsd:any/>")}</xsd:complexType>'
    )

    assert record(inside, more=more).wild is wild


def test_an_element_without_a_type_may_hold_anything() -> None:
    element = schemas('<xsd:element name="X"/>').element("{urn:t}X")

    assert (element.wild, element.type_name) == (True, f"{XSD}anyType")


DERIVED = """
<xsd:element name="P" type="t:Pet"/>
<xsd:complexType name="Pet" abstract="true"><xsd:sequence><xsd:element name="n" type="xsd:string"/>
  </xsd:sequence></xsd:complexType>
<xsd:complexType name="Dog"><xsd:complexContent><xsd:extension base="t:Pet"><xsd:sequence>
  <xsd:element name="breed" type="xsd:string"/></xsd:sequence></xsd:extension></xsd:complexContent>
  </xsd:complexType>
<xsd:complexType name="Puppy"><xsd:complexContent><xsd:extension base="t:Dog"/>
  </xsd:complexContent></xsd:complexType>
<xsd:complexType name="Stone"/>
"""


def test_subtypes_are_found_through_any_number_of_steps() -> None:
    known = schemas(DERIVED)

    assert known.subtypes("{urn:t}Pet") == ["{urn:t}Dog", "{urn:t}Puppy"]
    assert known.subtypes("{urn:t}Puppy") == []
    assert known.element("{urn:t}P").abstract


def test_an_element_takes_the_type_that_derives_from_its_own_and_no_other() -> None:
    pet = schemas(DERIVED).element("{urn:t}P")

    assert list(pet.as_type("{urn:t}Puppy").children) == ["n", "breed"]
    assert list(pet.children) == ["n"]
    with pytest.raises(Misconfigured, match=r"P cannot be of the type \{urn:t\}Stone, .* subtypes"):
        pet.as_type("{urn:t}Stone")


def test_an_element_of_any_type_takes_every_type() -> None:
    anything = schemas(DERIVED + '<xsd:element name="X" type="xsd:anyType"/>').element("{urn:t}X")

    assert list(anything.as_type("{urn:t}Dog").children) == ["n", "breed"]
    assert anything.as_type(f"{XSD}int").kind == Kind("int")


def test_substitutes_may_stand_in_the_place_of_their_head() -> None:
    more = """<xsd:element name="Head" type="xsd:string" abstract="true"/>
    <xsd:element name="One" type="xsd:string" substitutionGroup="t:Head"/>
    <xsd:element name="Two" type="xsd:string" substitutionGroup="t:Head"/>"""

    assert told(record(sequence('<xsd:element ref="t:Head"/>'), more=more)) == [
        ("{urn:t}One", "string", 0, 1),
        ("{urn:t}Two", "string", 0, 1),
    ]


def array(inside: str, word: str = "restriction", base: str = "enc:Array") -> Element:
    return record(
        f'<xsd:complexContent><xsd:{word} base="{base}">{inside}</xsd:{word}></xsd:complexContent>',
        more=DERIVED,
    )


def by_attribute(written: str) -> str:
    return f'<xsd:attribute ref="enc:arrayType" wsdl:arrayType="{written}"/>'


MANY = '<xsd:element name="pet" type="t:Dog" minOccurs="0" maxOccurs="unbounded"/>'


@pytest.mark.parametrize(
    ("inside", "item", "type_name", "dimensions"),
    [
        (by_attribute("t:Dog[]"), "item", "{urn:t}Dog", 1),
        (by_attribute("xsd:string[,]"), "item", f"{XSD}string", 2),
        (by_attribute("xsd:int[][,,]"), "item", ARRAY, 3),
        (sequence(MANY), "pet", "{urn:t}Dog", 1),
        (sequence(MANY) + by_attribute("t:Dog[]"), "pet", "{urn:t}Dog", 1),
        ("", "item", f"{XSD}anyType", 1),
    ],
)
@pytest.mark.parametrize("word", ["restriction", "extension"])
def test_an_encoded_array_knows_its_items_however_it_is_declared(
    word: str, inside: str, item: str, type_name: str, dimensions: int
) -> None:
    found = array(inside, word)

    assert found.items is not None
    assert (found.items.name, found.items.type_name, found.dimensions) == (
        item,
        type_name,
        dimensions,
    )
    assert (found.items.least, found.items.most, found.items.qname) == (0, None, item)
    assert found.children == {item: found.items}
    assert found.attributes == frozenset()


def test_an_array_of_arrays_has_arrays_as_items() -> None:
    outer = array(by_attribute("xsd:int[][,]"))
    assert outer.items is not None
    inner = outer.items

    assert (outer.dimensions, inner.dimensions) == (2, 1)
    assert inner.items is not None
    assert inner.items.kind == Kind("int")
    assert inner.items.items is None


def test_an_array_that_narrows_another_array_is_one() -> None:
    narrowed = f"""<xsd:complexContent><xsd:restriction base="t:Dogs">
      {by_attribute("t:Puppy[]")}</xsd:restriction></xsd:complexContent>"""
    dogs = f"""<xsd:complexType name="Dogs"><xsd:complexContent><xsd:restriction base="enc:Array">
      {by_attribute("t:Dog[]")}</xsd:restriction></xsd:complexContent></xsd:complexType>"""
    element = record(narrowed, more=DERIVED + dogs)

    assert element.items is not None
    assert element.items.type_name == "{urn:t}Puppy"


def test_an_array_without_a_name_of_its_own_holds_anything() -> None:
    found = schemas("").typed("p", ARRAY)

    assert found.items is not None
    assert found.items.type_name == f"{XSD}anyType"


@pytest.mark.parametrize(
    ("word", "kind"), [("string", "string"), ("int", "int"), ("base64", "base64Binary")]
)
def test_the_simple_types_of_soap_are_those_of_xsd(word: str, kind: str) -> None:
    found = schemas("").typed("p", f"{{http://schemas.xmlsoap.org/soap/encoding/}}{word}")

    assert (found.kind, found.items, found.qname) == (Kind(kind), None, "p")


def test_what_is_no_array_has_no_items() -> None:
    element = record(sequence(A))

    assert (element.items, element.dimensions) == (None, 0)


def test_a_type_that_is_missing_is_named() -> None:
    element = record(sequence('<xsd:element name="a" type="t:Gone"/>'))

    with pytest.raises(Misconfigured, match=r"the type \{urn:t\}Gone, which its schemas do not"):
        _ = element.children


def test_what_leads_to_something_missing_is_known() -> None:
    known = schemas(
        f"""<xsd:element name="Bad" type="t:Outer"/>
        <xsd:complexType name="Outer">{sequence('<xsd:element name="i" type="t:Inner"/>')}
        </xsd:complexType>
        <xsd:complexType name="Inner">{sequence('<xsd:element ref="t:Nowhere"/>')}
        </xsd:complexType>
        <xsd:element name="Good" type="xsd:int"/>
        <xsd:complexType name="Marked"><xsd:attribute ref="xml:lang"/></xsd:complexType>"""
    )

    assert known.gap("element", "{urn:t}Bad") == "element {urn:t}Nowhere"
    assert known.gap("type", "{urn:t}Inner") == "element {urn:t}Nowhere"
    assert known.gap("element", "{urn:t}Good") is None
    assert known.gap("type", "{urn:t}Marked") is None


def test_prefixes_declared_below_the_root_count() -> None:
    known = schemas(
        '<xsd:element name="E" xmlns:q="urn:q" type="q:Other"/>'
        '<xsd:element name="F" type="t:Mine"/><xsd:complexType name="Mine"/>'
    )

    assert known.gap("element", "{urn:t}E") == "complexType {urn:q}Other"
    assert known.gap("element", "{urn:t}F") is None


def test_an_element_that_was_made_of_parts_holds_them() -> None:
    known = schemas(DERIVED)
    parts = (known.typed("pet", "{urn:t}Dog"), known.typed("n", f"{XSD}int"))
    body = known.gathered("{urn:w}Act", parts)

    assert (body.name, body.qname, body.type_name) == ("Act", "{urn:w}Act", None)
    assert told(body) == [("pet", "complex", 1, 1), ("n", "int", 1, 1)]
    assert list(body.children["pet"].children) == ["n", "breed"]
