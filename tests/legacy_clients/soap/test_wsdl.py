"""The contract: read from one folder, off the network, with the types that its schemas declare."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from lxml import etree

from fixtures.atlas import Atlas
from legacy_clients.errors import Misconfigured
from legacy_clients.soap.wsdl import Contract, load_contract
from tests.legacy_clients.soap.hostile import Hostile, answer
from tests.legacy_clients.soap.written import SOAP12, element, part, record, wsdl

SHOP = Path(__file__).parent / "shop"


def test_the_operations_are_known_with_what_goes_in_and_comes_out(shop: Contract) -> None:
    assert sorted(shop.operations) == ["Enter", "Find", "Save"]
    save = shop.operation("Save")
    assert save.input.qname == "{urn:shop}Save"
    assert save.output is not None
    assert save.output.qname == "{urn:shop}SaveResponse"
    assert save.headers == {
        "Content-Type": "text/xml; charset=utf-8",
        "SOAPAction": '"urn:shop/Save"',
    }


@pytest.mark.parametrize(
    ("path", "declared"),
    [
        ("Name", ("string", 5, True)),
        ("Amount", ("decimal", None, False)),
        ("Count", ("int", None, True)),
        ("Born", ("date", None, False)),
        ("Lines", ("complex", None, True)),
        ("Lines.Line.Sku", ("string", 5, False)),
        ("Id", ("string", None, False)),
    ],
)
def test_an_elements_type_is_found_through_restriction_extension_and_inclusion(
    shop: Contract, path: str, declared: tuple[str, int | None, bool]
) -> None:
    assert shop.element_type("Save", path) == declared


def test_an_unknown_path_names_the_known_ones_where_it_goes_wrong(shop: Contract) -> None:
    with pytest.raises(Misconfigured, match=r"Lines\.Lin: Lines holds no Lin; it holds Line$"):
        shop.element_type("Save", "Lines.Lin")


def test_the_contract_of_the_demonstration_crm_has_its_types(atlas: Atlas) -> None:
    contract = load_contract(atlas.wsdl_path)

    assert contract.element_type("UpdateCustomer", "Customer.CreditLimit")[0] == "decimal"
    assert contract.element_type("UpdateCustomer", "Customer.Name") == ("string", 60, True)
    assert contract.element_type("CreateOrder", "Order.Lines.Line.Sku") == ("string", 15, True)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(SHOP, tmp_path / "bundle"))


def rewritten(folder: Path, file: str, old: str, new: str) -> Path:
    path = folder / file
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))
    return folder / "shop.wsdl"


def test_an_import_from_the_network_is_refused_and_not_fetched(folder: Path) -> None:
    """L3"""
    with Hostile(answer("<canary/>")) as canary:
        wsdl = rewritten(folder, "shop.wsdl", "basics.xsd", canary.url)
        with pytest.raises(Misconfigured, match="which is not fetched: store it beside"):
            load_contract(wsdl)

    assert canary.connections == 0


@pytest.mark.parametrize("place", ["../outside.xsd", "file:///etc/hostname", "/etc/hostname"])
def test_an_import_from_outside_the_folder_is_refused(folder: Path, place: str) -> None:
    """L3"""
    shutil.copy(SHOP / "basics.xsd", folder.parent / "outside.xsd")
    wsdl = rewritten(folder, "shop.wsdl", "basics.xsd", place)

    with pytest.raises(Misconfigured, match="lies outside its folder"):
        load_contract(wsdl)


def test_a_file_that_is_missing_is_named(folder: Path) -> None:
    (folder / "names.xsd").unlink()

    with pytest.raises(Misconfigured, match=r"is not there: .*names\.xsd"):
        load_contract(folder / "shop.wsdl")


def test_a_dtd_is_refused(folder: Path) -> None:
    """L3"""
    wsdl = rewritten(folder, "basics.xsd", "?>\n<xsd:schema ", "?>\n<!DOCTYPE a><xsd:schema ")

    with pytest.raises(Misconfigured, match=r"basics\.xsd has a DTD"):
        load_contract(wsdl)


def test_schemas_that_contradict_themselves_are_told_at_the_start(folder: Path) -> None:
    wsdl = rewritten(folder, "names.xsd", 'maxLength value="5"', 'maxLength value="25"')

    with pytest.raises(Misconfigured, match=r"shop\.wsdl .*maxLength"):
        load_contract(wsdl)


def test_operations_that_lead_to_a_missing_type_cannot_be_called_and_others_can(
    folder: Path,
) -> None:
    wsdl = rewritten(folder, "names.xsd", 'base="Text"', 'base="Test"')

    contract = load_contract(wsdl)

    reason = "the complexType {urn:shop:basics}Test, which it leads to, is missing from the schemas"
    assert contract.uncallable == {"Find": reason, "Save": reason}
    assert list(contract.operations) == ["Enter"]
    assert contract.departure(etree.fromstring(ENTER)) is None
    with pytest.raises(Misconfigured, match=r"^Save cannot be called: the complexType"):
        contract.operation("Save")


def test_a_wsdl_without_a_callable_operation_is_told_at_the_start(folder: Path) -> None:
    wsdl = rewritten(folder, "shop.wsdl", 'style="document"', 'style="rpc"')

    with pytest.raises(
        Misconfigured, match=r"no operation that can be called \(Enter: its part bo"
    ):
        load_contract(wsdl)


def test_a_url_is_not_fetched_at_the_start() -> None:
    """L4"""
    with pytest.raises(Misconfigured, match="facade wsdl fetch URL FOLDER"):
        load_contract("http://127.0.0.1:9/crm?wsdl")


PAIRS = (
    record("pair", element("name", "xsd:string"), element("value", "xsd:string"))
    + """<xsd:complexType name="pairs"><xsd:complexContent><xsd:restriction base="enc:Array">
    <xsd:attribute ref="enc:arrayType" wsdl:arrayType="t:pair[]"/></xsd:restriction>
    </xsd:complexContent></xsd:complexType>"""
)


def test_an_rpc_call_is_one_element_for_the_operation_with_its_parts_in_order(
    tmp_path: Path,
) -> None:
    sent = part("session", type_name="xsd:string") + part("list", type_name="t:pairs")
    contract = load_contract(
        wsdl(
            tmp_path / "a.wsdl",
            types=PAIRS,
            sent=sent,
            told=part("return", type_name="xsd:int"),
        )
    )

    act = contract.operation("Act")
    assert (act.style, act.use, act.soap) == ("rpc", "encoded", "1.1")
    assert act.headers["SOAPAction"] == '"urn:w#Act"'
    assert act.input.qname == "{urn:w}Act"
    assert [
        (child.qname, child.kind.name, child.nillable)
        for child in act.input.element.children.values()
    ] == [("session", "string", True), ("list", "complex", True)]
    assert act.output is not None
    assert act.output.qname == "{urn:w}ActResponse"
    assert list(act.output.element.children) == ["return"]
    assert contract.element_type("Act", "list[phone.office]") == ("string", None, False)
    assert contract.element("Act", "list.item.name").kind.name == "string"
    assert contract.answered("Act", "return").kind.name == "int"
    assert contract.declares("list.item.value")
    assert not contract.declares("list.Item.value")


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("list.itme", "list holds no itme; it holds item$"),
        ("session[a]", r"session in session\[a\] is no list of names with values"),
        ("list[a", r"'list\[a' is no dotted path"),
        ("", "'' is no dotted path"),
        ("list.", "no dotted path"),
    ],
)
def test_a_path_that_leads_nowhere_is_told_with_its_place(
    tmp_path: Path, path: str, told: str
) -> None:
    sent = part("session", type_name="xsd:string") + part("list", type_name="t:pairs")
    contract = load_contract(wsdl(tmp_path / "a.wsdl", types=PAIRS, sent=sent))

    with pytest.raises(Misconfigured, match=told):
        contract.element("Act", path)


def test_the_parts_of_an_rpc_literal_call_cannot_be_nil(tmp_path: Path) -> None:
    contract = load_contract(
        wsdl(tmp_path / "a.wsdl", use="literal", sent=part("n", type_name="xsd:int"))
    )

    assert contract.operation("Act").use == "literal"
    assert contract.element_type("Act", "n") == ("int", None, False)


def test_a_call_without_an_answer_has_no_output(tmp_path: Path) -> None:
    contract = load_contract(wsdl(tmp_path / "a.wsdl", told=None))

    assert contract.operation("Act").output is None
    assert contract.output("Act") is None
    with pytest.raises(Misconfigured, match="Act answers nothing"):
        contract.answered("Act", "a")


DOCUMENT = (
    element("One", "xsd:int")
    + element("Two", "t:Deep")
    + record("Deep", element("Inner", "xsd:string"))
)


def test_a_document_of_several_parts_has_them_side_by_side(tmp_path: Path) -> None:
    contract = load_contract(
        wsdl(
            tmp_path / "a.wsdl",
            style="document",
            use="literal",
            types=DOCUMENT,
            sent=part("a", element_name="t:One") + part("b", element_name="t:Two"),
            told=part("a", element_name="t:One"),
        )
    )

    sent = contract.operation("Act").input
    assert sent.qname == ""
    assert list(sent.element.children) == ["One", "Two"]
    assert contract.element_type("Act", "Two.Inner").name == "string"
    envelope = contract.envelope("Act", {"One": "7", "Two": {"Inner": "x"}})
    body = envelope[-1]
    assert [(node.tag, node.text) for node in body.iter()][1:] == [
        ("{urn:w}One", "7"),
        ("{urn:w}Two", None),
        ("Inner", "x"),
    ]
    assert [contract.departure(node) for node in body] == [None, None]


def test_a_document_without_a_part_has_an_empty_body(tmp_path: Path) -> None:
    contract = load_contract(
        wsdl(tmp_path / "a.wsdl", style="document", use="literal", types=DOCUMENT)
    )

    assert contract.operation("Act").input.qname == ""
    envelope = contract.envelope("Act", {})
    assert [etree.QName(node).localname for node in envelope.iter()] == ["Envelope", "Body"]


def test_a_document_of_one_simple_element_takes_a_value(tmp_path: Path) -> None:
    path = wsdl(
        tmp_path / "a.wsdl",
        style="document",
        use="literal",
        types=DOCUMENT,
        sent=part("a", element_name="t:One"),
    )

    body = load_contract(path).envelope("Act", "7")[-1]
    assert [(node.tag, node.text) for node in body] == [("{urn:w}One", "7")]


HEADER = '<s:header message="t:{message}" part="{part}" use="literal"/>'


def test_header_blocks_are_known_and_stand_apart_from_the_body(tmp_path: Path) -> None:
    """The part that a header takes from the same message is none of the body."""
    contract = load_contract(
        wsdl(
            tmp_path / "a.wsdl",
            style="document",
            use="literal",
            types=DOCUMENT,
            sent=part("a", element_name="t:One") + part("h", element_name="t:Two"),
            extra=f'<wsdl:message name="M">{part("x", element_name="t:One")}</wsdl:message>',
            headers=HEADER.format(message="Sent", part="h") + HEADER.format(message="M", part="x"),
        )
    )

    sent = contract.operation("Act").input
    assert sent.qname == "{urn:w}One"
    assert {name: each.qname for name, each in sent.headers.items()} == {
        "Two": "{urn:w}Two",
        "One": "{urn:w}One",
    }


def test_the_body_has_the_parts_that_it_names(tmp_path: Path) -> None:
    sent = "".join(part(name, type_name="xsd:int") for name in ("a", "b", "c"))
    contract = load_contract(wsdl(tmp_path / "a.wsdl", sent=sent, body='parts="c a"'))

    assert list(contract.input("Act").children) == ["c", "a"]


TYPED = part("a", type_name="xsd:int")
ELEMENT = part("a", element_name="t:One")


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        ({"style": "document", "sent": ELEMENT}, "its style is document/encoded"),
        (
            {"style": "document", "use": "literal", "sent": TYPED},
            "its part a has no element (WS-I BP 1.1, R2204)",
        ),
        ({"sent": ELEMENT}, "its part a has no type (WS-I BP 1.1, R2203)"),
        ({"sent": TYPED, "body": 'parts="b"'}, "its message has no part b"),
        (
            {"sent": part("a", type_name="t:Gone")},
            "the WSDL refers to the type {urn:w}Gone, which its schemas do not have",
        ),
        (
            {
                "sent": part("a", type_name="t:Hole"),
                "types": record("Hole", element("g", "t:Gone")),
            },
            "the complexType {urn:w}Gone, which it leads to, is missing from the schemas",
        ),
        (
            {"sent": TYPED, "soap": SOAP12},
            "it is encoded by SOAP 1.2, of which only literal calls are spoken",
        ),
        (
            {"sent": TYPED, "headers": HEADER.format(message="Sent", part="z")},
            "the header z is missing from its message",
        ),
    ],
)
def test_an_operation_that_cannot_be_called_is_named_with_the_reason(
    tmp_path: Path, words: dict[str, str], reason: str
) -> None:
    path = wsdl(tmp_path / "a.wsdl", **{"types": DOCUMENT, **words})

    with pytest.raises(Misconfigured) as error:
        load_contract(path)

    assert str(error.value) == f"a.wsdl has no operation that can be called (Act: {reason})"


def test_an_operation_that_stands_twice_cannot_be_called(tmp_path: Path) -> None:
    path = wsdl(tmp_path / "a.wsdl", sent=TYPED)
    text = path.read_text()
    start = text.index('<wsdl:operation name="Act"><s:operation')
    end = text.index("</wsdl:binding>")
    path.write_text(text[:end] + text[start:end] + text[end:])

    with pytest.raises(Misconfigured, match=r"more than once \(WS-I BP 1\.1, R2304\)"):
        load_contract(path)


def test_a_message_that_is_missing_is_named(tmp_path: Path) -> None:
    path = wsdl(tmp_path / "a.wsdl", sent=TYPED)
    path.write_text(path.read_text().replace('message="t:Sent"', 'message="t:Lost"'))

    with pytest.raises(Misconfigured, match="Act: the message t:Lost is missing"):
        load_contract(path)


def test_soap_over_something_else_than_http_is_no_port(tmp_path: Path) -> None:
    path = wsdl(tmp_path / "a.wsdl", sent=TYPED)
    path.write_text(path.read_text().replace("xmlsoap.org/soap/http", "xmlsoap.org/soap/jms"))

    with pytest.raises(Misconfigured, match=r"a\.wsdl has no SOAP port"):
        load_contract(path)


def test_a_wsdl_without_a_service_has_its_bindings(tmp_path: Path) -> None:
    path = wsdl(tmp_path / "a.wsdl", sent=TYPED)
    text = path.read_text()
    path.write_text(text[: text.index("<wsdl:service")] + "</wsdl:definitions>")

    assert list(load_contract(path).operations) == ["Act"]


def test_the_documents_of_soap_are_known_without_the_network(tmp_path: Path) -> None:
    """L3"""
    imports = "".join(
        f'<xsd:import namespace="{space}" schemaLocation="{location}"/>'
        for space, location in (
            ("http://schemas.xmlsoap.org/soap/encoding/", "http://127.0.0.1:9/enc"),
            ("http://schemas.xmlsoap.org/wsdl/", "http://schemas.xmlsoap.org/wsdl/"),
        )
    )
    no_location = '<xsd:import namespace="http://www.w3.org/XML/1998/namespace"/>'
    types = imports + no_location + DOCUMENT.replace("</xsd:sequence>", "</xsd:sequence>" + LANG)

    contract = load_contract(
        wsdl(tmp_path / "a.wsdl", style="document", use="literal", types=types, sent=TWO)
    )

    assert contract.departure(etree.fromstring(SAID.format("de"))) is None
    assert contract.departure(etree.fromstring(SAID.format("!!"))) is not None


LANG = '<xsd:attribute ref="xml:lang"/>'
TWO = part("a", element_name="t:Two")
SAID = '<Two xmlns="urn:w" xml:lang="{}"><Inner xmlns="">x</Inner></Two>'


def test_a_namespace_that_is_used_and_not_imported_is_found(tmp_path: Path) -> None:
    path = wsdl(tmp_path / "a.wsdl", style="document", use="literal", types=DOCUMENT, sent=TWO)
    other = (
        '<xsd:schema targetNamespace="urn:o"><xsd:simpleType name="Short"><xsd:restriction '
        'base="xsd:string"><xsd:maxLength value="3"/></xsd:restriction></xsd:simpleType>'
        "</xsd:schema></wsdl:types>"
    )
    text = path.read_text().replace("</wsdl:types>", other)
    path.write_text(
        text.replace(
            'name="Inner" type="xsd:string"', 'xmlns:o="urn:o" name="Inner" type="o:Short"'
        )
    )

    assert load_contract(path).element_type("Act", "Inner") == ("string", 3, False)


def test_a_data_set_that_brings_its_schema_along_is_let_through(tmp_path: Path) -> None:
    data = element("Set", "t:Set") + record("Set", '<xsd:element ref="xsd:schema"/>', "<xsd:any/>")
    path = wsdl(
        tmp_path / "a.wsdl",
        style="document",
        use="literal",
        types=data.replace("<xsd:any/>", '<xsd:any namespace="##other" processContents="skip"/>'),
        sent=part("a", element_name="t:Set"),
    )
    contract = load_contract(path)
    sent = """<Set xmlns="urn:w"><s:schema xmlns:s="http://www.w3.org/2001/XMLSchema"/>
      <d:rows xmlns:d="urn:d"/></Set>"""

    assert contract.input("Act").wild
    assert contract.departure(etree.fromstring(sent)) is None


def test_a_head_and_its_substitutes_side_by_side_are_no_riddle(tmp_path: Path) -> None:
    """As Exchange writes it: libxml2 calls that ambiguous."""
    types = (
        element("Step", "xsd:int")
        + element("Leap", "xsd:int", 'substitutionGroup="t:Step"')
        + element("Way", "t:Way")
        + record(
            "Way",
            '<xsd:element ref="t:Leap" minOccurs="0" maxOccurs="unbounded"/>',
            '<xsd:element ref="t:Step" minOccurs="0" maxOccurs="unbounded"/>',
        )
    )
    path = wsdl(
        tmp_path / "a.wsdl",
        style="document",
        use="literal",
        types=types,
        sent=part("a", element_name="t:Way"),
    )
    contract = load_contract(path)

    for inside, fits in (("<Leap>1</Leap><Step>2</Step><Leap>3</Leap>", True), ("<Hop/>", False)):
        node = etree.fromstring(f'<Way xmlns="urn:w">{inside}</Way>')
        assert (contract.departure(node) is None) is fits


def test_every_place_that_departs_is_found_once_in_order(shop: Contract) -> None:
    lines = "".join(
        f"<Line><Sku>{sku}</Sku><Qty>{qty}</Qty></Line>"
        for sku, qty in (("a", "1"), ("sixsix", "x"), ("b", "2"), ("c", "y"))
    )
    node = etree.fromstring(f'<Save xmlns="urn:shop"><Lines>{lines}</Lines><Id>1</Id></Save>')

    found = shop.departures(node)

    assert [(each.rule, each.path, each.place) for each in found] == [
        ("SCHEMAV_CVC_MAXLENGTH_VALID", "Lines.Line.Sku", "Lines.Line[2].Sku"),
        ("SCHEMAV_CVC_DATATYPE_VALID_1_2_1", "Lines.Line.Qty", "Lines.Line[2].Qty"),
        ("SCHEMAV_CVC_DATATYPE_VALID_1_2_1", "Lines.Line.Qty", "Lines.Line[4].Qty"),
    ]
    assert shop.departures(node, 1) == found[:1]
    assert shop.departure(node) == found[0]


def test_a_contract_that_is_only_read_checks_nothing() -> None:
    contract = load_contract(SHOP / "shop.wsdl", ready=False)

    assert contract.element_type("Save", "Name") == ("string", 5, True)
    with pytest.raises(Misconfigured, match="only read"):
        contract.departure(etree.fromstring(ENTER))
    with pytest.raises(Misconfigured, match="Enter: the contract was read without"):
        contract.envelope("Enter", {})


ENTER = '<Enter xmlns="urn:shop"><Who>a</Who><Pass>b</Pass></Enter>'


def test_a_port_is_chosen_by_name(folder: Path) -> None:
    assert load_contract(folder / "shop.wsdl", "ShopPort").operations
    with pytest.raises(Misconfigured, match="no SOAP port Other; it has ShopPort"):
        load_contract(folder / "shop.wsdl", "Other")


def test_a_contract_of_soap_12_sends_its_own_content_type(folder: Path) -> None:
    wsdl = rewritten(folder, "shop.wsdl", "xmlsoap.org/wsdl/soap/", "xmlsoap.org/wsdl/soap12/")

    assert load_contract(wsdl).operation("Find").headers == {
        "Content-Type": 'application/soap+xml; charset=utf-8; action="urn:shop/Find"'
    }
