from enum import StrEnum


class ActivityKindInput(StrEnum):
    CALL = "call"
    MEETING = "meeting"
    NOTE = "note"
    TASK = "task"

    def __str__(self) -> str:
        return str(self.value)
