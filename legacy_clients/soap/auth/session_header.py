"""A session in the SOAP header: a login's token travels in a header block from then on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self

from legacy_clients.soap.auth.login import WORDS, LoggedIn, Login
from legacy_clients.soap.auth.session import Session
from legacy_clients.soap.auth.words import Credentials, Word
from legacy_clients.soap.contract import Contract
from legacy_clients.soap.request import header_block


class SessionHeader(LoggedIn):
    """`header` leads from the header block down to the element of the token ("Session.Token")."""

    WORDS = {**WORDS, "header": Word("the header element that takes the token")}

    @classmethod
    def of(cls, words: Mapping[str, Any], credentials: Credentials) -> Self:
        header = words["header"]

        def made(contract: Contract, token: str) -> Session:
            return Session(headers=(header_block(contract, header, token),))

        return cls(Login(words, credentials, made), frozenset(words.get("expired", ())))
