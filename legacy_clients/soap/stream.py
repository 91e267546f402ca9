"""The records of a large reply, one at a time, in bounded memory: parsed as they come in, checked
some dozens at a time, and let go.

What stands around the records is checked when the reply has ended, with the last record in it for
all: their number is compared with what the contract and the array itself say, and keys that span
records (xs:key) are not checked. What was given before an error is right, and not all there is.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator, Sequence
from typing import Any, Protocol
from weakref import WeakKeyDictionary

from lxml import etree

from legacy_clients.errors import CutOff, Misconfigured, Unintelligible
from legacy_clients.soap.batch import RowCheck, row_check
from legacy_clients.soap.contract import Contract, Finding, Operation
from legacy_clients.soap.element import Element
from legacy_clients.soap.fault import SOAP11, SOAP12, FaultReceived, is_fault, read_fault
from legacy_clients.soap.multiref import clark_of, plain
from legacy_clients.soap.packing import CHUNK
from legacy_clients.soap.parser import strict_pull_parser
from legacy_clients.soap.places import Places
from legacy_clients.soap.reply import (
    ATTRIBUTES,
    DEPTH,
    READERS,
    STRICT,
    Belief,
    Reply,
    body_of,
    charset,
    departed,
    header_of,
    judged,
    misplaced,
    refuse_demands,
    refuse_pages,
    refuse_text,
    tolerated,
    too_deep,
    too_many_attributes,
)
from legacy_clients.soap.structure import (
    ARRAY_SIZE,
    ARRAY_SPARSE,
    ARRAY_TYPE,
    POSITION,
    SIZED,
    UNTOLD,
    size_of,
)
from legacy_clients.soap.transport import Answer
from legacy_clients.soap.weight import too_heavy

MOST_ROWS = 100_000_000
LONGEST_TAG = 256 * 1024
BEGINNING = 256 * 1024  # bytes within which the envelope begins
HELD = 8 * 1024 * 1024  # bytes, as XML, of one record or of all that stands around them
HELD_ELEMENTS = 100_000
BETWEEN_COUNTS = 1024 * 1024
OCCURRENCE = "SCHEMAV_ELEMENT_CONTENT"
ENVELOPES = (f"{{{SOAP11}}}Envelope", f"{{{SOAP12}}}Envelope")
REFERENCES = (
    "the answer to {} holds values by reference (multiRef), which cannot be read record by record: "
    "call it whole"
)

refers = etree.XPath("boolean(descendant-or-self::*/@href)")

# Compiled once for a contract; a contract that is let go takes them along.
_checks: WeakKeyDictionary[Contract, dict[tuple[str, str], RowCheck]] = WeakKeyDictionary()


class Incoming(Protocol):
    """An answer that is coming in."""

    status: int
    content_type: str

    def read(self, count: int) -> bytes:
        """Some of the body, unpacked; b"" at its end."""


def stream_rows(
    incoming: Incoming,
    contract: Contract,
    operation: Operation,
    path: str,
    belief: Belief | None = None,
    *,
    most: int = MOST_ROWS,
) -> Iterator[Reply]:
    """The records at `path`, dotted local names below the body's element, as they come in.

    Raises as `read_reply`, also between records, and FaultReceived before the first one; CutOff
    when the answer ends early; Unintelligible for more than `most` records, for one of more than 8
    MiB, and for values by reference; Misconfigured for a path that the contract does not have, or
    that leads through an element that repeats. A record that departs from the contract is refused
    as `belief` has it.
    """
    records = Records(contract, operation, path, belief or STRICT, most)
    first = incoming.read(CHUNK)
    refuse_pages(Answer(incoming.status, incoming.content_type, first), operation)
    parse = Parse(incoming.content_type, records.tags)
    piece = first
    while piece:
        ended = parse.feed(piece)
        if parse.envelope is not None and records.begun(parse.envelope, incoming.status):
            yield from records.given(ended)
        parse.refuse_excess(len(piece))
        piece = incoming.read(CHUNK)
    yield from records.settled(parse.end(first), incoming.status)


def check_of(contract: Contract, operation: Operation, path: str, element: Element) -> RowCheck:
    known = _checks.setdefault(contract, {})
    if (operation.name, path) not in known:
        known[operation.name, path] = row_check(contract, operation, element)
    return known[operation.name, path]


class Parse:
    """The parser of a document that comes in pieces, and its limits."""

    def __init__(self, content_type: str, tags: tuple[str, ...] | None) -> None:
        """`tags` are those of the elements whose ends are told; None for all."""
        told = None if tags is None else (*ENVELOPES, *tags)
        try:
            self._parser = strict_pull_parser(charset(content_type), told)
        except LookupError:
            raise Unintelligible("the answer is in an encoding that we do not know") from None
        self.envelope: Any | None = None
        self._ended = False
        self._fed = self._uncounted = self._equals = 0
        self._open, self._open_bytes = b"", 0

    def feed(self, piece: bytes) -> list[Any]:
        """The elements that ended within `piece`. Raises Unintelligible."""
        self._watch_tags(piece)
        try:
            self._parser.feed(piece)
            events = list(self._parser.read_events())
        except etree.XMLSyntaxError:
            raise Unintelligible("the answer is no well-formed XML") from None
        if self.envelope is None and events:
            self.envelope = events[0][1].getroottree().getroot()
            refuse_other_roots(self.envelope)
        ended = [node for event, node in events if event == "end"]
        if ended and ended[-1] is self.envelope:
            self._ended = True
            ended.pop()
        self._refuse_extremes(piece)
        return ended

    def refuse_excess(self, count: int) -> None:
        """Raises Unintelligible where too much is held: of one record, or of what is none."""
        self._fed += count
        self._uncounted += count
        if self.envelope is None:
            if self._fed >= BEGINNING:
                raise Unintelligible("the answer is XML, and no SOAP envelope")
        elif self._uncounted >= BETWEEN_COUNTS:
            self._uncounted = 0
            held = etree.tostring(self.envelope)
            elements = self.envelope.xpath("count(//*)")
            if elements > HELD_ELEMENTS or len(held) > HELD or too_heavy(held):
                raise Unintelligible("the answer holds a record larger than we accept")

    def end(self, first: bytes) -> Any:
        """The envelope; `first` is what the answer began with. Raises CutOff when it has not
        ended.
        """
        try:
            root = self._parser.close()
        except etree.XMLSyntaxError:
            if first.lstrip().startswith(b"<") and not self._ended:
                raise CutOff("the answer ends before its envelope does") from None
            raise Unintelligible("the answer is no well-formed XML") from None
        refuse_other_roots(root)
        return root

    def _watch_tags(self, piece: bytes) -> None:
        """A tag is in memory as a whole before anybody sees it, however many attributes it has; so
        is a comment or a CDATA section.
        """
        at = piece.rfind(b"<")
        if at > piece.rfind(b">"):
            self._open, self._open_bytes = piece[at : at + 2], len(piece) - at
        elif at >= 0 or b">" in piece:
            self._open, self._open_bytes = b"", 0
        elif self._open:
            self._open = (self._open + piece[:1])[:2]
            self._open_bytes += len(piece)
        if self._open_bytes > (HELD if self._open == b"<!" else LONGEST_TAG):
            raise Unintelligible("the answer has a tag or a comment larger than we accept")

    def _refuse_extremes(self, piece: bytes) -> None:
        if self.envelope is None:
            return
        if too_deep(self.envelope):
            raise Unintelligible("the answer is nested deeper than we accept")
        before, self._equals = self._equals, piece.count(b"=")
        if before + self._equals > ATTRIBUTES and too_many_attributes(self.envelope):
            raise Unintelligible("the answer has an element with more attributes than we accept")


def refuse_other_roots(root: Any) -> None:
    if root.getroottree().docinfo.doctype:
        raise Unintelligible("the answer has a DTD, which SOAP forbids")
    if root.tag not in ENVELOPES:
        raise Unintelligible("the answer is XML, and no SOAP envelope")


class Records:
    """The records of one reply: where they stand, how many came, and whether they are right."""

    def __init__(
        self, contract: Contract, operation: Operation, path: str, belief: Belief, most: int
    ) -> None:
        self._contract, self._operation, self._belief = contract, operation, belief
        self._path, self._words, self._most = path, path.split("."), most
        self._element = contract.answered(operation.name, path)
        self._any_name = holder_of(operation, self._words).items is not None
        self._check = check_of(contract, operation, path, self._element)
        self._root: Any | None = None
        self._holder: Any | None = None
        self._waiting: list[Any] = []
        self._count = 0

    @property
    def tags(self) -> tuple[str, ...] | None:
        """Of the elements that may be records. Items of an encoded array have any name."""
        return None if self._any_name else (f"{{*}}{self._words[-1]}",)

    def begun(self, envelope: Any, status: int) -> bool:
        """Whether the answer's element has begun. Raises Unintelligible for another one, and for a
        header that must be understood and is not.
        """
        if self._root is None:
            body = envelope.find(f"{{{etree.QName(envelope).namespace}}}Body")
            if body is not None and len(body) and not is_fault(body[0]):
                self._root = self._answer(body, status)
        return self._root is not None

    def given(self, ended: list[Any]) -> Iterator[Reply]:
        """The records among the elements that have ended, but for the last one: the parser may be
        writing the text behind it still.
        """
        self._waiting += [node for node in ended if self._is_record(node)]
        ready, self._waiting = self._waiting[:-1], self._waiting[-1:]
        if ready:
            yield from self._told(ready)

    def settled(self, envelope: Any, status: int) -> Iterator[Reply]:
        """The last record, when all has come and what stood around the records is right.

        Raises FaultReceived for a fault, and Unintelligible.
        """
        body = body_of(envelope)
        if len(body) and is_fault(body[0]):
            raise FaultReceived(read_fault(plain(body[0], body, DEPTH)))
        if self._root is None:
            self._root = self._answer(body, status)
        operation, count = self._operation, self._count + len(self._waiting)
        if operation.use == "encoded" and refers(body):
            raise Unintelligible(REFERENCES.format(operation.name))
        if self._holder is not None:
            self._settle_size(self._holder, count)
        last = [copy.deepcopy(row) for row in self._waiting]
        refuse_text(body, operation)
        node = READERS[operation.style, operation.use](body, operation)
        judged(node, self._contract, operation, Belief(self._path, self._belief.tolerate))
        if len(Reply(node).nodes(self._path)) != len(last) or 0 < count < self._element.least:
            raise self._departed(Finding(OCCURRENCE, "", ""), count)
        if last:
            yield from self._told(last)

    def _answer(self, body: Any, status: int) -> Any:
        """The element that paths begin below."""
        if not 200 <= status < 300:
            raise Unintelligible(f"the service answered {status}, and no fault with it")
        header = header_of(body)
        if header is not None:
            refuse_demands(header, self._contract, self._operation)
        output = self._operation.output
        assert output is not None
        if self._operation.style == "document" and not output.qname:
            return body
        if not len(body) or (self._operation.style == "document" and body[0].tag != output.qname):
            raise misplaced(self._operation)
        return body[0]

    def _is_record(self, node: Any) -> bool:
        parent = node.getparent()
        if self._holder is None and self._leads_to(parent):
            self._holder = parent
        return parent is not None and parent is self._holder

    def _leads_to(self, node: Any) -> bool:
        """Whether records stand in `node`. The name of an rpc answer's first part says nothing
        (SOAP 1.1 section 7.1).
        """
        names: list[str] = []
        while node is not None and node is not self._root:
            names.append(node.tag.rpartition("}")[2])
            node = node.getparent()
        names.reverse()
        output = self._operation.output
        if output is not None and self._operation.style == "rpc" and names:
            held = () if self._root is None else self._root[:1]
            first = [child.tag.rpartition("}")[2] for child in held] == names[:1]
            if first and names[0] not in output.element.children:
                names[0] = next(iter(output.element.children))
        return node is not None and names == self._words[:-1]

    def _told(self, rows: list[Any]) -> Iterator[Reply]:
        """These records, each checked; they leave the reply."""
        before, self._count = self._count, self._count + len(rows)
        if self._count > self._most:
            raise Unintelligible("the answer holds more records than we accept")
        if self._operation.use == "encoded":
            self._plain(rows)
        assert self._holder is not None
        told = self._check.told(rows, self._holder.nsmap)
        for number, (row, findings) in enumerate(zip(rows, told, strict=True), start=before + 1):
            most = self._element.most
            if most is not None and number > most:
                raise self._departed(Finding(OCCURRENCE, "", ""), number)
            yield self._judged(row, findings, number) if findings else Reply(row)

    def _plain(self, rows: list[Any]) -> None:
        for number, row in enumerate(rows, start=self._count - len(rows) + 1):
            if refers(row):
                raise Unintelligible(REFERENCES.format(self._operation.name))
            if POSITION in row.attrib:
                raise self._departed(Finding(ARRAY_SPARSE, "", ""), number)
            row.tag = self._element.qname

    def _judged(self, row: Any, findings: Sequence[Finding], number: int) -> Reply:
        """A record, refused where belief has it. Raises Unintelligible where it has not."""
        places = Places(row)
        for finding in findings:
            whole = Finding(finding.rule, below(self._path, finding.path), finding.place)
            if finding.path and tolerated(whole, places, self._belief):
                continue
            if self._belief.rows != self._path:
                raise self._departed(finding, number)
            return Reply(row, {row: self._placed(finding, number)})
        return Reply(row)

    def _placed(self, finding: Finding, number: int) -> Finding:
        """A finding below a record as one below the answer's element."""
        place = f"{self._path}[{number}]"
        return Finding(finding.rule, below(self._path, finding.path), below(place, finding.place))

    def _departed(self, finding: Finding, number: int) -> Unintelligible:
        return departed(self._contract, self._operation, self._placed(finding, number))

    def _settle_size(self, holder: Any, count: int) -> None:
        """Raises Unintelligible where an encoded array says another number of items than came; what
        is left of it says one.
        """
        written = holder.get(ARRAY_TYPE)
        if written is None or not SIZED.fullmatch(clark_of(holder, written)):
            return
        head, _, size = written.rpartition("[")
        if size_of(size.strip("] ")) not in (UNTOLD, count):
            path = ".".join(self._words[:-1])
            raise departed(self._contract, self._operation, Finding(ARRAY_SIZE, path, path))
        holder.set(ARRAY_TYPE, f"{head}[{len(self._waiting)}]")


def holder_of(operation: Operation, words: list[str]) -> Element:
    """The element that records stand in. Raises Misconfigured where there may be several of it."""
    assert operation.output is not None
    found = operation.output.element
    for word in words[:-1]:
        found = found.children[word]
        if found.repeats:
            raise Misconfigured(
                f"the records {'.'.join(words)} of {operation.name} cannot be read one by one: "
                f"{word} repeats, so stream that"
            )
    return found


def below(path: str, inner: str) -> str:
    return f"{path}.{inner}" if inner else path
