"""ODBC connection strings: read, braced and completed (ODBC 3.8, SQLDriverConnect)."""

from __future__ import annotations

import re
from collections.abc import Mapping

from legacy_clients.errors import Misconfigured

_ATTRIBUTE = re.compile(r"\s*([^=;{}]+?)\s*=\s*(?:\{((?:[^}]|\}\})*)\}\s*|([^;{][^;]*|))(?:;|$)")
_SPECIAL = re.compile(r"[\[\]{}(),;?*=!@]|^\s|\s$")


def attributes(connection_string: str) -> dict[str, str]:
    """The attributes of a connection string, names in capitals.

    The first of a name counts, as for ODBC itself. A value may stand in braces, with `}` doubled.
    Misconfigured, without the text, where the string is no such list.
    """
    found: dict[str, str] = {}
    text, place = connection_string.rstrip("; \t\r\n"), 0
    while place < len(text):
        match = _ATTRIBUTE.match(text, place)
        if match is None:
            raise Misconfigured(
                f"the ODBC connection string cannot be read from its character {place + 1} on:"
                " write NAME=value;NAME={value}, with } doubled inside the braces"
            )
        name, in_braces, plain = match.groups()
        value = plain.strip() if in_braces is None else in_braces.replace("}}", "}")
        found.setdefault(name.upper(), value)
        place = match.end()
    return found


def braced(value: str) -> str:
    """A value as a connection string takes it: in braces where it could be read as more."""
    if not _SPECIAL.search(value):
        return value
    return "{" + value.replace("}", "}}") + "}"


def completed(
    connection_string: str, defaults: Mapping[str, str], demands: Mapping[str, str]
) -> str:
    """The connection string with the defaults that it does not set itself, and the demands.

    Misconfigured where it sets a demand to something else.
    """
    given = attributes(connection_string)
    for name, value in demands.items():
        if given.get(name.upper(), value).lower() != value.lower():
            raise Misconfigured(
                f"the ODBC connection string sets {name}, which must be {value}: leave it out"
            )
    missing = {n: v for n, v in {**defaults, **demands}.items() if n.upper() not in given}
    added = (f"{name}={braced(value)}" for name, value in missing.items())
    return ";".join([connection_string.rstrip("; \t\r\n"), *added])
