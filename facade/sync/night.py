"""A night from lease to certificate: the order of its steps, and nothing else."""

from __future__ import annotations

import datetime as dt
import os
import socket
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb

from facade.ledger import Ledger
from facade.ledger.errors import LeaseHeld
from facade.ledger.leases import Lease
from facade.ledger.runs import Run
from facade.sinks.sink import Sink, SinkError
from facade.snapshots import partitions
from facade.snapshots.folder import NightFolder
from facade.sync import certify
from facade.sync.compare import Compared, compare, keep
from facade.sync.deliver import deliver, receipt_json
from facade.sync.engine import engine
from facade.sync.errors import NightBusy, NothingSealed
from facade.sync.extract import Extraction, extract
from facade.sync.give_back import give_back
from facade.sync.give_back import summary as given_back_summary
from facade.sync.progress import Clock, Progress, silent
from facade.sync.translate import translate
from facade.writes import Writes
from legacy_clients.crm import LegacyCRM
from schemas.layout import Layout
from schemas.mapping import EntityMapping

LEASE = "night"
LEASE_SECONDS = 3600.0


@dataclass
class Night:
    """Everything a night works with. `sinks` are those to deliver to."""

    crm: LegacyCRM
    ledger: Ledger
    var: Path
    sinks: Mapping[str, Sink] = field(default_factory=dict)
    progress: Progress = silent
    clock: Clock = field(default_factory=Clock)

    @property
    def layouts(self) -> dict[str, Layout]:
        entities = self.crm.mapping.entities.values()
        return {name: layout for entity in entities for name, layout in entity.layouts.items()}

    def run(
        self, entities: Collection[str] = (), full: bool = False, accepted: Collection[str] = ()
    ) -> dict[str, Any]:
        """One whole night; what it did, as JSON. Raises NightError and LegacyError; sinks that fail are in the summary."""
        with self._lease() as lease:
            sealed = self._seal(lease, set(entities), full, accepted)
            delivered = self._deliver(lease)
            given = self._give_back()
            with self.clock.step("certify"):
                source = certify.recount(self.crm, self.crm.mapping.tables)
                certificate = certify.certify(self.ledger, self.var, sealed, source)
        told = NightFolder.of(self.var, sealed.number).night
        return {
            "run": sealed.number,
            "entities": {name: _shown(entity) for name, entity in told["entities"].items()},
            "sinks": delivered,
            "status_back": given,
            "new_refusals": told["new_refusals"],
            "certificate": certificate["differences"] or "agrees",
            "seconds": self.clock.seconds,
        }

    def deliver_only(self) -> dict[str, Any]:
        """Bring the sinks up to the newest sealed night, without a new one. Raises NightBusy."""
        with self._lease() as lease:
            return self._deliver(lease)

    def give_back_only(self) -> dict[str, Any]:
        """Ask the sinks for statuses and write them to the CRM, without a night. Raises NightBusy."""
        with self._lease():
            return dict(self._give_back())

    def newest(self) -> Run:
        """The newest sealed night. Raises NothingSealed."""
        run = self.ledger.runs.last_sealed()
        if run is None:
            raise NothingSealed("no night has been sealed yet: run `facade sync` first")
        return run

    @contextmanager
    def _lease(self) -> Iterator[Lease]:
        holder = f"{socket.gethostname()}:{os.getpid()}"
        try:
            lease = self.ledger.leases.take(LEASE, holder, LEASE_SECONDS, dt.datetime.now(dt.UTC))
        except LeaseHeld as held:
            raise NightBusy(f"another job is at work: {held}") from held
        try:
            yield lease
        finally:
            self.ledger.leases.release(lease)

    def _seal(self, lease: Lease, chosen: set[str], full: bool, accepted: Collection[str]) -> Run:
        """Extract, translate, compare, and the one row that makes it count."""
        last_run = self.ledger.runs.last_sealed()
        last = NightFolder.of(self.var, last_run.number) if last_run else None
        number = self.ledger.runs.begin("night", dt.datetime.now(dt.UTC), lease)
        night = NightFolder.of(self.var, number)
        night.begin()
        try:
            with engine(night.work) as con:
                told = self._work(con, night, last, last_run, chosen, full, accepted)
            with self.clock.step("seal"):
                night.finish(told)
                digest = self.crm.mapping.digest
                self.ledger.runs.seal(number, dt.datetime.now(dt.UTC), _summary(told), digest)
        except BaseException:
            self.ledger.runs.abandon(number)
            import shutil

            shutil.rmtree(night.path, ignore_errors=True)
            raise
        sealed = self.ledger.runs.get(number)
        assert sealed is not None
        return sealed

    def _work(
        self,
        con: duckdb.DuckDBPyConnection,
        night: NightFolder,
        last: NightFolder | None,
        last_run: Run | None,
        chosen: set[str],
        full: bool,
        accepted: Collection[str],
    ) -> dict[str, Any]:
        mapping = self.crm.mapping
        before: dict[str, Any] = last.night if last else {"tables": {}, "entities": {}}
        same_mapping = last_run is not None and last_run.mapping_hash == mapping.digest
        tables: dict[str, dict[str, Any]] = {}
        with self.clock.step("extract"):
            names = self._tables_of(chosen, before)
            for number, name in enumerate(mapping.tables):
                self.progress("extract", number, len(mapping.tables))
                if name in names:
                    work = Extraction(con, self.crm, night, last, full)
                    tables[name] = extract(work, name, before["tables"].get(name)).as_json()
                else:
                    assert last is not None
                    partitions.link(last.current(name), night.current(name))
                    tables[name] = before["tables"][name] | {
                        "read": 0,
                        "deleted": 0,
                        "changed": False,
                    }
            self.progress("extract", len(mapping.tables), len(mapping.tables))
        entities: dict[str, dict[str, Any]] = {}
        with self.clock.step("translate"):
            for number, (name, entity) in enumerate(mapping.entities.items()):
                self.progress("translate", number, len(mapping.entities))
                entities[name] = self._entity(
                    con, entity, night, last, tables, before, same_mapping, accepted
                )
            self.progress("translate", len(mapping.entities), len(mapping.entities))
        return {
            "tables": tables,
            "entities": entities,
            "mapping": mapping.digest,
            "new_refusals": _new_refusals(con, self.layouts, night, last),
        }

    def _tables_of(self, chosen: set[str], before: Mapping[str, Any]) -> set[str]:
        """The tables of the chosen entities; all where none is chosen, or nothing is known yet."""
        mapping = self.crm.mapping
        if not chosen:
            return set(mapping.tables)
        named = {table for name in chosen for table in tables_of(mapping.entities[name])}
        return named | {name for name in mapping.tables if name not in before["tables"]}

    def _entity(
        self,
        con: duckdb.DuckDBPyConnection,
        entity: EntityMapping,
        night: NightFolder,
        last: NightFolder | None,
        tables: Mapping[str, Mapping[str, Any]],
        before: Mapping[str, Any],
        same_mapping: bool,
        accepted: Collection[str],
    ) -> dict[str, Any]:
        name = entity.entity.name
        base = tables[entity.shape.table]
        known = before["entities"].get(name)
        if (
            last
            and known
            and same_mapping
            and not any(tables[table]["changed"] for table in tables_of(entity))
        ):
            compared = keep(entity, night, last, known["sums"])
            told = {
                "records": known["records"],
                "refused": known["refused"],
                "set_apart": known["set_apart"],
            }
        else:
            many = base["rows"] > partitions.FEW
            translated = translate(con, entity, night, last, many)
            accept = accepted if same_mapping or not known else {*accepted, "updates"}
            compared = compare(con, entity, translated, night, last, accept)
            told = {
                "records": translated.records,
                "refused": translated.refused,
                "set_apart": translated.set_apart,
            }
        return {"read": base["read"], **told, **_compared(compared)}

    def _deliver(self, lease: Lease) -> dict[str, Any]:
        told: dict[str, Any] = {}
        for name, sink in self.sinks.items():
            with self.clock.step(f"deliver {name}"):
                try:
                    receipt = deliver(
                        self.ledger, self.var, sink, self.layouts, lease, self.progress
                    )
                except SinkError as error:
                    told[name] = {"delivered": {}, "parked": 0, "failed": str(error)}
                    continue
            document = receipt_json(receipt) if receipt else {"delivered": {}, "parked": []}
            told[name] = {"delivered": document["delivered"], "parked": len(document["parked"])}
        return told

    def _give_back(self) -> Mapping[str, Any]:
        with self.clock.step("give back"):
            if "shipment" not in self.crm.mapping.entities or not self.sinks:
                return {}
            try:
                given = give_back(self.ledger, self.sinks.values(), Writes(self.crm, self.ledger))
            except SinkError as error:
                return {"failed": str(error)}
            return given_back_summary(given)


def tables_of(entity: EntityMapping) -> set[str]:
    """Every source table that an entity or its children are made of."""
    shapes = [entity.shape]
    shapes += [
        rows.shape for child in entity.children.values() for rows in child.sources if rows.shape
    ]
    return {table for shape in shapes for table in shape.aliases.values()}


def _compared(compared: Compared) -> dict[str, Any]:
    return compared.as_json()


def _shown(entity: Mapping[str, Any]) -> dict[str, int]:
    return {word: entity[word] for word in ("read", "inserted", "updated", "deleted", "refused")}


def _summary(told: Mapping[str, Any]) -> dict[str, Any]:
    return {"entities": {name: _shown(entity) for name, entity in told["entities"].items()}}


def _new_refusals(
    con: duckdb.DuckDBPyConnection,
    layouts: Iterable[str],
    night: NightFolder,
    last: NightFolder | None,
) -> int:
    """Refused values that the last night did not have."""
    new = [night.refused(name) for name in layouts if night.refused(name).is_file()]
    old = [last.refused(name) for name in layouts if last.refused(name).is_file()] if last else []
    if not new:
        return 0
    columns = "entity, id, field, raw, reason"
    sql = f"SELECT {columns} FROM {partitions.scan(new)}"
    if old:
        sql += f" EXCEPT SELECT {columns} FROM {partitions.scan(old)}"
    row = con.execute(f"SELECT count(*) FROM ({sql})").fetchall()[0]
    return int(row[0])
