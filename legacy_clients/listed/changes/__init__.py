"""What has changed in a list since a mark: a file for each style.

A mark is a text: a moment for those that ask by time, the service's own token for the other. It
moves on only with the night that has what came before it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any, Protocol

from legacy_clients.listed.asking import Asking, Page
from legacy_clients.listed.changes.by_ids import ByIds
from legacy_clients.listed.changes.by_query import ByQuery
from legacy_clients.listed.changes.by_token import ByToken
from legacy_clients.listed.changes.told import Told
from legacy_clients.listed.pages import Pages


class Style(Protocol):
    """One style."""

    def begin(self, now: dt.datetime) -> str | None:
        """The mark for what changes while all is read, and later; None where only answers tell."""

    def heard(self, page: Page) -> str | None:
        """The mark that a page of the whole list tells."""

    def told(self, mark: str | None, now: dt.datetime) -> Told:
        """What changed since. A service that does not know the mark turns its calls down."""


STYLES: dict[str, Callable[[Asking, Pages, Any], Style]] = {
    "query": ByQuery,
    "ids": ByIds,
    "token": ByToken,
}


def changes_of(asking: Asking, pages: Pages) -> Style | None:
    """The style of a list; None where it tells nothing of changes."""
    changes = asking.listing.changes
    return None if changes is None else STYLES[changes.style](asking, pages, changes)
