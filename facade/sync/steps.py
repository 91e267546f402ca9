"""A step: a run that brings one sink from what it holds to a state, by the difference."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from pathlib import Path

import duckdb

from facade.ledger import Ledger
from facade.ledger.leases import Lease
from facade.ledger.runs import Run
from facade.snapshots import layers
from facade.snapshots.folder import NightFolder
from facade.sync.differing import Side, find, merged, retyped, side
from facade.sync.engine import engine
from facade.sync.errors import NightStopped
from facade.sync.holding import kept_by
from facade.sync.unsealed import discard
from schemas.layout import COUNTED, Column, Layout
from schemas.sql_form import quoted


def seal_step(
    ledger: Ledger,
    var: Path,
    lease: Lease,
    kind: str,
    sink: str,
    target: Run,
    layouts: Mapping[str, Layout],
) -> Run:
    """Write and seal a step of a sink to a state. Nothing is delivered yet.

    Raises NightStopped where a column is of another type there than the sink holds it, or what it
    holds is not kept any more; LeaseLost.
    """
    last = ledger.deliveries.last(sink)
    number = ledger.runs.begin(kind, dt.datetime.now(dt.UTC), lease)
    night = NightFolder.of(var, number)
    try:
        night.begin()
        held = kept_by(ledger, var, sink)
        with engine(night.work) as con:
            goal = NightFolder.of(var, target.number)
            told = {
                parent: _entity(con, relations, night, goal, held)
                for parent, relations in families(layouts)
            }
        said = {
            "sink": sink,
            "state": target.number,
            "from": last.run if last else None,
            "entities": told,
        }
        if "looked_at" in (target.summary or {}):
            said["looked_at"] = (target.summary or {})["looked_at"]
        # For whoever reads any run's file: a step reads no table.
        night.finish({"tables": {}, "step": said, "mapping": target.mapping_hash})
        assert target.mapping_hash is not None
        ledger.runs.seal(number, dt.datetime.now(dt.UTC), said, target.mapping_hash)
    except BaseException:
        discard(ledger, var, number)
        raise
    sealed = ledger.runs.get(number)
    assert sealed is not None
    return sealed


def families(layouts: Mapping[str, Layout]) -> Iterator[tuple[str, list[Layout]]]:
    """Each entity with its own layout and then its children's."""
    for name, layout in layouts.items():
        if layout.parent is None:
            yield name, [layout, *(it for it in layouts.values() if it.parent == name)]


def layouts_of(var: Path, run: Run, layouts: Mapping[str, Layout]) -> dict[str, Layout]:
    """The layouts of a step: the columns of what the sink held and of what it is brought to."""
    night = NightFolder.of(var, run.number)
    found = {}
    with duckdb.connect() as con:
        for name, layout in layouts.items():
            written = side(con, night.changes(name))
            lies = written if written.columns else side(con, night.snapshot(name))
            if lies.columns:
                columns = merged(layout, lies, Side(None, {}))
                found[name] = Layout(
                    name, layout.table, layout.key, columns, layout.description, layout.parent
                )
    return found


def _entity(
    con: duckdb.DuckDBPyConnection,
    relations: list[Layout],
    night: NightFolder,
    goal: NightFolder,
    held: NightFolder | None,
) -> dict[str, int]:
    """One entity and its children: changes, and the snapshot as links; records by act."""
    sides = {
        layout.relation: (
            side(con, goal.snapshot(layout.relation)),
            side(con, held.snapshot(layout.relation) if held else None),
        )
        for layout in relations
    }
    for relation, (new, old) in sides.items():
        _demand_types(relation, new, old)
    recast = any(
        new.columns and old.columns and new.columns != old.columns for new, old in sides.values()
    )
    entity, *children = relations
    new, old = sides[entity.relation]
    found = find(con, entity, new, old, recast)
    if found or recast:
        _write_entity(con, entity, new, old, night)
        for child in children:
            _write_children(con, child, *sides[child.relation], night)
    for relation in sides:
        layers.link(goal.snapshot(relation), night.snapshot(relation))
    return found


def _demand_types(relation: str, new: Side, old: Side) -> None:
    if names := retyped(new, old):
        raise NightStopped(
            f"{relation}: {', '.join(names)} would be of another type than the sink holds:"
            " nothing was delivered. Give the field another name in the mapping, or change the"
            " column's type in the sink, `facade replay`, and `facade plan`"
        )


def _write_entity(
    con: duckdb.DuckDBPyConnection, layout: Layout, new: Side, old: Side, night: NightFolder
) -> None:
    columns = merged(layout, new, old)
    parts = []
    if old.columns:
        parts.append(
            f"SELECT 'delete' AS op, {_columns(columns, old, 'x.generation')} FROM {old.rows} x"
            " JOIN differing d ON d.id = x.id WHERE d.op IN ('delete', 'reuse')"
        )
    if new.columns:
        parts.append(
            "SELECT CASE d.op WHEN 'reuse' THEN 'insert' ELSE d.op END AS op,"
            f" {_columns(columns, new, 'x.generation')} FROM {new.rows} x"
            " JOIN differing d ON d.id = x.id WHERE d.op <> 'delete'"
        )
    target = night.changes(layout.relation)
    layers.write(con, " UNION ALL ".join(parts), target)


def _write_children(
    con: duckdb.DuckDBPyConnection, layout: Layout, new: Side, old: Side, night: NightFolder
) -> None:
    if not new.columns:
        return
    owner = quoted(layout.key[0])
    layers.write(
        con,
        f"SELECT 'insert' AS op, {_columns(merged(layout, new, old), new)} FROM {new.rows} x"
        f" WHERE x.{owner} IN (SELECT id FROM differing WHERE op <> 'delete')",
        night.changes(layout.relation),
    )


def _columns(columns: tuple[Column, ...], of: Side, *more: str) -> str:
    listed = [
        f"x.{quoted(column.name)}"
        if column.name in of.columns
        else f"CAST(NULL AS {column.duck}) AS {quoted(column.name)}"
        for column in columns
    ]
    return ", ".join([*listed, *more, f"x.{COUNTED}"])
