"""`facade sinks`: what each sink holds, and which of them rest."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import click
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from facade.cli.crm import settings_here
from facade.cli.parts import ledger_of
from facade.config import Settings
from facade.ledger import Ledger
from facade.sync.deliver import paused
from facade.sync.holding import held_by, state_of


@click.group(invoke_without_command=True)
@click.pass_context
def sinks(context: click.Context) -> None:
    """List sinks, pause one, or resume it."""
    if context.invoked_subcommand is None:
        context.invoke(listed)


@sinks.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def listed(as_json: bool = False) -> None:
    """What each sink holds, how far it is behind, and whether it rests."""
    settings = settings_here()
    with ledger_of(settings) as ledger:
        found = {name: _state(ledger, settings, name) for name in settings.sinks}
    if as_json:
        click.echo(json.dumps(found, indent=1))
        return
    if not found:
        click.echo("no sink is configured")
        return
    table = Table("sink", "kind", "holds run", "behind", "parked", "state")
    for name, told in found.items():
        holds = "nothing" if told["holds"] is None else str(told["holds"])
        state = escape(told["state"])
        table.add_row(name, told["kind"], holds, str(told["behind"]), f"{told['parked']:,}", state)
    Console().print(table)


@sinks.command()
@click.argument("name")
@click.option("--reason", help="Why, for whoever looks later.")
def pause(name: str, reason: str | None) -> None:
    """Deliver nothing to a sink, and ask it nothing, until it is resumed."""
    with _ledger(name) as ledger:
        ledger.sinks.pause(name, dt.datetime.now(dt.UTC), reason)
    click.echo(f"{name} is paused: `facade sinks resume {name}` lets it go on")


@sinks.command()
@click.argument("name")
def resume(name: str) -> None:
    """Let a sink go on: the next night brings it all that it lacks."""
    with _ledger(name) as ledger:
        was_paused = ledger.sinks.resume(name)
    click.echo(
        f"{name} goes on: the next `facade sync` brings it what it lacks"
        if was_paused
        else f"{name} was not paused"
    )


@contextmanager
def _ledger(name: str) -> Iterator[Ledger]:
    """The ledger, where there is a sink of that name. Raises SettingError."""
    settings = settings_here()
    settings.sink(name)
    with ledger_of(settings) as ledger:
        yield ledger


def _state(ledger: Ledger, settings: Settings, name: str) -> dict[str, Any]:
    held, newest = held_by(ledger, name), ledger.runs.last_sealed()
    behind = len(ledger.runs.states_after(state_of(held)))
    fitting = {ledger.sinks.of(name).mapping_hash, held.mapping_hash if held else None}
    waits = held is not None and newest is not None and newest.mapping_hash not in fitting
    state = paused(ledger, name) or (
        "waits for its plan: `facade plan`" if waits else "delivered to"
    )
    return {
        "kind": settings.sink(name).kind,
        "holds": state_of(held) if held else None,
        "behind": behind,
        "parked": len(ledger.deliveries.parked(name)),
        "state": state,
    }
