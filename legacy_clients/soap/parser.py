"""Parsers for what others wrote: no DTD, no entities, no network, and libxml2's own limits on depth
and size.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from lxml import etree

STRICTLY: dict[str, Any] = {
    "load_dtd": False,
    "dtd_validation": False,
    "no_network": True,
    "resolve_entities": False,
    "huge_tree": False,
    "remove_comments": True,
    "remove_pis": True,
    "collect_ids": False,
}


def strict_parser(encoding: str | None = None) -> Any:
    """Of a document that is there as a whole. Raises LookupError for an unknown encoding."""
    return etree.XMLParser(encoding=encoding, **STRICTLY)


def strict_pull_parser(encoding: str | None, tags: Sequence[str] | None) -> Any:
    """Of a document that comes in pieces: it tells where elements of these Clark names (None: all)
    start and end. Raises LookupError for an unknown encoding.
    """
    return etree.XMLPullParser(("start", "end"), tag=tags, encoding=encoding, **STRICTLY)
