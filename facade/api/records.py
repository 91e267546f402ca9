"""Schemas of records as they are given out: of each entity only what the CRM's mapping has.

They promise types alone: no pattern, length or format that a row of twenty years could break.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from functools import cached_property
from typing import Any

from marshmallow import EXCLUDE, Schema, fields

from facade.api.word_lists import camel
from schemas.entity import Part, Problem, is_child
from schemas.fields import Text
from schemas.mapping import ChildMapping, EntityMapping, FieldMapping

OWN_FIELDS = "Fields of this CRM's own."


class RecordSchemas:
    """The schemas of one mapped entity and of its pages."""

    def __init__(self, mapping: EntityMapping) -> None:
        self.mapping = mapping
        self.name = mapping.entity.schema.__name__

    @cached_property
    def record(self) -> type[Schema]:
        """A record. All but `id` may be null, or left out by `fields`."""
        mapped = self.mapping.fields
        made = self._parts(self.mapping.entity.schema, mapped, self.name)
        if self.mapping.custom:
            custom = {
                name: _readable(item.leaf.field, item) for name, item in self.mapping.custom.items()
            }
            part = schema_of(f"{self.name}Custom", custom, OWN_FIELDS, EXCLUDE)
            made["custom"] = group_of(part, {"description": OWN_FIELDS})
        made["id"].required, made["id"].allow_none = True, False
        return schema_of(self.name, made, meaning_of(self.mapping.entity.schema), EXCLUDE)

    @cached_property
    def page(self) -> type[Schema]:
        """A page of records."""
        plural = self.mapping.entity.plural
        made = {
            "items": fields.List(
                fields.Nested(self.record),
                required=True,
                metadata={"description": f"The {plural}."},
            ),
            "next": Text(
                required=True,
                allow_none=True,
                metadata={"description": "Cursor of the next page; null on the last."},
            ),
        }
        return schema_of(f"{self.name}Page", made, f"A page of {plural}.", EXCLUDE)

    def _parts(
        self, schema: type[Schema], mapped: Mapping[str, FieldMapping], owner: str, prefix: str = ""
    ) -> dict[str, Any]:
        made: dict[str, Any] = {}
        for name, field in schema._declared_fields.items():
            path = f"{prefix}{name}"
            if isinstance(field, fields.Nested):
                inner = field.schema.__class__
                group = self._parts(inner, mapped, owner, f"{path}.")
                if group:
                    title, meaning = owner + camel(path), meaning_of(inner)
                    part = schema_of(title, group, meaning, EXCLUDE, inner.__name__)
                    made[name] = group_of(part, field.metadata)
            elif name == "problems" and not prefix:
                made[name] = fields.List(
                    fields.Nested(REFUSED), required=True, metadata=field.metadata
                )
            elif is_child(field):
                if name in self.mapping.children:
                    made[name] = self._children(self.mapping.children[name], field)
            elif path in mapped:
                made[name] = _readable(field, mapped[path])
        return made

    def _children(self, mapping: ChildMapping, field: Any) -> Any:
        schema = mapping.child.schema
        mapped = {name: item for rows in mapping.sources for name, item in rows.fields.items()}
        made = self._parts(schema, mapped, schema.__name__)
        part = schema_of(schema.__name__, made, meaning_of(schema), EXCLUDE)
        return fields.List(fields.Nested(part), metadata=field.metadata)


def words_of(mapped: FieldMapping) -> tuple[str, ...] | None:
    """The words that a text field can only hold, where a list of codes makes it."""
    if mapped.spelling != "codes" or not isinstance(mapped.leaf.field, Text):
        return None
    return tuple(mapped.codec.spellings)  # type: ignore[attr-defined]


def schema_of(
    name: str, made: Mapping[str, Any], meaning: str, unknown: str, shared: str | None = None
) -> type[Schema]:
    """A schema class of these fields; `unknown` is marshmallow's EXCLUDE or RAISE.

    `shared` is the name that it bears in the document together with those that are alike.
    """
    words = {
        "unknown": f"Unknown, or not to be written. Known here: {', '.join(made)}.",
        "type": "Must be a JSON object.",
    }
    options = {"unknown": unknown, "register": False, "description": meaning, "shared": shared}
    meta = type("Meta", (), options)
    return type(name, (Part,), {**made, "Meta": meta, "error_messages": words, "__doc__": meaning})


def group_of(part: type[Schema], metadata: Mapping[str, Any]) -> Any:
    """A group of values inside a record; null where all of them are."""
    return fields.Nested(part, allow_none=True, metadata=dict(metadata))


def meaning_of(schema: type[Schema]) -> str:
    return (schema.__doc__ or "").strip()


def _readable(field: Any, mapped: FieldMapping) -> Any:
    made = copy.copy(field)
    made.dump_only, made.required, made.allow_none = False, False, True
    made.validators, made.validate = [], None
    words = words_of(mapped)
    if words is not None:
        made.metadata = {**field.metadata, "enum": list(words)}
    return made


REFUSED = schema_of("RefusedValue", Problem._declared_fields, meaning_of(Problem), EXCLUDE)
