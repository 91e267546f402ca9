"""What a codec is: every form in which one spelling of a value is read, written, compared and
ordered.

All forms of a codec agree; a property test proves it. A foreign value arrives as text. Text that
starts with `MARK` holds bytes, as hexadecimal digits, that could not be carried as text (they do
not decode, or contain NUL).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Protocol

import pyarrow as pa

MARK = "\x01"
UNDECODED = "bytes that are no text in the declared code page, or NUL"


class Unreadable(ValueError):
    """A value that a codec could not read. Its only argument is the reason, a short fixed phrase
    without the value.
    """

    @property
    def reason(self) -> str:
        return str(self.args[0])


@dataclass(frozen=True)
class Rules:
    """What holds for all values of one CRM: the `[crm]` table of its mapping.

    `zone` is the IANA zone of local times; `repeated` and `skipped` say what an hour doubled or
    left out by a clock change means ("earlier", "later", "refuse"). `sentinels` are spellings read
    as null, by kind of codec ("date", "stamp", …). `calling_code` and `country` complete phone
    numbers and regions that name no country.
    """

    zone: str = "UTC"
    repeated: str = "refuse"
    skipped: str = "refuse"
    page: str = "utf-8"
    sentinels: dict[str, tuple[str, ...]] = field(default_factory=dict)
    calling_code: str | None = None
    country: str | None = None


@dataclass(frozen=True)
class Lookup:
    """A table that a SQL form joins by its first column, which is named `key`.

    The key equals `on`, an expression over `{p}`. Small tables joined so cost next to nothing; an
    ASOF join would first sort all the rows that it is given.
    """

    name: str
    rows: Callable[[], pa.Table]
    on: str = "{p}"


@dataclass(frozen=True)
class SqlForm:
    """A codec in DuckDB SQL.

    `value` is an expression of the field's type, NULL where the text is null or unreadable;
    `reason` is a VARCHAR expression, NULL where readable. Both may use the columns, `{p}`, the
    expression `prepare` computed beforehand, and `{l}`, the alias of `lookup` (an outer join:
    rows without a match stay). No other braces stand in them, nor any in `prepare`.
    """

    value: str
    reason: str
    prepare: str | None = None
    lookup: Lookup | None = None


@dataclass(frozen=True)
class Condition:
    """A test on a native column: `op` is one of = in < <= > >= null; `column` counts the codec's
    own columns.
    """

    op: str
    values: tuple[Any, ...] = ()
    column: int = 0


class Codec(Protocol):
    """One spelling of one canonical field."""

    keeps_order: bool
    """Native order of the column is the order of the values read from it (nulls and refused values
    aside).
    """

    filters: frozenset[str]
    """The operators of `predicate`, out of = < <= > >=."""

    def read(self, *texts: str | None) -> Any:
        """The typed value of the column texts, None for null. Raises Unreadable."""

    def write(self, value: Any) -> tuple[Any, ...]:
        """The column texts that `read` gives back as `value`; None stays None. Raises Unreadable
        where there are none.
        """

    def sql(self, *columns: str) -> SqlForm:
        """The same reading, as SQL over column expressions of type VARCHAR."""

    def predicate(self, op: str, value: Any) -> tuple[Condition, ...] | None:
        """Conditions (all must hold) that select the rows whose value compares so.

        None where that can't be said, or no row can. Rows read as null are not among them; refused
        ones may be. Text is compared by code points: under another collation rows are read again.
        """
