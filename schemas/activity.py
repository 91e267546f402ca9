"""An activity: a call, meeting, note or task."""

from __future__ import annotations

from schemas.entity import Entity, RecordSchema
from schemas.fields import Code, Day, Instant, Key, Text

KINDS = ("call", "meeting", "note", "task", "email")


class Activity(RecordSchema):
    """A call, meeting, note or task."""

    customer_id = Key(allow_none=True, metadata={"description": "Customer it is about."})
    contact_id = Key(allow_none=True, metadata={"description": "Person it is about."})
    order_id = Key(allow_none=True, metadata={"description": "Order it is about."})
    kind = Code(KINDS, allow_none=True, metadata={"description": "What sort of activity."})
    subject = Text(allow_none=True, metadata={"description": "Subject line."})
    body = Text(allow_none=True, metadata={"description": "What was said."})
    occurred_at = Instant(allow_none=True, metadata={"description": "When it took place, UTC."})
    due_at = Instant(allow_none=True, metadata={"description": "When it is due, UTC."})
    due_on = Day(
        allow_none=True,
        metadata={"description": "Day it is due, where the CRM knows only the day."},
    )
    owner_id = Key(allow_none=True, metadata={"description": "User who looks after it."})


ACTIVITY = Entity("activity", "activities", Activity)
