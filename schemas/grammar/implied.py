"""Values that no line of a mapping names, because others imply them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from schemas.codecs import make_codec
from schemas.entity import Entity, Leaf
from schemas.grammar.ground import Ground
from schemas.grammar.place import Place
from schemas.grammar.shape import check_columns
from schemas.mapping import FieldMapping, Join, Shape
from schemas.source import OWN, ColumnName, Source

# What people typed, and the normalised field that is filled beside it.
COMPANIONS = {
    "email": "email_address",
    "phone": "phone_e164",
    "mobile": "mobile_e164",
    "country": "country_code",
    "region": "region_code",
}
COMPANION_CODECS = {
    "email_address": "email_address",
    "phone_e164": "phone_e164",
    "mobile_e164": "phone_e164",
    "country_code": "country_code",
    "region_code": "region_code",
}


def implied(
    ground: Ground, place: Place, entity: Entity, shape: Shape, fields: dict[str, FieldMapping]
) -> dict[str, FieldMapping]:
    """`id` from the key, `deleted` from the soft delete, companions of what people typed."""
    if "id" in fields:
        raise place.at("fields", "id").fail(
            "'id' is made of the key declared in 'from'; leave it out"
        )
    leaf = entity.leaves["id"]
    word = "column" if len(shape.key) == 1 else "columns"
    source = Source(word, tuple(ColumnName(OWN, name) for name in shape.key))
    # A query does not say how wide its key columns are; a table does.
    widths = {"widths": list(shape.widths)} if shape.widths else {}
    try:
        key = make_codec("key", leaf.field, widths, ground.rules, len(shape.key))
    except ValueError as error:
        raise place.at("from").fail(str(error)) from None
    made = {"id": FieldMapping(leaf, source, key, "key", readonly=True)}
    made |= fields
    if shape.deleted and "deleted" not in fields:
        column = Source("column", (ColumnName(OWN, shape.deleted.column),))
        options = {"values": shape.deleted.values}
        flag = make_codec("among", entity.leaves["deleted"].field, options, ground.rules)
        made["deleted"] = FieldMapping(
            entity.leaves["deleted"], column, flag, "among", readonly=True
        )
    made |= companions(ground, entity.leaves, made)
    order = [name for name in (*entity.leaves, *made) if name in made]
    return {name: made[name] for name in dict.fromkeys(order)}


def companions(
    ground: Ground, leaves: Mapping[str, Leaf], fields: Mapping[str, FieldMapping]
) -> dict[str, FieldMapping]:
    made = {}
    for name, mapped in fields.items():
        prefix, _, last = name.rpartition(".")
        companion = (
            f"{prefix}.{COMPANIONS[last]}"
            if prefix and last in COMPANIONS
            else COMPANIONS.get(last, "")
        )
        if companion not in leaves or companion in fields or mapped.source.word != "column":
            continue
        columns = mapped.source.columns
        spelling = COMPANION_CODECS[companion.rpartition(".")[2]]
        if spelling == "region_code":
            country = fields.get(f"{prefix}.country" if prefix else "country")
            if country is None or country.source.word != "column":
                continue
            columns = (*columns, *country.source.columns)
        leaf = leaves[companion]
        codec = make_codec(spelling, leaf.field, {}, ground.rules)
        source = Source("column" if len(columns) == 1 else "columns", columns)
        made[companion] = FieldMapping(leaf, source, codec, spelling, readonly=True)
    return made


def looked_up(
    place: Place, fields: dict[str, FieldMapping], shape: Shape, prefix: str = ""
) -> tuple[dict[str, FieldMapping], Shape]:
    """Code tables become joins: a code and what the join finds for it are read together."""
    check_columns(place.at("fields"), shape, fields)
    joins = list(shape.joins)
    made = {}
    for name, mapped in fields.items():
        table = mapped.code_table
        if table is None:
            made[name] = mapped
            continue
        alias = f"codes_{prefix}{name.replace('.', '_')}"
        column = mapped.source.columns[0]
        joins.append(Join(alias, table.table, ((table.key, column),), table.where))
        both = Source("columns", (column, ColumnName(alias, table.value)))
        made[name] = replace(mapped, source=both)
    return made, replace(shape, joins=tuple(joins))
