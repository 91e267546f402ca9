"""A session in the body, as SugarCRM has it: one login, its token an argument of every call."""

from __future__ import annotations

import hashlib
import logging
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from threading import Barrier
from typing import Any

import pytest

from legacy_clients.deadline import Deadline
from legacy_clients.errors import BusinessFault, Denied, Misconfigured, Unfit, Unreachable
from tests.legacy_clients.soap.auth.keeper import (
    PASSWORD,
    USER,
    VALUE,
    Asked,
    Keeper,
    Told,
    fault,
    get,
    opened,
)

MD5 = hashlib.md5(PASSWORD.encode()).hexdigest()
SIGN_IN = {
    "style": "session_body",
    "call": "login",
    "user": "user_auth.user_name",
    "password": "user_auth.password",
    "digest": "md5",
    "const": {"user_auth.version": "1", "application_name": "facade"},
    "token": "id",
    "element": "session",
    "expired": ["11"],
}


class Door:
    """Lets in who bears the last session that it gave."""

    def __init__(self) -> None:
        self.logins = 0
        self._lock = threading.Lock()

    @property
    def token(self) -> str:
        return f"token-{self.logins:032}"

    def __call__(self, asked: Asked) -> Told:
        with self._lock:
            if asked.operation == "login":
                return self._login(asked)
            if asked.operation == "ping":
                return Told("<pingResponse><value>up</value></pingResponse>")
            if asked.text("session") != self.token or not self.logins:
                return fault("11", "Invalid Session ID")
            return Told(VALUE)

    def _login(self, asked: Asked) -> Told:
        if (asked.text("user_auth/user_name"), asked.text("user_auth/password")) != (USER, MD5):
            return fault("10", "Invalid Login")
        self.logins += 1
        return Told(f"<loginResponse><id>{self.token}</id></loginResponse>")

    def expire(self) -> None:
        """As if the server had forgotten its sessions: the next login gives another."""
        with self._lock:
            self.logins += 1


@pytest.fixture
def door() -> Door:
    return Door()


@pytest.fixture
def keeper(door: Door) -> Iterator[Keeper]:
    with Keeper(door) as standing:
        yield standing


def test_the_right_credentials_are_sent_once_and_the_token_with_each_call(keeper: Keeper) -> None:
    with closing(opened(keeper.url, SIGN_IN)) as service:
        assert [get(service), get(service)] == ["gold", "gold"]

    assert keeper.operations == ["login", "get", "get"]
    login, first, second = keeper.asked
    assert login.text("user_auth/version") == "1"
    assert login.text("application_name") == "facade"
    assert first.text("session") == second.text("session") == "token-" + "0" * 31 + "1"


def test_no_secret_is_seen_in_another_place(
    keeper: Keeper, door: Door, caplog: pytest.LogCaptureFixture
) -> None:
    """O1, L3"""
    with caplog.at_level(logging.DEBUG), closing(opened(keeper.url, SIGN_IN)) as service:
        get(service)
        shown = repr(service) + repr(vars(service))

    assert keeper.sightings(PASSWORD) == set()
    assert keeper.sightings(MD5) == {"Body/login/user_auth/password"}
    assert keeper.sightings(door.token) == {"Body/get/session"}
    assert "soap read get: done" in caplog.text
    for secret in (PASSWORD, MD5, door.token):
        assert secret not in caplog.text + shown


@pytest.mark.parametrize("faults", [{"10": Denied}, {}], ids=["listed", "not listed"])
def test_wrong_credentials_are_told_and_not_tried_again_at_once(
    keeper: Keeper, faults: dict[str, type[Denied]]
) -> None:
    start = Barrier(20)

    def call(_: int) -> str:
        start.wait(5)
        with pytest.raises(Denied if faults else (Denied, Unreachable)) as told:
            get(service)
        return str(told.value)

    with (
        closing(opened(keeper.url, SIGN_IN, password="wrong", faults=faults)) as service,
        ThreadPoolExecutor(20) as threads,
    ):
        told = set(threads.map(call, range(20)))

    assert keeper.operations == ["login"]
    assert all("signing in was" in words and "wrong" not in words for words in told)


def test_an_expired_session_is_renewed_once_under_twenty_threads(
    keeper: Keeper, door: Door
) -> None:
    """L6"""
    start = Barrier(20)

    def call(_: int) -> str | None:
        start.wait(5)
        return get(service)

    with closing(opened(keeper.url, SIGN_IN)) as service, ThreadPoolExecutor(20) as threads:
        assert set(threads.map(call, range(20))) == {"gold"}
        assert keeper.operations.count("login") == 1
        door.expire()
        assert set(threads.map(call, range(20))) == {"gold"}

    assert keeper.operations.count("login") == 2
    assert keeper.operations.count("get") > 40  # the spent ones were sent, and sent again


def test_a_session_that_never_lives_is_not_renewed_for_ever() -> None:
    def spent(asked: Asked) -> Told:
        if asked.operation == "login":
            return Told("<loginResponse><id>dead</id></loginResponse>")
        return fault("11")

    with (
        Keeper(spent) as keeper,
        closing(opened(keeper.url, SIGN_IN)) as service,
        pytest.raises(Unreachable, match="does not accept the session"),
    ):
        get(service)

    assert keeper.operations == ["login", "get", "login", "get"]


def test_what_does_not_fit_is_refused_before_anybody_signs_in(keeper: Keeper) -> None:
    """W8"""
    with closing(opened(keeper.url, SIGN_IN)) as service:
        with pytest.raises(Unfit, match=r"^name: longer than the 10"):
            get(service, "x" * 11)
        with pytest.raises(Misconfigured, match="nmae"):
            service.call("get", {"name": "a", "nmae": "b"}, Deadline.after(5), write=False)

    assert keeper.asked == []


def test_an_operation_without_the_element_goes_without(keeper: Keeper) -> None:
    with closing(opened(keeper.url, SIGN_IN)) as service:
        reply = service.call("ping", {}, Deadline.after(5), write=False)

    assert reply.text("value") == "up"
    assert len(keeper.asked[-1].root[-1][0]) == 0


def test_a_fault_that_is_no_spent_session_renews_nothing(keeper: Keeper, door: Door) -> None:
    def strict(asked: Asked) -> Told:
        return door(asked) if asked.operation == "login" else fault("Client", "No Access")

    with (
        Keeper(strict) as keeper,
        closing(opened(keeper.url, SIGN_IN)) as service,
        pytest.raises(BusinessFault),
    ):
        get(service)

    assert keeper.operations == ["login", "get"]


@pytest.mark.parametrize("word", ["call", "user", "password", "token", "element"])
def test_a_missing_word_is_named(word: str) -> None:
    sign_in: dict[str, Any] = {name: value for name, value in SIGN_IN.items() if name != word}
    with pytest.raises(Misconfigured, match=rf"'{word}' is missing: .*Its words are call, user"):
        opened("http://127.0.0.1:9/", sign_in)


def test_another_digest_is_refused_with_the_known_ones() -> None:
    with pytest.raises(Misconfigured, match="'sha9', which must be one of plain, md5"):
        opened("http://127.0.0.1:9/", {**SIGN_IN, "digest": "sha9"})
