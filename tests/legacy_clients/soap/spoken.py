"""Envelopes as servers of several makes write them, around the small services of `contracts/`."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from legacy_clients.soap.fault import Fault
from legacy_clients.soap.reply import STRICT, Belief, Reply, read_reply
from legacy_clients.soap.transport import Answer
from legacy_clients.soap.wsdl import Contract, load_contract

FOLDER = Path(__file__).parent / "contracts"

ENVELOPE = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<SOAP-ENV:Envelope xmlns:SOAP-ENV="http://schemas.xmlsoap.org/soap/envelope/"'
    ' xmlns:xsd="http://www.w3.org/2001/XMLSchema"'
    ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
    ' xmlns:SOAP-ENC="http://schemas.xmlsoap.org/soap/encoding/"'
    ' xmlns:d="urn:depot" xmlns:t="urn:depot:types"'
    ' SOAP-ENV:encodingStyle="http://schemas.xmlsoap.org/soap/encoding/">'
    "<SOAP-ENV:Body>{}</SOAP-ENV:Body></SOAP-ENV:Envelope>"
)


@cache
def depot() -> Contract:
    """A service of style rpc/encoded."""
    return load_contract(FOLDER / "encoded.wsdl")


@cache
def yard() -> Contract:
    """A service of style rpc/literal."""
    return load_contract(FOLDER / "literal.wsdl")


@cache
def dock() -> Contract:
    """A service of style document/literal: attributes, subtypes, headers, bare bodies."""
    return load_contract(FOLDER / "document.wsdl")


def answered(
    contract: Contract, operation: str, envelope: str | bytes, belief: Belief = STRICT
) -> Reply | Fault:
    body = envelope.encode() if isinstance(envelope, str) else envelope
    answer = Answer(200, "text/xml; charset=utf-8", body)
    return read_reply(answer, contract, contract.operation(operation), belief)


def told(operation: str, inside: str, belief: Belief = STRICT) -> Reply:
    """What the depot tells by a body."""
    reply = answered(depot(), operation, ENVELOPE.format(inside), belief)
    assert isinstance(reply, Reply)
    return reply
