"""Nights that are killed, that cannot write, that are paused or doubled: the next one heals all."""

from __future__ import annotations

import contextlib
import errno
import faulthandler
import itertools
import os
import random
import shutil
import signal
import subprocess
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from tests.sampled import without
from tests.servers import PostgreSQL
from tests.torture.night_faults.crew import Crew, Ended
from tests.torture.night_faults.nights import Event, SpoiledNight, Strike, phases
from tests.torture.night_faults.trap import BEFORE, FAIL, STOP, Fault
from tests.torture.night_faults.world import FEW, ONE, Known, World, fingerprint, lost_power


@pytest.fixture(scope="module")
def crew(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crew]:
    with Crew.start(tmp_path_factory.mktemp("crew")) as crew:
        yield crew


@pytest.fixture(scope="module")
def second(crew: Crew, tmp_path_factory: pytest.TempPathFactory) -> SpoiledNight:
    """The second night, with changes of every kind, into DuckDB."""
    return SpoiledNight.prepare(crew, tmp_path_factory.mktemp("nights") / "second", ONE)


def spread(events: Sequence[Event], kills: int, dice: random.Random) -> list[Event]:
    """So many of the events, of every label in turn."""
    by_label: dict[str, list[Event]] = {}
    for event in dice.sample(events, len(events)):
        by_label.setdefault(event.label, []).append(event)
    turns = itertools.chain.from_iterable(itertools.zip_longest(*by_label.values()))
    chosen = itertools.islice((event for event in turns if event is not None), kills)
    return sorted(chosen, key=lambda event: event.number)


def test_killed_nights_are_healed_by_the_next(
    second: SpoiledNight, figure: Callable[..., None]
) -> None:
    """N6, D1: at least 20 kills, at each kind of event, several nights in a row."""
    dice = random.Random(4)
    early = spread(second.events[: second.seal - 1], 15, dice)
    sinks = spread([event for event in second.events if event.label.startswith("sink")], 4, dice)
    late = spread(second.events[sinks[-1].number :], 3, dice)
    kills = sum(
        second.chain(_anyhow([*early[n::4], sinks[n], *late[n : n + 1]], dice)) for n in range(4)
    )
    assert kills >= 20
    assert {label for label, _ in second.killed} == set(second.labels())
    figure(kills=kills, coverage=second.coverage())


KILLS: Counter[str] = Counter()
"""By warehouse, over all worlds."""


def _anyhow(events: Sequence[Event], dice: random.Random) -> list[Strike]:
    """A strike at each event, in a phase that the dice choose."""
    return [Strike(event, dice.choice(phases(event))) for event in events]


def _every_way(events: Sequence[Event], _: random.Random) -> list[Strike]:
    """Each event struck before, after and within."""
    return [Strike(event, phase) for event in events for phase in phases(event)]


@pytest.mark.long
@pytest.mark.parametrize(
    ("entities", "seed", "first", "server", "strikes"),
    [
        (FEW, 2004, False, None, _anyhow),
        (FEW, 11, False, "postgresql", _anyhow),
        (ONE, 7, False, None, _every_way),
        (ONE, 5, True, None, _every_way),
        (ONE, 3, False, "postgresql", _every_way),
        (ONE, 13, True, "postgresql", _every_way),
    ],
    ids=[
        "two entities",
        "two entities into postgresql",
        "one entity",
        "the first night",
        "one entity into postgresql",
        "the first night into postgresql",
    ],
)
def test_a_night_killed_at_every_event_is_healed_by_the_next(
    entities: Sequence[str],
    seed: int,
    first: bool,
    server: str | None,
    strikes: Callable[[Sequence[Event], random.Random], list[Strike]],
    tmp_path: Path,
    request: pytest.FixtureRequest,
    figure: Callable[..., None],
) -> None:
    """N6, D1, D2: every event of the night, some six kills in a row; three crews at a time."""
    place: PostgreSQL | None = request.getfixturevalue(server) if server else None
    # This takes minutes, and each job is ended by an alarm of its own.
    faulthandler.cancel_dump_traceback_later()
    began = time.monotonic()
    with contextlib.ExitStack() as stack:
        crews = [
            stack.enter_context(Crew.start(tmp_path / f"crew{number}")) for number in range(CREWS)
        ]
        night = SpoiledNight.prepare(
            crews[0],
            tmp_path / f"nights{seed}",
            entities,
            seed=seed,
            first=first,
            server=place,
        )
        dice = random.Random(seed)
        wanted = strikes(night.events, dice)
        chains = night.dealt(wanted, 6, dice)
        assert sorted(it for chain in chains for it in chain) == sorted(wanted)
        nights = [night.by(crew) for crew in crews]
        with ThreadPoolExecutor(CREWS) as pool:
            kills = sum(pool.map(_killed_in, nights, (chains[n::CREWS] for n in range(CREWS))))
    night.killed = sum((by_one.killed for by_one in nights), Counter[tuple[str, int]]())
    assert {label for label, _ in night.killed} == set(night.labels())
    # What comes after a kill between the seal and the load may have less to do.
    assert kills >= 0.9 * len(wanted)
    assert len(night.killed) >= 0.9 * len(night.events)
    KILLS[server or "duckdb"] += kills
    figure(
        events=len(night.events),
        struck=len(night.killed),
        kills=kills,
        chains=len(chains),
        seconds=round(time.monotonic() - began),
        coverage=night.coverage(),
    )


CREWS = 3


def _killed_in(night: SpoiledNight, chains: Sequence[Sequence[Strike]]) -> int:
    return sum(night.chain(chain) for chain in chains)


@pytest.mark.long
def test_two_thousand_nights_were_killed_into_two_warehouses(
    full: bool, figure: Callable[..., None]
) -> None:
    """N6: what the worlds above came to, where all of them were run."""
    if not full or set(KILLS) != {"duckdb", "postgresql"}:
        pytest.skip("only where every world before was run")
    assert KILLS.total() >= 2000
    figure(kills=KILLS.total(), **KILLS)


@pytest.mark.long
@pytest.mark.parametrize(
    ("after_the_seal", "much"),
    [(-20, True), (1, False)],
    ids=["before the seal", "after it"],
)
def test_a_seal_points_only_to_what_is_on_disk(
    after_the_seal: int, much: bool, second: SpoiledNight
) -> None:
    """N6: when the power fails, what was not synced is lost, and the next night heals."""
    world = second.copied()
    before = Known.of(world)
    event = second.events[second.seal - 1 + after_the_seal]
    ended = second.crew.night(world, second.fault(event))
    assert ended.killed
    assert bool(lost_power(world, before, ended.struck)) is much
    second.recovers(world)


@pytest.mark.long
@pytest.mark.parametrize("first", [True, False], ids=["first", "second"])
def test_the_power_may_fail_at_any_event(
    first: bool, crew: Crew, tmp_path: Path, figure: Callable[..., None]
) -> None:
    """N6"""
    faulthandler.cancel_dump_traceback_later()
    night = SpoiledNight.prepare(crew, tmp_path / "power", ONE, first=first)
    taken = 0
    for event in night.events[::3]:
        world = night.copied()
        before = Known.of(world)
        ended = crew.night(world, night.fault(event))
        assert ended.killed
        taken += bool(lost_power(world, before, ended.struck))
        night.recovers(world)
        night.forget(world)
    assert taken > 10
    figure(failures=len(night.events[::3]), with_loss=taken)


def fails(
    night: SpoiledNight, world: World, event: Event, error: int, lasting: bool
) -> Ended | None:
    """A night that cannot write at an event; None where it had not to."""
    fault = Fault(FAIL, event.label, night.place(event), BEFORE, error, lasting=lasting)
    ended = night.crew.night(world, fault)
    assert ended.exit == 0, ended.told()
    assert ended.out.get("raised") in {*TOLD, None}, (event, ended.out)
    return ended if ended.struck else None


FAILING = (
    "copy",
    "fsync",
    "ledger commit",
    "ledger statement",
    "link",
    "mkdir",
    "open to write",
    "rename",
    "replace",
    "sink commit",
    "sink connect",
    "sink ingest",
    "sink statement",
)
"""Calls whose failure must be told: the night stops, or says which sink failed."""
TOLD = {"NightUnwritten", "LedgerUnavailable"}


@pytest.mark.parametrize("label", ["copy", "ledger commit", "sink commit"])
def test_a_write_that_fails_is_told_and_healed_by_the_next(
    label: str, second: SpoiledNight
) -> None:
    """N6: an I/O error, and a full disk."""
    numbers = second.numbers(label)
    event = second.events[numbers[len(numbers) // 2] - 1]
    world = second.copied()
    ended = fails(second, world, event, errno.ENOSPC, lasting=True)
    assert ended is not None
    assert way_of(ended) != "passed", ended.told()
    second.recovers(world)


def way_of(ended: Ended) -> str:
    """What a write that failed came to."""
    if "raised" in ended.out:
        return "raised"
    sinks = ended.out["told"]["sinks"].values()
    return "a sink failed" if any("failed" in sink for sink in sinks) else "passed"


@pytest.mark.long
@pytest.mark.parametrize("server", [None, "postgresql"])
def test_each_write_may_fail(
    server: str | None,
    crew: Crew,
    tmp_path: Path,
    request: pytest.FixtureRequest,
    figure: Callable[..., None],
) -> None:
    """N6, N7: every write once, with errors in turn; a removal that fails may pass unseen."""
    faulthandler.cancel_dump_traceback_later()
    place: PostgreSQL | None = request.getfixturevalue(server) if server else None
    night = SpoiledNight.prepare(crew, tmp_path / "failing", ONE, first=True, server=place)
    events = [event for event in night.events if event.label not in ("step", "progress")]
    if server:
        events = [event for event in events if event.label.startswith(("sink", "ledger"))]
    ways: Counter[str] = Counter()
    left: list[Event] = []
    for chain in night.dealt([Strike(it, BEFORE) for it in events], 5, random.Random(1)):
        left += failing_in_turn(night, chain, ways)
    for event in left:
        assert failing_in_turn(night, [Strike(event, BEFORE)], ways) == []
    assert ways.total() == len(events)
    figure(errors=len(events), alone=len(left), **ways)


def failing_in_turn(
    night: SpoiledNight, chain: Sequence[Strike], ways: Counter[str]
) -> list[Event]:
    """Nights in one world, each with an event that fails; how they ended is counted. Which events
    were not reached: what comes after a seal may have nothing more to do.
    """
    left = []
    world = night.copied()
    for place, (event, _) in enumerate(chain):
        error = (errno.EIO, errno.ENOSPC)[event.number % 2]
        ended = fails(night, world, event, error, lasting=event.number % 3 == 0)
        if ended is None:
            assert place >= night.sure(chain), event
            left.append(event)
            continue
        way = way_of(ended)
        assert way != "passed" or event.label not in FAILING, (event, ended.told())
        ways[way] += 1
    night.recovers(world)
    night.forget(world)
    return left


@contextlib.contextmanager
def small_disk(folder: Path, megabytes: int) -> Iterator[Path]:
    """A file system in memory, of so many megabytes; only an administrator can make one."""
    folder.mkdir()
    options = ["-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs"]
    made = subprocess.run(["mount", *options, str(folder)], capture_output=True, text=True)
    if made.returncode != 0:
        pytest.skip(f"no small disk can be mounted here: {made.stderr.strip()}")
    try:
        yield folder
    finally:
        subprocess.run(["umount", str(folder)], check=True)


@pytest.mark.skipif(os.geteuid() != 0, reason="only an administrator can mount a small disk")
@pytest.mark.parametrize("percent", without({*range(0, 160, 10)} - {30}, range(0, 160, 10)))
@pytest.mark.long
def test_a_disk_that_is_full_loses_nothing(
    percent: int, second: SpoiledNight, tmp_path: Path, figure: Callable[..., None]
) -> None:
    """N6: a disk that is really full, with some of what the night leaves there to spare."""
    with small_disk(tmp_path / "disk", 64) as disk:
        whole = second.copied(disk / "whole")
        before = _free(disk)
        assert second.crew.night(whole).exit == 0
        left_there = before - _free(disk)
        shutil.rmtree(whole.folder)
        world = second.copied(disk / "world")
        ballast = disk / "ballast"
        with ballast.open("wb") as file:
            os.posix_fallocate(file.fileno(), 0, _free(disk) - left_there * percent // 100)
        ended = second.crew.night(world)
        assert ended.exit == 0, ended.told()
        assert ended.out.get("raised") in {*TOLD, None}, ended.told()
        way = way_of(ended)
        assert way != "passed" or percent >= 100, "the disk was not full"
        ballast.unlink()
        second.recovers(world)
    figure(bytes=left_there, way=way, said=ended.out.get("words", "")[:100])


def _free(disk: Path) -> int:
    found = os.statvfs(disk)
    return found.f_bavail * found.f_frsize


def paused(night: SpoiledNight, number: int, **more: Any) -> tuple[Any, int, Path]:
    """A night that stands still before an event: its world, and the job."""
    world = night.copied()
    event = night.events[number - 1]
    fault = Fault(STOP, event.label, night.place(event))
    pid, out = night.crew.begin("night", world, fault, **more)
    assert night.crew.end(pid, out).stopped == signal.SIGSTOP
    return world, pid, out


def some(second: SpoiledNight, full: bool, *details: str) -> list[int]:
    """Events by the beginning of what they say; in full every seventh up to the last of these."""
    found = [
        next(event.number for event in second.events if event.detail.startswith(detail))
        for detail in details
    ]
    if not full:
        return found
    # Who stands still within a transaction of the ledger keeps everybody waiting: nothing to see.
    every = second.events[_leased(second) - 1 : max(found) : 9]
    return [event.number for event in every if not event.label.startswith("ledger")]


def test_a_second_job_is_refused_and_changes_nothing(second: SpoiledNight, full: bool) -> None:
    """N6: wherever the first one is at work."""
    for number in some(second, full, "begin translate"):
        world, pid, out = paused(second, number)
        before = fingerprint(world)
        other = second.crew.night(world)
        assert other.out["raised"] == "NightBusy", other.log
        assert fingerprint(world) == before
        os.kill(pid, signal.SIGCONT)
        first = second.crew.end(pid, out)
        assert (first.exit, "raised" in first.out) == (0, False), first.log
        second.recovers(world)


def _leased(night: SpoiledNight) -> int:
    """The first event after the lease was taken."""
    return next(event.number for event in night.events if event.label == "step")


@pytest.mark.long
def test_a_job_that_overslept_its_lease_writes_nothing_when_it_wakes(
    second: SpoiledNight, full: bool, figure: Callable[..., None]
) -> None:
    """N6: paused anywhere up to the certificate, while another job takes over."""
    ways: Counter[str] = Counter()
    for number in some(second, full, "begin give back"):
        world, pid, out = paused(second, number, lease_seconds=0.2)
        time.sleep(0.25)
        # Its warehouse may be in use by the one that sleeps: that sink is for the night after.
        other = second.crew.night(world)
        assert "told" in other.out, other.told()
        before = {path: it for path, it in fingerprint(world).items() if _counts(path, other)}
        os.kill(pid, signal.SIGCONT)
        stale = second.crew.end(pid, out)
        assert stale.exit == 0, stale.log
        assert stale.out.get("raised") == "LeaseLost", (second.events[number - 1], stale.log)
        after = {path: it for path, it in fingerprint(world).items() if _counts(path, other)}
        assert after == before
        ways[str(second.events[number - 1].label)] += 1
        second.recovers(world)
    figure(**{"paused": ways.total(), **ways})


def _counts(path: str, other: Any) -> bool:
    """Whether a file is of a sealed night: the sleeper's own folder goes when it wakes. A sink that
    it was just writing to gets what it had begun.
    """
    if path.startswith("shelf/"):
        return False
    _, _, below = path.partition("var/runs/")
    sealed = {"000001", "000002", f"{other.out['told']['run']:06d}"}
    return not below or below.partition("/")[0] in sealed
