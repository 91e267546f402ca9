"""Changes by a moment that the list itself takes.

Nobody says up to when the answer is whole: the next one begins a margin before this was asked, for
what is committed late with an earlier stamp.
"""

from __future__ import annotations

import datetime as dt

from legacy_clients.listed.asking import Asking, Page
from legacy_clients.listed.changes.told import GRAIN, Told, deleted, moment_of, spelled
from legacy_clients.listed.pages import Pages
from schemas.listing import QueryChanges


class ByQuery:
    """Asks the list for what was changed since a moment."""

    def __init__(self, asking: Asking, pages: Pages, style: QueryChanges) -> None:
        self._asking, self._pages, self._style = asking, pages, style

    def begin(self, now: dt.datetime) -> str:
        return spelled(now - dt.timedelta(seconds=self._style.margin))

    def heard(self, page: Page) -> None:
        """Pages tell no moment."""

    def told(self, mark: str | None, now: dt.datetime) -> Told:
        """Deletes first: what comes afterwards is there again."""
        since = moment_of(mark)
        gone, covered = deleted(self._asking, self._asking.listing.deletes, since, now)
        pages = self._pages.read({self._style.since: since - GRAIN})
        margin = now - dt.timedelta(seconds=self._style.margin)
        return Told(spelled(max(since, min(margin, covered))), gone, pages)
