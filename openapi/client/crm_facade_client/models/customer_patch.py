from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define

from ..models.customer_role import CustomerRole
from ..models.customer_status import CustomerStatus
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.customer_custom_input import CustomerCustomInput


T = TypeVar("T", bound="CustomerPatch")


@_attrs_define
class CustomerPatch:
    """What is to change."""

    name: str | Unset = UNSET
    """ Name as used. """
    legal_name: None | str | Unset = UNSET
    """ Registered name. """
    status: CustomerStatus | None | Unset = UNSET
    """ Where it stands in its life. """
    roles: list[CustomerRole] | None | Unset = UNSET
    """ What it does in transport. """
    email: None | str | Unset = UNSET
    """ E-mail as typed. """
    phone: None | str | Unset = UNSET
    """ Phone as typed. """
    website: None | str | Unset = UNSET
    """ Address of its web site as typed. """
    currency: None | str | Unset = UNSET
    """ ISO 4217 code of its money. """
    credit_limit: None | str | Unset = UNSET
    """ Most that it may owe, in `currency`. A decimal with 2 places, as text. """
    tax_id: None | str | Unset = UNSET
    """ Tax or VAT number as typed. """
    parent_id: None | str | Unset = UNSET
    """ Customer that it belongs to. """
    owner_id: None | str | Unset = UNSET
    """ User who looks after it. """
    bill_to_id: None | str | Unset = UNSET
    """ Customer who pays for it. """
    custom: CustomerCustomInput | None | Unset = UNSET
    """ Fields of this CRM's own. """

    def to_dict(self) -> dict[str, Any]:
        from ..models.customer_custom_input import CustomerCustomInput  # noqa: PLC0415

        name = self.name

        legal_name: None | str | Unset
        if isinstance(self.legal_name, Unset):
            legal_name = UNSET
        else:
            legal_name = self.legal_name

        status: None | str | Unset
        if isinstance(self.status, Unset):
            status = UNSET
        elif isinstance(self.status, CustomerStatus):
            status = self.status.value
        else:
            status = self.status

        roles: list[str] | None | Unset
        if isinstance(self.roles, Unset):
            roles = UNSET
        elif isinstance(self.roles, list):
            roles = []
            for roles_type_0_item_data in self.roles:
                roles_type_0_item = roles_type_0_item_data.value
                roles.append(roles_type_0_item)

        else:
            roles = self.roles

        email: None | str | Unset
        if isinstance(self.email, Unset):
            email = UNSET
        else:
            email = self.email

        phone: None | str | Unset
        if isinstance(self.phone, Unset):
            phone = UNSET
        else:
            phone = self.phone

        website: None | str | Unset
        if isinstance(self.website, Unset):
            website = UNSET
        else:
            website = self.website

        currency: None | str | Unset
        if isinstance(self.currency, Unset):
            currency = UNSET
        else:
            currency = self.currency

        credit_limit: None | str | Unset
        if isinstance(self.credit_limit, Unset):
            credit_limit = UNSET
        else:
            credit_limit = self.credit_limit

        tax_id: None | str | Unset
        if isinstance(self.tax_id, Unset):
            tax_id = UNSET
        else:
            tax_id = self.tax_id

        parent_id: None | str | Unset
        if isinstance(self.parent_id, Unset):
            parent_id = UNSET
        else:
            parent_id = self.parent_id

        owner_id: None | str | Unset
        if isinstance(self.owner_id, Unset):
            owner_id = UNSET
        else:
            owner_id = self.owner_id

        bill_to_id: None | str | Unset
        if isinstance(self.bill_to_id, Unset):
            bill_to_id = UNSET
        else:
            bill_to_id = self.bill_to_id

        custom: dict[str, Any] | None | Unset
        if isinstance(self.custom, Unset):
            custom = UNSET
        elif isinstance(self.custom, CustomerCustomInput):
            custom = self.custom.to_dict()
        else:
            custom = self.custom

        field_dict: dict[str, Any] = {}

        field_dict.update({})
        if name is not UNSET:
            field_dict["name"] = name
        if legal_name is not UNSET:
            field_dict["legal_name"] = legal_name
        if status is not UNSET:
            field_dict["status"] = status
        if roles is not UNSET:
            field_dict["roles"] = roles
        if email is not UNSET:
            field_dict["email"] = email
        if phone is not UNSET:
            field_dict["phone"] = phone
        if website is not UNSET:
            field_dict["website"] = website
        if currency is not UNSET:
            field_dict["currency"] = currency
        if credit_limit is not UNSET:
            field_dict["credit_limit"] = credit_limit
        if tax_id is not UNSET:
            field_dict["tax_id"] = tax_id
        if parent_id is not UNSET:
            field_dict["parent_id"] = parent_id
        if owner_id is not UNSET:
            field_dict["owner_id"] = owner_id
        if bill_to_id is not UNSET:
            field_dict["bill_to_id"] = bill_to_id
        if custom is not UNSET:
            field_dict["custom"] = custom

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.customer_custom_input import CustomerCustomInput  # noqa: PLC0415

        d = dict(src_dict)
        name = d.pop("name", UNSET)

        def _parse_legal_name(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        legal_name = _parse_legal_name(d.pop("legal_name", UNSET))

        def _parse_status(data: object) -> CustomerStatus | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                status_type_0 = CustomerStatus(data)

                return status_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(CustomerStatus | None | Unset, data)

        status = _parse_status(d.pop("status", UNSET))

        def _parse_roles(data: object) -> list[CustomerRole] | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, list):
                    raise TypeError()
                roles_type_0 = []
                _roles_type_0 = data
                for roles_type_0_item_data in _roles_type_0:
                    roles_type_0_item = CustomerRole(roles_type_0_item_data)

                    roles_type_0.append(roles_type_0_item)

                return roles_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(list[CustomerRole] | None | Unset, data)

        roles = _parse_roles(d.pop("roles", UNSET))

        def _parse_email(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        email = _parse_email(d.pop("email", UNSET))

        def _parse_phone(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        phone = _parse_phone(d.pop("phone", UNSET))

        def _parse_website(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        website = _parse_website(d.pop("website", UNSET))

        def _parse_currency(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        currency = _parse_currency(d.pop("currency", UNSET))

        def _parse_credit_limit(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        credit_limit = _parse_credit_limit(d.pop("credit_limit", UNSET))

        def _parse_tax_id(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        tax_id = _parse_tax_id(d.pop("tax_id", UNSET))

        def _parse_parent_id(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        parent_id = _parse_parent_id(d.pop("parent_id", UNSET))

        def _parse_owner_id(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        owner_id = _parse_owner_id(d.pop("owner_id", UNSET))

        def _parse_bill_to_id(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        bill_to_id = _parse_bill_to_id(d.pop("bill_to_id", UNSET))

        def _parse_custom(data: object) -> CustomerCustomInput | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                custom_type_0 = CustomerCustomInput.from_dict(data)

                return custom_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(CustomerCustomInput | None | Unset, data)

        custom = _parse_custom(d.pop("custom", UNSET))

        customer_patch = cls(
            name=name,
            legal_name=legal_name,
            status=status,
            roles=roles,
            email=email,
            phone=phone,
            website=website,
            currency=currency,
            credit_limit=credit_limit,
            tax_id=tax_id,
            parent_id=parent_id,
            owner_id=owner_id,
            bill_to_id=bill_to_id,
            custom=custom,
        )

        return customer_patch
