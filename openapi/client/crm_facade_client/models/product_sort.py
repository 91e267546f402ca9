from enum import StrEnum


class ProductSort(StrEnum):
    CREATED_AT = "created_at"
    CREATED_AT_DESCENDING = "-created_at"
    DESCRIPTION = "description"
    DESCRIPTION_DESCENDING = "-description"
    HS_CODE = "hs_code"
    HS_CODE_DESCENDING = "-hs_code"
    ID = "id"
    ID_DESCENDING = "-id"
    NAME = "name"
    NAME_DESCENDING = "-name"
    UPDATED_AT = "updated_at"
    UPDATED_AT_DESCENDING = "-updated_at"
    WEIGHT_VALUE = "weight.value"
    WEIGHT_VALUE_DESCENDING = "-weight.value"

    def __str__(self) -> str:
        return str(self.value)
