"""The facade cannot take a service down, and a service that is down costs little."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fixtures.atlas import Atlas
from legacy_clients import Access, open_crm
from legacy_clients.deadline import Deadline
from legacy_clients.errors import (
    BusinessFault,
    Busy,
    CutOff,
    LegacyError,
    NotSent,
    TimedOut,
    Unintelligible,
    Unreachable,
)
from legacy_clients.reading import Ask
from legacy_clients.soap.auth import NoAuth
from legacy_clients.soap.contract import Contract
from legacy_clients.soap.guard import Breaker, Budget, Guard, Limits
from legacy_clients.soap.service import Service
from legacy_clients.soap.transport import Transport
from tests.legacy_clients.soap.hostile import Hostile, envelope, fault, hang, hang_up, late

SAVED = envelope("<SaveResponse><Version>2</Version></SaveResponse>")
SOON = Deadline.after(3600)


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def middling(low: float, high: float) -> float:
    return (low + high) / 2


@pytest.fixture
def clock() -> Clock:
    return Clock()


def guard_of(clock: Clock, **limits: float) -> Guard:
    return Guard(Limits(**limits), clock, middling)  # type: ignore[arg-type]


def fail(
    guard: Guard,
    error: Exception,
    kind: str = "read",
    *,
    spoke: bool = False,
    deadline: Deadline = SOON,
) -> None:
    """An exchange that ends so; Unreachable where none is let through."""
    try:
        with guard.watch(kind, deadline) as watch:
            watch.spoke = spoke
            raise error
    except type(error):
        pass


def succeed(guard: Guard, kind: str = "read") -> None:
    with guard.watch(kind, SOON) as watch:
        watch.spoke = True


# The breaker


def test_five_failures_in_a_row_leave_the_service_alone_and_say_for_how_long(clock: Clock) -> None:
    """L7"""
    guard = guard_of(clock)
    for error in (TimedOut("t"), CutOff("c"), Unreachable("u"), Unintelligible("i"), CutOff("c")):
        fail(guard, error)

    clock.now += 1.5
    with pytest.raises(Unreachable, match="left alone") as told, guard.watch("read", SOON):
        pass
    assert told.value.retry_after == 3.5


def test_other_kinds_of_call_go_on(clock: Clock) -> None:
    guard = guard_of(clock)
    for _ in range(5):
        fail(guard, CutOff("c"), "write")

    succeed(guard, "read")
    succeed(guard, "sign-in")
    assert (guard.open_for("write"), guard.open_for("read")) == (5.0, 0.0)


def test_an_answer_between_failures_begins_the_row_anew(clock: Clock) -> None:
    guard = guard_of(clock)
    for _ in range(3):
        for _ in range(4):
            fail(guard, CutOff("c"))
        succeed(guard)

    assert guard.open_for("read") == 0


def test_half_of_twenty_calls_are_too_many(clock: Clock) -> None:
    guard = guard_of(clock)
    for _ in range(9):
        fail(guard, CutOff("c"))
        succeed(guard)
    succeed(guard)
    assert guard.open_for("read") == 0
    fail(guard, CutOff("c"))
    assert guard.open_for("read") == 5.0


def test_failures_of_half_a_minute_ago_do_not_count(clock: Clock) -> None:
    guard = guard_of(clock)
    for _ in range(9):
        fail(guard, CutOff("c"))
        succeed(guard)
    clock.now += 40
    for _ in range(9):
        succeed(guard)
        fail(guard, CutOff("c"))

    assert guard.open_for("read") == 0


@pytest.mark.parametrize(
    ("error", "spoke"),
    [
        (Unintelligible("one bad record"), True),
        (BusinessFault("A", "b"), True),
        (Busy("b"), True),
        (ZeroDivisionError(), False),
    ],
)
def test_what_says_nothing_of_its_health_opens_nothing(
    clock: Clock, error: Exception, spoke: bool
) -> None:
    """One record that departs from the contract does not keep the others from being read."""
    guard = guard_of(clock)
    for _ in range(30):
        fail(guard, error, spoke=spoke)

    assert guard.open_for("read") == 0


def test_a_caller_in_a_hurry_says_nothing_of_the_service(clock: Clock) -> None:
    guard = guard_of(clock)
    for _ in range(30):
        deadline = Deadline.after(0.01)
        time.sleep(0.011)
        fail(guard, TimedOut("t"), deadline=deadline)

    assert guard.open_for("read") == 0


def test_after_the_pause_one_call_looks_and_the_others_wait_for_what_it_sees(clock: Clock) -> None:
    guard = guard_of(clock)
    for _ in range(5):
        fail(guard, CutOff("c"))
    clock.now += 5.1

    with guard.watch("read", SOON) as probe:
        for _ in range(3):
            with pytest.raises(Unreachable) as told, guard.watch("read", SOON):
                pass
            assert told.value.retry_after == 1.0
        probe.spoke = True

    assert guard.open_for("read") == 0
    for _ in range(4):
        fail(guard, CutOff("c"))
    assert guard.open_for("read") == 0


def test_a_look_that_fails_doubles_the_pause_up_to_a_minute(clock: Clock) -> None:
    guard = guard_of(clock)
    for _ in range(5):
        fail(guard, CutOff("c"))
    pauses = []
    for _ in range(6):
        pauses.append(guard.open_for("read"))
        clock.now += pauses[-1] + 0.001
        fail(guard, CutOff("c"))

    assert pauses == [5.0, 10.0, 20.0, 40.0, 60.0, 60.0]


def test_a_look_that_was_never_made_leaves_room_for_another(clock: Clock) -> None:
    guard = guard_of(clock)
    for _ in range(5):
        fail(guard, CutOff("c"))
    clock.now += 6
    fail(guard, ZeroDivisionError())

    succeed(guard)
    assert guard.open_for("read") == 0


def test_pauses_are_jittered() -> None:
    pauses = set()
    for seed in range(20):
        breaker = Breaker(Limits(), Clock(), random.Random(seed).uniform)
        for _ in range(5):
            breaker.leave(breaker.enter(), True)
        pauses.add(breaker.open_for)

    assert len(pauses) == 20
    assert all(4.0 <= pause <= 6.0 for pause in pauses)


@given(st.lists(st.tuples(st.sampled_from(["ok", "no", "unknown"]), st.floats(0, 20)), max_size=80))
def test_whatever_happens_a_service_that_answers_again_is_called_again(
    schedule: list[tuple[str, float]],
) -> None:
    """L7: no row of events leaves a breaker open for good, or two calls looking at once."""
    clock = Clock()
    breaker = Breaker(Limits(), clock, middling)
    ends = {"ok": False, "no": True, "unknown": None}
    pauses: list[float] = []
    for end, wait in schedule:
        clock.now += wait
        try:
            probe = breaker.enter()
        except Unreachable as error:
            pauses.append(error.retry_after or 0)
            continue
        if probe:
            with pytest.raises(Unreachable):
                breaker.enter()
        breaker.leave(probe, ends[end])

    assert all(0 < pause <= 60 for pause in pauses)
    clock.now += 61
    breaker.leave(breaker.enter(), False)
    assert breaker.open_for == 0
    assert breaker.enter() is False


# The budget


@given(st.lists(st.tuples(st.booleans(), st.floats(0, 10)), max_size=300))
def test_retries_of_any_minute_stay_within_three_and_a_tenth_of_the_calls(
    schedule: list[tuple[bool, float]],
) -> None:
    """L6"""
    clock = Clock()
    budget = Budget(Limits(), clock)
    calls: list[float] = []
    retries: list[float] = []
    for retry, wait in schedule:
        clock.now += wait
        if not retry:
            budget.called()
            calls.append(clock.now)
        elif budget.spend():
            retries.append(clock.now)
            minute = [each for each in retries if each > clock.now - 60]
            # Calls count for a little longer than a minute: whole slices leave at a time.
            lately = [each for each in calls if each > clock.now - 72]
            assert len(minute) <= 3 + 0.1 * len(lately) + 1e-9 + 1


def test_a_service_that_is_always_busy_gets_a_tenth_more(shop: Contract) -> None:
    """L6"""
    with Hostile(fault("FULL", side="Server")) as server, Transport(server.url) as transport:
        service = Service(shop, transport, NoAuth(), {"FULL": Busy})
        for _ in range(40):
            with pytest.raises(Busy):
                service.call("Save", {"Id": "1"}, Deadline.after(5), write=True)

    assert len(server.requests) == 40 + 3 + 4


# The gate


def test_so_many_calls_run_and_a_few_wait_and_the_rest_is_busy(clock: Clock) -> None:
    """L7"""
    guard = guard_of(clock, calls=2, waiting=1)
    go, running = threading.Event(), threading.Semaphore(0)

    def hold() -> str:
        try:
            with guard.place("read", Deadline.after(20)):
                running.release()
                go.wait(10)
                return "ran"
        except Busy as error:
            return f"busy {error.retry_after}"

    with ThreadPoolExecutor(10) as threads:
        first = [threads.submit(hold) for _ in range(2)]
        assert running.acquire(timeout=5)
        assert running.acquire(timeout=5)
        waiting = threads.submit(hold)
        time.sleep(0.1)
        rest = [threads.submit(hold) for _ in range(5)]
        assert [each.result(5) for each in rest] == ["busy 1.0"] * 5
        go.set()
        assert [each.result(5) for each in (*first, waiting)] == ["ran"] * 3


def test_nobody_waits_longer_than_half_of_his_time(clock: Clock) -> None:
    guard = guard_of(clock, calls=1)
    with guard.place("read", SOON):
        began = time.monotonic()
        with (
            pytest.raises(Busy, match="no call to the service ended in time"),
            guard.place("read", Deadline.after(0.4)),
        ):
            pass
        took = time.monotonic() - began

    assert 0.19 <= took < 0.4  # his deadline


def test_a_full_gate_is_no_failure_of_the_service(clock: Clock) -> None:
    guard = guard_of(clock, calls=1, waiting=0)
    with guard.place("read", SOON):
        for _ in range(30):
            with pytest.raises(Busy), guard.place("read", SOON):
                pass

    assert guard.open_for("read") == 0


# A service that is down


@pytest.fixture
def dead(shop: Contract) -> Iterator[tuple[Hostile, Service]]:
    with Hostile(hang_up) as server, Transport(server.url) as transport:
        yield server, Service(shop, transport, NoAuth(), {}, Guard(Limits(calls=8, waiting=200)))


def test_of_two_hundred_calls_to_a_dead_service_a_handful_reach_it(
    dead: tuple[Hostile, Service],
) -> None:
    """L7"""
    server, service = dead

    def call(_: int) -> str:
        try:
            service.call("Save", {"Id": "1"}, Deadline.after(20), write=True)
        except LegacyError as error:
            return type(error).__name__
        return "done"

    began = time.monotonic()
    with ThreadPoolExecutor(20) as threads:
        ends = list(threads.map(call, range(200)))
    took = time.monotonic() - began

    assert 5 <= len(server.requests) <= 5 + 7  # those that had left when the fifth failed
    assert ends.count("CutOff") == len(server.requests)
    assert ends.count("Unreachable") == 200 - len(server.requests)
    assert took < 5


def test_a_service_that_comes_back_is_called_again(shop: Contract) -> None:
    reactions = [hang_up] * 5 + [SAVED]
    clock = Clock()
    with Hostile(*reactions) as server, Transport(server.url) as transport:
        service = Service(shop, transport, NoAuth(), {}, Guard(Limits(), clock))
        for _ in range(10):
            with pytest.raises(LegacyError):
                service.call("Save", {"Id": "1"}, Deadline.after(5), write=True)
        clock.now += 7
        reply = service.call("Save", {"Id": "1"}, Deadline.after(5), write=True)

    assert reply.text("Version") == "2"
    assert len(server.requests) == 6


def test_twenty_callers_are_four_at_the_service(shop: Contract) -> None:
    """L7"""
    with Hostile(late(0.05, SAVED)) as server, Transport(server.url) as transport:
        service = Service(shop, transport, NoAuth(), {}, Guard(Limits(calls=4, waiting=20)))

        def call(_: int) -> str | None:
            reply = service.call("Save", {"Id": "1"}, Deadline.after(10), write=True)
            return reply.text("Version")

        with ThreadPoolExecutor(20) as threads:
            assert set(threads.map(call, range(40))) == {"2"}

    assert server.connections <= 4
    assert len(server.requests) == 40


def test_a_dead_service_stalls_no_read_of_the_database(atlas: Atlas) -> None:
    """L7: eight threads as the API has; the service takes calls and answers nothing."""
    with Hostile(hang(3)) as server:
        access = Access(
            odbc=f"DRIVER={{SQLite3}};Database={atlas.database}",
            wsdl=str(atlas.wsdl_path),
            url=server.url,
            user=atlas.user,
            password=atlas.password,
        )
        with closing(open_crm("atlas", access)) as crm, ThreadPoolExecutor(8) as threads:
            id = crm.find("customer", Ask(limit=1)).records[0].id
            began = time.monotonic()
            writes = [threads.submit(_write, crm.service) for _ in range(20)]
            time.sleep(0.2)
            reads = [threads.submit(crm.get, "customer", id) for _ in range(20)]
            assert {read.result(5).document["id"] for read in reads} == {id}
            took = time.monotonic() - began
            ends = [write.result(10) for write in writes]

    assert took < 1.5
    assert set(ends) <= {"Unreachable", "Busy", "TimedOut"}
    assert ends.count("Busy") >= 10
    assert 1 <= len(server.requests) <= 4


def _write(service: Service) -> str:
    try:
        service.call("Ping", {}, Deadline.after(2), write=True)
    except (NotSent, TimedOut) as error:
        return type(error).__name__
    return "done"
