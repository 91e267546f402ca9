"""The resources over a real Atlas: lists, records, creates, changes, acts."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest
from werkzeug.test import TestResponse

Problem = Callable[[TestResponse, int], dict[str, Any]]
ENTITIES = {
    "users": "user",
    "customers": "customer",
    "contacts": "contact",
    "locations": "location",
    "products": "product",
    "orders": "order",
    "shipments": "shipment",
    "opportunities": "opportunity",
    "activities": "activity",
}


def order_of(api: Any, customer: str, price: str = "10.00") -> dict[str, Any]:
    locations = api.get("/v1/locations?limit=2").json["items"]
    product = api.get("/v1/products?active=true&limit=1").json["items"][0]
    return {
        "customer_id": customer,
        "status": "open",
        "mode": "ltl",
        "references": [{"type": "customer_po", "value": "PO-1"}],
        "stops": [
            {"kind": "pickup", "location_id": locations[0]["id"], "date": "2026-05-01"},
            {"kind": "delivery", "location_id": locations[1]["id"]},
        ],
        "lines": [
            {
                "line_no": 1,
                "product_id": product["id"],
                "quantity": {"value": "2", "unit": "EA"},
                "unit_price": price,
            }
        ],
    }


@pytest.mark.parametrize("plural", ENTITIES)
def test_every_entity_of_the_mapping_is_a_collection(api: Any, plural: str) -> None:
    page = api.get(f"/v1/{plural}?limit=1&deleted=true" if plural != "users" else "/v1/users")
    record = page.json["items"][0]
    one = api.get(f"/v1/{plural}/{record['id']}")
    assert one.status_code in (200, 308)
    if one.status_code == 200:
        assert one.json == record


def test_an_order_comes_with_its_lines_and_stops(api: Any, customer: Any) -> None:
    made = api.create("orders", **order_of(api, customer.json["id"]))
    order = api.get(made.headers["Location"]).json
    assert order["total"] == "20.00"
    assert [stop["kind"] for stop in order["stops"]] == ["pickup", "delivery"]
    assert order["lines"][0]["quantity"] == {"value": "2.000000", "unit": "EA"}
    assert order["references"] == [{"type": "customer_po", "value": "PO-1"}]


def test_pages_give_each_record_once_while_rows_come_and_go(api: Any, customer: Any) -> None:
    """A3"""
    there_before = {record["id"] for record in api.everything("activities")}
    number = customer.json["id"]
    gone = api.create("activities", kind="note", subject="zz gone", customer_id=number).json["id"]
    seen, path, turn = [], "/v1/activities?limit=7&sort=-subject", 0
    next_page = api.get(path).json
    for _ in range(200):
        seen += [record["id"] for record in next_page["items"]]
        if next_page["next"] is None:
            break
        turn += 1
        # One that lies behind us, one that lies before us; and a row that was shown is deleted.
        api.create("activities", kind="note", subject=f"zz {turn}", customer_id=number)
        api.create("activities", kind="note", subject=f"  {turn}", customer_id=number)
        if turn == 2:
            api.atlas.act("hard_delete_activity", act_no=gone)
        next_page = api.get(f"{path}&cursor={next_page['next']}").json
    assert turn > 5
    assert len(seen) == len(set(seen))
    assert there_before <= set(seen)
    assert api.get(f"/v1/activities/{gone}").status_code == 404


def test_a_page_links_to_the_next(api: Any) -> None:
    """A3"""
    page = api.get("/v1/customers?status=active&limit=2")
    assert page.headers["Link"].endswith('>; rel="next"')
    link = page.headers["Link"].partition(">")[0].removeprefix("<")
    following = api.get(link)
    assert following.status_code == 200
    assert not {one["id"] for one in page.json["items"]} & {
        one["id"] for one in following.json["items"]
    }
    assert len(following.json["items"]) == 2


def test_the_last_page_has_no_next(api: Any) -> None:
    page = api.get("/v1/products?limit=500")
    assert page.json["next"] is None
    assert "Link" not in page.headers


def test_soft_deleted_rows_are_left_out_of_lists_unless_asked_for(api: Any) -> None:
    alive = {record["id"] for record in api.everything("contacts")}
    all_of_them = api.everything("contacts", "&deleted=true")
    deleted = [record["id"] for record in all_of_them if record["deleted"]]
    assert deleted
    assert not alive & set(deleted)
    assert api.get(f"/v1/contacts/{deleted[0]}").json["deleted"] is True


def test_the_loser_of_a_merge_leads_to_its_survivor(api: Any) -> None:
    merged = api.atlas.manifest.merged
    loser, survivor = merged.values()
    answer = api.get(f"/v1/customers/{loser}")
    assert answer.status_code == 308
    assert answer.headers["Location"] == f"/v1/customers/{survivor}"


def test_a_missing_record_is_404(api: Any, problem: Problem) -> None:
    """A2"""
    told = problem(api.get("/v1/customers/NOPE"), 404)
    assert told["type"] == "/docs#problem-missing"


def test_a_value_that_cannot_be_read_is_null_with_its_raw_text(api: Any) -> None:
    found = {p.key[0]: p for p in api.atlas.manifest.poisoned if p.column == "STAT_CD"}
    poison = next(p for p in found.values() if p.table == "CUSTMAST")
    record = api.get(f"/v1/customers/{poison.key[0]}?fields=status").json
    assert record == {
        "id": poison.key[0],
        "status": None,
        "problems": [{"field": "status", "raw": "Z", "reason": "code is not listed"}],
    }


def test_a_new_customer_has_a_place_and_an_etag(api: Any) -> None:
    made = api.create(
        "customers", name="Łódź Sp. z o.o.", status="prospect", custom={"tier": "gold"}
    )
    assert made.headers["Location"] == f"/v1/customers/{made.json['id']}"
    assert made.json["name"] == "Łódź Sp. z o.o."
    assert made.json["custom"]["tier"] == "gold"
    again = api.get(made.headers["Location"])
    assert again.json == made.json
    assert again.headers["ETag"] == made.headers["ETag"]


def test_a_change_needs_if_match(api: Any, customer: Any, problem: Problem) -> None:
    """W5"""
    path = customer.headers["Location"]
    problem(api("PATCH", path, json={"name": "Other"}), 428)
    problem(api.patch(path, "*", name="Other"), 428)
    problem(api.patch(path, '"stale"', name="Other"), 412)
    problem(api.patch(path, f"W/{customer.headers['ETag']}", name="Other"), 412)
    assert api.get(path).json["name"] == "Test AG"


def test_the_etag_of_a_sparse_record_is_the_one_that_patch_takes(api: Any, customer: Any) -> None:
    """W5"""
    path = customer.headers["Location"]
    sparse = api.get(f"{path}?fields=name")
    assert set(sparse.json) == {"id", "name", "problems"}
    changed = api.patch(path, sparse.headers["ETag"], name="Other", custom={"tier": None})
    assert changed.status_code == 200
    assert changed.json["name"] == "Other"
    assert changed.headers["ETag"] != sparse.headers["ETag"]
    assert api.get(path).headers["ETag"] == changed.headers["ETag"]


def test_a_change_made_directly_in_the_database_counts(
    api: Any, customer: Any, problem: Problem
) -> None:
    """W5"""
    path, number = customer.headers["Location"], customer.json["id"]
    db = api.atlas.connect()
    done = db.execute("UPDATE CUSTMAST SET WEB = 'x' WHERE rtrim(CUST_NO) = ?", (number,)).rowcount
    db.close()
    assert done == 1
    told = problem(api.patch(path, customer.headers["ETag"], name="Other"), 412)
    assert told["type"] == "/docs#problem-stale"
    assert api.get(path).json["name"] == "Test AG"


def test_of_two_changes_from_one_reading_the_second_is_turned_down(
    api: Any, customer: Any, problem: Problem
) -> None:
    """W5"""
    path, etag = customer.headers["Location"], customer.headers["ETag"]
    assert api.patch(path, etag, phone="1").status_code == 200
    problem(api.patch(path, etag, phone="2"), 412)
    assert api.get(path).json["phone"] == "1"


def test_a_patch_changes_what_it_names_and_null_clears(api: Any) -> None:
    made = api.create(
        "customers", name="A", phone="12", custom={"tier": "gold", "region_manager": "Bo"}
    )
    changed = api.patch(
        made.headers["Location"], made.headers["ETag"], phone=None, custom={"tier": "silver"}
    ).json
    assert (changed["name"], changed["phone"]) == ("A", None)
    assert changed["custom"]["tier"] == "silver"
    assert changed["custom"]["region_manager"] == "Bo"
    cleared = api.patch(
        made.headers["Location"], api.get(made.headers["Location"]).headers["ETag"], custom=None
    ).json
    assert cleared["custom"] is None


def test_a_merge_patch_may_say_what_it_is(api: Any, customer: Any) -> None:
    answer = api(
        "PATCH",
        customer.headers["Location"],
        headers={"If-Match": customer.headers["ETag"]},
        data=b'{"phone": "7"}',
        content_type="application/merge-patch+json",
    )
    assert answer.json["phone"] == "7"


def test_a_known_record_is_not_sent_again(api: Any, customer: Any) -> None:
    """A8"""
    path, etag = customer.headers["Location"], customer.headers["ETag"]
    for given in (etag, f"W/{etag}", f'"other", {etag}', "*"):
        answer = api.get(path, **{"If-None-Match": given})
        assert (answer.status_code, answer.data) == (304, b"")
        assert answer.headers["ETag"] == etag
    assert api.get(path, **{"If-None-Match": '"other"'}).status_code == 200


def test_a_rule_of_the_business_is_422_in_the_words_of_the_crm(
    api: Any, customer: Any, problem: Problem
) -> None:
    """W7"""
    order = order_of(api, customer.json["id"], price="300.00")
    told = problem(api("POST", "/v1/orders", json=order), 422)
    assert told["type"] == "/docs#problem-business-rule"
    assert told["code"] == "CREDIT_LIMIT"
    assert "500.00" in told["detail"]
    assert not [word for word in ("soap", "ORDHDR", "SELECT", "127.0.0.1") if word in str(told)]


def test_a_value_that_is_taken_is_a_conflict_and_not_stale(
    api: Any, customer: Any, problem: Problem
) -> None:
    path = customer.headers["Location"]
    taken = api.patch(path, customer.headers["ETag"], tax_id="TAX-1")
    other = api.create("customers", name="Second")
    told = problem(api.patch(other.headers["Location"], other.headers["ETag"], tax_id="TAX-1"), 409)
    assert taken.status_code == 200
    assert told["type"] == "/docs#problem-conflict"


def test_a_value_that_the_crm_cannot_hold_is_refused_before_it_is_asked(
    api: Any, problem: Problem
) -> None:
    """W8"""
    before = api.atlas.calls().get("CreateCustomer", 0)
    told = problem(
        api(
            "POST",
            "/v1/customers",
            json={"name": "x" * 61, "currency": "EURO", "credit_limit": "1.005", "number": "7"},
        ),
        422,
    )
    assert {flaw["pointer"] for flaw in told["errors"]} == {
        "#/name",
        "#/currency",
        "#/credit_limit",
        "#/number",
    }
    number = next(flaw for flaw in told["errors"] if flaw["pointer"] == "#/number")
    assert "Known here: name, legal_name" in number["detail"]
    assert api.atlas.calls().get("CreateCustomer", 0) == before


def test_a_flaw_deep_inside_is_told_by_its_place(api: Any, customer: Any, problem: Problem) -> None:
    order = order_of(api, customer.json["id"])
    order["lines"][0]["quantity"]["value"] = 2
    order["lines"][0]["colour"] = "red"
    told = problem(api("POST", "/v1/orders", json=order), 422)
    assert {flaw["pointer"] for flaw in told["errors"]} == {
        "#/lines/0/quantity/value",
        "#/lines/0/colour",
    }


def test_an_order_is_cancelled_once_and_needs_if_match(
    api: Any, customer: Any, problem: Problem
) -> None:
    """W5"""
    made = api.create("orders", **order_of(api, customer.json["id"]))
    path = f"{made.headers['Location']}/cancel"
    problem(api("POST", path), 428)
    problem(api("POST", path, headers={"If-Match": '"stale"'}), 412)
    done = api("POST", path, headers={"If-Match": made.headers["ETag"]})
    assert (done.status_code, done.json["status"]) == (200, "cancelled")
    told = problem(api("POST", path, headers={"If-Match": done.headers["ETag"]}), 422)
    assert told["code"] == "ILLEGAL_STATUS"


def test_a_create_without_an_answer_that_the_database_has_is_201(api: Any, customer: Any) -> None:
    """W3"""
    api.atlas.arm("CreateActivity", "reply_lost")
    before = api.atlas.calls().get("CreateActivity", 0)
    record = {"kind": "note", "subject": "lost reply", "customer_id": customer.json["id"]}
    answer = api("POST", "/v1/activities", json=record)
    assert api.atlas.fired("CreateActivity", "reply_lost") == 1
    assert answer.status_code == 201
    assert api.get(answer.headers["Location"]).json["subject"] == "lost reply"
    assert api.atlas.calls()["CreateActivity"] == before + 1


def test_a_create_of_which_nothing_shows_is_an_operation_until_it_does(
    api: Any, customer: Any
) -> None:
    """W3: the service carries it out when all have gone, and nobody sends it again."""
    api.atlas.arm("CreateActivity", "late", seconds=3.0)
    before = api.atlas.calls().get("CreateActivity", 0)
    record = {"kind": "note", "subject": "late", "customer_id": customer.json["id"]}
    answer = api("POST", "/v1/activities", json=record)
    assert api.atlas.fired("CreateActivity", "late") == 1
    assert answer.status_code == 202
    assert (answer.json["state"], answer.json["act"]) == ("unknown", "create")
    assert answer.json["record_id"] is None
    for _ in range(100):
        operation = api.get(answer.headers["Location"]).json
        if operation["state"] != "unknown":
            break
        time.sleep(0.1)
    (made,) = api.get("/v1/activities?subject=late").json["items"]
    assert (operation["state"], operation["record_id"]) == ("done", made["id"])
    assert operation["id"] == answer.json["id"]
    assert api.atlas.calls()["CreateActivity"] == before + 1


def test_a_crm_that_is_busy_is_503_and_nothing_was_changed(
    api: Any, customer: Any, problem: Problem
) -> None:
    api.atlas.arm("UpdateCustomer", "busy", times=5)
    answer = api.patch(customer.headers["Location"], customer.headers["ETag"], phone="3")
    told = problem(answer, 503)
    assert api.atlas.fired("UpdateCustomer", "busy") >= 1
    assert told["type"] == "/docs#problem-busy"
    assert answer.headers["Retry-After"] == "2"
    assert api.get(customer.headers["Location"]).headers["ETag"] == customer.headers["ETag"]


def test_an_operation_that_nobody_asked_for_is_404(api: Any, problem: Problem) -> None:
    """A2"""
    assert problem(api.get("/v1/operations/none"), 404)["type"].endswith("no-such-operation")
