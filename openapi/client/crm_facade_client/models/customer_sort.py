from enum import StrEnum


class CustomerSort(StrEnum):
    CREDIT_LIMIT = "credit_limit"
    CREDIT_LIMIT_DESCENDING = "-credit_limit"
    CUSTOM_CREDIT_REVIEW_ON = "custom.credit_review_on"
    CUSTOM_CREDIT_REVIEW_ON_DESCENDING = "-custom.credit_review_on"
    CUSTOM_DOCK_HOURS = "custom.dock_hours"
    CUSTOM_DOCK_HOURS_DESCENDING = "-custom.dock_hours"
    CUSTOM_FAX = "custom.fax"
    CUSTOM_FAX_DESCENDING = "-custom.fax"
    CUSTOM_FIRST_ORDER_ON = "custom.first_order_on"
    CUSTOM_FIRST_ORDER_ON_DESCENDING = "-custom.first_order_on"
    CUSTOM_REGION_MANAGER = "custom.region_manager"
    CUSTOM_REGION_MANAGER_DESCENDING = "-custom.region_manager"
    EMAIL = "email"
    EMAIL_DESCENDING = "-email"
    ID = "id"
    ID_DESCENDING = "-id"
    LEGAL_NAME = "legal_name"
    LEGAL_NAME_DESCENDING = "-legal_name"
    NAME = "name"
    NAME_DESCENDING = "-name"
    PHONE = "phone"
    PHONE_DESCENDING = "-phone"
    TAX_ID = "tax_id"
    TAX_ID_DESCENDING = "-tax_id"
    UPDATED_AT = "updated_at"
    UPDATED_AT_DESCENDING = "-updated_at"
    WEBSITE = "website"
    WEBSITE_DESCENDING = "-website"

    def __str__(self) -> str:
        return str(self.value)
