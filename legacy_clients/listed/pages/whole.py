"""A list without pages: one answer, read as it comes in."""

from __future__ import annotations

from legacy_clients.deadline import Deadline
from legacy_clients.listed.asking import Asking, Row, Stream, Values


class Whole:
    """Reads a list out of one answer."""

    def __init__(self, asking: Asking) -> None:
        self._asking = asking

    def read(self, values: Values) -> Stream:
        """All rows."""
        return self._asking.streamed(values)

    def turn(
        self, place: tuple[str | None, ...] | None, limit: int, deadline: Deadline
    ) -> tuple[list[Row], tuple[str | None, ...] | None]:
        """Some of the rows; the service gives all of them each time."""
        listing = self._asking.listing
        start = int(place[0] or 0) if place else 0
        reply = self._asking.ask(listing.call, listing.const, {}, listing.rows, deadline=deadline)
        rows = self._asking.page(reply, listing.rows).rows
        following = start + limit
        return rows[start:following], (str(following),) if following < len(rows) else None

    def counted(self) -> int | None:
        return None
