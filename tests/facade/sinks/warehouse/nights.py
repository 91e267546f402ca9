"""Small sealed nights made by hand, and what a test asks of the warehouse that they are loaded
into.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from facade.sinks.sink import Delivery, Receipt, Relation
from facade.sinks.warehouse import Warehouse, open_warehouse
from facade.sinks.warehouse.dialects import dialect_of
from schemas.layout import Column, Layout
from tests.servers import PostgreSQL

Row = Mapping[str, Any]

CUSTOMER = Layout(
    "customer",
    "customers",
    ("id",),
    (
        Column("id", "VARCHAR", "The CRM's key."),
        Column("updated_at", "TIMESTAMP", "When it last changed, UTC."),
        Column("name", "VARCHAR", "What it's called."),
        Column("credit_limit", "DECIMAL(18,2)", "Most it may owe."),
        Column("since", "DATE", "Customer since."),
        Column("active", "BOOLEAN", "Buys."),
        Column("points", "BIGINT", "Bonus."),
    ),
    "Who buys.",
)
ORDER = Layout(
    "order",
    "orders",
    ("id",),
    (Column("id", "VARCHAR"), Column("customer_id", "VARCHAR"), Column("status", "VARCHAR")),
)
LINES = Layout(
    "order.lines",
    "order_lines",
    ("order_id", "line_no"),
    (
        Column("order_id", "VARCHAR"),
        Column("line_no", "BIGINT"),
        Column("quantity", "DECIMAL(18,6)"),
    ),
    parent="order",
)
LAYOUTS = {layout.relation: layout for layout in (CUSTOMER, ORDER, LINES)}

ARROW = {
    "VARCHAR": pa.string(),
    "BIGINT": pa.int64(),
    "BOOLEAN": pa.bool_(),
    "DATE": pa.date32(),
    "DOUBLE": pa.float64(),
    "INTEGER": pa.int32(),
    "TIME": pa.time64("us"),
    "TIMESTAMP": pa.timestamp("us"),
    "DECIMAL(18,2)": pa.decimal128(18, 2),
    "DECIMAL(18,6)": pa.decimal128(18, 6),
    "DECIMAL(20,4)": pa.decimal128(20, 4),
}


def silent(what: str, done: int, total: int) -> None:
    """Progress that nobody looks at."""


def customer(id: str, name: str = "Acme", **values: Any) -> dict[str, Any]:
    return {
        "id": id,
        "updated_at": dt.datetime(2024, 5, 1, 12, 0, 0, 1),
        "name": name,
        "credit_limit": Decimal("1000.50"),
        "since": dt.date(2004, 2, 29),
        "active": True,
        "points": 7,
    } | values


def order(id: str, status: str = "open") -> dict[str, Any]:
    return {"id": id, "customer_id": "C1", "status": status}


def line(order_id: str, line_no: int | None, quantity: str = "1") -> dict[str, Any]:
    return {"order_id": order_id, "line_no": line_no, "quantity": Decimal(quantity)}


def sealed(run: int) -> dt.datetime:
    return dt.datetime(2026, 1, run, 2, 0, tzinfo=dt.UTC)


@dataclass
class Nights:
    """Seals one night after another: each is told as the state after it, and compared with the one
    before.
    """

    folder: Path
    layouts: dict[str, Layout] = field(default_factory=lambda: dict(LAYOUTS))
    state: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    run: int = 0

    def seal(self, *records: dict[str, Any]) -> Delivery:
        """The night after which these records exist; a record's relation is told by its columns."""
        self.run += 1
        before, self.state = self.state, self._hashed(records)
        changes: dict[str, Relation] = {}
        for name, layout in self.layouts.items():
            rows = (
                self._changes(before.get(name, []), self.state[name])
                if layout.parent is None
                else self._children(layout, before)
            )
            changes[name] = self._relation("changes", layout, rows)
        snapshot = {
            name: self._relation("snapshot", layout, self.state[name])
            for name, layout in self.layouts.items()
        }
        return Delivery(self.run, sealed(self.run), changes, snapshot)

    def _hashed(self, records: Sequence[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
        state: dict[str, list[dict[str, Any]]] = {name: [] for name in self.layouts}
        for record in records:
            state[self._relation_of(record)].append(record | {"hash": _digest(record)})
        for layout in self.layouts.values():
            if layout.parent is not None:
                owner = layout.key[0]
                for parent in state[layout.parent]:
                    own = [
                        row["hash"] for row in state[layout.relation] if row[owner] == parent["id"]
                    ]
                    parent["hash"] = _digest({"own": parent["hash"], "children": sorted(own)})
        return state

    def _relation_of(self, record: Row) -> str:
        plain = set(record) - {"generation"}
        fitting = [n for n, layout in self.layouts.items() if plain == set(layout.names)]
        assert len(fitting) == 1, (plain, fitting)
        return fitting[0]

    def _changes(
        self, before: list[dict[str, Any]], after: list[dict[str, Any]]
    ) -> list[dict[str, Any]]:
        old, new = ({row["id"]: row for row in rows} for rows in (before, after))
        found = []
        for key in sorted({*old, *new}):
            was, now = old.get(key), new.get(key)
            again = was and now and was.get("generation", 1) != now.get("generation", 1)
            if was and (now is None or again):
                found.append(was | {"op": "delete"})
            if now and (was is None or again):
                found.append(now | {"op": "insert"})
            elif was and now and was["hash"] != now["hash"]:
                found.append(now | {"op": "update"})
        return found

    def _children(self, layout: Layout, before: Mapping[str, Any]) -> list[dict[str, Any]]:
        touched = {
            row["id"]
            for row in self._changes(
                before.get(layout.parent or "", []), self.state[layout.parent or ""]
            )
            if row["op"] != "delete"
        }
        return [row for row in self.state[layout.relation] if row[layout.key[0]] in touched]

    def _relation(self, kind: str, layout: Layout, rows: list[dict[str, Any]]) -> Relation:
        if not rows:
            return Relation(layout, None)
        path = self.folder / f"{self.run:06d}" / kind / f"{layout.relation}.parquet"
        write(path, layout, rows, ops=kind == "changes" and layout.parent is None)
        return Relation(layout, f"read_parquet('{path}')")


def write(path: Path, layout: Layout, rows: Sequence[Row], ops: bool) -> None:
    """A relation's Parquet file; a column that no row has is left out."""
    path.parent.mkdir(parents=True, exist_ok=True)
    columns = {c.name: ARROW[c.duck] for c in layout.columns} | {"hash": pa.string()}
    if layout.parent is None:
        columns["generation"] = pa.int64()
    if ops:
        columns["op"] = pa.string()
    rows = [{"generation": 1, **row} for row in rows]
    schema = pa.schema([(n, t) for n, t in columns.items() if any(n in row for row in rows)])
    pq.write_table(pa.Table.from_pylist([dict(row) for row in rows], schema=schema), path)


def _digest(content: Row) -> str:
    return hashlib.md5(repr(sorted(content.items())).encode(), usedforsecurity=False).hexdigest()


@dataclass
class Target:
    """A warehouse under test, and what a test asks of it behind its back."""

    url: str
    layouts: dict[str, Layout] = field(default_factory=lambda: dict(LAYOUTS))

    @property
    def sink(self) -> Warehouse:
        return open_warehouse("warehouse", self.url, self.layouts)

    def deliver(self, *deliveries: Delivery) -> Receipt:
        for delivery in deliveries:
            receipt = self.sink.deliver(delivery, silent)
        return receipt

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        with closing(dialect_of(self.url).connect(self.url, writing=False)) as connection:
            return connection.rows(query)

    def run(self, *statements: str) -> None:
        with closing(dialect_of(self.url).connect(self.url, writing=True)) as connection:
            for statement in statements:
                connection.run(statement)
            connection.commit()

    def tables(self) -> dict[str, list[tuple[str, ...]]]:
        """All rows of all tables, but for the moments at which they happened to be loaded."""
        columns = {"facade_load": "run, sealed_at, valid_from, receipt"} | {
            f"{layout.table}{suffix}": "*"
            for layout in self.layouts.values()
            for suffix in ("", "_past", "_history")
        }
        with closing(dialect_of(self.url).connect(self.url, writing=False)) as connection:
            return {
                table: sorted(
                    tuple(map(str, row)) for row in connection.rows(f"SELECT {listed} FROM {table}")
                )
                for table, listed in columns.items()
            }


def empty_database(server: PostgreSQL) -> Target:
    server.execute("DROP SCHEMA public CASCADE", "CREATE SCHEMA public")
    return Target(server.url)
