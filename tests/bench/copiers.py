"""Tools that copy tables, as references: the client programs joined by a pipe, pgloader and dlt.

They copy: nothing is translated, hashed, compared or proven, and there is no history.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from tests.servers import MariaDB, PostgreSQL

DLT = ("dlt>=1.31,<2", "sqlalchemy>=2,<3", "pymysql>=1.1,<2", "pyarrow>=18", "duckdb>=1.3",
       "psycopg2-binary>=2.9")  # fmt: skip
SECONDS = 1800.0
TABLE = "CUSTOMER"


class NotCopied(Exception):
    """A tool ended with an error, or did not bring every row; its words."""


@dataclass(frozen=True)
class Copied:
    """One copy: its seconds from start to exit, the rows that arrived."""

    seconds: float
    rows: int


def pgloader(source: MariaDB, target: PostgreSQL, folder: Path) -> Copied:
    """MariaDB to PostgreSQL by pgloader, which makes the table. Raises NotCopied."""
    target.execute("DROP SCHEMA IF EXISTS facade CASCADE")
    command = folder / "copy.load"
    command.write_text(
        f"LOAD DATABASE FROM mysql://facade:facade@127.0.0.1:{source.port}/facade\n"
        f" INTO postgresql://facade:facade@127.0.0.1:{target.port}/facade\n"
        " WITH include drop, create tables, no foreign keys, create indexes;\n",
        "utf-8",
    )
    began = time.perf_counter()
    _done(["pgloader", "--quiet", "--root-dir", str(folder / "pgloader"), str(command)])
    seconds = time.perf_counter() - began
    return Copied(seconds, _rows(target, f"facade.{TABLE.lower()}"))


def dlt_environment(home: Path) -> str | None:
    """Install dlt into a new environment; why that failed, or None."""
    steps = (
        [sys.executable, "-m", "venv", str(home)],
        [str(home / "bin" / "python"), "-m", "pip", "install", "--quiet", *DLT],
    )
    for step in steps:
        done = subprocess.run(step, capture_output=True, text=True, timeout=SECONDS)
        if done.returncode:
            said = (done.stderr or done.stdout).strip().splitlines()
            return said[-1] if said else f"status {done.returncode}"
    return None


# Its faster way (Arrow tables, not objects); the whole table replaced, as on a first load.
_DLT = """
import json, sys
import dlt
from dlt.sources.sql_database import sql_table

source, kind, target, folder = sys.argv[1:]
make = {"duckdb": dlt.destinations.duckdb, "postgresql": dlt.destinations.postgres}[kind]
pipeline = dlt.pipeline("copy", destination=make(target), dataset_name="copied",
                        pipelines_dir=folder)
table = sql_table(source, table="CUSTOMER", backend="pyarrow", chunk_size=50_000)
pipeline.run(table, write_disposition="replace").raise_on_failed_jobs()
with pipeline.sql_client() as client:
    print(json.dumps(client.execute_sql("SELECT count(*) FROM customer")[0][0]))
"""


def dlt(home: Path, source: MariaDB, kind: str, target: str, folder: Path) -> Copied:
    """MariaDB to a DuckDB file ("duckdb") or to PostgreSQL ("postgresql") by dlt, from its start
    to its exit. Raises NotCopied.
    """
    folder.mkdir()
    url = f"mysql+pymysql://facade:facade@127.0.0.1:{source.port}/facade?charset=utf8mb4"
    program = [str(home / "bin" / "python"), "-c", _DLT, url, kind, target, str(folder)]
    began = time.perf_counter()
    said = _done(program, {"RUNTIME__DLTHUB_TELEMETRY": "false"})
    seconds = time.perf_counter() - began
    return Copied(seconds, int(json.loads(said.splitlines()[-1])))


def _done(command: list[str], environ: dict[str, str] | None = None) -> str:
    done = subprocess.run(
        command,
        capture_output=True,
        text=True,
        timeout=SECONDS,
        env={**os.environ, **(environ or {})},
    )
    if done.returncode:
        raise NotCopied((done.stderr or done.stdout).strip()[-2000:])
    return done.stdout


def _rows(target: PostgreSQL, table: str) -> int:
    return int(target.execute(f"SELECT count(*) FROM {table}")[0][0])
