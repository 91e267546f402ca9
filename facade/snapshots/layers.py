"""Relations at rest: the rows of a file, less those that are gone since, and those added since.

A relation is a folder. `data.parquet` is a hard link to an earlier night's file where few rows
changed; `gone.parquet` then has the positions of its rows that are none any more, `added.parquet`
the rows that came in their place.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from uuid import uuid4

import duckdb

from schemas.source import sql_text

DATA, GONE, ADDED = "data.parquet", "gone.parquet", "added.parquet"
LAYOUT = "ROW_GROUP_SIZE 40000, PARQUET_VERSION V2, DICTIONARY_SIZE_LIMIT 1000"
"""A writer holds so many rows in memory. Texts by their lengths (V2), and dictionaries of few
entries alone, are a quarter smaller and quicker than what DuckDB does by itself.
"""
LAYERED = 0.2
"""Up to this share of gone or added rows a relation stays as it is; then it is written anew."""
FRESH = ".whole"


def text(value: str | Path) -> str:
    """A SQL string literal."""
    return sql_text(str(value))


def files(folder: Path) -> tuple[Path, ...]:
    """The Parquet files of a relation, in a fixed order; none where nothing was written."""
    return tuple(sorted(folder.glob("*.parquet")))


def scan(paths: Iterable[Path]) -> str:
    """SQL that reads whole Parquet files as one relation."""
    listed = ", ".join(text(path) for path in paths)
    return f"read_parquet([{listed}], hive_partitioning=false, union_by_name=true)"


def relation(folder: Path) -> str:
    """SQL that reads a relation. FileNotFoundError where nothing was written."""
    if not (folder / DATA).is_file():
        raise FileNotFoundError(f"no relation in {folder.name}")
    if not (folder / GONE).is_file():
        return scan([folder / DATA])
    return (
        f"(SELECT b.* EXCLUDE (file_row_number) FROM {_placed(folder)} b"
        f" WHERE NOT EXISTS (SELECT 1 FROM {scan([folder / GONE])} g"
        f" WHERE g.position = b.file_row_number)"
        f" UNION ALL BY NAME SELECT * FROM {scan([folder / ADDED])})"
    )


def rows(folder: Path) -> str | None:
    """The same, or None where nothing was written."""
    return relation(folder) if files(folder) else None


def _placed(folder: Path) -> str:
    """SQL for the rows of the data alone, each with its position."""
    return f"read_parquet([{text(folder / DATA)}], hive_partitioning=false, file_row_number=true)"


def write(con: duckdb.DuckDBPyConnection, select: str, folder: Path) -> None:
    """Write the rows of a SELECT as a relation."""
    folder.mkdir(parents=True, exist_ok=True)
    _copy(con, select, folder / DATA)


def write_part(con: duckdb.DuckDBPyConnection, select: str, file: Path) -> None:
    """Write rows as a file, whole or not at all: who writes it a second time does no harm. The
    name of what is not yet whole tells which process writes it.
    """
    fresh = file.with_name(f"{file.name}.{os.getpid()}-{uuid4().hex}{FRESH}")
    _copy(con, select, fresh)
    fresh.replace(file)


def overlay(
    con: duckdb.DuckDBPyConnection, known: Path, target: Path, gone: str, added: str
) -> None:
    """Write a relation that is the `known` one without those of its rows `k` for which the
    condition `gone` is true, and with those that the SELECT `added` gives, in the same columns.
    """
    link(known, target, (DATA,))
    positions = f"SELECT k.file_row_number AS position FROM {_placed(known)} k WHERE {gone}"
    if (known / GONE).is_file():
        positions += f" UNION SELECT position FROM {scan([known / GONE])}"
        added += f" UNION ALL BY NAME SELECT * FROM {scan([known / ADDED])} k WHERE NOT ({gone})"
    _copy(con, positions, target / GONE)
    _copy(con, added, target / ADDED)
    rows, *over = (_rows(con, target / name) for name in (DATA, GONE, ADDED))
    if max(over) > LAYERED * rows:
        _write_whole(con, target)


def _write_whole(con: duckdb.DuckDBPyConnection, folder: Path) -> None:
    whole = folder / f"{DATA}{FRESH}"
    _copy(con, f"SELECT * FROM {relation(folder)}", whole)
    for path in files(folder):
        path.unlink()
    whole.rename(folder / DATA)


def _copy(con: duckdb.DuckDBPyConnection, select: str, file: Path) -> None:
    con.execute(f"COPY ({select}) TO {text(file)} (FORMAT parquet, {LAYOUT})").fetchall()


def _rows(con: duckdb.DuckDBPyConnection, file: Path) -> int:
    told = con.execute(f"SELECT num_rows FROM parquet_file_metadata({text(file)})").fetchall()
    return int(told[0][0])


def link(source: Path, target: Path, only: Iterable[str] | None = None) -> None:
    """Hard-link the files of `source` (all, or `only` these) into `target`."""
    for path in files(source):
        if only is None or path.name in only:
            target.mkdir(parents=True, exist_ok=True)
            os.link(path, target / path.name)
