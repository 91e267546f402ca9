"""Changes by the keys of what was changed between two moments.

The service says up to when it knows all changes; the next time begins there.
"""

from __future__ import annotations

import datetime as dt

from legacy_clients.listed.asking import Asking, Page, Stream
from legacy_clients.listed.changes.told import GRAIN, Told, deleted, moment_of, spelled
from legacy_clients.listed.pages import Pages
from legacy_clients.listed.picking import Picking
from schemas.listing import IdsChanges

PORTION = 1000


class ByIds:
    """Asks for the keys of what was changed, and for the rows of these."""

    def __init__(self, asking: Asking, pages: Pages, style: IdsChanges) -> None:
        self._asking, self._style, self._picking = asking, style, Picking(asking)

    def begin(self, now: dt.datetime) -> str:
        return spelled(now - dt.timedelta(seconds=self._style.margin))

    def heard(self, page: Page) -> None:
        """Pages tell no moment."""

    def told(self, mark: str | None, now: dt.datetime) -> Told:
        """Deletes first: what comes afterwards is there again."""
        asking, style, since = self._asking, self._style, moment_of(mark)
        gone, covered = deleted(asking, asking.listing.deletes, since, now)
        values = {style.since: since - GRAIN}
        if style.until is not None:
            values[style.until] = now
        reply = asking.ask(style.call, style.const, values)
        known = now - dt.timedelta(seconds=style.margin)
        if style.covered is not None:
            known = asking.moment(reply, style.covered)
        keys = list(dict.fromkeys(asking.texts(reply, style.take)))
        # A mark never goes back, nor beyond what both answers cover, whatever a service says.
        told = Told(spelled(max(since, min(now, known, covered))), gone)
        told.pages = self._rows(keys, told)
        return told

    def _rows(self, keys: list[str], told: Told) -> Stream:
        """The rows; a key without one is gone since."""
        for start in range(0, len(keys), PORTION):
            portion = keys[start : start + PORTION]
            rows = self._picking.rows(portion)
            came = {self._asking.key(row)[0] for row in rows}
            told.gone += [key for key in portion if key not in came]
            yield Page(rows)
