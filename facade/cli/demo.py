"""`facade demo`: the whole system on one machine, and with --once a round of two nights with
changes between them.
"""

from __future__ import annotations

import json
import signal
import time
from collections import Counter
from collections.abc import Collection, Mapping
from typing import Any

import click
import duckdb
from rich.console import Console

from facade.cli.bars import bars
from facade.cli.parts import opened_night
from facade.cli.stage import Stage, StageError, staged
from facade.cli.sync import show
from facade.snapshots.folder import NightFolder
from facade.sync.progress import Clock
from schemas import ENTITIES

IN_TMS = ("open", "confirmed")


@click.command()
@click.option(
    "--once", is_flag=True, help="Do the whole round and exit, instead of staying until Ctrl-C."
)
@click.option("--json", "as_json", is_flag=True, help="With --once: print one JSON object.")
@click.option(
    "--scale", default=1.0, show_default=True, help="Size of the CRM; 1 is 2,000 customers."
)
def demo(once: bool, as_json: bool, scale: float) -> None:
    """Start a CRM of 2004, a TMS and the API on this machine, and run a night."""
    if as_json and not once:
        raise click.UsageError("--json goes with --once")
    try:
        _stage(once, as_json, scale)
    except StageError as error:
        raise click.ClickException(str(error)) from error


def _stage(once: bool, as_json: bool, scale: float) -> None:
    # From the first process on: whatever was started is stopped and removed.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    clock = Clock()
    started = time.perf_counter()
    with staged(scale) as stage:
        clock.seconds["start"] = round(time.perf_counter() - started, 3)
        with clock.step("night one"):
            first = night(not as_json)
        if not once:
            stay(stage, first)
            return
        told = round_of(stage, first, clock, not as_json)
    click.echo(json.dumps(told, indent=1)) if as_json else describe(told)


def night(shown: bool) -> dict[str, Any]:
    """Run a night, with bars of its own where they are wanted."""
    with bars(shown) as progress, opened_night(progress=progress) as opened:
        return opened.run()


def stay(stage: Stage, first: Mapping[str, Any]) -> None:
    """Say what is where, and wait for Ctrl-C."""
    show(dict(first))
    refused = NightFolder.of(stage.folder / "var", first["run"]).path / "refused"
    customer = stage.ask("GET", "/v1/customers?limit=1").json()["items"][0]["id"]
    lines = [
        f"API            {stage.api}",
        f"key            {stage.key}",
        f"documentation  {stage.api}/docs  (any user name, the key as password)",
        f"warehouse      {stage.folder / 'warehouse.duckdb'}",
        f"refused values {refused}/*.parquet",
        f"TMS            {stage.tms['url']}  (Authorization: Token {stage.tms['token']})",
        f"CRM            {stage.atlas['soap']}",
        "",
        f"  curl -H 'Authorization: Bearer {stage.key}' {stage.api}/v1/customers/{customer}",
        "",
        "Ctrl-C stops everything and removes it.",
    ]
    for line in lines:
        click.echo(line)
    try:
        signal.pause()
    except KeyboardInterrupt:
        click.echo("\nstopping", err=True)


def round_of(stage: Stage, first: dict[str, Any], clock: Clock, shown: bool) -> dict[str, Any]:
    """Five changes, a second night, and a delivery that comes back."""
    crm = {name: rows for name, rows in stage.manifest["entities"].items() if name in ENTITIES}
    refused = refusals(stage, first["run"])
    parked = parked_in_tms()
    with clock.step("changes"):
        changes = change(stage, parked)
    with clock.step("night two"):
        second = night(shown)
    with clock.step("status back"):
        back = status_back(stage, changes)
    agrees = [told["certificate"] for told in (first, second)]
    differences = [line for told in agrees if told != "agrees" for line in told]
    return {
        "crm": crm,
        "night_one": _shown(first),
        "changes": changes,
        "night_two": _shown(second),
        "refused": refused,
        "parked": parked,
        "status_back": back,
        "certificate": differences or "agrees",
        "seconds": clock.seconds,
    }


def parked_in_tms() -> dict[str, str]:
    """Orders that the TMS could not be given after the first night, and why."""
    with opened_night() as opened:
        waiting = opened.ledger.deliveries.parked("tms")
    return {record.id: f"{record.field}: {record.reason}" for record in waiting}


def _shown(told: Mapping[str, Any]) -> dict[str, Any]:
    return {word: told[word] for word in ("entities", "sinks", "seconds")}


def change(stage: Stage, parked: Collection[str]) -> dict[str, Any]:
    """A customer's name through REST; a line, an order, a contact and an activity directly in the
    database.
    """
    customers = stage.ask("GET", "/v1/customers?status=active&limit=50").json()["items"]
    busy = [(customer, in_tms(stage, customer["id"], parked)) for customer in customers]
    (renamed, _), (other, orders) = [pair for pair in busy if pair[1] and not pair[0]["problems"]][
        :2
    ]
    path = f"/v1/customers/{renamed['id']}"
    etag = stage.ask("GET", path).headers["ETag"]
    name = f"{renamed['name']} & Daughters"[:50]
    stage.ask("PATCH", path, json={"name": name}, headers={"If-Match": etag})
    order = next(order for order in orders if order["lines"])
    line = order["lines"][0]["line_no"]
    stage.act("change_line_quantity", ord_no=order["id"], lin_no=line, qty="7")
    sku = next(line["product_id"] for line in order["lines"] if line["product_id"])
    added = stage.act("add_order", cust_no=other["id"], sku=sku)
    contact = stage.ask("GET", "/v1/contacts?limit=1").json()["items"][0]["id"]
    stage.act("soft_delete_contact", cont_id=contact)
    activity = stage.ask("GET", "/v1/activities?limit=1").json()["items"][0]["id"]
    stage.act("hard_delete_activity", act_no=activity)
    return {
        "customer": renamed["id"],
        "name": name,
        "order_line": [order["id"], line],
        "new_order": added["key"][0],
        "contact": contact,
        "activity": activity,
    }


def in_tms(stage: Stage, customer: str, parked: Collection[str]) -> list[dict[str, Any]]:
    """Orders of a customer that are carried to the TMS."""
    query = "&".join(f"status={status}" for status in IN_TMS)
    found: list[dict[str, Any]] = stage.ask(
        "GET", f"/v1/orders?customer_id={customer}&{query}"
    ).json()["items"]
    return [order for order in found if order["id"] not in parked]


def status_back(stage: Stage, changes: Mapping[str, Any]) -> dict[str, Any]:
    """Deliver an order in the TMS and see what the CRM then says of it."""
    order = changes["order_line"][0]
    stage.advance(order, "delivered")
    with opened_night() as opened:
        given = opened.give_back_only()
    shipment = stage.ask("GET", f"/v1/shipments/{order}").json()
    return {"order": order, "status": shipment["status"], "written": given["written"]}


def refusals(stage: Stage, run: int) -> dict[str, Any]:
    """Refused values by reason, and how many of those that the generator planted are among them."""
    folder = NightFolder.of(stage.folder / "var", run).path / "refused"
    sql = "SELECT source, id, raw, reason FROM read_parquet(?)"
    with duckdb.connect() as con:
        rows = con.execute(sql, [str(folder / "*.parquet")]).fetchall()
    planted = stage.manifest["poisoned"]
    found = [poison for poison in planted if any(_is(poison, *row[:3]) for row in rows)]
    return {
        "total": len(rows),
        "by_reason": dict(sorted(Counter(row[3] for row in rows).items())),
        "planted": len(planted),
        "planted_found": len(found),
    }


def _is(poison: Mapping[str, Any], source: str, id: str, raw: str | None) -> bool:
    """A refused value is a planted one: its column, its raw text, and a key part of its record."""
    tables = {poison["table"]} | ({"shipments"} if poison["table"] == "ORDHDR" else set())
    return (
        any(f"{table}.{poison['column']}" in source.split(",") for table in tables)
        and raw == poison["raw"]
        and any(part in id for part in poison["key"])
    )


def describe(told: Mapping[str, Any]) -> None:
    """The round for a person."""
    console = Console()
    shared = {"new_refusals": 0, "certificate": told["certificate"]}
    show({"run": "one", **shared, **told["night_one"]})
    console.print("\nBetween the nights:")
    for sentence in sentences_of(told["changes"]):
        console.print(f"  {sentence}")
    console.print()
    show({"run": "two", **shared, **told["night_two"]})
    refused = told["refused"]
    found, planted = refused["planted_found"], refused["planted"]
    console.print(f"refused: {refused['total']}, among them {found} of {planted} planted ones")
    back = told["status_back"]
    console.print(f"order {back['order']}: delivered in the TMS, {back['status']} in the CRM")


def sentences_of(changes: Mapping[str, Any]) -> list[str]:
    """What happened between the nights, a sentence a change."""
    order, line = changes["order_line"]
    return [
        f"Customer {changes['customer']} was renamed {changes['name']!r} through REST.",
        f"Line {line} of order {order} got another quantity in the CRM.",
        f"Order {changes['new_order']} was entered in the CRM.",
        f"Contact {changes['contact']} was marked as deleted in the CRM.",
        f"Activity {changes['activity']} was removed from the CRM's database.",
    ]
