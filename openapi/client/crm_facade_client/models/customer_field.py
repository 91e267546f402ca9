from enum import StrEnum


class CustomerField(StrEnum):
    BILL_TO_ID = "bill_to_id"
    CREATED_AT = "created_at"
    CREDIT_LIMIT = "credit_limit"
    CURRENCY = "currency"
    CUSTOM = "custom"
    DELETED = "deleted"
    EMAIL = "email"
    EMAIL_ADDRESS = "email_address"
    ID = "id"
    LEGAL_NAME = "legal_name"
    MERGED_INTO = "merged_into"
    NAME = "name"
    NUMBER = "number"
    OWNER_ID = "owner_id"
    PARENT_ID = "parent_id"
    PAYMENT_TERMS = "payment_terms"
    PHONE = "phone"
    PHONE_E164 = "phone_e164"
    PROBLEMS = "problems"
    ROLES = "roles"
    STATUS = "status"
    TAX_ID = "tax_id"
    UPDATED_AT = "updated_at"
    WEBSITE = "website"

    def __str__(self) -> str:
        return str(self.value)
