"""How the cost of a night grows with the rows of a table and with the changes in it; as figures,
and as plots under docs/.

`BENCH_ROWS` is the largest table (1,000,000).
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import matplotlib

from tests.bench.night import ROOT, night
from tests.bench.pipe import MAPPING, ROWS, UNSTAMPED, fill, first, quick, settings_of, touch
from tests.servers import MariaDB

if TYPE_CHECKING:
    from tests.bench.__main__ import Report

matplotlib.use("Agg")

import matplotlib.pyplot as plt
from matplotlib.ticker import LogLocator, NullFormatter

SHARES = (0.01, 0.03, 0.1, 0.3, 1.0)
"""Sizes of tables, as parts of the largest."""
EVERY = (10_000, 1_000, 100, 10)
"""One of so many rows changes."""
DOCS = ROOT / "docs"
Line = list[tuple[int, float]]
"""What was counted, and seconds."""


def run(report: Report) -> None:
    """Measure nights over growing tables, and over growing changes in the largest."""
    largest = int(os.environ.get("BENCH_ROWS", ROWS))
    sizes = [int(largest * share) for share in SHARES]
    by_rows: dict[str, Line] = {}
    by_changes: dict[str, Line] = {}

    def note(lines: dict[str, Line], line: str, count: int, of: str, seconds: float) -> None:
        report.measure(f"{line}, {count:,} {of}", seconds, "s")
        lines.setdefault(line, []).append((count, seconds))

    for rows in sizes:
        with tempfile.TemporaryDirectory(prefix="facade-bench-") as name:
            folder = Path(name)
            with MariaDB.start(folder) as source:
                fill(source, rows)
                note(by_rows, "mariadb --quick to nowhere", rows, "rows", quick(source))
                for way, mapping in (("by stamp", MAPPING), ("by content", UNSTAMPED)):
                    place = folder / way / "night"
                    (folder / way / "crm").mkdir(parents=True)
                    (folder / way / "crm" / "mapping.toml").write_text(mapping, "utf-8")
                    url = f"duckdb:///{place / 'warehouse.duckdb'}"
                    begun = first(source, place, url, rows)
                    if mapping is MAPPING:
                        note(by_rows, "first night", rows, "rows", begun.seconds)
                    settings = settings_of(source, place, url)
                    for every in EVERY if rows == largest else (100,):
                        changed = touch(source, rows, every)
                        done = night(settings, place)
                        done.demand("customer", updated=changed)
                        if every == 100:
                            note(by_rows, f"1 % changed, {way}", rows, "rows", done.seconds)
                        if rows == largest:
                            note(by_changes, way, changed, "changes", done.seconds)
    plot(by_rows, "rows in the table", "A night against the rows of its table", "rows.png")
    title = f"A night against the changes in {largest:,} rows"
    plot(by_changes, "rows changed since the last night", title, "changes.png")


def plot(lines: dict[str, Line], counted: str, title: str, name: str) -> None:
    """One PNG: seconds against what was counted, both by powers of ten."""
    figure, axes = plt.subplots(figsize=(7, 4.5), dpi=150)
    for line, points in lines.items():
        counts, seconds = zip(*points, strict=True)
        axes.plot(counts, seconds, marker="o", label=line)
        axes.annotate(
            f"{seconds[-1]:.1f} s", (counts[-1], seconds[-1]), (6, -3), textcoords="offset points"
        )
    axes.set(
        xscale="log", yscale="log", xlabel=counted, ylabel="seconds, start to exit", title=title
    )
    axes.yaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
    axes.yaxis.set_major_formatter(lambda value, _: f"{value:g}")
    axes.yaxis.set_minor_formatter(NullFormatter())
    axes.xaxis.set_major_formatter(lambda value, _: f"{value:,.0f}")
    axes.grid(alpha=0.3)
    axes.legend()
    DOCS.mkdir(exist_ok=True)
    figure.savefig(DOCS / name, bbox_inches="tight", metadata={"Software": None})
    plt.close(figure)
