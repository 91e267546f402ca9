"""What a call carries to say who calls, and what every style of signing in offers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from legacy_clients.deadline import Deadline
from legacy_clients.errors import Misconfigured
from legacy_clients.soap.auth.standing import ACCEPTED, Standing
from legacy_clients.soap.auth.words import Credentials, Word
from legacy_clients.soap.contract import Contract
from legacy_clients.soap.reply import Reply
from legacy_clients.soap.transport import Introduction
from schemas.elements import parse_path

SignIn = Callable[[str, Mapping[str, Any], Deadline], Reply]


@dataclass(frozen=True, eq=False)
class Session:
    """What a call carries: header blocks, arguments by local element name (as for `compose`), HTTP
    headers. Two sessions are the same only if they are the same object.
    """

    headers: tuple[Any, ...] = ()
    body: Mapping[str, Any] = field(default_factory=dict)
    http: Mapping[str, str] = field(default_factory=dict)

    def __repr__(self) -> str:
        return "<Session>"


EMPTY = Session()


class Auth(Protocol):
    """A style of signing in."""

    WORDS: Mapping[str, Word] = {}
    """What `[crm.sign_in]` says in this style, beside `style` and `busy`."""
    SETTINGS: tuple[str, ...] = ()
    """The settings that it cannot do without."""

    expired: frozenset[str] = frozenset()
    """Codes of the faults that say that a session is spent and that the call did not run."""
    refused: frozenset[str] = frozenset()
    """Codes of the faults that say that user or password is not accepted."""
    standing: Standing = ACCEPTED
    """Whether calls are let out; for styles that send credentials with each one."""
    introduction: Introduction | None = None
    """The sign-in of a connection, where this style has one."""
    stand_in: Session = EMPTY
    """A session to check arguments with before there is one."""

    @classmethod
    def of(cls, words: Mapping[str, Any], credentials: Credentials) -> Auth:
        """The style made of its words, which are checked already, and of the settings."""

    def session(
        self, contract: Contract, sign_in: SignIn, deadline: Deadline, spent: Session | None
    ) -> Session:
        """The session to call with, not `spent`. Raises Denied, Busy or Unreachable."""

    def current(self, contract: Contract) -> Session | None:
        """The session that is there already, without asking anybody."""

    def heard(self, session: Session, reply: Reply) -> None:
        """Look at the answer to a call made in `session`: some services renew it there."""


class Constant(Auth):
    """A style whose calls all carry the same, by default nothing."""

    _session = EMPTY

    def session(
        self, contract: Contract, sign_in: SignIn, deadline: Deadline, spent: Session | None
    ) -> Session:
        return self._session

    def current(self, contract: Contract) -> Session | None:
        return self._session

    def heard(self, session: Session, reply: Reply) -> None:
        pass


def placed(values: Mapping[str, Any]) -> dict[str, Any]:
    """Arguments as for `compose`, made of values by element path ("user_auth.user_name",
    "options[locale]"). Raises Misconfigured where two paths want one place.
    """
    arguments: dict[str, Any] = {}
    for path, value in values.items():
        words, pair = parse_path(path)
        node = arguments
        for word in words[:-1]:
            node = node.setdefault(word, {})
            if not isinstance(node, dict):
                raise Misconfigured(f"[crm.sign_in]: {path} lies below a value")
        if pair is not None:
            node.setdefault(words[-1], []).append({"name": pair, "value": value})
        else:
            node[words[-1]] = value
    return arguments


def merged(arguments: Mapping[str, Any], more: Mapping[str, Any]) -> dict[str, Any]:
    """Arguments with `more` laid over them, one inside the other; lists are joined."""
    whole = dict(arguments)
    for name, value in more.items():
        there = whole.get(name)
        if isinstance(there, Mapping) and isinstance(value, Mapping):
            whole[name] = merged(there, value)
        elif isinstance(there, (list, tuple)) and isinstance(value, list):
            whole[name] = [*there, *value]
        else:
            whole[name] = value
    return whole
