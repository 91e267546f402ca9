"""First step: raw rows out of the CRM's tables, by comparison of (key, stamp) with what is known.

A table with a stamp is read narrow, (key, stamp) of all rows; read in full are the rows whose stamp
differs from the known one, is NULL, or lay within the stamp's grain of the last reading. A table
without a stamp is read in full and compared by content.
"""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Collection, Generator, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from facade.snapshots import partitions
from facade.snapshots.folder import NightFolder
from facade.sync.engine import count, named
from facade.sync.guards import guard_deletes
from legacy_clients.crm import LegacyCRM
from legacy_clients.errors import LegacyError
from legacy_clients.odbc.messages import Query
from legacy_clients.odbc.port import Port
from legacy_clients.odbc.select import TableSelect
from schemas.codecs.codec import Unreadable
from schemas.fields import Instant
from schemas.layout import content_hash, hash_sum
from schemas.mapping import CrmMapping, TableRead
from schemas.source import OWN, ColumnName
from schemas.sql_form import quoted

CELLS = 1_500_000
"""Values read at once where a driver holds a whole result in memory; two such pages are held."""
CHUNK = 500
"""Keys read by one query."""
WHOLE = 0.2
"""From this share of changed rows on, reading the whole table costs less than reading by key."""
READ_SECONDS = 300.0


@dataclass(frozen=True)
class TableState:
    """What a night knows of one table.

    `rows` and `digest` are of its current raw; `read` counts rows read in full.
    """

    rows: int
    read: int
    deleted: int
    changed: bool
    digest: str
    columns: tuple[str, ...]
    fresh_from: str | None
    read_at: str

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True)
class Extraction:
    """The parts that reading a table needs."""

    con: duckdb.DuckDBPyConnection
    crm: LegacyCRM
    night: NightFolder
    last: NightFolder | None
    full: bool
    accepted: Collection[str] = field(default=())


def extract(work: Extraction, name: str, before: dict[str, Any] | None) -> TableState:
    """Bring one table's current raw up to date. `before` is the state that the last night wrote.

    Raises LegacyError, and NightStopped where too many of the rows are gone.
    """
    select = work.crm.table(name)
    now = work.crm.clock()
    known = before if work.last is not None and before is not None else None
    if known is not None and tuple(known["columns"]) != select.columns:
        known = None
    # A stamp tells nothing of what was written after the clock had been set back to it.
    turned_back = known is not None and now < dt.datetime.fromisoformat(known["read_at"])
    if known is None or not select.read.stamp or work.full or turned_back:
        state = _by_content(work, select, known, now)
    else:
        state = _by_stamp(work, select, known, now)
    if known is not None:
        guard_deletes(f"rows of table {name}", state.deleted, known["rows"], work.accepted)
    return state


def _by_content(
    work: Extraction, select: TableSelect, before: dict[str, Any] | None, now: dt.datetime
) -> TableState:
    name = select.read.name
    target = work.night.current(name)
    with _arriving(work, select.pages(CELLS // len(select.columns))):
        # In one bucket: it takes half the time, and the first merge makes more of them.
        arriving = "SELECT * FROM arriving"
        partitions.write(work.con, arriving, target, _key(select.read), many=False)
    total, digest = digest_of(work.con, partitions.relation(target), select.columns)
    changed = before is None or before["digest"] != digest
    if not changed:
        assert work.last is not None
        _replace(work.last, work.night, name)
    partitions.link(target, work.night.raw(name))
    deleted = max(0, before["rows"] - total) if before else 0
    return _state(work, select, total, total, deleted, changed, digest, now)


def _by_stamp(
    work: Extraction, select: TableSelect, before: dict[str, Any], now: dt.datetime
) -> TableState:
    assert work.last is not None
    con, name = work.con, select.read.name
    known = work.last.current(name)
    with _arriving(work, [select.stamps()]):
        con.execute("CREATE OR REPLACE TEMP TABLE keys AS SELECT * FROM arriving").fetchall()
    _find_wanted(con, select.read, partitions.relation(known), before["fresh_from"])
    total = count(con, "SELECT count(*) FROM keys")
    wanted = count(con, "SELECT count(*) FROM wanted")
    gone = count(con, "SELECT count(*) FROM gone")
    if wanted > WHOLE * max(total, 1) and wanted > CHUNK:
        return _by_content(work, select, before, now)
    if not wanted and not gone:
        partitions.link(known, work.night.current(name))
        return _state(work, select, before["rows"], 0, 0, False, before["digest"], now)
    if not _read_wanted(work, select):
        return _by_content(work, select, before, now)
    target = work.night.current(name)
    _merge(work, select, target)
    total, digest = digest_of(con, partitions.relation(target), select.columns)
    changed = digest != before["digest"]
    if not changed:
        _replace(work.last, work.night, name)
    return _state(work, select, total, wanted, gone, changed, digest, now)


def _find_wanted(
    con: duckdb.DuckDBPyConnection, read: TableRead, known: str, fresh: str | None
) -> None:
    """The temporary tables `wanted`, keys to read in full, and `gone`, keys that are no more.

    Compared are the stamps of each key with how many rows bear them, so that of two rows with one
    key neither hides the other.
    """
    assert read.stamp is not None
    stamp = quoted(read.stamp)
    key = ", ".join(quoted(part) for part in read.key)
    both = ", ".join(quoted(part) for part in dict.fromkeys((*read.key, read.stamp)))
    here = f"SELECT 1 FROM keys h WHERE {_same(read, 'h', 'd')}"
    con.execute(
        "CREATE OR REPLACE TEMP TABLE differing AS"
        f" SELECT DISTINCT {key} FROM (SELECT {both}, 1 AS n FROM keys"
        f" UNION ALL SELECT {both}, -1 AS n FROM {known}) GROUP BY {both} HAVING sum(n) <> 0"
    ).fetchall()
    young = f" OR {stamp} >= {partitions.text(fresh)}" if fresh else ""
    con.execute(
        "CREATE OR REPLACE TEMP TABLE wanted AS"
        f" SELECT {key} FROM differing d WHERE EXISTS ({here})"
        f" UNION SELECT {key} FROM keys WHERE {stamp} IS NULL{young}"
    ).fetchall()
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE gone AS SELECT {key} FROM differing d"
        f" WHERE NOT EXISTS ({here})"
    ).fetchall()


def _read_wanted(work: Extraction, select: TableSelect) -> bool:
    """The rows of the wanted keys, in full, as the temporary table `fresh`.

    False where a key did not bring its row: gone since, or not to be asked for (NULL, bytes).
    """
    names, con = select.columns, work.con
    schema = pa.schema([pa.field(name, pa.string()) for name in names])
    columns = ", ".join(f"{quoted(name)} VARCHAR" for name in names)
    con.execute(f"CREATE OR REPLACE TEMP TABLE fresh ({columns})").fetchall()
    keys = con.execute("SELECT * FROM wanted").fetchall()
    for chunk in _chunks(keys, CHUNK):
        found = work.crm.port.ask(select.rows_of(chunk), READ_SECONDS).rows
        texts = list(zip(*found, strict=True)) or [() for _ in names]
        batch = pa.table([pa.array(column, pa.string()) for column in texts], schema=schema)
        with named(con, "batch", batch):
            con.execute("INSERT INTO fresh SELECT * FROM batch").fetchall()
    came = f"SELECT 1 FROM fresh f WHERE {_same(select.read, 'f', 'w')}"
    if count(con, f"SELECT count(*) FROM wanted w WHERE NOT EXISTS ({came})"):
        return False
    raw = work.night.raw(select.read.name)
    partitions.write(con, "SELECT * FROM fresh", raw, _key(select.read), many=False)
    return True


def _merge(work: Extraction, select: TableSelect, target: Path) -> None:
    """Current raw: what was known, less what changed or is gone, and the fresh rows.

    Untouched buckets are links.
    """
    assert work.last is not None
    read, con = select.read, work.con
    old = work.last.current(read.name)
    have = partitions.buckets(old)
    many = count(con, "SELECT count(*) FROM keys") > partitions.FEW
    key = _key(read)
    touched = have
    if many and partitions.ALL not in have:
        rows = con.execute(
            f"SELECT DISTINCT {partitions.bucket_of(key)}"
            " FROM (SELECT * FROM wanted UNION ALL SELECT * FROM gone)"
        ).fetchall()
        touched = {row[0] for row in rows}
    names = ", ".join(quoted(name) for name in select.columns)
    rows_now = f"SELECT {names} FROM fresh"
    changed = partitions.files(old, touched)
    if changed:
        rows_now = (
            f"SELECT {names} FROM {partitions.scan(changed)} k"
            f" WHERE NOT EXISTS (SELECT 1 FROM wanted o WHERE {_same(read, 'o', 'k')})"
            f" AND NOT EXISTS (SELECT 1 FROM gone o WHERE {_same(read, 'o', 'k')})"
            f" UNION ALL {rows_now}"
        )
    # Links first: a relation with nothing in it at all is written as one empty bucket.
    partitions.link(old, target, have - touched)
    partitions.write(con, rows_now, target, key, many)


def _replace(last: NightFolder, night: NightFolder, table: str) -> None:
    """What did not change is a link to the earlier night's files."""
    shutil.rmtree(night.current(table))
    partitions.link(last.current(table), night.current(table))


def _state(
    work: Extraction,
    select: TableSelect,
    rows: int,
    read: int,
    deleted: int,
    changed: bool,
    digest: str,
    now: dt.datetime,
) -> TableState:
    fresh = _fresh_from(work.crm.mapping, select.read, now)
    return TableState(rows, read, deleted, changed, digest, select.columns, fresh, now.isoformat())


def _fresh_from(mapping: CrmMapping, read: TableRead, now: dt.datetime) -> str | None:
    """The stamp, as spelled, from which on a row may still change without its stamp moving."""
    stamp = ColumnName(OWN, read.stamp or "")
    for entity in mapping.entities.values():
        if entity.shape.table != read.name:
            continue
        for mapped in entity.fields.values():
            if not isinstance(mapped.leaf.field, Instant) or stamp not in mapped.source.columns:
                continue
            place = mapped.source.columns.index(stamp)
            # Spellings whose order is not that of time begin with the date, of whatever zone.
            margin = dt.timedelta(seconds=read.grain, days=0 if mapped.codec.keeps_order else 2)
            # In an hour that a clock change repeats, an earlier one: reading more is safe.
            for hours in range(4):
                moment = (now - margin - dt.timedelta(hours=hours)).replace(microsecond=0)
                try:
                    return str(mapped.codec.write(moment)[place])
                except Unreadable:
                    continue
    return None


def digest_of(
    con: duckdb.DuckDBPyConnection, relation: str, columns: Sequence[str]
) -> tuple[int, str]:
    """Count and order-independent hash sum of raw rows."""
    row = con.execute(
        f"SELECT count(*), {hash_sum('h')}"
        f" FROM (SELECT {content_hash(quoted(name) for name in columns)} AS h FROM {relation})"
    ).fetchall()[0]
    return int(row[0]), f"{row[0]}:{row[1]}"


def _key(read: TableRead) -> str:
    parts = ", ".join(f"coalesce(rtrim({quoted(part)}, ' '), '')" for part in read.key)
    return f"concat_ws('.', {parts})"


def _same(read: TableRead, left: str, right: str) -> str:
    """The condition that two rows bear one key."""
    return " AND ".join(
        f"{left}.{quoted(part)} IS NOT DISTINCT FROM {right}.{quoted(part)}" for part in read.key
    )


@contextmanager
def _arriving(work: Extraction, queries: Iterable[Query]) -> Iterator[None]:
    """The rows of queries under the name `arriving`, once. Raises LegacyError."""
    failures: list[LegacyError] = []
    arriving = _batches(work.crm.port, queries, failures)
    schema: pa.Schema = next(arriving)
    try:
        with named(work.con, "arriving", pa.RecordBatchReader.from_batches(schema, arriving)):
            yield
    except duckdb.Error as error:
        # The engine tells a failed read as one of its own.
        if failures:
            raise failures[0] from error
        raise
    finally:
        arriving.close()


def _batches(
    port: Port, queries: Iterable[Query], failures: list[LegacyError]
) -> Generator[Any, None, None]:
    """The schema of the first query's result, then the batches of all; a failure is noted.

    While one result is read the database already works on the next.
    """
    waiting = iter(queries)

    def opened() -> pa.RecordBatchReader | None:
        query = next(waiting, None)
        return None if query is None else port.stream(query)

    with ThreadPoolExecutor(1, "reading-ahead") as ahead:
        following = ahead.submit(opened)
        known = False
        try:
            while (stream := following.result()) is not None:
                following = ahead.submit(opened)
                with stream:
                    if not known:
                        yield stream.schema
                        known = True
                    yield from stream
        except LegacyError as error:
            failures.append(error)
            raise
        finally:
            _give_up(following)


def _give_up(following: Future[pa.RecordBatchReader | None]) -> None:
    """Close a result that nobody will read."""
    if following.exception() is None and (stream := following.result()) is not None:
        stream.close()


def _chunks(keys: list[Any], size: int) -> Iterator[list[Any]]:
    for start in range(0, len(keys), size):
        yield keys[start : start + size]
