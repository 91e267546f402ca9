"""Faults of both versions, and which error each becomes."""

from __future__ import annotations

import pytest
from lxml import etree

from legacy_clients.errors import (
    BusinessFault,
    Busy,
    Conflict,
    LegacyError,
    Missing,
    Refused,
    Unintelligible,
)
from legacy_clients.soap.fault import Fault, FaultReceived, is_fault, read_fault, verdict_of

TABLE = {"GONE": Missing, "STALE": Conflict, "FULL": Busy, "11": Missing}


def test_a_fault_of_soap_11_is_read_with_its_detail_by_local_name() -> None:
    node = etree.fromstring(
        '<s:Fault xmlns:s="http://schemas.xmlsoap.org/soap/envelope/" xmlns:v="urn:v">'
        "<faultcode>s:Client</faultcode><faultstring> No room </faultstring><detail>"
        "<v:E><v:Code>CREDIT</v:Code><v:Field>Total</v:Field></v:E></detail></s:Fault>"
    )

    assert read_fault(node) == Fault("Client", "No room", {"Code": "CREDIT", "Field": "Total"})


def test_a_fault_of_soap_12_is_read_the_same_way() -> None:
    node = etree.fromstring(
        '<s:Fault xmlns:s="http://www.w3.org/2003/05/soap-envelope"><s:Code>'
        "<s:Value>s:Sender</s:Value></s:Code><s:Reason><s:Text xml:lang='en'>No</s:Text></s:Reason>"
        "<s:Detail><Code>CREDIT</Code></s:Detail></s:Fault>"
    )

    assert read_fault(node) == Fault("Sender", "No", {"Code": "CREDIT"})


def test_a_fault_without_parts_is_still_a_fault() -> None:
    node = etree.fromstring('<s:Fault xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"/>')

    assert read_fault(node) == Fault("", "", {})


@pytest.mark.parametrize(
    ("fault", "kind", "words"),
    [
        (Fault("Client", "x", {"Code": "GONE", "Message": "no C1"}), Missing, "GONE: no C1"),
        (Fault("Client", "no C1", {"errorCode": "STALE"}), Conflict, "STALE: no C1"),
        (Fault("11", "no session", {}), Missing, "11: no session"),
        (Fault("Server", "x", {"Code": "FULL"}), Busy, "the service answered FULL"),
        (Fault("Server", "x", {"Code": "CREDIT", "Message": "m"}), BusinessFault, "CREDIT: m"),
        (Fault("Client", "Name is missing", {}), BusinessFault, "Client: Name is missing"),
        (
            Fault("Server", "ORA-00942 at db7", {}),
            Unintelligible,
            "the service failed with a fault that its table does not list",
        ),
        (
            Fault("", "", {}),
            Unintelligible,
            "the service failed with a fault that its table does not list",
        ),
    ],
)
def test_a_table_tells_the_error_by_the_most_telling_code(
    fault: Fault, kind: type[LegacyError], words: str
) -> None:
    error = verdict_of(TABLE)(fault)

    assert (type(error), str(error)) == (kind, words)


def test_a_business_fault_has_the_code_words_and_field_of_the_service() -> None:
    """W7"""
    fault = Fault("Client", "x", {"Code": "CREDIT", "Message": "Limit 500.00", "Field": "Total"})

    error = verdict_of({})(fault)

    assert isinstance(error, BusinessFault)
    assert (error.code, error.message, error.field) == ("CREDIT", "Limit 500.00", "Total")


def test_a_function_may_tell_the_error_instead() -> None:
    error = verdict_of(lambda fault: Refused(fault.string.upper()))(Fault("1", "no", {}))

    assert (type(error), str(error)) == (Refused, "NO")


S11 = 'xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"'
S12 = 'xmlns:s="http://www.w3.org/2003/05/soap-envelope"'
SPOKEN = {
    "PHP": (
        f"<s:Fault {S11}><faultcode>s:Client</faultcode><faultstring>No</faultstring>"
        "<detail><item><key>code</key><value>LOCKED</value></item>"
        "<item><key>message</key><value>In use</value></item></detail></s:Fault>",
        ("LOCKED", "Client"),
        "In use",
    ),
    "NuSOAP": (
        f'<s:Fault {S11} xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
        '<faultcode xsi:type="xsd:string">10</faultcode><faultactor xsi:type="xsd:string"/>'
        '<faultstring xsi:type="xsd:string">Login failed</faultstring>'
        '<detail xsi:type="xsd:string">Check it</detail></s:Fault>',
        ("10",),
        "Login failed",
    ),
    "Axis 1": (
        f'<s:Fault {S11}><faultcode xmlns:a="urn:a">a:Server.userException</faultcode>'
        "<faultstring>java.lang.Exception</faultstring><detail>"
        '<e:exceptionData xmlns:e="urn:e"><e:code>E7</e:code></e:exceptionData>'
        "<h:hostname xmlns:h='urn:h'>db7</h:hostname></detail></s:Fault>",
        ("E7", "Server.userException"),
        "the service gave technical details and no reason",
    ),
    "gSOAP": (
        f"<s:Fault {S12}><s:Code><s:Value>s:Sender</s:Value><s:Subcode>"
        "<s:Value>x:Stale</s:Value></s:Subcode></s:Code><s:Reason>"
        "<s:Text xml:lang='en'>Changed</s:Text></s:Reason></s:Fault>",
        ("Stale", "Sender"),
        "Changed",
    ),
    ".NET": (
        f"<s:Fault {S12}><s:Code><s:Value>s:Receiver</s:Value><s:Subcode><s:Value>a:Outer"
        "</s:Value><s:Subcode><s:Value>a:InternalServiceFault</s:Value></s:Subcode></s:Subcode>"
        "</s:Code><s:Reason><s:Text>Null</s:Text></s:Reason></s:Fault>",
        ("InternalServiceFault", "Receiver"),
        "Null",
    ),
    "in attributes": (
        f"<s:Fault {S11}><faultcode>s:Client</faultcode><faultstring>No</faultstring>"
        '<detail><error code="E9" description="Too long" field="Name"/></detail></s:Fault>',
        ("E9", "Client"),
        "Too long",
    ),
    "several": (
        f"<s:Fault {S11}><faultcode>s:Client</faultcode><faultstring>No</faultstring><detail>"
        "<e><code>A</code><message>one</message></e><e><code>B</code><message>two</message></e>"
        "</detail></s:Fault>",
        ("A", "Client"),
        "one",
    ),
    "in the envelope's namespace": (
        f"<s:Fault {S11}><s:faultcode>s:Client</s:faultcode><s:faultstring>No</s:faultstring>"
        "<s:detail><code>A</code></s:detail></s:Fault>",
        ("A", "Client"),
        "No",
    ),
    "without a namespace": (
        "<Fault><faultcode>Client</faultcode><faultstring>No</faultstring></Fault>",
        ("Client",),
        "No",
    ),
    "1.1 in an envelope of 1.2": (
        f"<s:Fault {S12}><faultcode>s:Client</faultcode><faultstring>No</faultstring></s:Fault>",
        ("Client",),
        "No",
    ),
    "no code": (
        f"<s:Fault {S11}><faultcode/><faultstring>No</faultstring></s:Fault>",
        ("",),
        "No",
    ),
}


@pytest.mark.parametrize("name", SPOKEN)
def test_a_fault_is_read_however_its_server_writes_it(name: str) -> None:
    written, codes, words = SPOKEN[name]
    node = etree.fromstring(written)

    fault = read_fault(node)

    assert is_fault(node)
    assert (fault.codes, fault.words) == (codes, words)


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        (Fault("Client.Authentication", "no", {}), BusinessFault),
        (Fault("Server.Down", "no", {}), Unintelligible),
        (Fault("Receiver", "no", {}, "InternalServiceFault"), Unintelligible),
        (Fault("Sender", "no", {}, "InvalidName"), BusinessFault),
        (Fault("Receiver", "no", {}, "GONE"), Missing),
    ],
)
def test_the_family_tells_who_is_blamed_and_the_table_goes_first(
    fault: Fault, kind: type[LegacyError]
) -> None:
    assert type(verdict_of(TABLE)(fault)) is kind


def test_a_fault_among_rows_carries_no_word_of_itself() -> None:
    error = FaultReceived(Fault("Server", "s3cret", {}))

    assert str(error) == "the service answered with a fault"
    assert error.fault.string == "s3cret"
