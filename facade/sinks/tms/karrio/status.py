"""What Karrio says of an order, as a shipment's canonical status and fields."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from facade.sinks.sink import Status

# Karrio's words for a shipment, least advanced first; null says nothing about the way.
SHIPMENT = {
    "cancelled": None,
    "draft": "planned",
    "purchased": "dispatched",
    "shipped": "picked_up",
    "needs_attention": "exception",
    "delivery_failed": "exception",
    "in_transit": "in_transit",
    "out_for_delivery": "in_transit",
    "delivered": "delivered",
}
# Karrio's words for an order, where its shipments say nothing that we know.
ORDER = {"fulfilled": "dispatched", "delivered": "delivered"}
# When it happened, by canonical status: the time in a shipment's `meta`.
MOMENTS = {
    "delivered": "delivered_at",
    "in_transit": "shipped_at",
    "picked_up": "shipped_at",
}
FIELDS = {
    "carrier_scac": ("meta", "carrier_scac"),
    "tracking_number": ("tracking_number",),
    "tracking_url": ("tracking_url",),
    "picked_up_at": ("meta", "shipped_at"),
    "delivered_at": ("meta", "delivered_at"),
}
TIMES = frozenset({"picked_up_at", "delivered_at"})
POLLED = ("fulfilled", "delivered")
"""An order's words that are asked for."""


def status_of(order: Mapping[str, Any], seen_at: dt.datetime) -> Status | None:
    """The status of one order of ours, as Karrio shows it; None where it is not ours or on no way.

    Of several shipments the least advanced counts, unless the order itself is delivered. What
    Karrio gives no time for happened at `seen_at` (UTC) at the latest.
    """
    order_id = order.get("order_id")
    if not order_id or (order.get("metadata") or {}).get("crm_id") != order_id:
        return None
    if order.get("status") not in ORDER:
        return None
    shipments = [one for one in order.get("shipments") or [] if SHIPMENT.get(one.get("status"))]
    ranks = list(SHIPMENT)
    shipment = min(shipments, key=lambda one: ranks.index(one["status"])) if shipments else {}
    word = ORDER["delivered"] if order["status"] == "delivered" else None
    status = word or SHIPMENT.get(shipment.get("status", "")) or ORDER[order["status"]]
    fields = {name: _at(shipment, path) for name, path in FIELDS.items()}
    for name in TIMES:
        moment = _moment(fields[name])
        fields[name] = moment and moment.isoformat().replace("+00:00", "Z")
    occurred_at = _moment(_at(shipment, ("meta", MOMENTS.get(status, ""))))
    return Status(
        order_id=str(order_id),
        status=status,
        occurred_at=occurred_at or seen_at,
        fields={name: value for name, value in fields.items() if value is not None},
        event=f"{order.get('id')}:{status}",
    )


def _at(document: Mapping[str, Any], path: tuple[str, ...]) -> Any:
    for name in path:
        document = document.get(name) or {}
    return document or None


def _moment(text: Any) -> dt.datetime | None:
    """A time in UTC; one without a zone, or that is none, says nothing."""
    try:
        moment = dt.datetime.fromisoformat(text)
    except (TypeError, ValueError):
        return None
    return moment.astimezone(dt.UTC) if moment.tzinfo else None
