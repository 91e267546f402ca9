"""The SELECTs that read mapped tables: WHERE and ORDER BY on native columns, only the select list
is carried as text.

Statements are built once for each shape of request with SQLAlchemy Core and kept as text; a request
only fills in parameters. Every table and column comes from the mapping, every value is a parameter.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import chain, islice
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    LargeBinary,
    Select,
    and_,
    bindparam,
    case,
    cast,
    func,
    literal_column,
    or_,
    select,
    text,
)
from sqlalchemy import table as sql_table
from sqlalchemy.sql import FromClause

from legacy_clients.errors import Misconfigured
from legacy_clients.odbc.ahead import read_ahead
from legacy_clients.odbc.messages import Column, Query
from legacy_clients.odbc.port import Port
from legacy_clients.pace import Pace
from legacy_clients.tables import Reading
from schemas.codecs.codec import MARK
from schemas.mapping import Filter, Join, Pivot, Shape, TableRead
from schemas.source import OWN, ColumnName

CHAR = re.compile(r"^(n?char|bpchar|character)\b(?! varying)", re.IGNORECASE)
SECONDS = 30.0
BOUND_SECONDS = 120.0
READ_SECONDS = 300.0
CELLS = 1_500_000
"""Values read at once where a driver holds a whole result in memory; two such pages are held."""
SHORTEST = 64


@dataclass(frozen=True)
class Template:
    """A statement as text, and the order in which named values take its places."""

    sql: str
    places: tuple[str, ...]

    def fill(self, values: Mapping[str, Any], limit: int | None = None) -> Query:
        return Query(self.sql, tuple(values[place] for place in self.places), limit)


@dataclass(frozen=True)
class Test:
    """A condition on a native column: `op` is one of = in not_in < <= > >= null not_null."""

    column: ColumnName
    op: str
    values: tuple[Any, ...] = ()


class Tables:
    """The columns of the legacy tables, asked for once."""

    def __init__(self, port: Port) -> None:
        self._port = port
        self._known: dict[str, dict[str, Column]] = {}

    def columns(self, name: str, query: str | None = None) -> dict[str, Column]:
        """Column by name.

        Misconfigured where there is no such table, or the mapping's SELECT fails.
        """
        if name not in self._known:
            if query is None:
                self._known[name] = {column.name: column for column in self._port.describe(name)}
            else:
                self._known[name] = {column.name: column for column in self._of_query(query)}
        return self._known[name]

    def _of_query(self, query: str) -> Iterator[Column]:
        described = self._port.profile.described_query
        if described is None:
            none = Query(f"SELECT * FROM ({query}) {self.quote('q')} WHERE 1 = 0")
            for name in self._port.ask(none, SECONDS).columns:
                yield Column(name, "", None, True)
            return
        for name, declared, size, nullable in self._port.ask(
            Query(described, (query,)), SECONDS
        ).rows:
            yield Column(name, declared, None if size is None else int(size), nullable == "1")

    def column(self, table: str, query: str | None, name: str) -> Column:
        columns = self.columns(table, query)
        if name not in columns:
            raise Misconfigured(f"table {table} has no column {name}; it has {', '.join(columns)}")
        return columns[name]

    def quote(self, name: str) -> str:
        return str(self._port.dialect.identifier_preparer.quote_identifier(name))


def width(column: Column) -> int | None:
    """The width of a blank-padded column, None for any other."""
    return column.size if column.size and CHAR.match(column.type) else None


class FlatSelect:
    """SELECTs over the flat rows of one shape: joins as LEFT JOINs at the source.

    `columns` is the select list in order; the key's columns stand first. Joined are the tables of
    these, and of the aliases in `joined`.
    """

    def __init__(
        self,
        port: Port,
        tables: Tables,
        shape: Shape,
        columns: Iterable[ColumnName],
        joined: Iterable[str] = (),
    ) -> None:
        self._port, self._tables, self.shape = port, tables, shape
        key = tuple(ColumnName(OWN, name) for name in shape.key)
        self.key = key
        self.columns = tuple(dict.fromkeys((*key, *columns)))
        self._pivots = {pivot.alias: pivot for pivot in shape.pivots}
        self._used = {column.alias for column in self.columns} | set(joined)
        self._template = lru_cache(256)(self._compile)

    def query(
        self,
        tests: Sequence[Test],
        order: Sequence[tuple[ColumnName, bool]] = (),
        after: Sequence[Any] | None = None,
        limit: int | None = None,
    ) -> Query:
        """The rows that pass all tests, in `order` (column, descending), after the row whose
        ordering values are `after`.

        Null sorts last, whichever way. Misconfigured where a column is not there.
        """
        values: dict[str, Any] = {"rows": limit}
        marks = []
        for number, test in enumerate(tests):
            fitted = [self._fit(test.column, value) for value in test.values]
            values |= {f"t{number}_{place}": value for place, value in enumerate(fitted)}
            marks.append((test.column, test.op, len(fitted)))
        given = None
        if after is not None:
            values |= {f"a{number}": _bytes(value) for number, value in enumerate(after)}
            given = tuple(type(values[f"a{number}"]) for number in range(len(after)))
        template, fixed = self._template(tuple(marks), tuple(order), given, limit is not None)
        return template.fill(fixed | values)

    def _fit(self, column: ColumnName, value: Any) -> Any:
        """Text for a blank-padded column is padded: not every database compares it so."""
        padded = width(self._describe(column))
        return value.ljust(padded) if padded and isinstance(value, str) else value

    def check(self) -> None:
        """Every mapped column is there. Misconfigured where one is not, naming those that are."""
        for column in self.columns:
            self._describe(column)
        for branch in self.shape.branches:
            for own, theirs in branch.on:
                self._tables.column(branch.table, None, own)
                self._describe(theirs)

    def _describe(self, column: ColumnName) -> Column:
        pivot = self._pivots.get(column.alias)
        if pivot is not None:
            return self._tables.column(pivot.table, None, pivot.value)
        table = self.shape.aliases[column.alias]
        return self._tables.column(
            table, self.shape.query if column.alias == OWN else None, column.name
        )

    def _compile(
        self,
        tests: tuple[tuple[ColumnName, str, int], ...],
        order: tuple[tuple[ColumnName, bool], ...],
        after: tuple[type, ...] | None,
        limited: bool,
    ) -> tuple[Template, dict[str, Any]]:
        fixed: dict[str, Any] = {}
        statement = select(
            *(self._carried(column, number) for number, column in enumerate(self.columns))
        )
        used = (
            self._used
            | {column.alias for column, _, _ in tests}
            | {column.alias for column, _ in order}
        )
        statement = statement.select_from(self._from(used, fixed))
        for kept in self.shape.where:
            statement = statement.where(self._kept(OWN, kept, fixed))
        for number, (column, op, count) in enumerate(tests):
            given = [_place(f"t{number}_{place}") for place in range(count)]
            statement = statement.where(OPS[op](self._native(column), given))
        if after is not None:
            statement = statement.where(self._behind(order, after))
        statement = self._ordered(statement, order)
        if limited:
            statement = self._port.profile.limited(statement, _place("rows"))
        made: Any = statement.compile(
            dialect=self._port.dialect, compile_kwargs={"render_postcompile": True}
        )  # Any: SQLCompiler, which `compile` does not promise
        places = tuple(made.positiontup or ())
        # A dialect may add parameters of its own, such as SQLite's OFFSET.
        added = {name: value for name, value in made.params.items() if value is not None}
        return Template(str(made), places), added | fixed

    def _ordered(
        self, statement: Select[Any], order: tuple[tuple[ColumnName, bool], ...]
    ) -> Select[Any]:
        for column, descending in order:
            native = self._native(column)
            if column not in self.key:
                statement = statement.order_by(
                    case((native.is_(None), literal_column("1")), else_=literal_column("0"))
                )
            statement = statement.order_by(native.desc() if descending else native.asc())
        return statement

    def _behind(
        self, order: tuple[tuple[ColumnName, bool], ...], after: tuple[type, ...]
    ) -> ColumnElement[bool]:
        """Rows behind a place: `stamp >= ? AND (stamp > ? OR key > ?)`, which databases answer from
        an index.
        """
        (column, descending), rest = order[0], order[1:]
        native, place = self._native(column), self._typed_place("a0", after[0])
        nullable = column not in self.key
        if len(order) > 1:
            deeper = self._deeper(rest, after[1:], 1)
            if after[0] is NULL:
                return and_(native.is_(None), deeper)
            strictly = native < place if descending else native > place
            loosely = native <= place if descending else native >= place
            within = and_(loosely, or_(strictly, deeper))
            return or_(within, native.is_(None)) if nullable else within
        strictly = native < place if descending else native > place
        return or_(strictly, native.is_(None)) if nullable else strictly

    def _deeper(
        self, order: tuple[tuple[ColumnName, bool], ...], after: tuple[type, ...], number: int
    ) -> ColumnElement[bool]:
        column, descending = order[0]
        native, place = self._native(column), self._typed_place(f"a{number}", after[0])
        strictly = native < place if descending else native > place
        if len(order) == 1:
            return strictly
        return or_(strictly, and_(native == place, self._deeper(order[1:], after[1:], number + 1)))

    def _typed_place(self, name: str, kind: type) -> ColumnElement[Any]:
        """Bytes that are no text are compared as the text that the column holds them as."""
        if kind is bytes:
            return cast(bindparam(name, type_=LargeBinary), self._port.profile.text)
        return _place(name)

    def _native(self, column: ColumnName) -> ColumnElement[Any]:
        self._describe(column)
        return literal_column(self._qualified(column))

    def _qualified(self, column: ColumnName) -> str:
        pivot = self._pivots.get(column.alias)
        alias, name = (
            (f"{column.alias}.{column.name}", pivot.value) if pivot else (column.alias, column.name)
        )
        return f"{self._tables.quote(alias)}.{self._tables.quote(name)}"

    def _carried(self, column: ColumnName, number: int) -> ColumnElement[Any]:
        described = self._describe(column)
        carried = self._port.profile.carry_by_row(self._qualified(column), described)
        return literal_column(f"{carried} AS f{number}")

    def _from(self, used: set[str], fixed: dict[str, Any]) -> FromClause:
        relation: FromClause = self._relation(self.shape.table, self.shape.query, OWN)
        needed = {step for alias in used for step in self.shape.path(alias)}
        for join in self.shape.joins:
            if join.alias in needed:
                joined = self._relation(join.table, None, join.alias)
                relation = relation.outerjoin(joined, self._on(join, join.alias, fixed))
        for pivot in self.shape.pivots:
            names = [column.name for column in self.columns if column.alias == pivot.alias]
            for name in dict.fromkeys(names):
                alias = f"{pivot.alias}.{name}"
                joined = self._relation(pivot.table, None, alias)
                on = and_(
                    self._on(pivot, alias, fixed),
                    self._kept(alias, Filter(pivot.name, (name,)), fixed, pivot.table),
                )
                relation = relation.outerjoin(joined, on)
        return relation

    def _relation(self, table: str, query: str | None, alias: str) -> FromClause:
        if query is not None:
            return text(_escaped(query)).columns().subquery(alias)
        schema, _, name = table.rpartition(".")
        return sql_table(name, schema=schema or None).alias(alias)

    def _on(self, join: Join | Pivot, alias: str, fixed: dict[str, Any]) -> ColumnElement[bool]:
        tests: list[ColumnElement[bool]] = []
        for own, theirs in join.on:
            left: ColumnElement[Any] = literal_column(
                f"{self._tables.quote(alias)}.{self._tables.quote(own)}"
            )
            right = self._native(theirs)
            mine, other = self._tables.column(join.table, None, own), self._describe(theirs)
            # Keys compare equal across widths; where both are declared alike, an index can serve.
            if self._port.profile.pads or width(mine) == width(other):
                tests.append(left == right)
            else:
                tests.append(func.rtrim(left) == func.rtrim(right))
        tests += [self._kept(alias, kept, fixed, join.table) for kept in join.where]
        return and_(*tests)

    def _kept(
        self, alias: str, kept: Filter, fixed: dict[str, Any], table: str | None = None
    ) -> ColumnElement[bool]:
        query = self.shape.query if table is None else None
        column = self._tables.column(table or self.shape.table, query, kept.column)
        native: ColumnElement[Any] = literal_column(
            f"{self._tables.quote(alias)}.{self._tables.quote(kept.column)}"
        )
        if not kept.values:
            return native.is_(None)
        return _among(native, kept.values, column, fixed)


def _among(
    native: ColumnElement[Any], values: Iterable[str], column: Column, fixed: dict[str, Any]
) -> ColumnElement[bool]:
    places = []
    for value in values:
        name = f"k{len(fixed)}"
        fixed[name] = value.ljust(width(column) or 0)
        places.append(_place(name))
    return native == places[0] if len(places) == 1 else native.in_(places)


OPS: dict[str, Any] = {
    "=": lambda native, places: native == places[0],
    "in": lambda native, places: native.in_(places),
    "not_in": lambda native, places: or_(native.not_in(places), native.is_(None)),
    "<": lambda native, places: native < places[0],
    "<=": lambda native, places: native <= places[0],
    ">": lambda native, places: native > places[0],
    ">=": lambda native, places: native >= places[0],
    "null": lambda native, places: native.is_(None),
    "not_null": lambda native, places: native.is_not(None),
}
NULL = type(None)


def _place(name: str) -> BindParameter[Any]:
    return bindparam(name)


def _bytes(value: Any) -> Any:
    """A carried value as a parameter: what came as bytes goes back as bytes."""
    marked = isinstance(value, str) and value[:1] == MARK
    return bytes.fromhex(value[1:]) if marked else value


def _escaped(sql: str) -> str:
    """A text inside Core: its colons are no parameters."""
    return sql.replace(":", "\\:") if ":" in sql else sql


class TableSelect:
    """SELECTs over one table as a night reads it: all columns, no joins. It is a Table: what it
    selects, it also reads.
    """

    def __init__(
        self, port: Port, tables: Tables, read: TableRead, pace: Pace | None = None
    ) -> None:
        self._port, self._tables, self.read = port, tables, read
        self._pace = pace or Pace()
        described = tables.columns(read.name, read.query)
        for name in (*read.key, *([read.stamp] if read.stamp else ())):
            tables.column(read.name, read.query, name)
        self.columns = tuple(name for name in described if name not in read.skip)

    def stamped(self) -> Reading:
        """Key and stamp of all rows."""
        columns = self._stamping
        queries = self.pages(CELLS // len(columns), columns) if self._pace.slows else None
        return read_ahead(self._port, queries or [self.stamps()], self._pace)

    def recent(self, stamp: str) -> Reading:
        """Key and stamp of the rows whose stamp is not before this one."""
        assert self.read.stamp is not None
        test, columns = f"{self._name(self.read.stamp)} >= ?", self._stamping
        query = self._query(columns, test, [stamp])
        longest = self._measure(columns, test, [stamp])
        return read_ahead(self._port, [replace(query, longest=longest)], self._pace)

    def whole(self, now: dt.datetime) -> Reading:
        """All rows in full. A database needs no time for that."""
        return read_ahead(self._port, self.pages(CELLS // len(self.columns)), self._pace)

    @property
    def streams(self) -> int:
        """So many of its ranges may be read at a time, by whomever."""
        return self._port.streams

    def ranges(self, size: int) -> Iterator[Query]:
        """All rows in full by ranges of about `size` keys, for other processes; nothing where all
        is one range, or the database is to be spared.
        """
        if self._pace.slows:
            return
        found = self._ranges(size, self.columns, paged=True)
        begun = tuple(islice(found, 2))
        if len(begun) < 2:
            return
        longest = self._measure(self.columns)
        for query in chain(begun, found):
            yield replace(query, longest=longest)

    def range(self, query: Query) -> Reading:
        """The rows of one range."""
        return read_ahead(self._port, [query], self._pace)

    def picked(self, keys: Sequence[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
        """The rows of these keys, in full; not more keys than one query has room for."""
        self._pace.turn()
        return self._port.ask(self.rows_of(keys), READ_SECONDS).rows

    def holding(
        self, columns: Sequence[str], values: Sequence[tuple[Any, ...]]
    ) -> list[tuple[Any, ...]]:
        """The rows, in full, whose columns hold one of these values, which are texts; not more
        values than one query has room for.
        """
        self._pace.turn()
        spelled = [
            [self._spellings(name, value) for name, value in zip(columns, one, strict=True)]
            for one in values
        ]
        if len(columns) == 1:
            spelled = [[list(dict.fromkeys(text for (texts,) in spelled for text in texts))]]
        tests = [
            " AND ".join(
                f"{self._name(name)} IN ({', '.join('?' * len(texts))})"
                for name, texts in zip(columns, one, strict=True)
            )
            for one in spelled
        ]
        params = [text for one in spelled for texts in one for text in texts]
        query = self._query(self.columns, f"(({') OR ('.join(tests)}))", params, by_row=True)
        return self._port.ask(query, READ_SECONDS).rows

    def padded(self, column: str) -> bool:
        """Whether blanks behind a value of the column say nothing to the database."""
        return self._port.profile.pads or width(self._describe(column)) is not None

    def _spellings(self, column: str, value: str) -> list[str]:
        """What may stand in a column for one value: it may be padded or not."""
        padded = width(self._describe(column))
        return [value] if padded is None else [value.rstrip(" "), value.ljust(padded)]

    def counted(self) -> int:
        """How many rows the database counts."""
        ((told,),) = self._port.ask(self.count(), READ_SECONDS).rows
        return int(str(told).strip())

    def stamps(self) -> Query:
        """Key and stamp of all rows."""
        columns = self._stamping
        return replace(self._query(columns), longest=self._measure(columns))

    @property
    def _stamping(self) -> tuple[str, ...]:
        columns = (*self.read.key, *([self.read.stamp] if self.read.stamp else ()))
        return tuple(dict.fromkeys(columns))

    def rows(self) -> Query:
        """All rows in full."""
        return self._query(self.columns)

    def pages(self, size: int, columns: Sequence[str] | None = None) -> Iterator[Query]:
        """All rows, in full where no columns are named, by ranges of about `size` keys: drivers
        hold a whole result in memory, and a database that is to be spared rests between them.

        Ranges are told by the first column of the key and include all its equals, so that no row
        falls between two.
        """
        wanted = columns or self.columns
        longest = self._measure(wanted)
        paged = self._port.profile.buffers or self._pace.slows
        for query in self._ranges(size, wanted, paged):
            yield replace(query, longest=longest)

    def _ranges(self, size: int, columns: Sequence[str], paged: bool) -> Iterator[Query]:
        # One after another: the next is found while rows of the one before are on their way.
        bounds = self._bounds(size) if paged else iter(())
        low = next(bounds, None)
        if low is None:
            yield self._query(columns)
            return
        name = self._name(self.read.key[0])
        if self._describe(self.read.key[0]).nullable:
            yield self._query(columns, f"{name} IS NULL")
        yield self._query(columns, f"{name} <= ?", [low])
        for high in bounds:
            yield self._query(columns, f"({name} > ? AND {name} <= ?)", [low, high])
            low = high
        yield self._query(columns, f"{name} > ?", [low])

    def _bounds(self, size: int) -> Iterator[str]:
        """Every `size`-th value of the key's first column, in the database's own order."""
        first = self.read.key[0]
        name, quote = self._name(first), self._tables.quote
        carried = self._port.profile.carry_by_row(name, self._describe(first))
        low: str | None = None
        while True:
            behind = f"{name} > ?" if low is not None else f"{name} IS NOT NULL"
            where, params = self._where(behind, [] if low is None else [low])
            sql = (
                f"SELECT {carried} AS {quote('bound')} FROM {self._source()}{where}"
                f" ORDER BY {name} {self._port.profile.nth.format(skipped=size - 1)}"
            )
            self._pace.turn()
            found = self._port.ask(Query(sql, params), BOUND_SECONDS).rows
            if not found:
                return
            low = found[0][0]
            yield low

    def rows_of(self, keys: Sequence[tuple[str, ...]]) -> Query:
        """The rows of these keys, in full; keys are the texts that `stamps` brought."""
        names = [self._name(name) for name in self.read.key]
        if len(names) == 1:
            places = ", ".join("?" * len(keys))
            test = f"{names[0]} IN ({places})"
        else:
            one = "(" + " AND ".join(f"{name} = ?" for name in names) + ")"
            test = " OR ".join([one] * len(keys))
        parts = [part for key in keys for part in key]
        return self._query(self.columns, f"({test})", parts, by_row=True)

    def count(self) -> Query:
        """How many rows there are."""
        where, params = self._where()
        return Query(f"SELECT CAST(count(*) AS CHAR(20)) FROM {self._source()}{where}", params)

    def _name(self, name: str) -> str:
        return f"{self._tables.quote(OWN)}.{self._tables.quote(name)}"

    def _source(self) -> str:
        if self.read.query is not None:
            return f"({self.read.query}) {self._tables.quote(OWN)}"
        name = ".".join(map(self._tables.quote, self.read.name.split(".")))
        return f"{name} {self._tables.quote(OWN)}"

    def _where(self, test: str = "", values: Sequence[Any] = ()) -> tuple[str, tuple[Any, ...]]:
        tests, params = [], []
        for kept in self.read.where:
            column = self._tables.column(self.read.name, self.read.query, kept.column)
            padded = [value.ljust(width(column) or 0) for value in kept.values]
            places = ", ".join("?" * len(padded))
            name = self._name(kept.column)
            tests.append(f"{name} IN ({places})" if padded else f"{name} IS NULL")
            params += padded
        if test:
            tests.append(test)
            params += values
        return (f" WHERE {' AND '.join(tests)}" if tests else ""), tuple(params)

    def _query(
        self,
        columns: Iterable[str],
        test: str = "",
        values: Sequence[Any] = (),
        by_row: bool = False,
    ) -> Query:
        profile, quote = self._port.profile, self._tables.quote
        carry = profile.carry_by_row if by_row else profile.carry_in_bulk
        carried = ", ".join(
            f"{carry(self._name(name), self._describe(name))} AS {quote(name)}"
            for name in dict.fromkeys(columns)
        )
        where, params = self._where(test, values)
        return Query(f"SELECT {carried} FROM {self._source()}{where}", params)

    def _measure(
        self, columns: Iterable[str], test: str = "", values: Sequence[Any] = ()
    ) -> int | None:
        """A bound on the bytes of their carried values, where the database declares no lengths.

        Native values are measured: carried, a text is at most twice as long, and its mark.
        """
        profile = self._port.profile
        if profile.sized:
            return None
        measured = ", ".join(
            f"MAX({profile.octets.format(x=self._name(name))})" for name in dict.fromkeys(columns)
        )
        where, params = self._where(test, values)
        query = Query(f"SELECT {measured} FROM {self._source()}{where}", params)
        (found,) = self._port.ask(query, BOUND_SECONDS).rows
        lengths = [2 * int(length) + 1 for length in found if length is not None]
        return max([SHORTEST, *lengths])

    def _describe(self, name: str) -> Column:
        return self._tables.column(self.read.name, self.read.query, name)
