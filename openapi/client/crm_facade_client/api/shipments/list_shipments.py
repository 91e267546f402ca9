import datetime
from http import HTTPStatus
from typing import Any

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.problem import Problem
from ...models.shipment_field import ShipmentField
from ...models.shipment_page import ShipmentPage
from ...models.shipment_sort import ShipmentSort
from ...models.shipment_status import ShipmentStatus
from ...types import UNSET, Response, Unset


def _get_kwargs(
    *,
    limit: int | Unset = 100,
    cursor: str | Unset = UNSET,
    sort: ShipmentSort | Unset = UNSET,
    fields: list[ShipmentField] | Unset = UNSET,
    updated_since: datetime.datetime | Unset = UNSET,
    deleted: bool | Unset = False,
    id: list[str] | Unset = UNSET,
    updated_at: list[datetime.datetime] | Unset = UNSET,
    updated_at_lt: datetime.datetime | Unset = UNSET,
    updated_at_lte: datetime.datetime | Unset = UNSET,
    updated_at_gt: datetime.datetime | Unset = UNSET,
    updated_at_gte: datetime.datetime | Unset = UNSET,
    status: list[ShipmentStatus] | Unset = UNSET,
    carrier_scac: list[str] | Unset = UNSET,
    tracking_number: list[str] | Unset = UNSET,
    tracking_url: list[str] | Unset = UNSET,
    picked_up_at: list[datetime.datetime] | Unset = UNSET,
    picked_up_at_lt: datetime.datetime | Unset = UNSET,
    picked_up_at_lte: datetime.datetime | Unset = UNSET,
    picked_up_at_gt: datetime.datetime | Unset = UNSET,
    picked_up_at_gte: datetime.datetime | Unset = UNSET,
    delivered_at: list[datetime.datetime] | Unset = UNSET,
    delivered_at_lt: datetime.datetime | Unset = UNSET,
    delivered_at_lte: datetime.datetime | Unset = UNSET,
    delivered_at_gt: datetime.datetime | Unset = UNSET,
    delivered_at_gte: datetime.datetime | Unset = UNSET,
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

    json_status: list[str] | Unset = UNSET
    if not isinstance(status, Unset):
        json_status = []
        for status_item_data in status:
            status_item = status_item_data.value
            json_status.append(status_item)

    params["status"] = json_status

    json_carrier_scac: list[str] | Unset = UNSET
    if not isinstance(carrier_scac, Unset):
        json_carrier_scac = carrier_scac

    params["carrier_scac"] = json_carrier_scac

    json_tracking_number: list[str] | Unset = UNSET
    if not isinstance(tracking_number, Unset):
        json_tracking_number = tracking_number

    params["tracking_number"] = json_tracking_number

    json_tracking_url: list[str] | Unset = UNSET
    if not isinstance(tracking_url, Unset):
        json_tracking_url = tracking_url

    params["tracking_url"] = json_tracking_url

    json_picked_up_at: list[str] | Unset = UNSET
    if not isinstance(picked_up_at, Unset):
        json_picked_up_at = []
        for picked_up_at_item_data in picked_up_at:
            picked_up_at_item = picked_up_at_item_data.isoformat()
            json_picked_up_at.append(picked_up_at_item)

    params["picked_up_at"] = json_picked_up_at

    json_picked_up_at_lt: str | Unset = UNSET
    if not isinstance(picked_up_at_lt, Unset):
        json_picked_up_at_lt = picked_up_at_lt.isoformat()
    params["picked_up_at.lt"] = json_picked_up_at_lt

    json_picked_up_at_lte: str | Unset = UNSET
    if not isinstance(picked_up_at_lte, Unset):
        json_picked_up_at_lte = picked_up_at_lte.isoformat()
    params["picked_up_at.lte"] = json_picked_up_at_lte

    json_picked_up_at_gt: str | Unset = UNSET
    if not isinstance(picked_up_at_gt, Unset):
        json_picked_up_at_gt = picked_up_at_gt.isoformat()
    params["picked_up_at.gt"] = json_picked_up_at_gt

    json_picked_up_at_gte: str | Unset = UNSET
    if not isinstance(picked_up_at_gte, Unset):
        json_picked_up_at_gte = picked_up_at_gte.isoformat()
    params["picked_up_at.gte"] = json_picked_up_at_gte

    json_delivered_at: list[str] | Unset = UNSET
    if not isinstance(delivered_at, Unset):
        json_delivered_at = []
        for delivered_at_item_data in delivered_at:
            delivered_at_item = delivered_at_item_data.isoformat()
            json_delivered_at.append(delivered_at_item)

    params["delivered_at"] = json_delivered_at

    json_delivered_at_lt: str | Unset = UNSET
    if not isinstance(delivered_at_lt, Unset):
        json_delivered_at_lt = delivered_at_lt.isoformat()
    params["delivered_at.lt"] = json_delivered_at_lt

    json_delivered_at_lte: str | Unset = UNSET
    if not isinstance(delivered_at_lte, Unset):
        json_delivered_at_lte = delivered_at_lte.isoformat()
    params["delivered_at.lte"] = json_delivered_at_lte

    json_delivered_at_gt: str | Unset = UNSET
    if not isinstance(delivered_at_gt, Unset):
        json_delivered_at_gt = delivered_at_gt.isoformat()
    params["delivered_at.gt"] = json_delivered_at_gt

    json_delivered_at_gte: str | Unset = UNSET
    if not isinstance(delivered_at_gte, Unset):
        json_delivered_at_gte = delivered_at_gte.isoformat()
    params["delivered_at.gte"] = json_delivered_at_gte

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/v1/shipments",
        "params": params,
    }

    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Problem | ShipmentPage | None:
    if response.status_code == 200:
        response_200 = ShipmentPage.from_dict(response.json())

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
) -> Response[Problem | ShipmentPage]:
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
    sort: ShipmentSort | Unset = UNSET,
    fields: list[ShipmentField] | Unset = UNSET,
    updated_since: datetime.datetime | Unset = UNSET,
    deleted: bool | Unset = False,
    id: list[str] | Unset = UNSET,
    updated_at: list[datetime.datetime] | Unset = UNSET,
    updated_at_lt: datetime.datetime | Unset = UNSET,
    updated_at_lte: datetime.datetime | Unset = UNSET,
    updated_at_gt: datetime.datetime | Unset = UNSET,
    updated_at_gte: datetime.datetime | Unset = UNSET,
    status: list[ShipmentStatus] | Unset = UNSET,
    carrier_scac: list[str] | Unset = UNSET,
    tracking_number: list[str] | Unset = UNSET,
    tracking_url: list[str] | Unset = UNSET,
    picked_up_at: list[datetime.datetime] | Unset = UNSET,
    picked_up_at_lt: datetime.datetime | Unset = UNSET,
    picked_up_at_lte: datetime.datetime | Unset = UNSET,
    picked_up_at_gt: datetime.datetime | Unset = UNSET,
    picked_up_at_gte: datetime.datetime | Unset = UNSET,
    delivered_at: list[datetime.datetime] | Unset = UNSET,
    delivered_at_lt: datetime.datetime | Unset = UNSET,
    delivered_at_lte: datetime.datetime | Unset = UNSET,
    delivered_at_gt: datetime.datetime | Unset = UNSET,
    delivered_at_gte: datetime.datetime | Unset = UNSET,
) -> Response[Problem | ShipmentPage]:
    """List shipments

     Shipments in a unique order, page by page. Deleted ones are left out.

    Args:
        limit (int | Unset):  Default: 100.
        cursor (str | Unset):
        sort (ShipmentSort | Unset): Orders that shipments come in.
        fields (list[ShipmentField] | Unset):
        updated_since (datetime.datetime | Unset):
        deleted (bool | Unset):  Default: False.
        id (list[str] | Unset):
        updated_at (list[datetime.datetime] | Unset):
        updated_at_lt (datetime.datetime | Unset):
        updated_at_lte (datetime.datetime | Unset):
        updated_at_gt (datetime.datetime | Unset):
        updated_at_gte (datetime.datetime | Unset):
        status (list[ShipmentStatus] | Unset):
        carrier_scac (list[str] | Unset):
        tracking_number (list[str] | Unset):
        tracking_url (list[str] | Unset):
        picked_up_at (list[datetime.datetime] | Unset):
        picked_up_at_lt (datetime.datetime | Unset):
        picked_up_at_lte (datetime.datetime | Unset):
        picked_up_at_gt (datetime.datetime | Unset):
        picked_up_at_gte (datetime.datetime | Unset):
        delivered_at (list[datetime.datetime] | Unset):
        delivered_at_lt (datetime.datetime | Unset):
        delivered_at_lte (datetime.datetime | Unset):
        delivered_at_gt (datetime.datetime | Unset):
        delivered_at_gte (datetime.datetime | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Problem | ShipmentPage]
    """

    kwargs = _get_kwargs(
        limit=limit,
        cursor=cursor,
        sort=sort,
        fields=fields,
        updated_since=updated_since,
        deleted=deleted,
        id=id,
        updated_at=updated_at,
        updated_at_lt=updated_at_lt,
        updated_at_lte=updated_at_lte,
        updated_at_gt=updated_at_gt,
        updated_at_gte=updated_at_gte,
        status=status,
        carrier_scac=carrier_scac,
        tracking_number=tracking_number,
        tracking_url=tracking_url,
        picked_up_at=picked_up_at,
        picked_up_at_lt=picked_up_at_lt,
        picked_up_at_lte=picked_up_at_lte,
        picked_up_at_gt=picked_up_at_gt,
        picked_up_at_gte=picked_up_at_gte,
        delivered_at=delivered_at,
        delivered_at_lt=delivered_at_lt,
        delivered_at_lte=delivered_at_lte,
        delivered_at_gt=delivered_at_gt,
        delivered_at_gte=delivered_at_gte,
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
    sort: ShipmentSort | Unset = UNSET,
    fields: list[ShipmentField] | Unset = UNSET,
    updated_since: datetime.datetime | Unset = UNSET,
    deleted: bool | Unset = False,
    id: list[str] | Unset = UNSET,
    updated_at: list[datetime.datetime] | Unset = UNSET,
    updated_at_lt: datetime.datetime | Unset = UNSET,
    updated_at_lte: datetime.datetime | Unset = UNSET,
    updated_at_gt: datetime.datetime | Unset = UNSET,
    updated_at_gte: datetime.datetime | Unset = UNSET,
    status: list[ShipmentStatus] | Unset = UNSET,
    carrier_scac: list[str] | Unset = UNSET,
    tracking_number: list[str] | Unset = UNSET,
    tracking_url: list[str] | Unset = UNSET,
    picked_up_at: list[datetime.datetime] | Unset = UNSET,
    picked_up_at_lt: datetime.datetime | Unset = UNSET,
    picked_up_at_lte: datetime.datetime | Unset = UNSET,
    picked_up_at_gt: datetime.datetime | Unset = UNSET,
    picked_up_at_gte: datetime.datetime | Unset = UNSET,
    delivered_at: list[datetime.datetime] | Unset = UNSET,
    delivered_at_lt: datetime.datetime | Unset = UNSET,
    delivered_at_lte: datetime.datetime | Unset = UNSET,
    delivered_at_gt: datetime.datetime | Unset = UNSET,
    delivered_at_gte: datetime.datetime | Unset = UNSET,
) -> Problem | ShipmentPage | None:
    """List shipments

     Shipments in a unique order, page by page. Deleted ones are left out.

    Args:
        limit (int | Unset):  Default: 100.
        cursor (str | Unset):
        sort (ShipmentSort | Unset): Orders that shipments come in.
        fields (list[ShipmentField] | Unset):
        updated_since (datetime.datetime | Unset):
        deleted (bool | Unset):  Default: False.
        id (list[str] | Unset):
        updated_at (list[datetime.datetime] | Unset):
        updated_at_lt (datetime.datetime | Unset):
        updated_at_lte (datetime.datetime | Unset):
        updated_at_gt (datetime.datetime | Unset):
        updated_at_gte (datetime.datetime | Unset):
        status (list[ShipmentStatus] | Unset):
        carrier_scac (list[str] | Unset):
        tracking_number (list[str] | Unset):
        tracking_url (list[str] | Unset):
        picked_up_at (list[datetime.datetime] | Unset):
        picked_up_at_lt (datetime.datetime | Unset):
        picked_up_at_lte (datetime.datetime | Unset):
        picked_up_at_gt (datetime.datetime | Unset):
        picked_up_at_gte (datetime.datetime | Unset):
        delivered_at (list[datetime.datetime] | Unset):
        delivered_at_lt (datetime.datetime | Unset):
        delivered_at_lte (datetime.datetime | Unset):
        delivered_at_gt (datetime.datetime | Unset):
        delivered_at_gte (datetime.datetime | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Problem | ShipmentPage
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
        updated_at=updated_at,
        updated_at_lt=updated_at_lt,
        updated_at_lte=updated_at_lte,
        updated_at_gt=updated_at_gt,
        updated_at_gte=updated_at_gte,
        status=status,
        carrier_scac=carrier_scac,
        tracking_number=tracking_number,
        tracking_url=tracking_url,
        picked_up_at=picked_up_at,
        picked_up_at_lt=picked_up_at_lt,
        picked_up_at_lte=picked_up_at_lte,
        picked_up_at_gt=picked_up_at_gt,
        picked_up_at_gte=picked_up_at_gte,
        delivered_at=delivered_at,
        delivered_at_lt=delivered_at_lt,
        delivered_at_lte=delivered_at_lte,
        delivered_at_gt=delivered_at_gt,
        delivered_at_gte=delivered_at_gte,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient | Client,
    limit: int | Unset = 100,
    cursor: str | Unset = UNSET,
    sort: ShipmentSort | Unset = UNSET,
    fields: list[ShipmentField] | Unset = UNSET,
    updated_since: datetime.datetime | Unset = UNSET,
    deleted: bool | Unset = False,
    id: list[str] | Unset = UNSET,
    updated_at: list[datetime.datetime] | Unset = UNSET,
    updated_at_lt: datetime.datetime | Unset = UNSET,
    updated_at_lte: datetime.datetime | Unset = UNSET,
    updated_at_gt: datetime.datetime | Unset = UNSET,
    updated_at_gte: datetime.datetime | Unset = UNSET,
    status: list[ShipmentStatus] | Unset = UNSET,
    carrier_scac: list[str] | Unset = UNSET,
    tracking_number: list[str] | Unset = UNSET,
    tracking_url: list[str] | Unset = UNSET,
    picked_up_at: list[datetime.datetime] | Unset = UNSET,
    picked_up_at_lt: datetime.datetime | Unset = UNSET,
    picked_up_at_lte: datetime.datetime | Unset = UNSET,
    picked_up_at_gt: datetime.datetime | Unset = UNSET,
    picked_up_at_gte: datetime.datetime | Unset = UNSET,
    delivered_at: list[datetime.datetime] | Unset = UNSET,
    delivered_at_lt: datetime.datetime | Unset = UNSET,
    delivered_at_lte: datetime.datetime | Unset = UNSET,
    delivered_at_gt: datetime.datetime | Unset = UNSET,
    delivered_at_gte: datetime.datetime | Unset = UNSET,
) -> Response[Problem | ShipmentPage]:
    """List shipments

     Shipments in a unique order, page by page. Deleted ones are left out.

    Args:
        limit (int | Unset):  Default: 100.
        cursor (str | Unset):
        sort (ShipmentSort | Unset): Orders that shipments come in.
        fields (list[ShipmentField] | Unset):
        updated_since (datetime.datetime | Unset):
        deleted (bool | Unset):  Default: False.
        id (list[str] | Unset):
        updated_at (list[datetime.datetime] | Unset):
        updated_at_lt (datetime.datetime | Unset):
        updated_at_lte (datetime.datetime | Unset):
        updated_at_gt (datetime.datetime | Unset):
        updated_at_gte (datetime.datetime | Unset):
        status (list[ShipmentStatus] | Unset):
        carrier_scac (list[str] | Unset):
        tracking_number (list[str] | Unset):
        tracking_url (list[str] | Unset):
        picked_up_at (list[datetime.datetime] | Unset):
        picked_up_at_lt (datetime.datetime | Unset):
        picked_up_at_lte (datetime.datetime | Unset):
        picked_up_at_gt (datetime.datetime | Unset):
        picked_up_at_gte (datetime.datetime | Unset):
        delivered_at (list[datetime.datetime] | Unset):
        delivered_at_lt (datetime.datetime | Unset):
        delivered_at_lte (datetime.datetime | Unset):
        delivered_at_gt (datetime.datetime | Unset):
        delivered_at_gte (datetime.datetime | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Problem | ShipmentPage]
    """

    kwargs = _get_kwargs(
        limit=limit,
        cursor=cursor,
        sort=sort,
        fields=fields,
        updated_since=updated_since,
        deleted=deleted,
        id=id,
        updated_at=updated_at,
        updated_at_lt=updated_at_lt,
        updated_at_lte=updated_at_lte,
        updated_at_gt=updated_at_gt,
        updated_at_gte=updated_at_gte,
        status=status,
        carrier_scac=carrier_scac,
        tracking_number=tracking_number,
        tracking_url=tracking_url,
        picked_up_at=picked_up_at,
        picked_up_at_lt=picked_up_at_lt,
        picked_up_at_lte=picked_up_at_lte,
        picked_up_at_gt=picked_up_at_gt,
        picked_up_at_gte=picked_up_at_gte,
        delivered_at=delivered_at,
        delivered_at_lt=delivered_at_lt,
        delivered_at_lte=delivered_at_lte,
        delivered_at_gt=delivered_at_gt,
        delivered_at_gte=delivered_at_gte,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient | Client,
    limit: int | Unset = 100,
    cursor: str | Unset = UNSET,
    sort: ShipmentSort | Unset = UNSET,
    fields: list[ShipmentField] | Unset = UNSET,
    updated_since: datetime.datetime | Unset = UNSET,
    deleted: bool | Unset = False,
    id: list[str] | Unset = UNSET,
    updated_at: list[datetime.datetime] | Unset = UNSET,
    updated_at_lt: datetime.datetime | Unset = UNSET,
    updated_at_lte: datetime.datetime | Unset = UNSET,
    updated_at_gt: datetime.datetime | Unset = UNSET,
    updated_at_gte: datetime.datetime | Unset = UNSET,
    status: list[ShipmentStatus] | Unset = UNSET,
    carrier_scac: list[str] | Unset = UNSET,
    tracking_number: list[str] | Unset = UNSET,
    tracking_url: list[str] | Unset = UNSET,
    picked_up_at: list[datetime.datetime] | Unset = UNSET,
    picked_up_at_lt: datetime.datetime | Unset = UNSET,
    picked_up_at_lte: datetime.datetime | Unset = UNSET,
    picked_up_at_gt: datetime.datetime | Unset = UNSET,
    picked_up_at_gte: datetime.datetime | Unset = UNSET,
    delivered_at: list[datetime.datetime] | Unset = UNSET,
    delivered_at_lt: datetime.datetime | Unset = UNSET,
    delivered_at_lte: datetime.datetime | Unset = UNSET,
    delivered_at_gt: datetime.datetime | Unset = UNSET,
    delivered_at_gte: datetime.datetime | Unset = UNSET,
) -> Problem | ShipmentPage | None:
    """List shipments

     Shipments in a unique order, page by page. Deleted ones are left out.

    Args:
        limit (int | Unset):  Default: 100.
        cursor (str | Unset):
        sort (ShipmentSort | Unset): Orders that shipments come in.
        fields (list[ShipmentField] | Unset):
        updated_since (datetime.datetime | Unset):
        deleted (bool | Unset):  Default: False.
        id (list[str] | Unset):
        updated_at (list[datetime.datetime] | Unset):
        updated_at_lt (datetime.datetime | Unset):
        updated_at_lte (datetime.datetime | Unset):
        updated_at_gt (datetime.datetime | Unset):
        updated_at_gte (datetime.datetime | Unset):
        status (list[ShipmentStatus] | Unset):
        carrier_scac (list[str] | Unset):
        tracking_number (list[str] | Unset):
        tracking_url (list[str] | Unset):
        picked_up_at (list[datetime.datetime] | Unset):
        picked_up_at_lt (datetime.datetime | Unset):
        picked_up_at_lte (datetime.datetime | Unset):
        picked_up_at_gt (datetime.datetime | Unset):
        picked_up_at_gte (datetime.datetime | Unset):
        delivered_at (list[datetime.datetime] | Unset):
        delivered_at_lt (datetime.datetime | Unset):
        delivered_at_lte (datetime.datetime | Unset):
        delivered_at_gt (datetime.datetime | Unset):
        delivered_at_gte (datetime.datetime | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Problem | ShipmentPage
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
            updated_at=updated_at,
            updated_at_lt=updated_at_lt,
            updated_at_lte=updated_at_lte,
            updated_at_gt=updated_at_gt,
            updated_at_gte=updated_at_gte,
            status=status,
            carrier_scac=carrier_scac,
            tracking_number=tracking_number,
            tracking_url=tracking_url,
            picked_up_at=picked_up_at,
            picked_up_at_lt=picked_up_at_lt,
            picked_up_at_lte=picked_up_at_lte,
            picked_up_at_gt=picked_up_at_gt,
            picked_up_at_gte=picked_up_at_gte,
            delivered_at=delivered_at,
            delivered_at_lt=delivered_at_lt,
            delivered_at_lte=delivered_at_lte,
            delivered_at_gt=delivered_at_gt,
            delivered_at_gte=delivered_at_gte,
        )
    ).parsed
