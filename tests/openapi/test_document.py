"""The committed OpenAPI document: valid, that of the code, and fit to generate clients from."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator
from openapi_spec_validator.validation.keywords import OpenAPIV31ValueValidator as Values

from tests.sampled import each

ROOT = Path(__file__).parents[2]
COMMITTED = ROOT / "openapi" / "openapi.json"
METHODS = ("get", "post", "put", "patch", "delete")
# What callers send; everything else is given out.
SENT = re.compile("(Create|Patch|Input)$")
READ = {
    "activities": "Activity",
    "contacts": "Contact",
    "customers": "Customer",
    "locations": "Location",
    "opportunities": "Opportunity",
    "orders": "Order",
    "products": "Product",
    "shipments": "Shipment",
    "users": "User",
}


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(COMMITTED.read_text("utf-8"))
    return found


@pytest.fixture(scope="module")
def schemas(document: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = document["components"]["schemas"]
    return found


def operations(document: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for path, item in document["paths"].items():
        for method in METHODS:
            if method in item:
                yield f"{method.upper()} {path}", item[method]


def parameters(document: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for path, item in document["paths"].items():
        for parameter in item.get("parameters", ()):
            yield path, parameter
    for name, operation in operations(document):
        for parameter in operation.get("parameters", ()):
            yield name, parameter


def properties(schemas: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for owner, schema in schemas.items():
        for name, told in schema.get("properties", {}).items():
            yield f"{owner}.{name}", told


@pytest.mark.parametrize("seed", each(2, ["1", "2"]))
def test_the_committed_document_is_that_of_the_code_to_the_byte(seed: str) -> None:
    """A1. Whatever the order in which Python's sets happen to be."""
    written = subprocess.run(
        [sys.executable, "-m", "facade.cli", "openapi"],
        env={**os.environ, "PYTHONHASHSEED": seed},
        cwd=ROOT,
        capture_output=True,
        check=True,
        timeout=60,
    ).stdout
    assert written == COMMITTED.read_bytes(), "openapi.json has drifted: run `make openapi client`"


def test_a_running_server_gives_the_committed_document(
    document: dict[str, Any], deployment: Any
) -> None:
    """A1"""
    headers = {"Authorization": f"Bearer {deployment.key}"}
    answer = httpx.get(f"{deployment.url}/openapi.json", headers=headers)
    assert answer.status_code == 200
    assert answer.json() == document


def test_the_document_is_valid_openapi_3_1(document: dict[str, Any]) -> None:
    """A1"""
    assert document["openapi"] == "3.1.0"
    assert list(OpenAPIV31SpecValidator(document).iter_errors()) == []


def test_the_validator_tells_a_document_that_is_not_valid(document: dict[str, Any]) -> None:
    spoiled = {**document, "paths": {"/v1/{id}": {"get": {"responses": {}}}}}
    assert list(OpenAPIV31SpecValidator(spoiled).iter_errors())


def test_every_operation_says_what_it_is(document: dict[str, Any]) -> None:
    """A1"""
    tags = {tag["name"] for tag in document["tags"] if tag["description"]}
    ids = []
    for name, operation in operations(document):
        assert operation.get("summary"), name
        assert operation.get("description"), name
        assert operation.get("tags"), name
        assert set(operation["tags"]) <= tags, name
        ids.append(operation.get("operationId", f"{name} has none"))
    assert [name for name in ids if not re.fullmatch("[a-z]+([A-Z][a-z]+)+", name)] == []
    assert len(set(ids)) == len(ids) == 32


def test_every_parameter_says_what_it_is(document: dict[str, Any]) -> None:
    found = list(parameters(document))
    assert len(found) > 100
    assert [where for where, told in found if not told.get("description")] == []


def test_every_schema_has_a_name_that_a_person_would_choose(schemas: dict[str, Any]) -> None:
    """A1"""
    assert [name for name in schemas if not re.fullmatch("([A-Z][a-z]+)+", name)] == []
    assert [name for name in schemas if re.search("Schema|Inline|Nested|Item$", name)] == []


def test_no_schema_is_there_twice_under_two_names(schemas: dict[str, Any]) -> None:
    """A1"""
    by_content = defaultdict(list)
    for name, schema in schemas.items():
        by_content[json.dumps(schema, sort_keys=True)].append(name)
    assert [names for names in by_content.values() if len(names) > 1] == []


def test_every_schema_and_every_property_has_a_description(schemas: dict[str, Any]) -> None:
    """A1"""
    assert len(list(properties(schemas))) > 200
    assert [name for name, told in schemas.items() if not told.get("description")] == []
    assert [name for name, told in properties(schemas) if not told.get("description")] == []


def test_every_schema_is_used(document: dict[str, Any], schemas: dict[str, Any]) -> None:
    used = set(re.findall(r'"#/components/schemas/(\w+)"', json.dumps(document)))
    assert used == set(schemas)


def test_a_list_of_words_has_names_that_code_can_bear(schemas: dict[str, Any]) -> None:
    """A1"""
    lists = {name: told for name, told in schemas.items() if "enum" in told}
    assert {"CustomerStatus", "CustomerSort", "OrderMode"} <= set(lists)
    for name, told in lists.items():
        names = told.get("x-enum-varnames", told["enum"])
        assert len(set(names)) == len(told["enum"]), name
        assert [word for word in names if not re.fullmatch("[A-Za-z][A-Za-z0-9_.]*", word)] == []


def test_every_error_is_a_problem(document: dict[str, Any]) -> None:
    """A2"""
    problem = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    documented = 0
    for name, operation in operations(document):
        answers = operation["responses"]
        errors = {code: told for code, told in answers.items() if code >= "400"}
        if operation.get("security") != []:
            assert {"401", "403"} <= set(errors) or name == "GET /health/ready", name
        for told in errors.values():
            assert told["description"]
            assert told["content"] == problem, name
            documented += 1
        for code, told in answers.items():
            assert code >= "400" or "application/problem+json" not in told.get("content", {})
    assert documented > 200


def test_what_must_be_there_and_what_may_be_null(schemas: dict[str, Any]) -> None:
    """A1"""
    for name in READ.values():
        # `fields` may leave out the others.
        assert schemas[name]["required"] == ["id", "problems"], name
        assert schemas[name]["properties"]["id"]["type"] == "string"
        assert schemas[f"{name}Page"]["required"] == ["items", "next"]
        assert schemas[f"{name}Page"]["properties"]["next"]["type"] == ["string", "null"]
    assert schemas["Problem"]["required"] == ["status", "title", "type"]
    assert schemas["RefusedValue"]["required"] == ["field", "reason"]
    required = {
        "ActivityCreate": ["kind"],
        "ContactCreate": ["customer_id", "family_name"],
        "CustomerCreate": ["name"],
        "LocationCreate": ["name"],
        "OrderCreate": ["customer_id"],
    }
    for name, fields in required.items():
        assert schemas[name]["required"] == fields
        assert "required" not in schemas[name.replace("Create", "Patch")]
        for field in fields:
            assert schemas[name]["properties"][field].get("type", "string") == "string"
    nullable = schemas["Customer"]["properties"]
    assert nullable["name"]["type"] == ["string", "null"]
    assert nullable["status"]["anyOf"][1] == {"type": "null"}
    for name, told in schemas.items():
        assert "nullable" not in json.dumps(told), name  # the word of OpenAPI 3.0


def test_only_what_callers_send_is_closed(schemas: dict[str, Any]) -> None:
    for name, told in schemas.items():
        if "properties" in told:
            assert (told.get("additionalProperties") is False) == bool(SENT.search(name)), name


@pytest.mark.parametrize("plural", READ)
def test_every_record_that_is_served_fits_its_schema(
    document: dict[str, Any], deployment: Any, plural: str
) -> None:
    """A1. No field more than the document says, and none of another type."""
    checker = Values.value_validator_cls(
        {"$ref": f"#/components/schemas/{READ[plural]}Page", **_closed(document)},
        format_checker=Values.value_validator_format_checker,
    )
    headers = {"Authorization": f"Bearer {deployment.key}"}
    asked: dict[str, Any] = {"limit": 500}
    with httpx.Client(base_url=deployment.url, headers=headers) as http:
        page = http.get(f"/v1/{plural}", params=asked).json()
        one = http.get(f"/v1/{plural}/{page['items'][0]['id']}").json()
    assert [error.message for error in checker.iter_errors(page)] == []
    assert [error.message for error in checker.iter_errors({"items": [one], "next": None})] == []
    page["items"][0]["colour"] = "red"
    page["items"][0]["id"] = None
    assert len(list(checker.iter_errors(page))) == 2


def _closed(document: dict[str, Any]) -> dict[str, Any]:
    schemas = {
        name: told | ({"additionalProperties": False} if "properties" in told else {})
        for name, told in document["components"]["schemas"].items()
    }
    return {"components": {"schemas": schemas}}
