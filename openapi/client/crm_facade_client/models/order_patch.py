from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define

from ..models.order_mode import OrderMode
from ..models.order_payment import OrderPayment
from ..models.order_status import OrderStatus
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.order_line_input import OrderLineInput
    from ..models.order_reference_input import OrderReferenceInput
    from ..models.order_stop_input import OrderStopInput


T = TypeVar("T", bound="OrderPatch")


@_attrs_define
class OrderPatch:
    """What is to change."""

    customer_id: str | Unset = UNSET
    """ Customer who ordered. """
    bill_to_id: None | str | Unset = UNSET
    """ Customer who pays. """
    status: None | OrderStatus | Unset = UNSET
    """ Where it stands. """
    mode: None | OrderMode | Unset = UNSET
    """ How it travels. """
    equipment: None | str | Unset = UNSET
    """ Equipment wanted. """
    incoterm: None | str | Unset = UNSET
    """ Incoterms 2020 rule. """
    payment: None | OrderPayment | Unset = UNSET
    """ Who pays the freight. """
    service_level: None | str | Unset = UNSET
    """ Service agreed. """
    declared_value: None | str | Unset = UNSET
    """ Value declared, in `currency`. A decimal with 2 places, as text. """
    ordered_on: datetime.date | None | Unset = UNSET
    """ Day of the order. """
    currency: None | str | Unset = UNSET
    """ ISO 4217 code. """
    exchange_rate: None | str | Unset = UNSET
    """ To the company's currency. A decimal with 8 places, as text. """
    notes: None | str | Unset = UNSET
    """ Free text. """
    references: list[OrderReferenceInput] | Unset = UNSET
    """ Numbers by which others know it. Given, they replace all that there are. """
    stops: list[OrderStopInput] | Unset = UNSET
    """ Places on the way, in order. Given, they replace all that there are. """
    lines: list[OrderLineInput] | Unset = UNSET
    """ What is ordered. Given, they replace all that there are. """

    def to_dict(self) -> dict[str, Any]:
        customer_id = self.customer_id

        bill_to_id: None | str | Unset
        if isinstance(self.bill_to_id, Unset):
            bill_to_id = UNSET
        else:
            bill_to_id = self.bill_to_id

        status: None | str | Unset
        if isinstance(self.status, Unset):
            status = UNSET
        elif isinstance(self.status, OrderStatus):
            status = self.status.value
        else:
            status = self.status

        mode: None | str | Unset
        if isinstance(self.mode, Unset):
            mode = UNSET
        elif isinstance(self.mode, OrderMode):
            mode = self.mode.value
        else:
            mode = self.mode

        equipment: None | str | Unset
        if isinstance(self.equipment, Unset):
            equipment = UNSET
        else:
            equipment = self.equipment

        incoterm: None | str | Unset
        if isinstance(self.incoterm, Unset):
            incoterm = UNSET
        else:
            incoterm = self.incoterm

        payment: None | str | Unset
        if isinstance(self.payment, Unset):
            payment = UNSET
        elif isinstance(self.payment, OrderPayment):
            payment = self.payment.value
        else:
            payment = self.payment

        service_level: None | str | Unset
        if isinstance(self.service_level, Unset):
            service_level = UNSET
        else:
            service_level = self.service_level

        declared_value: None | str | Unset
        if isinstance(self.declared_value, Unset):
            declared_value = UNSET
        else:
            declared_value = self.declared_value

        ordered_on: None | str | Unset
        if isinstance(self.ordered_on, Unset):
            ordered_on = UNSET
        elif isinstance(self.ordered_on, datetime.date):
            ordered_on = self.ordered_on.isoformat()
        else:
            ordered_on = self.ordered_on

        currency: None | str | Unset
        if isinstance(self.currency, Unset):
            currency = UNSET
        else:
            currency = self.currency

        exchange_rate: None | str | Unset
        if isinstance(self.exchange_rate, Unset):
            exchange_rate = UNSET
        else:
            exchange_rate = self.exchange_rate

        notes: None | str | Unset
        if isinstance(self.notes, Unset):
            notes = UNSET
        else:
            notes = self.notes

        references: list[dict[str, Any]] | Unset = UNSET
        if not isinstance(self.references, Unset):
            references = []
            for references_item_data in self.references:
                references_item = references_item_data.to_dict()
                references.append(references_item)

        stops: list[dict[str, Any]] | Unset = UNSET
        if not isinstance(self.stops, Unset):
            stops = []
            for stops_item_data in self.stops:
                stops_item = stops_item_data.to_dict()
                stops.append(stops_item)

        lines: list[dict[str, Any]] | Unset = UNSET
        if not isinstance(self.lines, Unset):
            lines = []
            for lines_item_data in self.lines:
                lines_item = lines_item_data.to_dict()
                lines.append(lines_item)

        field_dict: dict[str, Any] = {}

        field_dict.update({})
        if customer_id is not UNSET:
            field_dict["customer_id"] = customer_id
        if bill_to_id is not UNSET:
            field_dict["bill_to_id"] = bill_to_id
        if status is not UNSET:
            field_dict["status"] = status
        if mode is not UNSET:
            field_dict["mode"] = mode
        if equipment is not UNSET:
            field_dict["equipment"] = equipment
        if incoterm is not UNSET:
            field_dict["incoterm"] = incoterm
        if payment is not UNSET:
            field_dict["payment"] = payment
        if service_level is not UNSET:
            field_dict["service_level"] = service_level
        if declared_value is not UNSET:
            field_dict["declared_value"] = declared_value
        if ordered_on is not UNSET:
            field_dict["ordered_on"] = ordered_on
        if currency is not UNSET:
            field_dict["currency"] = currency
        if exchange_rate is not UNSET:
            field_dict["exchange_rate"] = exchange_rate
        if notes is not UNSET:
            field_dict["notes"] = notes
        if references is not UNSET:
            field_dict["references"] = references
        if stops is not UNSET:
            field_dict["stops"] = stops
        if lines is not UNSET:
            field_dict["lines"] = lines

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.order_line_input import OrderLineInput  # noqa: PLC0415
        from ..models.order_reference_input import OrderReferenceInput  # noqa: PLC0415
        from ..models.order_stop_input import OrderStopInput  # noqa: PLC0415

        d = dict(src_dict)
        customer_id = d.pop("customer_id", UNSET)

        def _parse_bill_to_id(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        bill_to_id = _parse_bill_to_id(d.pop("bill_to_id", UNSET))

        def _parse_status(data: object) -> None | OrderStatus | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                status_type_0 = OrderStatus(data)

                return status_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | OrderStatus | Unset, data)

        status = _parse_status(d.pop("status", UNSET))

        def _parse_mode(data: object) -> None | OrderMode | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                mode_type_0 = OrderMode(data)

                return mode_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | OrderMode | Unset, data)

        mode = _parse_mode(d.pop("mode", UNSET))

        def _parse_equipment(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        equipment = _parse_equipment(d.pop("equipment", UNSET))

        def _parse_incoterm(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        incoterm = _parse_incoterm(d.pop("incoterm", UNSET))

        def _parse_payment(data: object) -> None | OrderPayment | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                payment_type_0 = OrderPayment(data)

                return payment_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | OrderPayment | Unset, data)

        payment = _parse_payment(d.pop("payment", UNSET))

        def _parse_service_level(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        service_level = _parse_service_level(d.pop("service_level", UNSET))

        def _parse_declared_value(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        declared_value = _parse_declared_value(d.pop("declared_value", UNSET))

        def _parse_ordered_on(data: object) -> datetime.date | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                ordered_on_type_0 = datetime.date.fromisoformat(data)

                return ordered_on_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.date | None | Unset, data)

        ordered_on = _parse_ordered_on(d.pop("ordered_on", UNSET))

        def _parse_currency(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        currency = _parse_currency(d.pop("currency", UNSET))

        def _parse_exchange_rate(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        exchange_rate = _parse_exchange_rate(d.pop("exchange_rate", UNSET))

        def _parse_notes(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        notes = _parse_notes(d.pop("notes", UNSET))

        _references = d.pop("references", UNSET)
        references: list[OrderReferenceInput] | Unset = UNSET
        if _references is not UNSET:
            references = []
            for references_item_data in _references:
                references_item = OrderReferenceInput.from_dict(references_item_data)

                references.append(references_item)

        _stops = d.pop("stops", UNSET)
        stops: list[OrderStopInput] | Unset = UNSET
        if _stops is not UNSET:
            stops = []
            for stops_item_data in _stops:
                stops_item = OrderStopInput.from_dict(stops_item_data)

                stops.append(stops_item)

        _lines = d.pop("lines", UNSET)
        lines: list[OrderLineInput] | Unset = UNSET
        if _lines is not UNSET:
            lines = []
            for lines_item_data in _lines:
                lines_item = OrderLineInput.from_dict(lines_item_data)

                lines.append(lines_item)

        order_patch = cls(
            customer_id=customer_id,
            bill_to_id=bill_to_id,
            status=status,
            mode=mode,
            equipment=equipment,
            incoterm=incoterm,
            payment=payment,
            service_level=service_level,
            declared_value=declared_value,
            ordered_on=ordered_on,
            currency=currency,
            exchange_rate=exchange_rate,
            notes=notes,
            references=references,
            stops=stops,
            lines=lines,
        )

        return order_patch
