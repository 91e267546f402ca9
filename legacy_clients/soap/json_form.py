"""Replies as JSON for people: by the contract's types, and nothing lost.

Booleans, whole numbers and floats are those of JSON; every other value is its text as sent, since
JSON has no decimals or dates. What may repeat is a list, also where it stands once; nil is null,
and what is absent is left out.
"""

from __future__ import annotations

import math
from typing import Any

from lxml import etree

from legacy_clients.soap.element import Element, Kind
from legacy_clients.soap.lexical import read
from legacy_clients.soap.reply import is_nil
from legacy_clients.soap.spelling import INTEGERS
from schemas.codecs.codec import Unreadable

TYPED = frozenset({"boolean", "float", "double", *INTEGERS})
TEXT = "#text"


def in_json(node: Any | None, element: Element | None) -> Any:
    """An element of a reply as JSON; `element` is None where the contract does not declare it.

    Attributes stand beside the children with "@" before their names; the text beside attributes is
    "#text".
    """
    if node is None or is_nil(node):
        return None
    declared = element.children if element is not None else {}
    if element is not None and element.items is not None:
        return [in_json(child, element.items) for child in node]
    attributes = _attributes(node)
    if not len(node):
        kind = None if element is None else element.content or element.kind
        told = {} if declared else _scalar(node.text or "", kind)
        return {**attributes, TEXT: told} if attributes else told
    found: dict[str, Any] = dict(attributes)
    for child in node:
        name = etree.QName(child).localname
        known = declared.get(name)
        told = in_json(child, known)
        if known is not None and not known.repeats and name not in found:
            found[name] = told
        else:
            _beside(found, name, told)
    return found


def _attributes(node: Any) -> dict[str, str]:
    """Those without a namespace: the others are SOAP's and XSD's own (nil, type, id)."""
    return {f"@{name}": text for name, text in node.attrib.items() if not name.startswith("{")}


def _beside(found: dict[str, Any], name: str, told: Any) -> None:
    before = found.setdefault(name, [])
    if not isinstance(before, list):  # it was said to stand once
        found[name] = before = [before]
    before.append(told)


def _scalar(text: str, kind: Kind | None) -> Any:
    if kind is None or kind.name not in TYPED:
        return text
    try:
        value = read(text, kind)
    except Unreadable:
        return text
    return text if isinstance(value, float) and not math.isfinite(value) else value
