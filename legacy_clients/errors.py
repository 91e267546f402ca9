"""What can go wrong between us and a legacy system, branched by what the caller should do.

LegacyError
├── NotSent            it never left: try again, or later
│   ├── Busy           the system, or our budget for it, is full
│   └── Unreachable    no connection, or signing in was not possible
├── Unanswered         it left and no usable answer came: for a read try again; a write is
*unknown*, never retried blindly
│   ├── TimedOut       the deadline passed
│   ├── CutOff         the connection closed before the answer was whole
│   └── Unintelligible an answer that is not what the contract says (HTML, wrong type, invalid
against its schema)
│       └── Outgrown   a value grew between measuring and reading: read again
├── Refused            it answered, and said no
│   ├── BusinessFault  a rule of the business: `code` and `message` are the system's own words, for
the caller's eyes
│   ├── Missing        no such record
│   ├── Conflict       the record changed, or exists already
│   ├── NotKept        it said done, and the database holds something else: `fields` are those
│   └── Denied         our credentials or rights are not accepted: a person must act
├── Unfit              a value that the system would cut or turn down: nothing was sent
└── Misconfigured      mapping, WSDL or tables do not fit one another: a person must act
"""

from __future__ import annotations

from typing import Any


class LegacyError(Exception):
    """Anything that went wrong between us and a legacy system. Its text never holds bytes of a
    reply or a secret.
    """

    def __reduce__(self) -> tuple[Any, ...]:
        # Python's own way calls the class with the text alone, which some of them do not take.
        return _made_again, (type(self), self.args, self.__dict__)


class NotSent(LegacyError):
    """The request never left. `retry_after` is in how many seconds it may, where that is known."""

    def __init__(self, *words: object, retry_after: float | None = None) -> None:
        super().__init__(*words)
        self.retry_after = retry_after


class Busy(NotSent):
    """The system, or our budget for it, is full."""


class Unreachable(NotSent):
    """No connection could be made, or signing in was not possible."""


class Unanswered(LegacyError):
    """The request left and no usable answer came."""


class TimedOut(Unanswered):
    """The deadline passed."""


class CutOff(Unanswered):
    """The connection closed before the answer was whole."""


class Unintelligible(Unanswered):
    """The answer is not what the contract says."""


class Outgrown(Unintelligible):
    """A value is longer than when all were measured: somebody wrote meanwhile. Nothing was cut."""


class Refused(LegacyError):
    """The system answered, and said no."""


class BusinessFault(Refused):
    """A rule of the business, in the system's own words."""

    def __init__(self, code: str, message: str, field: str | None = None) -> None:
        super().__init__(f"{code}: {message}")
        self.code, self.message, self.field = code, message, field


class Missing(Refused):
    """No such record."""


class Conflict(Refused):
    """The record changed since it was read, or exists already."""


class NotKept(Refused):
    """The system said that it was done, and its database holds something else.

    `fields` are those that differ; `partly` where something was stored all the same: a new record,
    other values. `id` is that of the record, also of a new one.
    """

    def __init__(self, id: str, fields: tuple[str, ...], partly: bool) -> None:
        super().__init__(f"the CRM said that it was done, and did not keep {', '.join(fields)}")
        self.id, self.fields, self.partly = id, fields, partly


class Denied(Refused):
    """Our credentials or rights are not accepted."""


class Unfit(LegacyError):
    """A value that the system would cut or turn down. Nothing was sent; `reason` has no value."""

    def __init__(self, path: str, reason: str) -> None:
        super().__init__(f"{path}: {reason}")
        self.path, self.reason = path, reason


class Misconfigured(LegacyError):
    """Mapping, WSDL or tables do not fit one another."""


def _made_again(
    kind: type[LegacyError], args: tuple[Any, ...], parts: dict[str, Any]
) -> LegacyError:
    """An error as it was in another process."""
    error = kind.__new__(kind, *args)
    error.__dict__.update(parts)
    return error
