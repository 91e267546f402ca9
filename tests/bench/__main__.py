"""Runs the benchmarks: a table of what they measured, then the same as JSON on standard output.

    python -m tests.bench [BENCHMARK…]

A benchmark is a module of this folder with `run(report: Report) -> None`.
"""

from __future__ import annotations

import argparse
import importlib
import json
import os
import platform
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field

from rich.console import Console
from rich.table import Table

USUAL = ("night", "pipe", "api", "soap")
BENCHMARKS = (*USUAL, "large", "growth")


@dataclass(frozen=True)
class Measure:
    """One figure. `met` says whether it is within its aim, and is None where it has none."""

    benchmark: str
    what: str
    value: float
    unit: str
    aim: str | None
    met: bool | None


@dataclass
class Report:
    """Collects what one benchmark measures."""

    benchmark: str
    measures: list[Measure] = field(default_factory=list)

    def measure(
        self,
        what: str,
        value: float,
        unit: str,
        *,
        at_least: float | None = None,
        at_most: float | None = None,
    ) -> None:
        """Record a figure, and its aim if it has one: at least, or at most, so much."""
        aim, met = None, None
        if at_least is not None:
            aim, met = f"≥ {at_least:g}", value >= at_least
        elif at_most is not None:
            aim, met = f"≤ {at_most:g}", value <= at_most
        self.measures.append(Measure(self.benchmark, what, value, unit, aim, met))


def load(names: list[str]) -> dict[str, Callable[[Report], None]]:
    """The `run` of each benchmark named; all are loaded before the first runs.

    Raises SystemExit where a name is unknown, a module is missing or has no `run`.
    """
    runs = {}
    for name in names:
        if name not in BENCHMARKS:
            raise SystemExit(f"no benchmark {name!r}: there are {', '.join(BENCHMARKS)}")
        module = f"{__package__}.{name}"
        try:
            runs[name] = importlib.import_module(module).run
        except ModuleNotFoundError as error:
            if error.name != module:
                raise
            raise SystemExit(f"benchmark {name!r} is missing: tests/bench/{name}.py") from error
        except AttributeError as error:
            raise SystemExit(f"tests/bench/{name}.py has no run(report)") from error
    return runs


def table(measures: list[Measure]) -> Table:
    """The measures as a person reads them."""
    rows = Table("benchmark", "what", "value", "unit", "aim", "met")
    for one in measures:
        met = {True: "yes", False: "no", None: ""}[one.met]
        rows.add_row(one.benchmark, one.what, f"{one.value:,.6g}", one.unit, one.aim or "", met)
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument(
        "benchmark", nargs="*", help=f"of {', '.join(BENCHMARKS)}; by default {', '.join(USUAL)}"
    )
    names = parser.parse_args().benchmark or list(USUAL)

    console = Console(stderr=True)
    measures: list[Measure] = []
    seconds: dict[str, float] = {}
    for name, run in load(names).items():
        console.print(f"running {name}")
        report, began = Report(name), time.monotonic()
        run(report)
        seconds[name] = round(time.monotonic() - began, 2)
        measures += report.measures
    console.print(table(measures))
    result = {
        "machine": {
            "cores": os.cpu_count(),
            "system": platform.platform(),
            "python": platform.python_version(),
        },
        "seconds": seconds,
        "measures": [asdict(one) for one in measures],
    }
    json.dump(result, sys.stdout, indent=2, ensure_ascii=False)
    sys.stdout.write("\n")


if __name__ == "__main__":
    main()
