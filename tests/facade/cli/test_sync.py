"""`facade sync` and `facade verify` as a scheduler meets them: exit status, JSON, and kill -9."""

from __future__ import annotations

import datetime as dt
import json
import time
from pathlib import Path

import duckdb
import pytest

from facade.ledger import open_ledger
from facade.snapshots import layers
from facade.snapshots.folder import NightFolder
from tests.facade.cli.conftest import Command, here
from tests.facade.sync.nights import Nights, read

OLD = "20250601120000"


@pytest.mark.long
def test_the_exit_status_is_3_for_new_refusals_and_0_when_nothing_is_new(fresh: Command) -> None:
    """F2, N7"""
    command = fresh
    status, first = command.json("sync")
    assert status == 3
    assert first["new_refusals"] >= len(command.atlas.manifest.poisoned) > 0
    assert first["certificate"] == "agrees"
    assert first["sinks"]["warehouse"]["delivered"]["customer"]["insert"] > 0
    status, second = command.json("sync")
    assert (status, second["run"], second["new_refusals"]) == (0, 2, 0)
    command.sql(f"UPDATE PRODMAST SET WGT_LB = 'heavy', UPD_STMP = {OLD} WHERE rowid = 1")
    status, out, err = command.apart("sync", "--json")
    third = json.loads(out)
    assert (status, third["new_refusals"], err) == (3, 1, "")
    assert third["entities"]["product"] == {
        "read": 1,
        "inserted": 0,
        "updated": 1,
        "deleted": 0,
        "refused": first["entities"]["product"]["refused"] + 1,
    }
    assert command.json("sync")[0] == 0
    assert command.json("verify") == (0, {"run": 4, "certificate": "agrees"})


def test_a_guard_stops_with_status_5_and_says_how_to_go_on(command: Command) -> None:
    """N5"""
    command.sql("DELETE FROM ACTIV")
    status, out, err = command.run("sync", "--json")
    assert (status, out) == (5, ""), err
    assert err.endswith("If that is right, run again with --accept deletes\n")
    assert command.json("sync", "--accept", "deletes")[0] == 0


@pytest.mark.long
def test_verify_finds_what_the_warehouse_and_the_snapshot_no_longer_agree_on(
    fresh: Command,
) -> None:
    assert fresh.run("sync")[0] == 3
    assert fresh.sink is not None
    with duckdb.connect(fresh.sink) as con:
        con.execute(
            "UPDATE customers SET name = 'Doctored' WHERE id = (SELECT min(id) FROM customers)"
        )
    status, told = fresh.json("verify")
    assert status == 9
    assert len(told["certificate"]) == 1
    assert "sink warehouse: customers" in told["certificate"][0]
    assert "differs in name" in told["certificate"][0]


@pytest.mark.long
def test_verify_before_the_first_night_says_what_to_do(fresh: Command) -> None:
    status, out, err = fresh.apart("verify")
    assert (status, out) == (5, "")
    assert err == "facade: no night has been sealed yet: run `facade sync` first\n"


@pytest.mark.parametrize(
    ("words", "status", "said"),
    [
        (
            ("sync", "--sink", "nowhere"),
            2,
            "facade: there is no sink 'nowhere'; known: warehouse\n",
        ),
        (("sync", "invoice"), 2, "facade: the mapping of atlas has no invoice; it has"),
    ],
)
def test_a_wrong_word_is_named_with_the_known_ones(
    fresh: Command, words: tuple[str, ...], status: int, said: str
) -> None:
    found, out, err = fresh.run(*words)
    assert (found, out) == (status, "")
    assert err.startswith(said)


def reached(moment: str, var: Path) -> bool:
    """Whether the second night has come so far."""
    night = NightFolder.of(var, 2)
    return {
        "reading": lambda: night.current("CUSTMAST").is_dir(),
        "translating": lambda: (night.work / "all" / "contact").is_dir(),
        "comparing": lambda: night.snapshot("order").is_dir(),
    }[moment]()


@pytest.mark.long
@pytest.mark.parametrize("moment", ["translating", "reading", "comparing"])
def test_after_kill_9_the_next_run_gives_the_state_of_a_run_without_the_fault(
    command: Command, tmp_path: Path, moment: str
) -> None:
    """N6"""
    for table in ("CUSTMAST", "CONTACT", "ORDHDR", "ACTIV"):
        command.sql(f"UPDATE {table} SET UPD_STMP = {OLD} WHERE rowid < 5")
    command.sql("UPDATE ORDLIN SET QTY = '5' WHERE rowid = 40")
    command.sql("DELETE FROM ACTIV WHERE rowid = 20")
    with command.start("sync", "--full") as process:
        due = time.monotonic() + 60
        while not reached(moment, command.var) and time.monotonic() < due:
            if process.poll() is not None:
                break
        process.kill()
        process.communicate(timeout=60)
    assert process.returncode == -9
    with open_ledger(f"sqlite:///{command.var / 'ledger.sqlite'}") as ledger:
        # The kill hit: a run was begun, and is not sealed.
        assert [run.number for run in ledger.runs.unsealed()] == [2]
        assert ledger.runs.last_sealed().number == 1
    status, told = command.json("sync")
    assert (status, told["run"], told["certificate"]) == (0, 3, "agrees")
    assert sorted(path.name for path in (command.var / "runs").iterdir()) == ["000001", "000003"]
    with Nights.of_atlas(command.atlas, tmp_path / "other") as other:
        other.run()
        for relation in other.night().layouts:
            rows = layers.rows(NightFolder.of(command.var, 3).snapshot(relation))
            columns = ", ".join(f'"{name}"' for name in other.night().layouts[relation].names)
            assert read(rows, f"{columns}, hash") == other.snapshot(relation, f"{columns}, hash")
    assert command.json("verify") == (0, {"run": 3, "certificate": "agrees"})


def test_a_night_prints_where_its_report_is_and_a_run_between_nights_what_it_left(
    command: Command,
) -> None:
    """N1"""
    status, out, err = command.run("sync", "user")
    assert (status, err) == (0, "")
    report = command.var / "runs" / "000002" / "report.html"
    assert out.replace("\n", "").endswith(f"report: {report}")
    assert report.is_file()
    status, out, err = command.run("sync", "order", "--changes-only")
    assert (status, err) == (0, "")
    assert out.startswith("nothing changed, and nothing was sealed\n")
    assert (
        "looked at recent stamps only, of order; left to the night:\n  rows that are gone\n" in out
    )
    status, out, err = command.run("sync", "--changes-only", "--full")
    assert (status, out) == (2, "")
    assert "leave --full, --dry-run and --accept mapping to a whole night" in err


@pytest.mark.long
def test_outside_the_hours_a_night_says_when_it_may_go_on(command: Command) -> None:
    hour = dt.datetime.now(dt.UTC).hour
    begin, end = (hour + 2) % 24, (hour + 4) % 24
    hours = {"FACADE_CRM_HOURS": f"{begin:02}:00-{end:02}:00 UTC"}
    for words in (("sync",), ("sync", "order", "--changes-only")):
        status, out, err = here(command.environ | hours, *words)
        assert (status, out) == (6, "")
        assert f"within {begin:02}:00-{end:02}:00 UTC (FACADE_CRM_HOURS) alone: go on from" in err
    assert sorted(path.name for path in (command.var / "runs").iterdir()) == ["000001"]
    # What is verified is our own: at any hour.
    assert here(command.environ | hours, "verify")[0] == 0
