"""What the XSD files of a service say of each element: its type, facets, nil and how often it may
stand (XSD 1.0).

zeep forgets facets and lxml tells only whether a document fits, so the files are read once more,
for lengths and for words that name the element and its limit.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from lxml import etree

from legacy_clients.errors import Misconfigured

XSD = "http://www.w3.org/2001/XMLSchema"
COMPLEX = "complex"
GLOBALS = ("element", "simpleType", "complexType", "group", "attributeGroup")
LISTED = {"list": "list", "union": "union"}
# What stands inside a complex type: whether its particles may all be demanded (one branch of a
# choice may not).
PARTICLES = {"sequence": True, "all": True, "choice": False}


@dataclass(frozen=True)
class Kind:
    """A type: the local name of the built-in that it comes from ("decimal"), or "complex", "list",
    "union".

    `facets` by their name in XSD ("maxLength": "60"), the narrowest of the line; `words` are its
    enumeration.
    """

    name: str
    facets: Mapping[str, str] = field(default_factory=dict)
    words: tuple[str, ...] = ()


@dataclass(frozen=True)
class Element:
    """An element as declared, where it is declared. `most` is None where it may repeat without an
    end.
    """

    name: str
    kind: Kind
    nillable: bool
    least: int
    most: int | None
    _schemas: Schemas
    _type: Any

    @property
    def repeats(self) -> bool:
        return self.most is None or self.most > 1

    @cached_property
    def children(self) -> dict[str, Element]:
        """Child elements by local name, in the order of the schema; empty for a simple type."""
        if self._type is None:
            return {}
        return {child.name: child for child in self._schemas.members(self._type)}

    @cached_property
    def attributes(self) -> frozenset[str]:
        """Names of the attributes that a complex type declares itself."""
        if self._type is None:
            return frozenset()
        declared = (node.get("name") for node in self._type.findall(f"{{{XSD}}}attribute"))
        return frozenset(name for name in declared if name)


class Schemas:
    """The schema documents of one service, as `xs:schema` elements, found by qualified name."""

    def __init__(self, roots: Mapping[Any, str | None]) -> None:
        """`roots` gives each schema element its target namespace (an included one takes that of its
        includer).
        """
        self._spaces = dict(roots)
        self._globals: dict[tuple[str, str], Any] = {}
        for root, space in self._spaces.items():
            for node in root:
                word = local(node)
                if word in GLOBALS and node.get("name"):
                    self._globals[word, clark(space, node.get("name"))] = node

    @cached_property
    def words(self) -> frozenset[str]:
        """The local names of all elements, wherever they are declared."""
        declared = (
            node.get("name") for root in self._spaces for node in root.iter(f"{{{XSD}}}element")
        )
        return frozenset(name for name in declared if name)

    def holds(self, name: str) -> bool:
        return ("element", name) in self._globals

    def element(self, name: str) -> Element:
        """The global element `name` ({namespace}local). Raises Misconfigured."""
        return self._element(self._global("element", name), 1, 1)

    def named(self, local_name: str) -> list[str]:
        """The qualified names of all global elements with this local name."""
        return [
            name
            for word, name in self._globals
            if word == "element" and etree.QName(name).localname == local_name
        ]

    def members(self, complex_type: Any) -> Iterator[Element]:
        """The child elements of a complex type, those of the types it extends first."""
        for node in complex_type:
            word = local(node)
            if word == "complexContent":
                yield from self._derived(node)
            else:
                yield from self._particles(node, demanded=True, repeats=False)

    def _derived(self, content: Any) -> Iterator[Element]:
        for derivation in content:
            if local(derivation) == "extension":
                base = self._globals.get(("complexType", self._name(derivation, "base")))
                if base is not None:
                    yield from self.members(base)
            if local(derivation) in ("extension", "restriction"):
                for node in derivation:
                    yield from self._particles(node, demanded=True, repeats=False)

    def _particles(self, node: Any, *, demanded: bool, repeats: bool) -> Iterator[Element]:
        word = local(node)
        least, most = occurs(node)
        repeats = repeats or most is None or most > 1
        demanded = demanded and least > 0
        if word == "element":
            yield self._placed(node, least if demanded else 0, None if repeats else most)
        elif word == "group" and node.get("ref"):
            for inner in self._global("group", self._name(node, "ref")):
                yield from self._particles(inner, demanded=demanded, repeats=repeats)
        elif word in PARTICLES:
            for inner in node:
                yield from self._particles(
                    inner, demanded=demanded and PARTICLES[word], repeats=repeats
                )

    def _placed(self, node: Any, least: int, most: int | None) -> Element:
        if node.get("ref"):
            return self._element(self._global("element", self._name(node, "ref")), least, most)
        return self._element(node, least, most)

    def _element(self, node: Any, least: int, most: int | None) -> Element:
        kind, complex_type = self._typed(node)
        nillable = node.get("nillable") in ("true", "1")
        return Element(node.get("name"), kind, nillable, least, most, self, complex_type)

    def _typed(self, node: Any) -> tuple[Kind, Any]:
        """The kind of what an element (or restriction, by its base) holds, and its complex type if
        it has one.
        """
        if node.get("type"):
            return self._by_name(self._name(node, "type"))
        for inner in node:
            if local(inner) == "simpleType":
                return self._simple(inner), None
            if local(inner) == "complexType":
                return self._complex(inner)
        return Kind("anyType"), None

    def _by_name(self, name: str) -> tuple[Kind, Any]:
        space, _, word = name.rpartition("}")
        if space == "{" + XSD:
            return Kind(word), None
        if ("simpleType", name) in self._globals:
            return self._simple(self._globals["simpleType", name]), None
        if ("complexType", name) in self._globals:
            return self._complex(self._globals["complexType", name])
        return Kind("anyType"), None

    def _complex(self, node: Any) -> tuple[Kind, Any]:
        return Kind(COMPLEX), node

    def _simple(self, node: Any) -> Kind:
        for inner in node:
            word = local(inner)
            if word in LISTED:
                return Kind(LISTED[word])
            if word == "restriction":
                return self._narrowed(inner)
        return Kind("anySimpleType")

    def _narrowed(self, restriction: Any) -> Kind:
        if restriction.get("base"):
            base, _ = self._by_name(self._name(restriction, "base"))
        else:
            base, _ = self._typed(restriction)
        facets = [node for node in restriction if node.get("value") is not None]
        words = tuple(node.get("value") for node in facets if local(node) == "enumeration")
        own = {local(node): node.get("value") for node in facets if local(node) != "enumeration"}
        return replace(base, facets={**base.facets, **own}, words=words or base.words)

    def _global(self, word: str, name: str) -> Any:
        if (word, name) not in self._globals:
            raise Misconfigured(
                f"the WSDL refers to the {word} {name}, which its schemas do not have"
            )
        return self._globals[word, name]

    def _name(self, node: Any, attribute: str) -> str:
        """The qualified name that an attribute holds, by the prefixes in scope."""
        prefix, _, word = node.get(attribute, "").rpartition(":")
        space = node.nsmap.get(prefix or None)
        if space is None and not prefix:
            space = self._spaces[node.getroottree().getroot()]
        return clark(space, word)


def local(node: Any) -> str:
    """The local name of an XSD element; "" for anything else, such as a comment."""
    tag = node.tag
    if isinstance(tag, str) and tag.startswith(f"{{{XSD}}}"):
        return tag[len(XSD) + 2 :]
    return ""


def clark(space: str | None, word: str) -> str:
    return f"{{{space}}}{word}" if space else word


def occurs(node: Any) -> tuple[int, int | None]:
    most = node.get("maxOccurs", "1")
    return int(node.get("minOccurs", "1")), None if most == "unbounded" else int(most)
