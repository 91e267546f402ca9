"""Real database servers for tests: on a free loopback port, with their data in a temporary folder.

    with MariaDB.start(tmp_path) as server:
        server.execute("CREATE TABLE t (id INT)")
        pyodbc.connect(server.odbc)

A server or driver that this machine lacks skips the test and says so; with `CI=true` it fails it.
"""

from __future__ import annotations

import contextlib
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO, Any, ClassVar, Self

import pyodbc
import pytest

# From 2.3.12 on, unixODBC keeps closed connections and hands them out again by default: to a server
# since killed, and with the autocommit of their last user (a row inserted so was lost).
pyodbc.pooling = False

STARTUP_SECONDS = 30.0  # a bound for a machine under load; each takes 1 to 3 seconds
STOP_SECONDS = 20.0
ATTEMPTS = 3

# Beside PATH: Debian keeps servers out of users' PATH, Homebrew keeps versions apart.
BINARY_FOLDERS = (
    "/usr/sbin",
    "/usr/local/sbin",
    "/usr/lib/postgresql/*/bin",
    "/usr/pgsql-*/bin",
    "/opt/homebrew/opt/*/bin",
    "/usr/local/opt/*/bin",
)


def odbc_drivers() -> frozenset[str]:
    """The names of the ODBC drivers that the driver manager knows."""
    return frozenset(pyodbc.drivers())


def free_port() -> int:
    """A TCP port of the loopback that nobody listens on now."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def lacking(what: str) -> None:
    """Skip the running test for want of `what`; fail it where `CI` is "true"."""
    reason = f"{what} is missing: `tools/system-packages demo tests` installs it"
    if os.environ.get("CI") == "true":
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason)


def binary(*names: str) -> str:
    """The path of the first of these programs that this machine has; the newest version of it."""
    for name in names:
        if found := shutil.which(name):
            return found
        for pattern in BINARY_FOLDERS:
            found_there = sorted(Path("/").glob(f"{pattern[1:]}/{name}"), key=_version)
            if found_there:
                return str(found_there[-1])
    lacking(f"the program {names[0]}")
    raise AssertionError("unreachable")


def _version(program: Path) -> tuple[int, ...]:
    digits = "".join(c if c.isdigit() else " " for c in str(program))
    return tuple(int(number) for number in digits.split())


def _children(pid: int) -> list[int]:
    """The ids of the processes that this process started."""
    listing = subprocess.run(
        ["ps", "-A", "-o", "pid=,ppid="], capture_output=True, text=True, check=True
    ).stdout
    pairs = (line.split() for line in listing.splitlines())
    return [int(child) for child, parent in pairs if int(parent) == pid]


class Server:
    """A database server of our own; use one of its kinds below.

    `odbc` is its connection string, `url` its address for libraries that take one, `pid` the
    server's process id. Database, user and password are all "facade"; the user may do everything.
    """

    name: ClassVar[str]
    driver: ClassVar[str]
    stop_signal: ClassVar[signal.Signals]
    port: int
    odbc: str
    url: str

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.log = folder / "server.log"
        self._process: subprocess.Popen[bytes] | None = None

    @classmethod
    @contextlib.contextmanager
    def start(cls, folder: Path) -> Iterator[Self]:
        """Run a new, empty server with its data under `folder`, and stop it afterwards."""
        if cls.driver not in odbc_drivers():
            lacking(f"the ODBC driver {cls.driver!r}")
        with cls._own_folder(folder) as own:
            server = cls(own)
            server._install()
            try:
                server._start_on_a_free_port()
                yield server
            finally:
                server.stop()

    @property
    def pid(self) -> int:
        return self._running().pid

    def execute(self, *statements: str) -> list[tuple[Any, ...]]:
        """Run each statement in a transaction of its own; the rows of the last, if it has any."""
        rows: list[tuple[Any, ...]] = []
        with contextlib.closing(self.connect()) as connection:
            for statement in statements:
                cursor = connection.execute(statement)
                rows = [tuple(row) for row in cursor.fetchall()] if cursor.description else []
                cursor.close()
        return rows

    def insert(self, table: str, rows: Sequence[Sequence[object]]) -> None:
        """Put these rows into the table, values in the order of its columns; all or none."""
        marks = ", ".join("?" * len(rows[0]))
        with contextlib.closing(pyodbc.connect(self.odbc)) as connection:
            # Right for bound text, which MariaDB's driver else stores wrongly from about 128
            # characters on; wrong for letters beyond ASCII in the statement itself (so no
            # connection has both, and `execute` leaves it alone).
            connection.setencoding("utf-8")
            cursor = connection.cursor()
            cursor.executemany(f"INSERT INTO {table} VALUES ({marks})", rows)
            cursor.close()
            connection.commit()

    def connect(self) -> pyodbc.Connection:
        """A new connection that commits each statement; the caller closes it."""
        return pyodbc.connect(self.odbc, autocommit=True)

    def client(self) -> list[str]:
        """The command line of this server's own client program, connected to the database."""
        raise NotImplementedError

    def stop(self) -> None:
        """Let the server close its files and end; nothing where it is not running."""
        if self._process is None:
            return
        self._process.send_signal(self.stop_signal)
        try:
            self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.kill9()
        self._process = None

    def kill9(self) -> None:
        """End the server, and what it started, with no chance to finish anything."""
        process = self._running()
        children = _children(process.pid)
        process.kill()
        for child in children:
            with contextlib.suppress(ProcessLookupError):
                os.kill(child, signal.SIGKILL)
        process.wait(STOP_SECONDS)
        self._process = None

    def restart(self) -> None:
        """Start the server again on its port and data, after stopping it where it still runs."""
        self.stop()
        self._launch()

    def _install(self) -> None:
        """Make an empty data folder."""
        raise NotImplementedError

    def _command(self) -> list[str]:
        """The server's command line, in the foreground on `port`."""
        raise NotImplementedError

    def _prepare(self) -> None:
        """What a new server needs once it answers."""

    def _odbc_ready(self) -> str:
        """A connection string that works as soon as the server answers."""
        return self.odbc

    def _address(self, port: int) -> None:
        """Set `port`, `odbc` and `url`."""
        raise NotImplementedError

    @classmethod
    @contextlib.contextmanager
    def _own_folder(cls, folder: Path) -> Iterator[Path]:
        own = folder / cls.name
        own.mkdir()
        yield own

    @classmethod
    def _account(cls) -> dict[str, Any]:
        """The account that the server runs under, in the words of `subprocess.Popen`."""
        return {}

    def _start_on_a_free_port(self) -> None:
        for attempt in range(ATTEMPTS):
            self._address(free_port())
            try:
                self._launch()
            except RuntimeError:
                # Another process may have taken the port since it was found free.
                if attempt == ATTEMPTS - 1:
                    raise
            else:
                break
        self._prepare()

    def _launch(self) -> None:
        command = self._command()
        if setpriv := shutil.which("setpriv"):
            # Ends with the test run, however that ends.
            command = [setpriv, "--pdeathsig", "KILL", "--", *command]
        with self.log.open("ab") as log:
            self._process = self._spawn(command, log)
        deadline = time.monotonic() + STARTUP_SECONDS
        while time.monotonic() < deadline:
            if self._process.poll() is not None:
                self._process = None
                raise RuntimeError(f"{self.name} did not start:\n{self._log_tail()}")
            try:
                pyodbc.connect(self._odbc_ready(), autocommit=True).close()
            except pyodbc.Error as error:
                refusal = error
                time.sleep(0.05)
            else:
                return
        self.kill9()
        raise TimeoutError(
            f"{self.name} did not answer in {STARTUP_SECONDS:.0f} s ({refusal}):"
            f"\n{self._log_tail()}"
        )

    def _spawn(self, command: list[str], log: IO[bytes]) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            command,
            cwd=self.folder,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,  # Ctrl-C in the terminal is the test run's, not the server's
            **self._account(),
        )

    def _run(self, *command: str) -> None:
        done = subprocess.run(
            command, cwd=self.folder, capture_output=True, text=True, **self._account()
        )
        if done.returncode:
            raise RuntimeError(f"{command[0]} failed:\n{done.stdout}\n{done.stderr}")

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is None:
            raise RuntimeError(f"{self.name} is not running")
        return self._process

    def _log_tail(self) -> str:
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-20:])


class MariaDB(Server):
    """A MariaDB server: utf8mb4, no configuration but this one."""

    name = "mariadb"
    driver = "MariaDB Unicode"
    stop_signal = signal.SIGTERM

    def client(self) -> list[str]:
        return [
            binary("mariadb", "mysql"),
            "--no-defaults",
            "--protocol=tcp",
            "--host=127.0.0.1",
            f"--port={self.port}",
            "--user=facade",
            "--password=facade",
            "--default-character-set=utf8mb4",
            "facade",
        ]

    def _install(self) -> None:
        (self.folder / "init.sql").write_text(
            "CREATE DATABASE IF NOT EXISTS facade CHARACTER SET utf8mb4;\n"
            "CREATE USER IF NOT EXISTS facade@'127.0.0.1' IDENTIFIED BY 'facade';\n"
            "GRANT ALL ON *.* TO facade@'127.0.0.1' WITH GRANT OPTION;\n"
        )
        self._run(
            binary("mariadb-install-db", "mysql_install_db"),
            *self._options(),
            "--auth-root-authentication-method=normal",
            "--skip-test-db",
        )

    def _command(self) -> list[str]:
        return [
            binary("mariadbd", "mysqld"),
            *self._options(),
            f"--port={self.port}",
            "--bind-address=127.0.0.1",
            "--skip-name-resolve",
            "--socket=server.sock",  # beside the data; a whole path may be too long for a socket
            f"--pid-file={self.folder / 'server.pid'}",
            f"--init-file={self.folder / 'init.sql'}",
            "--character-set-server=utf8mb4",
            "--innodb-buffer-pool-size=64M",
            "--innodb-flush-log-at-trx-commit=2",  # outlives kill -9, if not a loss of power
        ]

    def _options(self) -> list[str]:
        options = ["--no-defaults", f"--datadir={self.folder / 'data'}"]
        options.append("--innodb-log-file-size=16M")
        if os.geteuid() == 0:
            options.append("--user=root")
        return options

    def _address(self, port: int) -> None:
        self.port = port
        self.odbc = (
            f"DRIVER={{{self.driver}}};SERVER=127.0.0.1;PORT={port};DATABASE=facade;"
            "UID=facade;PWD=facade;CHARSET=utf8mb4;CONN_TIMEOUT=5"
        )
        self.url = f"mysql://facade:facade@127.0.0.1:{port}/facade"


class PostgreSQL(Server):
    """A PostgreSQL server: UTF-8, collation C, no fsync, everybody on the loopback trusted.

    It refuses to run as root: then it runs as `postgres` or `nobody`, in a folder of that user.
    """

    name = "postgresql"
    driver = "PostgreSQL Unicode"
    stop_signal = signal.SIGINT  # end connections, then stop

    def client(self) -> list[str]:
        return [binary("psql"), "--no-psqlrc", "--quiet", f"--dbname={self.url}"]

    @classmethod
    @contextlib.contextmanager
    def _own_folder(cls, folder: Path) -> Iterator[Path]:
        if os.geteuid() != 0:
            with super()._own_folder(folder) as own:
                yield own
            return
        # The test run's folders are closed to other users.
        own = Path(tempfile.mkdtemp(prefix="facade-tests-postgresql-"))
        try:
            account = cls._account()
            os.chown(own, account["user"], account["group"])
            yield own
        finally:
            shutil.rmtree(own)

    @classmethod
    def _account(cls) -> dict[str, Any]:
        if os.geteuid() != 0:
            return {}
        known = {entry.pw_name: entry for entry in pwd.getpwall()}
        entry = known.get("postgres") or known["nobody"]
        return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}

    def _install(self) -> None:
        self._run(
            binary("initdb"),
            f"--pgdata={self.folder / 'data'}",
            "--username=facade",
            "--auth=trust",
            "--encoding=UTF8",
            "--locale=C",
            "--no-sync",
            "--no-instructions",
        )

    def _command(self) -> list[str]:
        settings = {
            "listen_addresses": "127.0.0.1",
            "unix_socket_directories": "",
            "fsync": "off",
            "shared_buffers": "64MB",
            "max_connections": "60",
        }
        options = [word for key, value in settings.items() for word in ("-c", f"{key}={value}")]
        return [binary("postgres"), "-D", str(self.folder / "data"), "-p", str(self.port), *options]

    def _prepare(self) -> None:
        with contextlib.closing(pyodbc.connect(self._odbc_ready(), autocommit=True)) as connection:
            connection.execute("CREATE DATABASE facade").close()

    def _odbc_ready(self) -> str:
        return self.odbc.replace("DATABASE=facade", "DATABASE=postgres")

    def _address(self, port: int) -> None:
        self.port = port
        self.odbc = (
            f"DRIVER={{{self.driver}}};SERVER=127.0.0.1;PORT={port};DATABASE=facade;"
            "UID=facade;PWD=facade"
        )
        self.url = f"postgresql://facade:facade@127.0.0.1:{port}/facade"
