"""An element as the schemas of a service declare it: its type, facets, nil, attributes, arrays and
how often it may stand (XSD 1.0; SOAP 1.1 section 5.4.2).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple, Protocol

from legacy_clients.soap.names import ARRAY

COMPLEX = "complex"
ITEM = "item"  # the name of what stands in an array that declares none


@dataclass(frozen=True)
class Kind:
    """A type: the local name of the built-in that it comes from ("decimal"), or "complex", "list",
    "union".

    `facets` by their name in XSD ("maxLength": "60"), the narrowest of the line; `words` are its
    enumeration. `patterns`: of each group one must match (XSD 1.0 part 2, 4.3.4); `item` is what a
    list holds, `members` what a union is made of.
    """

    name: str
    facets: Mapping[str, str] = field(default_factory=dict)
    words: tuple[str, ...] = ()
    patterns: tuple[tuple[str, ...], ...] = ()
    item: Kind | None = None
    members: tuple[Kind, ...] = ()


class Attribute(NamedTuple):
    """An attribute as declared: `qname` as it stands in an instance, `demanded` by use."""

    name: str
    qname: str
    kind: Kind
    demanded: bool


class Array(NamedTuple):
    """What an encoded array holds. `ranks` are dimensions, the outermost array's last
    ("xsd:int[][,]": (1, 2)); `type_name` is None where each item says its own type.
    """

    item: str
    type_name: str | None
    ranks: tuple[int, ...]


class Declared(Protocol):
    """What schemas tell of a complex type, or of an array."""

    def members(self, complex_type: Any) -> Iterator[Element]: ...
    def attributes(self, complex_type: Any) -> Iterator[Attribute]: ...
    def content(self, complex_type: Any) -> Kind | None: ...
    def array(self, complex_type: Any) -> Array | None: ...
    def item(self, array: Array) -> Element: ...
    def wild(self, complex_type: Any) -> bool: ...
    def retyped(self, element: Element, type_name: str) -> Element: ...


@dataclass(frozen=True, eq=False)
class Element:
    """An element as declared, where it is declared. `most` is None where it may repeat without an
    end.

    `qname` is the Clark name that it has in an instance (elementFormDefault, form), `type_name`
    that of its type, None for a type without a name.
    """

    name: str
    kind: Kind
    nillable: bool
    least: int
    most: int | None
    qname: str
    type_name: str | None
    _schemas: Declared = field(repr=False)
    _type: Any = field(repr=False)
    _parts: tuple[Element, ...] | None = field(default=None, repr=False)
    _inner: Array | None = field(default=None, repr=False)

    @property
    def repeats(self) -> bool:
        return self.most is None or self.most > 1

    @cached_property
    def children(self) -> dict[str, Element]:
        """Child elements by local name, in the order of the schema; of an encoded array its item;
        empty for a simple type.
        """
        if self._parts is not None:
            return {part.name: part for part in self._parts}
        if self.items is not None:
            return {self.items.name: self.items}
        if self._type is None:
            return {}
        return {child.name: child for child in self._schemas.members(self._type)}

    @cached_property
    def declared_attributes(self) -> dict[str, Attribute]:
        """The attributes of a complex type, those of its bases and groups too, by local name."""
        if self._type is None:
            return {}
        return {each.name: each for each in self._schemas.attributes(self._type)}

    @cached_property
    def attributes(self) -> frozenset[str]:
        """The local names of the attributes that a complex type declares."""
        return frozenset(self.declared_attributes)

    @cached_property
    def content(self) -> Kind | None:
        """The kind of the text of a complex type with simple content; None for any other."""
        return self._schemas.content(self._type) if self._type is not None else None

    @cached_property
    def items(self) -> Element | None:
        """What stands in an encoded array; None for what is no array. Its `most` is None."""
        array = self._array
        return None if array is None else self._schemas.item(array)

    @property
    def dimensions(self) -> int:
        """Of an encoded array ("[,]" has two); 0 for what is no array."""
        return self._array.ranks[-1] if self._array is not None else 0

    @cached_property
    def wild(self) -> bool:
        """Whether elements may stand inside that the schema does not name (xs:any, xs:anyType)."""
        if self._type is None:
            return self.kind.name == "anyType"
        return self._schemas.wild(self._type)

    @property
    def definition(self) -> Any:
        """The xs:complexType that it has, where the schemas hold it; None for a simple type."""
        return self._type

    @property
    def abstract(self) -> bool:
        """Whether its type can only stand as one of its subtypes."""
        return self._type is not None and self._type.get("abstract") in ("true", "1")

    def as_type(self, type_name: str) -> Element:
        """The element with the type that xsi:type gives it. Raises Misconfigured for a type that is
        not the declared one nor derived from it (XSD 1.0 part 1, 3.3.4 clause 4).
        """
        if type_name == self.type_name:
            return self
        return self._schemas.retyped(self, type_name)

    @cached_property
    def _array(self) -> Array | None:
        if self._inner is not None:
            return self._inner
        if self.type_name == ARRAY:
            return Array(ITEM, None, (1,))
        return self._schemas.array(self._type) if self._type is not None else None
