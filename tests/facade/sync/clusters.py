"""A Dask cluster for tests: a scheduler and workers, each a process of its own on the loopback."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from facade.cli.worker import carry_out
from facade.sync.units import Done, Look, Unit
from tests.servers import free_port

ROOT = Path(__file__).parents[3]
STARTUP_SECONDS = 60.0
SLOW = "slow"
"""The folder under FACADE_VAR in which a slow worker says that it is in the midst of a unit."""
SLOW_SECONDS = 3.0


@dataclass
class DaskCluster:
    """A scheduler, and workers with the settings `environ` and one thread each."""

    folder: Path
    environ: Mapping[str, str]
    address: str = ""
    workers: list[subprocess.Popen[bytes]] = field(default_factory=list)
    scheduler: subprocess.Popen[bytes] = field(init=False)

    @classmethod
    @contextlib.contextmanager
    def start(
        cls, folder: Path, environ: Mapping[str, str], workers: int = 2
    ) -> Iterator[DaskCluster]:
        """All of them, ended at the end."""
        folder.mkdir()
        with contextlib.ExitStack() as stack:
            port = free_port()
            cluster = cls(folder, environ, f"tcp://127.0.0.1:{port}")
            words = ("dask_scheduler", "--host", "127.0.0.1", "--port", str(port))
            cluster.scheduler = stack.enter_context(cluster._run(words, {}))
            for _ in range(workers):
                stack.enter_context(cluster.worker())
            yield cluster

    @contextlib.contextmanager
    def worker(self, **settings: str) -> Iterator[subprocess.Popen[bytes]]:
        """One more worker, perhaps with other settings."""
        words = ("dask_worker", self.address, "--host", "127.0.0.1", "--no-nanny")
        words += ("--nthreads", "1", "--local-directory", str(self.folder))
        with self._run(words, {**self.environ, **settings}) as process:
            self.workers.append(process)
            try:
                yield process
            finally:
                self.workers.remove(process)

    def wait_for(self, workers: int) -> None:
        """Return when so many workers are there."""
        from distributed import Client

        with Client(self.address, timeout=STARTUP_SECONDS, set_as_default=False) as client:
            until = time.monotonic() + STARTUP_SECONDS
            while len(client.nthreads()) != workers:
                assert time.monotonic() < until, self.log
                time.sleep(0.05)

    @property
    def log(self) -> str:
        """What scheduler and workers said."""
        return "\n".join(path.read_text("utf-8") for path in sorted(self.folder.glob("*.log")))

    @contextlib.contextmanager
    def _run(
        self, words: tuple[str, ...], settings: Mapping[str, str]
    ) -> Iterator[subprocess.Popen[bytes]]:
        program, *rest = words
        command = [sys.executable, "-m", f"distributed.cli.{program}", *rest, "--no-dashboard"]
        if setpriv := shutil.which("setpriv"):
            # Ends with the test run, however that ends.
            command = [setpriv, "--pdeathsig", "KILL", "--", *command]
        own = {name: value for name, value in os.environ.items() if not name.startswith("FACADE_")}
        number = len(list(self.folder.glob("*.log")))
        with (self.folder / f"{number} {program}.log").open("wb") as log:
            process = subprocess.Popen(
                command, cwd=ROOT, env={**own, **settings}, stdout=log, stderr=log
            )
        try:
            yield process
        finally:
            process.kill()
            process.wait()


def slowly(unit: Unit) -> Done:
    """What a worker does with a unit; in the midst of its first, it says so and rests."""
    if not isinstance(unit, Look):
        folder = Path(os.environ["FACADE_VAR"]) / SLOW
        folder.mkdir(exist_ok=True)
        marker = folder / str(os.getpid())
        if not marker.exists():
            marker.touch()
            time.sleep(SLOW_SECONDS)
    return carry_out(unit)
