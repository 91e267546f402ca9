"""A session in the SOAP header: a login's token travels in a header block from then on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self

from legacy_clients.deadline import Deadline
from legacy_clients.soap.auth.login import WORDS, Login
from legacy_clients.soap.auth.session import Auth, Session, SignIn
from legacy_clients.soap.auth.words import Credentials, Word
from legacy_clients.soap.contract import Contract
from legacy_clients.soap.reply import Reply
from legacy_clients.soap.request import header_block


class SessionHeader(Auth):
    """`header` leads from the header block down to the element of the token ("Session.Token")."""

    WORDS = {**WORDS, "header": Word("the header element that takes the token")}
    SETTINGS = ("soap_user", "soap_password")

    def __init__(self, login: Login, expired: frozenset[str]) -> None:
        self._login, self.expired = login, expired

    @classmethod
    def of(cls, words: Mapping[str, Any], credentials: Credentials) -> Self:
        header = words["header"]

        def made(contract: Contract, token: str) -> Session:
            return Session(headers=(header_block(contract, header, token),))

        return cls(Login(words, credentials, made), frozenset(words.get("expired", ())))

    def session(
        self, contract: Contract, sign_in: SignIn, deadline: Deadline, spent: Session | None
    ) -> Session:
        return self._login.session(contract, sign_in, deadline, spent)

    def current(self, contract: Contract) -> Session | None:
        return self._login.current

    def heard(self, session: Session, reply: Reply) -> None:
        self._login.heard(session, reply)
