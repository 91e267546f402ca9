"""Replies: classified before they are parsed, parsed within limits, validated before they are read,
and read as text.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lxml import etree

from legacy_clients.errors import CutOff, Denied, LegacyError, Misconfigured, Unintelligible
from legacy_clients.soap.fault import SOAP11, SOAP12, Fault, read_fault
from legacy_clients.soap.transport import Answer
from legacy_clients.soap.wsdl import Contract, Operation, strict_parser

DEPTH = 200
ATTRIBUTES = 256
MARKUP = 1_000_000  # tags: each element costs memory far beyond its bytes
NIL = "{http://www.w3.org/2001/XMLSchema-instance}nil"

XML_TYPES = frozenset({"text/xml", "application/xml", "application/soap+xml"})
OTHER_TYPES = {
    "text/html": "an HTML page",
    "application/xhtml+xml": "an HTML page",
    "application/json": "JSON",
    "text/plain": "plain text",
    "multipart/related": "an answer in parts (MTOM)",
    "": "an answer without a type",
}
STATUSES: dict[int, type[LegacyError]] = {401: Denied, 403: Denied}

too_deep = etree.XPath(f"boolean({'/*' * (DEPTH + 1)})")
too_many_attributes = etree.XPath(f"boolean(//*[@*[{ATTRIBUTES + 1}]])")


class Reply:
    """The answer element of a call, or an element inside it. Paths are dotted local names below it;
    values stay text.
    """

    def __init__(self, node: Any | None) -> None:
        self.node = node

    def __repr__(self) -> str:
        return "<Reply>"  # never what it holds

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

        Raises Unintelligible when it stands there more than once, and Misconfigured when it holds
        elements.
        """
        node = self._only(path)
        if node is None or is_nil(node):
            return None
        if len(node):
            raise Misconfigured(f"{path} holds elements, no text")
        return node.text or ""

    def nodes(self, path: str) -> list[Any]:
        """The raw elements at `path`, for writing back what we do not interpret."""
        return list(self._found(path))

    def all(self, path: str) -> list[Reply]:
        """Every element at `path`, in order; [] when there is none."""
        return [Reply(node) for node in self._found(path)]

    def _only(self, path: str) -> Any | None:
        found = self._found(path)
        node = next(found, None)
        if next(found, None) is not None:
            raise Unintelligible(f"{path} stands in the answer more than once")
        return node

    def _found(self, path: str) -> Iterator[Any]:
        words = path.split(".")
        return within(self.node, words, 0)


def within(node: Any | None, words: list[str], depth: int) -> Iterator[Any]:
    if node is None:
        return
    if depth == len(words):
        yield node
        return
    for child in node:
        if child.tag.rpartition("}")[2] == words[depth]:
            yield from within(child, words, depth + 1)


def is_nil(node: Any) -> bool:
    return node.get(NIL) in ("true", "1")


def read_reply(answer: Answer, contract: Contract, operation: Operation) -> Reply | Fault:
    """The reply or fault that an answer holds.

    Raises CutOff for a body that ends early, Denied for a page with status 401 or 403, and
    Unintelligible for all else that is no envelope, not the element that the contract names, or
    invalid against its schema. No text of the answer enters the error.
    """
    refuse_pages(answer, operation)
    if not answer.body.strip():
        return Reply(None)
    body = body_of(parsed(answer))
    children = list(body)
    if children and children[0].tag in (f"{{{SOAP11}}}Fault", f"{{{SOAP12}}}Fault"):
        return read_fault(children[0])
    if not 200 <= answer.status < 300:
        raise Unintelligible(f"the service answered {answer.status}, and no fault with it")
    if [child.tag for child in children] != ([operation.output] if operation.output else []):
        raise Unintelligible(
            f"the answer to {operation.name} does not hold the element of the contract"
        )
    if not children:
        return Reply(None)
    refuse_departure(contract, operation, children[0])
    return Reply(children[0])


def refuse_pages(answer: Answer, operation: Operation) -> None:
    """Raises for an answer that cannot be an envelope, by status, type and emptiness alone."""
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


def parsed(answer: Answer) -> Any:
    """The root of the document, within limits."""
    body = answer.body
    if body.count(b"<") > MARKUP:
        raise Unintelligible("the answer holds more elements than we accept")
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


def refuse_departure(contract: Contract, operation: Operation, node: Any) -> None:
    finding = contract.departure(node)
    if finding is None:
        return
    known = finding.path and contract.declares(finding.path)
    place = finding.place if known else "an element that the contract does not name"
    raise Unintelligible(f"the answer to {operation.name} does not fit its schema, at {place}")


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
