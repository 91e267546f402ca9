from enum import StrEnum


class ContactField(StrEnum):
    CREATED_AT = "created_at"
    CUSTOMERS = "customers"
    CUSTOMER_ID = "customer_id"
    DELETED = "deleted"
    EMAIL = "email"
    EMAIL_ADDRESS = "email_address"
    FAMILY_NAME = "family_name"
    GIVEN_NAME = "given_name"
    ID = "id"
    IS_PRIMARY = "is_primary"
    MOBILE = "mobile"
    MOBILE_E164 = "mobile_e164"
    OPTED_OUT = "opted_out"
    PHONE = "phone"
    PHONE_E164 = "phone_e164"
    PROBLEMS = "problems"
    ROLE = "role"
    TITLE = "title"
    UPDATED_AT = "updated_at"

    def __str__(self) -> str:
        return str(self.value)
