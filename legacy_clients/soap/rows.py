"""Typed rows: a record of a reply as a tuple of values, by a reader compiled once for its element.

A reply that was validated is read by quick functions, each right for every text that libxml2 lets
pass, or failing: then the exact one is asked (lexical.py). Where libxml2 2.14 lets pass what XSD
1.0 part 2 does not have, that is refused here: "1e" as a double (3.2.4.1), "PT1.S" and "PT.5S" as
durations (3.2.6.1), an empty NMTOKENS or IDREFS (3.3.5, 3.3.10).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any, Final

from lxml import etree

from legacy_clients.errors import Misconfigured
from legacy_clients.soap.contract import Contract
from legacy_clients.soap.element import COMPLEX, Element, Kind
from legacy_clients.soap.lexical import BOOLEANS, Read, reader, white_space
from legacy_clients.soap.names import XSD
from schemas.codecs.codec import Unreadable

NIL = "{http://www.w3.org/2001/XMLSchema-instance}nil"
DEEPEST = 32
MOST_NAMES = 2000
MOST_SHAPES = 256
OPEN = frozenset({"anyType"})
BY_PREFIX = frozenset({"QName", "NOTATION"})
UNDECLARED = "holds an element that its type does not declare"


class Absence(Enum):
    """What stands in a row for an element or attribute that is not there."""

    ABSENT = "absent"

    def __repr__(self) -> str:
        return "ABSENT"

    def __bool__(self) -> bool:
        return False


ABSENT: Final = Absence.ABSENT

ReadNode = Callable[[Any], Any]


@dataclass(frozen=True)
class RowReader:
    """Reads an element as a row: one value for each of `names`.

    A name is the dotted path of a simple element below the record, "@name" an attribute of the
    record, and "path@name" one of an element. A value is as lexical.py says; None where the element
    is nil, ABSENT where it is not there, "" where a text is empty. What repeats is a tuple of 0, 1
    or more: of values, or of rows as `inner` says by name.
    """

    names: tuple[str, ...]
    read: Callable[[Any], tuple[Any, ...]]
    inner: Mapping[str, RowReader] = field(default_factory=dict)

    def __call__(self, node: Any) -> tuple[Any, ...]:
        """Raises Unreadable for a value that its type does not have, or an element that is not
        declared: its reason begins with the path.
        """
        return self.read(node)


def compile_rows(
    element: Element, contract: Contract | None = None, *, validated: bool = True
) -> RowReader:
    """The reader of a record that `element` declares: its attributes, simple elements, and those
    inside its complex elements.

    `validated` says that the nodes fit the schema; without it facets and ranges are checked for
    each value (lexical.py). The contract, where it is given, says whether order can be relied on,
    which is quicker. Nodes are as strict_parser leaves them: no comments, and no two texts side by
    side. Raises Misconfigured for a record without an end: one that holds itself.
    """
    plan = Plan(validated, validated and contract is not None and ordered(contract))
    read = plan.record(element, "", 0)
    return RowReader(tuple(plan.names), read, plan.inner)


def ordered(contract: Contract) -> bool:
    """Whether all the elements of a record, where all are there, come as they are declared."""
    documents = contract.schemas.documents
    return all(next(root.iter(f"{{{XSD}}}all"), None) is None for root in documents)


class Plan:
    """The columns of a record while it is compiled."""

    def __init__(self, validated: bool, ordered: bool) -> None:
        self.validated, self.ordered = validated, ordered
        self.names: list[str] = []
        self.inner: dict[str, RowReader] = {}

    def record(self, element: Element, path: str, depth: int) -> Callable[[Any], tuple[Any, ...]]:
        """How a complex element is read: its own columns, in the order in which they are added."""
        if depth > DEEPEST:
            raise Misconfigured(f"{path} holds itself again and again: it has no columns")
        begin = len(self.names)
        attributes = list(self.attributes(element, path))
        parts = [self.part(child, path, depth) for child in element.children.values()]
        wide = wide_reader(attributes, parts, len(self.names) - begin, element)
        if attributes or not all(isinstance(part, Leaf) for part in parts):
            return wide
        leaves = [part for part in parts if isinstance(part, Leaf)]
        flat = flat_reader(leaves, wide)
        return full_reader(leaves, flat) if self.ordered else flat

    def attributes(self, element: Element, path: str) -> Iterator[tuple[str, Read]]:
        for each in element.declared_attributes.values():
            self.add(f"{path}@{each.name}")
            yield each.qname, self.texts(each.kind, f"{path}@{each.name}")

    def part(self, child: Element, path: str, depth: int) -> Part:
        """One child: a leaf, a list, or a record whose columns become columns of this one."""
        name = f"{path}.{child.name}" if path else child.name
        if child.repeats:
            self.add(name)
            return Many(child.qname, self.item(child, name, depth), name)
        if child.kind.name == COMPLEX and child.content is None and child.items is None:
            begin = len(self.names)
            read = self.record(child, name, depth + 1)
            return Group(child.qname, read, len(self.names) - begin, name)
        if child.items is not None:
            self.add(name)
            inner = self.item(child.items, name, depth)
            return Group(child.qname, lambda node: (tuple(map(inner, node)),), 1, name)
        if child.content is not None:
            begin = len(self.names)
            attributes = list(self.attributes(child, name))
            self.add(name)
            read_text = self.nodes(child.content, name)
            return Group(child.qname, worded(attributes, read_text), len(self.names) - begin, name)
        self.add(name)
        if child.kind.name in OPEN | BY_PREFIX or not self.validated:
            return Group(child.qname, single(self.nodes(child.kind, name)), 1, name)
        return Leaf(child.qname, self.texts(child.kind, name), quick(child.kind), name)

    def item(self, child: Element, name: str, depth: int) -> ReadNode:
        """How each of several is read: a value, or a row of its own."""
        if child.kind.name != COMPLEX:
            return none_if_nil(self.nodes(child.kind, name))
        plan = Plan(self.validated, self.ordered)
        if child.content is not None:
            attributes = list(plan.attributes(child, ""))
            plan.add("")
            read: ReadNode = worded(attributes, plan.nodes(child.content, name))
        elif child.items is not None:
            plan.add("")
            inner = plan.item(child.items, name, depth + 1)
            return none_if_nil(lambda node: tuple(map(inner, node)))
        else:
            read = plan.record(child, "", depth + 1)
        self.inner[name] = RowReader(tuple(plan.names), read, plan.inner)
        return none_if_nil(read)

    def add(self, name: str) -> None:
        self.names.append(name)
        if len(self.names) > MOST_NAMES:
            raise Misconfigured(f"a record of more than {MOST_NAMES:,} columns, at {name}")

    def texts(self, kind: Kind, name: str) -> Read:
        return named(reader(plain(kind) if self.validated else kind), name)

    def nodes(self, kind: Kind, name: str) -> ReadNode:
        """The text of a simple element, by its prefixes where its type needs them."""
        if kind.name in BY_PREFIX:
            return lambda node: named(reader(kind, node.nsmap), name)(text_of(node, name))
        read = self.texts(kind, name)
        return lambda node: read(text_of(node, name))


@dataclass(frozen=True)
class Leaf:
    """A simple element that stands at most once. `quick` is None where the text is the value."""

    tag: str
    read: Read
    quick: Read | None
    name: str


@dataclass(frozen=True)
class Group:
    """An element that stands at most once and gives `width` columns."""

    tag: str
    read: Callable[[Any], tuple[Any, ...]]
    width: int
    name: str


@dataclass(frozen=True)
class Many:
    """An element that repeats: one column, a tuple."""

    tag: str
    read: ReadNode
    name: str


Part = Leaf | Group | Many


# A tenth of the time that asking each element takes.
texts_of = etree.XPath("*/text()", smart_strings=False)


def full_reader(
    leaves: list[Leaf], flat: Callable[[Any], tuple[Any, ...]]
) -> Callable[[Any], tuple[Any, ...]]:
    """For records whose elements all stand there, in order and none empty, so that their texts are
    the columns; `flat` reads the others.
    """
    width = len(leaves)
    whole = Shape(list(range(width)), leaves)

    def read(node: Any) -> tuple[Any, ...]:
        if len(node) != width:
            return flat(node)
        values = texts_of(node)
        if len(values) != width:
            return flat(node)
        whole.turn(values)
        return tuple(values)

    return read


def flat_reader(
    leaves: list[Leaf], wide: Callable[[Any], tuple[Any, ...]]
) -> Callable[[Any], tuple[Any, ...]]:
    """For records of nothing but leaves. Each order of elements that came once is remembered as a
    shape; `wide` reads what has none: an element that is doubled or not declared.
    """
    places = {leaf.tag: at for at, leaf in enumerate(leaves)}
    shapes: dict[tuple[str, ...], Shape] = {}

    def read(node: Any) -> tuple[Any, ...]:
        tags = tuple([child.tag for child in node])
        shape = shapes.get(tags)
        if shape is None:
            if len(set(tags)) < len(tags) or not places.keys() >= set(tags):
                return wide(node)
            shape = Shape([places[tag] for tag in tags], leaves)
            if len(shapes) < MOST_SHAPES:
                shapes[tags] = shape
        values: list[Any] = texts_of(node)
        if len(values) != len(tags):  # one is empty or nil
            values = [text_or_nil(child) for child in node]
        shape.turn(values)
        if shape.whole:
            return tuple(values)
        row: list[Any] = [ABSENT] * len(leaves)
        for at, value in zip(shape.places, values, strict=True):
            row[at] = value
        return tuple(row)

    return read


class Shape:
    """The columns that the elements of a record have, in the order in which they came."""

    def __init__(self, places: list[int], leaves: list[Leaf]) -> None:
        self.places = places
        self.whole = places == list(range(len(leaves)))
        self._reads = [
            (at, quickly, leaves[place].read)
            for at, place in enumerate(places)
            if (quickly := leaves[place].quick) is not None
        ]

    def turn(self, values: list[Any]) -> None:
        """Texts into values, in place; None stays."""
        for at, quickly, exactly in self._reads:
            text = values[at]
            if text is not None:
                try:
                    values[at] = quickly(text)
                except NOT_QUICK:
                    values[at] = exactly(text)


def text_or_nil(node: Any) -> str | None:
    return node.text or (None if is_nil(node) else "")


def wide_reader(
    attributes: list[tuple[str, Read]], parts: list[Part], width: int, element: Element
) -> Callable[[Any], tuple[Any, ...]]:
    """For any record: what is absent, empty or nil, what repeats and what is nested."""
    placed = placed_parts(parts, len(attributes))
    empty: list[Any] = [ABSENT] * width
    lists = [at for at, part in placed.values() if isinstance(part, Many)]
    # Items of an encoded array bear any name (SOAP 1.1 section 5.4.2).
    items = next(iter(placed.values())) if element.items is not None else None

    def read(node: Any) -> tuple[Any, ...]:
        values = empty.copy()
        for at, (qname, read_text) in enumerate(attributes):
            written = node.get(qname)
            if written is not None:
                values[at] = read_text(written)
        gathered: dict[int, list[Any]] = {at: [] for at in lists}
        seen: set[int] = set()
        for child in node:
            at, part = placed.get(child.tag, items) or undeclared(element)
            if isinstance(part, Many):
                gathered[at].append(part.read(child))
                continue
            if at in seen:
                raise Unreadable(f"{part.name}: it stands more than once")
            seen.add(at)
            if isinstance(part, Leaf):
                values[at] = None if is_nil(child) else part.read(child.text or "")
            else:
                end = at + part.width
                values[at:end] = [None] * part.width if is_nil(child) else part.read(child)
        for at, found in gathered.items():
            values[at] = tuple(found)
        return tuple(values)

    return read


def placed_parts(parts: list[Part], begin: int) -> dict[str, tuple[int, Part]]:
    """By tag: the first column of each part, and the part."""
    placed: dict[str, tuple[int, Part]] = {}
    at = begin
    for part in parts:
        placed[part.tag] = (at, part)
        at += part.width if isinstance(part, Group) else 1
    return placed


def undeclared(element: Element) -> tuple[int, Part]:
    raise Unreadable(f"{element.name}: {UNDECLARED}")


def worded(
    attributes: list[tuple[str, Read]], read_text: ReadNode
) -> Callable[[Any], tuple[Any, ...]]:
    """For a text with attributes."""

    def read(node: Any) -> tuple[Any, ...]:
        values: list[Any] = []
        for qname, read_attribute in attributes:
            written = node.get(qname)
            values.append(ABSENT if written is None else read_attribute(written))
        return (*values, read_text(node))

    return read


def single(read: ReadNode) -> Callable[[Any], tuple[Any, ...]]:
    return lambda node: (read(node),)


def none_if_nil(read: ReadNode) -> ReadNode:
    return lambda node: None if is_nil(node) else read(node)


def is_nil(node: Any) -> bool:
    return node.get(NIL) in ("true", "1")


def text_of(node: Any, name: str) -> str:
    if len(node):
        raise Unreadable(f"{name}: {UNDECLARED}")
    return node.text or ""


def named(read: Read, name: str) -> Read:
    """The same reader, whose refusals begin with the path."""

    def read_named(text: str) -> Any:
        try:
            return read(text)
        except Unreadable as error:
            raise Unreadable(f"{name}: {error.reason}") from None

    return read_named


def plain(kind: Kind) -> Kind:
    """The type without the facets that have been judged."""
    blanks = {name: kind.facets[name] for name in ("whiteSpace",) if name in kind.facets}
    return Kind(kind.name, blanks, item=kind.item, members=kind.members)


def quick(kind: Kind) -> Read | None:
    """A reader of texts that libxml2 found valid: right, or one of NOT_QUICK. None for a text whose
    blanks are kept.
    """
    if kind.name in ("string", "anySimpleType") and white_space(kind) == "preserve":
        return None
    return QUICK.get(kind.name) or reader(plain(kind))


def quick_double(least: float, most: float) -> Read:
    """Within these sizes a number that is written is one that the type holds."""

    def read(text: str) -> float:
        value = float(text)
        if least < math.fabs(value) < most:
            return value
        raise ValueError

    return read


def quick_date_time(text: str) -> datetime:
    """Whole seconds; fractions are not for fromisoformat, which cuts them to microseconds."""
    if len(text) == 19 or (len(text) == 20 and text[19] == "Z"):
        return datetime.fromisoformat(text)
    raise ValueError


NOT_QUICK = (ValueError, LookupError, ArithmeticError)

# int and Decimal pass over the blanks around a number as XSD does.
QUICK: dict[str, Read] = {
    "boolean": BOOLEANS.__getitem__,
    "decimal": Decimal,
    "integer": int,
    "long": int,
    "int": int,
    "short": int,
    "byte": int,
    "nonPositiveInteger": int,
    "negativeInteger": int,
    "nonNegativeInteger": int,
    "positiveInteger": int,
    "unsignedLong": int,
    "unsignedInt": int,
    "unsignedShort": int,
    "unsignedByte": int,
    "float": quick_double(1.2e-38, 3.4e38),
    "double": quick_double(2.3e-308, 1.7e308),
    "date": date.fromisoformat,
    "dateTime": quick_date_time,
}
