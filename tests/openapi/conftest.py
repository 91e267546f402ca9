"""The deployment that the committed document describes, served as users have it."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from crm_facade_client import AuthenticatedClient

from facade.config import read_settings
from facade.ledger import open_ledger
from fixtures.atlas import Atlas
from tests.servers import free_port

READY_SECONDS = 60.0
STOP_SECONDS = 20.0


@dataclass(frozen=True)
class Deployment:
    """`facade serve` in front of an Atlas, and a key that opens everything."""

    url: str
    key: str
    atlas: Atlas

    def client(self, key: str | None = None) -> AuthenticatedClient:
        """The generated client as its user makes it; it raises where the document is silent."""
        return AuthenticatedClient(
            base_url=self.url, token=key or self.key, raise_on_unexpected_status=True
        )


@pytest.fixture(scope="session")
def deployment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployment]:
    folder = tmp_path_factory.mktemp("deployment")
    with Atlas.start(folder / "atlas", scale=0.02) as atlas:
        environment = {
            "FACADE_CRM": "atlas",
            "FACADE_SOAP_WSDL": str(atlas.wsdl_path),
            "FACADE_SOAP_URL": atlas.soap_url,
            "FACADE_SOAP_USER": atlas.user,
            "FACADE_SOAP_PASSWORD": atlas.password,
            "FACADE_ODBC": f"DRIVER={{SQLite3}};Database={atlas.database}",
            "FACADE_VAR": str(folder / "var"),
        }
        key = _new_key(environment, folder)
        address = f"127.0.0.1:{free_port()}"
        inherited = {
            name: value for name, value in os.environ.items() if not name.startswith("FACADE_")
        }
        with (folder / "serve.log").open("wb") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "facade.cli", "serve", "--listen", address],
                env={**inherited, **environment},
                stdout=log,
                stderr=log,
            )
        try:
            _await_answer(f"http://{address}", process, folder / "serve.log")
            yield Deployment(f"http://{address}", key, atlas)
        finally:
            _stop(process)


@pytest.fixture
def client(deployment: Deployment) -> Iterator[AuthenticatedClient]:
    with deployment.client() as client:
        yield client


def _new_key(environment: dict[str, str], folder: Path) -> str:
    settings = read_settings(environment, folder)
    settings.var.mkdir(parents=True)
    with open_ledger(str(settings.ledger)) as ledger:
        _, secret = ledger.keys.create("client", ["*"])
    return secret


def _await_answer(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    due = time.monotonic() + READY_SECONDS
    while time.monotonic() < due and process.poll() is None:
        try:
            if httpx.get(f"{url}/health/live", timeout=2).is_success:
                return
        except httpx.TransportError:
            time.sleep(0.05)
    raise AssertionError(f"the API did not answer: {log.read_text('utf-8')[-2000:]}")


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
