"""One entity of a mapping file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from schemas.entity import Entity
from schemas.grammar.children import read_child
from schemas.grammar.ground import Ground
from schemas.grammar.implied import implied, looked_up
from schemas.grammar.operations import VERBS, check_operations, read_operation
from schemas.grammar.place import Place
from schemas.grammar.shape import read_shape
from schemas.grammar.values import read_custom, read_fields
from schemas.mapping import EntityMapping


def read_entity(
    ground: Ground, place: Place, entity: Entity, table: Mapping[str, Any]
) -> EntityMapping:
    place.known(table, ("from", "fields", "custom", *VERBS, *entity.children, "owner"))
    if "from" not in table:
        raise place.fail("'from' is missing: it says which table the records are read from")
    shape = read_shape(ground, place.at("from"), place.table(table, "from"))
    fields = read_fields(ground, place.at("fields"), entity.leaves, place.table(table, "fields"))
    fields |= read_custom(ground, place.at("custom"), place.table(table, "custom"))
    fields = implied(ground, place, entity, shape, fields)
    fields, shape = looked_up(place, fields, shape)
    children = {}
    for name, child in entity.children.items():
        if name in table:
            given = place.table(table, name)
            children[name], shape = read_child(ground, place.at(name), child, given, shape)
    judgement = ground.judgement
    operations = {
        verb: read_operation(
            place.at(verb), verb, place.table(table, verb), fields, shape, judgement
        )
        for verb in VERBS
        if verb in table
    }
    check_operations(place, operations)
    owner = place.typed(table["owner"], "owner", str) if "owner" in table else None
    return EntityMapping(
        entity, shape, fields, children, operations, ground.rules.zone, owner=owner
    )
