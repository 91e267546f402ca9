"""HTTP basic: one header, sent to the one host, and not tried again after a refusal."""

from __future__ import annotations

import base64
from contextlib import closing

import pytest

from legacy_clients.errors import Denied, Misconfigured
from tests.legacy_clients.soap.auth.keeper import (
    PASSWORD,
    USER,
    VALUE,
    Asked,
    Keeper,
    Told,
    denied_at_once,
    get,
    opened,
    unauthorized,
)

BASIC = {"style": "basic"}
RIGHT = base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()


def door(asked: Asked) -> Told:
    if asked.headers.get("Authorization") != f"Basic {RIGHT}":
        return unauthorized('Basic realm="vault"')
    return Told(VALUE)


def test_the_right_credentials_are_in_the_header_of_each_call_and_nowhere_else() -> None:
    with Keeper(door) as keeper, closing(opened(keeper.url, BASIC)) as service:
        assert [get(service), get(service)] == ["gold", "gold"]
        assert PASSWORD not in repr(vars(service))

    assert keeper.operations == ["get", "get"]
    assert keeper.sightings(PASSWORD) == {"header Authorization"}


def test_wrong_credentials_go_out_once_under_twenty_threads() -> None:
    with (
        Keeper(door) as keeper,
        closing(opened(keeper.url, BASIC, password="wrong")) as service,
    ):
        told = denied_at_once(service, 20)

    assert len(keeper.asked) == 1
    assert all("wrong" not in words for words in told)


def test_a_password_that_was_changed_ends_in_one_more_try() -> None:
    accepts = [True]

    def changing(asked: Asked) -> Told:
        return door(asked) if accepts[0] else unauthorized('Basic realm="vault"')

    with Keeper(changing) as keeper, closing(opened(keeper.url, BASIC)) as service:
        assert get(service) == "gold"
        accepts[0] = False
        for _ in range(5):
            with pytest.raises(Denied):
                get(service)

    assert len(keeper.asked) == 2


def test_a_redirect_to_another_host_takes_no_password_along() -> None:
    """L3"""
    with Keeper(door) as canary:
        moved = Told("", 307, {"Location": canary.url}, "", "text/html")
        with (
            Keeper(lambda asked: moved) as keeper,
            closing(opened(keeper.url, BASIC)) as service,
            pytest.raises(Exception, match="redirect"),
        ):
            get(service)

    assert (len(keeper.asked), canary.asked) == (1, [])


def test_a_user_with_a_colon_is_refused() -> None:
    with pytest.raises(Misconfigured, match="RFC 7617"):
        opened("http://127.0.0.1:9/", BASIC, user="a:b")
