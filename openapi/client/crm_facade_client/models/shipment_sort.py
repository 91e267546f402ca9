from enum import StrEnum


class ShipmentSort(StrEnum):
    DELIVERED_AT = "delivered_at"
    DELIVERED_AT_DESCENDING = "-delivered_at"
    ID = "id"
    ID_DESCENDING = "-id"
    PICKED_UP_AT = "picked_up_at"
    PICKED_UP_AT_DESCENDING = "-picked_up_at"
    TRACKING_NUMBER = "tracking_number"
    TRACKING_NUMBER_DESCENDING = "-tracking_number"
    TRACKING_URL = "tracking_url"
    TRACKING_URL_DESCENDING = "-tracking_url"
    UPDATED_AT = "updated_at"
    UPDATED_AT_DESCENDING = "-updated_at"

    def __str__(self) -> str:
        return str(self.value)
