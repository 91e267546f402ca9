from enum import StrEnum


class ContactRelationRole(StrEnum):
    ACCOUNTS_PAYABLE = "accounts_payable"
    MANAGEMENT = "management"
    OPERATIONS = "operations"
    SALES = "sales"

    def __str__(self) -> str:
        return str(self.value)
