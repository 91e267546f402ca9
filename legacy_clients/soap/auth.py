"""Styles of signing in: what a call carries to say who calls, and how a session that expired is
renewed once for all.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from legacy_clients.deadline import Deadline
from legacy_clients.errors import (
    Busy,
    Denied,
    LegacyError,
    Misconfigured,
    Refused,
    Unfit,
    Unreachable,
)
from legacy_clients.soap.reply import Reply
from legacy_clients.soap.request import header_block
from legacy_clients.soap.wsdl import Contract

# Seconds without another try after a refusal: many services lock an account that keeps trying.
RESPITE = 10.0

SignIn = Callable[[str, Mapping[str, Any], Deadline], Reply]


@dataclass(frozen=True, eq=False)
class Session:
    """What one sign-in gave: header blocks for each call. Two sessions are the same only if they
    are the same object.
    """

    headers: tuple[Any, ...] = ()

    def __repr__(self) -> str:
        return "<Session>"


class Auth(Protocol):
    """A style of signing in."""

    expired: frozenset[str]
    """Codes of the faults that say that a session is spent and that the call did not run."""

    def session(
        self, contract: Contract, sign_in: SignIn, deadline: Deadline, spent: Session | None
    ) -> Session:
        """The session to call with, not `spent`. Raises Denied, Busy or Unreachable."""


class NoAuth:
    """Calls that say nothing of the caller."""

    expired: frozenset[str] = frozenset()

    def __init__(self) -> None:
        self._session = Session()

    def session(
        self, contract: Contract, sign_in: SignIn, deadline: Deadline, spent: Session | None
    ) -> Session:
        return self._session


class SessionHeader:
    """A login operation whose token travels in a SOAP header from then on."""

    def __init__(
        self,
        login: str,
        user_element: str,
        password_element: str,
        token_path: str,
        header_element: str,
        *,
        user: str,
        password: str,
        expired: Iterable[str],
    ) -> None:
        """Elements by local name; `token_path` below the login's answer; `header_element` dotted,
        from the header block down to the element of the token ("Session.Token"). `expired` are
        fault codes.
        """
        self._login, self._token_path = login, token_path
        self._credentials = {user_element: user, password_element: password}
        self._header = header_element
        self.expired = frozenset(expired)
        self._session: Session | None = None
        self._renewing = threading.Lock()
        self._denied_until = 0.0

    def __repr__(self) -> str:
        return f"<SessionHeader {self._login}>"

    def session(
        self, contract: Contract, sign_in: SignIn, deadline: Deadline, spent: Session | None
    ) -> Session:
        """The session that all share. Whoever finds it spent first renews it, and the others wait
        for that.
        """
        current = self._session
        if current is not None and current is not spent:
            return current
        if not self._renewing.acquire(timeout=max(deadline.at - time.monotonic(), 0)):
            raise Unreachable("signing in did not end before the deadline")
        try:
            current = self._session
            if current is None or current is spent:
                self._session = current = self._renewed(contract, sign_in, deadline)
            return current
        finally:
            self._renewing.release()

    def _renewed(self, contract: Contract, sign_in: SignIn, deadline: Deadline) -> Session:
        if time.monotonic() < self._denied_until:
            raise Denied("signing in was refused a moment ago, and is not tried again yet")
        try:
            token = sign_in(self._login, self._credentials, deadline).text(self._token_path)
        except (Busy, Misconfigured):
            raise
        except Unfit as error:
            raise Misconfigured(
                f"the user or password does not fit {self._login}: {error}"
            ) from None
        except Refused:
            self._denied_until = time.monotonic() + RESPITE
            raise Denied("signing in was refused") from None
        except LegacyError as error:
            raise Unreachable(f"signing in was not possible: {error}") from None
        if not token:
            raise Unreachable("signing in gave no token")
        return Session((header_block(contract, self._header, token),))
