"""Where the elements below a root stand, as the dotted names of findings, and back."""

from __future__ import annotations

from typing import Any

from legacy_clients.soap.contract import Finding, steps


class Places:
    """Names of one document. Twins, which share parent and name, are counted once for each parent,
    from 1; only they have a number.
    """

    def __init__(self, root: Any) -> None:
        self._root = root
        self._numbers: dict[tuple[Any, str], dict[Any, int]] = {}
        self._children: dict[Any, dict[str, list[Any]]] = {}

    def finding(self, rule: str, node: Any) -> Finding:
        """What is found at an element; at the root its path is empty."""
        names, places = [], []
        while node is not self._root:
            bare = node.tag.rpartition("}")[2]
            twins = self._twins(node.getparent(), node.tag)
            names.append(bare)
            places.append(f"{bare}[{twins[node]}]" if len(twins) > 1 else bare)
            node = node.getparent()
        return Finding(rule, ".".join(names[::-1]), ".".join(places[::-1]))

    def node(self, place: str) -> Any | None:
        """The element at a place; None where names do not tell which."""
        found = self._root
        for name, number in steps(place):
            twins = self._named(found).get(name, [])
            at = int(number) if number else 1
            if len({twin.tag for twin in twins}) != 1 or at > len(twins):
                return None
            if not number and len(twins) > 1:
                return None
            found = twins[at - 1]
        return found

    def record(self, finding: Finding, rows: str | None) -> Any | None:
        """The record that a finding lies in, itself or inside; None where it lies in none."""
        words = rows.split(".") if rows else []
        if not words or finding.path.split(".")[: len(words)] != words:
            return None
        return self.node(".".join(finding.place.split(".")[: len(words)]))

    def _twins(self, parent: Any, tag: str) -> dict[Any, int]:
        found = self._numbers.get((parent, tag))
        if found is None:
            twins = parent.iterchildren(tag)
            found = {each: number for number, each in enumerate(twins, start=1)}
            self._numbers[parent, tag] = found
        return found

    def _named(self, node: Any) -> dict[str, list[Any]]:
        found = self._children.get(node)
        if found is None:
            found = self._children[node] = {}
            for child in node:
                found.setdefault(child.tag.rpartition("}")[2], []).append(child)
        return found
