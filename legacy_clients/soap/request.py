"""Requests, checked in full against the contract before a byte leaves: what the service would cut
is refused here.
"""

from __future__ import annotations

import copy
from collections.abc import Iterable, Mapping
from typing import Any

import zeep.exceptions
from lxml import etree
from zeep import xsd

from legacy_clients.errors import Misconfigured, Unfit
from legacy_clients.soap.spelling import spell
from legacy_clients.soap.wsdl import Contract, Finding
from legacy_clients.soap.xsd import COMPLEX, Element

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
    "SCHEMAV_CVC_PATTERN_VALID": ("not of the pattern {}", "pattern"),
}
ABSENT = "the service asks for it, and it is absent"


def compose(contract: Contract, operation: str, arguments: Mapping[str, Any]) -> Any:
    """The envelope of a call, without headers.

    `arguments` are by local element name: nested mappings, sequences for what repeats, typed values
    (str, bool, int, Decimal, date, aware datetime, bytes), None to clear (xsi:nil); what is absent
    is left out. Raises Unfit for a value that does not fit its element, and Misconfigured for a
    name that the element does not hold.
    """
    element = contract.input(operation)
    values = fitted(operation, element, arguments, "")
    try:
        envelope = contract.envelope(operation, values)
    except (zeep.exceptions.Error, TypeError, ValueError) as error:
        # Its text may quote a value.
        raise Misconfigured(f"{operation} cannot be built ({type(error).__name__})") from None
    restore(payload(envelope), values)
    finding = contract.departure(payload(envelope))
    if finding is not None:
        raise Unfit(finding.place or element.name, reason(contract, operation, finding))
    return envelope


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
    name, element = contract.globally(first)
    for word in words:
        if word not in element.children:
            raise Misconfigured(f"{path}: {element.name} holds no {word}")
        element = element.children[word]
    while len(element.children) == 1:
        (element,) = element.children.values()
        words.append(element.name)
    space = etree.QName(name).namespace
    # Elements below the block are in its namespace or in none (elementFormDefault).
    for below_it in (f"{{{space}}}", "") if space else ("",):
        block = node = etree.Element(name, nsmap={None: space} if below_it else None)
        for word in words:
            node = etree.SubElement(node, below_it + word)
        node.text = text
        if contract.departure(block) is None:
            return block
    raise Misconfigured(f"{path} does not fit the schema of the header")


def payload(envelope: Any) -> Any:
    """What stands in the body."""
    return envelope[-1][0]


def fitted(operation: str, element: Element, value: object, path: str) -> Any:
    """`value` in the form that zeep takes, all simple values spelled."""
    if element.kind.name != COMPLEX:
        return spell(value, element.kind, path)
    if not isinstance(value, Mapping):
        raise Unfit(path, "elements by name are expected")
    known = element.children.keys() | element.attributes
    unknown = [name for name in value if name not in known]
    if unknown:
        raise Misconfigured(
            f"{operation}: {element.name} has no element {', '.join(unknown)}; "
            f"it has {', '.join(sorted(known)) or 'none'}"
        )
    for name, child in element.children.items():
        if child.least > 0 and name not in value:
            raise Unfit(below(path, name), ABSENT)
    return {
        name: placed(operation, element.children[name], inner, below(path, name))
        if name in element.children
        else inner
        for name, inner in value.items()
    }


def restore(node: Any, values: Mapping[str, Any]) -> None:
    """Put back the texts as spelled: zeep spells once more, and makes "Y" a true boolean, a list of
    a text's letters.
    """
    for name, value in values.items():
        children = [child for child in node if etree.QName(child).localname == name]
        many = value if isinstance(value, list) else [value]
        for child, inner in zip(children, many, strict=False):
            if isinstance(inner, Mapping):
                restore(child, inner)
            elif isinstance(inner, str):
                child.text = inner


def placed(operation: str, element: Element, value: object, path: str) -> Any:
    """One element, or as many as the schema lets stand there."""
    if not element.repeats:
        return single(operation, element, value, path)
    if not isinstance(value, (list, tuple)):
        raise Unfit(path, "a list is expected")
    return [
        single(operation, element, each, f"{path}[{number}]")
        for number, each in enumerate(value, start=1)
    ]


def single(operation: str, element: Element, value: object, path: str) -> Any:
    if value is not None:
        return fitted(operation, element, value, path)
    if not element.nillable:
        raise Unfit(path, "the service has no way to clear it")
    return xsd.Nil


def below(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


def reason(contract: Contract, operation: str, finding: Finding) -> str:
    """Why a value does not fit, by the rule it breaks and the facets of its element; never with the
    value.
    """
    if finding.rule == "SCHEMAV_ELEMENT_CONTENT":
        return "an element is absent, doubled or out of place here"
    if not finding.path:
        return "it does not fit the schema of the service"
    kind = contract.element(operation, finding.path).kind
    if finding.rule in REASONS:
        words, facet = REASONS[finding.rule]
        return words.format(kind.facets.get(facet, "size"))
    if kind.words:
        return f"not one of {', '.join(word or 'nothing' for word in kind.words)}"
    return f"not spelled as the service spells {kind.name}"
