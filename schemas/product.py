"""A product: something that is ordered and shipped."""

from __future__ import annotations

from marshmallow import fields

from schemas.entity import Entity, RecordSchema
from schemas.fields import Flag, Text
from schemas.quantity import Quantity


class Product(RecordSchema):
    """Something that is ordered and shipped."""

    sku = Text(allow_none=True, metadata={"description": "Stock keeping unit."})
    name = Text(allow_none=True, metadata={"description": "Short name."})
    description = Text(allow_none=True, metadata={"description": "Longer text."})
    unit = Text(allow_none=True, metadata={"description": "Unit it is sold by, UN/CEFACT Rec 20."})
    weight = fields.Nested(
        Quantity, allow_none=True, metadata={"description": "Weight of one unit."}
    )
    hs_code = Text(allow_none=True, metadata={"description": "Harmonized System code."})
    un_number = Text(allow_none=True, metadata={"description": "UN number of dangerous goods."})
    active = Flag(allow_none=True, metadata={"description": "May be ordered."})


PRODUCT = Entity("product", "products", Product)
