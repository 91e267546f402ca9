"""What tests of the night work with: a CRM, a ledger, a folder, questions about sealed nights."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import duckdb

from facade.ledger import Ledger, open_ledger
from facade.ledger.runs import Run
from facade.sinks.sink import Sink
from facade.snapshots import layers
from facade.snapshots.folder import NightFolder
from facade.sync.certify import verify
from facade.sync.night import Night
from fixtures.atlas import Atlas
from legacy_clients import Access, LegacyCRM, open_crm

SCALE = 0.02
LIVE = "CO_CD = '01' AND DEL_FL = 'N'"


def read(relation: str | None, columns: str = "*", where: str = "true") -> list[tuple[Any, ...]]:
    """Rows of a relation as SQL names it, in order; none where there is no relation."""
    if relation is None:
        return []
    sql = f"SELECT {columns} FROM {relation} WHERE {where} ORDER BY ALL"
    with duckdb.connect() as con:
        return con.execute(sql).fetchall()


@dataclass
class Nights:
    """One night after another over the same CRM, ledger and folder."""

    crm: LegacyCRM
    ledger: Ledger
    var: Path
    atlas: Atlas | None = None

    @classmethod
    @contextlib.contextmanager
    def over(cls, crm: LegacyCRM, var: Path, atlas: Atlas | None = None) -> Iterator[Self]:
        """Nights over a CRM, which is closed at the end."""
        var.mkdir(exist_ok=True)
        with contextlib.closing(crm), open_ledger(f"sqlite:///{var / 'ledger.sqlite'}") as ledger:
            yield cls(crm, ledger, var, atlas)

    @classmethod
    @contextlib.contextmanager
    def of_atlas(cls, atlas: Atlas, var: Path, crm: str = "atlas") -> Iterator[Self]:
        """Nights over Atlas, by the mapping of that name or folder."""
        with cls.over(open_crm(crm, access_of(atlas)), var, atlas) as opened:
            yield opened

    def night(self, sinks: Mapping[str, Sink] | None = None) -> Night:
        """A night that has not begun."""
        return Night(self.crm, self.ledger, self.var, sinks or {})

    def run(self, *sinks: Sink, **options: Any) -> dict[str, Any]:
        """One night with these sinks; what it tells."""
        return self.night({sink.name: sink for sink in sinks}).run(**options)

    def sql(self, statement: str, *values: Any) -> int:
        """Do something in Atlas's database behind everybody's back; how many rows it changed."""
        assert self.atlas is not None
        with contextlib.closing(self.atlas.connect()) as db:
            return db.execute(statement, values).rowcount

    def ask(self, query: str, *values: Any) -> Any:
        """The first value of the first row that Atlas's database gives."""
        assert self.atlas is not None
        with contextlib.closing(self.atlas.connect()) as db:
            return db.execute(query, values).fetchone()[0]

    def key(self, table: str, column: str, where: str = LIVE) -> str:
        """The key of the first such row, as it is stored: with its blanks."""
        return str(self.ask(f"SELECT {column} FROM {table} WHERE {where} ORDER BY {column}"))

    @property
    def newest(self) -> Run:
        run = self.ledger.runs.last_sealed()
        assert run is not None
        return run

    @property
    def folder(self) -> NightFolder:
        """The folder of the newest sealed night."""
        return NightFolder.of(self.var, self.newest.number)

    def changes(self, relation: str, columns: str = "op, id") -> list[tuple[Any, ...]]:
        """What the newest night changed."""
        return read(layers.rows(self.folder.changes(relation)), columns)

    def snapshot(
        self, relation: str, columns: str = "*", where: str = "true"
    ) -> list[tuple[Any, ...]]:
        """What the newest night holds."""
        return read(layers.rows(self.folder.snapshot(relation)), columns, where)

    def state(self) -> dict[str, list[tuple[Any, ...]]]:
        """Every relation of the newest snapshot, all columns by name."""
        return {
            name: self.snapshot(name, ", ".join(f'"{c}"' for c in (*layout.names, "hash")))
            for name, layout in self.night().layouts.items()
        }

    def refused(self) -> list[tuple[Any, ...]]:
        """Values that could not be read: entity, id, field, raw, reason."""
        files = tuple(sorted((self.folder.path / "refused").glob("*.parquet")))
        rows = layers.scan(files) if files else None
        return read(rows, "entity, id, field, raw, reason")

    def verified(self) -> list[str]:
        """What `facade verify` finds in the newest night."""
        return verify(self.ledger, self.var, self.newest, self.crm.mapping)


def access_of(atlas: Atlas) -> Access:
    """Where an Atlas is."""
    return Access(
        odbc=odbc_of(atlas),
        wsdl=str(atlas.wsdl_path),
        url=atlas.soap_url,
        user=atlas.user,
        password=atlas.password,
    )


def odbc_of(atlas: Atlas) -> str:
    """The connection string of an Atlas."""
    return f"DRIVER={{SQLite3}};Database={atlas.database}"


def changed(told: Mapping[str, Any]) -> dict[str, tuple[int, int, int]]:
    """Inserted, updated and deleted by entity, where any is not 0."""
    counts = {
        name: (entity["inserted"], entity["updated"], entity["deleted"])
        for name, entity in told["entities"].items()
    }
    return {name: found for name, found in counts.items() if any(found)}


def inodes(folder: Path) -> dict[str, int]:
    """The identity of each data file under a folder: a hard link keeps it."""
    return {
        str(path.relative_to(folder)): path.stat().st_ino
        for path in sorted(folder.rglob("*.parquet"))
    }
