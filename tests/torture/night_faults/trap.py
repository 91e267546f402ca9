"""Every moment at which a night's state leaves its process, numbered; a fault strikes at one.

Patched are the calls by which files are made, synced, named and removed, the statements and commits
of the ledger and of sinks, DuckDB's COPY, and the steps that the night tells of. Nothing of this is
in the product: it is installed in a process that was forked to suffer.
"""

from __future__ import annotations

import builtins
import errno
import functools
import io
import json
import os
import re
import signal
import sqlite3
import stat
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb
from adbc_driver_manager import dbapi
from adbc_driver_manager._lib import AdbcStatusCode
from adbc_driver_postgresql import dbapi as postgresql
from sqlalchemy.engine.default import DefaultDialect

from facade.sync.progress import Clock

BEFORE, WITHIN, AFTER = "before", "within", "after"
KILL, STOP, FAIL = "kill", "stop", "fail"
OPENED = "open to write"

_kill = os.kill
_READS = re.compile(r"\s*(SELECT|PRAGMA|DESCRIBE|EXPLAIN|SHOW|SET|BEGIN|WITH)\b", re.IGNORECASE)
_COPIES = re.compile(r"\s*(COPY|EXPORT|ATTACH|CHECKPOINT)\b", re.IGNORECASE)
_SEALS = re.compile(r"\s*INSERT INTO \W?ledger_seals\b", re.IGNORECASE)
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
_UNWATCHED = re.compile(r"\.sqlite|[/]work[/]|[/]tmp[/]")
"""The ledger's files move whenever anybody opens it; what spills counts for nothing."""


@dataclass(frozen=True)
class Fault:
    """What strikes at event `number` (from 1) of those that bear `label`: this process is killed or
    stopped, or the call fails with `error`.

    A kill `within` strikes `seconds` after the call began, or when it is over. `lasting` has every
    later event of the same label fail too.
    """

    kind: str
    label: str
    number: int
    phase: str = BEFORE
    error: int = errno.EIO
    seconds: float = 0.0
    lasting: bool = False


@dataclass
class Trap:
    """Numbers events as they come, and lets the fault strike. `told` is where it says so first.

    Under `watched`, what changes between two events is noted as `missed`: it has no number.
    """

    told: Path
    var: Path
    fault: Fault | None = None
    watched: Path | None = None
    missed: list[str] = field(default_factory=list)
    events: list[tuple[str, str, float]] = field(default_factory=list)
    synced: set[tuple[int, int]] = field(default_factory=set)
    listed: dict[int, list[str]] = field(default_factory=dict)
    unsynced: list[str] | None = None
    struck: str | None = None
    _counted: Counter[str] = field(default_factory=Counter)
    _active: int = 0
    _here: threading.local = field(default_factory=threading.local)
    _seen: dict[str, tuple[int, int]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._fd = os.open(self.told, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600)
        self._seen = self._look()

    @contextmanager
    def event(self, label: str, detail: str, fail: Callable[[int], Exception]) -> Iterator[None]:
        """One numbered event; what happens within it is a part of it."""
        if getattr(self._here, "within", False):
            yield
            return
        self._note_missed(f"before {label} {detail}")
        place = len(self.events)
        self.events.append((label, detail, 0.0))
        self._counted[label] += 1
        fault = self.fault if self._is_meant(label) else None
        if fault and fault.phase == BEFORE:
            self._strike(fault, label, detail, fail)
        if fault and fault.phase == WITHIN:
            self._tell(fault, label, detail)
            threading.Thread(target=_kill_after, args=(fault.seconds,), daemon=True).start()
        self._here.within = True
        self._active += 1
        began = time.perf_counter()
        try:
            yield
        finally:
            self._here.within = False
            self._active -= 1
            self._seen = self._look()
            self.events[place] = (label, detail, time.perf_counter() - began)
            if fault and fault.phase == WITHIN:
                _kill(os.getpid(), signal.SIGKILL)
            if fault and fault.phase == AFTER:
                self._strike(fault, label, detail, fail)

    def _note_missed(self, when: str) -> None:
        if self.watched is None or self._active:
            return
        now, seen = self._look(), self._seen
        changed = [path for path in now.keys() | seen.keys() if now.get(path) != seen.get(path)]
        # What was opened to be written is written until it is closed.
        opened = self.events[-1][1] if self.events and self.events[-1][0] == OPENED else "/"
        self.missed += [
            f"{path} {when}" for path in sorted(changed) if not path.endswith(f"/{opened}")
        ]

    def _look(self) -> dict[str, tuple[int, int]]:
        found: dict[str, tuple[int, int]] = {}
        for root, _, names in os.walk(self.watched) if self.watched else ():
            for name in names:
                path = f"{root}/{name}"
                if not _UNWATCHED.search(path.removeprefix(str(self.watched))):
                    status = Path(path).stat()
                    found[path] = (status.st_size, status.st_mtime_ns)
            found[root] = (0, 0)
        return found

    def _is_meant(self, label: str) -> bool:
        if self.fault is None or label != self.fault.label:
            return False
        number = self._counted[label]
        return number == self.fault.number or (self.fault.lasting and number > self.fault.number)

    def _strike(
        self, fault: Fault, label: str, detail: str, fail: Callable[[int], Exception]
    ) -> None:
        self._tell(fault, label, detail)
        self.struck = label
        if fault.kind == FAIL:
            raise fail(fault.error)
        _kill(os.getpid(), signal.SIGKILL if fault.kind == KILL else signal.SIGSTOP)

    def _tell(self, fault: Fault, label: str, detail: str) -> None:
        document = {
            "number": self._counted[label],
            "label": label,
            "detail": detail,
            "phase": fault.phase,
            "synced": sorted(self.synced),
            "listed": self.listed,
        }
        os.ftruncate(self._fd, 0)
        os.pwrite(self._fd, json.dumps(document).encode(), 0)

    def note_sync(self, fd: int) -> None:
        """A file is on disk as it is now; of a folder, the names that are in it now."""
        found = os.fstat(fd)
        if stat.S_ISDIR(found.st_mode):
            self.listed[found.st_ino] = sorted(os.listdir(fd))
        else:
            self.synced.add((found.st_ino, found.st_mtime_ns))

    def note_seal(self) -> None:
        """What of the newest night's folder is not on disk now that its row is about to be."""
        runs = self.var / "runs"
        newest = max(path for path in runs.iterdir() if path.is_dir())
        self.unsynced = [
            str(path.relative_to(self.var))
            for path in (runs, newest, *sorted(newest.rglob("*")))
            if not self._on_disk(path)
        ]

    def _on_disk(self, path: Path) -> bool:
        found = path.stat()
        if path.is_dir():
            return self.listed.get(found.st_ino) == sorted(inside.name for inside in path.iterdir())
        return (found.st_ino, found.st_mtime_ns) in self.synced

    def progress(self, what: str, done: int, total: int) -> None:
        """The night's progress: each time it is told is an event."""
        with self.event("progress", f"{what} {done}/{total}", _os_error):
            pass


def _kill_after(seconds: float) -> None:
    time.sleep(seconds)
    _kill(os.getpid(), signal.SIGKILL)


def _os_error(number: int) -> Exception:
    return OSError(number, os.strerror(number))


def _ledger_error(number: int) -> Exception:
    said = "database or disk is full" if number == errno.ENOSPC else "disk I/O error"
    return sqlite3.OperationalError(said)


def _engine_error(number: int) -> Exception:
    return duckdb.IOException(f"IO Error: Could not write file: {os.strerror(number)}")


def _sink_error(number: int) -> Exception:
    said = f"INTERNAL: IO Error: Could not write: {os.strerror(number)}"
    return dbapi.OperationalError(said, status_code=AdbcStatusCode.IO)


def install(trap: Trap) -> None:
    """Patch this process for good; call it once, in a process that will end soon."""
    _patch_files(trap)
    _patch_ledger(trap)
    _patch_engine(trap)
    _patch_sinks(trap)
    _patch_steps(trap)


def _patch_files(trap: Trap) -> None:
    def numbered(name: str) -> None:
        call = getattr(os, name)

        @functools.wraps(call)
        def wrapped(*given: Any, **named: Any) -> Any:
            if name == "mkdir" and Path(given[0]).is_dir():
                return call(*given, **named)
            with trap.event(name, _shown(given), _os_error):
                result = call(*given, **named)
                if name == "fsync":
                    trap.note_sync(given[0])
                return result

        setattr(os, name, wrapped)

    for name in ("fsync", "replace", "rename", "link", "mkdir", "rmdir", "unlink", "remove"):
        numbered(name)
    opened, opened_number = io.open, os.open

    def open_file(file: Any, mode: str = "r", *given: Any, **named: Any) -> Any:
        if isinstance(file, int) or not set(mode) & set("wax+"):
            return opened(file, mode, *given, **named)
        with trap.event(OPENED, _shown((file,)), _os_error):
            return opened(file, mode, *given, **named)

    def open_number(path: Any, flags: int, *given: Any, **named: Any) -> int:
        if not flags & _WRITING:
            return opened_number(path, flags, *given, **named)
        with trap.event(OPENED, _shown((path,)), _os_error):
            return opened_number(path, flags, *given, **named)

    io.open = builtins.open = open_file  # type: ignore[assignment]
    os.open = open_number


def _shown(given: tuple[Any, ...]) -> str:
    return " ".join("/".join(str(part).split("/")[-3:]) for part in given)


def _patch_ledger(trap: Trap) -> None:
    dirty: dict[int, str] = {}
    commit = DefaultDialect.do_commit

    def do_commit(self: Any, connection: Any) -> None:
        wrote = dirty.pop(id(getattr(connection, "dbapi_connection", connection)), "")
        if not wrote:
            commit(self, connection)
            return
        if _SEALS.match(wrote):
            trap.note_seal()
        with trap.event("ledger commit", wrote[:40], _ledger_error):
            commit(self, connection)

    def numbered(name: str) -> None:
        call = getattr(DefaultDialect, name)

        def wrapped(
            self: Any, cursor: Any, statement: str, parameters: Any, context: Any = None
        ) -> None:
            if _READS.match(statement):
                call(self, cursor, statement, parameters, context)
                return
            spoken = cursor.connection
            dirty[id(getattr(spoken, "dbapi_connection", spoken))] = statement
            with trap.event("ledger statement", statement[:40], _ledger_error):
                call(self, cursor, statement, parameters, context)

        setattr(DefaultDialect, name, wrapped)

    numbered("do_execute")
    numbered("do_executemany")
    DefaultDialect.do_commit = do_commit  # type: ignore[method-assign]


def _patch_engine(trap: Trap) -> None:
    execute, connect = duckdb.DuckDBPyConnection.execute, duckdb.connect

    def executed(self: Any, query: Any, *given: Any, **named: Any) -> Any:
        if not (isinstance(query, str) and _COPIES.match(query)):
            return execute(self, query, *given, **named)
        target = re.search(r"TO '([^']*)'", query)
        with trap.event("copy", _shown((target.group(1),)) if target else query, _engine_error):
            return execute(self, query, *given, **named)

    def connected(*given: Any, **named: Any) -> Any:
        con = connect(*given, **named)
        # Names of the caller's variables are looked up beyond our frame.
        execute(con, "SET python_scan_all_frames = true")
        return con

    duckdb.DuckDBPyConnection.execute = executed  # type: ignore[method-assign]
    duckdb.connect = connected


def _patch_sinks(trap: Trap) -> None:
    def numbered(owner: type, name: str, label: str) -> None:
        call = getattr(owner, name)

        @functools.wraps(call)
        def wrapped(self: Any, *given: Any, **named: Any) -> Any:
            statement = str(given[0]) if given else ""
            if label == "sink statement" and _READS.match(statement):
                return call(self, *given, **named)
            with trap.event(label, " ".join(statement.split())[:60], _sink_error):
                return call(self, *given, **named)

        setattr(owner, name, wrapped)

    for module in (dbapi, postgresql):
        _patch_connect(trap, module)
    numbered(dbapi.Cursor, "execute", "sink statement")
    numbered(dbapi.Cursor, "adbc_ingest", "sink ingest")
    numbered(dbapi.Connection, "commit", "sink commit")
    numbered(dbapi.Connection, "close", "sink close")


def _patch_connect(trap: Trap, module: Any) -> None:
    connect = module.connect

    def connected(*given: Any, **named: Any) -> Any:
        with trap.event("sink connect", module.__name__, _sink_error):
            return connect(*given, **named)

    module.connect = connected


def _patch_steps(trap: Trap) -> None:
    step = Clock.step

    @contextmanager
    def stepped(self: Clock, name: str) -> Iterator[None]:
        with trap.event("step", f"begin {name}", _os_error):
            pass
        with step(self, name):
            yield
        with trap.event("step", f"end {name}", _os_error):
            pass

    Clock.step = stepped  # type: ignore[method-assign]
