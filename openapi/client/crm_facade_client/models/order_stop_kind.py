from enum import StrEnum


class OrderStopKind(StrEnum):
    BOTH = "both"
    DELIVERY = "delivery"
    PICKUP = "pickup"

    def __str__(self) -> str:
        return str(self.value)
