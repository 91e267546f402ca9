"""Calls that say nothing of the caller; and those of whom TLS says it, by a client certificate."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self

from legacy_clients.deadline import Deadline
from legacy_clients.soap.auth.session import EMPTY, Auth, Session, SignIn
from legacy_clients.soap.auth.words import Credentials
from legacy_clients.soap.contract import Contract
from legacy_clients.soap.reply import Reply


class NoAuth(Auth):
    """Calls that say nothing of the caller."""

    @classmethod
    def of(cls, words: Mapping[str, Any], credentials: Credentials) -> Self:
        return cls()

    def session(
        self, contract: Contract, sign_in: SignIn, deadline: Deadline, spent: Session | None
    ) -> Session:
        return EMPTY

    def current(self, contract: Contract) -> Session | None:
        return EMPTY

    def heard(self, session: Session, reply: Reply) -> None:
        pass
