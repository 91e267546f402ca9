"""What people decided of each sink: its accepted mapping, and whether it is paused."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "ledger_sinks",
        sa.Column("sink", sa.Text(), nullable=False),
        sa.Column("mapping_hash", sa.Text(), nullable=True),
        sa.Column("accepted_at", INSTANT, nullable=True),
        sa.Column("paused_at", INSTANT, nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("sink", name="pk_ledger_sinks"),
    )
