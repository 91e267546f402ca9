"""Brings a ledger forward to the revision that this version of the software speaks (O5)."""

from __future__ import annotations

import threading
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, text

from facade.ledger.errors import LedgerNewer
from facade.ledger.transactions import reading, writing

FOLDER = Path(__file__).parent / "migrations"
VERSIONS = "ledger_revision"
"""Table that holds the ledger's revision; the database may be shared with other software."""

# SQLite's BEGIN IMMEDIATE already lets one migrate at a time.
_TURN = {"postgresql": text("SELECT pg_advisory_xact_lock(hashtext('ledger_revision'))")}

# Alembic's environment is one for the whole process.
_one_at_a_time = threading.Lock()


def migrate(engine: Engine) -> None:
    """Migrate forward to the newest revision, in one transaction. Raises LedgerNewer."""
    script = ScriptDirectory(str(FOLDER))
    head = script.get_current_head()
    with reading(engine) as connection:
        if _revision(connection) == head:
            return
    with _one_at_a_time, writing(engine) as connection:
        if (turn := _TURN.get(connection.dialect.name)) is not None:
            connection.execute(turn)
        revision = _revision(connection)
        known = {entry.revision for entry in script.walk_revisions()}
        if revision is not None and revision not in known:
            raise LedgerNewer(
                f"The ledger {engine.url.render_as_string(hide_password=True)} stands at revision"
                f" {revision}; this version of crm-facade knows revisions up to {head}. A newer"
                " version wrote it: upgrade crm-facade, or name another ledger (FACADE_LEDGER)."
            )
        config = Config()
        config.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
        config.set_main_option("path_separator", "os")
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def _revision(connection: Connection) -> str | None:
    context = MigrationContext.configure(connection, opts={"version_table": VERSIONS})
    return context.get_current_revision()
