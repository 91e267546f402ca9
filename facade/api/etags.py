"""ETags: what a record was when it was read, asked back before it is changed (RFC 9110, 13.1)."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import Flask, request
from werkzeug.http import parse_etags

from facade.api.errors import Unconditional

CHANGES = frozenset({"PUT", "PATCH", "DELETE"})
_MARK = "demands_if_match"


def quoted(etag: str) -> str:
    return f'"{etag}"'


def unchanged(etag: str) -> bool:
    """True where If-None-Match names this ETag: the caller has the record as it is."""
    given = request.environ.get("HTTP_IF_NONE_MATCH")
    if given is None:
        return False
    known = parse_etags(given)
    return known.star_tag or known.contains_weak(etag)


def conditional(view: Callable[..., Any]) -> Callable[..., Any]:
    """Demand If-Match: `view` takes the record's id and the ETags that the caller has seen.

    Raises Unconditional for a request without, and for `*`, which names no record that anybody saw.
    """

    @wraps(view)
    def demanding(id: str) -> Any:
        seen = parse_etags(request.headers.get("If-Match"))
        if not seen or seen.star_tag:
            raise Unconditional(
                "Give If-Match with the ETag that GET gave for this record, so that no change of"
                " somebody else is lost."
            )
        return view(id, seen.as_set())

    setattr(demanding, _MARK, True)
    return demanding


def check_conditional(app: Flask) -> None:
    """Every route that changes an existing record demands If-Match, or the app is not made."""
    for rule in app.url_map.iter_rules():
        methods = rule.methods or set()
        changes = methods & CHANGES or ("POST" in methods and rule.arguments)
        if changes and not hasattr(app.view_functions[rule.endpoint], _MARK):
            raise TypeError(f"{rule.rule} changes a record and does not demand If-Match")
