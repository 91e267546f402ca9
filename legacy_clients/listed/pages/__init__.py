"""How the pages of a list follow one another: a file for each style.

A style reads a whole list as pages, and, for callers who turn pages themselves, one from a place
on. Raises Shifted where the list must be read from its beginning again.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from legacy_clients.deadline import Deadline
from legacy_clients.listed.asking import Asking, Row, Stream, Values
from legacy_clients.listed.pages.ids import Ids
from legacy_clients.listed.pages.locator import Locator
from legacy_clients.listed.pages.offset import Offset
from legacy_clients.listed.pages.whole import Whole
from schemas.listing import Listing

Place = tuple[str | None, ...]


class Pages(Protocol):
    """One style."""

    def read(self, values: Values) -> Stream:
        """All pages; `values` are further arguments of the list. Raises Shifted."""

    def turn(
        self, place: Place | None, limit: int, deadline: Deadline
    ) -> tuple[list[Row], Place | None]:
        """Rows from a place on, and where they go on; None at the end."""

    def counted(self) -> int | None:
        """How many rows the service counts."""


STYLES: dict[str, Callable[[Asking, Any], Pages]] = {
    "offset": Offset,
    "locator": Locator,
    "ids": Ids,
}


def pages_of(asking: Asking, listing: Listing) -> Pages:
    """The style of a list; one without pages is one answer."""
    page = listing.page
    return Whole(asking) if page is None else STYLES[page.style](asking, page)
