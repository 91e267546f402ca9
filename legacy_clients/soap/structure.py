"""Our own check of an element against its declaration, for calls of style rpc: no XSD validator
knows what stands in their bodies, or what an encoded array is (SOAP 1.1 section 5; WS-I Basic
Profile 1.1 section 4.7).

Findings bear libxml2's words for the rules of XSD, so that they read like those of documents. Order
is not checked: in an encoded struct only names tell its members apart (SOAP 1.1 section 5.1).
"""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cached_property, lru_cache
from math import prod
from typing import Any

from lxml import etree

from legacy_clients.errors import Misconfigured
from legacy_clients.soap.contract import Finding
from legacy_clients.soap.element import COMPLEX, Element, Kind
from legacy_clients.soap.fault import SOAP11, SOAP12, XSI
from legacy_clients.soap.measure import Measure, measure_of
from legacy_clients.soap.multiref import ID, clark_name
from legacy_clients.soap.names import ARRAY, ENCODING, XSD
from legacy_clients.soap.places import Places
from legacy_clients.soap.xsd import ENCODED_SIMPLE

TYPE, NIL = f"{{{XSI}}}type", f"{{{XSI}}}nil"
ARRAY_TYPE = f"{{{ENCODING}}}arrayType"
OFFSET, POSITION = f"{{{ENCODING}}}offset", f"{{{ENCODING}}}position"
STRUCT = f"{{{ENCODING}}}Struct"
# How PHP and Axis write a dictionary that no WSDL names.
MAP = "{http://xml.apache.org/xml-soap}Map"

PAIR = {"key", "value"}
# Attributes that say how a value travels, and nothing of it.
TRAVEL = tuple(
    f"{{{space}}}"
    for space in (XSI, ENCODING, SOAP11, SOAP12, "http://www.w3.org/XML/1998/namespace")
)
# Drafts of XSD that old servers name their types by; the built-ins that are still spelled the same.
OLD_XSD = ("http://www.w3.org/1999/XMLSchema", "http://www.w3.org/2000/10/XMLSchema")
# SOAP 1.1 section 5.4.2: a type, the ranks of arrays inside, the size or "[]" where it is not told.
SIZED = re.compile(r"(?P<type>[^\[\]]*)(?P<ranks>(?:\[,*\])*)\[(?P<size>[0-9, ]{0,60})\]")
ANY_ITEM = frozenset({"", f"{{{XSD}}}anyType", f"{{{XSD}}}ur-type", f"{{{XSD}}}anySimpleType"})
UNTOLD = -1
WHITE = "\t\n\r "

# The built-in types and what each derives from (XSD 1.0 part 2, section 3).
BASES: dict[str, str] = {
    **dict.fromkeys(
        (
            "string", "boolean", "decimal", "float", "double", "duration", "dateTime", "time",
            "date", "gYearMonth", "gYear", "gMonthDay", "gDay", "gMonth", "hexBinary",
            "base64Binary", "anyURI", "QName", "NOTATION", "NMTOKENS", "IDREFS", "ENTITIES",
        ),
        "anySimpleType",
    ),
    "anySimpleType": "anyType",
    "normalizedString": "string", "token": "normalizedString", "language": "token",
    "NMTOKEN": "token", "Name": "token", "NCName": "Name", "ID": "NCName", "IDREF": "NCName",
    "ENTITY": "NCName", "integer": "decimal", "nonPositiveInteger": "integer",
    "negativeInteger": "nonPositiveInteger", "long": "integer", "int": "long", "short": "int",
    "byte": "short", "nonNegativeInteger": "integer", "unsignedLong": "nonNegativeInteger",
    "unsignedInt": "unsignedLong", "unsignedShort": "unsignedInt", "unsignedByte": "unsignedShort",
    "positiveInteger": "nonNegativeInteger",
}  # fmt: skip

# Rules, by libxml2's words where it has one.
NOT_NAMED = "SCHEMAV_ELEMENT_CONTENT"
NO_TYPE = "SCHEMAV_CVC_ELT_4_2"
OTHER_TYPE = "SCHEMAV_CVC_ELT_4_3"
ABSTRACT = "SCHEMAV_CVC_TYPE_2"
NOT_NILLABLE = "SCHEMAV_CVC_ELT_3_1"
NIL_AND_FULL = "SCHEMAV_CVC_ELT_3_2_1"
NO_BOOLEAN = "SCHEMAV_CVC_DATATYPE_VALID_1_2_1"
ATTRIBUTE = "SCHEMAV_CVC_COMPLEX_TYPE_3_2_1"
NO_ATTRIBUTE = "SCHEMAV_CVC_COMPLEX_TYPE_4"
ELEMENTS_IN_TEXT = "SCHEMAV_CVC_TYPE_3_1_2"
TEXT_AMONG_ELEMENTS = "SCHEMAV_CVC_COMPLEX_TYPE_2_3"
ARRAY_SIZE = "SOAP_ARRAY_SIZE"
ARRAY_SPARSE = "SOAP_ARRAY_SPARSE"
ARRAY_UNREADABLE = "SOAP_ARRAY_TYPE"


class Enough(Exception):
    """As many findings as were asked for."""


def departures(node: Any, element: Element, *, encoded: bool, most: int = 100) -> list[Finding]:
    """Where `node` departs from `element`, in the order of the document, up to `most`.

    Items of encoded arrays are renamed to what the contract calls them: their names mean nothing
    (SOAP 1.1 section 5.4.2). `node` is a plain tree (`multiref.plain`).
    """
    walk = Walk(node, encoded, most)
    try:
        walk.over(node, shape_of(element))
    except Enough:
        pass
    return walk.found


@lru_cache(maxsize=2048)
def shape_of(element: Element) -> Shape:
    """The shape of what stands in a body, made once."""
    return Shape(element)


class Shape:
    """A declared element made ready for walking over many that claim to be it."""

    def __init__(self, element: Element) -> None:
        self.element = element
        self.name, self.qname = element.name, element.qname
        self.most, self.type_name, self.abstract = element.most, element.type_name, element.abstract
        kind = element.kind
        self.any = kind.name == "anyType" and element.items is None
        self.array = element.items is not None
        self.simple = not self.any and not self.array and kind.name != COMPLEX
        self._retyped: dict[str, Shape | None] = {}

    @cached_property
    def children(self) -> dict[str, Shape]:
        return {name: Shape(child) for name, child in self.element.children.items()}

    @cached_property
    def items(self) -> Shape:
        assert self.element.items is not None
        return Shape(self.element.items)

    @cached_property
    def measure(self) -> Measure | None:
        """Of its text; None where any will do."""
        return measure_of(self.element.content or self.element.kind)

    @cached_property
    def demanded(self) -> tuple[str, ...]:
        return tuple(name for name, child in self.element.children.items() if child.least > 0)

    def as_type(self, name: str) -> Shape | None:
        """The shape with the type that xsi:type names, in Clark's notation; None where that
        contradicts the declared one.
        """
        if name == self.type_name:
            return self
        if name not in self._retyped:
            made = retyped(self, name)
            if made is None:
                return None  # not kept: there is no end to the names that a reply can invent
            self._retyped[name] = made
        return self._retyped[name]


def retyped(shape: Shape, name: str) -> Shape | None:
    element = shape.element
    space, _, word = name.rpartition("}")
    if name == ARRAY:
        return shape if shape.array else Shape(element.as_type(ARRAY)) if shape.any else None
    if name == STRUCT:
        return None if shape.simple or shape.array else shape
    if name == MAP:
        return shape if shape.any else None
    if space[1:] in (XSD, ENCODING, *OLD_XSD):
        return retyped_simply(shape, ENCODED_SIMPLE.get(word, word))
    try:
        return Shape(element.as_type(name))
    except Misconfigured:
        return None


def retyped_simply(shape: Shape, word: str) -> Shape | None:
    """As a built-in: one derived from the declared one, or the one that the declared type
    restricts, whose facets hold still.
    """
    kind = shape.element.kind
    if word == "anyType" or word not in BASES:
        return shape if word == "anyType" and shape.any else None
    if kind.name == word:
        return shape
    bare = kind == Kind(kind.name)
    if shape.any or (bare and derives(word, kind.name)):
        return Shape(replace(shape.element, kind=Kind(word), type_name=f"{{{XSD}}}{word}"))
    return None


def derives(word: str, base: str) -> bool:
    while word in BASES:
        if word == base:
            return True
        word = BASES[word]
    return word == base


class Walk:
    """One walk over an element, and what it found."""

    def __init__(self, root: Any, encoded: bool, most: int) -> None:
        self._places, self._encoded, self._most = Places(root), encoded, most
        # Where no prefix is declared anew further down, each means the same everywhere.
        anew = any(True for child in root for _ in etree.iterwalk(child, events=("start-ns",)))
        self._prefixes = None if anew else root.nsmap
        self._names: dict[str, str] = {}
        self.found: list[Finding] = []

    def over(self, node: Any, shape: Shape) -> None:
        keys = node.keys()
        if keys:
            typed = self._typed(node, shape, keys)
            if typed is None:
                return
            shape = typed
            if NIL in keys and self._nil(node, shape):
                return
            if len(keys) > (TYPE in keys) + (NIL in keys):
                self._attributes(node, shape, keys)
        elif shape.abstract:
            self._depart(ABSTRACT, node)
            return
        if not self._encoded and shape.element.declared_attributes:
            self._demanded_attributes(node, shape)
        if shape.simple:
            self._text(node, shape)
        elif shape.array:
            self._array(node, shape)
        elif shape.any:
            self._anything(node, shape)
        else:
            self._struct(node, shape)

    def _depart(self, rule: str, node: Any) -> None:
        self.found.append(self._places.finding(rule, node))
        if len(self.found) >= self._most:
            raise Enough

    def _typed(self, node: Any, shape: Shape, keys: list[str]) -> Shape | None:
        """The shape by xsi:type; None, and a finding, where that contradicts the contract. Without
        xsi:type, or where it names nothing, the declared one.
        """
        name = self._clark(node, TYPE) if TYPE in keys else ""
        if not name and shape.any and ARRAY_TYPE in keys:
            name = ARRAY
        typed = shape.as_type(name) if name else shape
        if typed is None:
            self._depart(NO_TYPE if ":" in name.rpartition("}")[2] else OTHER_TYPE, node)
        elif typed.abstract:
            self._depart(ABSTRACT, node)
            return None
        return typed

    def _clark(self, node: Any, key: str) -> str:
        """The qualified name in an attribute, in Clark's notation."""
        written = node.get(key)
        if self._prefixes is None:
            return clark_name(node.nsmap, written)
        name = self._names.get(written)
        if name is None:
            name = self._names[written] = clark_name(self._prefixes, written)
        return name

    def _nil(self, node: Any, shape: Shape) -> bool:
        """Whether it is nil, and so all is said. An encoded value may always be (SOAP 1.1, 5.1)."""
        told = node.get(NIL).strip(WHITE)
        if told in ("false", "0"):
            return False
        if told not in ("true", "1"):
            self._depart(NO_BOOLEAN, node)
        elif len(node) or node.text:
            self._depart(NIL_AND_FULL, node)
        elif not self._encoded and not shape.element.nillable:
            self._depart(NOT_NILLABLE, node)
        return True

    def _attributes(self, node: Any, shape: Shape, keys: list[str]) -> None:
        for key in keys:
            if key.startswith(TRAVEL) or (self._encoded and key == ID):
                continue
            declared = shape.element.declared_attributes.get(key.rpartition("}")[2])
            if declared is None or declared.qname != key:
                self._depart(ATTRIBUTE, node)
                continue
            measure = measure_of(declared.kind)
            rule = None if measure is None else measure.broken(node.get(key))
            if rule is not None:
                self._depart(ATTRIBUTE, node)

    def _demanded_attributes(self, node: Any, shape: Shape) -> None:
        for each in shape.element.declared_attributes.values():
            if each.demanded and each.qname not in node.attrib:
                self._depart(NO_ATTRIBUTE, node)

    def _text(self, node: Any, shape: Shape) -> None:
        if len(node):
            self._depart(ELEMENTS_IN_TEXT, node)
            return
        measure = shape.measure
        if measure is not None:
            rule = measure.broken(node.text or "")
            if rule is not None:
                self._depart(rule, node)

    def _struct(self, node: Any, shape: Shape) -> None:
        if shape.element.content is not None:
            self._text(node, shape)
            return
        self._refuse_text(node, node.text)
        children = shape.children
        often: dict[str, int] = {}
        for child in node:
            if child.tail is not None:
                self._refuse_text(node, child.tail)
            tag = child.tag
            name = tag[tag.rfind("}") + 1 :]
            inner = children.get(name)
            if inner is None or (tag != inner.qname and not self._encoded):
                if not shape.element.wild:
                    self._depart(NOT_NAMED, child)
                continue
            often[name] = often.get(name, 0) + 1
            if inner.most is not None and often[name] > inner.most:
                self._depart(NOT_NAMED, child)
                continue
            self.over(child, inner)
        if not self._encoded and any(name not in often for name in shape.demanded):
            self._depart(NOT_NAMED, node)

    def _array(self, node: Any, shape: Shape) -> None:
        self._refuse_text(node, node.text)
        items = shape.items
        if OFFSET in node.attrib or any(POSITION in child.attrib for child in node):
            self._depart(ARRAY_SPARSE, node)
        elif ARRAY_TYPE in node.attrib:
            self._size(node, items)
        for child in node:
            if child.tag != items.qname:
                child.tag = items.qname
        for child in node:
            if child.tail is not None:
                self._refuse_text(node, child.tail)
            self.over(child, items)

    def _size(self, node: Any, items: Shape) -> None:
        """What the array says of itself: how many items there are of it, and of which type."""
        told = SIZED.fullmatch(self._clark(node, ARRAY_TYPE))
        size = None if told is None else size_of(told["size"])
        if told is None or size is None:
            self._depart(ARRAY_UNREADABLE, node)
            return
        if size not in (UNTOLD, len(node)):
            self._depart(ARRAY_SIZE, node)
        if told["ranks"]:
            fits = items.array or items.any
        else:
            fits = told["type"] in ANY_ITEM or items.as_type(told["type"]) is not None
        if not fits:
            self._depart(OTHER_TYPE, node)

    def _anything(self, node: Any, shape: Shape) -> None:
        """What the contract leaves open: only what it says of itself is held against it."""
        if TYPE in node.attrib and self._clark(node, TYPE) == MAP:
            self._map(node)
        for child in node:
            self.over(child, shape)

    def _map(self, node: Any) -> None:
        for child in node:
            names = {each.tag.rpartition("}")[2] for each in child}
            if names != PAIR or len(child) != len(PAIR):
                self._depart(NOT_NAMED, child)

    def _refuse_text(self, node: Any, text: str | None) -> None:
        if text is not None and text.strip(WHITE):
            self._depart(TEXT_AMONG_ELEMENTS, node)


def size_of(told: str) -> int | None:
    """The number of items that "3" or "2,3" tells, UNTOLD where it is left open; None where it is
    no size.
    """
    lengths = [each.strip() for each in told.split(",")]
    if not any(lengths):
        return UNTOLD
    return prod(map(int, lengths)) if all(map(str.isdigit, lengths)) else None
