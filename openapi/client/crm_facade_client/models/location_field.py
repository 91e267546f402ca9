from enum import StrEnum


class LocationField(StrEnum):
    CITY = "city"
    COUNTRY = "country"
    COUNTRY_CODE = "country_code"
    CREATED_AT = "created_at"
    CUSTOMER_ID = "customer_id"
    DELETED = "deleted"
    ID = "id"
    INSTRUCTIONS = "instructions"
    KIND = "kind"
    LATITUDE = "latitude"
    LONGITUDE = "longitude"
    NAME = "name"
    POSTAL_CODE = "postal_code"
    PROBLEMS = "problems"
    REGION = "region"
    REGION_CODE = "region_code"
    STREET = "street"
    STREET2 = "street2"
    TIMEZONE = "timezone"
    UN_LOCODE = "un_locode"
    UPDATED_AT = "updated_at"

    def __str__(self) -> str:
        return str(self.value)
