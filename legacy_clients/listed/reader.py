"""Records of an entity that stands in a list: one by the service's get, pages of them by the list.

Both are read by the list's columns, so that a record has one form and one ETag wherever it is met.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from legacy_clients.acting import EntityActs
from legacy_clients.deadline import Deadline
from legacy_clients.errors import BusinessFault, Missing, Unfit, Unintelligible
from legacy_clients.listed.asking import TURNED_DOWN, Asking, Row, Shifted
from legacy_clients.listed.pages import pages_of
from legacy_clients.listed.picking import Picking
from legacy_clients.reading import Ask, Found, Page, leaf_at, ordered, varying
from schemas.mapping import EntityMapping, Filter
from schemas.record_form import compile_record
from schemas.source import OWN, ColumnName
from schemas.sql_form import DOUBLED_KEY

if TYPE_CHECKING:
    from legacy_clients.soap.service import Service

EXPIRED = "CURSOR_EXPIRED"
START_AGAIN = "The CRM does not know this page any more; start again without a cursor."
EMPTY_PAGES = 20
"""So many pages without a record of ours are turned for one caller."""


class ListedReader:
    """Reads one entity that stands in a list. `mapping` has only what the list itself tells."""

    def __init__(self, service: Service, acts: EntityActs, mapping: EntityMapping) -> None:
        listing = mapping.listing
        assert listing is not None
        self.mapping, self._acts = mapping, acts
        self._asking = Asking(service, listing, tuple(listing.columns))
        self._pages, self._picking = pages_of(self._asking, listing), Picking(self._asking)
        columns = tuple(ColumnName(OWN, name) for name in listing.columns)
        self._places = {name: place for place, name in enumerate(listing.columns)}
        self._form = compile_record(mapping.fields, columns)
        self._groups = [
            (name, compile_record(rows.fields, columns, child.leaves), varying(rows))
            for name, child in mapping.children.items()
            for rows in child.sources
        ]
        self._key = tuple(self._places[name] for name in mapping.shape.key)
        self._guards = tuple(
            dict.fromkeys(
                ColumnName.parse(column).name
                for operation in mapping.operations.values()
                for column in operation.guard.values()
            )
        )

    def check(self) -> None:
        """The answers of the list, and of the get, hold every column. Raises Misconfigured."""
        self._asking.check()
        get = self.mapping.operations.get("get")
        if get is not None:
            self._asking.check_record(get.call, get.told)

    def get(self, id: str, seconds: float) -> Found:
        """The record of this id. Raises Missing, Misconfigured where nothing asks for one record,
        and the errors of the service.
        """
        deadline, name = Deadline.after(seconds), self.mapping.entity.name
        missing = Missing(f"no {name} has the id {id!r}")
        try:
            parts = self.mapping.fields["id"].codec.write(id)
        except ValueError:
            raise missing from None
        if "get" in self.mapping.operations:
            operation = self._acts.operation("get")
            rows = [self._asking.row_at(self._acts.answer(id, deadline), operation.told)]
        else:
            rows = self._picked(str(parts[0]).rstrip(" "), deadline)
        key = tuple(str(part).rstrip(" ") for part in parts)
        # A service may find other spellings too, or tell of another record.
        rows = [row for row in rows if self._key_of(row) == key and self._ours(row)]
        if not rows:
            raise missing
        return self._found(rows)

    def _picked(self, key: str, deadline: Deadline) -> list[Row]:
        try:
            return self._picking.rows([key], deadline)
        except Unfit:
            return []  # what the service cannot be asked for it does not have

    def find(self, ask: Ask, seconds: float) -> Page:
        """One page, in the service's own order. Raises BusinessFault for a place that the service
        does not know any more.
        """
        deadline, place = Deadline.after(seconds), ask.after
        for _ in range(EMPTY_PAGES):
            try:
                rows, following = self._pages.turn(place, ask.limit, deadline)
            except (*TURNED_DOWN, Shifted) as error:
                if place is not None:
                    raise BusinessFault(EXPIRED, START_AGAIN, "cursor") from error
                if isinstance(error, Shifted):
                    name = self._asking.listing.name
                    raise Unintelligible(f"the list {name}: {error}") from error
                raise
            groups: dict[Row, list[Row]] = {}
            for row in rows:
                if self._ours(row) and (ask.deleted or not self._deleted(row)):
                    groups.setdefault(self._key_of(row), []).append(row)
            records = [self._found(list(dict.fromkeys(group))) for group in groups.values()]
            records = [record for record in records if record.id is not None]
            if records or following is None:
                return Page(records, following)
            place = following
        return Page([], place)

    def _key_of(self, row: Row) -> Row:
        parts = (row[place] for place in self._key)
        return tuple(None if part is None else part.rstrip(" ") for part in parts)

    def _ours(self, row: Row) -> bool:
        return all(self._passes(kept, row) for kept in self.mapping.shape.where)

    def _passes(self, kept: Filter, row: Row) -> bool:
        text = row[self._places[kept.column]]
        if not kept.values or text is None:
            return not kept.values and text is None
        return text.rstrip(" ") in {value.rstrip(" ") for value in kept.values}

    def _deleted(self, row: Row) -> bool:
        deleted = self.mapping.shape.deleted
        if deleted is None:
            return False
        return self._passes(Filter(deleted.column, deleted.values), row)

    def _found(self, rows: list[Row]) -> Found:
        row = rows[0]
        document, problems = self._form.translate(row)
        guards = {name: row[self._places[name]] for name in self._guards}
        if len(rows) > 1:
            # Rows that share a key are no record: nothing but the key is told of them.
            id = document["id"]
            document = dict.fromkeys(document) | {"id": id}
            problems = [{"field": "id", "raw": id, "reason": DOUBLED_KEY}]
            guards = dict.fromkeys(self._guards)
        children: dict[str, list[Any]] = {name: [] for name in self.mapping.children}
        for name, form, names in self._groups if len(rows) == 1 else ():
            child, refused = form.translate(row)
            if refused or any(leaf_at(child, path) is not None for path in names):
                children[name].append((child, refused))
        for name, mapped in self.mapping.children.items():
            document[name] = ordered(mapped, children[name], problems)
        document["problems"] = problems
        return Found(document["id"], document, guards, (list(rows), []))
