"""Rows that are gone, old or rewritten: each table answers, and none of them is right."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from typing import Any

import pyodbc

from tests.torture.outages.outage import DELETES, UPDATES, Options, Outage
from tests.torture.outages.place import COLUMNS, MADE, STAMP, Place

SPOILT = {
    "emptied": "DELETE FROM {t}",
    "truncated": "TRUNCATE TABLE {t}",
    "halved": "DELETE FROM {t} WHERE id % 2 = 0",
    "cut short": "DELETE FROM {t} WHERE id > {late}",
}
LATE = {"acct": 150, "acct_mail": 150, "item": 90, "ord": 120, "ord_line": 1_200}


def spoilt(table: str, how: str) -> Outage:
    @contextmanager
    def broken(place: Place) -> Iterator[Options]:
        with place.kept(table):
            before = len(place.ids(table))
            place.server.execute(SPOILT[how].format(t=table, late=LATE[table]))
            assert len(place.ids(table)) < 0.8 * before
            yield {}

    return Outage(f"{table} {how}", DELETES, broken)


def rewritten(table: str) -> Outage:
    @contextmanager
    def broken(place: Place) -> Iterator[Options]:
        with place.kept(table):
            stamp = ", modified = '2031-01-01 00:00:00'" if table != "item" else ""
            place.server.execute(f"UPDATE {table} SET name = 'by mistake'{stamp}")
            yield {}

    return Outage(f"{table} updated as a whole", UPDATES, broken)


def restored(days: int, told: str) -> Outage:
    """A backup of so many days ago; older ones are of before a campaign that changed most."""

    @contextmanager
    def broken(place: Place) -> Iterator[Options]:
        for table in COLUMNS:
            place.server.execute(f"CREATE TABLE was_{table} AS SELECT * FROM {table}")
        for _ in range(days):
            place.live()
            place.night()
        if days > 5:
            place.server.execute(
                "UPDATE ord SET name = CONCAT('sold ', id), modified = '2030-06-01 00:00:00'"
            )
            place.night(accepted=["updates"])
        with place.kept(*COLUMNS):
            for table in COLUMNS:
                place.server.execute(
                    f"DELETE FROM {table}",
                    f"INSERT INTO {table} SELECT * FROM was_{table}",
                    f"DROP TABLE was_{table}",
                )
            yield {}

    return Outage(f"a backup of {days} days ago", told, broken)


def elsewhere(name: str, told: str, fill: Callable[[Place, pyodbc.Connection], None]) -> Outage:
    """Another database than ours."""

    @contextmanager
    def broken(place: Place) -> Iterator[Options]:
        for _ in range(3 if fill is as_at_first else 0):
            place.live()
            place.night()
        odbc = place.other("other")
        with closing(pyodbc.connect(odbc, autocommit=True)) as other:
            fill(place, other)
        yield {"odbc": odbc}
        place.server.execute("DROP DATABASE other")

    return Outage(name, told, broken)


def tables_only(place: Place, other: pyodbc.Connection) -> None:
    for table, columns in COLUMNS.items():
        declared = columns.format(stamp=STAMP[place.server.name])
        other.execute(f"CREATE TABLE {table} ({declared})").close()


def as_at_first(place: Place, other: pyodbc.Connection) -> None:
    tables_only(place, other)
    rows: Mapping[str, list[tuple[Any, ...]]] = {
        "acct": [place.row_of("acct", id, MADE) for id in range(1, 241)],
        "acct_mail": [(id, f"m{id}@x.example") for id in range(1, 241)],
        "item": [place.row_of("item", id, MADE) for id in range(1, 151)],
        "ord": [place.row_of("ord", id, MADE) for id in range(1, 201)],
        "ord_line": [place.line_of(id, n) for id in range(1, 201) for n in (1, 2)],
    }
    for table, found in rows.items():
        values = ", ".join("(" + ", ".join(f"'{value}'" for value in row) + ")" for row in found)
        other.execute(f"INSERT INTO {table} VALUES {values}").close()
