"""Ten million rows by content, of which a million change, beside MariaDB's own client that reads
them to nowhere.

`BENCH_LARGE_ROWS` shrinks the table (10,000,000); a tenth of it changes.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from tests.bench.night import MEMORY_MIB, night, steps
from tests.bench.pipe import UNSTAMPED, fill, first, quick, settings_of, touch
from tests.servers import MariaDB

if TYPE_CHECKING:
    from tests.bench.__main__ import Report

ROWS = 10_000_000
SECONDS = 120.0


def run(report: Report) -> None:
    """Measure a first night and the one after the change, into DuckDB."""
    rows = int(os.environ.get("BENCH_LARGE_ROWS", ROWS))
    with tempfile.TemporaryDirectory(prefix="facade-bench-") as name:
        folder = Path(name)
        (folder / "crm").mkdir()
        (folder / "crm" / "mapping.toml").write_text(UNSTAMPED, "utf-8")
        with MariaDB.start(folder) as source:
            fill(source, rows, indexed=False)
            report.measure("mariadb --quick to nowhere", quick(source), "s")
            place = folder / "duckdb"
            url = f"duckdb:///{place / 'warehouse.duckdb'}"
            begun = first(source, place, url, rows)
            report.measure(f"first night of {rows:,} rows", begun.seconds, "s")
            report.measure("first night, peak memory", begun.peak, "MiB", at_most=MEMORY_MIB)
            steps(report, "first night", begun)
            changed = touch(source, rows, 10)
            done = night(settings_of(source, place, url), place)
            done.demand("customer", read=rows, inserted=0, updated=changed, deleted=0)
            what = f"{changed:,} of {rows:,} rows changed, by content"
            report.measure(what, done.seconds, "s", at_most=SECONDS)
            report.measure(f"{what}, peak memory", done.peak, "MiB", at_most=MEMORY_MIB)
            steps(report, what, done)
