"""The arguments of a call while they are made: nested by element name, as `soap.request` has it.

Pairs are kept by name until all are there, and written out as the list that the contract has for
them. What a service told is taken over as it stands, also where we do not understand it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from xml.sax.saxutils import unescape as unescaped

from lxml import etree

from legacy_clients.errors import Misconfigured
from legacy_clients.soap.element import Element
from schemas.elements import parse_path

Arguments = dict[str, Any]
XSI = "http://www.w3.org/2001/XMLSchema-instance"
NIL, TYPE = f"{{{XSI}}}nil", f"{{{XSI}}}type"
TEXT = "#text"
NAME, VALUE = "name", "value"
ESCAPES = {"&quot;": '"', "&#039;": "'", "&#39;": "'"}


class Pairs(dict[str, Any]):
    """Values by name, in the order in which they were put."""


def place(arguments: Arguments, path: str, value: Any) -> None:
    """Put a value at a path of elements; one that stands there is replaced."""
    words, pair = parse_path(path)
    *branches, last = words
    for branch in branches:
        arguments = arguments.setdefault(branch, {})
    if pair is None:
        arguments[last] = value
    else:
        arguments.setdefault(last, Pairs())[pair] = value


def at(arguments: Arguments, path: str) -> Any:
    """What was placed at a path."""
    found: Any = arguments
    for word in parse_path(path).words:
        found = found[word]
    return found


def written_out(arguments: Any, element: Element) -> Any:
    """The arguments with their pairs as lists, as `element` has them. Raises Misconfigured."""
    if isinstance(arguments, Pairs):
        return _listed(arguments, element)
    if isinstance(arguments, dict):
        return {
            name: written_out(value, element.children[name]) if name in element.children else value
            for name, value in arguments.items()
        }
    if isinstance(arguments, list):
        return [written_out(item, element) for item in arguments]
    return arguments


def _listed(pairs: Pairs, element: Element) -> Any:
    items = list(element.children.values())
    if len(items) != 1 or not {NAME, VALUE} <= items[0].children.keys():
        raise Misconfigured(f"{element.name} is no list of pairs of {NAME} and {VALUE}")
    listed = [{NAME: name, VALUE: value} for name, value in pairs.items()]
    return listed if element.items is not None else {items[0].name: listed}


def taken_over(node: Any, element: Element) -> Any:
    """What stands in a node of an answer, as an argument for `element`.

    What the request has no place for is left out, and so is nil where it cannot be said.
    """
    if node.get(NIL) in ("true", "1"):
        return None
    if element.items is not None:
        return [taken_over(item, element.items) for item in node]
    if not element.children:
        text = node.text or ""
        attributes = {name: node.get(name) for name in element.attributes if name in node.attrib}
        return {TEXT: text, **attributes} if attributes else text
    found: Arguments = {}
    for child in node:
        name = etree.QName(child).localname
        inner = element.children.get(name)
        if inner is None:
            continue
        value = taken_over(child, inner)
        if inner.repeats:
            found.setdefault(name, []).append(value)
        elif value is not None or inner.nillable:
            found[name] = value
    return found


def taken_pairs(node: Any) -> Pairs:
    """The pairs of a list in an answer, by name."""
    found = Pairs()
    for item in node:
        parts = {etree.QName(part).localname: part.text or "" for part in item}
        if NAME in parts:
            found[parts[NAME]] = parts.get(VALUE, "")
    return found


def unescape(node: Any) -> None:
    """Take HTML's escapes (PHP's htmlspecialchars with ENT_QUOTES) out of every text of an answer,
    once: what a person typed as an escape stays one.
    """
    for each in node.iter() if node is not None else ():
        if each.text:
            each.text = unescaped(each.text, ESCAPES)


def merged(base: Mapping[str, Any], changes: Mapping[str, Any]) -> Arguments:
    """`base` with everything in `changes` in its place."""
    found = type(base)(base) if isinstance(base, Pairs) else dict(base)
    for name, value in changes.items():
        before = found.get(name)
        both = isinstance(before, Mapping) and isinstance(value, Mapping)
        found[name] = merged(before, value) if both else value  # type: ignore[arg-type]
    return found
