from enum import StrEnum


class ShipmentStatus(StrEnum):
    ACCEPTED = "accepted"
    AT_DELIVERY = "at_delivery"
    AT_PICKUP = "at_pickup"
    CANCELLED = "cancelled"
    DELIVERED = "delivered"
    DISPATCHED = "dispatched"
    EXCEPTION = "exception"
    INVOICED = "invoiced"
    IN_TRANSIT = "in_transit"
    PICKED_UP = "picked_up"
    PLANNED = "planned"
    REJECTED = "rejected"
    TENDERED = "tendered"

    def __str__(self) -> str:
        return str(self.value)
