"""Record schemas as deployed: of each entity only what the CRM's mapping has, for reading, creating and changing.

What is read is promised by type alone. What callers send is checked down to whether the CRM has a spelling for it.
"""

from __future__ import annotations

import copy
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from marshmallow import EXCLUDE, RAISE, Schema, ValidationError, fields, validate

from schemas.codecs.codec import Codec
from schemas.entity import Part, Problem, is_child
from schemas.fields import Code, Text
from schemas.mapping import ChildMapping, EntityMapping, FieldMapping

Values = dict[str, Any]


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


@dataclass(frozen=True)
class Writable:
    """What one act takes: its body's schema, and the mapped values in it by dotted name."""

    schema: type[Schema]
    fields: Mapping[str, FieldMapping]
    required: tuple[str, ...]

    def groups(self, name: str) -> tuple[str, ...]:
        """The values inside the group `name`."""
        return tuple(field for field in self.fields if field.startswith(f"{name}."))


class RecordSchemas:
    """The schemas of one mapped entity."""

    def __init__(self, mapping: EntityMapping) -> None:
        self.mapping = mapping
        self.name = mapping.entity.schema.__name__
        self._inputs_made: dict[str, type[Schema]] = {}

    @cached_property
    def read(self) -> type[Schema]:
        """A record as it is given out. All but `id` may be null, or left out by `fields`."""
        mapped = self.mapping.fields
        made = self._readable(self.mapping.entity.schema, mapped, self.name)
        if self.mapping.custom:
            custom = {
                name: _readable(item.leaf.field, item) for name, item in self.mapping.custom.items()
            }
            meaning = "Fields of this CRM's own."
            part = _schema(f"{self.name}Custom", custom, meaning, EXCLUDE)
            made["custom"] = _nested(part, {"description": meaning})
        made["id"] = copy.copy(made["id"])
        made["id"].required, made["id"].allow_none = True, False
        return _schema(self.name, made, _meaning(self.mapping.entity.schema), EXCLUDE)

    @cached_property
    def page(self) -> type[Schema]:
        """A page of records."""
        plural = self.mapping.entity.plural
        items = fields.List(
            fields.Nested(self.read), required=True, metadata={"description": f"The {plural}."}
        )
        following = Text(
            required=True,
            allow_none=True,
            metadata={"description": "Cursor of the next page; null on the last."},
        )
        page = {"items": items, "next": following}
        return _schema(f"{self.name}Page", page, f"A page of {plural}.", EXCLUDE)

    @cached_property
    def create(self) -> Writable | None:
        return self._writable("create", "Create")

    @cached_property
    def update(self) -> Writable | None:
        return self._writable("update", "Patch")

    def _readable(
        self, schema: type[Schema], mapped: Mapping[str, FieldMapping], owner: str, prefix: str = ""
    ) -> dict[str, Any]:
        made: dict[str, Any] = {}
        for name, field in schema._declared_fields.items():
            path = f"{prefix}{name}"
            if isinstance(field, fields.Nested):
                inner = field.schema.__class__
                group = self._readable(inner, mapped, owner, f"{path}.")
                if group:
                    part = _schema(owner + _camel(path), group, _meaning(inner), EXCLUDE)
                    made[name] = _nested(part, field.metadata)
            elif name == "problems" and not prefix:
                made[name] = fields.List(fields.Nested(REFUSED), metadata=field.metadata)
            elif is_child(field):
                if name in self.mapping.children:
                    made[name] = self._readable_child(self.mapping.children[name], field)
            elif path in mapped:
                made[name] = _readable(field, mapped[path])
        return made

    def _readable_child(self, mapping: ChildMapping, field: Any) -> Any:
        schema = mapping.child.schema
        mapped = {name: item for rows in mapping.sources for name, item in rows.fields.items()}
        inner = self._readable(schema, mapped, schema.__name__)
        part = _schema(schema.__name__, inner, _meaning(schema), EXCLUDE)
        return fields.List(fields.Nested(part), metadata=field.metadata)

    def _writable(self, verb: str, suffix: str) -> Writable | None:
        operation = self.mapping.operations.get(verb)
        if operation is None:
            return None
        put = frozenset(operation.put.values())
        mapped = {
            name: item
            for name, item in self.mapping.fields.items()
            if not item.readonly and (name in put or (not put and item.elements))
        }
        given = {name: (item,) for name, item in mapped.items() if not item.leaf.field.dump_only}
        required = tuple(name for name in given if mapped[name].required)
        demanded = required if verb == "create" else ()
        schema = self.mapping.entity.schema
        made = self._inputs(schema, given, self.name, suffix, required, demanded)
        custom = {name.partition(".")[2]: name for name in given if name.startswith("custom.")}
        if custom:
            inner = {
                word: _input(mapped[name].leaf.field, given[name], False, False)
                for word, name in custom.items()
            }
            meaning = "Fields of this CRM's own."
            part = self._input_part(f"{self.name}Custom", inner, meaning, suffix)
            made["custom"] = _nested(part, {"description": meaning})
        meaning = {"Create": f"A new {self.mapping.entity.name}.", "Patch": "What is to change."}
        body = _schema(f"{self.name}{suffix}", made, meaning[suffix], RAISE)
        return Writable(body, {name: mapped[name] for name in given}, demanded)

    def _inputs(
        self,
        schema: type[Schema],
        given: Mapping[str, tuple[FieldMapping, ...]],
        owner: str,
        suffix: str,
        required: tuple[str, ...] = (),
        demanded: tuple[str, ...] = (),
        prefix: str = "",
    ) -> dict[str, Any]:
        made: dict[str, Any] = {}
        for name, field in schema._declared_fields.items():
            path = f"{prefix}{name}"
            if isinstance(field, fields.Nested):
                inner = field.schema.__class__
                group = self._inputs(inner, given, owner, suffix, prefix=f"{path}.")
                if group:
                    part = self._input_part(owner + _camel(path), group, _meaning(inner), suffix)
                    made[name] = _nested(part, field.metadata)
            elif is_child(field):
                if not prefix and name in self.mapping.children:
                    self._input_child(made, name, field, suffix)
            elif path in given:
                made[name] = _input(field, given[path], path in demanded, path in required)
        return made

    def _input_child(self, made: dict[str, Any], name: str, field: Any, suffix: str) -> None:
        mapping = self.mapping.children[name]
        if not any(item.elements for rows in mapping.sources for item in rows.fields.values()):
            return
        given: dict[str, tuple[FieldMapping, ...]] = {}
        for rows in mapping.sources:
            for path, item in rows.fields.items():
                if not item.readonly and (item.elements or item.source.word == "value"):
                    given[path] = (*given.get(path, ()), item)
        required = tuple(path for path, items in given.items() if any(i.required for i in items))
        schema = mapping.child.schema
        inner = self._inputs(schema, given, schema.__name__, suffix, required, required)
        part = self._input_part(schema.__name__, inner, _meaning(schema), suffix)
        made[name] = fields.List(
            fields.Nested(part),
            metadata={"description": f"{field.metadata['description']} Given, all are replaced."},
        )

    def _input_part(
        self, title: str, made: Mapping[str, Any], meaning: str, suffix: str
    ) -> type[Schema]:
        """A part of a body, which acts that take the same fields of it share."""
        name = f"{title}Input"
        known = self._inputs_made.get(name)
        if known is not None and list(known._declared_fields) != list(made):
            name = f"{title}{suffix}"
            known = self._inputs_made.get(name)
        if known is None:
            known = self._inputs_made[name] = _schema(name, made, meaning, RAISE)
        return known


def flatten(document: Mapping[str, Any], writable: Writable) -> Values:
    """Typed values by dotted name of a checked body; a group that is null clears all values in it."""
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
        elif isinstance(value, list) and all(isinstance(item, dict) for item in value) and value:
            yield path, [without_nulls(dict(_flat(item, "", None))) for item in value]
        elif value is None and writable is not None and path not in writable.fields:
            yield from ((field, None) for field in writable.groups(path))
        else:
            yield path, value


def words_of(mapped: FieldMapping) -> tuple[str, ...] | None:
    """The words that a text field can only hold, where a list of codes makes it."""
    if mapped.spelling != "codes" or not isinstance(mapped.leaf.field, Text):
        return None
    return tuple(mapped.codec.spellings)  # type: ignore[attr-defined]


def _readable(field: Any, mapped: FieldMapping) -> Any:
    made = copy.copy(field)
    made.dump_only, made.required, made.allow_none = False, False, True
    made.validators, made.validate = [], None
    words = words_of(mapped)
    if words is not None:
        made.metadata = {**field.metadata, "enum": list(words)}
    return made


def _input(field: Any, mapped: tuple[FieldMapping, ...], demanded: bool, filled: bool) -> Any:
    made = copy.copy(field)
    made.required, made.allow_none = demanded, not filled
    made.validators = list(field.validators)
    longest = max((item.max or 0 for item in mapped), default=0)
    if longest and all(item.max for item in mapped) and isinstance(field, Text):
        made.validators.append(validate.Length(max=longest))
    made.validators.append(Spelled(item.codec for item in mapped))
    words = _choices(field, mapped)
    if words is not None:
        made.metadata = {**field.metadata, "enum": words}
    return made


def _choices(field: Any, mapped: tuple[FieldMapping, ...]) -> list[str] | None:
    """The words that may be written, where they are a list."""
    spelled = Spelled(item.codec for item in mapped)
    if isinstance(field, Code):
        return [code for code in field.codes if _passes(spelled, code)]
    lists = [words_of(item) for item in mapped]
    if any(words is None for words in lists):
        return None
    return list(dict.fromkeys(word for words in lists for word in words or ()))


def _passes(spelled: Spelled, value: Any) -> bool:
    try:
        spelled(value)
    except ValidationError:
        return False
    return True


def _nested(part: type[Schema], metadata: Mapping[str, Any]) -> Any:
    return fields.Nested(part, allow_none=True, metadata=dict(metadata))


def _schema(name: str, made: Mapping[str, Any], meaning: str, unknown: str) -> type[Schema]:
    words = {
        "unknown": f"Unknown, or not to be written. Known here: {', '.join(made)}.",
        "type": "Must be a JSON object.",
    }
    meta = type("Meta", (), {"unknown": unknown, "register": False, "description": meaning})
    return type(name, (Part,), {**made, "Meta": meta, "error_messages": words, "__doc__": meaning})


def _meaning(schema: type[Schema]) -> str:
    return (schema.__doc__ or "").strip()


def _camel(path: str) -> str:
    return "".join(word.capitalize() for part in path.split(".") for word in part.split("_"))


REFUSED = _schema("RefusedValue", Problem._declared_fields, _meaning(Problem), EXCLUDE)
