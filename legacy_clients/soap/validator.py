"""The schemas of a contract as libxml2 checks elements against them (document/literal)."""

from __future__ import annotations

import copy
import threading
from collections.abc import Iterable, Mapping
from typing import Any

from lxml import etree

from legacy_clients.errors import Misconfigured
from legacy_clients.soap.contract import Finding
from legacy_clients.soap.names import XML, XSD, clark, in_scope
from legacy_clients.soap.parser import strict_parser
from legacy_clients.soap.places import Places
from legacy_clients.soap.xsd import REFERENCES

COMPILED = "contract:///"
COUNTLESS = "COUNTLESS"

# A finding takes some 10 ns for each element before it: this bounds all of them to 0.2 s.
FEW = 4_000
LEAST = 100
WORK = 20_000_000
PIECE = 16 * 1024
count_elements = etree.XPath("count(descendant::*)")


class Validator:
    """Checks elements against the schemas. For all threads."""

    def __init__(self, schema: Any) -> None:
        self._schema = schema
        # lxml keeps the findings of a validation on the schema: without a lock threads would read
        # each other's.
        self._validating = threading.Lock()

    def departures(self, node: Any, most: int) -> list[Finding]:
        """Where `node` departs from the schemas, in the order of the document: the first finding of
        each place, `most` places. Where there are more of them than can be placed in a moment, they
        are COUNTLESS, without their places.
        """
        with self._validating:
            elements = int(count_elements(node))
            if elements > FEW:
                often = max(LEAST, WORK // elements)
                counted = self._counted(node, often)
                if counted > often:
                    return [Finding(COUNTLESS, "", "")] * most
                if not counted:
                    return []
            if self._schema.validate(node):
                return []
            told = [(each.type_name, each.path) for each in self._schema.error_log]
        paths = Paths(node)
        found: dict[str, Finding] = {}
        for rule, path in told:
            if len(found) == most:
                break
            finding = paths.finding(rule, path)
            found.setdefault(finding.place, finding)
        return list(found.values())

    def _counted(self, node: Any, often: int) -> int:
        """How often `node` departs; counting ends beyond `often`. Read as a text once more: in a
        tree each finding costs a walk along all the siblings before it (xmlGetNodePath).
        """
        text = etree.tostring(node, with_tail=False, encoding="utf-8")
        parser = etree.XMLParser(schema=self._schema, target=Unkept())
        try:
            for start in range(0, len(text), PIECE):
                parser.feed(text[start : start + PIECE])
                if len(parser.feed_error_log) > often:
                    return len(parser.feed_error_log)
            parser.close()
        except etree.XMLSyntaxError:  # what lxml calls a document that is not valid
            pass
        return len(parser.feed_error_log)


class Unkept:
    """What is parsed is not kept."""

    def close(self) -> None:
        """The end of the document."""


class Unchecked:
    """Schemas that libxml2 does not take, of a service whose calls are not checked by it."""

    def __init__(self, reason: str) -> None:
        self._reason = reason

    def departures(self, node: Any, most: int) -> list[Finding]:
        raise Misconfigured(self._reason)


class Paths:
    """Where the paths of libxml2 lead in one document."""

    def __init__(self, root: Any) -> None:
        self._root, self._places = root, Places(root)
        self._prefixes = {
            key: uri for node in root.iter() for key, uri in node.nsmap.items() if key
        }

    def finding(self, rule: str, path: str | None) -> Finding:
        """What is found at the end of a path; at the root where it leads nowhere."""
        # The first step leads to the root itself, which may stand inside of another document.
        _, _, below = (path or "").lstrip("/").partition("/")
        found = self._root.xpath(below, namespaces=self._prefixes) if below else []
        return self._places.finding(rule, found[0] if found else self._root)


def compiled(schemas: Mapping[Any, str | None], file: str) -> Validator:
    """One validator for all the schemas. Raises Misconfigured where they do not hold together.

    libxml2 reads only the first document of a namespace, so each namespace becomes one document
    that includes all of its own. Schemas without a namespace only gather others.
    """
    spaces: dict[str | None, list[int]] = {}
    texts: dict[str, bytes] = {}
    heads = substitution_heads(schemas)
    for number, (root, space) in enumerate(schemas.items()):
        spaces.setdefault(space, []).append(number)
        texts[f"{COMPILED}{number}"] = joined(root, space, set(schemas.values()), heads)
    for space, numbers in spaces.items():
        texts[f"{COMPILED}{space or ''}"] = schema_of(
            space, "include", [(None, f"{COMPILED}{number}") for number in numbers]
        )
    parser = strict_parser()
    parser.resolvers.add(InMemory(texts))
    entry = schema_of(None, "import", [(space, f"{COMPILED}{space}") for space in spaces if space])
    try:
        return Validator(etree.XMLSchema(etree.fromstring(entry, parser)))
    except etree.XMLSchemaParseError as error:
        raise Misconfigured(f"the schemas of {file} do not hold together: {error}") from None


def joined(root: Any, space: str | None, held: set[str | None], heads: Mapping[str, str]) -> bytes:
    """A schema without its includes, whose contents stand beside it, imports by namespace, those
    too that it uses and forgot.
    """
    own = copy.deepcopy(root)
    for node in own.findall(f"{{{XSD}}}include"):
        own.remove(node)
    imported = {space, XSD}
    for node in own.findall(f"{{{XSD}}}import"):
        node.attrib.pop("schemaLocation", None)
        imported.add(node.get("namespace"))
        if node.get("namespace") in held:
            node.set("schemaLocation", f"{COMPILED}{node.get('namespace', '')}")
        elif node.get("namespace") == XSD:
            own.remove(node)
    for forgotten in referred(own) & held - imported:
        node = etree.Element(f"{{{XSD}}}import", schemaLocation=f"{COMPILED}{forgotten}")
        node.set("namespace", forgotten)
        own.insert(0, node)
    for node in own.iterfind(f".//{{{XSD}}}element[@ref]"):
        if in_scope(node.nsmap, node.get("ref")).startswith(f"{{{XSD}}}"):
            replace_by_any(node)
    for sequence in own.iter(f"{{{XSD}}}sequence") if heads else ():
        leave_out_substitutes(sequence, heads)
    return etree.tostring(own)


def substitution_heads(schemas: Iterable[Any]) -> dict[str, str]:
    """The element in whose place each global element may stand (XSD 1.0 part 1, 3.3.2)."""
    return {
        clark(root.get("targetNamespace"), node.get("name")): in_scope(
            node.nsmap, node.get("substitutionGroup").strip()
        )
        for root in schemas
        for node in root.iterchildren(f"{{{XSD}}}element")
        if node.get("substitutionGroup")
    }


def leave_out_substitutes(sequence: Any, heads: Mapping[str, str]) -> None:
    """Where a substitute that may be absent stands before its head, which repeats without an end,
    the head alone admits the same documents: m*, T* is T* where m may stand for T. Some services
    (Exchange) write both, which is ambiguous to libxml2 (XSD 1.0 part 1, 3.8.6).
    """
    head = None
    for node in reversed(sequence.findall("*")):
        name = in_scope(node.nsmap, node.get("ref")) if node.get("ref") else None
        if head is not None and name and heads.get(name) == head and node.get("minOccurs") == "0":
            sequence.remove(node)
        else:
            head = name if node.get("maxOccurs") == "unbounded" else None


def referred(root: Any) -> set[str | None]:
    """The namespaces of the names that a schema uses."""
    prefixes = root.nsmap
    # Looking up what is in scope at each node is slow, and needless where only the root declares.
    at_root = etree.tostring(root).count(b" xmlns") == len(prefixes)
    found = set()
    for node in root.iter(f"{{{XSD}}}*"):
        for attribute in REFERENCES:
            written = node.get(attribute)
            for name in written.split() if written else ():
                prefix = name.rpartition(":")[0] or None
                scope = prefixes if at_root else node.nsmap
                found.add(XML if prefix == "xml" else scope.get(prefix))
    return found - {None}


def replace_by_any(node: Any) -> None:
    """A data set's own schema (ref="xs:schema") is let through: libxml2 cannot compile XSD's."""
    let = etree.Element(f"{{{XSD}}}any", namespace=XSD, processContents="skip")
    for bound in ("minOccurs", "maxOccurs"):
        if node.get(bound):
            let.set(bound, node.get(bound))
    node.getparent().replace(node, let)


def schema_of(space: str | None, word: str, targets: Iterable[tuple[str | None, str]]) -> bytes:
    schema = etree.Element(f"{{{XSD}}}schema", nsmap={"xs": XSD})
    if space and word == "include":
        schema.set("targetNamespace", space)
    for namespace, location in targets:
        node = etree.SubElement(schema, f"{{{XSD}}}{word}", schemaLocation=location)
        if namespace:
            node.set("namespace", namespace)
    return etree.tostring(schema)


class InMemory(etree.Resolver):
    """Answers libxml2's requests for schemas from memory, and refuses the rest."""

    def __init__(self, texts: Mapping[str, bytes]) -> None:
        self._texts = texts

    def resolve(self, system_url: str, public_id: str, context: Any) -> Any:
        if system_url not in self._texts:
            raise Misconfigured(f"the schemas import {system_url}, which they do not hold")
        return self.resolve_string(self._texts[system_url], context, base_url=system_url)
