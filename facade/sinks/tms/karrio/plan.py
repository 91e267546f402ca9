"""What a night asks of the TMS: each order compared with what was sent of it, by DuckDB on disk."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb
import pyarrow as pa

from facade.sinks.sink import Delivery, References, Relation, Sent, SinkMismatch
from facade.sinks.tms.karrio.payload import Document, build
from facade.sinks.tms.karrio.targets import MERGED, Target, quoted, read_targets, text
from schemas import ENTITIES
from schemas.layout import content_hash, hash_sum

VIEWS = {
    "order": "orders",
    "order.lines": "lines",
    "order.stops": "stops",
    "customer": "customers",
    "location": "locations",
    "product": "products",
}
READ_PROBLEMS = """
CREATE MACRO read_problems(problems) AS
    coalesce(from_json(problems, '[{"field": "VARCHAR", "reason": "VARCHAR"}]'), [])
"""
SETTINGS = ("SET memory_limit = '256MB'", "SET threads = 2", "SET preserve_insertion_order = false")
PAGE = 500
HEX = 32
COMPARISONS = (">=", ">", "<=", "<")

REPLACING = "replacing"
CANCELLED = "cancelled"
FLAGGED = "flagged"
"""Remembered as the hash of an order that is taken out to be created again, or was cancelled; after
the hash of its fixed part: was flagged as deleted."""
PARKED = "order.parked"
"""Remembers orders that the TMS turned down: what it was asked, and as target id its words."""

# The first that holds is done.
ACTS = f"""
    CASE
        WHEN sent.id IS NOT NULL AND NOT gone AND status = 'cancelled'
            THEN CASE WHEN sent.hash = '{CANCELLED}' THEN 'rest' ELSE 'cancel' END
        WHEN sent.id IS NOT NULL AND gone
            THEN CASE
                WHEN sent.hash = '{CANCELLED}' OR ends_with(sent.hash, '{FLAGGED}') THEN 'rest'
                ELSE $on_delete
            END
        WHEN gone OR status IS NOT DISTINCT FROM 'cancelled' OR NOT wanted THEN 'rest'
        WHEN unfit IS NOT NULL THEN 'park'
        WHEN sent.id IS NULL OR sent.hash = '{CANCELLED}' THEN 'create'
        WHEN sent.hash = fixed || merged THEN 'rest'
        WHEN left(sent.hash, {HEX}) = fixed THEN 'update'
        ELSE 'replace'
    END
"""
ON_DELETE = {"ignore": "rest", "flag": "flag", "cancel": "cancel"}
PLAN = f"""
CREATE TABLE plan AS
SELECT *, act IN ('create', 'update', 'replace') AS sends FROM (
    SELECT
        coalesce(flat.id, sent.id) AS id,
        -- deleted softly, or not there any more
        coalesce(deleted, true) AS gone,
        {ACTS} AS act, fixed, merged, unfit,
        sent.hash AS was, sent.target_id, parked.hash AS parked_hash, parked.target_id AS words,
        CASE act
            WHEN 'cancel' THEN 'cancel' WHEN 'flag' THEN 'flag' ELSE coalesce(fixed || merged, '')
        END AS asked
    FROM flat
    FULL JOIN sent ON sent.id = flat.id
    LEFT JOIN parked ON parked.id = coalesce(flat.id, sent.id)
)
"""


@dataclass(frozen=True)
class Step:
    """One order and what is to be done.

    `was` is the hash remembered of it, None if it was never sent. `asked` names what the TMS is
    asked, so that what it turned down is not asked again.
    """

    id: str
    act: str
    asked: str
    was: str | None
    target_id: str | None
    parked: bool
    document: Document | None


@dataclass(frozen=True)
class Unfit:
    """An order that can't be sent as it is."""

    id: str
    reason: str
    field: str | None


def remembered(field: str | None, reason: str) -> str:
    """A parked order's field and reason as one text."""
    return f"{field or ''}\n{reason}"


class Plan:
    """The steps of one delivery. Made by `planned`."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection
        self._targets = read_targets()

    @property
    def count(self) -> int:
        """How many orders something is to be done about."""
        return int(self._value(f"SELECT count(*) FROM plan WHERE {_DUE}"))

    @property
    def creates(self) -> bool:
        """Whether an order would be sent for the first time."""
        return bool(self._value("SELECT count(*) FROM plan WHERE act = 'create'"))

    @property
    def held(self) -> int:
        """How many orders of ours the TMS holds, before this delivery."""
        return int(self._value(f"SELECT count(*) FROM sent WHERE hash <> '{CANCELLED}'"))

    def steps(self) -> Iterator[Step]:
        """Each order that something is to be done about, by id."""
        order, line = self._targets.order, self._targets.line
        plan = "plan.id, act, asked, was, target_id, parked_hash IS NOT NULL, sends, fixed, merged"
        steps = self._rows(
            f"SELECT {plan.replace('fixed', 'plan.fixed').replace('merged', 'plan.merged')},"
            f" {_named(order, 'flat')} FROM plan LEFT JOIN flat ON flat.id = plan.id"
            f" WHERE {_DUE} ORDER BY plan.id"
        )
        lines = self._rows(
            f"SELECT order_id, {_named(line, 'item')} FROM item JOIN plan ON plan.id = order_id"
            f" WHERE sends AND {_DUE} ORDER BY order_id, line_no"
        )
        groups = groupby(lines, key=lambda row: row[0])
        for id, act, asked, was, target_id, parked, sends, fixed, merged, *values in steps:
            document = None
            if sends:
                _, group = next(groups)
                document = build(
                    id,
                    fixed,
                    merged,
                    _by_name(order, values),
                    [_by_name(line, row[1:]) for row in group],
                    order,
                    line,
                )
            yield Step(id, act, asked, was, target_id, parked, document)

    def unfit(self) -> Iterator[Unfit]:
        """Orders that can't be sent, and those that the TMS turned down and that are unchanged."""
        unfit = "SELECT id, unfit.reason, unfit.field FROM plan WHERE act = 'park' ORDER BY id"
        yield from (Unfit(*row) for row in self._rows(unfit))
        again = f"SELECT id, words FROM plan WHERE act <> 'park' AND {_TURNED_DOWN} ORDER BY id"
        for id, words in self._rows(again):
            field, _, reason = (words or "").partition("\n")
            yield Unfit(id, reason or "turned down by the TMS", field or None)

    def outdated(self) -> list[str]:
        """Ids remembered as turned down that nothing is asked about any more."""
        rows = "SELECT id FROM parked WHERE id NOT IN (SELECT id FROM plan WHERE act <> 'rest')"
        return [id for (id,) in self._rows(rows)]

    def _rows(self, sql: str) -> Iterator[tuple[Any, ...]]:
        with self._connection.cursor() as cursor:
            cursor.execute(sql)
            while rows := cursor.fetchmany(PAGE):
                yield from rows

    def _value(self, sql: str) -> Any:
        return next(self._rows(sql))[0]


_TURNED_DOWN = "act <> 'rest' AND parked_hash IS NOT NULL AND parked_hash = asked"
_DUE = f"act NOT IN ('rest', 'park') AND NOT ({_TURNED_DOWN})"


@contextmanager
def planned(
    delivery: Delivery, references: References, scope: Mapping[str, Any], on_delete: str
) -> Iterator[Plan]:
    """The plan for a night's orders; what it needs of disk is gone afterwards.

    Raises SinkMismatch when a condition of `scope` names no column, or can't be compared.
    """
    with (
        TemporaryDirectory(prefix="karrio-") as folder,
        duckdb.connect(str(Path(folder) / "plan.duckdb")) as connection,
    ):
        for setting in SETTINGS:
            connection.execute(setting)
        connection.execute(f"SET temp_directory = {text(folder)}")
        connection.execute(READ_PROBLEMS)
        for relation, view in VIEWS.items():
            rows = _rows_of(relation, delivery.snapshot.get(relation))
            connection.execute(f"CREATE VIEW {view} AS {rows}")
        _recall(connection, "sent", references.all("order"))
        _recall(connection, "parked", references.all(PARKED))
        _flatten(connection)
        _choose(connection, delivery.snapshot["order"].layout.names, scope)
        connection.execute(PLAN, {"on_delete": ON_DELETE[on_delete]})
        yield Plan(connection)


def _rows_of(name: str, relation: Relation | None) -> str:
    """A SELECT of every canonical column of a relation; what the CRM does not have is null."""
    entity, _, child = name.partition(".")
    leaves = (ENTITIES[entity].children[child] if child else ENTITIES[entity]).leaves.values()
    columns = {leaf.column: leaf.duck for leaf in leaves} | {"problems": "VARCHAR"}
    if child:
        columns[f"{entity}_id"] = "VARCHAR"
    if relation is not None:
        columns |= {column.name: column.duck for column in relation.layout.columns}
    present = set(relation.layout.names) if relation is not None and relation.rows else set()
    select = ", ".join(
        f"CAST({quoted(column) if column in present else 'NULL'} AS {duck}) AS {quoted(column)}"
        for column, duck in columns.items()
    )
    if relation is None or relation.rows is None:
        return f"SELECT {select} WHERE false"
    return f"SELECT {select} FROM {relation.rows}"


def _recall(connection: duckdb.DuckDBPyConnection, table: str, sent: Iterable[Sent]) -> None:
    """What is remembered, as a table of id, hash and target_id."""
    rows = [(one.id, one.hash, one.target_id) for one in sent]
    columns = list(zip(*rows, strict=True)) if rows else [(), (), ()]
    arrays = [pa.array(column, pa.string()) for column in columns]
    connection.register("given", pa.table(arrays, names=["id", "hash", "target_id"]))
    connection.execute(f"CREATE TABLE {table} AS FROM given")
    connection.unregister("given")


def _flatten(connection: duckdb.DuckDBPyConnection) -> None:
    """Tables `item` and `flat`: the values as sent, what keeps them from it, and their hashes."""
    targets = read_targets()
    folder = Path(__file__).parent
    lines = (folder / "lines.sql").read_text("utf-8")
    orders = (folder / "orders.sql").read_text("utf-8")
    connection.execute(
        f"CREATE TABLE item AS SELECT * EXCLUDE (refused), {_hashed(targets.line)} AS hash FROM"
        f" (SELECT *, {targets.line_unfit} AS unfit FROM"
        f" (SELECT *, {_values(targets.line)} FROM ({lines})))"
    )
    connection.execute(
        f"CREATE TABLE items AS SELECT order_id, count(*) || ':' || {hash_sum()} AS hashes,"
        " arg_min(unfit, line_no) FILTER (unfit IS NOT NULL) AS line_unfit"
        " FROM item GROUP BY order_id"
    )
    fixed = [target for target in targets.order if target.path[0] != MERGED]
    merged = [target for target in targets.order if target.path[0] == MERGED]
    no_lines = "{'field': 'lines', 'reason': 'the order has no lines, and the TMS demands one'}"
    connection.execute(
        f"CREATE TABLE flat AS SELECT id, status, deleted, {_named(targets.order, 'flat')},"
        f" {content_hash([*(t.sql for t in fixed), 'hashes'])} AS fixed,"
        f" {_hashed(merged)} AS merged,"
        f" CASE WHEN unfit IS NOT NULL THEN unfit WHEN line_unfit IS NOT NULL THEN line_unfit"
        f" WHEN hashes IS NULL THEN {no_lines} END AS unfit"
        f" FROM (SELECT *, {targets.order_unfit} AS unfit FROM"
        f" (SELECT *, {_values(targets.order)} FROM ({orders}))) AS flat"
        " LEFT JOIN items ON items.order_id = flat.id"
    )


def _values(targets: Iterable[Target]) -> str:
    return ", ".join(f"{target.value} AS {target.sql}" for target in targets)


def _named(targets: Iterable[Target], table: str) -> str:
    return ", ".join(f"{table}.{target.sql}" for target in targets)


def _hashed(targets: Iterable[Target]) -> str:
    return content_hash(target.sql for target in targets)


def _by_name(targets: Iterable[Target], values: Iterable[Any]) -> dict[str, Any]:
    return {target.name: value for target, value in zip(targets, values, strict=True)}


def _choose(
    connection: duckdb.DuckDBPyConnection, columns: Iterable[str], scope: Mapping[str, Any]
) -> None:
    """Whether each order is in scope; one whose scope can't be read is, and then is parked."""
    known = set(columns)
    tests, values = ["true"], []
    for field, condition in scope.items():
        column = field.replace(".", "_")
        if column not in known:
            raise SinkMismatch(f"scope.order.{field}: the CRM's orders have no such field.")
        test, given = _condition(field, quoted(column), condition)
        tests.append(test)
        values += given
    unclear = [f"list_contains(refused, {text(field)})" for field in scope] or ["false"]
    fields = "list_transform(read_problems(problems), lambda p: p.field)"
    try:
        connection.execute(
            f"CREATE TABLE wanted AS SELECT id, coalesce({' AND '.join(tests)}, false)"
            f" OR {' OR '.join(unclear)} AS wanted, {' OR '.join(unclear)} AS unclear"
            f" FROM (SELECT *, {fields} AS refused FROM orders)",
            values,
        )
    except duckdb.Error as error:
        raise SinkMismatch(f"The scope of orders can't be compared: {error}") from error
    connection.execute("ALTER TABLE flat ADD COLUMN wanted BOOLEAN")
    connection.execute(
        "UPDATE flat SET wanted = chosen.wanted, unfit = CASE WHEN flat.unfit IS NOT NULL THEN"
        " flat.unfit WHEN chosen.unclear THEN {'field': 'scope', 'reason':"
        " 'a field that decides the scope can''t be read in the CRM'} END"
        " FROM wanted AS chosen WHERE chosen.id = flat.id"
    )


def _condition(field: str, column: str, condition: Any) -> tuple[str, list[Any]]:
    """A test in SQL and its values: one value, any of a list, or a table of comparisons."""
    if isinstance(condition, Mapping):
        unknown = set(condition) - set(COMPARISONS)
        if unknown or not condition:
            raise SinkMismatch(
                f"scope.order.{field}: a table compares by {', '.join(COMPARISONS)},"
                f" not by {', '.join(sorted(map(str, unknown))) or 'nothing'}."
            )
        tests = [f"{column} {sign} {_cast(value)}" for sign, value in condition.items()]
        return f"({' AND '.join(tests)})", list(condition.values())
    values = condition if isinstance(condition, list | tuple) else [condition]
    if not values:
        raise SinkMismatch(f"scope.order.{field}: an empty list lets no order through.")
    return f"{column} IN ({', '.join('?' for _ in values)})", list(values)


def _cast(value: Any) -> str:
    return "CAST(? AS DATE)" if isinstance(value, dt.date) else "?"
