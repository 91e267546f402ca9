"""A small CRM on a real server, its nights, and a warehouse."""

from __future__ import annotations

import contextlib
import datetime as dt
import random
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb
import pyodbc

from facade.sinks.warehouse import open_warehouse
from facade.sinks.warehouse.tables import history_name
from facade.snapshots import layers
from facade.sync.deliver import delivery_of
from facade.sync.night import Night
from facade.sync.progress import Progress, silent
from legacy_clients import Access, LegacyCRM, open_crm
from tests.facade.sync.nights import Nights
from tests.servers import Server

MAPPING = """
[crm]
zone = "Etc/UTC"

[customer.from]
table = "acct"
key = ["id"]
stamp = "modified"

[customer.from.join.m]
table = "acct_mail"
on = { id = "id" }

[customer.fields]
updated_at = { column = "modified" }
name = { column = "name" }
email = { column = "m.addr" }

[product.from]
table = "item"
key = ["id"]

[product.fields]
name = { column = "name" }

[order.from]
table = "ord"
key = ["id"]
stamp = "modified"

[order.fields]
updated_at = { column = "modified" }
notes = { column = "name" }

[order.lines.from]
table = "ord_line"
parent = { ord = "id" }

[order.lines.fields]
line_no = { column = "num" }
description = { column = "name" }
"""
STAMP = {"mariadb": "DATETIME", "postgresql": "TIMESTAMP(0)"}
COLUMNS = {
    "acct": "id INTEGER PRIMARY KEY, name VARCHAR(60), modified {stamp}",
    "acct_mail": "id INTEGER PRIMARY KEY, addr VARCHAR(60)",
    "item": "id INTEGER PRIMARY KEY, name VARCHAR(60)",
    "ord": "id INTEGER PRIMARY KEY, name VARCHAR(60), modified {stamp}",
    "ord_line": "id INTEGER PRIMARY KEY, ord INTEGER, num INTEGER, name VARCHAR(60)",
}
MAPPED = {"acct": "name", "acct_mail": "addr", "item": "name", "ord": "name", "ord_line": "name"}
SIZES = {"acct": 240, "item": 150, "ord": 200}
ENTITIES = {"customer": "acct", "product": "item", "order": "ord"}
MADE = dt.datetime(2024, 1, 1)
READER = {
    "mariadb": (
        "CREATE USER IF NOT EXISTS reader@'127.0.0.1' IDENTIFIED BY 'facade'",
        "ALTER USER reader@'127.0.0.1' ACCOUNT {}",
        ("UNLOCK", "LOCK"),
        "reader@'127.0.0.1'",
    ),
    "postgresql": (
        "DO $$ BEGIN CREATE ROLE reader LOGIN; EXCEPTION WHEN duplicate_object THEN END $$",
        "ALTER ROLE reader {}",
        ("LOGIN", "NOLOGIN"),
        "reader",
    ),
}
"""How an account is made, opened and closed, and its name in grants."""


@dataclass
class Place:
    """The server, the nights over it and the warehouse; `deleted` counts what really was."""

    server: Server
    folder: Path
    rng: random.Random = field(default_factory=lambda: random.Random(4))
    deleted: Counter[str] = field(default_factory=Counter)
    rounds: int = 0
    highest: dict[str, int] = field(default_factory=lambda: dict(SIZES))

    def build(self) -> None:
        """New tables, and a first night."""
        self.folder.mkdir()
        (self.folder / "crm").mkdir()
        (self.folder / "crm" / "mapping.toml").write_text(MAPPING, "utf-8")
        made, open_or_closed, (opened, _), _ = READER[self.server.name]
        self.server.execute(made, open_or_closed.format(opened))
        for table, columns in COLUMNS.items():
            self.drop(table, f"hidden_{table}", f"kept_{table}", f"was_{table}")
            self.create(table, columns)
        for table, size in SIZES.items():
            rows = [self.row_of(table, id, MADE) for id in range(1, size + 1)]
            self.server.insert(table, rows)
        self.server.insert("acct_mail", [(id, f"m{id}@x.example") for id in range(1, 241)])
        self.server.insert(
            "ord_line", [self.line_of(id, n) for id in range(1, 201) for n in (1, 2)]
        )
        self.night()

    def create(self, table: str, columns: str) -> None:
        self.server.execute(
            f"CREATE TABLE {table} ({columns.format(stamp=STAMP[self.server.name])})"
        )
        self.grant(table)

    def drop(self, *names: str) -> None:
        for name in names:
            for kind in ("VIEW", "TABLE"):
                with contextlib.suppress(pyodbc.Error):
                    self.server.execute(f"DROP {kind} IF EXISTS {name}")

    def grant(self, table: str) -> None:
        self.server.execute(f"GRANT SELECT ON {table} TO {self.reader}")

    def revoke(self, table: str) -> None:
        self.server.execute(f"REVOKE SELECT ON {table} FROM {self.reader}")

    @property
    def reader(self) -> str:
        return READER[self.server.name][3]

    @property
    def odbc(self) -> str:
        return self.server.odbc.replace("UID=facade", "UID=reader")

    @property
    def var(self) -> Path:
        return self.folder / "var"

    def night(
        self,
        odbc: str | None = None,
        full: bool = False,
        accepted: Sequence[str] = (),
        progress: Progress = silent,
        change: Callable[[LegacyCRM], None] = lambda crm: None,
    ) -> dict[str, Any]:
        """One night by a new process's eyes, and to the warehouse."""
        crm = open_crm(str(self.folder / "crm"), Access(odbc=odbc or self.odbc))
        with Nights.over(crm, self.var) as nights:
            night = Night(crm, nights.ledger, self.var, progress=progress)
            night.sinks = {"dw": open_warehouse("dw", self.url, night.layouts)}
            change(crm)
            return night.run((), full, accepted)

    @property
    def url(self) -> str:
        return f"duckdb:///{self.folder / 'dw.duckdb'}"

    def live(self) -> dict[str, set[int]]:
        """What people do in a day: some rows of each table are deleted, changed, new.

        Those deleted, by table.
        """
        self.rounds += 1
        now = MADE + dt.timedelta(days=300 + self.rounds)
        gone = {
            table: set(self.rng.sample(self.ids(table), count))
            for table, count in (("acct", 6), ("item", 3), ("ord", 5))
        }
        for table, ids in gone.items():
            self.server.execute(f"DELETE FROM {table} WHERE id IN {listed(ids)}")
            changed = listed(self.rng.sample(self.ids(table), 4))
            moved = f", modified = '{now}'" if table != "item" else ""
            self.server.execute(
                f"UPDATE {table} SET name = '{table} of day {self.rounds}'{moved}"
                f" WHERE id IN {changed}"
            )
            first = self.highest[table] + 1
            self.highest[table] += len(ids)
            new = range(first, first + len(ids))
            self.server.insert(table, [self.row_of(table, id, now) for id in new])
            if table == "acct":
                self.server.insert("acct_mail", [(id, f"m{id}@x.example") for id in new])
            if table == "ord":
                self.server.insert("ord_line", [self.line_of(id, n) for id in new for n in (1, 2)])
        self.server.execute(
            f"DELETE FROM acct_mail WHERE id IN {listed(gone['acct'])}",
            f"DELETE FROM ord_line WHERE ord IN {listed(gone['ord'])}",
        )
        gone["acct_mail"] = set(self.rng.sample(self.ids("acct_mail"), 2))
        gone["ord_line"] = set(self.rng.sample(self.ids("ord_line"), 2))
        for table in ("acct_mail", "ord_line"):
            self.server.execute(f"DELETE FROM {table} WHERE id IN {listed(gone[table])}")
        for entity, table in ENTITIES.items():
            self.deleted[entity] += len(gone[table])
        return gone

    def ids(self, table: str) -> list[int]:
        return [id for (id,) in self.server.execute(f"SELECT id FROM {table} ORDER BY id")]

    def held(self) -> dict[str, set[tuple[Any, ...]]]:
        """What the server's tables make of each relation."""
        return {
            name: set(self.server.execute(query))
            for name, query in {
                "customer": "SELECT a.id, a.name, m.addr FROM acct a"
                " LEFT JOIN acct_mail m ON m.id = a.id",
                "product": "SELECT id, name FROM item",
                "order": "SELECT id, name FROM ord",
                "order.lines": "SELECT ord, num, name FROM ord_line",
            }.items()
        }

    def known(self) -> dict[str, set[tuple[Any, ...]]]:
        """What the newest snapshot has of the same."""
        columns = {
            "customer": "CAST(id AS INTEGER), name, email",
            "product": "CAST(id AS INTEGER), name",
            "order": "CAST(id AS INTEGER), notes",
            "order.lines": "CAST(order_id AS INTEGER), line_no, description",
        }
        with self._opened() as nights, duckdb.connect() as con:
            return {
                name: set(
                    con.execute(
                        f"SELECT {shown} FROM {layers.relation(nights.folder.snapshot(name))}"
                    ).fetchall()
                )
                for name, shown in columns.items()
            }

    def sealed(self) -> int:
        with self._opened() as nights:
            assert nights.ledger.runs.unsealed() == ()
            return nights.newest.number

    def doubts(self) -> list[str]:
        """Where the warehouse is not the newest snapshot, or holds a delete that never was."""
        with self._opened() as nights:
            layouts = nights.night().layouts
            delivery = delivery_of(self.var, nights.newest, layouts)
            found = open_warehouse("dw", self.url, layouts).verify(delivery.snapshot)
        doubts = [str(difference) for difference in found]
        with duckdb.connect(self.url.removeprefix("duckdb:///"), read_only=True) as con:
            for entity in ENTITIES:
                table = history_name(layouts[entity])
                ((told,),) = con.execute(
                    f"SELECT count(*) FROM {table} WHERE is_deleted"
                ).fetchall()
                if told != self.deleted[entity]:
                    doubts.append(f"{table}: {told} deleted, really {self.deleted[entity]}")
        return doubts

    @contextmanager
    def kept(self, *tables: str) -> Iterator[None]:
        """The tables' rows are put back at the end."""
        for table in tables:
            self.server.execute(f"CREATE TABLE kept_{table} AS SELECT * FROM {table}")
        yield
        for table in tables:
            self.server.execute(
                f"DELETE FROM {table}",
                f"INSERT INTO {table} SELECT * FROM kept_{table}",
                f"DROP TABLE kept_{table}",
            )

    def other(self, name: str) -> str:
        """The connection string of another database of the server, made empty."""
        self.server.execute(f"DROP DATABASE IF EXISTS {name}", f"CREATE DATABASE {name}")
        return self.server.odbc.replace("DATABASE=facade", f"DATABASE={name}")

    @contextmanager
    def _opened(self) -> Iterator[Nights]:
        with Nights.over(open_crm(str(self.folder / "crm"), Access()), self.var) as nights:
            yield nights

    def row_of(self, table: str, id: int, at: dt.datetime) -> tuple[Any, ...]:
        name = f"{table} {id} " + "x" * 40
        return (id, name) if table == "item" else (id, name, at + dt.timedelta(minutes=id))

    def line_of(self, order: int, number: int) -> tuple[Any, ...]:
        return (order * 10 + number, order, number, f"line {number} of {order} " + "x" * 40)


def listed(ids: Sequence[int] | set[int]) -> str:
    return f"({', '.join(map(str, sorted(ids)))})"
