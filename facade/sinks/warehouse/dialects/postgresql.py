"""PostgreSQL: staged over COPY, one load at a time by an advisory lock."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping

import adbc_driver_postgresql.dbapi
import duckdb
import pyarrow as pa

from facade.sinks.sink import Relation
from facade.sinks.warehouse import parquet
from facade.sinks.warehouse.connection import Connection
from facade.sinks.warehouse.dialects.comments import comments
from facade.sinks.warehouse.parquet import BATCH_ROWS, quoted, scan, text
from schemas.layout import Column


class PostgreSQL:
    """A PostgreSQL database; its tables are in the first schema of the search path."""

    longest_name = 63
    by_column = False
    turn = ""
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

    def quoted(self, name: str) -> str:
        return parquet.quoted(name)

    def text(self, value: object) -> str:
        return parquet.text(value)

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

    def describe(
        self, kind: str, name: str, description: str, columns: Iterable[Column]
    ) -> tuple[str, ...]:
        return comments(self, kind, name, description, columns)

    def unique(self, table: str, key: tuple[str, ...], is_child: bool) -> tuple[str, ...]:
        # Not every child has a value in all of its key, which a primary key demands. Made when the
        # first rows are there, an index costs a quarter.
        word = "UNIQUE" if is_child else "PRIMARY KEY"
        columns = ", ".join(quoted(name) for name in key)
        return (f"ALTER TABLE {quoted(table)} ADD {word} ({columns})",)

    def open_index(self, table: str, key: tuple[str, ...]) -> tuple[str, ...]:
        columns = ", ".join(quoted(name) for name in key)
        return (f"CREATE UNIQUE INDEX ON {quoted(table)} ({columns}) WHERE valid_to IS NULL",)

    def stage(
        self, connection: Connection, con: duckdb.DuckDBPyConnection, name: str, relation: Relation
    ) -> None:
        connection.ingest(name, self._carried(con, relation, scan(con, relation, ops=True)))
        connection.run(f"ANALYZE {quoted(name)}")

    def fill(
        self, connection: Connection, con: duckdb.DuckDBPyConnection, relation: Relation, state: str
    ) -> None:
        # A stage, from which the rows go on, took a third longer.
        rows = f"SELECT *, {state} FROM ({scan(con, relation)})"
        connection.append(relation.layout.table, self._carried(con, relation, rows))

    def _carried(
        self, con: duckdb.DuckDBPyConnection, relation: Relation, rows: str
    ) -> pa.RecordBatchReader:
        instants = [
            f"CAST({quoted(c.name)} AS TIMESTAMPTZ) AS {quoted(c.name)}"
            for c in relation.layout.columns
            if c.duck == "TIMESTAMP"
        ]
        replaced = f" REPLACE ({', '.join(instants)})" if instants else ""
        return con.sql(f"SELECT *{replaced} FROM ({rows})").to_arrow_reader(BATCH_ROWS)

    def temporary(self, name: str, query: str) -> str:
        return f"CREATE TEMPORARY TABLE {quoted(name)} AS {query}"

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

    def retype(self, table: str, column: str, native: str) -> tuple[str, ...]:
        name = quoted(column)
        return (
            f"ALTER TABLE {quoted(table)} ALTER COLUMN {name} TYPE {native} USING {name}::{native}",
        )
