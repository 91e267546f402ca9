"""The changes that a run brings of a relation, and what must hold of them before any is applied."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import duckdb

from facade.sinks.sink import Relation, SinkMismatch
from facade.sinks.warehouse import parquet
from facade.sinks.warehouse.connection import Connection
from facade.sinks.warehouse.dialects import Dialect
from facade.sinks.warehouse.parquet import scan
from facade.sinks.warehouse.tables import STAGE
from facade.sinks.warehouse.versions import OPS, same_key
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
        " AND NOT EXISTS (SELECT 1 FROM {changes} r WHERE r.op = 'delete' AND {again})",
        "is new, and is there already",
    ),
)


@dataclass(frozen=True)
class Changes:
    """Changes of a relation where they can be asked for: `place` is SQL for their rows (op, the
    layout's columns, those kept), and `ask` answers a query over it. All raise SinkMismatch.
    """

    run: int
    layout: Layout
    place: str
    ask: Callable[[str], list[tuple[Any, ...]]]
    quoted: Callable[[str], str]

    def counts(self) -> dict[str, int]:
        """How many there are by act."""
        by_act = self.ask(f"SELECT op, count(*) FROM {self.place} s GROUP BY op")
        found = {str(op): int(count) for op, count in by_act}
        if unknown := sorted(set(found) - set(OPS)):
            raise malformed(
                self.run,
                f"{self.layout.relation} has the act {', '.join(unknown)}; known: {', '.join(OPS)}",
            )
        return {op: found[op] for op in OPS if op in found}

    def demand_unique(self) -> None:
        """No key is deleted twice, or brought twice."""
        key = ", ".join(self.quoted(name) for name in self.layout.key)
        for row in self.ask(
            f"SELECT {key} FROM {self.place} s GROUP BY {key}, op = 'delete'"
            f" HAVING count(*) > 1 OR {self.quoted(self.layout.key[0])} IS NULL LIMIT 1"
        ):
            raise malformed(self.run, f"{self._spelled(row)} is there twice, or has no key")

    def demand_owned(self, parents: Changes) -> None:
        """Children are of parents that are new or changed."""
        owner = self.quoted(self.layout.key[0])
        for row in self.ask(
            f"SELECT s.{owner} FROM {self.place} s WHERE NOT EXISTS (SELECT 1"
            f" FROM {parents.place} p WHERE p.id = s.{owner} AND p.op <> 'delete') LIMIT 1"
        ):
            raise malformed(
                self.run,
                f"{self.layout.relation} has children of {parents._spelled(row)},"
                " which did not change",
            )

    def demand_no_gap(self) -> None:
        """They follow on what the current table holds beside them."""
        words = {
            "current": self.quoted(self.layout.table),
            "changes": self.place,
            "same": same_key(self.quoted, self.layout, "t", "s"),
            "again": same_key(self.quoted, self.layout, "r", "s"),
        }
        key = ", ".join(f"s.{self.quoted(name)}" for name in self.layout.key)
        for condition, said in GAPS:
            for row in self.ask(
                f"SELECT {key} FROM {self.place} s WHERE {condition.format(**words)} LIMIT 1"
            ):
                raise SinkMismatch(f"{not_following(self.run)}: {self._spelled(row)} {said}")

    def _spelled(self, key: tuple[Any, ...]) -> str:
        return " ".join([self.layout.relation, *map(str, key)])


def staged(
    run: int,
    connection: Connection,
    dialect: Dialect,
    engine: duckdb.DuckDBPyConnection,
    relation: Relation,
) -> Changes:
    """A relation's changes, made readable in the warehouse."""
    stage = f"{STAGE}{relation.layout.table}"
    dialect.stage(connection, engine, stage, relation)
    return Changes(run, relation.layout, dialect.quoted(stage), connection.rows, dialect.quoted)


def in_files(run: int, engine: duckdb.DuckDBPyConnection, relation: Relation) -> Changes:
    """A relation's changes where the night left them."""

    def ask(query: str) -> list[tuple[Any, ...]]:
        return engine.execute(query).fetchall()

    place = f"({scan(engine, relation, ops=True)})"
    return Changes(run, relation.layout, place, ask, parquet.quoted)


def malformed(run: int, found: str) -> SinkMismatch:
    """Changes that no night of ours brings."""
    return SinkMismatch(f"run {run} cannot be loaded: {found}")


def not_following(run: int) -> str:
    """What is said before what was found."""
    return (
        f"run {run} does not follow on what the warehouse holds: nothing was loaded;"
        " deliver the runs before it first, in their order. Found"
    )
