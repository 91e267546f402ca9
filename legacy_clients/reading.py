"""Reading records of one entity from the legacy database: one SELECT for the rows, one for each
kind of children.

A record comes with its ETag, the hash of its raw row and its children whatever a caller may see,
and with the raw values that guard an update.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from hashlib import blake2b
from operator import itemgetter
from typing import Any, Protocol

from legacy_clients.errors import Missing
from legacy_clients.odbc.port import Port
from legacy_clients.odbc.select import FlatSelect, Tables, Test
from schemas.mapping import ChildMapping, ChildRows, EntityMapping, FieldMapping, Shape
from schemas.record_form import Document, compile_record
from schemas.source import OWN, ColumnName
from schemas.sql_form import DOUBLED_KEY, DOUBLED_ROW

Row = tuple[Any, ...]
KeyParts = tuple[Any, ...]


@dataclass(frozen=True)
class Found:
    """A record as the CRM holds it now.

    `guards` are raw values by column that an update gives back to the service.
    """

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


class Reader(Protocol):
    """Reads one mapped entity, wherever its records stand. Methods raise the LegacyError tree."""

    def check(self) -> None:
        """Every mapped column is there. Raises Misconfigured."""

    def get(self, id: str, seconds: float) -> Found:
        """The record of this id. Raises Missing."""

    def find(self, ask: Ask, seconds: float) -> Page:
        """One page."""


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
        columns = (*self._keys, *columns_of(rows.fields.values()))
        self._select = FlatSelect(port, tables, rows.shape, columns)
        self._port = port
        places = [self._select.columns.index(key) for key in self._keys]
        self._owner = _picker(places)
        self.form = compile_record(rows.fields, self._select.columns, children.leaves)

    def check(self) -> None:
        self._select.check()

    def read(
        self, keys: Sequence[tuple[Any, ...]], seconds: float
    ) -> dict[tuple[Any, ...], list[Row]]:
        """Rows by parent's key, in the order of their own."""
        found: dict[tuple[Any, ...], list[Row]] = defaultdict(list)
        order = [(key, False) for key in self._select.key]
        for tests in tests_of(self._keys, keys):
            for row in self._port.ask(self._select.query(tests, order), seconds).rows:
                found[_bare(self._owner(row))].append(row)
        return found


class _Counts:
    """How many rows of each table are behind one record: asked only where there are several."""

    def __init__(self, port: Port, tables: Tables, shape: Shape) -> None:
        self._parts = (port, tables, shape)
        self._select = lru_cache(None)(self._made)

    def _made(self, columns: tuple[ColumnName, ...], joined: tuple[str, ...]) -> FlatSelect:
        return FlatSelect(*self._parts, columns, joined)

    def rows(
        self,
        tests: Sequence[Test],
        seconds: float,
        columns: tuple[ColumnName, ...] = (),
        joined: tuple[str, ...] = (),
    ) -> int:
        port, _, _ = self._parts
        return len(port.ask(self._select(columns, joined).query(tests), seconds).rows)

    def doubled(self, tests: Sequence[Test], seconds: float, column: ColumnName) -> str | None:
        """The first table on the way to a column that has more than one row for the record."""
        _, _, shape = self._parts
        pivots = {pivot.alias for pivot in shape.pivots}
        for alias in shape.path(column.alias):
            columns, joined = ((column,), ()) if alias in pivots else ((), (alias,))
            if self.rows(tests, seconds, columns, joined) > 1:
                return shape.aliases[alias]
        return None


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
        columns = columns_of(mapping.fields.values())
        for _, rows in groups:
            columns += columns_of(rows.fields.values())
        self._select = FlatSelect(port, tables, mapping.shape, (*columns, *self._guards))
        held = self._select.columns
        self._form = compile_record(mapping.fields, held)
        self._groups = [
            (name, compile_record(rows.fields, held, mapping.children[name].leaves), varying(rows))
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
        self._counts = _Counts(port, tables, mapping.shape)

    def check(self) -> None:
        """Every mapped column is there. Raises Misconfigured and the errors of the port."""
        self._select.check()
        for _, table in self._tables:
            table.check()

    def get(self, id: str, seconds: float) -> Found:
        """The record of this id. Raises Missing and the errors of the port."""
        codec = self.mapping.fields["id"].codec
        try:
            parts = codec.write(id)
        except ValueError:
            raise Missing(f"no {self.mapping.entity.name} has the id {id!r}") from None
        (tests,) = tests_of(self._select.key, [parts])
        # A database may find other spellings too, such as small letters for capitals.
        found = self._port.ask(self._select.query(tests), seconds).rows
        rows = [row for row in found if _bare(self._key(row)) == _bare(parts)]
        if not rows:
            raise Missing(f"no {self.mapping.entity.name} has the id {id!r}")
        (record,) = self._records([rows], seconds)
        return self._found(record, seconds)

    def find(self, ask: Ask, seconds: float) -> Page:
        """One page. The fields of `ask` must be filterable and sortable.

        A row without a key is no record. Where a joined table has several rows for a record, the
        record stands where the first of them does.
        """
        tests = [Test(key, "not_null") for key in self._select.key]
        tests += [test for wanted in ask.wanted for test in self._tests(wanted)]
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
        # One row more than asked for tells whether there is a next page.
        rows = self._port.ask(
            self._select.query(tests, order, ask.after, ask.limit + 1), seconds
        ).rows
        more = len(rows) > ask.limit
        places = _picker([self._select.columns.index(column) for column, _ in order])
        if all(column.alias == OWN for column in self._compared(tests, order)):
            found = self._grouped(rows)
            if more and len(found) > 1:
                # The last record's rows may go on behind the page.
                found.popitem()
            last = next(reversed(found.values()))[-1] if found else None
        else:
            rows = rows[: ask.limit]
            last = rows[-1] if rows else None
            found = self._whole(rows, order, seconds)
        records = self._records(list(found.values()), seconds)
        shown = [self._found(record, seconds) for record in records]
        next_place = places(last) if more and last is not None else None
        return Page([one for one in shown if one.id is not None], next_place)

    def texts(self, found: Found, field: str) -> list[str | None]:
        """The texts of a field's columns in a record, as the database gave them."""
        row = found.raw[0][0]
        places = map(self._select.columns.index, self.mapping.fields[field].shown)
        return [row[place] for place in places]

    def _compared(
        self, tests: Iterable[Test], order: Iterable[tuple[ColumnName, bool]]
    ) -> set[ColumnName]:
        return {test.column for test in tests} | {column for column, _ in order}

    def _grouped(self, rows: Iterable[Row]) -> dict[KeyParts, list[Row]]:
        """Rows of one key are one record."""
        found: dict[KeyParts, list[Row]] = {}
        for row in rows:
            found.setdefault(_bare(self._key(row)), []).append(row)
        return found

    def _whole(
        self, rows: list[Row], order: Sequence[tuple[ColumnName, bool]], seconds: float
    ) -> dict[KeyParts, list[Row]]:
        """All rows of the records whose first row is among these: a condition on a joined table
        hides others, and an order by one scatters them.
        """
        if not rows:
            return {}
        keys = {_bare(self._key(row)): self._key(row) for row in rows}
        every: dict[KeyParts, list[Row]] = {}
        for tests in tests_of(self._select.key, list(keys.values())):
            every |= self._grouped(self._port.ask(self._select.query(tests, order), seconds).rows)
        place = self._select.columns.index(order[0][0])
        found = {}
        for row in rows:
            key = _bare(self._key(row))
            if key in every and every[key][0][place] == row[place]:
                found[key] = every[key]
        return found

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
        assert len(columns) == 1
        assert all(len(tests) == 1 for tests in found)
        return [
            Test(
                columns.pop(),
                "in",
                tuple(v for tests in found for test in tests for v in test.values),
            )
        ]

    def _records(self, groups: Iterable[list[Row]], seconds: float) -> list[_Record]:
        """A record of each group of rows; the children of all are read together."""
        records = [_Record(rows) for rows in groups]
        if records and self._tables:
            native = [self._key(record.rows[0]) for record in records]
            known = {_bare(key): record for key, record in zip(native, records, strict=True)}
            for number, (_, table) in enumerate(self._tables):
                for key, children in table.read(native, seconds).items():
                    if key in known:
                        known[key].children[str(number)] = children
        return records

    def _found(self, record: _Record, seconds: float) -> Found:
        row = record.rows[0]
        document, problems = self._form.translate(row)
        if len(record.rows) > 1:
            (tests,) = tests_of(self._select.key, [self._key(row)])
            if self._counts.rows(tests, seconds) > 1:
                return self._set_apart(record, document["id"])
            self._refuse_doubled(tests, seconds, document, problems)
        for name in self.mapping.children:
            document[name] = []
        for name, form, varying in self._groups:
            child, refused = form.translate(row)
            if refused or any(leaf_at(child, path) is not None for path in varying):
                document[name].append((child, refused))
        for number, (name, table) in enumerate(self._tables):
            document[name] += [
                table.form.translate(child) for child in record.children[str(number)]
            ]
        for name, mapped in self.mapping.children.items():
            document[name] = ordered(mapped, document[name], problems)
        document["problems"] = problems
        guards = {name: row[place] for name, place in self._guarded}
        raw = (record.rows, sorted(record.children.items()))
        return Found(document["id"], document, guards, raw)

    def _set_apart(self, record: _Record, id: str) -> Found:
        """Rows that share a key are no record: nothing but the key is told of them."""
        document, _ = self._form.translate(record.rows[0])
        document = dict.fromkeys(document) | {name: [] for name in self.mapping.children}
        document |= {
            "id": id,
            "problems": [{"field": "id", "raw": id, "reason": DOUBLED_KEY}],
        }
        raw = (record.rows, sorted(record.children.items()))
        return Found(id, document, dict.fromkeys(name for name, _ in self._guarded), raw)

    def _refuse_doubled(
        self,
        tests: Sequence[Test],
        seconds: float,
        document: Document,
        problems: list[Document],
    ) -> None:
        """Several rows of a joined table: the values that come from it are refused, not picked."""
        tables: dict[ColumnName, str | None] = {}
        for name, mapped in self.mapping.fields.items():
            for column in mapped.source.columns:
                if column not in tables:
                    tables[column] = self._counts.doubled(tests, seconds, column)
            table = next(filter(None, (tables[column] for column in mapped.source.columns)), None)
            if table is not None:
                _clear(document, mapped.leaf.path)
                problems[:] = [problem for problem in problems if problem["field"] != name]
                problems.append({"field": name, "raw": None, "reason": f"{DOUBLED_ROW}{table}"})


def ordered(
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


def varying(rows: ChildRows) -> list[tuple[str, ...]]:
    return [mapped.leaf.path for mapped in rows.fields.values() if mapped.source.word != "value"]


def leaf_at(document: Document | None, path: tuple[str, ...]) -> Any:
    for word in path:
        if document is None:
            return None
        document = document[word]
    return document


def _clear(document: Document, path: tuple[str, ...]) -> None:
    """Make a value null; a group whose values are all null is null itself."""
    word, deeper = path[0], path[1:]
    if deeper and document[word] is not None:
        _clear(document[word], deeper)
        if any(value is not None for value in document[word].values()):
            return
    document[word] = None


def columns_of(fields: Iterable[FieldMapping]) -> tuple[ColumnName, ...]:
    return tuple(dict.fromkeys(column for mapped in fields for column in mapped.source.columns))


def _picker(places: Iterable[int]) -> Callable[[Row], tuple[Any, ...]]:
    places = tuple(places)
    if len(places) == 1:
        only = places[0]
        return lambda row: (row[only],)
    return itemgetter(*places)


def _bare(parts: KeyParts) -> KeyParts:
    """Keys compare equal across fixed and varying width."""
    return tuple([part.rstrip(" ") if isinstance(part, str) else part for part in parts])


def tests_of(columns: Sequence[ColumnName], keys: Sequence[KeyParts]) -> Iterable[list[Test]]:
    """Conditions that together select the rows of these keys, each for a query of its own."""
    if len(columns) == 1:
        yield [Test(columns[0], "in" if len(keys) > 1 else "=", tuple(key[0] for key in keys))]
        return
    for key in keys:
        yield [Test(column, "=", (part,)) for column, part in zip(columns, key, strict=True)]
