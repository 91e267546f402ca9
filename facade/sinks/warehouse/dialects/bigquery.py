"""BigQuery: its driver knows neither transactions over several statements nor bulk loads.

So a load is one script, and its rows are staged by INSERT. Written by its documentation and never
run against it: tests check the SQL alone.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import parse_qsl, unquote, urlsplit

import duckdb

from facade.sinks.sink import Relation, SinkMismatch
from facade.sinks.warehouse import parquet
from facade.sinks.warehouse.connection import Connection, Scripted
from facade.sinks.warehouse.dialects.drivers import driver_of
from facade.sinks.warehouse.dialects.replaced import replaced
from facade.sinks.warehouse.parquet import OP, kept, scan
from schemas.layout import Column

FORM = "bigquery://project/dataset?credentials=/path/of/key.json&location=EU"
LONGEST_QUERY = 900_000
"""Characters; BigQuery's own limit is a megabyte."""

ESCAPES = {"\\": "\\\\", "'": "\\'", "\n": "\\n", "\r": "\\r"}

# A stage is a table that goes away by itself: temporary ones live in sessions, which the driver
# does not keep.
PASSING = "OPTIONS (expiration_timestamp = TIMESTAMP_ADD(CURRENT_TIMESTAMP(), INTERVAL 1 DAY))"


@dataclass(frozen=True)
class BigQuery:
    """A dataset: see FORM. Without `credentials`, those of the machine (ADC) are taken."""

    project: str
    dataset: str

    longest_name = 300
    by_column = False
    fill = None
    turn = "UPDATE facade_load SET loaded_at = loaded_at WHERE run > 0"
    TYPES = {
        "BIGINT": "INT64",
        "BOOLEAN": "BOOL",
        "DATE": "DATE",
        "DOUBLE": "FLOAT64",
        "INTEGER": "INT64",
        "TIME": "TIME",
        "TIMESTAMP": "TIMESTAMP",
        "VARCHAR": "STRING",
    }
    SPELLED = {
        "DECIMAL": "CAST({} AS STRING)",
        "TIME": "CAST({} AS STRING)",
        "TIMESTAMP": "FORMAT_TIMESTAMP('%E4Y-%m-%d %H:%M:%E6S', {}, 'UTC')",
    }
    LITERALS = {
        "BOOL": "{}",
        "DATE": "DATE '{}'",
        "FLOAT64": "CAST('{}' AS FLOAT64)",
        "INT64": "{}",
        "NUMERIC": "NUMERIC '{}'",
        "BIGNUMERIC": "BIGNUMERIC '{}'",
        "TIME": "TIME '{}'",
        "TIMESTAMP": "TIMESTAMP '{}+00'",
    }

    @classmethod
    def of(cls, url: str) -> BigQuery:
        """The dialect for an address. Raises SinkMismatch."""
        parts = urlsplit(url)
        dataset = unquote(parts.path.strip("/"))
        if not parts.hostname or not dataset or "/" in dataset:
            raise SinkMismatch(f"a BigQuery warehouse is a dataset: {FORM}")
        return cls(parts.netloc, dataset)

    def connect(self, url: str, writing: bool) -> Connection:
        driver, given = driver_of("bigquery"), dict(parse_qsl(urlsplit(url).query))
        if unknown := sorted(set(given) - {"credentials", "location"}):
            raise SinkMismatch(f"{', '.join(unknown)} is no word of a BigQuery address: {FORM}")
        options = {
            "adbc.bigquery.sql.project_id": self.project,
            "adbc.bigquery.sql.dataset_id": self.dataset,
        }
        if "location" in given:
            options["adbc.bigquery.sql.location"] = given["location"]
        if "credentials" in given:
            kind = "adbc.bigquery.sql.auth_type"
            options[kind] = f"{kind}.json_credential_file"
            options["adbc.bigquery.sql.auth_credentials"] = given["credentials"]
        return Scripted(driver.connect(db_kwargs=options, autocommit=True))

    def quoted(self, name: str) -> str:
        return "`" + name.replace("\\", "\\\\").replace("`", "\\`") + "`"

    def text(self, value: object) -> str:
        escaped = "".join(ESCAPES.get(letter, letter) for letter in str(value))
        return f"'{escaped}'"

    def native(self, duck: str) -> str:
        if duck.startswith("DECIMAL("):
            precision, scale = map(int, duck[len("DECIMAL(") : -1].split(","))
            kind = "NUMERIC" if scale <= 9 and precision - scale <= 29 else "BIGNUMERIC"
            return f"{kind}({precision},{scale})"
        return self.TYPES[duck]

    def moment(self, at: dt.datetime) -> str:
        return f"TIMESTAMP '{at.astimezone(dt.UTC):%Y-%m-%d %H:%M:%S.%f}+00'"

    def hash_sum(self, column: str) -> str:
        number = f"CAST(CONCAT('0x', SUBSTR({column}, 1, 15)) AS INT64)"
        return f"COALESCE(CAST(SUM(CAST({number} AS BIGNUMERIC)) AS STRING), '0')"

    def held_columns(self, table: str) -> str:
        return (
            "SELECT column_name, REPLACE(data_type, ' ', '')"
            f" FROM {self.quoted(self.dataset)}.INFORMATION_SCHEMA.COLUMNS"
            f" WHERE table_name = {self.text(table)}"
        )

    def describe(
        self, kind: str, name: str, description: str, columns: Iterable[Column]
    ) -> tuple[str, ...]:
        # One statement for all columns: so many changes of a table are allowed in ten seconds.
        quoted = self.quoted(name)
        altered = ", ".join(
            f"ALTER COLUMN {self.quoted(column.name)}"
            f" SET OPTIONS (description = {self.text(column.description)})"
            for column in columns
        )
        return (
            f"ALTER {kind} {quoted} SET OPTIONS (description = {self.text(description)})",
            f"ALTER {kind} {quoted} {altered}",
        )

    def unique(self, table: str, key: tuple[str, ...], is_child: bool) -> tuple[str, ...]:
        return ()

    def open_index(self, table: str, key: tuple[str, ...]) -> tuple[str, ...]:
        return ()

    def stage(
        self, connection: Connection, con: duckdb.DuckDBPyConnection, name: str, relation: Relation
    ) -> None:
        wanted = (OP, *relation.layout.columns, *kept(relation.layout))
        columns = ", ".join(f"{self.quoted(c.name)} {self.native(c.duck)}" for c in wanted)
        table = self.quoted(name)
        connection.run(f"CREATE OR REPLACE TABLE {table} ({columns}) {PASSING}")
        for values in self._values(con, wanted, scan(con, relation, ops=True)):
            connection.run(f"INSERT INTO {table} VALUES {values}")

    def temporary(self, name: str, query: str) -> str:
        return f"CREATE OR REPLACE TABLE {self.quoted(name)} {PASSING} AS {query}"

    def analyze(self, table: str) -> tuple[str, ...]:
        return ()

    def readable(self, column: Column) -> str:
        form = self.SPELLED.get(column.duck.partition("(")[0], "{}")
        return form.format(self.quoted(column.name))

    def retype(self, table: str, column: str, native: str) -> tuple[str, ...]:
        return replaced(self, table, column, native)

    def _values(
        self, con: duckdb.DuckDBPyConnection, columns: Iterable[Column], rows: str
    ) -> Iterator[str]:
        """Rows as lists of literals, each list short enough for one statement."""
        wanted = list(columns)
        spelled = ", ".join(f"CAST({parquet.quoted(c.name)} AS VARCHAR)" for c in wanted)
        asked = con.execute(f"SELECT {spelled} FROM ({rows})")
        listed: list[str] = []
        length = 0
        while batch := asked.fetchmany(1_000):
            for row in batch:
                told = ", ".join(
                    self._literal(column, value) for column, value in zip(wanted, row, strict=True)
                )
                if listed and length + len(told) > LONGEST_QUERY:
                    yield ", ".join(listed)
                    listed, length = [], 0
                listed.append(f"({told})")
                length += len(told) + 4
        if listed:
            yield ", ".join(listed)

    def _literal(self, column: Column, value: str | None) -> str:
        if value is None:
            return "NULL"
        form = self.LITERALS.get(self.native(column.duck).partition("(")[0])
        return form.format(value) if form else self.text(value)
