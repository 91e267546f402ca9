"""The ledger's tables. Every change here needs a migration; a test compares the two."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    DateTime,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    TypeDecorator,
)

METADATA = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class Instant(TypeDecorator[dt.datetime]):
    """A moment in UTC, to the microsecond. A time without a zone is refused with ValueError."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: dt.datetime | None, dialect: Dialect) -> dt.datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value.isoformat()} has no time zone; the ledger keeps UTC")
        return value.astimezone(dt.UTC)

    def process_result_value(self, value: Any | None, dialect: Dialect) -> dt.datetime | None:
        if value is None:
            return None
        # SQLite has no type with a zone, and gives back what was bound without it.
        return value.replace(tzinfo=dt.UTC) if value.tzinfo is None else value.astimezone(dt.UTC)


LEASES = Table(
    "ledger_leases",
    METADATA,
    Column("name", Text, primary_key=True),
    Column("number", Integer, nullable=False),
    Column("holder", Text),
    Column("until", Instant),
)

RUNS = Table(
    "ledger_runs",
    METADATA,
    Column("number", Integer, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("begun_at", Instant, nullable=False),
    Column("lease", Text, ForeignKey(LEASES.c.name), nullable=False),
    Column("lease_number", Integer, nullable=False),
    Column("abandoned", Boolean, nullable=False),
    sqlite_autoincrement=True,
)

# A row of its own, inserted once and never updated: the only pointer to a night's folder.
SEALS = Table(
    "ledger_seals",
    METADATA,
    Column("run", Integer, ForeignKey(RUNS.c.number), primary_key=True, autoincrement=False),
    Column("sealed_at", Instant, nullable=False),
    Column("mapping_hash", Text, nullable=False),
    Column("summary", JSON, nullable=False),
)

DELIVERIES = Table(
    "ledger_deliveries",
    METADATA,
    Column("sink", Text, primary_key=True),
    Column("run", Integer, ForeignKey(SEALS.c.run), primary_key=True, autoincrement=False),
    Column("at", Instant, nullable=False),
    Column("receipt", JSON, nullable=False),
    Index(None, "run"),
)

PARKED = Table(
    "ledger_parked",
    METADATA,
    Column("sink", Text, primary_key=True),
    Column("entity", Text, primary_key=True),
    Column("id", Text, primary_key=True),
    Column("reason", Text, nullable=False),
    Column("field", Text),
    Column("run", Integer, ForeignKey(RUNS.c.number), nullable=False),
)

REFERENCES = Table(
    "ledger_references",
    METADATA,
    Column("sink", Text, primary_key=True),
    Column("entity", Text, primary_key=True),
    Column("id", Text, primary_key=True),
    Column("hash", Text, nullable=False),
    Column("target_id", Text),
)

JOURNAL = Table(
    "ledger_journal",
    METADATA,
    Column("id", Text, primary_key=True),
    Column("actor", Text, nullable=False),
    Column("entity", Text, nullable=False),
    Column("act", Text, nullable=False),
    Column("record_id", Text),
    Column("body", JSON, nullable=False),
    Column("reference", Text),
    Column("state", Text, nullable=False),
    Column("result", JSON(none_as_null=True)),
    Column("intended_at", Instant, nullable=False),
    Column("settled_at", Instant),
    Index(None, "state", "intended_at"),
)

KEYS = Table(
    "ledger_keys",
    METADATA,
    Column("id", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("sha256", Text, nullable=False, unique=True),
    Column("scopes", JSON, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("revoked_at", Instant),
)

STATUSES = Table(
    "ledger_statuses",
    METADATA,
    Column("number", Integer, primary_key=True),
    Column("sink", Text, nullable=False),
    Column("event", Text, nullable=False),
    Column("order_id", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("occurred_at", Instant, nullable=False),
    Column("payload", JSON, nullable=False),
    Column("outcome", Text),
    Column("detail", Text),
    Column("applied_at", Instant),
    Index(None, "sink", "event", unique=True),
    Index(None, "order_id", "outcome"),
    Index(None, "outcome", "occurred_at"),
    sqlite_autoincrement=True,
)

# By a hash of what was accepted, since raw texts are too long for a key.
ACCEPTED = Table(
    "ledger_accepted",
    METADATA,
    Column("hash", Text, primary_key=True),
    Column("relation", Text, nullable=False),
    Column("record", Text, nullable=False),
    Column("id", Text, nullable=False),
    Column("field", Text, nullable=False),
    Column("raw", Text),
    Column("reason", Text, nullable=False),
    Column("by", Text, nullable=False),
    Column("at", Instant, nullable=False),
)

RETRIES = Table(
    "ledger_retries",
    METADATA,
    Column("entity", Text, primary_key=True),
    Column("id", Text, primary_key=True),
    Column("mark", Text, nullable=False),
    Column("by", Text, nullable=False),
    Column("at", Instant, nullable=False),
)

SINKS = Table(
    "ledger_sinks",
    METADATA,
    Column("sink", Text, primary_key=True),
    Column("mapping_hash", Text),
    Column("accepted_at", Instant),
    Column("paused_at", Instant),
    Column("reason", Text),
)
