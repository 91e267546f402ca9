import datetime
from http import HTTPStatus
from typing import Any

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.activity_field import ActivityField
from ...models.activity_kind import ActivityKind
from ...models.activity_page import ActivityPage
from ...models.activity_sort import ActivitySort
from ...models.problem import Problem
from ...types import UNSET, Response, Unset


def _get_kwargs(
    *,
    limit: int | Unset = 100,
    cursor: str | Unset = UNSET,
    sort: ActivitySort | Unset = UNSET,
    fields: list[ActivityField] | Unset = UNSET,
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
    contact_id: list[str] | Unset = UNSET,
    order_id: list[str] | Unset = UNSET,
    kind: list[ActivityKind] | Unset = UNSET,
    subject: list[str] | Unset = UNSET,
    body: list[str] | Unset = UNSET,
    occurred_at: list[datetime.datetime] | Unset = UNSET,
    occurred_at_lt: datetime.datetime | Unset = UNSET,
    occurred_at_lte: datetime.datetime | Unset = UNSET,
    occurred_at_gt: datetime.datetime | Unset = UNSET,
    occurred_at_gte: datetime.datetime | Unset = UNSET,
    due_on: list[datetime.date] | Unset = UNSET,
    due_on_lt: datetime.date | Unset = UNSET,
    due_on_lte: datetime.date | Unset = UNSET,
    due_on_gt: datetime.date | Unset = UNSET,
    due_on_gte: datetime.date | Unset = UNSET,
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

    json_contact_id: list[str] | Unset = UNSET
    if not isinstance(contact_id, Unset):
        json_contact_id = contact_id

    params["contact_id"] = json_contact_id

    json_order_id: list[str] | Unset = UNSET
    if not isinstance(order_id, Unset):
        json_order_id = order_id

    params["order_id"] = json_order_id

    json_kind: list[str] | Unset = UNSET
    if not isinstance(kind, Unset):
        json_kind = []
        for kind_item_data in kind:
            kind_item = kind_item_data.value
            json_kind.append(kind_item)

    params["kind"] = json_kind

    json_subject: list[str] | Unset = UNSET
    if not isinstance(subject, Unset):
        json_subject = subject

    params["subject"] = json_subject

    json_body: list[str] | Unset = UNSET
    if not isinstance(body, Unset):
        json_body = body

    params["body"] = json_body

    json_occurred_at: list[str] | Unset = UNSET
    if not isinstance(occurred_at, Unset):
        json_occurred_at = []
        for occurred_at_item_data in occurred_at:
            occurred_at_item = occurred_at_item_data.isoformat()
            json_occurred_at.append(occurred_at_item)

    params["occurred_at"] = json_occurred_at

    json_occurred_at_lt: str | Unset = UNSET
    if not isinstance(occurred_at_lt, Unset):
        json_occurred_at_lt = occurred_at_lt.isoformat()
    params["occurred_at.lt"] = json_occurred_at_lt

    json_occurred_at_lte: str | Unset = UNSET
    if not isinstance(occurred_at_lte, Unset):
        json_occurred_at_lte = occurred_at_lte.isoformat()
    params["occurred_at.lte"] = json_occurred_at_lte

    json_occurred_at_gt: str | Unset = UNSET
    if not isinstance(occurred_at_gt, Unset):
        json_occurred_at_gt = occurred_at_gt.isoformat()
    params["occurred_at.gt"] = json_occurred_at_gt

    json_occurred_at_gte: str | Unset = UNSET
    if not isinstance(occurred_at_gte, Unset):
        json_occurred_at_gte = occurred_at_gte.isoformat()
    params["occurred_at.gte"] = json_occurred_at_gte

    json_due_on: list[str] | Unset = UNSET
    if not isinstance(due_on, Unset):
        json_due_on = []
        for due_on_item_data in due_on:
            due_on_item = due_on_item_data.isoformat()
            json_due_on.append(due_on_item)

    params["due_on"] = json_due_on

    json_due_on_lt: str | Unset = UNSET
    if not isinstance(due_on_lt, Unset):
        json_due_on_lt = due_on_lt.isoformat()
    params["due_on.lt"] = json_due_on_lt

    json_due_on_lte: str | Unset = UNSET
    if not isinstance(due_on_lte, Unset):
        json_due_on_lte = due_on_lte.isoformat()
    params["due_on.lte"] = json_due_on_lte

    json_due_on_gt: str | Unset = UNSET
    if not isinstance(due_on_gt, Unset):
        json_due_on_gt = due_on_gt.isoformat()
    params["due_on.gt"] = json_due_on_gt

    json_due_on_gte: str | Unset = UNSET
    if not isinstance(due_on_gte, Unset):
        json_due_on_gte = due_on_gte.isoformat()
    params["due_on.gte"] = json_due_on_gte

    json_owner_id: list[str] | Unset = UNSET
    if not isinstance(owner_id, Unset):
        json_owner_id = owner_id

    params["owner_id"] = json_owner_id

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/v1/activities",
        "params": params,
    }

    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> ActivityPage | Problem | None:
    if response.status_code == 200:
        response_200 = ActivityPage.from_dict(response.json())

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
) -> Response[ActivityPage | Problem]:
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
    sort: ActivitySort | Unset = UNSET,
    fields: list[ActivityField] | Unset = UNSET,
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
    contact_id: list[str] | Unset = UNSET,
    order_id: list[str] | Unset = UNSET,
    kind: list[ActivityKind] | Unset = UNSET,
    subject: list[str] | Unset = UNSET,
    body: list[str] | Unset = UNSET,
    occurred_at: list[datetime.datetime] | Unset = UNSET,
    occurred_at_lt: datetime.datetime | Unset = UNSET,
    occurred_at_lte: datetime.datetime | Unset = UNSET,
    occurred_at_gt: datetime.datetime | Unset = UNSET,
    occurred_at_gte: datetime.datetime | Unset = UNSET,
    due_on: list[datetime.date] | Unset = UNSET,
    due_on_lt: datetime.date | Unset = UNSET,
    due_on_lte: datetime.date | Unset = UNSET,
    due_on_gt: datetime.date | Unset = UNSET,
    due_on_gte: datetime.date | Unset = UNSET,
    owner_id: list[str] | Unset = UNSET,
) -> Response[ActivityPage | Problem]:
    """List activities

     Activities in a unique order, page by page. Deleted ones are left out.

    Args:
        limit (int | Unset):  Default: 100.
        cursor (str | Unset):
        sort (ActivitySort | Unset): Orders that activities come in.
        fields (list[ActivityField] | Unset):
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
        contact_id (list[str] | Unset):
        order_id (list[str] | Unset):
        kind (list[ActivityKind] | Unset):
        subject (list[str] | Unset):
        body (list[str] | Unset):
        occurred_at (list[datetime.datetime] | Unset):
        occurred_at_lt (datetime.datetime | Unset):
        occurred_at_lte (datetime.datetime | Unset):
        occurred_at_gt (datetime.datetime | Unset):
        occurred_at_gte (datetime.datetime | Unset):
        due_on (list[datetime.date] | Unset):
        due_on_lt (datetime.date | Unset):
        due_on_lte (datetime.date | Unset):
        due_on_gt (datetime.date | Unset):
        due_on_gte (datetime.date | Unset):
        owner_id (list[str] | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ActivityPage | Problem]
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
        contact_id=contact_id,
        order_id=order_id,
        kind=kind,
        subject=subject,
        body=body,
        occurred_at=occurred_at,
        occurred_at_lt=occurred_at_lt,
        occurred_at_lte=occurred_at_lte,
        occurred_at_gt=occurred_at_gt,
        occurred_at_gte=occurred_at_gte,
        due_on=due_on,
        due_on_lt=due_on_lt,
        due_on_lte=due_on_lte,
        due_on_gt=due_on_gt,
        due_on_gte=due_on_gte,
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
    sort: ActivitySort | Unset = UNSET,
    fields: list[ActivityField] | Unset = UNSET,
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
    contact_id: list[str] | Unset = UNSET,
    order_id: list[str] | Unset = UNSET,
    kind: list[ActivityKind] | Unset = UNSET,
    subject: list[str] | Unset = UNSET,
    body: list[str] | Unset = UNSET,
    occurred_at: list[datetime.datetime] | Unset = UNSET,
    occurred_at_lt: datetime.datetime | Unset = UNSET,
    occurred_at_lte: datetime.datetime | Unset = UNSET,
    occurred_at_gt: datetime.datetime | Unset = UNSET,
    occurred_at_gte: datetime.datetime | Unset = UNSET,
    due_on: list[datetime.date] | Unset = UNSET,
    due_on_lt: datetime.date | Unset = UNSET,
    due_on_lte: datetime.date | Unset = UNSET,
    due_on_gt: datetime.date | Unset = UNSET,
    due_on_gte: datetime.date | Unset = UNSET,
    owner_id: list[str] | Unset = UNSET,
) -> ActivityPage | Problem | None:
    """List activities

     Activities in a unique order, page by page. Deleted ones are left out.

    Args:
        limit (int | Unset):  Default: 100.
        cursor (str | Unset):
        sort (ActivitySort | Unset): Orders that activities come in.
        fields (list[ActivityField] | Unset):
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
        contact_id (list[str] | Unset):
        order_id (list[str] | Unset):
        kind (list[ActivityKind] | Unset):
        subject (list[str] | Unset):
        body (list[str] | Unset):
        occurred_at (list[datetime.datetime] | Unset):
        occurred_at_lt (datetime.datetime | Unset):
        occurred_at_lte (datetime.datetime | Unset):
        occurred_at_gt (datetime.datetime | Unset):
        occurred_at_gte (datetime.datetime | Unset):
        due_on (list[datetime.date] | Unset):
        due_on_lt (datetime.date | Unset):
        due_on_lte (datetime.date | Unset):
        due_on_gt (datetime.date | Unset):
        due_on_gte (datetime.date | Unset):
        owner_id (list[str] | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        ActivityPage | Problem
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
        contact_id=contact_id,
        order_id=order_id,
        kind=kind,
        subject=subject,
        body=body,
        occurred_at=occurred_at,
        occurred_at_lt=occurred_at_lt,
        occurred_at_lte=occurred_at_lte,
        occurred_at_gt=occurred_at_gt,
        occurred_at_gte=occurred_at_gte,
        due_on=due_on,
        due_on_lt=due_on_lt,
        due_on_lte=due_on_lte,
        due_on_gt=due_on_gt,
        due_on_gte=due_on_gte,
        owner_id=owner_id,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient | Client,
    limit: int | Unset = 100,
    cursor: str | Unset = UNSET,
    sort: ActivitySort | Unset = UNSET,
    fields: list[ActivityField] | Unset = UNSET,
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
    contact_id: list[str] | Unset = UNSET,
    order_id: list[str] | Unset = UNSET,
    kind: list[ActivityKind] | Unset = UNSET,
    subject: list[str] | Unset = UNSET,
    body: list[str] | Unset = UNSET,
    occurred_at: list[datetime.datetime] | Unset = UNSET,
    occurred_at_lt: datetime.datetime | Unset = UNSET,
    occurred_at_lte: datetime.datetime | Unset = UNSET,
    occurred_at_gt: datetime.datetime | Unset = UNSET,
    occurred_at_gte: datetime.datetime | Unset = UNSET,
    due_on: list[datetime.date] | Unset = UNSET,
    due_on_lt: datetime.date | Unset = UNSET,
    due_on_lte: datetime.date | Unset = UNSET,
    due_on_gt: datetime.date | Unset = UNSET,
    due_on_gte: datetime.date | Unset = UNSET,
    owner_id: list[str] | Unset = UNSET,
) -> Response[ActivityPage | Problem]:
    """List activities

     Activities in a unique order, page by page. Deleted ones are left out.

    Args:
        limit (int | Unset):  Default: 100.
        cursor (str | Unset):
        sort (ActivitySort | Unset): Orders that activities come in.
        fields (list[ActivityField] | Unset):
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
        contact_id (list[str] | Unset):
        order_id (list[str] | Unset):
        kind (list[ActivityKind] | Unset):
        subject (list[str] | Unset):
        body (list[str] | Unset):
        occurred_at (list[datetime.datetime] | Unset):
        occurred_at_lt (datetime.datetime | Unset):
        occurred_at_lte (datetime.datetime | Unset):
        occurred_at_gt (datetime.datetime | Unset):
        occurred_at_gte (datetime.datetime | Unset):
        due_on (list[datetime.date] | Unset):
        due_on_lt (datetime.date | Unset):
        due_on_lte (datetime.date | Unset):
        due_on_gt (datetime.date | Unset):
        due_on_gte (datetime.date | Unset):
        owner_id (list[str] | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ActivityPage | Problem]
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
        contact_id=contact_id,
        order_id=order_id,
        kind=kind,
        subject=subject,
        body=body,
        occurred_at=occurred_at,
        occurred_at_lt=occurred_at_lt,
        occurred_at_lte=occurred_at_lte,
        occurred_at_gt=occurred_at_gt,
        occurred_at_gte=occurred_at_gte,
        due_on=due_on,
        due_on_lt=due_on_lt,
        due_on_lte=due_on_lte,
        due_on_gt=due_on_gt,
        due_on_gte=due_on_gte,
        owner_id=owner_id,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient | Client,
    limit: int | Unset = 100,
    cursor: str | Unset = UNSET,
    sort: ActivitySort | Unset = UNSET,
    fields: list[ActivityField] | Unset = UNSET,
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
    contact_id: list[str] | Unset = UNSET,
    order_id: list[str] | Unset = UNSET,
    kind: list[ActivityKind] | Unset = UNSET,
    subject: list[str] | Unset = UNSET,
    body: list[str] | Unset = UNSET,
    occurred_at: list[datetime.datetime] | Unset = UNSET,
    occurred_at_lt: datetime.datetime | Unset = UNSET,
    occurred_at_lte: datetime.datetime | Unset = UNSET,
    occurred_at_gt: datetime.datetime | Unset = UNSET,
    occurred_at_gte: datetime.datetime | Unset = UNSET,
    due_on: list[datetime.date] | Unset = UNSET,
    due_on_lt: datetime.date | Unset = UNSET,
    due_on_lte: datetime.date | Unset = UNSET,
    due_on_gt: datetime.date | Unset = UNSET,
    due_on_gte: datetime.date | Unset = UNSET,
    owner_id: list[str] | Unset = UNSET,
) -> ActivityPage | Problem | None:
    """List activities

     Activities in a unique order, page by page. Deleted ones are left out.

    Args:
        limit (int | Unset):  Default: 100.
        cursor (str | Unset):
        sort (ActivitySort | Unset): Orders that activities come in.
        fields (list[ActivityField] | Unset):
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
        contact_id (list[str] | Unset):
        order_id (list[str] | Unset):
        kind (list[ActivityKind] | Unset):
        subject (list[str] | Unset):
        body (list[str] | Unset):
        occurred_at (list[datetime.datetime] | Unset):
        occurred_at_lt (datetime.datetime | Unset):
        occurred_at_lte (datetime.datetime | Unset):
        occurred_at_gt (datetime.datetime | Unset):
        occurred_at_gte (datetime.datetime | Unset):
        due_on (list[datetime.date] | Unset):
        due_on_lt (datetime.date | Unset):
        due_on_lte (datetime.date | Unset):
        due_on_gt (datetime.date | Unset):
        due_on_gte (datetime.date | Unset):
        owner_id (list[str] | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        ActivityPage | Problem
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
            contact_id=contact_id,
            order_id=order_id,
            kind=kind,
            subject=subject,
            body=body,
            occurred_at=occurred_at,
            occurred_at_lt=occurred_at_lt,
            occurred_at_lte=occurred_at_lte,
            occurred_at_gt=occurred_at_gt,
            occurred_at_gte=occurred_at_gte,
            due_on=due_on,
            due_on_lt=due_on_lt,
            due_on_lte=due_on_lte,
            due_on_gt=due_on_gt,
            due_on_gte=due_on_gte,
            owner_id=owner_id,
        )
    ).parsed
