"""A login operation whose session all callers share: had once, renewed once, by whoever finds it
spent first.
"""

from __future__ import annotations

import hashlib
import threading
import time
from collections.abc import Callable, Mapping
from typing import Any

from legacy_clients.deadline import Deadline
from legacy_clients.errors import (
    Busy,
    Denied,
    LegacyError,
    Misconfigured,
    NotSent,
    Refused,
    Unfit,
    Unintelligible,
    Unreachable,
)
from legacy_clients.soap.auth.session import Auth, Session, SignIn, placed
from legacy_clients.soap.auth.standing import RESPITE
from legacy_clients.soap.auth.words import Credentials, Word
from legacy_clients.soap.contract import Contract
from legacy_clients.soap.reply import Reply
from schemas.elements import HEADER

DIGESTS: dict[str, Callable[[str], str]] = {
    "plain": lambda password: password,
    "md5": lambda password: hashlib.md5(password.encode(), usedforsecurity=False).hexdigest(),
}
AGAIN = "signing in was refused or failed a moment ago, and is not tried again yet"

WORDS = {
    "call": Word("the SOAP operation that gives a session"),
    "user": Word("its element for the user"),
    "password": Word("its element for the password"),
    "token": Word("the element of its answer (header: for one in the header) with the token"),
    "digest": Word("how the password is sent", demanded=False, among=tuple(DIGESTS)),
    "const": Word("further elements of it", "table", demanded=False),
    "expired": Word("the fault codes of a spent session", "texts", demanded=False),
}


class Login:
    """One session for all threads. `made` makes a session of the contract and a token."""

    def __init__(
        self,
        words: Mapping[str, Any],
        credentials: Credentials,
        made: Callable[[Contract, str], Session],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`words` are those of WORDS. Raises Misconfigured for element paths that clash."""
        digest = DIGESTS[words.get("digest", "plain")]
        self._call, self._token_path, self._made = words["call"], words["token"], made
        self._arguments = placed(
            {
                **words.get("const", {}),
                words["user"]: credentials.user,
                words["password"]: digest(credentials.password or ""),
            }
        )
        self._clock = clock
        self._session: Session | None = None
        self._contract: Contract | None = None
        self._token = ""
        self._renewing = threading.Lock()
        self._respite_ends, self._denied = float("-inf"), False

    def __repr__(self) -> str:
        return f"<Login {self._call}>"

    @property
    def current(self) -> Session | None:
        return self._session

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

    def heard(self, session: Session, reply: Reply) -> None:
        """Some services tell the session anew in the header of each answer: the latest holds.

        What is heard in a session that was renewed meanwhile is passed over.
        """
        if not self._token_path.startswith(HEADER):
            return
        token = read_token(reply, self._token_path)
        if not token or token == self._token:
            return
        if not self._renewing.acquire(blocking=False):
            return  # somebody is at it
        try:
            if self._session is session and self._contract is not None:
                self._session, self._token = self._made(self._contract, token), token
        finally:
            self._renewing.release()

    def _renewed(self, contract: Contract, sign_in: SignIn, deadline: Deadline) -> Session:
        left = self._respite_ends - self._clock()
        if left > 0:
            raise Denied(AGAIN) if self._denied else Unreachable(AGAIN, retry_after=left)
        try:
            token = read_token(sign_in(self._call, self._arguments, deadline), self._token_path)
        except (Busy, Misconfigured):
            raise
        except Unfit as error:
            raise Misconfigured(
                f"the user or password does not fit {self._call}: {error}"
            ) from None
        except Refused:
            self._rest(denied=True)
            raise Denied("signing in was refused") from None
        except Unintelligible as error:
            # The service has answered, and may have counted it as a wrong password.
            self._rest(denied=False)
            raise Unreachable(f"signing in was not possible: {error}") from None
        except NotSent as error:
            raise Unreachable(
                f"signing in was not possible: {error}", retry_after=error.retry_after
            ) from None
        except LegacyError as error:
            raise Unreachable(f"signing in was not possible: {error}") from None
        if not token:
            raise Unreachable("signing in gave no token")
        self._contract, self._token = contract, token
        return self._made(contract, token)

    def _rest(self, *, denied: bool) -> None:
        self._respite_ends, self._denied = self._clock() + RESPITE, denied


class LoggedIn(Auth):
    """A style whose calls carry the session of a login."""

    SETTINGS = ("soap_user", "soap_password")

    def __init__(self, login: Login, expired: frozenset[str]) -> None:
        self._login, self.expired = login, expired

    def session(
        self, contract: Contract, sign_in: SignIn, deadline: Deadline, spent: Session | None
    ) -> Session:
        return self._login.session(contract, sign_in, deadline, spent)

    def current(self, contract: Contract) -> Session | None:
        return self._login.current

    def heard(self, session: Session, reply: Reply) -> None:
        self._login.heard(session, reply)


def read_token(reply: Reply, path: str) -> str | None:
    if path.startswith(HEADER):
        return reply.header.text(path.removeprefix(HEADER))
    return reply.text(path)
