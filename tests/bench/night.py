"""The night over Atlas: rows a second, memory and seconds by step; then an unchanged night.

`BENCH_SCALE` shrinks Atlas (20: 40,000 customers, 120,000 orders, 300,000 lines).
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from facade.snapshots.folder import NightFolder
from fixtures.atlas.system import Atlas

if TYPE_CHECKING:
    from tests.bench.__main__ import Report

ROOT = Path(__file__).parents[2]
FACADE = (sys.executable, "-m", "facade.cli")
"""The command `facade`, of this checkout and this environment."""
SCALE = 20.0
MEMORY_MIB = 512
ENDINGS = (0, 3)
"""Exit statuses of a good night: all well, new refusals."""
LOOK_SECONDS = 0.05  # a look costs the process some milliseconds
NIGHT_SECONDS = 3600.0


class Wrong(Exception):
    """What was measured did not do its work, so that its figures say nothing."""


@dataclass(frozen=True)
class Night:
    """One `facade sync`: what it printed, its seconds from start to exit and of the processors,
    its peak memory in MiB.
    """

    told: dict[str, Any]
    seconds: float
    processors: float
    peak: float

    def demand(self, entity: str, **counts: int) -> None:
        """Raises Wrong unless the certificate agrees and the entity's counts are these."""
        if self.told["certificate"] != "agrees":
            raise Wrong(f"the certificate disagrees: {self.told['certificate']}")
        failed = {name: sink for name, sink in self.told["sinks"].items() if "failed" in sink}
        if failed:
            raise Wrong(f"a sink failed: {failed}")
        found = self.told["entities"][entity]
        if any(found[word] != count for word, count in counts.items()):
            raise Wrong(f"{entity}: {found} instead of {counts}")


def run(report: Report) -> None:
    """Measure the first night and an unchanged second one."""
    scale = float(os.environ.get("BENCH_SCALE", SCALE))
    with tempfile.TemporaryDirectory(prefix="facade-bench-") as name:
        folder = Path(name)
        with Atlas.start(folder / "atlas", scale=scale) as atlas:
            environ = settings_of(folder, atlas.database)
            first = night(environ, folder)
            second = night(environ, folder)
        for entity, rows in atlas.manifest.entities.items():
            if entity in first.told["entities"]:
                first.demand(entity, inserted=rows)
                second.demand(entity, read=0, inserted=0, updated=0, deleted=0)
        rows = rows_read(folder / "var", first)
        report.measure("rows read", rows, "rows")
        report.measure("first night", rows / first.seconds, "rows/s")
        report.measure("first night", first.seconds, "s")
        steps(report, "first night", first)
        report.measure("first night, peak memory", first.peak, "MiB", at_most=MEMORY_MIB)
        report.measure("second night, unchanged", second.seconds, "s")
        steps(report, "second night", second)
        report.measure("second night, peak memory", second.peak, "MiB", at_most=MEMORY_MIB)


def settings_of(folder: Path, database: Path) -> dict[str, str]:
    """Settings for a night from Atlas's database into a DuckDB warehouse."""
    return {
        "FACADE_CRM": "atlas",
        "FACADE_ODBC": f"DRIVER={{SQLite3}};Database={database}",
        "FACADE_VAR": str(folder / "var"),
        "FACADE_WAREHOUSE": f"duckdb:///{folder / 'warehouse.duckdb'}",
    }


def rows_read(var: Path, night: Night) -> int:
    """Raw rows that the night read in full, of all tables."""
    tables = NightFolder.of(var, night.told["run"]).night["tables"]
    return sum(table["read"] for table in tables.values())


def steps(report: Report, what: str, night: Night) -> None:
    """The seconds of each step; the rest is the start of Python and the end of the process."""
    for step, seconds in night.told["seconds"].items():
        report.measure(f"{what}: {step}", seconds, "s")
    rest = night.seconds - sum(night.told["seconds"].values())
    report.measure(f"{what}: start and exit", round(rest, 3), "s")
    report.measure(f"{what}, processors", round(night.processors, 3), "s")


def clean(environ: Mapping[str, str]) -> dict[str, str]:
    """The environment of a process of the facade with these settings and no others."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("FACADE_")}
    return kept | {"PYTHONPATH": str(ROOT)} | dict(environ)


def night(environ: Mapping[str, str], folder: Path) -> Night:
    """Run `facade sync --json` in a process of its own. Raises Wrong if it fails."""
    with tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as err:
        began, before = time.perf_counter(), _processors()
        process = subprocess.Popen(
            [*FACADE, "sync", "--json"],
            cwd=folder,
            env=clean(environ),
            stdout=out,
            stderr=err,
            text=True,
        )
        peak = _watched(process)
        seconds = time.perf_counter() - began
        out.seek(0)
        err.seek(0)
        if process.returncode not in ENDINGS:
            told = err.read()[-4000:] + out.read()[-4000:]
            raise Wrong(f"the night ended with status {process.returncode}: {told}")
        return Night(json.load(out), seconds, _processors() - before, peak)


def _processors() -> float:
    """Processor seconds of all processes that this one has waited for."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _watched(process: subprocess.Popen[str]) -> float:
    """Wait for the process; the most memory that it and what it started held at one time, in MiB.

    Pages that several processes share count once (PSS). It is looked at twenty times a second.
    """
    most = 0.0
    due = time.monotonic() + NIGHT_SECONDS
    while process.poll() is None:
        if time.monotonic() > due:
            process.kill()
            process.wait()
            raise Wrong(f"the night did not end within {NIGHT_SECONDS:.0f} s")
        most = max(most, sum(_held(pid) for pid in _tree(process.pid)))
        time.sleep(LOOK_SECONDS)
    if most:
        return most
    # Without /proc: the largest process that this one has waited for.
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * unit / 2**20


def _tree(pid: int) -> list[int]:
    """The process and all below it, as far as they still run."""
    found = [pid]
    for each in found:
        for task in Path(f"/proc/{each}/task").glob("*/children"):
            try:
                found += map(int, task.read_text().split())
            except OSError:
                continue
    return found


def _held(pid: int) -> float:
    """The share of memory that a process holds now, in MiB; 0 where it is gone or nobody tells."""
    try:
        rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
    except OSError:
        return 0.0
    lines = dict(line.split(":", 1) for line in rollup.splitlines()[1:])
    return int(lines.get("Pss", "0 kB").split()[0]) / 1024
