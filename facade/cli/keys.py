"""`facade keys`: API keys are made, listed and revoked here; shown once, stored hashed."""

from __future__ import annotations

import click

from facade.cli.crm import settings_here
from facade.cli.parts import ledger_of
from schemas import ENTITIES


@click.group()
def keys() -> None:
    """Make, list and revoke API keys."""


def known_scopes() -> list[str]:
    """Every scope that a key can be given."""
    collections = [entity.plural for entity in ENTITIES.values()]
    return ["*", "*:read"] + [
        f"{name}:{verb}" for name in collections for verb in ("read", "write")
    ]


@keys.command()
@click.option("--name", required=True, help="Whose key it is.")
@click.option(
    "--scope", "scopes", multiple=True, required=True, help="Such as customers:read, *:read or *."
)
def create(name: str, scopes: tuple[str, ...]) -> None:
    """Make a key and print it, once."""
    known = known_scopes()
    for scope in scopes:
        if scope not in known:
            raise click.BadParameter(f"unknown scope {scope!r}; known: {', '.join(known)}")
    with ledger_of(settings_here()) as ledger:
        id, secret = ledger.keys.create(name, scopes)
    click.echo(f"key {id} for {name}: it is not shown again", err=True)
    click.echo(secret)


@keys.command("list")
def list_keys() -> None:
    """Print the keys, without their secrets."""
    with ledger_of(settings_here()) as ledger:
        for key in ledger.keys.list():
            click.echo(f"{key.id}  {key.name}  {' '.join(key.scopes)}")


@keys.command()
@click.argument("id")
def revoke(id: str) -> None:
    """Make a key worthless."""
    with ledger_of(settings_here()) as ledger:
        ledger.keys.revoke(id)
    click.echo(f"key {id} is revoked")
