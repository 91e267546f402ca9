"""The API over an entity that stands in a list of a SOAP service, and in no table."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from facade.api import make_api
from facade.ledger import open_ledger
from tests.legacy_clients.listed import roster as stand_in
from tests.legacy_clients.listed.roster import IDS, LOCATOR, OFFSET, Person, Roster, serving

PAGES = {"whole": "", "offset": OFFSET, "locator": LOCATOR, "ids": IDS}
Call = Callable[..., Any]
Opened = Callable[..., AbstractContextManager[tuple[Roster, Call]]]


@pytest.fixture
def opened(tmp_path: Path) -> Opened:
    """An API before a roster of seven whose list is declared by the given words."""

    @contextmanager
    def opening(*words: str) -> Iterator[tuple[Roster, Call]]:
        roster = Roster(cap=3 if words[0] else 1000)
        roster.add(*"ABCDEFG")
        with (
            serving(roster, tmp_path, *words) as crm,
            open_ledger(f"sqlite:///{tmp_path / 'ledger.sqlite'}") as ledger,
        ):
            _, key = ledger.keys.create("test", ["*"])
            client: FlaskClient = make_api(crm, ledger).test_client()

            def call(method: str, path: str, headers: Any = None, **body: Any) -> Any:
                given = {"Authorization": f"Bearer {key}"} | (headers or {})
                return client.open(path, method=method, headers=given, **body)

            yield roster, call

    return opening


def pages(call: Call, query: str = "limit=2") -> list[list[str]]:
    found, path, start = [], f"/v1/contacts?{query}", query.partition("&cursor")[0]
    for _ in range(20):
        answer = call("GET", path)
        assert answer.status_code == 200, answer.text
        found.append([record["id"] for record in answer.json["items"]])
        if answer.json["next"] is None:
            return found
        path = f"/v1/contacts?{start}&cursor={answer.json['next']}"
    raise AssertionError("the pages do not end")


@pytest.mark.parametrize("words", PAGES.values(), ids=PAGES)
def test_pages_give_every_record_once(opened: Opened, words: str) -> None:
    with opened(words) as (_, call):
        found = pages(call)
        assert [id for page in found for id in page] == list("ABCDEFG")
        assert max(map(len, found)) == 2


def test_pages_by_offset_go_on_behind_the_last_row_wherever_it_is_now(opened: Opened) -> None:
    """A3"""
    for change in ("delete before", "insert before", "delete it"):
        with opened(OFFSET) as (roster, call):
            first = call("GET", "/v1/contacts?limit=3").json
            if change == "delete before":
                roster.remove("A")
            elif change == "insert before":
                roster.people.insert(0, Person("0", "New"))
            else:
                roster.remove("C")
            second = call("GET", f"/v1/contacts?limit=3&cursor={first['next']}")
            if change == "delete it":
                assert (second.status_code, second.json["code"]) == (422, "CURSOR_EXPIRED")
            else:
                rest = pages(call, f"limit=3&cursor={first['next']}")
                assert [id for page in rest for id in page] == list("DEFG")


def test_pages_by_keys_miss_and_double_none_while_rows_come_and_go(opened: Opened) -> None:
    """A3"""
    with opened(IDS) as (roster, call):
        first = call("GET", "/v1/contacts?limit=3").json
        roster.remove("A")
        roster.add("AA")
        second = call("GET", f"/v1/contacts?limit=3&cursor={first['next']}").json
        assert [one["id"] for one in first["items"] + second["items"]] == list("ABCDEF")


@pytest.mark.parametrize("words", PAGES.values(), ids=PAGES)
def test_a_record_is_the_same_in_the_list_and_by_its_id(opened: Opened, words: str) -> None:
    with opened(words) as (_, call):
        one = call("GET", "/v1/contacts/B")
        assert one.status_code == 200
        assert one.json == next(
            record for record in call("GET", "/v1/contacts").json["items"] if record["id"] == "B"
        )
        assert one.json["family_name"] == "Name B"
        assert one.json["updated_at"] == "2020-01-01T00:00:00Z"
        assert call(
            "GET", "/v1/contacts/B", {"If-None-Match": one.headers["ETag"]}
        ).status_code == (304)


def test_a_record_that_is_not_there_is_missing(opened: Opened) -> None:
    with opened(OFFSET) as (_, call):
        assert call("GET", "/v1/contacts/Z").status_code == 404


def test_deleted_ones_are_shown_to_those_who_ask(opened: Opened) -> None:
    with opened(OFFSET) as (roster, call):
        roster.get("B").gone = True
        assert [id for page in pages(call) for id in page] == list("ACDEFG")
        assert [id for page in pages(call, "limit=2&deleted=true") for id in page] == list(
            "ABCDEFG"
        )


def test_a_change_needs_the_etag_of_the_record_as_it_is(opened: Opened) -> None:
    """W5"""
    with opened(OFFSET) as (roster, call):
        etag = call("GET", "/v1/contacts/B").headers["ETag"]
        changed = call(
            "PATCH", "/v1/contacts/B", {"If-Match": etag}, json={"family_name": "Changed"}
        )
        assert (changed.status_code, changed.json["family_name"]) == (200, "Changed")
        stale = call("PATCH", "/v1/contacts/B", {"If-Match": etag}, json={"family_name": "Again"})
        assert (stale.status_code, roster.get("B").name) == (412, "Changed")


def test_a_page_that_the_service_does_not_know_any_more_is_told(opened: Opened) -> None:
    with opened(LOCATOR) as (roster, call):
        first = call("GET", "/v1/contacts?limit=3").json
        roster.locators.clear()
        late = call("GET", f"/v1/contacts?limit=3&cursor={first['next']}")
        assert late.status_code == 422
        assert "start again without a cursor" in late.text


def test_the_document_offers_no_order_and_no_filter(opened: Opened) -> None:
    """A1, A4"""
    with opened(OFFSET) as (_, call):
        document = call("GET", "/openapi.json").json
        listing = document["paths"]["/v1/contacts"]["get"]
        assert sorted(one["name"] for one in listing["parameters"]) == [
            "cursor",
            "deleted",
            "fields",
            "limit",
        ]
        assert "in the CRM's own order" in listing["description"]
        assert call("GET", "/v1/contacts?sort=id").status_code == 422
        assert call("GET", "/v1/contacts?family_name=Name").status_code == 422


def test_without_a_get_a_record_is_picked_by_its_key(opened: Opened) -> None:
    text = stand_in.MAPPING
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(stand_in, "MAPPING", text[: text.index("[contact.get]")])
        with opened(IDS) as (_, call):
            assert call("GET", "/v1/contacts/B").json["family_name"] == "Name B"
            assert call("GET", "/v1/contacts/Z").status_code == 404
            assert call("GET", "/v1/contacts/%01").status_code == 404


def test_without_a_get_there_is_a_list_and_no_record(opened: Opened) -> None:
    text = stand_in.MAPPING
    short = text[: text.index("[contact.get]")]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(stand_in, "MAPPING", short)
        with opened(OFFSET) as (_, call):
            assert [id for page in pages(call) for id in page] == list("ABCDEFG")
            assert call("GET", "/v1/contacts/B").status_code == 404
            assert "/v1/contacts/{id}" not in call("GET", "/openapi.json").json["paths"]
