from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.order_mode import OrderMode
from ..models.order_payment import OrderPayment
from ..models.order_status import OrderStatus
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.order_line import OrderLine
    from ..models.order_reference import OrderReference
    from ..models.order_stop import OrderStop
    from ..models.order_temperature import OrderTemperature
    from ..models.refused_value import RefusedValue


T = TypeVar("T", bound="Order")


@_attrs_define
class Order:
    """What a customer wants moved."""

    id: str
    """ The CRM's key as text. """
    problems: list[RefusedValue]
    """ Values that could not be read. """
    created_at: datetime.datetime | None | Unset = UNSET
    """ When it was created, UTC. """
    updated_at: datetime.datetime | None | Unset = UNSET
    """ When it last changed, UTC. """
    deleted: bool | None | Unset = UNSET
    """ Soft-deleted in the CRM. """
    number: None | str | Unset = UNSET
    """ Number that people quote. """
    customer_id: None | str | Unset = UNSET
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
    temperature: None | OrderTemperature | Unset = UNSET
    """ Range to keep. """
    declared_value: None | str | Unset = UNSET
    """ Value declared, in `currency`. A decimal with 2 places, as text. """
    ordered_on: datetime.date | None | Unset = UNSET
    """ Day of the order. """
    currency: None | str | Unset = UNSET
    """ ISO 4217 code. """
    exchange_rate: None | str | Unset = UNSET
    """ To the company's currency. A decimal with 8 places, as text. """
    total: None | str | Unset = UNSET
    """ What it comes to. A decimal with 2 places, as text. """
    notes: None | str | Unset = UNSET
    """ Free text. """
    references: list[OrderReference] | Unset = UNSET
    """ Numbers by which others know it. """
    stops: list[OrderStop] | Unset = UNSET
    """ Places on the way, in order. """
    lines: list[OrderLine] | Unset = UNSET
    """ What is ordered. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.order_temperature import OrderTemperature  # noqa: PLC0415

        id = self.id

        problems = []
        for problems_item_data in self.problems:
            problems_item = problems_item_data.to_dict()
            problems.append(problems_item)

        created_at: None | str | Unset
        if isinstance(self.created_at, Unset):
            created_at = UNSET
        elif isinstance(self.created_at, datetime.datetime):
            created_at = self.created_at.isoformat()
        else:
            created_at = self.created_at

        updated_at: None | str | Unset
        if isinstance(self.updated_at, Unset):
            updated_at = UNSET
        elif isinstance(self.updated_at, datetime.datetime):
            updated_at = self.updated_at.isoformat()
        else:
            updated_at = self.updated_at

        deleted: bool | None | Unset
        if isinstance(self.deleted, Unset):
            deleted = UNSET
        else:
            deleted = self.deleted

        number: None | str | Unset
        if isinstance(self.number, Unset):
            number = UNSET
        else:
            number = self.number

        customer_id: None | str | Unset
        if isinstance(self.customer_id, Unset):
            customer_id = UNSET
        else:
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

        temperature: dict[str, Any] | None | Unset
        if isinstance(self.temperature, Unset):
            temperature = UNSET
        elif isinstance(self.temperature, OrderTemperature):
            temperature = self.temperature.to_dict()
        else:
            temperature = self.temperature

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

        total: None | str | Unset
        if isinstance(self.total, Unset):
            total = UNSET
        else:
            total = self.total

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
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "problems": problems,
            }
        )
        if created_at is not UNSET:
            field_dict["created_at"] = created_at
        if updated_at is not UNSET:
            field_dict["updated_at"] = updated_at
        if deleted is not UNSET:
            field_dict["deleted"] = deleted
        if number is not UNSET:
            field_dict["number"] = number
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
        if temperature is not UNSET:
            field_dict["temperature"] = temperature
        if declared_value is not UNSET:
            field_dict["declared_value"] = declared_value
        if ordered_on is not UNSET:
            field_dict["ordered_on"] = ordered_on
        if currency is not UNSET:
            field_dict["currency"] = currency
        if exchange_rate is not UNSET:
            field_dict["exchange_rate"] = exchange_rate
        if total is not UNSET:
            field_dict["total"] = total
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
        from ..models.order_line import OrderLine  # noqa: PLC0415
        from ..models.order_reference import OrderReference  # noqa: PLC0415
        from ..models.order_stop import OrderStop  # noqa: PLC0415
        from ..models.order_temperature import OrderTemperature  # noqa: PLC0415
        from ..models.refused_value import RefusedValue  # noqa: PLC0415

        d = dict(src_dict)
        id = d.pop("id")

        problems = []
        _problems = d.pop("problems")
        for problems_item_data in _problems:
            problems_item = RefusedValue.from_dict(problems_item_data)

            problems.append(problems_item)

        def _parse_created_at(data: object) -> datetime.datetime | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                created_at_type_0 = datetime.datetime.fromisoformat(data)

                return created_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None | Unset, data)

        created_at = _parse_created_at(d.pop("created_at", UNSET))

        def _parse_updated_at(data: object) -> datetime.datetime | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                updated_at_type_0 = datetime.datetime.fromisoformat(data)

                return updated_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None | Unset, data)

        updated_at = _parse_updated_at(d.pop("updated_at", UNSET))

        def _parse_deleted(data: object) -> bool | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(bool | None | Unset, data)

        deleted = _parse_deleted(d.pop("deleted", UNSET))

        def _parse_number(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        number = _parse_number(d.pop("number", UNSET))

        def _parse_customer_id(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        customer_id = _parse_customer_id(d.pop("customer_id", UNSET))

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

        def _parse_temperature(data: object) -> None | OrderTemperature | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                temperature_type_0 = OrderTemperature.from_dict(data)

                return temperature_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | OrderTemperature | Unset, data)

        temperature = _parse_temperature(d.pop("temperature", UNSET))

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

        def _parse_total(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        total = _parse_total(d.pop("total", UNSET))

        def _parse_notes(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        notes = _parse_notes(d.pop("notes", UNSET))

        _references = d.pop("references", UNSET)
        references: list[OrderReference] | Unset = UNSET
        if _references is not UNSET:
            references = []
            for references_item_data in _references:
                references_item = OrderReference.from_dict(references_item_data)

                references.append(references_item)

        _stops = d.pop("stops", UNSET)
        stops: list[OrderStop] | Unset = UNSET
        if _stops is not UNSET:
            stops = []
            for stops_item_data in _stops:
                stops_item = OrderStop.from_dict(stops_item_data)

                stops.append(stops_item)

        _lines = d.pop("lines", UNSET)
        lines: list[OrderLine] | Unset = UNSET
        if _lines is not UNSET:
            lines = []
            for lines_item_data in _lines:
                lines_item = OrderLine.from_dict(lines_item_data)

                lines.append(lines_item)

        order = cls(
            id=id,
            problems=problems,
            created_at=created_at,
            updated_at=updated_at,
            deleted=deleted,
            number=number,
            customer_id=customer_id,
            bill_to_id=bill_to_id,
            status=status,
            mode=mode,
            equipment=equipment,
            incoterm=incoterm,
            payment=payment,
            service_level=service_level,
            temperature=temperature,
            declared_value=declared_value,
            ordered_on=ordered_on,
            currency=currency,
            exchange_rate=exchange_rate,
            total=total,
            notes=notes,
            references=references,
            stops=stops,
            lines=lines,
        )

        order.additional_properties = d
        return order

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
