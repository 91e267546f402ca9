"""The bodies of calls that zeep does not build: rpc/encoded (SOAP 1.1 section 5: each value says
its type, each array its length), rpc/literal (WS-I Basic Profile 1.1 section 4.7), and documents
that pick subtypes.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lxml import etree
from zeep import xsd

from legacy_clients.soap.contract import Operation
from legacy_clients.soap.element import Element
from legacy_clients.soap.envelope import ENVELOPES
from legacy_clients.soap.fault import XSI
from legacy_clients.soap.names import ARRAY, ENCODING, XSD
from legacy_clients.soap.structure import ARRAY_TYPE, BASES, NIL, TYPE

# The form of fitted values is what zeep takes: its name for the text beside attributes, its nil.
WRITTEN_TEXT = "_value_1"
CLEARED = xsd.Nil
PICKED = "@type"


def written(operation: Operation, values: Any) -> Any:
    """The envelope around fitted values.

    The element of an rpc call is in the namespace of the soap:body, its parts are in none (R2717,
    R2735), what stands in them as their schemas have it (R2737).
    """
    space, message = ENVELOPES[operation.soap], operation.input
    prefixes = {"soap-env": space, "xsi": XSI, "xsd": XSD}
    encoded = operation.use == "encoded"
    if encoded:
        prefixes["SOAP-ENC"] = ENCODING
    envelope = etree.Element(f"{{{space}}}Envelope", nsmap=prefixes)
    body = etree.SubElement(envelope, f"{{{space}}}Body")
    writer = Writer(encoded)
    if not message.qname:
        writer.fill(body, message.element, values)
        return envelope
    own = etree.QName(message.qname).namespace
    node = etree.SubElement(body, message.qname, nsmap={"ns": own} if own else None)
    if encoded:
        node.set(f"{{{space}}}encodingStyle", ENCODING)
    writer.fill(node, message.element, values)
    return envelope


class Writer:
    """Writes fitted values into elements."""

    def __init__(self, encoded: bool) -> None:
        self._encoded = encoded

    def fill(self, node: Any, element: Element, values: Any) -> None:
        """What stands inside an element."""
        if element.items is not None and isinstance(values, list):
            for each in flat(values, element.dimensions):
                self._accessor(node, element.items, each)
        elif isinstance(values, str):
            node.text = values
        else:
            self._fill_struct(node, element, values)

    def _fill_struct(self, node: Any, element: Element, values: dict[str, Any]) -> None:
        node.text = values.get(WRITTEN_TEXT)
        for name, child in element.children.items():
            if name in values:
                value = values[name]
                for each in value if child.repeats else (value,):
                    self._accessor(node, child, each)
        for name, attribute in element.declared_attributes.items():
            if name in values and name not in element.children:
                node.set(attribute.qname, values[name])

    def _accessor(self, parent: Any, element: Element, value: Any) -> None:
        """One element with its value; encoded it says its type, else only where one was picked."""
        type_name = None
        if isinstance(value, dict) and PICKED in value:
            type_name = value[PICKED]
            element = element.as_type(type_name)
            if element.items is not None:
                value = value[WRITTEN_TEXT]
        if self._encoded:
            type_name = encoded_type(element)
        array = self._encoded and element.items is not None and value is not CLEARED
        inside = array_type(element)[0] if array else first_name(element)
        node = made(parent, element.qname, [name for name in (type_name, inside) if name])
        if type_name is not None:
            node.set(TYPE, prefixed(node, type_name))
        if value is CLEARED:
            node.set(NIL, "true")
            return
        if array:
            # After xsi:type: servers that read attributes in order believe the last (NuSOAP).
            name, ranks = array_type(element)
            sizes = ",".join(map(str, sizes_of(value, element.dimensions)))
            node.set(ARRAY_TYPE, f"{prefixed(node, name)}{ranks}[{sizes}]")
        self.fill(node, element, value)


def encoded_type(element: Element) -> str | None:
    """What xsi:type says: of an array that it is one, of a type without a name the built-in that it
    restricts; None for a struct without a name.
    """
    if element.items is not None:
        return ARRAY
    if element.type_name is not None:
        return element.type_name
    return f"{{{XSD}}}{element.kind.name}" if element.kind.name in BASES else None


def array_type(element: Element) -> tuple[str, str]:
    """The type of an array's items in Clark's notation, and the ranks of arrays inside it: both
    stand before the size (SOAP 1.1 section 5.4.2).
    """
    items = element.items
    assert items is not None
    if items.type_name == ARRAY:
        name, ranks = array_type(items)
        return name, f"{ranks}[{',' * (items.dimensions - 1)}]"
    simple = f"{{{XSD}}}{items.kind.name if items.kind.name in BASES else 'anyType'}"
    return items.type_name or simple, ""


def first_name(element: Element) -> str | None:
    """The name of what stands first in an element: its namespace is that of most that follows."""
    return next((child.qname for child in element.children.values()), None)


def sizes_of(values: list[Any], dimensions: int) -> list[int]:
    """How long an array is in each dimension."""
    sizes = [len(values)]
    for _ in range(dimensions - 1):
        values = values[0] if values else []
        sizes.append(len(values))
    return sizes


def flat(values: list[Any], dimensions: int) -> Iterator[Any]:
    """The items of an array in row-major order."""
    for each in values:
        if dimensions > 1:
            yield from flat(each, dimensions - 1)
        else:
            yield each


def made(parent: Any, qname: str, names: list[str]) -> Any:
    """A new element in which the namespaces of `names` have prefixes."""
    spaces = {etree.QName(name).namespace for name in names} - set(prefixes_of(parent)) - {None}
    fresh = {f"t{number}": space for number, space in enumerate(sorted(spaces))}
    return etree.SubElement(parent, qname, nsmap=fresh or None)


def prefixed(node: Any, name: str) -> str:
    """A Clark name as it stands in an attribute of `node`."""
    qname = etree.QName(name)
    if qname.namespace is None:
        return str(qname.localname)
    return f"{prefixes_of(node)[qname.namespace]}:{qname.localname}"


def prefixes_of(node: Any) -> dict[str, str]:
    return {space: prefix for prefix, space in node.nsmap.items() if prefix}
