"""Nights whose heavy work is shared by a Dask cluster: a scheduler and two workers, each a process
of its own.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import pickle
import shutil
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import duckdb
import pytest

from facade.cli.errors import explain
from facade.cli.worker import carry_out
from facade.config import SettingError, read_settings
from facade.sinks.warehouse import Warehouse, open_warehouse
from facade.snapshots import layers
from facade.snapshots.folder import NightFolder
from facade.sync import spread
from facade.sync.cluster import Cluster, Crew
from facade.sync.errors import ClusterAway
from facade.sync.night import Night
from facade.sync.units import Done, Look, Unit
from fixtures.atlas import Atlas
from legacy_clients import crm_folder, open_crm
from legacy_clients.errors import BusinessFault, Busy, Misconfigured, NotKept, Unfit
from legacy_clients.pace import Hours
from legacy_clients.tables import Ranged, Reading
from tests.facade.cli.conftest import here
from tests.facade.sync.clusters import ROOT, SLOW, DaskCluster, slowly
from tests.facade.sync.nights import SCALE, Nights, access_of, odbc_of
from tests.processes import settled
from tests.servers import free_port


def refusing(unit: Unit) -> Done:
    """What a worker does whose database is full."""
    if isinstance(unit, Look):
        return carry_out(unit)
    raise Busy("the database is full", retry_after=7.5)


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
        return Cluster(**{"address": self.dask.address, "carry_out": carry_out, **how})

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
    monkeypatch.setattr(spread, "READ_CELLS", 3_000)
    monkeypatch.setattr(spread, "PART_ROWS", 20)


@pytest.fixture
def units(monkeypatch: pytest.MonkeyPatch) -> list[Unit]:
    """What is submitted to the cluster."""
    noted: list[Unit] = []

    class Noting(Crew):
        def _begun(self, unit: Unit, *rest: Any) -> Any:
            noted.append(unit)
            return super()._begun(unit, *rest)

    monkeypatch.setattr("facade.sync.cluster.Crew", Noting)
    return noted


def warehouse(nights: Nights) -> Warehouse:
    file = nights.var / "warehouse.duckdb"
    return open_warehouse("warehouse", f"duckdb:///{file}", nights.night().layouts)


def held(nights: Nights) -> dict[str, list[tuple[object, ...]]]:
    """Every row of a warehouse, without the moments at which it was loaded."""
    with duckdb.connect(str(nights.var / "warehouse.duckdb"), read_only=True) as con:
        tables = [
            row[0] for row in con.execute("SELECT table_name FROM duckdb_tables()").fetchall()
        ]
        return {
            name: con.execute(
                f"SELECT COLUMNS(lambda c: c NOT IN ('valid_from', 'valid_to')) FROM \"{name}\""
                " ORDER BY ALL"
            ).fetchall()
            for name in sorted(tables)
            if not name.startswith("facade_")
        }


def differing(one: NightFolder, other: NightFolder, kind: str) -> list[str]:
    """The relations of a kind that are not the same in two nights, whatever the order of rows."""
    found = []
    names = {
        it.relative_to(side.path) for side in (one, other) for it in side.path.glob(f"{kind}/*")
    }
    assert names
    with duckdb.connect() as con:
        for name in sorted(names):
            left, right = (
                f"SELECT * FROM {layers.relation(it.path / name)}" for it in (one, other)
            )
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


def demand_both_worked(ground: Ground, cluster: Cluster) -> None:
    """Each worker looked, read and translated."""
    pids = {str(process.pid) for process in ground.dask.workers}
    assert len(pids) == 2
    for kind in ("Look", "ReadRange", "TranslatePart"):
        assert {worker.split(":")[1] for worker, of in cluster.done if of == kind} == pids


@pytest.mark.long
def test_a_night_on_a_cluster_is_that_of_one_machine_and_no_unit_says_where_the_crm_is(
    ground: Ground, tmp_path: Path, units: list[Unit]
) -> None:
    cluster = ground.cluster()
    with ground.nights(cluster) as shared, ground.plain(tmp_path) as plain:
        told = shared.run()
        assert told["certificate"] == plain.run()["certificate"] == "agrees"
        demand_same(shared, plain)
        demand_both_worked(ground, cluster)
        assert not (shared.folder.path / "work").exists()
        certificate = json.loads(shared.folder.certificate.read_text("utf-8"))
    read = sum(entity["read"] for entity in told["entities"].values())
    assert certificate["load"]["database"]["rows"] > read > 0
    ranges = sum(n for (_, kind), n in cluster.done.items() if kind == "ReadRange")
    assert certificate["load"]["database"]["statements"] > 2 * ranges
    assert {type(unit).__name__ for unit in units} == {"Look", "ReadRange", "TranslatePart"}
    assert len(units) == cluster.done.total()
    sent = b"".join(pickle.dumps((carry_out, unit)) for unit in units)
    assert b"SELECT" in sent
    for secret in (odbc_of(ground.atlas), str(ground.atlas.database), str(ground.var), "DRIVER"):
        assert secret.encode() not in sent
    # Logs show units: keys are not among what they show.
    assert not any("SELECT" in repr(unit) for unit in units)


@pytest.mark.long
def test_nights_with_changes_bring_the_same_from_a_cluster(ground: Ground, tmp_path: Path) -> None:
    cluster = ground.cluster()
    with ground.nights(cluster) as shared, ground.plain(tmp_path) as plain:
        sinks = warehouse(shared), warehouse(plain)
        for full in (False, True, False, True):
            told = shared.run(sinks[0], full=full)
            assert told["certificate"] == plain.run(sinks[1], full=full)["certificate"] == "agrees"
            demand_same(shared, plain)
            assert held(shared) == held(plain)
            assert shared.verified() == []
            shared.sql("UPDATE CUSTMAST SET NAME = NAME || '.' WHERE rowid % 3 = 0")
            shared.sql("UPDATE PRODMAST SET WGT_LB = 'heavy' WHERE rowid = ?", shared.newest.number)
            shared.sql("DELETE FROM ACTIV WHERE ACT_NO = ?", shared.key("ACTIV", "ACT_NO"))
        assert told["entities"]["customer"]["updated"] > 0
        assert told["entities"]["activity"]["deleted"] == 1
    demand_both_worked(ground, cluster)


@pytest.mark.long
def test_a_replay_is_shared_too_and_a_run_between_nights_is_not(ground: Ground) -> None:
    cluster = ground.cluster()
    with ground.nights(cluster) as shared:
        shared.run()
        state, before = shared.state(), cluster.done.copy()
        assert shared.night().replay(again=True) is not None
        assert {kind for _, kind in cluster.done - before} == {"Look", "TranslatePart"}
        assert shared.state() == state
        before = cluster.done.copy()
        stamp = "20250601120000"
        shared.sql("UPDATE CUSTMAST SET NAME = 'Now', UPD_STMP = ? WHERE rowid = 1", stamp)
        shared.night().changes()
        assert cluster.done == before


@pytest.mark.long
def test_the_unit_of_a_worker_that_is_killed_in_its_midst_is_carried_out_by_another(
    ground: Ground, tmp_path: Path
) -> None:
    cluster = ground.cluster(carry_out=slowly)
    with ground.dask.worker() as third:
        ground.dask.wait_for(3)
        with ground.nights(cluster) as shared, ground.plain(tmp_path) as plain:
            marker = shared.var / SLOW / str(third.pid)
            killed = []

            def kill() -> None:
                if settled(marker.exists, 60.0):
                    killed.append(third.pid)
                    third.kill()

            killing = threading.Thread(target=kill)
            killing.start()
            told = shared.run()
            killing.join()
            assert told["certificate"] == plain.run()["certificate"] == "agrees"
            demand_same(shared, plain)
    # It rested in its first unit when it was killed, and so has none to its name.
    assert killed == [third.pid]
    assert {kind for worker, kind in cluster.done if worker.endswith(f":{third.pid}")} == {"Look"}


@pytest.mark.long
def test_where_all_workers_die_the_night_ends_and_the_next_one_is_right(
    ground: Ground, tmp_path: Path
) -> None:
    with DaskCluster.start(tmp_path / "dask", ground.dask.environ, workers=1) as alone:
        alone.wait_for(1)
        (worker,) = alone.workers
        cluster = Cluster(alone.address, slowly, bereft=2.0)
        with ground.nights(cluster) as shared:
            marker = shared.var / SLOW / str(worker.pid)
            killed = []

            def kill() -> None:
                if settled(marker.exists, 60.0):
                    killed.append(worker.pid)
                    worker.kill()

            killing = threading.Thread(target=kill)
            killing.start()
            with pytest.raises(ClusterAway, match="has no worker left; start what is missing"):
                shared.run()
            killing.join()
            assert killed == [worker.pid]
            demand_nothing_left_and_next_night_right(ground, shared, tmp_path)


@pytest.mark.long
def test_where_the_scheduler_dies_the_night_ends_and_the_next_one_is_right(
    ground: Ground, tmp_path: Path
) -> None:
    with DaskCluster.start(tmp_path / "dask", ground.dask.environ, workers=1) as alone:
        alone.wait_for(1)
        cluster = Cluster(alone.address, slowly, patience=2.0)
        with ground.nights(cluster) as shared:
            marker = shared.var / SLOW / str(alone.workers[0].pid)
            killed = []

            def kill() -> None:
                if settled(marker.exists, 60.0):
                    killed.append(alone.scheduler.pid)
                    alone.scheduler.kill()

            killing = threading.Thread(target=kill)
            killing.start()
            with pytest.raises(ClusterAway, match="went while the night was at work"):
                shared.run()
            killing.join()
            assert killed == [alone.scheduler.pid]
            demand_nothing_left_and_next_night_right(ground, shared, tmp_path)


def demand_nothing_left_and_next_night_right(
    ground: Ground, shared: Nights, tmp_path: Path
) -> None:
    """Nothing is sealed, no folder stays, and a night without the cluster is that of any other."""
    assert shared.ledger.runs.last_sealed() is None
    assert list((shared.var / "runs").glob("*")) == []
    shared.cluster = None
    with ground.plain(tmp_path) as plain:
        assert shared.run()["certificate"] == plain.run()["certificate"] == "agrees"
        demand_same(shared, plain)


def test_without_a_scheduler_it_is_said_how_to_start_one(ground: Ground) -> None:
    address = f"tcp://127.0.0.1:{free_port()}"
    with ground.nights(ground.cluster(address=address, patience=0.5)) as shared:
        with pytest.raises(ClusterAway) as raised:
            shared.run()
        assert str(raised.value) == (
            f"FACADE_DASK: no scheduler answers at {address} within 0.5 s; start what is missing"
            f" with `dask scheduler` and `dask worker {address}`, or unset FACADE_DASK to do all on"
            " this machine"
        )
        told = explain(raised.value)
        assert told is not None
        assert (told.status, told.text) == (5, str(raised.value))
        assert shared.ledger.runs.last_sealed() is None
        assert list((shared.var / "runs").glob("*")) == []


def test_an_address_that_is_none_is_a_wrong_setting(ground: Ground) -> None:
    with (
        ground.nights(ground.cluster(address="nowhere://here", patience=0.5)) as shared,
        pytest.raises(SettingError, match=r"FACADE_DASK is 'nowhere://here', by which no sch"),
    ):
        shared.run()


@pytest.mark.long
def test_without_workers_it_is_said_how_to_start_some(ground: Ground, tmp_path: Path) -> None:
    with DaskCluster.start(tmp_path / "dask", {}, workers=0) as empty:
        settled(lambda: "Scheduler at" in empty.log, 30.0)
        with ground.nights(Cluster(empty.address, carry_out, patience=3.0)) as shared:
            with pytest.raises(ClusterAway, match=rf"{empty.address} has no worker; start what is"):
                shared.run()
            demand_nothing_left_and_next_night_right(ground, shared, tmp_path)


@pytest.mark.long
def test_a_worker_with_another_folder_is_found_before_anything_is_read(
    ground: Ground, tmp_path: Path
) -> None:
    with ground.dask.worker(FACADE_VAR=str(tmp_path / "elsewhere")):
        ground.dask.wait_for(3)
        with ground.nights(ground.cluster()) as shared:
            with pytest.raises(Misconfigured) as raised:
                shared.run()
            text = str(raised.value)
            assert text.startswith(f"the worker on {socket.gethostname()} does not see the night's")
            assert f"FACADE_VAR is {tmp_path / 'elsewhere'} there; give it the same folder" in text
            told = explain(raised.value)
            assert told is not None
            assert (told.status, told.text) == (2, text)
            demand_nothing_left_and_next_night_right(ground, shared, tmp_path)


@pytest.mark.long
def test_a_worker_with_another_mapping_is_found_before_anything_is_read(
    ground: Ground, tmp_path: Path
) -> None:
    shutil.copytree(crm_folder("atlas"), tmp_path / "crm")
    mapping = tmp_path / "crm" / "mapping.toml"
    written = mapping.read_text("utf-8")
    mapping.write_text(written.replace("America/Chicago", "America/Denver"), "utf-8")
    with ground.dask.worker(FACADE_CRM=str(tmp_path / "crm")):
        ground.dask.wait_for(3)
        with ground.nights(ground.cluster()) as shared:
            with pytest.raises(Misconfigured, match="has another mapping than the night") as raised:
                shared.run()
            told = explain(raised.value)
            assert told is not None
            assert told.status == 2
            demand_nothing_left_and_next_night_right(ground, shared, tmp_path)


@pytest.mark.long
def test_a_worker_without_settings_says_which_is_missing(ground: Ground, tmp_path: Path) -> None:
    settings = {"FACADE_VAR": str(ground.var), "FACADE_CRM": "atlas"}
    with DaskCluster.start(tmp_path / "dask", settings, workers=1) as alone:
        alone.wait_for(1)
        with (
            ground.nights(Cluster(alone.address, carry_out)) as shared,
            pytest.raises(SettingError, match=r"the worker on .*: FACADE_ODBC .* is missing"),
        ):
            shared.run()


def test_what_a_worker_raises_arrives_as_it_was_and_others_are_given_up(ground: Ground) -> None:
    cluster = ground.cluster(carry_out=refusing)
    with ground.nights(cluster) as shared:
        with pytest.raises(Busy, match=r"^table \w+: the database is full$") as raised:
            shared.run()
        assert raised.value.retry_after == 7.5
        assert shared.ledger.runs.last_sealed() is None
        assert list((shared.var / "runs").glob("*")) == []


ERRORS = (
    Busy("full", retry_after=7.5),
    BusinessFault("E1", "no credit", "limit"),
    NotKept("C1", ("name",), partly=True),
    Unfit("name", "too long"),
    Misconfigured("no table"),
    ClusterAway("gone"),
    SettingError("missing"),
)


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: type(error).__name__)
def test_errors_cross_from_one_process_to_another(error: Exception) -> None:
    again = pickle.loads(pickle.dumps(error))
    assert type(again) is type(error)
    assert (str(again), again.args, vars(again)) == (str(error), error.args, vars(error))


def rows_of(*readings: Reading) -> list[tuple[Any, ...]]:
    """The rows of readings, in order."""
    return sorted(
        tuple(row.values())
        for reading in readings
        for batch in reading.batches
        for row in batch.to_pylist()
    )


def test_the_ranges_of_a_table_are_all_of_it_once(ground: Ground) -> None:
    with closing(open_crm("atlas", access_of(ground.atlas))) as crm:
        table = crm.table("ORDLIN")
        assert isinstance(table, Ranged)
        ranges = list(table.ranges(100))
        assert len(ranges) >= 3
        whole = rows_of(table.whole(crm.clock()))
        assert rows_of(*map(table.range, ranges)) == whole != []
        assert list(table.ranges(len(whole) + 1)) == []


def test_of_a_database_that_is_to_be_spared_no_ranges_are_told(ground: Ground) -> None:
    for pause, told in ((0.0, True), (0.001, False)):
        access = replace(access_of(ground.atlas), pause=pause)
        with closing(open_crm("atlas", access)) as crm:
            table = crm.table("CUSTMAST")
            assert isinstance(table, Ranged)
            assert bool(list(table.ranges(10))) is told


@pytest.mark.long
@pytest.mark.parametrize(
    "spared",
    [{"pause": 0.001}, {"hours": Hours(dt.time(0), dt.time(23, 59, 59), "UTC")}],
    ids=["pause", "hours"],
)
def test_a_database_that_is_to_be_spared_is_read_from_one_place(
    ground: Ground, spared: dict[str, Any]
) -> None:
    cluster = ground.cluster()
    with ground.nights(cluster) as shared:
        crm = open_crm("atlas", replace(access_of(ground.atlas), **spared))
        with closing(shared.crm):
            shared.crm = crm
        with closing(crm):
            assert shared.run(entities=("customer",))["certificate"] == "agrees"
    assert {kind for _, kind in cluster.done} == {"Look", "TranslatePart"}


@pytest.mark.long
def test_the_command_takes_the_cluster_of_its_settings(ground: Ground, tmp_path: Path) -> None:
    shutil.rmtree(ground.var, ignore_errors=True)
    status, out, err = here(ground.environ, "sync", "customer", "--json")
    told = json.loads(out)
    assert (status, told["certificate"], err) == (3, "agrees", "")
    assert told["seconds"]["join cluster"] > 0
    (tmp_path / "facade.toml").write_text(f'dask = "{ground.dask.address}"\n', "utf-8")
    assert read_settings({}, tmp_path).dask == ground.dask.address


@pytest.mark.long
def test_a_night_without_a_cluster_loads_no_dask(ground: Ground) -> None:
    shutil.rmtree(ground.var, ignore_errors=True)
    program = (
        "import sys; from facade.cli.parts import opened_night\n"
        "with opened_night() as night: told = night.run(entities=('user',))\n"
        "assert 'join cluster' not in told['seconds']\n"
        "assert not {'dask', 'distributed', 'tornado'} & set(sys.modules)\n"
    )
    environ = {name: value for name, value in ground.environ.items() if name != "FACADE_DASK"}
    subprocess.run([sys.executable, "-c", program], env=environ, check=True, cwd=ROOT, timeout=60)


def test_without_dask_the_setting_says_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(SettingError, match=r"^FACADE_DASK needs dask: pip install 'crm-facade\[da"):
        Cluster("tcp://127.0.0.1:8786", carry_out)
