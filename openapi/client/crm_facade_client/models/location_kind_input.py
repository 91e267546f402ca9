from enum import StrEnum


class LocationKindInput(StrEnum):
    DOCK = "dock"
    PLANT = "plant"
    STORE = "store"
    WAREHOUSE = "warehouse"

    def __str__(self) -> str:
        return str(self.value)
