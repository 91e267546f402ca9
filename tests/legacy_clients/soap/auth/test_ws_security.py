"""WS-Security: the token of the profile, fresh with every call, as other makers read it."""

from __future__ import annotations

import base64
import hashlib
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime
from typing import Any

import pytest
from lxml import etree
from zeep.wsse.username import UsernameToken

from legacy_clients.soap.auth.session import Session
from legacy_clients.soap.auth.ws_security import WSSE, WSU, WsSecurity, digested
from legacy_clients.soap.fault import SOAP11, SOAP12
from legacy_clients.soap.wsdl import load_contract
from tests.legacy_clients.soap.auth.keeper import (
    PASSWORD,
    USER,
    VALUE,
    VAULT,
    Asked,
    Keeper,
    Told,
    denied_at_once,
    fault,
    get,
    opened,
)

TOKEN = "Header/Security/UsernameToken"
PROFILE = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-username-token-profile-1.0"


class Door:
    """Checks the token as the profile says (section 3.1), and takes no nonce twice."""

    def __init__(self, kind: str, *, stamped: bool = False, fresh: bool = False) -> None:
        self.kind, self.stamped, self.fresh = kind, stamped, fresh
        self.nonces: set[str] = set()

    def __call__(self, asked: Asked) -> Told:
        security = asked.root.find("{*}Header/{*}Security")
        if security is None or security.get(f"{{{SOAP11}}}mustUnderstand") != "1":
            return fault("wsse:InvalidSecurity")
        password = security.find("{*}UsernameToken/{*}Password")
        if password.get("Type") != f"{PROFILE}#{self.kind}" or not self._right(asked, password):
            return fault("wsse:FailedAuthentication")
        return Told(VALUE)

    def _right(self, asked: Asked, password: Any) -> bool:
        nonce, created = asked.text(f"{TOKEN}/Nonce"), asked.text(f"{TOKEN}/Created")
        if self.stamped and not self._lives(asked):
            return False
        if asked.text(f"{TOKEN}/Username") != USER:
            return False
        if self.kind == "PasswordText":
            return password.text == PASSWORD and (nonce is not None) == self.fresh
        if nonce is None or created is None or nonce in self.nonces:
            return False
        self.nonces.add(nonce)
        whole = base64.b64decode(nonce) + created.encode() + PASSWORD.encode()
        return password.text == base64.b64encode(hashlib.sha1(whole).digest()).decode()

    def _lives(self, asked: Asked) -> bool:
        created, expires = (
            datetime.fromisoformat(asked.text(f"Header/Security/Timestamp/{word}") or "")
            for word in ("Created", "Expires")
        )
        lasts = (expires - created).total_seconds()
        return lasts == 300 and abs((datetime.now(UTC) - created).total_seconds()) < 60


@pytest.mark.parametrize(
    ("words", "door"),
    [
        ({"password": "text"}, Door("PasswordText")),
        ({"password": "text_with_nonce"}, Door("PasswordText", fresh=True)),
        ({"password": "digest"}, Door("PasswordDigest")),
        ({"password": "digest", "lasts": 300}, Door("PasswordDigest", stamped=True)),
    ],
    ids=["text", "text with nonce", "digest", "digest with timestamp"],
)
def test_the_right_credentials_are_accepted_by_each_call(words: dict[str, Any], door: Door) -> None:
    sign_in = {"style": "ws_security", **words}
    with Keeper(door) as keeper, closing(opened(keeper.url, sign_in)) as service:
        assert [get(service) for _ in range(3)] == ["gold"] * 3
        assert PASSWORD not in repr(vars(service))

    sent = {f"{TOKEN}/Password"} if door.kind == "PasswordText" else set()
    assert keeper.operations == ["get", "get", "get"]
    assert keeper.sightings(PASSWORD) == sent


def test_twenty_threads_send_twenty_nonces() -> None:
    sign_in = {"style": "ws_security", "password": "digest"}
    door = Door("PasswordDigest")
    with (
        Keeper(door) as keeper,
        closing(opened(keeper.url, sign_in)) as service,
        ThreadPoolExecutor(20) as threads,
    ):
        assert set(threads.map(lambda _: get(service), range(20))) == {"gold"}

    assert len(door.nonces) == len(keeper.asked) == 20


@pytest.mark.parametrize("code", ["wsse:FailedAuthentication", "wsse:InvalidSecurityToken"])
def test_wrong_credentials_go_out_once_under_twenty_threads(code: str) -> None:
    sign_in = {"style": "ws_security", "password": "text"}
    with (
        Keeper(lambda asked: fault(code)) as keeper,
        closing(opened(keeper.url, sign_in, password="wrong")) as service,
    ):
        told = denied_at_once(service, 20)

    assert len(keeper.asked) == 1
    assert all("wrong" not in words for words in told)


def test_the_digest_is_that_of_the_profile() -> None:
    """SHA-1 of nonce, moment and password, as another implementation makes it."""
    nonce, created = "0123456789abcdef", "2026-11-23T08:00:00+00:00"
    other = UsernameToken(
        "anna", "pw", use_digest=True, nonce=nonce, created=datetime.fromisoformat(created)
    )
    envelope, _ = other.apply(etree.Element(f"{{{SOAP11}}}Envelope"), {})

    assert envelope.findtext(".//{*}Password") == digested(nonce.encode(), created, "pw")
    assert digested(nonce.encode(), created, "pw") == "H/wsmK8TISxSUBn2G0QykWFn/xQ="


@pytest.mark.parametrize(("port", "envelope"), [("VaultPort", SOAP11), ("VaultPort12", SOAP12)])
def test_the_block_must_be_understood_in_the_words_of_its_envelope(
    port: str, envelope: str
) -> None:
    contract = load_contract(VAULT, port)
    session = WsSecurity(USER, PASSWORD, "text", clock=lambda: 1.5).current(contract)

    assert isinstance(session, Session)
    (block,) = session.headers
    assert block.tag == f"{{{WSSE}}}Security"
    assert block.attrib == {f"{{{envelope}}}mustUnderstand": "1"}


def test_moments_are_utc_to_the_millisecond() -> None:
    style = WsSecurity(USER, PASSWORD, "digest", lasts=60, clock=lambda: 1_700_000_000.25)
    block = style.block(SOAP11)

    told = [node.text for node in block.iter(f"{{{WSU}}}Created", f"{{{WSU}}}Expires")]
    assert told == [
        "2023-11-14T22:13:20.250Z",
        "2023-11-14T22:14:20.250Z",
        "2023-11-14T22:13:20.250Z",
    ]
