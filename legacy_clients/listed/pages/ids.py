"""The keys of all rows first, then the rows by their keys in portions."""

from __future__ import annotations

from bisect import bisect_right

from legacy_clients.deadline import Deadline
from legacy_clients.listed.asking import Asking, Page, Row, Shifted, Stream, Values
from legacy_clients.listed.picking import Picking
from schemas.listing import IdsPage

PORTION = 1000


class Ids:
    """Reads a list by its keys."""

    def __init__(self, asking: Asking, style: IdsPage) -> None:
        self._asking, self._style, self._picking = asking, style, Picking(asking)

    def read(self, values: Values) -> Stream:
        """All pages. Raises Shifted where a key is listed, and its row is not to be had."""
        keys = self.keys(values)
        missing: list[str] = []
        for start in range(0, len(keys), PORTION):
            portion = keys[start : start + PORTION]
            rows = self._picking.rows(portion)
            came = {self._asking.key(row)[0] for row in rows}
            missing += [key for key in portion if key not in came]
            yield Page(rows)
        if missing:
            # Rows that went in the meantime are no longer listed.
            listed = set(self.keys(values))
            late = [key for key in missing if key in listed]
            rows = self._picking.rows(late)
            if len(rows) < len(late):
                raise Shifted("it has keys whose rows it does not give")
            yield Page(rows)

    def turn(
        self, place: tuple[str | None, ...] | None, limit: int, deadline: Deadline
    ) -> tuple[list[Row], tuple[str | None, ...] | None]:
        """The rows behind a key, in the order of keys: no row twice, none missed."""
        keys = sorted(self.keys({}, deadline))
        start = bisect_right(keys, place[0] or "") if place else 0
        wanted = keys[start : start + limit]
        by_key = {self._asking.key(row): row for row in self._picking.rows(wanted, deadline)}
        rows = [by_key[key] for key in sorted(by_key, key=lambda key: key[0] or "")]
        return rows, (wanted[-1],) if start + limit < len(keys) else None

    def counted(self) -> int | None:
        return len(self.keys({}))

    def keys(self, values: Values, deadline: Deadline | None = None) -> list[str]:
        """The keys of all rows, each once."""
        style = self._style
        reply = self._asking.ask(style.call, style.const, values, deadline=deadline)
        return list(dict.fromkeys(self._asking.texts(reply, style.take)))
