"""The `facade` command: one file a group of subcommands."""

from __future__ import annotations

import sys
from importlib import import_module
from typing import NoReturn

import click

from facade.cli.errors import explain, interrupted

STOPPED = 130


# A module of this folder each, which has the command under its own name.
COMMANDS = (
    *("demo", "serve", "sync", "verify", "replay", "plan", "rollback", "sinks", "refused"),
    *("check", "call", "keys", "openapi", "wsdl", "qualify"),
)


class Commands(click.Group):
    """Loads the command that is asked for, and not what the others need."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = getattr(import_module(f"facade.cli.{cmd_name}"), cmd_name)
        return command


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="crm-facade", prog_name="facade")
def cli() -> None:
    """A REST API, a nightly sync and a warehouse feed in front of a legacy CRM."""


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
