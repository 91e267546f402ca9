from enum import StrEnum


class OrderField(StrEnum):
    BILL_TO_ID = "bill_to_id"
    CREATED_AT = "created_at"
    CURRENCY = "currency"
    CUSTOMER_ID = "customer_id"
    DECLARED_VALUE = "declared_value"
    DELETED = "deleted"
    EQUIPMENT = "equipment"
    EXCHANGE_RATE = "exchange_rate"
    ID = "id"
    INCOTERM = "incoterm"
    LINES = "lines"
    MODE = "mode"
    NOTES = "notes"
    NUMBER = "number"
    ORDERED_ON = "ordered_on"
    PAYMENT = "payment"
    PROBLEMS = "problems"
    REFERENCES = "references"
    SERVICE_LEVEL = "service_level"
    STATUS = "status"
    STOPS = "stops"
    TEMPERATURE = "temperature"
    TOTAL = "total"
    UPDATED_AT = "updated_at"

    def __str__(self) -> str:
        return str(self.value)
