"""User and password among the arguments of every call."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self

from legacy_clients.soap.auth.session import Constant, Session, placed
from legacy_clients.soap.auth.standing import Standing
from legacy_clients.soap.auth.words import Credentials, Word


class Body(Constant):
    """The same elements in every call; operations without them go without."""

    WORDS = {
        "user": Word("the element of every call for the user"),
        "password": Word("the element of every call for the password"),
        "const": Word("further elements of every call", "table", demanded=False),
        "refused": Word("the fault codes that turn down the user", "texts", demanded=False),
    }
    SETTINGS = ("soap_user", "soap_password")

    def __init__(self, values: Mapping[str, str], refused: frozenset[str]) -> None:
        """`values` are by element path."""
        self._session = Session(body=placed(values))
        self.refused = refused
        self.standing = Standing()

    def __repr__(self) -> str:
        return "<Body>"

    @classmethod
    def of(cls, words: Mapping[str, Any], credentials: Credentials) -> Self:
        values = {
            **words.get("const", {}),
            words["user"]: credentials.user or "",
            words["password"]: credentials.password or "",
        }
        made = cls(values, frozenset(words.get("refused", ())))
        # For showing a request: a stranger's eyes see no credentials.
        shown = dict.fromkeys((words["user"], words["password"]), "***")
        made.stand_in = Session(body=placed({**words.get("const", {}), **shown}))
        return made
