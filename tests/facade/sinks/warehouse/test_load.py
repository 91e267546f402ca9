"""A load as one transaction: killed, repeated, read meanwhile, out of turn."""

from __future__ import annotations

import pickle
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from facade.sinks.sink import Delivery, Relation, SinkMismatch, SinkUnreachable
from facade.sinks.warehouse import load
from tests.facade.sinks.warehouse.nights import (
    CUSTOMER,
    LINES,
    Nights,
    Target,
    customer,
    empty_database,
    line,
    order,
    silent,
    write,
)
from tests.sampled import each
from tests.servers import PostgreSQL

ROOT = Path(__file__).parents[4]

# Loads a pickled delivery; `stop` is the progress at which the process kills itself, if any.
LOADER = """
import os, pickle, signal, sys
from pathlib import Path
from facade.sinks.warehouse import open_warehouse
url, layouts, delivery, stop = pickle.loads(Path(sys.argv[1]).read_bytes())
def progress(what, done, total):
    if (what, done > 0) == stop:
        os.kill(os.getpid(), signal.SIGKILL)
sink = open_warehouse("warehouse", url, layouts)
print("ready", flush=True)
sink.deliver(delivery, progress)
"""


def loader(
    folder: Path, target: Target, delivery: Delivery, stop: tuple[str, bool] | None
) -> subprocess.Popen[bytes]:
    """A process of its own that loads the delivery; it has written a line when it is about to."""
    job = folder / "job.pickle"
    job.write_bytes(pickle.dumps((target.url, target.layouts, delivery, stop)))
    process = subprocess.Popen(
        [sys.executable, "-c", LOADER, str(job)], cwd=ROOT, stdout=subprocess.PIPE
    )
    assert process.stdout is not None
    assert process.stdout.readline() == b"ready\n"
    return process


def two_nights(nights: Nights) -> tuple[Delivery, Delivery]:
    records = [customer(f"C{n}") for n in range(50)] + [order("O1"), line("O1", 1), line("O1", 2)]
    first = nights.seal(*records)
    second = nights.seal(*records[10:], customer("C0", "b"), customer("N1"), line("O1", 3))
    return first, second


STOPS = [
    ("customers", False),
    ("customers", True),
    ("order_lines", True),
    ("commit", False),
    ("commit", True),
]


@pytest.mark.parametrize(
    "stop", each(3, STOPS), ids=lambda stop: f"{stop[0]}-{'done' if stop[1] else 'begun'}"
)
def test_a_killed_load_leaves_one_effect_after_a_repeat(
    nights: Nights, target: Target, tmp_path: Path, stop: tuple[str, bool]
) -> None:
    """D1"""
    first, second = two_nights(nights)
    target.deliver(first)
    before = target.tables()
    process = loader(tmp_path, target, second, stop)
    with process:
        assert process.wait(60) == -signal.SIGKILL
    killed = target.tables()
    receipt = target.deliver(second)
    after = target.tables()
    assert killed == (after if stop == ("commit", True) else before)
    assert before != after
    assert receipt.delivered == {
        "customer": {"insert": 1, "update": 1, "delete": 9},
        "order": {"update": 1},
    }
    assert target.rows("SELECT count(*) FROM customers") == [(42,)]
    assert target.rows("SELECT count(*) FROM customers_history WHERE run = 2") == [(11,)]


@pytest.mark.parametrize("milliseconds", each(3, [50, 0, 20, 100, 200]))
def test_a_first_load_killed_at_any_moment_is_whole_after_a_repeat(
    duck: Target, tmp_path: Path, milliseconds: int
) -> None:
    """D1: also while the file is being created."""
    path = tmp_path / "customers.parquet"
    rows = [customer(f"C{n}") | {"hash": f"{n:032x}"} for n in range(100_000)]
    write(path, CUSTOMER, rows, ops=False)
    first = {"customer": Relation(CUSTOMER, f"read_parquet('{path}')")}
    delivery = replace(Nights(tmp_path).seal(), changes=first, snapshot=first)
    process = loader(tmp_path, duck, delivery, None)
    with process:
        time.sleep(milliseconds / 1000)
        process.kill()
        assert process.wait(60) == -signal.SIGKILL
    receipt = duck.deliver(delivery)
    assert receipt.delivered == {"customer": {"insert": 100_000}}
    assert duck.rows(
        "SELECT (SELECT count(*) FROM customers), (SELECT count(*) FROM customers_history),"
        " (SELECT count(*) FROM facade_load)"
    ) == [(100_000, 100_000, 1)]
    assert not list(tmp_path.glob("*.creating*"))


# Kills itself where it would call a function while it makes the file.
CREATOR = """
import os, pathlib, pickle, signal, sys
from facade.sinks.warehouse import open_warehouse
url, layouts, delivery, place = pickle.loads(pathlib.Path(sys.argv[1]).read_bytes())
owner, name = {"fsync": (os, "fsync"), "rename": (pathlib.Path, "rename")}[place]
setattr(owner, name, lambda *given: os.kill(os.getpid(), signal.SIGKILL))
open_warehouse("warehouse", url, layouts).deliver(delivery, lambda *told: None)
"""


@pytest.mark.parametrize("place", ["fsync", "rename"])
def test_a_kill_between_making_the_file_and_naming_it_leaves_no_warehouse(
    nights: Nights, duck: Target, tmp_path: Path, place: str
) -> None:
    """D1"""
    first, _ = two_nights(nights)
    job = tmp_path / "job.pickle"
    job.write_bytes(pickle.dumps((duck.url, duck.layouts, first, place)))
    killed = subprocess.run([sys.executable, "-c", CREATOR, str(job)], cwd=ROOT, timeout=60)
    assert killed.returncode == -signal.SIGKILL
    assert (tmp_path / "warehouse.duckdb.creating").exists()
    assert not (tmp_path / "warehouse.duckdb").exists()
    with pytest.raises(SinkMismatch, match="nothing has been loaded yet"):
        duck.sink.verify(first.snapshot)
    assert duck.deliver(first).delivered == {"customer": {"insert": 50}, "order": {"insert": 1}}
    assert not list(tmp_path.glob("*.creating*"))


def test_a_reader_sees_the_state_before_or_after_and_nothing_between(
    nights: Nights, postgresql: PostgreSQL
) -> None:
    """D1"""
    target = empty_database(postgresql)
    first, second = two_nights(nights)
    target.deliver(first)
    seen = []

    def look(what: str, done: int, total: int) -> None:
        counted = target.rows(
            "SELECT (SELECT count(*) FROM customers), (SELECT count(*) FROM order_lines),"
            " (SELECT max(run) FROM facade_load)"
        )
        seen.append((what, done > 0, *counted[0]))

    target.sink.deliver(second, look)
    assert seen == [
        ("customers", False, 50, 2, 1),
        ("orders", False, 50, 2, 1),
        ("order_lines", False, 50, 2, 1),
        ("customers", True, 50, 2, 1),
        ("orders", True, 50, 2, 1),
        ("order_lines", True, 50, 2, 1),
        ("commit", False, 50, 2, 1),
        ("commit", True, 42, 3, 2),
    ]


def test_a_file_that_another_program_has_open_is_unreachable(nights: Nights, duck: Target) -> None:
    first, second = two_nights(nights)
    duck.deliver(first)
    path = duck.url.removeprefix("duckdb:///")
    holder = subprocess.Popen(
        [
            sys.executable,
            "-c",
            f"import duckdb, sys; c = duckdb.connect({path!r});"
            " print('open', flush=True); sys.stdin.read()",
        ],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    with holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"open\n"
        with pytest.raises(SinkUnreachable, match=r"^warehouse: another program has the warehouse"):
            duck.sink.deliver(second, silent)
        assert holder.stdin is not None
        holder.stdin.close()
        assert holder.wait(60) == 0
    assert duck.deliver(second).run == 2


def test_the_same_night_ten_times_gives_identical_tables(nights: Nights, target: Target) -> None:
    """N8"""
    first, second = two_nights(nights)
    receipts = [target.deliver(first, second)]
    tables = target.tables()
    for _ in range(9):
        receipts.append(target.deliver(second))
    assert receipts == [receipts[0]] * 10
    assert target.tables() == tables


def test_nights_in_any_order_give_identical_tables(nights: Nights, target: Target) -> None:
    """N8: one that comes too early is refused, one that is contained is skipped."""
    first, second = two_nights(nights)
    third = nights.seal(customer("C1", "c"), order("O2"), line("O2", 1))
    for early in (second, third):
        with pytest.raises(SinkMismatch, match="does not follow on what the warehouse holds"):
            target.deliver(early)
    target.deliver(first)
    with pytest.raises(SinkMismatch, match="deliver the runs before it first, in their order"):
        target.deliver(third)
    target.deliver(second, third)
    tables = target.tables()
    receipt = target.deliver(third, second, first, second)
    assert receipt.delivered == {
        "customer": {"insert": 1, "update": 1, "delete": 9},
        "order": {"update": 1},
    }
    assert target.tables() == tables


def test_rows_that_are_replaced_give_the_tables_of_rows_that_are_updated(
    nights: Nights, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """N8: on DuckDB the number of updates decides which it is."""
    first, second = two_nights(nights)
    third = nights.seal(customer("C1", "c"), customer("C7"), order("O2"), line("O2", 1))
    found = []
    for name, most in (("updated", 50_000), ("replaced", 0)):
        monkeypatch.setattr(load, "REPLACED", most)
        target = Target(f"duckdb:///{tmp_path / name}.duckdb")
        receipts = [target.deliver(night) for night in (first, second, third)]
        assert receipts[1].delivered["customer"]["update"] == 1
        found.append(target.tables())
    assert found[0] == found[1]


def test_a_night_that_puts_back_what_a_missing_one_changed_is_refused(
    nights: Nights, target: Target
) -> None:
    """N8: the tables would be those of the snapshot, the history would not."""
    first = nights.seal(customer("C1", "a"))
    second = nights.seal(customer("C1", "b"))
    third = nights.seal(customer("C1", "a"))
    target.deliver(first)
    with pytest.raises(SinkMismatch, match="customer C1 was changed, and is there as it would be"):
        target.deliver(third)
    target.deliver(second, third)
    assert target.rows("SELECT name, run FROM customers_history ORDER BY run") == [
        ("a", 1),
        ("b", 2),
        ("a", 3),
    ]


def test_a_warehouse_that_comes_late_starts_from_a_whole_snapshot(
    nights: Nights, target: Target
) -> None:
    first, second = two_nights(nights)
    whole = replace(second, changes=second.snapshot)
    assert target.deliver(whole).delivered == {"customer": {"insert": 42}, "order": {"insert": 1}}
    third = nights.seal(customer("C1", "c"))
    target.deliver(third)
    tables = target.tables()
    assert target.deliver(first).delivered == {}
    assert target.tables() == tables


def test_a_night_without_changes_is_loaded_and_changes_no_record(
    nights: Nights, target: Target
) -> None:
    target.deliver(nights.seal(customer("C1")))
    tables = target.tables()
    receipt = target.deliver(nights.seal(customer("C1")))
    assert receipt.delivered == {}
    assert receipt.holds["customer"]["count"] == 1
    now = target.tables()
    assert [row[0] for row in now.pop("facade_load")] == ["1", "2"]
    del tables["facade_load"]
    assert now == tables


def test_what_is_held_is_what_the_snapshot_sums_to(nights: Nights, target: Target) -> None:
    delivery = nights.seal(order("O1"), line("O1", 1), line("O1", 2))
    hashes = [row["hash"] for row in nights.state["order.lines"]]
    assert target.deliver(delivery).holds == {
        "customer": {"count": 0, "hash_sum": "0"},
        "order": {"count": 1, "hash_sum": str(int(nights.state["order"][0]["hash"][:15], 16))},
        "order.lines": {"count": 2, "hash_sum": str(sum(int(found[:15], 16) for found in hashes))},
    }


def test_relations_that_a_night_says_nothing_of_stay_as_they_are(
    nights: Nights, target: Target
) -> None:
    target.deliver(nights.seal(customer("C1"), order("O1")))
    only = nights.seal(customer("C1", "b"))
    del only.changes["order"], only.snapshot["order"]  # type: ignore[attr-defined]
    del only.changes["order.lines"], only.snapshot["order.lines"]  # type: ignore[attr-defined]
    assert target.deliver(only).holds["order"]["count"] == 1


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([customer("C1") | {"op": "insert"}] * 2, "customer C1 is there twice, or has no key"),
        ([customer("C1") | {"op": "upsert"}], "customer has the act upsert; known: insert, update"),
        (
            [customer("C9") | {"op": "delete"}],
            "customer C9 was changed or deleted, and is not there",
        ),
    ],
)
def test_changes_that_cannot_be_are_refused(
    nights: Nights, target: Target, tmp_path: Path, rows: list[dict[str, object]], message: str
) -> None:
    delivery = nights.seal(customer("C1"))
    path = tmp_path / "bad.parquet"
    write(path, CUSTOMER, [row | {"hash": "a" * 32} for row in rows], ops=True)
    bad = {**delivery.changes, "customer": Relation(CUSTOMER, f"read_parquet('{path}')")}
    with pytest.raises(SinkMismatch, match=message):
        target.deliver(replace(delivery, changes=bad))
    assert target.deliver(delivery).delivered == {"customer": {"insert": 1}}


def test_children_of_a_parent_that_did_not_change_are_refused(
    nights: Nights, target: Target, tmp_path: Path
) -> None:
    delivery = nights.seal(order("O1"))
    path = tmp_path / "orphans.parquet"
    write(path, LINES, [line("O2", 1) | {"hash": "a" * 32}], ops=False)
    bad = {**delivery.changes, "order.lines": Relation(LINES, f"read_parquet('{path}')")}
    with pytest.raises(SinkMismatch, match=r"order.lines has children of order O2, which did not"):
        target.deliver(replace(delivery, changes=bad))
