"""Reading records of one entity from the legacy database: one SELECT for the rows, one for each kind of children.

A record comes with its ETag, the hash of its raw row and its children whatever a caller may see, and with the raw values
that guard an update.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import blake2b
from operator import itemgetter
from typing import Any

from legacy_clients.errors import Missing
from legacy_clients.odbc.port import Port
from legacy_clients.odbc.select import FlatSelect, Tables, Test
from schemas.mapping import ChildMapping, ChildRows, EntityMapping, FieldMapping
from schemas.record_form import Document, compile_record
from schemas.source import OWN, ColumnName

Row = Sequence[Any]
DOUBLED_KEY = "doubled key"


@dataclass(frozen=True)
class Found:
    """A record as the CRM holds it now. `guards` are raw values by column that an update gives back to the service."""

    id: str
    document: Document
    guards: dict[str, str | None]
    raw: tuple[list[Row], list[tuple[str, list[Row]]]] = field(repr=False)

    @cached_property
    def etag(self) -> str:
        """The hash of the raw row and its children; pages have no use for it."""
        told = repr(self.raw).encode("utf-8", "surrogatepass")
        return blake2b(told, digest_size=16).hexdigest()


@dataclass(frozen=True)
class Wanted:
    """A condition on a canonical field: any of `values` compares so. `op` is one of = < <= > >=."""

    field: str
    op: str
    values: tuple[Any, ...]


@dataclass(frozen=True)
class Ask:
    """A page that is asked for: conditions, order, and the ordering values of the last row seen."""

    wanted: tuple[Wanted, ...] = ()
    sort: str | None = None
    descending: bool = False
    after: tuple[str | None, ...] | None = None
    limit: int = 100
    deleted: bool = False


@dataclass(frozen=True)
class Page:
    """Records in a unique order; `next` is where the following page starts, None at the end."""

    records: list[Found]
    next: tuple[str | None, ...] | None


@dataclass
class _Record:
    """A record while its rows and children come together."""

    rows: list[Row]
    children: dict[str, list[Row]] = field(default_factory=lambda: defaultdict(list))


class _ChildTable:
    """Children with rows of their own: read for many parents at once."""

    def __init__(
        self,
        port: Port,
        tables: Tables,
        parent: EntityMapping,
        children: ChildMapping,
        rows: ChildRows,
    ) -> None:
        assert rows.shape is not None
        pairs = {theirs: own for own, theirs in rows.shape.parent}
        self._keys = tuple(ColumnName(OWN, pairs[name]) for name in parent.shape.key)
        columns = (*self._keys, *_columns(rows.fields.values()))
        self._select = FlatSelect(port, tables, rows.shape, columns)
        self._port = port
        places = [self._select.columns.index(key) for key in self._keys]
        self._owner = _picker(places)
        self.form = compile_record(rows.fields, self._select.columns, children.leaves)

    def read(
        self, keys: Sequence[tuple[Any, ...]], seconds: float
    ) -> dict[tuple[Any, ...], list[Row]]:
        """Rows by parent's key, in the order of their own."""
        found: dict[tuple[Any, ...], list[Row]] = defaultdict(list)
        order = [(key, False) for key in self._select.key]
        for tests in self._tests(keys):
            for row in self._port.ask(self._select.query(tests, order), seconds).rows:
                found[tuple(_bare(part) for part in self._owner(row))].append(row)
        return found

    def _tests(self, keys: Sequence[tuple[Any, ...]]) -> Iterable[list[Test]]:
        if len(self._keys) == 1:
            yield [
                Test(self._keys[0], "in" if len(keys) > 1 else "=", tuple(key[0] for key in keys))
            ]
            return
        for key in keys:
            yield [Test(column, "=", (part,)) for column, part in zip(self._keys, key, strict=True)]


class EntityReader:
    """Reads one mapped entity."""

    def __init__(self, port: Port, tables: Tables, mapping: EntityMapping) -> None:
        self.mapping, self._port = mapping, port
        groups = [
            (name, rows)
            for name, child in mapping.children.items()
            for rows in child.sources
            if rows.shape is None
        ]
        self._guards = tuple(
            dict.fromkeys(
                ColumnName.parse(column)
                for operation in mapping.operations.values()
                for column in operation.guard.values()
            )
        )
        columns = _columns(mapping.fields.values())
        for _, rows in groups:
            columns += _columns(rows.fields.values())
        self._select = FlatSelect(port, tables, mapping.shape, (*columns, *self._guards))
        held = self._select.columns
        self._form = compile_record(mapping.fields, held)
        self._groups = [
            (name, compile_record(rows.fields, held, mapping.children[name].leaves), _varying(rows))
            for name, rows in groups
        ]
        self._tables = [
            (name, _ChildTable(port, tables, mapping, child, rows))
            for name, child in mapping.children.items()
            for rows in child.sources
            if rows.shape is not None
        ]
        self._key = _picker(range(len(mapping.shape.key)))
        self._guarded = [(str(column), held.index(column)) for column in self._guards]
        self._order = [(key, False) for key in self._select.key]

    def get(self, id: str, seconds: float) -> Found:
        """The record of this id. Raises Missing and the errors of the port."""
        codec = self.mapping.fields["id"].codec
        try:
            parts = codec.write(id)
        except ValueError:
            raise Missing(f"no {self.mapping.entity.name} has the id {id!r}") from None
        tests = [Test(key, "=", (part,)) for key, part in zip(self._select.key, parts, strict=True)]
        records = self._records(self._port.ask(self._select.query(tests), seconds).rows, seconds)
        if not records:
            raise Missing(f"no {self.mapping.entity.name} has the id {id!r}")
        return self._found(records[0])

    def find(self, ask: Ask, seconds: float) -> Page:
        """One page. The fields of `ask` must be filterable and sortable."""
        tests = [test for wanted in ask.wanted for test in self._tests(wanted)]
        deleted = self.mapping.shape.deleted
        if deleted is not None and not ask.deleted:
            tests.append(Test(ColumnName(OWN, deleted.column), "not_in", deleted.values))
        order = list(self._order)
        if ask.sort is not None and ask.sort != "id":
            column = self.mapping.fields[ask.sort].column
            assert column is not None
            order = [(column, ask.descending), *order]
        elif ask.descending:
            order = [(column, True) for column, _ in order]
        # One row more than asked for tells whether there is a next page, and whether the last record is doubled.
        rows = self._port.ask(
            self._select.query(tests, order, ask.after, ask.limit + 1), seconds
        ).rows
        shown = self._records(rows, seconds, ask.limit)
        more = len(rows) > ask.limit
        places = [self._select.columns.index(column) for column, _ in order]
        next_place = (
            tuple(shown[-1].rows[-1][place] for place in places) if more and shown else None
        )
        return Page([self._found(record) for record in shown], next_place)

    def _tests(self, wanted: Wanted) -> list[Test]:
        mapped = self.mapping.fields[wanted.field]
        found = []
        for value in wanted.values:
            conditions = mapped.codec.predicate(wanted.op, value)
            assert conditions is not None, f"{wanted.field} is not filterable by {wanted.op}"
            found.append(
                [Test(mapped.source.columns[c.column], c.op, tuple(c.values)) for c in conditions]
            )
        if len(found) == 1:
            return found[0]
        columns = {test.column for tests in found for test in tests}
        assert len(columns) == 1 and all(len(tests) == 1 for tests in found)
        return [
            Test(
                columns.pop(),
                "in",
                tuple(v for tests in found for test in tests for v in test.values),
            )
        ]

    def _records(self, rows: list[Row], seconds: float, limit: int | None = None) -> list[_Record]:
        """Rows of one key are one record; the children of all are read together."""
        records: dict[tuple[Any, ...], _Record] = {}
        for row in rows:
            key = tuple(_bare(part) for part in self._key(row))
            if key in records:
                records[key].rows.append(row)
            elif limit is None or len(records) < limit:
                records[key] = _Record([row])
        if records and self._tables:
            native = [self._key(record.rows[0]) for record in records.values()]
            for number, (_, table) in enumerate(self._tables):
                for key, children in table.read(native, seconds).items():
                    if key in records:
                        records[key].children[str(number)] = children
        return list(records.values())

    def _found(self, record: _Record) -> Found:
        row = record.rows[0]
        document, problems = self._form.translate(row)
        if len(record.rows) > 1:
            self._doubled(record.rows, document, problems)
        for name in self.mapping.children:
            document[name] = []
        for name, form, varying in self._groups:
            child, refused = form.translate(row)
            if refused or any(_leaf(child, path) is not None for path in varying):
                document[name].append((child, refused))
        for number, (name, table) in enumerate(self._tables):
            document[name] += [
                table.form.translate(child) for child in record.children[str(number)]
            ]
        for name, mapped in self.mapping.children.items():
            document[name] = _ordered(mapped, document[name], problems)
        document["problems"] = problems
        guards = {name: row[place] for name, place in self._guarded}
        raw = (record.rows, sorted(record.children.items()))
        return Found(document["id"], document, guards, raw)

    def _doubled(self, rows: list[Row], document: Document, problems: list[Document]) -> None:
        """More than one row of a joined table: the values that come from it are refused, not picked."""
        aliases = self.mapping.shape.aliases
        differ = {
            column.alias
            for place, column in enumerate(self._select.columns)
            if any(row[place] != rows[0][place] for row in rows[1:])
        } or (set(aliases) - {OWN})
        if OWN in differ:
            problems.append({"field": "id", "raw": document["id"], "reason": DOUBLED_KEY})
        for name, mapped in self.mapping.fields.items():
            alias = next(
                (
                    column.alias
                    for column in mapped.source.columns
                    if column.alias in differ - {OWN}
                ),
                None,
            )
            if alias is not None:
                _put(document, mapped.leaf.path, None)
                problems[:] = [problem for problem in problems if problem["field"] != name]
                reason = f"more than one row in {aliases[alias]}"
                problems.append({"field": name, "raw": None, "reason": reason})


def _ordered(
    mapping: ChildMapping, found: list[tuple[Document, list[Document]]], problems: list[Document]
) -> list[Document]:
    """Children in the order of their keys; their problems are told among their parent's."""
    keys = mapping.child.key
    found.sort(key=lambda pair: tuple((pair[0][key] is None, pair[0][key]) for key in keys))
    for child, refused in found:
        place = ",".join(str(child[key]) for key in keys)
        for problem in refused:
            problems.append(
                {**problem, "field": f"{mapping.child.name}[{place}].{problem['field']}"}
            )
    return [child for child, _ in found]


def _varying(rows: ChildRows) -> list[tuple[str, ...]]:
    return [mapped.leaf.path for mapped in rows.fields.values() if mapped.source.word != "value"]


def _leaf(document: Document | None, path: tuple[str, ...]) -> Any:
    for word in path:
        if document is None:
            return None
        document = document[word]
    return document


def _put(document: Document, path: tuple[str, ...], value: Any) -> None:
    for word in path[:-1]:
        document = document[word]
        if document is None:
            return
    document[path[-1]] = value


def _columns(fields: Iterable[FieldMapping]) -> tuple[ColumnName, ...]:
    return tuple(dict.fromkeys(column for mapped in fields for column in mapped.source.columns))


def _picker(places: Iterable[int]) -> Callable[[Row], tuple[Any, ...]]:
    places = tuple(places)
    if len(places) == 1:
        only = places[0]
        return lambda row: (row[only],)
    return itemgetter(*places)


def _bare(part: Any) -> Any:
    """Keys compare equal across fixed and varying width."""
    return part.rstrip(" ") if isinstance(part, str) else part
