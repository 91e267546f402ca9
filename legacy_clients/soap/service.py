"""A SOAP service as a function: an operation and its arguments in, a reply or a typed error out, by
a deadline.
"""

from __future__ import annotations

import logging
import random
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from legacy_clients.deadline import Deadline
from legacy_clients.errors import Busy, LegacyError, Misconfigured, Unreachable
from legacy_clients.soap.auth import Auth, NoAuth, Session, SessionHeader
from legacy_clients.soap.fault import Fault, Faults, verdict_of
from legacy_clients.soap.reply import Reply, read_reply
from legacy_clients.soap.request import compose, sealed
from legacy_clients.soap.transport import Transport
from legacy_clients.soap.wsdl import Contract, load_contract

BUSY_TRIES = 3
PAUSE = 0.1  # seconds before the second try, doubled before the third, each taken times 0.5 to 1.5

log = logging.getLogger(__name__)


SIGN_IN = ("call", "user", "password", "token", "header", "expired", "busy")


class Service:
    """The operations of one contract at one address. Safe to share between threads."""

    def __init__(
        self, contract: Contract, transport: Transport, auth: Auth, faults: Faults
    ) -> None:
        """`faults` is a function from Fault to an error, or a table from fault code to a class of
        the LegacyError tree.
        """
        self._contract, self._transport, self._auth = contract, transport, auth
        self._verdict = verdict_of(faults)

    @property
    def contract(self) -> Contract:
        return self._contract

    def call(
        self, operation: str, arguments: Mapping[str, Any], deadline: Deadline, *, write: bool
    ) -> Reply:
        """Call `operation` once; `arguments` are as for `compose`. `write` says whether it changes
        records.

        Raises Unfit or Misconfigured before anything is sent; NotSent when the call did not run;
        Unanswered when nobody knows; Refused when the service said no. Repeated are only calls of
        which the service itself said that they did not run: once when the session had expired,
        twice when it was busy.
        """
        began = time.monotonic()
        outcome = "done"
        try:
            envelope = compose(self._contract, operation, arguments)
            return self._patient(operation, envelope, deadline)
        except LegacyError as error:
            outcome = type(error).__name__
            raise
        finally:
            seconds = round(time.monotonic() - began, 4)
            kind = "write" if write else "read"
            log.debug("soap %s %s: %s after %s s", kind, operation, outcome, seconds)

    def close(self) -> None:
        self._transport.close()

    def _patient(self, operation: str, envelope: Any, deadline: Deadline) -> Reply:
        """Through "busy": again after a pause, while the deadline leaves time for one."""
        for attempt in range(BUSY_TRIES):
            try:
                return self._signed(operation, envelope, deadline)
            except Busy:
                pause = PAUSE * 2**attempt * random.uniform(0.5, 1.5)
                if attempt + 1 == BUSY_TRIES or time.monotonic() + pause >= deadline.at:
                    raise
                time.sleep(pause)
        raise AssertionError("every attempt returns or raises")

    def _signed(self, operation: str, envelope: Any, deadline: Deadline) -> Reply:
        """In a session; in another one when the service says that the first is spent."""
        session = self._auth.session(self._contract, self._sign_in, deadline, None)
        answer = self._exchange(operation, envelope, session, deadline)
        if isinstance(answer, Fault) and self._spent(answer):
            session = self._auth.session(self._contract, self._sign_in, deadline, session)
            answer = self._exchange(operation, envelope, session, deadline)
            if isinstance(answer, Fault) and self._spent(answer):
                raise Unreachable("the service does not accept the session that it has just given")
        return self._believed(answer)

    def _sign_in(self, operation: str, arguments: Mapping[str, Any], deadline: Deadline) -> Reply:
        envelope = compose(self._contract, operation, arguments)
        return self._believed(self._exchange(operation, envelope, Session(), deadline))

    def _exchange(
        self, operation: str, envelope: Any, session: Session, deadline: Deadline
    ) -> Reply | Fault:
        known = self._contract.operation(operation)
        answer = self._transport.post(sealed(envelope, session.headers), known.headers, deadline)
        return read_reply(answer, self._contract, known)

    def _spent(self, fault: Fault) -> bool:
        return not self._auth.expired.isdisjoint(fault.codes)

    def _believed(self, answer: Reply | Fault) -> Reply:
        if isinstance(answer, Fault):
            raise self._verdict(answer)
        return answer


def open_service(
    *,
    wsdl: Path | str | None,
    url: str | None,
    user: str | None,
    password: str | None,
    sign_in: Mapping[str, Any],
    faults: Faults,
) -> Service:
    """A service from settings and from the words of a mapping. Nothing is sent before the first
    call.

    `sign_in` is empty, or says `call`, the elements `user` and `password`, the path `token` in the
    answer, `header` (as for SessionHeader), and the fault codes `expired` and `busy`. Raises
    Misconfigured, naming what is missing.
    """
    if wsdl is None or url is None:
        missing = "FACADE_SOAP_WSDL" if wsdl is None else "FACADE_SOAP_URL"
        raise Misconfigured(f"no SOAP service is set ({missing})")
    auth = signing_in(sign_in, user, password)
    if isinstance(faults, Mapping):
        busy: dict[str, type[LegacyError]] = dict.fromkeys(sign_in.get("busy", ()), Busy)
        faults = {**busy, **faults}
    return Service(load_contract(wsdl), Transport(url), auth, faults)


def signing_in(sign_in: Mapping[str, Any], user: str | None, password: str | None) -> Auth:
    if not sign_in:
        return NoAuth()
    unknown = [word for word in sign_in if word not in SIGN_IN]
    missing = [word for word in SIGN_IN[:5] if word not in sign_in]
    if unknown or missing:
        raise Misconfigured(
            f"[crm.sign_in] has unknown words ({', '.join(unknown) or 'none'}) or lacks some "
            f"({', '.join(missing) or 'none'}); it has {', '.join(SIGN_IN)}"
        )
    if user is None or password is None:
        raise Misconfigured(
            "the SOAP service asks for a sign-in: set FACADE_SOAP_USER and FACADE_SOAP_PASSWORD"
        )
    return SessionHeader(
        sign_in["call"],
        sign_in["user"],
        sign_in["password"],
        sign_in["token"],
        sign_in["header"],
        user=user,
        password=password,
        expired=sign_in.get("expired", ()),
    )
