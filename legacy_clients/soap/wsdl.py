"""Reads a WSDL 1.1 into a Contract: which operations one SOAP port has, in which style, and why
some of them cannot be called.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

from lxml import etree

from legacy_clients.errors import Misconfigured
from legacy_clients.soap.bundle import WSDL, Documents, collect, files_of
from legacy_clients.soap.contract import (
    Checker,
    Contract,
    ElementType,
    Envelopes,
    Finding,
    Message,
    Operation,
)
from legacy_clients.soap.element import Element
from legacy_clients.soap.envelope import built_by_zeep
from legacy_clients.soap.names import XSD, clark, in_scope, local
from legacy_clients.soap.parser import strict_parser
from legacy_clients.soap.validator import Unchecked, compiled
from legacy_clients.soap.xsd import Schemas

__all__ = [
    "Contract",
    "ElementType",
    "Finding",
    "Message",
    "Operation",
    "load_contract",
    "strict_parser",
]

# By the namespace of the binding's extensions: the version, and how a request travels in it (SOAP
# 1.1 section 6.1.1, SOAP 1.2 part 2 section 7).
VERSIONS = {
    "http://schemas.xmlsoap.org/wsdl/soap/": ("1.1", "text/xml; charset=utf-8"),
    "http://schemas.xmlsoap.org/wsdl/soap12/": ("1.2", "application/soap+xml; charset=utf-8"),
}
OVER_HTTP = (
    "http://schemas.xmlsoap.org/soap/http",
    "http://schemas.xmlsoap.org/soap/http/",
    "http://www.w3.org/2003/05/soap/bindings/HTTP/",
)
MIME = "{http://schemas.xmlsoap.org/wsdl/mime/}multipartRelated"
STYLES = (("document", "literal"), ("rpc", "literal"), ("rpc", "encoded"))


class Uncallable(Exception):
    """An operation that cannot be called. Its argument is the reason."""


class Port(NamedTuple):
    """A binding for one version of SOAP, with the namespace of its extensions."""

    binding: Any
    soap: str


class Definitions:
    """The WSDL documents of a contract, their components found by qualified name (WSDL 1.1 section
    2).
    """

    def __init__(self, roots: list[Any]) -> None:
        self._spaces = {root: root.get("targetNamespace") for root in roots}
        self._named: dict[tuple[str, str], Any] = {}
        for root, space in self._spaces.items():
            for node in root:
                if isinstance(node.tag, str) and node.get("name"):
                    word = etree.QName(node).localname
                    self._named.setdefault((word, clark(space, node.get("name"))), node)

    def all(self, word: str) -> Iterator[Any]:
        """Every component of a kind ("service"), in the order of the files."""
        for (kind, _), node in self._named.items():
            if kind == word:
                yield node

    def named(self, word: str, node: Any, attribute: str) -> Any:
        """The component that an attribute names; None where there is none."""
        written = node.get(attribute, "").strip()
        space = self._spaces[node.getroottree().getroot()]
        # Some leave out the prefix where the default namespace is that of WSDL.
        for name in (in_scope(node.nsmap, written), clark(space, written)):
            if (word, name) in self._named:
                return self._named[word, name]
        return None


def load_contract(wsdl: Path | str, port: str | None = None, *, ready: bool = True) -> Contract:
    """Read the WSDL at a local path, with what it imports from its own folder, or the bundle in a
    folder (files pinned by their hashes).

    `port` names the port where the WSDL has several; else the first of SOAP 1.1, or of SOAP 1.2, is
    taken. Its address is never used. With `ready` false the contract is for reading: neither calls
    nor answers can be checked. Raises Misconfigured: file missing, changed or outside the folder,
    DTD, no callable operation, schemas that do not compile.
    """
    if "://" in str(wsdl):
        raise Misconfigured(
            f"the WSDL is {wsdl}, a URL, which is not fetched at the start: store it once with "
            "`facade wsdl fetch URL FOLDER`, and set FACADE_SOAP_WSDL to that folder"
        )
    path = Path(wsdl).absolute()
    documents = collect(files_of(path))
    return contract_of(documents, path.name, port, ready=ready)


def contract_of(
    documents: Documents, file: str, port: str | None = None, *, ready: bool = True
) -> Contract:
    """The contract that documents make; `file` is for messages. Raises Misconfigured."""
    definitions = Definitions(documents.definitions)
    schemas = Schemas(documents.schemas)
    if schemas.gaps:
        documents = whole(documents, schemas)
    operations, uncallable = operations_of(definitions, schemas, bound(definitions, port, file))
    if not operations:
        reasons = "; ".join(f"{name}: {why}" for name, why in sorted(uncallable.items())[:5])
        raise Misconfigured(f"{file} has no operation that can be called ({reasons or 'none'})")
    literal = any((each.style, each.use) == STYLES[0] for each in operations.values())
    checker, envelopes = prepared(documents, file, literal=literal) if ready else UNREADY
    return Contract(operations, uncallable, schemas, checker, envelopes, tuple(documents.notes))


def whole(documents: Documents, schemas: Schemas) -> Documents:
    """The documents without the components that lead to missing ones: what does not need them can
    still be called.
    """
    kept: dict[Any, str | None] = {}
    for root, space in documents.schemas.items():
        own = copy.deepcopy(root)
        for node in own.findall(f"{{{XSD}}}*[@name]"):
            if (local(node), clark(space, node.get("name"))) in schemas.gaps:
                own.remove(node)
        kept[own] = space
    return replace(documents, schemas=kept)


class Unbuilt:
    """The envelopes of a contract that has no document/literal, or is only read."""

    def around(self, operation: Operation, values: Any) -> Any:
        raise Misconfigured(f"{operation.name}: the contract was read without its schemas")


UNREADY: tuple[Checker, Envelopes] = (Unchecked("the contract was only read"), Unbuilt())


def prepared(documents: Documents, file: str, *, literal: bool) -> tuple[Checker, Envelopes]:
    """What checks and builds. Where nothing is document/literal the schemas may be such as libxml2
    refuses: encoded types are no types of XSD.
    """
    if literal:
        return compiled(documents.schemas, file), built_by_zeep(documents.schemas, file)
    try:
        return compiled(documents.schemas, file), Unbuilt()
    except Misconfigured as error:
        return Unchecked(str(error)), Unbuilt()


def bound(definitions: Definitions, port: str | None, file: str) -> Port:
    """The binding to speak: that of the named port, else the first of the oldest SOAP. Files that
    leave the service to others have bindings only.
    """
    ports = {
        each.get("name", ""): found
        for service in definitions.all("service")
        for each in service.iterchildren(f"{{{WSDL}}}port")
        if (found := spoken(definitions.named("binding", each, "binding"))) is not None
    }
    if not any(True for _ in definitions.all("service")):
        ports = {
            each.get("name"): found
            for each in definitions.all("binding")
            if (found := spoken(each)) is not None
        }
    if port is not None:
        if port not in ports:
            raise Misconfigured(
                f"{file} has no SOAP port {port}; it has {', '.join(ports) or 'none'}"
            )
        return ports[port]
    for space in VERSIONS:
        for found in ports.values():
            if found.soap == space:
                return found
    raise Misconfigured(f"{file} has no SOAP port")


def spoken(binding: Any) -> Port | None:
    """A binding that is SOAP over HTTP; None for any other."""
    if binding is None:
        return None
    for space in VERSIONS:
        extension = binding.find(f"{{{space}}}binding")
        if extension is not None and extension.get("transport", OVER_HTTP[0]) in OVER_HTTP:
            return Port(binding, space)
    return None


def operations_of(
    definitions: Definitions, schemas: Schemas, port: Port
) -> tuple[dict[str, Operation], dict[str, str]]:
    """The operations of a port, and of those that cannot be called why."""
    reader = Reader(definitions, schemas, port)
    operations: dict[str, Operation] = {}
    uncallable: dict[str, str] = {}
    for node in port.binding.iterchildren(f"{{{WSDL}}}operation"):
        name = node.get("name", "")
        try:
            if name in operations or name in uncallable:
                operations.pop(name, None)
                raise Uncallable("the WSDL has it more than once (WS-I BP 1.1, R2304)")
            operations[name] = reader.operation(node)
        except (Uncallable, Misconfigured) as error:
            uncallable[name] = str(error)
    return operations, uncallable


class Reader:
    """Reads the operations of one binding (WSDL 1.1 section 3)."""

    def __init__(self, definitions: Definitions, schemas: Schemas, port: Port) -> None:
        self._definitions, self._schemas = definitions, schemas
        self._space, binding = port.soap, port.binding
        self._soap, self._content_type = VERSIONS[port.soap]
        self._style = binding.find(f"{{{port.soap}}}binding").get("style", "document")
        kind = definitions.named("portType", binding, "type")
        self._abstract: dict[str, Any] = {}
        for node in kind.iterchildren(f"{{{WSDL}}}operation") if kind is not None else ():
            self._abstract.setdefault(node.get("name", ""), node)

    def operation(self, node: Any) -> Operation:
        """Raises Uncallable or Misconfigured, with the reason."""
        name = node.get("name", "")
        abstract = self._abstract.get(name)
        if abstract is None:
            raise Uncallable("its port type does not have it")
        extension = node.find(f"{{{self._space}}}operation")
        style = self._style if extension is None else extension.get("style", self._style)
        sent, told = (node.find(f"{{{WSDL}}}{each}") for each in ("input", "output"))
        if abstract.find(f"{{{WSDL}}}input") is None:
            raise Uncallable("the service would be the one that calls")
        answers = abstract.find(f"{{{WSDL}}}output") is not None
        use = self._use(name, sent, told if answers else None)
        if (style, use) not in STYLES:
            raise Uncallable(f"its style is {style}/{use}")
        if use == "encoded" and self._soap != "1.1":
            raise Uncallable("it is encoded by SOAP 1.2, of which only literal calls are spoken")
        read = self._rpc if style == "rpc" else self._document
        taken = read(name, abstract.find(f"{{{WSDL}}}input"), sent, use)
        given = None
        if answers:
            given = read(f"{name}Response", abstract.find(f"{{{WSDL}}}output"), told, use)
        return Operation(name, style, use, self._soap, taken, given, self._sent_with(extension))

    def _use(self, name: str, *directions: Any) -> str:
        uses = {self._body(each).get("use", "literal") for each in directions if each is not None}
        if len(uses) != 1:
            raise Uncallable(f"it mixes {' and '.join(sorted(uses)) or 'nothing'}")
        return str(uses.pop())

    def _body(self, direction: Any) -> Any:
        body = direction.find(f"{{{self._space}}}body")
        if body is None:
            if direction.find(MIME) is not None:
                raise Uncallable("its body stands in parts (MIME)")
            raise Uncallable("its binding does not say what stands in the body")
        return body

    def _document(self, name: str, abstract: Any, direction: Any, use: str) -> Message:
        """The body of a document: one declared element; or none, or several, side by side."""
        elements = []
        for part in self._parts(abstract, direction):
            if not part.get("element"):
                raise Uncallable(f"its part {part.get('name')} has no element (WS-I BP 1.1, R2204)")
            elements.append(self._declared(part))
        headers = self._headers(direction)
        if len(elements) == 1:
            return Message(elements[0].qname, elements[0], headers)
        return Message("", self._schemas.gathered("", tuple(elements)), headers)

    def _rpc(self, name: str, abstract: Any, direction: Any, use: str) -> Message:
        """The body of an rpc call: one element for the operation, in it one for each part (WSDL 1.1
        section 3.5, SOAP 1.1 section 7.1).
        """
        parts = []
        for part in self._parts(abstract, direction):
            if not part.get("type"):
                raise Uncallable(f"its part {part.get('name')} has no type (WS-I BP 1.1, R2203)")
            element = self._typed(part, nillable=use == "encoded")
            parts.append(element)
        qname = clark(self._body(direction).get("namespace"), name)
        return Message(qname, self._schemas.gathered(qname, tuple(parts)), self._headers(direction))

    def _declared(self, part: Any) -> Element:
        name = in_scope(part.nsmap, part.get("element").strip())
        self._refuse_gap("element", name)
        return self._schemas.element(name)

    def _typed(self, part: Any, *, nillable: bool = True) -> Element:
        name = in_scope(part.nsmap, part.get("type", "").strip())
        self._refuse_gap("type", name)
        return self._schemas.typed(part.get("name"), name, nillable=nillable)

    def _refuse_gap(self, word: str, name: str) -> None:
        gap = self._schemas.gap(word, name)
        if gap is not None:
            raise Uncallable(f"the {gap}, which it leads to, is missing from the schemas")

    def _parts(self, abstract: Any, direction: Any) -> list[Any]:
        """The parts that stand in the body: those that soap:body names, else all but those that the
        headers take from the same message.
        """
        message = self._definitions.named("message", abstract, "message")
        if message is None:
            raise Uncallable(f"the message {abstract.get('message')} is missing")
        parts = {each.get("name"): each for each in message.iterchildren(f"{{{WSDL}}}part")}
        body = self._body(direction)
        if body.get("parts") is not None:
            named = body.get("parts").split()
            unknown = [each for each in named if each not in parts]
            if unknown:
                raise Uncallable(f"its message has no part {', '.join(unknown)}")
            return [parts[each] for each in named]
        for header in self._header_nodes(direction):
            if self._definitions.named("message", header, "message") is message:
                parts.pop(header.get("part"), None)
        return list(parts.values())

    def _headers(self, direction: Any) -> Mapping[str, Element]:
        found = {}
        for node in self._header_nodes(direction):
            message = self._definitions.named("message", node, "message")
            parts = message.iterchildren(f"{{{WSDL}}}part") if message is not None else ()
            part = next((each for each in parts if each.get("name") == node.get("part")), None)
            if part is None:
                raise Uncallable(f"the header {node.get('part')} is missing from its message")
            element = self._declared(part) if part.get("element") else self._typed(part)
            found[element.name] = element
        return found

    def _header_nodes(self, direction: Any) -> list[Any]:
        return list(direction.iterchildren(f"{{{self._space}}}header"))

    def _sent_with(self, extension: Any) -> dict[str, str]:
        """The HTTP headers of a call: where the action stands is what differs between versions."""
        action = "" if extension is None else extension.get("soapAction", "")
        if self._soap == "1.2":
            return {"Content-Type": f'{self._content_type}; action="{action}"'}
        return {"Content-Type": self._content_type, "SOAPAction": f'"{action}"'}
