"""A night from lease to certificate: the order of its steps, and nothing else."""

from __future__ import annotations

import datetime as dt
import shutil
import time
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb

from facade.ledger import Ledger
from facade.ledger.errors import LeaseHeld, RunClosed
from facade.ledger.leases import Lease
from facade.ledger.runs import Run
from facade.sinks.sink import Receipt, Sink, SinkError
from facade.snapshots import partitions
from facade.snapshots.folder import NightFolder
from facade.sync import certify
from facade.sync.compare import compare, keep
from facade.sync.deliver import deliver
from facade.sync.engine import engine
from facade.sync.errors import NightBusy, NothingSealed
from facade.sync.extract import Extraction, extract
from facade.sync.give_back import give_back
from facade.sync.give_back import summary as given_back_summary
from facade.sync.holder import is_dead, this_job
from facade.sync.progress import Clock, Progress, silent
from facade.sync.translate import translate
from facade.writes import Writes
from legacy_clients.crm import LegacyCRM
from schemas.layout import Layout
from schemas.mapping import EntityMapping

LEASE = "night"
LEASE_SECONDS = 3600.0
"""It is renewed when half of it is over; only a job that hangs or died lets it run out."""


@dataclass(frozen=True)
class _Pass:
    """What the steps up to sealing share. `before` is what the last night told of itself."""

    con: duckdb.DuckDBPyConnection
    night: NightFolder
    last: NightFolder | None
    before: Mapping[str, Any]
    same_mapping: bool
    full: bool
    accepted: Collection[str]


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
        """One whole night; what it did, as JSON. Sinks that fail are in it.

        Raises NightError and LegacyError.
        """
        with self._lease() as lease:
            told = self._renewing(lease)
            # What was written before, and nobody knows of, may show by now.
            with self.clock.step("settle"):
                Writes(self.crm, self.ledger).settle_open()
            sealed = self._seal(lease, told, set(entities), full, accepted)
            # Now, before anything is given back: that may add rows.
            with self.clock.step("certify"):
                source = certify.recount(self.crm, self.crm.mapping.tables)
            delivered = self._deliver(lease, told)
            given = self._give_back()
            with self.clock.step("certify"):
                certificate = certify.certify(self.ledger, self.var, sealed, source)
        night = NightFolder.of(self.var, sealed.number).night
        return {
            "run": sealed.number,
            "entities": {name: _shown(entity) for name, entity in night["entities"].items()},
            "sinks": delivered,
            "status_back": given,
            "new_refusals": night["new_refusals"],
            "certificate": certificate["differences"] or "agrees",
            "seconds": self.clock.seconds,
        }

    def deliver_only(self) -> dict[str, Any]:
        """Bring the sinks up to the newest sealed night, without a new one. Raises NightBusy."""
        with self._lease() as lease:
            return self._deliver(lease, self._renewing(lease))

    def give_back_only(self) -> dict[str, Any]:
        """Ask the sinks for statuses and write them to the CRM, without a night.

        Raises NightBusy.
        """
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
        lease = self._take()
        try:
            yield lease
        finally:
            self.ledger.leases.release(lease)

    def _take(self) -> Lease:
        leases, now = self.ledger.leases, dt.datetime.now(dt.UTC)
        try:
            try:
                return leases.take(LEASE, this_job(), LEASE_SECONDS, now)
            except LeaseHeld as held:
                if not is_dead(held.holder):
                    raise
                # A job that died has no time left; of two that see it, the ledger lets one pass.
                lease = leases.take(LEASE, this_job(), LEASE_SECONDS, held.until)
                return leases.renew(lease, LEASE_SECONDS, now)
        except LeaseHeld as held:
            raise NightBusy(f"another job is at work: {held}") from held

    def _renewing(self, lease: Lease) -> Progress:
        """Our progress, which also renews the lease in time. Calling it may raise LeaseLost."""
        renewed = time.monotonic()

        def tell(what: str, done: int, total: int) -> None:
            nonlocal renewed
            self.progress(what, done, total)
            if time.monotonic() - renewed >= LEASE_SECONDS / 2:
                self.ledger.leases.renew(lease, LEASE_SECONDS, dt.datetime.now(dt.UTC))
                renewed = time.monotonic()

        return tell

    def _seal(
        self,
        lease: Lease,
        progress: Progress,
        chosen: set[str],
        full: bool,
        accepted: Collection[str],
    ) -> Run:
        """Extract, translate, compare, and the one row that makes it count."""
        for left in self.ledger.runs.unsealed():
            # The lease is ours: the job that began it is dead.
            self._discard(left.number)
        self.crm.check_columns()
        digest = self.crm.mapping.digest
        last_run = self.ledger.runs.last_sealed()
        last = NightFolder.of(self.var, last_run.number) if last_run else None
        before: dict[str, Any] = last.night if last else {"tables": {}, "entities": {}}
        same = last_run is not None and last_run.mapping_hash == digest
        number = self.ledger.runs.begin("night", dt.datetime.now(dt.UTC), lease)
        night = NightFolder.of(self.var, number)
        night.begin()
        try:
            with engine(night.work) as con:
                work = _Pass(con, night, last, before, same, full, accepted)
                told = self._work(work, progress, chosen)
            with self.clock.step("seal"):
                night.finish(told)
                self.ledger.runs.seal(number, dt.datetime.now(dt.UTC), _summary(told), digest)
        except BaseException:
            self._discard(number)
            raise
        sealed = self.ledger.runs.get(number)
        assert sealed is not None
        return sealed

    def _discard(self, number: int) -> None:
        """Close a run that was not sealed, and throw its folder away."""
        try:
            self.ledger.runs.abandon(number)
        except RunClosed:
            run = self.ledger.runs.get(number)
            if run is None or run.sealed_at is not None:
                return
        shutil.rmtree(NightFolder.of(self.var, number).path, ignore_errors=True)

    def _work(self, work: _Pass, progress: Progress, chosen: set[str]) -> dict[str, Any]:
        mapping = self.crm.mapping
        tables: dict[str, dict[str, Any]] = {}
        with self.clock.step("extract"):
            wanted = self._tables_of(chosen, work.before)
            for number, name in enumerate(mapping.tables):
                progress("extract", number, len(mapping.tables))
                tables[name] = self._table(work, name, name in wanted)
            progress("extract", len(mapping.tables), len(mapping.tables))
        entities: dict[str, dict[str, Any]] = {}
        with self.clock.step("translate"):
            for number, (name, entity) in enumerate(mapping.entities.items()):
                progress("translate", number, len(mapping.entities))
                entities[name] = _entity(work, entity, tables)
            progress("translate", len(mapping.entities), len(mapping.entities))
        return {
            "tables": tables,
            "entities": entities,
            "mapping": mapping.digest,
            "new_refusals": _new_refusals(work.con, self.layouts, work.night, work.last),
        }

    def _table(self, work: _Pass, name: str, wanted: bool) -> dict[str, Any]:
        """A table's state tonight; one that is not wanted stays as it was."""
        before = work.before["tables"].get(name)
        if wanted:
            reading = Extraction(
                work.con, self.crm, work.night, work.last, work.full, work.accepted
            )
            return extract(reading, name, before).as_json()
        assert work.last is not None
        partitions.link(work.last.current(name), work.night.current(name))
        return dict(before) | {"read": 0, "deleted": 0, "changed": False}

    def _tables_of(self, chosen: set[str], before: Mapping[str, Any]) -> set[str]:
        """The tables of the chosen entities; all where none is chosen, or nothing is known yet."""
        mapping = self.crm.mapping
        if not chosen:
            return set(mapping.tables)
        named = {table for name in chosen for table in tables_of(mapping.entities[name])}
        return named | {name for name in mapping.tables if name not in before["tables"]}

    def _deliver(self, lease: Lease, progress: Progress) -> dict[str, Any]:
        told: dict[str, Any] = {}
        for name, sink in self.sinks.items():
            with self.clock.step(f"deliver {name}"):
                try:
                    receipts = deliver(self.ledger, self.var, sink, self.layouts, lease, progress)
                except SinkError as error:
                    told[name] = {"delivered": {}, "parked": 0, "failed": str(error)}
                    continue
            parked = len(receipts[-1].parked) if receipts else 0
            told[name] = {"delivered": _delivered(receipts), "parked": parked}
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


def _entity(
    work: _Pass, entity: EntityMapping, tables: Mapping[str, Mapping[str, Any]]
) -> dict[str, Any]:
    """One entity translated and compared; it stands where nothing that it is made of changed."""
    name = entity.entity.name
    base = tables[entity.shape.table]
    known = work.before["entities"].get(name)
    still = not any(tables[table]["changed"] for table in tables_of(entity))
    if work.last and known and work.same_mapping and still:
        compared = keep(entity, work.night, work.last, known["sums"])
        told = {word: known[word] for word in ("records", "refused", "set_apart")}
    else:
        many = work.last is not None and base["rows"] > partitions.FEW
        translated = translate(work.con, entity, work.night, work.last, many, work.same_mapping)
        # A changed mapping may change every record.
        accepted = work.accepted if work.same_mapping else {*work.accepted, "updates"}
        compared = compare(work.con, entity, translated, work.night, work.last, accepted)
        told = {
            "records": translated.records,
            "refused": translated.refused,
            "set_apart": translated.set_apart,
        }
    return {"read": base["read"], **told, **compared.as_json()}


def _delivered(receipts: Iterable[Receipt]) -> dict[str, dict[str, int]]:
    """Records by entity and act, of all the runs that a sink took."""
    found: dict[str, Counter[str]] = {}
    for receipt in receipts:
        for entity, acts in receipt.delivered.items():
            found.setdefault(entity, Counter()).update(acts)
    return {entity: dict(acts) for entity, acts in found.items()}


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
