import datetime
from http import HTTPStatus
from typing import Any

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.order_field import OrderField
from ...models.order_mode import OrderMode
from ...models.order_page import OrderPage
from ...models.order_payment import OrderPayment
from ...models.order_sort import OrderSort
from ...models.order_status import OrderStatus
from ...models.order_temperature_unit import OrderTemperatureUnit
from ...models.problem import Problem
from ...types import UNSET, Response, Unset


def _get_kwargs(
    *,
    limit: int | Unset = 100,
    cursor: str | Unset = UNSET,
    sort: OrderSort | Unset = UNSET,
    fields: list[OrderField] | Unset = UNSET,
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
    number: list[str] | Unset = UNSET,
    customer_id: list[str] | Unset = UNSET,
    bill_to_id: list[str] | Unset = UNSET,
    status: list[OrderStatus] | Unset = UNSET,
    mode: list[OrderMode] | Unset = UNSET,
    equipment: list[str] | Unset = UNSET,
    incoterm: list[str] | Unset = UNSET,
    payment: list[OrderPayment] | Unset = UNSET,
    service_level: list[str] | Unset = UNSET,
    temperature_unit: list[OrderTemperatureUnit] | Unset = UNSET,
    declared_value: list[str] | Unset = UNSET,
    declared_value_lt: str | Unset = UNSET,
    declared_value_lte: str | Unset = UNSET,
    declared_value_gt: str | Unset = UNSET,
    declared_value_gte: str | Unset = UNSET,
    ordered_on: list[datetime.date] | Unset = UNSET,
    ordered_on_lt: datetime.date | Unset = UNSET,
    ordered_on_lte: datetime.date | Unset = UNSET,
    ordered_on_gt: datetime.date | Unset = UNSET,
    ordered_on_gte: datetime.date | Unset = UNSET,
    currency: list[str] | Unset = UNSET,
    total: list[str] | Unset = UNSET,
    total_lt: str | Unset = UNSET,
    total_lte: str | Unset = UNSET,
    total_gt: str | Unset = UNSET,
    total_gte: str | Unset = UNSET,
    notes: list[str] | Unset = UNSET,
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

    json_number: list[str] | Unset = UNSET
    if not isinstance(number, Unset):
        json_number = number

    params["number"] = json_number

    json_customer_id: list[str] | Unset = UNSET
    if not isinstance(customer_id, Unset):
        json_customer_id = customer_id

    params["customer_id"] = json_customer_id

    json_bill_to_id: list[str] | Unset = UNSET
    if not isinstance(bill_to_id, Unset):
        json_bill_to_id = bill_to_id

    params["bill_to_id"] = json_bill_to_id

    json_status: list[str] | Unset = UNSET
    if not isinstance(status, Unset):
        json_status = []
        for status_item_data in status:
            status_item = status_item_data.value
            json_status.append(status_item)

    params["status"] = json_status

    json_mode: list[str] | Unset = UNSET
    if not isinstance(mode, Unset):
        json_mode = []
        for mode_item_data in mode:
            mode_item = mode_item_data.value
            json_mode.append(mode_item)

    params["mode"] = json_mode

    json_equipment: list[str] | Unset = UNSET
    if not isinstance(equipment, Unset):
        json_equipment = equipment

    params["equipment"] = json_equipment

    json_incoterm: list[str] | Unset = UNSET
    if not isinstance(incoterm, Unset):
        json_incoterm = incoterm

    params["incoterm"] = json_incoterm

    json_payment: list[str] | Unset = UNSET
    if not isinstance(payment, Unset):
        json_payment = []
        for payment_item_data in payment:
            payment_item = payment_item_data.value
            json_payment.append(payment_item)

    params["payment"] = json_payment

    json_service_level: list[str] | Unset = UNSET
    if not isinstance(service_level, Unset):
        json_service_level = service_level

    params["service_level"] = json_service_level

    json_temperature_unit: list[str] | Unset = UNSET
    if not isinstance(temperature_unit, Unset):
        json_temperature_unit = []
        for temperature_unit_item_data in temperature_unit:
            temperature_unit_item = temperature_unit_item_data.value
            json_temperature_unit.append(temperature_unit_item)

    params["temperature.unit"] = json_temperature_unit

    json_declared_value: list[str] | Unset = UNSET
    if not isinstance(declared_value, Unset):
        json_declared_value = declared_value

    params["declared_value"] = json_declared_value

    params["declared_value.lt"] = declared_value_lt

    params["declared_value.lte"] = declared_value_lte

    params["declared_value.gt"] = declared_value_gt

    params["declared_value.gte"] = declared_value_gte

    json_ordered_on: list[str] | Unset = UNSET
    if not isinstance(ordered_on, Unset):
        json_ordered_on = []
        for ordered_on_item_data in ordered_on:
            ordered_on_item = ordered_on_item_data.isoformat()
            json_ordered_on.append(ordered_on_item)

    params["ordered_on"] = json_ordered_on

    json_ordered_on_lt: str | Unset = UNSET
    if not isinstance(ordered_on_lt, Unset):
        json_ordered_on_lt = ordered_on_lt.isoformat()
    params["ordered_on.lt"] = json_ordered_on_lt

    json_ordered_on_lte: str | Unset = UNSET
    if not isinstance(ordered_on_lte, Unset):
        json_ordered_on_lte = ordered_on_lte.isoformat()
    params["ordered_on.lte"] = json_ordered_on_lte

    json_ordered_on_gt: str | Unset = UNSET
    if not isinstance(ordered_on_gt, Unset):
        json_ordered_on_gt = ordered_on_gt.isoformat()
    params["ordered_on.gt"] = json_ordered_on_gt

    json_ordered_on_gte: str | Unset = UNSET
    if not isinstance(ordered_on_gte, Unset):
        json_ordered_on_gte = ordered_on_gte.isoformat()
    params["ordered_on.gte"] = json_ordered_on_gte

    json_currency: list[str] | Unset = UNSET
    if not isinstance(currency, Unset):
        json_currency = currency

    params["currency"] = json_currency

    json_total: list[str] | Unset = UNSET
    if not isinstance(total, Unset):
        json_total = total

    params["total"] = json_total

    params["total.lt"] = total_lt

    params["total.lte"] = total_lte

    params["total.gt"] = total_gt

    params["total.gte"] = total_gte

    json_notes: list[str] | Unset = UNSET
    if not isinstance(notes, Unset):
        json_notes = notes

    params["notes"] = json_notes

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/v1/orders",
        "params": params,
    }

    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> OrderPage | Problem | None:
    if response.status_code == 200:
        response_200 = OrderPage.from_dict(response.json())

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
) -> Response[OrderPage | Problem]:
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
    sort: OrderSort | Unset = UNSET,
    fields: list[OrderField] | Unset = UNSET,
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
    number: list[str] | Unset = UNSET,
    customer_id: list[str] | Unset = UNSET,
    bill_to_id: list[str] | Unset = UNSET,
    status: list[OrderStatus] | Unset = UNSET,
    mode: list[OrderMode] | Unset = UNSET,
    equipment: list[str] | Unset = UNSET,
    incoterm: list[str] | Unset = UNSET,
    payment: list[OrderPayment] | Unset = UNSET,
    service_level: list[str] | Unset = UNSET,
    temperature_unit: list[OrderTemperatureUnit] | Unset = UNSET,
    declared_value: list[str] | Unset = UNSET,
    declared_value_lt: str | Unset = UNSET,
    declared_value_lte: str | Unset = UNSET,
    declared_value_gt: str | Unset = UNSET,
    declared_value_gte: str | Unset = UNSET,
    ordered_on: list[datetime.date] | Unset = UNSET,
    ordered_on_lt: datetime.date | Unset = UNSET,
    ordered_on_lte: datetime.date | Unset = UNSET,
    ordered_on_gt: datetime.date | Unset = UNSET,
    ordered_on_gte: datetime.date | Unset = UNSET,
    currency: list[str] | Unset = UNSET,
    total: list[str] | Unset = UNSET,
    total_lt: str | Unset = UNSET,
    total_lte: str | Unset = UNSET,
    total_gt: str | Unset = UNSET,
    total_gte: str | Unset = UNSET,
    notes: list[str] | Unset = UNSET,
) -> Response[OrderPage | Problem]:
    """List orders

     Orders in a unique order, page by page. Deleted ones are left out.

    Args:
        limit (int | Unset):  Default: 100.
        cursor (str | Unset):
        sort (OrderSort | Unset): Orders that orders come in.
        fields (list[OrderField] | Unset):
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
        number (list[str] | Unset):
        customer_id (list[str] | Unset):
        bill_to_id (list[str] | Unset):
        status (list[OrderStatus] | Unset):
        mode (list[OrderMode] | Unset):
        equipment (list[str] | Unset):
        incoterm (list[str] | Unset):
        payment (list[OrderPayment] | Unset):
        service_level (list[str] | Unset):
        temperature_unit (list[OrderTemperatureUnit] | Unset):
        declared_value (list[str] | Unset):
        declared_value_lt (str | Unset):
        declared_value_lte (str | Unset):
        declared_value_gt (str | Unset):
        declared_value_gte (str | Unset):
        ordered_on (list[datetime.date] | Unset):
        ordered_on_lt (datetime.date | Unset):
        ordered_on_lte (datetime.date | Unset):
        ordered_on_gt (datetime.date | Unset):
        ordered_on_gte (datetime.date | Unset):
        currency (list[str] | Unset):
        total (list[str] | Unset):
        total_lt (str | Unset):
        total_lte (str | Unset):
        total_gt (str | Unset):
        total_gte (str | Unset):
        notes (list[str] | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[OrderPage | Problem]
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
        number=number,
        customer_id=customer_id,
        bill_to_id=bill_to_id,
        status=status,
        mode=mode,
        equipment=equipment,
        incoterm=incoterm,
        payment=payment,
        service_level=service_level,
        temperature_unit=temperature_unit,
        declared_value=declared_value,
        declared_value_lt=declared_value_lt,
        declared_value_lte=declared_value_lte,
        declared_value_gt=declared_value_gt,
        declared_value_gte=declared_value_gte,
        ordered_on=ordered_on,
        ordered_on_lt=ordered_on_lt,
        ordered_on_lte=ordered_on_lte,
        ordered_on_gt=ordered_on_gt,
        ordered_on_gte=ordered_on_gte,
        currency=currency,
        total=total,
        total_lt=total_lt,
        total_lte=total_lte,
        total_gt=total_gt,
        total_gte=total_gte,
        notes=notes,
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
    sort: OrderSort | Unset = UNSET,
    fields: list[OrderField] | Unset = UNSET,
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
    number: list[str] | Unset = UNSET,
    customer_id: list[str] | Unset = UNSET,
    bill_to_id: list[str] | Unset = UNSET,
    status: list[OrderStatus] | Unset = UNSET,
    mode: list[OrderMode] | Unset = UNSET,
    equipment: list[str] | Unset = UNSET,
    incoterm: list[str] | Unset = UNSET,
    payment: list[OrderPayment] | Unset = UNSET,
    service_level: list[str] | Unset = UNSET,
    temperature_unit: list[OrderTemperatureUnit] | Unset = UNSET,
    declared_value: list[str] | Unset = UNSET,
    declared_value_lt: str | Unset = UNSET,
    declared_value_lte: str | Unset = UNSET,
    declared_value_gt: str | Unset = UNSET,
    declared_value_gte: str | Unset = UNSET,
    ordered_on: list[datetime.date] | Unset = UNSET,
    ordered_on_lt: datetime.date | Unset = UNSET,
    ordered_on_lte: datetime.date | Unset = UNSET,
    ordered_on_gt: datetime.date | Unset = UNSET,
    ordered_on_gte: datetime.date | Unset = UNSET,
    currency: list[str] | Unset = UNSET,
    total: list[str] | Unset = UNSET,
    total_lt: str | Unset = UNSET,
    total_lte: str | Unset = UNSET,
    total_gt: str | Unset = UNSET,
    total_gte: str | Unset = UNSET,
    notes: list[str] | Unset = UNSET,
) -> OrderPage | Problem | None:
    """List orders

     Orders in a unique order, page by page. Deleted ones are left out.

    Args:
        limit (int | Unset):  Default: 100.
        cursor (str | Unset):
        sort (OrderSort | Unset): Orders that orders come in.
        fields (list[OrderField] | Unset):
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
        number (list[str] | Unset):
        customer_id (list[str] | Unset):
        bill_to_id (list[str] | Unset):
        status (list[OrderStatus] | Unset):
        mode (list[OrderMode] | Unset):
        equipment (list[str] | Unset):
        incoterm (list[str] | Unset):
        payment (list[OrderPayment] | Unset):
        service_level (list[str] | Unset):
        temperature_unit (list[OrderTemperatureUnit] | Unset):
        declared_value (list[str] | Unset):
        declared_value_lt (str | Unset):
        declared_value_lte (str | Unset):
        declared_value_gt (str | Unset):
        declared_value_gte (str | Unset):
        ordered_on (list[datetime.date] | Unset):
        ordered_on_lt (datetime.date | Unset):
        ordered_on_lte (datetime.date | Unset):
        ordered_on_gt (datetime.date | Unset):
        ordered_on_gte (datetime.date | Unset):
        currency (list[str] | Unset):
        total (list[str] | Unset):
        total_lt (str | Unset):
        total_lte (str | Unset):
        total_gt (str | Unset):
        total_gte (str | Unset):
        notes (list[str] | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        OrderPage | Problem
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
        number=number,
        customer_id=customer_id,
        bill_to_id=bill_to_id,
        status=status,
        mode=mode,
        equipment=equipment,
        incoterm=incoterm,
        payment=payment,
        service_level=service_level,
        temperature_unit=temperature_unit,
        declared_value=declared_value,
        declared_value_lt=declared_value_lt,
        declared_value_lte=declared_value_lte,
        declared_value_gt=declared_value_gt,
        declared_value_gte=declared_value_gte,
        ordered_on=ordered_on,
        ordered_on_lt=ordered_on_lt,
        ordered_on_lte=ordered_on_lte,
        ordered_on_gt=ordered_on_gt,
        ordered_on_gte=ordered_on_gte,
        currency=currency,
        total=total,
        total_lt=total_lt,
        total_lte=total_lte,
        total_gt=total_gt,
        total_gte=total_gte,
        notes=notes,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient | Client,
    limit: int | Unset = 100,
    cursor: str | Unset = UNSET,
    sort: OrderSort | Unset = UNSET,
    fields: list[OrderField] | Unset = UNSET,
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
    number: list[str] | Unset = UNSET,
    customer_id: list[str] | Unset = UNSET,
    bill_to_id: list[str] | Unset = UNSET,
    status: list[OrderStatus] | Unset = UNSET,
    mode: list[OrderMode] | Unset = UNSET,
    equipment: list[str] | Unset = UNSET,
    incoterm: list[str] | Unset = UNSET,
    payment: list[OrderPayment] | Unset = UNSET,
    service_level: list[str] | Unset = UNSET,
    temperature_unit: list[OrderTemperatureUnit] | Unset = UNSET,
    declared_value: list[str] | Unset = UNSET,
    declared_value_lt: str | Unset = UNSET,
    declared_value_lte: str | Unset = UNSET,
    declared_value_gt: str | Unset = UNSET,
    declared_value_gte: str | Unset = UNSET,
    ordered_on: list[datetime.date] | Unset = UNSET,
    ordered_on_lt: datetime.date | Unset = UNSET,
    ordered_on_lte: datetime.date | Unset = UNSET,
    ordered_on_gt: datetime.date | Unset = UNSET,
    ordered_on_gte: datetime.date | Unset = UNSET,
    currency: list[str] | Unset = UNSET,
    total: list[str] | Unset = UNSET,
    total_lt: str | Unset = UNSET,
    total_lte: str | Unset = UNSET,
    total_gt: str | Unset = UNSET,
    total_gte: str | Unset = UNSET,
    notes: list[str] | Unset = UNSET,
) -> Response[OrderPage | Problem]:
    """List orders

     Orders in a unique order, page by page. Deleted ones are left out.

    Args:
        limit (int | Unset):  Default: 100.
        cursor (str | Unset):
        sort (OrderSort | Unset): Orders that orders come in.
        fields (list[OrderField] | Unset):
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
        number (list[str] | Unset):
        customer_id (list[str] | Unset):
        bill_to_id (list[str] | Unset):
        status (list[OrderStatus] | Unset):
        mode (list[OrderMode] | Unset):
        equipment (list[str] | Unset):
        incoterm (list[str] | Unset):
        payment (list[OrderPayment] | Unset):
        service_level (list[str] | Unset):
        temperature_unit (list[OrderTemperatureUnit] | Unset):
        declared_value (list[str] | Unset):
        declared_value_lt (str | Unset):
        declared_value_lte (str | Unset):
        declared_value_gt (str | Unset):
        declared_value_gte (str | Unset):
        ordered_on (list[datetime.date] | Unset):
        ordered_on_lt (datetime.date | Unset):
        ordered_on_lte (datetime.date | Unset):
        ordered_on_gt (datetime.date | Unset):
        ordered_on_gte (datetime.date | Unset):
        currency (list[str] | Unset):
        total (list[str] | Unset):
        total_lt (str | Unset):
        total_lte (str | Unset):
        total_gt (str | Unset):
        total_gte (str | Unset):
        notes (list[str] | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[OrderPage | Problem]
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
        number=number,
        customer_id=customer_id,
        bill_to_id=bill_to_id,
        status=status,
        mode=mode,
        equipment=equipment,
        incoterm=incoterm,
        payment=payment,
        service_level=service_level,
        temperature_unit=temperature_unit,
        declared_value=declared_value,
        declared_value_lt=declared_value_lt,
        declared_value_lte=declared_value_lte,
        declared_value_gt=declared_value_gt,
        declared_value_gte=declared_value_gte,
        ordered_on=ordered_on,
        ordered_on_lt=ordered_on_lt,
        ordered_on_lte=ordered_on_lte,
        ordered_on_gt=ordered_on_gt,
        ordered_on_gte=ordered_on_gte,
        currency=currency,
        total=total,
        total_lt=total_lt,
        total_lte=total_lte,
        total_gt=total_gt,
        total_gte=total_gte,
        notes=notes,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient | Client,
    limit: int | Unset = 100,
    cursor: str | Unset = UNSET,
    sort: OrderSort | Unset = UNSET,
    fields: list[OrderField] | Unset = UNSET,
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
    number: list[str] | Unset = UNSET,
    customer_id: list[str] | Unset = UNSET,
    bill_to_id: list[str] | Unset = UNSET,
    status: list[OrderStatus] | Unset = UNSET,
    mode: list[OrderMode] | Unset = UNSET,
    equipment: list[str] | Unset = UNSET,
    incoterm: list[str] | Unset = UNSET,
    payment: list[OrderPayment] | Unset = UNSET,
    service_level: list[str] | Unset = UNSET,
    temperature_unit: list[OrderTemperatureUnit] | Unset = UNSET,
    declared_value: list[str] | Unset = UNSET,
    declared_value_lt: str | Unset = UNSET,
    declared_value_lte: str | Unset = UNSET,
    declared_value_gt: str | Unset = UNSET,
    declared_value_gte: str | Unset = UNSET,
    ordered_on: list[datetime.date] | Unset = UNSET,
    ordered_on_lt: datetime.date | Unset = UNSET,
    ordered_on_lte: datetime.date | Unset = UNSET,
    ordered_on_gt: datetime.date | Unset = UNSET,
    ordered_on_gte: datetime.date | Unset = UNSET,
    currency: list[str] | Unset = UNSET,
    total: list[str] | Unset = UNSET,
    total_lt: str | Unset = UNSET,
    total_lte: str | Unset = UNSET,
    total_gt: str | Unset = UNSET,
    total_gte: str | Unset = UNSET,
    notes: list[str] | Unset = UNSET,
) -> OrderPage | Problem | None:
    """List orders

     Orders in a unique order, page by page. Deleted ones are left out.

    Args:
        limit (int | Unset):  Default: 100.
        cursor (str | Unset):
        sort (OrderSort | Unset): Orders that orders come in.
        fields (list[OrderField] | Unset):
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
        number (list[str] | Unset):
        customer_id (list[str] | Unset):
        bill_to_id (list[str] | Unset):
        status (list[OrderStatus] | Unset):
        mode (list[OrderMode] | Unset):
        equipment (list[str] | Unset):
        incoterm (list[str] | Unset):
        payment (list[OrderPayment] | Unset):
        service_level (list[str] | Unset):
        temperature_unit (list[OrderTemperatureUnit] | Unset):
        declared_value (list[str] | Unset):
        declared_value_lt (str | Unset):
        declared_value_lte (str | Unset):
        declared_value_gt (str | Unset):
        declared_value_gte (str | Unset):
        ordered_on (list[datetime.date] | Unset):
        ordered_on_lt (datetime.date | Unset):
        ordered_on_lte (datetime.date | Unset):
        ordered_on_gt (datetime.date | Unset):
        ordered_on_gte (datetime.date | Unset):
        currency (list[str] | Unset):
        total (list[str] | Unset):
        total_lt (str | Unset):
        total_lte (str | Unset):
        total_gt (str | Unset):
        total_gte (str | Unset):
        notes (list[str] | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        OrderPage | Problem
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
            number=number,
            customer_id=customer_id,
            bill_to_id=bill_to_id,
            status=status,
            mode=mode,
            equipment=equipment,
            incoterm=incoterm,
            payment=payment,
            service_level=service_level,
            temperature_unit=temperature_unit,
            declared_value=declared_value,
            declared_value_lt=declared_value_lt,
            declared_value_lte=declared_value_lte,
            declared_value_gt=declared_value_gt,
            declared_value_gte=declared_value_gte,
            ordered_on=ordered_on,
            ordered_on_lt=ordered_on_lt,
            ordered_on_lte=ordered_on_lte,
            ordered_on_gt=ordered_on_gt,
            ordered_on_gte=ordered_on_gte,
            currency=currency,
            total=total,
            total_lt=total_lt,
            total_lte=total_lte,
            total_gt=total_gt,
            total_gte=total_gte,
            notes=notes,
        )
    ).parsed
