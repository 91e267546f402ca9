"""Credentials in every body: in their elements, and not tried again after a refusal."""

from __future__ import annotations

from contextlib import closing
from typing import Any

import pytest

from legacy_clients.deadline import Deadline
from legacy_clients.errors import Denied, Unfit
from tests.legacy_clients.soap.auth.keeper import (
    PASSWORD,
    USER,
    VALUE,
    Asked,
    Keeper,
    Told,
    denied_at_once,
    fault,
    get,
    opened,
)

BODY: dict[str, Any] = {
    "style": "body",
    "user": "auth.user",
    "password": "auth.password",
    "const": {"auth.application": "facade"},
    "refused": ["Auth.Failed"],
}


def door(asked: Asked) -> Told:
    if asked.operation == "ping":
        return Told("<pingResponse><value>up</value></pingResponse>")
    if (asked.text("auth/user"), asked.text("auth/password")) != (USER, PASSWORD):
        return fault("Auth.Failed")
    return Told(VALUE)


def test_the_right_credentials_are_in_their_elements_and_nowhere_else() -> None:
    with Keeper(door) as keeper, closing(opened(keeper.url, BODY)) as service:
        assert [get(service), get(service)] == ["gold", "gold"]
        assert service.call("ping", {}, Deadline.after(5), write=False).text("value") == "up"
        assert PASSWORD not in repr(vars(service))

    assert keeper.operations == ["get", "get", "ping"]
    assert keeper.asked[0].text("auth/application") == "facade"
    assert keeper.sightings(PASSWORD) == {"Body/get/auth/password"}
    assert keeper.sightings(USER) == {"Body/get/auth/user"}


def test_wrong_credentials_go_out_once_under_twenty_threads() -> None:
    with (
        Keeper(door) as keeper,
        closing(opened(keeper.url, BODY, password="wrong")) as service,
    ):
        told = denied_at_once(service, 20)

    assert len(keeper.asked) == 1
    assert all("wrong" not in words for words in told)


def test_a_right_that_is_lacking_is_no_wrong_password() -> None:
    """One call that is not allowed does not keep the others from being made."""

    def narrow(asked: Asked) -> Told:
        return fault("NO_RIGHT") if asked.text("name") == "mine" else door(asked)

    with (
        Keeper(narrow) as keeper,
        closing(opened(keeper.url, BODY, faults={"NO_RIGHT": Denied})) as service,
    ):
        assert get(service) == "gold"
        for _ in range(3):
            with pytest.raises(Denied):
                get(service, "mine")
        assert get(service) == "gold"

    assert len(keeper.asked) == 5


def test_what_does_not_fit_is_refused_before_anything_is_sent() -> None:
    """W8"""
    with (
        Keeper(door) as keeper,
        closing(opened(keeper.url, BODY)) as service,
        pytest.raises(Unfit, match=r"^name: longer than the 10"),
    ):
        get(service, "x" * 11)

    assert keeper.asked == []
