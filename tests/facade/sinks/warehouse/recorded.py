"""Warehouses that nobody can run here: their drivers' place is taken by DuckDB, which is told each
statement as a translator of SQL dialects reads it, and what was said is recorded.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import duckdb
import pyarrow as pa
import sqlglot

from schemas.layout import hash_sum

NAMES = r"[\"`](\w+)[\"`]"

# What the translator does not know, and what DuckDB says for it.
UNKNOWN: tuple[tuple[str, str], ...] = (
    (
        r"TO_VARCHAR\(COALESCE\(SUM\(TO_NUMBER\(LEFT\(content_hash.*?'\)\), 0\)\)",
        hash_sum("content_hash"),
    ),
    (
        r"COALESCE\(CAST\(SUM\(CAST\(CAST\(CONCAT\('0x', SUBSTR\(content_hash.*?STRING\), '0'\)",
        hash_sum("content_hash"),
    ),
    (r"TO_VARCHAR\((\"\w+\")(?:, '[^']*')?\)", r"CAST(\1 AS TEXT)"),
    (r"FORMAT_TIMESTAMP\('[^']*', (`\w+`), 'UTC'\)", r"CAST(\1 AS STRING)"),
    (r" OPTIONS \(expiration_timestamp = .*? INTERVAL 1 DAY\)\)", ""),
    (r"TIMESTAMP '([^']*)\+00'", r"CAST('\1' AS DATETIME)"),
    (r" TIMESTAMP([,)])", r" DATETIME\1"),
    (r"AS TIMESTAMP\)", "AS DATETIME)"),
)


@dataclass
class Recorder:
    """A driver of the dialect `spoken`; `said` is every statement, as it was sent."""

    spoken: str
    said: list[str] = field(default_factory=list)
    columns: dict[str, dict[str, str]] = field(default_factory=dict)
    con: duckdb.DuckDBPyConnection = field(default_factory=duckdb.connect)
    result: Any = None

    def module(self) -> SimpleNamespace:
        """What is imported in place of the driver."""
        return SimpleNamespace(connect=self._connect)

    def _connect(self, *args: Any, **kwargs: Any) -> Recorder:
        assert kwargs.pop("autocommit") is True
        self.said.append(f"-- connected: {' '.join(map(str, args))}{kwargs or ''}")
        return self

    def cursor(self) -> Recorder:
        return self

    def close(self) -> None:
        """Nothing is to be closed: the next connection finds the same warehouse."""

    def rollback(self) -> None:
        raise AssertionError("the driver has no transaction of its own")

    def execute(self, statement: str) -> None:
        self.said.append(statement)
        if found := re.search(r"INFORMATION_SCHEMA.COLUMNS.*'(\w+)'", statement, flags=re.I):
            self.result = list(self.columns.get(found.group(1), {}).items())
            return
        self.result = None
        for part in statement.split(";\n"):
            self._execute(part)

    def fetchall(self) -> list[Any]:
        return self.result if isinstance(self.result, list) else self.result.fetchall()

    def fetch_record_batch(self) -> pa.RecordBatchReader:
        return self.result.to_arrow_reader(1000)

    def adbc_ingest(self, table: str, reader: pa.RecordBatchReader, mode: str) -> None:
        rows = reader.read_all()
        self.said.append(f"-- {mode} to {table}: {rows.num_rows} rows of {rows.column_names}")
        self.con.register("given", rows)
        self.con.execute(f'INSERT INTO "{table}" BY NAME SELECT * FROM given')
        self.con.unregister("given")

    def _execute(self, statement: str) -> None:
        if re.match(r"ALTER SESSION|COMMENT ON|ALTER (?:TABLE|VIEW) .* SET OPTIONS", statement):
            return
        self._remember(statement)
        if asserted := re.fullmatch(r"ASSERT \((.*)\) = '(.*)' AS '.*'", statement, flags=re.S):
            query, expected = asserted.groups()
            found = self.con.execute(self._translated(query)).fetchall()
            assert found == [(expected,)], (query, found, expected)
            return
        self.result = self.con.sql(self._translated(statement))

    def _remember(self, statement: str) -> None:
        """The types of columns, which the translator does not keep as they were spelled."""
        made = re.match(rf"CREATE TABLE {NAMES} \((.*)\)$", statement)
        if made:
            listed = re.findall(rf"{NAMES} ([^ ]+?)(?:, |$)", made.group(2))
            self.columns[made.group(1)] = dict(listed)
        added = re.match(rf"ALTER TABLE {NAMES} ADD COLUMN {NAMES} (.*)$", statement)
        if added:
            self.columns[added.group(1)][added.group(2)] = added.group(3)

    def _translated(self, statement: str) -> str:
        for pattern, words in UNKNOWN:
            statement = re.sub(pattern, words.replace("\\'", "'"), statement)
        (told,) = sqlglot.transpile(statement, read=self.spoken, write="duckdb")
        return told


@contextmanager
def heading(recorder: Recorder, words: str) -> Iterator[None]:
    recorder.said.append(f"\n-- ==== {words}")
    yield


def script(recorder: Recorder) -> str:
    """All that was said, without the moments at which it was."""
    lines = []
    for statement in recorder.said:
        if "INSERT INTO facade_load" in statement:
            statement = re.sub(r"'[-\d: .+]+'(\)?, '\{)", r"'NOW'\1", statement)
        lines.append(statement if statement.lstrip().startswith("--") else f"{statement};")
    return "\n".join(lines).strip() + "\n"
