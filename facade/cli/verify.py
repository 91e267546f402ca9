"""`facade verify`: the newest certificate recomputed, and what sinks really hold beside it."""

from __future__ import annotations

import json
from pathlib import Path

import click

from facade.cli.errors import DISAGREES
from facade.cli.parts import opened_night
from facade.snapshots.folder import NightFolder
from facade.sync.certificate.canonical import sha256_of
from facade.sync.certificate.chain import key_changes
from facade.sync.certificate.verifying import behind, verify_sinks
from facade.sync.certificate.verifying import verify as recomputed
from facade.sync.night import tables_of


@click.command()
@click.argument("entities", nargs=-1, metavar="[ENTITY…]")
@click.option(
    "--key",
    "keys",
    multiple=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Trust the public key of this PEM file, instead of those in var/keys.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.pass_context
def verify(
    context: click.Context, entities: tuple[str, ...], keys: tuple[Path, ...], as_json: bool
) -> None:
    """Recompute the newest night's certificate: signatures and chain, the SHA-256 of every file,
    the content of every record; and read back what the warehouses hold. Of one entity, or of all.

    What differs is told by id, the first ten of each kind. Exit status: 0 it agrees, 9 it does not.
    """
    with opened_night() as night:
        chosen = [night.crm.mapped(name) for name in entities]
        run = night.newest_night()
        tables = {table for entity in chosen for table in tables_of(entity)}
        layouts = {name: it for entity in chosen for name, it in entity.layouts.items()}
        found = recomputed(night.ledger, night.var, run, night.crm.mapping, entities, tables, keys)
        found += verify_sinks(night.ledger, night.var, run, night.sinks, layouts or night.layouts)
        notes = key_changes(night.ledger, night.var, run.number)
        notes += behind(night.ledger, run, night.sinks)
        name = _named(night.var, run.number)
    if as_json:
        told: dict[str, object] = {"run": run.number, "certificate": found or "agrees"}
        click.echo(json.dumps(told | ({"notes": notes} if notes else {})))
    else:
        click.echo(f"night {run.number}: " + ("; ".join(found) or f"agrees{name}"))
        for note in notes:
            click.echo(f"note: {note}")
    context.exit(DISAGREES if found else 0)


def _named(var: Path, run: int) -> str:
    """The SHA-256 by which the next certificate names this one: noted down elsewhere, it shows that
    none was taken away behind it.
    """
    try:
        certificate = json.loads(NightFolder.of(var, run).certificate.read_text("utf-8"))
        return f", SHA-256 {sha256_of(certificate)}"
    except (OSError, ValueError, TypeError, AttributeError):
        return ""
