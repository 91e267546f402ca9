"""`facade rollback`: a sink returned to the state of an earlier night."""

from __future__ import annotations

import json

import click

from facade.cli.bars import bars
from facade.cli.errors import SINK_FAILED
from facade.cli.parts import opened_night
from facade.cli.plan import delivered, show_plan


@click.command()
@click.option("--sink", required=True, help="The sink to return.")
@click.option("--to", "number", required=True, type=click.IntRange(min=1), help="The run.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object; needs --yes.")
@click.pass_context
def rollback(context: click.Context, sink: str, number: int, yes: bool, as_json: bool) -> None:
    """Return a sink to the state of an earlier night, and pause it. What was delivered since stays
    in a warehouse's history.

    `facade sinks resume` lets it go on: the next night brings it from there to the newest state,
    under a mapping that was accepted for it since.
    """
    if as_json and not yes:
        raise click.UsageError("--json asks nobody: add --yes")
    with bars(not as_json) as progress, opened_night(sink, progress, reads=False) as night:
        if not as_json:
            show_plan(night.rollback_plan(sink, number).as_json())
        if not yes:
            click.confirm(f"Return {sink} to run {number}?", abort=True)
        told = night.rollback(sink, number)
    if as_json:
        click.echo(json.dumps(told, indent=1))
    else:
        click.echo(f"run {told['run']}, sink {sink}: {delivered(told)}")
        click.echo(f"`facade sinks resume {sink}` lets it go on with the next night")
    context.exit(SINK_FAILED if "failed" in told else 0)
