"""Nights whose heavy work is shared by a Dask cluster: a scheduler and two workers, each a process
of its own.
"""

from __future__ import annotations

import os
import pickle
import shutil
import signal
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import duckdb
import pytest

from facade.cli.errors import explain
from facade.cli.worker import carry_out
from facade.config import SettingError
from facade.sinks.warehouse import Warehouse, open_warehouse
from facade.snapshots import layers
from facade.snapshots.folder import NightFolder
from facade.sync import spread
from facade.sync.cluster import Cluster
from facade.sync.errors import ClusterAway
from facade.sync.night import Night
from facade.sync.units import ReadRange, Unit
from fixtures.atlas import Atlas
from legacy_clients import open_crm
from legacy_clients.errors import (
    BusinessFault,
    Busy,
    LegacyError,
    Misconfigured,
    NotKept,
    Unfit,
)
from tests.facade.cli.conftest import here
from tests.facade.sync.clusters import SLOW, DaskCluster, slowly
from tests.facade.sync.nights import SCALE, Nights, access_of, odbc_of
from tests.processes import settled
from tests.servers import free_port

OLD = "20250601120000"
ROWS = "facade-"


@dataclass
class Shared(Nights):
    """Nights that a cluster shares."""

    cluster: Cluster | None = None

    def night(self, *sinks: object) -> Night:
        return replace(super().night(*sinks), cluster=self.cluster)


@dataclass(frozen=True)
class Ground:
    """An Atlas, a cluster whose workers know it, and the folder that they share with nights."""

    atlas: Atlas
    dask: DaskCluster
    var: Path

    def cluster(self, **how: object) -> Cluster:
        return Cluster(self.dask.address, **{"carry_out": carry_out, **how})

    @contextmanager
    def nights(self, cluster: Cluster | None, crm: str = "atlas") -> Iterator[Nights]:
        """Nights of which none has been, in the folder that the workers know."""
        shutil.rmtree(self.var, ignore_errors=True)
        access = access_of(self.atlas)
        with Shared.over(open_crm(crm, access), self.var, self.atlas) as opened:
            opened.cluster = cluster
            yield opened

    @contextmanager
    def plain(self, folder: Path) -> Iterator[Nights]:
        """Nights over the same Atlas without a cluster."""
        with Nights.of_atlas(self.atlas, folder / "plain") as opened:
            yield opened

    @property
    def environ(self) -> dict[str, str]:
        return {"PATH": os.environ["PATH"], **self.dask.environ, "FACADE_DASK": self.dask.address}


@pytest.fixture(scope="module")
def ground(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ground]:
    folder = tmp_path_factory.mktemp("cluster")
    var = folder / "var"
    with Atlas.start(folder / "atlas", SCALE) as atlas:
        environ = {"FACADE_CRM": "atlas", "FACADE_ODBC": odbc_of(atlas), "FACADE_VAR": str(var)}
        with DaskCluster.start(folder / "dask", environ) as dask:
            dask.wait_for(2)
            yield Ground(atlas, dask, var)


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Atlas's tables are large enough to be shared."""
    monkeypatch.setattr(spread, "READ_CELLS", 1_000)
    monkeypatch.setattr(spread, "PART_ROWS", 20)


def warehouse(nights: Nights) -> Warehouse:
    file = nights.var / "warehouse.duckdb"
    return open_warehouse("warehouse", f"duckdb:///{file}", nights.night().layouts)


def held(nights: Nights) -> dict[str, list[tuple[object, ...]]]:
    """Every row of a warehouse, without the moments at which it was loaded."""
    with duckdb.connect(str(nights.var / "warehouse.duckdb"), read_only=True) as con:
        tables = [row[0] for row in con.execute("SELECT table_name FROM duckdb_tables()").fetchall()]
        return {
            name: con.execute(
                f"SELECT COLUMNS(c -> c NOT IN ('valid_from', 'valid_to')) FROM \"{name}\""
                " ORDER BY ALL"
            ).fetchall()
            for name in sorted(tables)
            if not name.startswith("facade_")
        }


def differing(one: NightFolder, other: NightFolder, kind: str) -> list[str]:
    """The relations of a kind that are not the same in two nights, whatever the order of rows."""
    found = []
    names = {it.relative_to(side.path) for side in (one, other) for it in side.path.glob(f"{kind}/*")}
    assert names
    with duckdb.connect() as con:
        for name in sorted(names):
            left, right = (f"SELECT * FROM {layers.relation(it.path / name)}" for it in (one, other))
            for pair in ((left, right), (right, left)):
                (rows,) = con.execute(
                    f"SELECT count(*) FROM ({pair[0]} EXCEPT ALL {pair[1]})"
                ).fetchall()
                if rows != (0,):
                    found.append(f"{name}: {rows[0]}")
    return found


def demand_same(shared: Nights, plain: Nights) -> None:
    """Two nights hold the same, in all that is kept of them."""
    for kind in ("current", "snapshot", "changes"):
        assert differing(shared.folder, plain.folder, kind) == []
    assert shared.refused() == plain.refused() != []
    assert held(shared) == held(plain)


def test_two_nights_on_a_cluster_are_those_of_one_machine(ground: Ground, tmp_path: Path) -> None:
    cluster = ground.cluster()
    with ground.nights(cluster) as shared, ground.plain(tmp_path) as plain:
        sinks = warehouse(shared), warehouse(plain)
        told = shared.run(sinks[0])
        assert told["certificate"] == plain.run(sinks[1])["certificate"] == "agrees"
        demand_same(shared, plain)
        units = cluster.done.copy()
        shared.sql("UPDATE CUSTMAST SET NAME = 'Changed' WHERE rowid % 3 = 0")
        shared.sql("DELETE FROM ACTIV WHERE ACT_NO = ?", shared.key("ACTIV", "ACT_NO"))
        shared.sql("UPDATE PRODMAST SET WGT_LB = 'heavy' WHERE rowid = 1")
        told = shared.run(sinks[0], full=True)
        assert told["entities"]["customer"]["updated"] > 0
        assert told["entities"]["activity"]["deleted"] == 1
        assert told["certificate"] == plain.run(sinks[1], full=True)["certificate"] == "agrees"
        demand_same(shared, plain)
        assert shared.verified() == []
        load = shared.crm.load()["database"]
    pids = {f":{process.pid}" for process in ground.dask.workers}
    for kind in ("Look", "ReadRange", "TranslatePart"):
        assert {f":{worker.split(':')[1]}" for worker, of in units if of == kind} == pids
    ranges = sum(n for (_, kind), n in cluster.done.items() if kind == "ReadRange")
    assert load.statements > 2 * ranges
    assert load.rows > 2 * shared_rows(ground.atlas)


def shared_rows(atlas: Atlas) -> int:
    """How many rows two whole nights read of the tables that are read by ranges, at least."""
    return atlas.manifest.rows["ORDHDR"] + atlas.manifest.rows["ORDLIN"]
