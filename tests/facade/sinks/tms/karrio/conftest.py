"""A running TMS, nights to deliver, and a sink between them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from facade.sinks.sink import Receipt, Remembering, Status
from facade.sinks.tms.karrio import open_karrio
from fixtures.tms import Tms
from tests.facade.sinks.tms.karrio.night import Nights, Remembered, Rows


class Spoke:
    """A sink, what it remembers, the TMS that it delivers to, and how far progress was told."""

    def __init__(self, tms: Tms, folder: Path) -> None:
        self.tms = tms
        self.nights = Nights(folder)
        self.references = Remembered()
        self.told: list[tuple[str, int, int]] = []
        self.settings: dict[str, Any] = {"scope": {}, "patience": 5.0}

    def deliver(self, rows: Rows) -> Receipt:
        """One more night."""
        return self.again(self.nights.seal(rows))

    def again(self, delivery: Any) -> Receipt:
        """The same night."""
        self.told.clear()
        self.tms.reset_calls()
        return self._open().deliver(delivery, lambda *told: self.told.append(told))

    def statuses(self) -> list[Status]:
        return list(self._open().statuses())

    def offer_again(self, entity: str, ids: list[str]) -> None:
        sink = self._open()
        assert isinstance(sink, Remembering)
        sink.offer_again(entity, ids)

    def _open(self) -> Any:
        return open_karrio("tms", self.tms.url, self.tms.token, self.references, **self.settings)

    def orders(self, order_id: str) -> list[dict[str, Any]]:
        """The TMS's orders with this id, oldest first."""
        held = [one["order"] for one in self.tms.orders()]
        return [order for order in held if order["order_id"] == order_id]

    def live(self, order_id: str) -> dict[str, Any]:
        """The only one of them that was not cancelled."""
        (order,) = [one for one in self.orders(order_id) if one["status"] != "cancelled"]
        return order


@pytest.fixture
def spoke(tmp_path: Path) -> Iterator[Spoke]:
    with Tms.start() as tms:
        yield Spoke(tms, tmp_path)
