"""Records of a streamed reply, checked many at a time and apart from the reply that they stood in.

A record is seldom a global element, and a validator starts from those alone: a schema of one more
element is put beside the contract's, which holds any number of such records.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from lxml import etree

from legacy_clients.soap.contract import Contract, Finding, Operation
from legacy_clients.soap.element import Element
from legacy_clients.soap.measure import simple_type
from legacy_clients.soap.names import XSD, clark
from legacy_clients.soap.structure import TEXT_AMONG_ELEMENTS, WHITE, departures
from legacy_clients.soap.validator import compiled
from legacy_clients.soap.xsd import Schemas

GATHERED = "records-of-a-stream"
UNQUALIFIED = "urn:records-of-a-stream"

Spaces = Mapping[str | None, str]


class RowCheck(Protocol):
    """Checks records of one declaration."""

    def told(self, rows: list[Any], spaces: Spaces) -> Sequence[Sequence[Finding]]:
        """For each of `rows`, where it departs from the contract; paths begin below the row.

        The rows leave the tree that they stand in. `spaces` are the prefixes in scope there, which
        values may need (xsi:type).
        """


def row_check(contract: Contract, operation: Operation, element: Element) -> RowCheck:
    """The check of records that `element` declares. Raises Misconfigured for schemas that cannot be
    checked against.
    """
    if operation.style == "document":
        return Validated(element, contract.schemas)
    return Structured(element, encoded=operation.use == "encoded")


class Validated:
    """Records of style document, by libxml2."""

    def __init__(self, element: Element, schemas: Schemas) -> None:
        added, space = schema_of(element, schemas)
        self._name, self._row = clark(space, GATHERED), element.name
        self._validator = compiled({**schemas.documents, added: space}, "the WSDL")

    def told(self, rows: list[Any], spaces: Spaces) -> Sequence[Sequence[Finding]]:
        if not self._departures(rows, spaces, 1):
            return [()] * len(rows)
        return [self._departures([row], spaces, 100) for row in rows]

    def _departures(self, rows: list[Any], spaces: Spaces, most: int) -> list[Finding]:
        whole = etree.Element(self._name, nsmap=dict(spaces))
        whole.extend(rows)
        found = self._validator.departures(whole, most)
        return [below(finding, self._row) for finding in found]


class Structured:
    """Records of style rpc, by our own check."""

    def __init__(self, element: Element, *, encoded: bool) -> None:
        self._element, self._encoded = element, encoded

    def told(self, rows: list[Any], spaces: Spaces) -> Sequence[Sequence[Finding]]:
        whole = etree.Element(GATHERED, nsmap=dict(spaces))
        whole.extend(rows)
        return [self._departures(row) for row in rows]

    def _departures(self, row: Any) -> list[Finding]:
        found = departures(row, self._element, encoded=self._encoded)
        if row.tail is not None and row.tail.strip(WHITE):
            found.append(Finding(TEXT_AMONG_ELEMENTS, "", ""))
        return found


def schema_of(element: Element, schemas: Schemas) -> tuple[Any, str | None]:
    """A schema that declares an element of any number of `element`, and its target namespace."""
    qualified = element.qname.startswith("{")
    space = etree.QName(element.qname).namespace if qualified else UNQUALIFIED
    attributes, spaces = {"targetNamespace": space}, {"xs": XSD}
    nameless = element.definition if element.type_name is None else None
    if nameless is not None:
        # What stands inside a type without a name has its names by the document that it stands in.
        document = nameless.getroottree().getroot()
        space, attributes = schemas.documents[document], dict(document.attrib)
        spaces = dict(nameless.nsmap)
    elif element.type_name is not None and etree.QName(element.type_name).namespace:
        spaces["of"] = etree.QName(element.type_name).namespace
    root = etree.Element(f"{{{XSD}}}schema", attributes, nsmap=spaces)
    declared = etree.SubElement(root, f"{{{XSD}}}element", name=GATHERED)
    complex_type = etree.SubElement(declared, f"{{{XSD}}}complexType")
    sequence = etree.SubElement(complex_type, f"{{{XSD}}}sequence")
    form = "qualified" if qualified else "unqualified"
    row = etree.SubElement(sequence, f"{{{XSD}}}element", name=element.name, form=form)
    row.set("minOccurs", "0")
    row.set("maxOccurs", "unbounded")
    if element.nillable:
        row.set("nillable", "true")
    if element.type_name is not None:
        row.set(
            "type", ("of:" if "of" in spaces else "") + etree.QName(element.type_name).localname
        )
    else:
        row.append(simple_type(element.kind) if nameless is None else copy.deepcopy(nameless))
    return root, space


def below(finding: Finding, row: str) -> Finding:
    """A finding without the name of the row, and its position, at the beginning of its path."""
    path, place = finding.path[len(row) :], finding.place[len(row) :]
    if place.startswith("["):
        place = place.partition("]")[2]
    return Finding(finding.rule, path[1:], place[1:])
