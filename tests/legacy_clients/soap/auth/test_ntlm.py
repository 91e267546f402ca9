"""NTLM: a connection is signed in on, the password never leaves, and what is forgotten is done
again once.
"""

from __future__ import annotations

import base64
import hashlib
import logging
import ssl
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace

import pytest
import spnego
import trustme
from hypothesis import given
from hypothesis import strategies as st
from spnego.channel_bindings import GssChannelBindings
from spnego.exceptions import SpnegoError

from legacy_clients.errors import Denied, Misconfigured, Unreachable
from legacy_clients.soap.auth.ntlm import Ntlm
from tests.legacy_clients.soap.auth.keeper import (
    VALUE,
    Asked,
    Keeper,
    Told,
    denied_at_once,
    get,
    opened,
    unauthorized,
)

NTLM = {"style": "ntlm"}
WHO = {"user": "VAULT\\anna", "password": "pässword of anna"}


@pytest.fixture(autouse=True)
def accounts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The accounts that the other side knows."""
    file = tmp_path / "accounts"
    file.write_text("VAULT:anna:pässword of anna\n", "utf-8")
    monkeypatch.setenv("NTLM_USER_FILE", str(file))


class Door:
    """Speaks NTLM as IIS does: once a connection is signed in, its requests need no more."""

    def __init__(self, *, each: bool = False, bound: bytes | None = None) -> None:
        """`each`: a connection is forgotten after each call. `bound`: what sign-ins must be bound
        to (RFC 5929).
        """
        self.each, self.accepted, self.refused = each, 0, 0
        self.age = 0  # connections that were signed in on at another age are forgotten
        self._bound = GssChannelBindings(application_data=bound) if bound else None
        self._lock = threading.Lock()

    def __call__(self, asked: Asked) -> Told:
        given = asked.headers.get("Authorization", "")
        if given.startswith("NTLM "):
            return self._step(asked, base64.b64decode(given[5:]))
        if asked.memory.get("who") and asked.memory["age"] == self.age:
            return Told(VALUE)
        return unauthorized("NTLM", 'Basic realm="vault"')

    def _step(self, asked: Asked, token: bytes) -> Told:
        context = asked.memory.pop("context", None) or spnego.server(
            hostname="127.0.0.1", service="http", protocol="ntlm",
            options=spnego.NegotiateOptions.use_ntlm, channel_bindings=self._bound,
        )  # fmt: skip
        try:
            answer = context.step(token)
        except SpnegoError:
            with self._lock:
                self.refused += 1
            return unauthorized("NTLM")
        if not context.complete:
            asked.memory["context"] = context
            return unauthorized("NTLM " + base64.b64encode(answer).decode())
        asked.memory["who"] = None if self.each else context.client_principal
        asked.memory["age"] = self.age
        with self._lock:
            self.accepted += 1
        return Told(VALUE)


def test_a_connection_is_signed_in_on_once_in_three_legs() -> None:
    door = Door()
    with Keeper(door) as keeper, closing(opened(keeper.url, NTLM, **WHO)) as service:
        assert [get(service) for _ in range(3)] == ["gold"] * 3

    assert door.accepted == 1
    assert [asked.operation for asked in keeper.asked] == ["", "get", "get", "get"]
    assert len({asked.connection for asked in keeper.asked}) == 1
    given = [asked.headers.get("Authorization", "")[:4] for asked in keeper.asked]
    assert given == ["NTLM", "NTLM", "", ""]


def test_the_password_never_leaves(caplog: pytest.LogCaptureFixture) -> None:
    door = Door()
    with (
        caplog.at_level(logging.DEBUG),
        Keeper(door) as keeper,
        closing(opened(keeper.url, NTLM, **WHO)) as service,
    ):
        get(service)
        assert WHO["password"] not in repr(vars(service))

    assert keeper.sightings(WHO["password"]) == set()
    assert WHO["password"] not in caplog.text
    assert "NTLM" not in caplog.text


def test_wrong_credentials_go_out_once_under_twenty_threads() -> None:
    door = Door()
    with (
        Keeper(door) as keeper,
        closing(opened(keeper.url, NTLM, **{**WHO, "password": "wrong"})) as service,
    ):
        told = denied_at_once(service, 20)

    assert door.refused == 1
    assert len(keeper.asked) == 2
    assert all("wrong" not in words for words in told)


def test_twenty_threads_sign_in_on_each_of_their_connections() -> None:
    door = Door()
    with Keeper(door) as keeper, closing(opened(keeper.url, NTLM, **WHO)) as service:
        assert get(service) == "gold"
        with ThreadPoolExecutor(20) as threads:
            assert set(threads.map(lambda _: get(service), range(60))) == {"gold"}

    assert door.accepted == len({asked.connection for asked in keeper.asked})
    assert door.refused == 0


def test_a_connection_that_the_service_forgot_is_signed_in_on_again_and_the_call_runs_once() -> (
    None
):
    door = Door(each=True)
    with Keeper(door) as keeper, closing(opened(keeper.url, NTLM, **WHO)) as service:
        assert [get(service), get(service)] == ["gold", "gold"]

    # The second call was refused on the old connection (401: it did not run), and ran on a new one.
    assert door.accepted == 2
    assert [asked.operation for asked in keeper.asked] == ["", "get", "get", "", "get"]


def test_what_the_service_forgot_is_signed_in_on_again_once_a_connection_by_twenty_threads() -> (
    None
):
    """L6"""
    door = Door()
    with (
        Keeper(door) as keeper,
        closing(opened(keeper.url, NTLM, **WHO)) as service,
        ThreadPoolExecutor(20) as threads,
    ):
        assert set(threads.map(lambda _: get(service), range(40))) == {"gold"}
        door.age += 1
        assert set(threads.map(lambda _: get(service), range(40))) == {"gold"}

    assert door.accepted == len({asked.connection for asked in keeper.asked})
    assert door.refused == 0


@pytest.mark.parametrize("right", [True, False], ids=["ours", "of another server"])
def test_a_sign_in_is_bound_to_the_certificate_of_the_service(right: bool, tmp_path: Path) -> None:
    """RFC 5929: what was signed in on for one server is worth nothing at another."""
    root = trustme.CA()
    root.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    leaf = root.issue_cert("127.0.0.1")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    leaf.configure_cert(context)
    der = ssl.PEM_cert_to_DER_cert(leaf.cert_chain_pems[0].bytes().decode())
    digest = hashlib.sha256(der if right else der[::-1]).digest()
    door = Door(bound=b"tls-server-end-point:" + digest)
    with (
        Keeper(door, context) as keeper,
        closing(opened(keeper.url, NTLM, ca=tmp_path / "ca.pem", **WHO)) as service,
    ):
        if right:
            assert get(service) == "gold"
        else:
            with pytest.raises(Denied):
                get(service)

    assert (door.accepted, door.refused) == ((1, 0) if right else (0, 1))


def test_a_service_that_does_not_ask_is_called_without() -> None:
    with (
        Keeper(lambda asked: Told(VALUE)) as keeper,
        closing(opened(keeper.url, NTLM, **WHO)) as service,
    ):
        assert get(service) == "gold"

    assert [asked.operation for asked in keeper.asked] == ["", "get"]


@pytest.mark.parametrize(
    ("challenge", "kind"), [("Negotiate", Denied), ("NTLM bm9uc2Vuc2U=", Unreachable)]
)
def test_a_service_that_offers_no_ntlm_is_told(challenge: str, kind: type[Exception]) -> None:
    with (
        Keeper(lambda asked: unauthorized(challenge)) as keeper,
        closing(opened(keeper.url, NTLM, **WHO)) as service,
        pytest.raises(kind, match="NTLM"),
    ):
        get(service)

    assert keeper.operations == [""]  # the call itself never left


@given(st.binary(max_size=400), st.booleans())
def test_a_challenge_that_is_none_is_only_unreachable(junk: bytes, signed: bool) -> None:
    """Whatever a stranger sends in place of a challenge, it is one error."""
    token = b"NTLMSSP\x00\x02\x00\x00\x00" + junk if signed else junk
    incoming = SimpleNamespace(status=401, challenges=[f"NTLM {base64.b64encode(token).decode()}"])
    try:
        told = Ntlm("VAULT\\anna", "pw", "h").headers(lambda headers: incoming, None)
    except (Unreachable, Denied):
        return
    assert told["Authorization"].startswith("NTLM ")


def test_a_proxy_that_shares_connections_is_refused() -> None:
    with pytest.raises(Misconfigured, match=r"crm\.soap_proxy"):
        opened("http://127.0.0.1:9/", NTLM, proxy="http://127.0.0.1:8/", **WHO)
