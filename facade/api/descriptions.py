"""What the OpenAPI document says of each kind of operation."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from marshmallow import Schema

from facade.api.inputs import Writable
from facade.api.operations import OperationSchema
from facade.api.parameters import fields_of, parameters_of
from facade.api.problems import MEDIA as PROBLEM_MEDIA
from facade.api.problems import ProblemSchema
from facade.api.queries import Queries
from facade.api.word_lists import WordLists, camel
from schemas.entity import Entity

JSON = "application/json"

PATCH_MEDIA = ("application/merge-patch+json", JSON)

PROBLEMS: dict[int, str] = {
    400: "The body is no JSON object.",
    401: "There is no API key, or none that is known.",
    403: "The API key lacks the scope.",
    404: "There is no such record.",
    409: "It stands against another record.",
    412: "The record has changed since that ETag.",
    413: "The body is larger than 1 MB.",
    415: "The body is of another kind.",
    422: "Parameters or fields do not fit, or the CRM refuses; `code` is then the CRM's own.",
    428: "If-Match is missing.",
    500: "Something broke.",
    502: "The CRM gave no usable answer.",
    503: "The CRM or the service is not at hand; nothing was changed.",
    504: "The CRM did not answer in time.",
}

READING = (401, 403, 500, 502, 503, 504)

WRITING = (400, 401, 403, 409, 413, 415, 422, 500, 502, 503, 504)

IF_NONE_MATCH = {
    "name": "If-None-Match",
    "in": "header",
    "description": "An ETag that you have; 304 if it is still the record's.",
    "schema": {"type": "string"},
}

IF_MATCH = {
    "name": "If-Match",
    "in": "header",
    "required": True,
    "description": "The ETag that reading the record gave; 412 if it has another one by now.",
    "schema": {"type": "string"},
    "example": '"3f8e0c7d1a2b4c5d6e7f8091a2b3c4d5"',
}

ETAG = {"ETag": {"description": "The record's ETag.", "schema": {"type": "string"}}}

LOCATION = {"Location": {"description": "Where it is.", "schema": {"type": "string"}}}

LINK = {"Link": {"description": "The next page, RFC 8288.", "schema": {"type": "string"}}}


def _order(queries: Queries) -> str:
    return "a unique" if queries.sorts else "the CRM's own"


def listing(words: WordLists, queries: Queries, page: type[Schema]) -> dict[str, Any]:
    entity = queries.mapping.entity
    return {
        "operationId": f"list{camel(entity.plural)}",
        "summary": f"List {entity.plural}",
        "description": f"{camel(entity.plural)} in {_order(queries)} order, page by page."
        + (" Deleted ones are left out." if queries.deletes else ""),
        "parameters": [
            *parameters_of(words, queries),
        ],
        "responses": {
            "200": _body("A page.", page, LINK),
            **_problems((*READING, 422)),
        },
    }


def reading(words: WordLists, queries: Queries, record: type[Schema]) -> dict[str, Any]:
    entity = queries.mapping.entity
    return {
        "operationId": f"get{record.__name__}",
        "summary": f"Get one {entity.name}",
        "description": f"One {entity.name} by its id, also where it is deleted.",
        "parameters": [fields_of(words, queries), IF_NONE_MATCH],
        "responses": {
            "200": _body(f"The {entity.name}.", record, ETAG),
            "304": {"description": "It is still the one with that ETag."},
            "308": {
                "description": f"It was merged into another {entity.name}.",
                "headers": LOCATION,
            },
            **_problems((*READING, 404, 422)),
        },
    }


def creating(entity: Entity, record: type[Schema], body: Writable) -> dict[str, Any]:
    return {
        "operationId": f"create{record.__name__}",
        "summary": f"Create one {entity.name}",
        "description": "Written by the CRM's own services, which may refuse it by their rules.",
        "requestBody": _request(body, JSON),
        "responses": {
            "201": _body(f"The new {entity.name}.", record, ETAG | LOCATION),
            "202": _unknown(),
            **_problems(WRITING),
        },
    }


def updating(entity: Entity, record: type[Schema], body: Writable) -> dict[str, Any]:
    return {
        "operationId": f"update{record.__name__}",
        "summary": f"Change one {entity.name}",
        "description": "JSON Merge Patch (RFC 7396): what is left out stays, null clears.",
        "parameters": [IF_MATCH],
        "requestBody": _request(body, PATCH_MEDIA[0]),
        "responses": {
            "200": _body(f"The {entity.name} as it is now.", record, ETAG),
            "202": _unknown(),
            **_problems((*WRITING, 404, 412, 428)),
        },
    }


def acting(entity: Entity, record: type[Schema], verb: str) -> dict[str, Any]:
    return {
        "operationId": f"{verb}{record.__name__}",
        "summary": f"{verb.capitalize()} one {entity.name}",
        "description": "Done by the CRM's own services, which may refuse it by their rules.",
        "parameters": [IF_MATCH],
        "responses": {
            "200": _body(f"The {entity.name} as it is now.", record, ETAG),
            "202": _unknown(),
            **_problems((401, 403, 404, 409, 412, 422, 428, 500, 502, 503, 504)),
        },
    }


def asking(schema: type[Schema]) -> dict[str, Any]:
    return {
        "operationId": "getOperation",
        "summary": "What became of a write",
        "description": "A write whose outcome was unknown when it was answered.",
        "responses": {
            "200": _body("The operation.", schema, {}),
            **_problems((401, 403, 404, 500, 503)),
        },
    }


def probing(
    name: str, summary: str, meaning: str, schema: type[Schema], codes: Iterable[int]
) -> dict[str, Any]:
    doc: dict[str, Any] = {
        "operationId": name,
        "summary": summary,
        "description": meaning,
        "responses": {"200": _body("It is.", schema, {}), **_problems(codes)},
    }
    return doc if codes else doc | {"security": []}


def path_id(name: str) -> list[dict[str, Any]]:
    """The path parameter of one record."""
    return [{"name": "id", "in": "path", "required": True, "description": f"Id of the {name}."}]


def _body(meaning: str, schema: type[Schema], headers: dict[str, Any]) -> dict[str, Any]:
    made: dict[str, Any] = {"description": meaning, "content": {JSON: {"schema": schema}}}
    return made | {"headers": headers} if headers else made


def _request(body: Writable, media: str) -> dict[str, Any]:
    content = {media: {"schema": body.schema, "example": example_of(body)}}
    return {"required": True, "content": content}


def _unknown() -> dict[str, Any]:
    meaning = "It was sent and the CRM gave no answer: ask for the operation, do not repeat it."
    return _body(meaning, OperationSchema, LOCATION)


def _problems(codes: Iterable[int]) -> dict[str, Any]:
    return {
        str(code): {
            "description": PROBLEMS[code],
            "content": {PROBLEM_MEDIA: {"schema": ProblemSchema}},
        }
        for code in sorted(set(codes))
    }


# What a person would write into a field of that name; anything else is left out of examples.
EXAMPLES: dict[str, Any] = {
    "name": "Acme Freight",
    "family_name": "Miller",
    "given_name": "Ann",
    "status": "active",
    "phone": "312-555-0142",
    "city": "Chicago",
    "customer_id": "C000000001",
    "kind": "call",
    "subject": "Rates for spring",
    "ordered_on": "2026-03-14",
    "notes": "Call before delivery.",
}


def example_of(body: Writable) -> dict[str, Any]:
    """A small body that the schema takes."""
    given = {name: value for name, value in EXAMPLES.items() if name in body.names}
    flawed = body.schema().validate(given, partial=True)
    return {name: value for name, value in given.items() if name not in flawed}
