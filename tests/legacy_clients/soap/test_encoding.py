"""Calls of style rpc: encoded with types and lengths, literal with the right namespaces, and read
back by our own reading as they were meant.
"""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from legacy_clients.errors import Misconfigured, Unfit
from legacy_clients.soap.contract import Contract
from legacy_clients.soap.reply import Reply
from legacy_clients.soap.request import compose, payload, sealed
from legacy_clients.soap.wsdl import load_contract
from tests.legacy_clients.soap.spoken import answered, depot, told, yard

SUITECRM = Path(__file__).parents[4] / "shared/wsdl/suitecrm-v4_1/soap.wsdl"
SOAP = "http://schemas.xmlsoap.org/soap/envelope/"
ENC = "http://schemas.xmlsoap.org/soap/encoding/"
XSI = "http://www.w3.org/2001/XMLSchema-instance"

Line = tuple[str, str | None, str | None, str | None]


def lines(node: Any) -> list[Line]:
    """Below the operation: name, xsi:type with its prefix resolved to the namespace's last word,
    arrayType alike, text.
    """
    return [
        (
            each.tag,
            resolved(each, f"{{{XSI}}}type"),
            resolved(each, f"{{{ENC}}}arrayType"),
            each.text,
        )
        for each in node.iterdescendants()
    ]


def resolved(node: Any, key: str) -> str | None:
    written = node.get(key)
    if written is None:
        return None
    prefix, _, word = written.rpartition(":")
    space = node.nsmap[prefix]
    return f"{space.rstrip('/').rpartition('/')[2].rpartition(':')[2]}:{word}"


def sent(contract: Contract, operation: str, arguments: dict[str, Any]) -> Any:
    """What stands in the body of a call, after a trip through bytes."""
    return payload(etree.fromstring(sealed(compose(contract, operation, arguments), ())))


def test_every_accessor_says_its_type_and_every_array_its_length() -> None:
    body = sent(
        depot(),
        "Save",
        {
            "session": "s1",
            "party": {
                "id": 1,
                "name": "one",
                "limit": Decimal("1.50"),
                "since": datetime(2024, 1, 2, tzinfo=UTC),
                "open": False,
                "tags": ["a", ""],
                "pairs": [{"name": "n", "value": "v"}],
            },
        },
    )

    assert body.tag == "{urn:depot}Save"
    assert body.get(f"{{{SOAP}}}encodingStyle") == ENC
    assert lines(body) == [
        ("session", "XMLSchema:string", None, "s1"),
        ("party", "types:Party", None, None),
        ("id", "XMLSchema:int", None, "1"),
        ("name", "types:Name", None, "one"),
        ("limit", "types:Money", None, "1.50"),
        ("open", "XMLSchema:boolean", None, "false"),
        ("since", "XMLSchema:dateTime", None, "2024-01-02T00:00:00Z"),
        ("tags", "encoding:Array", "XMLSchema:string[2]", None),
        ("item", "XMLSchema:string", None, "a"),
        ("item", "XMLSchema:string", None, None),
        ("pairs", "encoding:Array", "types:Pair[1]", None),
        ("item", "types:Pair", None, None),
        ("name", "XMLSchema:string", None, "n"),
        ("value", "XMLSchema:string", None, "v"),
    ]


def test_arrays_are_of_any_length_rank_and_dimension() -> None:
    body = sent(
        depot(),
        "Lay",
        {
            "grid": [[1, 2, 3], [4, 5, 6]],
            "rows": {"item": [[7], []]},
            "lists": [[{"name": "n", "value": "v"}], []],
        },
    )

    arrays = [line[1:3] for line in lines(body) if line[2]]
    assert arrays == [
        ("encoding:Array", "XMLSchema:int[2,3]"),
        ("encoding:Array", "XMLSchema:int[][2]"),
        ("encoding:Array", "XMLSchema:int[1]"),
        ("encoding:Array", "XMLSchema:int[0]"),
        ("encoding:Array", "types:Pairs[2]"),
        ("encoding:Array", "types:Pair[1]"),
        ("encoding:Array", "types:Pair[0]"),
    ]
    assert [node.text for node in body[0]] == ["1", "2", "3", "4", "5", "6"]
    empty = sent(depot(), "Lay", {"grid": [], "rows": [], "lists": []})
    assert [line[2] for line in lines(empty)] == [
        "XMLSchema:int[0,0]",
        "XMLSchema:int[][0]",
        "types:Pairs[0]",
    ]


def test_none_is_nil_whatever_the_type_and_absent_is_left_out() -> None:
    body = sent(
        depot(), "Save", {"session": None, "party": {"id": None, "tags": None, "parent": None}}
    )

    told = [(node.tag, node.get(f"{{{XSI}}}nil"), len(node.attrib)) for node in body.iter()][1:]
    assert told == [
        ("session", "true", 2),
        ("party", None, 1),
        ("id", "true", 2),
        ("parent", "true", 2),
        ("tags", "true", 2),
    ]


def test_a_subtype_is_picked_by_name_and_may_be_larger() -> None:
    party = {"id": 1, "parent": {"@type": "Company", "id": 2, "vat": "V"}}

    body = sent(depot(), "Save", {"session": "s", "party": party})

    assert lines(body)[3:] == [
        ("parent", "types:Company", None, None),
        ("id", "XMLSchema:int", None, "2"),
        ("vat", "XMLSchema:string", None, "V"),
    ]


@pytest.mark.parametrize(
    ("value", "lines_told"),
    [
        ("x", [("any", "XMLSchema:string", None, "x")]),
        (True, [("any", "XMLSchema:boolean", None, "true")]),
        (5, [("any", "XMLSchema:integer", None, "5")]),
        (Decimal("1.50"), [("any", "XMLSchema:decimal", None, "1.50")]),
        (b"\x00", [("any", "XMLSchema:base64Binary", None, "AA==")]),
        (
            {"@type": "Texts", "#text": ["a"]},
            [
                ("any", "encoding:Array", "XMLSchema:string[1]", None),
                ("item", "XMLSchema:string", None, "a"),
            ],
        ),
        ({"@type": "State", "#text": "open"}, [("any", "types:State", None, "open")]),
    ],
)
def test_where_the_type_is_open_the_value_says_its_own(value: Any, lines_told: list[Line]) -> None:
    assert lines(sent(depot(), "Open", {"any": value})) == lines_told


@pytest.mark.parametrize(
    ("party", "path", "reason"),
    [
        ({"id": "x"}, "party.id", "not spelled as the service spells int"),
        ({"id": 2**31}, "party.id", "not spelled as the service spells int"),
        ({"id": 1.0}, "party.id", "a whole number is expected, not a float"),
        ({"id": 1, "name": "sixsix"}, "party.name", "longer than the 5 that the service keeps"),
        ({"id": 1, "name": "𝄞" * 6}, "party.name", "longer than the 5 that the service keeps"),
        ({"id": 1, "name": "a\x00"}, "party.name", "it holds a character that XML cannot carry"),
        ({"id": 1, "sku": "ab"}, "party.sku", r"not of the pattern [A-Z]{2}-\d+ or none"),
        ({"id": 1, "state": "odd"}, "party.state", "not one of open, shut"),
        ({"id": 1, "limit": Decimal(-1)}, "party.limit", "less than 0"),
        ({"id": 1, "limit": Decimal("1.005")}, "party.limit", "more decimal places than the 2"),
        ({"id": 1, "limit": Decimal("12345.67")}, "party.limit", "more digits than the 6"),
        ({"name": "a"}, "party.id", "the service asks for it, and it is absent"),
        ({"id": 1, "tags": "a"}, "party.tags", "a list is expected"),
        ({"id": 1, "tags": [1]}, "party.tags.item[1]", "a text is expected, not an int"),
        ({"id": 1, "pairs": [{"name": "n"}]}, "party.pairs.item[1].value", "the service asks for"),
        (
            {"id": 1, "parent": {"@type": "Company", "id": 1, "vat": "", "name": "sixsix"}},
            "party.parent.name",
            "longer than the 5 that the service keeps",
        ),
        ({"id": 1, "note": object()}, "party.note", "the service leaves its type open"),
    ],
)
def test_what_the_service_would_cut_or_turn_down_is_unfit(
    party: dict[str, Any], path: str, reason: str
) -> None:
    """W8"""
    with pytest.raises(Unfit) as error:
        compose(depot(), "Save", {"session": "s", "party": party})

    assert error.value.path == path
    assert error.value.reason.startswith(reason)


def test_a_grid_has_rows_of_one_length() -> None:
    with pytest.raises(Unfit, match=r"^grid: lists of one length are expected$"):
        compose(depot(), "Lay", {"grid": [[1, 2], [3]], "rows": [], "lists": []})


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"session": "s", "party": {"id": 1}, "odd": 1}, "Save: Save has no element odd; it has"),
        ({"session": "s", "party": {"id": 1, "odd": 1}}, "Save: party has no element odd"),
        ({"session": "s", "party": {"id": 1, "tags": {"odd": []}}}, "tags has no element odd"),
        ({"session": "s", "party": {"@type": "Pair"}}, "party cannot be of the type Pair; it can"),
    ],
)
def test_what_the_contract_does_not_name_is_misconfigured(
    arguments: dict[str, Any], words: str
) -> None:
    with pytest.raises(Misconfigured, match=words):
        compose(depot(), "Save", arguments)


def test_a_part_is_never_left_out_for_servers_take_them_by_their_order() -> None:
    with pytest.raises(Unfit, match=r"^session: the service asks for it, and it is absent$"):
        compose(depot(), "Save", {"party": {"id": 1}})


def test_a_literal_call_has_the_namespaces_of_the_basic_profile() -> None:
    """WS-I Basic Profile 1.1, R2717, R2735, R2737"""
    load = {
        "Id": 1,
        "kind": "k",
        "Price": {"#text": Decimal("1.50"), "Currency": "EUR", "Rate": Decimal(2)},
        "Stop": ["a", "b"],
        "Note": None,
    }

    body = sent(yard(), "Put", {"session": "s", "load": load})

    assert [node.tag for node in body.iter()] == [
        "{urn:yard:calls}Put",
        "session",
        "load",
        *(f"{{urn:yard:types}}{name}" for name in ("Id", "Price", "Stop", "Stop", "Note")),
    ]
    assert body[1].get("kind") == "k"
    assert dict(body[1][1].attrib) == {"Currency": "EUR", "Rate": "2"}
    assert body[1][1].text == "1.50"
    assert not any(f"{{{XSI}}}type" in node.attrib for node in body.iter())
    assert f"{{{SOAP}}}encodingStyle" not in body.attrib


@pytest.mark.parametrize(
    ("load", "path", "reason"),
    [
        ({"Id": None}, "load.Id", "the service has no way to clear it"),
        ({"Id": 1, "Stop": "a"}, "load.Stop", "a list is expected"),
        ({"Id": 1, "Price": Decimal(1)}, "load.Price.Currency", "the service asks for it"),
        ({"Id": 1, "Price": {"Currency": "EUR"}}, "load.Price.#text", "the service asks for it"),
        (
            {"Id": 1, "Price": {"#text": "x", "Currency": "EUR"}},
            "load.Price",
            "not spelled as the service spells decimal",
        ),
        (
            {"Id": 1, "Price": {"#text": "1", "Currency": "euro"}},
            "load.Price.Currency",
            "not of the pattern [A-Z]{3}",
        ),
        (
            {"Id": 1, "Price": {"#text": "1", "Currency": None}},
            "load.Price.Currency",
            "the service has no way to clear it",
        ),
    ],
)
def test_a_literal_call_that_does_not_fit_is_unfit(
    load: dict[str, Any], path: str, reason: str
) -> None:
    """W8"""
    with pytest.raises(Unfit) as error:
        compose(yard(), "Put", {"session": "s", "load": load})

    assert error.value.path == path
    assert error.value.reason.startswith(reason)


def test_a_literal_part_is_never_nil() -> None:
    """WS-I Basic Profile 1.1, R2211"""
    with pytest.raises(Unfit, match=r"^session: the service has no way to clear it$"):
        compose(yard(), "Put", {"session": None, "load": {"Id": 1}})


# What XML carries unchanged: it ends lines in its own way.
texts = st.text(
    st.characters(
        exclude_categories=("Cs", "Cc"),
        include_characters="\t\n",
        exclude_characters="\ufffe\uffff",
    ),
    max_size=30,
)
names = st.text(st.characters(categories=("L", "Nd")), min_size=1, max_size=5)
parties = st.deferred(
    lambda: st.fixed_dictionaries(
        {"id": st.none() | st.integers(-(2**31), 2**31 - 1)},
        optional={
            "name": st.none() | names,
            "limit": st.decimals(0, 9999, places=2),
            "open": st.booleans(),
            "note": texts,
            "tags": st.lists(st.none() | texts, max_size=4),
            "pairs": st.lists(st.fixed_dictionaries({"name": names, "value": texts}), max_size=4),
            "parent": parties,
        },
    )
)
SPELLED: dict[type, Any] = {bool: lambda value: "true" if value else "false"}


def expected(value: Any) -> Any:
    """What is read back: texts, None for nil, lists and dictionaries."""
    if isinstance(value, dict):
        return {name: expected(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [expected(each) for each in value]
    return None if value is None else SPELLED.get(type(value), str)(value)


def read_back(node: Any) -> Any:
    if node.get(f"{{{XSI}}}nil"):
        return None
    if node.get(f"{{{XSI}}}type") == "SOAP-ENC:Array":
        return [read_back(each) for each in node]
    return {each.tag: read_back(each) for each in node} if len(node) else node.text or ""


@given(st.lists(parties, max_size=4))
def test_what_is_written_encoded_is_read_back_as_it_was(party: list[dict[str, Any]]) -> None:
    """The answer to List holds what calls of Save hold: array and struct, nil and absent."""
    parts = [
        etree.tostring(
            payload(compose(depot(), "Save", {"session": "", "party": each}))[1]
        ).decode()
        for each in party
    ]
    array = f'<return SOAP-ENC:arrayType="t:Party[{len(parts)}]">{"".join(parts)}</return>'
    reply = told("List", f"<r>{array}<total>1</total></r>")

    assert [read_back(row) for row in reply.nodes("return.item")] == expected(party)


@cache
def suitecrm() -> Contract:
    return load_contract(SUITECRM)


@pytest.mark.skipif(not SUITECRM.exists(), reason="the shared WSDLs are not here")
class TestSuiteCRM:
    """The WSDL of a real CRM."""

    def test_a_list_of_pairs_says_its_type_and_length(self) -> None:
        """Without them it stores a blank record, and answers with an id."""
        pairs = [{"name": "name", "value": "A & B"}, {"name": "phone_office", "value": ""}]

        body = sent(
            suitecrm(),
            "set_entry",
            {"session": "s", "module_name": "Accounts", "name_value_list": pairs},
        )

        assert body.tag == "{http://www.sugarcrm.com/sugarcrm}set_entry"
        assert lines(body) == [
            ("session", "XMLSchema:string", None, "s"),
            ("module_name", "XMLSchema:string", None, "Accounts"),
            ("name_value_list", "encoding:Array", "sugarcrm:name_value[2]", None),
            ("item", "sugarcrm:name_value", None, None),
            ("name", "XMLSchema:string", None, "name"),
            ("value", "XMLSchema:string", None, "A & B"),
            ("item", "sugarcrm:name_value", None, None),
            ("name", "XMLSchema:string", None, "phone_office"),
            ("value", "XMLSchema:string", None, None),
        ]

    def test_every_operation_without_arguments_can_be_called(self) -> None:
        body = sent(suitecrm(), "get_server_info", {})

        assert (body.tag, len(body)) == ("{http://www.sugarcrm.com/sugarcrm}get_server_info", 0)

    def test_a_reply_in_the_style_of_nusoap_is_read(self) -> None:
        reply = answered(suitecrm(), "get_entry_list", NUSOAP)

        assert isinstance(reply, Reply)
        assert reply.text("return.result_count") == "2"
        rows = reply.all("return.entry_list.item")
        assert [row.text("id") for row in rows] == ["a1", "a2"]
        assert [row.text("name_value_list[name]") for row in rows] == ["Müller &amp; Co", ""]
        assert [row.text("name_value_list[x]") for row in rows] == [None, None]
        assert reply.all("return.relationship_list.item") == []


NUSOAP = """<?xml version="1.0" encoding="UTF-8"?>
<SOAP-ENV:Envelope SOAP-ENV:encodingStyle="http://schemas.xmlsoap.org/soap/encoding/"
 xmlns:SOAP-ENV="http://schemas.xmlsoap.org/soap/envelope/"
 xmlns:xsd="http://www.w3.org/2001/XMLSchema"
 xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
 xmlns:SOAP-ENC="http://schemas.xmlsoap.org/soap/encoding/"
 xmlns:tns="http://www.sugarcrm.com/sugarcrm"><SOAP-ENV:Body>
<ns1:get_entry_listResponse xmlns:ns1="http://www.sugarcrm.com/sugarcrm">
<return xsi:type="tns:get_entry_list_result_version2">
<result_count xsi:type="xsd:int">2</result_count><total_count xsi:type="xsd:int">2</total_count>
<next_offset xsi:type="xsd:int">2</next_offset>
<entry_list xsi:type="SOAP-ENC:Array" SOAP-ENC:arrayType="tns:entry_value[2]">
<item xsi:type="tns:entry_value"><id xsi:type="xsd:string">a1</id>
<module_name xsi:type="xsd:string">Accounts</module_name>
<name_value_list xsi:type="SOAP-ENC:Array" SOAP-ENC:arrayType="tns:name_value[1]">
<item xsi:type="tns:name_value"><name xsi:type="xsd:string">name</name>
<value xsi:type="xsd:string">Müller &amp;amp; Co</value></item></name_value_list></item>
<item xsi:type="tns:entry_value"><id xsi:type="xsd:string">a2</id>
<module_name xsi:type="xsd:string">Accounts</module_name>
<name_value_list xsi:type="SOAP-ENC:Array" SOAP-ENC:arrayType=":[1]">
<item xsi:type=":"><name xsi:type="xsd:string">name</name>
<value xsi:type="xsd:string"></value></item></name_value_list></item>
</entry_list>
<relationship_list xsi:type="SOAP-ENC:Array" SOAP-ENC:arrayType="tns:link_list2[0]">
</relationship_list></return></ns1:get_entry_listResponse></SOAP-ENV:Body></SOAP-ENV:Envelope>"""
