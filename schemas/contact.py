"""A contact: a person at one customer or more."""

from __future__ import annotations

from marshmallow import fields

from schemas.entity import Entity, Part, RecordSchema
from schemas.fields import Flag, Key, Text


class ContactRelation(Part):
    """A further customer that this person acts for."""

    KEY = ("customer_id",)

    customer_id = Key(metadata={"description": "The other customer."})
    role = Text(allow_none=True, metadata={"description": "What the person does there."})


class Contact(RecordSchema):
    """A person at one customer or more."""

    customer_id = Key(
        allow_none=True, metadata={"description": "Customer that the person works for."}
    )
    given_name = Text(allow_none=True, metadata={"description": "First name."})
    family_name = Text(allow_none=True, metadata={"description": "Last name."})
    title = Text(allow_none=True, metadata={"description": "Job title."})
    email = Text(allow_none=True, metadata={"description": "E-mail as typed."})
    email_address = Text(
        allow_none=True, dump_only=True, metadata={"description": "E-mail, RFC 5321, or null."}
    )
    phone = Text(allow_none=True, metadata={"description": "Phone as typed."})
    phone_e164 = Text(
        allow_none=True, dump_only=True, metadata={"description": "Phone, ITU-T E.164, or null."}
    )
    mobile = Text(allow_none=True, metadata={"description": "Mobile phone as typed."})
    mobile_e164 = Text(
        allow_none=True, dump_only=True, metadata={"description": "Mobile, ITU-T E.164, or null."}
    )
    role = Text(allow_none=True, metadata={"description": "What the person does at the customer."})
    is_primary = Flag(allow_none=True, metadata={"description": "First person to call."})
    opted_out = Flag(allow_none=True, metadata={"description": "Wants no marketing."})
    customers = fields.List(
        fields.Nested(ContactRelation),
        dump_only=True,
        metadata={"description": "Other customers by relation."},
    )


CONTACT = Entity("contact", "contacts", Contact)
