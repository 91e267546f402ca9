"""Rows by their keys, in portions."""

from __future__ import annotations

from collections.abc import Sequence

from legacy_clients.deadline import Deadline
from legacy_clients.errors import Misconfigured, Unintelligible
from legacy_clients.listed.asking import Asking, Row


class Picking:
    """Reads the rows of given keys."""

    def __init__(self, asking: Asking) -> None:
        self._asking = asking

    def rows(self, keys: Sequence[str], deadline: Deadline | None = None) -> list[Row]:
        """The rows of these keys. A service may give fewer at once than it is asked for; one that
        gives none of those that are left does not have them.
        """
        pick = self._asking.listing.pick
        if pick is None:
            raise Misconfigured(f"the list {self._asking.listing.name} cannot be read by key")
        found: list[Row] = []
        for start in range(0, len(keys), pick.size):
            wanted = dict.fromkeys(keys[start : start + pick.size])
            while wanted:
                came = self._some(list(wanted), deadline)
                if not came:
                    break
                found += came
                for row in came:
                    wanted.pop(str(self._asking.key(row)[0]), None)
        return found

    def _some(self, keys: list[str], deadline: Deadline | None) -> list[Row]:
        asking = self._asking
        pick = asking.listing.pick
        assert pick is not None
        reply = asking.ask(pick.call, pick.const, {pick.put: keys}, pick.rows, deadline=deadline)
        rows = asking.page(reply, pick.rows).rows
        unasked = {asking.key(row)[0] for row in rows} - set(keys)
        if unasked:
            raise Unintelligible(
                f"the list {asking.listing.name}: {pick.call} gave {len(unasked)} rows that it was"
                " not asked for"
            )
        return rows
