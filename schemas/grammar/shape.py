"""Which tables, joins and keys make one flat row: `from`."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from schemas.grammar.ground import Ground
from schemas.grammar.place import Place
from schemas.mapping import CrmMapping, Deleted, FieldMapping, Filter, Join, Pivot, Shape
from schemas.source import OWN, ColumnName

FROM_WORDS = (
    "table",
    "query",
    "key",
    "widths",
    "stamp",
    "grain",
    "where",
    "deleted",
    "skip",
    "join",
    "pivot",
)
CHILD_FROM_WORDS = ("table", "query", "parent", "where", "skip", "join")
JOIN_WORDS = ("table", "on", "take", "where")
PIVOT_WORDS = ("table", "on", "name", "value", "where")


def read_shape(
    ground: Ground, place: Place, table: Mapping[str, Any], child: bool = False
) -> Shape:
    place.known(table, CHILD_FROM_WORDS if child else FROM_WORDS)
    if ("table" in table) == ("query" in table):
        raise place.fail("needs either 'table' or 'query' (an SQL file beside the mapping)")
    query = ground.files.sql(place, table["query"]) if "query" in table else None
    name = table["table"] if query is None else Path(table["query"]).stem
    key = () if child else _key(place, table)
    deleted = (
        _deleted(place.at("deleted"), place.table(table, "deleted")) if "deleted" in table else None
    )
    shape = Shape(
        table=place.typed(name, "table", str),
        query=query,
        key=key,
        widths=tuple(place.typed(table.get("widths", []), "widths", list)),
        stamp=place.typed(table["stamp"], "stamp", str) if "stamp" in table else None,
        grain=place.typed(table.get("grain", 1), "grain", int),
        where=read_filters(place, table),
        deleted=deleted,
        skip=place.texts(table["skip"], "skip") if "skip" in table else (),
        joins=tuple(
            _join(place.at("join", alias), alias, item)
            for alias, item in place.table(table, "join").items()
        ),
        pivots=tuple(
            _pivot(place.at("pivot", alias), alias, item)
            for alias, item in place.table(table, "pivot").items()
        ),
        parent=_parent(place, table) if child else (),
    )
    _check_branches(place, shape)
    return shape


def _key(place: Place, table: Mapping[str, Any]) -> tuple[str, ...]:
    if "key" not in table:
        raise place.fail("'key' is missing: the columns that tell one record from another")
    return place.texts(table["key"], "key")


def _parent(place: Place, table: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    pairs = place.demand(
        table, "parent", dict, "it pairs the child's columns with the parent's key columns"
    )
    return tuple((own, place.at("parent").typed(theirs, own, str)) for own, theirs in pairs.items())


def _deleted(place: Place, table: Mapping[str, Any]) -> Deleted:
    place.known(table, ("column", "is"))
    column = place.demand(table, "column", str, "the column that tells a soft delete")
    if "is" not in table:
        raise place.fail("'is' is missing: the texts of `column` that mean deleted")
    return Deleted(column, place.texts(table["is"], "is"))


def read_filters(place: Place, table: Mapping[str, Any]) -> tuple[Filter, ...]:
    """The filters under `where`."""
    found = []
    wanted_by_column = place.table(table, "where")
    place = place.at("where")
    for column, wanted in wanted_by_column.items():
        if isinstance(wanted, str):
            found.append(Filter(column, (wanted,)))
        elif isinstance(wanted, list):
            found.append(Filter(column, place.texts(wanted, column)))
        elif wanted == {"null": True}:
            found.append(Filter(column, ()))
        else:
            raise place.fail(
                f"{column!r} must be a text, a list of texts or {{ null = true }}, not {wanted!r}"
            )
    return tuple(found)


def _on(place: Place, table: Mapping[str, Any]) -> tuple[tuple[str, ColumnName], ...]:
    pairs = place.demand(
        table, "on", dict, "it pairs columns of the joined table with columns known before"
    )
    if not pairs:
        raise place.fail(
            "'on' is empty: it pairs columns of the joined table with columns known before"
        )
    at = place.at("on")
    return tuple(
        (own, ColumnName.parse(at.typed(theirs, own, str))) for own, theirs in pairs.items()
    )


def _join(place: Place, alias: str, table: Any) -> Join:
    place.known(place.typed(table, alias, dict), JOIN_WORDS)
    if table.get("take", "0..1") != "0..1":
        raise place.fail(
            f"'take' can only be \"0..1\", not {table['take']!r}: more rows are children"
        )
    name = place.demand(table, "table", str, "the table to join")
    return Join(
        alias,
        name,
        _on(place, table),
        read_filters(place, table),
    )


def _pivot(place: Place, alias: str, table: Any) -> Pivot:
    place.known(place.typed(table, alias, dict), PIVOT_WORDS)
    return Pivot(
        alias,
        place.demand(table, "table", str, "the table of attributes"),
        _on(place, table),
        place.demand(table, "name", str, "the column that names the attribute"),
        place.demand(table, "value", str, "the column that holds its value"),
        read_filters(place, table),
    )


def _check_branches(place: Place, shape: Shape) -> None:
    """Joins and pivots stand on what was declared before them; no needed column is skipped."""
    needed = [*shape.key, *(own for own, _ in shape.parent), *(kept.column for kept in shape.where)]
    needed += [shape.stamp] if shape.stamp else []
    needed += [shape.deleted.column] if shape.deleted else []
    for name in needed:
        check_column(place, shape, ColumnName(OWN, name))
    known = [OWN]
    for branch in shape.branches:
        if branch.alias in known:
            raise place.fail(f"alias {branch.alias!r} is given twice; {OWN!r} is the own table's")
        for _, theirs in branch.on:
            at = place.at(branch.alias, "on")
            if theirs.alias not in known:
                raise at.fail(
                    f"column {str(theirs)!r} uses alias {theirs.alias!r}; known so far:"
                    f" {', '.join(known)}"
                )
            check_column(at, shape, theirs)
        if isinstance(branch, Join):
            known.append(branch.alias)


def check_columns(place: Place, shape: Shape, fields: Mapping[str, FieldMapping]) -> None:
    for name, mapped in fields.items():
        for column in mapped.source.columns:
            check_column(place.at(name), shape, column)


def check_column(place: Place, shape: Shape, column: ColumnName) -> None:
    """The column's alias is declared, and its table keeps it."""
    if column.alias not in shape.aliases:
        known = ", ".join(shape.aliases)
        raise place.fail(f"column {str(column)!r} uses alias {column.alias!r}; known: {known}")
    if column.alias == OWN and column.name in shape.skip:
        raise place.fail(f"column {column.name!r} is needed, but 'skip' leaves it out")


def check_tables(place: Place, mapping: CrmMapping) -> None:
    """A table that is read for several purposes is read once: all must mean the same."""
    found: dict[str, Shape] = {}
    for shape in mapping.shapes:
        before = found.setdefault(shape.table, shape)
        if before.query != shape.query:
            raise place.fail(f"{shape.table!r} names two things, a table or SQL file each: rename")
        if None not in (before.stamp, shape.stamp) and before.stamp != shape.stamp:
            raise place.fail(
                f"table {shape.table!r} has two stamps, {before.stamp} and {shape.stamp}; give one"
            )
        for branch in shape.branches:
            if branch.table in found and found[branch.table].query is not None:
                raise place.fail(
                    f"{branch.table!r} is joined as a table, but names an SQL file: rename it"
                )
