"""Alembic's entry: runs revisions on the connection, and in the transaction, that it is given."""

from __future__ import annotations

from alembic import context

from facade.ledger.migration import VERSIONS
from facade.ledger.tables import METADATA

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=METADATA,
    version_table=VERSIONS,
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
