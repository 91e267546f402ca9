"""Names in XML schemas: the namespaces that everybody knows, and Clark notation ("{space}word")."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

XSD = "http://www.w3.org/2001/XMLSchema"
ENCODING = "http://schemas.xmlsoap.org/soap/encoding/"
XML = "http://www.w3.org/XML/1998/namespace"
ARRAY = f"{{{ENCODING}}}Array"


def clark(space: str | None, word: str) -> str:
    return f"{{{space}}}{word}" if space else word


def in_scope(scope: Mapping[str | None, str], written: str, default: str | None = None) -> str:
    """The Clark name that a prefixed one stands for; `default` is the namespace of names without
    a prefix where the scope has none for them.
    """
    prefix, _, word = written.rpartition(":")
    if prefix == "xml":  # bound without a declaration (Namespaces in XML, section 3)
        return clark(XML, word)
    return clark(scope.get(prefix or None) or (None if prefix else default), word)


def outside(name: str) -> bool:
    """Whether a name is one of XSD or of SOAP's encoding, which no schema of a service declares."""
    return name.startswith((f"{{{XSD}}}", f"{{{ENCODING}}}"))


def local(node: Any) -> str:
    """The local name of an XSD element; "" for anything else, such as a comment."""
    tag = node.tag
    if isinstance(tag, str) and tag.startswith(f"{{{XSD}}}"):
        return tag[len(XSD) + 2 :]
    return ""
