"""The resources: a collection and its records for every entity that the CRM's mapping has.

What a collection offers is read off the mapping; a new entity or field needs no code here.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any
from urllib.parse import quote

from flask import Response, g, request
from flask_smorest import Blueprint

from facade.api import descriptions, openapi
from facade.api.bodies import of_page, of_record, read_body
from facade.api.etags import conditional, quoted, unchanged
from facade.api.inputs import Inputs, Writable, without_nulls
from facade.api.operations import Operations
from facade.api.queries import Queries
from facade.api.records import RecordSchemas
from facade.api.word_lists import WordLists
from facade.writes import Writes, Written
from legacy_clients.crm import Found, LegacyCRM
from schemas.mapping import EntityMapping

JSON = "application/json"
# Kept by callers, but asked for again each time; never kept by what stands between.
CACHING = "private, no-cache"
ACTS: dict[str, Callable[[Writes], Callable[..., Written]]] = {
    "cancel": lambda writes: writes.cancel,
}
"""Acts on one record that have a path of their own, by the verb of the mapping."""

Responds = Callable[..., Response]


class Resource:
    """The collection of one entity."""

    def __init__(
        self, mapping: EntityMapping, crm: LegacyCRM, writes: Writes, operations: Operations
    ) -> None:
        self.mapping, self.entity = mapping, mapping.entity
        self.schemas, self.inputs = RecordSchemas(mapping.served), Inputs(mapping)
        self.queries = Queries(mapping.served)
        self.path = f"/v1/{self.entity.plural}"
        self._crm, self._writes, self._operations = crm, writes, operations

    def blueprint(self, words: WordLists) -> Blueprint:
        """The routes that the mapping allows, documented."""
        record, name = self.schemas.record, self.entity.name
        meaning = (self.entity.schema.__doc__ or "").strip()
        made = openapi.OurBlueprint(self.entity.plural, self.path, meaning)

        def add(rule: str, method: str, endpoint: str, view: Responds, doc: Any) -> None:
            parameters = descriptions.path_id(name) if "<id>" in rule else None
            described = openapi.describe(made, doc, view)
            made.add_url_rule(rule, endpoint, described, parameters=parameters, methods=[method])

        doc = descriptions.listing(words, self.queries, self.schemas.page)
        add("", "GET", "list", self.list, doc)
        if self.mapping.found_by_id:
            doc = descriptions.reading(words, self.queries, record)
            add("/<id>", "GET", "get", self.get, doc)
        if self.inputs.create is not None:
            doc = descriptions.creating(self.entity, record, self.inputs.create)
            add("", "POST", "create", self.creating(self.inputs.create), doc)
        if self.inputs.update is not None:
            doc = descriptions.updating(self.entity, record, self.inputs.update)
            add("/<id>", "PATCH", "update", self.updating(self.inputs.update), doc)
        for verb, act in ACTS.items():
            if verb in self.mapping.operations:
                doc = descriptions.acting(self.entity, record, verb)
                add(f"/<id>/{verb}", "POST", verb, self.acting(act(self._writes)), doc)
        return made

    def list(self) -> Response:
        """A page of records."""
        asked = self.queries.parse(request.query_string)
        page = self._crm.find(self.entity.name, asked.ask)
        following = asked.following(page)
        body = of_page(asked.found(page), asked.fields, following)
        headers = {"Cache-Control": CACHING}
        if following is not None:
            headers["Link"] = asked.link(self.path, following)
        return Response(body, 200, headers, content_type=JSON)

    def get(self, id: str) -> Response:
        """One record, or the way to the survivor of a merge; 304 if it is as the caller has it."""
        fields = self.queries.parse_fields(request.query_string)
        found = self._crm.get(self.entity.name, id)
        survivor = found.document.get("merged_into")
        if survivor is not None and found.document.get("deleted"):
            return Response(status=308, headers={"Location": self.place(survivor)})
        headers = {"ETag": quoted(found.etag), "Cache-Control": CACHING}
        if unchanged(found.etag):
            return Response(status=304, headers=headers)
        return Response(of_record(found.document, fields), 200, headers, content_type=JSON)

    def creating(self, writable: Writable) -> Responds:
        def create() -> Response:
            values = without_nulls(read_body(request, writable, (JSON,)))
            written = self._writes.create(self.entity.name, values, g.actor)
            return self.written(written, 201)

        return create

    def updating(self, writable: Writable) -> Responds:
        def update(id: str, etags: Collection[str]) -> Response:
            changes = read_body(request, writable, descriptions.PATCH_MEDIA)
            written = self._writes.update(self.entity.name, id, changes, etags, g.actor)
            return self.written(written, 200)

        return conditional(update)

    def acting(self, act: Callable[..., Written]) -> Responds:
        def perform(id: str, etags: Collection[str]) -> Response:
            return self.written(act(self.entity.name, id, etags, g.actor), 200)

        return conditional(perform)

    def written(self, written: Written, status: int) -> Response:
        """The record as it is now; where it could not be read again, the operation that did it."""
        found: Found | None = written.found
        if found is None:
            return self._operations.accepted(written.operation)
        headers = {"ETag": quoted(found.etag), "Location": self.place(written.record_id)}
        return Response(of_record(found.document, None), status, headers, content_type=JSON)

    def place(self, id: str) -> str:
        return f"{self.path}/{quote(id, safe='')}"
