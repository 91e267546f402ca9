"""What a service tells of changes, and the moments that it is asked by."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from legacy_clients.listed.asking import Asking, Stream
from schemas.listing import Deletes

GRAIN = dt.timedelta(seconds=1)
"""Moments are asked by whole seconds, and nobody says whether their ends belong to them."""


@dataclass
class Told:
    """Changed rows, and keys that are gone: `mark` and `gone` are whole with the last page."""

    mark: str | None
    gone: list[str] = field(default_factory=list)
    pages: Stream = field(default_factory=lambda: _nothing())


def _nothing() -> Stream:
    yield from ()


def spelled(moment: dt.datetime) -> str:
    return moment.astimezone(dt.UTC).isoformat()


def moment_of(mark: str | None) -> dt.datetime:
    """The moment of a mark that `spelled` made."""
    assert mark is not None
    return dt.datetime.fromisoformat(mark)


def deleted(
    asking: Asking, deletes: Deletes | None, since: dt.datetime, now: dt.datetime
) -> tuple[list[str], dt.datetime]:
    """The keys of rows that were deleted, and up to when the service knows all of them."""
    if deletes is None or deletes.call is None or deletes.since is None:
        return [], now
    values = {deletes.since: since - GRAIN}
    if deletes.until is not None:
        values[deletes.until] = now
    reply = asking.ask(deletes.call, deletes.const, values)
    covered = now if deletes.covered is None else asking.moment(reply, deletes.covered)
    return asking.texts(reply, deletes.take), covered
