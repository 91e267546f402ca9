"""The OpenAPI document of the Atlas deployment."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from openapi_spec_validator import validate

from facade.app import document
from schemas.grammar import load_mapping

METHODS = ("get", "post", "put", "patch", "delete")


@pytest.fixture(scope="module")
def told(mapping_folder: Path) -> dict[str, Any]:
    return document(load_mapping(mapping_folder / "mapping.toml"))


def operations(told: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {
        item[method]["operationId"]: item[method]
        for item in told["paths"].values()
        for method in METHODS
        if method in item
    }


@pytest.mark.long
def test_the_document_is_valid(told: dict[str, Any]) -> None:
    """A1"""
    assert told["openapi"] == "3.1.0"
    validate(told)


def test_every_operation_has_an_id(told: dict[str, Any]) -> None:
    """A1"""
    found = [
        item[method] for item in told["paths"].values() for method in METHODS if method in item
    ]
    assert sorted(operations(told)) == sorted(
        [
            *(f"list{name}" for name in PLURALS),
            *(f"get{name}" for name in PLURALS.values()),
            *(f"create{name}" for name in WRITTEN),
            *(f"update{name}" for name in WRITTEN),
            "cancelOrder",
            "getOperation",
            "getLiveness",
            "getReadiness",
        ]
    )
    assert len(found) == len(operations(told))


PLURALS = {
    "Users": "User",
    "Customers": "Customer",
    "Contacts": "Contact",
    "Locations": "Location",
    "Products": "Product",
    "Orders": "Order",
    "Shipments": "Shipment",
    "Opportunities": "Opportunity",
    "Activities": "Activity",
}
WRITTEN = ("Customer", "Contact", "Location", "Order", "Activity")


def test_every_schema_has_a_name_that_a_person_would_choose(told: dict[str, Any]) -> None:
    """A1"""
    names = set(told["components"]["schemas"])
    expected = {"Customer", "CustomerPage", "CustomerCreate", "CustomerPatch", "CustomerStatus"}
    assert expected | {"Problem", "Flaw", "Operation", "OrderLine", "RefusedValue"} <= names
    assert not [name for name in names if not re.fullmatch(r"([A-Z][a-z]+)+", name)]
    assert not re.findall(r"Schema|Type\d|Inner", " ".join(names))


def test_every_error_is_documented_as_a_problem(told: dict[str, Any]) -> None:
    """A2"""
    for name, operation in operations(told).items():
        errors = {code: body for code, body in operation["responses"].items() if code >= "400"}
        assert errors or name == "getLiveness"
        for body in errors.values():
            assert body["content"] == {
                "application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}
            }


def test_every_change_documents_if_match(told: dict[str, Any]) -> None:
    """W5"""
    changes = [name for name in operations(told) if re.match("update|cancel", name)]
    assert len(changes) == 6
    for name in changes:
        operation = operations(told)[name]
        assert {"name": "If-Match", "required": True}.items() <= next(
            item for item in operation["parameters"] if item["name"] == "If-Match"
        ).items()
        assert {"412", "428"} <= set(operation["responses"])


def test_what_is_read_has_no_pattern_or_length(told: dict[str, Any]) -> None:
    for name, schema in told["components"]["schemas"].items():
        if not re.search("(Create|Patch|Input)$", name):
            for field in schema.get("properties", {}).values():
                assert not {"pattern", "maxLength", "minLength"} & set(field), name


def test_null_is_a_type_of_its_own(told: dict[str, Any]) -> None:
    customer = told["components"]["schemas"]["Customer"]
    assert customer["required"] == ["id", "problems"]
    assert customer["properties"]["name"]["type"] == ["string", "null"]
    assert customer["properties"]["status"]["anyOf"] == [
        {"$ref": "#/components/schemas/CustomerStatus"},
        {"type": "null"},
    ]
    created = told["components"]["schemas"]["CustomerCreate"]
    assert created["required"] == ["name"]
    assert created["properties"]["name"]["type"] == "string"
    assert created["properties"]["name"]["maxLength"] == 60
    assert created["additionalProperties"] is False


def test_a_list_documents_what_it_understands(told: dict[str, Any]) -> None:
    """A4"""
    given = {item["name"]: item for item in operations(told)["listOrders"]["parameters"]}
    assert {"limit", "cursor", "sort", "fields", "updated_since", "deleted"} <= set(given)
    assert given["status"]["schema"] == {
        "type": "array",
        "items": {"$ref": "#/components/schemas/OrderStatus"},
    }
    assert given["ordered_on.gte"]["schema"] == {"type": "string", "format": "date"}
    sorts = told["components"]["schemas"]["OrderSort"]["enum"]
    assert {"ordered_on", "-ordered_on", "id"} <= set(sorts)


def test_a_word_that_cannot_be_written_is_not_among_those_of_the_body(
    told: dict[str, Any],
) -> None:
    schemas = told["components"]["schemas"]
    assert schemas["ActivityKind"]["enum"] == ["call", "meeting", "note", "task", "email"]
    assert schemas["ActivityKindInput"]["enum"] == ["call", "meeting", "note", "task"]


def test_the_document_that_is_served_is_that_of_the_code(api: Any, told: dict[str, Any]) -> None:
    """A1"""
    assert api.get("/openapi.json").json == told


def test_every_example_is_taken_by_its_own_schema(api: Any, told: dict[str, Any]) -> None:
    examples = {
        name: content["example"]
        for name, operation in operations(told).items()
        for content in operation.get("requestBody", {}).get("content", {}).values()
    }
    assert examples["createCustomer"] == {
        "name": "Acme Freight",
        "status": "active",
        "phone": "312-555-0142",
    }
    for name in WRITTEN:
        assert examples[f"create{name}"]
