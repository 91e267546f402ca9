"""The documentation page: the OpenAPI document as HTML that needs nothing from elsewhere."""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from flask import Flask, Response, request
from markupsafe import Markup, escape

from facade.api.errors import ANSWERS, Answer

POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
METHODS = ("get", "post", "put", "patch", "delete")
# Stands in the page for the address that it is asked at.
ADDRESS = "http://127.0.0.1:8000"


@dataclass(frozen=True)
class Row:
    """A property or parameter as a line of a table."""

    name: str
    kind: Markup
    required: bool
    description: str
    place: str = ""


@dataclass(frozen=True)
class Operation:
    """One operation as the page shows it."""

    id: str
    method: str
    path: str
    summary: str
    description: str
    headers: list[Row]
    parameters: list[Row]
    body: Markup | None
    responses: list[tuple[str, str, Markup | None]]
    curl: str


def serve(app: Flask, document: Mapping[str, Any]) -> None:
    """GET /docs, written once; its lines to paste call the address that the caller found it at.

    GET / leads there: it is what people open first.
    """
    template = app.jinja_env.get_template("documentation.html")
    page = template.render(
        title=document["info"]["title"],
        version=document["info"]["version"],
        description=document["info"]["description"].split("\n\n"),
        groups=list(groups_of(document)),
        schemas=list(schemas_of(document)),
        answers=sorted(set(ANSWERS.values()), key=lambda answer: (answer.status, answer.type)),
        told=told,
        marked=marked,
    )

    def docs() -> Response:
        headers = {"Content-Security-Policy": POLICY}
        asked = str(escape(request.host_url.rstrip("/")))
        return Response(
            page.replace(ADDRESS, asked), 200, headers, content_type="text/html; charset=utf-8"
        )

    def root() -> Response:
        return Response(status=302, headers={"Location": "/docs"})

    app.add_url_rule("/docs", "docs", docs)
    app.add_url_rule("/", "root", root)


def marked(text: str) -> Markup:
    """Text whose `words` in backticks are set as code."""
    pieces = text.split("`")
    return Markup("").join(
        Markup("<code>{}</code>").format(piece) if number % 2 else escape(piece)
        for number, piece in enumerate(pieces)
    )


def told(answer: Answer) -> str:
    """What the caller reads, where it is the same each time."""
    return answer.detail or ""


def groups_of(document: Mapping[str, Any]) -> Iterable[tuple[str, str, list[Operation]]]:
    """Tag, description and operations, in the document's order."""
    for tag in document.get("tags", ()):
        operations = [
            operation_of(path, method, item[method], item.get("parameters", ()))
            for path, item in document["paths"].items()
            for method in METHODS
            if method in item and tag["name"] in item[method].get("tags", ())
        ]
        yield tag["name"], tag.get("description", ""), operations


def operation_of(
    path: str, method: str, told: Mapping[str, Any], shared: Iterable[Mapping[str, Any]]
) -> Operation:
    """An operation; `shared` are the parameters of its path."""
    parameters = [*shared, *told.get("parameters", ())]
    rows = [
        Row(
            item["name"],
            kind_of(item["schema"]),
            item.get("required", False),
            item.get("description", ""),
            item["in"],
        )
        for item in parameters
    ]
    content = told.get("requestBody", {}).get("content", {})
    return Operation(
        told["operationId"],
        method.upper(),
        path,
        told.get("summary", ""),
        told.get("description", ""),
        [row for row in rows if row.place != "query"],
        [row for row in rows if row.place == "query"],
        next((kind_of(item["schema"]) for item in content.values()), None),
        [
            (code, answer["description"], _body_kind(answer))
            for code, answer in sorted(told["responses"].items())
        ],
        curl_of(path, method, told),
    )


def schemas_of(document: Mapping[str, Any]) -> Iterable[tuple[str, str, list[Row], list[str]]]:
    """Name, description, properties and words of each schema, by name."""
    for name, schema in sorted(document["components"]["schemas"].items()):
        required = schema.get("required", ())
        rows = [
            Row(field, kind_of(item), field in required, item.get("description", ""))
            for field, item in schema.get("properties", {}).items()
        ]
        yield name, schema.get("description", ""), rows, schema.get("enum", [])


def kind_of(schema: Mapping[str, Any]) -> Markup:
    """A schema in few words, linked where it has a name."""
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return Markup('<a href="#schema-{0}">{0}</a>').format(name)
    if "anyOf" in schema:
        return Markup(" or ").join(kind_of(one) for one in schema["anyOf"])
    kinds = schema.get("type", "anything")
    kinds = [kinds] if isinstance(kinds, str) else kinds
    return Markup(" or ").join(_single(kind, schema) for kind in kinds)


def _single(kind: str, schema: Mapping[str, Any]) -> Markup:
    if kind == "array":
        return Markup("list of ") + kind_of(schema.get("items", {}))
    if kind == "null":
        return Markup("null")
    bounds = [
        f"{word} {schema[key]}"
        for key, word in (("minimum", "from"), ("maximum", "to"), ("maxLength", "at most"))
        if key in schema
    ]
    form = f" ({schema['format']})" if "format" in schema else ""
    return escape(" ".join([f"{kind}{form}", *bounds]))


def _body_kind(answer: Mapping[str, Any]) -> Markup | None:
    content = answer.get("content", {})
    return next((kind_of(item["schema"]) for item in content.values()), None)


def curl_of(path: str, method: str, told: Mapping[str, Any]) -> str:
    """A line to paste; `$KEY` is an API key, `$ID` and `$ETAG` come from reading."""
    words = ["curl"] if method == "get" else ["curl", "-X", method.upper()]
    words.append(f'"{ADDRESS}{path.replace("{id}", "$ID")}"')
    if told.get("security") != []:
        words += ["-H", '"Authorization: Bearer $KEY"']
    if any(item["name"] == "If-Match" for item in told.get("parameters", ())):
        words += ["-H", '"If-Match: $ETAG"']
    for media, item in told.get("requestBody", {}).get("content", {}).items():
        words += ["-H", f'"Content-Type: {media}"']
        words += ["-d", shlex.quote(json.dumps(item.get("example", {}), ensure_ascii=False))]
    return " ".join(words)
