"""The nights over the small CRM, and what each of them must be."""

from __future__ import annotations

import contextlib
import datetime as dt
import random
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import duckdb
import pyodbc

from facade.snapshots import layers
from facade.sync.night import Night
from legacy_clients import Access, open_crm
from tests.facade.sync.nights import Nights
from tests.servers import Server
from tests.torture.late_commits.midway import Midway
from tests.torture.late_commits.schedule import SECOND, START, Schedule
from tests.torture.late_commits.tables import (
    ENTITIES,
    LINES,
    STAMP,
    UNSTAMPED,
    Lines,
    Row,
    Version,
    mapping_of,
    tables_made,
)

GROUPS = 5
"""So many schedules share a table."""
CONNECTIONS = 40
STEPS: tuple[tuple[dt.timedelta, int], ...] = (
    (dt.timedelta(0), 4),
    (dt.timedelta(milliseconds=400), 4),
    (SECOND, 3),
    (dt.timedelta(seconds=45), 3),
    (dt.timedelta(hours=5), 2),
    (dt.timedelta(days=1), 3),
    (dt.timedelta(days=75), 1),
    (-SECOND, 1),
    (dt.timedelta(minutes=-7), 1),
    (dt.timedelta(hours=-30), 1),
)
"""How far the clock goes between two acts, and how often; now and then it is set back."""

LEVEL = {
    "mariadb": "SET SESSION tx_isolation = 'READ-COMMITTED', innodb_lock_wait_timeout = 5",
    "postgresql": "SET lock_timeout = '5s'",
}


class Small:
    """A CRM of some tables, the nights over it, and what each night must be."""

    def __init__(self, nights: Nights, server: Server, seed: int) -> None:
        self.nights, self.server = nights, server
        entities = nights.crm.mapping.entities
        self.rng = random.Random(f"small {seed}")
        self.now = START
        self.noisy = self.extracts = False
        self.ever: dict[str, dict[int, set[Row]]] = {name: {} for name in entities}
        self.mirror: dict[str, dict[int, Version]] = {name: {} for name in entities}
        self.idle: list[pyodbc.Connection] = []
        self.ways: Counter[str] = Counter()
        self.schedules = {
            name: [Schedule(name, group, seed, self) for group in range(GROUPS)]
            for name in entities
        }
        tables = {f"t_{name}": sharing for name, sharing in self.schedules.items()}
        tables[f"t_{LINES}"] = self.schedules["order"]
        known = {name: self._watched(name, tables[name]) for name in nights.crm.mapping.tables}
        nights.crm.table = known.__getitem__
        nights.crm.clock = lambda: self.now.replace(tzinfo=dt.UTC)

    @classmethod
    @contextlib.contextmanager
    def over(
        cls, server: Server, folder: Path, seed: int, entities: Sequence[str]
    ) -> Iterator[Small]:
        """Filled tables, and a first night."""
        folder.mkdir()
        (folder / "mapping.toml").write_text(mapping_of(entities), "utf-8")
        server.execute(*tables_made(STAMP[server.name]))
        crm = open_crm(str(folder), Access(odbc=server.odbc))
        with Nights.over(crm, folder / "var") as nights:
            small = cls(nights, server, seed)
            with contextlib.ExitStack() as opened:
                for _ in range(CONNECTIONS):
                    connection = pyodbc.connect(server.odbc, autocommit=False)
                    opened.enter_context(contextlib.closing(connection))
                    connection.execute(LEVEL[server.name]).close()
                    connection.commit()
                    small.idle.append(connection)
                for schedule in small.all:
                    schedule.fill()
                small.night()
                yield small

    @property
    def all(self) -> list[Schedule]:
        return [schedule for sharing in self.schedules.values() for schedule in sharing]

    def pass_time(self, rng: random.Random) -> None:
        steps, weights = zip(*STEPS, strict=True)
        self.now += rng.choices(steps, weights)[0]

    def committed(self, schedule: Schedule, keys: set[int]) -> None:
        """Note every row that a night may see."""
        for key in keys & schedule.rows.keys():
            self.ever[schedule.name].setdefault(key, set()).add(schedule.rows[key])

    def batch(self, nights: int | None = None) -> None:
        """All schedules in so many nights, and a quiet one at the end."""
        for _ in range(nights or self.rng.choices((1, 2, 3, 9), (5, 6, 4, 1))[0]):
            for schedule in self.all:
                schedule.act(3)
            self.night(noisy=True)
        for schedule in self.all:
            schedule.act(3)
            schedule.finish()
        self.pass_time(self.rng)
        told = self.night()
        assert told["certificate"] == "agrees"
        for name, sharing in self.schedules.items():
            held = self._held(name)
            rows = {key: row for schedule in sharing for key, row in schedule.rows.items()}
            assert {key: version.row for key, version in held.items()} == rows, name
            assert self.mirror[name] == held, name

    def night(self, noisy: bool = False) -> dict[str, Any]:
        """One night; its changes, put on those before it, are its snapshot."""
        self.noisy = noisy
        nights = self.nights
        night = Night(nights.crm, nights.ledger, nights.var, progress=self._tell)
        told = night.run(accepted=["deletes", "updates"])
        self.noisy = False
        self.ways.update(table["way"] for table in self.nights.folder.night["tables"].values())
        with duckdb.connect() as con:
            for name in self.schedules:
                self._follow(con, name)
        return told

    def _tell(self, what: str, done: int, total: int) -> None:
        self.extracts = what == "extract" and done < total

    def _watched(self, name: str, sharing: Sequence[Schedule]) -> Midway:
        table = type(self.nights.crm)._table(self.nights.crm, name)

        def begin() -> bool:
            if self.extracts and name != f"t_{LINES}":
                for schedule in sharing:
                    schedule.readings += 1
                    schedule.read_at = self.now
            return self.extracts

        def happens() -> None:
            if self.noisy and self.extracts:
                for schedule in sharing:
                    schedule.act(1, inside=True)

        return Midway(table, begin, happens)

    def _follow(self, con: duckdb.DuckDBPyConnection, name: str) -> None:
        mirror, folder = self.mirror[name], self.nights.folder
        lines = self._lines(con, name, folder.changes)
        for op, key, version in self._versions(con, name, folder.changes, lines, "op"):
            if op == "delete":
                assert key in mirror, f"{name} {key} is deleted a second time"
                del mirror[key]
                continue
            assert (op == "update") == (key in mirror), f"{name} {key}: {op}"
            assert mirror.get(key) != version, f"{name} {key} is told without a change"
            mirror[key] = version
        lines = self._lines(con, name, folder.snapshot)
        snapshot = {
            key: version
            for _, key, version in self._versions(con, name, folder.snapshot, lines, "'held'")
        }
        assert mirror == snapshot, name
        for key, version in snapshot.items():
            # Its lines are read at another moment.
            assert version.row in self.ever[name][key], f"{name} {key} never was {version.row}"

    def _versions(
        self,
        con: duckdb.DuckDBPyConnection,
        name: str,
        folder: Callable[[str], Path],
        lines: Mapping[int, Lines],
        op: str,
    ) -> list[tuple[str, int, Version]]:
        """Deletes first: a key that was used again has both."""
        if (versions := layers.rows(folder(name))) is None:
            return []
        stamp = "updated_at" if name != UNSTAMPED else "occurred_at"
        rows = con.execute(
            f"SELECT {op} AS op, id, {stamp}, {ENTITIES[name]}, created_at"
            f" FROM {versions} ORDER BY op, CAST(id AS INTEGER)"
        ).fetchall()
        return [
            (
                done,
                int(id),
                Version(Row(stamp, text, entered), tuple(sorted(lines.get(int(id), {}).items()))),
            )
            for done, id, stamp, text, entered in rows
        ]

    def _lines(
        self, con: duckdb.DuckDBPyConnection, name: str, folder: Callable[[str], Path]
    ) -> dict[int, Lines]:
        lines = layers.rows(folder("order.lines")) if name == "order" else None
        if lines is None:
            return {}
        found: dict[int, Lines] = {}
        for owner, number, text in con.execute(
            f"SELECT order_id, line_no, description FROM {lines}"
        ).fetchall():
            found.setdefault(int(owner), {})[number] = text
        return found

    def _held(self, name: str) -> dict[int, Version]:
        """What the table itself holds."""
        lines: dict[int, Lines] = {}
        if name == "order":
            for owner, number, text in self.server.execute(
                f"SELECT ord, num, descr FROM t_{LINES}"
            ):
                lines.setdefault(owner, {})[number] = text
        rows = self.server.execute(f"SELECT id, stamp, txt, entered FROM t_{name}")
        return {
            key: Version(Row(stamp, text, entered), tuple(sorted(lines.get(key, {}).items())))
            for key, stamp, text, entered in rows
        }
