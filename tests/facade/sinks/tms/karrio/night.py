"""A small sealed night to deliver: canonical rows by relation, in Parquet as a snapshot is."""

from __future__ import annotations

import copy
import datetime as dt
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb

from facade.sinks.sink import Delivery, Relation, Sent
from schemas import ENTITIES
from schemas.layout import Column, Layout

RELATIONS = ("customer", "location", "product", "order", "order.stops", "order.lines")
Rows = dict[str, list[dict[str, Any]]]


class Remembered:
    """References in memory, as one sink's in the ledger."""

    def __init__(self) -> None:
        self.sent: dict[tuple[str, str], Sent] = {}

    def all(self, entity: str) -> Iterator[Sent]:
        return iter([sent for sent in list(self.sent.values()) if sent.entity == entity])

    def put(self, sent: Sent) -> None:
        self.sent[sent.entity, sent.id] = sent

    def forget(self, entity: str, id: str) -> None:
        self.sent.pop((entity, id), None)


def layout_of(relation: str) -> Layout:
    """All canonical columns of an entity or child."""
    name, _, child = relation.partition(".")
    entity = ENTITIES[name]
    leaves = (entity.children[child] if child else entity).leaves.values()
    columns = [Column(leaf.column, leaf.duck) for leaf in leaves] + [Column("problems", "VARCHAR")]
    if not child:
        return Layout(relation, entity.plural, ("id",), tuple(columns))
    owner = Column(f"{name}_id", "VARCHAR")
    return Layout(relation, relation, (owner.name,), (owner, *columns), parent=name)


def problem(field: str, raw: str, reason: str) -> str:
    """A record's `problems` with one value that could not be read."""
    return json.dumps([{"field": field, "raw": raw, "reason": reason}])


def two_orders() -> Rows:
    """Orders A1 of Acme and B1 of Bolt, from a known dock to an address given as text."""
    rows: Rows = {
        "customer": [
            {"id": "C1", "name": "Acme Freight", "phone_e164": "+13125550101"},
            {"id": "C2", "name": "Bolt Foods", "phone_e164": None},
        ],
        "location": [
            {
                "id": "L1",
                "name": "Chicago DC",
                "street": "1 Dock Rd",
                "city": "Chicago",
                "region": "Illinois",
                "region_code": "US-IL",
                "postal_code": "60607",
                "country_code": "US",
            }
        ],
        "product": [{"id": "P1", "sku": "P1", "weight_value": "2.5", "weight_unit": "LBR"}],
        "order": [],
        "order.stops": [],
        "order.lines": [],
    }
    for id, customer in (("A1", "C1"), ("B1", "C2")):
        add_order(rows, id, customer)
    return rows


def add_order(rows: Rows, id: str, customer: str = "C1") -> None:
    """One more order like the others, with two lines."""
    rows["order"].append(
        {
            "id": id,
            "number": id,
            "customer_id": customer,
            "status": "open",
            "ordered_on": "2026-11-02",
            "currency": "USD",
            "deleted": False,
        }
    )
    rows["order.stops"] += [
        {"order_id": id, "seq": 1, "kind": "pickup", "location_id": "L1", "date": "2026-11-05"},
        {
            "order_id": id,
            "seq": 99,
            "kind": "delivery",
            "address_name": "Łódź drop-off",
            "address_street": "ul. Piotrkowska 7",
            "address_city": "Łódź",
            "address_postal_code": "90-001",
            "address_country_code": "PL",
        },
    ]
    rows["order.lines"] += [
        {
            "order_id": id,
            "line_no": 1,
            "product_id": "P1",
            "description": "Steel coil",
            "quantity_value": "4",
            "quantity_unit": "PCE",
            "weight_value": "50",
            "weight_unit": "KGM",
            "unit_price": "19.90",
        },
        {
            "order_id": id,
            "line_no": 2,
            "product_id": "P1",
            "description": "Copy paper",
            "quantity_value": "3",
            "quantity_unit": "EA",
            "unit_price": "1.25",
        },
    ]


class Nights:
    """Deliveries with rising run numbers, their files under `folder`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.run = 0

    def seal(self, rows: Rows) -> Delivery:
        """The next night, whose snapshot is `rows`."""
        self.run += 1
        with duckdb.connect() as connection:
            snapshot = {
                relation: Relation(
                    layout_of(relation), self._rows(connection, relation, rows[relation])
                )
                for relation in RELATIONS
            }
        return Delivery(self.run, dt.datetime(2026, 11, 23, tzinfo=dt.UTC), {}, snapshot)

    def _rows(
        self, connection: duckdb.DuckDBPyConnection, relation: str, rows: list[dict[str, Any]]
    ) -> str | None:
        if not rows:
            return None
        layout = layout_of(relation)
        file = self.folder / f"{self.run}-{relation}.parquet"
        unknown = {name for row in rows for name in row} - set(layout.names)
        assert not unknown, f"{relation} has no {unknown}"
        columns = ", ".join(f'"{column.name}" {column.duck}' for column in layout.columns)
        connection.execute(f"CREATE OR REPLACE TABLE rows ({columns})")
        marks = ", ".join("?" for _ in layout.columns)
        values = [[row.get(name) for name in layout.names] for row in rows]
        connection.executemany(f"INSERT INTO rows VALUES ({marks})", values)
        connection.execute(f"COPY rows TO '{file}' (FORMAT parquet)")
        return f"read_parquet('{file}')"


def changed(rows: Rows, relation: str, number: int, **values: Any) -> Rows:
    """The rows with values of one of them changed."""
    after = copy.deepcopy(rows)
    after[relation][number].update(values)
    return after
