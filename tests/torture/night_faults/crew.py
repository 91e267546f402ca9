"""Jobs from the side of the test: sent to a process that forks them, and what became of each."""

from __future__ import annotations

import contextlib
import itertools
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Self

from tests.torture.night_faults.trap import Fault
from tests.torture.night_faults.world import World

ROOT = Path(__file__).parents[3]


@dataclass
class Ended:
    """How a job ended: `exit` status or `signal`, what it wrote, and what its fault said first."""

    exit: int | None
    signal: int | None
    stopped: int | None
    out: dict[str, Any]
    struck: dict[str, Any]
    log: str

    def told(self) -> str:
        """Why it is not what was expected."""
        ended = f"exit {self.exit}, signal {self.signal}, stopped {self.stopped}"
        return f"{ended}; {self.out.get('raised')}; {self.log}"

    @property
    def killed(self) -> bool:
        return self.signal == signal.SIGKILL


@dataclass
class Crew:
    """Forks jobs, one after another or several at once."""

    process: subprocess.Popen[str]
    folder: Path
    _numbers: Iterator[int] = field(default_factory=itertools.count)

    @classmethod
    @contextlib.contextmanager
    def start(cls, folder: Path) -> Iterator[Self]:
        """A crew with its papers in `folder`; it ends with the block."""
        folder.mkdir(exist_ok=True)
        with (
            (folder / "crew.log").open("w") as log,
            subprocess.Popen(
                [sys.executable, "-m", "tests.torture.night_faults.jobs"],
                cwd=ROOT,
                # Sets are walked in one order, so that events bear the same numbers each time.
                env=os.environ | {"PYTHONHASHSEED": "0", "PYTHONPATH": str(ROOT)},
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            ) as process,
        ):
            try:
                yield cls(process, folder)
            finally:
                assert process.stdin is not None
                process.stdin.close()

    def night(self, world: World, fault: Fault | None = None, **more: Any) -> Ended:
        """One night that suffers a fault."""
        return self.end(*self.begin("night", world, fault, **more))

    def recover(self, world: World) -> Ended:
        return self.end(*self.begin("recover", world, None))

    def look(self, world: World) -> Ended:
        return self.end(*self.begin("look", world, None))

    def begin(
        self, work: str, world: World, fault: Fault | None = None, **more: Any
    ) -> tuple[int, Path]:
        """A job that runs by itself: its process id and its papers, for `end`."""
        out = self.folder / f"{next(self._numbers)}.json"
        job = {
            "do": work,
            "world": world.as_json(),
            "fault": asdict(fault) if fault else None,
            "out": str(out),
            "log": str(out.with_suffix(".log")),
            **more,
        }
        return int(self._ask({"fork": job})["pid"]), out

    def end(self, pid: int, out: Path) -> Ended:
        """Wait until a job has ended, or was stopped: then it can be waited for again."""
        said = self._ask({"wait": pid})
        struck = out.with_suffix(".struck")
        return Ended(
            said.get("exit"),
            said.get("signal"),
            said.get("stopped"),
            json.loads(out.read_text()) if out.is_file() else {},
            json.loads(struck.read_text() or "{}") if struck.is_file() else {},
            out.with_suffix(".log").read_text(errors="replace"),
        )

    def _ask(self, question: dict[str, Any]) -> dict[str, Any]:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps(question) + "\n")
        self.process.stdin.flush()
        answer: dict[str, Any] = json.loads(self.process.stdout.readline())
        return answer
