"""A session in the body: a login's token is an argument of every other call (SugarCRM)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self

from legacy_clients.soap.auth.login import WORDS, LoggedIn, Login
from legacy_clients.soap.auth.session import Session, placed
from legacy_clients.soap.auth.words import Credentials, Word
from legacy_clients.soap.contract import Contract

SHAPE = "0" * 32  # what a token may look like, for checking arguments before there is one


class SessionBody(LoggedIn):
    """`element` is the path of the token in the requests; operations without it go without."""

    WORDS = {**WORDS, "element": Word("the element of every other call that takes the token")}

    def __init__(self, login: Login, element: str, expired: frozenset[str]) -> None:
        super().__init__(login, expired)
        self.stand_in = Session(body=placed({element: SHAPE}))

    @classmethod
    def of(cls, words: Mapping[str, Any], credentials: Credentials) -> Self:
        element = words["element"]

        def made(contract: Contract, token: str) -> Session:
            return Session(body=placed({element: token}))

        login = Login(words, credentials, made)
        return cls(login, element, frozenset(words.get("expired", ())))
