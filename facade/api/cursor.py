"""Cursors: where the next page of a query starts, opaque to callers and good for that query only.

Nothing in one is secret. Its digest tells one that was changed, or that came from another query.
"""

from __future__ import annotations

import binascii
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from hashlib import blake2b
from typing import Any

import orjson

Place = tuple[str | None, ...]


class NoCursor(ValueError):
    """Text that is no cursor of this query."""


def write_cursor(query: str, place: Sequence[str | None]) -> str:
    """A cursor for the row at `place`, the ordering values of the last row seen, in `query`."""
    body = orjson.dumps([_digest(query, place), *place])
    return urlsafe_b64encode(body).rstrip(b"=").decode()


def read_cursor(query: str, cursor: str) -> Place:
    """The place that `write_cursor` was given with the same query. Raises NoCursor."""
    try:
        padded = cursor.encode("ascii") + b"=" * (-len(cursor) % 4)
        found: Any = orjson.loads(urlsafe_b64decode(padded))
    except (ValueError, binascii.Error):
        raise NoCursor("is none that we gave") from None
    if not isinstance(found, list) or not found or not all(map(_is_part, found)):
        raise NoCursor("is none that we gave")
    digest, *place = found
    if digest != _digest(query, place) or write_cursor(query, place) != cursor:
        raise NoCursor("belongs to another query, or was changed")
    return tuple(place)


def _is_part(part: Any) -> bool:
    return part is None or isinstance(part, str)


def _digest(query: str, place: Sequence[str | None]) -> str:
    return blake2b(orjson.dumps([query, *place]), digest_size=9).hexdigest()
