from enum import StrEnum


class OpportunitySort(StrEnum):
    AMOUNT = "amount"
    AMOUNT_DESCENDING = "-amount"
    CLOSE_ON = "close_on"
    CLOSE_ON_DESCENDING = "-close_on"
    CREATED_AT = "created_at"
    CREATED_AT_DESCENDING = "-created_at"
    ID = "id"
    ID_DESCENDING = "-id"
    NAME = "name"
    NAME_DESCENDING = "-name"
    PROBABILITY = "probability"
    PROBABILITY_DESCENDING = "-probability"
    UPDATED_AT = "updated_at"
    UPDATED_AT_DESCENDING = "-updated_at"

    def __str__(self) -> str:
        return str(self.value)
