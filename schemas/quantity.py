"""Groups of values that several records share: a quantity with its unit, a window of time."""

from __future__ import annotations

from schemas.entity import Part
from schemas.fields import Code, Exact, Instant, Text


class Quantity(Part):
    """A value and its unit, both as received."""

    value = Exact(18, 6, allow_none=True, metadata={"description": "The amount."})
    unit = Text(
        allow_none=True, metadata={"description": "UN/CEFACT Recommendation 20 code, as received."}
    )


class Temperature(Part):
    """The range to be kept in transport."""

    min = Exact(9, 3, allow_none=True, metadata={"description": "Lowest temperature allowed."})
    max = Exact(9, 3, allow_none=True, metadata={"description": "Highest temperature allowed."})
    unit = Code(
        ("celsius", "fahrenheit"), allow_none=True, metadata={"description": "Scale of both."}
    )


class Window(Part):
    """A stretch of time at a place."""

    earliest = Instant(allow_none=True, metadata={"description": "Not before, UTC."})
    latest = Instant(allow_none=True, metadata={"description": "Not after, UTC."})
    timezone = Text(allow_none=True, metadata={"description": "IANA zone of the place."})
