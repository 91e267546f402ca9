"""What an entity is: a named record schema with its flat leaves and its children, read off the
schema itself.

A leaf is a single value (`temperature.min` is one); a child is a list of records of its own (an
order's lines).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from marshmallow import RAISE, Schema, fields

from schemas.fields import Flag, Instant, Key, Text


class Part(Schema):
    """A group of values inside a record, or a child record; unknown input is refused."""

    class Meta:
        unknown = RAISE


class Problem(Part):
    """One value of this record that could not be read."""

    field = Text(
        required=True, metadata={"description": "Canonical field, dotted; children as name[key]."}
    )
    raw = Text(allow_none=True, metadata={"description": "The text as the CRM holds it."})
    reason = Text(required=True, metadata={"description": "Why it could not be read."})


class RecordSchema(Part):
    """Fields that every record has."""

    id = Key(dump_only=True, metadata={"description": "The CRM's key as text."})
    created_at = Instant(
        allow_none=True, dump_only=True, metadata={"description": "When it was created, UTC."}
    )
    updated_at = Instant(
        allow_none=True, dump_only=True, metadata={"description": "When it last changed, UTC."}
    )
    deleted = Flag(
        allow_none=True, dump_only=True, metadata={"description": "Soft-deleted in the CRM."}
    )
    merged_into = Key(
        allow_none=True,
        dump_only=True,
        metadata={"description": "Id of the record that survived a merge."},
    )
    problems = fields.List(
        fields.Nested(Problem),
        dump_only=True,
        metadata={"description": "Values that could not be read."},
    )


@dataclass(frozen=True)
class Leaf:
    """One value of a record: its path from the record, and its field."""

    path: tuple[str, ...]
    field: Any

    @property
    def name(self) -> str:
        """Dotted, as mappings and problems name it."""
        return ".".join(self.path)

    @property
    def column(self) -> str:
        """With underscores, as warehouse columns are named."""
        return "_".join(self.path)

    @property
    def duck(self) -> str:
        return self.field.duck


def is_child(field: Any) -> bool:
    return isinstance(field, fields.List) and isinstance(field.inner, fields.Nested)


def declared(schema: type[Schema]) -> dict[str, Any]:
    """The fields of a schema, by name."""
    return dict(schema._declared_fields)


def leaves(schema: type[Schema], prefix: tuple[str, ...] = ()) -> Iterator[Leaf]:
    """Every single value of `schema`, depth first, children left out."""
    for name, field in declared(schema).items():
        if isinstance(field, fields.Nested):
            yield from leaves(field.schema.__class__, (*prefix, name))
        elif not is_child(field):
            yield Leaf((*prefix, name), field)


@dataclass(frozen=True)
class Entity:
    """A kind of record. `name` is the singular word, `plural` the REST collection.

    A `mirror` is a table of one CRM as it is, for warehouses: no API serves it.
    """

    name: str
    plural: str
    schema: type[RecordSchema]
    mirror: bool = False

    @cached_property
    def leaves(self) -> dict[str, Leaf]:
        return {leaf.name: leaf for leaf in leaves(self.schema)}

    @cached_property
    def children(self) -> dict[str, Child]:
        """Child relations by field name; `problems` is no relation."""
        return {
            name: Child(self.name, name, field.inner.schema.__class__)
            for name, field in declared(self.schema).items()
            if is_child(field) and name != "problems"
        }


@dataclass(frozen=True)
class Child:
    """A list of records inside a parent, such as `order.lines`; `key` tells siblings apart."""

    parent: str
    name: str
    schema: type[Schema]

    @property
    def relation(self) -> str:
        return f"{self.parent}.{self.name}"

    @cached_property
    def leaves(self) -> dict[str, Leaf]:
        return {leaf.name: leaf for leaf in leaves(self.schema)}

    @property
    def key(self) -> tuple[str, ...]:
        return self.schema.KEY  # type: ignore[attr-defined]
