"""A world in which a night runs: a CRM's database, the night's folder, and what its sinks hold.

It is prepared once and copied for each fault. `state` is all that must be the same afterwards,
whatever happened; numbers of runs and moments are told as their places in the order.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import duckdb

from facade.sinks.sink import Delivery, Parked, Progress, Receipt, Sink, Status
from facade.sinks.warehouse import open_warehouse
from facade.sinks.warehouse.dialects import dialect_of
from facade.snapshots import layers
from facade.snapshots.folder import NightFolder
from facade.sync.certify import verify_sinks
from fixtures.atlas import generate
from fixtures.atlas.database import connect
from fixtures.atlas.envelope import WSDL
from legacy_clients import CRMS, Access, LegacyCRM, open_crm
from schemas.layout import Layout
from tests.facade.sync.nights import Nights, read

SCALE = 0.005
FEW = ("customer", "contact")
"""The entities of a small mapping: a join, a pivot, and children."""
ONE = ("product",)
"""A mapping of a single table, whose nights take a third of the time."""

State = dict[str, Any]


@dataclass(frozen=True)
class World:
    """One world under `folder`. `warehouse` is the address of its warehouse."""

    folder: Path
    crm: str
    warehouse: str

    @property
    def var(self) -> Path:
        return self.folder / "var"

    @property
    def spill(self) -> Path:
        """Where this world's processes have their temporary files."""
        return self.folder / "tmp"

    def as_json(self) -> dict[str, str]:
        return {name: str(value) for name, value in asdict(self).items()}

    @classmethod
    def of(cls, document: Mapping[str, str]) -> World:
        return cls(Path(document["folder"]), document["crm"], document["warehouse"])

    def copied(self, folder: Path, warehouse: str | None = None) -> World:
        """The same world at another place; a DuckDB warehouse goes with it."""
        subprocess.run(["cp", "-a", str(self.folder), str(folder)], check=True)
        return World(folder, self.crm, warehouse or duckdb_in(folder))

    @contextlib.contextmanager
    def nights(self) -> Iterator[Nights]:
        with Nights.over(self._open(), self.var) as opened:
            yield opened

    def _open(self) -> LegacyCRM:
        database = self.folder / "atlas" / "atlas.sqlite"
        odbc = f"DRIVER={{SQLite3}};Database={database}"
        # No service answers: a night without statuses and open writes calls none.
        return open_crm(
            self.crm, Access(odbc, str(WSDL / "atlas.wsdl"), "http://127.0.0.1:9/", "u", "p")
        )

    def prepare(self) -> None:
        """Open what a night works with, and close it again."""
        with self.nights() as nights:
            self.sinks(nights.night().layouts)

    def sinks(self, layouts: Mapping[str, Layout]) -> dict[str, Sink]:
        shelf = Shelf("shelf", self.folder / "shelf" / "taken.json")
        return {
            "warehouse": open_warehouse("warehouse", self.warehouse, layouts),
            "shelf": shelf,
        }

    def act(self, *statements: str) -> None:
        """Do something in the CRM's database behind everybody's back; each must change a row."""
        with contextlib.closing(connect(self.folder / "atlas" / "atlas.sqlite")) as db:
            for statement in statements:
                assert db.execute(statement).rowcount > 0, statement


@dataclass
class Shelf:
    """A sink that wants the newest night alone, keeps a file of it, and parks one record."""

    name: str
    path: Path
    every_run: bool = False

    def deliver(self, delivery: Delivery, progress: Progress) -> Receipt:
        entity = next(iter(delivery.snapshot))
        rows = read(delivery.snapshot[entity].rows, "id, hash")
        progress("shelf", 0, len(rows))
        self.path.parent.mkdir(exist_ok=True)
        fresh = self.path.with_suffix(".new")
        fresh.write_text(json.dumps(rows), "utf-8")
        fresh.replace(self.path)
        parked = (Parked(entity, str(rows[0][0]), "it does not fit", "name"),)
        return Receipt(self.name, delivery.run, {entity: {"put": len(rows)}}, parked)

    def statuses(self) -> Iterable[Status]:
        return ()


def duckdb_in(folder: Path) -> str:
    return f"duckdb:///{folder / 'house' / 'warehouse.duckdb'}"


def founded(folder: Path, entities: Iterable[str], seed: int, warehouse: str | None) -> World:
    """A new world before its first night."""
    for name in ("atlas", "house", "tmp", "var"):
        (folder / name).mkdir(parents=True)
    generate(folder / "atlas" / "atlas.sqlite", SCALE, seed)
    mapping = folder / "crm"
    _write_mapping(mapping, set(entities))
    world = World(folder, str(mapping), warehouse or duckdb_in(folder))
    world.act(MORE_PRODUCTS)
    return world


def _write_mapping(folder: Path, entities: set[str]) -> None:
    """Atlas's mapping, of it these entities alone."""
    folder.mkdir()
    text = (CRMS["atlas"] / "mapping.toml").read_text("utf-8")
    sections = re.split(r"(?m)^(?=\[)", text)
    kept = [
        section
        for section in sections
        if (named := re.match(r"\[+([a-z]+)", section)) is None
        or named.group(1) in entities | {"crm"}
    ]
    (folder / "mapping.toml").write_text("".join(kept), "utf-8")
    if "shipment" in entities:
        shutil.copy(CRMS["atlas"] / "shipments.sql", folder)


MORE_PRODUCTS = """INSERT INTO PRODMAST (SKU, CO_CD, NAME, ACT_FL, DEL_FL, CRT_STMP, UPD_STMP)
WITH RECURSIVE counted (value) AS (VALUES (1) UNION ALL SELECT value + 1 FROM counted LIMIT 9)
SELECT printf('MORE-%03d', value), '01', 'Product ' || value, 'Y', 'N',
    '20200101000000', '20200101000000'
FROM counted
"""
NOW = "UPD_STMP = '20250601120000'"
CHANGES: Mapping[str, tuple[str, ...]] = {
    "customer": (
        # a record changed, one that cannot be read, one marked deleted, one gone
        f"UPDATE CUSTMAST SET NAME = 'Changed', {NOW} WHERE rowid = 2",
        f"UPDATE CUSTMAST SET CR_LMT = 'N/A', {NOW} WHERE rowid = 3",
        f"UPDATE CUSTMAST SET DEL_FL = 'Y', {NOW} WHERE rowid = 4",
        "DELETE FROM CUSTMAST WHERE rowid = 8",
        # a new one, and a key that is used again
        "INSERT INTO CUSTMAST (CUST_NO, CO_CD, NAME, DEL_FL, CRT_DT, CRT_TM, UPD_STMP)"
        " VALUES ('NEW1      ', '01', 'New', 'N', '20250601', '120000', '20250601120000')",
        f"UPDATE CUSTMAST SET CRT_DT = '20250601', NAME = 'Another', {NOW} WHERE rowid = 6",
    ),
    # children whose parent's stamp does not move
    "contact": (
        "DELETE FROM CONTCUST WHERE rowid = (SELECT min(rowid) FROM CONTCUST)",
        "UPDATE CONTCUST SET ROLE_CD = 'XX' WHERE rowid = (SELECT max(rowid) FROM CONTCUST)",
    ),
    "product": (
        f"UPDATE PRODMAST SET NAME = 'Changed', {NOW} WHERE SKU = 'MORE-001'",
        f"UPDATE PRODMAST SET WGT_LB = 'heavy', {NOW} WHERE SKU = 'MORE-002'",
        f"UPDATE PRODMAST SET DEL_FL = 'Y', {NOW} WHERE SKU = 'MORE-003'",
        "DELETE FROM PRODMAST WHERE SKU = 'MORE-004'",
        "INSERT INTO PRODMAST (SKU, CO_CD, NAME, ACT_FL, DEL_FL, CRT_STMP, UPD_STMP)"
        " VALUES ('NEW', '01', 'New', 'Y', 'N', '20250601120000', '20250601120000')",
        f"UPDATE PRODMAST SET CRT_STMP = '20250601120000', {NOW} WHERE SKU = 'MORE-005'",
    ),
    "order": (
        "UPDATE ORDLIN SET QTY = '77' WHERE rowid = (SELECT min(rowid) FROM ORDLIN)",
        "DELETE FROM ORDHDR WHERE ORD_NO = (SELECT max(ORD_NO) FROM ORDHDR WHERE CO_CD = '01')",
    ),
}
"""What happens in the CRM between the two nights, by entity."""


def state(world: World, nights: Nights) -> State:
    """All that a night leaves behind, in words; also what is wrong whatever the night was."""
    layouts = nights.night().layouts
    sinks = world.sinks(layouts)
    return {
        **_sealed(nights),
        **_held(world.warehouse, layouts),
        **_ledger(nights, sinks),
        "shelf": (world.folder / "shelf" / "taken.json").read_text("utf-8"),
        "verified": nights.verified(),
        "sinks verified": verify_sinks(nights.ledger, nights.var, nights.newest, sinks, layouts),
        "var": sorted(path.name for path in world.var.iterdir() if ".sqlite" not in path.name),
        "left over": _left_over(world, nights),
    }


def _sealed(nights: Nights) -> State:
    """Snapshot, refused values, graves and current raw of the newest night."""
    folder = nights.folder
    found: State = {}
    with duckdb.connect() as con:

        def rows(relation: str | None, columns: str = "*") -> list[str]:
            if relation is None:
                return []
            return _spelled(con.execute(f"SELECT {columns} FROM {relation}").fetchall())

        def whole(*files: Path) -> str | None:
            there = [file for file in files if file.is_file()]
            return layers.scan(there) if there else None

        for name, layout in nights.night().layouts.items():
            extra = ("hash",) if layout.parent else ("hash", "generation")
            columns = ", ".join(f'"{column}"' for column in (*layout.names, *extra))
            found[f"snapshot {name}"] = rows(layers.rows(folder.snapshot(name)), columns)
            found[f"graves {name}"] = rows(whole(folder.graves(name)), "id, generation, created_at")
        for table in nights.crm.mapping.tables:
            found[f"raw {table}"] = rows(layers.rows(folder.current(table)))
        refused = whole(*(folder.path / "refused").glob("*.parquet"))
        found["refused"] = rows(refused, "entity, id, field, raw, reason")
    return found


def _spelled(rows: Iterable[tuple[Any, ...]]) -> list[str]:
    return sorted(map(repr, rows))


def _held(url: str, layouts: Mapping[str, Layout]) -> State:
    """Current and history tables; runs and moments as their places in the order."""
    connection = dialect_of(url).connect(url, writing=False)
    try:
        loads = connection.rows(
            "SELECT CAST(run AS VARCHAR), CAST(valid_from AS VARCHAR) FROM facade_load"
        )
        found: State = {}
        for layout in layouts.values():
            columns = ", ".join(
                f'CAST("{name}" AS VARCHAR)' for name in (*layout.names, "content_hash")
            )
            found[f"current {layout.relation}"] = _spelled(
                connection.rows(f"SELECT {columns} FROM {layout.table}")
            )
            found[f"history {layout.relation}"] = connection.rows(
                f"SELECT {columns}, CAST(valid_from AS VARCHAR), CAST(valid_to AS VARCHAR),"
                f" CAST(is_deleted AS VARCHAR), CAST(run AS VARCHAR) FROM {layout.table}_history"
            )
    finally:
        connection.close()
    versions = [row for name, rows in found.items() if name.startswith("history") for row in rows]
    moments = {None: None} | _places({row[-4] for row in versions})
    runs = _places({row[-1] for row in versions}, key=int)
    for name in found:
        if name.startswith("history"):
            found[name] = _spelled(
                (*row[:-4], moments[row[-4]], moments.get(row[-3], row[-3]), row[-2], runs[row[-1]])
                for row in found[name]
            )
    found["doubled loads"] = sorted(
        {run for run, _ in loads if [r for r, _ in loads].count(run) > 1}
    )
    found["loads"] = sorted((run for run, _ in loads), key=int)
    return found


def _places(values: Iterable[Any], key: Any = None) -> dict[Any, int]:
    return {value: place for place, value in enumerate(sorted(values, key=key))}


def _ledger(nights: Nights, sinks: Mapping[str, Sink]) -> State:
    """What the ledger must say whatever happened: nothing open, and every sink up to date."""
    ledger, newest = nights.ledger, nights.newest.number
    sealed = [run.number for run in ledger.runs.sealed_after(0)]
    taken = {name: ledger.deliveries.last(name) for name in sinks}
    missing = [
        f"{run} {name}"
        for run in sealed
        for name, delivered in ledger.deliveries.of_run(run).items()
        if not NightFolder.of(nights.var, run).receipt(delivered.sink).is_file()
    ]
    return {
        "unsealed": [run.number for run in ledger.runs.unsealed()],
        "behind": [name for name, it in taken.items() if it is None or it.run != newest],
        "not taken": [run for run in sealed if "warehouse" not in ledger.deliveries.of_run(run)],
        "receipts missing": missing,
        "parked": [repr((it.entity, it.id)) for it in ledger.deliveries.parked("shelf")],
    }


def _left_over(world: World, nights: Nights) -> list[str]:
    """Files and folders that nothing points to."""
    sealed = {f"{run.number:06d}" for run in nights.ledger.runs.sealed_after(0)}
    found = [path for path in (world.var / "runs").iterdir() if path.name not in sealed]
    found += [
        path
        for path in world.var.rglob("*")
        if path.name in ("work",) or path.suffix in (".new", ".tmp") or path.name.startswith("tmp_")
    ]
    found += world.spill.iterdir()
    found += [
        path for path in (world.folder / "house").iterdir() if path.name != "warehouse.duckdb"
    ]
    return sorted(str(path.relative_to(world.folder)) for path in found)


DIFFERING = frozenset({"loads"})
"""What may differ from a run without faults: how many nights it took."""


def difference(found: State, expected: State) -> dict[str, Any]:
    """What of a state is not as expected: by name, what is too much and what is missing."""
    wrong: dict[str, Any] = {}
    for name in expected:
        if name in DIFFERING or found.get(name) == expected[name]:
            continue
        ours, theirs = found.get(name), expected[name]
        if isinstance(theirs, list) and isinstance(ours, list):
            wrong[name] = {
                "too much": [row for row in ours if row not in theirs],
                "missing": [row for row in theirs if row not in ours],
                "counts": (len(ours), len(theirs)),
            }
        else:
            wrong[name] = (ours, theirs)
    return wrong


def lost_power(world: World, before: Known, struck: Mapping[str, Any]) -> list[str]:
    """Take back what was not on disk when the fault struck; what that was.

    Names that their folder was not synced with are gone, files that were not synced are cut to
    half. Databases see to their own files, of which only the name may be lost.
    """
    synced = {tuple(pair) for pair in struck["synced"]}
    lost: list[str] = []
    for root, folders, names in os.walk(world.folder):
        place = Path(root)
        kept = {*before.listed.get(str(place), ()), *struck["listed"].get(_inode(place), ())}
        for name in [*folders, *names]:
            path = place / name
            if ".sqlite" in name or ".duckdb." in name or place == world.spill:
                continue
            if name not in kept:
                lost.append(str(path.relative_to(world.folder)))
                shutil.rmtree(path) if path.is_dir() else path.unlink()
            elif path.is_file() and path.suffix in (".json", ".parquet"):
                found = path.stat()
                mark = (found.st_ino, found.st_mtime_ns)
                if mark not in synced and mark not in before.files:
                    lost.append(str(path.relative_to(world.folder)))
                    os.truncate(path, found.st_size // 2)
        folders[:] = [name for name in folders if (place / name).is_dir()]
    return lost


@dataclass(frozen=True)
class Known:
    """What was on disk before a night: names by folder, and files as they were."""

    listed: Mapping[str, list[str]]
    files: frozenset[tuple[int, int]]

    @classmethod
    def of(cls, world: World) -> Known:
        listed = {root: [*folders, *names] for root, folders, names in os.walk(world.folder)}
        paths = [Path(root) / name for root, names in listed.items() for name in names]
        found = [path.stat() for path in paths]
        return cls(listed, frozenset((it.st_ino, it.st_mtime_ns) for it in found))


def _inode(path: Path) -> str:
    return str(path.stat().st_ino)


def fingerprint(world: World) -> dict[str, tuple[int, int, int]]:
    """What every file is now, but those of the databases: size, inode and moment of the change."""
    return {
        str(path.relative_to(world.folder)): (it.st_size, it.st_ino, it.st_mtime_ns)
        for path in sorted(world.folder.rglob("*"))
        if path.is_file() and ".sqlite" not in path.name and ".duckdb" not in path.name
        for it in (path.stat(),)
    }
