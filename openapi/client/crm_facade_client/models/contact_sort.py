from enum import StrEnum


class ContactSort(StrEnum):
    CREATED_AT = "created_at"
    EMAIL = "email"
    FAMILY_NAME = "family_name"
    GIVEN_NAME = "given_name"
    ID = "id"
    MOBILE = "mobile"
    PHONE = "phone"
    TITLE = "title"
    UPDATED_AT = "updated_at"
    VALUE_1 = "-id"
    VALUE_11 = "-title"
    VALUE_13 = "-email"
    VALUE_15 = "-phone"
    VALUE_17 = "-mobile"
    VALUE_3 = "-created_at"
    VALUE_5 = "-updated_at"
    VALUE_7 = "-given_name"
    VALUE_9 = "-family_name"

    def __str__(self) -> str:
        return str(self.value)
