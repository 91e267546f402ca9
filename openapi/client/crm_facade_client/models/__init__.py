"""Contains all the data models used in inputs/outputs"""

from .activity import Activity
from .activity_create import ActivityCreate
from .activity_field import ActivityField
from .activity_kind import ActivityKind
from .activity_kind_input import ActivityKindInput
from .activity_page import ActivityPage
from .activity_patch import ActivityPatch
from .activity_sort import ActivitySort
from .contact import Contact
from .contact_create import ContactCreate
from .contact_field import ContactField
from .contact_page import ContactPage
from .contact_patch import ContactPatch
from .contact_relation import ContactRelation
from .contact_role import ContactRole
from .contact_sort import ContactSort
from .customer import Customer
from .customer_create import CustomerCreate
from .customer_custom import CustomerCustom
from .customer_custom_input import CustomerCustomInput
from .customer_custom_tier import CustomerCustomTier
from .customer_field import CustomerField
from .customer_page import CustomerPage
from .customer_patch import CustomerPatch
from .customer_role import CustomerRole
from .customer_sort import CustomerSort
from .customer_status import CustomerStatus
from .flaw import Flaw
from .health import Health
from .location import Location
from .location_create import LocationCreate
from .location_field import LocationField
from .location_kind import LocationKind
from .location_kind_input import LocationKindInput
from .location_page import LocationPage
from .location_patch import LocationPatch
from .location_sort import LocationSort
from .operation import Operation
from .operation_state import OperationState
from .opportunity import Opportunity
from .opportunity_field import OpportunityField
from .opportunity_page import OpportunityPage
from .opportunity_sort import OpportunitySort
from .order import Order
from .order_create import OrderCreate
from .order_field import OrderField
from .order_line import OrderLine
from .order_line_input import OrderLineInput
from .order_mode import OrderMode
from .order_page import OrderPage
from .order_patch import OrderPatch
from .order_payment import OrderPayment
from .order_reference import OrderReference
from .order_reference_input import OrderReferenceInput
from .order_sort import OrderSort
from .order_status import OrderStatus
from .order_stop import OrderStop
from .order_stop_address import OrderStopAddress
from .order_stop_address_input import OrderStopAddressInput
from .order_stop_input import OrderStopInput
from .order_stop_kind import OrderStopKind
from .order_stop_window import OrderStopWindow
from .order_temperature import OrderTemperature
from .order_temperature_unit import OrderTemperatureUnit
from .problem import Problem
from .product import Product
from .product_field import ProductField
from .product_page import ProductPage
from .product_sort import ProductSort
from .quantity import Quantity
from .quantity_input import QuantityInput
from .readiness import Readiness
from .refused_value import RefusedValue
from .shipment import Shipment
from .shipment_field import ShipmentField
from .shipment_page import ShipmentPage
from .shipment_sort import ShipmentSort
from .shipment_status import ShipmentStatus
from .user import User
from .user_field import UserField
from .user_page import UserPage
from .user_sort import UserSort

__all__ = (
    "Activity",
    "ActivityCreate",
    "ActivityField",
    "ActivityKind",
    "ActivityKindInput",
    "ActivityPage",
    "ActivityPatch",
    "ActivitySort",
    "Contact",
    "ContactCreate",
    "ContactField",
    "ContactPage",
    "ContactPatch",
    "ContactRelation",
    "ContactRole",
    "ContactSort",
    "Customer",
    "CustomerCreate",
    "CustomerCustom",
    "CustomerCustomInput",
    "CustomerCustomTier",
    "CustomerField",
    "CustomerPage",
    "CustomerPatch",
    "CustomerRole",
    "CustomerSort",
    "CustomerStatus",
    "Flaw",
    "Health",
    "Location",
    "LocationCreate",
    "LocationField",
    "LocationKind",
    "LocationKindInput",
    "LocationPage",
    "LocationPatch",
    "LocationSort",
    "Operation",
    "OperationState",
    "Opportunity",
    "OpportunityField",
    "OpportunityPage",
    "OpportunitySort",
    "Order",
    "OrderCreate",
    "OrderField",
    "OrderLine",
    "OrderLineInput",
    "OrderMode",
    "OrderPage",
    "OrderPatch",
    "OrderPayment",
    "OrderReference",
    "OrderReferenceInput",
    "OrderSort",
    "OrderStatus",
    "OrderStop",
    "OrderStopAddress",
    "OrderStopAddressInput",
    "OrderStopInput",
    "OrderStopKind",
    "OrderStopWindow",
    "OrderTemperature",
    "OrderTemperatureUnit",
    "Problem",
    "Product",
    "ProductField",
    "ProductPage",
    "ProductSort",
    "Quantity",
    "QuantityInput",
    "Readiness",
    "RefusedValue",
    "Shipment",
    "ShipmentField",
    "ShipmentPage",
    "ShipmentSort",
    "ShipmentStatus",
    "User",
    "UserField",
    "UserPage",
    "UserSort",
)
