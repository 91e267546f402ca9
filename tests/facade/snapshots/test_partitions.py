"""Relations in partitions: written, found again, and linked from night to night."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest

from facade.snapshots import partitions

ROWS = "SELECT 'K' || i AS id, i FROM range(1000) r (i)"


@pytest.fixture
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as opened:
        yield opened


@pytest.mark.parametrize(("many", "buckets"), [(False, 1), (True, 16)])
def test_what_is_written_is_read_again(
    con: duckdb.DuckDBPyConnection, tmp_path: Path, many: bool, buckets: int
) -> None:
    partitions.write(con, ROWS, tmp_path / "r", "id", many)
    assert len(partitions.buckets(tmp_path / "r")) == buckets
    rows = con.execute(f"SELECT id, i FROM {partitions.relation(tmp_path / 'r')}").fetchall()
    assert sorted(rows) == sorted((f"K{i}", i) for i in range(1000))


def test_a_key_lies_in_the_bucket_that_its_hash_tells(
    con: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    partitions.write(con, ROWS, tmp_path / "r", "id", many=True)
    for bucket in partitions.buckets(tmp_path / "r"):
        files = partitions.files(tmp_path / "r", {bucket})
        told = con.execute(
            f"SELECT DISTINCT {partitions.bucket_of('id')} FROM {partitions.scan(files)}"
        ).fetchall()
        assert told == [(bucket,)]


@pytest.mark.parametrize("many", [False, True])
def test_a_relation_without_rows_still_tells_its_columns(
    con: duckdb.DuckDBPyConnection, tmp_path: Path, many: bool
) -> None:
    """Also where the rows are a stream, which can be read once only."""
    schema = pa.schema([("id", pa.string()), ("odd name", pa.string())])
    con.register("arriving", pa.RecordBatchReader.from_batches(schema, iter(())))
    partitions.write(con, "SELECT * FROM arriving", tmp_path / "r", "id", many)
    told = con.execute(f"DESCRIBE SELECT * FROM {partitions.relation(tmp_path / 'r')}").fetchall()
    assert [row[:2] for row in told] == [("id", "VARCHAR"), ("odd name", "VARCHAR")]
    assert partitions.buckets(tmp_path / "r") == {"all"}


def test_buckets_are_linked_all_or_chosen_ones(
    con: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    partitions.write(con, ROWS, tmp_path / "r", "id", many=True)
    partitions.link(tmp_path / "r", tmp_path / "all")
    partitions.link(tmp_path / "r", tmp_path / "some", {"0", "f"})
    assert partitions.buckets(tmp_path / "all") == set("0123456789abcdef")
    assert partitions.buckets(tmp_path / "some") == {"0", "f"}
    ours, theirs = (partitions.files(tmp_path / name, {"0"}) for name in ("r", "some"))
    assert [path.stat().st_ino for path in ours] == [path.stat().st_ino for path in theirs]


def test_a_relation_that_was_never_written_is_named(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="no relation in CUSTMAST"):
        partitions.relation(tmp_path / "CUSTMAST")


def test_a_quote_in_a_path_stays_in_the_path(
    con: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    partitions.write(con, ROWS, tmp_path / "it's", "id", many=True)
    relation = partitions.relation(tmp_path / "it's")
    assert con.execute(f"SELECT count(*) FROM {relation}").fetchall() == [(1000,)]
