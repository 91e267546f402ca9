"""Which record a create made of which no answer came: the database is asked, by our reference or by
the values that were sent.

One record is an answer; none, and several, are not.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any

from legacy_clients.odbc.port import Port
from legacy_clients.odbc.select import FlatSelect, Tables, Test
from legacy_clients.reading import Ask, Reader, Wanted
from schemas.mapping import EntityMapping, LookUp, Shape
from schemas.source import ColumnName

PAGE, PAGES = 100, 20
Clock = Callable[[], dt.datetime]


class Finder:
    """Looks for created records of one entity, as its mapping declares."""

    def __init__(
        self, port: Port, tables: Tables, mapping: EntityMapping, reader: Reader, clock: Clock
    ) -> None:
        """`clock` is the database's idea of now, UTC."""
        self.mapping, self._port, self._tables = mapping, port, tables
        self._reader, self._clock = reader, clock

    def created(
        self, reference: str | None, record: Mapping[str, Any], since: dt.datetime, seconds: float
    ) -> str | None:
        """The id of the one record that was created with our reference, or with these values since
        a moment of our own clock; None where it is not there, or cannot be told from others.
        """
        look_up = self._look_up
        if look_up is None:
            return None
        if look_up.fields:
            return self._by_fields(look_up, record, since, seconds)
        return None if reference is None else self._by_column(look_up, reference, seconds)

    def check(self) -> None:
        """The columns that a look-up needs are there. Raises Misconfigured."""
        look_up = self._look_up
        if look_up is not None and look_up.column is not None:
            self._select(look_up).check()

    @property
    def _look_up(self) -> LookUp | None:
        create = self.mapping.operations.get("create")
        return create.look_up if create is not None else None

    def _select(self, look_up: LookUp) -> FlatSelect:
        shape = self.mapping.shape
        if look_up.table is not None:
            shape = Shape(look_up.table, None, look_up.key, where=look_up.where)
        column = ColumnName.parse(look_up.column or "")
        return FlatSelect(self._port, self._tables, shape, (column,))

    def _by_column(self, look_up: LookUp, reference: str, seconds: float) -> str | None:
        select = self._select(look_up)
        tests = [Test(ColumnName.parse(look_up.column or ""), "=", (reference,))]
        rows = self._port.ask(select.query(tests), seconds).rows
        ids = {self._id(row[: len(select.key)], look_up.separator) for row in rows}
        return ids.pop() if len(ids) == 1 else None

    def _id(self, key: tuple[Any, ...], separator: str | None) -> str:
        parts = key if separator is None else tuple(str(key[0]).split(separator))
        return str(self.mapping.fields["id"].codec.read(*parts))

    def _by_fields(
        self, look_up: LookUp, record: Mapping[str, Any], since: dt.datetime, seconds: float
    ) -> str | None:
        if any(record.get(name) is None for name in look_up.fields):
            return None
        born = self.mapping.fields["created_at"]
        # What our clock calls the moment in the words of the database's, whose stamps may count
        # whole seconds.
        moment = since + (self._clock() - dt.datetime.now(dt.UTC))
        moment = moment.replace(microsecond=0)
        wanted = [Wanted(name, "=", (record[name],)) for name in look_up.fields]
        if born.column is not None and ">=" in born.codec.filters:
            wanted.append(Wanted("created_at", ">=", (moment,)))
        ids = self._created_since(Ask(tuple(wanted), limit=PAGE), moment, seconds)
        return ids.pop() if len(ids) == 1 else None

    def _created_since(self, ask: Ask, moment: dt.datetime, seconds: float) -> set[str]:
        ids: set[str] = set()
        for _ in range(PAGES):
            page = self._reader.find(ask, seconds)
            for found in page.records:
                told = found.document.get("created_at")
                if told is not None and dt.datetime.fromisoformat(told) >= moment:
                    ids.add(found.id)
            if page.next is None or len(ids) > 1:
                return ids
            ask = Ask(ask.wanted, after=page.next, limit=PAGE)
        # More records than were looked at: none of them is surely the only one.
        return set()
