"""Which records some raw rows belong to, and which raw rows a record is made of, as DuckDB SQL.

A record is made of its own row, of the rows that are joined to it, and of its children's.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from schemas.codecs.codec import SqlForm
from schemas.mapping import EntityMapping, Shape
from schemas.source import OWN, ColumnName
from schemas.sql_form import EVERYTHING, Relation, flat_rows, translate_rows


def shapes(mapping: EntityMapping) -> Iterator[Shape]:
    """The entity's own shape, and those of children that have rows of their own."""
    yield mapping.shape
    for child in mapping.children.values():
        for rows in child.sources:
            if rows.shape is not None:
                yield rows.shape


def linking(mapping: EntityMapping, shape: Shape) -> tuple[str, ...]:
    """The columns of a shape's own table that tell which record a row belongs to, in the order of
    the record's key.
    """
    if shape is mapping.shape:
        return shape.key
    pairs = {theirs: own for own, theirs in shape.parent}
    return tuple(pairs[part] for part in mapping.shape.key)


def owners(
    mapping: EntityMapping,
    shape: Shape,
    relation: Relation,
    only: Mapping[str, str] = EVERYTHING,
) -> str:
    """SQL for the id of the record that each flat row of a shape belongs to, and the texts of its
    `linking` columns as k0, k1 … `only` as `flat_rows` has it.
    """
    identity = mapping.fields["id"]
    keys = tuple(ColumnName(OWN, part) for part in linking(mapping, shape))
    given = identity.source.columns if shape is mapping.shape else ()
    columns = tuple(dict.fromkeys((*keys, *given)))
    position = {column: f"c{number}" for number, column in enumerate(columns)}
    texts = (
        identity.source.sql([position[column] for column in given])
        if given
        else [position[key] for key in keys]
    )
    extra = {"id": identity.codec.sql(*texts)} | {
        f"k{number}": SqlForm(position[key], "NULL") for number, key in enumerate(keys)
    }
    flat = flat_rows(shape, columns, relation, only)
    return translate_rows(flat, columns, {}, shape, extra).sql
