"""A list as a table: read whole until it agrees with itself, or by what its service calls new."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Callable, Sequence
from contextlib import closing
from typing import TYPE_CHECKING, Any

from legacy_clients.errors import Misconfigured, Unintelligible
from legacy_clients.listed.asking import TURNED_DOWN, Asking, Shifted, Stream
from legacy_clients.listed.changes import changes_of
from legacy_clients.listed.changes.told import Told
from legacy_clients.listed.pages import pages_of
from legacy_clients.listed.pages.ids import Ids
from legacy_clients.listed.picking import Picking
from legacy_clients.listed.spool import Spool, doubt_of
from legacy_clients.pace import Pace
from legacy_clients.tables import Changed, Key, MarkLost, Reading
from schemas.listing import TokenChanges
from schemas.mapping import TableRead

if TYPE_CHECKING:
    from legacy_clients.soap.service import Service

TRIES = 3
"""So often a list is read that changes while it is read."""


class ListedTable:
    """Reads one list over SOAP. One that tells nothing of changes gives no mark to ask from."""

    def __init__(self, service: Service, read: TableRead, pace: Pace | None = None) -> None:
        listing = read.listing
        assert listing is not None
        self.read, self.sweep = read, listing.sweep
        self._pace = pace or Pace()
        self.columns = tuple(name for name in listing.columns if name not in read.skip)
        self._asking = Asking(service, listing, self.columns)
        self._pages = pages_of(self._asking, listing)
        self._changes = changes_of(self._asking, self._pages)
        self._origin = hashlib.sha256(repr(listing).encode()).hexdigest()[:16]

    def check(self) -> None:
        """The contract has what the list is read by. Raises Misconfigured."""
        self._asking.check()

    def stamped(self) -> Reading:
        raise Misconfigured(f"the list {self.read.name} has no stamps")

    def whole(self, now: dt.datetime) -> Reading:
        """All rows in full. Raises Unintelligible for a list that does not stand still, or that
        counts more rows than it gives.
        """
        changes, listing = self._changes, self._asking.listing
        mark = None if changes is None else changes.begin(now)
        if isinstance(listing.changes, TokenChanges) and listing.page is None:
            assert changes is not None
            spool, told = self._gathered(lambda: changes.told(None, now))
            return spool.reading(self._marked(told.mark))
        heard: list[str] = []

        def listening() -> Stream:
            heard.clear()
            with closing(self._pages.read({})) as pages:
                for page in pages:
                    token = None if changes is None else changes.heard(page)
                    heard.extend([token] if token else [])
                    yield page

        spool, _ = self._gathered(lambda: Told(None, pages=listening()))
        return spool.reading(self._marked(mark or next(iter(heard), None)))

    def changed(self, mark: str, now: dt.datetime) -> Changed:
        """What changed since a mark. Raises MarkLost where the service does not know it, or it is
        one of another list.
        """
        origin, since = json.loads(mark)
        changes = self._changes
        if changes is None or origin != self._origin:
            raise MarkLost
        try:
            spool, told = self._gathered(lambda: changes.told(since, now))
        except TURNED_DOWN as error:
            raise MarkLost from error
        reading = spool.reading(self._marked(told.mark))
        try:
            keys = self._keys()
        except BaseException:
            reading.batches.close()
            raise
        return Changed(reading, tuple((key,) for key in told.gone), keys)

    def picked(self, keys: Sequence[Key]) -> list[tuple[Any, ...]]:
        """The rows of these keys, in full."""
        return list(Picking(self._asking).rows([str(key[0]) for key in keys]))

    def counted(self) -> int | None:
        return self._pages.counted()

    def _keys(self) -> tuple[Key, ...] | None:
        """The keys of all rows, where the service tells them and nothing of what is deleted."""
        listing = self._asking.listing
        if listing.deletes is not None or listing.swept or not isinstance(self._pages, Ids):
            return None
        return tuple((key,) for key in self._pages.keys({}))

    def _marked(self, mark: str | None) -> str | None:
        return None if mark is None else json.dumps([self._origin, mark])

    def _gathered(self, ask: Callable[[], Told]) -> tuple[Spool, Told]:
        """The rows of one reading that agrees with itself, or disagrees twice alike without a loss:
        then several rows have one key, or the service miscounts.
        """
        before: Any = None
        why = Shifted("it counts more rows than it gives, or others each time")
        for _ in range(TRIES):
            spool, total = Spool(self._asking), None
            try:
                self._pace.turn()
                told = ask()
                with closing(told.pages) as pages:
                    for page in pages:
                        spool.add(page.rows)
                        self._pace.turn()
                        total = total if page.total is None else page.total
            except Shifted as shifted:
                why = shifted
                spool.close()
                continue
            except BaseException:
                spool.close()
                raise
            doubt = doubt_of(spool, total)
            lost = total is not None and total > spool.received
            if doubt is None or (doubt == before and not lost):
                return spool, told
            before = doubt
            spool.close()
        raise Unintelligible(f"the list {self.read.name}: {why}, in {TRIES} readings") from why
