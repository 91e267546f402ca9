"""The grammar of a mapping file: TOML in, `schemas.mapping` out, checked against the hub on the way.

The grammar is closed: an unknown word is an error that names file, entity, field and the known words. Nothing here reads a
database or a WSDL; `facade check` compares a mapping with those.
"""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from schemas import ENTITIES
from schemas.codecs import CODECS, default_codec, make_codec
from schemas.codecs.codec import Rules
from schemas.codecs.zone import zone_table
from schemas.entity import Child, Entity, Leaf
from schemas.fields import Day, Exact, Flag, Instant, Text, Whole
from schemas.mapping import (
    ChildMapping,
    ChildRows,
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

VERBS = ("get", "list", "create", "update", "delete", "cancel", "status")
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
SOURCE_WORDS = ("column", "columns", "value", "first", "concat", "split")
FLAGS = (
    "as",
    "required",
    "max",
    "readonly",
    "on_bad",
    "element",
    "with",
    "part",
    "lookup",
    "codes",
)
OPERATION_WORDS = (
    *(
        "call",
        "put",
        "const",
        "key",
        "merge_from",
        "guard",
        "reread",
        "ok",
        "fail",
        "then",
        "reference",
    ),
)
ON_BAD = ("null", "park")
CUSTOM_TYPES: dict[str, Any] = {
    "text": Text,
    "integer": Whole,
    "decimal": Exact,
    "flag": Flag,
    "date": Day,
    "instant": Instant,
}
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
    """A mapping file that does not say what we can do. The text names file, entity, field and the way out."""


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
                raise self.fail(f"unknown word {key!r}; known here: {', '.join(known)}")

    def demand(self, table: Mapping[str, Any], word: str, kind: type, what: str) -> Any:
        if word not in table:
            raise self.fail(f"{word!r} is missing: {what}")
        return self.typed(table[word], word, kind)

    def typed(self, value: Any, word: str, kind: type) -> Any:
        if not isinstance(value, kind):
            names = {
                str: "a text",
                list: "a list",
                dict: "a table",
                bool: "true or false",
                int: "a whole number",
            }
            raise self.fail(f"{word!r} must be {names[kind]}, not {value!r}")
        return value

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
    crm = document.pop("crm", {})
    rules = _rules(place.at("crm"), crm)
    reader = _Reader(file.parent, rules)
    entities = {
        name: reader.entity(place.at(name), ENTITIES[name], document[name])
        for name in ENTITIES
        if name in document
    }
    if not entities:
        raise place.fail(f"maps no entity; known ones: {', '.join(ENTITIES)}")
    digest = hashlib.sha256(text.encode())
    for query in reader.queries:
        digest.update(query.encode())
    return CrmMapping(
        file, rules, entities, digest.hexdigest(), crm.get("faults", {}), crm.get("sign_in", {})
    )


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
    sentinels = {
        kind: place.at("sentinels").texts(values, kind)
        for kind, values in table.get("sentinels", {}).items()
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
    return Rules(sentinels=sentinels, **words)


@dataclass
class _Reader:
    """Reads the tables of one file; collects the SQL files on the way."""

    folder: Path
    rules: Rules
    queries: list[str] = field(default_factory=list)

    def entity(self, place: Place, entity: Entity, table: Mapping[str, Any]) -> EntityMapping:
        place.known(table, ("from", "fields", "custom", *VERBS, *entity.children))
        if "from" not in table:
            raise place.fail("'from' is missing: it says which table the records are read from")
        shape = self.shape(place.at("from"), place.typed(table["from"], "from", dict))
        fields = self.fields(place.at("fields"), entity.leaves, table.get("fields", {}), shape)
        fields |= self.custom(place.at("custom"), table.get("custom", {}), shape)
        fields = self.implied(place, entity, shape, fields)
        fields, shape = self.looked_up(fields, shape)
        children = {
            name: self.child(place.at(name), child, table[name], shape)
            for name, child in entity.children.items()
            if name in table
        }
        operations = {
            verb: self.operation(place.at(verb), verb, table[verb], fields, children)
            for verb in VERBS
            if verb in table
        }
        mapping = EntityMapping(entity, shape, fields, children, operations, self.rules.zone)
        _check_aliases(place, shape, fields)
        return mapping

    def shape(self, place: Place, table: Mapping[str, Any], child: bool = False) -> Shape:
        place.known(table, CHILD_FROM_WORDS if child else FROM_WORDS)
        if ("table" in table) == ("query" in table):
            raise place.fail("needs either 'table' or 'query' (an SQL file beside the mapping)")
        query = self.query(place, table["query"]) if "query" in table else None
        name = table.get("table") or Path(table["query"]).stem
        key = () if child else place.texts(table.get("key", []), "key")
        deleted = (
            self.deleted(place.at("deleted"), table["deleted"]) if "deleted" in table else None
        )
        return Shape(
            table=place.typed(name, "table", str),
            query=query,
            key=key,
            widths=tuple(place.typed(table.get("widths", []), "widths", list)),
            stamp=place.typed(table["stamp"], "stamp", str) if "stamp" in table else None,
            grain=place.typed(table.get("grain", 1), "grain", int),
            where=self.filters(place.at("where"), table.get("where", {})),
            deleted=deleted,
            skip=place.texts(table["skip"], "skip") if "skip" in table else (),
            joins=tuple(
                self.join(place.at("join", alias), alias, item)
                for alias, item in table.get("join", {}).items()
            ),
            pivots=tuple(
                self.pivot(place.at("pivot", alias), alias, item)
                for alias, item in table.get("pivot", {}).items()
            ),
            parent=self.parent(place, table) if child else (),
        )

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
        return tuple((own, place.typed(theirs, own, str)) for own, theirs in pairs.items())

    def deleted(self, place: Place, table: Any) -> Deleted:
        place.known(place.typed(table, "deleted", dict), ("column", "is"))
        column = place.demand(table, "column", str, "the column that tells a soft delete")
        return Deleted(column, place.texts(table.get("is"), "is"))

    def filters(self, place: Place, table: Any) -> tuple[Filter, ...]:
        found = []
        for column, wanted in place.typed(table, "where", dict).items():
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

    def on(self, place: Place, table: Mapping[str, Any]) -> tuple[tuple[str, ColumnName], ...]:
        pairs = place.demand(
            table, "on", dict, "it pairs columns of the joined table with columns known before"
        )
        if not pairs:
            raise place.fail(
                "'on' is empty: it pairs columns of the joined table with columns known before"
            )
        return tuple(
            (own, ColumnName.parse(place.typed(theirs, own, str))) for own, theirs in pairs.items()
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
            self.filters(place.at("where"), table.get("where", {})),
        )

    def pivot(self, place: Place, alias: str, table: Any) -> Pivot:
        place.known(place.typed(table, alias, dict), PIVOT_WORDS)
        return Pivot(
            alias,
            place.demand(table, "table", str, "the table of attributes"),
            self.on(place, table),
            place.demand(table, "name", str, "the column that names the attribute"),
            place.demand(table, "value", str, "the column that holds its value"),
            self.filters(place.at("where"), table.get("where", {})),
        )

    def fields(
        self, place: Place, leaves: Mapping[str, Leaf], table: Any, shape: Shape | None
    ) -> dict[str, FieldMapping]:
        found = {}
        for name, spec in _flatten(place, place.typed(table, "fields", dict), leaves):
            found[name] = self.field(place.at(name), leaves[name], spec)
        # Schema order, whatever the file's.
        return {name: found[name] for name in leaves if name in found}

    def field(self, place: Place, leaf: Leaf, spec: Mapping[str, Any]) -> FieldMapping:
        spelling = place.typed(spec.get("as", self.default_spelling(spec, leaf)), "as", str)
        if spelling not in CODECS:
            raise place.fail(
                f"unknown codec {spelling!r} in 'as'; known ones: {', '.join(sorted(CODECS))}"
            )
        codec_class = CODECS[spelling]
        place.known(spec, (*SOURCE_WORDS, *FLAGS, *sorted(codec_class.options - set(FLAGS))))
        if not isinstance(leaf.field, codec_class.kinds):
            fit = [name for name, kind in CODECS.items() if isinstance(leaf.field, kind.kinds)]
            raise place.fail(
                f"codec {spelling!r} cannot make this kind of field; these can: {', '.join(fit)}"
            )
        source = self.source(place, spec)
        options = {word: spec[word] for word in codec_class.options if word in spec}
        try:
            codec = make_codec(
                spelling,
                leaf.field,
                options,
                self.rules,
                source.texts if codec_class.columns is None else None,
            )
        except ValueError as error:
            raise place.fail(str(error)) from None
        if (
            codec_class.columns is not None
            and codec_class.columns != source.texts
            and spelling != "listed"
        ):
            raise place.fail(
                f"codec {spelling!r} reads {codec_class.columns} column(s), not {source.texts}"
            )
        elements = spec.get("element", ())
        return FieldMapping(
            leaf=leaf,
            source=source,
            codec=codec,
            spelling=spelling,
            required=place.typed(spec.get("required", False), "required", bool),
            max=place.typed(spec["max"], "max", int) if "max" in spec else None,
            readonly=place.typed(spec.get("readonly", False), "readonly", bool),
            on_bad=self.on_bad(place, spec.get("on_bad", "null")),
            code_table=spec["codes"] if spelling == "listed" else None,
            elements=(elements,)
            if isinstance(elements, str)
            else place.texts(elements, "element")
            if elements
            else (),
        )

    def default_spelling(self, spec: Mapping[str, Any], leaf: Leaf) -> str:
        codes = spec.get("codes")
        if isinstance(codes, dict):
            if (
                set(codes) & set(CODE_TABLE_WORDS)
                and isinstance(codes.get("table"), str)
                and "key" in codes
            ):
                return "listed"
            return "codes" if default_codec(leaf.field) != "codes_list" else "codes_list"
        if "value" in spec:
            return "constant"
        return default_codec(leaf.field)

    def on_bad(self, place: Place, word: Any) -> str:
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

    def custom(self, place: Place, table: Any, shape: Shape) -> dict[str, FieldMapping]:
        found = {}
        for name, spec in place.typed(table, "custom", dict).items():
            at = place.at(name)
            spec = dict(at.typed(spec, name, dict))
            kind = spec.pop("type", "text")
            if kind not in CUSTOM_TYPES:
                raise at.fail(f"unknown type {kind!r}; known ones: {', '.join(CUSTOM_TYPES)}")
            description = spec.pop("description", name.replace("_", " ").capitalize() + ".")
            made = CUSTOM_TYPES[kind](allow_none=True, metadata={"description": description})
            leaf = Leaf(("custom", name), made)
            found[leaf.name] = self.field(at, leaf, spec)
        return found

    def implied(
        self, place: Place, entity: Entity, shape: Shape, fields: dict[str, FieldMapping]
    ) -> dict[str, FieldMapping]:
        """`id` from the key, `deleted` from the soft delete, and companions of what people typed."""
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
        self, fields: dict[str, FieldMapping], shape: Shape
    ) -> tuple[dict[str, FieldMapping], Shape]:
        """Code tables become joins: the code and the meaning that the join finds are read together."""
        joins = list(shape.joins)
        made = {}
        for name, mapped in fields.items():
            table = mapped.code_table
            if table is None:
                made[name] = mapped
                continue
            alias = f"codes_{name.replace('.', '_')}"
            column = mapped.source.columns[0]
            joins.append(
                Join(
                    alias,
                    table["table"],
                    ((table["key"], column),),
                    self.filters(Place(name), table.get("where", {})),
                )
            )
            both = Source("columns", (column, ColumnName(alias, table["value"])))
            made[name] = replace(mapped, source=both)
        return made, replace(shape, joins=tuple(joins))

    def child(self, place: Place, child: Child, table: Any, parent: Shape) -> ChildMapping:
        place.known(place.typed(table, child.name, dict), ("from", "fields", "columns", "element"))
        sources = []
        for number, group in enumerate(table.get("columns", ()), 1):
            at = place.at(f"columns[{number}]")
            sources.append(ChildRows(None, self.child_fields(at, child, group)))
        if "from" in table:
            shape = self.shape(place.at("from"), table["from"], child=True)
            if len(shape.parent) != len(parent.key):
                raise place.at("from").fail(
                    f"'parent' must pair all of the parent's key: {', '.join(parent.key)}"
                )
            fields = self.child_fields(place.at("fields"), child, table.get("fields", {}))
            fields, shape = self.looked_up(fields, shape)
            own = [
                name
                for key in child.key
                for column in fields[key].source.columns
                for name in [column.name]
            ]
            shape = replace(shape, key=(*(column for column, _ in shape.parent), *own))
            sources.append(ChildRows(shape, fields, table.get("element")))
        if not sources:
            raise place.fail(
                "needs 'from' (a table of its own) or [[columns]] (groups of the parent's columns)"
            )
        return ChildMapping(child, tuple(sources))

    def child_fields(self, place: Place, child: Child, table: Any) -> dict[str, FieldMapping]:
        fields = self.fields(place, child.leaves, table, None)
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
        table: Any,
        fields: Mapping[str, FieldMapping],
        children: Mapping[str, ChildMapping],
    ) -> Operation:
        place.known(place.typed(table, verb, dict), OPERATION_WORDS)
        put = place.typed(table.get("put", {}), "put", dict)
        for element, name in put.items():
            if name not in fields and name not in children and verb != "status":
                raise place.at("put").fail(
                    f"{element!r} takes unknown field {name!r}; mapped: {', '.join(fields)}"
                )
        then = place.typed(table.get("then", []), "then", list)
        if len(then) > 3:
            raise place.fail(f"'then' has {len(then)} steps; at most three follow a call")
        return Operation(
            verb=verb,
            call=place.demand(table, "call", str, "the SOAP operation"),
            put=put,
            const=place.typed(table.get("const", {}), "const", dict),
            key=place.texts(table["key"], "key") if "key" in table else (),
            merge_from=table.get("merge_from"),
            guard=place.typed(table.get("guard", {}), "guard", dict),
            reread=place.typed(table.get("reread", True), "reread", bool),
            ok=place.typed(table.get("ok", {}), "ok", dict),
            fail=place.typed(table.get("fail", {}), "fail", dict),
            then=tuple(
                self.operation(place.at("then"), verb, step, fields, children) for step in then
            ),
            reference=table.get("reference"),
        )


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


def _check_aliases(place: Place, shape: Shape, fields: Mapping[str, FieldMapping]) -> None:
    for name, mapped in fields.items():
        for column in mapped.source.columns:
            if column.alias not in shape.aliases:
                known = ", ".join(shape.aliases)
                raise place.at("fields", name).fail(
                    f"column {str(column)!r} uses alias {column.alias!r}; known: {known}"
                )
