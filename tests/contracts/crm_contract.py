"""What every CRM must do, whatever it is: a new one is a subclass of CrmContract of one line.

    class TestSuiteCRM(CrmContract, under_test=SuiteCRMUnderTest): ...

An implementation is real, over its own wire; it says in a `CrmUnderTest` what a good record of it
is, which of its rules a bad one breaks, and how its wire is made to fail. It also says which
abilities its service has: where one is lacking, the contract asserts what holds instead.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import secrets
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar, Protocol

import pytest

from legacy_clients.crm import LegacyCRM
from legacy_clients.deadline import Deadline
from legacy_clients.errors import (
    BusinessFault,
    Busy,
    Conflict,
    Misconfigured,
    Missing,
    NotKept,
    NotSent,
    TimedOut,
    Unanswered,
    Unfit,
)
from legacy_clients.reading import Ask, Found, Wanted

SECONDS = 20.0
Values = Mapping[str, Any]


@dataclass(frozen=True)
class Writable:
    """An entity that can be created, and what is known of it.

    `good` are typed values by dotted name that the CRM takes, `shown` what a document then shows of
    them; `change` and `changed` the same of an update, which clears the field `cleared`. `broken`
    breaks a rule of the business, whose code is `rule`; both are None where the service tells no
    rules. `too_long` does not fit its column.
    """

    entity: str
    good: Values
    shown: Values
    change: Values
    changed: Values
    cleared: str
    broken: Values | None
    rule: str | None
    too_long: Values


class CrmUnderTest(Protocol):
    """A running CRM, and the means to meddle with it behind its back."""

    crm: LegacyCRM
    writable: Writable
    guarded: bool
    """The service compares a version, and refuses to update what changed since it was read.

    Otherwise it writes what it is told beside what others wrote, and a value that another program
    wrote over is found by reading again.
    """
    says_busy: bool
    """The service has words for "not now, and nothing was done"; otherwise only the web server in
    front of it says so, by a page that proves nothing.
    """
    cancelled: tuple[str, str, str] | None
    """Entity, field and word that tell a cancelled record; None where the CRM cancels nothing."""
    nobody: str
    """An id that no record has."""
    rows: Callable[[str], int]
    """How many records of an entity the CRM holds, deleted ones too."""

    def calls(self) -> int:
        """Calls that reached the service since it started, signing in left out."""

    def fail(self, how: str, times: int = 1) -> None:
        """The next writes fail so: `lost` (done, no reply), `slow`, `busy` (not done), `expired`,
        `fault` (one that the mapping does not list), or `overtaken` (done, and written over by
        another program before the answer); the last two only where the CRM lacks what they test.
        """

    def failed(self, how: str) -> int:
        """How often that has happened."""

    def heal(self) -> None:
        """Nothing fails any more."""

    def meddle(self, id: str) -> None:
        """Change the record of the writable entity in the database, as another program would."""

    def met(self, id: str) -> Values:
        """What a document shows of that change."""

    def cancellable(self) -> str:
        """The id of a new record that can be cancelled."""


def deadline() -> Deadline:
    return Deadline.after(SECONDS)


def every(crm: LegacyCRM, entity: str, **asked: Any) -> list[Found]:
    """All records, page by page."""
    found: list[Found] = []
    after = None
    for _ in range(2000):
        page = crm.find(entity, Ask(after=after, **asked))
        found += page.records
        if page.next is None:
            return found
        after = page.next
    raise AssertionError("the pages do not end")


class CrmContract:
    """The contract; `under_test` starts the implementation in a folder."""

    under_test: ClassVar[Callable[[Path], contextlib.AbstractContextManager[Any]]]

    def __init_subclass__(
        cls, under_test: Callable[[Path], contextlib.AbstractContextManager[Any]]
    ) -> None:
        cls.under_test = staticmethod(under_test)

    @pytest.fixture(scope="class")
    @classmethod
    def running(cls, tmp_path_factory: pytest.TempPathFactory) -> Iterator[CrmUnderTest]:
        with cls.under_test(tmp_path_factory.mktemp("contract")) as running:
            yield running

    @pytest.fixture
    def it(self, running: CrmUnderTest) -> Iterator[CrmUnderTest]:
        running.heal()
        yield running
        running.heal()

    @pytest.fixture
    def made(self, it: CrmUnderTest) -> Found:
        """A record that was just created."""
        return it.crm.get(it.writable.entity, self.create(it))

    def create(self, it: CrmUnderTest, values: Values | None = None) -> str:
        good = it.writable.good if values is None else values
        reference = f"facade-{secrets.token_hex(12)}"
        return it.crm.create(it.writable.entity, good, reference, deadline())

    # Reading

    def test_every_entity_is_paged_whole_and_once(self, it: CrmUnderTest) -> None:
        """A3"""
        for entity in it.crm.mapping.entities:
            ids = [one.id for one in every(it.crm, entity, limit=17, deleted=True)]
            assert len(ids) == it.rows(entity), entity
            assert max(Counter(ids).values(), default=1) == 1, entity

    def test_a_record_is_the_same_alone_and_in_a_page(self, it: CrmUnderTest) -> None:
        """W5: also its ETag and what guards it."""
        for entity in it.crm.mapping.entities:
            for one in it.crm.find(entity, Ask(limit=5)).records:
                alone = it.crm.get(entity, one.id)
                assert (alone.document, alone.etag, alone.guards) == (
                    one.document,
                    one.etag,
                    one.guards,
                )

    def test_a_document_has_its_id_its_problems_and_its_children(self, it: CrmUnderTest) -> None:
        """F12: lists have one shape, also where nothing is in them."""
        for entity, mapping in it.crm.mapping.entities.items():
            for one in it.crm.find(entity, Ask(limit=5)).records:
                assert one.document["id"] == one.id
                assert isinstance(one.document["problems"], list)
                assert all(isinstance(one.document[name], list) for name in mapping.children)

    @pytest.mark.parametrize("limit", [1, 2, 3])
    def test_a_page_has_at_most_what_was_asked_for(self, it: CrmUnderTest, limit: int) -> None:
        page = it.crm.find(it.writable.entity, Ask(limit=limit))
        assert len(page.records) == limit
        assert page.next is not None
        following = it.crm.find(it.writable.entity, Ask(limit=limit, after=page.next))
        assert {one.id for one in page.records}.isdisjoint(one.id for one in following.records)

    def test_a_record_is_found_by_its_id_among_the_others(
        self, it: CrmUnderTest, made: Found
    ) -> None:
        ask = Ask((Wanted("id", "=", (made.id,)),))
        page = it.crm.find(it.writable.entity, ask)
        assert [one.id for one in page.records] == [made.id]
        assert page.next is None

    def test_an_id_that_nobody_has_is_missing(self, it: CrmUnderTest) -> None:
        with pytest.raises(Missing, match=f"no {it.writable.entity} has the id"):
            it.crm.get(it.writable.entity, it.nobody)

    def test_an_entity_that_is_not_mapped_is_named_with_those_that_are(
        self, it: CrmUnderTest
    ) -> None:
        with pytest.raises(Misconfigured, match=f"has no unicorn; it has .*{it.writable.entity}"):
            it.crm.get("unicorn", "1")

    # Writing

    def test_what_is_created_is_what_is_read(self, it: CrmUnderTest, made: Found) -> None:
        """F9: write, then read."""
        shown = {word: made.document[word] for word in it.writable.shown}
        assert shown == it.writable.shown
        assert made.document["problems"] == []

    def test_two_creates_are_two_records(self, it: CrmUnderTest) -> None:
        before = it.rows(it.writable.entity)
        assert self.create(it) != self.create(it)
        assert it.rows(it.writable.entity) == before + 2

    def test_an_update_changes_what_it_was_given_and_nothing_else(
        self, it: CrmUnderTest, made: Found
    ) -> None:
        """W6"""
        writable = it.writable
        it.crm.update(writable.entity, made.id, writable.change, made.guards, deadline())
        after = it.crm.get(writable.entity, made.id)
        assert {word: after.document[word] for word in writable.changed} == writable.changed
        assert after.etag != made.etag
        touched = {*writable.changed, "updated_at"}
        kept = [word for word in made.document if word not in touched]
        assert {word: after.document[word] for word in kept} == {
            word: made.document[word] for word in kept
        }

    def test_none_clears_a_field(self, it: CrmUnderTest, made: Found) -> None:
        writable = it.writable
        assert made.document[writable.cleared] is not None
        it.crm.update(writable.entity, made.id, {writable.cleared: None}, made.guards, deadline())
        assert it.crm.get(writable.entity, made.id).document[writable.cleared] is None

    def test_the_etag_follows_changes_behind_our_back(self, it: CrmUnderTest, made: Found) -> None:
        """W5"""
        assert it.crm.get(it.writable.entity, made.id).etag == made.etag
        it.meddle(made.id)
        assert it.crm.get(it.writable.entity, made.id).etag != made.etag

    def test_an_update_of_what_changed_meanwhile_loses_nothing(
        self, it: CrmUnderTest, made: Found
    ) -> None:
        """W5: a conflict where the service guards, else both changes stand."""
        writable = it.writable
        it.meddle(made.id)
        theirs = it.crm.get(writable.entity, made.id)
        assert bool(made.guards) == it.guarded
        if it.guarded:
            with pytest.raises(Conflict):
                it.crm.update(writable.entity, made.id, writable.change, made.guards, deadline())
            assert it.crm.get(writable.entity, made.id).etag == theirs.etag
            return
        it.crm.update(writable.entity, made.id, writable.change, made.guards, deadline())
        both = {**it.met(made.id), **writable.changed}
        after = it.crm.get(writable.entity, made.id)
        assert {word: after.document[word] for word in both} == both

    def test_a_value_that_another_program_writes_over_is_found(
        self, it: CrmUnderTest, made: Found
    ) -> None:
        """W5: where the service does not guard, and so lets it happen."""
        if it.guarded:
            assert made.guards
            return
        it.fail("overtaken")
        with pytest.raises(NotKept) as lost:
            it.crm.update(it.writable.entity, made.id, it.writable.change, made.guards, deadline())
        assert it.failed("overtaken") == 1
        assert lost.value.id == made.id
        assert set(lost.value.fields) <= set(it.writable.change)

    def test_an_update_of_nobody_is_missing(self, it: CrmUnderTest, made: Found) -> None:
        with pytest.raises(Missing):
            it.crm.update(
                it.writable.entity, it.nobody, it.writable.change, made.guards, deadline()
            )

    def test_a_rule_of_the_business_is_told_in_the_words_of_the_crm(self, it: CrmUnderTest) -> None:
        """W7"""
        before = it.rows(it.writable.entity)
        if it.writable.broken is None:
            # Without rules to be told, a fault that nobody listed proves nothing.
            it.fail("fault")
            with pytest.raises(Unanswered):
                self.create(it)
            assert it.failed("fault") == 1
            assert it.rows(it.writable.entity) == before
            return
        with pytest.raises(BusinessFault) as refused:
            self.create(it, it.writable.broken)
        assert refused.value.code == it.writable.rule
        assert refused.value.message
        assert it.rows(it.writable.entity) == before

    def test_a_value_that_does_not_fit_is_not_sent(self, it: CrmUnderTest) -> None:
        """W8"""
        before = it.calls()
        with pytest.raises(Unfit):
            self.create(it, it.writable.too_long)
        assert it.calls() == before

    def test_a_cancelled_record_is_cancelled_once(self, it: CrmUnderTest) -> None:
        if it.cancelled is None:
            for entity in it.crm.mapping.entities:
                with pytest.raises(Misconfigured, match=rf"has no \[{entity}.cancel\]"):
                    it.crm.cancel(entity, it.nobody, {}, deadline())
            return
        entity, field, word = it.cancelled
        id = it.cancellable()
        before = it.crm.get(entity, id)
        it.crm.cancel(entity, id, before.guards, deadline())
        assert before.document[field] != word
        assert it.crm.get(entity, id).document[field] == word
        with pytest.raises(Conflict):
            it.crm.cancel(entity, id, before.guards, deadline())

    # Failing

    def test_a_create_whose_reply_is_lost_is_unknown_and_not_repeated(
        self, it: CrmUnderTest
    ) -> None:
        """W3"""
        rows, calls = it.rows(it.writable.entity), it.calls()
        it.fail("lost")
        with pytest.raises(Unanswered):
            self.create(it)
        assert it.failed("lost") == 1
        assert it.calls() == calls + 1
        assert it.rows(it.writable.entity) == rows + 1

    def test_an_update_that_takes_too_long_ends_by_its_deadline(
        self, it: CrmUnderTest, made: Found
    ) -> None:
        """L1"""
        it.fail("slow")
        began = dt.datetime.now(dt.UTC)
        with pytest.raises(TimedOut):
            it.crm.update(
                it.writable.entity, made.id, it.writable.change, made.guards, Deadline.after(0.5)
            )
        assert dt.datetime.now(dt.UTC) - began < dt.timedelta(seconds=1.5)
        assert it.failed("slow") == 1

    def test_a_deadline_that_has_passed_sends_nothing(self, it: CrmUnderTest) -> None:
        calls = it.calls()
        with pytest.raises(NotSent):
            it.crm.create(it.writable.entity, it.writable.good, "late", Deadline.after(-1))
        assert it.calls() == calls

    def test_a_busy_service_did_nothing(self, it: CrmUnderTest) -> None:
        """L6: tried again only where the service itself says that it did nothing."""
        rows, tries = it.rows(it.writable.entity), 3 if it.says_busy else 1
        it.fail("busy", times=3)
        with pytest.raises(Busy if it.says_busy else Unanswered) as busy:
            self.create(it)
        assert isinstance(busy.value, NotSent) == it.says_busy
        assert it.failed("busy") == tries
        assert it.rows(it.writable.entity) == rows

    def test_a_service_that_was_busy_for_a_moment_does_it_once(self, it: CrmUnderTest) -> None:
        """L6"""
        rows = it.rows(it.writable.entity)
        it.fail("busy")
        with contextlib.nullcontext() if it.says_busy else pytest.raises(Unanswered):
            self.create(it)
        assert it.failed("busy") == 1
        assert it.rows(it.writable.entity) == rows + it.says_busy

    def test_an_expired_session_is_renewed_and_the_call_done_once(self, it: CrmUnderTest) -> None:
        """L6"""
        self.create(it)
        rows = it.rows(it.writable.entity)
        it.fail("expired")
        self.create(it)
        assert it.failed("expired") == 1
        assert it.rows(it.writable.entity) == rows + 1

    # Tables, for the night

    def test_the_tables_of_a_night_bring_every_row_with_its_key(self, it: CrmUnderTest) -> None:
        for name, read in it.crm.mapping.tables.items():
            select = it.crm.table(name)
            with it.crm.port.stream(select.rows()) as stream:
                rows = stream.read_all()
            with it.crm.port.stream(select.stamps()) as stream:
                stamps = stream.read_all()
            (counted,) = it.crm.port.ask(select.count(), SECONDS).rows
            assert rows.num_rows == stamps.num_rows == int(str(counted[0]).strip()), name
            assert tuple(rows.column_names) == select.columns, name
            assert set(read.key) <= set(stamps.column_names), name

    def test_the_clock_is_that_of_the_database_in_utc(self, it: CrmUnderTest) -> None:
        now = it.crm.clock()
        assert now.utcoffset() == dt.timedelta(0)
        assert abs(now - dt.datetime.now(dt.UTC)) < dt.timedelta(minutes=1)
