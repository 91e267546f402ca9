from enum import StrEnum


class OrderPayment(StrEnum):
    COLLECT = "collect"
    PREPAID = "prepaid"
    THIRD_PARTY = "third_party"

    def __str__(self) -> str:
        return str(self.value)
