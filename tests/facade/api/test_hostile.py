"""The API in front of a SOAP server that answers wrongly: problem details in our own words, and
nothing of the reply in them or in the log.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from werkzeug.test import TestResponse

from facade.app import close, create_app
from facade.config import read_settings
from fixtures.atlas import Atlas
from fixtures.hostile import MARKER, Canary, Hostile, Shape
from tests.sampled import each

SPACE = "urn:atlas:crm:2004"
CREATED = Shape(SPACE, "CreateCustomerResponse", f"<CustNo>{MARKER}</CustNo><Version>1</Version>")
SIGNED_IN = Shape(
    SPACE, "LoginResponse", "<Token>t</Token><ExpiresInSeconds>60</ExpiresInSeconds>"
).whole()
LOGIN = (
    "HTTP/1.1 200 OK\r\nContent-Type: text/xml; charset=utf-8\r\n"
    f"Content-Length: {len(SIGNED_IN)}\r\n\r\n{SIGNED_IN}"
).encode()

# Replies to a create, and the status that the caller is told: a write without a usable answer is
# unknown (202), one that was refused is the caller's to mend (422), our credentials are ours (502).
TOLD = {
    "closed at once": 202,
    "length too short": 202,
    "status no number": 202,
    "gzip bomb": 202,
    "redirect 307 Temporary Redirect": 202,
    "entity of a file": 202,
    "attachment elsewhere": 202,
    "a login page": 202,
    "a page with a stack trace": 202,
    "empty, 200": 202,
    "401": 502,
    "fault of the server": 202,
    "fault with SQL": 422,
    "fault with secrets": 422,
    "fault with HTML": 422,
    "fault with SQL in its detail": 422,
    "UTF-8 that is none": 202,
    "an encoding unknown": 202,
    "a text beside the result": 202,
    "depth 100,000": 202,
}


@contextmanager
def posted(atlas: Atlas, folder: Path, name: str) -> Iterator[tuple[TestResponse, Hostile]]:
    """A customer posted to an API whose CRM gives this reply to the create. The database is the
    right one, so that a write whose reply is lost is looked for in it.
    """
    with (
        Canary.start() as canary,
        Hostile.start(name, canary=canary.url, shape=CREATED, calm={"#Login": LOGIN}) as hostile,
    ):
        settings = {
            "FACADE_CRM": "atlas",
            "FACADE_SOAP_WSDL": str(atlas.wsdl_path),
            "FACADE_SOAP_URL": hostile.url,
            "FACADE_SOAP_USER": atlas.user,
            "FACADE_SOAP_PASSWORD": atlas.password,
            "FACADE_ODBC": f"DRIVER={{SQLite3}};Database={atlas.database}",
        }
        app = create_app(read_settings(settings, folder))
        _, ledger = app.extensions["facade"]
        _, key = ledger.keys.create("test", ["*"])
        try:
            with closing(
                app.test_client().post(
                    "/v1/customers",
                    json={"name": "Test AG", "status": "active"},
                    headers={"Authorization": f"Bearer {key}"},
                )
            ) as response:
                yield response, hostile
        finally:
            close(app)
        assert canary.asked == 0


@pytest.mark.parametrize("name", each(7, TOLD))
def test_a_hostile_reply_reaches_the_caller_as_nothing_but_our_own_words(
    read_only_atlas: Atlas, tmp_path: Path, caplog: pytest.LogCaptureFixture, name: str
) -> None:
    """W7, L3, O1, A2"""
    with (
        caplog.at_level(logging.DEBUG),
        posted(read_only_atlas, tmp_path, name) as (response, hostile),
    ):
        assert response.status_code == TOLD[name], response.text
        if response.status_code >= 400:
            assert response.content_type == "application/problem+json"
        told = response.text + str(response.headers)

    assert (len(hostile.requests), hostile.played) == (1, 1)
    assert hostile.sent > 0 or name == "closed at once"
    assert MARKER not in told
    assert MARKER not in caplog.text
    assert not any(MARKER in repr(record.__dict__) for record in caplog.records)
