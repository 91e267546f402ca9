"""Schemas of what callers send: the fields that the mapping can write, by the act that takes them.

A value is checked down to whether the CRM has a spelling for it, so that nothing is cut or blanked.
"""

from __future__ import annotations

import copy
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from marshmallow import RAISE, Schema, ValidationError, fields, validate

from facade.api.records import OWN_FIELDS, group_of, meaning_of, schema_of, words_of
from facade.api.word_lists import camel
from schemas.codecs.codec import Codec
from schemas.entity import is_child
from schemas.fields import Code, Text
from schemas.mapping import EntityMapping, FieldMapping

Values = dict[str, Any]
Given = Mapping[str, tuple[FieldMapping, ...]]
"""By dotted name every mapping through which a value may be written."""


class Spelled:
    """A validator: some codec through which the value may be written has a spelling for it."""

    def __init__(self, codecs: Iterable[Codec]) -> None:
        self._codecs = tuple(codecs)

    def __call__(self, value: Any) -> None:
        reason = ""
        for codec in self._codecs:
            try:
                codec.write(value)
                return
            except ValueError as error:
                reason = str(error)
        raise ValidationError(f"The CRM cannot hold it: {reason}.")

    def passes(self, value: Any) -> bool:
        try:
            self(value)
        except ValidationError:
            return False
        return True


@dataclass(frozen=True)
class Writable:
    """What one act takes: the schema of its body, and the names of the values in it."""

    schema: type[Schema]
    names: tuple[str, ...]

    def group(self, name: str) -> tuple[str, ...]:
        """The values inside the group `name`."""
        return tuple(field for field in self.names if field.startswith(f"{name}."))


class Inputs:
    """What one mapped entity takes to create a record and to change one; None where it does not."""

    def __init__(self, mapping: EntityMapping) -> None:
        self.mapping = mapping
        self.name = mapping.entity.schema.__name__
        self._known: dict[str, type[Schema]] = {}

    @cached_property
    def create(self) -> Writable | None:
        return self._writable("create", "Create", f"A new {self.mapping.entity.name}.", True)

    @cached_property
    def update(self) -> Writable | None:
        return self._writable("update", "Patch", "What is to change.", False)

    def _writable(self, verb: str, suffix: str, meaning: str, whole: bool) -> Writable | None:
        if verb not in self.mapping.operations:
            return None
        given = {name: (item,) for name, item in self.mapping.writable(verb).items()}
        body = _Body(self, suffix)
        made = body.parts(self.mapping.entity.schema, given, self.name, whole)
        children = self.mapping.writable_children(verb)
        for name, field in self.mapping.entity.schema._declared_fields.items():
            if name in children and is_child(field):
                body.add_children(made, name, field)
        body.add_custom(made, given)
        schema = schema_of(f"{self.name}{suffix}", made, meaning, RAISE)
        return Writable(schema, tuple(given))

    def part(
        self,
        title: str,
        made: Mapping[str, Any],
        meaning: str,
        suffix: str,
        shared: str | None = None,
    ) -> type[Schema]:
        """A part of a body, which acts that take the same fields of it share."""
        name = f"{title}Input"
        known = self._known.get(name)
        if known is not None and list(known._declared_fields) != list(made):
            name = f"{title}{suffix}"
            known = self._known.get(name)
        if known is None:
            shared = shared and f"{shared}Input"
            known = self._known[name] = schema_of(name, made, meaning, RAISE, shared)
        return known


@dataclass(frozen=True)
class _Body:
    """One act's body while it is made."""

    inputs: Inputs
    suffix: str

    def parts(
        self, schema: type[Schema], given: Given, owner: str, whole: bool, prefix: str = ""
    ) -> dict[str, Any]:
        """Fields of `schema` that are given; `whole` demands the required ones."""
        made: dict[str, Any] = {}
        for name, field in schema._declared_fields.items():
            path = f"{prefix}{name}"
            if isinstance(field, fields.Nested):
                inner = field.schema.__class__
                group = self.parts(inner, given, owner, whole, f"{path}.")
                if group:
                    title, meaning = owner + camel(path), meaning_of(inner)
                    part = self.inputs.part(title, group, meaning, self.suffix, inner.__name__)
                    made[name] = group_of(part, field.metadata)
            elif path in given:
                made[name] = _written(field, given[path], whole)
        return made

    def add_custom(self, made: dict[str, Any], given: Given) -> None:
        custom = {
            name.partition(".")[2]: _written(items[0].leaf.field, items, False)
            for name, items in given.items()
            if name.startswith("custom.")
        }
        if custom:
            title = f"{self.inputs.name}Custom"
            part = self.inputs.part(title, custom, OWN_FIELDS, self.suffix)
            made["custom"] = group_of(part, {"description": OWN_FIELDS})

    def add_children(self, made: dict[str, Any], name: str, field: Any) -> None:
        mapping = self.inputs.mapping.children[name]
        items = [item for rows in mapping.sources for item in rows.fields.values()]
        given: dict[str, tuple[FieldMapping, ...]] = {}
        for item in items:
            # A constant tells which group of columns a child belongs to, and may be said.
            if not item.readonly and (item.elements or item.source.word == "value"):
                given[item.name] = (*given.get(item.name, ()), item)
        schema = mapping.child.schema
        parts = self.parts(schema, given, schema.__name__, True)
        part = self.inputs.part(schema.__name__, parts, meaning_of(schema), self.suffix)
        told = f"{field.metadata['description']} Given, they replace all that there are."
        made[name] = fields.List(fields.Nested(part), metadata={"description": told})


def flatten(document: Mapping[str, Any], writable: Writable) -> Values:
    """Typed values by dotted name of a checked body; a group that is null clears what is in it."""
    return dict(_flat(document, "", writable))


def without_nulls(values: Mapping[str, Any]) -> Values:
    """A new record says nothing by null that leaving out would not say."""
    return {name: value for name, value in values.items() if value is not None}


def _flat(
    document: Mapping[str, Any], prefix: str, writable: Writable | None
) -> Iterable[tuple[str, Any]]:
    for name, value in document.items():
        path = f"{prefix}{name}"
        if isinstance(value, dict):
            yield from _flat(value, f"{path}.", writable)
        elif isinstance(value, list) and value and isinstance(value[0], dict):
            yield path, [without_nulls(dict(_flat(item, "", None))) for item in value]
        elif value is None and writable is not None and path not in writable.names:
            yield from ((field, None) for field in writable.group(path))
        else:
            yield path, value


def _written(field: Any, items: tuple[FieldMapping, ...], whole: bool) -> Any:
    """The field as callers may send it, through any of `items`."""
    required = any(item.required for item in items)
    spelled = Spelled(item.codec for item in items)
    made = copy.copy(field)
    made.required, made.allow_none = required and whole, not required
    made.validators = [*field.validators, spelled]
    if isinstance(field, Text) and all(item.max for item in items):
        longest = max(item.max or 0 for item in items)
        made.validators.insert(0, validate.Length(max=longest))
    words = _choices(field, items, spelled)
    if words is not None:
        made.metadata = {**field.metadata, "enum": words}
    return made


def _choices(field: Any, items: tuple[FieldMapping, ...], spelled: Spelled) -> list[str] | None:
    """The words that may be written, where they are a list."""
    if isinstance(field, Code):
        return [code for code in field.codes if spelled.passes(code)]
    lists = [words_of(item) for item in items]
    if any(words is None for words in lists):
        return None
    return list(dict.fromkeys(word for words in lists for word in words or ()))
