"""Leases: who may work, until when, with a number by which a job that overslept is told apart."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace

from sqlalchemy import Connection, Engine, select, update

from facade.ledger.errors import LeaseHeld, LeaseLost
from facade.ledger.tables import LEASES
from facade.ledger.transactions import insert_new, writing


@dataclass(frozen=True)
class Lease:
    """A lease as taken. `number` grows with each taking; `until` is UTC."""

    name: str
    holder: str
    number: int
    until: dt.datetime


class Leases:
    """At most one holder a name. A lease is lost when it is released or another takes it, not
    when its time is up: who oversleeps and finds its number unchanged may renew and go on.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def take(self, name: str, holder: str, seconds: float, now: dt.datetime) -> Lease:
        """Take a free or overdue lease. Raises LeaseHeld."""
        until = now + dt.timedelta(seconds=seconds)
        with writing(self._engine) as connection:
            insert_new(connection, LEASES, {"name": name, "number": 0})
            row = connection.execute(
                select(LEASES).where(LEASES.c.name == name).with_for_update()
            ).one()
            if row.holder is not None and row.until > now:
                raise LeaseHeld(name, row.holder, row.until)
            connection.execute(
                update(LEASES)
                .where(LEASES.c.name == name)
                .values(number=row.number + 1, holder=holder, until=until)
            )
            return Lease(name, holder, row.number + 1, until)

    def renew(self, lease: Lease, seconds: float, now: dt.datetime) -> Lease:
        """Hold on to the lease for `seconds` from `now`. Raises LeaseLost."""
        until = now + dt.timedelta(seconds=seconds)
        with writing(self._engine) as connection:
            demand(connection, lease.name, lease.number)
            connection.execute(
                update(LEASES).where(LEASES.c.name == lease.name).values(until=until)
            )
        return replace(lease, until=until)

    def release(self, lease: Lease) -> None:
        """Give the lease back. Raises LeaseLost."""
        with writing(self._engine) as connection:
            demand(connection, lease.name, lease.number)
            connection.execute(
                update(LEASES).where(LEASES.c.name == lease.name).values(holder=None, until=None)
            )

    def check(self, lease: Lease) -> None:
        """Raises LeaseLost if the lease is no longer the holder's."""
        with writing(self._engine) as connection:
            demand(connection, lease.name, lease.number)


def demand(connection: Connection, name: str, number: int) -> None:
    """Go on only if lease `name` bears `number`, until the transaction ends. Raises LeaseLost."""
    held = (LEASES.c.name == name, LEASES.c.number == number, LEASES.c.holder.is_not(None))
    if connection.execute(select(LEASES.c.name).where(*held).with_for_update()).first() is None:
        raise LeaseLost(name, number)
