"""First step: raw rows out of the CRM's tables, by comparison of (key, stamp) with what is known.

A table with a stamp is read narrow, (key, stamp) of all rows; read in full are the rows whose stamp
differs from the known one, is NULL, or lay within the stamp's grain of the last reading. A table
without a stamp is read in full and compared by content. One that tells itself what has changed
since a mark is believed, until the next sweep.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

import duckdb

from facade.snapshots import layers
from facade.snapshots.folder import NightFolder
from facade.sync import current
from facade.sync.arriving import CHUNK, arriving, chunks, telling_table, texts
from facade.sync.cluster import Crew
from facade.sync.engine import count, named
from facade.sync.guards import guard_backwards, guard_deletes
from facade.sync.spread import read_by_ranges
from facade.sync.stamps import fresh_from, newer_before
from legacy_clients.crm import LegacyCRM
from legacy_clients.errors import Outgrown
from legacy_clients.tables import Changed, Changing, MarkLost, Ranged, Table
from schemas.mapping import TableRead
from schemas.sql_form import quoted

WHOLE = 0.04
"""From this share of changed rows on, reading the whole table costs less than reading by key."""
HEAVY = 500_000
"""From so many rows on, what compares them needs the memory that reading them took."""
OUTGROWN = 3
"""So often a reading is begun again whose values grew meanwhile."""
CONTENT, STAMP, CHANGES = "content", "stamp", "changes"
"""How a table was read: whole, by the stamps of all rows, or by what its source called changed."""


@dataclass(frozen=True)
class TableState:
    """What a night knows of one table.

    `rows` and `digest` are of its current raw; `read` counts rows read in full. `mark` is where its
    own changes go on, `swept_at` when all of it was last seen.
    """

    rows: int
    read: int
    deleted: int
    changed: bool
    digest: str
    columns: tuple[str, ...]
    fresh_from: str | None
    read_at: str
    way: str = CONTENT
    swept_at: str | None = None
    mark: str | None = None

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True)
class Extraction:
    """The parts that reading a table needs. `again` are keys to be read in any case: a relation by
    table. A crew, if there is one, shares the reading of whole tables.
    """

    con: duckdb.DuckDBPyConnection
    crm: LegacyCRM
    night: NightFolder
    last: NightFolder | None
    full: bool
    accepted: Collection[str] = field(default=())
    again: Mapping[str, str] = field(default_factory=dict)
    crew: Crew | None = None


def extract(work: Extraction, name: str, before: dict[str, Any] | None) -> TableState:
    """Bring one table's current raw up to date. `before` is the state that the last night wrote.

    Raises LegacyError, and NightStopped where too many of the rows are gone.
    """
    with telling_table(name):
        for _ in range(OUTGROWN):
            # Somebody wrote a longer value than all that were measured: they are measured anew.
            with suppress(Outgrown):
                return _extracted(work, name, before)
        return _extracted(work, name, before)


def _extracted(work: Extraction, name: str, before: dict[str, Any] | None) -> TableState:
    table = work.crm.table(name)
    now = work.crm.clock()
    last = before if work.last is not None else None
    known = last if last is not None and tuple(last["columns"]) == table.columns else None
    # A stamp tells nothing of what was written after the clock had been set back to it.
    turned_back = known is not None and now < dt.datetime.fromisoformat(known["read_at"])
    if known is None or work.full or turned_back:
        state = _by_content(work, table, known, now)
    elif table.read.stamp:
        state = _by_stamp(work, table, known, now)
    elif isinstance(table, Changing) and not _sweep_due(table, known, now):
        state = _by_changes(work, table, known, now)
    else:
        state = _by_content(work, table, known, now)
    if last is not None:
        # Under other columns nothing is compared by content, and rows that are gone are gone.
        gone = state.deleted if known is not None else max(0, last["rows"] - state.rows)
        guard_deletes(f"rows of table {name}", gone, last["rows"], work.accepted)
    if known is not None and state.changed:
        assert work.last is not None
        guard_backwards(
            f"rows of table {name}",
            newer_before(work.con, work.crm.mapping, table.read, work.night, work.last),
            work.accepted,
        )
    return state


def _by_content(
    work: Extraction, table: Table, before: dict[str, Any] | None, now: dt.datetime
) -> TableState:
    name = table.read.name
    target = work.night.current(name)
    mark = _read_whole(work, table, target, now)
    total, digest = current.total(work.con, layers.relation(target))
    changed = before is None or before["digest"] != digest
    if not changed:
        assert work.last is not None
        current.stand(work.last, work.night, name)
    elif before is not None:
        assert work.last is not None
        if total >= HEAVY:
            work.crm.rest()
        old, new = (layers.relation(it.current(name)) for it in (work.last, work.night))
        current.note_touched(work.con, old, new, total, work.night.touched(name))
    layers.link(target, work.night.raw(name))
    deleted = max(0, before["rows"] - total) if before else 0
    state = _state(work, table, total, total, deleted, changed, digest, now)
    return replace(state, mark=mark)


def _read_whole(work: Extraction, table: Table, target: Path, now: dt.datetime) -> str | None:
    """Write all rows of a table as its current raw; the mark from which its changes go on."""
    if (
        work.crew is not None
        and isinstance(table, Ranged)
        and read_by_ranges(work.con, work.crew, table, work.night, target)
    ):
        return None
    reading = table.whole(now)
    with arriving(work.con, reading):
        rows = current.fingerprinted("SELECT * FROM arriving", table.columns)
        layers.write(work.con, rows, target)
    return reading.mark


def _by_stamp(
    work: Extraction, select: Table, before: dict[str, Any], now: dt.datetime
) -> TableState:
    assert work.last is not None
    con, name = work.con, select.read.name
    known = work.last.current(name)
    with arriving(work.con, select.stamped()):
        con.execute("CREATE OR REPLACE TEMP TABLE keys AS SELECT * FROM arriving").fetchall()
    again = work.again.get(name)
    _find_wanted(con, select.read, layers.relation(known), before["fresh_from"], again)
    total = count(con, "SELECT count(*) FROM keys")
    wanted = count(con, "SELECT count(*) FROM wanted")
    gone = count(con, "SELECT count(*) FROM gone")
    if wanted > WHOLE * max(total, 1) and wanted > CHUNK:
        return _by_content(work, select, before, now)
    if not wanted and not gone:
        layers.link(known, work.night.current(name))
        state = _state(work, select, before["rows"], 0, 0, False, before["digest"], now)
        return replace(state, way=STAMP, swept_at=before.get("swept_at"))
    if not _read_wanted(work, select):
        return _by_content(work, select, before, now)
    current.merge(con, select.read, select.columns, work.night, work.last)
    total, digest = current.total(con, layers.relation(work.night.current(name)))
    changed = digest != before["digest"]
    if not changed:
        current.stand(work.last, work.night, name)
    state = _state(work, select, total, wanted, gone, changed, digest, now)
    return replace(state, way=STAMP, swept_at=before.get("swept_at"))


def _sweep_due(table: Changing, before: dict[str, Any], now: dt.datetime) -> bool:
    """Nothing forces a source to tell every change: from time to time all of it is read."""
    swept = before.get("swept_at")
    return (
        before.get("mark") is None
        or swept is None
        or now - dt.datetime.fromisoformat(swept) >= table.sweep
    )


def _by_changes(
    work: Extraction, table: Changing, before: dict[str, Any], now: dt.datetime
) -> TableState:
    """What the source itself tells of, put onto what is known.

    A mark that the source does not know any more has all read again.
    """
    assert work.last is not None
    con, read = work.con, table.read
    known = work.last.current(read.name)
    try:
        changed = table.changed(before["mark"], now)
    except MarkLost:
        return _by_content(work, table, before, now)
    with arriving(work.con, changed.rows):
        con.execute("CREATE OR REPLACE TEMP TABLE fresh AS SELECT * FROM arriving").fetchall()
    _find_gone(con, table, changed, layers.relation(known))
    if not _read_missing(work, table, changed, layers.relation(known)):
        return _by_content(work, table, before, now)
    if not _read_again(work, table):
        return _by_content(work, table, before, now)
    key = ", ".join(quoted(part) for part in read.key)
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE wanted AS SELECT DISTINCT {key} FROM fresh"
    ).fetchall()
    came, gone = count(con, "SELECT count(*) FROM fresh"), count(con, "SELECT count(*) FROM gone")
    if came:
        current.write_fresh(work.con, table.columns, work.night.raw(table.read.name))
    total, digest, differs = before["rows"], before["digest"], False
    if came or gone:
        current.merge(con, table.read, table.columns, work.night, work.last)
        total, digest = current.total(con, layers.relation(work.night.current(read.name)))
        differs = digest != before["digest"]
    if not differs:
        current.stand(work.last, work.night, read.name)
    state = _state(work, table, total, came, gone, differs, digest, now)
    return replace(state, way=CHANGES, swept_at=before["swept_at"], mark=changed.rows.mark)


def _find_gone(con: duckdb.DuckDBPyConnection, table: Table, changed: Changed, known: str) -> None:
    """The temporary table `gone`: known keys that are told to be, or are not among all keys. A row
    that came all the same was brought back since.
    """
    read = table.read
    key = ", ".join(quoted(part) for part in read.key)
    told = changed.gone if changed.keys is None else changed.keys
    with named(con, "told", texts(read.key, told)):
        listed = f"EXISTS (SELECT 1 FROM told t WHERE {_alike(read, 't', 'k')})"
        test = listed if changed.keys is None else f"NOT {listed}"
        came = f"SELECT 1 FROM fresh f WHERE {current.same(read, 'f', 'k')}"
        con.execute(
            f"CREATE OR REPLACE TEMP TABLE gone AS SELECT DISTINCT {key} FROM {known} k"
            f" WHERE {test} AND NOT EXISTS ({came})"
        ).fetchall()


def _read_missing(work: Extraction, table: Table, changed: Changed, known: str) -> bool:
    """Rows of which only their key is told, read now. False where one did not come."""
    if changed.keys is None:
        return True
    con, read = work.con, table.read
    with named(con, "told", texts(read.key, changed.keys)):
        missing = con.execute(
            f"SELECT * FROM told k WHERE NOT EXISTS"
            f" (SELECT 1 FROM {known} o WHERE {_alike(read, 'o', 'k')})"
            f" AND NOT EXISTS (SELECT 1 FROM fresh f WHERE {_alike(read, 'f', 'k')})"
        ).fetchall()
    for chunk in chunks(missing, CHUNK):
        found = table.picked(chunk)
        if len(found) < len(chunk):
            return False
        _add_fresh(con, table, found)
    return True


def _read_again(work: Extraction, table: Table) -> bool:
    """Rows that somebody asked for, and that the source does not tell of. False where one did not
    come, or none can be asked for.
    """
    asked, listing = work.again.get(table.read.name), table.read.listing
    if asked is None:
        return True
    key = ", ".join(quoted(part) for part in table.read.key)
    here = " OR ".join(
        f"EXISTS (SELECT 1 FROM {name} f WHERE {current.same(table.read, 'f', 'a')})"
        for name in ("fresh", "gone")
    )
    missing = work.con.execute(
        f"SELECT DISTINCT {key} FROM {asked} a WHERE NOT ({here})"
    ).fetchall()
    if missing and listing is not None and listing.pick is None:
        return False
    for chunk in chunks(missing, CHUNK):
        found = table.picked(chunk)
        if len(found) < len(chunk):
            return False
        _add_fresh(work.con, table, found)
    return True


def _find_wanted(
    con: duckdb.DuckDBPyConnection,
    read: TableRead,
    known: str,
    fresh: str | None,
    again: str | None,
) -> None:
    """The temporary tables `wanted`, keys to read in full, and `gone`, keys that are no more.

    Compared are the stamps of each key with how many rows bear them, so that of two rows with one
    key neither hides the other.
    """
    assert read.stamp is not None
    stamp = quoted(read.stamp)
    key = ", ".join(quoted(part) for part in read.key)
    both = ", ".join(quoted(part) for part in dict.fromkeys((*read.key, read.stamp)))
    here = f"SELECT 1 FROM keys h WHERE {current.same(read, 'h', 'd')}"
    con.execute(
        "CREATE OR REPLACE TEMP TABLE differing AS"
        f" SELECT DISTINCT {key} FROM (SELECT {both}, 1 AS n FROM keys"
        f" UNION ALL SELECT {both}, -1 AS n FROM {known}) GROUP BY {both} HAVING sum(n) <> 0"
    ).fetchall()
    young = f" OR {stamp} >= {layers.text(fresh)}" if fresh else ""
    asked = f" UNION SELECT {key} FROM {again} d WHERE EXISTS ({here})" if again else ""
    con.execute(
        "CREATE OR REPLACE TEMP TABLE wanted AS"
        f" SELECT {key} FROM differing d WHERE EXISTS ({here})"
        f" UNION SELECT {key} FROM keys WHERE {stamp} IS NULL{young}{asked}"
    ).fetchall()
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE gone AS SELECT {key} FROM differing d"
        f" WHERE NOT EXISTS ({here})"
    ).fetchall()


def _read_wanted(work: Extraction, select: Table) -> bool:
    """The rows of the wanted keys, in full, as the temporary table `fresh`.

    False where a key did not bring its row: gone since, or not to be asked for (NULL, bytes).
    """
    con = work.con
    columns = ", ".join(f"{quoted(name)} VARCHAR" for name in select.columns)
    con.execute(f"CREATE OR REPLACE TEMP TABLE fresh ({columns})").fetchall()
    keys = con.execute("SELECT * FROM wanted").fetchall()
    for chunk in chunks(keys, CHUNK):
        _add_fresh(con, select, select.picked(chunk))
    came = f"SELECT 1 FROM fresh f WHERE {current.same(select.read, 'f', 'w')}"
    if count(con, f"SELECT count(*) FROM wanted w WHERE NOT EXISTS ({came})"):
        return False
    current.write_fresh(work.con, select.columns, work.night.raw(select.read.name))
    return True


def _add_fresh(
    con: duckdb.DuckDBPyConnection, table: Table, rows: Sequence[tuple[Any, ...]]
) -> None:
    with named(con, "batch", texts(table.columns, rows)):
        con.execute("INSERT INTO fresh SELECT * FROM batch").fetchall()


def _state(
    work: Extraction,
    select: Table,
    rows: int,
    read: int,
    deleted: int,
    changed: bool,
    digest: str,
    now: dt.datetime,
) -> TableState:
    fresh = fresh_from(work.crm.mapping, select.read, now)
    told = now.isoformat()
    return TableState(
        rows, read, deleted, changed, digest, select.columns, fresh, told, swept_at=told
    )


def _alike(read: TableRead, left: str, right: str) -> str:
    """The same of keys that were told apart from their rows: blanks behind them say nothing."""
    return " AND ".join(
        f"rtrim({left}.{quoted(part)}, ' ') = rtrim({right}.{quoted(part)}, ' ')"
        for part in read.key
    )
