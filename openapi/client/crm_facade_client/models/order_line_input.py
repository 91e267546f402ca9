from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.quantity_input import QuantityInput


T = TypeVar("T", bound="OrderLineInput")


@_attrs_define
class OrderLineInput:
    """One product or piece of freight of an order."""

    line_no: int | None | Unset = UNSET
    """ Number of the line. """
    product_id: None | str | Unset = UNSET
    """ Product ordered. """
    description: None | str | Unset = UNSET
    """ What it is. """
    quantity: None | QuantityInput | Unset = UNSET
    """ How much, as received. """
    packaging: None | str | Unset = UNSET
    """ UN/CEFACT Rec 21 code. """
    weight: None | QuantityInput | Unset = UNSET
    """ Gross weight, as received. """
    unit_price: None | str | Unset = UNSET
    """ Price of one unit. A decimal with 2 places, as text. """
    discount: None | str | Unset = UNSET
    """ Taken off the line. A decimal with 2 places, as text. """
    tax: None | str | Unset = UNSET
    """ Added to the line. A decimal with 2 places, as text. """

    def to_dict(self) -> dict[str, Any]:
        from ..models.quantity_input import QuantityInput  # noqa: PLC0415

        line_no: int | None | Unset
        if isinstance(self.line_no, Unset):
            line_no = UNSET
        else:
            line_no = self.line_no

        product_id: None | str | Unset
        if isinstance(self.product_id, Unset):
            product_id = UNSET
        else:
            product_id = self.product_id

        description: None | str | Unset
        if isinstance(self.description, Unset):
            description = UNSET
        else:
            description = self.description

        quantity: dict[str, Any] | None | Unset
        if isinstance(self.quantity, Unset):
            quantity = UNSET
        elif isinstance(self.quantity, QuantityInput):
            quantity = self.quantity.to_dict()
        else:
            quantity = self.quantity

        packaging: None | str | Unset
        if isinstance(self.packaging, Unset):
            packaging = UNSET
        else:
            packaging = self.packaging

        weight: dict[str, Any] | None | Unset
        if isinstance(self.weight, Unset):
            weight = UNSET
        elif isinstance(self.weight, QuantityInput):
            weight = self.weight.to_dict()
        else:
            weight = self.weight

        unit_price: None | str | Unset
        if isinstance(self.unit_price, Unset):
            unit_price = UNSET
        else:
            unit_price = self.unit_price

        discount: None | str | Unset
        if isinstance(self.discount, Unset):
            discount = UNSET
        else:
            discount = self.discount

        tax: None | str | Unset
        if isinstance(self.tax, Unset):
            tax = UNSET
        else:
            tax = self.tax

        field_dict: dict[str, Any] = {}

        field_dict.update({})
        if line_no is not UNSET:
            field_dict["line_no"] = line_no
        if product_id is not UNSET:
            field_dict["product_id"] = product_id
        if description is not UNSET:
            field_dict["description"] = description
        if quantity is not UNSET:
            field_dict["quantity"] = quantity
        if packaging is not UNSET:
            field_dict["packaging"] = packaging
        if weight is not UNSET:
            field_dict["weight"] = weight
        if unit_price is not UNSET:
            field_dict["unit_price"] = unit_price
        if discount is not UNSET:
            field_dict["discount"] = discount
        if tax is not UNSET:
            field_dict["tax"] = tax

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.quantity_input import QuantityInput  # noqa: PLC0415

        d = dict(src_dict)

        def _parse_line_no(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        line_no = _parse_line_no(d.pop("line_no", UNSET))

        def _parse_product_id(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        product_id = _parse_product_id(d.pop("product_id", UNSET))

        def _parse_description(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        description = _parse_description(d.pop("description", UNSET))

        def _parse_quantity(data: object) -> None | QuantityInput | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                quantity_type_0 = QuantityInput.from_dict(data)

                return quantity_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | QuantityInput | Unset, data)

        quantity = _parse_quantity(d.pop("quantity", UNSET))

        def _parse_packaging(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        packaging = _parse_packaging(d.pop("packaging", UNSET))

        def _parse_weight(data: object) -> None | QuantityInput | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                weight_type_0 = QuantityInput.from_dict(data)

                return weight_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | QuantityInput | Unset, data)

        weight = _parse_weight(d.pop("weight", UNSET))

        def _parse_unit_price(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        unit_price = _parse_unit_price(d.pop("unit_price", UNSET))

        def _parse_discount(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        discount = _parse_discount(d.pop("discount", UNSET))

        def _parse_tax(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        tax = _parse_tax(d.pop("tax", UNSET))

        order_line_input = cls(
            line_no=line_no,
            product_id=product_id,
            description=description,
            quantity=quantity,
            packaging=packaging,
            weight=weight,
            unit_price=unit_price,
            discount=discount,
            tax=tax,
        )

        return order_line_input
