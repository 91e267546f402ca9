"""Whether a text is of a simple type, as libxml2 judges it: each type becomes a schema of one
element, so that facets and patterns are measured by the same rules as those of whole documents.
"""

from __future__ import annotations

import threading
from collections.abc import Hashable
from functools import lru_cache
from typing import Any

from lxml import etree

from legacy_clients.errors import Misconfigured
from legacy_clients.soap.element import Kind
from legacy_clients.soap.names import XSD

# Types that any text fits.
FREE = frozenset({"string", "anySimpleType", "anyType"})
# A QName is valid only where its prefix is declared, and a NOTATION only where that is: what is
# measured here is the spelling (Namespaces in XML, production 7).
QUALIFIED = r"([\i-[:]][\c-[:]]*:)?[\i-[:]][\c-[:]]*"
SPELLED_ONLY = {
    "QName": Kind("token", patterns=((QUALIFIED,),)),
    "NOTATION": Kind("token", patterns=((QUALIFIED,),)),
}
PLACE = "text"
PATTERN = "pattern"  # among a kind's facets it is the last one only: all stand in its patterns


class Measure:
    """The measure of one simple type. For all threads."""

    def __init__(self, schema: Any) -> None:
        self._schema, self._node = schema, etree.Element(PLACE)
        self._measuring = threading.Lock()

    def broken(self, text: str) -> str | None:
        """The rule that `text` breaks (libxml2's word: "SCHEMAV_CVC_MAXLENGTH_VALID"), or None."""
        with self._measuring:
            self._node.text = text
            if self._schema.validate(self._node):
                return None
            return str(self._schema.error_log[0].type_name)


def measure_of(kind: Kind) -> Measure | None:
    """The measure of a type; None where any text fits. Raises Misconfigured for a type whose facets
    contradict each other.
    """
    if kind.name in FREE and not (kind.facets or kind.words or kind.patterns):
        return None
    return remembered(Key(kind))


class Key:
    """A kind by what it says, since a kind holds a dictionary."""

    def __init__(self, kind: Kind) -> None:
        self.kind, self._told = kind, told(kind)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Key) and self._told == other._told

    def __hash__(self) -> int:
        return hash(self._told)


def told(kind: Kind) -> Hashable:
    item = None if kind.item is None else told(kind.item)
    members = tuple(told(each) for each in kind.members)
    return kind.name, tuple(kind.facets.items()), kind.words, kind.patterns, item, members


@lru_cache(maxsize=4096)
def remembered(key: Key) -> Measure:
    root = etree.Element(f"{{{XSD}}}schema", nsmap={"xs": XSD})
    place = etree.SubElement(root, f"{{{XSD}}}element", name=PLACE)
    place.append(simple_type(key.kind))
    try:
        return Measure(etree.XMLSchema(root))
    except etree.XMLSchemaParseError:
        raise Misconfigured(
            f"the schemas of the service have a type that cannot be: {key.kind.name} with "
            f"{', '.join(key.kind.facets) or 'no facets'}"
        ) from None


def simple_type(kind: Kind) -> Any:
    """The xs:simpleType of a kind. Each facet restricts what the ones before it left, as the
    derivations did that a kind sums up.
    """
    found = made(kind)
    for name, value in kind.facets.items():
        if name != PATTERN:
            found = restricted(found, name, (value,))
    if kind.words:
        found = restricted(found, "enumeration", kind.words)
    for patterns in kind.patterns:
        found = restricted(found, PATTERN, patterns)
    return found


def made(kind: Kind) -> Any:
    """The type that the facets of a kind restrict."""
    if kind.name in SPELLED_ONLY:
        return simple_type(SPELLED_ONLY[kind.name])
    node = etree.Element(f"{{{XSD}}}simpleType", nsmap={"xs": XSD})
    if kind.name == "list":
        etree.SubElement(node, f"{{{XSD}}}list").append(simple_type(kind.item or Kind("string")))
    elif kind.name == "union":
        union = etree.SubElement(node, f"{{{XSD}}}union")
        union.extend([simple_type(each) for each in kind.members or (Kind("string"),)])
    else:
        name = "string" if kind.name in FREE else kind.name
        etree.SubElement(node, f"{{{XSD}}}restriction", base=f"xs:{name}")
    return node


def restricted(inner: Any, facet: str, values: tuple[str, ...]) -> Any:
    node = etree.Element(f"{{{XSD}}}simpleType", nsmap={"xs": XSD})
    restriction = etree.SubElement(node, f"{{{XSD}}}restriction")
    restriction.append(inner)
    for value in values:
        etree.SubElement(restriction, f"{{{XSD}}}{facet}", value=value)
    return node
