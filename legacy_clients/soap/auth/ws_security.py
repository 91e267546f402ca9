"""WS-Security UsernameToken in the header of every call: OASIS Web Services Security: SOAP Message
Security 1.0 and UsernameToken Profile 1.0 (March 2004).
"""

from __future__ import annotations

import base64
import hashlib
import os
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, Self

from lxml import etree

from legacy_clients.deadline import Deadline
from legacy_clients.soap.auth.session import Auth, Session, SignIn
from legacy_clients.soap.auth.standing import Standing
from legacy_clients.soap.auth.words import Credentials, Word
from legacy_clients.soap.contract import Contract
from legacy_clients.soap.fault import SOAP11, SOAP12
from legacy_clients.soap.reply import Reply

OASIS = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-"
WSSE = f"{OASIS}wssecurity-secext-1.0.xsd"
WSU = f"{OASIS}wssecurity-utility-1.0.xsd"
PROFILE = f"{OASIS}username-token-profile-1.0"
BASE64 = f"{OASIS}soap-message-security-1.0#Base64Binary"
ENVELOPES = {"1.1": SOAP11, "1.2": SOAP12}

# Message Security 1.0 section 12: what a service answers when it does not believe us.
REFUSED = frozenset(
    {"FailedAuthentication", "InvalidSecurity", "InvalidSecurityToken", "UnsupportedSecurityToken"}
)


def digested(nonce: bytes, created: str, password: str) -> str:
    """UsernameToken Profile 1.0 section 3.1: Base64(SHA-1(nonce + created + password))."""
    whole = nonce + created.encode() + password.encode()
    return base64.b64encode(hashlib.sha1(whole, usedforsecurity=False).digest()).decode()


# By the word `password`: the type of the password, and whether a nonce and a moment go with it.
FORMS: dict[str, tuple[str, bool]] = {
    "text": ("PasswordText", False),
    "text_with_nonce": ("PasswordText", True),
    "digest": ("PasswordDigest", True),
}


class WsSecurity(Auth):
    """A header block of its own for every call: a nonce is never used twice."""

    WORDS = {
        "password": Word("how the password is sent", among=tuple(FORMS)),
        "lasts": Word("seconds that a message is good for; a timestamp then says so", "number",
                      demanded=False),
        "refused": Word("further fault codes that turn down the user", "texts", demanded=False),
    }  # fmt: skip
    SETTINGS = ("soap_user", "soap_password")

    def __init__(
        self,
        user: str,
        password: str,
        form: str,
        lasts: int | None = None,
        refused: frozenset[str] = frozenset(),
        clock: Callable[[], float] = time.time,
    ) -> None:
        """`form` is one of FORMS; `clock` tells seconds since 1970."""
        self._user, self._password, self._lasts, self._clock = user, password, lasts, clock
        self._type, self._fresh = FORMS[form]
        self.refused = REFUSED | refused
        self.standing = Standing()

    def __repr__(self) -> str:
        return f"<WsSecurity {self._type}>"

    @classmethod
    def of(cls, words: Mapping[str, Any], credentials: Credentials) -> Self:
        return cls(
            credentials.user or "",
            credentials.password or "",
            words["password"],
            words.get("lasts"),
            frozenset(words.get("refused", ())),
        )

    def session(
        self, contract: Contract, sign_in: SignIn, deadline: Deadline, spent: Session | None
    ) -> Session:
        return Session(headers=(self.block(envelope_of(contract)),))

    def current(self, contract: Contract) -> Session | None:
        return self.session(contract, unasked, Deadline(0), None)

    def heard(self, session: Session, reply: Reply) -> None:
        pass

    def block(self, envelope: str) -> Any:
        """wsse:Security for an envelope of this namespace, which its reader must understand."""
        security = etree.Element(
            f"{{{WSSE}}}Security", nsmap={"wsse": WSSE, "wsu": WSU, "soap": envelope}
        )
        security.set(f"{{{envelope}}}mustUnderstand", "1")
        now = self._clock()
        if self._lasts is not None:
            timestamp = etree.SubElement(security, f"{{{WSU}}}Timestamp")
            etree.SubElement(timestamp, f"{{{WSU}}}Created").text = moment(now)
            etree.SubElement(timestamp, f"{{{WSU}}}Expires").text = moment(now + self._lasts)
        token = etree.SubElement(security, f"{{{WSSE}}}UsernameToken")
        etree.SubElement(token, f"{{{WSSE}}}Username").text = self._user
        secret = etree.SubElement(token, f"{{{WSSE}}}Password", Type=f"{PROFILE}#{self._type}")
        secret.text = self._password
        if self._fresh:
            nonce, created = os.urandom(16), moment(now)
            encoded = etree.SubElement(token, f"{{{WSSE}}}Nonce", EncodingType=BASE64)
            encoded.text = base64.b64encode(nonce).decode()
            etree.SubElement(token, f"{{{WSU}}}Created").text = created
            if self._type == "PasswordDigest":
                secret.text = digested(nonce, created, self._password)
        return security


def moment(seconds: float) -> str:
    """UTC with Z, to the millisecond (Message Security 1.0 section 10)."""
    told = datetime.fromtimestamp(seconds, UTC).replace(tzinfo=None)
    return told.isoformat(timespec="milliseconds") + "Z"


def envelope_of(contract: Contract) -> str:
    """The namespace of the envelope that a contract's one binding speaks."""
    return ENVELOPES[next(iter(contract.operations.values())).soap]


def unasked(*given: Any) -> Reply:
    raise AssertionError("this style signs in with every call")
