"""An order: what a customer wants moved, with its lines and stops."""

from __future__ import annotations

from marshmallow import fields

from schemas.entity import Entity, Part, RecordSchema
from schemas.fields import Code, Day, Exact, Key, Text, Whole
from schemas.quantity import Quantity, Temperature, Window

STATUSES = ("draft", "open", "confirmed", "shipped", "completed", "on_hold", "cancelled")
MODES = ("ftl", "ltl", "parcel", "ocean", "air", "rail", "intermodal")
PAYMENTS = ("prepaid", "collect", "third_party")
STOP_KINDS = ("pickup", "delivery", "both")


class OrderReference(Part):
    """A number by which somebody else knows the order."""

    KEY = ("type", "value")

    type = Text(metadata={"description": "Whose number it is, such as `customer_po`."})
    value = Text(allow_none=True, metadata={"description": "The number."})


class Address(Part):
    """Where a stop is, when it is no known location."""

    name = Text(allow_none=True, metadata={"description": "Who is there."})
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


class OrderStop(Part):
    """A place where the order is loaded or unloaded."""

    KEY = ("seq",)

    seq = Whole(metadata={"description": "Position on the way, ascending."})
    kind = Code(STOP_KINDS, allow_none=True, metadata={"description": "What happens there."})
    location_id = Key(
        allow_none=True, metadata={"description": "Known location, else see `address`."}
    )
    address = fields.Nested(
        Address, allow_none=True, metadata={"description": "Place given as text."}
    )
    date = Day(allow_none=True, metadata={"description": "Day agreed, at the place."})
    window = fields.Nested(Window, allow_none=True, metadata={"description": "Time agreed."})
    appointment = Text(allow_none=True, metadata={"description": "Appointment number."})
    contact = Text(allow_none=True, metadata={"description": "Whom to ask for."})
    instructions = Text(allow_none=True, metadata={"description": "For the driver."})


class Dimensions(Part):
    """Outer measures of one package."""

    length = Exact(12, 3, allow_none=True, metadata={"description": "Length in `unit`."})
    width = Exact(12, 3, allow_none=True, metadata={"description": "Width in `unit`."})
    height = Exact(12, 3, allow_none=True, metadata={"description": "Height in `unit`."})
    unit = Text(allow_none=True, metadata={"description": "UN/CEFACT Rec 20 code."})


class OrderLine(Part):
    """One product or piece of freight of an order."""

    KEY = ("line_no",)

    line_no = Whole(metadata={"description": "Number of the line."})
    product_id = Key(allow_none=True, metadata={"description": "Product ordered."})
    description = Text(allow_none=True, metadata={"description": "What it is."})
    quantity = fields.Nested(
        Quantity, allow_none=True, metadata={"description": "How much, as received."}
    )
    packaging = Text(allow_none=True, metadata={"description": "UN/CEFACT Rec 21 code."})
    weight = fields.Nested(
        Quantity, allow_none=True, metadata={"description": "Gross weight, as received."}
    )
    volume = fields.Nested(
        Quantity, allow_none=True, metadata={"description": "Volume, as received."}
    )
    dimensions = fields.Nested(
        Dimensions, allow_none=True, metadata={"description": "Size of one package."}
    )
    freight_class = Text(allow_none=True, metadata={"description": "NMFC freight class."})
    un_number = Text(allow_none=True, metadata={"description": "UN number of dangerous goods."})
    unit_price = Exact(18, 2, allow_none=True, metadata={"description": "Price of one unit."})
    discount = Exact(18, 2, allow_none=True, metadata={"description": "Taken off the line."})
    tax = Exact(18, 2, allow_none=True, metadata={"description": "Added to the line."})
    amount = Exact(
        18, 2, allow_none=True, dump_only=True, metadata={"description": "What the line comes to."}
    )
    pickup_seq = Whole(allow_none=True, metadata={"description": "Stop where it is loaded."})
    delivery_seq = Whole(allow_none=True, metadata={"description": "Stop where it is unloaded."})


class Order(RecordSchema):
    """What a customer wants moved."""

    number = Text(
        allow_none=True, dump_only=True, metadata={"description": "Number that people quote."}
    )
    customer_id = Key(allow_none=True, metadata={"description": "Customer who ordered."})
    bill_to_id = Key(allow_none=True, metadata={"description": "Customer who pays."})
    status = Code(STATUSES, allow_none=True, metadata={"description": "Where it stands."})
    mode = Code(MODES, allow_none=True, metadata={"description": "How it travels."})
    equipment = Text(allow_none=True, metadata={"description": "Equipment wanted."})
    incoterm = Text(allow_none=True, metadata={"description": "Incoterms 2020 rule."})
    payment = Code(PAYMENTS, allow_none=True, metadata={"description": "Who pays the freight."})
    service_level = Text(allow_none=True, metadata={"description": "Service agreed."})
    temperature = fields.Nested(
        Temperature, allow_none=True, metadata={"description": "Range to keep."}
    )
    declared_value = Exact(
        18, 2, allow_none=True, metadata={"description": "Value declared, in `currency`."}
    )
    ordered_on = Day(allow_none=True, metadata={"description": "Day of the order."})
    currency = Text(allow_none=True, metadata={"description": "ISO 4217 code."})
    exchange_rate = Exact(
        18, 8, allow_none=True, metadata={"description": "To the company's currency."}
    )
    total = Exact(
        18, 2, allow_none=True, dump_only=True, metadata={"description": "What it comes to."}
    )
    notes = Text(allow_none=True, metadata={"description": "Free text."})
    references = fields.List(
        fields.Nested(OrderReference), metadata={"description": "Numbers by which others know it."}
    )
    stops = fields.List(
        fields.Nested(OrderStop), metadata={"description": "Places on the way, in order."}
    )
    lines = fields.List(fields.Nested(OrderLine), metadata={"description": "What is ordered."})


ORDER = Entity("order", "orders", Order)
