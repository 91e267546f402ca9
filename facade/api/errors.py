"""What HTTP says of everything that can go wrong: one table from error to status, type and title.

ApiError               the request itself is at fault, and nothing was asked of the CRM
├── Unidentified       401  no key, or none that we know
├── Forbidden          403  the key lacks the scope
├── Malformed          400  a body that is no JSON object
├── WrongMedia         415  a body of another kind
├── Invalid            422  parameters or fields, told one by one
├── Unconditional      428  a change without If-Match
├── NoSuchOperation    404  no write has that id
└── NotReady           503  a part that we stand on is missing
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace

from facade.ledger import LedgerError, LedgerUnavailable
from facade.writes import Stale, WriteError
from legacy_clients.errors import (
    BusinessFault,
    Busy,
    Conflict,
    CutOff,
    Denied,
    LegacyError,
    Misconfigured,
    Missing,
    NotKept,
    NotSent,
    Outgrown,
    Refused,
    TimedOut,
    Unanswered,
    Unfit,
    Unintelligible,
    Unreachable,
)


@dataclass(frozen=True)
class Flaw:
    """One thing wrong with a request: in its body (`pointer`, RFC 6901) or in a `parameter`."""

    detail: str
    pointer: str | None = None
    parameter: str | None = None


class ApiError(Exception):
    """A request that cannot be answered as it is. The text is for the caller."""


class Unidentified(ApiError):
    """No key, or none that we know."""


class Forbidden(ApiError):
    """The key lacks the scope."""


class Malformed(ApiError):
    """A body that is no JSON object."""


class WrongMedia(ApiError):
    """A body of another kind."""


class Invalid(ApiError):
    """Parameters or fields that do not fit; `flaws` tells each."""

    def __init__(self, flaws: Iterable[Flaw]) -> None:
        """`flaws` are one at least."""
        self.flaws = tuple(flaws)
        first, more = self.flaws[0], len(self.flaws) - 1
        place = first.parameter or first.pointer
        told = f"{place}: {first.detail}" if place else first.detail
        super().__init__(f"{told} And {more} more, see errors." if more else told)


class Unconditional(ApiError):
    """A change without If-Match."""


class NoSuchOperation(ApiError):
    """No write has that id."""


class NotReady(ApiError):
    """A part that we stand on is missing."""


@dataclass(frozen=True)
class Answer:
    """What HTTP says. `detail` replaces the error's own words where those are not for callers."""

    status: int
    type: str
    title: str
    detail: str | None = None
    retry_after: int | None = None


_OURS = "It is not the caller's fault; our operators are told."

ANSWERS: dict[type[Exception], Answer] = {
    # The request.
    Unidentified: Answer(401, "unidentified", "A valid API key is needed"),
    Forbidden: Answer(403, "forbidden", "The API key lacks the scope"),
    Malformed: Answer(400, "malformed", "The body is no JSON object"),
    WrongMedia: Answer(415, "wrong-media-type", "The body is of another kind"),
    Invalid: Answer(422, "invalid", "The request does not fit"),
    Unconditional: Answer(428, "unconditional", "A change needs If-Match"),
    NoSuchOperation: Answer(404, "no-such-operation", "There is no such operation"),
    NotReady: Answer(503, "not-ready", "Not ready to serve", retry_after=5),
    ApiError: Answer(400, "bad-request", "The request cannot be answered"),
    # Writes.
    Stale: Answer(412, "stale", "The record has changed"),
    WriteError: Answer(500, "write-failed", "The write failed", _OURS),
    # The CRM: nothing was sent.
    Busy: Answer(503, "busy", "The CRM is busy", "Nothing was changed; try again later.", 2),
    Unreachable: Answer(
        503, "unreachable", "The CRM cannot be reached", "Nothing was changed; try again later.", 10
    ),
    NotSent: Answer(
        503, "not-sent", "The CRM was not asked", "Nothing was changed; try again later.", 5
    ),
    # The CRM: no answer to a read (a write without one is answered 202).
    TimedOut: Answer(504, "timed-out", "The CRM did not answer in time", "Try again later.", 5),
    CutOff: Answer(502, "cut-off", "The CRM's answer was cut off", "Try again.", 1),
    Unintelligible: Answer(
        502, "unintelligible", "The CRM's answer cannot be understood", "Try again later.", 10
    ),
    Outgrown: Answer(502, "outgrown", "The CRM's answer changed meanwhile", "Try again.", 1),
    Unanswered: Answer(502, "unanswered", "The CRM did not answer", "Try again later.", 5),
    # The CRM said no.
    BusinessFault: Answer(422, "business-rule", "The CRM refuses"),
    Missing: Answer(404, "missing", "There is no such record"),
    Conflict: Answer(409, "conflict", "It stands against another record"),
    NotKept: Answer(502, "not-kept", "The CRM did not keep what it was sent"),
    Denied: Answer(502, "denied", "The CRM does not accept us", _OURS),
    Refused: Answer(422, "refused", "The CRM refuses"),
    # Ours.
    Unfit: Answer(422, "unfit", "The CRM cannot hold the value"),
    Misconfigured: Answer(500, "misconfigured", "The CRM is not connected rightly", _OURS),
    LegacyError: Answer(500, "legacy-error", "The CRM could not be asked", _OURS),
    LedgerUnavailable: Answer(
        503, "ledger-unavailable", "The ledger cannot be used", "Try again later.", 5
    ),
    LedgerError: Answer(500, "ledger-error", "The ledger cannot be used", _OURS),
    Exception: Answer(500, "internal", "Something broke", _OURS),
}


def answer_to(error: BaseException) -> Answer:
    """The row of the error's class, or of the nearest class above it; when to come again in the
    error's own seconds, where it knows them.
    """
    row = next(ANSWERS[kind] for kind in type(error).__mro__ if kind in ANSWERS)
    seconds = error.retry_after if isinstance(error, NotSent) else None
    return row if seconds is None else replace(row, retry_after=max(math.ceil(seconds), 1))
