"""The contract of a SOAP service: its operations, what each sends and answers, and where a document
departs from that.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple, Protocol

from legacy_clients.errors import Misconfigured
from legacy_clients.soap.element import ITEM, Element
from legacy_clients.soap.xsd import Schemas

STEP = re.compile(r"([^.\[\]]+)(?:\[([^\[\]]*)\])?(?:\.(?=.)|$)")
PAIR = ("name", "value")


class ElementType(NamedTuple):
    """What a value has to be: the built-in type it comes from ("decimal", "complex"), its longest
    length, nil or not.
    """

    name: str
    max_length: int | None
    nillable: bool


class Finding(NamedTuple):
    """Where a document departs from its schema, and from which rule of it (libxml2's word).

    `path` is dotted and leads from below the root to the element; `place` is the same with
    positions ("Lines.Line[2].Sku").
    """

    rule: str
    path: str
    place: str


@dataclass(frozen=True)
class Message:
    """What stands in the body, one direction.

    `qname` is the Clark name of the element in the body: of a document the declared one, of an rpc
    call {namespace of soap:body}OperationName, with Response in answers (WS-I Basic Profile 1.1,
    R2717, R2729). It is "" where the message has no element or several, which stand in the body
    side by side as the children of `element`. `headers` are the declared soap:header blocks by
    local name.
    """

    qname: str
    element: Element
    headers: Mapping[str, Element] = field(default_factory=dict)


@dataclass(frozen=True)
class Operation:
    """One call. `output` is None where nothing is answered (one-way).

    `style` is "document" or "rpc", `use` "literal" or "encoded", `soap` "1.1" or "1.2"; `headers`
    are those of HTTP.
    """

    name: str
    style: str
    use: str
    soap: str
    input: Message
    output: Message | None
    headers: Mapping[str, str]


class Envelopes(Protocol):
    """Builds requests of style document/literal."""

    def around(self, operation: Operation, values: Any) -> Any:
        """The envelope around `values`, which are spelled and checked already."""


class Checker(Protocol):
    """Checks elements against the schemas."""

    def departures(self, node: Any, most: int) -> list[Finding]:
        """Where `node` departs from the schemas, in the order of the document, one for a place."""


class Contract:
    """The operations of one port, their elements and their schema. For all threads."""

    def __init__(
        self,
        operations: Mapping[str, Operation],
        uncallable: Mapping[str, str],
        schemas: Schemas,
        checker: Checker,
        envelopes: Envelopes,
        notes: tuple[str, ...] = (),
    ) -> None:
        """`uncallable` says of each operation that cannot be called why; `notes` are what was
        tolerated in the files.
        """
        self.operations = dict(operations)
        self.uncallable = dict(uncallable)
        self.schemas = schemas
        self.notes = notes
        self._checker, self._envelopes = checker, envelopes

    def operation(self, name: str) -> Operation:
        """Raises Misconfigured when the WSDL has no such operation, naming the known ones, or when
        it cannot be called, with the reason.
        """
        if name in self.operations:
            return self.operations[name]
        if name in self.uncallable:
            raise Misconfigured(f"{name} cannot be called: {self.uncallable[name]}")
        known = ", ".join(sorted(self.operations))
        raise Misconfigured(f"the WSDL has no operation {name}; it has {known}")

    def input(self, operation: str) -> Element:
        """The element that a call of `operation` sends. Raises Misconfigured."""
        return self.operation(operation).input.element

    def output(self, operation: str) -> Element | None:
        """The element that `operation` answers with; None where it answers nothing. Raises
        Misconfigured.
        """
        output = self.operation(operation).output
        return None if output is None else output.element

    def element(self, operation: str, path: str) -> Element:
        """The element at a dotted path of local names below the request ("Customer.CreditLimit",
        "name_value_list[phone]": the value of the pair of that name). Raises Misconfigured.
        """
        return descend(self.input(operation), path, operation)

    def answered(self, operation: str, path: str) -> Element:
        """The element at a path below the answer. Raises Misconfigured."""
        output = self.output(operation)
        if output is None:
            raise Misconfigured(f"{operation} answers nothing")
        return descend(output, path, f"the answer to {operation}")

    def element_type(self, operation: str, path: str) -> ElementType:
        """Type, longest length in characters and nillability of the element at `path`. Raises
        Misconfigured.
        """
        found = self.element(operation, path)
        kind = found.content or found.kind
        longest = kind.facets.get("maxLength") or kind.facets.get("length")
        return ElementType(kind.name, int(longest) if longest else None, found.nillable)

    def globally(self, local_name: str) -> tuple[str, Element]:
        """The one global element of this name, and its qualified name. Raises Misconfigured."""
        names = self.schemas.named(local_name)
        if len(names) != 1:
            raise Misconfigured(
                f"the WSDL has {len(names) or 'no'} global elements {local_name}: one is needed"
            )
        return names[0], self.schemas.element(names[0])

    def envelope(self, operation: str, values: Any) -> Any:
        """The envelope of style document/literal around `values`, spelled and checked already: by
        local name, or one value where the body's element is of a simple type. Raises Misconfigured
        for another style.
        """
        known = self.operation(operation)
        if (known.style, known.use) != ("document", "literal"):
            raise Misconfigured(f"{operation} is of the style {known.style}/{known.use}")
        return self._envelopes.around(known, values)

    def departure(self, node: Any) -> Finding | None:
        """Where `node` first departs from the schema, or None when it is valid. Raises
        Misconfigured when the schemas cannot be checked against.
        """
        return next(iter(self._checker.departures(node, 1)), None)

    def departures(self, node: Any, most: int = 100) -> list[Finding]:
        """Every place where `node` departs from the schema, in the order of the document, up to
        `most`. Raises Misconfigured as `departure`.
        """
        return self._checker.departures(node, most)

    def declares(self, path: str) -> bool:
        """Whether every word of a dotted path is the name of an element in the contract (and no
        invention of a reply).
        """
        return all(word in self._words for word in path.split("."))

    @cached_property
    def _words(self) -> frozenset[str]:
        parts = {
            name
            for each in self.operations.values()
            for message in (each.input, each.output)
            if message is not None and each.style == "rpc"
            for name in (message.element.name, *message.element.children)
        }
        return self.schemas.words | parts | ({ITEM} if parts else set())


def descend(element: Element, path: str, whose: str) -> Element:
    """The element at a dotted path below `element`. Raises Misconfigured, naming `whose` it is and
    what stands there.
    """
    found = element
    for word, pair in steps(path):
        if word not in found.children:
            known = ", ".join(found.children) or "none"
            raise Misconfigured(
                f"{whose} has no element {path}: {found.name} holds no {word}; it holds {known}"
            )
        found = found.children[word]
        if pair is not None:
            found = paired(found, path, whose)
    return found


def steps(path: str) -> list[tuple[str, str | None]]:
    """The words of a dotted path, with the name in brackets where one asks for a pair. A name may
    hold dots. Raises Misconfigured.
    """
    found: list[tuple[str, str | None]] = []
    at = 0
    while at < len(path) or not found:
        step = STEP.match(path, at)
        if step is None:
            raise Misconfigured(f"{path!r} is no dotted path of element names")
        found.append((step[1], step[2]))
        at = step.end()
    return found


def paired(array: Element, path: str, whose: str) -> Element:
    """The value of a list of pairs. Raises Misconfigured for what is no such list."""
    children = list(array.children.values())
    item = children[0] if len(children) == 1 else None
    if item is None or not item.repeats or any(word not in item.children for word in PAIR):
        raise Misconfigured(f"{whose}: {array.name} in {path} is no list of names with values")
    return item.children[PAIR[1]]
