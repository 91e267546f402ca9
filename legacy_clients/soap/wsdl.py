"""The contract of a SOAP service: a WSDL file and what it imports, read once at the start, from one
folder, off the network.

zeep reads it to build requests; the schemas inside are compiled once more to validate both
directions (document/literal).
"""

from __future__ import annotations

import threading
import warnings
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import unquote, urlsplit

import zeep
from lxml import etree
from zeep.wsdl.bindings.soap import Soap11Binding, Soap12Binding

from legacy_clients.errors import Misconfigured
from legacy_clients.soap.xsd import XSD, Element, Schemas

WSDL = "http://schemas.xmlsoap.org/wsdl/"
IMPORTS = (f"{{{WSDL}}}import", f"{{{XSD}}}import", f"{{{XSD}}}include", f"{{{XSD}}}redefine")
SHARED_SPACE = (f"{{{XSD}}}include", f"{{{XSD}}}redefine")
COMPILED = "contract:///"

# How a request travels, by version: SOAP 1.1 section 6.1.1, SOAP 1.2 part 2 section 7.
CONTENT_TYPES = {
    Soap11Binding: "text/xml; charset=utf-8",
    Soap12Binding: "application/soap+xml; charset=utf-8",
}


class ElementType(NamedTuple):
    """What a value has to be: the built-in type it comes from ("decimal", "complex"), its longest
    length, nil or not.
    """

    name: str
    max_length: int | None
    nillable: bool


@dataclass(frozen=True)
class Operation:
    """One call: what goes in and what comes out, as qualified names; `output` is None where nothing
    is answered.
    """

    name: str
    input: str
    output: str | None
    headers: Mapping[str, str]


class Finding(NamedTuple):
    """Where a document departs from its schema, and from which rule of it (libxml2's word).

    `path` is dotted and leads from below the root to the element; `place` is the same with
    positions ("Lines.Line[2].Sku").
    """

    rule: str
    path: str
    place: str


class Contract:
    """The operations of one port, their elements and their schema. For all threads."""

    def __init__(
        self, operations: Mapping[str, Operation], binding: Any, schemas: Schemas, schema: Any
    ) -> None:
        self.operations = dict(operations)
        self._binding, self._schemas, self._schema = binding, schemas, schema
        self._elements = {
            name: schemas.element(each.input) for name, each in self.operations.items()
        }
        # lxml keeps the findings of a validation on the schema: without a lock threads would read
        # each other's.
        self._validating = threading.Lock()

    def operation(self, name: str) -> Operation:
        """Raises Misconfigured, naming the known ones, when the WSDL has no such operation."""
        if name not in self.operations:
            known = ", ".join(sorted(self.operations))
            raise Misconfigured(f"the WSDL has no operation {name}; it has {known}")
        return self.operations[name]

    def input(self, operation: str) -> Element:
        """The element that a call of `operation` sends. Raises Misconfigured."""
        return self._elements[self.operation(operation).name]

    def element(self, operation: str, path: str) -> Element:
        """The element at a dotted path of local names below the request ("Customer.CreditLimit").
        Raises Misconfigured.
        """
        found = self.input(operation)
        for word in path.split("."):
            if word not in found.children:
                known = ", ".join(found.children) or "none"
                raise Misconfigured(
                    f"{operation} has no element {path}: "
                    f"{found.name} holds no {word}; it holds {known}"
                )
            found = found.children[word]
        return found

    def element_type(self, operation: str, path: str) -> ElementType:
        """Type, longest length in characters and nillability of the element at `path`. Raises
        Misconfigured.
        """
        found = self.element(operation, path)
        facets = found.kind.facets
        longest = facets.get("maxLength") or facets.get("length")
        return ElementType(found.kind.name, int(longest) if longest else None, found.nillable)

    def globally(self, local_name: str) -> tuple[str, Element]:
        """The one global element of this name, and its qualified name. Raises Misconfigured."""
        names = self._schemas.named(local_name)
        if len(names) != 1:
            raise Misconfigured(
                f"the WSDL has {len(names) or 'no'} global elements {local_name}: one is needed"
            )
        return names[0], self._schemas.element(names[0])

    def envelope(self, operation: str, values: Mapping[str, Any]) -> Any:
        """zeep's envelope around `values`, which are spelled and checked already."""
        return self._binding.get(operation).create(**values).content

    def departure(self, element: Any) -> Finding | None:
        """Where `element` first departs from the schema, or None when it is valid."""
        with self._validating:
            if self._schema.validate(element):
                return None
            # Once more on a copy: the path that libxml2 gives counts from the root of a document.
            copy = etree.fromstring(etree.tostring(element, with_tail=False))
            self._schema.validate(copy)
            first = self._schema.error_log[0]
            rule, path = first.type_name, first.path
        prefixes = {key: uri for node in copy.iter() for key, uri in node.nsmap.items() if key}
        names = names_along(copy.xpath(path, namespaces=prefixes)[0]) if path else []
        return Finding(
            rule, ".".join(bare for bare, _ in names), ".".join(placed for _, placed in names)
        )

    def declares(self, path: str) -> bool:
        """Whether every word of a dotted path is the name of an element in the contract (and no
        invention of a reply).
        """
        return all(word in self._schemas.words for word in path.split("."))


class Bundle:
    """The files of a contract: one folder, and nothing outside it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder.resolve()

    def read(self, location: str) -> bytes:
        """The bytes at a path or file:// address. Raises Misconfigured for what lies outside the
        folder or is not there.
        """
        parts = urlsplit(location)
        if parts.scheme not in ("", "file"):
            raise Misconfigured(
                f"the WSDL imports {location}, which is not fetched: store it beside the WSDL"
            )
        path = Path(unquote(parts.path)).resolve()
        if not path.is_relative_to(self._folder):
            raise Misconfigured(f"the WSDL imports {location}, which lies outside its folder")
        if not path.is_file():
            raise Misconfigured(f"the WSDL or a file that it imports is not there: {location}")
        return path.read_bytes()

    def parse(self, location: str) -> Any:
        """The root of a document without a DTD. Raises Misconfigured."""
        try:
            root = etree.fromstring(self.read(location), strict_parser(), base_url=location)
        except etree.XMLSyntaxError as error:
            raise Misconfigured(f"{location} is no XML: {error.msg}") from None
        if root.getroottree().docinfo.doctype:
            raise Misconfigured(f"{location} has a DTD, which is not read")
        return root


class LocalFiles(zeep.Transport):
    """What zeep loads through: the bundle, and no network."""

    def __init__(self, bundle: Bundle) -> None:
        super().__init__()
        self.session.close()
        self._bundle = bundle

    def load(self, url: str) -> bytes:
        return self._bundle.read(url)


def load_contract(wsdl: Path | str, port: str | None = None) -> Contract:
    """Read the WSDL at a local path, with what it imports from its own folder.

    `port` names the port where the WSDL has several; else the first of SOAP 1.1, or of SOAP 1.2, is
    taken. Raises Misconfigured: file missing, import outside the folder, DTD, no callable
    operation, schemas that do not compile.
    """
    path = Path(wsdl).absolute()
    bundle = Bundle(path.parent)
    documents = collect(bundle, str(path))
    binding = bound(zeep_document(bundle, path), port, path.name)
    schemas = Schemas(documents)
    operations = {each.name: each for each in callable_operations(binding, schemas)}
    if not operations:
        raise Misconfigured(f"{path.name} has no operation of the style document/literal")
    return Contract(operations, binding, schemas, compiled(documents, path.name))


def callable_operations(binding: Any, schemas: Schemas) -> Iterator[Operation]:
    """The operations of style document/literal that send one declared element."""
    for name, each in binding.all().items():
        body = each.input.body
        if each.style == "document" and body is not None and schemas.holds(str(body.qname)):
            yield Operation(name, str(body.qname), answered(each), sent_with(binding, each))


def zeep_document(bundle: Bundle, path: Path) -> zeep.wsdl.Document:
    settings = zeep.Settings(forbid_dtd=True, forbid_entities=True, forbid_external=True)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what cannot be called is found missing by name
            transport: Any = LocalFiles(bundle)  # zeep's own hint says the class, and means this
            return zeep.wsdl.Document(str(path), transport, settings=settings)
    except (zeep.exceptions.Error, LookupError, TypeError, ValueError, AttributeError) as error:
        raise Misconfigured(f"{path.name} cannot be read as a WSDL: {error}") from error


def bound(document: zeep.wsdl.Document, port: str | None, file: str) -> Any:
    """The binding to speak: that of the named port, else the first of the oldest SOAP."""
    ports = {
        name: each.binding
        for service in document.services.values()
        for name, each in service.ports.items()
        if type(each.binding) in CONTENT_TYPES
    }
    if port is not None:
        if port not in ports:
            raise Misconfigured(f"{file} has no SOAP port {port}; it has {', '.join(ports)}")
        return ports[port]
    for version in CONTENT_TYPES:
        for binding in ports.values():
            if type(binding) is version:
                return binding
    raise Misconfigured(f"{file} has no SOAP port")


def answered(operation: Any) -> str | None:
    output = operation.output
    return str(output.body.qname) if output is not None and output.body is not None else None


def sent_with(binding: Any, operation: Any) -> dict[str, str]:
    """The HTTP headers of a call: where the action stands is what differs between the versions."""
    content_type = CONTENT_TYPES[type(binding)]
    action = operation.soapaction or ""
    if isinstance(binding, Soap12Binding):
        return {"Content-Type": f'{content_type}; action="{action}"'}
    return {"Content-Type": content_type, "SOAPAction": f'"{action}"'}


def collect(bundle: Bundle, start: str) -> dict[Any, str | None]:
    """Every schema that the WSDL holds or reaches, as an element of its own, with its target
    namespace.
    """
    schemas: dict[Any, str | None] = {}
    seen: set[tuple[str, str | None]] = set()
    waiting: list[tuple[str, str | None]] = [(start, None)]
    while waiting:
        location, lent = waiting.pop()
        if (location, lent) in seen:
            continue
        seen.add((location, lent))
        for root in separated(bundle.parse(location)):
            space = root.get("targetNamespace") or lent
            if root.tag == f"{{{XSD}}}schema":
                schemas[root] = space
            for node in root.iter(*IMPORTS):
                target = node.get("schemaLocation") or node.get("location")
                if target:
                    lending = space if node.tag in SHARED_SPACE else None
                    waiting.append((beside(location, target), lending))
    return schemas


def separated(root: Any) -> list[Any]:
    """A schema as it is; a WSDL followed by each of the schemas inside it, with the prefixes in
    scope there.
    """
    if root.tag == f"{{{XSD}}}schema":
        return [root]
    schemas = list(root.iter(f"{{{XSD}}}schema"))
    alone = [etree.fromstring(etree.tostring(each, with_tail=False)) for each in schemas]
    for each in schemas:
        each.getparent().remove(each)
    return [root, *alone]


def beside(location: str, target: str) -> str:
    """Where an import points: `target` as written, or relative to the file that holds it."""
    if urlsplit(target).scheme or Path(target).is_absolute():
        return target
    return str((Path(location).parent / unquote(target)).resolve())


def compiled(documents: Mapping[Any, str | None], file: str) -> Any:
    """One validator for all the schemas.

    libxml2 reads only the first document of a namespace, so each namespace becomes one document
    that includes all of its own. Schemas without a namespace only gather others.
    """
    spaces: dict[str | None, list[int]] = {}
    texts: dict[str, bytes] = {}
    for number, (root, space) in enumerate(documents.items()):
        spaces.setdefault(space, []).append(number)
        texts[f"{COMPILED}{number}"] = joined(root, set(documents.values()))
    for space, numbers in spaces.items():
        texts[f"{COMPILED}{space or ''}"] = schema_of(
            space, "include", [(None, f"{COMPILED}{number}") for number in numbers]
        )
    parser = strict_parser()
    parser.resolvers.add(InMemory(texts))
    entry = schema_of(None, "import", [(space, f"{COMPILED}{space}") for space in spaces if space])
    try:
        return etree.XMLSchema(etree.fromstring(entry, parser))
    except etree.XMLSchemaParseError as error:
        raise Misconfigured(f"the schemas of {file} do not hold together: {error}") from None


def joined(root: Any, held: set[str | None]) -> bytes:
    """A schema without its includes, whose contents stand beside it, imports by namespace."""
    copy = etree.fromstring(etree.tostring(root))
    for node in copy.findall(f"{{{XSD}}}include"):
        copy.remove(node)
    for node in copy.findall(f"{{{XSD}}}import"):
        node.attrib.pop("schemaLocation", None)
        if node.get("namespace") in held:
            node.set("schemaLocation", f"{COMPILED}{node.get('namespace', '')}")
    return etree.tostring(copy)


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


def strict_parser(encoding: str | None = None) -> Any:
    """A parser for what others wrote: no DTD, no entities, no network, libxml2's own limits on
    depth and size kept.
    """
    return etree.XMLParser(
        encoding=encoding,
        load_dtd=False,
        dtd_validation=False,
        no_network=True,
        resolve_entities=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
        collect_ids=False,
    )


def names_along(node: Any) -> list[tuple[str, str]]:
    """From the child of the root down to `node`: local names, bare and with their position where a
    name repeats (from 1).
    """
    names = []
    while node.getparent() is not None:
        bare = etree.QName(node).localname
        twins = node.getparent().findall(node.tag)
        names.append((bare, f"{bare}[{twins.index(node) + 1}]" if len(twins) > 1 else bare))
        node = node.getparent()
    return names[::-1]
