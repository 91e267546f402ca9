"""`facade wsdl`: the contract of the CRM's services, stored with what it imports, and shown."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import click

from facade.cli.crm import settings_here
from facade.config import Settings
from legacy_clients.errors import Misconfigured
from legacy_clients.soap.contract import Contract, Message, Operation
from legacy_clients.soap.element import Element
from legacy_clients.soap.outline import element_words
from legacy_clients.soap.pinning import host_of, store
from legacy_clients.soap.proxy import Proxy
from legacy_clients.soap.tls import tls_context
from legacy_clients.soap.transport import Transport
from legacy_clients.soap.wsdl import load_contract

INDENT = "  "


@click.group()
def wsdl() -> None:
    """Store the WSDL of the CRM's services, and show what it says."""


class NotStored(click.ClickException):
    """A contract that was not stored: what is said of it is the way out."""

    exit_code = 2


@wsdl.command()
@click.argument("source")
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--force", is_flag=True, help="Replace a stored contract that differs.")
def fetch(source: str, folder: Path, force: bool) -> None:
    """Store the WSDL at SOURCE (a URL or a file) with all that it imports in FOLDER.

    Each file is pinned by its hash. From the network only the host of SOURCE is asked.
    """
    try:
        stored = store(source, folder, force=force, transport=way_to(settings_here()))
    except Misconfigured as error:
        raise NotStored(str(error)) from error
    for line in (*stored.notes, *stored.changed):
        click.echo(line)
    contract = stored.contract
    files = "1 file" if stored.files == 1 else f"{stored.files} files"
    click.echo(f"{folder}: {files}, {len(contract.operations)} operations")
    for line in uncallable_lines(contract):
        click.echo(line)
    click.echo(f"Set FACADE_SOAP_WSDL to {folder} (crm.soap_wsdl in facade.toml).")


@wsdl.command()
@click.argument("words", nargs=-1, metavar="[FOLDER|FILE] [OPERATION]")
@click.option("--port", help="Name of the port, where the WSDL has several.")
@click.option("--depth", type=click.IntRange(1, 20), default=6, show_default=True)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def show(words: tuple[str, ...], port: str | None, depth: int, as_json: bool) -> None:
    """List the operations of a WSDL, or the elements of one operation, with their types.

    Without FOLDER or FILE it is the WSDL of the settings.
    """
    place, operation = told_apart(words)
    contract = load_contract(place, port, ready=False)
    names = [operation] if operation else sorted(contract.operations)
    if operation:
        contract.operation(operation)
    if as_json:
        found = {name: in_full(contract, contract.operations[name], depth) for name in names}
        told = {"operations": found, "uncallable": contract.uncallable, "notes": contract.notes}
        click.echo(json.dumps(told, indent=1, ensure_ascii=False))
        return
    for note in contract.notes:
        click.echo(note)
    for name in names:
        known = contract.operations[name]
        click.echo(summary(known))
        if operation:
            for line in operation_lines(contract, known, depth):
                click.echo(INDENT + line)
    if not operation:
        for line in uncallable_lines(contract):
            click.echo(line)


def way_to(settings: Settings) -> Callable[[str], Transport]:
    """How the settings lead to a host. Our certificate is shown to the CRM's own host only."""

    def opened(url: str) -> Transport:
        proxy = settings.soap_proxy
        tls = None
        if url.startswith("https://"):
            own = settings.soap_url is not None and host_of(settings.soap_url) == host_of(url)
            shown = (settings.soap_certificate, settings.soap_key) if own else (None, None)
            tls = tls_context(settings.soap_ca, *shown)
        return Transport(url, tls=tls, proxy=Proxy(str(proxy)) if proxy else None)

    return opened


def told_apart(words: tuple[str, ...]) -> tuple[Path, str | None]:
    """The contract's place and the operation: a single word is a place where there is one of that
    name.
    """
    if len(words) > 2:
        raise click.UsageError("at most a folder or file and an operation are expected")
    if len(words) == 2:
        return Path(words[0]), words[1]
    if words and (Path(words[0]).exists() or "/" in words[0]):
        return Path(words[0]), None
    return Path(str(settings_here().require("soap_wsdl"))), words[0] if words else None


def uncallable_lines(contract: Contract) -> list[str]:
    return [f"{name} cannot be called: {why}" for name, why in sorted(contract.uncallable.items())]


def summary(operation: Operation) -> str:
    sent = message_summary(operation.input)
    told = "" if operation.output is None else message_summary(operation.output)
    style = f"{operation.style}/{operation.use}, SOAP {operation.soap}"
    return f"{operation.name}({sent}) → {told or 'nothing'}  [{style}]"


def message_summary(message: Message) -> str:
    """The children of the body's element, with their types."""
    children = message.element.children.values()
    return ", ".join(f"{child.name}{mark(child)}" for child in children)


def mark(element: Element) -> str:
    """? for what may be absent, * for what repeats, + for what stands at least once and repeats."""
    if element.repeats:
        return "+" if element.least else "*"
    return "" if element.least else "?"


def operation_lines(contract: Contract, operation: Operation, depth: int) -> Iterator[str]:
    sides = (("sends", operation.input), ("answers", operation.output))
    for word, message in sides:
        if message is None:
            yield f"{word} nothing"
            continue
        yield f"{word} {message.element.name or 'side by side'}"
        for line in tree(contract, message.element, depth):
            yield INDENT + line
        for header in message.headers.values():
            yield f"{word} the header {header.name}"
            for line in tree(contract, header, depth):
                yield INDENT + line


def tree(contract: Contract, element: Element, depth: int) -> Iterator[str]:
    """The elements inside an element, a line each, indented. A type that is open already, or lies
    deeper than `depth`, is not unfolded.
    """
    yield from _branches(contract, element, depth, ())


def _branches(
    contract: Contract, element: Element, depth: int, opened: tuple[str, ...]
) -> Iterator[str]:
    for attribute in element.declared_attributes.values():
        demanded = "" if attribute.demanded else ", may be absent"
        yield f"@{attribute.name}  {attribute.kind.name}{demanded}"
    for child in element.children.values():
        folded = child.type_name in opened or len(opened) >= depth
        more = " …" if folded and child.children else ""
        yield f"{child.name}  {element_words(child)}{subtypes_of(contract, child)}{more}"
        if not folded:
            for line in _branches(contract, child, depth, (*opened, child.type_name or "")):
                yield INDENT + line
    if element.wild and (element.children or element.type_name):
        yield "(any other elements)"


def subtypes_of(contract: Contract, element: Element) -> str:
    """What xsi:type may make of an element of a complex type."""
    if element.type_name is None or element.kind.name != "complex":
        return ""
    names = [name.rpartition("}")[2] for name in contract.schemas.subtypes(element.type_name)]
    if not names:
        return ""
    more = f" and {len(names) - 8} more" if len(names) > 8 else ""
    return f", also as {', '.join(names[:8])}{more}"


def in_full(contract: Contract, operation: Operation, depth: int) -> dict[str, Any]:
    """An operation as JSON."""
    return {
        "style": operation.style,
        "use": operation.use,
        "soap": operation.soap,
        "input": message_in_full(operation.input, depth),
        "output": None if operation.output is None else message_in_full(operation.output, depth),
    }


def message_in_full(message: Message, depth: int) -> dict[str, Any]:
    return {
        "element": message.qname,
        "elements": [element_in_full(each, depth, ()) for each in children_of(message.element)],
        "headers": [element_in_full(each, depth, ()) for each in message.headers.values()],
    }


def element_in_full(element: Element, depth: int, opened: tuple[str, ...]) -> dict[str, Any]:
    kind = element.content or element.kind
    found: dict[str, Any] = {
        "name": element.name,
        "type": element.type_name,
        "kind": kind.name,
        "nillable": element.nillable,
        "least": element.least,
        "most": element.most,
    }
    if kind.facets or kind.words:
        found["facets"] = {**kind.facets, **({"enumeration": kind.words} if kind.words else {})}
    if element.attributes:
        found["attributes"] = {
            each.name: each.kind.name for each in element.declared_attributes.values()
        }
    if element.dimensions:
        found["dimensions"] = element.dimensions
    if element.type_name not in opened and len(opened) < depth and element.children:
        inside = (*opened, element.type_name or "")
        found["elements"] = [element_in_full(each, depth, inside) for each in children_of(element)]
    return found


def children_of(element: Element) -> list[Element]:
    return list(element.children.values())
