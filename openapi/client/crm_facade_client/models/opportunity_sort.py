from enum import StrEnum


class OpportunitySort(StrEnum):
    AMOUNT = "amount"
    CLOSE_ON = "close_on"
    CREATED_AT = "created_at"
    ID = "id"
    NAME = "name"
    PROBABILITY = "probability"
    UPDATED_AT = "updated_at"
    VALUE_1 = "-id"
    VALUE_11 = "-close_on"
    VALUE_13 = "-probability"
    VALUE_3 = "-created_at"
    VALUE_5 = "-updated_at"
    VALUE_7 = "-name"
    VALUE_9 = "-amount"

    def __str__(self) -> str:
        return str(self.value)
