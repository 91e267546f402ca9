"""Last step: the certificate of a night, and its recomputation.

It says, by table, what was read and what the source counts; by entity, what the snapshot holds and
what was set apart; by sink, what it took and holds; and what disagrees. Each certificate carries
the SHA-256 of the one before.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

import duckdb

from facade.ledger import Ledger
from facade.ledger.runs import Run
from facade.sinks.sink import Relation, Sink, SinkError
from facade.snapshots import partitions
from facade.snapshots.folder import NightFolder, write_json
from facade.sync.deliver import delivery_of
from facade.sync.engine import count, engine
from facade.sync.extract import CHANGES, digest_of
from facade.sync.translate import snapshot_sums
from legacy_clients.crm import LegacyCRM
from legacy_clients.errors import LegacyError
from schemas.layout import Layout, content_hash, hash_sum
from schemas.mapping import CrmMapping, EntityMapping
from schemas.sql_form import quoted

if TYPE_CHECKING:
    from facade.sinks.warehouse.readback import Difference

UNCOUNTED = "the service does not say how many there are"
MOST = 10
"""So many differences of a sink are told one by one."""


@runtime_checkable
class Mirror(Protocol):
    """A sink that can be read back exactly."""

    def verify(self, snapshot: Mapping[str, Relation]) -> list[Difference]: ...


def recount(crm: LegacyCRM, tables: Iterable[str]) -> dict[str, dict[str, Any]]:
    """What the source itself counts, table by table, and when it was asked; or why it did not."""
    found: dict[str, dict[str, Any]] = {}
    try:
        for name in tables:
            rows = crm.table(name).counted()
            told = {"uncounted": UNCOUNTED} if rows is None else {"rows": rows}
            found[name] = told | {"at": crm.clock().isoformat()}
    except LegacyError as error:
        found |= {name: {"failed": str(error)} for name in tables if name not in found}
    return found


def certify(
    ledger: Ledger, var: Path, run: Run, source: Mapping[str, Mapping[str, Any]]
) -> dict[str, Any]:
    """Write the certificate of a sealed night; `source` is the recount.

    What disagrees is in `differences`.
    """
    document = _certificate(ledger, var, run, source)
    write_json(NightFolder.of(var, run.number).certificate, document)
    return document


def _certificate(
    ledger: Ledger, var: Path, run: Run, source: Mapping[str, Mapping[str, Any]]
) -> dict[str, Any]:
    told = NightFolder.of(var, run.number).night
    previous = _previous(ledger, var, run)
    receipts = {
        name: delivered.receipt for name, delivered in ledger.deliveries.of_run(run.number).items()
    }
    document: dict[str, Any] = {
        "run": run.number,
        "sealed_at": run.sealed_at.isoformat() if run.sealed_at else None,
        "mapping": run.mapping_hash,
        "tables": {
            name: {
                "rows": state["rows"],
                "digest": state["digest"],
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
            }
            for name, entity in told["entities"].items()
        },
        "sinks": {name: {"holds": receipt.get("holds", {})} for name, receipt in receipts.items()},
        "previous": _sha256(previous) if previous else None,
    }
    document["differences"] = differences(document)
    return document


def _trusted(state: Mapping[str, Any]) -> dict[str, Any]:
    """What was not compared but believed: changes as their source told them, and since when. What
    it did not tell of is found by the next sweep.
    """
    if state.get("way") != CHANGES:
        return {}
    return {"believed": CHANGES, "swept_at": state["swept_at"]}


def differences(certificate: Mapping[str, Any]) -> list[str]:
    """What does not agree within a certificate, in words."""
    found = []
    for name, table in certificate["tables"].items():
        source = table["source"]
        if "failed" in source:
            found.append(f"table {name}: the source could not be counted: {source['failed']}")
        elif "rows" in source and source["rows"] != table["rows"]:
            counted = f"the source counts {source['rows']}"
            found.append(f"table {name}: {table['rows']} rows read, {counted}")
    for sink, said in certificate["sinks"].items():
        for relation, holds in said["holds"].items():
            entity = relation.partition(".")[0]
            sums = certificate["entities"].get(entity, {}).get("snapshot", {}).get(relation)
            # A sink that holds only what is in its scope tells no hash sum: it is no mirror.
            if sums is None or "hash_sum" not in holds:
                continue
            if [holds["count"], str(holds["hash_sum"])] != [sums[0], str(sums[1])]:
                found.append(
                    f"sink {sink}: {relation} holds {holds['count']} records,"
                    f" the snapshot {sums[0]}, or they differ"
                )
    return found


def verify(ledger: Ledger, var: Path, run: Run, mapping: CrmMapping) -> list[str]:
    """Recompute a night's certificate from its files; what differs, in words.

    Recomputed are the sums of current raw, the content hash of every record and their sums, the
    count of refused values, what the ledger says, and the chain of certificates up to this one.
    """
    night = NightFolder.of(var, run.number)
    if not night.certificate.is_file():
        return [f"night {run.number} has no certificate: it was cut short; run `facade sync` again"]
    try:
        certificate = json.loads(night.certificate.read_text("utf-8"))
        found = _doctored(ledger, var, run, certificate)
    except (KeyError, TypeError, AttributeError, ValueError):
        return [f"the certificate of night {run.number} is none: it was changed"]
    found += differences(certificate)
    found += _broken_links(ledger, var, run)
    if run.mapping_hash != mapping.digest:
        return [
            *found,
            f"the mapping is not the one of night {run.number}: run `facade sync` first",
        ]
    spill = var / "spill"
    spill.mkdir(parents=True, exist_ok=True)
    with engine(spill) as con:
        for name, table in certificate["tables"].items():
            found += _readable(f"table {name}", lambda: _verify_table(con, night, name, table))  # noqa: B023
        for name, entity in mapping.entities.items():
            if name in certificate["entities"]:
                told = certificate["entities"][name]
                found += _readable(name, lambda: _verify_entity(con, night, entity, told))  # noqa: B023
    return found


def verify_sinks(
    var: Path, run: Run, sinks: Mapping[str, Sink], layouts: Mapping[str, Layout]
) -> list[str]:
    """Compare what each sink that can be read back really holds with a run's snapshot, in words."""
    snapshot = delivery_of(var, run, layouts).snapshot
    found = []
    for name, sink in sinks.items():
        if not isinstance(sink, Mirror):
            continue
        try:
            differing = sink.verify(snapshot)
        except SinkError as error:
            found.append(f"sink {name}: it could not be read back: {error}")
            continue
        for difference in differing[:MOST]:
            where = " ".join((difference.table, *difference.key))
            found.append(f"sink {name}: {where}: {difference.what}")
        if len(differing) > MOST:
            found.append(f"sink {name}: {len(differing) - MOST} more differences")
    return found


def _doctored(ledger: Ledger, var: Path, run: Run, certificate: Mapping[str, Any]) -> list[str]:
    """Parts of a certificate that are not what the night and the ledger say."""
    source = {name: table["source"] for name, table in certificate["tables"].items()}
    expected = json.loads(json.dumps(_certificate(ledger, var, run, source), default=str))
    # What a sink took after the certificate was written is not in it.
    expected["sinks"] = {
        name: said for name, said in expected["sinks"].items() if name in certificate["sinks"]
    }
    expected["differences"] = differences(expected)
    return [
        f"the certificate of night {run.number} was changed: {part!r} is not what was certified"
        for part in sorted({*expected, *certificate})
        if expected.get(part) != certificate.get(part)
    ]


def _broken_links(ledger: Ledger, var: Path, run: Run) -> list[str]:
    """Earlier certificates that do not carry the SHA-256 of the one before them."""
    found, before = [], None
    for other in ledger.runs.sealed_after(0):
        path = NightFolder.of(var, other.number).certificate
        if other.number >= run.number or not path.is_file():
            continue
        try:
            previous = json.loads(path.read_text("utf-8")).get("previous")
        except (ValueError, AttributeError):
            previous = ""
        # The oldest that is kept may follow on one that is gone.
        if before is not None and previous != _sha256(before):
            found.append(
                f"the certificate of night {other.number} does not follow on the one before it"
            )
        before = path
    return found


def _readable(what: str, check: Callable[[], list[str]]) -> list[str]:
    """What a check finds; that files are missing or broken is a finding too."""
    try:
        return check()
    except (duckdb.Error, FileNotFoundError):
        return [f"{what}: files are missing or cannot be read"]


def _verify_table(
    con: duckdb.DuckDBPyConnection, night: NightFolder, name: str, certified: Mapping[str, Any]
) -> list[str]:
    columns: Sequence[str] = night.night["tables"][name]["columns"]
    rows, digest = digest_of(con, partitions.relation(night.current(name)), columns)
    if [rows, digest] == [certified["rows"], certified["digest"]]:
        return []
    return [f"table {name}: current raw is not what was certified"]


def _verify_entity(
    con: duckdb.DuckDBPyConnection,
    night: NightFolder,
    entity: EntityMapping,
    certified: Mapping[str, Any],
) -> list[str]:
    name, found = entity.entity.name, []
    for relation, sums in certified["snapshot"].items():
        if list(snapshot_sums(con, night.snapshot(relation))) != [sums[0], str(sums[1])]:
            found.append(f"{relation}: the snapshot's sums are not what was certified")
    wrong = count(con, f"SELECT count(*) FROM ({rehashed(entity, night)}) WHERE hash <> recomputed")
    if wrong:
        found.append(f"{name}: {wrong} records do not have the content that was hashed")
    refused = partitions.scan(night.refused(relation) for relation in entity.layouts)
    if count(con, f"SELECT count(*) FROM {refused}") != certified["refused"]:
        found.append(f"{name}: there are more or fewer refused values than were certified")
    return found


def rehashed(entity: EntityMapping, night: NightFolder) -> str:
    """SQL for id, hash, and the hash recomputed from values and children as they lie there."""
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
            f" FROM (SELECT {owner}, {own} AS h FROM {rows}) GROUP BY {owner}) s{number}"
            f" ON s{number}.owner = x.id"
        )
        parts.append(f"coalesce(s{number}.children, '0:0')")
    folded = [" || ' ' || ".join(parts)] if parts else []
    rows = partitions.relation(night.snapshot(entity.entity.name))
    hashed = content_hash([*names, "x.problems", *folded])
    return f"SELECT x.id, x.hash, {hashed} AS recomputed FROM {rows} x{joins}"


def _previous(ledger: Ledger, var: Path, run: Run) -> Path | None:
    earlier = [other for other in ledger.runs.sealed_after(0) if other.number < run.number]
    for other in reversed(earlier):
        path = NightFolder.of(var, other.number).certificate
        if path.is_file():
            return path
    return None


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
