"""What a mapping uses of the CRM's tables: each column, and the REST fields that hang on it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from schemas.mapping import ChildRows, EntityMapping, FieldMapping, Filter, Shape
from schemas.source import OWN, ColumnName


@dataclass(frozen=True)
class Use:
    """One column that a mapping names. `role` says what for, `mapped` which field reads it.

    `query` is the SELECT of the mapping whose result the column stands in, if it is not of a table
    itself.
    """

    table: str
    query: str | None
    column: str
    role: str
    fields: tuple[str, ...]
    mapped: FieldMapping | None = None


def uses_of(mapping: EntityMapping) -> Iterator[Use]:
    """All columns of tables that an entity's records, children, guards and look-ups need.

    The columns of lists are not among them: they are elements of the services.
    """
    for use in _uses(mapping):
        if use.table not in mapping.lists:
            yield use


def _uses(mapping: EntityMapping) -> Iterator[Use]:
    name = mapping.entity.name
    groups = [
        (f"{name}.{child_name}", rows)
        for child_name, child in mapping.children.items()
        for rows in child.sources
    ]
    own = [(name, mapping.fields)]
    own += [(place, rows.fields) for place, rows in groups if rows.shape is None]
    yield from _of_shape(mapping.shape, name, own)
    for place, rows in groups:
        if rows.shape is not None:
            yield from _of_children(rows, rows.shape, place)
    yield from _of_operations(mapping)


def _of_children(rows: ChildRows, shape: Shape, place: str) -> Iterator[Use]:
    yield from _of_shape(shape, place, [(place, rows.fields)])
    for column, _ in shape.parent:
        yield Use(shape.table, shape.query, column, "key of its parent", (place,))


def _of_shape(
    shape: Shape, whole: str, groups: Iterable[tuple[str, Mapping[str, FieldMapping]]]
) -> Iterator[Use]:
    through: dict[str, list[str]] = {}
    for place, fields in groups:
        for name, mapped in fields.items():
            for column in mapped.source.columns:
                yield _column(shape, column, "field", (f"{place}.{name}",), mapped)
                for alias in shape.path(column.alias):
                    through.setdefault(alias, []).append(f"{place}.{name}")
    for role, columns in _roles(shape).items():
        for name in columns:
            yield Use(shape.table, shape.query, name, role, (whole,))
    for branch in shape.branches:
        touched = tuple(dict.fromkeys(through.get(branch.alias, (whole,))))
        for own, theirs in branch.on:
            yield Use(branch.table, None, own, "join", touched)
            yield _column(shape, theirs, "join", touched)
        for name in _filtered(branch.where):
            yield Use(branch.table, None, name, "condition", touched)
    for pivot in shape.pivots:
        touched = tuple(dict.fromkeys(through.get(pivot.alias, (whole,))))
        yield Use(pivot.table, None, pivot.name, "name of a value", touched)


def _roles(shape: Shape) -> dict[str, tuple[str, ...]]:
    return {
        "key": shape.key,
        "stamp": (shape.stamp,) if shape.stamp else (),
        "condition": _filtered(shape.where),
        "mark of deleted rows": (shape.deleted.column,) if shape.deleted else (),
    }


def _of_operations(mapping: EntityMapping) -> Iterator[Use]:
    name = mapping.entity.name
    for operation in mapping.operations.values():
        for column in operation.guard.values():
            yield _column(mapping.shape, ColumnName.parse(column), "guard of changes", (name,))
        look_up = operation.look_up
        if look_up is None or look_up.column is None:
            continue
        if look_up.table is None:
            known = ColumnName.parse(look_up.column)
            yield _column(mapping.shape, known, "look-up of creates", (name,))
            continue
        for each in (look_up.column, *look_up.key, *_filtered(look_up.where)):
            yield Use(look_up.table, None, each, "look-up of creates", (name,))


def _column(
    shape: Shape,
    column: ColumnName,
    role: str,
    fields: tuple[str, ...],
    mapped: FieldMapping | None = None,
) -> Use:
    table, _, name = shape.native(column).rpartition(".")
    return Use(table, shape.query if column.alias == OWN else None, name, role, fields, mapped)


def _filtered(where: Iterable[Filter]) -> tuple[str, ...]:
    return tuple(each.column for each in where)
