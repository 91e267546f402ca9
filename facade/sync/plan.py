"""What a delivery would change at a sink: records by act, fields by how many differ, samples, and
what is suspicious.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import duckdb

from facade.ledger import Ledger
from facade.ledger.runs import Run
from facade.snapshots.folder import NightFolder
from facade.sync.differing import Side, find, retyped, rows_in, side
from facade.sync.guards import FEW, MAX_DELETES, MAX_UPDATES
from facade.sync.holding import held_by, kept_by, state_of
from schemas.layout import Layout
from schemas.sql_form import quoted

SAMPLES = 3
"""So many records are shown of each act."""
LONGEST = 60
"""Characters of a value in a sample; what is longer ends with …"""
ACTS = ("create", "update", "delete")


@dataclass(frozen=True)
class FieldPlan:
    """One field over the records updated: in how many it differs, and in how many of these it comes
    or goes.
    """

    differs: int
    filled: int
    emptied: int


@dataclass(frozen=True)
class RelationPlan:
    """One relation: how many the sink holds, records by act, fields, samples."""

    holds: int
    acts: dict[str, int]
    fields: dict[str, FieldPlan] = field(default_factory=dict)
    added: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()
    samples: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    suspicious: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        return not any(self.acts.values()) and not self.added and not self.left_out


@dataclass(frozen=True)
class Plan:
    """What would bring a sink from what it holds to a state; relations that differ alone.

    `holds` is the number of the state that it is in, None before its first delivery.
    """

    sink: str
    holds: int | None
    run: int
    new_mapping: bool
    relations: dict[str, RelationPlan]

    @property
    def suspicious(self) -> list[str]:
        return [text for planned in self.relations.values() for text in planned.suspicious]

    def as_json(self) -> dict[str, Any]:
        return asdict(self) | {"suspicious": self.suspicious}


def plan(
    con: duckdb.DuckDBPyConnection,
    ledger: Ledger,
    var: Path,
    sink: str,
    target: Run,
    layouts: Mapping[str, Layout],
) -> Plan:
    """What a delivery of the state `target` would change of these relations at a sink."""
    held = held_by(ledger, sink)
    goal = NightFolder.of(var, target.number)
    have = kept_by(ledger, var, sink)
    found = {
        name: _relation(con, layout, goal, have, first=held is None)
        for name, layout in layouts.items()
    }
    return Plan(
        sink=sink,
        holds=state_of(held) if held else None,
        run=target.number,
        new_mapping=held is not None and held.mapping_hash != target.mapping_hash,
        relations={name: it for name, it in found.items() if not it.is_empty},
    )


def _relation(
    con: duckdb.DuckDBPyConnection,
    layout: Layout,
    goal: NightFolder,
    have: NightFolder | None,
    first: bool,
) -> RelationPlan:
    name = layout.relation
    new, old = side(con, goal.snapshot(name)), side(con, have.snapshot(name) if have else None)
    if have is not None and _same_files(goal.snapshot(name), have.snapshot(name)):
        return RelationPlan(rows_in(con, old), dict.fromkeys(ACTS, 0))
    renamed = bool(new.columns and old.columns) and set(new.columns) != set(old.columns)
    ops = find(con, layout, new, old, renamed or bool(retyped(new, old)))
    reused = ops.get("reuse", 0)
    acts = {
        "create": ops.get("insert", 0) + reused,
        "update": ops.get("update", 0),
        "delete": ops.get("delete", 0) + reused,
    }
    holds = rows_in(con, old)
    fields = _fields(con, layout, new, old) if acts["update"] else {}
    left_out = [column for column in old.columns if column not in new.columns]
    planned = RelationPlan(
        holds=holds,
        acts=acts,
        fields=fields,
        added=() if first else tuple(it for it in new.columns if it not in old.columns),
        left_out=tuple(left_out) if new.columns else (),
        samples={} if first else _samples(con, layout, new, old, list(fields)),
    )
    told = () if first else tuple(_suspicions(con, name, planned, new, old))
    return RelationPlan(**{**vars(planned), "suspicious": told})


def _same_files(one: Path, other: Path) -> bool:
    """Whether two relations are links to the same files: nothing differs then."""
    mine = {path.stat().st_ino for path in one.rglob("*.parquet")}
    return bool(mine) and mine == {path.stat().st_ino for path in other.rglob("*.parquet")}


def _joined(layout: Layout, new: Side, old: Side, op: str = "update") -> str:
    """SQL for both sides of the records that an act is planned for."""
    keys = [quoted(name) for name in layout.key]

    def same(alias: str) -> str:
        return " AND ".join(f"{alias}.{key} IS NOT DISTINCT FROM d.{key}" for key in keys)

    return (
        f"differing d JOIN {new.rows} n ON {same('n')} JOIN {old.rows} o ON {same('o')}"
        f" WHERE d.op = '{op}'"
    )


def _compared(layout: Layout, new: Side, old: Side) -> dict[str, tuple[str, str]]:
    """SQL of both values of each column that could differ; text where the types do."""
    found = {}
    for name, duck in new.columns.items():
        if name in layout.key:
            continue
        mine, other = f"n.{quoted(name)}", f"o.{quoted(name)}"
        held = old.columns.get(name)
        if held is None:
            other = f"CAST(NULL AS {duck})"
        elif held != duck:
            mine, other = f"CAST({mine} AS VARCHAR)", f"CAST({other} AS VARCHAR)"
        found[name] = (mine, other)
    for name, held in old.columns.items():
        if name not in new.columns and name not in layout.key:
            found[name] = (f"CAST(NULL AS {held})", f"o.{quoted(name)}")
    return found


def _fields(
    con: duckdb.DuckDBPyConnection, layout: Layout, new: Side, old: Side
) -> dict[str, FieldPlan]:
    compared = _compared(layout, new, old)
    counts = ", ".join(
        f"count(*) FILTER ({mine} IS DISTINCT FROM {other}),"
        f" count(*) FILTER ({other} IS NULL AND {mine} IS NOT NULL),"
        f" count(*) FILTER ({mine} IS NULL AND {other} IS NOT NULL)"
        for mine, other in compared.values()
    )
    (row,) = con.execute(f"SELECT {counts} FROM {_joined(layout, new, old)}").fetchall()
    found = {
        name: FieldPlan(*row[3 * place : 3 * place + 3]) for place, name in enumerate(compared)
    }
    ordered = sorted(found, key=lambda name: -found[name].differs)
    return {name: found[name] for name in ordered if found[name].differs}


def _samples(
    con: duckdb.DuckDBPyConnection, layout: Layout, new: Side, old: Side, fields: list[str]
) -> dict[str, list[dict[str, Any]]]:
    """The first few records of each act, by key; of those updated the values before and after."""
    keys = ", ".join(f"d.{quoted(name)}" for name in layout.key)
    found: dict[str, list[dict[str, Any]]] = {}
    for act, ops in (("create", "'insert', 'reuse'"), ("delete", "'delete', 'reuse'")):
        rows = con.execute(
            f"SELECT {keys} FROM differing d WHERE op IN ({ops}) ORDER BY ALL LIMIT {SAMPLES}"
        ).fetchall()
        found[act] = [{"key": [str(part) for part in row]} for row in rows]
    if fields:
        found["update"] = list(_updated(con, layout, new, old, keys, fields))
    return {act: shown for act, shown in found.items() if shown}


def _updated(
    con: duckdb.DuckDBPyConnection,
    layout: Layout,
    new: Side,
    old: Side,
    keys: str,
    fields: list[str],
) -> Iterator[dict[str, Any]]:
    compared = _compared(layout, new, old)
    values = ", ".join(f"{compared[name][1]}, {compared[name][0]}" for name in fields)
    width = len(layout.key)
    rows = con.execute(
        f"SELECT {keys}, {values} FROM {_joined(layout, new, old)} ORDER BY {keys} LIMIT {SAMPLES}"
    ).fetchall()
    for row in rows:
        pairs = {
            name: [_shown(value) for value in row[width + 2 * place : width + 2 * place + 2]]
            for place, name in enumerate(fields)
        }
        yield {
            "key": [str(part) for part in row[:width]],
            "fields": {name: pair for name, pair in pairs.items() if pair[0] != pair[1]},
        }


def _shown(value: Any) -> str | None:
    if value is None:
        return None
    text = str(value)
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


def _suspicions(
    con: duckdb.DuckDBPyConnection, name: str, planned: RelationPlan, new: Side, old: Side
) -> Iterator[str]:
    """What a person should look at before it is delivered."""
    holds, deleted = planned.holds, planned.acts["delete"]
    if 0 < holds <= deleted or (deleted >= FEW and deleted > MAX_DELETES * holds):
        yield f"{name}: {deleted:,} of {holds:,} records would be deleted"
    had, has = _filled(con, old), _filled(con, new)
    for column in retyped(new, old):
        yield (
            f"{name}.{column}: it would be {new.columns[column]}, and is held as"
            f" {old.columns[column]}: a warehouse will refuse that"
        )
    for column in planned.left_out:
        yield (
            f"{name}.{column}: it would not be delivered any more; {had[column]:,} have a value:"
            " a warehouse will refuse the load until the column is dropped or renamed there"
        )
    for column, differing in planned.fields.items():
        if column not in old.columns or column not in new.columns:
            continue
        if had[column] and not has[column]:
            yield f"{name}.{column}: null in every record; {had[column]:,} have a value now"
        elif differing.emptied >= FEW and differing.emptied > MAX_DELETES * had[column]:
            yield f"{name}.{column}: {differing.emptied:,} of {had[column]:,} would lose the value"
        elif differing.differs >= FEW and differing.differs > MAX_UPDATES * holds:
            yield f"{name}.{column}: it would change in {differing.differs:,} of {holds:,} records"


def _filled(con: duckdb.DuckDBPyConnection, of: Side) -> dict[str, int]:
    """By column how many records have a value."""
    if not of.columns:
        return {}
    counts = ", ".join(f"count({quoted(name)})" for name in of.columns)
    (row,) = con.execute(f"SELECT {counts} FROM {of.rows}").fetchall()
    return dict(zip(of.columns, row, strict=True))
