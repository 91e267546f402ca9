"""The kit that a user runs against a database of their own: does its driver do what we rely on?

It reads. Only what is asked for by name does more: `disruptive` ends sessions of its own, `scratch`
makes a table and drops it. What it finds goes into a receipt without values or secrets.
"""

from __future__ import annotations

import contextlib
import hashlib
import platform
import secrets
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib.metadata import version
from typing import Any

import pyodbc

from legacy_clients.errors import LegacyError, Misconfigured, TimedOut
from legacy_clients.odbc.canaries import CHANGED, REFUSED, Outcome, first_row, same, self_test
from legacy_clients.odbc.connection_string import attributes, completed
from legacy_clients.odbc.drivers import Profile
from legacy_clients.odbc.failures import translated
from legacy_clients.odbc.link import LOGIN_SECONDS
from legacy_clients.odbc.messages import Column, Query
from legacy_clients.odbc.port import Port, open_port
from legacy_clients.odbc.select import FlatSelect, Tables, Test
from legacy_clients.odbc.veil import MARK
from schemas.mapping import Shape
from schemas.source import OWN, ColumnName

pyodbc.pooling = False

WELL, MIND, WRONG, UNTRIED = "well", "mind", "wrong", "not tried"
"""As it should be; to be known; not to be relied on; not asked for, or not possible here."""
SECONDS = 120.0
_ASKS = 20
_PAGE = 500
_SLOW_SECONDS = 30
_LATE = 1.0
_GRACE = 0.6
"""How much later than its deadline an answer may be given up: a hanging driver is killed then."""
_OFF_SECONDS = 5.0
_WHERE = ("SERVER", "SERVERNAME", "HOST", "PORT", "DATABASE", "DBQ", "DSN")

Figures = dict[str, int | float | str]


@dataclass(frozen=True)
class Asked:
    """What the user asked for. `string` is the ODBC connection string, `page` the code page.

    `key` are the columns that tell the rows of `table` apart; its first column where it is empty.
    """

    string: str = field(repr=False)
    page: str = "utf-8"
    table: str | None = None
    key: tuple[str, ...] = ()
    rows: int = 10_000
    disruptive: bool = False
    scratch: str | None = None


@dataclass(frozen=True)
class Finding:
    """What one check found. `figures` are numbers and types, never values."""

    check: str
    verdict: str
    words: str
    figures: Figures = field(default_factory=dict)


Found = tuple[str, str, Figures]


class Kit:
    """The checks, over one port. Raises what a port raises where there is no connection at all."""

    def __init__(self, asked: Asked) -> None:
        self.asked = asked
        self.port = open_port(asked.string, asked.page, connections=1)
        self._sample: Sample | None = None

    def close(self) -> None:
        self.port.close()

    def findings(self) -> Iterator[Finding]:
        """Each check in turn; one that fails costs itself. A lost connection ends all."""
        begun = time.monotonic()
        self.port.clock()
        yield Finding("connection", WELL, "stands", {"first_ms": _ms(begun)})
        for name, check in CHECKS.items():
            try:
                verdict, words, figures = check(self)
            except LegacyError as error:
                verdict, words, figures = WRONG, f"{type(error).__name__}: {error}", {}
            yield Finding(name, verdict, words, figures)

    @property
    def sample(self) -> Sample | None:
        """The rows of the table that was asked for, read once; None where none was."""
        if self._sample is None and self.asked.table is not None:
            self._sample = Sample(self.port, self.asked.table, self.asked.key, self.asked.rows)
        return self._sample


class Sample:
    """The first rows of a table, in the database's own order of its key."""

    def __init__(self, port: Port, table: str, key: Sequence[str], rows: int) -> None:
        self._port, self.table, self._tables = port, table, Tables(port)
        self.columns = tuple(self._tables.columns(table).values())
        self.key = tuple(key) or (self.columns[0].name,)
        self.own = tuple(self._tables.column(table, None, name) for name in self.key)
        self.bound: str | None = None
        bound = self._query(self.own[:1], port.profile.carry_by_row, order=True).sql
        last = port.ask(Query(f"{bound} {port.profile.nth.format(skipped=rows - 1)}"), SECONDS).rows
        self.bound = last[0][0] if last else None

    def ordered(self) -> list[tuple[Any, ...]]:
        """The keys, as the database orders them."""
        query = self._query(self.own, self._port.profile.carry_by_row, order=True)
        return self._port.ask(query, SECONDS).rows

    def by_row(self) -> list[tuple[Any, ...]]:
        query = self._query(self.columns, self._port.profile.carry_by_row)
        return self._port.ask(query, SECONDS).rows

    def in_bulk(self) -> list[tuple[Any, ...]]:
        query = self._query(self.columns, self._port.profile.carry_in_bulk)
        with self._port.stream(query, stall=SECONDS) as stream:
            columns = [column.to_pylist() for column in stream.read_all().columns]
        return list(zip(*columns, strict=True))

    def paged(self, most: int) -> list[tuple[Any, ...]]:
        """The keys page by page, as the API goes through a table; it ends behind `most`."""
        names = [ColumnName(OWN, name) for name in self.key]
        shape = Shape(table=self.table, query=None, key=self.key)
        select = FlatSelect(self._port, self._tables, shape, names)
        tests = [] if self.bound is None else [Test(names[0], "<=", (self.bound,))]
        found: list[tuple[Any, ...]] = []
        order = [(name, False) for name in names]
        while len(found) <= most:
            after = found[-1] if found else None
            query = select.query(tests, order, after, _PAGE)
            page = self._port.ask(query, SECONDS).rows
            found += page
            if len(page) < _PAGE:
                break
        return found

    def different(self) -> int:
        """How many keys the database tells apart."""
        name = self._name(self.own[0])
        where, params = self._within()
        sql = f"SELECT CAST(COUNT(DISTINCT {name}) AS CHAR(20)) FROM {self._source()}{where}"
        [[count]] = self._port.ask(Query(sql, params), SECONDS).rows
        return int(count)

    def _query(
        self, columns: Sequence[Column], carry: Callable[..., str], order: bool = False
    ) -> Query:
        carried = ", ".join(
            f"{carry(self._name(it), it)} AS c{place}" for place, it in enumerate(columns)
        )
        where, params = self._within()
        ordered = f" ORDER BY {', '.join(self._name(it) for it in self.own)}" if order else ""
        return Query(f"SELECT {carried} FROM {self._source()}{where}{ordered}", params)

    def _within(self) -> tuple[str, tuple[str, ...]]:
        if self.bound is None:
            return "", ()
        return f" WHERE {self._name(self.own[0])} <= ?", (self.bound,)

    def _name(self, column: Column) -> str:
        return f"{self._tables.quote(OWN)}.{self._tables.quote(column.name)}"

    def _source(self) -> str:
        whole = ".".join(map(self._tables.quote, self.table.split(".")))
        return f"{whole} {self._tables.quote(OWN)}"


def _latency(kit: Kit) -> Found:
    taken = []
    for _ in range(_ASKS):
        begun = time.monotonic()
        kit.port.clock()
        taken.append(_ms(begun))
    median, worst = statistics.median(taken), max(taken)
    return WELL, f"{median:.1f} ms, at worst {worst:.1f} ms", {"median": median, "worst": worst}


def _clock(kit: Kit) -> Found:
    off = (kit.port.clock() - datetime.now(UTC)).total_seconds()
    verdict = WELL if abs(off) < _OFF_SECONDS else MIND
    return verdict, f"{off:+.1f} s from ours", {"off_seconds": round(off, 1)}


def _values_by_row(kit: Kit) -> Found:
    return _judged(self_test(kit.port, kit.asked.page))


def _values_in_bulk(kit: Kit) -> Found:
    return _judged(self_test(kit.port, kit.asked.page, bulk=True))


def _judged(outcomes: Sequence[Outcome]) -> Found:
    """Values changed without a word are wrong; refused ones are to be known."""
    changed = [it.name for it in outcomes if it.verdict == CHANGED]
    refused = [it.name for it in outcomes if it.verdict == REFUSED]
    figures: Figures = {"tried": len(outcomes), "changed": len(changed), "refused": len(refused)}
    told = [f"{len(outcomes)} values"]
    told += [f"changed without a word: {', '.join(changed)}"] if changed else []
    told += [f"refused: {', '.join(refused)}"] if refused else []
    return (WRONG if changed else MIND if refused else WELL), "; ".join(told), figures


def _deadline(kit: Kit) -> Found:
    """A statement of 30 s is asked for within one: it must end then, and the next be answered."""
    slow = Query(kit.port.profile.slow.format(seconds=_SLOW_SECONDS))
    begun = time.monotonic()
    try:
        kit.port.ask(slow, _LATE)
    except TimedOut:
        late = time.monotonic() - begun - _LATE
    else:
        return WRONG, "a slow statement did not run as long as it should", {}
    begun = time.monotonic()
    kit.port.clock()
    figures: Figures = {"late_ms": round(late * 1000, 1), "next_ms": _ms(begun)}
    words = f"given up {late * 1000:.0f} ms after its time; the next answer took {_ms(begun)} ms"
    return (WELL if late < _GRACE else WRONG), words, figures


def _cut(kit: Kit) -> Found:
    """A session is ended from another one: who asks next gets an answer all the same (L9)."""
    profile = kit.port.profile
    if not kit.asked.disruptive:
        return UNTRIED, "asked for with --disruptive", {}
    if profile.own_session is None or profile.kill is None:
        return UNTRIED, "the database has no sessions", {}
    asked = Query(profile.own_session)
    [[before]] = kit.port.ask(asked, SECONDS).rows
    with (
        contextlib.closing(open_port(kit.asked.string, connections=1)) as other,
        contextlib.suppress(LegacyError),  # whether it was done shows in what follows
    ):
        other.ask(Query(profile.kill.format(number=int(before))), SECONDS)
    time.sleep(0.2)
    begun = time.monotonic()
    [[after]] = kit.port.ask(asked, SECONDS).rows
    figures: Figures = {"answered_ms": _ms(begun)}
    if before == after:
        return UNTRIED, "the account may not end its own sessions", figures
    return WELL, f"noticed; answered on another connection in {_ms(begun)} ms", figures


def _account(kit: Kit) -> Found:
    only = kit.port.read_only()
    if only is None:
        return UNTRIED, "the database has no grants", {}
    return (WELL, "may only read", {}) if only else (MIND, "may write: it should only read", {})


def _paging(kit: Kit) -> Found:
    sample = kit.sample
    if sample is None:
        return UNTRIED, "asked for with --table", {}
    native = sample.ordered()
    figures: Figures = {"rows": len(native)}
    if len(set(native)) < len(native):
        return MIND, "the key does not tell all rows apart: give it with --key", figures
    if any(None in key for key in native):
        return MIND, "the key is NULL in some rows: give another with --key", figures
    paged = sample.paged(len(native))
    figures["paged"] = len(paged)
    if native != paged:
        return WRONG, "pages do not bring the rows that the database orders", figures
    return WELL, f"{len(paged):,} rows in their order, none twice, none missed", figures


def _bulk(kit: Kit) -> Found:
    """The same rows both ways, and how fast."""
    sample = kit.sample
    if sample is None:
        return UNTRIED, "asked for with --table", {}
    begun = time.monotonic()
    rows = sample.by_row()
    row_seconds = time.monotonic() - begun
    begun = time.monotonic()
    bulk = sample.in_bulk()
    bulk_seconds = time.monotonic() - begun
    figures: Figures = {
        "rows": len(rows),
        "columns": len(sample.columns),
        "rows_a_second": round(len(rows) / row_seconds),
        "rows_a_second_in_bulk": round(len(bulk) / bulk_seconds),
    }
    if sorted(rows, key=repr) != sorted(bulk, key=repr):
        figures["types"] = ", ".join(_differing(sample.columns, rows, bulk))
        return WRONG, "rows and bulk do not hold the same values", figures
    speeds = f"{figures['rows_a_second']:,} a second, {figures['rows_a_second_in_bulk']:,} in bulk"
    return WELL, f"{len(rows):,} rows are the same both ways; {speeds}", figures


def _differing(
    columns: Sequence[Column], rows: Sequence[tuple[Any, ...]], bulk: Sequence[tuple[Any, ...]]
) -> list[str]:
    """The declared types of columns whose values differ."""
    return sorted(
        {
            column.type
            for place, column in enumerate(columns)
            if sorted(repr(row[place]) for row in rows) != sorted(repr(row[place]) for row in bulk)
        }
    )


def _page(kit: Kit) -> Found:
    """Texts that are none in the declared code page."""
    sample = kit.sample
    if sample is None:
        return UNTRIED, "asked for with --table", {}
    places = [n for n, it in enumerate(sample.columns) if _holds_text(it)]
    strange = sum(
        1 for row in sample.by_row() for n in places if row[n] is not None and row[n][:1] == MARK
    )
    figures: Figures = {"page": kit.asked.page, "not_text": strange}
    if strange:
        return MIND, f"{strange:,} values are no text in {kit.asked.page}", figures
    return WELL, f"all texts are text in {kit.asked.page}", figures


def _holds_text(column: Column) -> bool:
    return any(word in column.type.lower() for word in ("char", "text", "clob"))


def _collation(kit: Kit) -> Found:
    """Whether the database orders and tells apart keys as bytes do."""
    sample = kit.sample
    if sample is None:
        return UNTRIED, "asked for with --table", {}
    keys = [key[0] for key in sample.ordered() if key[0] is not None]
    apart, ours = sample.different(), len(set(keys))
    bytewise = keys == sorted(keys)
    figures: Figures = {
        "type": sample.own[0].type,
        "order": "bytes" if bytewise else "its own",
        "apart": apart,
        "apart_by_bytes": ours,
    }
    if apart != ours:
        words = f"the database takes {ours - apart:,} keys for others, such as by capitals"
        return MIND, words, figures
    return WELL, f"keys are told apart as by bytes; their order is {figures['order']}", figures


def _scratch(kit: Kit) -> Found:
    """The canaries in a table made for them, read with the types that the database declares."""
    if kit.asked.scratch is None:
        return UNTRIED, "asked for with --scratch", {}
    table = f"{kit.asked.scratch}.facade_qualify_{secrets.token_hex(4)}"
    quote = kit.port.dialect.identifier_preparer.quote_identifier
    whole = ".".join(map(quote, table.split(".")))
    canaries = kit.port.profile.canaries
    columns = ", ".join(f"c{place} {it.declared}" for place, it in enumerate(canaries))
    values = ", ".join(it.sql for it in canaries)
    with contextlib.closing(_connected(kit.asked, kit.port.profile)) as connection:
        try:
            with _made(connection, whole, columns):
                connection.execute(f"INSERT INTO {whole} VALUES ({values})").close()
                return _judged(_stored(kit, table, whole))
        except pyodbc.Error as error:
            told = translated(error, kit.port.profile.name)
            return UNTRIED, f"the table could not be made: {told}", {}


@contextlib.contextmanager
def _made(connection: pyodbc.Connection, whole: str, columns: str) -> Iterator[None]:
    """A table, until the end; also where Ctrl-C comes while it is being made."""
    made = True
    try:
        try:
            connection.execute(f"CREATE TABLE {whole} ({columns})").close()
        except pyodbc.Error:
            made = False
            raise
        yield
    finally:
        if made:
            _drop(connection, whole)


def _drop(connection: pyodbc.Connection, whole: str) -> None:
    try:
        connection.execute(f"DROP TABLE IF EXISTS {whole}").close()
    except pyodbc.Error as error:
        raise Misconfigured(f"the table {whole} could not be dropped: drop it yourself") from error


def _stored(kit: Kit, table: str, whole: str) -> list[Outcome]:
    profile, canaries = kit.port.profile, kit.port.profile.canaries
    described = kit.port.describe(table)
    found = []
    for bulk, carry in ((False, profile.carry_by_row), (True, profile.carry_in_bulk)):
        carried = ", ".join(f"{carry(it.name, it)} AS {it.name}" for it in described)
        texts = first_row(kit.port, Query(f"SELECT {carried} FROM {whole}"), bulk)
        found += [
            Outcome(it.name + (" in bulk" if bulk else ""), "exact" if kept else CHANGED)
            for it, text in zip(canaries, texts, strict=True)
            for kept in [same(text, it.text, kit.asked.page)]
        ]
    return found


def _connected(asked: Asked, profile: Profile) -> pyodbc.Connection:
    """A connection that may write, for the table that was asked for: ports only read."""
    string = completed(asked.string, profile.options, profile.demands)
    try:
        return pyodbc.connect(string, autocommit=True, timeout=LOGIN_SECONDS)
    except pyodbc.Error as error:
        raise translated(error, profile.name, connecting=True) from error


CHECKS: dict[str, Callable[[Kit], Found]] = {
    "latency": _latency,
    "clock": _clock,
    "account": _account,
    "values by row": _values_by_row,
    "values in bulk": _values_in_bulk,
    "deadline": _deadline,
    "lost connection": _cut,
    "paging": _paging,
    "bulk and rows": _bulk,
    "code page": _page,
    "keys": _collation,
    "stored values": _scratch,
}


def receipt(asked: Asked, profile: Profile, findings: Sequence[Finding]) -> dict[str, Any]:
    """All that was found, as JSON: no values, no secrets; where the database is only as a hash."""
    given = attributes(asked.string)
    place = "\0".join(given.get(name, "") for name in _WHERE)
    return {
        "kit": 1,
        "made": datetime.now(UTC).isoformat(timespec="seconds"),
        "driver": profile.name,
        "server": hashlib.sha256(place.encode()).hexdigest()[:16],
        "page": asked.page,
        "versions": _versions(asked, profile),
        "verdict": verdict(findings),
        "checks": [
            {"check": it.check, "verdict": it.verdict, "words": it.words, "figures": it.figures}
            for it in findings
        ],
    }


def verdict(findings: Sequence[Finding]) -> str:
    """The worst of all."""
    verdicts = {it.verdict for it in findings}
    return next(word for word in (WRONG, MIND, WELL) if word in verdicts)


def _versions(asked: Asked, profile: Profile) -> dict[str, str]:
    found = {
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.release()}",
        **{name: version(name) for name in ("pyodbc", "arrow-odbc", "sqlalchemy")},
    }
    told = {"driver": pyodbc.SQL_DRIVER_VER, "database": pyodbc.SQL_DBMS_VER}
    with (
        contextlib.suppress(LegacyError, pyodbc.Error),
        contextlib.closing(_connected(asked, profile)) as connection,
    ):
        found |= {name: str(connection.getinfo(what)) for name, what in told.items()}
    return found


def _ms(begun: float) -> float:
    return round((time.monotonic() - begun) * 1000, 1)
