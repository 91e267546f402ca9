"""NTLM over HTTP (MS-NTHT): a connection is signed in on by question and answer, and the password
itself never leaves.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable, Mapping
from typing import Any, Self

from legacy_clients.errors import Denied, Unreachable
from legacy_clients.soap.auth.standing import Standing
from legacy_clients.soap.auth.unsigned import NoAuth
from legacy_clients.soap.auth.words import Credentials
from legacy_clients.soap.connection import Incoming

CHALLENGE = re.compile(r"(?:^|,)\s*NTLM\s+([A-Za-z0-9+/=]+)\s*(?:,|$)", re.IGNORECASE)


class Ntlm(NoAuth):
    """The calls carry nothing; each connection is introduced. The user is DOMAIN\\user."""

    SETTINGS = ("soap_user", "soap_password")

    def __init__(self, user: str, password: str, host: str) -> None:
        from legacy_clients.soap.auth.negotiation import Negotiation  # slow to load, seldom needed

        self._negotiation = Negotiation
        self._user, self._password, self._host = user, password, host
        self.introduction = self
        self.standing = Standing()

    def __repr__(self) -> str:
        return "<Ntlm>"

    @classmethod
    def of(cls, words: Mapping[str, Any], credentials: Credentials) -> Self:
        return cls(credentials.user or "", credentials.password or "", credentials.host)

    def headers(
        self, ask: Callable[[Mapping[str, str]], Incoming], certificate: bytes | None
    ) -> Mapping[str, str]:
        """The answer to the service's challenge; nothing where it does not ask for one.

        Raises Unreachable for a challenge that is none, and Denied where the service offers no
        NTLM.
        """
        negotiation = self._negotiation(self._user, self._password, self._host, certificate)
        incoming = ask(spelled(negotiation.question()))
        if incoming.status != 401:
            return {}
        for line in incoming.challenges:
            found = CHALLENGE.search(line)
            if found is not None:
                return spelled(negotiation.answer(unpacked(found[1])))
        raise Denied("the service does not sign in by NTLM")


def spelled(message: bytes) -> dict[str, str]:
    return {"Authorization": f"NTLM {base64.b64encode(message).decode()}"}


def unpacked(challenge: str) -> bytes:
    try:
        return base64.b64decode(challenge)
    except binascii.Error:
        raise Unreachable("the service's NTLM challenge cannot be read") from None
