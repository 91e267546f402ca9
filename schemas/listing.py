"""A list that a SOAP service gives, as a mapping declares it: for an entity that has no table.

To the rest of a mapping it is a table with columns. How its pages follow one another, how rows are
read by their keys and what has changed since a moment each have a class for each style.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

Constants = Mapping[str, Any]


@dataclass(frozen=True)
class OffsetPage:
    """Rows from a place on: `offset` and `size` are elements that take numbers, `rows` is how many
    are asked for, `first` the number of the first row.

    With `overlap` each page begins with the last row of the one before: rows that shifted show.
    """

    style: ClassVar[str] = "offset"
    offset: str
    size: str
    rows: int
    total: str | None = None
    first: int = 0
    overlap: bool = True


@dataclass(frozen=True)
class LocatorPage:
    """Each answer holds, at `take`, where the next page is; `call` takes that in `put`.

    `done` or `more` is the element that says whether this was the last; without either it was
    where there is no locator.
    """

    style: ClassVar[str] = "locator"
    call: str
    put: str
    take: str
    done: str | None = None
    more: str | None = None
    total: str | None = None


@dataclass(frozen=True)
class IdsPage:
    """`call` gives the keys of all rows at `take`; the rows are picked by key."""

    style: ClassVar[str] = "ids"
    call: str
    take: str
    const: Constants = field(default_factory=dict)


Page = OffsetPage | LocatorPage | IdsPage


@dataclass(frozen=True)
class Pick:
    """Rows by their keys: `call` takes up to `size` of them in `put`, and answers at `rows`."""

    call: str
    put: str
    rows: str
    size: int
    const: Constants = field(default_factory=dict)


@dataclass(frozen=True)
class QueryChanges:
    """The list itself takes a moment in `since`. `margin` are seconds by which a commit may be
    late, and its service's clock behind ours.
    """

    style: ClassVar[str] = "query"
    since: str
    margin: int = 300


@dataclass(frozen=True)
class IdsChanges:
    """`call` gives the keys of what changed between two moments, and up to when it knows all:
    `covered`. Without that the next time begins `margin` seconds before this one.
    """

    style: ClassVar[str] = "ids"
    call: str
    since: str
    take: str
    until: str | None = None
    covered: str | None = None
    margin: int = 300
    const: Constants = field(default_factory=dict)


@dataclass(frozen=True)
class TokenChanges:
    """The list takes in `put` what it gave before at `take`; it gives more until `done`."""

    style: ClassVar[str] = "token"
    put: str
    take: str
    done: str | None = None


Changes = QueryChanges | IdsChanges | TokenChanges


@dataclass(frozen=True)
class Deletes:
    """The keys of deleted rows at `take`, told by a `call` of their own or, without one, beside
    what changed.
    """

    take: str
    call: str | None = None
    since: str | None = None
    until: str | None = None
    covered: str | None = None
    const: Constants = field(default_factory=dict)


@dataclass(frozen=True)
class Listing:
    """One list. `columns` are paths of elements below each of the `rows`, by the name that the
    mapping gives them; the `key` columns tell one row from another.

    `swept` says that deleted rows are found only when all is read again, every `sweep` days.
    """

    name: str
    call: str
    rows: str
    columns: Mapping[str, str]
    key: tuple[str, ...]
    const: Constants = field(default_factory=dict)
    page: Page | None = None
    pick: Pick | None = None
    changes: Changes | None = None
    deletes: Deletes | None = None
    swept: bool = False
    sweep: dt.timedelta = dt.timedelta(days=7)

    @property
    def put(self) -> tuple[tuple[str, str], ...]:
        """Every element that a call takes: the call, and the path of the element."""
        parts: list[tuple[Any, tuple[str, ...]]]
        parts = [(self, (*self.const,)), (self.pick, ("put",))]
        parts += [(self.page, ("offset", "size", "put"))]
        parts += [(self.changes, ("since", "until", "put")), (self.deletes, ("since", "until"))]
        return self._paths(parts)

    @property
    def taken(self) -> tuple[tuple[str, str], ...]:
        """Every element that is looked for in an answer: the call, and the path of the element."""
        words = ("take", "done", "more", "total", "covered")
        return self._paths([(part, words) for part in (self.page, self.changes, self.deletes)])

    def _paths(self, parts: list[tuple[Any, tuple[str, ...]]]) -> tuple[tuple[str, str], ...]:
        found: list[tuple[str, str]] = []
        for part, words in parts:
            by_keys = part is self.changes and isinstance(self.page, IdsPage)
            listed: Any = self.page if by_keys else self
            call = getattr(part, "call", None) or listed.call
            given = words if part is self else [getattr(part, word, None) for word in words]
            found += [(call, path) for path in given if path is not None]
        return tuple(found)
