from enum import StrEnum


class ContactSort(StrEnum):
    CREATED_AT = "created_at"
    CREATED_AT_DESCENDING = "-created_at"
    EMAIL = "email"
    EMAIL_DESCENDING = "-email"
    FAMILY_NAME = "family_name"
    FAMILY_NAME_DESCENDING = "-family_name"
    GIVEN_NAME = "given_name"
    GIVEN_NAME_DESCENDING = "-given_name"
    ID = "id"
    ID_DESCENDING = "-id"
    MOBILE = "mobile"
    MOBILE_DESCENDING = "-mobile"
    PHONE = "phone"
    PHONE_DESCENDING = "-phone"
    TITLE = "title"
    TITLE_DESCENDING = "-title"
    UPDATED_AT = "updated_at"
    UPDATED_AT_DESCENDING = "-updated_at"

    def __str__(self) -> str:
        return str(self.value)
