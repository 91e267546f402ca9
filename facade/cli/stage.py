"""The demonstration's stage: Atlas, the TMS and our own API as processes on free loopback ports."""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import IO, Any

import requests

from facade.cli.crm import settings_here
from facade.cli.parts import ledger_of

READY_SECONDS = 60.0
STOP_SECONDS = 10.0
TAIL_LINES = 20


class StageError(Exception):
    """A part of the demonstration did not start."""


@dataclass(frozen=True)
class Stage:
    """What is where. `atlas` and `tms` are what the stand-ins said when ready."""

    folder: Path
    atlas: dict[str, Any]
    tms: dict[str, Any]
    api: str
    key: str

    @property
    def manifest(self) -> dict[str, Any]:
        """What the generator put into Atlas."""
        found: dict[str, Any] = json.loads(Path(self.atlas["manifest"]).read_text("utf-8"))
        return found

    def act(self, name: str, **given: Any) -> dict[str, Any]:
        """Do something in Atlas's database, as its own users would."""
        answer = requests.post(
            f"{self.atlas['control']}/acts", json={"act": name, **given}, timeout=30
        )
        answer.raise_for_status()
        found: dict[str, Any] = answer.json()
        return found

    def advance(self, order_id: str, status: str) -> dict[str, Any]:
        """Move an order in the TMS."""
        url = f"{self.tms['control']}/orders/{order_id}/advance"
        answer = requests.post(url, json={"status": status}, timeout=30)
        answer.raise_for_status()
        found: dict[str, Any] = answer.json()
        return found

    def ask(self, method: str, path: str, **given: Any) -> requests.Response:
        """One request to our own API."""
        headers = {"Authorization": f"Bearer {self.key}", **given.pop("headers", {})}
        answer = requests.request(method, self.api + path, headers=headers, timeout=60, **given)
        if not answer.ok:
            raise StageError(f"{method} {path} answered {answer.status_code}: {answer.text}")
        return answer


@contextmanager
def staged(scale: float) -> Iterator[Stage]:
    """Start everything; stop it and remove its folder at the end, whatever happens. Raises
    StageError.
    """
    stack = ExitStack()
    try:
        yield _set_up(stack, scale)
    finally:
        with uninterrupted():
            stack.close()


def _set_up(stack: ExitStack, scale: float) -> Stage:
    with uninterrupted():
        folder = Path(tempfile.mkdtemp(prefix="facade-demo-"))
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
    atlas = _stand_in(
        stack, "fixtures.atlas", "--path", str(folder / "atlas"), "--scale", str(scale)
    )
    tms = _stand_in(stack, "fixtures.tms")
    for name in [name for name in os.environ if name.startswith("FACADE_")]:
        del os.environ[name]
    os.environ.update(settings_of(folder, atlas, tms))
    key = _key()
    return Stage(folder, atlas, tms, _api(stack, folder / "api.log"), key)


@contextmanager
def uninterrupted() -> Iterator[None]:
    """Ctrl-C and SIGTERM wait for the end, and are KeyboardInterrupt then."""
    waiting: list[int] = []

    def note(number: int, frame: FrameType | None) -> None:
        waiting.append(number)

    before = {number: signal.signal(number, note) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, known in before.items():
            signal.signal(number, known)
    if waiting:
        raise KeyboardInterrupt


def settings_of(folder: Path, atlas: dict[str, Any], tms: dict[str, Any]) -> dict[str, str]:
    """The settings of the demonstration, as a user would set them."""
    return {
        "FACADE_CRM": "atlas",
        "FACADE_SOAP_WSDL": _wsdl(),
        "FACADE_SOAP_URL": atlas["soap"],
        "FACADE_SOAP_USER": atlas["user"],
        "FACADE_SOAP_PASSWORD": atlas["password"],
        "FACADE_ODBC": f"DRIVER={{SQLite3}};Database={atlas['database']}",
        "FACADE_VAR": str(folder / "var"),
        "FACADE_WAREHOUSE": f"duckdb:///{folder / 'warehouse.duckdb'}",
        "FACADE_TMS": "karrio",
        "FACADE_TMS_URL": tms["url"],
        "FACADE_TMS_TOKEN": tms["token"],
    }


def _wsdl() -> str:
    """Atlas's contract, beside the stand-in that serves it."""
    spec = importlib.util.find_spec("fixtures.atlas")
    if spec is None or spec.origin is None:
        raise StageError("the demonstration needs the folder fixtures/ of the repository")
    return str(Path(spec.origin).parent / "wsdl" / "atlas.wsdl")


def _stand_in(stack: ExitStack, module: str, *arguments: str) -> dict[str, Any]:
    """Start a stand-in; what it prints when it is ready."""
    process = _started(stack, [sys.executable, "-m", module, *arguments], subprocess.PIPE)
    assert process.stdout is not None
    line = process.stdout.readline()
    try:
        found: dict[str, Any] = json.loads(line)
    except ValueError:
        raise StageError(f"{module} did not start: {line.strip() or 'it said nothing'}") from None
    return found


def _started(
    stack: ExitStack, command: Sequence[str], output: int, errors: IO[str] | None = None
) -> subprocess.Popen[str]:
    with uninterrupted():
        # A session of its own: Ctrl-C reaches us, and we stop the parts in order.
        process = subprocess.Popen(
            command, stdout=output, stderr=errors, text=True, start_new_session=True
        )
        stack.callback(_stop, process)
    return process


def _stop(process: subprocess.Popen[str]) -> None:
    process.terminate()
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        pass
    # What it started itself, or was still starting: the whole group.
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    if process.stdout is not None:
        process.stdout.close()


def _key() -> str:
    with ledger_of(settings_here()) as ledger:
        _, secret = ledger.keys.create("demo", ["*"])
    return secret


def _api(stack: ExitStack, log: Path) -> str:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    address = f"127.0.0.1:{port}"
    command = [sys.executable, "-m", "facade.cli", "serve", "--listen", address]
    with log.open("w", encoding="utf-8") as errors:
        process = _started(stack, command, subprocess.DEVNULL, errors)
    url = f"http://{address}"
    due = time.monotonic() + READY_SECONDS
    while time.monotonic() < due:
        if process.poll() is not None:
            raise StageError(
                f"the API stopped with status {process.returncode}; it said:\n{_tail(log)}"
            )
        try:
            if requests.get(f"{url}/health/live", timeout=2).ok:
                return url
        except requests.RequestException:
            time.sleep(0.1)
    raise StageError(f"the API did not answer within {READY_SECONDS:.0f} s; it said:\n{_tail(log)}")


def _tail(log: Path) -> str:
    lines = log.read_text("utf-8", errors="replace").splitlines()
    return "\n".join(lines[-TAIL_LINES:]) or "nothing"
