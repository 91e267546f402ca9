"""Acts by SOAP: `get`, `create`, `update` and so on.

Paths of elements are checked for their form here; whether the service has them, its contract says
(`facade check`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from marshmallow import ValidationError

from schemas.elements import PAIRS, PATH, PREFIX, completed
from schemas.grammar.crm import Judgement, read_judgement
from schemas.grammar.place import Place
from schemas.grammar.shape import check_column, read_filters
from schemas.mapping import FieldMapping, LookUp, Operation, Shape
from schemas.source import ColumnName

VERBS = ("get", "create", "update", "cancel", "delete", "status")
OPERATION_WORDS = (
    "call",
    "put",
    "const",
    "key",
    "guard",
    "into",
    "record",
    "missing",
    "escaped",
    "merge_from",
    "reread",
    "ok",
    "fail",
    "words",
    "reference",
    "look_up",
    "makes",
    "invalid",
    "rows",
    "tolerate",
)
CHANGES = ("update", "cancel", "delete", "status")
# Words that say something in some operations only.
ONLY_IN = {
    "reference": ("create",),
    "look_up": ("create",),
    "guard": ("update", "cancel", "delete"),
    "into": ("create", *CHANGES),
    "put": ("create", "update", "status"),
    "record": ("get",),
    "missing": ("get",),
    "escaped": ("get",),
    "merge_from": ("update",),
    "reread": ("create", *CHANGES),
    "makes": ("cancel", "delete"),
}
LOOK_UP_WORDS = ("column", "fields", "table", "key", "with", "where")
INVALID = ("reply", "record")
Fields = Mapping[str, FieldMapping]


def read_operation(
    place: Place,
    verb: str,
    table: Mapping[str, Any],
    fields: Fields,
    shape: Shape,
    judgement: Judgement,
) -> Operation:
    place.known(table, OPERATION_WORDS)
    for word, verbs in ONLY_IN.items():
        if word in table and verb not in verbs:
            raise place.fail(f"{word!r} says nothing here; only in {' and '.join(verbs)}")
    if table.get("reread", True) is not True:
        raise place.fail("'reread' can only be true; left out, the word of the service is taken")
    if verb == "cancel" and "reread" in table and "makes" not in table:
        raise place.fail("'reread' has nothing to compare: 'makes' says what a cancel changes")
    into = _path(place, table, "into", PREFIX) or ""
    made = Operation(
        **read_judgement(place, table, judgement)._asdict(),
        verb=verb,
        call=place.demand(table, "call", str, "the SOAP operation"),
        put=_put(place, table, fields, into),
        const=_const(place, table),
        # The answer of a create gives the key, so that what stands before requests is not there.
        key=_key(place, table, shape, "" if verb == "create" else into),
        guard=_guard(place, table, shape, into),
        reference=_path(place, table, "reference"),
        into=into,
        record=_path(place, table, "record", PREFIX) or "",
        missing=_path(place, table, "missing"),
        escaped=place.typed(table.get("escaped", False), "escaped", bool),
        merge_from=_text(place, table, "merge_from"),
        reread="reread" in table,
        makes=_makes(place.at("makes"), place.table(table, "makes"), fields),
        rows=_rows(place, table),
        tolerate=_tolerate(place, table),
        look_up=_look_up(place, table, fields, shape),
    )
    _check_look_up(place, made)
    return made


def check_operations(place: Place, operations: Mapping[str, Operation]) -> None:
    """What operations say of one another."""
    update, get = operations.get("update"), operations.get("get")
    if update is None or update.merge_from is None:
        return
    at = place.at("update")
    if get is None or get.call != update.merge_from:
        entity = place.path[-1]
        raise at.fail(
            f"'merge_from' names {update.merge_from!r}, which no [{entity}.get] calls: say there"
            " its call, its key and its record"
        )
    if _form(get.record) != _form(update.into):
        raise at.fail(
            "'merge_from' writes back what stands under the 'record' of the get to the 'into' of"
            f" the update; they are {get.record!r} and {update.into!r}: give both, alike"
        )


def _form(prefix: str) -> str:
    """How a record stands behind a prefix: in pairs, in elements, or among the others."""
    return PAIRS if prefix.endswith(PAIRS) else "." if prefix else ""


def _key(place: Place, table: Mapping[str, Any], shape: Shape, into: str) -> tuple[str, ...]:
    key = place.texts(table["key"], "key") if "key" in table else ()
    if len(key) != len(shape.key):
        raise place.fail(
            f"'key' names {len(key)} element(s) for the {len(shape.key)} column(s) of the"
            f" record's key: {', '.join(shape.key)}"
        )
    for path in key:
        place.path_of("key", path)
    return tuple(completed(into, path) for path in key)


def _put(place: Place, table: Mapping[str, Any], fields: Fields, into: str) -> dict[str, str]:
    put, at = place.text_table(table, "put"), place.at("put")
    for element, name in put.items():
        place.path_of("put", element)
        if name not in fields:
            raise at.fail(f"{element!r} takes unknown field {name!r}; mapped: {', '.join(fields)}")
        if fields[name].readonly or fields[name].leaf.field.dump_only:
            raise at.fail(f"{element!r} takes {name!r}, which is never written")
        if fields[name].source.texts > 1:
            raise at.fail(
                f"{element!r} takes {name!r}, which has several columns: its field names"
                " an 'element' for each"
            )
    return {completed(into, element): name for element, name in put.items()}


def _const(place: Place, table: Mapping[str, Any]) -> dict[str, Any]:
    const = place.table(table, "const")
    for element, value in const.items():
        place.path_of("const", element)
        if not isinstance(value, str | int):
            raise place.at("const").fail(
                f"{element!r} must be a text, a whole number or true or false, not {value!r}"
            )
    return const


def _guard(place: Place, table: Mapping[str, Any], shape: Shape, into: str) -> dict[str, str]:
    found, at = {}, place.at("guard")
    for element, name in place.text_table(table, "guard").items():
        place.path_of("guard", element)
        column = ColumnName.parse(name)
        check_column(at, shape, column)
        found[completed(into, element)] = str(column)
    return found


def _makes(place: Place, table: Mapping[str, Any], fields: Fields) -> dict[str, Any]:
    """Canonical values, as JSON would have them."""
    for name, value in table.items():
        if name not in fields:
            raise place.fail(f"unknown field {name!r}; mapped: {', '.join(fields)}")
        try:
            fields[name].leaf.field.deserialize(value)
        except ValidationError as error:
            told = " ".join(map(str, error.messages))
            raise place.fail(f"{name!r} cannot become {value!r}: {told}") from None
    return dict(table)


def _rows(place: Place, table: Mapping[str, Any]) -> str | None:
    """The repeated record whose departures cost itself alone; None where they cost the reply."""
    invalid = place.typed(table.get("invalid", "reply"), "invalid", str)
    if invalid not in INVALID:
        raise place.fail(f"'invalid' must be one of {', '.join(INVALID)}, not {invalid!r}")
    rows = _path(place, table, "rows")
    if (invalid == "record") != (rows is not None):
        raise place.fail(
            "'invalid' = \"record\" and 'rows', the path of the repeated record, go together"
        )
    return rows


def _tolerate(place: Place, table: Mapping[str, Any]) -> tuple[str, ...]:
    paths = place.texts(table["tolerate"], "tolerate") if "tolerate" in table else ()
    for path in paths:
        place.path_of("tolerate", path)
    return paths


def _look_up(place: Place, table: Mapping[str, Any], fields: Fields, shape: Shape) -> LookUp | None:
    if "look_up" not in table:
        return None
    at, found = place.at("look_up"), place.table(table, "look_up")
    at.known(found, LOOK_UP_WORDS)
    ways = [word for word in LOOK_UPS if word in found]
    if len(ways) != 1:
        raise at.fail(
            "needs either 'column', which holds our reference, or 'fields', the natural key"
        )
    return LOOK_UPS[ways[0]](at, found, fields, shape)


def _by_column(place: Place, table: Mapping[str, Any], fields: Fields, shape: Shape) -> LookUp:
    column = place.typed(table["column"], "column", str)
    if "table" not in table:
        place.known(table, ("column",))
        check_column(place, shape, ColumnName.parse(column))
        return LookUp(column)
    key = place.texts(table["key"], "key") if "key" in table else ()
    separator = _text(place, table, "with")
    if len(key) != len(shape.key) and (len(key), separator is None) != (1, False):
        raise place.fail(
            f"'key' names {len(key)} column(s) of the table for the record's key of"
            f" {len(shape.key)}: {', '.join(shape.key)}; one that holds all has 'with', what"
            " stands between the parts"
        )
    name = place.typed(table["table"], "table", str)
    return LookUp(column, (), name, key, separator, read_filters(place, table))


def _by_fields(place: Place, table: Mapping[str, Any], fields: Fields, shape: Shape) -> LookUp:
    place.known(table, ("fields",))
    names = place.texts(table["fields"], "fields")
    for name in names:
        if name not in fields:
            raise place.fail(f"unknown field {name!r}; mapped: {', '.join(fields)}")
        if fields[name].column is None or "=" not in fields[name].codec.filters:
            raise place.fail(f"{name!r} cannot be looked for in the database by its column")
    if "created_at" not in fields:
        raise place.fail(
            "a natural key finds older records too: map 'created_at', which tells the new one"
        )
    return LookUp(fields=names)


LOOK_UPS: dict[str, Callable[[Place, Mapping[str, Any], Fields, Shape], LookUp]] = {
    "column": _by_column,
    "fields": _by_fields,
}


def _check_look_up(place: Place, made: Operation) -> None:
    if made.look_up is not None and made.look_up.column is not None and made.reference is None:
        raise place.fail(
            "'look_up' by 'column' says nothing without 'reference', the element that takes our"
            " reference"
        )


def _text(place: Place, table: Mapping[str, Any], word: str) -> str | None:
    return place.typed(table[word], word, str) if word in table else None


def _path(
    place: Place, table: Mapping[str, Any], word: str, form: re.Pattern[str] = PATH
) -> str | None:
    path = _text(place, table, word)
    return None if path is None else place.path_of(word, path, form)
