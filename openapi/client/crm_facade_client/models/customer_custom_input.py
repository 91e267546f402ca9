from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define

from ..models.customer_custom_tier import CustomerCustomTier
from ..types import UNSET, Unset

T = TypeVar("T", bound="CustomerCustomInput")


@_attrs_define
class CustomerCustomInput:
    """Fields of this CRM's own."""

    region_manager: None | str | Unset = UNSET
    """ Manager of the sales region. """
    first_order_on: datetime.date | None | Unset = UNSET
    """ Day of the first order. """
    tier: CustomerCustomTier | None | Unset = UNSET
    """ Gold, silver or bronze. """

    def to_dict(self) -> dict[str, Any]:
        region_manager: None | str | Unset
        if isinstance(self.region_manager, Unset):
            region_manager = UNSET
        else:
            region_manager = self.region_manager

        first_order_on: None | str | Unset
        if isinstance(self.first_order_on, Unset):
            first_order_on = UNSET
        elif isinstance(self.first_order_on, datetime.date):
            first_order_on = self.first_order_on.isoformat()
        else:
            first_order_on = self.first_order_on

        tier: None | str | Unset
        if isinstance(self.tier, Unset):
            tier = UNSET
        elif isinstance(self.tier, CustomerCustomTier):
            tier = self.tier.value
        else:
            tier = self.tier

        field_dict: dict[str, Any] = {}

        field_dict.update({})
        if region_manager is not UNSET:
            field_dict["region_manager"] = region_manager
        if first_order_on is not UNSET:
            field_dict["first_order_on"] = first_order_on
        if tier is not UNSET:
            field_dict["tier"] = tier

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)

        def _parse_region_manager(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        region_manager = _parse_region_manager(d.pop("region_manager", UNSET))

        def _parse_first_order_on(data: object) -> datetime.date | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                first_order_on_type_0 = datetime.date.fromisoformat(data)

                return first_order_on_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.date | None | Unset, data)

        first_order_on = _parse_first_order_on(d.pop("first_order_on", UNSET))

        def _parse_tier(data: object) -> CustomerCustomTier | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                tier_type_0 = CustomerCustomTier(data)

                return tier_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(CustomerCustomTier | None | Unset, data)

        tier = _parse_tier(d.pop("tier", UNSET))

        customer_custom_input = cls(
            region_manager=region_manager,
            first_order_on=first_order_on,
            tier=tier,
        )

        return customer_custom_input
