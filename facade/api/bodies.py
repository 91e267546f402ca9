"""Bodies: JSON objects checked by a schema on the way in, documents written directly on the way
out.

A document is JSON-shaped when it comes from the CRM client and needs no dump; a test proves that.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from itertools import islice
from operator import itemgetter
from typing import Any

import orjson
from flask import Request
from marshmallow import ValidationError
from werkzeug.exceptions import RequestEntityTooLarge

from facade.api.errors import Flaw, Invalid, Malformed, WrongMedia
from facade.api.inputs import Values, Writable, flatten
from schemas.record_form import Document

MAX_BYTES = 1_000_000
MAX_VALUES = 20_000
MAX_FLAWS = 100
ALWAYS = ("id", "problems")
"""What a sparse record keeps: without its problems, a null could not be told from one refused."""


def read_body(given: Request, writable: Writable, media: tuple[str, ...]) -> Values:
    """Typed values by dotted name. Raises WrongMedia, Malformed, and Invalid with every flaw."""
    if given.mimetype not in media:
        raise WrongMedia(f"Send {' or '.join(media)}, not {given.mimetype or 'an unnamed kind'}.")
    body = given.get_data(cache=False)
    if len(body) > MAX_BYTES:  # one that did not say its length
        raise RequestEntityTooLarge
    document = parse(body)
    try:
        checked = writable.schema().load(document)
    except ValidationError as error:
        raise Invalid(islice(_flaws(error.messages), MAX_FLAWS)) from None
    values = flatten(checked, writable)
    if not values:
        raise Invalid([Flaw("Names no field.", pointer="#")])
    return values


def parse(body: bytes) -> Document:
    """A JSON object (RFC 8259), each name once. Raises Malformed."""
    try:
        # The stricter of the two: no NaN, no half characters, no great depth.
        _check_size(orjson.loads(body))
        document = json.loads(body, object_pairs_hook=_once, parse_float=_finite)
    except (ValueError, RecursionError) as error:
        raise Malformed(_reason(error)) from None
    if not isinstance(document, dict):
        raise Malformed("The body must be a JSON object.")
    return document


def of_record(document: Document, wanted: tuple[str, ...] | None) -> bytes:
    """A record as JSON, of it only the `wanted` fields."""
    return orjson.dumps(document if wanted is None else projection(wanted)(document))


def of_page(documents: Iterable[Document], wanted: tuple[str, ...] | None, following: Any) -> bytes:
    """A page as JSON; `following` is the cursor of the next."""
    items = list(documents) if wanted is None else list(map(projection(wanted), documents))
    return orjson.dumps({"items": items, "next": following})


@lru_cache(256)
def projection(wanted: tuple[str, ...]) -> Callable[[Document], Document]:
    """What leaves of a document only the `wanted` fields, in the document's own order."""
    pick = itemgetter(*wanted)  # ALWAYS makes it two fields at least, so a tuple
    return lambda document: dict(zip(wanted, pick(document), strict=True))


def _check_size(document: Any) -> None:
    """At most MAX_VALUES at all depths; more would be slow to check one by one."""
    count, open_ones = 0, [document]
    while open_ones:
        held = open_ones.pop()
        if isinstance(held, (dict, list)):
            count += len(held)
            if count > MAX_VALUES:
                raise _Unsound(f"The body holds more than {MAX_VALUES} values.")
            open_ones += held.values() if isinstance(held, dict) else held


class _Unsound(ValueError):
    """JSON that we do not take; the text is for the caller."""


def _once(pairs: list[tuple[str, Any]]) -> Document:
    document = dict(pairs)
    if len(document) < len(pairs):
        seen: set[str] = set()
        name = next(name for name, _ in pairs if name in seen or seen.add(name))  # type: ignore[func-returns-value]
        raise _Unsound(f"The name {name[:100]!r} stands twice in one object.")
    return document


def _finite(text: str) -> float:
    number = float(text)
    if number in (float("inf"), float("-inf")):
        raise _Unsound("A number is too large.")
    return number


def _reason(error: Exception) -> str:
    if isinstance(error, _Unsound):
        return str(error)
    if isinstance(error, json.JSONDecodeError):
        return f"Not JSON: {error.msg}, line {error.lineno}, column {error.colno}."
    return "Not JSON that can be read."


def _flaws(messages: Any, path: tuple[str, ...] = ()) -> Iterable[Flaw]:
    """Each message of a ValidationError, by JSON pointer (RFC 6901)."""
    if isinstance(messages, Mapping):
        for name, inner in messages.items():
            yield from _flaws(inner, path if name == "_schema" else (*path, str(name)))
        return
    words = (word.replace("~", "~0").replace("/", "~1") for word in path)
    pointer = "#/" + "/".join(words)
    for message in messages:
        yield Flaw(str(message), pointer=pointer)
