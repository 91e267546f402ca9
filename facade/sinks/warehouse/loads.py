"""The table `facade_load`: which runs are in the warehouse, written in their own transaction."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass

from facade.sinks.sink import Delivery, Parked, Receipt
from facade.sinks.warehouse import tables
from facade.sinks.warehouse.connection import Connection
from facade.sinks.warehouse.dialects import Dialect
from facade.sinks.warehouse.tables import LOADS, Table
from schemas.layout import Column

TABLE = Table(
    LOADS,
    (
        Column("run", "BIGINT", "The run that was loaded."),
        Column("sealed_at", "TIMESTAMP", "When the run was sealed, UTC."),
        Column("valid_from", "TIMESTAMP", "The moment that its versions bear in the history, UTC."),
        Column("loaded_at", "TIMESTAMP", "When it was loaded, UTC."),
        Column(
            "receipt",
            "VARCHAR",
            "What was delivered and held then, and what the tables were described by, as JSON.",
        ),
    ),
    ("run",),
    "The runs that were loaded, each in one transaction.",
)


@dataclass(frozen=True)
class Load:
    """A run that is in the warehouse."""

    run: int
    valid_from: dt.datetime
    receipt: str

    def as_receipt(self, sink: str) -> Receipt:
        """The receipt that was given when the run was loaded."""
        told = json.loads(self.receipt)
        parked = tuple(Parked(**parked) for parked in told["parked"])
        return Receipt(sink, self.run, told["delivered"], parked, told["holds"])

    @property
    def described(self) -> dict[str, str]:
        """A digest of each table's descriptions as they were then."""
        return dict(json.loads(self.receipt).get("described", {}))


def bring_up(connection: Connection, dialect: Dialect) -> None:
    tables.keep_unique(connection, dialect, tables.bring_up(connection, dialect, (TABLE,)))


def load_of(connection: Connection, run: int) -> Load | None:
    """The load of this run, if it is in the warehouse."""
    return _first(connection, f"WHERE run = {run}")


def newest_load(connection: Connection) -> Load | None:
    return _first(connection, "ORDER BY run DESC LIMIT 1")


def record(
    connection: Connection,
    dialect: Dialect,
    delivery: Delivery,
    valid_from: dt.datetime,
    receipt: Receipt,
    described: Mapping[str, str],
) -> None:
    told = asdict(receipt)
    document = {key: told[key] for key in ("delivered", "parked", "holds")}
    document["described"] = dict(described)
    moments = (delivery.sealed_at, valid_from, dt.datetime.now(dt.UTC))
    connection.run(
        f"INSERT INTO {LOADS} (run, sealed_at, valid_from, loaded_at, receipt)"
        f" VALUES ({delivery.run}, "
        + ", ".join(dialect.moment(moment) for moment in moments)
        + f", {dialect.text(json.dumps(document, sort_keys=True))})"
    )


def take_turn(connection: Connection, dialect: Dialect, run: int) -> None:
    """Let no other load through until this one is committed. Raises SinkMismatch where it was."""
    if dialect.turn:
        connection.run(dialect.turn)
        kind = dialect.native("VARCHAR")
        connection.demand(
            f"SELECT CAST(count(*) AS {kind}) FROM {LOADS} WHERE run >= {run}",
            "0",
            f"another job has loaded run {run}, or one after it, meanwhile: loads as new as it",
        )


def _first(connection: Connection, which: str) -> Load | None:
    for run, valid_from, receipt in connection.rows(
        f"SELECT run, valid_from, receipt FROM {LOADS} {which}"
    ):
        at = valid_from.replace(tzinfo=dt.UTC) if valid_from.tzinfo is None else valid_from
        return Load(int(run), at.astimezone(dt.UTC), str(receipt))
    return None
