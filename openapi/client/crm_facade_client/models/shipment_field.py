from enum import StrEnum


class ShipmentField(StrEnum):
    CARRIER_SCAC = "carrier_scac"
    DELETED = "deleted"
    DELIVERED_AT = "delivered_at"
    ID = "id"
    ORDER_IDS = "order_ids"
    PICKED_UP_AT = "picked_up_at"
    PROBLEMS = "problems"
    STATUS = "status"
    TRACKING_NUMBER = "tracking_number"
    TRACKING_URL = "tracking_url"
    UPDATED_AT = "updated_at"

    def __str__(self) -> str:
        return str(self.value)
