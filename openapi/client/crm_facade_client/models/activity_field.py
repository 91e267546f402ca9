from enum import StrEnum


class ActivityField(StrEnum):
    BODY = "body"
    CONTACT_ID = "contact_id"
    CREATED_AT = "created_at"
    CUSTOMER_ID = "customer_id"
    DELETED = "deleted"
    DUE_ON = "due_on"
    ID = "id"
    KIND = "kind"
    OCCURRED_AT = "occurred_at"
    ORDER_ID = "order_id"
    OWNER_ID = "owner_id"
    PROBLEMS = "problems"
    SUBJECT = "subject"
    UPDATED_AT = "updated_at"

    def __str__(self) -> str:
        return str(self.value)
