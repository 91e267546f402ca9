from enum import StrEnum


class OpportunityField(StrEnum):
    AMOUNT = "amount"
    CLOSE_ON = "close_on"
    CREATED_AT = "created_at"
    CURRENCY = "currency"
    CUSTOMER_ID = "customer_id"
    DELETED = "deleted"
    ID = "id"
    NAME = "name"
    OWNER_ID = "owner_id"
    PROBABILITY = "probability"
    PROBLEMS = "problems"
    STAGE = "stage"
    UPDATED_AT = "updated_at"

    def __str__(self) -> str:
        return str(self.value)
