"""The grammar of a mapping file: TOML in, `schemas.mapping` out, checked against the hub.

The grammar is closed: an unknown word is an error that names file, entity, field and the known
words, and so is a known word where it would say nothing. Nothing here reads a database or a WSDL.
"""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from marshmallow import ValidationError

from schemas import ENTITIES
from schemas.codecs import CODECS, default_codec, make_codec
from schemas.codecs.codec import Codec, Rules
from schemas.codecs.entry import EntryCodec
from schemas.codecs.zone import zone_table
from schemas.entity import Child, Entity, Leaf
from schemas.fields import Day, Exact, Flag, Instant, Text, Whole
from schemas.mapping import (
    VERDICTS,
    ChildMapping,
    ChildRows,
    CodeTable,
    CrmMapping,
    Deleted,
    EntityMapping,
    FieldMapping,
    Filter,
    Join,
    Operation,
    Pivot,
    Shape,
)
from schemas.source import OWN, ColumnName, Source

VERBS = ("get", "create", "update", "cancel", "status")
CRM_WORDS = (
    "zone",
    "repeated",
    "skipped",
    "page",
    "sentinels",
    "calling_code",
    "country",
    "faults",
    "sign_in",
)
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
CODE_TABLE_WORDS = ("table", "key", "value", "where")
SIGN_IN_TEXTS = {
    "call": "the SOAP operation that gives a session",
    "user": "its element for the user",
    "password": "its element for the password",
    "token": "the element of its answer that holds the token",
    "header": "the header element that takes the token",
}
SIGN_IN_CODES = ("expired", "busy")
SENTINEL_KINDS = ("date", "stamp")
SOURCE_WORDS = ("column", "columns", "value", "first", "concat", "split")
FLAGS = ("as", "required", "max", "readonly", "on_bad", "element", "lookup", "codes")
# What further words go with a source, by the source's own.
SOURCE_FLAGS = {"concat": ("with",), "split": ("with", "part")}
OPERATION_WORDS = ("call", "put", "const", "key", "guard", "reread", "ok", "fail", "reference")
# Words that say something in some operations only.
ONLY_IN = {"reference": ("create",), "guard": ("update", "cancel")}
# Words of the design that nothing carries out yet: said so, and not passed over.
NOT_YET = {
    "list": "records are listed from the database",
    "delete": "no route deletes a record",
    "merge_from": "an update sends what it was given, and nothing else",
    "then": "a write is one call",
}
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


class MappingError(ValueError):
    """A mapping file that does not say what we can do.

    The text names file, entity, field and the way out.
    """


@dataclass(frozen=True)
class Place:
    """Where in a mapping file something stands, for errors."""

    file: str
    path: tuple[str, ...] = ()

    def at(self, *words: str) -> Place:
        return Place(self.file, (*self.path, *words))

    def fail(self, message: str) -> MappingError:
        return MappingError(f"{self.file}: {'.'.join(self.path) or 'the file'}: {message}")

    def known(self, table: Mapping[str, Any], words: Iterable[str]) -> None:
        """Every key of `table` is one of `words`."""
        known = tuple(words)
        for key in table:
            if key not in known:
                why = f" ({NOT_YET[key]})" if key in NOT_YET else ""
                raise self.fail(f"unknown word {key!r}{why}; known here: {', '.join(known)}")

    def demand(self, table: Mapping[str, Any], word: str, kind: type, what: str) -> Any:
        if word not in table:
            raise self.fail(f"{word!r} is missing: {what}")
        return self.typed(table[word], word, kind)

    def typed(self, value: Any, word: str, kind: type) -> Any:
        if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
            names = {
                str: "a text",
                list: "a list",
                dict: "a table",
                bool: "true or false",
                int: "a whole number",
            }
            raise self.fail(f"{word!r} must be {names[kind]}, not {value!r}")
        return value

    def table(self, table: Mapping[str, Any], word: str) -> dict[str, Any]:
        """The table under `word`, empty where there is none."""
        found: dict[str, Any] = self.typed(table.get(word, {}), word, dict)
        return found

    def text_table(self, table: Mapping[str, Any], word: str) -> dict[str, str]:
        """The table under `word`, of texts only."""
        found = self.table(table, word)
        return {key: self.at(word).typed(value, key, str) for key, value in found.items()}

    def texts(self, value: Any, word: str) -> tuple[str, ...]:
        if (
            not isinstance(value, list)
            or not value
            or not all(isinstance(item, str) for item in value)
        ):
            raise self.fail(f'{word!r} must be a list of texts, such as ["A", "B"], not {value!r}')
        return tuple(value)


def load_mapping(file: Path) -> CrmMapping:
    """Read and check a mapping file and the SQL files beside it. Raises MappingError."""
    place = Place(f"{file.parent.name}/{file.name}")
    try:
        text = file.read_text("utf-8")
        document = tomllib.loads(text)
    except FileNotFoundError:
        raise place.fail(f"there is no such file; a CRM is a folder with a {file.name}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise place.fail(f"is no TOML: {error}") from None
    place.known(document, ("crm", *ENTITIES))
    crm = place.table(document, "crm")
    rules = _rules(place.at("crm"), crm)
    reader = _Reader(file.parent, rules, "zone" in crm)
    entities = {
        name: reader.entity(place.at(name), ENTITIES[name], place.table(document, name))
        for name in ENTITIES
        if name in document
    }
    if not entities:
        raise place.fail(f"maps no entity; known ones: {', '.join(ENTITIES)}")
    digest = hashlib.sha256(text.encode())
    for query in reader.queries:
        digest.update(query.encode())
    sign_in = _sign_in(place.at("crm"), crm)
    faults = _verdicts(place.at("crm"), crm, "faults")
    mapping = CrmMapping(file, rules, entities, digest.hexdigest(), faults, sign_in)
    _check_tables(place, mapping)
    return mapping


def _sign_in(place: Place, crm: Mapping[str, Any]) -> dict[str, Any]:
    """How a session is had: an operation, its elements, and fault codes."""
    found = place.table(crm, "sign_in")
    at = place.at("sign_in")
    at.known(found, (*SIGN_IN_TEXTS, *SIGN_IN_CODES))
    for word in SIGN_IN_TEXTS if found else ():
        at.demand(found, word, str, SIGN_IN_TEXTS[word])
    for word in SIGN_IN_CODES:
        if word in found:
            at.texts(found[word], word)
    return found


def _verdicts(place: Place, table: Mapping[str, Any], word: str) -> dict[str, str]:
    """What the CRM's own codes for "no" mean to us."""
    found = place.text_table(table, word)
    for code, verdict in found.items():
        if verdict not in VERDICTS:
            raise place.at(word).fail(
                f"{code!r} means unknown {verdict!r}; known: {', '.join(VERDICTS)}"
            )
    return found


def _rules(place: Place, table: Mapping[str, Any]) -> Rules:
    place.known(table, CRM_WORDS)
    words = {
        word: value
        for word, value in table.items()
        if word not in ("faults", "sign_in", "sentinels")
    }
    for word, value in words.items():
        place.typed(value, word, str)
    for word in ("repeated", "skipped"):
        if words.get(word, "refuse") not in ("earlier", "later", "refuse"):
            raise place.fail(f"{word!r} must be earlier, later or refuse, not {words[word]!r}")
    spelled = place.table(table, "sentinels")
    place.at("sentinels").known(spelled, SENTINEL_KINDS)
    sentinels = {
        kind: place.at("sentinels").texts(values, kind) for kind, values in spelled.items()
    }
    try:
        "".encode(words.get("page", "utf-8"))
    except LookupError:
        raise place.fail(
            f"page {words['page']!r} is no code page that Python knows; such as cp1252"
        ) from None
    try:
        zone_table(words.get("zone", "UTC"), "refuse", "refuse")
    except ValueError as error:
        raise place.fail(str(error)) from None
    if not words.get("calling_code", "1").isdigit():
        raise place.fail(f"'calling_code' is digits such as 1, not {words['calling_code']!r}")
    rules = Rules(sentinels=sentinels, **words)
    try:
        make_codec("region_code", Text(), {}, rules)
    except ValueError as error:
        raise place.fail(str(error)) from None
    return rules


@dataclass
class _Reader:
    """Reads the tables of one file; collects the SQL files on the way."""

    folder: Path
    rules: Rules
    zoned: bool = False
    """The file says of what zone local times are."""
    queries: list[str] = field(default_factory=list)

    def entity(self, place: Place, entity: Entity, table: Mapping[str, Any]) -> EntityMapping:
        place.known(table, ("from", "fields", "custom", *VERBS, *entity.children))
        if "from" not in table:
            raise place.fail("'from' is missing: it says which table the records are read from")
        shape = self.shape(place.at("from"), place.table(table, "from"))
        fields = self.fields(place.at("fields"), entity.leaves, place.table(table, "fields"))
        fields |= self.custom(place.at("custom"), place.table(table, "custom"))
        fields = self.implied(place, entity, shape, fields)
        fields, shape = self.looked_up(place, fields, shape)
        children = {}
        for name, child in entity.children.items():
            if name in table:
                given = place.table(table, name)
                children[name], shape = self.child(place.at(name), child, given, shape)
        operations = {
            verb: self.operation(place.at(verb), verb, place.table(table, verb), fields, shape)
            for verb in VERBS
            if verb in table
        }
        return EntityMapping(entity, shape, fields, children, operations, self.rules.zone)

    def shape(self, place: Place, table: Mapping[str, Any], child: bool = False) -> Shape:
        place.known(table, CHILD_FROM_WORDS if child else FROM_WORDS)
        if ("table" in table) == ("query" in table):
            raise place.fail("needs either 'table' or 'query' (an SQL file beside the mapping)")
        query = self.query(place, table["query"]) if "query" in table else None
        name = table["table"] if query is None else Path(table["query"]).stem
        key = () if child else self.key(place, table)
        deleted = (
            self.deleted(place.at("deleted"), place.table(table, "deleted"))
            if "deleted" in table
            else None
        )
        shape = Shape(
            table=place.typed(name, "table", str),
            query=query,
            key=key,
            widths=tuple(place.typed(table.get("widths", []), "widths", list)),
            stamp=place.typed(table["stamp"], "stamp", str) if "stamp" in table else None,
            grain=place.typed(table.get("grain", 1), "grain", int),
            where=self.filters(place, table),
            deleted=deleted,
            skip=place.texts(table["skip"], "skip") if "skip" in table else (),
            joins=tuple(
                self.join(place.at("join", alias), alias, item)
                for alias, item in place.table(table, "join").items()
            ),
            pivots=tuple(
                self.pivot(place.at("pivot", alias), alias, item)
                for alias, item in place.table(table, "pivot").items()
            ),
            parent=self.parent(place, table) if child else (),
        )
        _check_branches(place, shape)
        return shape

    def key(self, place: Place, table: Mapping[str, Any]) -> tuple[str, ...]:
        if "key" not in table:
            raise place.fail("'key' is missing: the columns that tell one record from another")
        return place.texts(table["key"], "key")

    def query(self, place: Place, name: Any) -> str:
        path = self.folder / place.typed(name, "query", str)
        if not path.is_file():
            raise place.fail(f"there is no SQL file {name!r} beside the mapping")
        # Drivers look for parameters in comments too, and stumble over an apostrophe there.
        lines = path.read_text("utf-8").splitlines()
        text = "\n".join(line for line in lines if not line.lstrip().startswith("--"))
        text = text.strip().rstrip(";")
        self.queries.append(text)
        return text

    def parent(self, place: Place, table: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
        pairs = place.demand(
            table, "parent", dict, "it pairs the child's columns with the parent's key columns"
        )
        return tuple(
            (own, place.at("parent").typed(theirs, own, str)) for own, theirs in pairs.items()
        )

    def deleted(self, place: Place, table: Mapping[str, Any]) -> Deleted:
        place.known(table, ("column", "is"))
        column = place.demand(table, "column", str, "the column that tells a soft delete")
        if "is" not in table:
            raise place.fail("'is' is missing: the texts of `column` that mean deleted")
        return Deleted(column, place.texts(table["is"], "is"))

    def filters(self, place: Place, table: Mapping[str, Any]) -> tuple[Filter, ...]:
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
                    f"{column!r} must be a text, a list of texts or {{ null = true }},"
                    f" not {wanted!r}"
                )
        return tuple(found)

    def on(self, place: Place, table: Mapping[str, Any]) -> tuple[tuple[str, ColumnName], ...]:
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

    def join(self, place: Place, alias: str, table: Any) -> Join:
        place.known(place.typed(table, alias, dict), JOIN_WORDS)
        if table.get("take", "0..1") != "0..1":
            raise place.fail(
                f"'take' can only be \"0..1\", not {table['take']!r}: more rows are children"
            )
        name = place.demand(table, "table", str, "the table to join")
        return Join(
            alias,
            name,
            self.on(place, table),
            self.filters(place, table),
        )

    def pivot(self, place: Place, alias: str, table: Any) -> Pivot:
        place.known(place.typed(table, alias, dict), PIVOT_WORDS)
        return Pivot(
            alias,
            place.demand(table, "table", str, "the table of attributes"),
            self.on(place, table),
            place.demand(table, "name", str, "the column that names the attribute"),
            place.demand(table, "value", str, "the column that holds its value"),
            self.filters(place, table),
        )

    def fields(
        self, place: Place, leaves: Mapping[str, Leaf], table: Mapping[str, Any]
    ) -> dict[str, FieldMapping]:
        found = {}
        for name, spec in _flatten(place, table, leaves):
            found[name] = self.field(place.at(name), leaves[name], spec)
        # Schema order, whatever the file's.
        return {name: found[name] for name in leaves if name in found}

    def field(self, place: Place, leaf: Leaf, spec: Mapping[str, Any]) -> FieldMapping:
        spelling = self.spelling(place, leaf, spec)
        codec_class = CODECS[spelling]
        source_flags = (
            flag for word in SOURCE_FLAGS if word in spec for flag in SOURCE_FLAGS[word]
        )
        place.known(spec, (*SOURCE_WORDS, *source_flags, *FLAGS, *sorted(codec_class.options)))
        if not isinstance(leaf.field, codec_class.kinds):
            fit = [name for name, kind in CODECS.items() if isinstance(leaf.field, kind.kinds)]
            raise place.fail(
                f"codec {spelling!r} cannot make this kind of field; these can: {', '.join(fit)}"
            )
        if "codes" in spec and spelling != "listed" and "codes" not in codec_class.options:
            raise place.fail(f"codec {spelling!r} has no use for 'codes'")
        source = self.source(place, spec)
        table = self.code_table(place, spec, "codes") if spelling == "listed" else None
        codec = self.codec(place, spelling, leaf, spec, 2 if table else source.texts)
        if "lookup" in spec:
            if spelling == "listed":
                raise place.fail("'lookup' and a table of 'codes' do the same; give one of them")
            table, spelling = self.code_table(place, spec, "lookup"), "lookup"
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
            on_bad=self.on_bad(place, spec.get("on_bad", "null")),
            code_table=table,
            elements=self.elements(place, leaf, spec, source, spelling),
        )

    def spelling(self, place: Place, leaf: Leaf, spec: Mapping[str, Any]) -> str:
        """The name of the codec: the one that `as` says, or the usual one."""
        spelling: str = place.typed(spec.get("as", self.usual(spec, leaf)), "as", str)
        if spelling not in CODECS:
            raise place.fail(
                f"unknown codec {spelling!r} in 'as'; known ones: {', '.join(sorted(CODECS))}"
            )
        if spelling == "constant" and "value" not in spec:
            raise place.fail("codec 'constant' goes with 'value' only")
        return spelling

    def usual(self, spec: Mapping[str, Any], leaf: Leaf) -> str:
        codes = spec.get("codes")
        if isinstance(codes, dict):
            if "table" in codes and ("key" in codes or "value" in codes):
                return "listed"
            return "codes" if default_codec(leaf.field) != "codes_list" else "codes_list"
        if "value" in spec:
            return "constant"
        return default_codec(leaf.field)

    def codec(
        self, place: Place, spelling: str, leaf: Leaf, spec: Mapping[str, Any], columns: int
    ) -> Codec:
        made = CODECS[spelling]
        if made.columns not in (None, columns):
            raise place.fail(f"codec {spelling!r} reads {made.columns} column(s), not {columns}")
        if "zone" in made.options and "zone" not in spec and not self.zoned:
            raise place.fail(
                f"codec {spelling!r} reads a local time, which needs its zone:"
                ' say zone = "America/Chicago" (or "UTC") under [crm], or here'
            )
        options = {word: spec[word] for word in made.options if word in spec}
        try:
            return make_codec(
                spelling, leaf.field, options, self.rules, columns if made.columns is None else None
            )
        except KeyError as missing:
            raise place.fail(f"codec {spelling!r} needs {missing}") from None
        except ValueError as error:
            raise place.fail(str(error)) from None

    def code_table(self, place: Place, spec: Mapping[str, Any], word: str) -> CodeTable | None:
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
            self.filters(at, table),
        )

    def elements(
        self, place: Place, leaf: Leaf, spec: Mapping[str, Any], source: Source, spelling: str
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
            raise place.fail(
                f"'element' names {len(found)} element(s) for {source.texts} column(s)"
            )
        return found

    def on_bad(self, place: Place, word: Any) -> str:
        if word == "park":
            raise place.fail(
                "'on_bad' cannot be 'park' yet: a sink parks a record by its own mapping"
            )
        if word not in ON_BAD:
            raise place.fail(f"'on_bad' must be one of {', '.join(ON_BAD)}, not {word!r}")
        return str(word)

    def source(self, place: Place, spec: Mapping[str, Any]) -> Source:
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

    def custom(self, place: Place, table: Mapping[str, Any]) -> dict[str, FieldMapping]:
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
            found[leaf.name] = self.field(at, leaf, spec)
        return found

    def implied(
        self, place: Place, entity: Entity, shape: Shape, fields: dict[str, FieldMapping]
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
            key = make_codec("key", leaf.field, widths, self.rules, len(shape.key))
        except ValueError as error:
            raise place.at("from").fail(str(error)) from None
        made = {"id": FieldMapping(leaf, source, key, "key", readonly=True)}
        made |= fields
        if shape.deleted and "deleted" not in fields:
            column = Source("column", (ColumnName(OWN, shape.deleted.column),))
            options = {"values": shape.deleted.values}
            flag = make_codec("among", entity.leaves["deleted"].field, options, self.rules)
            made["deleted"] = FieldMapping(
                entity.leaves["deleted"], column, flag, "among", readonly=True
            )
        made |= self.companions(entity.leaves, made)
        order = [name for name in (*entity.leaves, *made) if name in made]
        return {name: made[name] for name in dict.fromkeys(order)}

    def companions(
        self, leaves: Mapping[str, Leaf], fields: Mapping[str, FieldMapping]
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
            codec = make_codec(spelling, leaf.field, {}, self.rules)
            source = Source("column" if len(columns) == 1 else "columns", columns)
            made[companion] = FieldMapping(leaf, source, codec, spelling, readonly=True)
        return made

    def looked_up(
        self, place: Place, fields: dict[str, FieldMapping], shape: Shape, prefix: str = ""
    ) -> tuple[dict[str, FieldMapping], Shape]:
        """Code tables become joins: a code and what the join finds for it are read together."""
        _check_columns(place.at("fields"), shape, fields)
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

    def child(
        self, place: Place, child: Child, table: Mapping[str, Any], parent: Shape
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
            fields = self.child_fields(at, child, at.typed(group, "columns", dict))
            prefix = f"{child.name}_{number}_"
            fields, parent = self.looked_up(at, fields, parent, prefix)
            sources.append(ChildRows(None, fields))
        if "from" in table:
            at = place.at("from")
            shape = self.shape(at, place.table(table, "from"), child=True)
            if {theirs for _, theirs in shape.parent} != set(parent.key):
                raise at.fail(
                    f"'parent' must pair all of the parent's key: {', '.join(parent.key)}"
                )
            fields = self.child_fields(place.at("fields"), child, place.table(table, "fields"))
            fields, shape = self.looked_up(place, fields, shape)
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

    def child_fields(
        self, place: Place, child: Child, table: Mapping[str, Any]
    ) -> dict[str, FieldMapping]:
        fields = self.fields(place, child.leaves, table)
        for key in child.key:
            if key not in fields:
                raise place.fail(
                    f"{key!r} is missing: it tells the {child.name} of one {child.parent} apart"
                )
        fields |= self.companions(child.leaves, fields)
        return {name: fields[name] for name in child.leaves if name in fields}

    def operation(
        self,
        place: Place,
        verb: str,
        table: Mapping[str, Any],
        fields: Mapping[str, FieldMapping],
        shape: Shape,
    ) -> Operation:
        place.known(table, OPERATION_WORDS)
        for word, verbs in ONLY_IN.items():
            if word in table and verb not in verbs:
                raise place.fail(f"{word!r} says nothing here; only in {' and '.join(verbs)}")
        if table.get("reread", True) is not True:
            raise place.fail("'reread' can only be true: a record is always read again")
        call = place.demand(table, "call", str, "the SOAP operation")
        key = place.texts(table["key"], "key") if "key" in table else ()
        if len(key) != len(shape.key):
            raise place.fail(
                f"'key' names {len(key)} element(s) for the {len(shape.key)} column(s) of the"
                f" record's key: {', '.join(shape.key)}"
            )
        ok, fail = place.text_table(table, "ok"), _verdicts(place, table, "fail")
        if fail and not ok:
            raise place.fail("'fail' says nothing without 'ok', which tells where the code stands")
        return Operation(
            verb=verb,
            call=call,
            put=self.put(place, table, fields),
            const=self.const(place, table),
            key=key,
            guard=self.guard(place, table, shape),
            ok=ok,
            fail=fail,
            reference=place.typed(table["reference"], "reference", str)
            if "reference" in table
            else None,
        )

    def put(
        self, place: Place, table: Mapping[str, Any], fields: Mapping[str, FieldMapping]
    ) -> dict[str, str]:
        put, at = place.text_table(table, "put"), place.at("put")
        for element, name in put.items():
            if name not in fields:
                raise at.fail(
                    f"{element!r} takes unknown field {name!r}; mapped: {', '.join(fields)}"
                )
            if fields[name].readonly:
                raise at.fail(f"{element!r} takes {name!r}, which is never written")
            if fields[name].source.texts > 1:
                raise at.fail(
                    f"{element!r} takes {name!r}, which has several columns: its field names"
                    " an 'element' for each"
                )
        return put

    def const(self, place: Place, table: Mapping[str, Any]) -> dict[str, Any]:
        const = place.table(table, "const")
        for element, value in const.items():
            if not isinstance(value, str | int):
                raise place.at("const").fail(
                    f"{element!r} must be a text, a whole number or true or false, not {value!r}"
                )
        return const

    def guard(self, place: Place, table: Mapping[str, Any], shape: Shape) -> dict[str, str]:
        found, at = {}, place.at("guard")
        for element, name in place.text_table(table, "guard").items():
            column = ColumnName.parse(name)
            _check_column(at, shape, column)
            found[element] = str(column)
        return found


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


def _check_columns(place: Place, shape: Shape, fields: Mapping[str, FieldMapping]) -> None:
    for name, mapped in fields.items():
        for column in mapped.source.columns:
            _check_column(place.at(name), shape, column)


def _check_column(place: Place, shape: Shape, column: ColumnName) -> None:
    """The column's alias is declared, and its table keeps it."""
    if column.alias not in shape.aliases:
        known = ", ".join(shape.aliases)
        raise place.fail(f"column {str(column)!r} uses alias {column.alias!r}; known: {known}")
    if column.alias == OWN and column.name in shape.skip:
        raise place.fail(f"column {column.name!r} is needed, but 'skip' leaves it out")


def _check_branches(place: Place, shape: Shape) -> None:
    """Joins and pivots stand on what was declared before them; no needed column is skipped."""
    needed = [*shape.key, *(own for own, _ in shape.parent), *(kept.column for kept in shape.where)]
    needed += [shape.stamp] if shape.stamp else []
    needed += [shape.deleted.column] if shape.deleted else []
    for name in needed:
        _check_column(place, shape, ColumnName(OWN, name))
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
            _check_column(at, shape, theirs)
        if isinstance(branch, Join):
            known.append(branch.alias)


def _check_tables(place: Place, mapping: CrmMapping) -> None:
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
