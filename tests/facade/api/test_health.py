"""Alive and ready, also with the CRM down."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from werkzeug.test import TestResponse

from facade.app import close, create_app
from facade.config import read_settings

Problem = Callable[[TestResponse, int], dict[str, Any]]


def test_a_live_process_says_so_without_a_key(api: Any) -> None:
    """A5"""
    answer = api.client.get("/health/live")
    assert (answer.status_code, answer.json) == (200, {"status": "live"})


def test_a_ready_one_has_its_ledger_and_database(api: Any) -> None:
    answer = api.get("/health/ready")
    assert (answer.status_code, answer.json) == (200, {"status": "ready"})


def test_the_api_starts_with_the_crm_down_and_says_what_is_lacking(
    tmp_path: Path, problem: Problem
) -> None:
    """L4"""
    down = {
        "FACADE_CRM": "atlas",
        "FACADE_SOAP_WSDL": "http://127.0.0.1:9/atlas?wsdl",
        "FACADE_SOAP_URL": "http://127.0.0.1:9/atlas",
        "FACADE_SOAP_USER": "u",
        "FACADE_SOAP_PASSWORD": "p",
        "FACADE_ODBC": f"DRIVER={{SQLite3}};Database={tmp_path}/none/atlas.sqlite",
    }
    app = create_app(read_settings(down, tmp_path))
    _, ledger = app.extensions["facade"]
    _, key = ledger.keys.create("test", ["*"])
    given = {"Authorization": f"Bearer {key}"}
    client = app.test_client()
    assert client.get("/health/live").status_code == 200
    told = problem(client.get("/health/ready", headers=given), 503)
    assert told["detail"].startswith("The database cannot be used:")
    read = client.get("/v1/customers", headers=given)
    assert problem(read, 503)["type"] == "/docs#problem-unreachable"
    assert read.headers["Retry-After"] == "10"
    written = client.post("/v1/customers", headers=given, json={"name": "A"})
    assert written.status_code in (500, 503)
    close(app)
