"""The hub: what a record is, and how foreign spellings become one."""

from __future__ import annotations

from schemas.activity import ACTIVITY
from schemas.contact import CONTACT
from schemas.customer import CUSTOMER
from schemas.entity import Entity
from schemas.location import LOCATION
from schemas.opportunity import OPPORTUNITY
from schemas.order import ORDER
from schemas.product import PRODUCT
from schemas.shipment import SHIPMENT
from schemas.user import USER

# Parents stand before what refers to them.
ENTITIES: dict[str, Entity] = {
    entity.name: entity
    for entity in (
        USER,
        CUSTOMER,
        CONTACT,
        LOCATION,
        PRODUCT,
        ORDER,
        SHIPMENT,
        OPPORTUNITY,
        ACTIVITY,
    )
}
