from enum import StrEnum


class UserField(StrEnum):
    ACTIVE = "active"
    CREATED_AT = "created_at"
    EMAIL = "email"
    EMAIL_ADDRESS = "email_address"
    ID = "id"
    NAME = "name"
    PROBLEMS = "problems"
    UPDATED_AT = "updated_at"

    def __str__(self) -> str:
        return str(self.value)
