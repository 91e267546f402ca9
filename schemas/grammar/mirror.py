"""Further tables of the CRM that a warehouse gets as they are: `[mirror] tables = […]`.

A mirrored table is an entity made of texts, which no API serves: nights read it, compare it, seal
it and deliver it with its history as they do any other.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from schemas.entity import Entity, RecordSchema, declared
from schemas.fields import Text
from schemas.grammar.entity import read_entity
from schemas.grammar.ground import Ground
from schemas.grammar.place import Place
from schemas.mapping import EntityMapping

WORDS = ("table", "key", "columns", "stamp", "grain", "where")
FROM_WORDS = ("table", "key", "stamp", "grain", "where")

# Names that every record has, or that a warehouse keeps beside it: a column of the CRM's by such a
# name gets another ending.
OURS = frozenset(
    (
        *declared(RecordSchema),
        *("content_hash", "custom", "generation", "hash", "is_deleted", "loaded_run"),
        *("op", "refused", "run", "valid_from", "valid_to"),
    )
)


def read_mirrors(
    ground: Ground, place: Place, table: Mapping[str, Any]
) -> dict[str, EntityMapping]:
    """The mirrored tables, by the names that they have in a warehouse. Raises MappingError."""
    place.known(table, ("tables",))
    found: dict[str, EntityMapping] = {}
    for number, item in enumerate(place.typed(table.get("tables", []), "tables", list)):
        at = place.at(f"tables[{number}]")
        said = at.typed(item, "table", dict)
        at.known(said, WORDS)
        mirrored = _mirror(ground, at, said)
        if mirrored.entity.name in found:
            raise at.fail(f"{said['table']} is mirrored already, as {mirrored.entity.name}")
        found[mirrored.entity.name] = mirrored
    return found


def _mirror(ground: Ground, place: Place, said: Mapping[str, Any]) -> EntityMapping:
    what = "the table of the CRM that is mirrored"
    table = place.demand(said, "table", str, what)
    place.demand(said, "key", list, "the columns that tell its rows apart")
    columns = place.texts(said.get("columns"), "columns")
    if len(set(columns)) < len(columns):
        raise place.fail("'columns' has one of them twice")
    names: dict[str, str] = {}
    for column in dict.fromkeys((*place.texts(said["key"], "key"), *columns)):
        name = _named(place, column)
        if name in names:
            raise place.fail(f"columns {names[name]} and {column} would both be called {name}")
        names[name] = column
    fields = {
        name: Text(allow_none=True, metadata={"description": f"Column {column}, as text."})
        for name, column in names.items()
    }
    kind = _named(place, table)
    schema = type(f"Mirror{kind.title().replace('_', '')}", (RecordSchema,), dict(fields))
    schema.__doc__ = f"Table {table} of the CRM, as it is."
    entity = Entity(f"mirror_{kind}", f"mirror_{kind}", schema, mirror=True)
    document = {
        "from": {word: said[word] for word in FROM_WORDS if word in said},
        "fields": {name: {"column": column, "as": "text"} for name, column in names.items()},
    }
    return read_entity(ground, place, entity, document)


def _named(place: Place, native: str) -> str:
    """A name of the CRM's as a warehouse spells it."""
    name = re.sub(r"[^a-z0-9]+", "_", native.lower()).strip("_")
    if not re.match("[a-z]", name):
        raise place.fail(f"{native!r} gives no name: it should begin with a letter from a to z")
    return f"{name}_text" if name in OURS else name
