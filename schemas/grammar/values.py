"""Which columns and codec make each value: `fields` and `custom`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from marshmallow import ValidationError

from schemas.codecs import CODECS, default_codec, make_codec
from schemas.codecs.codec import Codec
from schemas.codecs.entry import EntryCodec
from schemas.entity import Leaf
from schemas.fields import Day, Exact, Flag, Instant, Text, Whole
from schemas.grammar.ground import Ground
from schemas.grammar.place import Place
from schemas.grammar.shape import read_filters
from schemas.mapping import CodeTable, FieldMapping
from schemas.source import ColumnName, Source

CODE_TABLE_WORDS = ("table", "key", "value", "where")
SOURCE_WORDS = ("column", "columns", "value", "first", "concat", "split")
FLAGS = (
    "as",
    "required",
    "max",
    "readonly",
    "on_bad",
    "owner",
    "element",
    "cleared",
    "lookup",
    "codes",
)
# What further words go with a source, by the source's own.
SOURCE_FLAGS = {"concat": ("with",), "split": ("with", "part")}
ON_BAD = ("null",)
CUSTOM_TYPES: dict[str, Any] = {
    "text": Text,
    "integer": Whole,
    "decimal": Exact,
    "flag": Flag,
    "date": Day,
    "instant": Instant,
}
NAME = re.compile("[a-z][a-z0-9_]*")


def read_fields(
    ground: Ground, place: Place, leaves: Mapping[str, Leaf], table: Mapping[str, Any]
) -> dict[str, FieldMapping]:
    found = {}
    for name, spec in _flatten(place, table, leaves):
        found[name] = _field(ground, place.at(name), leaves[name], spec)
    # Schema order, whatever the file's.
    return {name: found[name] for name in leaves if name in found}


def read_custom(ground: Ground, place: Place, table: Mapping[str, Any]) -> dict[str, FieldMapping]:
    found = {}
    for name, given in table.items():
        at = place.at(name)
        if not NAME.fullmatch(name):
            raise place.fail(f"{name!r} is no name of a field: a-z, 0-9 and _ make one")
        spec = dict(at.typed(given, name, dict))
        kind = spec.pop("type", "text")
        if kind not in CUSTOM_TYPES:
            raise at.fail(f"unknown type {kind!r}; known ones: {', '.join(CUSTOM_TYPES)}")
        description = spec.pop("description", name.replace("_", " ").capitalize() + ".")
        at.typed(description, "description", str)
        made = CUSTOM_TYPES[kind](allow_none=True, metadata={"description": description})
        leaf = Leaf(("custom", name), made)
        found[leaf.name] = _field(ground, at, leaf, spec)
    return found


def _field(ground: Ground, place: Place, leaf: Leaf, spec: Mapping[str, Any]) -> FieldMapping:
    spelling = _spelling(place, leaf, spec)
    codec_class = CODECS[spelling]
    source_flags = (flag for word in SOURCE_FLAGS if word in spec for flag in SOURCE_FLAGS[word])
    place.known(spec, (*SOURCE_WORDS, *source_flags, *FLAGS, *sorted(codec_class.options)))
    if not isinstance(leaf.field, codec_class.kinds):
        fit = [name for name, kind in CODECS.items() if isinstance(leaf.field, kind.kinds)]
        raise place.fail(
            f"codec {spelling!r} cannot make this kind of field; these can: {', '.join(fit)}"
        )
    if "codes" in spec and spelling != "listed" and "codes" not in codec_class.options:
        raise place.fail(f"codec {spelling!r} has no use for 'codes'")
    source = _source(place, spec)
    table = _code_table(place, spec, "codes") if spelling == "listed" else None
    codec = _codec(ground, place, spelling, leaf, spec, 2 if table else source.texts)
    if "lookup" in spec:
        if spelling == "listed":
            raise place.fail("'lookup' and a table of 'codes' do the same; give one of them")
        table, spelling = _code_table(place, spec, "lookup"), "lookup"
        codec = EntryCodec(codec)
    if source.constant is not None:
        _check_constant(place, leaf, codec, source.constant)
    return FieldMapping(
        leaf=leaf,
        source=source,
        codec=codec,
        spelling=spelling,
        required=place.typed(spec.get("required", False), "required", bool),
        max=place.typed(spec["max"], "max", int) if "max" in spec else None,
        readonly=place.typed(spec.get("readonly", False), "readonly", bool),
        on_bad=_on_bad(place, spec.get("on_bad", "null")),
        owner=place.typed(spec["owner"], "owner", str) if "owner" in spec else None,
        code_table=table,
        elements=_elements(place, leaf, spec, source, spelling),
        cleared=_cleared(place, spec),
    )


def _spelling(place: Place, leaf: Leaf, spec: Mapping[str, Any]) -> str:
    """The name of the codec: the one that `as` says, or the usual one."""
    spelling: str = place.typed(spec.get("as", _usual(spec, leaf)), "as", str)
    if spelling not in CODECS:
        raise place.fail(
            f"unknown codec {spelling!r} in 'as'; known ones: {', '.join(sorted(CODECS))}"
        )
    if spelling == "constant" and "value" not in spec:
        raise place.fail("codec 'constant' goes with 'value' only")
    return spelling


def _usual(spec: Mapping[str, Any], leaf: Leaf) -> str:
    codes = spec.get("codes")
    if isinstance(codes, dict):
        if "table" in codes and ("key" in codes or "value" in codes):
            return "listed"
        return "codes" if default_codec(leaf.field) != "codes_list" else "codes_list"
    if "value" in spec:
        return "constant"
    return default_codec(leaf.field)


def _codec(
    ground: Ground, place: Place, spelling: str, leaf: Leaf, spec: Mapping[str, Any], columns: int
) -> Codec:
    made = CODECS[spelling]
    if made.columns not in (None, columns):
        raise place.fail(f"codec {spelling!r} reads {made.columns} column(s), not {columns}")
    if "zone" in made.options and "zone" not in spec and not ground.zoned:
        raise place.fail(
            f"codec {spelling!r} reads a local time, which needs its zone:"
            ' say zone = "America/Chicago" (or "UTC") under [crm], or here'
        )
    options = {word: spec[word] for word in made.options if word in spec}
    try:
        return make_codec(
            spelling, leaf.field, options, ground.rules, columns if made.columns is None else None
        )
    except KeyError as missing:
        raise place.fail(f"codec {spelling!r} needs {missing}") from None
    except ValueError as error:
        raise place.fail(str(error)) from None


def _code_table(place: Place, spec: Mapping[str, Any], word: str) -> CodeTable | None:
    """The table in which a code is looked up; None where both are columns of the row."""
    if word not in spec:
        return None
    if "column" not in spec:
        raise place.fail(f"{word!r} looks up one 'column'")
    at, table = place.at(word), place.typed(spec[word], word, dict)
    at.known(table, CODE_TABLE_WORDS)
    return CodeTable(
        at.demand(table, "table", str, "the table of codes"),
        at.demand(table, "key", str, "the column that holds the code"),
        at.demand(table, "value", str, "the column that holds its meaning"),
        read_filters(at, table),
    )


def _elements(
    place: Place, leaf: Leaf, spec: Mapping[str, Any], source: Source, spelling: str
) -> tuple[str, ...]:
    """The elements that the value is written by."""
    if "element" not in spec:
        return ()
    given = spec["element"]
    found = (given,) if isinstance(given, str) else place.texts(given, "element")
    unwritten = {
        "a constant is not written": source.word == "value",
        "what was looked up is not written back": spelling in ("listed", "lookup"),
        "callers never write this field": leaf.field.dump_only,
    }
    for why, holds in unwritten.items():
        if holds:
            raise place.fail(f"'element' says nothing here: {why}")
    if len(found) != source.texts:
        raise place.fail(f"'element' names {len(found)} element(s) for {source.texts} column(s)")
    return tuple(place.path_of("element", path) for path in found)


def _cleared(place: Place, spec: Mapping[str, Any]) -> str | None:
    """What is written to clear the value."""
    if "cleared" not in spec:
        return None
    if "element" not in spec:
        raise place.fail("'cleared' says nothing without 'element', which is written")
    return str(place.typed(spec["cleared"], "cleared", str))


def _on_bad(place: Place, word: Any) -> str:
    if word == "park":
        raise place.fail("'on_bad' cannot be 'park' yet: a sink parks a record by its own mapping")
    if word not in ON_BAD:
        raise place.fail(f"'on_bad' must be one of {', '.join(ON_BAD)}, not {word!r}")
    return str(word)


def _source(place: Place, spec: Mapping[str, Any]) -> Source:
    words = [word for word in SOURCE_WORDS if word in spec]
    if len(words) != 1:
        given = f"has {' and '.join(words)}" if words else "has none"
        raise place.fail(f"needs exactly one of {', '.join(SOURCE_WORDS)}; it {given}")
    word = words[0]
    if word == "value":
        return Source("value", constant=place.typed(spec["value"], "value", str))
    if word in ("columns", "first", "concat"):
        names = place.texts(spec[word], word)
    else:
        names = (place.typed(spec[word], word, str),)
    separator = place.typed(spec.get("with", ""), "with", str)
    part = place.typed(spec.get("part", 0), "part", int)
    if word == "split" and (not separator or part < 1):
        raise place.fail("'split' needs 'with', the separator, and 'part', counted from 1")
    return Source(word, tuple(map(ColumnName.parse, names)), separator=separator, part=part)


def _flatten(
    place: Place, table: Mapping[str, Any], leaves: Mapping[str, Leaf], prefix: str = ""
) -> Iterable[tuple[str, Mapping[str, Any]]]:
    """Dotted names of a `fields` table; a group of the schema is a table of its own."""
    groups = {name.rpartition(".")[0] for name in leaves if "." in name}
    for word, spec in table.items():
        name = f"{prefix}{word}"
        if name in leaves:
            yield name, place.at(name).typed(spec, name, dict)
        elif name in groups:
            yield from _flatten(place, place.at(name).typed(spec, name, dict), leaves, f"{name}.")
        else:
            raise place.fail(f"unknown field {name!r}; known fields: {', '.join(leaves)}")


def _check_constant(place: Place, leaf: Leaf, codec: Codec, text: str) -> None:
    try:
        value = codec.read(text)
        leaf.field.deserialize(value if isinstance(value, int) else text)
    except (ValueError, KeyError):
        raise place.fail(f"'value' is {text!r}, which is no {_kind(leaf)}") from None
    except ValidationError as error:
        raise place.fail(f"'value' is {text!r}: {' '.join(map(str, error.messages))}") from None


def _kind(leaf: Leaf) -> str:
    return f"value of a field of kind {type(leaf.field).__name__}"
