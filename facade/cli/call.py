"""`facade call`: one operation of the CRM's services, for people."""

from __future__ import annotations

import json
import re
import sys
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from lxml import etree

from facade.cli.crm import crm_of, settings_here
from facade.cli.wsdl import summary, tree
from legacy_clients.deadline import Deadline
from legacy_clients.errors import Misconfigured, Unfit
from legacy_clients.soap.json_form import in_json

if TYPE_CHECKING:
    from legacy_clients.soap.service import Service

# Words that operations which only read begin with; all others are asked about.
READS = re.compile(
    "(get|query|list|find|search|read|count|describe|ping|echo|retrieve|lookup|look_up)",
    re.IGNORECASE,
)
DEPTH = 6


@click.command()
@click.argument("operation", required=False)
@click.option(
    "--json",
    "given",
    default="{}",
    help="The arguments as a JSON object; @FILE reads a file, - standard input.",
)
@click.option("--seconds", type=click.FloatRange(0.1, 3600), default=30.0, show_default=True)
@click.option("--yes", is_flag=True, help="Do not ask before a call that may change records.")
@click.option("--show-request", is_flag=True, help="Print the request, without its sign-in.")
def call(operation: str | None, given: str, seconds: float, yes: bool, show_request: bool) -> None:
    """Call OPERATION of the CRM's services and print the answer as JSON.

    Texts in the arguments are sent as they are, for any type; null is nil. Without OPERATION the
    operations are listed.
    """
    crm = crm_of(settings_here())
    try:
        service = crm.service
        if operation is None:
            for known in sorted(service.contract.operations.values(), key=lambda one: one.name):
                click.echo(summary(known))
            return
        service.contract.operation(operation)
        arguments = _arguments(given)
        draft = _drafted(service, operation, arguments)
        if show_request:
            shown = etree.tostring(draft, pretty_print=True, encoding="unicode")
            click.echo(shown, err=True)
        may_write = READS.match(operation) is None
        if may_write and not yes:
            click.confirm(f"{operation} may change records in the CRM. Call it?", abort=True)
        _answer(service, operation, arguments, Deadline.after(seconds), may_write)
    finally:
        crm.close()


def _answer(
    service: Service, operation: str, arguments: Any, deadline: Deadline, write: bool
) -> None:
    reply = service.call(operation, arguments, deadline, write=write)
    told = in_json(reply.node, service.contract.output(operation))
    click.echo(json.dumps(told, indent=1, ensure_ascii=False))


def _drafted(service: Service, operation: str, arguments: dict[str, Any]) -> Any:
    """The request without its sign-in. Arguments that do not fit are answered with those that the
    operation takes.
    """
    try:
        return service.draft(operation, arguments)
    except (Unfit, Misconfigured) as error:
        sent = service.contract.input(operation)
        elements = "\n  ".join(tree(service.contract, sent, DEPTH))
        raise click.UsageError(f"{error}. {operation} takes:\n  {elements}") from None


def _arguments(given: str) -> dict[str, Any]:
    """The arguments of the call. Decimals stay exact."""
    text = given
    if given == "-":
        text = sys.stdin.read()
    elif given.startswith("@"):
        try:
            text = Path(given[1:]).read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise click.BadParameter(f"{given[1:]} cannot be read: {error}") from None
    try:
        found = json.loads(text, parse_float=Decimal)
    except ValueError as error:
        raise click.BadParameter(f"--json is no JSON: {error}") from None
    if not isinstance(found, dict):
        raise click.BadParameter('--json must be an object, such as {"CustNo": "C000001"}')
    return found
