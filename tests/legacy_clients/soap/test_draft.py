"""A request as it would be sent, made without signing in and without a secret; and whether there is
a service at all.
"""

from __future__ import annotations

import socket
from contextlib import closing
from typing import Any

import pytest
from lxml import etree

from legacy_clients.deadline import Deadline
from legacy_clients.errors import Misconfigured, Unfit, Unintelligible, Unreachable
from tests.legacy_clients.soap.auth.keeper import PASSWORD, USER, VALUE, Keeper, Told, opened
from tests.legacy_clients.soap.auth.test_body import BODY
from tests.legacy_clients.soap.auth.test_session_body import SIGN_IN

NOWHERE = "http://127.0.0.1:9/vault"


def drafted(sign_in: dict[str, Any], **arguments: Any) -> str:
    with closing(opened(NOWHERE, sign_in)) as service:
        return etree.tostring(service.draft("get", arguments), encoding="unicode")


@pytest.mark.parametrize("sign_in", [{}, SIGN_IN, BODY])
def test_a_request_is_drafted_where_nobody_can_sign_in(sign_in: dict[str, Any]) -> None:
    """O1"""
    told = drafted(sign_in, name="key")
    assert ">key</" in told
    assert PASSWORD not in told
    assert USER not in told


def test_what_the_sign_in_gives_has_stand_ins() -> None:
    with closing(opened(NOWHERE, SIGN_IN)) as service:
        assert service.given("get") == {"session": "0" * 32}
        assert service.given("ping") == {}
    with closing(opened(NOWHERE, BODY)) as service:
        given = {"auth": {"user": "***", "password": "***", "application": "facade"}}
        assert service.given("get") == given


def test_arguments_that_do_not_fit_are_told_without_a_session() -> None:
    with pytest.raises(Unfit, match="name: the service asks for it, and it is absent"):
        drafted(SIGN_IN)
    with pytest.raises(Misconfigured, match="get has no element nam"):
        drafted(SIGN_IN, nam="key")


def test_reaching_a_service_sends_nothing() -> None:
    with Keeper(lambda asked: Told(VALUE)) as keeper, closing(opened(keeper.url, SIGN_IN)) as it:
        it.reach(Deadline.after(5))
        assert keeper.asked == []


def test_a_service_that_is_not_there_cannot_be_reached() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{probe.getsockname()[1]}/vault"
    with closing(opened(url, SIGN_IN)) as service, pytest.raises(Unreachable):
        service.reach(Deadline.after(5))


def test_a_service_that_is_left_alone_is_not_called_reachable() -> None:
    """L7"""
    failing = Told("down", status=503, media="text/html")
    with Keeper(lambda asked: failing) as keeper, closing(opened(keeper.url, {})) as service:
        service.reach(Deadline.after(5))
        left_alone = False
        for _ in range(50):
            try:
                service.call("get", {"name": "key"}, Deadline.after(5), write=False)
            except Unreachable:
                left_alone = True
                break
            except Unintelligible:
                continue
        assert left_alone
        with pytest.raises(Unreachable, match="no read is made for some seconds"):
            service.reach(Deadline.after(5))
