"""`facade openapi`: the document that clients are generated from."""

from __future__ import annotations

import json

import click

from legacy_clients import crm_folder
from schemas.grammar import load_mapping


@click.command()
@click.option("--crm", default="atlas", show_default=True, help="Name of a CRM, or its folder.")
def openapi(crm: str) -> None:
    """Print the OpenAPI document of a deployment; nothing is connected."""
    from facade.app import document

    mapping = load_mapping(crm_folder(crm) / "mapping.toml")
    click.echo(json.dumps(document(mapping), indent=1, ensure_ascii=False))
