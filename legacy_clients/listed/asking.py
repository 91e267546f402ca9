"""The calls of one list: arguments fitted to their elements, rows read as texts.

A simple value that departs from the contract is handed on as text: a codec judges it. A record that
departs otherwise keeps its key, and every other column is refused with the whole record as its raw.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from decimal import Decimal
from itertools import islice
from typing import TYPE_CHECKING, Any

from lxml import etree

from legacy_clients.arguments import Arguments, place, written_out
from legacy_clients.deadline import Deadline
from legacy_clients.errors import (
    BusinessFault,
    Conflict,
    CutOff,
    Misconfigured,
    Missing,
    TimedOut,
    Unfit,
    Unintelligible,
)
from legacy_clients.soap.contract import descend, steps
from legacy_clients.soap.element import Element, Kind
from legacy_clients.soap.lexical import read as read_lexical
from legacy_clients.soap.reply import Belief, Reply
from schemas.codecs.codec import MARK, Unreadable
from schemas.listing import IdsPage, Listing

if TYPE_CHECKING:
    from legacy_clients.soap.service import Service

Row = tuple[str | None, ...]
Values = Mapping[str, Any]

SECONDS = 120.0
"""For one page, in a night."""
TRIES = 2
"""A page that did not come whole is asked for once more."""
BATCH = 1000
DAY = dt.timedelta(days=1)
TURNED_DOWN = (BusinessFault, Missing, Conflict)
"""How a service says that it does not know (any more) what it gave: a locator, a token, a time."""
WHOLE_NUMBERS = frozenset(
    {"int", "integer", "long", "short", "unsignedInt", "nonNegativeInteger", "positiveInteger"}
)


@dataclass(frozen=True)
class Page:
    """Rows, and what else the answer told."""

    rows: list[Row]
    total: int | None = None
    reply: Reply | None = None


Stream = Generator[Page, None, None]
"""Pages as they come; whoever does not take all of them closes it."""


class Shifted(Exception):
    """The list changed while it was read, or does not stand still: it must be read once more."""


class Asking:
    """Calls for one list. `columns` are those of its rows, in order."""

    def __init__(self, service: Service, listing: Listing, columns: Sequence[str]) -> None:
        self._service, self.listing = service, listing
        self.columns = tuple(columns)
        self._paths = tuple(listing.columns[name] for name in self.columns)
        self._key = tuple(self.columns.index(name) for name in listing.key)

    def key(self, row: Row) -> Row:
        """The key's texts; blanks behind them say nothing."""
        parts = (row[place] for place in self._key)
        return tuple(None if part is None else part.rstrip(" ") for part in parts)

    # Calls

    def ask(
        self,
        call: str,
        const: Values,
        values: Values,
        rows: str | None = None,
        *,
        deadline: Deadline | None = None,
        tries: int = TRIES,
    ) -> Reply:
        """One answer. `rows` is where records stand in it; `values` go with the constants.

        Without a deadline it is one of a night's calls, which is asked again where its answer did
        not come whole.
        """
        arguments = self._arguments(call, {**const, **values})
        belief = self._belief(rows)
        for left in reversed(range(tries if deadline is None else 1)):
            by = deadline or Deadline.after(SECONDS)
            try:
                return self._service.call(call, arguments, by, write=False, belief=belief)
            except (CutOff, TimedOut):
                if not left:
                    raise
        raise AssertionError("the last try returns or raises")

    def page(self, reply: Reply, rows: str, total: str | None = None) -> Page:
        """What an answer holds."""
        counted = None if total is None else self._counted(reply, total)
        return Page([self.row(each) for each in reply.all(rows)], counted, reply)

    def streamed(self, values: Values) -> Stream:
        """The whole list out of one answer, in bounded memory."""
        listing = self.listing
        arguments = self._arguments(listing.call, {**listing.const, **values})
        # Any: a generator, which its type does not promise, to be closed where it is left early.
        told: Any = self._service.rows(
            listing.call,
            arguments,
            listing.rows,
            Deadline.after(SECONDS * 5),
            self._belief(listing.rows),
        )
        with closing(told):
            rows = (self.row(each) for each in told)
            while batch := list(islice(rows, BATCH)):
                yield Page(batch)

    # Answers

    def row(self, record: Reply) -> Row:
        """The texts of a record, in the order of the columns."""
        if record.finding is None:
            return tuple(record.text(path) for path in self._paths)
        bare = Reply(record.node)
        raw = MARK + etree.tostring(record.node, with_tail=False).hex()
        keys = set(self._key)
        return tuple(
            bare.text(path) if place in keys else raw for place, path in enumerate(self._paths)
        )

    def row_at(self, reply: Reply, full: Callable[[str], str]) -> Row:
        """The one record of an answer; `full` completes the paths of its elements."""
        return tuple(reply.text(full(path)) for path in self._paths)

    def texts(self, reply: Reply, path: str) -> list[str]:
        """The texts of every element at a path."""
        found = [node.text for node in reply.nodes(path) if not len(node)]
        if any(not text for text in found):
            raise Unintelligible(f"the list {self.listing.name}: {path} holds an empty key")
        return [str(text).rstrip(" ") for text in found]

    def flag(self, reply: Reply, path: str) -> bool:
        told = reply.text(path)
        if told not in FLAGS:
            raise Unintelligible(
                f"the list {self.listing.name}: {path} says neither true nor false"
            )
        return FLAGS[told]

    def moment(self, reply: Reply, path: str) -> dt.datetime:
        """An instant that an answer tells, UTC."""
        told = reply.text(path)
        try:
            read = read_lexical(told or "", Kind("dateTime"))
        except Unreadable:
            read = None
        if not isinstance(read, dt.datetime) or read.tzinfo is None:
            raise Unintelligible(f"the list {self.listing.name}: {path} is no time with an offset")
        return read.astimezone(dt.UTC)

    def _counted(self, reply: Reply, path: str) -> int | None:
        told = (reply.text(path) or "").strip()
        # Some services answer -1 or nothing where they do not count.
        return int(told) if told.isascii() and told.isdigit() else None

    # Requests

    def _arguments(self, call: str, values: Values) -> Arguments:
        contract = self._service.contract
        arguments: Arguments = {}
        for path, value in values.items():
            element = contract.element(call, path)
            kind = element.content or element.kind
            try:
                place(arguments, path, fitted(kind, value))
            except (ValueError, ArithmeticError):
                raise Unfit(path, f"not spelled as the service spells {kind.name}") from None
        found: Arguments = written_out(arguments, contract.input(call))
        return found

    def _belief(self, rows: str | None) -> Belief:
        if rows is None:
            return Belief()
        return Belief(rows, tuple(f"{rows}.{path}" for path in self._paths))

    # The contract

    def check(self) -> None:
        """The service has the elements of every column, once in each record. Raises
        Misconfigured.
        """
        listing = self.listing
        page = listing.page
        if not isinstance(page, IdsPage):
            self.check_rows(listing.call, listing.rows)
        if listing.pick is not None:
            self.check_rows(listing.pick.call, listing.pick.rows)
        for call, path in listing.taken:
            self._service.contract.answered(call, path)
        for call, path in listing.put:
            self._service.contract.element(call, path)

    def check_record(self, call: str, full: Callable[[str], str]) -> None:
        """The answer to a call holds every column of the one record in it. Raises
        Misconfigured.
        """
        for path in self.listing.columns.values():
            self._service.contract.answered(call, full(path))

    def check_rows(self, call: str, rows: str) -> None:
        """The records in the answer to a call hold all columns. Raises Misconfigured."""
        contract, name = self._service.contract, self.listing.name
        record = contract.answered(call, rows) if rows else contract.output(call)
        if record is None:
            raise Misconfigured(f"the list {name}: {call} answers nothing")
        for column, path in self.listing.columns.items():
            whose = f"the list {name}, column {column}: the answer to {call}"
            if any(each.repeats for each in _on_the_way(record, path, whose)):
                raise Misconfigured(f"{whose} may hold {path} several times in a record")


FLAGS = {"true": True, "1": True, "false": False, "0": False}


def _on_the_way(record: Element, path: str, whose: str) -> Iterator[Element]:
    """The elements that lead from a record to a path in it. Raises Misconfigured."""
    found = record
    for word, pair in steps(path):
        found = descend(found, word if pair is None else f"{word}[{pair}]", whose)
        yield found if pair is None else record


def fitted(kind: Kind, value: Any) -> Any:
    """A value as its element takes it: numbers, times and the texts of a mapping."""
    if isinstance(value, list):
        return [fitted(kind, item) for item in value]
    form = FORMS.get(type(value))
    return value if form is None else form(kind.name, value)


def _of_text(kind: str, text: str) -> Any:
    if kind in WHOLE_NUMBERS:
        return int(text)
    if kind == "decimal":
        return Decimal(text)
    return FLAGS.get(text, text) if kind == "boolean" else text


def _of_number(kind: str, number: int) -> Any:
    return str(number) if kind == "string" else number


def _of_moment(kind: str, moment: dt.datetime) -> Any:
    """Whole seconds, earlier rather than later; days have no zone, so that one more is asked."""
    moment = moment.astimezone(dt.UTC).replace(microsecond=0)
    if kind == "date":
        return (moment - DAY).date()
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ") if kind == "string" else moment


FORMS: dict[type, Callable[[str, Any], Any]] = {
    str: _of_text,
    int: _of_number,
    dt.datetime: _of_moment,
}
