from enum import StrEnum


class CustomerStatus(StrEnum):
    ACTIVE = "active"
    INACTIVE = "inactive"
    ON_HOLD = "on_hold"
    PROSPECT = "prospect"

    def __str__(self) -> str:
        return str(self.value)
