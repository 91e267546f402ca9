"""`facade qualify`: does the driver of a database do what we rely on? The answer is a receipt."""

from __future__ import annotations

import json
import re
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from facade.cli.crm import settings_here
from facade.config import SettingError
from legacy_clients.odbc.qualify import WRONG, Asked, Finding, Kit, receipt, verdict

DISTORTS = 10


@click.command()
@click.option("--page", default="utf-8", show_default=True, help="Code page of the database.")
@click.option("--table", help="A table (or SCHEMA.TABLE) to read: pages, bulk, keys.")
@click.option("--key", multiple=True, help="A column of the table's key; else its first column.")
@click.option(
    "--rows",
    type=click.IntRange(1, 1_000_000),
    default=10_000,
    show_default=True,
    help="How many rows of the table are read.",
)
@click.option("--disruptive", is_flag=True, help="Also end a session of this command's own.")
@click.option("--scratch", metavar="SCHEMA", help="Also make a table there, and drop it again.")
@click.option("--yes", is_flag=True, help="Do not ask before the table is made.")
@click.option(
    "--folder",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path(),
    help="Where the receipt is written; else here.",
)
@click.pass_context
def qualify(
    context: click.Context,
    page: str,
    table: str | None,
    key: tuple[str, ...],
    rows: int,
    disruptive: bool,
    scratch: str | None,
    yes: bool,
    folder: Path,
) -> None:
    """Try the ODBC driver and database of the settings, and write what was found.

    It reads; only --disruptive and --scratch do more. The receipt, qualify-DRIVER-DATE.json and
    .txt, holds no values and no secrets.

    Exit status: 0 it can be relied on, 6 it cannot be reached, 10 it cannot be relied on.
    """
    settings = settings_here()
    if scratch is not None and not yes:
        click.confirm(f"Make a table in {scratch}, and drop it again?", abort=True)
    asked = Asked(str(settings.require("odbc")), page, table, tuple(key), rows, disruptive, scratch)
    findings = []
    with closing(Kit(asked)) as kit:
        profile = kit.port.profile
        for finding in kit.findings():
            findings.append(finding)
            click.echo(line(finding))
    click.echo(f"receipt: {write(receipt(asked, profile, findings), findings, folder)}")
    context.exit(DISTORTS if verdict(findings) == WRONG else 0)


def line(finding: Finding) -> str:
    return f"{finding.verdict:<10} {finding.check}: {finding.words}"


def write(told: dict[str, Any], findings: list[Finding], folder: Path) -> Path:
    """The receipt as JSON, and beside it as text; the path of the first."""
    driver = re.sub(r"\W+", "-", told["driver"]).lower()
    path = folder / f"qualify-{driver}-{datetime.now(UTC):%Y-%m-%d}.json"
    head = [f"{name}: {value}" for name, value in told.items() if isinstance(value, str)]
    head += [f"{name} {value}" for name, value in told["versions"].items()]
    try:
        folder.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(told, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
        text = "\n".join([*head, "", *map(line, findings)])
        path.with_suffix(".txt").write_text(text + "\n", encoding="utf-8")
    except OSError as error:
        raise SettingError(
            f"the receipt cannot be written to {folder}: {error.strerror}. Give another --folder"
        ) from error
    return path
