from enum import StrEnum


class ActivitySort(StrEnum):
    BODY = "body"
    BODY_DESCENDING = "-body"
    CREATED_AT = "created_at"
    CREATED_AT_DESCENDING = "-created_at"
    DUE_ON = "due_on"
    DUE_ON_DESCENDING = "-due_on"
    ID = "id"
    ID_DESCENDING = "-id"
    OCCURRED_AT = "occurred_at"
    OCCURRED_AT_DESCENDING = "-occurred_at"
    SUBJECT = "subject"
    SUBJECT_DESCENDING = "-subject"
    UPDATED_AT = "updated_at"
    UPDATED_AT_DESCENDING = "-updated_at"

    def __str__(self) -> str:
        return str(self.value)
