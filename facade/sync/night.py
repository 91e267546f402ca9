"""A night from lease to certificate: the order of its steps, and nothing else."""

from __future__ import annotations

import datetime as dt
import shutil
import time
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb

from facade.ledger import Ledger
from facade.ledger.errors import LeaseHeld
from facade.ledger.leases import Lease
from facade.ledger.refusals import Retry
from facade.ledger.runs import CERTIFIED, CHANGES, NIGHT, REPLAY, ROLLBACK, Run
from facade.sinks.sink import Receipt, Sink, SinkError
from facade.snapshots import layers
from facade.snapshots.folder import FORMAT, NightFolder
from facade.sync import certify, report
from facade.sync.affected import find_affected
from facade.sync.cluster import Cluster, Crew
from facade.sync.compare import compare, keep
from facade.sync.deliver import deliver, finish, paused
from facade.sync.engine import engine, told_as_unwritten
from facade.sync.errors import NightBusy, NightStopped, NothingSealed
from facade.sync.extract import Extraction, extract
from facade.sync.give_back import give_back
from facade.sync.give_back import summary as given_back_summary
from facade.sync.holder import is_dead, this_job
from facade.sync.plan import Plan, plan
from facade.sync.progress import Clock, Progress, silent
from facade.sync.recent import LEFT, NothingNew, Recent, chosen_entities
from facade.sync.refusals import count_new
from facade.sync.replay import demand_raw, read_as, uncounted
from facade.sync.retention import Retention, compact
from facade.sync.retries import NOTHING, Again, find_again
from facade.sync.rollback import state_to
from facade.sync.steps import seal_step
from facade.sync.translate import Translated, translate
from facade.sync.unsealed import discard
from facade.writes import Writes
from legacy_clients.crm import LegacyCRM
from legacy_clients.errors import Busy
from schemas.layout import Layout
from schemas.mapping import EntityMapping

LEASE = "night"
MAPPING = "mapping"
"""What is accepted where a changed mapping is to reach the sinks without a look at its plan."""
LEASE_SECONDS = 3600.0
"""It is renewed when half of it is over; only a job that hangs or died lets it run out."""
OVERLAP = dt.timedelta(minutes=10)
"""So far before its last reading a run between nights reads again."""
HOURS_OVER = "the hours in which the CRM may be read were over"


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
    kind: str = NIGHT
    again: Again = NOTHING
    crew: Crew | None = None


@dataclass
class Night:
    """Everything a night works with. `sinks` are those to deliver to, `wanted` the relations that
    each is to have, if not all; a `cluster`, if there is one, shares the heavy work.
    """

    crm: LegacyCRM
    ledger: Ledger
    var: Path
    sinks: Mapping[str, Sink] = field(default_factory=dict)
    progress: Progress = silent
    clock: Clock = field(default_factory=Clock)
    certificate_key: Path | None = None
    wanted: Mapping[str, Collection[str]] = field(default_factory=dict)
    keeping: Retention = field(default_factory=Retention)
    overlap: dt.timedelta = OVERLAP
    cluster: Cluster | None = None

    @property
    def layouts(self) -> dict[str, Layout]:
        entities = self.crm.mapping.entities.values()
        return {name: layout for entity in entities for name, layout in entity.layouts.items()}

    def run(
        self,
        entities: Collection[str] = (),
        full: bool = False,
        accepted: Collection[str] = (),
        dry: bool = False,
    ) -> dict[str, Any]:
        """One whole night; what it did, as JSON. Sinks that fail are in it.

        A dry one is sealed too, and neither delivered nor given back: what would be delivered is in
        it. Raises NightError and LegacyError.
        """
        with self._lease() as lease:
            self.crm.demand_hours()
            told = self._renewing(lease)
            before = self.crm.load()
            # What was written before, and nobody knows of, may show by now.
            with self.clock.step("settle"):
                Writes(self.crm, self.ledger).settle_open()
            sealed = self._seal(lease, told, set(entities), full, accepted)
            # Now, before anything is given back: that may add rows.
            with self.clock.step("certify"):
                source = self._recounted(sealed)
            if MAPPING in accepted:
                self._accept_mapping(sealed)
            delivered = {} if dry else self._deliver(lease, told)
            # Who overslept gives nothing back and certifies nothing: another has gone on since.
            self.ledger.leases.check(lease)
            given = {} if dry else self._give_back()
            self.ledger.leases.check(lease)
            certificate = self._certified(
                sealed, source, load=self.crm.load(), before=before, limits=self.crm.limits()
            )
            self._compact()
        found = self._told(sealed, certificate, delivered) | {"status_back": given}
        return found | ({"plan": self._planned(sealed)} if dry else {})

    def changes(
        self, entities: Collection[str] = (), accepted: Collection[str] = ()
    ) -> dict[str, Any]:
        """A run between nights: rows of these entities (all that can, where none is named) whose
        stamps are recent, delivered; what it did, as JSON.

        It has a receipt in place of a certificate, which says what it did not look at. Where
        nothing changed it seals nothing. Raises NightError (LeftToNight) and LegacyError.
        """
        with self._lease() as lease:
            self.crm.demand_hours()
            newest, read = self._newest_of_mapping(), chosen_entities(self.crm.mapping, entities)
            told, before = self._renewing(lease), self.crm.load()
            found: dict[str, Any] = {
                "run": None,
                "entities": {},
                "new_refusals": 0,
                "looked_at": self._looked_at(read, {}),
            }
            try:
                sealed = self._seal(lease, told, set(read), False, accepted, CHANGES)
            except NothingNew:
                pass
            else:
                night = NightFolder.of(self.var, sealed.number).night
                found |= {
                    "run": sealed.number,
                    "since": newest.number,
                    "entities": {name: _shown(it) for name, it in night["entities"].items()},
                    "new_refusals": night["new_refusals"],
                    "looked_at": night["looked_at"],
                }
            found["sinks"] = self._deliver(lease, told)
            self._compact()
        load = certify.load_json(self.crm.load(), before)
        return found | {"load": load, "seconds": self.clock.seconds}

    def replay(self, again: bool = False, accepted: Collection[str] = ()) -> dict[str, Any] | None:
        """The mapping applied to raw as it was read before, sealed like a night; nothing is read
        from the CRM. What it did, as JSON.

        None where the newest state was sealed under this mapping, unless `again` is wanted. Sinks
        get it when their plan is accepted. Raises NightError.
        """
        with self._lease() as lease:
            if self.newest().mapping_hash == self.crm.mapping.digest and not again:
                return None
            sealed = self._seal(lease, self._renewing(lease), set(), False, accepted, REPLAY)
            if MAPPING in accepted:
                self._accept_mapping(sealed)
            delivered = self._deliver(lease, self._renewing(lease))
            self.ledger.leases.check(lease)
            certificate = self._certified(sealed, uncounted(self.crm.mapping.tables))
            self._compact()
        return self._told(sealed, certificate, delivered)

    def plans(self) -> dict[str, Plan]:
        """By sink, what would bring it from what it holds to the newest state.

        Raises NothingSealed, and NightStopped where that is a state under another mapping.
        """
        return self._plans(self._newest_of_mapping())

    def accept(self) -> dict[str, Any]:
        """Accept the newest state's mapping for the sinks, and deliver. Raises NightError."""
        with self._lease() as lease:
            self._accept_mapping(self._newest_of_mapping())
            return self._deliver(lease, self._renewing(lease))

    def rollback_plan(self, sink: str, number: int) -> Plan:
        """What would return a sink to the state of a night. Raises NightStopped."""
        target = state_to(self.ledger, self.var, sink, number)
        return self._plans(target)[sink]

    def rollback(self, sink: str, number: int) -> dict[str, Any]:
        """Return a sink to the state of a night, and pause it. Raises NightError, SinkError."""
        with self._lease() as lease:
            progress = self._renewing(lease)
            finish(self.ledger, self.var, self.sinks[sink], self.layouts, lease, progress)
            target = state_to(self.ledger, self.var, sink, number)
            step = seal_step(self.ledger, self.var, lease, ROLLBACK, sink, target, self.layouts)
            found = self._deliver(lease, progress, (sink,))[sink]
        return {"run": step.number, "state": number, **found}

    def _accept_mapping(self, run: Run) -> None:
        assert run.mapping_hash is not None
        for name in self.sinks:
            self.ledger.sinks.accept(name, run.mapping_hash, dt.datetime.now(dt.UTC))

    def _newest_of_mapping(self) -> Run:
        run = self.newest()
        if run.mapping_hash != self.crm.mapping.digest:
            raise NightStopped(
                f"the mapping was changed since run {run.number} was sealed: apply it first, with"
                " `facade replay` to what was read before, or with `facade sync`"
            )
        return run

    def _plans(self, target: Run) -> dict[str, Plan]:
        spill = self.var / "spill"
        spill.mkdir(parents=True, exist_ok=True)
        layouts = self.layouts
        with engine(spill) as con:
            return {
                name: plan(
                    con,
                    self.ledger,
                    self.var,
                    name,
                    target,
                    {n: it for n, it in layouts.items() if n in self.wanted.get(name, layouts)},
                )
                for name in self.sinks
            }

    def _planned(self, target: Run) -> dict[str, Any]:
        return {name: it.as_json() for name, it in self._plans(target).items()}

    def _told(
        self, sealed: Run, certificate: Mapping[str, Any], delivered: Mapping[str, Any]
    ) -> dict[str, Any]:
        folder = NightFolder.of(self.var, sealed.number)
        night = folder.night
        return {
            "run": sealed.number,
            "report": str(folder.path / report.REPORT),
            "entities": {name: _shown(entity) for name, entity in night["entities"].items()},
            "sinks": delivered,
            "new_refusals": night["new_refusals"],
            "certificate": certificate["differences"] or "agrees",
            "seconds": self.clock.seconds,
        }

    def _looked_at(self, entities: Collection[str], since: Mapping[str, str]) -> dict[str, Any]:
        """What a run between nights looked at, and what it left; `since` are stamps by table."""
        rest = [name for name in self.crm.mapping.entities if name not in entities]
        left = [*LEFT, *([f"entities {', '.join(rest)}"] if rest else [])]
        return {
            "what": "recent stamps only",
            "entities": list(entities),
            "since": dict(since),
            "left_to_the_night": left,
        }

    def _recounted(self, sealed: Run) -> Mapping[str, Mapping[str, Any]]:
        """What the source counts after the reading; nothing where it may be asked no more."""
        tables = self.crm.mapping.tables
        try:
            self.crm.demand_hours()
        except Busy:
            return {name: {"uncounted": HOURS_OVER} for name in tables}
        return certify.recount(self.crm, tables, NightFolder.of(self.var, sealed.number))

    def _certified(
        self, sealed: Run, source: Mapping[str, Mapping[str, Any]], **spent: Mapping[str, Any]
    ) -> dict[str, Any]:
        """Certificate and report of a sealed run; `spent` is what `certify` says of the load."""
        with self.clock.step("certify"):
            certificate = certify.certify(
                self.ledger,
                self.var,
                sealed,
                source,
                **spent,
                seconds=self.clock.seconds,
                key=self.certificate_key,
            )
            report.publish(self.ledger, self.var, sealed)
        return certificate

    def _compact(self) -> None:
        with self.clock.step("compact"):
            compact(self.ledger, self.var, self.keeping, dt.datetime.now(dt.UTC))

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
        """The newest sealed state. Raises NothingSealed."""
        return self._found(self.ledger.runs.last_sealed())

    def newest_night(self) -> Run:
        """The newest that ends with a certificate: no run between nights. Raises NothingSealed."""
        return self._found(self.ledger.runs.last_sealed(CERTIFIED))

    def _found(self, run: Run | None) -> Run:
        if run is None:
            raise NothingSealed("no night has been sealed yet: run `facade sync` first")
        return run

    @contextmanager
    def _lease(self) -> Iterator[Lease]:
        lease = self._take()
        try:
            with told_as_unwritten():
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
        kind: str = NIGHT,
    ) -> Run:
        """Extract, translate, compare, and the one row that makes it count."""
        for left in self.ledger.runs.unsealed():
            # The lease is ours: the job that began it is dead.
            self._discard(left.number)
        self._sweep()
        reads = kind != REPLAY
        if kind == NIGHT:
            self.crm.check_columns()
        digest = self.crm.mapping.digest
        last_run = self.ledger.runs.last_sealed()
        last = NightFolder.of(self.var, last_run.number) if last_run else None
        before: dict[str, Any] = last.night if last else {"tables": {}, "entities": {}}
        if last is not None and before.get("format") != FORMAT:
            raise NightStopped(
                f"run {last.run} was written by an earlier version, in files that this one does not"
                " read: go on with that version, or begin anew with an empty FACADE_VAR and empty"
                " sinks"
            )
        if last_run is not None and not reads:
            demand_raw(self.crm.mapping, before, last_run.number)
        same = last_run is not None and last_run.mapping_hash == digest and reads
        number = self.ledger.runs.begin(kind, dt.datetime.now(dt.UTC), lease)
        night = NightFolder.of(self.var, number)
        night.begin()
        try:
            with (
                night.filling(),
                engine(night.work) as con,
                self._crew(night, kind) as crew,
            ):
                asked = self._asked_again(chosen) if kind == NIGHT else []
                again = find_again(con, self.crm.mapping, last, asked)
                work = _Pass(con, night, last, before, same, full, accepted, kind, again, crew)
                told = self._work(work, progress, chosen)
            with self.clock.step("seal"):
                night.finish(told)
                self.ledger.runs.seal(number, dt.datetime.now(dt.UTC), _summary(told), digest)
        except BaseException:
            self._discard(number)
            raise
        self.ledger.refusals.read_again(again.retries)
        sealed = self.ledger.runs.get(number)
        assert sealed is not None
        return sealed

    @contextmanager
    def _crew(self, night: NightFolder, kind: str) -> Iterator[Crew | None]:
        """The workers of the cluster, if there is one; a run between nights is too short for it."""
        if self.cluster is None or kind == CHANGES:
            yield None
            return
        with self.clock.step("join cluster"):
            crew = self.cluster.join(night, self.crm)
        with closing(crew):
            yield crew

    def _asked_again(self, chosen: set[str]) -> list[Retry]:
        """What a night of the chosen entities is to read again; of all where none is chosen."""
        waiting = self.ledger.refusals.retries()
        return [retry for retry in waiting if not chosen or retry.entity in chosen]

    def _discard(self, number: int) -> None:
        discard(self.ledger, self.var, number)

    def _sweep(self) -> None:
        """Throw away what jobs that died left: folders of abandoned runs, files half written."""
        for folder in (self.var / "runs").glob("*"):
            run = self.ledger.runs.get(int(folder.name)) if folder.name.isdigit() else None
            if run is not None and run.abandoned:
                shutil.rmtree(folder, ignore_errors=True)
            elif run is not None and run.sealed_at is not None:
                NightFolder(folder).tidy()

    def _work(self, work: _Pass, progress: Progress, chosen: set[str]) -> dict[str, Any]:
        mapping = self.crm.mapping
        more: dict[str, Any] = {}
        with self.clock.step("extract"):
            if work.kind == CHANGES:
                recent = Recent(self._extraction(work), work.before["tables"], self.overlap)
                tables = recent.read(name for name in mapping.entities if name in chosen)
                more["looked_at"] = self._looked_at(sorted(chosen), recent.since)
            else:
                tables = self._tables(work, progress, chosen)
            self.crm.rest()
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
            "new_refusals": count_new(work.con, self.ledger, self.layouts, work.night),
            **more,
        }

    def _tables(
        self, work: _Pass, progress: Progress, chosen: set[str]
    ) -> dict[str, dict[str, Any]]:
        names = self.crm.mapping.tables
        wanted = self._tables_of(chosen, work.before) if work.kind == NIGHT else set()
        tables = {}
        for number, name in enumerate(names):
            progress("extract", number, len(names))
            tables[name] = self._table(work, name, name in wanted)
        progress("extract", len(names), len(names))
        return tables

    def _extraction(self, work: _Pass) -> Extraction:
        return Extraction(
            work.con,
            self.crm,
            work.night,
            work.last,
            work.full,
            work.accepted,
            work.again.tables,
            work.crew,
        )

    def _table(self, work: _Pass, name: str, wanted: bool) -> dict[str, Any]:
        """A table's state tonight; one that is not wanted stays as it was."""
        before = work.before["tables"].get(name)
        if wanted:
            read = self.crm.mapping.tables[name]
            return extract(self._extraction(work), name, before).as_json() | {"of": read_as(read)}
        assert work.last is not None
        layers.link(work.last.current(name), work.night.current(name))
        return dict(before) | {"read": 0, "deleted": 0, "changed": False}

    def _tables_of(self, chosen: set[str], before: Mapping[str, Any]) -> set[str]:
        """The tables of the chosen entities; all where none is chosen, or nothing is known yet."""
        mapping = self.crm.mapping
        if not chosen:
            return set(mapping.tables)
        named = {table for name in chosen for table in tables_of(mapping.entities[name])}
        return named | {name for name in mapping.tables if name not in before["tables"]}

    def _deliver(
        self, lease: Lease, progress: Progress, only: Collection[str] | None = None
    ) -> dict[str, Any]:
        told: dict[str, Any] = {}
        for name, sink in self.sinks.items():
            if only is not None and name not in only:
                continue
            with self.clock.step(f"deliver {name}"):
                try:
                    taken = deliver(self.ledger, self.var, sink, self.layouts, lease, progress)
                except (SinkError, NightStopped) as error:
                    told[name] = {"delivered": {}, "parked": 0, "failed": str(error)}
                    continue
            parked = len(taken.receipts[-1].parked) if taken.receipts else 0
            told[name] = {"delivered": _delivered(taken.receipts), "parked": parked}
            why = {"paused": taken.paused, "held": taken.held}
            told[name] |= {word: text for word, text in why.items() if text is not None}
        return told

    def _give_back(self) -> Mapping[str, Any]:
        with self.clock.step("give back"):
            asked = [sink for name, sink in self.sinks.items() if paused(self.ledger, name) is None]
            if "shipment" not in self.crm.mapping.entities or not asked:
                return {}
            try:
                given = give_back(self.ledger, asked, Writes(self.crm, self.ledger))
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
    still = still and name not in work.again.entities
    if work.last and known and work.same_mapping and still:
        compared = keep(entity, work.night, work.last, known["sums"])
        told = {word: known[word] for word in ("refused", "set_apart", "irregular")}
    else:
        translated = _translated(work, entity, tables, known)
        # A changed mapping may change every record.
        accepted = work.accepted if work.same_mapping else {*work.accepted, "updates"}
        compared = compare(work.con, entity, translated, work.night, work.last, accepted)
        told = {
            "refused": translated.refused,
            "set_apart": translated.set_apart,
            "irregular": translated.irregular,
        }
    told["records"] = compared.sums[name][0]
    return {"read": base["read"], **told, **compared.as_json()}


def _translated(
    work: _Pass,
    entity: EntityMapping,
    tables: Mapping[str, Mapping[str, Any]],
    known: Mapping[str, Any] | None,
) -> Translated:
    """An entity's records: those that tonight's rows affect, where that can be told, or all."""
    name, own = entity.entity.name, None
    regular = known is not None and not known["irregular"] and name not in work.again.entities
    if work.last and work.same_mapping and regular:
        changed = {table for table in tables_of(entity) if tables[table]["changed"]}
        own = find_affected(work.con, entity, work.night, changed)
    part = None
    if own is not None:
        part = translate(work.con, entity, work.night, work.last, work.same_mapping, own)
    whole = part or translate(
        work.con, entity, work.night, work.last, work.same_mapping, crew=work.crew
    )
    assert whole is not None
    return whole


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
    shown = {name: _shown(entity) for name, entity in told["entities"].items()}
    return {"entities": shown} | {word: told[word] for word in ("looked_at",) if word in told}
