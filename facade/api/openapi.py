"""The OpenAPI 3.1 document, generated from the routes, the deployed schemas and the queries of each list."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

import orjson
from flask import Flask, Response
from flask_smorest import Api, Blueprint
from marshmallow import Schema

from facade.api.operations import OperationSchema
from facade.api.problems import MEDIA as PROBLEM_MEDIA
from facade.api.problems import FlawSchema, ProblemSchema
from facade.api.queries import LIMIT, MAX_LIMIT, Filter, Queries
from facade.api.records import Writable, words_of
from schemas.fields import Code, Day, Exact, Flag, Instant, Key, Keys, Text, Whole, Words

VERSION = "1.0.0"
JSON = "application/json"
PATCH_MEDIA = ("application/merge-patch+json", JSON)
NAMES: dict[type[Schema], str] = {
    ProblemSchema: "Problem",
    FlawSchema: "Flaw",
    OperationSchema: "Operation",
}
DESCRIPTION = """\
Records of the CRM, read from its database and written through its services.

Every request but `/health/live` needs an API key. Lists are read page by page with the cursor that \
each page gives. A record comes with an `ETag`; changing it needs `If-Match` with that ETag. A value \
that cannot be read is `null`, with its raw text and the reason among `problems`. Every error is a \
problem details object (RFC 9457).\
"""

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

# The JSON type and format of each kind of field.
KINDS: dict[type, tuple[str, str | None]] = {
    Text: ("string", None),
    Key: ("string", None),
    Code: ("string", None),
    Keys: ("array", None),
    Words: ("array", None),
    Whole: ("integer", "int64"),
    Exact: ("string", "decimal"),
    Flag: ("boolean", None),
    Day: ("string", "date"),
    Instant: ("string", "date-time"),
}

# How the names of schemas end that callers send.
_SENT = re.compile("(Create|Patch|Input)$")
WORDED = {"<": "less than", "<=": "at most", ">": "greater than", ">=": "at least"}


class OurApi(Api):
    """flask-smorest, with our errors in place of its own and names that a person would choose."""

    ERROR_SCHEMA = ProblemSchema
    words: WordLists

    def _register_error_handlers(self) -> None:
        """facade.api.problems answers all of them."""

    def _register_responses(self) -> None:
        """Each operation lists its own."""

    def _register_pagination_header(self) -> None:
        """Pages have a cursor instead."""

    def _register_etag_headers(self) -> None:
        """Each operation lists its own."""


def open_api(app: Flask, server: str = "/") -> OurApi:
    """The document of an app; blueprints are registered with it."""
    app.config |= {
        "API_TITLE": "CRM facade",
        "API_VERSION": VERSION,
        "OPENAPI_VERSION": "3.1.0",
        "API_SPEC_OPTIONS": {
            "info": {"description": DESCRIPTION},
            "servers": [{"url": server}],
            "security": [{"bearer": []}, {"apiKey": []}],
        },
    }
    api = OurApi(app)
    converter = api.ma_plugin.converter
    assert converter is not None and api.ma_plugin.resolver is not None
    for kind, described in KINDS.items():
        api.register_field(kind, *described)
    converter.schema_name_resolver = _named
    api.words = WordLists(api.spec)
    converter.add_attribute_function(api.words.attribute)
    converter.add_attribute_function(_exactly)
    scheme = {"type": "http", "scheme": "bearer", "description": "An API key."}
    api.spec.components.security_scheme("bearer", scheme)
    api.spec.components.security_scheme(
        "apiKey", {"type": "apiKey", "in": "header", "name": "X-API-Key"}
    )
    return api


def serve(app: Flask, api: OurApi) -> None:
    """GET /openapi.json, written once: the document is that of the code that runs."""
    for name, schema in api.spec.components.schemas.items():
        if _SENT.search(name) and "properties" in schema:
            schema["additionalProperties"] = False
    written = orjson.dumps(api.spec.to_dict())

    def openapi() -> Response:
        return Response(written, content_type=JSON)

    app.add_url_rule("/openapi.json", "openapi", openapi)


class OurBlueprint(Blueprint):
    """A blueprint whose document is only what each route says of itself."""

    def __init__(self, name: str, prefix: str, description: str) -> None:
        super().__init__(name, __name__, url_prefix=prefix, description=description)
        self._prepare_doc_cbks = []


def describe(blueprint: Blueprint, doc: dict[str, Any], view: Any) -> Any:
    """The view with its part of the document."""
    return blueprint.doc(**doc)(view)


def listing(words: WordLists, queries: Queries, page: type[Schema]) -> dict[str, Any]:
    entity = queries.mapping.entity
    return {
        "operationId": f"list{_camel(entity.plural)}",
        "summary": f"List {entity.plural}",
        "description": f"{_camel(entity.plural)} in a unique order, page by page."
        + (" Deleted ones are left out." if queries.deletes else ""),
        "parameters": [
            *_spoken(words, queries),
            *(_filter(words, queries, made) for made in queries.filters.values()),
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
        "parameters": [_fields(words, queries), IF_NONE_MATCH],
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


def creating(entity: Any, record: type[Schema], body: Writable) -> dict[str, Any]:
    return {
        "operationId": f"create{record.__name__}",
        "summary": f"Create one {entity.name}",
        "requestBody": _request(body, (JSON,)),
        "responses": {
            "201": _body(f"The new {entity.name}.", record, ETAG | LOCATION),
            "202": _unknown(),
            **_problems(WRITING),
        },
    }


def updating(entity: Any, record: type[Schema], body: Writable) -> dict[str, Any]:
    return {
        "operationId": f"update{record.__name__}",
        "summary": f"Change one {entity.name}",
        "description": "JSON Merge Patch (RFC 7396): what is left out stays, null clears.",
        "parameters": [IF_MATCH],
        "requestBody": _request(body, PATCH_MEDIA),
        "responses": {
            "200": _body(f"The {entity.name} as it is now.", record, ETAG),
            "202": _unknown(),
            **_problems((*WRITING, 404, 412, 428)),
        },
    }


def acting(entity: Any, record: type[Schema], verb: str) -> dict[str, Any]:
    return {
        "operationId": f"{verb}{record.__name__}",
        "summary": f"{verb.capitalize()} one {entity.name}",
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


def probing(name: str, summary: str, schema: type[Schema], codes: Iterable[int]) -> dict[str, Any]:
    doc: dict[str, Any] = {
        "operationId": name,
        "summary": summary,
        "responses": {"200": _body("It is.", schema, {}), **_problems(codes)},
    }
    return doc if codes else doc | {"security": []}


def path_id(name: str) -> list[dict[str, Any]]:
    """The path parameter of one record."""
    return [{"name": "id", "in": "path", "required": True, "description": f"Id of the {name}."}]


def _spoken(words: WordLists, queries: Queries) -> list[dict[str, Any]]:
    schema = queries.mapping.entity.schema.__name__
    sorts = [f"{sign}{name}" for name in queries.sorts for sign in ("", "-")]
    made = {
        "limit": _query(
            "limit",
            "How many at most.",
            {"type": "integer", "minimum": 1, "maximum": MAX_LIMIT, "default": LIMIT},
        ),
        "cursor": _query(
            "cursor", "Where to go on: `next` of the page before.", {"type": "string"}
        ),
        "sort": _query(
            "sort",
            "By which field; - before it: descending.",
            words.reference(f"{schema}Sort", sorts),
        ),
        "fields": _fields(words, queries),
        "updated_since": _query(
            "updated_since",
            "Changed at that moment or later.",
            {"type": "string", "format": "date-time"},
        ),
        "deleted": _query(
            "deleted", "Also those that are deleted.", {"type": "boolean", "default": False}
        ),
    }
    return [made[name] for name in queries.parameters if name in made]


def _fields(words: WordLists, queries: Queries) -> dict[str, Any]:
    name = f"{queries.mapping.entity.schema.__name__}Field"
    return _query(
        "fields",
        "Only these, comma-separated; `id` and `problems` always come.",
        {"type": "array", "items": words.reference(name, list(queries.fields))},
        explode=False,
        style="form",
    )


def _filter(words: WordLists, queries: Queries, made: Filter) -> dict[str, Any]:
    field = made.mapped.leaf.field
    kind, form = next(described for known, described in KINDS.items() if isinstance(field, known))
    schema: dict[str, Any] = {"type": kind} | ({"format": form} if form else {})
    listed = list(field.codes) if isinstance(field, Code) else words_of(made.mapped)
    if listed is not None:
        owner = queries.mapping.entity.schema.__name__
        schema = dict(words.reference(owner + _camel(made.field), list(listed)))
    meaning = field.metadata.get("description", "").rstrip(".")
    if made.op != "=":
        return _query(made.parameter, f"{meaning}: {WORDED[made.op]} this.", schema)
    if not made.several:
        return _query(made.parameter, f"{meaning}: this one.", schema)
    many = {"type": "array", "items": schema}
    return _query(made.parameter, f"{meaning}: any of these.", many, explode=True, style="form")


def _query(name: str, meaning: str, schema: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"name": name, "in": "query", "description": meaning, "schema": schema, **more}


def _body(meaning: str, schema: type[Schema], headers: dict[str, Any]) -> dict[str, Any]:
    made: dict[str, Any] = {"description": meaning, "content": {JSON: {"schema": schema}}}
    return made | {"headers": headers} if headers else made


def _request(body: Writable, media: Iterable[str]) -> dict[str, Any]:
    example = example_of(body)
    return {
        "required": True,
        "content": {kind: {"schema": body.schema, "example": example} for kind in media},
    }


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
    given = {name: value for name, value in EXAMPLES.items() if name in body.fields}
    flawed = body.schema().validate(given, partial=True)
    return {name: value for name, value in given.items() if name not in flawed}


class WordLists:
    """Closed lists of words as schemas of their own, named after the field that first has them."""

    def __init__(self, spec: Any) -> None:
        self._spec = spec
        self._known: dict[str, list[str]] = {}

    def attribute(self, field: Any, ret: dict[str, Any]) -> dict[str, Any]:
        """What apispec asks for each field; `ret` is what it has of the field so far."""
        words = ret.pop("enum", None) or (list(field.codes) if isinstance(field, Code) else None)
        if words is None:
            return {}
        ret.pop("type", None)
        reference = self.reference(_title(field), words)
        return {"anyOf": [reference, {"type": "null"}]} if field.allow_none else reference

    def reference(self, name: str, words: list[str]) -> dict[str, str]:
        """A reference to the list, which is added where the document does not have it."""
        if self._known.get(name, words) != words:
            name += "Input"  # fewer words can be written than read
        if name not in self._known:
            self._known[name] = words
            self._spec.components.schema(name, {"type": "string", "enum": words})
        return {"$ref": f"#/components/schemas/{name}"}


def _title(field: Any) -> str:
    """The name of a field's own list: that of what holds it, whether read or written, and its own."""
    holder = field if isinstance(field.parent, Schema) else field.parent
    owner = _SENT.sub("", _named(holder.parent))
    return owner + _camel(holder.name)


def _exactly(self: Any, field: Any, ret: dict[str, Any]) -> dict[str, Any]:
    if not isinstance(field, Exact):
        return {}
    told = f"{field.metadata.get('description', '')} A decimal with {field.scale} places, as text."
    return {"description": told.strip(), "examples": [f"{0:.{field.scale}f}"]}


def _named(schema: Any) -> str:
    kind = schema if isinstance(schema, type) else type(schema)
    return NAMES.get(kind, kind.__name__)


def _camel(word: str) -> str:
    return "".join(part.capitalize() for part in re.split("[_.]", word))
