"""`facade sync`: a night, or a run between nights."""

from __future__ import annotations

import json
from typing import Any

import click
from rich.console import Console
from rich.table import Table

from facade.cli.bars import bars
from facade.cli.errors import DISAGREES, NEW_REFUSALS, SINK_FAILED, WAITS
from facade.cli.parts import opened_night
from facade.cli.plan import delivered, show_plan
from facade.sync.night import MAPPING


@click.command()
@click.argument("entities", nargs=-1, metavar="[ENTITY…]")
@click.option("--full", is_flag=True, help="Read every row in full and compare by content.")
@click.option("--sink", help="Deliver to this sink only.")
@click.option(
    "--accept",
    multiple=True,
    type=click.Choice(["deletes", "updates", MAPPING]),
    help="Let a night pass whose deletes or updates are many; or deliver a changed mapping.",
)
@click.option(
    "--changes-only",
    is_flag=True,
    help="Between nights: look at recent stamps only. Deletes and late commits wait for the night.",
)
@click.option("--dry-run", "dry", is_flag=True, help="Deliver nothing; say what would be.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead of a table.")
@click.pass_context
def sync(
    context: click.Context,
    entities: tuple[str, ...],
    full: bool,
    sink: str | None,
    accept: tuple[str, ...],
    changes_only: bool,
    dry: bool,
    as_json: bool,
) -> None:
    """Run a night: read what changed in the CRM, deliver it, give back what the TMS knows.

    Exit status: 0 all well, 2 a setting or mapping is wrong, 3 new refused values, 4 another job
    is at work, 5 a guard stopped the night, or a plan waits to be accepted, 6 the CRM failed,
    7 a sink failed, 8 the ledger failed, 9 the certificate disagrees, 130 stopped by Ctrl-C.
    """
    if changes_only and (full or dry or MAPPING in accept):
        raise click.UsageError(
            "--changes-only goes with ENTITY, --sink, --accept deletes and --accept updates alone:"
            " leave --full, --dry-run and --accept mapping to a whole night"
        )
    with bars(not as_json) as progress, opened_night(sink, progress) as night:
        for name in entities:
            night.crm.mapped(name)
        if changes_only:
            told = night.changes(entities, accept)
        else:
            told = night.run(entities, full, accept, dry)
    if as_json:
        click.echo(json.dumps(told, indent=1))
    elif changes_only:
        show_changes(told)
    else:
        show(told)
    context.exit(status_of(told))


def status_of(told: dict[str, Any]) -> int:
    if any("failed" in sink for sink in told["sinks"].values()):
        return SINK_FAILED
    if told.get("certificate", "agrees") != "agrees":
        return DISAGREES
    if any("held" in sink for sink in told["sinks"].values()):
        return WAITS
    return NEW_REFUSALS if told["new_refusals"] else 0


def show(told: dict[str, Any], title: str = "Night") -> None:
    """A night as tables for a person."""
    _show_state(told, title)
    for planned in told.get("plan", {}).values():
        show_plan(planned)
    agrees = told["certificate"]
    click.echo(f"certificate: {agrees if agrees == 'agrees' else '; '.join(agrees)}")
    _show_refusals(told)
    if "report" in told:
        click.echo(f"report: {told['report']}")


def show_changes(told: dict[str, Any]) -> None:
    """A run between nights for a person."""
    if told["run"] is None:
        click.echo("nothing changed, and nothing was sealed")
    _show_state(told, "Changes")
    _show_refusals(told)
    looked = told["looked_at"]
    click.echo(
        f"looked at {looked['what']}, of {', '.join(looked['entities'])}; left to the night:"
    )
    for what in looked["left_to_the_night"]:
        click.echo(f"  {what}")


def _show_state(told: dict[str, Any], title: str) -> None:
    words = ("read", "inserted", "updated", "deleted", "refused")
    if told["run"] is not None:
        table = Table("entity", *words, title=f"{title} {told['run']}")
        for name, counts in told["entities"].items():
            table.add_row(name, *(f"{counts[word]:,}" for word in words))
        Console().print(table)
    for name, sink in told["sinks"].items():
        click.echo(f"sink {name}: {delivered(sink)}")


def _show_refusals(told: dict[str, Any]) -> None:
    if told["new_refusals"]:
        click.echo(
            f"{told['new_refusals']} values that could not be read are new:"
            " `facade refused list --new` tells which"
        )
