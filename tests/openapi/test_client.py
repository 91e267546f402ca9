"""The generated Python client against a running server, used as its users would."""

from __future__ import annotations

import datetime as dt
import importlib
import re
import time
from collections.abc import Iterator
from decimal import Decimal
from http import HTTPStatus
from pathlib import Path
from typing import Any

import pytest
from crm_facade_client import AuthenticatedClient, models
from crm_facade_client.api.activities import create_activity, list_activities
from crm_facade_client.api.customers import (
    create_customer,
    get_customer,
    list_customers,
    update_customer,
)
from crm_facade_client.api.health import get_liveness, get_readiness
from crm_facade_client.api.locations import list_locations
from crm_facade_client.api.operations import get_operation
from crm_facade_client.api.orders import cancel_order, create_order, get_order, list_orders
from crm_facade_client.api.products import list_products

README = Path(__file__).parents[2] / "openapi" / "client" / "README.md"
READ = {
    "activities": "activity",
    "contacts": "contact",
    "customers": "customer",
    "locations": "location",
    "opportunities": "opportunity",
    "orders": "order",
    "products": "product",
    "shipments": "shipment",
    "users": "user",
}


def called(operation: str, collection: str) -> Any:
    """The module of an operation."""
    return importlib.import_module(f"crm_facade_client.api.{collection}.{operation}")


def pages(module: Any, client: AuthenticatedClient, **given: Any) -> Iterator[Any]:
    """All records of a list, page by page."""
    page = module.sync(client=client, **given)
    for _ in range(500):
        yield from page.items
        if page.next_ is None:
            return
        page = module.sync(client=client, **given, cursor=page.next_)
    raise AssertionError("the pages do not end")


def problem(answer: Any, status: int) -> models.Problem:
    """The problem of an answer of this status."""
    assert answer.status_code == status, answer.content
    assert answer.headers["Content-Type"] == "application/problem+json"
    told = answer.parsed
    assert isinstance(told, models.Problem)
    assert told.status == status
    return told


@pytest.fixture
def customer(client: AuthenticatedClient) -> Any:
    """A new customer with 500.00 to owe: the answer, with its ETag."""
    body = models.CustomerCreate(
        name="Łódź Sp. z o.o.", status=models.CustomerStatus.ACTIVE, credit_limit="500.00"
    )
    answer = create_customer.sync_detailed(client=client, body=body)
    assert answer.status_code == 201, answer.content
    return answer


@pytest.fixture
def order(client: AuthenticatedClient, customer: Any) -> models.OrderCreate:
    """An order that the customer may place, not yet sent."""
    places = list_locations.sync(client=client, limit=2).items
    product = list_products.sync(client=client, active=True, limit=1).items[0]
    return models.OrderCreate(
        customer_id=customer.parsed.id,
        status=models.OrderStatus.OPEN,
        mode=models.OrderMode.LTL,
        stops=[
            models.OrderStopInput(
                kind=models.OrderStopKind.PICKUP,
                location_id=places[0].id,
                date=dt.date(2026, 5, 1),
            ),
            models.OrderStopInput(kind=models.OrderStopKind.DELIVERY, location_id=places[1].id),
        ],
        lines=[
            models.OrderLineInput(
                line_no=1,
                product_id=product.id,
                quantity=models.QuantityInput(value="2", unit="EA"),
                unit_price="10.00",
            )
        ],
    )


@pytest.mark.parametrize("collection", READ)
def test_every_entity_is_listed_and_read(client: AuthenticatedClient, collection: str) -> None:
    """A1"""
    singular = READ[collection]
    page = called(f"list_{collection}", collection).sync(client=client, limit=1)
    assert type(page).__name__ == f"{singular.capitalize()}Page"
    assert len(page.items) == 1
    record = page.items[0]
    assert type(record).__name__ == singular.capitalize()
    assert record.additional_properties == {}
    assert called(f"get_{singular}", collection).sync(record.id, client=client) == record


@pytest.mark.parametrize("limit", [7, 500])
def test_all_pages_together_are_the_whole_list(
    client: AuthenticatedClient, deployment: Any, limit: int
) -> None:
    """A3"""
    found = [record.id for record in pages(list_orders, client, limit=limit, deleted=True)]
    with deployment.atlas.connect() as db:
        numbers = db.execute("SELECT ORD_NO FROM ORDHDR WHERE CO_CD = '01'").fetchall()
    assert len(numbers) > 100
    assert sorted(found) == sorted(number.strip() for (number,) in numbers)


def test_filters_sort_and_types_are_those_of_the_document(client: AuthenticatedClient) -> None:
    """A4"""
    given = {
        "status": [models.OrderStatus.OPEN, models.OrderStatus.COMPLETED],
        "ordered_on_gte": dt.date(2000, 1, 1),
        "updated_since": dt.datetime(2000, 1, 1, tzinfo=dt.UTC),
        "sort": models.OrderSort.ORDERED_ON_DESCENDING,
    }
    found = list(pages(list_orders, client, limit=20, **given))
    assert len(found) > 20
    assert {record.status for record in found} == {"open", "completed"}
    days = [record.ordered_on for record in found]
    assert all(type(day) is dt.date for day in days)
    assert days == sorted(days, reverse=True)
    first = next(record for record in found if record.total is not None)
    assert isinstance(first.status, models.OrderStatus)
    assert first.updated_at.tzinfo is not None
    assert first.updated_at.utcoffset() == dt.timedelta(0)
    assert isinstance(first.total, str)
    assert Decimal(first.total) >= 0
    assert isinstance(first.lines[0], models.OrderLine)
    assert isinstance(first.stops[0].kind, models.OrderStopKind)


def test_sparse_fields_leave_the_others_unset(client: AuthenticatedClient, customer: Any) -> None:
    """A4"""
    fields = [models.CustomerField.NAME, models.CustomerField.STATUS]
    sparse = get_customer.sync(customer.parsed.id, client=client, fields=fields)
    assert sparse.to_dict() == {
        "id": customer.parsed.id,
        "name": "Łódź Sp. z o.o.",
        "status": "active",
        "problems": [],
    }
    assert not sparse.phone
    page = list_customers.sync(client=client, fields=fields, limit=1)
    assert set(page.items[0].to_dict()) == {"id", "name", "status", "problems"}


def test_a_record_comes_with_its_etag_and_is_not_sent_again(
    client: AuthenticatedClient, customer: Any
) -> None:
    number, etag = customer.parsed.id, customer.headers["ETag"]
    assert customer.headers["Location"] == f"/v1/customers/{number}"
    answer = get_customer.sync_detailed(number, client=client)
    assert answer.headers["ETag"] == etag
    assert answer.parsed == customer.parsed
    known = get_customer.sync_detailed(number, client=client, if_none_match=etag)
    assert (known.status_code, known.content) == (HTTPStatus.NOT_MODIFIED, b"")


def test_a_merged_customer_leads_to_its_survivor(deployment: Any) -> None:
    loser, survivor = deployment.atlas.manifest.merged.values()
    with deployment.client() as client:
        assert get_customer.sync_detailed(loser, client=client).status_code == 308
    following = AuthenticatedClient(
        base_url=deployment.url, token=deployment.key, follow_redirects=True
    )
    with following as client:
        assert get_customer.sync(loser, client=client).id == survivor


def test_a_missing_record_is_a_typed_problem(client: AuthenticatedClient) -> None:
    """A2"""
    told = problem(get_customer.sync_detailed("NOPE", client=client), 404)
    assert told.type_ == "/docs#problem-missing"
    assert told.title == "There is no such record"
    assert told.instance == "/v1/customers/NOPE"


def test_a_key_that_nobody_knows_is_a_typed_problem(deployment: Any) -> None:
    """A2"""
    with deployment.client("wrong") as client:
        told = problem(list_customers.sync_detailed(client=client), 401)
        assert told.type_ == "/docs#problem-unidentified"
        assert get_liveness.sync(client=client).status == "live"


def test_a_value_that_cannot_be_read_is_null_beside_a_typed_reason(
    client: AuthenticatedClient, deployment: Any
) -> None:
    """F1"""
    poisoned = deployment.atlas.manifest.poisoned
    poison = next(one for one in poisoned if (one.table, one.column) == ("CUSTMAST", "STAT_CD"))
    record = get_customer.sync(poison.key[0], client=client)
    assert record.status is None
    assert models.RefusedValue(field="status", raw="Z", reason="code is not listed") in (
        record.problems
    )


def test_a_change_needs_the_etag_of_what_was_read(
    client: AuthenticatedClient, customer: Any
) -> None:
    """W5"""
    number, etag = customer.parsed.id, customer.headers["ETag"]
    bare = client.get_httpx_client().patch(f"/v1/customers/{number}", json={"phone": "1"})
    assert bare.status_code == 428
    assert models.Problem.from_dict(bare.json()).type_ == "/docs#problem-unconditional"
    body = models.CustomerPatch(phone="312-555-0142", credit_limit=None)
    stale = update_customer.sync_detailed(number, client=client, if_match='"stale"', body=body)
    assert problem(stale, 412).type_ == "/docs#problem-stale"
    changed = update_customer.sync_detailed(number, client=client, if_match=etag, body=body)
    assert changed.status_code == 200, changed.content
    assert changed.headers["ETag"] != etag
    assert (changed.parsed.phone, changed.parsed.credit_limit) == ("312-555-0142", None)
    assert changed.parsed.name == "Łódź Sp. z o.o."
    again = update_customer.sync_detailed(number, client=client, if_match=etag, body=body)
    problem(again, 412)


def test_an_order_is_placed_and_cancelled(
    client: AuthenticatedClient, order: models.OrderCreate
) -> None:
    """W5"""
    placed = create_order.sync_detailed(client=client, body=order)
    assert placed.status_code == 201, placed.content
    made = placed.parsed
    assert made.total == "20.00"
    assert [stop.kind for stop in made.stops] == ["pickup", "delivery"]
    assert made.stops[0].date == dt.date(2026, 5, 1)
    assert made.lines[0].quantity == models.Quantity(unit="EA", value="2.000000")
    problem(cancel_order.sync_detailed(made.id, client=client, if_match='"stale"'), 412)
    etag = placed.headers["ETag"]
    cancelled = cancel_order.sync(made.id, client=client, if_match=etag)
    assert cancelled.status is models.OrderStatus.CANCELLED
    assert get_order.sync(made.id, client=client).status is models.OrderStatus.CANCELLED


def test_a_rule_of_the_business_is_a_problem_with_the_code_of_the_crm(
    client: AuthenticatedClient, order: models.OrderCreate
) -> None:
    """W7"""
    order.lines[0].unit_price = "300.00"
    told = problem(create_order.sync_detailed(client=client, body=order), 422)
    assert told.code == "CREDIT_LIMIT"
    assert "500.00" in told.detail


def test_what_does_not_fit_is_told_flaw_by_flaw(client: AuthenticatedClient) -> None:
    """A2"""
    body = models.CustomerCreate(name="x" * 61, credit_limit="1.005")
    told = problem(create_customer.sync_detailed(client=client, body=body), 422)
    assert {flaw.pointer for flaw in told.errors} == {"#/name", "#/credit_limit"}
    assert all(isinstance(flaw, models.Flaw) and flaw.detail for flaw in told.errors)
    told = problem(list_customers.sync_detailed(client=client, limit=501), 422)
    assert [flaw.parameter for flaw in told.errors] == ["limit"]


def test_a_write_without_an_answer_is_an_operation_to_ask_for(
    client: AuthenticatedClient, customer: Any, deployment: Any
) -> None:
    """W3"""
    deployment.atlas.arm("CreateActivity", "late", seconds=3.0)
    body = models.ActivityCreate(
        kind=models.ActivityKindInput.NOTE, subject="lost reply", customer_id=customer.parsed.id
    )
    answer = create_activity.sync_detailed(client=client, body=body)
    assert deployment.atlas.fired("CreateActivity", "late") == 1
    assert answer.status_code == 202
    assert answer.parsed.state is models.OperationState.UNKNOWN
    assert answer.parsed.intended_at.tzinfo is not None
    for _ in range(100):
        operation = get_operation.sync(answer.parsed.id, client=client)
        if operation.state is not models.OperationState.UNKNOWN:
            break
        time.sleep(0.1)
    assert (operation.id, operation.state) == (answer.parsed.id, models.OperationState.DONE)
    (made,) = list_activities.sync(client=client, subject=["lost reply"]).items
    assert operation.record_id == made.id


def test_the_server_is_ready(client: AuthenticatedClient) -> None:
    assert get_readiness.sync(client=client).status == "ready"


def test_no_name_in_the_client_was_made_up_by_the_generator() -> None:
    """A1"""
    assert len(models.__all__) > 60
    assert [name for name in models.__all__ if re.search(r"\d|Type|Body|Response", name)] == []
    enums = [getattr(models, name) for name in models.__all__]
    words = [word for enum in enums for word in getattr(enum, "__members__", ())]
    assert len(words) > 200
    assert [word for word in words if re.fullmatch(r"VALUE_\d+|.*_TYPE_\d+", word)] == []


def test_the_readme_of_the_client_does_what_it_says(deployment: Any) -> None:
    blocks = re.findall("^```python\n(.*?)^```", README.read_text("utf-8"), re.S | re.M)
    assert len(blocks) == 3
    code = "\n".join(blocks)
    for told, real in {
        "http://127.0.0.1:8080": deployment.url,
        "the key that `facade keys create` printed": deployment.key,
    }.items():
        assert code.count(told) == 1
        code = code.replace(told, real)
    names: dict[str, Any] = {}
    exec(compile(code, str(README), "exec"), names)
    try:
        assert isinstance(names["changed"], models.Customer)
        assert names["changed"].phone == "312-555-0142"
        assert names["changed"].status is models.CustomerStatus.ACTIVE
    finally:
        names["client"].get_httpx_client().close()
