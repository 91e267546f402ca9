"""Anything may happen between two nights, and in them: after each, snapshot, refused values and
warehouse are what a plain model says (N1 to N8, D1, D2).
"""

from __future__ import annotations

import contextlib
import datetime as dt
import json
import shutil
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    rule,
    run_state_machine_as_test,
)

from facade.ledger import Ledger, open_ledger
from facade.sinks.warehouse.warehouse import Warehouse, open_warehouse
from facade.snapshots import layers
from facade.snapshots.folder import NightFolder
from facade.sync.errors import NightStopped
from facade.sync.night import Night
from legacy_clients import Access, LegacyCRM, open_crm
from tests.facade.sync.nights import changed
from tests.sampled import each
from tests.torture.small_crm import (
    CREATED,
    FLAGS,
    HOUR,
    LINE_NUMBERS,
    MAPPING,
    MONEY,
    NAMES,
    ODD_STAMPS,
    SECOND,
    SHOWN,
    START,
    Model,
    Record,
    Seen,
    Source,
    Version,
    local,
)

STEPS = 500
"""Steps of one story. The first of a test is the plainest there is, and is not counted."""
QUICK, FULL = 1_000, 200_000
TRIES = 4
"""Stories may end before their time: more are told then."""
PARTS = 40
"""The full number is run in so many tests, each from a seed of its own: the part's number."""
GAPS = (450, 150, 12, 4)
"""So many steps lie between two nights. Short ones, so that a row is often as a night left it but
for one thing; few, since a night costs as much as 500 steps.
"""

ACCOUNTS = st.sampled_from(["C1", "C2", "C3", "C4"])
ORDERS = st.sampled_from(["A1", "A2", "A3  "])
ITEMS = st.sampled_from([("S1", "a"), ("S1", "b.c"), ("S2", "a"), ("S2 ", "b.c")])
LINES = st.tuples(st.sampled_from(["A1", "A1  ", "A2", "A3"]), st.sampled_from([*LINE_NUMBERS]))
OF_NAMES, OF_MONEY = st.sampled_from([*NAMES]), st.sampled_from([*MONEY])
OF_FLAGS, OF_CREATED = st.sampled_from([*FLAGS]), st.sampled_from([*CREATED])
STEPS_OF_CLOCK = st.sampled_from(
    [SECOND, -SECOND, HOUR, 7 * HOUR, -HOUR, 24 * HOUR, -24 * HOUR, 31 * 24 * HOUR]
)
HOW = st.sampled_from(["now", "now", "late", "older", "kept", "kept", "kept", "odd", "odd"])
WHAT: dict[str, tuple[int, tuple[st.SearchStrategy[Any], ...]]] = {
    "open_account": (4, (ACCOUNTS, OF_NAMES, OF_CREATED, HOW)),
    "change_account": (4, (ACCOUNTS, OF_NAMES, OF_MONEY, HOW)),
    "mark_account": (2, (ACCOUNTS, st.sampled_from("01"), HOW)),
    "move_account": (2, (ACCOUNTS, st.sampled_from(["01", "01", "02"]), HOW)),
    "merge_accounts": (1, (ACCOUNTS, ACCOUNTS, HOW)),
    "delete_account": (2, (ACCOUNTS,)),
    "write_terms": (2, (ACCOUNTS, OF_NAMES, st.booleans())),
    "stock_item": (3, (ITEMS, OF_NAMES, OF_FLAGS)),
    "drop_item": (1, (ITEMS,)),
    "write_order": (4, (ORDERS, ACCOUNTS, OF_MONEY, HOW)),
    "drop_order": (1, (ORDERS,)),
    "write_line": (3, (LINES, OF_NAMES)),
    "change_lines": (2, (ORDERS, OF_NAMES)),
    "drop_lines": (1, (st.sampled_from(["A1", "A1  ", "A2", "A3"]),)),
    "set_clock": (1, (STEPS_OF_CLOCK,)),
}
"""Acts by name: how often, and with what."""
ACTS = st.one_of(
    [
        st.tuples(st.just(name), *given)
        for name, (often, given) in WHAT.items()
        for _ in range(often)
    ]
)
NIGHTS = st.tuples(
    st.sampled_from(GAPS),
    st.sampled_from([(), (), (), ("customer",), ("order", "product")]),
    st.sampled_from([False, False, False, True]),
    st.one_of(st.none(), st.integers(0, 20)),
    st.sampled_from([True, True, False]),
    st.sampled_from([False, False, False, True]),
)
"""When the next one is, and of this one: which entities, whether in full, when it is killed,
whether it delivers, and whether it is done again.
"""


class Killed(BaseException):
    """The end of a job that nothing catches."""


@dataclass
class Ground:
    """What all stories share: a CRM, its database, and a folder with one sealed night in it."""

    crm: LegacyCRM
    source: Source
    folder: Path
    now: dt.datetime = START
    stories: int = 0
    told: Counter[str] = field(default_factory=Counter)

    def clock(self) -> dt.datetime:
        return self.now

    @property
    def layouts(self) -> dict[str, Any]:
        entities = self.crm.mapping.entities.values()
        return {name: layout for it in entities for name, layout in it.layouts.items()}

    def warehouse(self, var: Path) -> Warehouse:
        return open_warehouse("warehouse", f"duckdb:///{var / 'warehouse.duckdb'}", self.layouts)


BASE = {
    "acct": [
        {
            "id": key,
            "corp": "01",
            "name": "Harbor Paper",
            "cr_lmt": "12.50",
            "gone": "0",
            "merged_to": None,
            "entered": "2019-01-02 03:04:05",
            "modified": "2030-09-01 00:00:00",
        }
        for key in ("C1", "C2")
    ],
    "acct_mail": [{"acct_id": "C1", "terms": "O'Brien \"|,'"}],
    "item": [{"sku": "S1", "lot": "b.c", "descr": "Harbor Paper", "active": "1"}],
    "ord": [{"no": "A1", "acct_id": "C1", "total": "0", "modified": "2030-09-01 00:00:00"}],
    "ord_line": [{"no": "A1  ", "line_no": "1", "descr": " blank  "}],
}


@pytest.fixture
def ground(monkeypatch: pytest.MonkeyPatch) -> Iterator[Ground]:
    # In memory where there is such a folder: a thousand nights would wait for the disk alone.
    memory = Path("/dev/shm")
    with tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else None) as name:
        yield from made_in(Path(name), monkeypatch)


def made_in(home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Ground]:
    folder = home / "small"
    folder.mkdir()
    (folder / "mapping.toml").write_text(MAPPING, "utf-8")
    source = Source(folder / "crm.sqlite")
    access = Access(odbc=f"DRIVER={{SQLite3}};Database={folder / 'crm.sqlite'}")
    with contextlib.closing(open_crm(str(folder), access)) as crm, contextlib.closing(source.db):
        made = Ground(crm, source, home)
        monkeypatch.setattr(crm, "clock", made.clock)
        source.fill(BASE)
        var = home / "first"
        var.mkdir()
        with open_ledger(f"sqlite:///{var / 'ledger.sqlite'}") as ledger:
            Night(crm, ledger, var, {"warehouse": made.warehouse(var)}).run()
        yield made


class Machine(RuleBasedStateMachine):
    """One story: what people and clocks do to the CRM, and nights now and then."""

    def __init__(self, ground: Ground) -> None:
        super().__init__()
        self.ground, self.source = ground, ground.source
        self.parts = contextlib.ExitStack()

    @initialize()
    def begin(self) -> None:
        """Every story goes on from the same first night."""
        self.ground.stories += 1
        self.ground.now = START
        self.source.fill(BASE)
        self.var = self.ground.folder / f"story{self.ground.stories}"
        shutil.copytree(self.ground.folder / "first", self.var)
        url = f"sqlite:///{self.var / 'ledger.sqlite'}"
        self.ledger: Ledger = self.parts.enter_context(open_ledger(url))
        self.con = self.parts.enter_context(contextlib.closing(duckdb.connect()))
        self.model = Model()
        self.model.seal(self.model.foreseen(self.source.copied(), START))
        self.since, self.gap = 0, GAPS[1]

    def teardown(self) -> None:
        try:
            if hasattr(self, "gap"):
                self.night(GAPS[0], (), False, None, True, False)
        finally:
            self.parts.close()
            if hasattr(self, "var"):
                shutil.rmtree(self.var)

    @rule(act=ACTS, data=st.data())
    def step(self, act: tuple[Any, ...], data: Any) -> None:
        """One act, and a night when it is time. One rule for all: else each story lacks some."""
        name, *given = act
        getattr(self, name)(*given)
        if self.since >= self.gap:
            self.night(*data.draw(NIGHTS))

    # What is done in the CRM

    def stamp(self, how: str) -> dict[str, Any]:
        """What an act does to the stamp of its row."""
        self.count("steps", how)
        if how == "kept":
            return {}
        if how == "odd":
            return {"modified": [*ODD_STAMPS][self.since % 2]}
        behind = {"now": 0, "late": 90, "older": 40_000_000}[how]
        return {"modified": local(self.ground.now - behind * SECOND)}

    def count(self, *what: str) -> None:
        self.ground.told.update(what)
        self.since += "steps" in what

    def open_account(self, key: str, name: Any, entered: Any, how: str) -> None:
        """New, or one that bears a key that was used before; or bears one doubly."""
        stamp = self.stamp(how) or {"modified": "2030-09-01 00:00:00"}
        if len(self.source.held("acct", (key,))) > 1:
            return
        row = BASE["acct"][0] | {"id": key, "name": name, "entered": entered} | stamp
        if self.source.held("acct", (key,)) and self.since % 4:
            self.source.delete("acct", (key,))
        self.source.insert("acct", row)

    def change_account(self, key: str, name: Any, limit: Any, how: str) -> None:
        self.source.update("acct", (key,), name=name, cr_lmt=limit, **self.stamp(how))

    def mark_account(self, key: str, gone: str, how: str) -> None:
        """Soft delete, and back."""
        self.source.update("acct", (key,), gone=gone, **self.stamp(how))

    def move_account(self, key: str, corp: str, how: str) -> None:
        """Out of what exists for us, and back."""
        self.source.update("acct", (key,), corp=corp, **self.stamp(how))

    def merge_accounts(self, key: str, into: str, how: str) -> None:
        self.source.update("acct", (key,), merged_to=into, gone="1", **self.stamp(how))

    def delete_account(self, key: str) -> None:
        self.count("steps")
        self.source.delete("acct", (key,))

    def write_terms(self, key: str, terms: Any, more: bool) -> None:
        """A joined row, which has no stamp; now and then one too many."""
        self.count("steps")
        if not more:
            self.source.delete("acct_mail", (key,))
        if terms is not None and len(self.source.held("acct_mail", (key,))) < 2:
            self.source.insert("acct_mail", {"acct_id": key, "terms": terms})

    def stock_item(self, key: tuple[str, str], descr: Any, active: Any) -> None:
        self.count("steps")
        if self.source.held("item", key):
            self.source.update("item", key, descr=descr, active=active)
        else:
            row = {"sku": key[0], "lot": key[1], "descr": descr, "active": active}
            self.source.insert("item", row)

    def drop_item(self, key: tuple[str, str]) -> None:
        self.count("steps")
        self.source.delete("item", key)

    def write_order(self, key: str, account: str, total: Any, how: str) -> None:
        stamp = self.stamp(how)
        if self.source.held("ord", (key,)):
            self.source.update("ord", (key,), acct_id=account, total=total, **stamp)
        else:
            row = {"no": key, "acct_id": account, "total": total, "modified": None} | stamp
            self.source.insert("ord", row)

    def drop_order(self, key: str) -> None:
        """Its lines stay, as they do in databases without foreign keys."""
        self.count("steps")
        self.source.delete("ord", (key,))

    def write_line(self, line: tuple[str, str], descr: Any) -> None:
        """The order's stamp does not move."""
        self.count("steps")
        if len(self.source.rows["ord_line"]) < 8:
            self.source.insert("ord_line", {"no": line[0], "line_no": line[1], "descr": descr})

    def change_lines(self, key: str, descr: Any) -> None:
        self.count("steps")
        self.source.update("ord_line", (key,), descr=descr)

    def drop_lines(self, key: str) -> None:
        self.count("steps")
        self.source.delete("ord_line", (key,))

    def set_clock(self, step: dt.timedelta) -> None:
        self.count("steps")
        self.ground.now += step

    # Nights

    @property
    def newest(self) -> int:
        run = self.ledger.runs.last_sealed()
        assert run is not None
        return run.number

    def night(
        self,
        gap: int,
        entities: tuple[str, ...],
        full: bool,
        dies: int | None,
        delivers: bool,
        again: bool,
    ) -> None:
        """One night, perhaps killed on the way and done again, perhaps twice."""
        self.count("steps")
        self.since, self.gap = 0, gap
        seen = self.model.foreseen(self.source.copied(), self.ground.now, entities, full)
        if dies is not None and not self.leaves_no_trace(dies, seen, entities, full, delivers):
            seen = self.model.foreseen(self.source.copied(), self.ground.now, entities, full)
        told = self.run(seen, entities, full, delivers)
        assert changed(told) == seen.counts
        self.model.seal(seen)
        self.compare(delivers)
        if again:
            seen = self.model.foreseen(self.source.copied(), self.ground.now, entities, full)
            assert changed(self.run(seen, entities, full, delivers)) == {} == seen.counts
            self.model.seal(seen)
            self.compare(delivers)
            self.count("nights in which nothing had changed")

    def run(
        self, seen: Seen, entities: tuple[str, ...], full: bool, delivers: bool
    ) -> dict[str, Any]:
        """A night that ends well; one that finds all of a table gone, once a person says yes."""
        self.count("nights")
        asked: dict[str, Any] = {"entities": entities, "full": full}
        try:
            told = self.a_night(delivers).run(**asked)
        except NightStopped:
            self.count("guards")
            assert seen.emptied
            return self.a_night(delivers).run(**asked, accepted=("deletes",))
        assert not seen.emptied
        return told

    def a_night(self, delivers: bool) -> Night:
        sinks = {"warehouse": self.ground.warehouse(self.var)} if delivers else {}
        return Night(self.ground.crm, self.ledger, self.var, sinks)

    def leaves_no_trace(
        self, dies: int, seen: Seen, entities: tuple[str, ...], full: bool, delivers: bool
    ) -> bool:
        """A night that is killed when it tells how far it is for the nth time; False if it
        was sealed all the same.
        """
        before, left = self.newest, dies

        def dying(what: str, done: int, total: int) -> None:
            nonlocal left
            left -= 1
            if left < 0:
                raise Killed(what)

        night = self.a_night(delivers)
        night.progress = dying
        accepted = ("deletes",) if seen.emptied else ()
        try:
            night.run(entities=entities, full=full, accepted=accepted)
        except Killed:
            self.count("kills")
        if self.newest == before:
            self.compare(False)
            return True
        self.count("sealed all the same")
        self.model.seal(seen)
        self.compare(False)
        return False

    # What must be

    def compare(self, delivered: bool) -> None:
        """The newest night against the model; the warehouse too, where it is up to date."""
        folder = NightFolder.of(self.var, self.newest)
        for relation in SHOWN:
            rows = layers.relation(folder.snapshot(relation))
            assert self.records(relation, rows) == self.expected(relation)
        refused = [folder.refused(name) for name in SHOWN if folder.refused(name).is_file()]
        columns = "entity, id, field, raw"
        found = self.con.execute(f"SELECT {columns} FROM {layers.scan(refused)}").fetchall()
        assert Counter(found) == self.model.refused
        if not delivered:
            return
        self.count("deliveries")
        path = self.var / "warehouse.duckdb"
        self.con.execute(f"ATTACH {layers.text(path)} AS w (READ_ONLY)").fetchall()
        try:
            for relation in SHOWN:
                table = self.ground.layouts[relation].table
                assert self.records(relation, f'w."{table}"') == self.expected(relation)
                assert self.versions(relation, f'w."{table}_history"') == {
                    key: found for key, found in self.model.history[relation].items() if found
                }
        finally:
            self.con.execute("DETACH w").fetchall()

    def expected(self, relation: str) -> dict[Any, Record]:
        """Records as a table shows them: children are in one of their own."""
        return {
            key: record._replace(children=frozenset())
            for key, record in self.model.state[relation].items()
        }

    def records(self, relation: str, rows: str) -> dict[Any, Record]:
        found: dict[Any, Record] = {}
        sql = f"SELECT {_listed(relation)}, problems FROM {rows}"
        for *told, problems in self.con.execute(sql).fetchall():
            key, values, generation = _parted(relation, told)
            listed = frozenset((it["field"], it["raw"]) for it in json.loads(problems or "[]"))
            assert key not in found
            found[key] = Record(values, listed, frozenset(), generation)
        return found

    def versions(self, relation: str, rows: str) -> dict[Any, list[Version]]:
        """The history by key, in order; each version ends where the next begins, and one is
        open.
        """
        found: dict[Any, list[Version]] = {}
        ends: dict[Any, Any] = {}
        sql = (
            f"SELECT {_listed(relation)}, is_deleted, valid_from, valid_to FROM {rows}"
            " ORDER BY run, valid_from, valid_to NULLS LAST, NOT is_deleted"
        )
        for *told, is_deleted, start, end in self.con.execute(sql).fetchall():
            key, values, generation = _parted(relation, told)
            assert start == ends.get(key, start)
            assert end is None or end >= start
            found.setdefault(key, []).append(Version(values, generation, is_deleted))
            ends[key] = end
        assert not any(ends.values())
        return found


def _listed(relation: str) -> str:
    key = ("order_id", "line_no") if relation == "order.lines" else ("id",)
    own = "generation" if relation != "order.lines" else "NULL"
    return ", ".join((own, *key, *SHOWN[relation]))


def _parted(relation: str, told: list[Any]) -> tuple[Any, tuple[Any, ...], int | None]:
    """Key, values and generation of a row; only customers tell when they were created."""
    width = 2 if relation == "order.lines" else 1
    generation, *rest = told
    if relation != "customer":
        assert generation in (None, 1)
        generation = None
    return tuple(rest[:width]), tuple(rest[width:]), generation


@pytest.mark.parametrize("part", each(PARTS, range(PARTS)))
def test_what_nights_come_to_is_what_a_plain_model_says(
    part: int, ground: Ground, full: bool, figure: Any
) -> None:
    """N1, N2, N3, N4, N5, N6, N7, N8, D1, D2"""
    steps, began = FULL // PARTS if full else QUICK, time.monotonic()
    for tried in range(TRIES):
        left = steps + tried * STEPS - ground.told["steps"]
        if left <= 0:
            break
        tell_stories(ground, part + tried * PARTS, left // STEPS + 2)
    assert ground.told["steps"] >= steps + STEPS
    assert ground.told["kills"] > 0
    figure(stories=ground.stories, seconds=round(time.monotonic() - began), **ground.told)


def tell_stories(ground: Ground, number: int, many: int) -> None:
    run_state_machine_as_test(
        seed(number)(lambda: Machine(ground)),
        settings=settings(
            max_examples=many,
            stateful_step_count=STEPS,
            deadline=None,
            database=None,
            phases=[Phase.generate],  # add Phase.shrink where a story failed: it takes minutes
            print_blob=False,
            suppress_health_check=[*HealthCheck],
        ),
    )
