"""User and password in an HTTP header of every call (RFC 7617)."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any, Self

from legacy_clients.errors import Misconfigured
from legacy_clients.soap.auth.session import Constant, Session
from legacy_clients.soap.auth.standing import Standing
from legacy_clients.soap.auth.words import Credentials


class Basic(Constant):
    """The same header for every call, in UTF-8."""

    SETTINGS = ("soap_user", "soap_password")

    def __init__(self, user: str, password: str) -> None:
        if ":" in user:
            raise Misconfigured("a user with a colon cannot sign in by HTTP basic (RFC 7617)")
        pair = base64.b64encode(f"{user}:{password}".encode()).decode()
        self._session = Session(http={"Authorization": f"Basic {pair}"})
        self.standing = Standing()

    def __repr__(self) -> str:
        return "<Basic>"

    @classmethod
    def of(cls, words: Mapping[str, Any], credentials: Credentials) -> Self:
        return cls(credentials.user or "", credentials.password or "")
