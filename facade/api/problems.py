"""Every error as application/problem+json (RFC 9457): its schema, and one for any exception."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

import orjson
from flask import Flask, Response, g, request
from marshmallow import EXCLUDE, fields
from werkzeug.exceptions import HTTPException

from facade.api.errors import Answer, Flaw, Invalid, Unidentified, answer_to
from legacy_clients.errors import BusinessFault, NotKept, Unfit
from schemas.entity import Part
from schemas.fields import Text, Whole

log = logging.getLogger(__name__)

MEDIA = "application/problem+json"
TYPES = "/docs#problem-"
CHALLENGE = 'Bearer realm="crm-facade"'


class Told(Part):
    """What we tell may be more by and by; whoever reads it passes over what they do not know."""

    class Meta:
        unknown = EXCLUDE


class FlawSchema(Told):
    """One thing wrong with a request."""

    class Meta(Told.Meta):
        description = "One thing wrong with a request."

    detail = Text(required=True, metadata={"description": "What is wrong, and the way out."})
    pointer = Text(
        metadata={"description": "Where in the body, RFC 6901.", "examples": ["#/lines/0/quantity"]}
    )
    parameter = Text(metadata={"description": "Which parameter.", "examples": ["limit"]})


class ProblemSchema(Told):
    """What went wrong, RFC 9457."""

    class Meta(Told.Meta):
        description = "What went wrong, RFC 9457."

    type = Text(
        required=True,
        metadata={
            "description": "What kind of problem; a link to its description, or about:blank.",
            "examples": ["/docs#problem-invalid"],
        },
    )
    title = Text(required=True, metadata={"description": "The kind of problem in words."})
    status = Whole(required=True, metadata={"description": "The HTTP status."})
    detail = Text(metadata={"description": "This problem in words."})
    instance = Text(metadata={"description": "The path that was asked for."})
    request_id = Text(metadata={"description": "For our operators; also in X-Request-Id."})
    code = Text(metadata={"description": "The CRM's own code, where the CRM refused."})
    errors = fields.List(
        fields.Nested(FlawSchema), metadata={"description": "What is wrong, one by one."}
    )


def problem(
    answer: Answer,
    detail: str | None = None,
    headers: Mapping[str, str] | None = None,
    **members: Any,
) -> Response:
    """A problem details response. `members` are those of the schema; None is left out."""
    body = {
        "type": answer.type if ":" in answer.type else TYPES + answer.type,
        "title": answer.title,
        "status": answer.status,
        "detail": detail,
        "instance": request.path,
        "request_id": g.get("request_id"),
        **members,
    }
    told = orjson.dumps({name: value for name, value in body.items() if value is not None})
    response = Response(told, answer.status, headers, content_type=MEDIA)
    if answer.retry_after is not None:
        response.headers["Retry-After"] = str(answer.retry_after)
    return response


def register(app: Flask) -> None:
    """Answer every exception of the app with a problem."""
    app.register_error_handler(HTTPException, of_http)
    app.register_error_handler(Exception, of_error)


def of_http(error: HTTPException) -> Any:
    """What the web framework refuses: unknown paths, wrong methods, large bodies."""
    if error.response is not None or error.code is None or error.code < 400:
        return error
    status = HTTPStatus(error.code)
    headers = {
        name: value
        for name, value in error.get_headers()
        if name in ("Allow", "Retry-After", "WWW-Authenticate")
    }
    return problem(Answer(status, "about:blank", status.phrase), error.description, headers)


def of_error(error: Exception) -> Response:
    """Everything else, by the table; what only operators should read goes to the log."""
    answer = answer_to(error)
    if answer.status >= 500:
        log.error("request %s: %s", g.get("request_id"), answer.title, exc_info=error)
    challenge = {"WWW-Authenticate": g.get("challenge", CHALLENGE)}
    headers = challenge if isinstance(error, Unidentified) else None
    detail = answer.detail or str(error)
    members: dict[str, Any] = next(
        (told(error) for kind, told in MEMBERS.items() if isinstance(error, kind)), {}
    )
    return problem(answer, **{"detail": detail, **members}, headers=headers)


def _of_invalid(error: Any) -> dict[str, Any]:
    return {"errors": [_shown(flaw) for flaw in error.flaws]}


def _of_fault(error: Any) -> dict[str, Any]:
    return {"code": error.code, "detail": error.message}


def _of_unfit(error: Any) -> dict[str, Any]:
    return {"errors": [_shown(Flaw(error.reason, pointer=pointer(error.path)))]}


def _of_not_kept(error: Any) -> dict[str, Any]:
    told = f"The CRM reported success for {error.id!r} and holds something else: read it again."
    flaws = [Flaw("The CRM holds something else.", pointer(name)) for name in error.fields]
    return {"detail": told, "errors": [_shown(flaw) for flaw in flaws]}


MEMBERS: dict[type[Exception], Any] = {
    Invalid: _of_invalid,
    BusinessFault: _of_fault,
    NotKept: _of_not_kept,
    Unfit: _of_unfit,
}


def pointer(path: str) -> str:
    """A JSON pointer (RFC 6901) for a dotted path whose list places count from 1."""
    words = (str(int(word) - 1) if word.isdigit() else word for word in path.split("."))
    return "#/" + "/".join(word.replace("~", "~0").replace("/", "~1") for word in words)


def _shown(flaw: Flaw) -> dict[str, str]:
    return {name: value for name, value in vars(flaw).items() if value is not None}
