from enum import StrEnum


class OrderTemperatureUnit(StrEnum):
    CELSIUS = "celsius"
    FAHRENHEIT = "fahrenheit"

    def __str__(self) -> str:
        return str(self.value)
