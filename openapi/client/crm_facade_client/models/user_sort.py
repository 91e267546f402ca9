from enum import StrEnum


class UserSort(StrEnum):
    CREATED_AT = "created_at"
    EMAIL = "email"
    ID = "id"
    NAME = "name"
    UPDATED_AT = "updated_at"
    VALUE_1 = "-id"
    VALUE_3 = "-created_at"
    VALUE_5 = "-updated_at"
    VALUE_7 = "-name"
    VALUE_9 = "-email"

    def __str__(self) -> str:
        return str(self.value)
