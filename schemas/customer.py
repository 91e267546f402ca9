"""A customer: a company that orders, ships, receives, carries or pays."""

from __future__ import annotations

from schemas.entity import Entity, RecordSchema
from schemas.fields import Code, Exact, Key, Text, Words

STATUSES = ("prospect", "active", "on_hold", "inactive")
ROLES = ("bill_to", "shipper", "consignee", "carrier", "broker")


class Customer(RecordSchema):
    """A company that orders, ships, receives, carries or pays."""

    number = Text(
        allow_none=True, dump_only=True, metadata={"description": "Number that people quote."}
    )
    name = Text(allow_none=True, metadata={"description": "Name as used."})
    legal_name = Text(allow_none=True, metadata={"description": "Registered name."})
    status = Code(
        STATUSES, allow_none=True, metadata={"description": "Where it stands in its life."}
    )
    roles = Words(ROLES, allow_none=True, metadata={"description": "What it does in transport."})
    email = Text(allow_none=True, metadata={"description": "E-mail as typed."})
    email_address = Text(
        allow_none=True, dump_only=True, metadata={"description": "E-mail, RFC 5321, or null."}
    )
    phone = Text(allow_none=True, metadata={"description": "Phone as typed."})
    phone_e164 = Text(
        allow_none=True, dump_only=True, metadata={"description": "Phone, ITU-T E.164, or null."}
    )
    website = Text(allow_none=True, metadata={"description": "Address of its web site as typed."})
    currency = Text(allow_none=True, metadata={"description": "ISO 4217 code of its money."})
    credit_limit = Exact(
        18, 2, allow_none=True, metadata={"description": "Most that it may owe, in `currency`."}
    )
    payment_terms = Text(allow_none=True, metadata={"description": "When it pays."})
    tax_id = Text(allow_none=True, metadata={"description": "Tax or VAT number as typed."})
    parent_id = Key(allow_none=True, metadata={"description": "Customer that it belongs to."})
    owner_id = Key(allow_none=True, metadata={"description": "User who looks after it."})
    bill_to_id = Key(allow_none=True, metadata={"description": "Customer who pays for it."})


CUSTOMER = Entity("customer", "customers", Customer)
