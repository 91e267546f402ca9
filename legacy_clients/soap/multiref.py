"""Encoded replies as plain trees: a value that is said once and referred to from several places
(SOAP 1.1 section 5.4.1) is put into each of them. Calls encoded by SOAP 1.2 are not spoken.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

from lxml import etree

from legacy_clients.errors import Unintelligible
from legacy_clients.soap.fault import XSI
from legacy_clients.soap.names import ENCODING

# Where a value says its name, where another refers to it by "#" and that name, and where an
# independent one says that it is not the answer (SOAP 1.1 sections 5.4.1 and 5.6).
ID, HREF, ROOT = "id", "href", f"{{{ENCODING}}}root"
# Attributes that hold qualified names: their prefixes mean something only where they stand.
NAMING = (f"{{{XSI}}}type", f"{{{ENCODING}}}arrayType")

# What sharing may add to an answer, in bytes of memory: each reference is small, what it stands
# for may not be, and references to references double with each step.
ADDED = 24 * 1024 * 1024
NODE = 500  # bytes that an element and its type cost besides its text
BYTES = 3  # that a character may take

DEEP = "the answer is nested deeper than we accept"
ROUND = "the answer refers to a value from inside of it"

refers = etree.XPath("boolean(descendant::*/@href)")
references = etree.XPath("descendant::*[@href]")
values = etree.XPath("descendant::*[@id]")
naming = etree.XPath("descendant::*[@x:type or @e:arrayType]", namespaces={"x": XSI, "e": ENCODING})
count = etree.XPath("count(descendant::*)")
characters = etree.XPath("string-length(.)")


def rpc_root(body: Any) -> Any | None:
    """The answer among the children of an rpc body: the one that is marked as such, or the only one
    that is no value to be referred to. Its name says nothing (SOAP 1.1 section 7.1). None where
    there is no such one.
    """
    children = list(body)
    if len(children) > 1:
        marked = [node for node in children if node.get(ROOT) in ("1", "true")]
        children = marked or [
            node
            for node in children
            if node.get(ID) is None and node.get(ROOT) not in ("0", "false")
        ]
    return children[0] if len(children) == 1 else None


def plain(root: Any, body: Any, depth: int) -> Any:
    """`root`, an element inside `body`, with every reference replaced by what it stands for, at
    most `depth` elements deep.

    Raises Unintelligible for a reference to nothing, to itself, to something outside the answer,
    and for sharing that grows beyond bounds. Both trees are changed.
    """
    if not refers(body):
        return root
    settle_names(body)
    return Sharing(body, depth).resolved(root)


class Sharing:
    """The values of one body that have names, and the references to them."""

    def __init__(self, body: Any, depth: int) -> None:
        self._depth = depth
        self._values: dict[str, Any] = {}
        self._uses: dict[str, int] = {}
        self._weights: dict[str, tuple[int, int]] = {}
        self._weighing: set[str] = set()
        self._settled: set[str] = set()
        self._body, self._most = body, ADDED + NODE * count(body) + BYTES * characters(body)
        for node in values(body):
            if self._values.setdefault(node.get(ID), node) is not node:
                raise Unintelligible("the answer gives two values the same id")
        for node in references(body):
            name = name_referred(node)
            self._uses[name] = self._uses.get(name, 0) + 1

    def resolved(self, root: Any) -> Any:
        self._weigh(root, 1)
        if root.get(HREF) is not None:
            return self._placed(root)
        self._put(root)
        return root

    def _value(self, node: Any) -> tuple[str, Any]:
        """What a reference stands for, through references to references, and its name."""
        seen: set[str] = set()
        while node.get(HREF) is not None:
            name = name_referred(node)
            if len(node) or (node.text or "").strip():
                raise Unintelligible("the answer has an element that is a reference and a value")
            if name not in self._values:
                raise Unintelligible("the answer refers to a value that it does not hold")
            if name in seen:
                raise Unintelligible(ROUND)
            if len(seen) == self._depth:
                raise Unintelligible(DEEP)
            seen.add(name)
            node = self._values[name]
        return name, node

    def _weigh(self, node: Any, depth: int) -> tuple[int, int]:
        """The bytes and the height of what stands in an element once all is in its place; nothing
        is copied before that is known to be within bounds.
        """
        if depth > self._depth:
            raise Unintelligible(DEEP)
        if node.get(HREF) is not None:
            _, node = self._value(node)
        name = node.get(ID)
        if name in self._weighing:
            raise Unintelligible(ROUND)
        if name in self._weights:
            size, height = self._weights[name]
        else:
            size, height = self._weigh_inside(node, name, depth)
        if size > self._most:
            raise Unintelligible("the answer shares more values than we accept")
        if depth + height - 1 > self._depth:
            raise Unintelligible(DEEP)
        return size, height

    def _weigh_inside(self, node: Any, name: str | None, depth: int) -> tuple[int, int]:
        size, height = cost(node), 1
        if name is not None:
            self._weighing.add(name)
        for child in node:
            more, high = self._weigh(child, depth + 1)
            size += more
            height = max(height, high + 1)
        if name is not None:
            self._weighing.discard(name)
            self._weights[name] = size, height
        return size, height

    def _put(self, node: Any) -> None:
        for child in list(node):
            if child.get(HREF) is not None:
                node.replace(child, self._placed(child))
            else:
                self._put(child)

    def _placed(self, place: Any) -> Any:
        """What a reference stands for, under the name of its place."""
        name, value = self._value(place)
        if name not in self._settled:
            self._settled.add(name)
            self._put(value)
        alone = self._uses[name] == 1 and value.getparent() is self._body
        found = value if alone else copy.deepcopy(value)
        found.tag, found.tail = place.tag, place.tail
        for key in (ID, ROOT):
            found.attrib.pop(key, None)
        return found


def name_referred(node: Any) -> str:
    """The name in a reference. Raises Unintelligible for one that leads out of the answer."""
    href = node.get(HREF)
    if not href.startswith("#"):
        raise Unintelligible("the answer refers to a value outside of it")
    return str(href[1:])


def cost(node: Any) -> int:
    """Bytes of memory that a copy of an element alone may take."""
    return NODE + BYTES * len(node.text or "")


def settle_names(body: Any) -> None:
    """Qualified names in attributes in Clark's notation: they mean the same in any place."""
    for node in naming(body):
        for key in NAMING:
            written = node.get(key)
            if written is not None:
                node.set(key, clark_of(node, written))


def clark_of(node: Any, written: str) -> str:
    """A qualified name as it stands in an attribute of `node`, as `clark_name`."""
    return clark_name(node.nsmap, written)


def clark_name(prefixes: Mapping[str | None, str], written: str) -> str:
    """A qualified name in Clark's notation, by the prefixes in scope; what has no local name (":",
    "xsd:", ":[2]") without its prefix; one with a prefix that is not declared as it is.
    """
    written = written.strip()
    prefix, colon, word = written.rpartition(":")
    if not word or word.startswith("["):
        return word
    if written.startswith("{") or (colon and not prefix):
        return written
    space = prefixes.get(prefix or None)
    if space is None:
        return written
    return f"{{{space}}}{word}"
