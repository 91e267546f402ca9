"""What each sink holds, and which sealed states may be delivered to it next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import takewhile
from pathlib import Path

from facade.ledger import Ledger
from facade.ledger.runs import STATES, STEPS, Run
from facade.snapshots.folder import NightFolder
from facade.sync.errors import NightStopped


@dataclass(frozen=True)
class Due:
    """What a sink is to get.

    `in_turn` are runs delivered as they are; then `step_to` is a state to which only a step leads,
    since what lies between may not, or cannot, be delivered. `waits` is the newest state where its
    mapping was not accepted for the sink.
    """

    in_turn: tuple[Run, ...] = ()
    step_to: Run | None = None
    waits: Run | None = None


def held_by(ledger: Ledger, sink: str) -> Run | None:
    """The run that a sink took last; None before its first delivery."""
    last = ledger.deliveries.last(sink)
    return None if last is None else ledger.runs.get(last.run)


def kept_by(ledger: Ledger, var: Path, sink: str) -> NightFolder | None:
    """The folder with the state that a sink holds; None before its first delivery.

    Raises NightStopped where it is not kept any more: for a sink that was not in the settings.
    """
    held = held_by(ledger, sink)
    if held is None:
        return None
    folder = NightFolder.of(var, held.number)
    if not folder.is_whole:
        raise NightStopped(
            f"sink {sink} holds the state of run {state_of(held)}, which is not kept any more: it"
            " was not among the sinks for too long. Give it another name and an empty target"
        )
    return folder


def state_of(run: Run | None) -> int:
    """The number of the state that a sink is in after a run; 0 is that of a sink without any."""
    if run is None:
        return 0
    if run.kind in STATES:
        return run.number
    assert run.summary is not None
    return int(run.summary["state"])


def due(ledger: Ledger, var: Path, sink: str, every_run: bool) -> Due:
    """What a sink is to get, whether it is paused or not.

    A first delivery needs no acceptance. Later the mapping must be the one of what the sink holds,
    or the one accepted last.
    """
    held = held_by(ledger, sink)
    pending = ledger.runs.states_after(state_of(held))
    if not pending:
        return Due()
    fitting = {ledger.sinks.of(sink).mapping_hash, (held or pending[-1]).mapping_hash}
    later = held.number if held else 0

    def follows(run: Run) -> bool:
        there = not every_run or NightFolder.of(var, run.number).is_whole
        return run.mapping_hash in fitting and run.number > later and there

    turn = tuple(takewhile(follows, pending))
    rest = pending[len(turn) :]
    waits = rest[-1] if rest and rest[-1].mapping_hash not in fitting else None
    step_to = rest[-1] if rest and waits is None else None
    if every_run:
        return Due(turn, step_to, waits)
    return _newest_only(turn, step_to, waits, later)


def _newest_only(turn: Sequence[Run], step_to: Run | None, waits: Run | None, later: int) -> Due:
    """For a sink to which any later state can be given as it is."""
    if step_to is not None:
        return Due((step_to,)) if step_to.number > later else Due(step_to=step_to)
    return Due(tuple(turn[-1:]), waits=waits)


def unfinished(ledger: Ledger, sink: str) -> tuple[Run, ...]:
    """Steps of a sink that were sealed, and of which it is not known that the sink took them.

    They come before all else: a crash may have come between the sink's yes and our note of it.
    """
    last = ledger.deliveries.last(sink)
    return tuple(
        run
        for run in ledger.runs.sealed_after(last.run if last else 0, STEPS)
        if run.summary is not None and run.summary["sink"] == sink
    )
