"""Replies: classified before they are parsed, parsed within limits, validated before they are read,
and read as text.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import Any

from lxml import etree

from legacy_clients.errors import CutOff, Denied, LegacyError, Misconfigured, Unintelligible
from legacy_clients.soap.contract import Contract, Finding, Message, Operation, steps
from legacy_clients.soap.element import ITEM, Element
from legacy_clients.soap.fault import SOAP11, SOAP12, Fault, is_fault, read_fault
from legacy_clients.soap.multiref import plain, rpc_root
from legacy_clients.soap.parser import strict_parser
from legacy_clients.soap.places import Places
from legacy_clients.soap.structure import (
    ARRAY_SIZE,
    ARRAY_SPARSE,
    ARRAY_UNREADABLE,
    NIL,
    WHITE,
    departures,
)
from legacy_clients.soap.transport import Answer
from legacy_clients.soap.validator import COUNTLESS
from legacy_clients.soap.weight import refuse_encoding, refuse_weight

DEPTH = 200
ATTRIBUTES = 256
MOST_FINDINGS = 10_000
NOTHING_REFUSED: Mapping[Any, Finding] = MappingProxyType({})

XML_TYPES = frozenset({"text/xml", "application/xml", "application/soap+xml"})
OTHER_TYPES = {
    "text/html": "an HTML page",
    "application/xhtml+xml": "an HTML page",
    "application/json": "JSON",
    "text/plain": "plain text",
    "multipart/related": "an answer in parts (MTOM)",
    "": "an answer without a type",
}
# Rules of simple values, by libxml2's words: types, lengths, bounds, digits, words, patterns.
VALUE_RULES = (
    "SCHEMAV_CVC_DATATYPE_VALID",
    "SCHEMAV_CVC_ENUMERATION_VALID",
    "SCHEMAV_CVC_FRACTIONDIGITS_VALID",
    "SCHEMAV_CVC_LENGTH_VALID",
    "SCHEMAV_CVC_MAX",
    "SCHEMAV_CVC_MIN",
    "SCHEMAV_CVC_PATTERN_VALID",
    "SCHEMAV_CVC_TOTALDIGITS_VALID",
)
DEPARTURES = {
    ARRAY_SIZE: "holds another number of items than it says",
    ARRAY_SPARSE: "holds an array with gaps, which is not read",
    ARRAY_UNREADABLE: "holds an array that does not say of what it is",
}
# Roles of SOAP 1.1 section 4.2.2 and SOAP 1.2 part 1 section 2.2 that whoever reads a reply has.
OUR_ROLES = frozenset(
    {
        "",
        "http://schemas.xmlsoap.org/soap/actor/next",
        f"{SOAP12}/role/next",
        f"{SOAP12}/role/ultimateReceiver",
    }
)
ADDRESSING = frozenset(
    {
        "http://schemas.xmlsoap.org/ws/2004/08/addressing",
        "http://www.w3.org/2005/08/addressing",
    }
)
WSS = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity"
SECURITY = f"{{{WSS}-secext-1.0.xsd}}Security"
UNSIGNED = frozenset({f"{{{WSS}-utility-1.0.xsd}}Timestamp"})
STATUSES: dict[int, type[LegacyError]] = {401: Denied, 403: Denied}

too_deep = etree.XPath(f"boolean({'/*' * (DEPTH + 1)})")
too_many_attributes = etree.XPath(f"boolean(//*[@*[{ATTRIBUTES + 1}]])")


@dataclass(frozen=True)
class Belief:
    """What a departure from the contract costs.

    `rows` is the path of the repeated record: a departure inside of one refuses that record and not
    the reply. `tolerate` are paths, below the body's element and without positions, whose simple
    value may depart: it is handed on as text, and a codec judges it.
    """

    rows: str | None = None
    tolerate: tuple[str, ...] = ()


STRICT = Belief()  # any departure refuses the reply


class Reply:
    """The answer element of a call, or an element inside it. Paths are dotted local names below it;
    values stay text. `list[NAME]` is the value of the pair of that name in a list of pairs.
    """

    def __init__(
        self,
        node: Any | None,
        refused: Mapping[Any, Finding] = NOTHING_REFUSED,
        header: Any | None = None,
    ) -> None:
        """`refused` are the records, at or below `node`, that depart from the contract."""
        self.node = node
        self._refused, self._header = refused, header

    def __repr__(self) -> str:
        return "<Reply>"  # never what it holds

    @property
    def finding(self) -> Finding | None:
        """Where this record departs from the contract, if it does: then nothing in it can be read,
        but as raw elements.
        """
        return self._refused.get(self.node)

    @property
    def header(self) -> Reply:
        """The blocks of the SOAP header, by their local names; empty where there is none."""
        return Reply(self._header)

    def has(self, path: str) -> bool:
        """Whether the element is there, also when it is nil or empty."""
        return next(self._found(path), None) is not None

    def nil(self, path: str) -> bool:
        """Whether the element is there and says xsi:nil."""
        node = self._only(path)
        return node is not None and is_nil(node)

    def text(self, path: str) -> str | None:
        """The text of the one element at `path`, exactly as sent; None when absent or nil, "" when
        empty.

        Raises Unintelligible when it stands there more than once, or in a refused record, and
        Misconfigured when it holds elements.
        """
        node = self._only(path)
        if node is None or is_nil(node):
            return None
        if len(node):
            raise Misconfigured(f"{path} holds elements, no text")
        return node.text or ""

    def nodes(self, path: str) -> list[Any]:
        """The raw elements at `path`, for writing back what we do not interpret."""
        return list(within(self.node, steps_of(path), 0))

    def all(self, path: str) -> list[Reply]:
        """Every element at `path`, in order, the refused ones too; [] when there is none."""
        return [Reply(node, self._refused) for node in within(self.node, steps_of(path), 0)]

    def _only(self, path: str) -> Any | None:
        found = self._found(path)
        node = next(found, None)
        if next(found, None) is not None:
            raise Unintelligible(f"{path} stands in the answer more than once")
        return node

    def _found(self, path: str) -> Iterator[Any]:
        found = within(self.node, steps_of(path), 0)
        return self._readable(found, path) if self._refused else found

    def _readable(self, found: Iterator[Any], path: str) -> Iterator[Any]:
        for node in found:
            if any(each in self._refused for each in (node, *node.iterancestors())):
                raise Unintelligible(f"{path} stands in a record that does not fit its schema")
            yield node


@lru_cache(maxsize=4096)
def steps_of(path: str) -> tuple[tuple[str, str | None], ...]:
    return tuple(steps(path))


def within(node: Any | None, path: tuple[tuple[str, str | None], ...], depth: int) -> Iterator[Any]:
    if node is None:
        return
    if depth == len(path):
        yield node
        return
    name, pair = path[depth]
    for child in node:
        if child.tag.rpartition("}")[2] == name:
            for found in (child,) if pair is None else paired(child, pair):
                yield from within(found, path, depth + 1)


def paired(items: Any, name: str) -> Iterator[Any]:
    """The values of the pairs of a name; in a map the name is called key."""
    for item in items:
        parts = {child.tag.rpartition("}")[2]: child for child in item}
        named = parts.get("name", parts.get("key"))
        if named is not None and "value" in parts and not len(named) and named.text == name:
            yield parts["value"]


def is_nil(node: Any) -> bool:
    told = node.get(NIL)
    return told is not None and told.strip(WHITE) in ("true", "1")


def read_reply(
    answer: Answer, contract: Contract, operation: Operation, belief: Belief = STRICT
) -> Reply | Fault:
    """The reply or fault that an answer holds. Encoded ones are read as plain trees: references
    resolved, items of arrays under the name that the contract gives them.

    Raises CutOff for a body that ends early, Denied for a page with status 401 or 403, and
    Unintelligible for all else that is no envelope, not the element that the contract names, or
    departs from its schema more than `belief` has it. No text of the answer enters the error.
    """
    refuse_pages(answer, operation)
    if not answer.body.strip():
        return Reply(None)
    envelope = parsed(answer)
    body = body_of(envelope)
    fault = fault_in(body, operation)
    if fault is not None:
        return fault
    if not 200 <= answer.status < 300:
        raise Unintelligible(f"the service answered {answer.status}, and no fault with it")
    header = header_of(body)
    if header is not None:
        refuse_demands(header, contract, operation)
    refuse_text(body, operation)
    node = READERS[operation.style, operation.use](body, operation)
    if node is None:
        return Reply(None, header=header)
    return Reply(node, judged(node, contract, operation, belief), header)


def fault_in(body: Any, operation: Operation) -> Fault | None:
    """The fault in a body; None where it holds none. An encoded one may refer to its detail; where
    that cannot be followed it is read as it stands.
    """
    if not len(body) or not is_fault(body[0]):
        return None
    if operation.use == "encoded":
        with suppress(Unintelligible):
            return read_fault(plain(body[0], body, DEPTH))
    return read_fault(body[0])


def refuse_text(body: Any, operation: Operation) -> None:
    """Raises Unintelligible for a text beside the elements of a body."""
    if (body.text or "").strip() or any((child.tail or "").strip() for child in body):
        raise misplaced(operation)


def document_root(body: Any, operation: Operation) -> Any | None:
    """The one element of the contract, or the body itself where that has several or none."""
    output = operation.output
    several = output is not None and not output.qname
    parts = output.element.children.values() if output is not None and several else ()
    expected = [part.qname for part in parts] if output is None or several else [output.qname]
    if [child.tag for child in body] != expected:
        raise misplaced(operation)
    if not expected:
        return None
    return body if several else body[0]


def literal_rpc_root(body: Any, operation: Operation) -> Any | None:
    """The response wrapper, whatever it is called (SOAP 1.1 section 7.1)."""
    if operation.output is None:
        return document_root(body, operation)
    if len(body) != 1:
        raise misplaced(operation)
    return returned(body[0], operation.output)


def encoded_rpc_root(body: Any, operation: Operation) -> Any | None:
    """The response wrapper, with all that it refers to in it."""
    if operation.output is None:
        return document_root(body, operation)
    root = rpc_root(body)
    if root is None:
        raise misplaced(operation)
    return returned(plain(root, body, DEPTH), operation.output)


def returned(root: Any, output: Message) -> Any:
    """The wrapper, its first accessor named as the contract names the return value: the name that
    the service gave it says nothing (SOAP 1.1 section 7.1). Nor does a namespace: accessors of
    parts have none (WS-I Basic Profile 1.1, R2735), and some servers give them one (node-soap).
    """
    parts = output.element.children
    for child in root:
        part = parts.get(child.tag.rpartition("}")[2])
        if part is not None:
            child.tag = part.qname
    names = [child.tag.rpartition("}")[2] for child in root]
    first = next(iter(parts), None)
    if names and first is not None and first not in names and names[0] not in parts:
        root[0].tag = parts[first].qname
    return root


READERS: dict[tuple[str, str], Callable[[Any, Operation], Any | None]] = {
    ("document", "literal"): document_root,
    ("rpc", "literal"): literal_rpc_root,
    ("rpc", "encoded"): encoded_rpc_root,
}


def misplaced(operation: Operation) -> Unintelligible:
    return Unintelligible(
        f"the answer to {operation.name} does not hold the element of the contract"
    )


def findings_of(node: Any, contract: Contract, operation: Operation, most: int) -> list[Finding]:
    """Where the answer departs from the contract, in the order of the document, up to `most`."""
    output = operation.output
    assert output is not None
    if operation.style == "rpc":
        return departures(node, output.element, encoded=operation.use == "encoded", most=most)
    if output.qname:
        return contract.departures(node, most)
    return [
        Finding(rule, ".".join(filter(None, (name, path))), ".".join(filter(None, (name, place))))
        for part in node
        for name in (part.tag.rpartition("}")[2],)
        for rule, path, place in contract.departures(part, most)
    ][:most]


def judged(
    node: Any, contract: Contract, operation: Operation, belief: Belief
) -> Mapping[Any, Finding]:
    """The records that are refused, each with its first finding. Raises Unintelligible where more
    is to be refused than records.
    """
    most = 1 if belief == STRICT else MOST_FINDINGS
    found = findings_of(node, contract, operation, most)
    if not found:
        return NOTHING_REFUSED
    if belief == STRICT:
        raise departed(contract, operation, found[0])
    if len(found) == most:
        raise Unintelligible(
            f"the answer to {operation.name} does not fit its schema in more places than we count"
        )
    places = Places(node)
    refused: dict[Any, Finding] = {}
    for finding in found:
        if tolerated(finding, places, belief):
            continue
        record = places.record(finding, belief.rows)
        if record is None:
            raise departed(contract, operation, finding)
        refused.setdefault(record, finding)
    return refused


def tolerated(finding: Finding, places: Places, belief: Belief) -> bool:
    """Whether a finding is about a simple value that may depart. A misspelt xsi:nil is no value."""
    if finding.path not in belief.tolerate or not finding.rule.startswith(VALUE_RULES):
        return False
    node = places.node(finding.place)
    return node is not None and len(node) == 0 and node.get(NIL) in (None, "false", "0")


def departed(contract: Contract, operation: Operation, finding: Finding) -> Unintelligible:
    if finding.rule == COUNTLESS:
        return Unintelligible(
            f"the answer to {operation.name} does not fit its schema in more places than we count"
        )
    known = finding.path and all(
        word == ITEM or contract.declares(word) for word in finding.path.split(".")
    )
    place = finding.place if known else "an element that the contract does not name"
    what = DEPARTURES.get(finding.rule, "does not fit its schema")
    return Unintelligible(f"the answer to {operation.name} {what}, at {place}")


def header_of(body: Any) -> Any | None:
    """The SOAP header before a body, where it has blocks."""
    header = body.getprevious()
    named = header is not None and header.tag.rpartition("}")[2] == "Header"
    return header if named and len(header) else None


def refuse_demands(header: Any, contract: Contract, operation: Operation) -> None:
    """Raises Unintelligible for a block that must be understood and is not (SOAP 1.1 section 4.2.3,
    SOAP 1.2 part 1 section 2.4), or that departs from its declaration.
    """
    space = etree.QName(header).namespace
    declared = {} if operation.output is None else operation.output.headers
    for block in header:
        element = declared.get(etree.QName(block).localname)
        if element is not None and element.qname == block.tag:
            if block_departs(block, element, contract, operation):
                raise Unintelligible(
                    f"the header {element.name} of the answer to {operation.name} "
                    "does not fit its schema"
                )
        elif demanded(block, space) and not understood(block):
            raise Unintelligible(
                f"the answer to {operation.name} has a header that must be understood and is not"
            )


def block_departs(block: Any, element: Element, contract: Contract, operation: Operation) -> bool:
    """Whether a block of the header departs from its declaration, but for what SOAP has in it."""
    if operation.style == "rpc":
        encoded = operation.use == "encoded"
        return bool(departures(block, element, encoded=encoded, most=1))
    for key in [key for key in block.attrib if key.startswith((f"{{{SOAP11}}}", f"{{{SOAP12}}}"))]:
        del block.attrib[key]
    return contract.departure(block) is not None


def demanded(block: Any, space: str) -> bool:
    """Whether a block is for us and must be understood. One for another role is not for us."""
    role = block.get(f"{{{space}}}actor", block.get(f"{{{space}}}role", ""))
    return block.get(f"{{{space}}}mustUnderstand") in ("1", "true") and role in OUR_ROLES


def understood(block: Any) -> bool:
    """WS-Addressing tells what the connection tells already; of WS-Security the time is no more
    than said. A signature or a cipher would have to be checked.
    """
    if etree.QName(block).namespace in ADDRESSING:
        return True
    return block.tag == SECURITY and all(child.tag in UNSIGNED for child in block)


def refuse_pages(answer: Answer, operation: Operation) -> None:
    """Raises for an answer that cannot be an envelope, by status, type, emptiness and encoding."""
    status = answer.status
    error = STATUSES.get(status, Unintelligible)
    if 300 <= status < 400:
        raise Unintelligible(f"the service answered {status}, a redirect, which is not followed")
    if not answer.body.strip():
        if operation.output is None and 200 <= status < 300:
            return
        raise error(f"the service answered {status} with an empty body")
    media = media_type(answer.content_type)
    if media not in XML_TYPES:
        raise error(f"the service answered {status} with {OTHER_TYPES.get(media, 'another type')}")
    refuse_encoding(answer.body, charset(answer.content_type))


def parsed(answer: Answer) -> Any:
    """The root of the document, within limits."""
    body = answer.body
    refuse_weight(body)
    try:
        root = etree.fromstring(body, strict_parser(charset(answer.content_type)))
    except LookupError:
        raise Unintelligible("the answer is in an encoding that we do not know") from None
    except etree.XMLSyntaxError as error:
        unfinished = error.code == etree.ErrorTypes.ERR_TAG_NOT_FINISHED
        begun = body.lstrip().startswith(b"<")
        if unfinished or (begun and not body.rstrip().endswith(b">")):
            raise CutOff("the answer ends before its envelope does") from None
        raise Unintelligible("the answer is no well-formed XML") from None
    if root.getroottree().docinfo.doctype:
        raise Unintelligible("the answer has a DTD, which SOAP forbids")
    refuse_extremes(root, body)
    return root


def refuse_extremes(root: Any, body: bytes) -> None:
    # Counting bytes is a hundred times cheaper than asking the tree, and settles it for nearly
    # every answer.
    if body.count(b"<") > DEPTH and too_deep(root):
        raise Unintelligible("the answer is nested deeper than we accept")
    if body.count(b"=") > ATTRIBUTES and too_many_attributes(root):
        raise Unintelligible("the answer has an element with more attributes than we accept")


def body_of(root: Any) -> Any:
    for space in (SOAP11, SOAP12):
        if root.tag == f"{{{space}}}Envelope":
            bodies = root.findall(f"{{{space}}}Body")
            if len(bodies) == 1:
                return bodies[0]
    raise Unintelligible("the answer is XML, and no SOAP envelope")


def media_type(content_type: str) -> str:
    return content_type.partition(";")[0].strip().lower()


def charset(content_type: str) -> str | None:
    """The encoding that the content type names: it goes before that of the XML declaration (RFC
    7303 section 3).
    """
    for parameter in content_type.split(";")[1:]:
        name, _, value = parameter.partition("=")
        if name.strip().lower() == "charset":
            return value.strip().strip("\"'") or None
    return None
