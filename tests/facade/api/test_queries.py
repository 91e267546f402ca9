"""What lists may be asked, over a real Atlas."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from werkzeug.test import TestResponse

from facade.api.errors import Invalid
from facade.api.queries import Queries
from schemas.grammar import load_mapping

Problem = Callable[[TestResponse, int], dict[str, Any]]


def ids(records: list[dict[str, Any]]) -> set[str]:
    return {record["id"] for record in records}


@pytest.fixture(scope="module")
def queries(mapping_folder: Any) -> dict[str, Queries]:
    mapping = load_mapping(mapping_folder / "mapping.toml")
    return {name: Queries(item) for name, item in mapping.entities.items()}


def test_a_filter_gives_the_records_that_have_the_value(api: Any) -> None:
    """A4"""
    everything = api.everything("customers")
    for status in ("active", "prospect"):
        expected = {one["id"] for one in everything if one["status"] == status}
        assert expected
        assert ids(api.everything("customers", f"&status={status}")) == expected


def test_a_filter_given_twice_means_any_of_both(api: Any) -> None:
    """A4"""
    expected = {
        one["id"] for one in api.everything("customers") if one["status"] in ("active", "on_hold")
    }
    assert ids(api.everything("customers", "&status=active&status=on_hold")) == expected


def test_two_filters_mean_both(api: Any) -> None:
    """A4"""
    expected = {
        one["id"]
        for one in api.everything("customers")
        if one["status"] == "active" and one["currency"] == "USD"
    }
    assert expected
    assert ids(api.everything("customers", "&status=active&currency=USD")) == expected


def test_a_range_of_days_takes_its_first_and_leaves_its_last(api: Any) -> None:
    """A4"""
    everything = api.everything("orders")
    days = sorted(one["ordered_on"] for one in everything if one["ordered_on"])
    first, last = days[len(days) // 4], days[len(days) // 2]
    expected = {
        one["id"] for one in everything if one["ordered_on"] and first <= one["ordered_on"] < last
    }
    assert len(expected) > 5
    asked = f"&ordered_on.gte={first}&ordered_on.lt={last}"
    assert ids(api.everything("orders", asked)) == expected


def test_a_range_of_money_is_compared_as_numbers(api: Any) -> None:
    """A4"""
    expected = {
        one["id"]
        for one in api.everything("customers")
        if one["credit_limit"] is not None and float(one["credit_limit"]) > 60000
    }
    assert expected
    poisoned = {p.key[0] for p in api.atlas.manifest.poisoned if p.column == "CR_LMT"}
    found = ids(api.everything("customers", "&credit_limit.gt=60000.00"))
    assert found == expected
    assert poisoned
    assert not found & poisoned


def test_a_compound_key_filters(api: Any) -> None:
    """A4"""
    location = api.get("/v1/locations?limit=1").json["items"][0]
    assert ids(api.everything("locations", f"&id={location['id']}")) == {location["id"]}


def test_a_custom_field_filters(api: Any) -> None:
    """A4"""
    expected = {
        one["id"]
        for one in api.everything("customers")
        if (one["custom"] or {}).get("tier") == "gold"
    }
    assert expected
    assert ids(api.everything("customers", "&custom.tier=gold")) == expected


def test_updated_since_gives_what_changed_at_that_moment_or_later(api: Any) -> None:
    """A4"""
    everything = api.everything("customers")
    stamps = sorted(one["updated_at"] for one in everything)
    since = stamps[len(stamps) // 2]
    expected = {one["id"] for one in everything if one["updated_at"] >= since}
    assert 1 < len(expected) < len(everything)
    assert ids(api.everything("customers", f"&updated_since={since}")) == expected
    spelled = since.replace("Z", "%2B00:00")
    assert ids(api.everything("customers", f"&updated_since={spelled}")) == expected


@pytest.mark.parametrize("sort", ["name", "-name", "credit_limit", "-credit_limit", "id", "-id"])
def test_a_sorted_list_is_sorted_over_all_its_pages(api: Any, sort: str) -> None:
    """A4"""
    found: list[dict[str, Any]] = []
    path = f"/v1/customers?limit=6&sort={sort}"
    page = api.get(path).json
    for _ in range(100):
        found += page["items"]
        if page["next"] is None:
            break
        page = api.get(f"{path}&cursor={page['next']}").json
    assert ids(found) == ids(api.everything("customers"))
    name = sort.removeprefix("-")
    clean = [one[name] for one in found if one[name] is not None]
    values = [float(value) for value in clean] if name == "credit_limit" else clean
    assert values == sorted(values, reverse=sort.startswith("-"))


def test_a_sparse_record_keeps_its_id_and_its_problems(api: Any) -> None:
    """A4"""
    for query in ("fields=name,custom", "fields=name&fields=custom"):
        record = api.get(f"/v1/customers?limit=1&{query}").json["items"][0]
        assert list(record) == ["id", "name", "custom", "problems"]


@pytest.mark.parametrize(
    ("query", "parameter", "told"),
    [
        ("nam=x", "nam", "Known here: limit, cursor, sort, fields, updated_since, deleted, id,"),
        ("fields=nam", "fields", "Unknown: nam. Known, comma-separated: id, created_at,"),
        ("fields=", "fields", "Names no field."),
        ("sort=nam", "sort", "Can be, also with - before it: id, updated_at, name,"),
        ("sort=status", "sort", "Can be, also with - before it: id,"),
        ("status=aktiv", "status", "Must be one of: prospect, active, on_hold, inactive."),
        ("roles=shipper", "roles", "Unknown parameter."),
        ("payment_terms=x", "payment_terms", "Unknown parameter."),
        ("limit=0", "limit", "Must be a whole number from 1 to 500."),
        ("limit=501", "limit", "Must be a whole number from 1 to 500."),
        ("limit=1&limit=2", "limit", "Given more than once."),
        ("limit=%D9%A1", "limit", "Must be a whole number from 1 to 500."),
        ("deleted=1", "deleted", "Must be one of: true, false."),
        ("cursor=abc", "cursor", "This cursor is none that we gave"),
        ("credit_limit.gt=many", "credit_limit.gt", "Not a decimal number"),
        ("updated_since=yesterday", "updated_since", "Not a valid"),
        ("updated_since=2024-01-01T00:00:00+00:00", "updated_since", "Write a + as %2B"),
        ("merged_into=" + "x" * 11, "merged_into", "This CRM cannot be asked for that value."),
    ],
)
def test_what_a_list_does_not_understand_is_422_that_names_what_it_does(
    api: Any, problem: Problem, query: str, parameter: str, told: str
) -> None:
    """A4"""
    answer = problem(api.get(f"/v1/customers?{query}"), 422)
    (flaw,) = answer["errors"]
    assert flaw["parameter"] == parameter
    assert told in flaw["detail"]


def test_every_flaw_of_a_query_is_told(api: Any, problem: Problem) -> None:
    """A4"""
    told = problem(api.get("/v1/customers?limit=x&sort=x&foo=1&status=x"), 422)
    assert [flaw["parameter"] for flaw in told["errors"]] == ["foo", "status", "sort", "limit"]


def test_a_record_knows_only_fields(api: Any, customer: Any, problem: Problem) -> None:
    """A4"""
    told = problem(api.get(f"{customer.headers['Location']}?limit=1"), 422)
    assert told["errors"][0]["detail"] == "Unknown parameter. Known here: fields."


def test_a_cursor_is_good_for_its_query_only(api: Any, problem: Problem) -> None:
    """A3"""
    cursor = api.get("/v1/customers?limit=1&sort=name").json["next"]
    told = problem(api.get(f"/v1/customers?limit=1&sort=-name&cursor={cursor}"), 422)
    assert told["errors"][0]["detail"].startswith("This cursor belongs to another query")
    assert api.get(f"/v1/customers?limit=5&sort=name&cursor={cursor}").status_code == 200


def test_filters_are_those_that_the_codecs_can_push_down(queries: dict[str, Queries]) -> None:
    """A4"""
    order = queries["order"]
    assert {"status", "customer_id", "ordered_on", "ordered_on.gte", "mode"} <= set(order.filters)
    assert not {"stops", "lines", "notes.lt", "deleted"} & set(order.filters)
    assert "payment_terms" not in queries["customer"].filters
    assert "updated_since" in order.parameters
    assert "deleted" not in queries["user"].parameters


def test_a_query_string_is_understood_once(queries: dict[str, Queries]) -> None:
    parse = queries["customer"].parse
    assert parse(b"status=active&limit=3") is parse(b"status=active&limit=3")
    with pytest.raises(Invalid, match="percent-encoded"):
        parse(b"name=%ff")
