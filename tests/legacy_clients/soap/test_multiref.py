"""References in encoded replies: resolved wherever they stand, and bounded."""

from __future__ import annotations

import resource
import time

import pytest

from legacy_clients.errors import LegacyError, Unintelligible
from tests.legacy_clients.soap.hostile import SECRET
from tests.legacy_clients.soap.spoken import ENVELOPE, answered, depot, told

# As Axis 1 answers: the wrapper holds references only, and independent elements follow it.
AXIS = """<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/"
 xmlns:xsd="http://www.w3.org/2001/XMLSchema"
 xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><soapenv:Body>
<ns1:ListResponse soapenv:encodingStyle="http://schemas.xmlsoap.org/soap/encoding/"
  xmlns:ns1="urn:depot">
 <ListReturn soapenc:arrayType="ns2:Party[2]" xsi:type="soapenc:Array" xmlns:ns2="urn:depot:types"
   xmlns:soapenc="http://schemas.xmlsoap.org/soap/encoding/">
  <ListReturn href="#id0"/><ListReturn href="#id1"/>
 </ListReturn>
 <total href="#id2"/>
</ns1:ListResponse>
<multiRef id="id0" soapenc:root="0"
  soapenv:encodingStyle="http://schemas.xmlsoap.org/soap/encoding/" xsi:type="ns3:Company"
  xmlns:soapenc="http://schemas.xmlsoap.org/soap/encoding/" xmlns:ns3="urn:depot:types">
 <id href="#id2"/><name xsi:type="xsd:string">one</name><parent href="#id1"/>
 <vat xsi:type="soapenc:string">V</vat>
</multiRef>
<multiRef id="id1" soapenc:root="0"
  soapenv:encodingStyle="http://schemas.xmlsoap.org/soap/encoding/" xsi:type="ns4:Party"
  xmlns:ns4="urn:depot:types" xmlns:soapenc="http://schemas.xmlsoap.org/soap/encoding/">
 <id xsi:type="xsd:int">7</id><name xsi:type="xsd:string" xsi:nil="true"/>
</multiRef>
<multiRef id="id2" soapenc:root="0" xsi:type="xsd:int"
  xmlns:soapenc="http://schemas.xmlsoap.org/soap/encoding/">2</multiRef>
</soapenv:Body></soapenv:Envelope>"""

# As gSOAP answers: the first place holds the value, with an id; the others refer to it.
GSOAP = (
    '<d:ListResponse><return xsi:type="SOAP-ENC:Array" SOAP-ENC:arrayType="t:Party[3]">'
    '<item id="_1" xsi:type="t:Party"><id xsi:type="xsd:int">1</id>'
    '<tags id="_2" xsi:type="SOAP-ENC:Array" SOAP-ENC:arrayType="xsd:string[1]"><item>a</item>'
    '</tags></item><item href="#_1"/>'
    '<item xsi:type="t:Party"><id xsi:type="xsd:int">3</id><tags href="#_2"/></item>'
    "</return><total>3</total></d:ListResponse>"
)

# As .NET answers: independent elements are called after their types.
NET = (
    '<d:FindResponse><FindResult href="#id1"/></d:FindResponse>'
    '<t:Party id="id1" xsi:type="t:Party"><id xsi:type="xsd:int">1</id>'
    '<pairs href="#id2"/></t:Party>'
    '<SOAP-ENC:Array id="id2" SOAP-ENC:arrayType="t:Pair[2]"><Item href="#id3"/>'
    '<Item href="#id4"/></SOAP-ENC:Array>'
    '<t:Pair id="id3" xsi:type="t:Pair"><name>phone</name><value>1</value></t:Pair>'
    '<t:Pair id="id4" xsi:type="t:Pair"><name>fax</name><value>2</value></t:Pair>'
)


def test_independent_values_stand_in_every_place_that_refers_to_them() -> None:
    reply = answered(depot(), "List", AXIS)

    rows = reply.all("return.item")
    assert [(row.text("id"), row.text("name")) for row in rows] == [("2", "one"), ("7", None)]
    assert rows[0].text("parent.id") == "7"
    assert rows[0].text("vat") == "V"
    assert reply.text("total") == "2"


def test_a_value_may_stand_in_the_first_place_that_uses_it() -> None:
    reply = told("List", GSOAP)

    assert [row.text("id") for row in reply.all("return.item")] == ["1", "1", "3"]
    assert [row.text("tags.item") for row in reply.all("return.item")] == ["a", "a", "a"]


def test_independent_values_may_have_any_name() -> None:
    reply = told("Find", NET)

    assert reply.text("return.id") == "1"
    assert reply.text("return.pairs[phone]") == "1"
    assert reply.text("return.pairs[fax]") == "2"


def test_the_order_of_independent_values_and_answer_does_not_matter() -> None:
    wrapper, _, rest = NET.partition("</d:FindResponse>")

    assert told("Find", f"{rest}{wrapper}</d:FindResponse>").text("return.pairs[fax]") == "2"


def test_a_reference_may_lead_to_a_reference() -> None:
    body = (
        '<r><return href="#a"/></r><m id="a" href="#b"/><m id="b" href="#c"/>'
        '<m id="c"><id>5</id></m>'
    )

    assert told("Find", body).text("return.id") == "5"


def test_prefixes_mean_what_they_meant_where_the_value_stood() -> None:
    body = (
        '<r xmlns:p="urn:other"><return href="#a"/></r>'
        '<m id="a" xmlns:p="urn:depot:types" xsi:type="p:Company"><id>5</id><vat>V</vat></m>'
    )

    assert told("Find", body).text("return.vat") == "V"


def test_values_that_nothing_refers_to_are_no_part_of_the_answer() -> None:
    body = '<r><return><id>5</id></return></r><m id="a"><x href="#gone"/></m>'

    assert told("Find", body).text("return.id") == "5"


@pytest.mark.parametrize(
    ("inside", "words"),
    [
        ('<r><return href="#a"/></r><m id="a"><parent href="#a"/></m>', "from inside of it"),
        (
            '<r><return href="#a"/></r><m id="a"><parent href="#b"/></m>'
            '<m id="b"><parent href="#a"/></m>',
            "from inside of it",
        ),
        ('<r><return id="a"><id>1</id><parent href="#a"/></return></r>', "from inside of it"),
        ('<r><return href="#a"/></r><m id="a" href="#a"/>', "from inside of it"),
        ('<r id="w"><return href="#w"/></r><m id="x"/>', "does not hold the element"),
        (f'<r><return href="#{SECRET}"/></r>', "that it does not hold"),
        (f'<r><return href="http://{SECRET}/"/></r>', "outside of it"),
        (f'<r><return href="cid:{SECRET}"/></r>', "outside of it"),
        (f'<r><return href="{SECRET}"/></r>', "outside of it"),
        ('<r><return href="#a"/></r><m id="a"/><n id="a"/>', "the same id"),
        ('<r><return href="#a"><id>1</id></return></r><m id="a"/>', "a reference and a value"),
        ('<r><return href="#a">1</return></r><m id="a"/>', "a reference and a value"),
        ("<r><return/></r><s><return/></s>", "does not hold the element"),
        ('<m id="a"/><m id="b"/>', "does not hold the element"),
    ],
)
def test_references_that_lead_nowhere_or_round_are_refused(inside: str, words: str) -> None:
    with pytest.raises(Unintelligible, match=words) as error:
        told("Find", inside)

    assert SECRET not in str(error.value)


def doubled(steps: int) -> str:
    """Each value holds the next one twice."""
    values = "".join(
        f'<m id="a{n}"><x href="#a{n + 1}"/><x href="#a{n + 1}"/></m>' for n in range(steps)
    )
    return f'<r><return href="#a0"/></r>{values}<m id="a{steps}">x</m>'


def repeated(times: int, size: int) -> str:
    """One large value in many places."""
    places = '<item href="#a"/>' * times
    return f'<r><return>{places}</return></r><m id="a" xsi:type="xsd:string">{"x" * size}</m>'


def chained(steps: int) -> str:
    values = "".join(f'<m id="a{n}"><parent href="#a{n + 1}"/></m>' for n in range(steps))
    return f'<r><return href="#a0"/></r>{values}<m id="a{steps}"><id>1</id></m>'


def linked(steps: int) -> str:
    values = "".join(f'<m id="a{n}" href="#a{n + 1}"/>' for n in range(steps))
    return f'<r><return href="#a0"/></r>{values}<m id="a{steps}"><id>1</id></m>'


BOMBS = {
    "2 to the 60th": ("Open", doubled(60), "shares more"),
    "2 to the 190th": ("Open", doubled(190), "shares more"),
    "20,000 doubled": ("Open", doubled(20_000), "nested deeper"),
    "a megabyte 10,000 times": ("Open", repeated(10_000, 1_000_000), "shares more"),
    "a chain of 250": ("Find", chained(250), "nested deeper"),
    "a chain of 20,000": ("Find", chained(20_000), "nested deeper"),
    "references to references": ("Find", linked(20_000), "nested deeper"),
}


@pytest.mark.parametrize("name", BOMBS)
def test_sharing_that_grows_beyond_bounds_is_refused_before_it_grows(name: str) -> None:
    """L2"""
    operation, inside, words = BOMBS[name]
    envelope = ENVELOPE.format(inside).encode()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    began = time.process_time()
    with pytest.raises(LegacyError, match=words):
        answered(depot(), operation, envelope)

    assert time.process_time() - began < 1
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 64 * 1024  # KiB


def test_sharing_within_bounds_is_read_whole() -> None:
    """4,096 leaves out of 13 values, and a chain nearly as deep as a reply may be."""
    reply = told("Open", doubled(12))

    assert len([node for node in reply.node.iter() if node.text == "x"]) == 4096
    assert told("Find", chained(150)).text("return" + ".parent" * 150 + ".id") == "1"
