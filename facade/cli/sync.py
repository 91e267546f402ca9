"""`facade sync`, a night, and `facade verify`, its certificate recomputed."""

from __future__ import annotations

import json
from typing import Any

import click
from rich.console import Console
from rich.table import Table

from facade.cli.bars import bars
from facade.cli.parts import opened_night
from facade.sync import certify

NEW_REFUSALS = 3
SINK_FAILED = 7
DISAGREES = 9


@click.command()
@click.argument("entities", nargs=-1, metavar="[ENTITY…]")
@click.option("--full", is_flag=True, help="Read every row in full and compare by content.")
@click.option("--sink", help="Deliver to this sink only.")
@click.option(
    "--accept",
    multiple=True,
    type=click.Choice(["deletes", "updates"]),
    help="Let a night pass whose deletes or updates are many.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead of a table.")
@click.pass_context
def sync(
    context: click.Context,
    entities: tuple[str, ...],
    full: bool,
    sink: str | None,
    accept: tuple[str, ...],
    as_json: bool,
) -> None:
    """Run a night: read what changed in the CRM, deliver it, give back what the TMS knows.

    Exit status: 0 all well, 2 a setting or mapping is wrong, 3 new refused values, 4 another job
    is at work, 5 a guard stopped the night, 6 the CRM failed, 7 a sink failed, 8 the ledger
    failed, 9 the certificate disagrees, 130 stopped by Ctrl-C.
    """
    with bars(not as_json) as progress, opened_night(sink, progress) as night:
        for name in entities:
            night.crm.mapped(name)
        told = night.run(entities, full, accept)
    if as_json:
        click.echo(json.dumps(told, indent=1))
    else:
        show(told)
    context.exit(status_of(told))


def status_of(told: dict[str, Any]) -> int:
    if any("failed" in sink for sink in told["sinks"].values()):
        return SINK_FAILED
    if told["certificate"] != "agrees":
        return DISAGREES
    return NEW_REFUSALS if told["new_refusals"] else 0


def show(told: dict[str, Any]) -> None:
    """A night as tables for a person."""
    console = Console()
    table = Table(
        "entity", "read", "inserted", "updated", "deleted", "refused", title=f"Night {told['run']}"
    )
    for name, counts in told["entities"].items():
        words = ("read", "inserted", "updated", "deleted", "refused")
        table.add_row(name, *(f"{counts[word]:,}" for word in words))
    console.print(table)
    for name, sink in told["sinks"].items():
        if "failed" in sink:
            console.print(f"sink {name} failed: {sink['failed']}")
            continue
        acts = [
            f"{count:,} {entity} {act}"
            for entity, by_act in sink["delivered"].items()
            for act, count in by_act.items()
            if count
        ]
        console.print(
            f"sink {name}: {', '.join(acts) or 'nothing to deliver'}; {sink['parked']:,} parked"
        )
    agrees = told["certificate"]
    console.print(f"certificate: {agrees if agrees == 'agrees' else '; '.join(agrees)}")
    if told["new_refusals"]:
        console.print(f"{told['new_refusals']} values that could not be read are new")


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.pass_context
def verify(context: click.Context, as_json: bool) -> None:
    """Recompute the newest night's certificate from its files, and compare what the warehouses
    hold.

    Exit status: 0 it agrees, 9 it does not.
    """
    with opened_night() as night:
        run = night.newest()
        found = certify.verify(night.ledger, night.var, run, night.crm.mapping)
        found += certify.verify_sinks(night.var, run, night.sinks, night.layouts)
    if as_json:
        click.echo(json.dumps({"run": run.number, "certificate": found or "agrees"}))
    else:
        click.echo(f"night {run.number}: " + ("; ".join(found) or "agrees"))
    context.exit(DISAGREES if found else 0)
