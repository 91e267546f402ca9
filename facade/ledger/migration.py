"""Brings a ledger forward to the revision that this version of the software speaks (O5).

Alembic is loaded for a ledger that is behind or ahead; one that is not is opened without it.
"""

from __future__ import annotations

import threading
from pathlib import Path

from sqlalchemy import Connection, Engine, inspect, text

from facade.ledger.errors import LedgerNewer
from facade.ledger.transactions import reading, writing

FOLDER = Path(__file__).parent / "migrations"
NEWEST = "0003"
VERSIONS = "ledger_revision"
"""Table that holds the ledger's revision; the database may be shared with other software."""

# SQLite's BEGIN IMMEDIATE already lets one migrate at a time.
_TURN = {"postgresql": text("SELECT pg_advisory_xact_lock(hashtext('ledger_revision'))")}

# Alembic's environment is one for the whole process.
_one_at_a_time = threading.Lock()


def migrate(engine: Engine) -> None:
    """Migrate forward to the newest revision, in one transaction. Raises LedgerNewer."""
    with reading(engine) as connection:
        if _revision(connection) == NEWEST:
            return
    with _one_at_a_time, writing(engine) as connection:
        if (turn := _TURN.get(connection.dialect.name)) is not None:
            connection.execute(turn)
        _upgrade(connection, engine.url.render_as_string(hide_password=True))


def _revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table(VERSIONS):
        return None
    found: str | None = connection.scalar(text(f"SELECT version_num FROM {VERSIONS}"))
    return found


def _upgrade(connection: Connection, ledger: str) -> None:
    from alembic import command
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    script = ScriptDirectory(str(FOLDER))
    revision = _revision(connection)
    if revision is not None and revision not in {
        entry.revision for entry in script.walk_revisions()
    }:
        raise LedgerNewer(
            f"The ledger {ledger} stands at revision {revision}; this version of crm-facade knows"
            f" revisions up to {NEWEST}. A newer version wrote it: upgrade crm-facade, or name"
            " another ledger (FACADE_LEDGER)."
        )
    config = Config()
    config.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
