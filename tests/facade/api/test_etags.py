"""ETags: no route changes a record without If-Match."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask

from facade.api.etags import check_conditional, conditional, quoted


def changed(id: str, etags: Any) -> str:
    return id


@pytest.mark.parametrize(
    ("rule", "method"), [("/v1/a/<id>", "PATCH"), ("/v1/a/<id>", "DELETE"), ("/a/<id>/b", "POST")]
)
def test_an_app_with_a_change_that_does_not_demand_if_match_is_not_made(
    rule: str, method: str
) -> None:
    """W5"""
    app = Flask("test", static_folder=None)
    app.add_url_rule(rule, "bare", changed, methods=[method])
    with pytest.raises(TypeError, match="does not demand If-Match"):
        check_conditional(app)


def test_an_app_whose_changes_demand_if_match_is_made() -> None:
    """W5"""
    app = Flask("test", static_folder=None)
    app.add_url_rule("/v1/a/<id>", "a", conditional(changed), methods=["PATCH"])
    app.add_url_rule("/v1/a", "new", changed, methods=["POST"])
    app.add_url_rule("/v1/a/<id>", "read", changed, methods=["GET"])
    check_conditional(app)


def test_every_change_of_the_api_demands_if_match(api: Any) -> None:
    """W5"""
    routes = [
        (method, rule.rule)
        for rule in api.app.url_map.iter_rules()
        for method in rule.methods or ()
        if rule.arguments and method in ("POST", "PATCH")
    ]
    assert len(routes) == 6
    for method, rule in routes:
        answer = api(method, rule.replace("<id>", "X1"), json={"name": "x"})
        assert answer.status_code == 428, rule


def test_an_etag_is_quoted() -> None:
    assert quoted("abc") == '"abc"'
