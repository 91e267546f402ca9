"""The table of answers is whole."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from facade.api.errors import ANSWERS, ApiError, Flaw, Invalid, answer_to
from facade.ledger import LedgerError, LedgerNewer
from facade.writes import OutcomeUnknown, Stale, WriteError
from legacy_clients.errors import (
    BusinessFault,
    Busy,
    LegacyError,
    NotSent,
    TimedOut,
    Unreachable,
)


def below(kind: type[Any]) -> Iterator[type[Any]]:
    yield kind
    for inner in kind.__subclasses__():
        yield from below(inner)


@pytest.mark.parametrize("kind", list(dict.fromkeys(below(LegacyError))), ids=lambda k: k.__name__)
def test_every_error_of_the_crm_has_a_row(kind: type[LegacyError]) -> None:
    assert kind in ANSWERS


@pytest.mark.parametrize("kind", list(dict.fromkeys(below(ApiError))), ids=lambda k: k.__name__)
def test_every_error_of_a_request_has_a_row_that_blames_the_request(kind: type[ApiError]) -> None:
    assert kind in ANSWERS
    assert 400 <= ANSWERS[kind].status < 500 or kind.__name__ == "NotReady"


@pytest.mark.parametrize("kind", [*below(LedgerError), *below(WriteError)])
def test_every_error_of_ledger_and_writes_has_a_row_or_one_above_it(kind: Any) -> None:
    # What became of an unknown write is not an error: it is answered 202.
    assert kind is OutcomeUnknown or answer_to(kind.__new__(kind)) is not ANSWERS[Exception]


def test_the_nearest_row_answers() -> None:
    assert answer_to(BusinessFault("A", "b")).status == 422
    assert answer_to(Busy()).status == 503
    assert answer_to(TimedOut()).status == 504
    assert answer_to(Stale()).status == 412
    assert answer_to(LedgerNewer()).status == 500
    assert answer_to(ZeroDivisionError()).status == 500


def test_types_of_problems_name_one_kind_each() -> None:
    types = [answer.type for answer in ANSWERS.values()]
    assert len(set(types)) == len(types)


def test_what_can_be_tried_again_says_when() -> None:
    lasting = [a.type for a in ANSWERS.values() if a.status == 503 and a.retry_after is None]
    assert lasting == []


@pytest.mark.parametrize("kind", [Busy, Unreachable])
def test_seconds_that_are_known_go_before_those_of_the_table(kind: type[NotSent]) -> None:
    """L7"""
    assert answer_to(kind("x", retry_after=3.2)).retry_after == 4
    assert answer_to(kind("x", retry_after=0.01)).retry_after == 1
    assert answer_to(kind("x")) == ANSWERS[kind]


def test_the_first_flaw_is_told_in_the_detail() -> None:
    flaws = [Flaw("Must be so.", parameter="limit"), Flaw("Too long.", pointer="#/a")]
    assert str(Invalid(flaws)) == "limit: Must be so. And 1 more, see errors."
    assert str(Invalid(flaws[:1])) == "limit: Must be so."
