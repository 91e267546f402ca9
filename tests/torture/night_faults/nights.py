"""A night to be spoiled: its world before it, its events by number, and what it must come to."""

from __future__ import annotations

import itertools
import random
import shutil
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import NamedTuple

from tests.servers import PostgreSQL
from tests.torture.night_faults.crew import Crew, Ended
from tests.torture.night_faults.trap import AFTER, BEFORE, KILL, WITHIN, Fault
from tests.torture.night_faults.world import CHANGES, State, World, difference, founded

LONG = frozenset({"copy", "ledger commit", "sink ingest", "sink commit", "sink statement", "fsync"})
"""Calls that take a while, and can be cut short in their middle."""


@dataclass(frozen=True, order=True)
class Event:
    """One numbered event of the night as it is without a fault."""

    number: int
    label: str
    detail: str
    seconds: float


class Strike(NamedTuple):
    """An event, and when in it."""

    event: Event
    phase: str


@dataclass
class SpoiledNight:
    """Copies of one world, in each of which the same night suffers something else."""

    crew: Crew
    world: World
    folder: Path
    server: PostgreSQL | None
    first: bool = False
    events: list[Event] = field(default_factory=list)
    expected: State = field(default_factory=dict)
    killed: Counter[tuple[str, int]] = field(default_factory=Counter)
    _numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    @classmethod
    def prepare(
        cls,
        crew: Crew,
        folder: Path,
        entities: Sequence[str],
        *,
        seed: int = 2004,
        first: bool = False,
        server: PostgreSQL | None = None,
    ) -> SpoiledNight:
        """The second night over a new CRM, with changes of every kind; or the `first` one."""
        folder.mkdir()
        night = cls(crew, World(folder, "", ""), folder, server, first)
        night.world = founded(folder / "template", entities, seed, night._address("template"))
        if not first:
            told = crew.recover(night.world)
            assert told.exit == 0, told.log
            night.world.act(*(it for name in entities for it in CHANGES.get(name, ())))
        whole = night.copied()
        ended = crew.night(whole)
        assert ended.exit == 0, ended.log
        assert "raised" not in ended.out, ended.log
        assert ended.out["unsynced"] == []
        assert ended.out["missed"] == [], ended.out["missed"]
        night.events = [Event(n, *event) for n, event in enumerate(ended.out["events"], 1)]
        looked = crew.recover(whole)
        assert looked.exit == 0, looked.log
        night.expected = looked.out["state"]
        wrong = difference(night.expected, WELL)
        assert wrong == {}, wrong
        return night

    def by(self, crew: Crew) -> SpoiledNight:
        """The same night for another crew at the same time, which counts its own kills."""
        return replace(self, crew=crew, killed=Counter())

    def copied(self, folder: Path | None = None) -> World:
        """The world before the night, at a place of its own."""
        place = folder or self.folder / f"world{next(self._numbers)}"
        address = self._address(place.name, "template") if self.server else None
        return self.world.copied(place, address)

    def numbers(self, label: str) -> list[int]:
        return [event.number for event in self.events if event.label == label]

    def labels(self) -> Counter[str]:
        """How many events there are of each label."""
        return Counter(event.label for event in self.events)

    def fault(self, event: Event, phase: str = BEFORE) -> Fault:
        """A kill at an event; `within` it, after a third of the time that it took."""
        return Fault(KILL, event.label, self.place(event), phase, seconds=event.seconds / 3)

    def place(self, event: Event) -> int:
        """The how-manieth of its label an event is, from 1."""
        return self.numbers(event.label).index(event.number) + 1

    def kill(self, world: World, faults: Sequence[Fault], sure: int = 1) -> int:
        """One night after another, each killed at its event; how many were.

        The first `sure` ones must reach theirs. Later ones may have less to do than to reach it.
        """
        for place, fault in enumerate(faults):
            ended = self.crew.night(world, fault)
            if not ended.killed:
                assert place >= sure, ended.told()
                assert (ended.exit, ended.struck) == (0, {}), ended.told()
                return place
            struck = ended.struck
            reached = (struck["label"], struck["number"], struck["phase"])
            assert reached == (fault.label, fault.number, fault.phase), ended.told()
            self.killed[fault.label, fault.number] += 1
        return len(faults)

    def recovers(self, world: World) -> Ended:
        """One night without a fault, after which all is as if there had never been one."""
        ended = self.crew.recover(world)
        assert ended.exit == 0, ended.told()
        wrong = difference(ended.out["state"], self.expected)
        assert wrong == {}, wrong
        return ended

    def chain(self, strikes: Sequence[Strike]) -> int:
        """A fresh world, nights that are killed in it, and the one that recovers; the kills."""
        world = self.copied()
        faults = [self.fault(*strike) for strike in strikes]
        kills = self.kill(world, faults, self.sure(strikes))
        self.recovers(world)
        self.forget(world)
        return kills

    def sure(self, strikes: Sequence[Strike]) -> int:
        """How many of a chain are reached, whatever the ones before left: until one night is
        sealed, each is the same night again. But the first night of all makes the ledger, once.
        """
        if self.first:
            return 1
        same = sum(event.number < self.seal for event, _ in strikes)
        return min(same + 1, len(strikes))

    @property
    def seal(self) -> int:
        """The number of the event by which the night counts."""
        sealed = [event.number for event in self.events if event.detail.startswith(SEAL)]
        assert len(sealed) == 2, sealed  # the statement and its commit
        return sealed[1]

    def dealt(
        self, strikes: Sequence[Strike], links: int, dice: random.Random
    ) -> list[list[Strike]]:
        """Chains of some `links` kills in which each strike comes once, as it is in this night.

        A chain ends with one kill after the sink's commit, or with a few between the seal and that.
        """
        load = max(self.numbers("sink commit"))
        shuffled = dice.sample(strikes, len(strikes))
        early = [it for it in shuffled if it.event.number < self.seal]
        loading = [it for it in shuffled if self.seal <= it.event.number <= load]
        late = [it for it in shuffled if it.event.number > load]
        count = max(-(-len(strikes) // links), len(late) + -(-len(loading) // 3))
        ends = [[strike] for strike in late]
        ends += [loading[start :: count - len(late)] for start in range(count - len(late))]
        # What is done but once, such as to make the ledger, comes first in its chain.
        return [[*sorted(early[start::count]), *end] for start, end in enumerate(ends)]

    def forget(self, world: World) -> None:
        """Nothing of it is left."""
        shutil.rmtree(world.folder)
        if self.server:
            self.server.execute(f'DROP DATABASE "{self._database(world.folder.name)}" (FORCE)')

    def coverage(self) -> str:
        """By label, how many events were struck, how many there are, and how many kills it took."""
        struck = Counter(label for label, _ in self.killed)
        return ", ".join(
            f"{label} {struck[label]}/{count} x{self._kills(label) / struck[label]:.1f}"
            for label, count in sorted(self.labels().items())
            if struck[label]
        )

    def _kills(self, label: str) -> int:
        return sum(kills for (of, _), kills in self.killed.items() if of == label)

    def _address(self, name: str, template: str | None = None) -> str | None:
        if self.server is None:
            return None
        own = f' TEMPLATE "{self._database(template)}"' if template else ""
        self.server.execute(f'CREATE DATABASE "{self._database(name)}"{own}')
        return self.server.url.rpartition("/")[0] + f"/{self._database(name)}"

    def _database(self, name: str) -> str:
        return f"{self.folder.name}_{name}"


SEAL = "INSERT INTO ledger_seals"

WELL: State = {
    "doubled loads": [],
    "unsealed": [],
    "behind": [],
    "not taken": [],
    "receipts missing": [],
    "verified": [],
    "sinks verified": [],
    "left over": [],
}
"""What must be so after any night."""

PHASES = (BEFORE, AFTER, WITHIN)


def phases(event: Event) -> tuple[str, ...]:
    """When an event can be struck; a step has no inside."""
    if event.label in ("step", "progress"):
        return (BEFORE,)
    return PHASES if event.label in LONG else PHASES[:2]
