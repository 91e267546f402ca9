from enum import StrEnum


class CustomerSort(StrEnum):
    CREDIT_LIMIT = "credit_limit"
    CUSTOM_CREDIT_REVIEW_ON = "custom.credit_review_on"
    CUSTOM_DOCK_HOURS = "custom.dock_hours"
    CUSTOM_FAX = "custom.fax"
    CUSTOM_FIRST_ORDER_ON = "custom.first_order_on"
    CUSTOM_REGION_MANAGER = "custom.region_manager"
    EMAIL = "email"
    ID = "id"
    LEGAL_NAME = "legal_name"
    NAME = "name"
    PHONE = "phone"
    TAX_ID = "tax_id"
    UPDATED_AT = "updated_at"
    VALUE_1 = "-id"
    VALUE_11 = "-phone"
    VALUE_13 = "-website"
    VALUE_15 = "-credit_limit"
    VALUE_17 = "-tax_id"
    VALUE_19 = "-custom.region_manager"
    VALUE_21 = "-custom.first_order_on"
    VALUE_23 = "-custom.dock_hours"
    VALUE_25 = "-custom.credit_review_on"
    VALUE_27 = "-custom.fax"
    VALUE_3 = "-updated_at"
    VALUE_5 = "-name"
    VALUE_7 = "-legal_name"
    VALUE_9 = "-email"
    WEBSITE = "website"

    def __str__(self) -> str:
        return str(self.value)
