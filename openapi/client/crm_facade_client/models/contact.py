from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.contact_role import ContactRole
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.contact_relation import ContactRelation
    from ..models.refused_value import RefusedValue


T = TypeVar("T", bound="Contact")


@_attrs_define
class Contact:
    """A person at one customer or more."""

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
    customer_id: None | str | Unset = UNSET
    """ Customer that the person works for. """
    given_name: None | str | Unset = UNSET
    """ First name. """
    family_name: None | str | Unset = UNSET
    """ Last name. """
    title: None | str | Unset = UNSET
    """ Job title. """
    email: None | str | Unset = UNSET
    """ E-mail as typed. """
    email_address: None | str | Unset = UNSET
    """ E-mail, RFC 5321, or null. """
    phone: None | str | Unset = UNSET
    """ Phone as typed. """
    phone_e164: None | str | Unset = UNSET
    """ Phone, ITU-T E.164, or null. """
    mobile: None | str | Unset = UNSET
    """ Mobile phone as typed. """
    mobile_e164: None | str | Unset = UNSET
    """ Mobile, ITU-T E.164, or null. """
    role: ContactRole | None | Unset = UNSET
    """ What the person does at the customer. """
    is_primary: bool | None | Unset = UNSET
    """ First person to call. """
    opted_out: bool | None | Unset = UNSET
    """ Wants no marketing. """
    customers: list[ContactRelation] | Unset = UNSET
    """ Other customers by relation. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
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

        customer_id: None | str | Unset
        if isinstance(self.customer_id, Unset):
            customer_id = UNSET
        else:
            customer_id = self.customer_id

        given_name: None | str | Unset
        if isinstance(self.given_name, Unset):
            given_name = UNSET
        else:
            given_name = self.given_name

        family_name: None | str | Unset
        if isinstance(self.family_name, Unset):
            family_name = UNSET
        else:
            family_name = self.family_name

        title: None | str | Unset
        if isinstance(self.title, Unset):
            title = UNSET
        else:
            title = self.title

        email: None | str | Unset
        if isinstance(self.email, Unset):
            email = UNSET
        else:
            email = self.email

        email_address: None | str | Unset
        if isinstance(self.email_address, Unset):
            email_address = UNSET
        else:
            email_address = self.email_address

        phone: None | str | Unset
        if isinstance(self.phone, Unset):
            phone = UNSET
        else:
            phone = self.phone

        phone_e164: None | str | Unset
        if isinstance(self.phone_e164, Unset):
            phone_e164 = UNSET
        else:
            phone_e164 = self.phone_e164

        mobile: None | str | Unset
        if isinstance(self.mobile, Unset):
            mobile = UNSET
        else:
            mobile = self.mobile

        mobile_e164: None | str | Unset
        if isinstance(self.mobile_e164, Unset):
            mobile_e164 = UNSET
        else:
            mobile_e164 = self.mobile_e164

        role: None | str | Unset
        if isinstance(self.role, Unset):
            role = UNSET
        elif isinstance(self.role, ContactRole):
            role = self.role.value
        else:
            role = self.role

        is_primary: bool | None | Unset
        if isinstance(self.is_primary, Unset):
            is_primary = UNSET
        else:
            is_primary = self.is_primary

        opted_out: bool | None | Unset
        if isinstance(self.opted_out, Unset):
            opted_out = UNSET
        else:
            opted_out = self.opted_out

        customers: list[dict[str, Any]] | Unset = UNSET
        if not isinstance(self.customers, Unset):
            customers = []
            for customers_item_data in self.customers:
                customers_item = customers_item_data.to_dict()
                customers.append(customers_item)

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
        if customer_id is not UNSET:
            field_dict["customer_id"] = customer_id
        if given_name is not UNSET:
            field_dict["given_name"] = given_name
        if family_name is not UNSET:
            field_dict["family_name"] = family_name
        if title is not UNSET:
            field_dict["title"] = title
        if email is not UNSET:
            field_dict["email"] = email
        if email_address is not UNSET:
            field_dict["email_address"] = email_address
        if phone is not UNSET:
            field_dict["phone"] = phone
        if phone_e164 is not UNSET:
            field_dict["phone_e164"] = phone_e164
        if mobile is not UNSET:
            field_dict["mobile"] = mobile
        if mobile_e164 is not UNSET:
            field_dict["mobile_e164"] = mobile_e164
        if role is not UNSET:
            field_dict["role"] = role
        if is_primary is not UNSET:
            field_dict["is_primary"] = is_primary
        if opted_out is not UNSET:
            field_dict["opted_out"] = opted_out
        if customers is not UNSET:
            field_dict["customers"] = customers

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.contact_relation import ContactRelation  # noqa: PLC0415
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

        def _parse_customer_id(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        customer_id = _parse_customer_id(d.pop("customer_id", UNSET))

        def _parse_given_name(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        given_name = _parse_given_name(d.pop("given_name", UNSET))

        def _parse_family_name(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        family_name = _parse_family_name(d.pop("family_name", UNSET))

        def _parse_title(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        title = _parse_title(d.pop("title", UNSET))

        def _parse_email(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        email = _parse_email(d.pop("email", UNSET))

        def _parse_email_address(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        email_address = _parse_email_address(d.pop("email_address", UNSET))

        def _parse_phone(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        phone = _parse_phone(d.pop("phone", UNSET))

        def _parse_phone_e164(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        phone_e164 = _parse_phone_e164(d.pop("phone_e164", UNSET))

        def _parse_mobile(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        mobile = _parse_mobile(d.pop("mobile", UNSET))

        def _parse_mobile_e164(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        mobile_e164 = _parse_mobile_e164(d.pop("mobile_e164", UNSET))

        def _parse_role(data: object) -> ContactRole | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                role_type_0 = ContactRole(data)

                return role_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(ContactRole | None | Unset, data)

        role = _parse_role(d.pop("role", UNSET))

        def _parse_is_primary(data: object) -> bool | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(bool | None | Unset, data)

        is_primary = _parse_is_primary(d.pop("is_primary", UNSET))

        def _parse_opted_out(data: object) -> bool | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(bool | None | Unset, data)

        opted_out = _parse_opted_out(d.pop("opted_out", UNSET))

        _customers = d.pop("customers", UNSET)
        customers: list[ContactRelation] | Unset = UNSET
        if _customers is not UNSET:
            customers = []
            for customers_item_data in _customers:
                customers_item = ContactRelation.from_dict(customers_item_data)

                customers.append(customers_item)

        contact = cls(
            id=id,
            problems=problems,
            created_at=created_at,
            updated_at=updated_at,
            deleted=deleted,
            customer_id=customer_id,
            given_name=given_name,
            family_name=family_name,
            title=title,
            email=email,
            email_address=email_address,
            phone=phone,
            phone_e164=phone_e164,
            mobile=mobile,
            mobile_e164=mobile_e164,
            role=role,
            is_primary=is_primary,
            opted_out=opted_out,
            customers=customers,
        )

        contact.additional_properties = d
        return contact

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
