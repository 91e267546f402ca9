import datetime
from http import HTTPStatus
from typing import Any

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.opportunity_field import OpportunityField
from ...models.opportunity_page import OpportunityPage
from ...models.opportunity_sort import OpportunitySort
from ...models.problem import Problem
from ...types import UNSET, Response, Unset


def _get_kwargs(
    *,
    limit: int | Unset = 100,
    cursor: str | Unset = UNSET,
    sort: OpportunitySort | Unset = UNSET,
    fields: list[OpportunityField] | Unset = UNSET,
    updated_since: datetime.datetime | Unset = UNSET,
    deleted: bool | Unset = False,
    id: list[str] | Unset = UNSET,
    created_at: list[datetime.datetime] | Unset = UNSET,
    created_at_lt: datetime.datetime | Unset = UNSET,
    created_at_lte: datetime.datetime | Unset = UNSET,
    created_at_gt: datetime.datetime | Unset = UNSET,
    created_at_gte: datetime.datetime | Unset = UNSET,
    updated_at: list[datetime.datetime] | Unset = UNSET,
    updated_at_lt: datetime.datetime | Unset = UNSET,
    updated_at_lte: datetime.datetime | Unset = UNSET,
    updated_at_gt: datetime.datetime | Unset = UNSET,
    updated_at_gte: datetime.datetime | Unset = UNSET,
    customer_id: list[str] | Unset = UNSET,
    name: list[str] | Unset = UNSET,
    amount: list[str] | Unset = UNSET,
    amount_lt: str | Unset = UNSET,
    amount_lte: str | Unset = UNSET,
    amount_gt: str | Unset = UNSET,
    amount_gte: str | Unset = UNSET,
    currency: list[str] | Unset = UNSET,
    close_on: list[datetime.date] | Unset = UNSET,
    close_on_lt: datetime.date | Unset = UNSET,
    close_on_lte: datetime.date | Unset = UNSET,
    close_on_gt: datetime.date | Unset = UNSET,
    close_on_gte: datetime.date | Unset = UNSET,
    probability: list[int] | Unset = UNSET,
    probability_lt: int | Unset = UNSET,
    probability_lte: int | Unset = UNSET,
    probability_gt: int | Unset = UNSET,
    probability_gte: int | Unset = UNSET,
    owner_id: list[str] | Unset = UNSET,
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

    json_created_at: list[str] | Unset = UNSET
    if not isinstance(created_at, Unset):
        json_created_at = []
        for created_at_item_data in created_at:
            created_at_item = created_at_item_data.isoformat()
            json_created_at.append(created_at_item)

    params["created_at"] = json_created_at

    json_created_at_lt: str | Unset = UNSET
    if not isinstance(created_at_lt, Unset):
        json_created_at_lt = created_at_lt.isoformat()
    params["created_at.lt"] = json_created_at_lt

    json_created_at_lte: str | Unset = UNSET
    if not isinstance(created_at_lte, Unset):
        json_created_at_lte = created_at_lte.isoformat()
    params["created_at.lte"] = json_created_at_lte

    json_created_at_gt: str | Unset = UNSET
    if not isinstance(created_at_gt, Unset):
        json_created_at_gt = created_at_gt.isoformat()
    params["created_at.gt"] = json_created_at_gt

    json_created_at_gte: str | Unset = UNSET
    if not isinstance(created_at_gte, Unset):
        json_created_at_gte = created_at_gte.isoformat()
    params["created_at.gte"] = json_created_at_gte

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

    json_customer_id: list[str] | Unset = UNSET
    if not isinstance(customer_id, Unset):
        json_customer_id = customer_id

    params["customer_id"] = json_customer_id

    json_name: list[str] | Unset = UNSET
    if not isinstance(name, Unset):
        json_name = name

    params["name"] = json_name

    json_amount: list[str] | Unset = UNSET
    if not isinstance(amount, Unset):
        json_amount = amount

    params["amount"] = json_amount

    params["amount.lt"] = amount_lt

    params["amount.lte"] = amount_lte

    params["amount.gt"] = amount_gt

    params["amount.gte"] = amount_gte

    json_currency: list[str] | Unset = UNSET
    if not isinstance(currency, Unset):
        json_currency = currency

    params["currency"] = json_currency

    json_close_on: list[str] | Unset = UNSET
    if not isinstance(close_on, Unset):
        json_close_on = []
        for close_on_item_data in close_on:
            close_on_item = close_on_item_data.isoformat()
            json_close_on.append(close_on_item)

    params["close_on"] = json_close_on

    json_close_on_lt: str | Unset = UNSET
    if not isinstance(close_on_lt, Unset):
        json_close_on_lt = close_on_lt.isoformat()
    params["close_on.lt"] = json_close_on_lt

    json_close_on_lte: str | Unset = UNSET
    if not isinstance(close_on_lte, Unset):
        json_close_on_lte = close_on_lte.isoformat()
    params["close_on.lte"] = json_close_on_lte

    json_close_on_gt: str | Unset = UNSET
    if not isinstance(close_on_gt, Unset):
        json_close_on_gt = close_on_gt.isoformat()
    params["close_on.gt"] = json_close_on_gt

    json_close_on_gte: str | Unset = UNSET
    if not isinstance(close_on_gte, Unset):
        json_close_on_gte = close_on_gte.isoformat()
    params["close_on.gte"] = json_close_on_gte

    json_probability: list[int] | Unset = UNSET
    if not isinstance(probability, Unset):
        json_probability = probability

    params["probability"] = json_probability

    params["probability.lt"] = probability_lt

    params["probability.lte"] = probability_lte

    params["probability.gt"] = probability_gt

    params["probability.gte"] = probability_gte

    json_owner_id: list[str] | Unset = UNSET
    if not isinstance(owner_id, Unset):
        json_owner_id = owner_id

    params["owner_id"] = json_owner_id

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/v1/opportunities",
        "params": params,
    }

    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> OpportunityPage | Problem | None:
    if response.status_code == 200:
        response_200 = OpportunityPage.from_dict(response.json())

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
) -> Response[OpportunityPage | Problem]:
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
    sort: OpportunitySort | Unset = UNSET,
    fields: list[OpportunityField] | Unset = UNSET,
    updated_since: datetime.datetime | Unset = UNSET,
    deleted: bool | Unset = False,
    id: list[str] | Unset = UNSET,
    created_at: list[datetime.datetime] | Unset = UNSET,
    created_at_lt: datetime.datetime | Unset = UNSET,
    created_at_lte: datetime.datetime | Unset = UNSET,
    created_at_gt: datetime.datetime | Unset = UNSET,
    created_at_gte: datetime.datetime | Unset = UNSET,
    updated_at: list[datetime.datetime] | Unset = UNSET,
    updated_at_lt: datetime.datetime | Unset = UNSET,
    updated_at_lte: datetime.datetime | Unset = UNSET,
    updated_at_gt: datetime.datetime | Unset = UNSET,
    updated_at_gte: datetime.datetime | Unset = UNSET,
    customer_id: list[str] | Unset = UNSET,
    name: list[str] | Unset = UNSET,
    amount: list[str] | Unset = UNSET,
    amount_lt: str | Unset = UNSET,
    amount_lte: str | Unset = UNSET,
    amount_gt: str | Unset = UNSET,
    amount_gte: str | Unset = UNSET,
    currency: list[str] | Unset = UNSET,
    close_on: list[datetime.date] | Unset = UNSET,
    close_on_lt: datetime.date | Unset = UNSET,
    close_on_lte: datetime.date | Unset = UNSET,
    close_on_gt: datetime.date | Unset = UNSET,
    close_on_gte: datetime.date | Unset = UNSET,
    probability: list[int] | Unset = UNSET,
    probability_lt: int | Unset = UNSET,
    probability_lte: int | Unset = UNSET,
    probability_gt: int | Unset = UNSET,
    probability_gte: int | Unset = UNSET,
    owner_id: list[str] | Unset = UNSET,
) -> Response[OpportunityPage | Problem]:
    """List opportunities

     Opportunities in a unique order, page by page. Deleted ones are left out.

    Args:
        limit (int | Unset):  Default: 100.
        cursor (str | Unset):
        sort (OpportunitySort | Unset): Orders that opportunities come in.
        fields (list[OpportunityField] | Unset):
        updated_since (datetime.datetime | Unset):
        deleted (bool | Unset):  Default: False.
        id (list[str] | Unset):
        created_at (list[datetime.datetime] | Unset):
        created_at_lt (datetime.datetime | Unset):
        created_at_lte (datetime.datetime | Unset):
        created_at_gt (datetime.datetime | Unset):
        created_at_gte (datetime.datetime | Unset):
        updated_at (list[datetime.datetime] | Unset):
        updated_at_lt (datetime.datetime | Unset):
        updated_at_lte (datetime.datetime | Unset):
        updated_at_gt (datetime.datetime | Unset):
        updated_at_gte (datetime.datetime | Unset):
        customer_id (list[str] | Unset):
        name (list[str] | Unset):
        amount (list[str] | Unset):
        amount_lt (str | Unset):
        amount_lte (str | Unset):
        amount_gt (str | Unset):
        amount_gte (str | Unset):
        currency (list[str] | Unset):
        close_on (list[datetime.date] | Unset):
        close_on_lt (datetime.date | Unset):
        close_on_lte (datetime.date | Unset):
        close_on_gt (datetime.date | Unset):
        close_on_gte (datetime.date | Unset):
        probability (list[int] | Unset):
        probability_lt (int | Unset):
        probability_lte (int | Unset):
        probability_gt (int | Unset):
        probability_gte (int | Unset):
        owner_id (list[str] | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[OpportunityPage | Problem]
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
        created_at_lt=created_at_lt,
        created_at_lte=created_at_lte,
        created_at_gt=created_at_gt,
        created_at_gte=created_at_gte,
        updated_at=updated_at,
        updated_at_lt=updated_at_lt,
        updated_at_lte=updated_at_lte,
        updated_at_gt=updated_at_gt,
        updated_at_gte=updated_at_gte,
        customer_id=customer_id,
        name=name,
        amount=amount,
        amount_lt=amount_lt,
        amount_lte=amount_lte,
        amount_gt=amount_gt,
        amount_gte=amount_gte,
        currency=currency,
        close_on=close_on,
        close_on_lt=close_on_lt,
        close_on_lte=close_on_lte,
        close_on_gt=close_on_gt,
        close_on_gte=close_on_gte,
        probability=probability,
        probability_lt=probability_lt,
        probability_lte=probability_lte,
        probability_gt=probability_gt,
        probability_gte=probability_gte,
        owner_id=owner_id,
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
    sort: OpportunitySort | Unset = UNSET,
    fields: list[OpportunityField] | Unset = UNSET,
    updated_since: datetime.datetime | Unset = UNSET,
    deleted: bool | Unset = False,
    id: list[str] | Unset = UNSET,
    created_at: list[datetime.datetime] | Unset = UNSET,
    created_at_lt: datetime.datetime | Unset = UNSET,
    created_at_lte: datetime.datetime | Unset = UNSET,
    created_at_gt: datetime.datetime | Unset = UNSET,
    created_at_gte: datetime.datetime | Unset = UNSET,
    updated_at: list[datetime.datetime] | Unset = UNSET,
    updated_at_lt: datetime.datetime | Unset = UNSET,
    updated_at_lte: datetime.datetime | Unset = UNSET,
    updated_at_gt: datetime.datetime | Unset = UNSET,
    updated_at_gte: datetime.datetime | Unset = UNSET,
    customer_id: list[str] | Unset = UNSET,
    name: list[str] | Unset = UNSET,
    amount: list[str] | Unset = UNSET,
    amount_lt: str | Unset = UNSET,
    amount_lte: str | Unset = UNSET,
    amount_gt: str | Unset = UNSET,
    amount_gte: str | Unset = UNSET,
    currency: list[str] | Unset = UNSET,
    close_on: list[datetime.date] | Unset = UNSET,
    close_on_lt: datetime.date | Unset = UNSET,
    close_on_lte: datetime.date | Unset = UNSET,
    close_on_gt: datetime.date | Unset = UNSET,
    close_on_gte: datetime.date | Unset = UNSET,
    probability: list[int] | Unset = UNSET,
    probability_lt: int | Unset = UNSET,
    probability_lte: int | Unset = UNSET,
    probability_gt: int | Unset = UNSET,
    probability_gte: int | Unset = UNSET,
    owner_id: list[str] | Unset = UNSET,
) -> OpportunityPage | Problem | None:
    """List opportunities

     Opportunities in a unique order, page by page. Deleted ones are left out.

    Args:
        limit (int | Unset):  Default: 100.
        cursor (str | Unset):
        sort (OpportunitySort | Unset): Orders that opportunities come in.
        fields (list[OpportunityField] | Unset):
        updated_since (datetime.datetime | Unset):
        deleted (bool | Unset):  Default: False.
        id (list[str] | Unset):
        created_at (list[datetime.datetime] | Unset):
        created_at_lt (datetime.datetime | Unset):
        created_at_lte (datetime.datetime | Unset):
        created_at_gt (datetime.datetime | Unset):
        created_at_gte (datetime.datetime | Unset):
        updated_at (list[datetime.datetime] | Unset):
        updated_at_lt (datetime.datetime | Unset):
        updated_at_lte (datetime.datetime | Unset):
        updated_at_gt (datetime.datetime | Unset):
        updated_at_gte (datetime.datetime | Unset):
        customer_id (list[str] | Unset):
        name (list[str] | Unset):
        amount (list[str] | Unset):
        amount_lt (str | Unset):
        amount_lte (str | Unset):
        amount_gt (str | Unset):
        amount_gte (str | Unset):
        currency (list[str] | Unset):
        close_on (list[datetime.date] | Unset):
        close_on_lt (datetime.date | Unset):
        close_on_lte (datetime.date | Unset):
        close_on_gt (datetime.date | Unset):
        close_on_gte (datetime.date | Unset):
        probability (list[int] | Unset):
        probability_lt (int | Unset):
        probability_lte (int | Unset):
        probability_gt (int | Unset):
        probability_gte (int | Unset):
        owner_id (list[str] | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        OpportunityPage | Problem
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
        created_at_lt=created_at_lt,
        created_at_lte=created_at_lte,
        created_at_gt=created_at_gt,
        created_at_gte=created_at_gte,
        updated_at=updated_at,
        updated_at_lt=updated_at_lt,
        updated_at_lte=updated_at_lte,
        updated_at_gt=updated_at_gt,
        updated_at_gte=updated_at_gte,
        customer_id=customer_id,
        name=name,
        amount=amount,
        amount_lt=amount_lt,
        amount_lte=amount_lte,
        amount_gt=amount_gt,
        amount_gte=amount_gte,
        currency=currency,
        close_on=close_on,
        close_on_lt=close_on_lt,
        close_on_lte=close_on_lte,
        close_on_gt=close_on_gt,
        close_on_gte=close_on_gte,
        probability=probability,
        probability_lt=probability_lt,
        probability_lte=probability_lte,
        probability_gt=probability_gt,
        probability_gte=probability_gte,
        owner_id=owner_id,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient | Client,
    limit: int | Unset = 100,
    cursor: str | Unset = UNSET,
    sort: OpportunitySort | Unset = UNSET,
    fields: list[OpportunityField] | Unset = UNSET,
    updated_since: datetime.datetime | Unset = UNSET,
    deleted: bool | Unset = False,
    id: list[str] | Unset = UNSET,
    created_at: list[datetime.datetime] | Unset = UNSET,
    created_at_lt: datetime.datetime | Unset = UNSET,
    created_at_lte: datetime.datetime | Unset = UNSET,
    created_at_gt: datetime.datetime | Unset = UNSET,
    created_at_gte: datetime.datetime | Unset = UNSET,
    updated_at: list[datetime.datetime] | Unset = UNSET,
    updated_at_lt: datetime.datetime | Unset = UNSET,
    updated_at_lte: datetime.datetime | Unset = UNSET,
    updated_at_gt: datetime.datetime | Unset = UNSET,
    updated_at_gte: datetime.datetime | Unset = UNSET,
    customer_id: list[str] | Unset = UNSET,
    name: list[str] | Unset = UNSET,
    amount: list[str] | Unset = UNSET,
    amount_lt: str | Unset = UNSET,
    amount_lte: str | Unset = UNSET,
    amount_gt: str | Unset = UNSET,
    amount_gte: str | Unset = UNSET,
    currency: list[str] | Unset = UNSET,
    close_on: list[datetime.date] | Unset = UNSET,
    close_on_lt: datetime.date | Unset = UNSET,
    close_on_lte: datetime.date | Unset = UNSET,
    close_on_gt: datetime.date | Unset = UNSET,
    close_on_gte: datetime.date | Unset = UNSET,
    probability: list[int] | Unset = UNSET,
    probability_lt: int | Unset = UNSET,
    probability_lte: int | Unset = UNSET,
    probability_gt: int | Unset = UNSET,
    probability_gte: int | Unset = UNSET,
    owner_id: list[str] | Unset = UNSET,
) -> Response[OpportunityPage | Problem]:
    """List opportunities

     Opportunities in a unique order, page by page. Deleted ones are left out.

    Args:
        limit (int | Unset):  Default: 100.
        cursor (str | Unset):
        sort (OpportunitySort | Unset): Orders that opportunities come in.
        fields (list[OpportunityField] | Unset):
        updated_since (datetime.datetime | Unset):
        deleted (bool | Unset):  Default: False.
        id (list[str] | Unset):
        created_at (list[datetime.datetime] | Unset):
        created_at_lt (datetime.datetime | Unset):
        created_at_lte (datetime.datetime | Unset):
        created_at_gt (datetime.datetime | Unset):
        created_at_gte (datetime.datetime | Unset):
        updated_at (list[datetime.datetime] | Unset):
        updated_at_lt (datetime.datetime | Unset):
        updated_at_lte (datetime.datetime | Unset):
        updated_at_gt (datetime.datetime | Unset):
        updated_at_gte (datetime.datetime | Unset):
        customer_id (list[str] | Unset):
        name (list[str] | Unset):
        amount (list[str] | Unset):
        amount_lt (str | Unset):
        amount_lte (str | Unset):
        amount_gt (str | Unset):
        amount_gte (str | Unset):
        currency (list[str] | Unset):
        close_on (list[datetime.date] | Unset):
        close_on_lt (datetime.date | Unset):
        close_on_lte (datetime.date | Unset):
        close_on_gt (datetime.date | Unset):
        close_on_gte (datetime.date | Unset):
        probability (list[int] | Unset):
        probability_lt (int | Unset):
        probability_lte (int | Unset):
        probability_gt (int | Unset):
        probability_gte (int | Unset):
        owner_id (list[str] | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[OpportunityPage | Problem]
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
        created_at_lt=created_at_lt,
        created_at_lte=created_at_lte,
        created_at_gt=created_at_gt,
        created_at_gte=created_at_gte,
        updated_at=updated_at,
        updated_at_lt=updated_at_lt,
        updated_at_lte=updated_at_lte,
        updated_at_gt=updated_at_gt,
        updated_at_gte=updated_at_gte,
        customer_id=customer_id,
        name=name,
        amount=amount,
        amount_lt=amount_lt,
        amount_lte=amount_lte,
        amount_gt=amount_gt,
        amount_gte=amount_gte,
        currency=currency,
        close_on=close_on,
        close_on_lt=close_on_lt,
        close_on_lte=close_on_lte,
        close_on_gt=close_on_gt,
        close_on_gte=close_on_gte,
        probability=probability,
        probability_lt=probability_lt,
        probability_lte=probability_lte,
        probability_gt=probability_gt,
        probability_gte=probability_gte,
        owner_id=owner_id,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient | Client,
    limit: int | Unset = 100,
    cursor: str | Unset = UNSET,
    sort: OpportunitySort | Unset = UNSET,
    fields: list[OpportunityField] | Unset = UNSET,
    updated_since: datetime.datetime | Unset = UNSET,
    deleted: bool | Unset = False,
    id: list[str] | Unset = UNSET,
    created_at: list[datetime.datetime] | Unset = UNSET,
    created_at_lt: datetime.datetime | Unset = UNSET,
    created_at_lte: datetime.datetime | Unset = UNSET,
    created_at_gt: datetime.datetime | Unset = UNSET,
    created_at_gte: datetime.datetime | Unset = UNSET,
    updated_at: list[datetime.datetime] | Unset = UNSET,
    updated_at_lt: datetime.datetime | Unset = UNSET,
    updated_at_lte: datetime.datetime | Unset = UNSET,
    updated_at_gt: datetime.datetime | Unset = UNSET,
    updated_at_gte: datetime.datetime | Unset = UNSET,
    customer_id: list[str] | Unset = UNSET,
    name: list[str] | Unset = UNSET,
    amount: list[str] | Unset = UNSET,
    amount_lt: str | Unset = UNSET,
    amount_lte: str | Unset = UNSET,
    amount_gt: str | Unset = UNSET,
    amount_gte: str | Unset = UNSET,
    currency: list[str] | Unset = UNSET,
    close_on: list[datetime.date] | Unset = UNSET,
    close_on_lt: datetime.date | Unset = UNSET,
    close_on_lte: datetime.date | Unset = UNSET,
    close_on_gt: datetime.date | Unset = UNSET,
    close_on_gte: datetime.date | Unset = UNSET,
    probability: list[int] | Unset = UNSET,
    probability_lt: int | Unset = UNSET,
    probability_lte: int | Unset = UNSET,
    probability_gt: int | Unset = UNSET,
    probability_gte: int | Unset = UNSET,
    owner_id: list[str] | Unset = UNSET,
) -> OpportunityPage | Problem | None:
    """List opportunities

     Opportunities in a unique order, page by page. Deleted ones are left out.

    Args:
        limit (int | Unset):  Default: 100.
        cursor (str | Unset):
        sort (OpportunitySort | Unset): Orders that opportunities come in.
        fields (list[OpportunityField] | Unset):
        updated_since (datetime.datetime | Unset):
        deleted (bool | Unset):  Default: False.
        id (list[str] | Unset):
        created_at (list[datetime.datetime] | Unset):
        created_at_lt (datetime.datetime | Unset):
        created_at_lte (datetime.datetime | Unset):
        created_at_gt (datetime.datetime | Unset):
        created_at_gte (datetime.datetime | Unset):
        updated_at (list[datetime.datetime] | Unset):
        updated_at_lt (datetime.datetime | Unset):
        updated_at_lte (datetime.datetime | Unset):
        updated_at_gt (datetime.datetime | Unset):
        updated_at_gte (datetime.datetime | Unset):
        customer_id (list[str] | Unset):
        name (list[str] | Unset):
        amount (list[str] | Unset):
        amount_lt (str | Unset):
        amount_lte (str | Unset):
        amount_gt (str | Unset):
        amount_gte (str | Unset):
        currency (list[str] | Unset):
        close_on (list[datetime.date] | Unset):
        close_on_lt (datetime.date | Unset):
        close_on_lte (datetime.date | Unset):
        close_on_gt (datetime.date | Unset):
        close_on_gte (datetime.date | Unset):
        probability (list[int] | Unset):
        probability_lt (int | Unset):
        probability_lte (int | Unset):
        probability_gt (int | Unset):
        probability_gte (int | Unset):
        owner_id (list[str] | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        OpportunityPage | Problem
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
            created_at_lt=created_at_lt,
            created_at_lte=created_at_lte,
            created_at_gt=created_at_gt,
            created_at_gte=created_at_gte,
            updated_at=updated_at,
            updated_at_lt=updated_at_lt,
            updated_at_lte=updated_at_lte,
            updated_at_gt=updated_at_gt,
            updated_at_gte=updated_at_gte,
            customer_id=customer_id,
            name=name,
            amount=amount,
            amount_lt=amount_lt,
            amount_lte=amount_lte,
            amount_gt=amount_gt,
            amount_gte=amount_gte,
            currency=currency,
            close_on=close_on,
            close_on_lt=close_on_lt,
            close_on_lte=close_on_lte,
            close_on_gt=close_on_gt,
            close_on_gte=close_on_gte,
            probability=probability,
            probability_lt=probability_lt,
            probability_lte=probability_lte,
            probability_gt=probability_gt,
            probability_gte=probability_gte,
            owner_id=owner_id,
        )
    ).parsed
