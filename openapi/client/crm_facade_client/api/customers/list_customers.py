import datetime
from http import HTTPStatus
from typing import Any

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.customer_custom_tier import CustomerCustomTier
from ...models.customer_field import CustomerField
from ...models.customer_page import CustomerPage
from ...models.customer_sort import CustomerSort
from ...models.customer_status import CustomerStatus
from ...models.problem import Problem
from ...types import UNSET, Response, Unset


def _get_kwargs(
    *,
    limit: int | Unset = 100,
    cursor: str | Unset = UNSET,
    sort: CustomerSort | Unset = UNSET,
    fields: list[CustomerField] | Unset = UNSET,
    updated_since: datetime.datetime | Unset = UNSET,
    deleted: bool | Unset = False,
    id: list[str] | Unset = UNSET,
    created_at: datetime.datetime | Unset = UNSET,
    updated_at: list[datetime.datetime] | Unset = UNSET,
    updated_at_lt: datetime.datetime | Unset = UNSET,
    updated_at_lte: datetime.datetime | Unset = UNSET,
    updated_at_gt: datetime.datetime | Unset = UNSET,
    updated_at_gte: datetime.datetime | Unset = UNSET,
    merged_into: list[str] | Unset = UNSET,
    number: list[str] | Unset = UNSET,
    name: list[str] | Unset = UNSET,
    legal_name: list[str] | Unset = UNSET,
    status: list[CustomerStatus] | Unset = UNSET,
    email: list[str] | Unset = UNSET,
    phone: list[str] | Unset = UNSET,
    website: list[str] | Unset = UNSET,
    currency: list[str] | Unset = UNSET,
    credit_limit: list[str] | Unset = UNSET,
    credit_limit_lt: str | Unset = UNSET,
    credit_limit_lte: str | Unset = UNSET,
    credit_limit_gt: str | Unset = UNSET,
    credit_limit_gte: str | Unset = UNSET,
    tax_id: list[str] | Unset = UNSET,
    parent_id: list[str] | Unset = UNSET,
    owner_id: list[str] | Unset = UNSET,
    bill_to_id: list[str] | Unset = UNSET,
    custom_region_manager: list[str] | Unset = UNSET,
    custom_first_order_on: list[datetime.date] | Unset = UNSET,
    custom_first_order_on_lt: datetime.date | Unset = UNSET,
    custom_first_order_on_lte: datetime.date | Unset = UNSET,
    custom_first_order_on_gt: datetime.date | Unset = UNSET,
    custom_first_order_on_gte: datetime.date | Unset = UNSET,
    custom_tier: list[CustomerCustomTier] | Unset = UNSET,
    custom_dock_hours: list[str] | Unset = UNSET,
    custom_credit_review_on: list[datetime.date] | Unset = UNSET,
    custom_credit_review_on_lt: datetime.date | Unset = UNSET,
    custom_credit_review_on_lte: datetime.date | Unset = UNSET,
    custom_credit_review_on_gt: datetime.date | Unset = UNSET,
    custom_credit_review_on_gte: datetime.date | Unset = UNSET,
    custom_fax: list[str] | Unset = UNSET,
) -> dict[str, Any]:

    params: dict[str, Any] = {}

    params["limit"] = limit

    params["cursor"] = cursor

    json_sort: str | Unset = UNSET
    if not isinstance(sort, Unset):
        json_sort = sort.value

    params["sort"] = json_sort

    json_fields: list[str] | Unset = UNSET
    if not isinstance(fields, Unset):
        json_fields = []
        for fields_item_data in fields:
            fields_item = fields_item_data.value
            json_fields.append(fields_item)

    params["fields"] = json_fields

    json_updated_since: str | Unset = UNSET
    if not isinstance(updated_since, Unset):
        json_updated_since = updated_since.isoformat()
    params["updated_since"] = json_updated_since

    params["deleted"] = deleted

    json_id: list[str] | Unset = UNSET
    if not isinstance(id, Unset):
        json_id = id

    params["id"] = json_id

    json_created_at: str | Unset = UNSET
    if not isinstance(created_at, Unset):
        json_created_at = created_at.isoformat()
    params["created_at"] = json_created_at

    json_updated_at: list[str] | Unset = UNSET
    if not isinstance(updated_at, Unset):
        json_updated_at = []
        for updated_at_item_data in updated_at:
            updated_at_item = updated_at_item_data.isoformat()
            json_updated_at.append(updated_at_item)

    params["updated_at"] = json_updated_at

    json_updated_at_lt: str | Unset = UNSET
    if not isinstance(updated_at_lt, Unset):
        json_updated_at_lt = updated_at_lt.isoformat()
    params["updated_at.lt"] = json_updated_at_lt

    json_updated_at_lte: str | Unset = UNSET
    if not isinstance(updated_at_lte, Unset):
        json_updated_at_lte = updated_at_lte.isoformat()
    params["updated_at.lte"] = json_updated_at_lte

    json_updated_at_gt: str | Unset = UNSET
    if not isinstance(updated_at_gt, Unset):
        json_updated_at_gt = updated_at_gt.isoformat()
    params["updated_at.gt"] = json_updated_at_gt

    json_updated_at_gte: str | Unset = UNSET
    if not isinstance(updated_at_gte, Unset):
        json_updated_at_gte = updated_at_gte.isoformat()
    params["updated_at.gte"] = json_updated_at_gte

    json_merged_into: list[str] | Unset = UNSET
    if not isinstance(merged_into, Unset):
        json_merged_into = merged_into

    params["merged_into"] = json_merged_into

    json_number: list[str] | Unset = UNSET
    if not isinstance(number, Unset):
        json_number = number

    params["number"] = json_number

    json_name: list[str] | Unset = UNSET
    if not isinstance(name, Unset):
        json_name = name

    params["name"] = json_name

    json_legal_name: list[str] | Unset = UNSET
    if not isinstance(legal_name, Unset):
        json_legal_name = legal_name

    params["legal_name"] = json_legal_name

    json_status: list[str] | Unset = UNSET
    if not isinstance(status, Unset):
        json_status = []
        for status_item_data in status:
            status_item = status_item_data.value
            json_status.append(status_item)

    params["status"] = json_status

    json_email: list[str] | Unset = UNSET
    if not isinstance(email, Unset):
        json_email = email

    params["email"] = json_email

    json_phone: list[str] | Unset = UNSET
    if not isinstance(phone, Unset):
        json_phone = phone

    params["phone"] = json_phone

    json_website: list[str] | Unset = UNSET
    if not isinstance(website, Unset):
        json_website = website

    params["website"] = json_website

    json_currency: list[str] | Unset = UNSET
    if not isinstance(currency, Unset):
        json_currency = currency

    params["currency"] = json_currency

    json_credit_limit: list[str] | Unset = UNSET
    if not isinstance(credit_limit, Unset):
        json_credit_limit = credit_limit

    params["credit_limit"] = json_credit_limit

    params["credit_limit.lt"] = credit_limit_lt

    params["credit_limit.lte"] = credit_limit_lte

    params["credit_limit.gt"] = credit_limit_gt

    params["credit_limit.gte"] = credit_limit_gte

    json_tax_id: list[str] | Unset = UNSET
    if not isinstance(tax_id, Unset):
        json_tax_id = tax_id

    params["tax_id"] = json_tax_id

    json_parent_id: list[str] | Unset = UNSET
    if not isinstance(parent_id, Unset):
        json_parent_id = parent_id

    params["parent_id"] = json_parent_id

    json_owner_id: list[str] | Unset = UNSET
    if not isinstance(owner_id, Unset):
        json_owner_id = owner_id

    params["owner_id"] = json_owner_id

    json_bill_to_id: list[str] | Unset = UNSET
    if not isinstance(bill_to_id, Unset):
        json_bill_to_id = bill_to_id

    params["bill_to_id"] = json_bill_to_id

    json_custom_region_manager: list[str] | Unset = UNSET
    if not isinstance(custom_region_manager, Unset):
        json_custom_region_manager = custom_region_manager

    params["custom.region_manager"] = json_custom_region_manager

    json_custom_first_order_on: list[str] | Unset = UNSET
    if not isinstance(custom_first_order_on, Unset):
        json_custom_first_order_on = []
        for custom_first_order_on_item_data in custom_first_order_on:
            custom_first_order_on_item = custom_first_order_on_item_data.isoformat()
            json_custom_first_order_on.append(custom_first_order_on_item)

    params["custom.first_order_on"] = json_custom_first_order_on

    json_custom_first_order_on_lt: str | Unset = UNSET
    if not isinstance(custom_first_order_on_lt, Unset):
        json_custom_first_order_on_lt = custom_first_order_on_lt.isoformat()
    params["custom.first_order_on.lt"] = json_custom_first_order_on_lt

    json_custom_first_order_on_lte: str | Unset = UNSET
    if not isinstance(custom_first_order_on_lte, Unset):
        json_custom_first_order_on_lte = custom_first_order_on_lte.isoformat()
    params["custom.first_order_on.lte"] = json_custom_first_order_on_lte

    json_custom_first_order_on_gt: str | Unset = UNSET
    if not isinstance(custom_first_order_on_gt, Unset):
        json_custom_first_order_on_gt = custom_first_order_on_gt.isoformat()
    params["custom.first_order_on.gt"] = json_custom_first_order_on_gt

    json_custom_first_order_on_gte: str | Unset = UNSET
    if not isinstance(custom_first_order_on_gte, Unset):
        json_custom_first_order_on_gte = custom_first_order_on_gte.isoformat()
    params["custom.first_order_on.gte"] = json_custom_first_order_on_gte

    json_custom_tier: list[str] | Unset = UNSET
    if not isinstance(custom_tier, Unset):
        json_custom_tier = []
        for custom_tier_item_data in custom_tier:
            custom_tier_item = custom_tier_item_data.value
            json_custom_tier.append(custom_tier_item)

    params["custom.tier"] = json_custom_tier

    json_custom_dock_hours: list[str] | Unset = UNSET
    if not isinstance(custom_dock_hours, Unset):
        json_custom_dock_hours = custom_dock_hours

    params["custom.dock_hours"] = json_custom_dock_hours

    json_custom_credit_review_on: list[str] | Unset = UNSET
    if not isinstance(custom_credit_review_on, Unset):
        json_custom_credit_review_on = []
        for custom_credit_review_on_item_data in custom_credit_review_on:
            custom_credit_review_on_item = custom_credit_review_on_item_data.isoformat()
            json_custom_credit_review_on.append(custom_credit_review_on_item)

    params["custom.credit_review_on"] = json_custom_credit_review_on

    json_custom_credit_review_on_lt: str | Unset = UNSET
    if not isinstance(custom_credit_review_on_lt, Unset):
        json_custom_credit_review_on_lt = custom_credit_review_on_lt.isoformat()
    params["custom.credit_review_on.lt"] = json_custom_credit_review_on_lt

    json_custom_credit_review_on_lte: str | Unset = UNSET
    if not isinstance(custom_credit_review_on_lte, Unset):
        json_custom_credit_review_on_lte = custom_credit_review_on_lte.isoformat()
    params["custom.credit_review_on.lte"] = json_custom_credit_review_on_lte

    json_custom_credit_review_on_gt: str | Unset = UNSET
    if not isinstance(custom_credit_review_on_gt, Unset):
        json_custom_credit_review_on_gt = custom_credit_review_on_gt.isoformat()
    params["custom.credit_review_on.gt"] = json_custom_credit_review_on_gt

    json_custom_credit_review_on_gte: str | Unset = UNSET
    if not isinstance(custom_credit_review_on_gte, Unset):
        json_custom_credit_review_on_gte = custom_credit_review_on_gte.isoformat()
    params["custom.credit_review_on.gte"] = json_custom_credit_review_on_gte

    json_custom_fax: list[str] | Unset = UNSET
    if not isinstance(custom_fax, Unset):
        json_custom_fax = custom_fax

    params["custom.fax"] = json_custom_fax

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/v1/customers",
        "params": params,
    }

    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> CustomerPage | Problem | None:
    if response.status_code == 200:
        response_200 = CustomerPage.from_dict(response.json())

        return response_200

    if response.status_code == 401:
        response_401 = Problem.from_dict(response.json())

        return response_401

    if response.status_code == 403:
        response_403 = Problem.from_dict(response.json())

        return response_403

    if response.status_code == 422:
        response_422 = Problem.from_dict(response.json())

        return response_422

    if response.status_code == 500:
        response_500 = Problem.from_dict(response.json())

        return response_500

    if response.status_code == 502:
        response_502 = Problem.from_dict(response.json())

        return response_502

    if response.status_code == 503:
        response_503 = Problem.from_dict(response.json())

        return response_503

    if response.status_code == 504:
        response_504 = Problem.from_dict(response.json())

        return response_504

    if client.raise_on_unexpected_status:
        raise errors.UnexpectedStatus(response.status_code, response.content)
    else:
        return None


def _build_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Response[CustomerPage | Problem]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient | Client,
    limit: int | Unset = 100,
    cursor: str | Unset = UNSET,
    sort: CustomerSort | Unset = UNSET,
    fields: list[CustomerField] | Unset = UNSET,
    updated_since: datetime.datetime | Unset = UNSET,
    deleted: bool | Unset = False,
    id: list[str] | Unset = UNSET,
    created_at: datetime.datetime | Unset = UNSET,
    updated_at: list[datetime.datetime] | Unset = UNSET,
    updated_at_lt: datetime.datetime | Unset = UNSET,
    updated_at_lte: datetime.datetime | Unset = UNSET,
    updated_at_gt: datetime.datetime | Unset = UNSET,
    updated_at_gte: datetime.datetime | Unset = UNSET,
    merged_into: list[str] | Unset = UNSET,
    number: list[str] | Unset = UNSET,
    name: list[str] | Unset = UNSET,
    legal_name: list[str] | Unset = UNSET,
    status: list[CustomerStatus] | Unset = UNSET,
    email: list[str] | Unset = UNSET,
    phone: list[str] | Unset = UNSET,
    website: list[str] | Unset = UNSET,
    currency: list[str] | Unset = UNSET,
    credit_limit: list[str] | Unset = UNSET,
    credit_limit_lt: str | Unset = UNSET,
    credit_limit_lte: str | Unset = UNSET,
    credit_limit_gt: str | Unset = UNSET,
    credit_limit_gte: str | Unset = UNSET,
    tax_id: list[str] | Unset = UNSET,
    parent_id: list[str] | Unset = UNSET,
    owner_id: list[str] | Unset = UNSET,
    bill_to_id: list[str] | Unset = UNSET,
    custom_region_manager: list[str] | Unset = UNSET,
    custom_first_order_on: list[datetime.date] | Unset = UNSET,
    custom_first_order_on_lt: datetime.date | Unset = UNSET,
    custom_first_order_on_lte: datetime.date | Unset = UNSET,
    custom_first_order_on_gt: datetime.date | Unset = UNSET,
    custom_first_order_on_gte: datetime.date | Unset = UNSET,
    custom_tier: list[CustomerCustomTier] | Unset = UNSET,
    custom_dock_hours: list[str] | Unset = UNSET,
    custom_credit_review_on: list[datetime.date] | Unset = UNSET,
    custom_credit_review_on_lt: datetime.date | Unset = UNSET,
    custom_credit_review_on_lte: datetime.date | Unset = UNSET,
    custom_credit_review_on_gt: datetime.date | Unset = UNSET,
    custom_credit_review_on_gte: datetime.date | Unset = UNSET,
    custom_fax: list[str] | Unset = UNSET,
) -> Response[CustomerPage | Problem]:
    """List customers

     Customers in a unique order, page by page. Deleted ones are left out.

    Args:
        limit (int | Unset):  Default: 100.
        cursor (str | Unset):
        sort (CustomerSort | Unset): Orders that customers come in.
        fields (list[CustomerField] | Unset):
        updated_since (datetime.datetime | Unset):
        deleted (bool | Unset):  Default: False.
        id (list[str] | Unset):
        created_at (datetime.datetime | Unset):
        updated_at (list[datetime.datetime] | Unset):
        updated_at_lt (datetime.datetime | Unset):
        updated_at_lte (datetime.datetime | Unset):
        updated_at_gt (datetime.datetime | Unset):
        updated_at_gte (datetime.datetime | Unset):
        merged_into (list[str] | Unset):
        number (list[str] | Unset):
        name (list[str] | Unset):
        legal_name (list[str] | Unset):
        status (list[CustomerStatus] | Unset):
        email (list[str] | Unset):
        phone (list[str] | Unset):
        website (list[str] | Unset):
        currency (list[str] | Unset):
        credit_limit (list[str] | Unset):
        credit_limit_lt (str | Unset):
        credit_limit_lte (str | Unset):
        credit_limit_gt (str | Unset):
        credit_limit_gte (str | Unset):
        tax_id (list[str] | Unset):
        parent_id (list[str] | Unset):
        owner_id (list[str] | Unset):
        bill_to_id (list[str] | Unset):
        custom_region_manager (list[str] | Unset):
        custom_first_order_on (list[datetime.date] | Unset):
        custom_first_order_on_lt (datetime.date | Unset):
        custom_first_order_on_lte (datetime.date | Unset):
        custom_first_order_on_gt (datetime.date | Unset):
        custom_first_order_on_gte (datetime.date | Unset):
        custom_tier (list[CustomerCustomTier] | Unset):
        custom_dock_hours (list[str] | Unset):
        custom_credit_review_on (list[datetime.date] | Unset):
        custom_credit_review_on_lt (datetime.date | Unset):
        custom_credit_review_on_lte (datetime.date | Unset):
        custom_credit_review_on_gt (datetime.date | Unset):
        custom_credit_review_on_gte (datetime.date | Unset):
        custom_fax (list[str] | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[CustomerPage | Problem]
    """

    kwargs = _get_kwargs(
        limit=limit,
        cursor=cursor,
        sort=sort,
        fields=fields,
        updated_since=updated_since,
        deleted=deleted,
        id=id,
        created_at=created_at,
        updated_at=updated_at,
        updated_at_lt=updated_at_lt,
        updated_at_lte=updated_at_lte,
        updated_at_gt=updated_at_gt,
        updated_at_gte=updated_at_gte,
        merged_into=merged_into,
        number=number,
        name=name,
        legal_name=legal_name,
        status=status,
        email=email,
        phone=phone,
        website=website,
        currency=currency,
        credit_limit=credit_limit,
        credit_limit_lt=credit_limit_lt,
        credit_limit_lte=credit_limit_lte,
        credit_limit_gt=credit_limit_gt,
        credit_limit_gte=credit_limit_gte,
        tax_id=tax_id,
        parent_id=parent_id,
        owner_id=owner_id,
        bill_to_id=bill_to_id,
        custom_region_manager=custom_region_manager,
        custom_first_order_on=custom_first_order_on,
        custom_first_order_on_lt=custom_first_order_on_lt,
        custom_first_order_on_lte=custom_first_order_on_lte,
        custom_first_order_on_gt=custom_first_order_on_gt,
        custom_first_order_on_gte=custom_first_order_on_gte,
        custom_tier=custom_tier,
        custom_dock_hours=custom_dock_hours,
        custom_credit_review_on=custom_credit_review_on,
        custom_credit_review_on_lt=custom_credit_review_on_lt,
        custom_credit_review_on_lte=custom_credit_review_on_lte,
        custom_credit_review_on_gt=custom_credit_review_on_gt,
        custom_credit_review_on_gte=custom_credit_review_on_gte,
        custom_fax=custom_fax,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    *,
    client: AuthenticatedClient | Client,
    limit: int | Unset = 100,
    cursor: str | Unset = UNSET,
    sort: CustomerSort | Unset = UNSET,
    fields: list[CustomerField] | Unset = UNSET,
    updated_since: datetime.datetime | Unset = UNSET,
    deleted: bool | Unset = False,
    id: list[str] | Unset = UNSET,
    created_at: datetime.datetime | Unset = UNSET,
    updated_at: list[datetime.datetime] | Unset = UNSET,
    updated_at_lt: datetime.datetime | Unset = UNSET,
    updated_at_lte: datetime.datetime | Unset = UNSET,
    updated_at_gt: datetime.datetime | Unset = UNSET,
    updated_at_gte: datetime.datetime | Unset = UNSET,
    merged_into: list[str] | Unset = UNSET,
    number: list[str] | Unset = UNSET,
    name: list[str] | Unset = UNSET,
    legal_name: list[str] | Unset = UNSET,
    status: list[CustomerStatus] | Unset = UNSET,
    email: list[str] | Unset = UNSET,
    phone: list[str] | Unset = UNSET,
    website: list[str] | Unset = UNSET,
    currency: list[str] | Unset = UNSET,
    credit_limit: list[str] | Unset = UNSET,
    credit_limit_lt: str | Unset = UNSET,
    credit_limit_lte: str | Unset = UNSET,
    credit_limit_gt: str | Unset = UNSET,
    credit_limit_gte: str | Unset = UNSET,
    tax_id: list[str] | Unset = UNSET,
    parent_id: list[str] | Unset = UNSET,
    owner_id: list[str] | Unset = UNSET,
    bill_to_id: list[str] | Unset = UNSET,
    custom_region_manager: list[str] | Unset = UNSET,
    custom_first_order_on: list[datetime.date] | Unset = UNSET,
    custom_first_order_on_lt: datetime.date | Unset = UNSET,
    custom_first_order_on_lte: datetime.date | Unset = UNSET,
    custom_first_order_on_gt: datetime.date | Unset = UNSET,
    custom_first_order_on_gte: datetime.date | Unset = UNSET,
    custom_tier: list[CustomerCustomTier] | Unset = UNSET,
    custom_dock_hours: list[str] | Unset = UNSET,
    custom_credit_review_on: list[datetime.date] | Unset = UNSET,
    custom_credit_review_on_lt: datetime.date | Unset = UNSET,
    custom_credit_review_on_lte: datetime.date | Unset = UNSET,
    custom_credit_review_on_gt: datetime.date | Unset = UNSET,
    custom_credit_review_on_gte: datetime.date | Unset = UNSET,
    custom_fax: list[str] | Unset = UNSET,
) -> CustomerPage | Problem | None:
    """List customers

     Customers in a unique order, page by page. Deleted ones are left out.

    Args:
        limit (int | Unset):  Default: 100.
        cursor (str | Unset):
        sort (CustomerSort | Unset): Orders that customers come in.
        fields (list[CustomerField] | Unset):
        updated_since (datetime.datetime | Unset):
        deleted (bool | Unset):  Default: False.
        id (list[str] | Unset):
        created_at (datetime.datetime | Unset):
        updated_at (list[datetime.datetime] | Unset):
        updated_at_lt (datetime.datetime | Unset):
        updated_at_lte (datetime.datetime | Unset):
        updated_at_gt (datetime.datetime | Unset):
        updated_at_gte (datetime.datetime | Unset):
        merged_into (list[str] | Unset):
        number (list[str] | Unset):
        name (list[str] | Unset):
        legal_name (list[str] | Unset):
        status (list[CustomerStatus] | Unset):
        email (list[str] | Unset):
        phone (list[str] | Unset):
        website (list[str] | Unset):
        currency (list[str] | Unset):
        credit_limit (list[str] | Unset):
        credit_limit_lt (str | Unset):
        credit_limit_lte (str | Unset):
        credit_limit_gt (str | Unset):
        credit_limit_gte (str | Unset):
        tax_id (list[str] | Unset):
        parent_id (list[str] | Unset):
        owner_id (list[str] | Unset):
        bill_to_id (list[str] | Unset):
        custom_region_manager (list[str] | Unset):
        custom_first_order_on (list[datetime.date] | Unset):
        custom_first_order_on_lt (datetime.date | Unset):
        custom_first_order_on_lte (datetime.date | Unset):
        custom_first_order_on_gt (datetime.date | Unset):
        custom_first_order_on_gte (datetime.date | Unset):
        custom_tier (list[CustomerCustomTier] | Unset):
        custom_dock_hours (list[str] | Unset):
        custom_credit_review_on (list[datetime.date] | Unset):
        custom_credit_review_on_lt (datetime.date | Unset):
        custom_credit_review_on_lte (datetime.date | Unset):
        custom_credit_review_on_gt (datetime.date | Unset):
        custom_credit_review_on_gte (datetime.date | Unset):
        custom_fax (list[str] | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        CustomerPage | Problem
    """

    return sync_detailed(
        client=client,
        limit=limit,
        cursor=cursor,
        sort=sort,
        fields=fields,
        updated_since=updated_since,
        deleted=deleted,
        id=id,
        created_at=created_at,
        updated_at=updated_at,
        updated_at_lt=updated_at_lt,
        updated_at_lte=updated_at_lte,
        updated_at_gt=updated_at_gt,
        updated_at_gte=updated_at_gte,
        merged_into=merged_into,
        number=number,
        name=name,
        legal_name=legal_name,
        status=status,
        email=email,
        phone=phone,
        website=website,
        currency=currency,
        credit_limit=credit_limit,
        credit_limit_lt=credit_limit_lt,
        credit_limit_lte=credit_limit_lte,
        credit_limit_gt=credit_limit_gt,
        credit_limit_gte=credit_limit_gte,
        tax_id=tax_id,
        parent_id=parent_id,
        owner_id=owner_id,
        bill_to_id=bill_to_id,
        custom_region_manager=custom_region_manager,
        custom_first_order_on=custom_first_order_on,
        custom_first_order_on_lt=custom_first_order_on_lt,
        custom_first_order_on_lte=custom_first_order_on_lte,
        custom_first_order_on_gt=custom_first_order_on_gt,
        custom_first_order_on_gte=custom_first_order_on_gte,
        custom_tier=custom_tier,
        custom_dock_hours=custom_dock_hours,
        custom_credit_review_on=custom_credit_review_on,
        custom_credit_review_on_lt=custom_credit_review_on_lt,
        custom_credit_review_on_lte=custom_credit_review_on_lte,
        custom_credit_review_on_gt=custom_credit_review_on_gt,
        custom_credit_review_on_gte=custom_credit_review_on_gte,
        custom_fax=custom_fax,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient | Client,
    limit: int | Unset = 100,
    cursor: str | Unset = UNSET,
    sort: CustomerSort | Unset = UNSET,
    fields: list[CustomerField] | Unset = UNSET,
    updated_since: datetime.datetime | Unset = UNSET,
    deleted: bool | Unset = False,
    id: list[str] | Unset = UNSET,
    created_at: datetime.datetime | Unset = UNSET,
    updated_at: list[datetime.datetime] | Unset = UNSET,
    updated_at_lt: datetime.datetime | Unset = UNSET,
    updated_at_lte: datetime.datetime | Unset = UNSET,
    updated_at_gt: datetime.datetime | Unset = UNSET,
    updated_at_gte: datetime.datetime | Unset = UNSET,
    merged_into: list[str] | Unset = UNSET,
    number: list[str] | Unset = UNSET,
    name: list[str] | Unset = UNSET,
    legal_name: list[str] | Unset = UNSET,
    status: list[CustomerStatus] | Unset = UNSET,
    email: list[str] | Unset = UNSET,
    phone: list[str] | Unset = UNSET,
    website: list[str] | Unset = UNSET,
    currency: list[str] | Unset = UNSET,
    credit_limit: list[str] | Unset = UNSET,
    credit_limit_lt: str | Unset = UNSET,
    credit_limit_lte: str | Unset = UNSET,
    credit_limit_gt: str | Unset = UNSET,
    credit_limit_gte: str | Unset = UNSET,
    tax_id: list[str] | Unset = UNSET,
    parent_id: list[str] | Unset = UNSET,
    owner_id: list[str] | Unset = UNSET,
    bill_to_id: list[str] | Unset = UNSET,
    custom_region_manager: list[str] | Unset = UNSET,
    custom_first_order_on: list[datetime.date] | Unset = UNSET,
    custom_first_order_on_lt: datetime.date | Unset = UNSET,
    custom_first_order_on_lte: datetime.date | Unset = UNSET,
    custom_first_order_on_gt: datetime.date | Unset = UNSET,
    custom_first_order_on_gte: datetime.date | Unset = UNSET,
    custom_tier: list[CustomerCustomTier] | Unset = UNSET,
    custom_dock_hours: list[str] | Unset = UNSET,
    custom_credit_review_on: list[datetime.date] | Unset = UNSET,
    custom_credit_review_on_lt: datetime.date | Unset = UNSET,
    custom_credit_review_on_lte: datetime.date | Unset = UNSET,
    custom_credit_review_on_gt: datetime.date | Unset = UNSET,
    custom_credit_review_on_gte: datetime.date | Unset = UNSET,
    custom_fax: list[str] | Unset = UNSET,
) -> Response[CustomerPage | Problem]:
    """List customers

     Customers in a unique order, page by page. Deleted ones are left out.

    Args:
        limit (int | Unset):  Default: 100.
        cursor (str | Unset):
        sort (CustomerSort | Unset): Orders that customers come in.
        fields (list[CustomerField] | Unset):
        updated_since (datetime.datetime | Unset):
        deleted (bool | Unset):  Default: False.
        id (list[str] | Unset):
        created_at (datetime.datetime | Unset):
        updated_at (list[datetime.datetime] | Unset):
        updated_at_lt (datetime.datetime | Unset):
        updated_at_lte (datetime.datetime | Unset):
        updated_at_gt (datetime.datetime | Unset):
        updated_at_gte (datetime.datetime | Unset):
        merged_into (list[str] | Unset):
        number (list[str] | Unset):
        name (list[str] | Unset):
        legal_name (list[str] | Unset):
        status (list[CustomerStatus] | Unset):
        email (list[str] | Unset):
        phone (list[str] | Unset):
        website (list[str] | Unset):
        currency (list[str] | Unset):
        credit_limit (list[str] | Unset):
        credit_limit_lt (str | Unset):
        credit_limit_lte (str | Unset):
        credit_limit_gt (str | Unset):
        credit_limit_gte (str | Unset):
        tax_id (list[str] | Unset):
        parent_id (list[str] | Unset):
        owner_id (list[str] | Unset):
        bill_to_id (list[str] | Unset):
        custom_region_manager (list[str] | Unset):
        custom_first_order_on (list[datetime.date] | Unset):
        custom_first_order_on_lt (datetime.date | Unset):
        custom_first_order_on_lte (datetime.date | Unset):
        custom_first_order_on_gt (datetime.date | Unset):
        custom_first_order_on_gte (datetime.date | Unset):
        custom_tier (list[CustomerCustomTier] | Unset):
        custom_dock_hours (list[str] | Unset):
        custom_credit_review_on (list[datetime.date] | Unset):
        custom_credit_review_on_lt (datetime.date | Unset):
        custom_credit_review_on_lte (datetime.date | Unset):
        custom_credit_review_on_gt (datetime.date | Unset):
        custom_credit_review_on_gte (datetime.date | Unset):
        custom_fax (list[str] | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[CustomerPage | Problem]
    """

    kwargs = _get_kwargs(
        limit=limit,
        cursor=cursor,
        sort=sort,
        fields=fields,
        updated_since=updated_since,
        deleted=deleted,
        id=id,
        created_at=created_at,
        updated_at=updated_at,
        updated_at_lt=updated_at_lt,
        updated_at_lte=updated_at_lte,
        updated_at_gt=updated_at_gt,
        updated_at_gte=updated_at_gte,
        merged_into=merged_into,
        number=number,
        name=name,
        legal_name=legal_name,
        status=status,
        email=email,
        phone=phone,
        website=website,
        currency=currency,
        credit_limit=credit_limit,
        credit_limit_lt=credit_limit_lt,
        credit_limit_lte=credit_limit_lte,
        credit_limit_gt=credit_limit_gt,
        credit_limit_gte=credit_limit_gte,
        tax_id=tax_id,
        parent_id=parent_id,
        owner_id=owner_id,
        bill_to_id=bill_to_id,
        custom_region_manager=custom_region_manager,
        custom_first_order_on=custom_first_order_on,
        custom_first_order_on_lt=custom_first_order_on_lt,
        custom_first_order_on_lte=custom_first_order_on_lte,
        custom_first_order_on_gt=custom_first_order_on_gt,
        custom_first_order_on_gte=custom_first_order_on_gte,
        custom_tier=custom_tier,
        custom_dock_hours=custom_dock_hours,
        custom_credit_review_on=custom_credit_review_on,
        custom_credit_review_on_lt=custom_credit_review_on_lt,
        custom_credit_review_on_lte=custom_credit_review_on_lte,
        custom_credit_review_on_gt=custom_credit_review_on_gt,
        custom_credit_review_on_gte=custom_credit_review_on_gte,
        custom_fax=custom_fax,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient | Client,
    limit: int | Unset = 100,
    cursor: str | Unset = UNSET,
    sort: CustomerSort | Unset = UNSET,
    fields: list[CustomerField] | Unset = UNSET,
    updated_since: datetime.datetime | Unset = UNSET,
    deleted: bool | Unset = False,
    id: list[str] | Unset = UNSET,
    created_at: datetime.datetime | Unset = UNSET,
    updated_at: list[datetime.datetime] | Unset = UNSET,
    updated_at_lt: datetime.datetime | Unset = UNSET,
    updated_at_lte: datetime.datetime | Unset = UNSET,
    updated_at_gt: datetime.datetime | Unset = UNSET,
    updated_at_gte: datetime.datetime | Unset = UNSET,
    merged_into: list[str] | Unset = UNSET,
    number: list[str] | Unset = UNSET,
    name: list[str] | Unset = UNSET,
    legal_name: list[str] | Unset = UNSET,
    status: list[CustomerStatus] | Unset = UNSET,
    email: list[str] | Unset = UNSET,
    phone: list[str] | Unset = UNSET,
    website: list[str] | Unset = UNSET,
    currency: list[str] | Unset = UNSET,
    credit_limit: list[str] | Unset = UNSET,
    credit_limit_lt: str | Unset = UNSET,
    credit_limit_lte: str | Unset = UNSET,
    credit_limit_gt: str | Unset = UNSET,
    credit_limit_gte: str | Unset = UNSET,
    tax_id: list[str] | Unset = UNSET,
    parent_id: list[str] | Unset = UNSET,
    owner_id: list[str] | Unset = UNSET,
    bill_to_id: list[str] | Unset = UNSET,
    custom_region_manager: list[str] | Unset = UNSET,
    custom_first_order_on: list[datetime.date] | Unset = UNSET,
    custom_first_order_on_lt: datetime.date | Unset = UNSET,
    custom_first_order_on_lte: datetime.date | Unset = UNSET,
    custom_first_order_on_gt: datetime.date | Unset = UNSET,
    custom_first_order_on_gte: datetime.date | Unset = UNSET,
    custom_tier: list[CustomerCustomTier] | Unset = UNSET,
    custom_dock_hours: list[str] | Unset = UNSET,
    custom_credit_review_on: list[datetime.date] | Unset = UNSET,
    custom_credit_review_on_lt: datetime.date | Unset = UNSET,
    custom_credit_review_on_lte: datetime.date | Unset = UNSET,
    custom_credit_review_on_gt: datetime.date | Unset = UNSET,
    custom_credit_review_on_gte: datetime.date | Unset = UNSET,
    custom_fax: list[str] | Unset = UNSET,
) -> CustomerPage | Problem | None:
    """List customers

     Customers in a unique order, page by page. Deleted ones are left out.

    Args:
        limit (int | Unset):  Default: 100.
        cursor (str | Unset):
        sort (CustomerSort | Unset): Orders that customers come in.
        fields (list[CustomerField] | Unset):
        updated_since (datetime.datetime | Unset):
        deleted (bool | Unset):  Default: False.
        id (list[str] | Unset):
        created_at (datetime.datetime | Unset):
        updated_at (list[datetime.datetime] | Unset):
        updated_at_lt (datetime.datetime | Unset):
        updated_at_lte (datetime.datetime | Unset):
        updated_at_gt (datetime.datetime | Unset):
        updated_at_gte (datetime.datetime | Unset):
        merged_into (list[str] | Unset):
        number (list[str] | Unset):
        name (list[str] | Unset):
        legal_name (list[str] | Unset):
        status (list[CustomerStatus] | Unset):
        email (list[str] | Unset):
        phone (list[str] | Unset):
        website (list[str] | Unset):
        currency (list[str] | Unset):
        credit_limit (list[str] | Unset):
        credit_limit_lt (str | Unset):
        credit_limit_lte (str | Unset):
        credit_limit_gt (str | Unset):
        credit_limit_gte (str | Unset):
        tax_id (list[str] | Unset):
        parent_id (list[str] | Unset):
        owner_id (list[str] | Unset):
        bill_to_id (list[str] | Unset):
        custom_region_manager (list[str] | Unset):
        custom_first_order_on (list[datetime.date] | Unset):
        custom_first_order_on_lt (datetime.date | Unset):
        custom_first_order_on_lte (datetime.date | Unset):
        custom_first_order_on_gt (datetime.date | Unset):
        custom_first_order_on_gte (datetime.date | Unset):
        custom_tier (list[CustomerCustomTier] | Unset):
        custom_dock_hours (list[str] | Unset):
        custom_credit_review_on (list[datetime.date] | Unset):
        custom_credit_review_on_lt (datetime.date | Unset):
        custom_credit_review_on_lte (datetime.date | Unset):
        custom_credit_review_on_gt (datetime.date | Unset):
        custom_credit_review_on_gte (datetime.date | Unset):
        custom_fax (list[str] | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        CustomerPage | Problem
    """

    return (
        await asyncio_detailed(
            client=client,
            limit=limit,
            cursor=cursor,
            sort=sort,
            fields=fields,
            updated_since=updated_since,
            deleted=deleted,
            id=id,
            created_at=created_at,
            updated_at=updated_at,
            updated_at_lt=updated_at_lt,
            updated_at_lte=updated_at_lte,
            updated_at_gt=updated_at_gt,
            updated_at_gte=updated_at_gte,
            merged_into=merged_into,
            number=number,
            name=name,
            legal_name=legal_name,
            status=status,
            email=email,
            phone=phone,
            website=website,
            currency=currency,
            credit_limit=credit_limit,
            credit_limit_lt=credit_limit_lt,
            credit_limit_lte=credit_limit_lte,
            credit_limit_gt=credit_limit_gt,
            credit_limit_gte=credit_limit_gte,
            tax_id=tax_id,
            parent_id=parent_id,
            owner_id=owner_id,
            bill_to_id=bill_to_id,
            custom_region_manager=custom_region_manager,
            custom_first_order_on=custom_first_order_on,
            custom_first_order_on_lt=custom_first_order_on_lt,
            custom_first_order_on_lte=custom_first_order_on_lte,
            custom_first_order_on_gt=custom_first_order_on_gt,
            custom_first_order_on_gte=custom_first_order_on_gte,
            custom_tier=custom_tier,
            custom_dock_hours=custom_dock_hours,
            custom_credit_review_on=custom_credit_review_on,
            custom_credit_review_on_lt=custom_credit_review_on_lt,
            custom_credit_review_on_lte=custom_credit_review_on_lte,
            custom_credit_review_on_gt=custom_credit_review_on_gt,
            custom_credit_review_on_gte=custom_credit_review_on_gte,
            custom_fax=custom_fax,
        )
    ).parsed
