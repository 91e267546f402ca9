"""One schedule: what several transactions do to some rows of a table, before nights and in them.

Several schedules share a table; each has keys of its own.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

import pyodbc

from tests.torture.late_commits.tables import LINES, Lines, Row, literal

ROWS = 24
SLOTS = 3
"""So many transactions of one schedule are open at once."""
APART = 1_000_000
"""How far the keys of two schedules are apart."""
SECOND = dt.timedelta(seconds=1)
MONTH = dt.timedelta(days=30)
START = dt.datetime(2030, 3, 1, 8, 0, 0, 300_000)
BULK = dt.datetime(2029, 12, 31, 23, 59, 59)
"""The stamp that many rows share."""
ANCIENT = dt.datetime(1999, 1, 1)


class Surroundings(Protocol):
    """What a schedule knows of where it runs: the time, connections that nobody uses, and whom to
    tell what was committed.
    """

    now: dt.datetime
    idle: list[pyodbc.Connection]

    def pass_time(self, rng: random.Random) -> None: ...

    def committed(self, schedule: Schedule, keys: set[int]) -> None: ...


@dataclass
class Open:
    """A transaction that has begun: the stamp that its writes bear, and what it wrote."""

    connection: pyodbc.Connection
    stamp: dt.datetime | None
    begun_at: dt.datetime
    readings: int
    rows: dict[int, Row | None] = field(default_factory=dict)
    lines: dict[tuple[int, int], str | None] = field(default_factory=dict)

    @property
    def touched(self) -> set[int]:
        return set(self.rows) | {owner for owner, _ in self.lines}


class Schedule:
    """What happens to some rows of a table, at every moment that it is let."""

    def __init__(self, name: str, group: int, seed: int, crm: Surroundings) -> None:
        self.name, self.crm = name, crm
        self.rng = random.Random(f"{name} {group} {seed}")
        self.open: list[Open] = []
        self.rows: dict[int, Row] = {}
        self.lines: dict[int, Lines] = {}
        self.borne: dict[int, dict[dt.datetime, Row]] = {}
        self.readings = 0
        self.read_at = START - MONTH
        self.next_key = group * APART + 1
        self.written = 0
        self.seen: Counter[str] = Counter()
        self.late: Counter[int] = Counter()

    def fill(self) -> None:
        """Rows to begin with, half of them of one stamp."""
        one = self._begin(BULK)
        for number in range(ROWS):
            if number == ROWS // 2:
                one.stamp = BULK - MONTH
            self._insert(one)
        self._commit(one)
        self.seen.clear()
        self.late.clear()

    def act(self, most: int, inside: bool = False) -> None:
        """Up to so many acts; `inside` while a night reads this table."""
        for _ in range(self.rng.randint(0, most)):
            self.crm.pass_time(self.rng)
            self._act(inside)

    def finish(self) -> None:
        """Commit or roll back what is open."""
        for one in list(self.open):
            self._end(one, inside=False)

    def _act(self, inside: bool) -> None:
        choice = self.rng.random()
        may_begin = self.crm.idle and len(self.open) < SLOTS
        if self.open and choice < (0.4 if inside else 0.2):
            self._end(self.rng.choice(self.open), inside)
        elif self.open and choice < 0.55:
            self._write(self.rng.choice(self.open))
        elif may_begin and choice < 0.8:
            one = self._begin(self._stamp())
            for _ in range(self.rng.randint(1, 3)):
                self._write(one)
        elif may_begin and choice < 0.92:
            one = self._begin(self._stamp())
            self._write(one)
            self._end(one, inside)
        elif may_begin:
            self._again(inside)

    def _stamp(self) -> dt.datetime | None:
        """When it begins, to the second; or none, or one that many others bear."""
        now = self.crm.now.replace(microsecond=0)
        stamps: Sequence[dt.datetime | None] = (now, None, BULK, ANCIENT, now - MONTH)
        return self.rng.choices(stamps, (12, 1, 1, 1, 1))[0]

    def _begin(self, stamp: dt.datetime | None) -> Open:
        one = Open(self.crm.idle.pop(), stamp, self.crm.now, self.readings)
        self.open.append(one)
        return one

    def _end(self, one: Open, inside: bool) -> None:
        if self.rng.random() < 0.2:
            one.connection.rollback()
            self.seen["rolled back"] += 1
            self._leave(one)
            return
        if one.rows or one.lines:
            self.late[self.readings - one.readings] += 1
            self.seen["commits"] += 1
            self.seen["inside a reading"] += inside
            self.seen["a month late"] += self.read_at - one.begun_at > MONTH
        self._commit(one)

    def _commit(self, one: Open) -> None:
        one.connection.commit()
        for key, row in one.rows.items():
            if row is None:
                self.rows.pop(key, None)
                self.lines.pop(key, None)
            else:
                self.rows[key] = row
                if row.stamp is not None:
                    self.borne.setdefault(key, {})[row.stamp] = row
        for (key, number), text in one.lines.items():
            if key not in self.rows:
                continue
            if text is None:
                self.lines.get(key, {}).pop(number, None)
            else:
                self.lines.setdefault(key, {})[number] = text
        self.crm.committed(self, one.touched)
        self._leave(one)

    def _leave(self, one: Open) -> None:
        self.open.remove(one)
        self.crm.idle.append(one.connection)

    def _write(self, one: Open) -> None:
        """One statement, on a row that no other transaction holds."""
        locked = {key for other in self.open if other is not one for key in other.touched}
        mine = {key: row for key, row in (self.rows | one.rows).items() if row is not None}
        free = sorted(mine.keys() - locked)
        gone = sorted((self.borne.keys() - mine.keys() - locked) - one.rows.keys())
        choice = self.rng.random()
        if not free or choice < 0.2:
            self._insert(one)
        elif choice < 0.3 and gone:
            self._insert(one, self.rng.choice(gone))
        elif choice < 0.45 and len(free) > 5:
            self._delete(one, self.rng.choice(free))
        elif choice < 0.55:
            self._restore(one, self.rng.choice(free))
        elif choice < 0.75 and self.name == "order":
            self._write_line(one, self.rng.choice(free))
        else:
            key = self.rng.choice(free)
            # Some only touch the row: its stamp moves, and nothing else.
            text = mine[key].text if self.rng.random() < 0.1 else self._text()
            row = mine[key]._replace(stamp=self._unborne(key, one.stamp), text=text)
            if row != mine[key]:
                self._update(one, key, row)

    def _again(self, inside: bool) -> None:
        """Change a row once more under the stamp that it bears: the last reading was as young."""
        locked = {key for other in self.open for key in other.touched}
        young = [
            key
            for key, row in self.rows.items()
            if key not in locked and row.stamp and self.read_at < row.stamp + 2 * SECOND
        ]
        if young:
            one = self._begin(None)
            key = self.rng.choice(young)
            self._update(one, key, self.rows[key]._replace(text=self._text()))
            self.seen["same stamp again"] += 1
            self._end(one, inside)

    def _unborne(self, key: int, stamp: dt.datetime | None) -> dt.datetime | None:
        """The stamp, or the first after it that no other content of this row ever bore: one stamp
        on two contents, read apart by more than its grain, is what no stamp can tell.
        """
        while stamp in self.borne.get(key, {}):
            assert stamp is not None
            stamp += SECOND
        return stamp

    def _text(self) -> str:
        self.written += 1
        return f"{self.name} {self.written} " + "x" * self.rng.choice((0, 0, 1, 30, 150))

    def _insert(self, one: Open, key: int | None = None) -> None:
        """A new row, or one with a key that was used before."""
        if key is None:
            key, self.next_key = self.next_key, self.next_key + 1
        else:
            self.seen["keys used again"] += 1
        # A row with the time of creation of the one before is that one, come back.
        old = next(iter(self.borne.get(key, {}).values()), None)
        entered = self.crm.now.replace(microsecond=0)
        if old is not None and self.rng.random() < 0.3:
            entered = old.entered
        row = Row(self._unborne(key, one.stamp), self._text(), entered)
        one.connection.execute(
            f"INSERT INTO t_{self.name} VALUES ({key}, {literal(row.text)}, {literal(row.entered)},"
            f" {literal(row.stamp)})"
        ).close()
        one.rows[key] = row

    def _update(self, one: Open, key: int, row: Row) -> None:
        self._one_row(
            one,
            f"UPDATE t_{self.name} SET txt = {literal(row.text)}, entered = {literal(row.entered)},"
            f" stamp = {literal(row.stamp)} WHERE id = {key}",
        )
        one.rows[key] = row

    def _delete(self, one: Open, key: int) -> None:
        self._one_row(one, f"DELETE FROM t_{self.name} WHERE id = {key}")
        if self.name == "order":
            one.connection.execute(f"DELETE FROM t_{LINES} WHERE ord = {key}").close()
            for number in self._lines(one, key):
                one.lines[key, number] = None
        one.rows[key] = None

    def _restore(self, one: Open, key: int) -> None:
        """As it was under an earlier stamp: out of a backup."""
        held = (self.rows | one.rows)[key]
        if known := [row for row in self.borne.get(key, {}).values() if row != held]:
            self._update(one, key, self.rng.choice(known))
            self.seen["restored"] += 1

    def _lines(self, one: Open, key: int) -> Lines:
        lines = dict(self.lines.get(key, {}))
        for (owner, number), text in one.lines.items():
            if owner == key:
                lines.pop(number, None)
                if text is not None:
                    lines[number] = text
        return lines

    def _write_line(self, one: Open, key: int) -> None:
        number, text = self.rng.randint(1, 3), self._text()
        if number not in self._lines(one, key):
            statement = f"INSERT INTO t_{LINES} VALUES ({key}, {number}, {literal(text)})"
            one.lines[key, number] = text
        elif self.rng.random() < 0.4:
            statement = f"DELETE FROM t_{LINES} WHERE ord = {key} AND num = {number}"
            one.lines[key, number] = None
        else:
            statement = (
                f"UPDATE t_{LINES} SET descr = {literal(text)} WHERE ord = {key} AND num = {number}"
            )
            one.lines[key, number] = text
        self._one_row(one, statement)
        self.seen["lines"] += 1

    def _one_row(self, one: Open, statement: str) -> None:
        with contextlib.closing(one.connection.execute(statement)) as cursor:
            assert cursor.rowcount == 1, statement
