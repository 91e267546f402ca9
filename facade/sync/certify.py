"""Last step: the certificate of a night, and its recomputation.

It says, by table, what was read and what the source counts now; by entity, what the snapshot holds and what was set apart; by
sink, what it took and holds; and what disagrees. Each certificate carries the SHA-256 of the one before.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import duckdb

from facade.ledger import Ledger
from facade.ledger.runs import Run
from facade.snapshots import partitions
from facade.snapshots.folder import NightFolder, write_json
from facade.sync.engine import engine
from facade.sync.extract import READ_SECONDS, _digest
from facade.sync.translate import snapshot_sums
from legacy_clients.crm import LegacyCRM
from schemas.layout import content_hash, hash_sum
from schemas.mapping import CrmMapping, EntityMapping
from schemas.sql_form import quoted


def recount(crm: LegacyCRM, tables: Iterable[str]) -> dict[str, dict[str, Any]]:
    """What the source itself counts, table by table, and when it was asked."""
    found = {}
    for name in tables:
        select = crm.table(name)
        rows = int(str(crm.port.ask(select.count(), READ_SECONDS).rows[0][0]).strip())
        found[name] = {"rows": rows, "at": crm.clock().isoformat()}
    return found


def certify(
    ledger: Ledger, var: Path, run: Run, source: Mapping[str, Mapping[str, Any]]
) -> dict[str, Any]:
    """Write the certificate of a sealed night; `source` is the recount. What disagrees is in `differences`."""
    night = NightFolder.of(var, run.number)
    told = night.night
    previous = _previous(ledger, var, run)
    receipts = {
        name: delivered.receipt for name, delivered in ledger.deliveries.of_run(run.number).items()
    }
    document = {
        "run": run.number,
        "sealed_at": run.sealed_at.isoformat() if run.sealed_at else None,
        "mapping": run.mapping_hash,
        "tables": {
            name: {
                "rows": state["rows"],
                "digest": state["digest"],
                "source": dict(source.get(name, {})),
            }
            for name, state in told["tables"].items()
        },
        "entities": {
            name: {
                "snapshot": entity["sums"],
                "refused": entity["refused"],
                "set_apart": entity["set_apart"],
            }
            for name, entity in told["entities"].items()
        },
        "sinks": {name: {"holds": receipt.get("holds", {})} for name, receipt in receipts.items()},
        "previous": hashlib.sha256(previous.read_bytes()).hexdigest() if previous else None,
    }
    document["differences"] = differences(document)
    write_json(night.certificate, document)
    return document


def differences(certificate: Mapping[str, Any]) -> list[str]:
    """What does not agree within a certificate, in words."""
    found = []
    for name, table in certificate["tables"].items():
        counted = table["source"].get("rows")
        if counted is not None and counted != table["rows"]:
            found.append(f"table {name}: {table['rows']} rows read, the source counts {counted}")
    for sink, said in certificate["sinks"].items():
        for relation, holds in said["holds"].items():
            entity = relation.partition(".")[0]
            sums = certificate["entities"].get(entity, {}).get("snapshot", {}).get(relation)
            # A sink that holds only what is in its scope tells no hash sum: it is no mirror.
            if sums is not None and "hash_sum" in holds and [holds["count"], str(holds["hash_sum"])] != [
                sums[0],
                str(sums[1]),
            ]:
                found.append(
                    f"sink {sink}: {relation} holds {holds['count']} records, the snapshot {sums[0]}, or they differ"
                )
    return found


def verify(var: Path, run: Run, mapping: CrmMapping) -> list[str]:
    """Recompute a night's certificate from its files: raw sums, content hashes of every record, sums. What differs."""
    night = NightFolder.of(var, run.number)
    import json

    certificate = json.loads(night.certificate.read_text("utf-8"))
    found = list(certificate["differences"])
    spill = var / "spill"
    spill.mkdir(parents=True, exist_ok=True)
    with engine(spill) as con:
        columns = {name: state["columns"] for name, state in night.night["tables"].items()}
        for name, table in certificate["tables"].items():
            digest = _digest(con, partitions.relation(night.current(name)), columns[name])[1]
            if digest != table["digest"]:
                found.append(f"table {name}: current raw is not what was certified")
        for name, entity in mapping.entities.items():
            if name in certificate["entities"]:
                found += _verify_entity(
                    con, night, entity, certificate["entities"][name]["snapshot"]
                )
    return found


def _verify_entity(
    con: duckdb.DuckDBPyConnection,
    night: NightFolder,
    entity: EntityMapping,
    sums: Mapping[str, list[Any]],
) -> list[str]:
    found = []
    for relation, certified in sums.items():
        if list(snapshot_sums(con, night.snapshot(relation))) != [certified[0], str(certified[1])]:
            found.append(f"{relation}: the snapshot's sums are not what was certified")
    wrong = con.execute(
        f"SELECT count(*) FROM ({rehashed(entity, night)}) WHERE hash <> recomputed"
    ).fetchall()[0]
    if wrong[0]:
        found.append(
            f"{entity.entity.name}: {wrong[0]} records do not have the content that was hashed"
        )
    return found


def rehashed(entity: EntityMapping, night: NightFolder) -> str:
    """SQL for id, hash and the hash recomputed from the values and the children as they lie in the snapshot."""
    names = [f"x.{quoted(name)}" for name in entity.layout.names if name != "problems"]
    joins, parts = "", []
    for number, children in enumerate(entity.children.values()):
        layout = children.layout
        owner = quoted(layout.key[0])
        own = content_hash(
            [*(quoted(name) for name in layout.names if name != "problems"), "problems"]
        )
        rows = partitions.relation(night.snapshot(layout.relation))
        joins += (
            f" LEFT JOIN (SELECT {owner} AS owner, count(*) || ':' || {hash_sum('h')} AS children"
            f" FROM (SELECT {owner}, {own} AS h FROM {rows}) GROUP BY {owner}) s{number} ON s{number}.owner = x.id"
        )
        parts.append(f"coalesce(s{number}.children, '0:0')")
    folded = [" || ' ' || ".join(parts)] if parts else []
    rows = partitions.relation(night.snapshot(entity.entity.name))
    return f"SELECT x.id, x.hash, {content_hash([*names, 'x.problems', *folded])} AS recomputed FROM {rows} x{joins}"


def _previous(ledger: Ledger, var: Path, run: Run) -> Path | None:
    earlier = [other for other in ledger.runs.sealed_after(0) if other.number < run.number]
    for other in reversed(earlier):
        path = NightFolder.of(var, other.number).certificate
        if path.is_file():
            return path
    return None
