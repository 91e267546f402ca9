"""A sink returned to the state of an earlier night, by a step back; afterwards it is paused, and no
mapping is accepted for it but that of the state: what comes next would undo it.
"""

from __future__ import annotations

from pathlib import Path

from facade.ledger import Ledger
from facade.ledger.runs import STATES, Run
from facade.snapshots.folder import NightFolder
from facade.sync.errors import NightStopped
from facade.sync.holding import held_by, state_of


def state_to(ledger: Ledger, var: Path, sink: str, number: int) -> Run:
    """The state that a sink is to be returned to. Raises NightStopped where it cannot be."""
    held = held_by(ledger, sink)
    if held is None:
        raise NightStopped(f"sink {sink} has taken no run yet: there is nothing to return from")
    kept = [run for run in ledger.runs.states_after(0) if NightFolder.of(var, run.number).is_whole]
    known = f"kept are {_listed([run.number for run in kept])}"
    found = next((run for run in kept if run.number == number), None)
    if found is None:
        run = ledger.runs.get(number)
        if run is None or run.sealed_at is None:
            raise NightStopped(f"there is no sealed run {number}; {known}")
        if run.kind not in STATES:
            raise NightStopped(f"run {number} is a {run.kind} and no state of the CRM; {known}")
        raise NightStopped(f"the snapshot of run {number} is not kept any more; {known}")
    if number > state_of(held):
        raise NightStopped(
            f"sink {sink} holds the state of run {state_of(held)}, and run {number} is later:"
            " what it lacks comes with `facade sync`"
        )
    if number == state_of(held):
        raise NightStopped(f"sink {sink} holds the state of run {number} already")
    return found


def put_back(ledger: Ledger, sink: str, step: Run) -> None:
    """Pause a sink that is returned to a state, and accept that state's mapping alone."""
    assert step.mapping_hash is not None
    assert step.summary is not None
    assert step.sealed_at is not None
    reason = f"returned to run {step.summary['state']}"
    ledger.sinks.put_back(sink, step.mapping_hash, step.sealed_at, reason)


def _listed(numbers: list[int]) -> str:
    """Numbers in words, runs of them as first-last."""
    spans: list[tuple[int, int]] = []
    for number in numbers:
        if spans and spans[-1][1] == number - 1:
            spans[-1] = (spans[-1][0], number)
        else:
            spans.append((number, number))
    return ", ".join(str(low) if low == high else f"{low}-{high}" for low, high in spans) or "none"
