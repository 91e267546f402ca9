from enum import StrEnum


class ProductField(StrEnum):
    ACTIVE = "active"
    CREATED_AT = "created_at"
    DELETED = "deleted"
    DESCRIPTION = "description"
    HS_CODE = "hs_code"
    ID = "id"
    NAME = "name"
    PROBLEMS = "problems"
    SKU = "sku"
    UNIT = "unit"
    UN_NUMBER = "un_number"
    UPDATED_AT = "updated_at"
    WEIGHT = "weight"

    def __str__(self) -> str:
        return str(self.value)
