"""Keys and what they open."""

from __future__ import annotations

import datetime as dt
from base64 import b64encode
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from facade.api.auth import Verified, guard, policy_of
from facade.api.errors import Unidentified
from facade.ledger.keys import Key

Problem = Callable[[TestResponse, int], dict[str, Any]]


def test_nothing_but_liveness_opens_without_a_key(api: Any, problem: Problem) -> None:
    """A5"""
    rules = list(api.app.url_map.iter_rules())
    assert len(rules) > 25
    opened = []
    for rule in rules:
        for method in rule.methods:
            answer = api.client.open(rule.rule.replace("<id>", "X"), method=method)
            if answer.status_code != 401:
                opened.append((rule.rule, answer.status_code))
    assert set(opened) == {("/health/live", 200)}


@pytest.mark.parametrize(
    ("header", "value"),
    [
        ("Authorization", "Bearer wrong"),
        ("Authorization", "Bearer "),
        ("Authorization", "Basic Og=="),
        ("Authorization", "wrong"),
        ("X-API-Key", "crmf_wrong"),
    ],
)
def test_a_key_that_nobody_made_opens_nothing(
    api: Any, problem: Problem, header: str, value: str
) -> None:
    """A5"""
    answer = api.client.get("/v1/customers", headers={header: value})
    problem(answer, 401)
    assert answer.headers["WWW-Authenticate"] == 'Bearer realm="crm-facade"'


def test_a_key_may_come_in_its_own_header(api: Any) -> None:
    """A5"""
    answer = api.client.get("/v1/customers?limit=1", headers={"X-API-Key": api.key})
    assert answer.status_code == 200


def test_a_scope_opens_its_collection_and_verb_only(api: Any, problem: Problem) -> None:
    """A5"""
    _, key = api.ledger.keys.create("reader", ["customers:read", "orders:write"])
    given = {"Authorization": f"Bearer {key}"}
    assert api.client.get("/v1/customers", headers=given).status_code == 200
    told = problem(api.client.post("/v1/customers", headers=given, json={}), 403)
    assert told["detail"] == (
        "This key lacks the scope customers:write; it has customers:read, orders:write."
    )
    problem(api.client.get("/v1/orders", headers=given), 403)
    problem(api.client.get("/v1/contacts", headers=given), 403)
    problem(api.client.post("/v1/orders/X/cancel", headers=given), 428)


def test_people_may_give_the_key_as_a_password_for_pages_only(api: Any) -> None:
    """A5"""
    basic = "Basic " + b64encode(f"me:{api.key}".encode()).decode()
    asked = api.client.get("/docs")
    assert asked.headers["WWW-Authenticate"].startswith("Basic ")
    for path, status in (("/docs", 200), ("/openapi.json", 200), ("/v1/customers", 401)):
        answer = api.client.get(path, headers={"Authorization": basic})
        assert answer.status_code == status, path


def test_a_route_without_a_policy_fails_the_app(api: Any) -> None:
    """A5"""
    app = Flask("test", static_folder=None)
    app.add_url_rule("/v1/secrets", "secrets", lambda: "all of them")
    with pytest.raises(TypeError, match="/v1/secrets has no policy"):
        guard(app, api.ledger, ["customers"])


@pytest.mark.parametrize(
    "path", ["/index.html", "/v2/customers", "/customers", "/v1/orders", "/docs/more"]
)
def test_only_known_paths_have_a_policy(path: str) -> None:
    """A5"""
    with pytest.raises(TypeError, match="has no policy"):
        policy_of(path, "GET", ["customers"])


def test_a_verified_key_is_believed_for_a_moment_and_asked_for_again() -> None:
    """A5"""
    now, asked = [0.0], []
    key = Key("1", "test", frozenset({"*"}), dt.datetime.now(dt.UTC))
    known = {"secret": key}

    def verify(secret: str) -> Key | None:
        asked.append(secret)
        return known.get(secret)

    verified = Verified(verify, seconds=5, clock=lambda: now[0])
    assert verified.key("secret") is key
    assert verified.key("secret") is key
    assert asked == ["secret"]
    del known["secret"]
    now[0] = 4.9
    assert verified.key("secret") is key
    now[0] = 5.1
    with pytest.raises(Unidentified):
        verified.key("secret")
    with pytest.raises(Unidentified):
        verified.key("\ud800")
