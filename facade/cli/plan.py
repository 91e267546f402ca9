"""`facade plan`: what a delivery would change at each sink, and its acceptance."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

import click
from rich.console import Console
from rich.table import Table

from facade.cli.bars import bars
from facade.cli.errors import SINK_FAILED, WAITS
from facade.cli.parts import opened_night
from facade.sync.deliver import paused
from facade.sync.holding import due

FIELDS = 10
"""So many fields of a relation are shown; all are in the JSON."""


@click.command()
@click.option("--sink", help="This sink only.")
@click.option("--accept", is_flag=True, help="Accept the plan, and deliver.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.pass_context
def plan(context: click.Context, sink: str | None, accept: bool, as_json: bool) -> None:
    """Show what would be delivered to each sink: records to create, update and delete, the fields
    that differ, and what is suspicious. A changed mapping reaches a sink when it is accepted here.

    Exit status: 0 nothing waits, 5 a plan waits to be accepted, 7 a sink failed.
    """
    with bars(not as_json) as progress, opened_night(sink, progress, reads=False) as night:
        if accept:
            told: dict[str, Any] = {"sinks": night.accept()}
        else:
            plans = {name: it.as_json() for name, it in night.plans().items()}
            for name, planned in plans.items():
                waiting = due(night.ledger, night.var, name, night.sinks[name].every_run)
                planned["waits"] = waiting.waits is not None
                planned["paused"] = paused(night.ledger, name)
                planned["as_held"] = night.sinks[name].every_run
            told = {"plan": plans}
    if as_json:
        click.echo(json.dumps(told, indent=1))
    elif accept:
        for name, taken in told["sinks"].items():
            click.echo(f"sink {name}: {delivered(taken)}")
    else:
        for planned in told["plan"].values():
            show_plan(planned)
            _show_state(planned)
    context.exit(_status(told))


def _status(told: Mapping[str, Any]) -> int:
    if any("failed" in taken for taken in told.get("sinks", {}).values()):
        return SINK_FAILED
    return WAITS if any(planned["waits"] for planned in told.get("plan", {}).values()) else 0


def show_plan(planned: Mapping[str, Any]) -> None:
    """A plan as tables for a person."""
    console = Console()
    title = f"Sink {planned['sink']}: {_way(planned)}"
    if not planned["relations"]:
        click.echo(f"{title}: nothing to deliver")
        return
    click.echo(title)
    table = Table("relation", "holds", "create", "update", "delete")
    for name, relation in planned["relations"].items():
        acts = relation["acts"]
        table.add_row(name, *(f"{n:,}" for n in (relation["holds"], *(acts[a] for a in acts))))
    console.print(table)
    for name, relation in planned["relations"].items():
        for line in _lines(name, relation):
            click.echo(line)
    for line in planned["suspicious"]:
        click.echo(f"suspicious: {line}")


def _way(planned: Mapping[str, Any]) -> str:
    held = planned["holds"]
    start = "nothing" if held is None else f"run {held}"
    changed = ", under a changed mapping" if planned["new_mapping"] else ""
    return f"from {start} to run {planned['run']}{changed}"


def _lines(name: str, relation: Mapping[str, Any]) -> Iterator[str]:
    fields = relation["fields"]
    for field, counts in list(fields.items())[:FIELDS]:
        yield (
            f"{name}.{field}: differs in {counts['differs']:,}"
            f" ({counts['filled']:,} get a value, {counts['emptied']:,} lose it)"
        )
    if len(fields) > FIELDS:
        yield f"{name}: {len(fields) - FIELDS} more fields differ (--json shows all)"
    for act, samples in relation["samples"].items():
        for sample in samples:
            yield f"  {act} {name} {' '.join(sample['key'])}{_changes(sample)}"


def _changes(sample: Mapping[str, Any]) -> str:
    shown = [
        f"{field} {_value(old)} → {_value(new)}"
        for field, (old, new) in list(sample.get("fields", {}).items())[:FIELDS]
    ]
    return f": {'; '.join(shown)}" if shown else ""


def _value(value: str | None) -> str:
    return "null" if value is None else repr(value)


def _show_state(planned: Mapping[str, Any]) -> None:
    if planned["relations"] and not planned["as_held"]:
        click.echo(
            f"{planned['sink']} gets no copy of these records: it is sent what is made of those in"
            " its scope, where that differs from what was sent before"
        )
    if planned["paused"]:
        name = planned["sink"]
        click.echo(f"{name} is {planned['paused']}: `facade sinks resume {name}`")
    if planned["waits"]:
        click.echo(f"{planned['sink']} waits: `facade plan --accept` delivers it")


def delivered(sink: Mapping[str, Any]) -> str:
    """What a sink took, or why it did not, behind its name."""
    if "failed" in sink:
        return f"failed: {sink['failed']}"
    acts = [
        f"{count:,} {entity} {act}"
        for entity, by_act in sink["delivered"].items()
        for act, count in by_act.items()
        if count
    ]
    waits = [sink[word] for word in ("paused", "held") if word in sink]
    parts = [", ".join(acts)] if acts else []
    parts += waits or ([] if acts else ["nothing to deliver"])
    return "; ".join([*parts, f"{sink['parked']:,} parked"])
