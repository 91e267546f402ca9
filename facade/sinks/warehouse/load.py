"""One sealed run into the tables, and the proof that it followed on what they held."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import duckdb

from facade.sinks.sink import Delivery, Progress, Relation, SinkMismatch
from facade.sinks.warehouse.children import compare, orphans
from facade.sinks.warehouse.connection import Connection
from facade.sinks.warehouse.dialects import Dialect
from facade.sinks.warehouse.parquet import sums
from facade.sinks.warehouse.readback import counted, holds
from facade.sinks.warehouse.tables import (
    STAGE,
    STEP,
    bring_up,
    current_table,
    describe,
    history_table,
)
from facade.sinks.warehouse.versions import OPS, differing, same_key, statements, valued
from schemas.layout import Layout

# What cannot be where every run before was loaded: a condition on a change `s`, and its words.
GAPS = (
    (
        "s.op IN ('update', 'delete') AND NOT EXISTS (SELECT 1 FROM {current} t WHERE {same})",
        "was changed or deleted, and is not there",
    ),
    (
        "s.op = 'update' AND EXISTS"
        " (SELECT 1 FROM {current} t WHERE {same} AND t.content_hash = s.content_hash)",
        "was changed, and is there as it would be",
    ),
    (
        "s.op = 'insert' AND EXISTS (SELECT 1 FROM {current} t WHERE {same})"
        " AND NOT EXISTS (SELECT 1 FROM {step} r WHERE r.op = 'delete' AND {again})",
        "is new, and is there already",
    ),
)


REPLACED = 50_000
"""From so many updates on, rows are replaced where an update costs by the columns that it sets: it
keeps every old value in memory until the end, and a million were too many for it.
"""


@dataclass(frozen=True)
class Step:
    """What becomes of one relation: the table that has its changes, their number, and by act."""

    table: str
    rows: int
    counts: dict[str, int]


@dataclass(frozen=True)
class Loading:
    """One run on its way into one warehouse: `prepare`, then in one transaction `apply`, `held`.

    `moment` is what its versions bear in the history; `engine` reads its files.
    """

    connection: Connection
    dialect: Dialect
    engine: duckdb.DuckDBPyConnection
    delivery: Delivery
    layouts: Mapping[str, Layout]
    moment: dt.datetime
    progress: Progress
    steps: dict[str, Step] = field(default_factory=dict)

    def prepare(self, described: Mapping[str, str]) -> dict[str, str]:
        """Make tables and columns, and have the changes beside them, proven; no record moves yet.

        `described` is a digest of each table's descriptions; so is the answer. Raises SinkMismatch.
        """
        tables = [
            table
            for layout in self._parents_first()
            for table in (current_table(layout), history_table(layout))
        ]
        bring_up(self.connection, self.dialect, tables)
        now = describe(self.connection, self.dialect, tables, described)
        for relation in self._moving():
            self.steps[relation.layout.relation] = self._step(relation)
        return now

    def apply(self) -> dict[str, dict[str, int]]:
        """Bring all tables to the run's state; records by entity and act."""
        delivered: dict[str, dict[str, int]] = {}
        moment = self.dialect.moment(self.moment)
        for name, step in self.steps.items():
            layout = self.layouts[name]
            replacing = self.dialect.by_column and step.counts.get("update", 0) > REPLACED
            columns = None if replacing else self._differing(layout, step)
            for acts, statement in statements(
                self.dialect, layout, step.table, moment, self.delivery.run, columns, replacing
            ):
                if acts & set(step.counts):
                    self.connection.run(statement)
            self.progress(layout.table, step.rows, step.rows)
            if step.counts and layout.parent is None:
                delivered[name] = step.counts
        return delivered

    def _differing(self, layout: Layout, step: Step) -> list[str] | None:
        """The columns that the updates change; None where it is all one which are set."""
        if not self.dialect.by_column or "update" not in step.counts:
            return None
        (told,) = self.connection.rows(differing(self.dialect, layout, step.table))
        return [name for name, differs in zip(valued(layout), told, strict=True) if differs]

    def held(self) -> dict[str, dict[str, Any]]:
        """Count and hash sum by relation. Raises SinkMismatch where the snapshot has others."""
        return {
            layout.relation: self._demand_snapshot(layout)
            if self._concerns(layout.relation)
            else holds(self.connection, self.dialect, layout)
            for layout in self._parents_first()
        }

    def _moving(self) -> Iterator[Relation]:
        for layout in self._parents_first():
            relation = self.delivery.changes.get(layout.relation)
            if relation and self._moves(relation):
                yield relation

    def _moves(self, relation: Relation) -> bool:
        """Whether it has changes; children also without a file: changed parents lost them all."""
        parent = self.delivery.changes.get(relation.layout.parent or "")
        return bool(relation.rows or (parent and parent.rows))

    def _step(self, relation: Relation) -> Step:
        layout = relation.layout
        stage, total = f"{STAGE}{layout.table}", sums(self.engine, relation)[0]
        self.progress(layout.table, 0, total)
        self.dialect.stage(self.connection, self.engine, stage, relation)
        self._demand_unique(layout, stage)
        table = stage if layout.parent is None else self._compare_children(layout, stage)
        counts = self._counts(layout, table)
        if layout.parent is None:
            self._demand_no_gap(layout, table)
        return Step(table, total, counts)

    def _compare_children(self, layout: Layout, stage: str) -> str:
        """The table with what became of the children: the stage itself where there were none."""
        parent = self.delivery.changes.get(layout.parent or "")
        if parent is None or parent.rows is None:
            raise self._malformed(f"{layout.relation} has changes, and {layout.parent} has none")
        parents = f"{STAGE}{parent.layout.table}"
        for row in self.connection.rows(orphans(self.dialect, layout, stage, parents)):
            raise self._malformed(
                f"{layout.relation} has children of {layout.parent} {_spelled(row)},"
                " which did not change"
            )
        if not self.connection.rows(f"SELECT 1 FROM {self.dialect.quoted(layout.table)} LIMIT 1"):
            return stage
        step = f"{STEP}{layout.table}"
        self.connection.run(compare(self.dialect, layout, stage, parents, step))
        for statement in self.dialect.analyze(step):
            self.connection.run(statement)
        return step

    def _counts(self, layout: Layout, step: str) -> dict[str, int]:
        by_act = self.connection.rows(
            f"SELECT op, count(*) FROM {self.dialect.quoted(step)} GROUP BY op"
        )
        found = {str(op): int(count) for op, count in by_act}
        if unknown := sorted(set(found) - set(OPS)):
            raise self._malformed(
                f"{layout.relation} has the act {', '.join(unknown)}; known: {', '.join(OPS)}"
            )
        return {op: found[op] for op in OPS if op in found}

    def _demand_unique(self, layout: Layout, stage: str) -> None:
        quoted = self.dialect.quoted
        key = ", ".join(quoted(name) for name in layout.key)
        for row in self.connection.rows(
            f"SELECT {key} FROM {quoted(stage)} GROUP BY {key}, op = 'delete'"
            f" HAVING count(*) > 1 OR {quoted(layout.key[0])} IS NULL LIMIT 1"
        ):
            raise self._malformed(
                f"{layout.relation} {_spelled(row)} is there twice, or has no key"
            )

    def _demand_no_gap(self, layout: Layout, step: str) -> None:
        quoted = self.dialect.quoted
        words = {
            "current": quoted(layout.table),
            "step": quoted(step),
            "same": same_key(quoted, layout, "t", "s"),
            "again": same_key(quoted, layout, "r", "s"),
        }
        key = ", ".join(f"s.{quoted(name)}" for name in layout.key)
        for condition, said in GAPS:
            for row in self.connection.rows(
                f"SELECT {key} FROM {quoted(step)} s WHERE {condition.format(**words)} LIMIT 1"
            ):
                raise self._gap(f"{layout.relation} {_spelled(row)} {said}")

    def _demand_snapshot(self, layout: Layout) -> dict[str, Any]:
        """What the snapshot holds of a relation, and the table with it. Raises SinkMismatch."""
        snapshot = self.delivery.snapshot.get(layout.relation)
        count, hash_sum = sums(self.engine, snapshot) if snapshot else (0, "0")
        self.connection.demand(
            counted(self.dialect, layout),
            f"{count} {hash_sum}",
            f"{self._followed_on}: {layout.relation} is not the snapshot's (rows, sum of hashes)",
        )
        return {"count": count, "hash_sum": hash_sum}

    def _concerns(self, name: str) -> bool:
        """Whether the run says anything of a relation: others stay as they are."""
        changes, snapshot = (
            side.get(name) for side in (self.delivery.changes, self.delivery.snapshot)
        )
        return bool((changes and self._moves(changes)) or (snapshot and snapshot.rows))

    def _parents_first(self) -> Iterator[Layout]:
        yield from sorted(self.layouts.values(), key=lambda layout: layout.parent is not None)

    @property
    def _followed_on(self) -> str:
        return (
            f"run {self.delivery.run} does not follow on what the warehouse holds: nothing was"
            " loaded; deliver the runs before it first, in their order. Found"
        )

    def _gap(self, found: str) -> SinkMismatch:
        return SinkMismatch(f"{self._followed_on}: {found}")

    def _malformed(self, found: str) -> SinkMismatch:
        return SinkMismatch(f"run {self.delivery.run} cannot be loaded: {found}")


def _spelled(key: tuple[Any, ...]) -> str:
    return " ".join(str(part) for part in key)
