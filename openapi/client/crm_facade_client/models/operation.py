from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.operation_state import OperationState

T = TypeVar("T", bound="Operation")


@_attrs_define
class Operation:
    """A write to the CRM, and what became of it."""

    id: str
    """ Id of the operation. """
    state: OperationState
    """ Unknown until the CRM was found to have done or refused it. """
    entity: str
    """ What was to be written. """
    act: str
    """ How: create, update, cancel … """
    record_id: None | str
    """ The record, once known. """
    intended_at: datetime.datetime
    """ When it was asked for, UTC. """
    settled_at: datetime.datetime | None
    """ When its state was found, UTC. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        id = self.id

        state = self.state.value

        entity = self.entity

        act = self.act

        record_id: None | str
        record_id = self.record_id

        intended_at = self.intended_at.isoformat()

        settled_at: None | str
        if isinstance(self.settled_at, datetime.datetime):
            settled_at = self.settled_at.isoformat()
        else:
            settled_at = self.settled_at

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "state": state,
                "entity": entity,
                "act": act,
                "record_id": record_id,
                "intended_at": intended_at,
                "settled_at": settled_at,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        id = d.pop("id")

        state = OperationState(d.pop("state"))

        entity = d.pop("entity")

        act = d.pop("act")

        def _parse_record_id(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        record_id = _parse_record_id(d.pop("record_id"))

        intended_at = datetime.datetime.fromisoformat(d.pop("intended_at"))

        def _parse_settled_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                settled_at_type_0 = datetime.datetime.fromisoformat(data)

                return settled_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        settled_at = _parse_settled_at(d.pop("settled_at"))

        operation = cls(
            id=id,
            state=state,
            entity=entity,
            act=act,
            record_id=record_id,
            intended_at=intended_at,
            settled_at=settled_at,
        )

        operation.additional_properties = d
        return operation

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
