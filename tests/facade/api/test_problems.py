"""Every error is a problem details object."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from flask import Flask, g
from werkzeug.exceptions import TooManyRequests
from werkzeug.test import TestResponse

from facade.api import problems
from facade.api.problems import pointer
from legacy_clients.errors import Misconfigured, NotKept, Unfit

Problem = Callable[[TestResponse, int], dict[str, Any]]


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/v1", 404),
        ("GET", "/v2/customers", 404),
        ("GET", "/v1/customers/", 404),
        ("GET", "/v1/custmast", 404),
        ("DELETE", "/v1/customers", 405),
        ("PUT", "/v1/customers/C000001", 405),
        ("POST", "/v1/users", 405),
    ],
)
def test_paths_and_methods_that_are_not_there(
    api: Any, problem: Problem, method: str, path: str, status: int
) -> None:
    """A2"""
    answer = api(method, path)
    told = problem(answer, status)
    assert (told["type"], told["instance"]) == ("about:blank", path)
    if status == 405:
        assert "GET" in answer.headers["Allow"]


def test_a_body_of_another_kind_is_415(api: Any, problem: Problem) -> None:
    """A2"""
    told = problem(api("POST", "/v1/customers", data="name=x", content_type="text/plain"), 415)
    assert told["detail"] == "Send application/json, not text/plain."


def test_a_body_that_is_too_large_is_413(api: Any, problem: Problem) -> None:
    """A2"""
    body = b'{"name": "' + b"x" * 1_000_000 + b'"}'
    problem(api("POST", "/v1/customers", data=body, content_type="application/json"), 413)


def test_a_large_body_that_does_not_say_its_length_is_413(api: Any, problem: Problem) -> None:
    """A2"""
    body = b'{"name": "' + b"x" * 1_000_000 + b'"}'
    answer = api(
        "POST",
        "/v1/customers",
        input_stream=BytesIO(body),
        content_type="application/json",
        environ_overrides={"wsgi.input_terminated": True},
    )
    problem(answer, 413)


def test_of_very_many_flaws_the_first_are_told(api: Any, problem: Problem) -> None:
    """A6"""
    told = problem(api("POST", "/v1/customers", json={f"k{n}": 1 for n in range(15_000)}), 422)
    assert len(told["errors"]) == 100


def test_a_request_has_one_id_from_end_to_end(api: Any, problem: Problem) -> None:
    """A8"""
    answer = api.get("/nowhere", **{"X-Request-Id": "my-id.7"})
    assert answer.headers["X-Request-Id"] == "my-id.7"
    assert problem(answer, 404)["request_id"] == "my-id.7"
    made = api.get("/v1/customers?limit=1", **{"X-Request-Id": "bad id\t"}).headers["X-Request-Id"]
    assert len(made) == 16
    assert made != api.get("/v1/customers?limit=1").headers["X-Request-Id"]


@pytest.fixture
def failing() -> Flask:
    """An app whose views fail in their own ways."""
    app = Flask("test", static_folder=None)
    problems.register(app)

    @app.before_request
    def number() -> None:
        g.request_id = "r1"

    @app.get("/broken")
    def broken() -> str:
        raise RuntimeError("SELECT secret FROM CUSTMAST")

    @app.get("/wrong")
    def wrong() -> str:
        raise Misconfigured("table CUSTMAST has no column NAME")

    @app.get("/often")
    def often() -> str:
        raise TooManyRequests(retry_after=7)

    @app.get("/unfit")
    def unfit() -> str:
        raise Unfit("lines.2.quantity.value", "longer than 14 characters")

    @app.get("/not-kept")
    def not_kept() -> str:
        raise NotKept("C000007", ("name", "custom.tier"), partly=True)

    return app


@pytest.mark.parametrize("path", ["/broken", "/wrong"])
def test_what_breaks_is_500_without_a_word_of_why(
    failing: Flask, problem: Problem, path: str
) -> None:
    """A2, W7"""
    told = problem(failing.test_client().get(path), 500)
    assert told["request_id"] == "r1"
    assert not [word for word in ("SELECT", "CUSTMAST", "Traceback") if word in str(told)]


def test_429_says_when_to_come_back(failing: Flask, problem: Problem) -> None:
    """A2"""
    answer = failing.test_client().get("/often")
    problem(answer, 429)
    assert answer.headers["Retry-After"] == "7"


def test_a_value_that_does_not_fit_is_told_by_its_place(failing: Flask, problem: Problem) -> None:
    """W8"""
    told = problem(failing.test_client().get("/unfit"), 422)
    assert told["errors"] == [
        {"detail": "longer than 14 characters", "pointer": "#/lines/1/quantity/value"}
    ]


def test_pointers_escape_what_rfc_6901_says() -> None:
    assert pointer("name") == "#/name"
    assert pointer("lines.1.a/b~c") == "#/lines/0/a~1b~0c"


def test_what_the_crm_did_not_keep_is_named_by_its_fields(failing: Flask, problem: Problem) -> None:
    """W6"""
    told = problem(failing.test_client().get("/not-kept"), 502)
    assert told["type"] == "/docs#problem-not-kept"
    assert [flaw["pointer"] for flaw in told["errors"]] == ["#/name", "#/custom/tier"]
    assert "C000007" in told["detail"]
