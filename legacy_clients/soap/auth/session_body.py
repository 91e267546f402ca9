"""A session in the body: a login's token is an argument of every other call (SugarCRM)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self

from legacy_clients.deadline import Deadline
from legacy_clients.soap.auth.login import WORDS, Login
from legacy_clients.soap.auth.session import Auth, Session, SignIn, placed
from legacy_clients.soap.auth.words import Credentials, Word
from legacy_clients.soap.contract import Contract
from legacy_clients.soap.reply import Reply

SHAPE = "0" * 32  # what a token may look like, for checking arguments before there is one


class SessionBody(Auth):
    """`element` is the path of the token in the requests; operations without it go without."""

    WORDS = {**WORDS, "element": Word("the element of every other call that takes the token")}
    SETTINGS = ("soap_user", "soap_password")

    def __init__(self, login: Login, element: str, expired: frozenset[str]) -> None:
        self._login, self.expired = login, expired
        self.stand_in = Session(body=placed({element: SHAPE}))

    @classmethod
    def of(cls, words: Mapping[str, Any], credentials: Credentials) -> Self:
        element = words["element"]

        def made(contract: Contract, token: str) -> Session:
            return Session(body=placed({element: token}))

        login = Login(words, credentials, made)
        return cls(login, element, frozenset(words.get("expired", ())))

    def session(
        self, contract: Contract, sign_in: SignIn, deadline: Deadline, spent: Session | None
    ) -> Session:
        return self._login.session(contract, sign_in, deadline, spent)

    def current(self, contract: Contract) -> Session | None:
        return self._login.current

    def heard(self, session: Session, reply: Reply) -> None:
        self._login.heard(session, reply)
