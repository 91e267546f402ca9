"""Envelopes of style document/literal, built by zeep out of the schemas of a contract."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

import zeep
from lxml import etree
from zeep import xsd

from legacy_clients.errors import Misconfigured
from legacy_clients.soap.bundle import IMPORTS
from legacy_clients.soap.contract import Operation
from legacy_clients.soap.names import ENCODING, XSD

# SOAP 1.1 section 3, SOAP 1.2 part 1 section 5.
ENVELOPES = {
    "1.1": "http://schemas.xmlsoap.org/soap/envelope/",
    "1.2": "http://www.w3.org/2003/05/soap-envelope",
}


class NoNetwork(zeep.Transport):
    """What zeep would fetch with. It fetches nothing."""

    def __init__(self) -> None:
        super().__init__()
        self.session.close()

    def load(self, url: str) -> bytes:
        raise Misconfigured(f"the schemas ask for {url}, which they do not hold")


class ZeepEnvelopes:
    """Builds requests with zeep. For all threads."""

    def __init__(self, schema: Any) -> None:
        self._schema = schema
        self._elements: dict[str, Any] = {}

    def around(self, operation: Operation, values: Any) -> Any:
        """An envelope of the operation's SOAP version, the values inside the body's element (or
        elements, where it has several).
        """
        space = ENVELOPES[operation.soap]
        envelope = etree.Element(f"{{{space}}}Envelope", nsmap={"soap-env": space})
        body = etree.SubElement(envelope, f"{{{space}}}Body")
        if operation.input.qname:
            self._render(body, operation.input.qname, values)
        else:
            for name, part in operation.input.element.children.items():
                if name in values:
                    self._render(body, part.qname, values[name])
        return envelope

    def _render(self, body: Any, qname: str, values: Any) -> None:
        element = self._elements.get(qname)
        if element is None:
            element = self._elements[qname] = self._schema.get_element(qname)
        made = element(**values) if isinstance(values, Mapping) else element(values)
        element.render(body, made)


def built_by_zeep(schemas: Mapping[Any, str | None], file: str) -> ZeepEnvelopes:
    """Raises Misconfigured where zeep cannot read the schemas."""
    settings = zeep.Settings(forbid_dtd=True, forbid_entities=True, forbid_external=True)
    # Located nowhere, documents find each other by namespace; the encoding is asked for by URL.
    encoding = [unlocated(root) for root, space in schemas.items() if space == ENCODING]
    others = [unlocated(root) for root, space in schemas.items() if space != ENCODING]
    transport: Any = NoNetwork()
    try:
        schema = xsd.Schema(transport=transport, settings=settings)
        schema.add_documents(encoding, location=ENCODING)
        schema.add_documents(others, location=None)  # type: ignore[arg-type]
    except (zeep.exceptions.Error, LookupError, TypeError, ValueError, AttributeError) as error:
        raise Misconfigured(f"the schemas of {file} cannot be read: {error}") from error
    return ZeepEnvelopes(schema)


def unlocated(root: Any) -> Any:
    """A copy of a schema without imports and includes, whose contents stand beside it."""
    own = copy.deepcopy(root)
    for node in list(own.iterchildren(*IMPORTS)):
        if node.tag != f"{{{XSD}}}redefine":
            own.remove(node)
    return own
