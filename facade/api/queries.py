"""What a list may be asked: filters, ranges, order, fields and a cursor, read off the codecs.

A query string is parsed once by a parser compiled for its entity, and remembered.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from urllib.parse import parse_qsl, urlencode

from marshmallow import ValidationError

from facade.api.bodies import ALWAYS
from facade.api.cursor import NoCursor, read_cursor, write_cursor
from facade.api.errors import Flaw, Invalid
from legacy_clients.crm import Page
from legacy_clients.reading import Ask, Wanted
from schemas.fields import Day, Exact, Flag, Instant, Whole
from schemas.mapping import EntityMapping, FieldMapping
from schemas.record_form import Document

LIMIT, MAX_LIMIT, MAX_VALUES = 100, 500, 50
SUFFIXES = {"=": "", "<": ".lt", "<=": ".lte", ">": ".gt", ">=": ".gte"}
FLAGS = {"true": True, "false": False}
SPOKEN = ("limit", "cursor", "sort", "fields", "updated_since", "deleted")
# Text has an order too, but nobody asks for names between two others, and collations differ.
RANGED = (Whole, Exact, Day, Instant)
_WHOLE = re.compile(r"-?[0-9]{1,19}")


@dataclass(frozen=True)
class Filter:
    """A parameter that compares a field; `several` where any of some values may be asked for."""

    parameter: str
    field: str
    op: str
    mapped: FieldMapping
    several: bool


@dataclass(frozen=True)
class Asked:
    """A query as it was understood. `query` names it apart from where its page starts."""

    ask: Ask
    fields: tuple[str, ...] | None
    query: str
    spoken: tuple[tuple[str, str], ...]
    compared: tuple[tuple[str, ...], ...] = ()

    def found(self, page: Page) -> list[Document]:
        """The page's documents. One whose compared value cannot be read compares with nothing.

        Databases may think otherwise: to SQLite every text in a column of numbers is larger.
        """
        documents = [found.document for found in page.records]
        if not self.compared:
            return documents
        return [document for document in documents if self._fits(document)]

    def _fits(self, document: Document) -> bool:
        return all(_leaf(document, path) is not None for path in self.compared)

    def following(self, page: Page) -> str | None:
        """The cursor of the next page."""
        return None if page.next is None else write_cursor(self.query, page.next)

    def link(self, path: str, cursor: str) -> str:
        """A Link header (RFC 8288) to the next page."""
        return f'<{path}?{urlencode([*self.spoken, ("cursor", cursor)])}>; rel="next"'


class Queries:
    """The queries that one entity's list understands."""

    def __init__(self, mapping: EntityMapping) -> None:
        self.mapping = mapping
        # A service's list comes in its own order, and is not asked for some of its rows.
        ordered = {} if mapping.listing is not None else mapping.fields
        self.filters = (
            {}
            if mapping.listing is not None
            else {made.parameter: made for made in _filters(mapping)}
        )
        self.sorts = tuple(
            name
            for name, mapped in ordered.items()
            if name == "id" or (mapped.column is not None and mapped.codec.keeps_order)
        )
        groups = dict.fromkeys(name.partition(".")[0] for name in mapping.fields)
        self.fields = (*groups, *mapping.children, "problems")
        self.deletes = mapping.shape.deleted is not None
        self.stamped = "updated_at.gte" in self.filters
        self.parse: Callable[[bytes], Asked] = lru_cache(2048)(self._parse)
        self.parse_fields: Callable[[bytes], tuple[str, ...] | None] = lru_cache(256)(
            self._parse_fields
        )

    @property
    def _offers(self) -> dict[str, bool]:
        """Parameters that not every list knows."""
        return {
            "deleted": self.deletes,
            "updated_since": self.stamped,
            "sort": bool(self.sorts),
        }

    @property
    def parameters(self) -> tuple[str, ...]:
        """Every parameter that the list knows."""
        spoken = [name for name in SPOKEN if self._offers.get(name, True)]
        return (*spoken, *self.filters)

    def _parse(self, query: bytes) -> Asked:
        """Understand a query string. Raises Invalid with every flaw."""
        reading = _Reading(self, _pairs(query))
        return reading.understood()

    def _parse_fields(self, query: bytes) -> tuple[str, ...] | None:
        """Understand the query string of a single record, which knows `fields` only."""
        pairs = _pairs(query)
        reading = _Reading(self, [pair for pair in pairs if pair[0] == "fields"])
        fields = reading.fields()
        reading.flaws += [_unknown(name, ("fields",)) for name, _ in pairs if name != "fields"]
        reading.judge()
        return fields


class _Reading:
    """One query string while it is understood; flaws are collected."""

    def __init__(self, queries: Queries, pairs: list[tuple[str, str]]) -> None:
        self.queries, self.pairs = queries, pairs
        self.given: dict[str, list[str]] = {}
        for name, value in pairs:
            self.given.setdefault(name, []).append(value)
        self.flaws: list[Flaw] = []

    def understood(self) -> Asked:
        known = self.queries.parameters
        self.flaws += [_unknown(name, known) for name in self.given if name not in known]
        wanted = (*self.wanted(), *self.since())
        sort, descending = self.sort()
        deleted = self.choice("deleted", FLAGS, False)
        fields, limit, cursor = self.fields(), self.limit(), self.single("cursor")
        query = repr((self.queries.mapping.entity.name, wanted, sort, descending, deleted))
        after = None
        if cursor is not None:
            try:
                after = read_cursor(query, cursor)
            except NoCursor as error:
                self.fail("cursor", f"This cursor {error}; start again without one.")
        self.judge()
        ask = Ask(wanted, sort, descending, after, limit, deleted)
        spoken = tuple(pair for pair in self.pairs if pair[0] != "cursor")
        paths = tuple(self.queries.mapping.fields[one.field].leaf.path for one in wanted)
        return Asked(ask, fields, query, spoken, paths)

    def judge(self) -> None:
        if self.flaws:
            raise Invalid(self.flaws)

    def fail(self, parameter: str, detail: str) -> None:
        self.flaws.append(Flaw(detail, parameter=parameter))

    def single(self, name: str) -> str | None:
        values = self.given.get(name, ())
        if len(values) > 1:
            self.fail(name, "Given more than once.")
        return values[0] if values else None

    def choice(self, name: str, words: dict[str, Any], otherwise: Any) -> Any:
        text = self.single(name)
        if text is None or text in words:
            return otherwise if text is None else words[text]
        self.fail(name, f"Must be one of: {', '.join(words)}.")
        return otherwise

    def limit(self) -> int:
        text = self.single("limit")
        if text is None:
            return LIMIT
        if not text.isascii() or not text.isdigit() or not 1 <= int(text[:9]) <= MAX_LIMIT:
            self.fail("limit", f"Must be a whole number from 1 to {MAX_LIMIT}.")
            return LIMIT
        return int(text)

    def sort(self) -> tuple[str | None, bool]:
        text = self.single("sort")
        if text is None:
            return None, False
        name, descending = text.removeprefix("-"), text.startswith("-")
        if name not in self.queries.sorts:
            self.fail("sort", f"Can be, also with - before it: {', '.join(self.queries.sorts)}.")
        return name, descending

    def fields(self) -> tuple[str, ...] | None:
        given = self.given.get("fields")
        if given is None:
            return None
        names = {name for text in given for name in text.split(",") if name}
        unknown = sorted(names - set(self.queries.fields))
        if unknown or not names:
            told = f"Unknown: {', '.join(unknown)}. " if unknown else "Names no field. "
            self.fail("fields", f"{told}Known, comma-separated: {', '.join(self.queries.fields)}.")
        return tuple(name for name in self.queries.fields if name in names or name in ALWAYS)

    def wanted(self) -> tuple[Wanted, ...]:
        found = []
        for name, texts in self.given.items():
            made = self.queries.filters.get(name)
            if made is not None:
                values = [self.value(made, text) for text in texts]
                self.judge_values(made, values)
                found.append(Wanted(made.field, made.op, tuple(dict.fromkeys(values))))
        return tuple(found)

    def since(self) -> tuple[Wanted, ...]:
        text = self.single("updated_since") if self.queries.stamped else None
        if text is None:
            return ()
        made = self.queries.filters["updated_at.gte"]
        value = self.value(made, text, "updated_since")
        self.judge_values(made, [value], "updated_since")
        return (Wanted("updated_at", ">=", (value,)),)

    def value(self, made: Filter, text: str, parameter: str | None = None) -> Any:
        field = made.mapped.leaf.field
        try:
            return reader_of(field)(text)
        except ValidationError as error:
            for message in error.messages:
                self.fail(parameter or made.parameter, f"{message}{_hint(text)}")
            return None

    def judge_values(self, made: Filter, values: list[Any], parameter: str | None = None) -> None:
        """The codec can say each value as a condition, and any of several as one."""
        parameter = parameter or made.parameter
        if len(values) > 1 and (not made.several or len(values) > MAX_VALUES):
            most = f"at most {MAX_VALUES} values" if made.several else "one value"
            self.fail(parameter, f"Takes {most}.")
            return
        for value in values:
            conditions = None if value is None else made.mapped.codec.predicate(made.op, value)
            if value is not None and conditions is None:
                self.fail(parameter, "This CRM cannot be asked for that value.")
            elif len(values) > 1 and len(conditions or ()) > 1:
                self.fail(parameter, "Takes one value.")
                return


def _filters(mapping: EntityMapping) -> list[Filter]:
    made = []
    for name, mapped in mapping.fields.items():
        if mapped.source.word not in ("column", "columns") or name == "deleted":
            continue
        for op, suffix in SUFFIXES.items():
            if op in mapped.codec.filters and (op == "=" or isinstance(mapped.leaf.field, RANGED)):
                several = op == "=" and mapped.source.word == "column"
                made.append(Filter(f"{name}{suffix}", name, op, mapped, several))
    return made


def _leaf(document: Document | None, path: tuple[str, ...]) -> Any:
    for word in path:
        if document is None:
            return None
        document = document[word]
    return document


def _pairs(query: bytes) -> list[tuple[str, str]]:
    try:
        return parse_qsl(
            query.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=200
        )
    except ValueError:
        raise Invalid([Flaw("The query string is not percent-encoded UTF-8.")]) from None


def _unknown(name: str, known: tuple[str, ...]) -> Flaw:
    return Flaw(f"Unknown parameter. Known here: {', '.join(known)}.", parameter=name)


def _flag(text: str) -> Any:
    if text not in FLAGS:
        raise ValidationError("Must be true or false.")
    return FLAGS[text]


def _whole(text: str) -> Any:
    if not _WHOLE.fullmatch(text) or abs(int(text)) >= 2**63:
        raise ValidationError("Must be a whole number.")
    return int(text)


READERS: dict[type, Callable[[str], Any]] = {Flag: _flag, Whole: _whole}


def reader_of(field: Any) -> Callable[[str], Any]:
    """What reads a parameter's text as a value of the field. Raises ValidationError."""
    found = (read for kind, read in READERS.items() if isinstance(field, kind))
    return next(found, field.deserialize)


def _hint(text: str) -> str:
    """A + in a query string is a blank, which hurts offsets of time."""
    try:
        dt.datetime.fromisoformat(text.replace(" ", "+"))
    except ValueError:
        return ""
    return " Write a + as %2B, or the time with Z." if " " in text else ""
