from enum import StrEnum


class ProductSort(StrEnum):
    CREATED_AT = "created_at"
    DESCRIPTION = "description"
    HS_CODE = "hs_code"
    ID = "id"
    NAME = "name"
    UPDATED_AT = "updated_at"
    VALUE_1 = "-id"
    VALUE_11 = "-weight.value"
    VALUE_13 = "-hs_code"
    VALUE_3 = "-created_at"
    VALUE_5 = "-updated_at"
    VALUE_7 = "-name"
    VALUE_9 = "-description"
    WEIGHT_VALUE = "weight.value"

    def __str__(self) -> str:
        return str(self.value)
