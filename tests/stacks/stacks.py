"""SOAP servers that others wrote, each with a small CRM on a free port: PHP's own extension and
node-soap.

A program or package that this machine lacks skips the test and says so; with `CI=true` it fails it.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path

import pytest

from tests.servers import free_port

HERE = Path(__file__).parent
STARTUP_SECONDS = 20.0
ATTEMPTS = 3


@dataclass(frozen=True)
class Stack:
    """A server that runs. `wsdl` is its contract; `item` names what stands in its arrays, by the
    array's own name; `folder` holds a file for each of its sessions.
    """

    name: str
    url: str
    wsdl: Path
    folder: Path
    pid: int
    item: dict[str, str]

    def end_sessions(self) -> None:
        for session in self.folder.glob("session-*"):
            session.unlink()

    def sessions(self) -> int:
        """How many were begun and not ended."""
        return len(list(self.folder.glob("session-*")))

    def kill(self) -> None:
        """End the server as `kill -9` does."""
        os.kill(self.pid, signal.SIGKILL)


NAMED = {"Tags": "Tag", "Lines": "Line", "Customers": "Customer"}
ITEMS = dict.fromkeys(NAMED, "item")

# How each is called, by its name: the program, its contract, and what stands in its arrays.
KINDS = {
    "php document/literal": ("php", "document", NAMED),
    "php rpc/encoded": ("php", "encoded", ITEMS),
    "php rpc/literal": ("php", "literal", NAMED),
    "node document/literal": ("node", "document", NAMED),
    "node rpc/literal": ("node", "literal", NAMED),
}


@contextlib.contextmanager
def started(kind: str, folder: Path) -> Iterator[Stack]:
    """Run the server of this kind until the block ends."""
    make, contract, item = KINDS[kind]
    wsdl = HERE / "wsdl" / f"{contract}.wsdl"
    process, port = STARTERS[make](wsdl, folder)
    try:
        url = f"http://127.0.0.1:{port}/crm"
        yield Stack(kind, url, wsdl, folder, process.pid, item)
    finally:
        with process:
            process.kill()


def start_php(wsdl: Path, folder: Path) -> tuple[subprocess.Popen[str], int]:
    php = program("php")
    modules = subprocess.run([php, "-m"], capture_output=True, text=True, check=True).stdout
    if "soap" not in modules.split():
        lacking("PHP's extension soap")
    environment = {**os.environ, "STACK_WSDL": str(wsdl), "STACK_FOLDER": str(folder)}
    for _ in range(ATTEMPTS):
        port = free_port()
        # Its log goes to a file: a pipe that nobody reads would fill.
        with (folder / "server.log").open("w") as log:
            process = subprocess.Popen(
                [php, "-S", f"127.0.0.1:{port}", str(HERE / "php" / "server.php")],
                env=environment,
                stdout=log,
                stderr=log,
                text=True,
            )
        if answers(process, port):
            return process, port
        with process:
            process.kill()
    raise RuntimeError(f"php -S did not start: {(folder / 'server.log').read_text()}")


def start_node(wsdl: Path, folder: Path) -> tuple[subprocess.Popen[str], int]:
    node = program("node")
    if not (HERE / "node" / "node_modules" / "soap").is_dir():
        lacking("node-soap (`tools/node-packages`)")
    with (folder / "server.log").open("w") as log:
        process = subprocess.Popen(
            [node, str(HERE / "node" / "server.js"), str(wsdl), str(folder)],
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
        )
    assert process.stdout is not None
    said = process.stdout.readline()
    if not said:
        with process:
            process.kill()
        raise RuntimeError(f"node did not start: {(folder / 'server.log').read_text()}")
    return process, int(said)


STARTERS = {"php": start_php, "node": start_node}


def answers(process: subprocess.Popen[str], port: int) -> bool:
    """Whether it answers before it ends, or before we give up."""
    deadline = time.monotonic() + STARTUP_SECONDS
    while process.poll() is None and time.monotonic() < deadline:
        with contextlib.closing(HTTPConnection("127.0.0.1", port, timeout=1)) as connection:
            try:
                connection.request("GET", "/crm")
                connection.getresponse().read()
            except OSError:
                time.sleep(0.02)
            else:
                return True
    return False


def program(name: str) -> str:
    found = shutil.which(name)
    if found is None:
        lacking(f"the program {name}")
    return str(found)


def lacking(what: str) -> None:
    """Skip the running test for want of `what`; fail it where `CI` is "true"."""
    reason = f"{what} is missing: `make test` installs it"
    if os.environ.get("CI") == "true":
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason)
