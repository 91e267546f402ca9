"""A SOAP service as a function: an operation and its arguments in, a reply or a typed error out, by
a deadline.
"""

from __future__ import annotations

import logging
import random
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from legacy_clients.deadline import Deadline
from legacy_clients.errors import Busy, Denied, LegacyError, Misconfigured, Unfit, Unreachable
from legacy_clients.load import Load, Meter
from legacy_clients.soap.auth import Auth, Credentials, Session, signing_in
from legacy_clients.soap.auth.session import EMPTY, merged
from legacy_clients.soap.contract import Contract
from legacy_clients.soap.element import Element
from legacy_clients.soap.fault import Fault, FaultReceived, Faults, verdict_of
from legacy_clients.soap.guard import KINDS, Guard, Limits
from legacy_clients.soap.proxy import Proxy
from legacy_clients.soap.reply import STRICT, XML_TYPES, Belief, Reply, media_type, read_reply
from legacy_clients.soap.request import compose, sealed
from legacy_clients.soap.route import Address
from legacy_clients.soap.stream import stream_rows
from legacy_clients.soap.tls import tls_context
from legacy_clients.soap.transport import Transport
from legacy_clients.soap.wsdl import load_contract

BUSY_TRIES = 3
PAUSE = 0.1  # seconds before the second try, doubled before the third, each taken times 0.5 to 1.5
SIGN_IN = "sign-in"

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Call:
    """What a caller wants, whatever session it is made in."""

    operation: str
    arguments: Mapping[str, Any]
    deadline: Deadline
    kind: str
    belief: Belief = STRICT


class Service:
    """The operations of one contract at one address. Safe to share between threads."""

    def __init__(
        self,
        contract: Contract,
        transport: Transport,
        auth: Auth,
        faults: Faults,
        guard: Guard | None = None,
    ) -> None:
        """`faults` is a function from Fault to an error, or a table from fault code to a class of
        the LegacyError tree.
        """
        self._contract, self._transport, self._auth = contract, transport, auth
        self._verdict = verdict_of(faults)
        self._guard = guard or Guard()
        self._meter = Meter()

    @property
    def contract(self) -> Contract:
        return self._contract

    @property
    def load(self) -> Load:
        """The calls made so far; their rows and connections are not counted."""
        return self._meter.load

    def call(
        self,
        operation: str,
        arguments: Mapping[str, Any],
        deadline: Deadline,
        *,
        write: bool,
        belief: Belief = STRICT,
    ) -> Reply:
        """Call `operation` once; `arguments` are as for `compose`, without those of the session.
        `write` says whether it changes records; `belief` what departures of the answer cost.

        Raises Unfit or Misconfigured before anything is sent; NotSent when the call did not run
        (`retry_after` says when to come again); Unanswered when nobody knows; Refused when the
        service said no. Repeated are only calls of which the service itself said that they did not
        run: once when the session had expired, twice when it was busy.
        """
        kind = "write" if write else "read"
        call = Call(operation, arguments, deadline, kind, belief)
        began = time.monotonic()
        outcome = "done"
        try:
            with self._guard.place(kind, deadline):
                return self._patient(call)
        except LegacyError as error:
            outcome = type(error).__name__
            raise
        finally:
            seconds = round(time.monotonic() - began, 4)
            log.debug("soap %s %s: %s after %s s", kind, operation, outcome, seconds)

    def rows(
        self,
        operation: str,
        arguments: Mapping[str, Any],
        path: str,
        deadline: Deadline,
        belief: Belief = STRICT,
    ) -> Iterator[Reply]:
        """The records at `path` of one large answer, one at a time, in bounded memory.

        Raises as `call`, also between records: what was given before is right, and not all there
        is. Close it where it is left early; it takes the place of one call until then.
        """
        call = Call(operation, arguments, deadline, "read", belief)
        with self._guard.place(call.kind, deadline):
            yield from self._patient_rows(call, path)

    def reach(self, deadline: Deadline) -> None:
        """See whether calls would be let out, and a connection can be made; nobody signs in.

        Raises Unreachable, also while the service is left alone, or Denied.
        """
        for kind in KINDS:
            seconds = self._guard.open_for(kind)
            if seconds:
                raise Unreachable(f"calls failed so often that no {kind} is made for some seconds")
        self._transport.reach(deadline)

    def given(self, operation: str) -> Mapping[str, Any]:
        """The arguments of `operation` that the sign-in gives, with stand-ins for its secrets.
        Raises Misconfigured.
        """
        return held(self._contract.input(operation), self._auth.stand_in.body)

    def draft(self, operation: str, arguments: Mapping[str, Any]) -> Any:
        """The envelope of a call without its sign-in; a stand-in stands for a token in the body.
        Raises Unfit or Misconfigured.
        """
        return compose(self._contract, operation, merged(arguments, self.given(operation)))

    def close(self) -> None:
        self._transport.close()

    # Again, where the service said that the call did not run

    def _patient(self, call: Call) -> Reply:
        """Through "busy": again after a pause, while deadline and budget leave room for one."""
        self._guard.budget.called()
        for attempt in range(BUSY_TRIES):
            answer = self._signed(call)
            if isinstance(answer, Reply):
                return answer
            self._pause(self._verdict(answer), attempt, call.deadline)
        raise AssertionError("the last attempt returns or raises")

    def _pause(self, error: LegacyError, attempt: int, deadline: Deadline) -> None:
        """Wait before another attempt. Raises `error` where there is to be none."""
        pause = PAUSE * 2**attempt * random.uniform(0.5, 1.5)
        last = attempt + 1 == BUSY_TRIES or time.monotonic() + pause >= deadline.at
        if not isinstance(error, Busy) or last or not self._guard.budget.spend():
            raise error
        time.sleep(pause)

    def _signed(self, call: Call) -> Reply | Fault:
        """In a session; in another one when the service says that the first is spent."""
        session, envelope = self._prepared(call, None)
        answer = self._exchange(call, envelope, session)
        if isinstance(answer, Fault) and self._spent(answer):
            session, envelope = self._prepared(call, session)
            answer = self._exchange(call, envelope, session)
            if isinstance(answer, Fault) and self._spent(answer):
                raise Unreachable("the service does not accept the session that it has just given")
        if isinstance(answer, Reply):
            self._auth.heard(session, answer)
        return answer

    def _patient_rows(self, call: Call, path: str) -> Iterator[Reply]:
        self._guard.budget.called()
        spent: Session | None = None
        attempt = 0
        while True:
            session, envelope = self._prepared(call, spent)
            try:
                yield from self._streamed(call, envelope, session, path)
                return
            except FaultReceived as told:
                fault = told.fault
            if not self._spent(fault):
                self._pause(self._verdict(fault), attempt, call.deadline)
                attempt += 1
            elif spent is None:
                spent = session
            else:
                raise Unreachable("the service does not accept the session that it has just given")

    # One exchange

    def _prepared(self, call: Call, spent: Session | None) -> tuple[Session, Any]:
        """A session that is not `spent`, and the envelope of the call in it.

        What is wrong with the caller's arguments is told before anybody signs in.
        """
        session = None if spent else self._auth.current(self._contract)
        if session is None:
            draft = None if spent else self._draft(call)
            session = self._auth.session(self._contract, self._sign_in, call.deadline, spent)
            if draft is not None and not session.body:
                return session, draft
        return session, self._composed(call, session)

    def _draft(self, call: Call) -> Any | None:
        stand_in = self._auth.stand_in
        try:
            return self._composed(call, stand_in)
        except Unfit as error:
            if error.path.partition(".")[0] not in stand_in.body:
                raise
            return None  # it is the stand-in that does not fit: the token will

    def _composed(self, call: Call, session: Session) -> Any:
        arguments = call.arguments
        if session.body:
            known = held(self._contract.input(call.operation), session.body)
            arguments = merged(arguments, known)
        return compose(self._contract, call.operation, arguments)

    def _sign_in(self, operation: str, arguments: Mapping[str, Any], deadline: Deadline) -> Reply:
        call = Call(operation, arguments, deadline, SIGN_IN)
        answer = self._exchange(call, self._composed(call, EMPTY), EMPTY)
        if isinstance(answer, Fault):
            raise self._verdict(answer)
        return answer

    def _exchange(self, call: Call, envelope: Any, session: Session) -> Reply | Fault:
        """The answer to one request. How it ends is told to the guard and to the sign-in."""
        operation = self._contract.operation(call.operation)
        headers = {**operation.headers, **session.http} if session.http else operation.headers
        body = sealed(envelope, session.headers)
        standing = self._auth.standing
        with (
            standing.trial(call.deadline),
            self._guard.watch(call.kind, call.deadline) as watch,
            self._meter.asking(),
        ):
            answer = self._transport.post(body, headers, call.deadline)
            watch.spoke = spoke(answer.content_type) and answer.body != b""
            self._looked_at(answer.status)
            read = read_reply(answer, self._contract, operation, call.belief)
            self._judged(read)
        if isinstance(read, Fault) and answer.status == 401:
            raise Denied("the service does not accept our user (401)")
        return read

    def _streamed(self, call: Call, envelope: Any, session: Session, path: str) -> Iterator[Reply]:
        operation = self._contract.operation(call.operation)
        headers = {**operation.headers, **session.http}
        body = sealed(envelope, session.headers)
        with (
            self._auth.standing.trial(call.deadline),
            self._guard.watch(call.kind, call.deadline) as watch,
            self._meter.asking(),
            self._transport.begin(body, headers, call.deadline) as incoming,
        ):
            watch.spoke = spoke(incoming.content_type)
            self._looked_at(incoming.status)
            try:
                for row in stream_rows(incoming, self._contract, operation, path, call.belief):
                    self._auth.standing.accepted()
                    yield row
            except FaultReceived as told:
                self._judged(told.fault)
                raise

    # What an answer says of our sign-in

    def _looked_at(self, status: int) -> None:
        standing = self._auth.standing
        if status == 401 or (status == 403 and not standing.proven):
            standing.refused()

    def _judged(self, answer: Reply | Fault) -> None:
        standing = self._auth.standing
        if isinstance(answer, Reply):
            standing.accepted()
        elif not self._auth.refused.isdisjoint(answer.codes):
            standing.refused()
            raise Denied("the service does not accept our user")
        elif not standing.proven and isinstance(self._verdict(answer), Denied):
            standing.refused()

    def _spent(self, fault: Fault) -> bool:
        return not self._auth.expired.isdisjoint(fault.codes)


def spoke(content_type: str) -> bool:
    return media_type(content_type) in XML_TYPES


def held(element: Element, values: Mapping[str, Any]) -> dict[str, Any]:
    """Those of `values`, one inside the other, that `element` has a place for."""
    found: dict[str, Any] = {}
    for name, value in values.items():
        child = element.children.get(name)
        if child is None:
            continue
        inner = held(child, value) if isinstance(value, Mapping) else value
        if inner or not isinstance(value, Mapping):
            found[name] = inner
    return found


def open_service(
    *,
    wsdl: Path | str | None,
    url: str | None,
    user: str | None,
    password: str | None,
    sign_in: Mapping[str, Any],
    faults: Faults,
    ca: Path | str | None = None,
    certificate: Path | str | None = None,
    key: Path | str | None = None,
    proxy: str | None = None,
    limits: Limits | None = None,
) -> Service:
    """A service from settings and from the words of a mapping. Nothing is sent before the first
    call.

    `sign_in` is empty, or says `style` (one of auth.STYLES, session_header where it is left out),
    the words of that style, and the fault codes `busy`. `ca`, `certificate` and `key` are PEM files
    (see tls_context), `proxy` is a URL. Raises Misconfigured, naming what is missing.
    """
    if wsdl is None or url is None:
        missing = "FACADE_SOAP_WSDL" if wsdl is None else "FACADE_SOAP_URL"
        raise Misconfigured(f"no SOAP service is set ({missing})")
    address = Address.of(url)
    secure = address.scheme == "https"
    if not secure and (ca or certificate or key):
        raise Misconfigured(
            "crm.soap_ca, crm.soap_certificate and crm.soap_key are for an https:// address"
            " (FACADE_SOAP_URL)"
        )
    auth = signing_in(
        sign_in,
        Credentials(user, password, certificate is not None, secure, address.host),
    )
    transport = Transport(
        url,
        tls=tls_context(ca, certificate, key) if secure else None,
        proxy=Proxy(proxy) if proxy else None,
        introduction=auth.introduction,
    )
    if isinstance(faults, Mapping):
        busy: dict[str, type[LegacyError]] = dict.fromkeys(sign_in.get("busy", ()), Busy)
        faults = {**busy, **faults}
    return Service(load_contract(wsdl), transport, auth, faults, Guard(limits))
