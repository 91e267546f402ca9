"""The parser for what others wrote."""

from __future__ import annotations

from typing import Any

from lxml import etree


def strict_parser(encoding: str | None = None) -> Any:
    """A parser without DTD, entities or network, with libxml2's own limits on depth and size."""
    return etree.XMLParser(
        encoding=encoding,
        load_dtd=False,
        dtd_validation=False,
        no_network=True,
        resolve_entities=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
        collect_ids=False,
    )
