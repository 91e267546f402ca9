from enum import StrEnum


class OrderMode(StrEnum):
    AIR = "air"
    FTL = "ftl"
    INTERMODAL = "intermodal"
    LTL = "ltl"
    OCEAN = "ocean"
    PARCEL = "parcel"
    RAIL = "rail"

    def __str__(self) -> str:
        return str(self.value)
