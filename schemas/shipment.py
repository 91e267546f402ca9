"""A shipment: the carriage of orders as the TMS knows it; the TMS owns it, the CRM is told."""

from __future__ import annotations

from marshmallow import fields

from schemas.entity import Entity, Part, RecordSchema
from schemas.fields import Code, Exact, Instant, Keys, Text

STATUSES = (
    "tendered",
    "accepted",
    "rejected",
    "planned",
    "dispatched",
    "at_pickup",
    "picked_up",
    "in_transit",
    "at_delivery",
    "delivered",
    "exception",
    "cancelled",
    "invoiced",
)


class ShipmentEvent(Part):
    """Something that happened on the way."""

    KEY = ("occurred_at", "status")

    status = Code(STATUSES, metadata={"description": "What the event says."})
    raw_code = Text(allow_none=True, metadata={"description": "The carrier's or TMS's own code."})
    reason = Text(allow_none=True, metadata={"description": "Why."})
    occurred_at = Instant(allow_none=True, metadata={"description": "When it happened, UTC."})
    place = Text(allow_none=True, metadata={"description": "Where it happened."})


class ShipmentCharge(Part):
    """Something that the carriage costs."""

    KEY = ("kind",)

    kind = Text(metadata={"description": "What is charged for."})
    amount = Exact(18, 2, allow_none=True, metadata={"description": "How much, in `currency`."})
    currency = Text(allow_none=True, metadata={"description": "ISO 4217 code."})


class Shipment(RecordSchema):
    """The carriage of orders, as the TMS told it."""

    order_ids = Keys(allow_none=True, metadata={"description": "Orders that travel in it."})
    status = Code(STATUSES, allow_none=True, metadata={"description": "Where it stands."})
    number = Text(allow_none=True, metadata={"description": "Number that people quote."})
    carrier_scac = Text(allow_none=True, metadata={"description": "Standard Carrier Alpha Code."})
    tracking_number = Text(allow_none=True, metadata={"description": "The carrier's number."})
    tracking_url = Text(allow_none=True, metadata={"description": "Where it can be followed."})
    eta = Instant(allow_none=True, metadata={"description": "Expected arrival, UTC."})
    picked_up_at = Instant(allow_none=True, metadata={"description": "Picked up, UTC."})
    delivered_at = Instant(allow_none=True, metadata={"description": "Delivered, UTC."})
    proof_of_delivery_url = Text(
        allow_none=True, metadata={"description": "Where the proof can be seen."}
    )
    events = fields.List(
        fields.Nested(ShipmentEvent), metadata={"description": "What happened on the way."}
    )
    charges = fields.List(fields.Nested(ShipmentCharge), metadata={"description": "What it costs."})


SHIPMENT = Entity("shipment", "shipments", Shipment)
