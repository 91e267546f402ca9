import datetime
from http import HTTPStatus
from typing import Any

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.location_field import LocationField
from ...models.location_kind import LocationKind
from ...models.location_page import LocationPage
from ...models.location_sort import LocationSort
from ...models.problem import Problem
from ...types import UNSET, Response, Unset


def _get_kwargs(
    *,
    limit: int | Unset = 100,
    cursor: str | Unset = UNSET,
    sort: LocationSort | Unset = UNSET,
    fields: list[LocationField] | Unset = UNSET,
    updated_since: datetime.datetime | Unset = UNSET,
    deleted: bool | Unset = False,
    id: str | Unset = UNSET,
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
    street: list[str] | Unset = UNSET,
    street2: list[str] | Unset = UNSET,
    city: list[str] | Unset = UNSET,
    region: list[str] | Unset = UNSET,
    postal_code: list[str] | Unset = UNSET,
    country: list[str] | Unset = UNSET,
    timezone: list[str] | Unset = UNSET,
    kind: list[LocationKind] | Unset = UNSET,
    instructions: list[str] | Unset = UNSET,
    un_locode: list[str] | Unset = UNSET,
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

    params["id"] = id

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

    json_street: list[str] | Unset = UNSET
    if not isinstance(street, Unset):
        json_street = street

    params["street"] = json_street

    json_street2: list[str] | Unset = UNSET
    if not isinstance(street2, Unset):
        json_street2 = street2

    params["street2"] = json_street2

    json_city: list[str] | Unset = UNSET
    if not isinstance(city, Unset):
        json_city = city

    params["city"] = json_city

    json_region: list[str] | Unset = UNSET
    if not isinstance(region, Unset):
        json_region = region

    params["region"] = json_region

    json_postal_code: list[str] | Unset = UNSET
    if not isinstance(postal_code, Unset):
        json_postal_code = postal_code

    params["postal_code"] = json_postal_code

    json_country: list[str] | Unset = UNSET
    if not isinstance(country, Unset):
        json_country = country

    params["country"] = json_country

    json_timezone: list[str] | Unset = UNSET
    if not isinstance(timezone, Unset):
        json_timezone = timezone

    params["timezone"] = json_timezone

    json_kind: list[str] | Unset = UNSET
    if not isinstance(kind, Unset):
        json_kind = []
        for kind_item_data in kind:
            kind_item = kind_item_data.value
            json_kind.append(kind_item)

    params["kind"] = json_kind

    json_instructions: list[str] | Unset = UNSET
    if not isinstance(instructions, Unset):
        json_instructions = instructions

    params["instructions"] = json_instructions

    json_un_locode: list[str] | Unset = UNSET
    if not isinstance(un_locode, Unset):
        json_un_locode = un_locode

    params["un_locode"] = json_un_locode

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/v1/locations",
        "params": params,
    }

    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> LocationPage | Problem | None:
    if response.status_code == 200:
        response_200 = LocationPage.from_dict(response.json())

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
) -> Response[LocationPage | Problem]:
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
    sort: LocationSort | Unset = UNSET,
    fields: list[LocationField] | Unset = UNSET,
    updated_since: datetime.datetime | Unset = UNSET,
    deleted: bool | Unset = False,
    id: str | Unset = UNSET,
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
    street: list[str] | Unset = UNSET,
    street2: list[str] | Unset = UNSET,
    city: list[str] | Unset = UNSET,
    region: list[str] | Unset = UNSET,
    postal_code: list[str] | Unset = UNSET,
    country: list[str] | Unset = UNSET,
    timezone: list[str] | Unset = UNSET,
    kind: list[LocationKind] | Unset = UNSET,
    instructions: list[str] | Unset = UNSET,
    un_locode: list[str] | Unset = UNSET,
) -> Response[LocationPage | Problem]:
    """List locations

     Locations in a unique order, page by page. Deleted ones are left out.

    Args:
        limit (int | Unset):  Default: 100.
        cursor (str | Unset):
        sort (LocationSort | Unset): Orders that locations come in.
        fields (list[LocationField] | Unset):
        updated_since (datetime.datetime | Unset):
        deleted (bool | Unset):  Default: False.
        id (str | Unset):
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
        street (list[str] | Unset):
        street2 (list[str] | Unset):
        city (list[str] | Unset):
        region (list[str] | Unset):
        postal_code (list[str] | Unset):
        country (list[str] | Unset):
        timezone (list[str] | Unset):
        kind (list[LocationKind] | Unset):
        instructions (list[str] | Unset):
        un_locode (list[str] | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[LocationPage | Problem]
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
        street=street,
        street2=street2,
        city=city,
        region=region,
        postal_code=postal_code,
        country=country,
        timezone=timezone,
        kind=kind,
        instructions=instructions,
        un_locode=un_locode,
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
    sort: LocationSort | Unset = UNSET,
    fields: list[LocationField] | Unset = UNSET,
    updated_since: datetime.datetime | Unset = UNSET,
    deleted: bool | Unset = False,
    id: str | Unset = UNSET,
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
    street: list[str] | Unset = UNSET,
    street2: list[str] | Unset = UNSET,
    city: list[str] | Unset = UNSET,
    region: list[str] | Unset = UNSET,
    postal_code: list[str] | Unset = UNSET,
    country: list[str] | Unset = UNSET,
    timezone: list[str] | Unset = UNSET,
    kind: list[LocationKind] | Unset = UNSET,
    instructions: list[str] | Unset = UNSET,
    un_locode: list[str] | Unset = UNSET,
) -> LocationPage | Problem | None:
    """List locations

     Locations in a unique order, page by page. Deleted ones are left out.

    Args:
        limit (int | Unset):  Default: 100.
        cursor (str | Unset):
        sort (LocationSort | Unset): Orders that locations come in.
        fields (list[LocationField] | Unset):
        updated_since (datetime.datetime | Unset):
        deleted (bool | Unset):  Default: False.
        id (str | Unset):
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
        street (list[str] | Unset):
        street2 (list[str] | Unset):
        city (list[str] | Unset):
        region (list[str] | Unset):
        postal_code (list[str] | Unset):
        country (list[str] | Unset):
        timezone (list[str] | Unset):
        kind (list[LocationKind] | Unset):
        instructions (list[str] | Unset):
        un_locode (list[str] | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        LocationPage | Problem
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
        street=street,
        street2=street2,
        city=city,
        region=region,
        postal_code=postal_code,
        country=country,
        timezone=timezone,
        kind=kind,
        instructions=instructions,
        un_locode=un_locode,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient | Client,
    limit: int | Unset = 100,
    cursor: str | Unset = UNSET,
    sort: LocationSort | Unset = UNSET,
    fields: list[LocationField] | Unset = UNSET,
    updated_since: datetime.datetime | Unset = UNSET,
    deleted: bool | Unset = False,
    id: str | Unset = UNSET,
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
    street: list[str] | Unset = UNSET,
    street2: list[str] | Unset = UNSET,
    city: list[str] | Unset = UNSET,
    region: list[str] | Unset = UNSET,
    postal_code: list[str] | Unset = UNSET,
    country: list[str] | Unset = UNSET,
    timezone: list[str] | Unset = UNSET,
    kind: list[LocationKind] | Unset = UNSET,
    instructions: list[str] | Unset = UNSET,
    un_locode: list[str] | Unset = UNSET,
) -> Response[LocationPage | Problem]:
    """List locations

     Locations in a unique order, page by page. Deleted ones are left out.

    Args:
        limit (int | Unset):  Default: 100.
        cursor (str | Unset):
        sort (LocationSort | Unset): Orders that locations come in.
        fields (list[LocationField] | Unset):
        updated_since (datetime.datetime | Unset):
        deleted (bool | Unset):  Default: False.
        id (str | Unset):
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
        street (list[str] | Unset):
        street2 (list[str] | Unset):
        city (list[str] | Unset):
        region (list[str] | Unset):
        postal_code (list[str] | Unset):
        country (list[str] | Unset):
        timezone (list[str] | Unset):
        kind (list[LocationKind] | Unset):
        instructions (list[str] | Unset):
        un_locode (list[str] | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[LocationPage | Problem]
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
        street=street,
        street2=street2,
        city=city,
        region=region,
        postal_code=postal_code,
        country=country,
        timezone=timezone,
        kind=kind,
        instructions=instructions,
        un_locode=un_locode,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient | Client,
    limit: int | Unset = 100,
    cursor: str | Unset = UNSET,
    sort: LocationSort | Unset = UNSET,
    fields: list[LocationField] | Unset = UNSET,
    updated_since: datetime.datetime | Unset = UNSET,
    deleted: bool | Unset = False,
    id: str | Unset = UNSET,
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
    street: list[str] | Unset = UNSET,
    street2: list[str] | Unset = UNSET,
    city: list[str] | Unset = UNSET,
    region: list[str] | Unset = UNSET,
    postal_code: list[str] | Unset = UNSET,
    country: list[str] | Unset = UNSET,
    timezone: list[str] | Unset = UNSET,
    kind: list[LocationKind] | Unset = UNSET,
    instructions: list[str] | Unset = UNSET,
    un_locode: list[str] | Unset = UNSET,
) -> LocationPage | Problem | None:
    """List locations

     Locations in a unique order, page by page. Deleted ones are left out.

    Args:
        limit (int | Unset):  Default: 100.
        cursor (str | Unset):
        sort (LocationSort | Unset): Orders that locations come in.
        fields (list[LocationField] | Unset):
        updated_since (datetime.datetime | Unset):
        deleted (bool | Unset):  Default: False.
        id (str | Unset):
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
        street (list[str] | Unset):
        street2 (list[str] | Unset):
        city (list[str] | Unset):
        region (list[str] | Unset):
        postal_code (list[str] | Unset):
        country (list[str] | Unset):
        timezone (list[str] | Unset):
        kind (list[LocationKind] | Unset):
        instructions (list[str] | Unset):
        un_locode (list[str] | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        LocationPage | Problem
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
            street=street,
            street2=street2,
            city=city,
            region=region,
            postal_code=postal_code,
            country=country,
            timezone=timezone,
            kind=kind,
            instructions=instructions,
            un_locode=un_locode,
        )
    ).parsed
