"""An Atlas, the API in front of it, and a caller with a key."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from facade.app import close, create_app
from facade.config import read_settings
from facade.ledger import Ledger
from fixtures.atlas import Atlas


@dataclass(frozen=True)
class Api:
    """The API under test. Calls carry a key that opens everything, unless told another."""

    app: Flask
    client: FlaskClient
    ledger: Ledger
    atlas: Atlas
    key: str

    def __call__(
        self, method: str, path: str, *, headers: dict[str, str] | None = None, **body: Any
    ) -> TestResponse:
        given = {"Authorization": f"Bearer {self.key}"} | (headers or {})
        return self.client.open(path, method=method, headers=given, **body)

    def get(self, path: str, **headers: str) -> TestResponse:
        return self("GET", path, headers=headers)

    def create(self, plural: str, **record: Any) -> TestResponse:
        """A record that was created."""
        made = self("POST", f"/v1/{plural}", json=record)
        assert made.status_code == 201, made.text
        return made

    def patch(self, path: str, etag: str, **changes: Any) -> TestResponse:
        return self("PATCH", path, headers={"If-Match": etag}, json=changes)

    def everything(self, plural: str, query: str = "") -> list[dict[str, Any]]:
        """All records of a list, page by page."""
        found: list[dict[str, Any]] = []
        path = f"/v1/{plural}?limit=500{query}"
        for _ in range(100):
            page = self.get(path).json
            found += page["items"]
            if page["next"] is None:
                return found
            path = f"/v1/{plural}?limit=500{query}&cursor={page['next']}"
        raise AssertionError("the pages do not end")


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Api]:
    folder = tmp_path_factory.mktemp("api")
    with Atlas.start(folder / "atlas", scale=0.02) as atlas:
        app = create_app(read_settings(environment(atlas), folder))
        _, ledger = app.extensions["facade"]
        _, key = ledger.keys.create("test", ["*"])
        yield Api(app, app.test_client(), ledger, atlas, key)
        close(app)


def environment(atlas: Atlas) -> dict[str, str]:
    """The settings of a deployment in front of this Atlas."""
    return {
        "FACADE_CRM": "atlas",
        "FACADE_SOAP_WSDL": str(atlas.wsdl_path),
        "FACADE_SOAP_URL": atlas.soap_url,
        "FACADE_SOAP_USER": atlas.user,
        "FACADE_SOAP_PASSWORD": atlas.password,
        "FACADE_ODBC": f"DRIVER={{SQLite3}};Database={atlas.database}",
    }


@pytest.fixture
def api(served: Api) -> Iterator[Api]:
    yield served
    served.atlas.disarm()


@pytest.fixture
def customer(api: Api) -> TestResponse:
    """A customer of our own: active, with 500.00 to owe."""
    return api.create("customers", name="Test AG", status="active", credit_limit="500.00")


@pytest.fixture
def problem() -> Callable[[TestResponse, int], dict[str, Any]]:
    """The problem details of an answer of this status."""

    def of(answer: TestResponse, status: int) -> dict[str, Any]:
        assert answer.status_code == status, answer.text
        assert answer.content_type == "application/problem+json"
        told: dict[str, Any] = answer.json
        assert told["status"] == status
        return told

    return of


Problem = Callable[[TestResponse, int], dict[str, Any]]


@pytest.fixture(scope="session")
def mapping_folder() -> Path:
    return Path(__file__).parents[3] / "legacy_clients" / "atlas"
