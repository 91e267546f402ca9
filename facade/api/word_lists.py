"""Closed lists of words, each a schema of its own with a name that a person would choose."""

from __future__ import annotations

import re
from typing import Any

from marshmallow import Schema

from schemas.fields import Code

# How the names of schemas end that callers send.
SENT = re.compile("(Create|Patch|Input)$")


def named(schema: Any) -> str:
    """The name of a schema, its class or an instance, in the document."""
    kind = schema if isinstance(schema, type) else type(schema)
    return kind.__name__.removesuffix("Schema")


def camel(word: str) -> str:
    """`ordered_on` → `OrderedOn`, `custom.tier` → `CustomTier`."""
    return "".join(part.capitalize() for part in re.split("[_.]", word))


class WordLists:
    """Closed lists of words as schemas of their own, named after the field that first has them."""

    def __init__(self, spec: Any) -> None:
        self._spec = spec
        self._known: dict[str, list[str]] = {}
        self._alike: dict[tuple[str, ...], str] = {}

    def attribute(self, field: Any, ret: dict[str, Any]) -> dict[str, Any]:
        """What apispec asks for each field; `ret` is what it has of the field so far."""
        words = ret.pop("enum", None) or (list(field.codes) if isinstance(field, Code) else None)
        if words is None:
            return {}
        ret.pop("type", None)
        holder = field if isinstance(field.parent, Schema) else field.parent
        meaning = holder.metadata.get("description", "")
        reference = self.reference(_title(field), words, meaning)
        return {"anyOf": [reference, {"type": "null"}]} if field.allow_none else reference

    def reference(self, name: str, words: list[str], meaning: str) -> dict[str, str]:
        """A reference to the list, which is added where the document does not have it."""
        parts = re.findall("[A-Z][^A-Z]*", name)
        # A contact's role and its role at another customer are one list.
        name = self._alike.setdefault((parts[0], parts[-1], *words), name)
        if self._known.get(name, words) != words:
            name += "Input"  # fewer words can be written than read
        if name not in self._known:
            self._known[name] = words
            self._spec.components.schema(
                name, {"type": "string", "description": meaning, "enum": words, **_spoken(words)}
            )
        return {"$ref": f"#/components/schemas/{name}"}


def _spoken(words: list[str]) -> dict[str, Any]:
    """Names for words that code cannot bear: `-name` is `name_descending`."""
    names = [f"{word[1:]}_descending" if word.startswith("-") else word for word in words]
    return {} if names == words else {"x-enum-varnames": [name.replace(".", "_") for name in names]}


def _title(field: Any) -> str:
    """The name of a field's own list: that of what holds it, read or written, and its own."""
    holder = field if isinstance(field.parent, Schema) else field.parent
    owner = SENT.sub("", named(holder.parent))
    return owner + camel(holder.name if holder is field else holder.name.removesuffix("s"))
