"""A whole check of one CRM: each side that is there is looked at, and what is down is said."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from legacy_clients.checks.columns import misfits_of_columns, unread
from legacy_clients.checks.compare import Comparison, compare
from legacy_clients.checks.drift import Seen, drifts, look
from legacy_clients.checks.operations import misfits_of_list, misfits_of_operations
from legacy_clients.checks.remark import MISFIT, NOTE, WARNING, Remark
from legacy_clients.checks.samples import Sample, remarks_of, sample
from legacy_clients.crm import LegacyCRM
from legacy_clients.deadline import Deadline
from legacy_clients.errors import LegacyError, Misconfigured, Missing
from legacy_clients.odbc.canaries import CHANGED, REFUSED, self_test
from legacy_clients.odbc.port import Port
from legacy_clients.odbc.select import Tables
from legacy_clients.soap.contract import Contract
from schemas.mapping import EntityMapping, Operation

SECONDS = 20.0
SAMPLED = 200
APART_SECONDS = 5.0
"""Clocks that are farther apart are worth a word."""


@dataclass
class Side:
    """One side of the CRM. `down` says why it could not be looked at, or not to the end, and
    `error` is its class.
    """

    needed: bool = True
    down: str | None = None
    error: str | None = None
    told: dict[str, Any] = field(default_factory=dict)


@dataclass
class Report:
    """What a check found. `looked` are those of tables and contract that could be looked at,
    `since` is when they were before. `uncompared` says by entity why there is no comparison.
    """

    crm: str
    entities: tuple[str, ...]
    database: Side = field(default_factory=Side)
    services: Side = field(default_factory=Side)
    remarks: list[Remark] = field(default_factory=list)
    samples: list[Sample] = field(default_factory=list)
    unread: dict[str, list[str]] = field(default_factory=dict)
    looked: tuple[str, ...] = ()
    since: str | None = None
    drift: list[Remark] = field(default_factory=list)
    comparisons: list[Comparison] = field(default_factory=list)
    uncompared: dict[str, str] = field(default_factory=dict)
    seen: Seen | None = None

    @property
    def refused(self) -> int:
        """Values in the samples that cannot be read."""
        return sum(each.count for found in self.samples for each in found.refused)

    def count(self, weight: str) -> int:
        return sum(remark.weight == weight for remark in (*self.remarks, *self.drift))


class Checkup:
    """Checks some entities of a CRM."""

    def __init__(self, crm: LegacyCRM, entities: Iterable[str] = ()) -> None:
        """All entities, where none is named. Raises Misconfigured for one that is not mapped."""
        self._crm = crm
        self._named = tuple(dict.fromkeys(entities)) or tuple(crm.mapping.entities)
        self._mappings: list[EntityMapping] = [crm.mapped(name) for name in self._named]
        self._tables: Tables | None = None
        self._contract: Contract | None = None
        self.report = Report(crm.name, self._named)

    def run(self, before: Seen | None = None, compared: int | None = None) -> Report:
        """Look at everything; `before` is what was seen the last time, `compared` how many records
        of each entity are read on both sides. What is wrong with the CRM is in the report.
        """
        report = self.report
        self._open_database()
        self._open_services()
        self._fit()
        self._sample()
        self._ask()
        self._changed(before)
        if compared is not None:
            self._compare(compared)
        report.remarks.sort(key=lambda each: (MISFIT, WARNING, NOTE).index(each.weight))
        return report

    # The sides

    def _open_database(self) -> None:
        side = self.report.database
        tables = self._crm.mapping.tables.values()
        side.needed = any(table.listing is None for table in tables)
        if not side.needed:
            return
        with lost(side):
            port = self._crm.port
            side.told["driver"] = port.profile.name
            self._crm.clock()  # the first connection takes longer
            asked = time.monotonic()
            now = self._crm.clock()
            half = dt.timedelta(seconds=(time.monotonic() - asked) / 2)
            apart = (now - (dt.datetime.now(dt.UTC) - half)).total_seconds()
            side.told["clock_seconds_ahead"] = round(apart, 1)
            side.told["read_only"] = port.read_only()
            self._tables = Tables(port)
            self._judge_database(apart, side.told["read_only"])
            self._test_driver(port)

    def _judge_database(self, apart: float, read_only: bool | None) -> None:
        if abs(apart) > APART_SECONDS:
            text = (
                f"Its clock is {abs(apart):.1f} s {'ahead of' if apart > 0 else 'behind'} ours:"
                " set one of them right."
            )
            self.report.remarks.append(Remark(WARNING, "database", text))
        if read_only is False:
            text = (
                "The account may write. Give one that may only read: nothing here writes to the"
                " database, and a mistake elsewhere could."
            )
            self.report.remarks.append(Remark(WARNING, "database", text))

    def _test_driver(self, port: Port) -> None:
        """F10: does the driver bring values through that drivers are known to change?"""
        page = self._crm.mapping.rules.page
        ways = {"by rows": False, "in bulk": True}
        found = [
            (f"{each.name} {way}", each.verdict)
            for way, bulk in ways.items()
            for each in self_test(port, page, bulk)
        ]
        by_verdict = {
            word: [name for name, verdict in found if verdict == word]
            for word in (CHANGED, REFUSED)
        }
        told = {"tried": len(found), "changed": by_verdict[CHANGED], "refused": by_verdict[REFUSED]}
        self.report.database.told["driver_test"] = told
        if by_verdict[CHANGED]:
            text = (
                f"Its driver changes values without a word: {', '.join(by_verdict[CHANGED])}. Use"
                " another version of it."
            )
            self.report.remarks.append(Remark(MISFIT, "database", text, self._named))

    def _open_services(self) -> None:
        side, mapping = self.report.services, self._crm.mapping
        acts = any(each.operations for each in mapping.entities.values())
        side.needed = bool(mapping.lists) or (acts and self._crm.has_services)
        if not side.needed:
            side.told["unset"] = acts
            return
        with lost(side):
            service = self._crm.service
            self._contract = contract = service.contract
            side.told["operations"] = len(contract.operations)
            side.told["uncallable"] = dict(contract.uncallable)
            side.told["notes"] = list(contract.notes)
            service.reach(Deadline.after(SECONDS))

    # Mapping against both

    def _fit(self) -> None:
        report = self.report
        for mapping in self._mappings:
            if self._tables is not None:
                with lost(report.database):
                    driver = str(report.database.told["driver"])
                    report.remarks += misfits_of_columns(
                        mapping, self._tables, driver, self._contract
                    )
            if self._contract is not None:
                report.remarks += misfits_of_operations(
                    mapping, self._contract, partial(self._given, mapping)
                )
        if self._contract is not None:
            for name, listing in self._crm.mapping.lists.items():
                touched = tuple(
                    each.entity.name
                    for each in self._mappings
                    if name in {table for shape in each.shapes for table in shape.aliases.values()}
                )
                if touched:
                    report.remarks += misfits_of_list(listing, self._contract, touched)
        if self._tables is not None:
            with lost(report.database):
                # What another entity reads of a table is read, too.
                everything = unread(self._crm.mapping.entities.values(), self._tables)
                own = {
                    table
                    for each in self._mappings
                    for shape in each.shapes
                    for table in shape.aliases.values()
                }
                report.unread = {
                    table: names for table, names in everything.items() if table in own
                }

    def _given(self, mapping: EntityMapping, operation: Operation) -> dict[str, Any]:
        """What the sign-in gives to a call, and the CRM itself."""
        given = dict(self._crm.service.given(operation.call))
        with suppress(Misconfigured):  # told of the path that is to blame
            given |= self._crm.acts(mapping.entity.name).arguments(operation, {})
        return given

    def _sample(self) -> None:
        report = self.report
        lacking = {
            field.partition(".")[0]
            for remark in report.remarks
            if remark.weight == MISFIT and not remark.place.startswith("[")
            for field in remark.fields
            if remark.place not in remark.fields
        }
        for mapping in self._mappings:
            name = mapping.entity.name
            side = report.database if mapping.listing is None else report.services
            if side.down is not None or name in lacking:
                continue  # a column that is not there is told already, and stops all reading
            with lost(side):
                found = sample(self._crm.reader(name), mapping.served, SAMPLED, SECONDS)
                report.samples.append(found)
                report.remarks += remarks_of(found)

    def _ask(self) -> None:
        """One record through the services: does the sign-in let us in?"""
        side = self.report.services
        if self._contract is None or side.down is not None:
            return
        for found in self.report.samples:
            mapping = self._crm.mapped(found.entity)
            if found.first is None or "get" not in mapping.operations or mapping.listing:
                continue
            side.told["asked"] = mapping.operations["get"].call
            with lost(side):
                try:
                    self._crm.told(found.entity, found.first, Deadline.after(SECONDS))
                except Missing:
                    text = (
                        f"The services have no {found.entity} {found.first}, which the database"
                        " has: see --compare."
                    )
                    self.report.remarks.append(
                        Remark(WARNING, f"[{found.entity}.get]", text, (found.entity,))
                    )
            return

    def _changed(self, before: Seen | None) -> None:
        report = self.report
        tables = self._tables if report.database.down is None else None
        parts = {"tables": tables, "contract": self._contract}
        report.looked = tuple(name for name, part in parts.items() if part is not None)
        if not report.looked:
            return
        with lost(report.database):
            seen = look(self._crm.mapping.entities.values(), tables, self._contract)
            if before is not None:
                report.since = before.at
                report.drift = drifts(before, seen, self._crm.mapping)
            report.seen = seen.over(before)

    def _compare(self, count: int) -> None:
        report = self.report
        sampled = {found.entity for found in report.samples}
        for mapping in self._mappings:
            name = mapping.entity.name
            why = self._uncompared(mapping, sampled)
            if why is not None:
                report.uncompared[name] = why
                continue
            report.comparisons.append(compare(self._crm, name, count))

    def _uncompared(self, mapping: EntityMapping, sampled: Iterable[str]) -> str | None:
        report, name = self.report, mapping.entity.name
        if mapping.listing is not None:
            return "it stands in a list of the services, and in no table"
        if "get" not in mapping.operations:
            return f"the mapping has no [{name}.get]"
        if not any(each.elements for each in mapping.fields.values()):
            return "no field has an element"
        if report.database.down is not None:
            return "the database is down"
        if report.services.down is not None or self._contract is None:
            return "the services are down"
        return None if name in sampled else "it cannot be read from the database"


@contextmanager
def lost(side: Side) -> Iterator[None]:
    """What goes wrong on a side is said of it; it is not asked any more."""
    try:
        yield
    except LegacyError as error:
        side.error, side.down = type(error).__name__, str(error)
