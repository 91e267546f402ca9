"""Paths to the elements of a service, as a mapping writes them.

`Customer.Address.Zip` are local names, each inside the one before. `list[NAME]` ends a path: in a
list of name and value pairs it is the value of the pair NAME. A prefix stands before other paths,
and may end with `list[]`: the names of pairs follow it.
"""

from __future__ import annotations

import re
from typing import NamedTuple

PAIRS = "[]"
HEADER = "header:"
"""What a path into a block of the SOAP header begins with."""

_NAMES = r"[^\s.:\[\]]+(\.[^\s.:\[\]]+)*"
PATH = re.compile(rf"{_NAMES}(\[[^\[\]]+\])?")
PREFIX = re.compile(rf"{_NAMES}(\[\])?")


class ElementPath(NamedTuple):
    """A path in its parts; `pair` is the name of a pair, where the path ends with one."""

    words: tuple[str, ...]
    pair: str | None

    @property
    def dotted(self) -> str:
        """The path without its pair."""
        return ".".join(self.words)


def parse_path(path: str) -> ElementPath:
    """The parts of a path that the grammar has checked."""
    names, _, pair = path.partition("[")
    return ElementPath(tuple(names.split(".")), pair.removesuffix("]") or None)


def completed(prefix: str, path: str) -> str:
    """The path behind a prefix; an empty prefix says nothing."""
    if not prefix:
        return path
    if prefix.endswith(PAIRS):
        return f"{prefix.removesuffix(PAIRS)}[{path}]"
    return f"{prefix}.{path}"
