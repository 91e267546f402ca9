"""A location: a place where goods are picked up or delivered."""

from __future__ import annotations

from schemas.entity import Entity, RecordSchema
from schemas.fields import Code, Exact, Key, Text

KINDS = ("warehouse", "dock", "store", "plant", "port", "terminal", "residence", "office", "other")


class Location(RecordSchema):
    """A place where goods are picked up or delivered; shared consignees belong to no customer."""

    customer_id = Key(
        allow_none=True, metadata={"description": "Customer that it belongs to, if any."}
    )
    name = Text(allow_none=True, metadata={"description": "Name on the door."})
    street = Text(allow_none=True, metadata={"description": "Street and number."})
    street2 = Text(allow_none=True, metadata={"description": "Second address line."})
    city = Text(allow_none=True, metadata={"description": "City."})
    region = Text(allow_none=True, metadata={"description": "State or region as typed."})
    region_code = Text(
        allow_none=True, dump_only=True, metadata={"description": "Region, ISO 3166-2, or null."}
    )
    postal_code = Text(allow_none=True, metadata={"description": "Postal code."})
    country = Text(allow_none=True, metadata={"description": "Country as typed."})
    country_code = Text(
        allow_none=True,
        dump_only=True,
        metadata={"description": "Country, ISO 3166-1 alpha-2, or null."},
    )
    latitude = Exact(9, 6, allow_none=True, metadata={"description": "Degrees north, WGS 84."})
    longitude = Exact(9, 6, allow_none=True, metadata={"description": "Degrees east, WGS 84."})
    timezone = Text(allow_none=True, metadata={"description": "IANA zone."})
    kind = Code(KINDS, allow_none=True, metadata={"description": "What sort of place."})
    instructions = Text(allow_none=True, metadata={"description": "For the driver."})
    un_locode = Text(allow_none=True, metadata={"description": "UN/LOCODE."})


LOCATION = Entity("location", "locations", Location)
