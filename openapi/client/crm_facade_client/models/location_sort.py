from enum import StrEnum


class LocationSort(StrEnum):
    CITY = "city"
    CITY_DESCENDING = "-city"
    COUNTRY = "country"
    COUNTRY_DESCENDING = "-country"
    CREATED_AT = "created_at"
    CREATED_AT_DESCENDING = "-created_at"
    ID = "id"
    ID_DESCENDING = "-id"
    INSTRUCTIONS = "instructions"
    INSTRUCTIONS_DESCENDING = "-instructions"
    NAME = "name"
    NAME_DESCENDING = "-name"
    POSTAL_CODE = "postal_code"
    POSTAL_CODE_DESCENDING = "-postal_code"
    REGION = "region"
    REGION_DESCENDING = "-region"
    STREET = "street"
    STREET2 = "street2"
    STREET2_DESCENDING = "-street2"
    STREET_DESCENDING = "-street"
    TIMEZONE = "timezone"
    TIMEZONE_DESCENDING = "-timezone"
    UPDATED_AT = "updated_at"
    UPDATED_AT_DESCENDING = "-updated_at"

    def __str__(self) -> str:
        return str(self.value)
