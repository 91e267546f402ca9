from enum import StrEnum


class OrderSort(StrEnum):
    CREATED_AT = "created_at"
    DECLARED_VALUE = "declared_value"
    EQUIPMENT = "equipment"
    EXCHANGE_RATE = "exchange_rate"
    ID = "id"
    NOTES = "notes"
    ORDERED_ON = "ordered_on"
    SERVICE_LEVEL = "service_level"
    TEMPERATURE_MAX = "temperature.max"
    TEMPERATURE_MIN = "temperature.min"
    TOTAL = "total"
    UPDATED_AT = "updated_at"
    VALUE_1 = "-id"
    VALUE_11 = "-temperature.min"
    VALUE_13 = "-temperature.max"
    VALUE_15 = "-declared_value"
    VALUE_17 = "-ordered_on"
    VALUE_19 = "-exchange_rate"
    VALUE_21 = "-total"
    VALUE_23 = "-notes"
    VALUE_3 = "-created_at"
    VALUE_5 = "-updated_at"
    VALUE_7 = "-equipment"
    VALUE_9 = "-service_level"

    def __str__(self) -> str:
        return str(self.value)
