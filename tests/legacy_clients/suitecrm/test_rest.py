"""SuiteCRM behind REST: the facade as a deployment runs it, with the contract pinned."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from facade.app import close, create_app
from facade.config import read_settings
from fixtures.suitecrm import SuiteCRM
from fixtures.suitecrm.seed import record_id
from legacy_clients.soap.pinning import store


@dataclass(frozen=True)
class Api:
    client: FlaskClient
    key: str

    def __call__(self, method: str, path: str, etag: str = "", **body: Any) -> TestResponse:
        headers = {"Authorization": f"Bearer {self.key}"}
        if etag:
            headers["If-Match"] = etag
        return self.client.open(path, method=method, headers=headers, json=body or None)


@pytest.fixture(scope="module")
def api(suitecrm: SuiteCRM, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Api]:
    folder = tmp_path_factory.mktemp("rest")
    store(f"{suitecrm.soap_url}?wsdl", folder / "contract")
    environment = {
        "FACADE_CRM": "suitecrm",
        "FACADE_SOAP_WSDL": str(folder / "contract"),
        "FACADE_SOAP_URL": suitecrm.soap_url,
        "FACADE_SOAP_USER": suitecrm.user,
        "FACADE_SOAP_PASSWORD": suitecrm.password,
        "FACADE_ODBC": suitecrm.odbc,
        "FACADE_CRM_CHOICES": "order=invoices",
    }
    app = create_app(read_settings(environment, folder))
    _, ledger = app.extensions["facade"]
    _, key = ledger.keys.create("test", ["*"])
    yield Api(app.test_client(), key)
    close(app)


def test_a_customer_is_created_read_and_changed(api: Api, suitecrm: SuiteCRM) -> None:
    made = api("POST", "/v1/customers", name="Zoë's <b>Ltd</b> 🚚", email="zoe@rest.example")
    assert made.status_code == 201, made.text
    assert (made.json["name"], made.json["problems"]) == ("Zoë's <b>Ltd</b> 🚚", [])
    path = f"/v1/customers/{made.json['id']}"
    read = api("GET", path)
    assert read.json == made.json
    assert api("PATCH", path, phone="1").status_code == 428
    changed = api("PATCH", path, read.headers["ETag"], phone="+1 312 555 1234")
    assert changed.status_code == 200, changed.text
    assert changed.json["phone_e164"] == "+13125551234"
    stale = api("PATCH", path, read.headers["ETag"], phone="2")
    assert stale.status_code == 412
    suitecrm.execute("UPDATE accounts SET website = 'meddled' WHERE id = ?", made.json["id"])
    assert api("PATCH", path, changed.headers["ETag"], phone="2").status_code == 412


def test_what_suitecrm_would_cut_or_drop_is_told(api: Api) -> None:
    """W6, W8"""
    cut = api("POST", "/v1/customers", name="x" * 151)
    assert cut.status_code == 422
    assert "name" in cut.text
    dropped = api("POST", "/v1/customers", name="Drops Ltd", email="ask Bob")
    assert (dropped.status_code, dropped.content_type) == (502, "application/problem+json")
    assert "email" in dropped.text
    assert "ask Bob" not in dropped.text


def test_a_create_whose_reply_is_lost_is_found_and_answered(api: Api, suitecrm: SuiteCRM) -> None:
    """W3"""
    suitecrm.arm("set_entry", "reply_lost")
    made = api("POST", "/v1/contacts", family_name="Lost", customer_id=record_id("accounts", 3))
    assert suitecrm.fired("set_entry", "reply_lost") == 1
    assert made.status_code == 201, made.text
    assert made.json["customers"] == [{"customer_id": record_id("accounts", 3)}]
    count = "SELECT count(*) FROM contacts WHERE last_name = 'Lost'"
    assert suitecrm.ask(count)[0] == 1


@pytest.mark.long
def test_a_create_that_is_done_late_is_found_when_somebody_asks(
    api: Api, suitecrm: SuiteCRM
) -> None:
    """W3: never done twice."""
    calls = suitecrm.calls().get("set_entry", 0)
    suitecrm.arm("set_entry", "late", seconds=4.0)
    unknown = api("POST", "/v1/customers", name="Late Ltd")
    assert (unknown.status_code, suitecrm.fired("set_entry", "late")) == (202, 1)
    operation = unknown.headers["Location"]
    for _ in range(100):
        told = api("GET", operation)
        if told.json["state"] == "done":
            break
        assert told.json["state"] == "unknown"
        suitecrm.service.closing.wait(0.1)
    assert told.json["state"] == "done"
    assert suitecrm.calls()["set_entry"] == calls + 1
    assert suitecrm.ask("SELECT count(*) FROM accounts WHERE name = 'Late Ltd'")[0] == 1


def test_orders_are_the_invoices_that_were_chosen(api: Api) -> None:
    order = api("GET", f"/v1/orders/{record_id('aos_invoices', 3)}").json
    assert (order["status"], order["currency"], order["total"]) == (None, "USD", "300.50")
    assert [line["line_no"] for line in order["lines"]] == [1, 2, 3]
    assert order["lines"][0]["quantity"] == {"value": "1.500000"}


def test_what_suitecrm_does_not_do_is_no_route(api: Api) -> None:
    assert api("POST", "/v1/locations", name="Dock").status_code in (404, 405)
    assert api("POST", f"/v1/orders/{record_id('aos_invoices', 3)}/cancel").status_code == 404
