"""One sealed run into the tables, and the proof that it followed on what they held."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import duckdb

from facade.sinks.sink import Delivery, Progress, Relation
from facade.sinks.warehouse.changes import Changes, in_files, malformed, not_following, staged
from facade.sinks.warehouse.children import compare
from facade.sinks.warehouse.connection import Connection
from facade.sinks.warehouse.dialects import Dialect
from facade.sinks.warehouse.history import bring_up_history
from facade.sinks.warehouse.parquet import size, sums
from facade.sinks.warehouse.readback import counted, holds
from facade.sinks.warehouse.tables import (
    LOADED_RUN,
    STEP,
    VALID_FROM,
    Table,
    bring_up,
    current_table,
    describe,
    keep_unique,
    past_table,
)
from facade.sinks.warehouse.versions import differing, statements, valued
from schemas.layout import Layout

REPLACED = 50_000
"""From so many updates on, rows are replaced where an update costs by the columns that it sets: it
keeps every old value in memory until the end, and a million were too many for it.
"""


@dataclass(frozen=True)
class Step:
    """What becomes of one relation: the table that has its changes (none where they go straight
    into an empty one), their number, and by act.
    """

    relation: Relation
    table: str | None
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
    made: list[Table] = field(default_factory=list)

    def prepare(self, described: Mapping[str, str]) -> dict[str, str]:
        """Make tables and columns, and have the changes beside them, proven; no record moves yet.

        `described` is a digest of each table's descriptions; so is the answer. Raises SinkMismatch.
        """
        tables = [
            table
            for layout in self._parents_first()
            for table in (current_table(layout), past_table(layout))
        ]
        self.made.extend(bring_up(self.connection, self.dialect, tables))
        views = [
            bring_up_history(self.connection, self.dialect, layout)
            for layout in self._parents_first()
        ]
        now = describe(self.connection, self.dialect, (*tables, *views), described)
        prove = self._straight if self._is_first(tables) else self._staged
        changes: dict[str, Changes] = {}
        for relation in self._moving():
            self.steps[relation.layout.relation] = prove(relation, changes)
        return now

    def apply(self) -> dict[str, dict[str, int]]:
        """Bring all tables to the run's state; records by entity and act."""
        delivered: dict[str, dict[str, int]] = {}
        for name, step in self.steps.items():
            layout = step.relation.layout
            if step.table is None:
                self._fill(step.relation)
            else:
                self._change(layout, step.table, step.counts)
            self.progress(layout.table, step.rows, step.rows)
            if step.counts and layout.parent is None:
                delivered[name] = step.counts
        keep_unique(self.connection, self.dialect, self.made)
        return delivered

    def held(self) -> dict[str, dict[str, Any]]:
        """Count and hash sum by relation. Raises SinkMismatch where the snapshot has others."""
        return {
            layout.relation: self._demand_snapshot(layout)
            if self._concerns(layout.relation)
            else holds(self.connection, self.dialect, layout)
            for layout in self._parents_first()
        }

    def _is_first(self, tables: Collection[Table]) -> bool:
        """Whether nothing was there, and all is new: then there is nothing to compare with."""
        return (
            self.dialect.fill is not None
            and len(self.made) == len(tables)
            and all(
                set(in_files(self.delivery.run, self.engine, relation).counts()) <= {"insert"}
                for relation in self._moving()
            )
        )

    def _straight(self, relation: Relation, proven: dict[str, Changes]) -> Step:
        """The first rows of a table, proven where they lie."""
        changes = in_files(self.delivery.run, self.engine, relation)
        self._prove(changes, proven)
        counts = changes.counts()
        total = sum(counts.values())
        self.progress(relation.layout.table, 0, total)
        return Step(relation, None, total, counts)

    def _staged(self, relation: Relation, proven: dict[str, Changes]) -> Step:
        layout = relation.layout
        total = size(self.engine, relation)
        self.progress(layout.table, 0, total)
        changes = staged(self.delivery.run, self.connection, self.dialect, self.engine, relation)
        self._prove(changes, proven)
        if layout.parent is not None:
            changes = self._compared(changes, proven[layout.parent])
        counts = changes.counts()
        if layout.parent is None:
            changes.demand_no_gap()
        return Step(relation, changes.place, total, counts)

    def _prove(self, changes: Changes, proven: dict[str, Changes]) -> None:
        """What must hold of changes wherever they lie; `proven` are those before."""
        layout = changes.layout
        changes.demand_unique()
        if layout.parent is not None:
            parent = self.delivery.changes.get(layout.parent)
            if parent is None or parent.rows is None:
                raise malformed(
                    self.delivery.run,
                    f"{layout.relation} has changes, and {layout.parent} has none",
                )
            changes.demand_owned(proven[layout.parent])
        proven[layout.relation] = changes

    def _compared(self, children: Changes, parents: Changes) -> Changes:
        """What became of the children: the changes themselves where there were none before."""
        layout = children.layout
        if not self.connection.rows(f"SELECT 1 FROM {self.dialect.quoted(layout.table)} LIMIT 1"):
            return children
        step = f"{STEP}{layout.table}"
        self.connection.run(compare(self.dialect, layout, children.place, parents.place, step))
        for statement in self.dialect.analyze(step):
            self.connection.run(statement)
        return replace(children, place=self.dialect.quoted(step))

    def _fill(self, relation: Relation) -> None:
        assert self.dialect.fill is not None
        state = (
            f"CAST({self.delivery.run} AS {LOADED_RUN.duck}) AS {LOADED_RUN.name},"
            f" {self.dialect.moment(self.moment)} AS {VALID_FROM.name}"
        )
        self.dialect.fill(self.connection, self.engine, relation, state)

    def _change(self, layout: Layout, changes: str, counts: Mapping[str, int]) -> None:
        replacing = self.dialect.by_column and counts.get("update", 0) > REPLACED
        columns = None
        if self.dialect.by_column and "update" in counts and not replacing:
            (told,) = self.connection.rows(differing(self.dialect, layout, changes))
            columns = [name for name, differs in zip(valued(layout), told, strict=True) if differs]
        moment, run = self.dialect.moment(self.moment), self.delivery.run
        for acts, statement in statements(
            self.dialect, layout, changes, moment, run, columns, replacing
        ):
            if acts & set(counts):
                self.connection.run(statement)

    def _moving(self) -> Iterator[Relation]:
        for layout in self._parents_first():
            relation = self.delivery.changes.get(layout.relation)
            if relation and self._moves(relation):
                yield relation

    def _moves(self, relation: Relation) -> bool:
        """Whether it has changes; children also without a file: changed parents lost them all."""
        parent = self.delivery.changes.get(relation.layout.parent or "")
        return bool(relation.rows or (parent and parent.rows))

    def _demand_snapshot(self, layout: Layout) -> dict[str, Any]:
        """What the snapshot holds of a relation, and the table with it. Raises SinkMismatch."""
        snapshot = self.delivery.snapshot.get(layout.relation)
        count, hash_sum = sums(self.engine, snapshot) if snapshot else (0, "0")
        self.connection.demand(
            counted(self.dialect, layout),
            f"{count} {hash_sum}",
            f"{not_following(self.delivery.run)}:"
            f" {layout.relation} is not the snapshot's (rows, sum of hashes)",
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
