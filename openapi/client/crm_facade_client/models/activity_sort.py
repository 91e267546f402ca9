from enum import StrEnum


class ActivitySort(StrEnum):
    BODY = "body"
    CREATED_AT = "created_at"
    DUE_ON = "due_on"
    ID = "id"
    OCCURRED_AT = "occurred_at"
    SUBJECT = "subject"
    UPDATED_AT = "updated_at"
    VALUE_1 = "-id"
    VALUE_11 = "-occurred_at"
    VALUE_13 = "-due_on"
    VALUE_3 = "-created_at"
    VALUE_5 = "-updated_at"
    VALUE_7 = "-subject"
    VALUE_9 = "-body"

    def __str__(self) -> str:
        return str(self.value)
