from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.customer_custom_tier import CustomerCustomTier
from ..types import UNSET, Unset

T = TypeVar("T", bound="CustomerCustom")


@_attrs_define
class CustomerCustom:
    """Fields of this CRM's own."""

    region_manager: None | str | Unset = UNSET
    """ Manager of the sales region. """
    first_order_on: datetime.date | None | Unset = UNSET
    """ Day of the first order. """
    tier: CustomerCustomTier | None | Unset = UNSET
    """ Gold, silver or bronze. """
    dock_hours: None | str | Unset = UNSET
    """ When the dock is open. """
    credit_review_on: datetime.date | None | Unset = UNSET
    """ Day of the next credit review. """
    fax: None | str | Unset = UNSET
    """ Fax number as typed. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

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

        dock_hours: None | str | Unset
        if isinstance(self.dock_hours, Unset):
            dock_hours = UNSET
        else:
            dock_hours = self.dock_hours

        credit_review_on: None | str | Unset
        if isinstance(self.credit_review_on, Unset):
            credit_review_on = UNSET
        elif isinstance(self.credit_review_on, datetime.date):
            credit_review_on = self.credit_review_on.isoformat()
        else:
            credit_review_on = self.credit_review_on

        fax: None | str | Unset
        if isinstance(self.fax, Unset):
            fax = UNSET
        else:
            fax = self.fax

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({})
        if region_manager is not UNSET:
            field_dict["region_manager"] = region_manager
        if first_order_on is not UNSET:
            field_dict["first_order_on"] = first_order_on
        if tier is not UNSET:
            field_dict["tier"] = tier
        if dock_hours is not UNSET:
            field_dict["dock_hours"] = dock_hours
        if credit_review_on is not UNSET:
            field_dict["credit_review_on"] = credit_review_on
        if fax is not UNSET:
            field_dict["fax"] = fax

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

        def _parse_dock_hours(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        dock_hours = _parse_dock_hours(d.pop("dock_hours", UNSET))

        def _parse_credit_review_on(data: object) -> datetime.date | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                credit_review_on_type_0 = datetime.date.fromisoformat(data)

                return credit_review_on_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.date | None | Unset, data)

        credit_review_on = _parse_credit_review_on(d.pop("credit_review_on", UNSET))

        def _parse_fax(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        fax = _parse_fax(d.pop("fax", UNSET))

        customer_custom = cls(
            region_manager=region_manager,
            first_order_on=first_order_on,
            tier=tier,
            dock_hours=dock_hours,
            credit_review_on=credit_review_on,
            fax=fax,
        )

        customer_custom.additional_properties = d
        return customer_custom

    @property
    def additional_keys(self) -> list[str]:
        return list(self.additional_properties.keys())

    def __getitem__(self, key: str) -> Any:
        return self.additional_properties[key]

    def __setitem__(self, key: str, value: Any) -> None:
        self.additional_properties[key] = value

    def __delitem__(self, key: str) -> None:
        del self.additional_properties[key]

    def __contains__(self, key: str) -> bool:
        return key in self.additional_properties
