"""DuckDB: a file, made under another name and renamed, and read in place by its own engine."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Iterable
from pathlib import Path

import adbc_driver_duckdb  # type: ignore[import-untyped]
import duckdb
from adbc_driver_manager import dbapi

from facade.sinks.sink import Relation, SinkMismatch
from facade.sinks.warehouse import parquet
from facade.sinks.warehouse.connection import Connection
from facade.sinks.warehouse.dialects.comments import comments
from facade.sinks.warehouse.parquet import bounds, quoted, scan, text
from schemas.layout import Column, hash_sum


class DuckDB:
    """A DuckDB file, `duckdb:///relative/path` or `duckdb:////absolute/path`.

    Its tables have no declared key: an index over a million keys costs a second of the first load,
    and 8 more when two fifths of the rows are replaced. The load proves keys unique before it
    commits.
    """

    longest_name = 10_000
    by_column = True
    fill = None
    turn = ""
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

    def quoted(self, name: str) -> str:
        return parquet.quoted(name)

    def text(self, value: object) -> str:
        return parquet.text(value)

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

    def describe(
        self, kind: str, name: str, description: str, columns: Iterable[Column]
    ) -> tuple[str, ...]:
        return comments(self, kind, name, description, columns)

    def unique(self, table: str, key: tuple[str, ...], is_child: bool) -> tuple[str, ...]:
        return ()

    def open_index(self, table: str, key: tuple[str, ...]) -> tuple[str, ...]:
        return ()

    def stage(
        self, connection: Connection, con: duckdb.DuckDBPyConnection, name: str, relation: Relation
    ) -> None:
        # Reading the files in place took 2.7 s for a million new rows, adbc_ingest 4.7 s and twice
        # the memory.
        connection.run(f"CREATE TEMP VIEW {quoted(name)} AS {scan(con, relation, ops=True)}")

    def temporary(self, name: str, query: str) -> str:
        return f"CREATE TEMPORARY TABLE {quoted(name)} AS {query}"

    def analyze(self, table: str) -> tuple[str, ...]:
        return ()

    def readable(self, column: Column) -> str:
        return quoted(column.name)

    def retype(self, table: str, column: str, native: str) -> tuple[str, ...]:
        return (f"ALTER TABLE {quoted(table)} ALTER COLUMN {quoted(column)} TYPE {native}",)

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
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)

    def _open(self, path: Path, writing: bool) -> Connection:
        options = {"path": str(path)} | ({} if writing else {"access_mode": "READ_ONLY"})
        return Connection(
            dbapi.connect(
                driver=adbc_driver_duckdb.driver_path(),
                entrypoint="duckdb_adbc_init",
                db_kwargs=options,
            )
        )


def _log(path: Path) -> Path:
    """Where DuckDB keeps what was committed and is not in the file yet."""
    return path.with_name(f"{path.name}.wal")
