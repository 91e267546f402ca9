"""A legacy CRM as the rest of us sees it: records out of its database, acts through its services,
tables for the night.

What is usual is here and driven by the mapping; a CRM that behaves unusually overrides a method in
a class of its own.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from legacy_clients.acting import VERDICT_ERRORS, EntityActs
from legacy_clients.deadline import Deadline
from legacy_clients.errors import Misconfigured
from legacy_clients.odbc.port import Port, open_port
from legacy_clients.odbc.select import Tables, TableSelect
from legacy_clients.reading import Ask, EntityReader, Found, Page
from legacy_clients.soap.service import Service
from schemas.mapping import CrmMapping, EntityMapping

READ_SECONDS = 10.0
WRITE_SECONDS = 30.0


@dataclass(frozen=True)
class Access:
    """Where a CRM is: its ODBC connection string and its SOAP service.

    A part that is not needed may be left out.
    """

    odbc: str | None = field(default=None, repr=False)
    wsdl: str | None = None
    url: str | None = None
    user: str | None = None
    password: str | None = field(default=None, repr=False)


class LegacyCRM:
    """One CRM. Methods raise the LegacyError tree; nothing is connected before it is needed."""

    def __init__(self, name: str, mapping: CrmMapping, access: Access) -> None:
        self.name, self.mapping, self._access = name, mapping, access
        self._port: Port | None = None
        self._service: Service | None = None
        self.reader: Callable[[str], EntityReader] = lru_cache(None)(self._reader)
        self.acts: Callable[[str], EntityActs] = lru_cache(None)(self._acts)
        self.table: Callable[[str], TableSelect] = lru_cache(None)(self._table)

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

        `record` holds typed values by dotted name, children as lists of such.
        """
        return self.acts(entity).create(record, reference, deadline)

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
        self.acts(entity).change("update", id, changes, guards, deadline)

    def cancel(
        self, entity: str, id: str, guards: Mapping[str, str | None], deadline: Deadline
    ) -> None:
        """Cancel a record."""
        self.acts(entity).change("cancel", id, {}, guards, deadline)

    def tell_status(self, id: str, shipment: Mapping[str, Any], deadline: Deadline) -> None:
        """Tell the CRM what the TMS knows of a shipment."""
        self.acts("shipment").change("status", id, shipment, {}, deadline)

    # Tables, for the night

    def check_columns(self) -> None:
        """Every mapped column is in the database. Raises Misconfigured, naming those that are."""
        for entity in self.mapping.entities:
            self.reader(entity).check()

    def clock(self) -> dt.datetime:
        """The database's idea of now, UTC."""
        return self.port.clock()

    # Parts

    @property
    def port(self) -> Port:
        """The database, opened on first use. Misconfigured where no connection string is set."""
        if self._port is None:
            if self._access.odbc is None:
                raise Misconfigured("no ODBC connection string is set (FACADE_ODBC)")
            self._port = open_port(self._access.odbc, self.mapping.rules.page)
            self._tables = Tables(self._port)
        return self._port

    @property
    def service(self) -> Service:
        """The SOAP service, opened on first use. Misconfigured where a setting is missing."""
        if self._service is None:
            self._service = self.open_service(self._access)
        return self._service

    def open_service(self, access: Access) -> Service:
        """A service with the sign-in and the faults that the mapping declares."""
        from legacy_clients.soap import open_service

        return open_service(
            wsdl=access.wsdl,
            url=access.url,
            user=access.user,
            password=access.password,
            sign_in=self.mapping.sign_in,
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

    def _reader(self, entity: str) -> EntityReader:
        port = self.port
        return EntityReader(port, self._tables, self.mapped(entity))

    def _acts(self, entity: str) -> EntityActs:
        return EntityActs(self.service, self.mapped(entity))

    def _table(self, name: str) -> TableSelect:
        port = self.port
        return TableSelect(port, self._tables, self.mapping.tables[name])


__all__ = ["Access", "Ask", "Found", "LegacyCRM", "Page"]
