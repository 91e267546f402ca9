"""Relations in partitions by a hash of their key, so that few changes rewrite little.

A relation is a folder of `bucket=…` folders; a bucket that did not change is a hard link to an
earlier night's file.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

import duckdb

from schemas.source import sql_text

FEW = 4_000_000
"""Up to so many rows a relation stays in one bucket: to write a million of them in sixteen took 8 s
longer than in one, within 256 MB, and to write them anew takes 1 s."""
GROUP = 40_000
"""Rows that a writer holds in memory before it writes them."""
ALL = "all"


def text(value: str | Path) -> str:
    """A SQL string literal."""
    return sql_text(str(value))


def files(folder: Path, only: Iterable[str] | None = None) -> tuple[Path, ...]:
    """The Parquet files of a relation, in a fixed order; of all its buckets, or `only` these."""
    found = sorted(folder.glob("bucket=*/*.parquet"))
    if only is None:
        return tuple(found)
    wanted = {f"bucket={bucket}" for bucket in only}
    return tuple(path for path in found if path.parent.name in wanted)


def buckets(folder: Path) -> set[str]:
    return {path.name.partition("=")[2] for path in folder.glob("bucket=*")}


def scan(paths: Iterable[Path]) -> str:
    """SQL that reads Parquet files as one relation."""
    listed = ", ".join(text(path) for path in paths)
    return f"read_parquet([{listed}], hive_partitioning=false, union_by_name=true)"


def relation(folder: Path) -> str:
    """SQL that reads a relation. FileNotFoundError where nothing was written."""
    found = files(folder)
    if not found:
        raise FileNotFoundError(f"no relation in {folder.name}")
    return scan(found)


def bucket_of(key: str) -> str:
    """SQL for the bucket of a key expression."""
    return f"left(md5({key}), 1)"


def write(con: duckdb.DuckDBPyConnection, select: str, folder: Path, key: str, many: bool) -> None:
    """Write the rows of a SELECT as a relation; `key` is an expression over its columns."""
    folder.mkdir(parents=True, exist_ok=True)
    if not many:
        single = folder / f"bucket={ALL}"
        single.mkdir(exist_ok=True)
        con.execute(
            f"COPY ({select}) TO {text(single / 'data.parquet')}"
            f" (FORMAT parquet, ROW_GROUP_SIZE {GROUP})"
        ).fetchall()
        return
    # A stream can be read once only, but tells its columns before.
    columns = con.execute(f"DESCRIBE {select}").fetchall()
    con.execute(
        f"COPY (SELECT *, {bucket_of(key)} AS bucket FROM ({select}))"
        f" TO {text(folder)} (FORMAT parquet, PARTITION_BY (bucket), OVERWRITE_OR_IGNORE)"
    ).fetchall()
    if not files(folder):
        # Nothing came and left no file: an empty one still says what the columns are.
        nothing = ", ".join(f'CAST(NULL AS {row[1]}) AS "{row[0]}"' for row in columns)
        write(con, f"SELECT {nothing} WHERE false", folder, key, many=False)


def link(source: Path, target: Path, only: Iterable[str] | None = None) -> None:
    """Hard-link the buckets of `source` (all, or `only` these) into `target`."""
    for path in files(source, only):
        place = target / path.parent.name / path.name
        place.parent.mkdir(parents=True, exist_ok=True)
        os.link(path, place)
