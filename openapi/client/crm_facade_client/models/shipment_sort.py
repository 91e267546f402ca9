from enum import StrEnum


class ShipmentSort(StrEnum):
    DELIVERED_AT = "delivered_at"
    ID = "id"
    PICKED_UP_AT = "picked_up_at"
    TRACKING_NUMBER = "tracking_number"
    TRACKING_URL = "tracking_url"
    UPDATED_AT = "updated_at"
    VALUE_1 = "-id"
    VALUE_11 = "-delivered_at"
    VALUE_3 = "-updated_at"
    VALUE_5 = "-tracking_number"
    VALUE_7 = "-tracking_url"
    VALUE_9 = "-picked_up_at"

    def __str__(self) -> str:
        return str(self.value)
