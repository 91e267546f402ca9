"""Snowflake: a CREATE there commits, so that all tables are made before the transaction begins.

Written by its documentation and never run against it: tests check the SQL alone.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping

import duckdb

from facade.sinks.sink import Relation
from facade.sinks.warehouse import parquet
from facade.sinks.warehouse.connection import Connection, Spoken
from facade.sinks.warehouse.dialects.comments import comments
from facade.sinks.warehouse.dialects.drivers import driver_of
from facade.sinks.warehouse.dialects.replaced import replaced
from facade.sinks.warehouse.parquet import BATCH_ROWS, OP, kept, quoted, scan
from schemas.layout import Column


class Snowflake:
    """`snowflake://user:password@account/database/schema?warehouse=…&role=…`.

    Names are stored in capitals, as Snowflake takes names without quotes: readers write
    `SELECT * FROM customers`.
    """

    longest_name = 255
    by_column = False
    fill = None
    # Holds the table until the transaction ends, also against a load that stood still for hours.
    turn = "UPDATE facade_load SET loaded_at = loaded_at WHERE run > 0"
    TYPES: Mapping[str, str] = {
        "BIGINT": "NUMBER(38,0)",
        "BOOLEAN": "BOOLEAN",
        "DATE": "DATE",
        "DOUBLE": "FLOAT",
        "INTEGER": "NUMBER(38,0)",
        "TIME": "TIME(6)",
        "TIMESTAMP": "TIMESTAMP_NTZ(6)",
        "VARCHAR": "TEXT",
    }
    # What Arrow would carry as a double, or not beyond the year 2262.
    SPELLED: Mapping[str, str] = {
        "BIGINT": "TO_VARCHAR({})",
        "DECIMAL": "TO_VARCHAR({})",
        "INTEGER": "TO_VARCHAR({})",
        "TIME": "TO_VARCHAR({}, 'HH24:MI:SS.FF6')",
        "TIMESTAMP": "TO_VARCHAR({}, 'YYYY-MM-DD HH24:MI:SS.FF6')",
    }

    def connect(self, url: str, writing: bool) -> Connection:
        driver = driver_of("snowflake")
        connection = Spoken(driver.connect(url.removeprefix("snowflake://"), autocommit=True))
        try:
            connection.run(
                "ALTER SESSION SET QUOTED_IDENTIFIERS_IGNORE_CASE = TRUE, TIMEZONE = 'UTC',"
                " LOCK_TIMEOUT = 60"
            )
        except BaseException:
            connection.close()
            raise
        return connection

    def quoted(self, name: str) -> str:
        return quoted(name)

    def text(self, value: object) -> str:
        return parquet.text(str(value).replace("\\", "\\\\"))

    def native(self, duck: str) -> str:
        if duck.startswith("DECIMAL("):
            return "NUMBER" + duck.removeprefix("DECIMAL")
        return self.TYPES[duck]

    def moment(self, at: dt.datetime) -> str:
        return f"TO_TIMESTAMP_NTZ('{at.astimezone(dt.UTC):%Y-%m-%d %H:%M:%S.%f}')"

    def hash_sum(self, column: str) -> str:
        number = f"TO_NUMBER(LEFT({column}, 15), 'XXXXXXXXXXXXXXX')"
        return f"TO_VARCHAR(COALESCE(SUM({number}), 0))"

    def held_columns(self, table: str) -> str:
        return (
            "SELECT LOWER(column_name), data_type || CASE"
            " WHEN data_type = 'NUMBER'"
            " THEN '(' || numeric_precision || ',' || numeric_scale || ')'"
            " WHEN data_type IN ('TIME', 'TIMESTAMP_NTZ') THEN '(' || datetime_precision || ')'"
            " ELSE '' END FROM information_schema.columns"
            f" WHERE table_schema = CURRENT_SCHEMA() AND table_name = UPPER({self.text(table)})"
        )

    def describe(
        self, kind: str, name: str, description: str, columns: Iterable[Column]
    ) -> tuple[str, ...]:
        # COMMENT ON COLUMN is for tables there.
        return comments(self, kind, name, description, columns if kind == "TABLE" else ())

    def unique(self, table: str, key: tuple[str, ...], is_child: bool) -> tuple[str, ...]:
        return ()  # it could be declared, and would not be enforced

    def open_index(self, table: str, key: tuple[str, ...]) -> tuple[str, ...]:
        return ()

    def stage(
        self, connection: Connection, con: duckdb.DuckDBPyConnection, name: str, relation: Relation
    ) -> None:
        wanted = (OP, *relation.layout.columns, *kept(relation.layout))
        columns = ", ".join(f"{quoted(c.name)} {self.native(c.duck)}" for c in wanted)
        connection.run(f"CREATE OR REPLACE TEMPORARY TABLE {quoted(name)} ({columns})")
        rows = con.sql(scan(con, relation, ops=True))
        connection.append(name, rows.to_arrow_reader(BATCH_ROWS))

    def temporary(self, name: str, query: str) -> str:
        return f"CREATE OR REPLACE TEMPORARY TABLE {quoted(name)} AS {query}"

    def analyze(self, table: str) -> tuple[str, ...]:
        return ()

    def readable(self, column: Column) -> str:
        form = self.SPELLED.get(column.duck.partition("(")[0], "{}")
        return form.format(quoted(column.name))

    def retype(self, table: str, column: str, native: str) -> tuple[str, ...]:
        return replaced(self, table, column, native)
