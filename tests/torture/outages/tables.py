"""Tables that are gone, closed or shaped otherwise."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from tests.torture.outages.outage import (
    AWAY,
    BACKWARDS,
    DELETES,
    DENIED,
    UPDATES,
    Options,
    Outage,
)
from tests.torture.outages.place import COLUMNS, MAPPED, Place


def renamed(table: str) -> Outage:
    @contextmanager
    def broken(place: Place) -> Iterator[Options]:
        place.server.execute(f"ALTER TABLE {table} RENAME TO hidden_{table}")
        yield {}
        place.server.execute(f"ALTER TABLE hidden_{table} RENAME TO {table}")

    return Outage(f"{table} renamed", AWAY.format(table=table), broken)


def dropped(table: str) -> Outage:
    @contextmanager
    def broken(place: Place) -> Iterator[Options]:
        place.server.execute(
            f"CREATE TABLE kept_{table} AS SELECT * FROM {table}", f"DROP TABLE {table}"
        )
        yield {}
        place.create(table, COLUMNS[table])
        place.server.execute(
            f"INSERT INTO {table} SELECT * FROM kept_{table}", f"DROP TABLE kept_{table}"
        )

    return Outage(f"{table} dropped", AWAY.format(table=table), broken)


def denied(table: str) -> Outage:
    @contextmanager
    def broken(place: Place) -> Iterator[Options]:
        place.revoke(table)
        yield {}
        place.grant(table)

    return Outage(f"{table} denied", DENIED.format(table=table), broken)


def filtered(table: str) -> Outage:
    @contextmanager
    def broken(place: Place) -> Iterator[Options]:
        place.server.execute(
            f"ALTER TABLE {table} RENAME TO hidden_{table}",
            f"CREATE VIEW {table} AS SELECT * FROM hidden_{table} WHERE id % 3 = 0",
        )
        place.grant(table)
        yield {}
        place.server.execute(f"DROP VIEW {table}", f"ALTER TABLE hidden_{table} RENAME TO {table}")

    return Outage(f"{table} behind a view that filters", DELETES, broken)


def narrower(table: str) -> Outage:
    """A mapped column is gone."""

    @contextmanager
    def broken(place: Place) -> Iterator[Options]:
        with place.kept(table):
            place.server.execute(f"ALTER TABLE {table} DROP COLUMN {MAPPED[table]}")
            yield {}
            place.drop(table)
            place.create(table, COLUMNS[table])

    return Outage(f"{table} without a column", rf"no column '?{MAPPED[table]}", broken)


def wider(table: str) -> Outage:
    """Made anew with a column more, and not filled yet."""

    @contextmanager
    def broken(place: Place) -> Iterator[Options]:
        with place.kept(table):
            place.server.execute(
                f"DELETE FROM {table} WHERE id % 3 <> 0",
                f"ALTER TABLE {table} ADD COLUMN more INTEGER",
            )
            yield {}
            place.server.execute(f"ALTER TABLE {table} DROP COLUMN more")

    return Outage(f"{table} with a column more, and short", DELETES, broken)


RETYPED = {
    "modified": {
        "mariadb": ("ALTER TABLE {t} MODIFY modified DATE",),
        "postgresql": ("ALTER TABLE {t} ALTER modified TYPE DATE",),
    },
    "id": {
        "mariadb": (
            "ALTER TABLE {t} MODIFY id VARCHAR(20)",
            "UPDATE {t} SET id = CONCAT('K', id)",
        ),
        "postgresql": ("ALTER TABLE {t} ALTER id TYPE VARCHAR(20) USING 'K' || id",),
    },
}
"""A stamp that lost its time of day, and keys that are spelt otherwise."""


def retyped(table: str, column: str) -> Outage:
    """A column's type is another, and with it every value's spelling."""

    @contextmanager
    def broken(place: Place) -> Iterator[Options]:
        with place.kept(table):
            statements = RETYPED[column][place.server.name]
            place.server.execute(*(statement.format(t=table) for statement in statements))
            yield {}
            place.drop(table)
            place.create(table, COLUMNS[table])

    told = {"id": DELETES, "modified": f"{UPDATES}|{BACKWARDS}"}[column]
    return Outage(f"{table} with {column} of another type", told, broken)
