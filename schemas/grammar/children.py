"""Records inside a record: rows of their own, or groups of its columns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from schemas.entity import Child
from schemas.grammar.ground import Ground
from schemas.grammar.implied import companions, looked_up
from schemas.grammar.place import Place
from schemas.grammar.shape import read_shape
from schemas.grammar.values import read_fields
from schemas.mapping import ChildMapping, ChildRows, FieldMapping, Shape
from schemas.source import OWN


def read_child(
    ground: Ground, place: Place, child: Child, table: Mapping[str, Any], parent: Shape
) -> tuple[ChildMapping, Shape]:
    """The children, and the parent's shape with the joins that their columns need."""
    place.known(table, ("from", "fields", "columns", "element"))
    for word in ("fields", "element"):
        if word in table and "from" not in table:
            raise place.fail(f"{word!r} says nothing without 'from', a table of its own")
    sources = []
    groups = place.typed(table.get("columns", []), "columns", list)
    for number, group in enumerate(groups, 1):
        at = place.at(f"columns[{number}]")
        fields = _child_fields(ground, at, child, at.typed(group, "columns", dict))
        prefix = f"{child.name}_{number}_"
        fields, parent = looked_up(at, fields, parent, prefix)
        sources.append(ChildRows(None, fields))
    if "from" in table:
        at = place.at("from")
        shape = read_shape(ground, at, place.table(table, "from"), child=True)
        if {theirs for _, theirs in shape.parent} != set(parent.key):
            raise at.fail(f"'parent' must pair all of the parent's key: {', '.join(parent.key)}")
        fields = _child_fields(ground, place.at("fields"), child, place.table(table, "fields"))
        fields, shape = looked_up(place, fields, shape)
        own = [
            column.name
            for key in child.key
            for column in fields[key].source.columns
            if column.alias == OWN
        ]
        key = dict.fromkeys((*(column for column, _ in shape.parent), *own))
        element = place.typed(table["element"], "element", str) if "element" in table else None
        sources.append(ChildRows(replace(shape, key=tuple(key)), fields, element))
    if not sources:
        raise place.fail(
            "needs 'from' (a table of its own) or [[columns]] (groups of the parent's columns)"
        )
    return ChildMapping(child, tuple(sources)), parent


def _child_fields(
    ground: Ground, place: Place, child: Child, table: Mapping[str, Any]
) -> dict[str, FieldMapping]:
    fields = read_fields(ground, place, child.leaves, table)
    for key in child.key:
        if key not in fields:
            raise place.fail(
                f"{key!r} is missing: it tells the {child.name} of one {child.parent} apart"
            )
    fields |= companions(ground, child.leaves, fields)
    return {name: fields[name] for name in child.leaves if name in fields}
