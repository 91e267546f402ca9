"""First step: raw rows out of the CRM's tables, by comparison of (key, stamp) with what is known.

A table with a stamp is read narrow, (key, stamp) of all rows; read in full are the rows whose stamp differs from the known one, is
NULL, or lay within the stamp's grain of the last reading. A table without a stamp is read in full and compared by content.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import duckdb
import pyarrow as pa

from facade.snapshots import partitions
from facade.snapshots.folder import NightFolder
from facade.sync.engine import count, named
from legacy_clients.crm import LegacyCRM
from legacy_clients.odbc.select import TableSelect
from schemas.codecs.codec import Unreadable
from schemas.layout import content_hash
from schemas.mapping import CrmMapping, TableRead
from schemas.sql_form import quoted

CHUNK = 500
"""Keys read by one query."""
WHOLE = 0.2
"""From this share of changed rows on, reading the whole table costs less than reading by key."""
READ_SECONDS = 300.0


@dataclass(frozen=True)
class TableState:
    """What a night knows of one table. `rows` and `digest` are of its current raw; `read` counts rows read in full."""

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


def extract(work: Extraction, name: str, before: dict[str, Any] | None) -> TableState:
    """Bring one table's current raw up to date. `before` is the state that the last night wrote."""
    select = work.crm.table(name)
    now = work.crm.clock()
    known = (
        work.last is not None and before is not None and tuple(before["columns"]) == select.columns
    )
    if known and select.read.stamp and not work.full:
        assert before is not None
        return _by_stamp(work, select, before, now)
    return _by_content(work, select, before if known else None, now)


def _by_content(
    work: Extraction, select: TableSelect, before: dict[str, Any] | None, now: dt.datetime
) -> TableState:
    name = select.read.name
    target = work.night.current(name)
    expected = before["rows"] if before else _expected(work.crm, select)
    with work.crm.port.stream(select.rows()) as stream, named(work.con, "arriving", stream):
        many = expected > partitions.FEW
        partitions.write(work.con, "SELECT * FROM arriving", target, _key(select.read), many)
    total, digest = _digest(work.con, partitions.relation(target), select.columns)
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
    read, con, name = select.read, work.con, select.read.name
    stamp = read.stamp
    assert stamp is not None
    with work.crm.port.stream(select.stamps()) as stream, named(con, "arriving", stream):
        con.execute("CREATE OR REPLACE TEMP TABLE keys AS SELECT * FROM arriving").fetchall()
    known = partitions.relation(work.last.current(name))
    pairs = " AND ".join(
        f"k.{quoted(part)} IS NOT DISTINCT FROM o.{quoted(part)}" for part in read.key
    )
    fresh = before["fresh_from"]
    young = f" OR k.{quoted(stamp)} >= {partitions.text(fresh)}" if fresh else ""
    listed = ", ".join(f"k.{quoted(part)}" for part in read.key)
    columns = ", ".join(quoted(part) for part in dict.fromkeys((*read.key, stamp)))
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE wanted AS SELECT DISTINCT {listed} FROM keys k"
        f" LEFT JOIN (SELECT {columns}, true AS here FROM {known}) o ON {pairs}"
        f" WHERE o.here IS NULL OR k.{quoted(stamp)} IS NULL"
        f" OR k.{quoted(stamp)} IS DISTINCT FROM o.{quoted(stamp)}{young}"
    ).fetchall()
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE gone AS SELECT DISTINCT {listed} FROM {known} k"
        f" WHERE NOT EXISTS (SELECT 1 FROM keys o WHERE {pairs})"
    ).fetchall()
    wanted, gone = (
        count(con, "SELECT count(*) FROM wanted"),
        count(con, "SELECT count(*) FROM gone"),
    )
    total = count(con, "SELECT count(*) FROM keys")
    if wanted > WHOLE * max(total, 1) and wanted > CHUNK:
        return _by_content(work, select, before, now)
    if not wanted and not gone:
        partitions.link(work.last.current(name), work.night.current(name))
        return _state(work, select, before["rows"], 0, 0, False, before["digest"], now)
    _read_wanted(work, select)
    target = work.night.current(name)
    _merge(work, select, known, target)
    total, digest = _digest(con, partitions.relation(target), select.columns)
    return _state(work, select, total, wanted, gone, digest != before["digest"], digest, now)


def _read_wanted(work: Extraction, select: TableSelect) -> None:
    """The rows of the wanted keys, in full, as the temporary table `fresh`."""
    names = select.columns
    schema = pa.schema([pa.field(name, pa.string()) for name in names])
    work.con.execute(
        f"CREATE OR REPLACE TEMP TABLE fresh ({', '.join(f'{quoted(name)} VARCHAR' for name in names)})"
    ).fetchall()
    keys = work.con.execute("SELECT * FROM wanted").fetchall()
    for chunk in _chunks(keys, CHUNK):
        found = work.crm.port.ask(select.rows_of(chunk), READ_SECONDS).rows
        columns = list(zip(*found, strict=True)) or [() for _ in names]
        batch = pa.table([pa.array(column, pa.string()) for column in columns], schema=schema)  # noqa: F841
        work.con.execute("INSERT INTO fresh SELECT * FROM batch").fetchall()
    raw = work.night.raw(select.read.name)
    partitions.write(work.con, "SELECT * FROM fresh", raw, _key(select.read), many=False)


def _merge(work: Extraction, select: TableSelect, known: str, target: Any) -> None:
    """Current raw: what was known, without what changed or is gone, and the fresh rows; untouched buckets are links."""
    assert work.last is not None
    read, con = select.read, work.con
    old = work.last.current(read.name)
    have = partitions.buckets(old)
    many = partitions.ALL not in have
    pairs = " AND ".join(
        f"o.{quoted(part)} IS NOT DISTINCT FROM k.{quoted(part)}" for part in read.key
    )
    key = _key(read)
    touched = {partitions.ALL}
    if many:
        rows = con.execute(
            f"SELECT DISTINCT {partitions.bucket_of(key)} FROM (SELECT * FROM wanted UNION ALL SELECT * FROM gone)"
        ).fetchall()
        touched = {row[0] for row in rows}
    changed = [
        path for path in partitions.files(old) if path.parent.name.partition("=")[2] in touched
    ]
    names = ", ".join(quoted(name) for name in select.columns)
    kept = (
        f"SELECT {names} FROM {partitions.scan(changed)} k"
        f" WHERE NOT EXISTS (SELECT 1 FROM wanted o WHERE {pairs})"
        f" AND NOT EXISTS (SELECT 1 FROM gone o WHERE {pairs}) UNION ALL "
        if changed
        else ""
    )
    partitions.write(con, f"{kept}SELECT {names} FROM fresh", target, key, many)
    partitions.link(old, target, have - touched)


def _replace(last: NightFolder, night: NightFolder, table: str) -> None:
    """What did not change is a link to the earlier night's files."""
    import shutil

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
    """The stamp from which on a row may still change without its stamp moving, in the stamp's own spelling."""
    for mapped in (item for entity in mapping.entities.values() for item in entity.fields.values()):
        column = mapped.column
        if column is None or column.name != read.stamp or not mapped.codec.keeps_order:
            continue
        # In an hour that a clock change repeats, an earlier one is taken: reading more is safe.
        for hours in range(4):
            try:
                moment = now - dt.timedelta(seconds=read.grain, hours=hours)
                return str(mapped.codec.write(moment.replace(microsecond=0))[0])
            except Unreadable:
                continue
    return None


def _digest(
    con: duckdb.DuckDBPyConnection, relation: str, columns: Sequence[str]
) -> tuple[int, str]:
    """Count and order-independent hash sum of raw rows."""
    from schemas.layout import hash_sum

    row = con.execute(
        f"SELECT count(*), {hash_sum('h')}"
        f" FROM (SELECT {content_hash(quoted(name) for name in columns)} AS h FROM {relation})"
    ).fetchall()[0]
    return int(row[0]), f"{row[0]}:{row[1]}"


def _expected(crm: LegacyCRM, select: TableSelect) -> int:
    return int(str(crm.port.ask(select.count(), READ_SECONDS).rows[0][0]).strip())


def _key(read: TableRead) -> str:
    parts = ", ".join(f"coalesce(rtrim({quoted(part)}, ' '), '')" for part in read.key)
    return f"concat_ws('.', {parts})"


def _chunks(keys: list[Any], size: int) -> Iterator[list[Any]]:
    for start in range(0, len(keys), size):
        yield keys[start : start + size]
