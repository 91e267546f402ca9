"""Replies: told apart before they are parsed, bounded, validated, and read as the text they are."""

from __future__ import annotations

import time
import traceback
from itertools import pairwise

import pytest

from fixtures.hostile import Canary
from legacy_clients.errors import CutOff, Denied, LegacyError, Misconfigured, Unintelligible
from legacy_clients.soap.fault import Fault
from legacy_clients.soap.reply import Reply, read_reply
from legacy_clients.soap.transport import Answer
from legacy_clients.soap.wsdl import Contract
from tests.legacy_clients.soap.hostile import ENVELOPE, SECRET
from tests.legacy_clients.soap.spoken import ENVELOPE as ENCODED
from tests.legacy_clients.soap.spoken import answered, depot, dock

XML = "text/xml; charset=utf-8"
HTML = f"<html><body>{SECRET}</body></html>"
FOUND = "<FindResponse>{}</FindResponse>"
FAULT = (
    "<s:Fault><faultcode>s:Client</faultcode><faultstring>Locked</faultstring>"
    "<detail><E><Code>LOCKED</Code><Message>Customer is locked</Message></E></detail></s:Fault>"
)


def read(
    shop: Contract, body: str | bytes, status: int = 200, content_type: str = XML
) -> Reply | Fault:
    content = body.encode() if isinstance(body, str) else body
    return read_reply(Answer(status, content_type, content), shop, shop.operation("Find"))


def found(shop: Contract, inner: str) -> Reply:
    reply = read(shop, ENVELOPE.format(FOUND.format(inner)))
    assert isinstance(reply, Reply)
    return reply


WRONG = {
    "HTML 503": (HTML, 503, "text/html", Unintelligible, "503 with an HTML page"),
    "login page": (HTML, 200, "text/html", Unintelligible, "200 with an HTML page"),
    "login page called XML": (HTML, 200, XML, Unintelligible, "no SOAP envelope"),
    "401": (HTML, 401, "text/html", Denied, "401 with an HTML page"),
    "403 empty": ("", 403, "", Denied, "403 with an empty body"),
    "empty 200": ("", 200, XML, Unintelligible, "200 with an empty body"),
    "blank 200": (" \r\n", 200, XML, Unintelligible, "200 with an empty body"),
    "empty 202": ("", 202, "", Unintelligible, "202 with an empty body"),
    "redirect": ("", 307, XML, Unintelligible, "307, a redirect"),
    "JSON": ('{"a": 1}', 200, "application/json", Unintelligible, "200 with JSON"),
    "other type": (ENVELOPE, 200, f"x/{SECRET}", Unintelligible, "200 with another type"),
    "no type": (ENVELOPE, 200, "", Unintelligible, "200 with an answer without a type"),
    "cut in text": (ENVELOPE[:-20], 200, XML, CutOff, "ends before its envelope"),
    "cut in a tag": (ENVELOPE[:30], 200, XML, CutOff, "ends before its envelope"),
    "cut after a tag": ("<a><b></b>", 200, XML, CutOff, "ends before its envelope"),
    "no XML": (SECRET, 200, XML, Unintelligible, "no well-formed XML"),
    "crossed": (f"<{SECRET}><b></{SECRET}></b>", 200, XML, Unintelligible, "no well-formed XML"),
    "bad bytes": (b"<a>\xff</a>", 200, XML, Unintelligible, "no well-formed XML"),
    "encoding": ("<a/>", 200, f"text/xml; charset={SECRET}", Unintelligible, "an encoding"),
    "DTD": (f"<!DOCTYPE a [<!ENTITY x '{SECRET}'>]><a>1</a>", 200, XML, Unintelligible, "a DTD"),
    "other root": (f"<{SECRET}/>", 200, XML, Unintelligible, "no SOAP envelope"),
    "no body": (ENVELOPE.replace("Body", "Head"), 200, XML, Unintelligible, "no SOAP envelope"),
    "500, no fault": (
        ENVELOPE.format(FOUND.format("")), 500, XML, Unintelligible, "500, and no fault",
    ),
    "other element": (
        ENVELOPE.format(f"<{SECRET}/>"), 200, XML, Unintelligible, "the element of the contract",
    ),
    "nothing inside": (
        ENVELOPE.format(""), 200, XML, Unintelligible, "the element of the contract",
    ),
    "two elements": (
        ENVELOPE.format(FOUND.format("") * 2), 200, XML, Unintelligible, "element of the contract",
    ),
    "unknown child": (
        ENVELOPE.format(FOUND.format(f"<{SECRET}/>")), 200, XML, Unintelligible,
        "does not fit its schema, at an element that the contract does not name",
    ),
    "bad value": (
        ENVELOPE.format(FOUND.format(f"<Lines><Line><Sku>a</Sku></Line><Line><Sku>b</Sku>"
                                     f"<Qty>{SECRET}</Qty></Line></Lines>")),
        200, XML, Unintelligible, r"at Lines\.Line\[2\]\.Qty",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG)
def test_an_answer_that_is_no_reply_is_told_apart_without_a_byte_of_it(
    shop: Contract, name: str
) -> None:
    """L5, and O1: nothing of the answer in the error or its trace."""
    body, status, content_type, kind, words = WRONG[name]

    with pytest.raises(LegacyError, match=words) as told:
        read(shop, body, status, content_type)

    assert type(told.value) is kind
    last_line = traceback.format_exception_only(told.value)
    assert SECRET not in "".join(last_line)
    assert told.value.__cause__ is None
    assert told.value.__suppress_context__ or told.value.__context__ is None


def test_five_ways_to_fail_are_five_different_errors(shop: Contract) -> None:
    """L5"""
    names = ("HTML 503", "login page", "empty 200", "cut in text")
    texts = set()
    for name in names:
        body, status, content_type, _, _ = WRONG[name]
        with pytest.raises(LegacyError) as told:
            read(shop, body, status, content_type)
        texts.add((type(told.value), str(told.value)))

    assert len(texts) == 4
    assert isinstance(read(shop, ENVELOPE.format(FAULT), 500), Fault)


@pytest.mark.parametrize(
    ("name", "bad"),
    {
        "Count": ["12.0", "1e1", "abc", "99999999999", "0x1", "1,000"],
        "Amount": ["1.234,50", "1,5", "1.005", "12345678", "NaN", "N/A"],
        "Open": ["Y", "maybe", "TRUE", "2"],
        "Born": ["2024-02-31", "20240131", "TBD", "0000-00-00"],
        "Seen": ["2024-01-01", "2024-01-01 10:00:00"],
        "Code": ["Z", ""],
        "Name": ["longer"],
    }.items(),
)
def test_a_value_that_its_type_does_not_have_is_never_read_as_another(
    shop: Contract, name: str, bad: list[str]
) -> None:
    """F1: what zeep reads as None or False, and a neighbouring value."""
    for text in bad:
        with pytest.raises(Unintelligible, match=f"does not fit its schema, at {name}$"):
            found(shop, f"<{name}>{text}</{name}>")


def test_absent_empty_nil_and_blank_are_kept_apart(shop: Contract) -> None:
    """F3"""
    xsi = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:nil'
    absent, empty = found(shop, ""), found(shop, "<Name/>")
    nil, blank = found(shop, f'<Name {xsi}="1"/>'), found(shop, "<Name>  </Name>")

    told = [(r.has("Name"), r.nil("Name"), r.text("Name")) for r in (absent, empty, nil, blank)]
    assert told == [(False, False, None), (True, False, ""), (True, True, None),
                    (True, False, "  ")]  # fmt: skip


def test_values_stay_the_text_that_was_sent(shop: Contract) -> None:
    reply = found(
        shop,
        "<Name>a&amp;<![CDATA[<]]>&#x20AC;<!-- no -->b</Name><Amount> 001.50</Amount>"
        "<Open>1</Open><Born>2024-02-29Z</Born>",
    )

    assert reply.text("Name") == "a&<€b"
    assert reply.text("Amount") == " 001.50"
    assert reply.text("Open") == "1"
    assert reply.text("Born") == "2024-02-29Z"


@pytest.mark.parametrize("skus", [[], ["a"], ["a", "b", "c"]])
def test_none_one_and_many_have_one_shape(shop: Contract, skus: list[str]) -> None:
    """F12"""
    lines = "".join(f"<Line><Sku>{sku}</Sku></Line>" for sku in skus)
    reply = found(shop, f"<Lines>{lines}</Lines>")

    assert [line.text("Sku") for line in reply.all("Lines.Line")] == skus
    assert len(reply.nodes("Lines.Line")) == len(skus)


def test_what_is_asked_for_wrongly_is_an_error_and_no_guess(shop: Contract) -> None:
    reply = found(shop, "<Lines><Line><Sku>a</Sku></Line><Line><Sku>b</Sku></Line></Lines>")

    with pytest.raises(Unintelligible, match=r"Lines\.Line\.Sku stands in the answer more"):
        reply.text("Lines.Line.Sku")
    with pytest.raises(Misconfigured, match="Lines holds elements"):
        reply.text("Lines")
    assert reply.text("Lines.Nothing") is None
    assert SECRET not in repr(found(shop, "<Name>s3cre</Name>"))


@pytest.mark.parametrize(
    ("content_type", "declared", "encoding"),
    [
        ("text/xml; charset=ISO-8859-1", "", "latin-1"),
        ('application/soap+xml; charset="utf-8"; action="x"', "", "utf-8"),
        ("text/xml", "<?xml version='1.0' encoding='windows-1252'?>", "cp1252"),
        ("text/xml; charset=cp1252", "<?xml version='1.0' encoding='utf-8'?>", "cp1252"),
        ("text/xml", "", "utf-8"),
    ],
)
def test_the_declared_encoding_is_used(
    shop: Contract, content_type: str, declared: str, encoding: str
) -> None:
    body = (declared + ENVELOPE.format(FOUND.format("<Name>Müll</Name>"))).encode(encoding)

    reply = read(shop, body, content_type=content_type)

    assert isinstance(reply, Reply)
    assert reply.text("Name") == "Müll"


HUGE = {
    "depth": "<a>" * 5_000 + "</a>" * 5_000,
    "depth 210": "<a>" * 210 + "</a>" * 210,
    "attributes": "<a " + " ".join(f"a{n}=''" for n in range(50_000)) + "/>",
    "attributes 257": "<a " + " ".join(f"a{n}=''" for n in range(257)) + "/>",
    "elements": "<a/>" * 2_000_000,
    "text": f"<a>{'x' * 15_000_000}</a>",
    "laughs": "<!DOCTYPE a [<!ENTITY a 'aaaaaaaaaa'>"
    + "".join(f"<!ENTITY {b} '{f'&{a};' * 10}'>" for a, b in pairwise("abcdefghi"))
    + "]><a b='&i;'>&i;</a>",
}


@pytest.mark.parametrize("name", HUGE)
def test_what_is_built_to_exhaust_us_is_refused_in_no_time(shop: Contract, name: str) -> None:
    """L2"""
    body = HUGE[name] if name == "laughs" else ENVELOPE.format(HUGE[name])
    began = time.thread_time()
    with pytest.raises(Unintelligible):
        read(shop, body)

    assert time.thread_time() - began < 0.5


def test_no_request_is_made_and_no_file_is_read_while_parsing(shop: Contract) -> None:
    """L3"""
    with Canary.start() as canary:
        place = canary.url
        body = ENVELOPE.format(FOUND.format("<Name>a</Name>"))
        xi = '<x:include xmlns:x="http://www.w3.org/2001/XInclude" href="{}"/>'
        hint = (
            'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
            f'xsi:schemaLocation="urn:shop {place} urn:shop:basics {place}" '
        )
        for hostile in (
            f'<!DOCTYPE a SYSTEM "{place}">{body}',
            f'<!DOCTYPE a [<!ENTITY % x SYSTEM "{place}"> %x;]>{body}',
            '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/hostname">]><a>&x;</a>',
            body.replace("<Name>a</Name>", xi.format(place)),
        ):
            with pytest.raises(Unintelligible):
                read(shop, hostile)
        hinted = body.replace("<FindResponse>", f"<FindResponse {hint}>")
        assert isinstance(read(shop, f'<?xml-stylesheet href="{place}"?>{hinted}'), Reply)

    assert canary.asked == 0


def test_a_fault_is_read_whatever_the_status(shop: Contract) -> None:
    for status in (200, 400, 500):
        assert read(shop, ENVELOPE.format(FAULT), status) == Fault(
            "Client", "Locked", {"Code": "LOCKED", "Message": "Customer is locked"}
        )


DOCK = (
    '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/" xmlns="urn:dock"'
    ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">{}<s:Body>{}</s:Body></s:Envelope>'
)


def docked(operation: str, body: str, header: str = "") -> Reply:
    reply = answered(dock(), operation, DOCK.format(header, body))
    assert isinstance(reply, Reply)
    return reply


def test_bodies_of_one_text_of_several_elements_and_of_none_are_read() -> None:
    assert docked("Ask", "<Told>abc</Told>").node.text == "abc"
    both = docked("Both", "<Told>abc</Told><Second>5</Second>")
    assert (both.text("Told"), both.text("Second")) == ("abc", "5")
    assert docked("Ping", "").node is None
    assert docked("Shout", "").node is None


@pytest.mark.parametrize(
    ("operation", "body", "words"),
    [
        ("Ask", "<Told>abcd</Told>", "does not fit its schema"),
        ("Both", "<Told>abc</Told>", "does not hold the element of the contract"),
        ("Both", "<Second>5</Second><Told>abc</Told>", "does not hold the element"),
        ("Both", "<Told>abc</Told><Second>x</Second>", "does not fit its schema, at Second$"),
        ("Ping", "<Told>abc</Told>", "does not hold the element of the contract"),
        ("Shout", "<Told>abc</Told>", "does not hold the element of the contract"),
    ],
)
def test_such_bodies_are_held_against_the_contract_like_others(
    operation: str, body: str, words: str
) -> None:
    with pytest.raises(Unintelligible, match=words):
        docked(operation, body)


def test_a_subtype_in_a_reply_is_held_against_its_own_type() -> None:
    crate = '<Thing xsi:type="Crate"><Id>1</Id><Price Currency="EUR">1.5</Price></Thing>'

    assert docked("Stow", f"<Stowed>{crate}</Stowed>").text("Thing.Price") == "1.5"
    with pytest.raises(Unintelligible, match="does not fit its schema"):
        docked("Stow", f"<Stowed>{crate.replace('Crate', 'Box')}</Stowed>")


def test_the_header_is_read_by_the_names_of_its_blocks() -> None:
    header = "<s:Header><Status><Code>OK</Code></Status><x xmlns='urn:x'>1</x></s:Header>"

    reply = docked("Stow", "<Stowed/>", header)

    assert reply.header.text("Status.Code") == "OK"
    assert reply.header.text("x") == "1"
    assert reply.header.text("Nothing") is None
    assert docked("Stow", "<Stowed/>").header.text("Status.Code") is None
    assert docked("Stow", "<Stowed/>", "<s:Header/>").header.has("Status") is False


def test_a_declared_block_of_the_header_is_held_against_the_contract() -> None:
    header = f"<s:Header><Status><Code>{SECRET}</Code></Status></s:Header>"

    with pytest.raises(Unintelligible, match="header Status of the answer to Stow") as error:
        docked("Stow", "<Stowed/>", header)

    assert SECRET not in str(error.value)


WSSE = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd"
WSU = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd"
DEMANDS = {
    "unknown": ('<x xmlns="urn:x" s:mustUnderstand="1"/>', False),
    "unknown, true": ('<x xmlns="urn:x" s:mustUnderstand="true"/>', False),
    "unknown, next": (
        '<x xmlns="urn:x" s:mustUnderstand="1"'
        ' s:actor="http://schemas.xmlsoap.org/soap/actor/next"/>',
        False,
    ),
    "unknown, not demanded": ('<x xmlns="urn:x" s:mustUnderstand="0"/>', True),
    "for another": ('<x xmlns="urn:x" s:mustUnderstand="1" s:actor="urn:other"/>', True),
    "declared": ('<Status s:mustUnderstand="1"><Code>OK</Code></Status>', True),
    "addressing": (
        '<Action xmlns="http://www.w3.org/2005/08/addressing" s:mustUnderstand="1">a</Action>',
        True,
    ),
    "time": (
        f'<Security xmlns="{WSSE}" s:mustUnderstand="1"><Timestamp xmlns="{WSU}"/></Security>',
        True,
    ),
    "signed": (
        f'<Security xmlns="{WSSE}" s:mustUnderstand="1">'
        '<Signature xmlns="http://www.w3.org/2000/09/xmldsig#"/></Security>',
        False,
    ),
}


@pytest.mark.parametrize("name", DEMANDS)
def test_a_header_that_must_be_understood_and_is_not_refuses_the_reply(name: str) -> None:
    """SOAP 1.1 section 4.2.3"""
    block, taken = DEMANDS[name]
    header = f"<s:Header>{block}</s:Header>"

    if taken:
        assert docked("Stow", "<Stowed/>", header).node is not None
    else:
        with pytest.raises(Unintelligible, match="must be understood and is not"):
            docked("Stow", "<Stowed/>", header)


def test_a_fault_is_read_whatever_its_header_demands() -> None:
    fault = answered(dock(), "Stow", DOCK.format(
        f"<s:Header>{DEMANDS['unknown'][0]}</s:Header>", FAULT
    ))  # fmt: skip

    assert isinstance(fault, Fault)


def test_a_fault_of_encoded_style_is_read_with_what_it_refers_to() -> None:
    body = (
        '<SOAP-ENV:Fault><faultcode xsi:type="xsd:string">11</faultcode>'
        '<faultstring xsi:type="xsd:string">No session</faultstring><detail><e href="#a"/></detail>'
        '</SOAP-ENV:Fault><multiRef id="a"><code>EXPIRED</code></multiRef>'
    )

    fault = answered(depot(), "Find", ENCODED.format(body))

    assert fault == Fault("11", "No session", {"code": "EXPIRED"})


def test_a_link_in_the_detail_of_a_fault_is_no_reference() -> None:
    body = (
        '<s:Fault xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><faultcode>s:Client'
        '</faultcode><faultstring>No</faultstring><detail><a href="http://crm.invalid/">see</a>'
        "</detail></s:Fault>"
    )

    told = Fault("Client", "No", {"a": "see", "href": "http://crm.invalid/"})
    assert answered(dock(), "Stow", DOCK.format("", body)) == told
    assert answered(depot(), "Find", ENCODED.format(body)) == told


def test_a_reply_nested_as_deep_as_is_accepted_is_read_from_deep_down() -> None:
    inside = "<a>" * 190 + "x" + "</a>" * 190
    body = ENCODED.format(f"<r><return>{inside}</return></r>")

    def far_down(steps: int) -> Reply | Fault:
        return far_down(steps - 1) if steps else answered(depot(), "Open", body)

    reply = far_down(250)

    assert isinstance(reply, Reply)
    assert reply.text("return" + ".a" * 190) == "x"
