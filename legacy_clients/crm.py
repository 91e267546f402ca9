"""A legacy CRM as the rest of us sees it: records out of its database, acts through its services,
tables for the night.

What is usual is here and driven by the mapping; a CRM that behaves unusually overrides a method in
a class of its own.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from legacy_clients.acting import VERDICT_ERRORS, EntityActs
from legacy_clients.deadline import Deadline
from legacy_clients.errors import (
    LegacyError,
    Misconfigured,
    Missing,
    NotKept,
    NotSent,
    Unanswered,
)
from legacy_clients.finding import Finder
from legacy_clients.keeping import typed, unkept
from legacy_clients.listed.reader import ListedReader
from legacy_clients.listed.table import ListedTable
from legacy_clients.load import Load
from legacy_clients.odbc.canaries import demand_exact, self_test
from legacy_clients.odbc.port import Port, open_port
from legacy_clients.odbc.select import Tables, TableSelect
from legacy_clients.pace import Hours, Pace
from legacy_clients.reading import Ask, EntityReader, Found, Page, Reader
from legacy_clients.soap.guard import Limits
from legacy_clients.tables import Table
from legacy_clients.telling import Told
from schemas.mapping import CrmMapping, EntityMapping, Operation

if TYPE_CHECKING:  # the client of a service takes 0.15 s to load
    from legacy_clients.soap.service import Service

READ_SECONDS = 10.0
WRITE_SECONDS = 30.0


@dataclass(frozen=True)
class Access:
    """Where a CRM is: its ODBC connection string and its SOAP service, with the files of TLS, the
    proxy on the way, and how many calls of a kind run there at a time. How it is spared: the most
    `connections` of its database (2 or more), a `pause` in seconds between the pages that a night
    reads, and the `hours` in which it may.

    A part that is not needed may be left out.
    """

    odbc: str | None = field(default=None, repr=False)
    wsdl: str | None = None
    url: str | None = None
    user: str | None = None
    password: str | None = field(default=None, repr=False)
    ca: str | None = None
    certificate: str | None = None
    key: str | None = None
    proxy: str | None = field(default=None, repr=False)
    calls: int = Limits.calls
    connections: int | None = None
    pause: float = 0.0
    hours: Hours | None = None


class LegacyCRM:
    """One CRM. Methods raise the LegacyError tree; nothing is connected before it is needed."""

    def __init__(self, name: str, mapping: CrmMapping, access: Access) -> None:
        self.name, self.mapping, self._access = name, mapping, access
        self._paces = {part: Pace(access.pause, access.hours) for part in ("database", "services")}
        self._port: Port | None = None
        self._service: Service | None = None
        self._elsewhere = Load()
        self.reader: Callable[[str], Reader] = lru_cache(None)(self._reader)
        self.acts: Callable[[str], EntityActs] = lru_cache(None)(self._acts)
        self.finder: Callable[[str], Finder] = lru_cache(None)(self._finder)
        self.table: Callable[[str], Table] = lru_cache(None)(self._table)

    # Reading, for the API

    def get(self, entity: str, id: str, seconds: float = READ_SECONDS) -> Found:
        """One record by its id, deleted ones too. Raises Missing."""
        return self.reader(entity).get(id, seconds)

    def find(self, entity: str, ask: Ask, seconds: float = READ_SECONDS) -> Page:
        """One page of records."""
        return self.reader(entity).find(ask, seconds)

    # Acts

    def create(
        self, entity: str, record: Mapping[str, Any], reference: str, deadline: Deadline
    ) -> str:
        """Create a record; its id.

        `record` holds typed values by dotted name, children as lists of such. Raises NotKept where
        the mapping has the database read again, and it holds something else.
        """
        acts = self.acts(entity)
        id = acts.create(record, reference, deadline)
        self._demand_kept(acts.operation("create"), entity, id, record, deadline)
        return id

    def update(
        self,
        entity: str,
        id: str,
        changes: Mapping[str, Any],
        guards: Mapping[str, str | None],
        deadline: Deadline,
    ) -> None:
        """Change the given values only; None clears one.

        Raises Conflict where a guard does not hold any more.
        """
        self._change(entity, "update", id, changes, guards, deadline)

    def cancel(
        self, entity: str, id: str, guards: Mapping[str, str | None], deadline: Deadline
    ) -> None:
        """Cancel a record."""
        self._change(entity, "cancel", id, {}, guards, deadline)

    def delete(
        self, entity: str, id: str, guards: Mapping[str, str | None], deadline: Deadline
    ) -> None:
        """Delete a record, as the CRM understands it."""
        self._change(entity, "delete", id, {}, guards, deadline)

    def tell_status(self, id: str, shipment: Mapping[str, Any], deadline: Deadline) -> None:
        """Tell the CRM what the TMS knows of a shipment."""
        self._change("shipment", "status", id, shipment, {}, deadline)

    def _change(
        self,
        entity: str,
        verb: str,
        id: str,
        values: Mapping[str, Any],
        guards: Mapping[str, str | None],
        deadline: Deadline,
    ) -> None:
        acts = self.acts(entity)
        operation = acts.operation(verb)
        if operation.reread:
            # A service that is not believed may call done what it did to nothing.
            try:
                self.get(entity, id, deadline.left())
            except Unanswered as error:
                raise NotSent("the record could not be read before it is written") from error
        acts.change(verb, id, values, guards, deadline)
        self._demand_kept(operation, entity, id, values, deadline)

    def _demand_kept(
        self,
        operation: Operation,
        entity: str,
        id: str,
        values: Mapping[str, Any],
        deadline: Deadline,
    ) -> None:
        """Raises NotKept where the mapping has the database read again, and it holds another.

        Where it cannot be read, nobody knows: Unanswered.
        """
        if not operation.reread:
            return
        made = self._told(entity, self._made(entity, operation.verb, values))
        try:
            lost = self._unkept(entity, operation.verb, id, values, deadline.left())
        except Missing:
            raise NotKept(id, tuple(made), partly=False) from None
        except LegacyError as error:
            raise Unanswered("the database could not be read to believe the service") from error
        if lost:
            partly = operation.verb == "create" or len(lost) < len(made)
            raise NotKept(id, lost, partly)

    # What became of a write

    def holds(
        self,
        entity: str,
        verb: str,
        id: str,
        values: Mapping[str, Any],
        seconds: float = READ_SECONDS,
    ) -> bool:
        """Whether the database holds what an act was to make. False also where nothing tells, as
        after a cancel of which the mapping does not say what it `makes`. Raises Missing.
        """
        tells = verb == "delete" or self._made(entity, verb, values)
        return bool(tells) and not self._unkept(entity, verb, id, values, seconds)

    def _unkept(
        self, entity: str, verb: str, id: str, values: Mapping[str, Any], seconds: float
    ) -> tuple[str, ...]:
        """The names of the values that the database does not hold, of those that an act sent or
        makes.
        """
        made = self._told(entity, self._made(entity, verb, values))
        try:
            document = self.get(entity, id, seconds).document
        except Missing:
            if verb == "delete":
                return ()
            raise
        if verb == "delete" and not made:
            return () if document.get("deleted") else ("deleted",)
        return unkept(self.mapped(entity), document, made)

    def created(
        self,
        entity: str,
        reference: str | None,
        record: Mapping[str, Any],
        since: dt.datetime,
        seconds: float = READ_SECONDS,
    ) -> str | None:
        """The id of the record that a create made, by what the mapping says of looking it up.

        `since` is a moment of our own clock. None where it is not there, or cannot be told.
        """
        if self.mapped(entity).listing is not None:
            return None
        return self.finder(entity).created(reference, record, since, seconds)

    def _made(self, entity: str, verb: str, values: Mapping[str, Any]) -> Mapping[str, Any]:
        """The typed values that hold after an act: those sent, and those that it makes."""
        mapping = self.mapped(entity)
        operation = mapping.operations.get(verb)
        makes = operation.makes if operation is not None else {}
        return {**values, **typed(mapping, makes)}

    def _told(self, entity: str, values: Mapping[str, Any]) -> Mapping[str, Any]:
        """Those of `values` that a record shows when it is read."""
        served = self.mapped(entity).served
        shown = {*served.fields, *served.children}
        return {name: value for name, value in values.items() if name in shown}

    def told(self, entity: str, id: str, deadline: Deadline) -> Told:
        """One record as the service tells it, beside `get`, which reads the database. Raises
        Missing.
        """
        return self.acts(entity).get(id, deadline)

    # Tables, for the night

    def check_columns(self) -> None:
        """Every mapped column is in the database, or in the answers of the service. Raises
        Misconfigured, naming those that are.
        """
        for name, entity in self.mapping.entities.items():
            self.reader(name).check()
            if entity.listing is None:
                self.finder(name).check()
        for table in self.mapping.lists:
            ListedTable(self.service, self.mapping.tables[table]).check()

    def demand_exact(self) -> tuple[str, ...]:
        """Send values that drivers are known to change through the database's driver (F10).

        The names of those that it cannot bring: they are refused wherever they stand. Raises
        Misconfigured where it changes one without a word, and what a Port raises.
        """
        if all(table.listing is not None for table in self.mapping.tables.values()):
            return ()
        return demand_exact(self.port, self_test(self.port, self.mapping.rules.page))

    def clock(self) -> dt.datetime:
        """The database's idea of now, UTC; our own where no table stands in a database."""
        if all(table.listing is not None for table in self.mapping.tables.values()):
            return dt.datetime.now(dt.UTC)
        return self.port.clock()

    def demand_hours(self) -> None:
        """Raises Busy where the CRM may not be read at this time of the day."""
        self._paces["database"].demand()

    def load(self) -> dict[str, Load]:
        """What was asked so far of its `database` and of its `services`."""
        ours = Load() if self._port is None else self._port.load
        asked = {
            "database": ours.plus(self._elsewhere),
            "services": Load() if self._service is None else self._service.load,
        }
        return {
            part: replace(load, waited=self._paces[part].waited) for part, load in asked.items()
        }

    def note_load(self, load: Load) -> None:
        """What other processes asked of the database for this one."""
        self._elsewhere = self._elsewhere.plus(load)

    def rest(self) -> None:
        """Nothing large will be read for a while: give back the memory that reading took."""
        if self._port is not None:
            self._port.rest()

    def limits(self) -> dict[str, Any]:
        """How it is spared, as JSON without fractions; None is no limit."""
        hours = self._access.hours
        return {
            "connections": self._access.connections,
            "pause_milliseconds": round(1000 * self._access.pause),
            "hours": None if hours is None else str(hours),
        }

    # Parts

    @property
    def port(self) -> Port:
        """The database, opened on first use. Misconfigured where no connection string is set."""
        if self._port is None:
            if self._access.odbc is None:
                raise Misconfigured("no ODBC connection string is set (FACADE_ODBC)")
            self._port = open_port(
                self._access.odbc, self.mapping.rules.page, most=self._access.connections
            )
            self._tables = Tables(self._port)
        return self._port

    @property
    def has_services(self) -> bool:
        """Whether the settings say anything of a SOAP service."""
        return self._access.wsdl is not None or self._access.url is not None

    @property
    def service(self) -> Service:
        """The SOAP service, opened on first use. Misconfigured where a setting is missing."""
        if self._service is None:
            self._service = self.open_service(self._access)
        return self._service

    def open_service(self, access: Access) -> Service:
        """A service with the sign-in and the faults that the mapping declares."""
        from legacy_clients.soap.service import open_service

        return open_service(
            wsdl=access.wsdl,
            url=access.url,
            user=access.user,
            password=access.password,
            sign_in=self.mapping.sign_in,
            ca=access.ca,
            certificate=access.certificate,
            key=access.key,
            proxy=access.proxy,
            limits=Limits.of(access.calls),
            faults={code: VERDICT_ERRORS[word] for code, word in self.mapping.faults.items()},
        )

    def mapped(self, entity: str) -> EntityMapping:
        """The mapping of an entity. Misconfigured where this CRM leaves it out."""
        if entity not in self.mapping.entities:
            known = ", ".join(self.mapping.entities)
            raise Misconfigured(f"the mapping of {self.name} has no {entity}; it has {known}")
        return self.mapping.entities[entity]

    def close(self) -> None:
        if self._port is not None:
            self._port.close()
        if self._service is not None:
            self._service.close()

    def _reader(self, entity: str) -> Reader:
        mapping = self.mapped(entity).served
        if mapping.listing is not None:
            return ListedReader(self.service, self.acts(entity), mapping)
        port = self.port
        return EntityReader(port, self._tables, mapping)

    def _acts(self, entity: str) -> EntityActs:
        return EntityActs(self.service, self.mapped(entity))

    def _finder(self, entity: str) -> Finder:
        port = self.port
        return Finder(port, self._tables, self.mapped(entity), self.reader(entity), self.clock)

    def _table(self, name: str) -> Table:
        read = self.mapping.tables[name]
        if read.listing is not None:
            return ListedTable(self.service, read, self._paces["services"])
        port = self.port
        return TableSelect(port, self._tables, read, self._paces["database"])


__all__ = ["Access", "Ask", "Found", "LegacyCRM", "Page"]
