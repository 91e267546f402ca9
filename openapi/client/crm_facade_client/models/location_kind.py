from enum import StrEnum


class LocationKind(StrEnum):
    DOCK = "dock"
    OFFICE = "office"
    OTHER = "other"
    PLANT = "plant"
    PORT = "port"
    RESIDENCE = "residence"
    STORE = "store"
    TERMINAL = "terminal"
    WAREHOUSE = "warehouse"

    def __str__(self) -> str:
        return str(self.value)
