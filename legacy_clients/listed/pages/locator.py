"""Pages by a locator: each answer says where the next one is.

A locator may be spent by the first call that takes it, and expires: a page that did not come is not
asked for again, the list is.
"""

from __future__ import annotations

from legacy_clients.deadline import Deadline
from legacy_clients.errors import Unanswered
from legacy_clients.listed.asking import TURNED_DOWN, Asking, Row, Shifted, Stream, Values
from legacy_clients.soap.reply import Reply
from schemas.listing import LocatorPage

MOST_PAGES = 100_000
MOST_EMPTY = 3


class Locator:
    """Reads a list by locators."""

    def __init__(self, asking: Asking, style: LocatorPage) -> None:
        self._asking, self._style = asking, style

    def read(self, values: Values) -> Stream:
        """All pages. Raises Shifted."""
        reply, empty = self._first(values), 0
        for _ in range(MOST_PAGES):
            page = self._asking.page(reply, self._asking.listing.rows, self._style.total)
            yield page
            locator = self._next(reply)
            if locator is None:
                return
            empty = 0 if page.rows else empty + 1
            if empty > MOST_EMPTY:
                raise Shifted("it says that there is more, and gives nothing")
            try:
                reply = self._more(locator)
            except (*TURNED_DOWN, Unanswered) as error:
                raise Shifted("its locator was not answered") from error
        raise Shifted(f"it does not end after {MOST_PAGES} pages")

    def turn(
        self, place: tuple[str | None, ...] | None, limit: int, deadline: Deadline
    ) -> tuple[list[Row], tuple[str | None, ...] | None]:
        """Some of a page: the service says how long it is. The place is its locator, and how many
        of its rows were given.
        """
        locator, skipped = (place[0], int(place[1] or 0)) if place else (None, 0)
        reply = self._first({}, deadline) if locator is None else self._more(locator, deadline)
        rows = self._asking.page(reply, self._asking.listing.rows).rows[skipped:]
        if len(rows) > limit:
            return rows[:limit], (locator, str(skipped + limit))
        following = self._next(reply)
        return rows, None if following is None else (following, "0")

    def counted(self) -> int | None:
        style, asking = self._style, self._asking
        if style.total is None:
            return None
        return asking.page(self._first({}), asking.listing.rows, style.total).total

    def _first(self, values: Values, deadline: Deadline | None = None) -> Reply:
        listing = self._asking.listing
        return self._asking.ask(
            listing.call, listing.const, values, listing.rows, deadline=deadline
        )

    def _more(self, locator: str, deadline: Deadline | None = None) -> Reply:
        listing, style = self._asking.listing, self._style
        const = listing.const if style.call == listing.call else {}
        put = {style.put: locator}
        return self._asking.ask(style.call, const, put, listing.rows, deadline=deadline, tries=1)

    def _next(self, reply: Reply) -> str | None:
        """Where the next page is; None at the end. Raises Shifted."""
        style, asking = self._style, self._asking
        locator = reply.text(style.take) or None
        if style.done is not None:
            over = asking.flag(reply, style.done)
        elif style.more is not None:
            over = not asking.flag(reply, style.more)
        else:
            over = locator is None
        if not over and locator is None:
            raise Shifted("it says that there is more, and not where")
        return None if over else locator
