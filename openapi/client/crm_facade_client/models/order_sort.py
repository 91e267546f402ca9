from enum import StrEnum


class OrderSort(StrEnum):
    CREATED_AT = "created_at"
    CREATED_AT_DESCENDING = "-created_at"
    DECLARED_VALUE = "declared_value"
    DECLARED_VALUE_DESCENDING = "-declared_value"
    EQUIPMENT = "equipment"
    EQUIPMENT_DESCENDING = "-equipment"
    ID = "id"
    ID_DESCENDING = "-id"
    NOTES = "notes"
    NOTES_DESCENDING = "-notes"
    ORDERED_ON = "ordered_on"
    ORDERED_ON_DESCENDING = "-ordered_on"
    SERVICE_LEVEL = "service_level"
    SERVICE_LEVEL_DESCENDING = "-service_level"
    TOTAL = "total"
    TOTAL_DESCENDING = "-total"
    UPDATED_AT = "updated_at"
    UPDATED_AT_DESCENDING = "-updated_at"

    def __str__(self) -> str:
        return str(self.value)
