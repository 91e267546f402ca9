from enum import StrEnum


class OrderStatus(StrEnum):
    CANCELLED = "cancelled"
    COMPLETED = "completed"
    CONFIRMED = "confirmed"
    DRAFT = "draft"
    ON_HOLD = "on_hold"
    OPEN = "open"
    SHIPPED = "shipped"

    def __str__(self) -> str:
        return str(self.value)
