"""The OpenAPI 3.1 document, generated from the routes and what they say of themselves."""

from __future__ import annotations

from typing import Any

import orjson
from flask import Flask, Response
from flask_smorest import Api, Blueprint

from facade.api.parameters import KINDS
from facade.api.problems import ProblemSchema
from facade.api.shared_parts import SharedParts
from facade.api.word_lists import SENT, WordLists
from schemas.fields import Exact

VERSION = "1.0.0"

DESCRIPTION = """\
Records of the CRM, read from its database and written through its services.

Every request but `/health/live` needs an API key. Lists are read page by page with the cursor \
that each page gives. A record comes with an `ETag`; changing it needs `If-Match` with that ETag. \
A value that cannot be read is `null`, with its raw text and the reason among `problems`. Every \
error is a problem details object (RFC 9457).\
"""


class OurApi(Api):
    """flask-smorest, with our errors in place of its own and names that a person would choose."""

    ERROR_SCHEMA = ProblemSchema
    words: WordLists
    parts: SharedParts

    def _register_error_handlers(self) -> None:
        """facade.api.problems answers all of them."""

    def _register_responses(self) -> None:
        """Each operation lists its own."""

    def _register_pagination_header(self) -> None:
        """Pages have a cursor instead."""

    def _register_etag_headers(self) -> None:
        """Each operation lists its own."""


class OurBlueprint(Blueprint):
    """A blueprint whose document is only what each route says of itself."""

    def __init__(self, name: str, prefix: str, description: str) -> None:
        super().__init__(name, __name__, url_prefix=prefix, description=description)
        self._prepare_doc_cbks: list[Any] = []


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
    assert converter is not None
    for kind, described in KINDS.items():
        api.register_field(kind, *described)
    api.parts = SharedParts()
    converter.schema_name_resolver = api.parts.named
    api.words = WordLists(api.spec)
    converter.add_attribute_function(lambda _, field, ret: api.words.attribute(field, ret))
    converter.add_attribute_function(_exactly)
    scheme = {"type": "http", "scheme": "bearer", "description": "An API key."}
    api.spec.components.security_scheme("bearer", scheme)
    api.spec.components.security_scheme(
        "apiKey", {"type": "apiKey", "in": "header", "name": "X-API-Key"}
    )
    return api


def serve(app: Flask, api: OurApi) -> None:
    """GET /openapi.json, written once: the document is that of the code that runs."""
    api.parts.share(api.spec)
    for name, schema in api.spec.components.schemas.items():
        if SENT.search(name) and "properties" in schema:
            schema["additionalProperties"] = False
    written = orjson.dumps(api.spec.to_dict())

    def openapi() -> Response:
        return Response(written, content_type="application/json")

    app.add_url_rule("/openapi.json", "openapi", openapi)


def describe(blueprint: Blueprint, doc: dict[str, Any], view: Any) -> Any:
    """The view with its part of the document."""
    return blueprint.doc(**doc)(view)


def _exactly(self: Any, field: Any, ret: dict[str, Any]) -> dict[str, Any]:
    if not isinstance(field, Exact):
        return {}
    told = f"{field.metadata.get('description', '')} A decimal with {field.scale} places, as text."
    return {"description": told.strip(), "examples": [f"{0:.{field.scale}f}"]}
