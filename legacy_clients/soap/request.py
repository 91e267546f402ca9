"""Requests, checked in full against the contract before a byte leaves: what the service would cut
is refused here.
"""

from __future__ import annotations

import copy
from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

import zeep.exceptions
from lxml import etree

from legacy_clients.errors import Misconfigured, Unfit
from legacy_clients.soap.contract import Contract, Finding, Operation
from legacy_clients.soap.element import COMPLEX, Element, Kind
from legacy_clients.soap.encoding import CLEARED, PICKED, WRITTEN_TEXT, written
from legacy_clients.soap.measure import measure_of
from legacy_clients.soap.names import XSD
from legacy_clients.soap.spelling import spell
from legacy_clients.soap.structure import departures
from legacy_clients.soap.xsd import Schemas

TEXT = "#text"
ANY = "anyType"
# The type of a value whose type the service leaves open, the narrower ones first.
OF_PYTHON: dict[type, str] = {
    bool: "boolean",
    int: "integer",
    float: "double",
    Decimal: "decimal",
    datetime: "dateTime",
    date: "date",
    time: "time",
    bytes: "base64Binary",
    str: "string",
}

# What each rule of XSD 1.0 part 1/2 means to the person who gave the value; {} is the facet's
# value.
REASONS = {
    "SCHEMAV_CVC_MAXLENGTH_VALID": ("longer than the {} that the service keeps", "maxLength"),
    "SCHEMAV_CVC_MINLENGTH_VALID": ("shorter than the {} that the service asks for", "minLength"),
    "SCHEMAV_CVC_LENGTH_VALID": ("not of the length {} that the service asks for", "length"),
    "SCHEMAV_CVC_TOTALDIGITS_VALID": (
        "more digits than the {} that the service keeps",
        "totalDigits",
    ),
    "SCHEMAV_CVC_FRACTIONDIGITS_VALID": (
        "more decimal places than the {} that the service keeps",
        "fractionDigits",
    ),
    "SCHEMAV_CVC_MININCLUSIVE_VALID": ("less than {}", "minInclusive"),
    "SCHEMAV_CVC_MAXINCLUSIVE_VALID": ("more than {}", "maxInclusive"),
    "SCHEMAV_CVC_MINEXCLUSIVE_VALID": ("not more than {}", "minExclusive"),
    "SCHEMAV_CVC_MAXEXCLUSIVE_VALID": ("not less than {}", "maxExclusive"),
}
FIXED = "SCHEMAV_CVC_ELT_5"
UNFITTING = "it does not fit the schema of the service"
ABSENT = "the service asks for it, and it is absent"
UNCLEARED = "the service has no way to clear it"


def compose(contract: Contract, operation: str, arguments: Mapping[str, Any]) -> Any:
    """The envelope of a call, without headers.

    `arguments` are by local element name: nested mappings, sequences for what repeats and for
    encoded arrays, typed values (str, bool, int, Decimal, date, aware datetime, bytes), None to
    clear (xsi:nil); what is absent is left out. Attributes stand among the elements, the text
    beside them is "#text" ({"#text": Decimal("1.50"), "Currency": "EUR"}; "1.50" alone will do);
    "@type" picks a subtype. Raises Unfit for a value that does not fit its element, and
    Misconfigured for a name that the element does not hold.
    """
    known = contract.operation(operation)
    fitting = Fitting(contract.schemas, known)
    values = fitting.whole(arguments)
    if known.style == "rpc" or fitting.picked:
        envelope = written(known, values)
    else:
        envelope = by_zeep(contract, known, values)
    finding = departure(contract, known, envelope)
    if finding is not None:
        place = finding.place or known.input.element.name
        raise Unfit(place, reason(contract, operation, finding))
    return envelope


def by_zeep(contract: Contract, operation: Operation, values: Any) -> Any:
    """The envelope of a document, the texts in it as they were spelled; our own where zeep has no
    place for them by name (what stands in a choice that repeats).
    """
    try:
        envelope = contract.envelope(operation.name, values)
    except (zeep.exceptions.Error, TypeError, ValueError):
        return written(operation, values)
    body = envelope[-1]
    restore(body[0] if operation.input.qname else body, values)
    return envelope


def departure(contract: Contract, operation: Operation, envelope: Any) -> Finding | None:
    """Where what stands in the body first departs from the contract."""
    message, body = operation.input, envelope[-1]
    if operation.style == "rpc":
        encoded = operation.use == "encoded"
        return next(iter(departures(body[0], message.element, encoded=encoded, most=1)), None)
    if message.qname:
        return contract.departure(body[0])
    for part in body:
        finding = contract.departure(part)
        if finding is not None:
            return beneath(etree.QName(part).localname, finding)
    return None


def sealed(envelope: Any, headers: Iterable[Any]) -> bytes:
    """The bytes of a call: the envelope with copies of `headers` before its body. `envelope` stays
    as it is.
    """
    whole = copy.deepcopy(envelope)
    blocks = [copy.deepcopy(header) for header in headers]
    if blocks:
        header = etree.Element(f"{{{etree.QName(whole).namespace}}}Header")
        header.extend(blocks)
        whole.insert(0, header)
    return etree.tostring(whole, xml_declaration=True, encoding="utf-8")


def header_block(contract: Contract, path: str, text: str) -> Any:
    """A header element with `text` in the element at `path` ("Session.Token", or "Session" where it
    holds but one).

    Raises Misconfigured when the contract has no such element, or would have it otherwise.
    """
    first, *words = path.split(".")
    name, outer = contract.globally(first)
    inner = outer
    along = []
    for word in words:
        if word not in inner.children:
            raise Misconfigured(f"{path}: {inner.name} holds no {word}")
        inner = inner.children[word]
        along.append(inner)
    while len(inner.children) == 1:
        (inner,) = inner.children.values()
        along.append(inner)
    space = etree.QName(name).namespace
    block = node = etree.Element(name, nsmap={"h": space} if space else None)
    for element in along:
        node = etree.SubElement(node, element.qname)
    node.text = text
    if departures(block, outer, encoded=False, most=1):
        raise Misconfigured(f"{path} does not fit the schema of the header")
    return block


def payload(envelope: Any) -> Any:
    """What stands in the body."""
    return envelope[-1][0]


class Fitting:
    """The arguments of one call on their way into the form that is written: names known, nothing
    missing, simple values spelled, nil where something is cleared.
    """

    def __init__(self, schemas: Schemas, operation: Operation) -> None:
        self._schemas, self._operation = schemas, operation.name
        self._element = operation.input.element
        self._rpc, self._encoded = operation.style == "rpc", operation.use == "encoded"
        self.picked = False  # whether any value picks a subtype
        self._measuring = self._rpc

    def whole(self, arguments: Mapping[str, Any]) -> Any:
        """Raises Unfit and Misconfigured as `compose`."""
        element = self._element
        if is_struct(element) or element.content is not None:
            return self._fitted(element, arguments, "")
        if set(arguments) != {TEXT}:
            raise Misconfigured(f"{self._operation}: {element.name} holds a text alone ({TEXT})")
        return self._fitted(element, arguments[TEXT], element.name)

    def _fitted(self, element: Element, value: object, path: str) -> Any:
        if isinstance(value, Mapping) and PICKED in value:
            return self._retyped(element, value, path)
        if element.items is not None:
            return self._array(element, element.items, value, path)
        if element.kind.name == ANY and self._rpc:
            return self._anything(element, value, path)
        if not is_struct(element) and element.content is None:
            return self._spelled(element.kind, value, path)
        if element.abstract:
            raise Misconfigured(
                f"{self._operation}: say by {PICKED} of which type {path or element.name} is: "
                f"{', '.join(self._subtypes(element))}"
            )
        if element.content is not None:
            return self._text(element, element.content, value, path)
        return self._struct(element, value, path)

    def _struct(self, element: Element, value: object, path: str) -> Any:
        if not isinstance(value, Mapping):
            raise Unfit(path, "elements by name are expected")
        self._refuse_unknown(element, value, element.children.keys() | element.attributes)
        for name, child in element.children.items():
            if child.least > 0 and name not in value:
                raise Unfit(below(path, name), ABSENT)
        self._refuse_absent(element, value, path)
        return {
            name: self._placed(element.children[name], inner, below(path, name))
            if name in element.children
            else self._attribute(element, name, inner, path)
            for name, inner in value.items()
        }

    def _text(self, element: Element, kind: Kind, value: object, path: str) -> Any:
        """The text of a type with simple content, and its attributes."""
        if not isinstance(value, Mapping):
            self._refuse_absent(element, {}, path)
            return {WRITTEN_TEXT: self._spelled(kind, value, path)}
        self._refuse_unknown(element, value, {TEXT, *element.attributes})
        self._refuse_absent(element, value, path)
        if TEXT not in value:
            raise Unfit(below(path, TEXT), ABSENT)
        return {
            WRITTEN_TEXT if name == TEXT else name: self._spelled(kind, inner, path)
            if name == TEXT
            else self._attribute(element, name, inner, path)
            for name, inner in value.items()
        }

    def _spelled(self, kind: Kind, value: object, path: str) -> str:
        """The text of a value. What no schema checks as a whole is measured here; of the rest the
        schema says more.
        """
        text = spell(value, kind, path)
        return measured(text, kind, path) if self._measuring else text

    def _attribute(self, element: Element, name: str, value: object, path: str) -> str:
        kind, place = element.declared_attributes[name].kind, below(path, name)
        if value is None:
            raise Unfit(place, UNCLEARED)
        return measured(spell(value, kind, place), kind, place)

    def _array(self, element: Element, items: Element, value: object, path: str) -> Any:
        """An encoded array: a list, also under the name of its items; lists of lists where it has
        several dimensions.
        """
        if isinstance(value, Mapping):
            self._refuse_unknown(element, value, {items.name})
            value = value.get(items.name)
        return self._ranked(items, value, below(path, items.name), element.dimensions)

    def _ranked(self, items: Element, value: object, path: str, dimensions: int) -> Any:
        if not isinstance(value, (list, tuple)):
            raise Unfit(path.rpartition(".")[0], "a list is expected")
        numbered = [(each, f"{path}[{number}]") for number, each in enumerate(value, start=1)]
        if dimensions == 1:
            return [self._single(items, each, place) for each, place in numbered]
        rows = [self._ranked(items, each, place, dimensions - 1) for each, place in numbered]
        if len({len(row) for row in rows}) > 1:
            raise Unfit(path.rpartition(".")[0], "lists of one length are expected")
        return rows

    def _anything(self, element: Element, value: object, path: str) -> Any:
        """A value of no declared type, with the type that it has in Python."""
        for python, word in OF_PYTHON.items():
            if isinstance(value, python):
                text = spell(value, Kind(word), path)
                return {PICKED: f"{{{XSD}}}{word}", WRITTEN_TEXT: text}
        raise Unfit(path, "the service leaves its type open: a simple value, or one with @type")

    def _retyped(self, element: Element, value: Mapping[str, Any], path: str) -> Any:
        """A value that picks the type of its element (xsi:type)."""
        name = self._picked(element, value[PICKED])
        rest: Any = {key: inner for key, inner in value.items() if key != PICKED}
        self.picked = self._measuring = True
        as_type = element.as_type(name)
        if not (is_struct(as_type) or as_type.content is not None) and TEXT in rest:
            rest = rest[TEXT]
        fitted = self._fitted(as_type, rest, path)
        return {PICKED: name, **(fitted if isinstance(fitted, dict) else {WRITTEN_TEXT: fitted})}

    def _picked(self, element: Element, name: object) -> str:
        known = self._subtypes(element)
        found = [each for each in known if name in (each, etree.QName(each).localname)]
        if len(found) != 1:
            raise Misconfigured(
                f"{self._operation}: {element.name} cannot be of the type {name}; it can be of "
                f"{', '.join(known) or 'no other than its own'}"
            )
        return found[0]

    def _subtypes(self, element: Element) -> list[str]:
        if element.kind.name == ANY:
            return self._schemas.type_names()
        declared = element.type_name
        known = [] if declared is None else [declared, *self._schemas.subtypes(declared)]
        return [name for name in known if not element.as_type(name).abstract]

    def _placed(self, element: Element, value: object, path: str) -> Any:
        """One element, or as many as the schema lets stand there."""
        if not element.repeats:
            return self._single(element, value, path)
        if not isinstance(value, (list, tuple)):
            raise Unfit(path, "a list is expected")
        return [
            self._single(element, each, f"{path}[{number}]")
            for number, each in enumerate(value, start=1)
        ]

    def _single(self, element: Element, value: object, path: str) -> Any:
        if value is not None:
            return self._fitted(element, value, path)
        # SOAP 1.1 section 5.1: an encoded value may be nil whatever its type.
        if not element.nillable and not self._encoded:
            raise Unfit(path, UNCLEARED)
        return CLEARED

    def _refuse_absent(self, element: Element, value: Mapping[str, Any], path: str) -> None:
        for name, attribute in element.declared_attributes.items():
            if attribute.demanded and name not in value:
                raise Unfit(below(path, name), ABSENT)

    def _refuse_unknown(
        self, element: Element, value: Mapping[str, Any], known: Collection[str]
    ) -> None:
        unknown = [str(name) for name in value if name not in known]
        if unknown:
            raise Misconfigured(
                f"{self._operation}: {element.name or 'its body'} has no element "
                f"{', '.join(unknown)}; "
                f"it has {', '.join(sorted(known)) or 'none'}"
            )


def is_struct(element: Element) -> bool:
    """Whether elements by name stand in it."""
    return element.kind.name == COMPLEX and element.items is None and element.content is None


def measured(text: str, kind: Kind, path: str) -> str:
    """`text`, which fits its type. Raises Unfit."""
    measure = measure_of(kind)
    rule = None if measure is None else measure.broken(text)
    if rule is not None:
        raise Unfit(path, broken(rule, kind))
    return text


def restore(node: Any, values: Any) -> None:
    """Put back the texts as spelled: zeep spells once more, and makes "Y" a true boolean, a list of
    a text's letters.
    """
    if isinstance(values, str):
        node.text = values
        return
    for name, value in values.items():
        if name == WRITTEN_TEXT:
            node.text = value
            continue
        children = [child for child in node if etree.QName(child).localname == name]
        many = value if isinstance(value, list) else [value]
        for child, inner in zip(children, many, strict=False):
            if isinstance(inner, (Mapping, str)):
                restore(child, inner)
        if not children and isinstance(value, str):
            restore_attribute(node, name, value)


def restore_attribute(node: Any, name: str, text: str) -> None:
    for key in list(node.attrib):
        if etree.QName(key).localname == name:
            node.set(key, text)


def beneath(name: str, finding: Finding) -> Finding:
    """A finding below a part, as one below the body."""
    return Finding(finding.rule, below(name, finding.path), below(name, finding.place))


def below(path: str, name: str) -> str:
    return f"{path}.{name}" if path and name else path or name


def reason(contract: Contract, operation: str, finding: Finding) -> str:
    """Why a value does not fit, by the rule it breaks and the facets of its element; never with the
    value.
    """
    if finding.rule == "SCHEMAV_ELEMENT_CONTENT":
        return "an element is absent, doubled or out of place here"
    try:
        element = contract.input(operation)
        if finding.path:
            element = contract.element(operation, finding.path)
    except Misconfigured:  # it stands in a subtype
        return UNFITTING
    return broken(finding.rule, element.content or element.kind)


def broken(rule: str, kind: Kind) -> str:
    """What a rule means to the person who gave the value."""
    if rule == "SCHEMAV_CVC_PATTERN_VALID":
        return f"not of the pattern {' and '.join(' or '.join(each) for each in kind.patterns)}"
    if rule in REASONS:
        words, facet = REASONS[rule]
        return words.format(kind.facets.get(facet, "size"))
    if rule.startswith(FIXED):
        return "the service takes one value only, which its WSDL fixes"
    if kind.words:
        return f"not one of {', '.join(word or 'nothing' for word in kind.words)}"
    if kind.name == COMPLEX:
        return UNFITTING
    return f"not spelled as the service spells {kind.name}"
