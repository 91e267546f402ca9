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
from legacy_clients.soap.fault import Fault, read_fault, verdict_of

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
