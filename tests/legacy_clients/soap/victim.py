"""A process that makes calls on request and says what each cost it: one JSON line in, one out.

Each call runs in a fork of a process that has loaded everything and called nobody, so that the peak
of its memory is that of this call alone.
"""

from __future__ import annotations

import io
import json
import logging
import os
import resource
import subprocess
import sys
import time
import traceback
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from legacy_clients.deadline import Deadline
from legacy_clients.soap.auth import NoAuth
from legacy_clients.soap.service import Service
from legacy_clients.soap.transport import Transport
from legacy_clients.soap.wsdl import Contract, load_contract

ROOT = Path(__file__).parents[3]
# ru_maxrss is in kB, on macOS in bytes.
UNIT = 1 if sys.platform == "darwin" else 1024


@dataclass(frozen=True)
class Outcome:
    """How one call ended: the error's class ("" for a reply), its text and all it carries, its
    trace, what was logged, seconds, megabytes beyond those before the call, records given.
    """

    error: str
    text: str
    trace: str
    log: str
    seconds: float
    megabytes: float
    rows: int = 0


class Victim:
    """The process, from the outside."""

    def __init__(self, wsdls: dict[str, Path]) -> None:
        self._process = subprocess.Popen(
            [
                sys.executable,
                "-m",
                __spec__.name,
                json.dumps({k: str(v) for k, v in wsdls.items()}),
            ],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def call(self, url: str, style: str, operation: str, arguments: dict[str, Any],
             seconds: float, rows: str | None = None) -> Outcome:  # fmt: skip
        """Make one call of the service at `url`; with `rows` by Service.rows at that path."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        told = [url, style, operation, arguments, seconds, rows]
        self._process.stdin.write(json.dumps(told) + "\n")
        self._process.stdin.flush()
        return Outcome(**json.loads(self._process.stdout.readline()))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.communicate(timeout=10)


def peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * UNIT / 1e6


def suffer(
    contract: Contract,
    url: str,
    operation: str,
    arguments: dict[str, Any],
    seconds: float,
    rows: str | None,
) -> Outcome:
    """One call, whatever comes of it."""
    log = io.StringIO()
    handler = logging.StreamHandler(log)
    handler.setFormatter(logging.Formatter("%(name)s %(message)s %(args)s"))
    logging.basicConfig(level=logging.DEBUG, handlers=[handler], force=True)
    logging.captureWarnings(True)
    warnings.simplefilter("always")
    kind = text = trace = ""
    count = 0
    transport = Transport(url)
    service = Service(contract, transport, NoAuth(), {})
    before, began = peak(), time.monotonic()
    try:
        if rows is None:
            service.call(operation, arguments, Deadline.after(seconds), write=True)
        else:
            for _ in service.rows(operation, arguments, rows, Deadline.after(seconds)):
                count += 1
    except BaseException as error:  # noqa: BLE001 - whatever comes is what is asked for
        kind, text = type(error).__name__, f"{error}\n{error!r} {error.args} {vars(error)}"
        trace = "".join(traceback.format_exception(error))
    took = time.monotonic() - began
    service.close()
    return Outcome(kind, text, trace, log.getvalue(), took, peak() - before, count)


def forked(work: Any, *given: Any) -> str:
    """The outcome of `work`, run in a fork, as JSON."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        with os.fdopen(writing, "w") as out:
            json.dump(vars(work(*given)), out)
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as answer:
        told = answer.read()
    os.waitpid(child, 0)
    return told


def main() -> None:
    contracts = {}
    for style, wsdl in json.loads(sys.argv[1]).items():
        contracts[style] = load_contract(wsdl)
    for line in sys.stdin:
        url, style, operation, arguments, seconds, rows = json.loads(line)
        told = forked(suffer, contracts[style], url, operation, arguments, seconds, rows)
        sys.stdout.write(told + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
