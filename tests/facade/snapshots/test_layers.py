"""Relations at rest: written, found again, linked, and layered over an earlier night's file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pytest

from facade.snapshots import layers

ROWS = "SELECT 'K' || i AS id, i FROM range(1000) r (i)"


@pytest.fixture
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as opened:
        yield opened


def rows(con: duckdb.DuckDBPyConnection, folder: Path) -> list[tuple[Any, ...]]:
    return con.execute(f"SELECT id, i FROM {layers.relation(folder)} ORDER BY i").fetchall()


def names(folder: Path) -> list[str]:
    return [path.name for path in layers.files(folder)]


def test_what_is_written_is_read_again(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    layers.write(con, ROWS, tmp_path / "r")
    assert rows(con, tmp_path / "r") == [(f"K{i}", i) for i in range(1000)]


def test_a_relation_without_rows_still_tells_its_columns(
    con: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    """Also where the rows are a stream, which can be read once only."""
    schema = pa.schema([("id", pa.string()), ("odd name", pa.string())])
    con.register("arriving", pa.RecordBatchReader.from_batches(schema, iter(())))
    layers.write(con, "SELECT * FROM arriving", tmp_path / "r")
    told = con.execute(f"DESCRIBE SELECT * FROM {layers.relation(tmp_path / 'r')}").fetchall()
    assert [row[:2] for row in told] == [("id", "VARCHAR"), ("odd name", "VARCHAR")]


def test_layers_over_layers_say_what_one_writing_would(
    con: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    """N8: changed, deleted and new rows, some of them twice; the file below is a link."""
    layers.write(con, ROWS, tmp_path / "1")
    added = "SELECT 'K' || i AS id, i + 5000 AS i FROM range({}, {}) r (i)"
    layers.overlay(con, tmp_path / "1", tmp_path / "2", "k.i < 10", added.format(0, 5))
    assert rows(con, tmp_path / "2") == [
        *((f"K{i}", i) for i in range(10, 1000)),
        *((f"K{i}", i + 5000) for i in range(5)),
    ]
    layers.overlay(
        con,
        tmp_path / "2",
        tmp_path / "3",
        "k.id IN ('K3', 'K4', 'K500', 'K7')",
        "SELECT 'K4' AS id, 9999 AS i",
    )
    assert rows(con, tmp_path / "3") == [
        *((f"K{i}", i) for i in range(10, 1000) if i != 500),
        *((f"K{i}", i + 5000) for i in range(3)),
        ("K4", 9999),
    ]
    first, third = (tmp_path / name / layers.DATA for name in ("1", "3"))
    assert first.stat().st_ino == third.stat().st_ino
    assert rows(con, tmp_path / "1") == [(f"K{i}", i) for i in range(1000)]


def test_where_many_rows_are_gone_the_relation_is_written_anew(
    con: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    layers.write(con, ROWS, tmp_path / "1")
    nothing = "SELECT '' AS id, CAST(0 AS BIGINT) AS i WHERE false"
    layers.overlay(con, tmp_path / "1", tmp_path / "2", "k.i < 200", nothing)
    assert names(tmp_path / "2") == ["added.parquet", "data.parquet", "gone.parquet"]
    layers.overlay(con, tmp_path / "2", tmp_path / "3", "k.i = 200", nothing)
    assert names(tmp_path / "3") == ["data.parquet"]
    assert rows(con, tmp_path / "3") == [(f"K{i}", i) for i in range(201, 1000)]


def test_links_are_of_all_files(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    layers.write(con, ROWS, tmp_path / "1")
    layers.overlay(con, tmp_path / "1", tmp_path / "2", "k.i = 3", ROWS + " WHERE i = 3")
    layers.link(tmp_path / "2", tmp_path / "3")
    assert names(tmp_path / "3") == names(tmp_path / "2")
    ours, theirs = (layers.files(tmp_path / name) for name in ("2", "3"))
    assert [path.stat().st_ino for path in ours] == [path.stat().st_ino for path in theirs]


def test_a_relation_that_was_never_written_is_named(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="no relation in CUSTMAST"):
        layers.relation(tmp_path / "CUSTMAST")
    assert layers.rows(tmp_path / "CUSTMAST") is None


def test_a_quote_in_a_path_stays_in_the_path(
    con: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    layers.write(con, ROWS, tmp_path / "it's")
    layers.overlay(con, tmp_path / "it's", tmp_path / "o'clock", "k.i = 3", ROWS)
    assert len(rows(con, tmp_path / "o'clock")) == 1999
