"""An opportunity: business that may come."""

from __future__ import annotations

from schemas.entity import Entity, RecordSchema
from schemas.fields import Day, Exact, Key, Text, Whole


class Opportunity(RecordSchema):
    """Business that may come."""

    customer_id = Key(allow_none=True, metadata={"description": "Customer it would come from."})
    name = Text(allow_none=True, metadata={"description": "What it is called."})
    stage = Text(allow_none=True, metadata={"description": "How far it has come."})
    amount = Exact(
        18, 2, allow_none=True, metadata={"description": "What it is worth, in `currency`."}
    )
    currency = Text(allow_none=True, metadata={"description": "ISO 4217 code."})
    close_on = Day(allow_none=True, metadata={"description": "Day it is expected to close."})
    probability = Whole(allow_none=True, metadata={"description": "Chance in percent."})
    owner_id = Key(allow_none=True, metadata={"description": "User who looks after it."})


OPPORTUNITY = Entity("opportunity", "opportunities", Opportunity)
