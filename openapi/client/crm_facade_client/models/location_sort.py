from enum import StrEnum


class LocationSort(StrEnum):
    CITY = "city"
    COUNTRY = "country"
    CREATED_AT = "created_at"
    ID = "id"
    INSTRUCTIONS = "instructions"
    LATITUDE = "latitude"
    LONGITUDE = "longitude"
    NAME = "name"
    POSTAL_CODE = "postal_code"
    REGION = "region"
    STREET = "street"
    STREET2 = "street2"
    TIMEZONE = "timezone"
    UPDATED_AT = "updated_at"
    VALUE_1 = "-id"
    VALUE_11 = "-street2"
    VALUE_13 = "-city"
    VALUE_15 = "-region"
    VALUE_17 = "-postal_code"
    VALUE_19 = "-country"
    VALUE_21 = "-latitude"
    VALUE_23 = "-longitude"
    VALUE_25 = "-timezone"
    VALUE_27 = "-instructions"
    VALUE_3 = "-created_at"
    VALUE_5 = "-updated_at"
    VALUE_7 = "-name"
    VALUE_9 = "-street"

    def __str__(self) -> str:
        return str(self.value)
