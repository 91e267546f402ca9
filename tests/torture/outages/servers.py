"""Servers, links and drivers that die, lose their tongue or let nobody in."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from unittest import mock

import pyodbc

from legacy_clients import LegacyCRM
from legacy_clients.odbc import select
from tests import processes
from tests.proxy import Proxy
from tests.torture.outages.outage import DENIED, LOST, Options, Outage
from tests.torture.outages.place import COLUMNS, READER, Place

STALL_SECONDS = 1.5


def absent() -> Outage:
    @contextmanager
    def broken(place: Place) -> Iterator[Options]:
        yield {"odbc": place.server.odbc.replace("DATABASE=facade", "DATABASE=absent")}

    return Outage("no such database", r"database", broken)


def locked_out() -> Outage:
    @contextmanager
    def broken(place: Place) -> Iterator[Options]:
        _, change, (opened, closed), _ = READER[place.server.name]
        place.server.execute(change.format(closed))
        yield {}
        place.server.execute(change.format(opened))

    return Outage("account closed", r"does not accept the account|connection", broken)


def down(at: int) -> Outage:
    """The server dies when the reading of this table begins."""

    @contextmanager
    def broken(place: Place) -> Iterator[Options]:
        died: list[int] = []

        def tell(what: str, done: int, total: int) -> None:
            if what == "extract" and done == at and not died:
                died.append(place.server.pid)
                place.server.kill9()

        yield {"progress": tell}
        assert len(died) == 1
        place.server.restart()

    return Outage(f"server down at table {at}", LOST, broken)


def denied_midway(at: int) -> Outage:
    """The right to read a table is taken when its reading begins."""
    table = tuple(COLUMNS)[at]

    @contextmanager
    def broken(place: Place) -> Iterator[Options]:
        taken: list[str] = []

        def tell(what: str, done: int, total: int) -> None:
            if what == "extract" and done == at and not taken:
                place.revoke(table)
                taken.append(table)

        yield {"progress": tell}
        assert taken == [table]
        place.grant(table)

    return Outage(f"{table} denied while it is read", DENIED.format(table=table), broken)


def down_before() -> Outage:
    @contextmanager
    def broken(place: Place) -> Iterator[Options]:
        place.server.kill9()
        yield {}
        place.server.restart()

    return Outage("server down", LOST, broken)


def severed(at: int, size: int) -> Outage:
    """The connection is reset after so many bytes of a table's whole reading, again and again."""

    @contextmanager
    def broken(place: Place) -> Iterator[Options]:
        with Proxy(place.server.port) as proxy:

            def tell(what: str, done: int, total: int) -> None:
                if what == "extract" and done == at:
                    proxy.reset_after(size, again=True)

            yield {"odbc": _through(place, proxy), "full": True, "progress": tell}
            assert proxy.struck >= 1

    return Outage(f"link cut {size} bytes into table {at}", LOST, broken)


def silenced(at: int, size: int) -> Outage:
    @contextmanager
    def broken(place: Place) -> Iterator[Options]:
        with Proxy(place.server.port) as proxy:

            def tell(what: str, done: int, total: int) -> None:
                if what == "extract" and done == at and not proxy.struck:
                    proxy.silent_after(size)

            yield {
                "odbc": _through(place, proxy),
                "full": True,
                "progress": tell,
                "change": _impatient,
            }
            assert proxy.struck >= 1

    return Outage(f"silence {size} bytes into table {at}", r"in time", broken)


def _through(place: Place, proxy: Proxy) -> str:
    return place.odbc.replace(f"PORT={place.server.port}", f"PORT={proxy.port}")


def _impatient(crm: LegacyCRM) -> None:
    stream = crm.port.stream
    crm.port.stream = lambda query, batch_rows=50_000: stream(  # type: ignore[method-assign]
        query, batch_rows, STALL_SECONDS
    )


def driver_killed(at: int, size: int) -> Outage:
    """The driver's process is killed while it waits for the rest of a table."""

    @contextmanager
    def broken(place: Place) -> Iterator[Options]:
        killed: list[int] = []
        with Proxy(place.server.port) as proxy:

            def kill() -> None:
                if processes.settled(lambda: bool(proxy.struck), 30):
                    killed.extend(processes.workers())
                    for worker in killed:
                        os.kill(worker, signal.SIGKILL)

            killer = threading.Thread(target=kill)

            def tell(what: str, done: int, total: int) -> None:
                if what == "extract" and done == at and not proxy.struck:
                    proxy.silent_after(size)
                    killer.start()

            yield {"odbc": _through(place, proxy), "full": True, "progress": tell}
            killer.join()
        assert killed

    return Outage(f"driver killed {size} bytes into table {at}", r"ended \(SIGKILL\)", broken)


def held_fast(table: str) -> Outage:
    """Somebody holds the table for himself."""

    @contextmanager
    def broken(place: Place) -> Iterator[Options]:
        with closing(pyodbc.connect(place.server.odbc, autocommit=False)) as holder:
            lock = {
                "mariadb": f"LOCK TABLES {table} WRITE",
                "postgresql": f"LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE",
            }[place.server.name]
            holder.execute(lock).close()
            with mock.patch.object(select, "BOUND_SECONDS", STALL_SECONDS):
                yield {"change": _impatient}
            holder.rollback()
            if place.server.name == "mariadb":
                holder.execute("UNLOCK TABLES").close()

    return Outage(f"{table} locked", r"did not answer in time", broken)
