"""A certificate as it is written: what a sealed night and the ledger say, and its signature."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from facade.ledger import Ledger
from facade.ledger.runs import CATCH_UP, Run
from facade.snapshots.folder import NightFolder
from facade.sync.certificate.agreement import differences
from facade.sync.certificate.canonical import SIGNATURE, signed_part
from facade.sync.certificate.chain import FORMAT, Link, named
from facade.sync.certificate.exceptions import IDS
from facade.sync.certificate.keys import Signer
from facade.sync.extract import CHANGES

Source = Mapping[str, Mapping[str, Any]]


def recomputable(
    ledger: Ledger, var: Path, run: Run, source: Source, previous: Link | None
) -> dict[str, Any]:
    """The part of a certificate that can be made again from the night, the ledger, the certificate
    before and what the source counted.
    """
    told = NightFolder.of(var, run.number).night
    document: dict[str, Any] = {
        "format": FORMAT,
        "run": run.number,
        "kind": run.kind,
        "sealed_at": run.sealed_at.isoformat() if run.sealed_at else None,
        "mapping": run.mapping_hash,
        "tables": {
            name: {
                "rows": state["rows"],
                "digest": state["digest"],
                "columns": list(state["columns"]),
                "read": state["read"],
                "source": dict(source.get(name, {})),
                **_trusted(state),
            }
            for name, state in told["tables"].items()
        },
        "entities": {
            name: {
                "snapshot": entity["sums"],
                "refused": entity["refused"],
                "set_apart": entity["set_apart"],
                "changes": {word: entity[word] for word in ("inserted", "updated", "deleted")},
            }
            for name, entity in told["entities"].items()
        },
        "new_refusals": told["new_refusals"],
        "sinks": {name: _taken(receipt) for name, receipt in _receipts(ledger, run).items()},
        "previous": named(previous),
    }
    document["differences"] = differences(document)
    return document


def signed(document: Mapping[str, Any], signer: Signer) -> dict[str, Any]:
    """The document with the key and its signature. Raises TypeError for what is not canonical."""
    whole = {**document, "key": signer.told()}
    return whole | {SIGNATURE: signer.sign(signed_part(whole))}


def _receipts(ledger: Ledger, run: Run) -> dict[str, Mapping[str, Any]]:
    """By sink what it said when it came to this state: by this run, or by a step that led to it."""
    steps = [
        step.number
        for step in ledger.runs.sealed_after(run.number, (CATCH_UP,))
        if (step.summary or {}).get("state") == run.number
    ]
    found: dict[str, Mapping[str, Any]] = {}
    for number in (run.number, *steps):
        for name, delivered in ledger.deliveries.of_run(number).items():
            found.setdefault(name, delivered.receipt)
    return found


def _trusted(state: Mapping[str, Any]) -> dict[str, Any]:
    """What was not compared but believed: changes as their source told them, and since when. What
    it did not tell of is found by the next sweep.
    """
    if state.get("way") != CHANGES:
        return {}
    return {"believed": CHANGES, "swept_at": state["swept_at"]}


def _taken(receipt: Mapping[str, Any]) -> dict[str, Any]:
    """What a sink was sent and holds; of the parked records no reasons, which may quote values."""
    parked = receipt.get("parked", [])
    ids = sorted(f"{record['entity']} {record['id']}" for record in parked)
    return {
        "sent": receipt.get("delivered", {}),
        "parked": {"count": len(parked), "ids": ids[:IDS]},
        "holds": receipt.get("holds", {}),
    }
