"""A CRM of two tables, small enough for many nights, whose mapping may change between them."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from facade.ledger import Ledger, open_ledger
from facade.sinks.warehouse import Warehouse, open_warehouse
from facade.snapshots import layers
from facade.snapshots.folder import NightFolder
from facade.sync.night import Night
from legacy_clients import Access, open_crm
from tests.facade.sync.nights import read

MAPPING = """
[crm]
zone = "UTC"

[customer.from]
table = "ACCT"
key = ["ID"]
stamp = "CHANGED"
where = { CORP = ["1", "2"] }

[customer.fields]
name = { column = "NAME" }
phone = { column = "PHONE" }

[customer.custom]
city = { column = "CITY", type = "text" }

[order.from]
table = "ORD"
key = ["NO"]

[order.fields]
customer_id = { column = "ACCT_ID" }

[order.lines.from]
table = "LINE"
parent = { NO = "NO" }

[order.lines.fields]
line_no = { column = "N" }
description = { column = "TEXT" }
"""
VAT = ("[customer.custom]\n", '[customer.custom]\nvat = { column = "VAT", type = "text" }\n')
SWAPPED = ('name = { column = "NAME" }', 'name = { column = "VAT" }')
"""A bad mapping: the wrong column."""
TABLES = """
CREATE TABLE ACCT (ID TEXT PRIMARY KEY, CORP TEXT, NAME TEXT, PHONE TEXT, CITY TEXT, VAT TEXT,
                   CHANGED TEXT);
CREATE TABLE ORD (NO TEXT PRIMARY KEY, ACCT_ID TEXT);
CREATE TABLE LINE (NO TEXT, N TEXT, TEXT TEXT);
"""
OLD = "2025-06-01 12:00:00"
CUSTOMERS = 30


@dataclass
class Shop:
    """The CRM's database, the folder of its mapping, our ledger and runs, and a warehouse."""

    folder: Path
    ledger: Ledger

    @classmethod
    @contextmanager
    def opened(cls, folder: Path) -> Iterator[Shop]:
        with closing(sqlite3.connect(folder / "shop.sqlite")) as db, db:
            db.executescript(TABLES)
            db.executemany(
                "INSERT INTO ACCT VALUES (?, '1', ?, ?, 'Basel', ?, ?)",
                [
                    (f"A{n:02}", f"Name {n}", f"+41610000{n:02}", f"V{n}", OLD)
                    for n in range(CUSTOMERS)
                ],
            )
            db.executemany("INSERT INTO ORD VALUES (?, 'A01')", [("O1",), ("O2",)])
            lines = [("O1", "1", "a"), ("O1", "2", "b"), ("O2", "1", "c")]
            db.executemany("INSERT INTO LINE VALUES (?, ?, ?)", lines)
        (folder / "crm").mkdir()
        (folder / "var").mkdir()
        with open_ledger(f"sqlite:///{folder / 'var' / 'ledger.sqlite'}") as ledger:
            shop = cls(folder, ledger)
            shop.map()
            yield shop

    @property
    def var(self) -> Path:
        return self.folder / "var"

    @property
    def file(self) -> Path:
        return self.folder / "warehouse.duckdb"

    def map(self, *changes: tuple[str, str]) -> None:
        """From now on the mapping is the usual one with these texts changed."""
        text = MAPPING
        for before, after in changes:
            assert text.count(before) == 1, before
            text = text.replace(before, after)
        (self.folder / "crm" / "mapping.toml").write_text(text, "utf-8")

    def sql(self, statement: str, *values: Any) -> None:
        with closing(sqlite3.connect(self.folder / "shop.sqlite")) as db, db:
            assert db.execute(statement, values).rowcount > 0

    def rename(self, id: str, name: str) -> None:
        """Another name, and another stamp."""
        self.sql("UPDATE ACCT SET NAME = ?, CHANGED = CHANGED || '0' WHERE ID = ?", name, id)

    @contextmanager
    def night(self, *sinks: Any, down: bool = False) -> Iterator[Night]:
        """A night under the mapping as it stands; with a warehouse where no sinks are given."""
        database = "nowhere" if down else self.folder / "shop.sqlite"
        access = Access(odbc=f"DRIVER={{SQLite3}};Database={database}")
        with closing(open_crm(str(self.folder / "crm"), access)) as crm:
            night = Night(crm, self.ledger, self.var)
            chosen = sinks or (self.warehouse(night),)
            night.sinks = {sink.name: sink for sink in chosen}
            yield night

    def run(self, *sinks: Any, **options: Any) -> dict[str, Any]:
        with self.night(*sinks) as night:
            return night.run(**options)

    def replay(self, *sinks: Any, **options: Any) -> dict[str, Any] | None:
        """With the CRM's database out of reach."""
        with self.night(*sinks, down=True) as night:
            return night.replay(**options)

    def warehouse(self, night: Night) -> Warehouse:
        return open_warehouse("warehouse", f"duckdb:///{self.file}", night.layouts)

    def held(self, sql: str) -> list[tuple[Any, ...]]:
        """What the warehouse answers."""
        with duckdb.connect(str(self.file), read_only=True) as con:
            return con.execute(sql).fetchall()

    def names(self) -> dict[str, str]:
        """Customers' names in the warehouse, by id."""
        return dict(self.held("SELECT id, name FROM customers"))

    def snapshot(
        self, relation: str, columns: str, run: int | None = None
    ) -> list[tuple[Any, ...]]:
        newest = self.ledger.runs.last_sealed()
        assert newest is not None
        night = NightFolder.of(self.var, run or newest.number)
        return read(layers.rows(night.snapshot(relation)), columns)
