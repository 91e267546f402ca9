"""Alive and ready, also with the CRM down."""

from __future__ import annotations

import contextlib
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from facade.app import close, create_app
from facade.config import read_settings
from tests.facade.api.conftest import environment

Problem = Callable[[TestResponse, int], dict[str, Any]]


def test_a_live_process_says_so_without_a_key(api: Any) -> None:
    """A5"""
    answer = api.client.get("/health/live")
    assert (answer.status_code, answer.json) == (200, {"status": "live"})


def test_a_ready_one_has_its_ledger_and_database(api: Any) -> None:
    answer = api.get("/health/ready")
    assert (answer.status_code, answer.json) == (200, {"status": "ready", "warnings": []})


def test_services_that_cannot_be_reached_are_a_warning_since_reads_go_on(
    api: Any, tmp_path: Path
) -> None:
    """L7: no load balancer takes the reads away because writes fail."""
    given = {**environment(api.atlas), "FACADE_SOAP_URL": "http://127.0.0.1:9/atlas"}
    with serving(given, tmp_path) as client:
        answer = client.get("/health/ready")
        assert answer.status_code == 200
        assert answer.json == {
            "status": "ready",
            "warnings": ["The services cannot be used: Unreachable. Nothing can be written."],
        }
        assert client.get("/v1/customers?limit=1").status_code == 200


def test_what_changed_in_the_crm_is_a_warning_that_names_the_fields(
    api: Any, tmp_path: Path
) -> None:
    """L4"""
    given = environment(api.atlas)
    with serving(given, tmp_path):
        pass
    file = tmp_path / "changed.sqlite"
    shutil.copy(api.atlas.database, file)
    with contextlib.closing(sqlite3.connect(file)) as db:
        db.execute("ALTER TABLE CUSTMAST RENAME COLUMN CR_LMT TO CREDIT_LMT")
        db.commit()
    given |= {"FACADE_ODBC": f"DRIVER={{SQLite3}};Database={file}"}
    with serving(given, tmp_path) as client:
        assert client.get("/health/ready").json == {
            "status": "ready",
            "warnings": ["The CRM has changed; it touches customer.credit_limit."],
        }


@contextlib.contextmanager
def serving(environ: dict[str, str], folder: Path) -> Iterator[FlaskClient]:
    """A server's app that has looked at its CRM, and a caller with a key."""
    app = create_app(read_settings(environ, folder))
    app.extensions["lookout"].look()
    _, ledger = app.extensions["facade"]
    _, key = ledger.keys.create("test", ["*"])
    client = app.test_client()
    client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {key}"
    yield client
    close(app)


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
