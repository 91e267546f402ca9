"""The ledger's database: how it is connected to, and the short transactions on it."""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, Table, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, IntegrityError, NoSuchModuleError

from facade.ledger.errors import LedgerUnavailable

PATIENCE = 30.0
"""Seconds that a transaction waits for its turn."""

_KNOWN = "sqlite:///path/ledger.sqlite and postgresql://user:password@host/database"
_READS = "ledger_reads"
_SYNCHRONOUS = "ledger_synchronous"


def connect(text: str, patience: float = PATIENCE) -> Engine:
    """An engine on the ledger at the URL `text`, not migrated yet. Raises LedgerUnavailable."""
    try:
        url = make_url(text)
    except ArgumentError as error:
        raise LedgerUnavailable(
            f"The ledger's URL can't be read. Known forms: {_KNOWN}."
        ) from error
    backend = _BACKENDS.get(url.get_backend_name())
    if backend is None:
        raise LedgerUnavailable(
            f"A ledger can't be kept in {url.drivername!r}. Known forms: {_KNOWN}."
        )
    try:
        return backend(url, patience)
    except (ImportError, NoSuchModuleError) as error:
        raise LedgerUnavailable(
            f"The driver of {url.drivername!r} is missing ({error})."
            " A ledger in PostgreSQL needs psycopg: pip install 'crm-facade[postgresql]'."
        ) from error


def _connect_sqlite(url: URL, patience: float) -> Engine:
    if url.database in (None, "", ":memory:"):
        raise LedgerUnavailable(
            "A ledger in memory would forget everything. Name a file: sqlite:///path/ledger.sqlite."
        )
    try:
        Path(url.database).parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise LedgerUnavailable(f"The folder of the ledger {url} can't be made: {error}") from error
    _write_ahead(url.database, patience)
    engine = create_engine(url, json_serializer=_dump, connect_args={"timeout": patience})

    @event.listens_for(engine, "connect")
    def prepare(connection: sqlite3.Connection, record: object) -> None:
        # The driver would open transactions by itself, late and deferred; `begin` below does it.
        connection.isolation_level = None
        connection.execute("PRAGMA foreign_keys = ON")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        # Told to the driver itself: each of our words through SQLAlchemy costs what SQLite takes
        # for the whole transaction. A deferred one that reads and then writes fails at once,
        # whatever the patience.
        spoken = connection.connection.driver_connection
        assert spoken is not None
        options = connection.get_execution_options()
        if options.get(_READS, False):
            spoken.execute("BEGIN")
            return
        # In WAL mode anything less than FULL can lose the last commits with the power.
        synchronous = options.get(_SYNCHRONOUS, "FULL")
        if connection.info.get(_SYNCHRONOUS) != synchronous:
            spoken.execute(f"PRAGMA synchronous = {synchronous}")
            connection.info[_SYNCHRONOUS] = synchronous
        spoken.execute("BEGIN IMMEDIATE")

    return engine


def _write_ahead(path: str, patience: float) -> None:
    """Put the file into WAL mode, which stays with it; SQLite doesn't always wait for its turn."""
    ends = time.monotonic() + patience
    while True:
        try:
            with closing(sqlite3.connect(path, timeout=patience)) as connection:
                (mode,) = connection.execute("PRAGMA journal_mode = WAL").fetchone()
            break
        except sqlite3.Error as error:
            busy = error.sqlite_errorcode == sqlite3.SQLITE_BUSY
            if not busy or time.monotonic() > ends:
                raise LedgerUnavailable(
                    f"The ledger {path} can't be opened: {error}. It must be a file of its own, on"
                    " a local disk, in a folder that this user may write to."
                ) from error
        time.sleep(0.02)
    if mode != "wal":
        raise LedgerUnavailable(
            f"The ledger {path} can't be written ahead (journal mode {mode!r}): it must lie on a"
            " local disk."
        )


def _connect_postgresql(url: URL, patience: float) -> Engine:
    return create_engine(
        url,
        json_serializer=_dump,
        pool_pre_ping=True,
        connect_args={"options": f"-c lock_timeout={int(patience * 1000)}"},
    )


_BACKENDS: dict[str, Callable[[URL, float], Engine]] = {
    "sqlite": _connect_sqlite,
    "postgresql": _connect_postgresql,
}

# NaN and infinities are no JSON (RFC 8259), and PostgreSQL refuses them.
_dump = partial(json.dumps, allow_nan=False)


@contextmanager
def writing(engine: Engine, *, on_disk: bool = True) -> Iterator[Connection]:
    """One transaction that may write; whole or not at all. Raises LedgerUnavailable.

    Without `on_disk` it outlives a crash of ours, and power that fails in the next moment may take
    it back: for what would be found out again.
    """
    with _translated(engine), engine.connect() as connection:
        if not on_disk:
            connection.execution_options(**{_SYNCHRONOUS: "NORMAL"})
        with connection.begin():
            yield connection


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """One transaction that only reads, and keeps no writer waiting. Raises LedgerUnavailable."""
    with _translated(engine), engine.connect() as connection:
        connection.execution_options(**{_READS: True})
        with connection.begin():
            yield connection


@contextmanager
def _translated(engine: Engine) -> Iterator[None]:
    try:
        yield
    except IntegrityError:
        raise  # a mistake of ours, not of the database
    except (DBAPIError, sqlite3.Error) as error:  # sqlite3's own while a connection is prepared
        shown = engine.url.render_as_string(hide_password=True)
        cause = error.orig if isinstance(error, DBAPIError) else error
        raise LedgerUnavailable(f"The ledger {shown} failed: {cause}.") from error


def _insert_of(connection: Connection) -> Any:
    """The INSERT of the database in use; the others' need not be loaded."""
    return import_module(f"sqlalchemy.dialects.{connection.dialect.name}").insert


def insert_new(connection: Connection, table: Table, row: Mapping[str, Any]) -> bool:
    """Insert `row` unless its key or a unique column is there; True if it was inserted."""
    insert = _insert_of(connection)(table).on_conflict_do_nothing()
    inserted = insert.values(**row).returning(*table.primary_key.columns)
    return connection.execute(inserted).first() is not None


def insert_or_replace(
    connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]
) -> None:
    """Insert `rows`, which all have the same columns; a row whose key is there takes its place."""
    if not rows:
        return
    insert = _insert_of(connection)(table)
    kept = table.primary_key.columns.keys()
    replaced = {name: insert.excluded[name] for name in rows[0] if name not in kept}
    connection.execute(insert.on_conflict_do_update(index_elements=kept, set_=replaced), rows)
