"""`facade replay`: a changed mapping applied to what was read before."""

from __future__ import annotations

import json

import click

from facade.cli.bars import bars
from facade.cli.parts import opened_night
from facade.cli.sync import show, status_of
from facade.sync.night import MAPPING


@click.command()
@click.option("--again", is_flag=True, help="Also where the mapping is the one of the last run.")
@click.option(
    "--accept",
    multiple=True,
    type=click.Choice(["deletes", MAPPING]),
    help="Let a replay pass whose deletes are many; or deliver it without a look at the plan.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead of a table.")
@click.pass_context
def replay(context: click.Context, again: bool, accept: tuple[str, ...], as_json: bool) -> None:
    """Apply the mapping to the raw rows of the last night. Nothing is read from the CRM.

    What it would change at the sinks waits until `facade plan --accept`. Exit status as of sync.
    """
    with bars(not as_json) as progress, opened_night(None, progress, reads=False) as night:
        told = night.replay(again, accept)
        newest = night.newest().number
    if told is None:
        said = f"run {newest} was sealed under this mapping: there is nothing to replay"
        click.echo(json.dumps({"run": newest, "replayed": False}) if as_json else said)
        return
    if as_json:
        click.echo(json.dumps(told, indent=1))
    else:
        show(told, "Replay")
    context.exit(status_of(told))
