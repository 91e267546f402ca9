"""The `facade` command: one file a group of subcommands."""

from __future__ import annotations

import sys
from typing import NoReturn

import click

from facade.cli.call import call
from facade.cli.check import check
from facade.cli.demo import demo
from facade.cli.errors import explain, interrupted
from facade.cli.keys import keys
from facade.cli.openapi import openapi
from facade.cli.plan import plan
from facade.cli.qualify import qualify
from facade.cli.refused import refused
from facade.cli.replay import replay
from facade.cli.rollback import rollback
from facade.cli.serve import serve
from facade.cli.sinks import sinks
from facade.cli.sync import sync
from facade.cli.verify import verify
from facade.cli.wsdl import wsdl

STOPPED = 130


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="crm-facade", prog_name="facade")
def cli() -> None:
    """A REST API, a nightly sync and a warehouse feed in front of a legacy CRM."""


for command in (
    *(demo, serve, sync, verify, replay, plan, rollback, sinks, refused),
    *(check, call, keys, openapi, wsdl, qualify),
):
    cli.add_command(command)


def main() -> None:
    """Run the command; what went wrong is one line, and the exit status says of which kind."""
    try:
        # Called so, click gives back the status that a command exits with.
        sys.exit(cli(standalone_mode=False))
    except (click.Abort, KeyboardInterrupt):
        _stopped()
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except Exception as error:
        if interrupted(error):
            _stopped()
        told = explain(error)
        if told is None:
            raise
        click.echo(f"facade: {told.text}", err=True)
        sys.exit(told.status)


def _stopped() -> NoReturn:
    """Ctrl-C, by the status that shells give it."""
    click.echo("stopped", err=True)
    sys.exit(STOPPED)
