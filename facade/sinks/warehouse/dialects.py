"""All that differs from one kind of warehouse to another: connecting, types, staging, sums."""

from __future__ import annotations

import datetime as dt
import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

import adbc_driver_duckdb  # type: ignore[import-untyped]
import adbc_driver_postgresql.dbapi
import duckdb
from adbc_driver_manager import dbapi

from facade.sinks.sink import Relation, SinkMismatch
from facade.sinks.warehouse.connection import Connection
from facade.sinks.warehouse.parquet import BATCH_ROWS, bounds, quoted, scan, text
from schemas.layout import Column, hash_sum


class Dialect(Protocol):
    """One kind of warehouse."""

    longest_name: int
    """Bytes of the longest identifier that is not cut."""

    def connect(self, url: str, writing: bool) -> Connection:
        """Open a transaction. Where there is no warehouse, a writer makes it; a reader raises."""

    def native(self, duck: str) -> str:
        """The column type for a DuckDB type, spelled as the warehouse does. Raises KeyError."""

    def moment(self, at: dt.datetime) -> str:
        """A literal for a moment in UTC."""

    def hash_sum(self, column: str) -> str:
        """SQL for the number that `schemas.layout.hash_sum` gives, as text."""

    def held_columns(self, table: str) -> str:
        """A query for name and type of a table's columns; no rows where there is no such table."""

    def unique(self, key: tuple[str, ...], is_child: bool) -> str:
        """The clause that keeps a key unique; empty where the load alone sees to it."""

    def history_index(self, table: str, key: tuple[str, ...]) -> tuple[str, ...]:
        """Statements that make the open versions of a history quick to find."""

    def stage(
        self, connection: Connection, con: duckdb.DuckDBPyConnection, name: str, relation: Relation
    ) -> None:
        """Make a relation's changes (op, its columns, those kept) readable under a name."""

    def analyze(self, table: str) -> tuple[str, ...]:
        """Statements that tell the planner of a table just filled."""

    def readable(self, column: Column) -> str:
        """SQL by which a column comes over ADBC undistorted, to be cast to its DuckDB type."""


class DuckDB:
    """A DuckDB file, `duckdb:///relative/path` or `duckdb:////absolute/path`.

    Its tables have no declared key: an index over a million keys costs a second of the first load,
    and 8 more when two fifths of the rows are replaced. The load proves keys unique before it
    commits.
    """

    longest_name = 10_000
    TYPES = ("BIGINT", "BOOLEAN", "DATE", "DOUBLE", "INTEGER", "TIME", "TIMESTAMP", "VARCHAR")

    def connect(self, url: str, writing: bool) -> Connection:
        path = self._path(url)
        if not path.exists():
            if not writing:
                raise SinkMismatch(f"nothing has been loaded yet: there is no file {path}")
            self._create(path)
        connection = self._open(path, writing)
        for statement in bounds():
            connection.run(statement)
        return connection

    def native(self, duck: str) -> str:
        return duck if duck.startswith("DECIMAL(") else dict.fromkeys(self.TYPES, duck)[duck]

    def moment(self, at: dt.datetime) -> str:
        return f"TIMESTAMP '{at.astimezone(dt.UTC):%Y-%m-%d %H:%M:%S.%f}'"

    def hash_sum(self, column: str) -> str:
        return hash_sum(column)

    def held_columns(self, table: str) -> str:
        return (
            "SELECT column_name, data_type FROM duckdb_columns()"
            " WHERE database_name = current_database() AND schema_name = current_schema()"
            f" AND table_name = {text(table)}"
        )

    def unique(self, key: tuple[str, ...], is_child: bool) -> str:
        return ""

    def history_index(self, table: str, key: tuple[str, ...]) -> tuple[str, ...]:
        return ()

    def stage(
        self, connection: Connection, con: duckdb.DuckDBPyConnection, name: str, relation: Relation
    ) -> None:
        # Reading the files in place took 2.7 s for a million new rows, adbc_ingest 4.7 s and twice
        # the memory.
        connection.run(f"CREATE TEMP VIEW {quoted(name)} AS {scan(con, relation, ops=True)}")

    def analyze(self, table: str) -> tuple[str, ...]:
        return ()

    def readable(self, column: Column) -> str:
        return quoted(column.name)

    def _path(self, url: str) -> Path:
        _, mark, path = url.partition(":///")
        if not mark or not path or path.startswith(":"):
            raise SinkMismatch(
                "a DuckDB warehouse is a file: duckdb:///relative/path or duckdb:////absolute/path"
            )
        found = Path(path).absolute()
        if not found.parent.is_dir():
            raise SinkMismatch(
                f"the folder {found.parent} of the warehouse file does not exist; make it,"
                " or give an absolute path with four slashes: duckdb:////absolute/path"
            )
        return found

    def _create(self, path: Path) -> None:
        """Make an empty file under another name, check it and rename it."""
        # A kill while DuckDB makes a file leaves it unopenable.
        if _log(path).exists():
            raise SinkMismatch(
                f"{_log(path).name} lies there without {path.name}:"
                " put the file back, or move the log away"
            )
        fresh = path.with_name(f"{path.name}.creating")
        for leftover in (fresh, _log(fresh)):
            leftover.unlink(missing_ok=True)
        for statement in ("CREATE TABLE made (number INTEGER)", "DROP TABLE made"):
            connection = self._open(fresh, writing=True)
            try:
                connection.run(statement)
                connection.commit()
            finally:
                connection.close()
        with fresh.open("rb") as file:
            os.fsync(file.fileno())
        fresh.rename(path)

    def _open(self, path: Path, writing: bool) -> Connection:
        options = {"path": str(path)} | ({} if writing else {"access_mode": "READ_ONLY"})
        return Connection(
            dbapi.connect(
                driver=adbc_driver_duckdb.driver_path(),
                entrypoint="duckdb_adbc_init",
                db_kwargs=options,
            )
        )


class PostgreSQL:
    """A PostgreSQL database; its tables are in the first schema of the search path."""

    longest_name = 63
    TYPES: Mapping[str, str] = {
        "BIGINT": "bigint",
        "BOOLEAN": "boolean",
        "DATE": "date",
        "DOUBLE": "double precision",
        "INTEGER": "integer",
        "TIME": "time without time zone",
        "TIMESTAMP": "timestamp with time zone",
        "VARCHAR": "text",
    }
    LOCK = 4_702_111_016
    """Any number that no other program locks; one load at a time in a database."""

    def connect(self, url: str, writing: bool) -> Connection:
        bounded = (
            url
            if "connect_timeout=" in url
            else f"{url}{'&' if '?' in url else '?'}connect_timeout=10"
        )
        connection = Connection(adbc_driver_postgresql.dbapi.connect(bounded))
        try:
            connection.run("SET LOCAL TimeZone = 'UTC'")
            connection.run("SET LOCAL work_mem = '64MB'")
            connection.run("SET LOCAL standard_conforming_strings = on")
            if writing:
                connection.run("SET LOCAL lock_timeout = '60s'")
                connection.run(f"SELECT pg_advisory_xact_lock({self.LOCK})")
            else:
                connection.run("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        except BaseException:
            connection.close()
            raise
        return connection

    def native(self, duck: str) -> str:
        if duck.startswith("DECIMAL("):
            return "numeric" + duck.removeprefix("DECIMAL")
        return self.TYPES[duck]

    def moment(self, at: dt.datetime) -> str:
        return f"TIMESTAMPTZ '{at.astimezone(dt.UTC):%Y-%m-%d %H:%M:%S.%f}+00'"

    def hash_sum(self, column: str) -> str:
        return f"coalesce(sum(('x' || left({column}, 15))::bit(60)::bigint), 0)::text"

    def held_columns(self, table: str) -> str:
        return (
            "SELECT attname::text, format_type(atttypid, atttypmod) FROM pg_attribute"
            f" WHERE attrelid = to_regclass({text(quoted(table))}) "
            " AND attnum > 0 AND NOT attisdropped"
        )

    def unique(self, key: tuple[str, ...], is_child: bool) -> str:
        # Not every child has a value in all of its key, which a primary key demands.
        word = "UNIQUE" if is_child else "PRIMARY KEY"
        return f", {word} ({', '.join(quoted(name) for name in key)})"

    def history_index(self, table: str, key: tuple[str, ...]) -> tuple[str, ...]:
        columns = ", ".join(quoted(name) for name in key)
        return (f"CREATE UNIQUE INDEX ON {quoted(table)} ({columns}) WHERE valid_to IS NULL",)

    def stage(
        self, connection: Connection, con: duckdb.DuckDBPyConnection, name: str, relation: Relation
    ) -> None:
        instants = [
            f"CAST({quoted(c.name)} AS TIMESTAMPTZ) AS {quoted(c.name)}"
            for c in relation.layout.columns
            if c.duck == "TIMESTAMP"
        ]
        replaced = f" REPLACE ({', '.join(instants)})" if instants else ""
        rows = con.sql(f"SELECT *{replaced} FROM ({scan(con, relation, ops=True)})")
        connection.ingest(name, rows.to_arrow_reader(BATCH_ROWS))
        connection.run(f"ANALYZE {quoted(name)}")

    def analyze(self, table: str) -> tuple[str, ...]:
        return (f"ANALYZE {quoted(table)}",)

    def readable(self, column: Column) -> str:
        if column.duck == "TIMESTAMP":
            return f"{quoted(column.name)} AT TIME ZONE 'UTC'"
        # The driver has its own type for numbers, which only text takes to Arrow.
        return (
            f"{quoted(column.name)}::text"
            if column.duck.startswith("DECIMAL(")
            else quoted(column.name)
        )


DIALECTS: dict[str, Dialect] = {"duckdb": DuckDB(), "postgresql": PostgreSQL()}


def dialect_of(url: str) -> Dialect:
    """The dialect that an address asks for. Raises SinkMismatch, which lists the known ones."""
    scheme = re.match(r"([A-Za-z][A-Za-z0-9+.-]*):", url)
    if scheme and scheme.group(1) in DIALECTS:
        return DIALECTS[scheme.group(1)]
    found = f"{scheme.group(1)!r} is no kind of warehouse" if scheme else "an address is scheme://…"
    raise SinkMismatch(f"{found}; known: {', '.join(f'{name}://' for name in DIALECTS)}")


def _log(path: Path) -> Path:
    """Where DuckDB keeps what was committed and is not in the file yet."""
    return path.with_name(f"{path.name}.wal")
