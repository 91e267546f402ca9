"""The process that forks a night for each fault: run as a program, it reads jobs from its input.

    {"fork": {...}}   starts a job in a child          → {"pid": 42}
    {"wait": 42}      until it ends or is stopped      → {"exit": 0}, {"signal": 9}, {"stopped": 19}

It imports all that a night needs, and never runs one itself: no thread and no engine is in it when
it forks.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import tempfile
import threading
import traceback
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import adbc_driver_duckdb.dbapi  # type: ignore[import-untyped]  # noqa: F401
import adbc_driver_postgresql.dbapi  # noqa: F401
import cryptography.hazmat.primitives.asymmetric.ed25519  # noqa: F401
import pyarrow.acero
import pyarrow.parquet  # noqa: F401

import facade.sinks.warehouse.warehouse  # noqa: F401
from facade.sync import night as night_module
from facade.sync.night import Night
from tests.torture.night_faults import nursery
from tests.torture.night_faults.trap import Fault, Trap, install
from tests.torture.night_faults.world import CHANGES, World, founded, state

HANG_SECONDS = 120
"""After so long a job is killed by SIGALRM, which is no fault that anybody asked for."""

Job = Mapping[str, Any]


def serve() -> None:
    """Answer each line of standard input with one of output, until the input ends."""
    workers = nursery.open_nursery()
    _warm_up()
    nursery.use(workers)
    for line in sys.stdin:
        asked = json.loads(line)
        answer = {"pid": _forked(asked["fork"])} if "fork" in asked else _waited(asked["wait"])
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


def _warm_up() -> None:
    """Load what is loaded when it is first used, once for all jobs; each saves a quarter second."""
    with tempfile.TemporaryDirectory() as folder:
        founded(Path(folder) / "world", CHANGES, 2004, None).prepare()
    # What a thread holds would stay held in a fork.
    assert threading.active_count() == 1, threading.enumerate()


def _forked(job: Job) -> int:
    pid = os.fork()
    if pid:
        return pid
    status = 1
    try:
        _begin(job)
        status = WORK[job["do"]](job)
    except BaseException:  # noqa: BLE001  a child must never go on as its parent
        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(status)


def _waited(pid: int) -> dict[str, int]:
    _, status = os.waitpid(pid, os.WUNTRACED)
    if os.WIFSTOPPED(status):
        return {"stopped": os.WSTOPSIG(status)}
    if os.WIFSIGNALED(status):
        return {"signal": os.WTERMSIG(status)}
    return {"exit": os.WEXITSTATUS(status)}


def _begin(job: Job) -> None:
    signal.alarm(HANG_SECONDS)
    null = os.open(os.devnull, os.O_RDONLY)
    log = os.open(job["log"], os.O_CREAT | os.O_WRONLY | os.O_APPEND, 0o600)
    # The pipe of answers belongs to the parent alone.
    for ours, theirs in ((null, 0), (log, 1), (log, 2)):
        os.dup2(ours, theirs)
    tempfile.tempdir = str(World.of(job["world"]).spill)
    night_module.LEASE_SECONDS = job.get("lease_seconds", night_module.LEASE_SECONDS)


def _night(job: Job) -> int:
    """One night that suffers a fault; what it came to is written to `out`."""
    world = World.of(job["world"])
    told = Path(job["out"])
    fault = Fault(**job["fault"]) if job["fault"] else None
    trap = Trap(told.with_suffix(".struck"), world.var, fault, world.folder if not fault else None)
    install(trap)
    came: dict[str, Any] = {}
    try:
        with world.nights() as nights:
            sinks = world.sinks(nights.night().layouts)
            came["told"] = Night(
                nights.crm, nights.ledger, nights.var, sinks, progress=trap.progress
            ).run()
    except Exception as error:  # noqa: BLE001  whatever it is, the test looks at it
        came["raised"] = type(error).__name__
        came["words"] = str(error)
        traceback.print_exc()
    trap.fault = None
    came |= {"events": trap.events, "unsynced": trap.unsynced, "missed": trap.missed}
    came["struck"] = trap.struck
    told.write_text(json.dumps(came, default=str), "utf-8")
    return 0


def _recover(job: Job) -> int:
    """One night without a fault, and the state after it."""
    world = World.of(job["world"])
    with world.nights() as nights:
        told = nights.run(*world.sinks(nights.night().layouts).values())
        document = {"told": told, "state": state(world, nights)}
    Path(job["out"]).write_text(json.dumps(document, default=str), "utf-8")
    return 0


def _look(job: Job) -> int:
    """The state as it is."""
    world = World.of(job["world"])
    with world.nights() as nights:
        document = {"state": state(world, nights)}
    Path(job["out"]).write_text(json.dumps(document, default=str), "utf-8")
    return 0


WORK: dict[str, Callable[[Job], int]] = {"night": _night, "recover": _recover, "look": _look}


if __name__ == "__main__":
    serve()
