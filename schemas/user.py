"""A user: an owner or salesperson in the CRM."""

from __future__ import annotations

from schemas.entity import Entity, RecordSchema
from schemas.fields import Flag, Text


class User(RecordSchema):
    """An owner or salesperson in the CRM."""

    name = Text(allow_none=True, metadata={"description": "Full name."})
    email = Text(allow_none=True, metadata={"description": "E-mail as typed."})
    email_address = Text(
        allow_none=True, dump_only=True, metadata={"description": "E-mail, RFC 5321, or null."}
    )
    active = Flag(allow_none=True, metadata={"description": "May sign in and own records."})


USER = Entity("user", "users", User)
