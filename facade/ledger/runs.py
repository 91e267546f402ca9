"""Runs: begun under a lease, and closed by one sealing row or abandoned.

A run is a state of the CRM, as a night read it, with changes that came between nights, or as a
replay translated it anew; or a step that brings one sink from what it holds to such a state.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Engine, Row, insert, select, update

from facade.ledger.errors import RunClosed, UnknownEntry
from facade.ledger.leases import Lease, demand
from facade.ledger.tables import RUNS, SEALS
from facade.ledger.transactions import reading, writing

NIGHT, REPLAY, CHANGES = "night", "replay", "changes"
STATES = (NIGHT, REPLAY, CHANGES)
CERTIFIED = (NIGHT, REPLAY)
"""States that end with a certificate."""
ROLLBACK, CATCH_UP = "rollback", "catch-up"
STEPS = (ROLLBACK, CATCH_UP)
KINDS = (*STATES, *STEPS)
RARE = (*CERTIFIED, *STEPS)
"""Without runs between nights, of which there may be a hundred thousand a year."""

_RUN = select(RUNS, SEALS).select_from(RUNS.outerjoin(SEALS))


@dataclass(frozen=True)
class Run:
    """One pass of a job. Times are UTC; the last three are None until it is sealed."""

    number: int
    kind: str
    begun_at: dt.datetime
    abandoned: bool
    sealed_at: dt.datetime | None
    mapping_hash: str | None
    summary: Mapping[str, Any] | None


class Runs:
    """Numbers grow and are never used again."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def begin(self, kind: str, at: dt.datetime, lease: Lease) -> int:
        """Number of a new run, which stays bound to `lease`. Raises LeaseLost."""
        with writing(self._engine) as connection:
            demand(connection, lease.name, lease.number)
            row = {
                "kind": kind,
                "begun_at": at,
                "lease": lease.name,
                "lease_number": lease.number,
                "abandoned": False,
            }
            return connection.execute(
                insert(RUNS).values(**row).returning(RUNS.c.number)
            ).scalar_one()

    def seal(
        self, run: int, at: dt.datetime, summary: Mapping[str, Any], mapping_hash: str
    ) -> None:
        """Commit the run for good, if the lease it began under is still held; `summary` is JSON.

        Raises LeaseLost, RunClosed (sealed or abandoned before) and UnknownEntry.
        """
        with writing(self._engine) as connection:
            row = self._unsealed(connection, run)
            demand(connection, row.lease, row.lease_number)
            connection.execute(
                insert(SEALS).values(
                    run=run, sealed_at=at, mapping_hash=mapping_hash, summary=dict(summary)
                )
            )

    def abandon(self, run: int) -> None:
        """Close a run that won't be sealed; a later job may too. Raises RunClosed, UnknownEntry."""
        with writing(self._engine) as connection:
            self._unsealed(connection, run)
            connection.execute(update(RUNS).where(RUNS.c.number == run).values(abandoned=True))

    def get(self, run: int) -> Run | None:
        """The run of this number, if there is one."""
        with reading(self._engine) as connection:
            row = connection.execute(_RUN.where(RUNS.c.number == run)).one_or_none()
        return None if row is None else _run(row)

    def last_sealed(self, kinds: Collection[str] = STATES, before: int | None = None) -> Run | None:
        """The newest sealed run of these kinds; with `before`, of those with a lesser number."""
        sealed = _RUN.where(SEALS.c.run.is_not(None), RUNS.c.kind.in_(kinds))
        if before is not None:
            sealed = sealed.where(SEALS.c.run < before)
        newest = sealed.order_by(SEALS.c.run.desc()).limit(1)
        with reading(self._engine) as connection:
            row = connection.execute(newest).one_or_none()
        return None if row is None else _run(row)

    def sealed_after(self, run: int, kinds: Collection[str] = KINDS) -> tuple[Run, ...]:
        """Sealed runs of these kinds with a greater number, oldest first; all of them after 0."""
        later = _RUN.where(SEALS.c.run > run, RUNS.c.kind.in_(kinds)).order_by(SEALS.c.run)
        with reading(self._engine) as connection:
            return tuple(_run(row) for row in connection.execute(later))

    def states_after(self, run: int) -> tuple[Run, ...]:
        """Sealed states with a greater number, oldest first."""
        return self.sealed_after(run, STATES)

    def unsealed(self) -> tuple[Run, ...]:
        """Runs neither sealed nor abandoned, oldest first: at work, or left by a crash."""
        open_ones = _RUN.where(SEALS.c.run.is_(None), RUNS.c.abandoned.is_(False))
        with reading(self._engine) as connection:
            rows = connection.execute(open_ones.order_by(RUNS.c.number))
            return tuple(_run(row) for row in rows)

    def _unsealed(self, connection: Connection, run: int) -> Row[Any]:
        row = connection.execute(
            _RUN.where(RUNS.c.number == run).with_for_update(of=RUNS)
        ).one_or_none()
        if row is None:
            raise UnknownEntry(f"There is no run {run}.")
        if row.sealed_at is not None:
            raise RunClosed(f"Run {run} was sealed at {row.sealed_at.isoformat()}.")
        if row.abandoned:
            raise RunClosed(f"Run {run} was abandoned.")
        return row


def _run(row: Row[Any]) -> Run:
    return Run(
        row.number,
        row.kind,
        row.begun_at,
        row.abandoned,
        row.sealed_at,
        row.mapping_hash,
        row.summary,
    )
