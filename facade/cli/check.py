"""`facade check`: does everything fit, before a user finds out that it does not."""

from __future__ import annotations

import json
from typing import Any

import click

from facade.app import seen_file
from facade.cli.crm import crm_of, settings_here
from facade.cli.findings import in_json, lines_of
from facade.config import SETTINGS, SettingError, Settings
from legacy_clients.checks import MISFIT, WARNING, Checkup, Report, recall, remember
from legacy_clients.errors import Misconfigured

COMPARED = 50
MISFITS, WARNINGS, CRM_FAILED = 2, 3, 6


class HowMany(click.ParamType):
    """The number behind --compare."""

    name = "N"

    def convert(
        self, value: Any, param: click.Parameter | None, context: click.Context | None
    ) -> int:
        text = str(value)
        if not (text.isascii() and text.isdigit()) or not 1 <= int(text) <= 10_000:
            self.fail(
                f"{text!r} is no number from 1 to 10000. Entities stand before it, as in"
                " `facade check customer --compare`",
                param,
                context,
            )
        return int(text)


@click.command()
@click.argument("entities", nargs=-1, metavar="[ENTITY…]")
@click.option(
    "--compare",
    is_flag=False,
    flag_value=str(COMPARED),
    type=HowMany(),
    help=f"Read N records of each entity ({COMPARED} where N is left out) from the services and"
    " from the database, and tell the differences.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.pass_context
def check(
    context: click.Context, entities: tuple[str, ...], compare: int | None, as_json: bool
) -> None:
    """Check the mapping against the CRM's tables, services and records.

    Tells also what changed in tables and services since the last check, with the REST fields that
    it touches; what is told once is not told again. Nothing is written to the CRM.

    Exit status: 0 all well, 2 a misfit that users would meet, or a setting or mapping is wrong,
    3 warnings, refused values or differences, 6 a part of the CRM is down.
    """
    settings = settings_here()
    crm = crm_of(settings)
    try:
        file = seen_file(settings)
        report = Checkup(crm, entities).run(recall(file), compare)
    finally:
        crm.close()
    if as_json:
        click.echo(json.dumps(in_json(report), indent=1, ensure_ascii=False))
    else:
        for line in lines_of(report):
            click.echo(line)
    _keep(settings, report)
    context.exit(status_of(report))


def status_of(report: Report) -> int:
    """The first that holds, by how much it hurts."""
    lost = [side.error for side in (report.database, report.services) if side.error]
    if report.count(MISFIT) or Misconfigured.__name__ in lost:
        return MISFITS
    if lost or any(found.ended for found in report.comparisons):
        return CRM_FAILED
    agrees = all(found.agrees for found in report.comparisons)
    return WARNINGS if report.count(WARNING) or report.refused or not agrees else 0


def _keep(settings: Settings, report: Report) -> None:
    if report.seen is None:
        return
    try:
        remember(seen_file(settings), report.seen)
    except OSError as error:
        raise SettingError(
            f"{SETTINGS['var'].spelled} is {settings.var}, where what was seen cannot be kept:"
            f" {error.strerror}. Give a folder that can be written."
        ) from error
