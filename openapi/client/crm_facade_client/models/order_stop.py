from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.order_stop_kind import OrderStopKind
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.order_stop_address import OrderStopAddress
    from ..models.order_stop_window import OrderStopWindow


T = TypeVar("T", bound="OrderStop")


@_attrs_define
class OrderStop:
    """A place where the order is loaded or unloaded."""

    seq: int | None | Unset = UNSET
    """ Position on the way, ascending. """
    kind: None | OrderStopKind | Unset = UNSET
    """ What happens there. """
    location_id: None | str | Unset = UNSET
    """ Known location, else see `address`. """
    address: None | OrderStopAddress | Unset = UNSET
    """ Place given as text. """
    date: datetime.date | None | Unset = UNSET
    """ Day agreed, at the place. """
    window: None | OrderStopWindow | Unset = UNSET
    """ Time agreed. """
    instructions: None | str | Unset = UNSET
    """ For the driver. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.order_stop_address import OrderStopAddress  # noqa: PLC0415
        from ..models.order_stop_window import OrderStopWindow  # noqa: PLC0415

        seq: int | None | Unset
        if isinstance(self.seq, Unset):
            seq = UNSET
        else:
            seq = self.seq

        kind: None | str | Unset
        if isinstance(self.kind, Unset):
            kind = UNSET
        elif isinstance(self.kind, OrderStopKind):
            kind = self.kind.value
        else:
            kind = self.kind

        location_id: None | str | Unset
        if isinstance(self.location_id, Unset):
            location_id = UNSET
        else:
            location_id = self.location_id

        address: dict[str, Any] | None | Unset
        if isinstance(self.address, Unset):
            address = UNSET
        elif isinstance(self.address, OrderStopAddress):
            address = self.address.to_dict()
        else:
            address = self.address

        date: None | str | Unset
        if isinstance(self.date, Unset):
            date = UNSET
        elif isinstance(self.date, datetime.date):
            date = self.date.isoformat()
        else:
            date = self.date

        window: dict[str, Any] | None | Unset
        if isinstance(self.window, Unset):
            window = UNSET
        elif isinstance(self.window, OrderStopWindow):
            window = self.window.to_dict()
        else:
            window = self.window

        instructions: None | str | Unset
        if isinstance(self.instructions, Unset):
            instructions = UNSET
        else:
            instructions = self.instructions

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({})
        if seq is not UNSET:
            field_dict["seq"] = seq
        if kind is not UNSET:
            field_dict["kind"] = kind
        if location_id is not UNSET:
            field_dict["location_id"] = location_id
        if address is not UNSET:
            field_dict["address"] = address
        if date is not UNSET:
            field_dict["date"] = date
        if window is not UNSET:
            field_dict["window"] = window
        if instructions is not UNSET:
            field_dict["instructions"] = instructions

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.order_stop_address import OrderStopAddress  # noqa: PLC0415
        from ..models.order_stop_window import OrderStopWindow  # noqa: PLC0415

        d = dict(src_dict)

        def _parse_seq(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        seq = _parse_seq(d.pop("seq", UNSET))

        def _parse_kind(data: object) -> None | OrderStopKind | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                kind_type_0 = OrderStopKind(data)

                return kind_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | OrderStopKind | Unset, data)

        kind = _parse_kind(d.pop("kind", UNSET))

        def _parse_location_id(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        location_id = _parse_location_id(d.pop("location_id", UNSET))

        def _parse_address(data: object) -> None | OrderStopAddress | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                address_type_0 = OrderStopAddress.from_dict(data)

                return address_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | OrderStopAddress | Unset, data)

        address = _parse_address(d.pop("address", UNSET))

        def _parse_date(data: object) -> datetime.date | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                date_type_0 = datetime.date.fromisoformat(data)

                return date_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.date | None | Unset, data)

        date = _parse_date(d.pop("date", UNSET))

        def _parse_window(data: object) -> None | OrderStopWindow | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                window_type_0 = OrderStopWindow.from_dict(data)

                return window_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | OrderStopWindow | Unset, data)

        window = _parse_window(d.pop("window", UNSET))

        def _parse_instructions(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        instructions = _parse_instructions(d.pop("instructions", UNSET))

        order_stop = cls(
            seq=seq,
            kind=kind,
            location_id=location_id,
            address=address,
            date=date,
            window=window,
            instructions=instructions,
        )

        order_stop.additional_properties = d
        return order_stop

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
