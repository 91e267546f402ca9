"""The documentation page stands on its own."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import Any

from facade.api.documentation import curl_of, kind_of, marked
from facade.api.errors import ANSWERS


class Page(HTMLParser):
    """Ids, links, and whatever a browser would fetch."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.ids: set[str] = set()
        self.links: set[str] = set()
        self.fetched: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if given.get("id"):
            self.ids.add(given["id"] or "")
        if tag == "a":
            self.links.add(given["href"] or "")
        if tag in ("script", "link", "img", "iframe") or "src" in given:
            self.fetched.append(tag)


def test_the_page_shows_every_operation_schema_and_problem(api: Any) -> None:
    document = api.get("/openapi.json").json
    answer = api.get("/docs")
    page = Page(answer.text)
    assert answer.content_type == "text/html; charset=utf-8"
    operations = {
        item[method]["operationId"]
        for item in document["paths"].values()
        for method in item
        if method != "parameters"
    }
    assert len(operations) > 30
    assert operations <= page.ids
    assert {f"schema-{name}" for name in document["components"]["schemas"]} <= page.ids
    assert {f"problem-{answer.type}" for answer in ANSWERS.values()} <= page.ids


def test_the_page_needs_nothing_from_elsewhere(api: Any) -> None:
    answer = api.get("/docs")
    page = Page(answer.text)
    assert page.fetched == []
    assert not re.findall(r"url\(|@import", answer.text)
    assert {link for link in page.links if not link.startswith("#")} == {"/openapi.json"}
    assert {link[1:] for link in page.links if link.startswith("#")} <= page.ids
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")


def test_types_are_told_in_few_words() -> None:
    assert kind_of({"type": ["string", "null"], "format": "date"}) == "string (date) or null"
    assert kind_of({"type": "integer", "minimum": 1, "maximum": 5}) == "integer from 1 to 5"
    listed = {"type": "array", "items": {"$ref": "#/components/schemas/Line"}}
    assert kind_of(listed) == 'list of <a href="#schema-Line">Line</a>'
    assert kind_of({"type": "<b>"}) == "&lt;b&gt;"


def test_backticks_become_code() -> None:
    assert marked("a `b` <c>") == "a <code>b</code> &lt;c&gt;"


def test_a_curl_line_can_be_pasted() -> None:
    told = {
        "parameters": [{"name": "If-Match"}],
        "requestBody": {"content": {"application/json": {"example": {"name": "O'Hare"}}}},
    }
    assert curl_of("/v1/a/{id}", "patch", told) == (
        'curl -X PATCH "http://127.0.0.1:8000/v1/a/$ID" -H "Authorization: Bearer $KEY"'
        ' -H "If-Match: $ETAG" -H "Content-Type: application/json"'
        """ -d '{"name": "O'"'"'Hare"}'"""
    )


def test_the_address_itself_leads_to_the_page(api: Any) -> None:
    """A5: with a key, as everything but liveness."""
    asked = api.client.get("/")
    assert asked.status_code == 401
    assert asked.headers["WWW-Authenticate"].startswith("Basic ")
    answer = api.get("/")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/docs")
    assert "/" not in api.get("/openapi.json").json["paths"]
