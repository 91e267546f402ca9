"""The first ledger: leases, runs, seals, deliveries, references, journal, keys and statuses."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "ledger_journal",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("entity", sa.Text(), nullable=False),
        sa.Column("act", sa.Text(), nullable=False),
        sa.Column("record_id", sa.Text(), nullable=True),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("result", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("intended_at", INSTANT, nullable=False),
        sa.Column("settled_at", INSTANT, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_ledger_journal"),
    )
    op.create_index(
        "ix_ledger_journal_state_intended_at",
        "ledger_journal",
        ["state", "intended_at"],
        unique=False,
    )
    op.create_table(
        "ledger_keys",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("scopes", sa.JSON(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("revoked_at", INSTANT, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_ledger_keys"),
        sa.UniqueConstraint("sha256", name="uq_ledger_keys_sha256"),
    )
    op.create_table(
        "ledger_leases",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("holder", sa.Text(), nullable=True),
        sa.Column("until", INSTANT, nullable=True),
        sa.PrimaryKeyConstraint("name", name="pk_ledger_leases"),
    )
    op.create_table(
        "ledger_references",
        sa.Column("sink", sa.Text(), nullable=False),
        sa.Column("entity", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("target_id", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("sink", "entity", "id", name="pk_ledger_references"),
    )
    op.create_table(
        "ledger_statuses",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("sink", sa.Text(), nullable=False),
        sa.Column("event", sa.Text(), nullable=False),
        sa.Column("order_id", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("occurred_at", INSTANT, nullable=False),
        sa.Column("payload", sa.JSON(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("detail", sa.Text(), nullable=True),
        sa.Column("applied_at", INSTANT, nullable=True),
        sa.PrimaryKeyConstraint("number", name="pk_ledger_statuses"),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_ledger_statuses_order_id_outcome",
        "ledger_statuses",
        ["order_id", "outcome"],
        unique=False,
    )
    op.create_index(
        "ix_ledger_statuses_outcome_occurred_at",
        "ledger_statuses",
        ["outcome", "occurred_at"],
        unique=False,
    )
    op.create_index(
        "ix_ledger_statuses_sink_event", "ledger_statuses", ["sink", "event"], unique=True
    )
    op.create_table(
        "ledger_runs",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("begun_at", INSTANT, nullable=False),
        sa.Column("lease", sa.Text(), nullable=False),
        sa.Column("lease_number", sa.Integer(), nullable=False),
        sa.Column("abandoned", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["lease"], ["ledger_leases.name"], name="fk_ledger_runs_lease"),
        sa.PrimaryKeyConstraint("number", name="pk_ledger_runs"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "ledger_parked",
        sa.Column("sink", sa.Text(), nullable=False),
        sa.Column("entity", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("field", sa.Text(), nullable=True),
        sa.Column("run", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["run"], ["ledger_runs.number"], name="fk_ledger_parked_run"),
        sa.PrimaryKeyConstraint("sink", "entity", "id", name="pk_ledger_parked"),
    )
    op.create_table(
        "ledger_seals",
        sa.Column("run", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("sealed_at", INSTANT, nullable=False),
        sa.Column("mapping_hash", sa.Text(), nullable=False),
        sa.Column("summary", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["run"], ["ledger_runs.number"], name="fk_ledger_seals_run"),
        sa.PrimaryKeyConstraint("run", name="pk_ledger_seals"),
    )
    op.create_table(
        "ledger_deliveries",
        sa.Column("sink", sa.Text(), nullable=False),
        sa.Column("run", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("receipt", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["run"], ["ledger_seals.run"], name="fk_ledger_deliveries_run"),
        sa.PrimaryKeyConstraint("sink", "run", name="pk_ledger_deliveries"),
    )
    op.create_index("ix_ledger_deliveries_run", "ledger_deliveries", ["run"], unique=False)
