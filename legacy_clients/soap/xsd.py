"""What the XSD files of a service say of each element (XSD 1.0).

zeep forgets facets and lxml tells only whether a document fits, so the files are read once more,
for lengths and for words that name the element and its limit. Nothing is walked before it is asked
for.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cached_property
from typing import Any

from lxml import etree

from legacy_clients.errors import Misconfigured
from legacy_clients.soap.element import COMPLEX, ITEM, Array, Attribute, Element, Kind
from legacy_clients.soap.names import ARRAY, ENCODING, XML, XSD, clark, in_scope, local, outside

ARRAY_TYPE = "{http://schemas.xmlsoap.org/wsdl/}arrayType"  # WSDL 1.1 section 2.2

COMPONENTS = (
    "element",
    "simpleType",
    "complexType",
    "group",
    "attributeGroup",
    "attribute",
)
# What stands inside a complex type: whether its particles may all be demanded (one branch of a
# choice may not).
PARTICLES = {"sequence": True, "all": True, "choice": False}
CONTENTS = ("complexContent", "simpleContent")
DERIVATIONS = ("extension", "restriction")
# SOAP 1.1 section 5.2 has the built-ins of XSD once more, with an id and an href; this one differs.
ENCODED_SIMPLE = {"base64": "base64Binary"}
ENCODED_COMPLEX = ("Array", "Struct")
TYPES = ("complexType", "simpleType")
REFERENCES = ("type", "base", "ref", "itemType", "memberTypes", "substitutionGroup")
# What an attribute refers to, where it is no type; `ref` is what bears it.
WORDS = {"substitutionGroup": ("element",)}
GIVEN = tuple(f"{{{space}}}" for space in (XSD, ENCODING, XML))  # known without a schema
RANK = re.compile(r"\[([0-9,]*)\]")


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
                if word in COMPONENTS and node.get("name"):
                    self._globals.setdefault((word, clark(space, node.get("name"))), node)

    @property
    def documents(self) -> Mapping[Any, str | None]:
        """The `xs:schema` elements, each with its target namespace."""
        return self._spaces

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

    def typed(
        self,
        name: str,
        type_name: str,
        *,
        nillable: bool = True,
        least: int = 1,
        most: int | None = 1,
    ) -> Element:
        """An element without a namespace of a named type: a part of an rpc message, an item of an
        array. Raises Misconfigured for a type that the schemas do not have.
        """
        kind, node = self._by_name(type_name)
        return Element(name, kind, nillable, least, most, name, type_name, self, node)

    def gathered(self, qname: str, parts: tuple[Element, ...]) -> Element:
        """An element that no schema declares, made of `parts`: the body of an rpc call (WSDL 1.1
        section 3.5).
        """
        name = etree.QName(qname).localname if qname else ""
        return Element(name, Kind(COMPLEX), False, 1, 1, qname, None, self, None, parts)

    def subtypes(self, type_name: str) -> list[str]:
        """The Clark names of all types that derive from a type, by whatever number of steps."""
        found: dict[str, None] = {}
        waiting = [type_name]
        while waiting:
            for derived in self._derivations.get(waiting.pop(), ()):
                if derived not in found:
                    found[derived] = None
                    waiting.append(derived)
        return list(found)

    def retyped(self, element: Element, type_name: str) -> Element:
        """As Element.as_type."""
        kind, node = self._by_name(type_name)
        declared = element.type_name
        if element.kind.name != "anyType" and (
            declared is None or type_name not in self.subtypes(declared)
        ):
            known = ", ".join(self.subtypes(declared)) if declared else ""
            raise Misconfigured(
                f"{element.name} cannot be of the type {type_name}, which does not derive from "
                f"{declared or 'its own'}; its subtypes are {known or 'none'}"
            )
        return replace(element, kind=kind, type_name=type_name, _type=node, _inner=None)

    def type_names(self) -> list[str]:
        """The Clark names of all named types."""
        return [name for word, name in self._globals if word.endswith("Type")]

    @cached_property
    def gaps(self) -> dict[tuple[str, str], str]:
        """The global components, by word and Clark name, that lead to one that no schema has, by
        whatever number of steps; with what is missing.
        """
        users: dict[tuple[str, str], list[tuple[str, str]]] = {}
        found: dict[tuple[str, str], str] = {}
        for component, node in self._globals.items():
            for wanted in self._wanted(node):
                if not any(each in self._globals for each in wanted):
                    found.setdefault(component, " ".join(wanted[0]))
                for each in wanted:
                    users.setdefault(each, []).append(component)
        waiting = list(found)
        while waiting:
            gap = waiting.pop()
            for component in users.get(gap, ()):
                if component not in found:
                    found[component] = found[gap]
                    waiting.append(component)
        return found

    def gap(self, word: str, name: str) -> str | None:
        """What an "element" or "type" leads to that is missing; None if nothing is."""
        words = TYPES if word == "type" else (word,)
        return next((self.gaps[each, name] for each in words if (each, name) in self.gaps), None)

    def _wanted(self, component: Any) -> Iterator[tuple[tuple[str, str], ...]]:
        """What a component refers to, each as the words and name that it may be found under."""
        root = component.getroottree().getroot()
        prefixes = self._prefixes[root]
        for node in component.iter(f"{{{XSD}}}*"):
            for attribute in REFERENCES:
                written = node.get(attribute)
                if not written:
                    continue
                words = WORDS.get(attribute, TYPES)
                if attribute == "ref":
                    words = (local(node),)
                for each in written.split():
                    scope = prefixes if prefixes is not None else node.nsmap
                    name = in_scope(scope, each, self._spaces[root])
                    if not name.startswith(GIVEN):
                        yield tuple((kind, name) for kind in words)

    @cached_property
    def _prefixes(self) -> dict[Any, dict[str | None, str] | None]:
        """The prefixes of each document; None where some are declared below its root."""
        return {
            root: root.nsmap if etree.tostring(root).count(b" xmlns") == len(root.nsmap) else None
            for root in self._spaces
        }

    def members(self, complex_type: Any) -> Iterator[Element]:
        """The child elements of a complex type, those of the types it extends first."""
        for node in complex_type:
            word = local(node)
            if word == "complexContent":
                yield from self._derived(node)
            else:
                yield from self._particles(node, demanded=True, repeats=False)

    def attributes(self, complex_type: Any) -> Iterator[Attribute]:
        """The attributes of a complex type, those of its bases first; those left out that are
        prohibited or belong to SOAP's encoding.
        """
        found: dict[str, Attribute | None] = {}
        self._gather_attributes(complex_type, found)
        yield from (each for each in found.values() if each is not None and not outside(each.qname))

    def content(self, complex_type: Any) -> Kind | None:
        """The kind of the text where a complex type has simple content (XSD 1.0 part 1, 3.4.2)."""
        for derivation in derivations(complex_type):
            if local(derivation.getparent()) != "simpleContent":
                return None
            base_name = self._name(derivation, "base")
            base = self._globals.get(("complexType", base_name))
            kind = self.content(base) if base is not None else self._by_name(base_name)[0]
            if kind is None:
                return None
            return self._narrowed_from(kind, derivation)
        return None

    def array(self, complex_type: Any) -> Array | None:
        """What an encoded array holds, declared by wsdl:arrayType, by an element inside, or both;
        None for a type that does not derive from SOAP-ENC:Array.
        """
        for derivation in derivations(complex_type):
            base = self._name(derivation, "base")
            if base == ARRAY:
                outer: Array | None = Array(ITEM, None, (1,))
            else:
                node = self._globals.get(("complexType", base))
                outer = self.array(node) if node is not None else None
            return None if outer is None else self._declared_array(derivation, outer)
        return None

    def item(self, array: Array) -> Element:
        """What stands in an array. Of an array of arrays it is an array itself."""
        if len(array.ranks) > 1:
            inner = Array(ITEM, array.type_name, array.ranks[:-1])
            kind = Kind(COMPLEX)
            return Element(
                array.item, kind, True, 0, None, array.item, ARRAY, self, None, None, inner
            )
        type_name = array.type_name or f"{{{XSD}}}anyType"
        return self.typed(array.item, type_name, least=0, most=None)

    def wild(self, complex_type: Any) -> bool:
        """Whether an xs:any stands in a complex type, or in one that it extends."""
        for derivation in derivations(complex_type):
            base = self._globals.get(("complexType", self._name(derivation, "base")))
            if local(derivation) == "extension" and base is not None and self.wild(base):
                return True
            if any(self._lets_any(node) for node in derivation):
                return True
        return any(self._lets_any(node) for node in complex_type)

    @cached_property
    def _derivations(self) -> dict[str, list[str]]:
        """The named types that derive from each named type, in one step."""
        found: dict[str, list[str]] = {}
        for (word, name), node in self._globals.items():
            if word == "complexType":
                bases = [self._name(each, "base") for each in derivations(node)]
            elif word == "simpleType":
                bases = [
                    self._name(each, "base")
                    for each in node
                    if local(each) == "restriction" and each.get("base")
                ]
            else:
                continue
            for base in bases:
                found.setdefault(base, []).append(name)
        return found

    @cached_property
    def _substitutes(self) -> dict[str, list[str]]:
        """The global elements that may stand in the place of each (XSD 1.0 part 1, 3.3.2)."""
        found: dict[str, list[str]] = {}
        for (word, name), node in self._globals.items():
            if word == "element" and node.get("substitutionGroup"):
                found.setdefault(self._name(node, "substitutionGroup"), []).append(name)
        return found

    def _derived(self, content: Any) -> Iterator[Element]:
        for derivation in content:
            if local(derivation) == "extension":
                base = self._base(derivation)
                if base is not None:
                    yield from self.members(base)
            if local(derivation) in DERIVATIONS:
                for node in derivation:
                    yield from self._particles(node, demanded=True, repeats=False)

    def _base(self, derivation: Any) -> Any:
        """The complex type that is derived from; None for one of XSD or SOAP itself."""
        name = self._name(derivation, "base")
        return None if outside(name) else self._global("complexType", name)

    def _particles(self, node: Any, *, demanded: bool, repeats: bool) -> Iterator[Element]:
        word = local(node)
        if word not in PARTICLES and word not in ("element", "group"):
            return
        least, most = occurs(node)
        if most == 0:
            return
        demanded = demanded and least > 0
        if word == "element":
            yield from self._placed(node, least if demanded else 0, None if repeats else most)
            return
        repeats = repeats or most is None or most > 1
        if word == "group":
            if node.get("ref"):
                for inner in self._global("group", self._name(node, "ref")):
                    yield from self._particles(inner, demanded=demanded, repeats=repeats)
        else:
            for inner in node:
                yield from self._particles(
                    inner, demanded=demanded and PARTICLES[word], repeats=repeats
                )

    def _lets_any(self, node: Any) -> bool:
        word = local(node)
        if word == "any":
            return True
        if word == "element":
            return self._of_xsd(node)
        if word == "group" and node.get("ref"):
            return any(map(self._lets_any, self._global("group", self._name(node, "ref"))))
        return word in PARTICLES and any(map(self._lets_any, node))

    def _placed(self, node: Any, least: int, most: int | None) -> Iterator[Element]:
        if not node.get("ref"):
            yield self._element(node, least, most)
            return
        if self._of_xsd(node):
            return
        name = self._name(node, "ref")
        head = self._global("element", name)
        substitutes = self._substitutes.get(name, ())
        if head.get("abstract") not in ("true", "1"):
            yield self._element(head, 0 if substitutes else least, most)
        for each in substitutes:
            yield self._element(self._global("element", each), 0, most)

    def _of_xsd(self, node: Any) -> bool:
        """Whether a reference leads to XSD itself: a data set that brings its schema along."""
        return bool(node.get("ref")) and self._name(node, "ref").startswith(f"{{{XSD}}}")

    def _element(self, node: Any, least: int, most: int | None) -> Element:
        kind, complex_type = self._typed(node)
        nillable = node.get("nillable") in ("true", "1")
        name = node.get("name")
        type_name = self._name(node, "type") if node.get("type") else None
        if type_name is None and kind.name == "anyType":
            type_name = f"{{{XSD}}}anyType"
        qname = clark(self._form(node, "elementFormDefault"), name)
        return Element(name, kind, nillable, least, most, qname, type_name, self, complex_type)

    def _form(self, node: Any, default: str) -> str | None:
        """The namespace that a declared name has in an instance (XSD 1.0 part 1, 3.3.2, 3.2.2)."""
        root = node.getroottree().getroot()
        is_global = node.getparent() is root
        form = node.get("form") or root.get(default, "unqualified")
        return self._spaces[root] if is_global or form == "qualified" else None

    def _gather_attributes(self, node: Any, found: dict[str, Attribute | None]) -> None:
        for derivation in derivations(node):
            base = self._globals.get(("complexType", self._name(derivation, "base")))
            if base is not None and not outside(self._name(derivation, "base")):
                self._gather_attributes(base, found)
            self._gather_attributes(derivation, found)
        for each in node:
            word = local(each)
            if word == "attributeGroup" and each.get("ref"):
                group = self._globals.get(("attributeGroup", self._name(each, "ref")))
                if group is not None:
                    self._gather_attributes(group, found)
            elif word == "attribute":
                name, attribute = self._attribute(each)
                found[name] = attribute

    def _attribute(self, node: Any) -> tuple[str, Attribute | None]:
        """An attribute and its local name; None for one that is prohibited."""
        if node.get("ref"):
            qname = self._name(node, "ref")
            declared = self._globals.get(("attribute", qname))
            kind = self._typed(declared)[0] if declared is not None else Kind("anySimpleType")
        else:
            qname = clark(self._form(node, "attributeFormDefault"), node.get("name"))
            kind = self._typed(node)[0]
            if kind.name == "anyType":
                kind = Kind("anySimpleType")
        name = etree.QName(qname).localname
        use = node.get("use", "optional")
        found = None if use == "prohibited" else Attribute(name, qname, kind, use == "required")
        return name, found

    def _declared_array(self, derivation: Any, outer: Array) -> Array:
        item, type_name, ranks = outer
        for node in derivation:
            for declared in self._particles(node, demanded=False, repeats=True):
                item, type_name = declared.name, declared.type_name or type_name
        for node in derivation.iter(f"{{{XSD}}}attribute"):
            written = node.get(ARRAY_TYPE)
            if written:
                word = written.partition("[")[0].strip()
                type_name = self._resolved(node, word)
                ranks = tuple(1 + rank.count(",") for rank in RANK.findall(written)) or (1,)
        return Array(item, type_name, ranks)

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
                return Kind(COMPLEX), inner
        return Kind("anyType"), None

    def _by_name(self, name: str) -> tuple[Kind, Any]:
        space, _, word = name.rpartition("}")
        if space == "{" + XSD:
            return Kind(word), None
        if space == "{" + ENCODING:
            kind = COMPLEX if word in ENCODED_COMPLEX else ENCODED_SIMPLE.get(word, word)
            return Kind(kind), None
        if ("simpleType", name) in self._globals:
            return self._simple(self._globals["simpleType", name]), None
        if ("complexType", name) in self._globals:
            return Kind(COMPLEX), self._globals["complexType", name]
        raise Misconfigured(f"the WSDL refers to the type {name}, which its schemas do not have")

    def _simple(self, node: Any) -> Kind:
        for inner in node:
            word = local(inner)
            if word == "list":
                return Kind("list", item=next(self._kinds(inner, "itemType"), None))
            if word == "union":
                return Kind("union", members=tuple(self._kinds(inner, "memberTypes")))
            if word == "restriction":
                return self._narrowed(inner)
        return Kind("anySimpleType")

    def _kinds(self, node: Any, attribute: str) -> Iterator[Kind]:
        """The kinds that a list or union names, and those that it holds without a name."""
        for word in node.get(attribute, "").split():
            yield self._by_name(self._resolved(node, word))[0]
        for inner in node:
            if local(inner) == "simpleType":
                yield self._simple(inner)

    def _narrowed(self, restriction: Any) -> Kind:
        if restriction.get("base"):
            base, _ = self._by_name(self._name(restriction, "base"))
        else:
            base, _ = self._typed(restriction)
        return self._narrowed_from(base, restriction)

    def _narrowed_from(self, base: Kind, derivation: Any) -> Kind:
        facets = [node for node in derivation if local(node) and node.get("value") is not None]
        if not facets:
            return base
        words = tuple(node.get("value") for node in facets if local(node) == "enumeration")
        patterns = tuple(node.get("value") for node in facets if local(node) == "pattern")
        own = {local(node): node.get("value") for node in facets if local(node) != "enumeration"}
        return replace(
            base,
            facets={**base.facets, **own},
            words=words or base.words,
            patterns=(*base.patterns, patterns) if patterns else base.patterns,
        )

    def _global(self, word: str, name: str) -> Any:
        if (word, name) not in self._globals:
            raise Misconfigured(
                f"the WSDL refers to the {word} {name}, which its schemas do not have"
            )
        return self._globals[word, name]

    def _name(self, node: Any, attribute: str) -> str:
        """The qualified name that an attribute holds, by the prefixes in scope."""
        return self._resolved(node, node.get(attribute, "").strip())

    def _resolved(self, node: Any, written: str) -> str:
        return in_scope(node.nsmap, written, self._spaces[node.getroottree().getroot()])


def derivations(complex_type: Any) -> Iterator[Any]:
    """The extension or restriction by which a complex type derives from another, if it does."""
    for content in complex_type:
        if local(content) in CONTENTS:
            for each in content:
                if local(each) in DERIVATIONS:
                    yield each


def occurs(node: Any) -> tuple[int, int | None]:
    most = node.get("maxOccurs", "1")
    return int(node.get("minOccurs", "1")), None if most == "unbounded" else int(most)
