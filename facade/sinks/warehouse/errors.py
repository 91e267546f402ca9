"""What ADBC drivers raise, told as sink errors: without SQL, addresses or values of records."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

import duckdb
from adbc_driver_manager import dbapi

from facade.sinks.sink import SinkError, SinkMismatch, SinkRefused, SinkUnreachable

# Classes and codes of SQLSTATE (PostgreSQL, appendix A), the longest match first.
SQLSTATES: dict[str, type[SinkError]] = {
    "42501": SinkRefused,  # insufficient privilege
    "08004": SinkRefused,  # the server turned the connection down; Snowflake's wrong password
    "08": SinkUnreachable,  # connection
    "28": SinkRefused,  # authorization
    "3D": SinkRefused,  # no such database
    "3F": SinkRefused,  # no such schema
    "40": SinkUnreachable,  # deadlock, serialization
    "53": SinkUnreachable,  # disk full, out of memory, too many connections
    "55": SinkUnreachable,  # lock not available
    "57": SinkUnreachable,  # shut down, cancelled
    "22": SinkMismatch,  # a value does not fit
    "23": SinkMismatch,  # a constraint does not hold
    "42": SinkMismatch,  # a table or column is not as expected
}

# What drivers say where they give no SQLSTATE: a pattern, the error, and our words (or theirs,
# where None).
WORDINGS: tuple[tuple[str, type[SinkError], str | None], ...] = (
    (
        r"Could not set lock on file",
        SinkUnreachable,
        "another program has the warehouse file open; close it, or try again later",
    ),
    (
        r"not a valid DuckDB database file",
        SinkMismatch,
        "the file is no DuckDB database; move it away, or give another path",
    ),
    (
        r"(?i)permission denied|read-only|not permitted",
        SinkRefused,
        "the warehouse may not be written: permission denied",
    ),
    (r"(?i)assertion failed", SinkMismatch, None),  # BigQuery's ASSERT
    (r"(?i)no space left|disk.*full|out of memory", SinkUnreachable, None),
    (
        r"(?i)authentication|no password supplied|no pg_hba.conf entry|role \"|database \"",
        SinkRefused,
        None,
    ),
    (
        r"(?i)invalid (port|percent-encoded|URI|connection option)",
        SinkRefused,
        "its address is not understood; it is written postgresql://user:password@host:port/database",
    ),
    (r"(?i)connect|connection|server|timeout|could not translate", SinkUnreachable, None),
    (r"Catalog Error|Binder Error|Conversion Error|Constraint Error", SinkMismatch, None),
)


@contextmanager
def told_as_sink_errors(name: str) -> Iterator[None]:
    """Raise what is raised within as SinkError, with the sink's name in front."""
    try:
        yield
    except SinkError as error:
        raise type(error)(f"{name}: {error}") from error
    except dbapi.Error as error:
        kind, words = judge(error)
        raise kind(f"{name}: {words}") from error
    except duckdb.Error as error:
        first = str(error).splitlines()[0]
        raise SinkError(f"{name}: the files of the night can't be read: {first}") from error


def judge(error: dbapi.Error) -> tuple[type[SinkError], str]:
    """The sink error that a driver's error stands for, and what to say."""
    state = error.sqlstate or ""
    for length in (5, 2):
        if state[:length] in SQLSTATES:
            return SQLSTATES[state[:length]], _server_words(str(error))
    for pattern, kind, words in WORDINGS:
        if re.search(pattern, str(error)):
            return kind, words or _server_words(str(error))
    return SinkError, _server_words(str(error))


def _server_words(message: str) -> str:
    """The first line of what the server itself says, without the statement and the details."""
    said = re.search(r"(?:ERROR|FATAL|PANIC):\s+(.*)", message)
    if said:
        return said.group(1)
    first = re.sub(r"^[A-Z_]+: ", "", message.splitlines()[0]) if message else "no reason given"
    return re.sub(r"'.*'", "…", first)
