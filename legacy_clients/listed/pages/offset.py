"""Pages by the number of their first row.

Rows that come or go before it shift all others. So each page begins with the last row of the one
before: where another stands in its place, the list is read again. A short page is not the end,
since services cap how much they give; a page with nothing new is.
"""

from __future__ import annotations

from legacy_clients.deadline import Deadline
from legacy_clients.listed.asking import Asking, Page, Row, Shifted, Stream, Values
from schemas.listing import OffsetPage

MOST_PAGES = 100_000


class Offset:
    """Reads a list by offsets."""

    def __init__(self, asking: Asking, style: OffsetPage) -> None:
        self._asking, self._style = asking, style

    def read(self, values: Values) -> Stream:
        """All pages. Raises Shifted."""
        known, back = 0, 0
        last: Row | None = None
        for _ in range(MOST_PAGES):
            page = self._page(values, known - back, self._style.rows)
            received = len(page.rows)
            rows = page.rows
            if back:
                if not rows or self._asking.key(rows[0]) != last:
                    raise Shifted("its rows shifted while it was read, or have no fixed order")
                rows = rows[1:]
            if not rows:
                if back and page.total is not None and page.total > known:
                    # It gives one row at a time, or counts more than there is: asked without
                    # looking back.
                    back = 0
                    continue
                yield Page([], page.total, page.reply)
                return
            yield Page(rows, page.total, page.reply)
            known += len(rows)
            last = self._asking.key(rows[-1])
            back = int(self._style.overlap and received > 1)
        raise Shifted(f"it does not end after {MOST_PAGES} pages")

    def turn(
        self, place: tuple[str | None, ...] | None, limit: int, deadline: Deadline
    ) -> tuple[list[Row], tuple[str | None, ...] | None]:
        """Rows behind a row, whose key the place holds with its number. Raises Shifted where that
        row is not there any more.
        """
        known, size = 0, min(limit, self._style.rows)
        if place is None:
            rows = self._page({}, 0, size, deadline).rows
        else:
            known, last = int(place[0] or 0), place[1:]
            known, rows = self._behind(known, last, size, deadline)
        rows = rows[:limit]
        if not rows:
            return [], None
        known += len(rows)
        return rows, (str(known), *self._asking.key(rows[-1]))

    def _behind(
        self, known: int, last: Row, size: int, deadline: Deadline
    ) -> tuple[int, list[Row]]:
        """The rows behind a row that was the `known`-th, and which it is now."""
        window = self._style.rows
        starts = (known - 1, max(0, known - window), known)
        sizes = (size + 1, window, window)
        for start, most in zip(starts, sizes, strict=True):
            rows = self._page({}, start, most, deadline).rows
            keys = [self._asking.key(row) for row in rows]
            if last not in keys:
                continue
            place = keys.index(last) + 1
            if place < len(rows):
                return start + place, rows[place:]
            return start + place, self._page({}, start + place, size, deadline).rows
        raise Shifted("the row to go on behind is not there any more")

    def counted(self) -> int | None:
        return None if self._style.total is None else self._page({}, 0, 1).total

    def _page(
        self, values: Values, number: int, size: int, deadline: Deadline | None = None
    ) -> Page:
        style, listing = self._style, self._asking.listing
        placed = {**values, style.offset: number + style.first, style.size: size}
        reply = self._asking.ask(
            listing.call, listing.const, placed, listing.rows, deadline=deadline
        )
        return self._asking.page(reply, listing.rows, style.total)
