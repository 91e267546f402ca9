from enum import StrEnum


class CustomerRole(StrEnum):
    BILL_TO = "bill_to"
    BROKER = "broker"
    CARRIER = "carrier"
    CONSIGNEE = "consignee"
    SHIPPER = "shipper"

    def __str__(self) -> str:
        return str(self.value)
