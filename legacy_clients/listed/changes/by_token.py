"""Changes by a token: each answer gives the one to ask with the next time, whatever it means."""

from __future__ import annotations

import datetime as dt

from legacy_clients.listed.asking import Asking, Page, Shifted, Stream
from legacy_clients.listed.changes.told import Told
from legacy_clients.listed.pages import Pages
from schemas.listing import TokenChanges

MOST_PAGES = 100_000


class ByToken:
    """Asks the list for what was changed since it gave a token."""

    def __init__(self, asking: Asking, pages: Pages, style: TokenChanges) -> None:
        self._asking, self._style = asking, style

    def begin(self, now: dt.datetime) -> None:
        """Only answers tell a token."""

    def heard(self, page: Page) -> str | None:
        """The first page's is the best: later ones may not cover what changed since."""
        return None if page.reply is None else page.reply.text(self._style.take) or None

    def told(self, mark: str | None, now: dt.datetime) -> Told:
        """Without a token all rows are told, as new."""
        told = Told(mark)
        told.pages = self._pages(mark, told)
        return told

    def _pages(self, token: str | None, told: Told) -> Stream:
        asking, style, listing = self._asking, self._style, self._asking.listing
        used: set[str] = set()
        for _ in range(MOST_PAGES):
            values = {} if token is None else {style.put: token}
            # A token may be spent by the answer that did not come whole.
            reply = asking.ask(listing.call, listing.const, values, listing.rows, tries=1)
            page = asking.page(reply, listing.rows)
            if listing.deletes is not None:
                told.gone += asking.texts(reply, listing.deletes.take)
            following = reply.text(style.take) or None
            told.mark = following or told.mark
            yield page
            if style.done is None or asking.flag(reply, style.done):
                return
            if following is None or following in used:
                raise Shifted("it says that there is more, and gives no new token")
            used.add(following)
            token = following
        raise Shifted(f"it does not end after {MOST_PAGES} pages")
