"""Refused values of a night: since when they are refused, which are new, and which are accepted.

A value is new in the first night that refuses it, unless somebody has accepted it. Accepted is a
raw text in its place, whatever mapping refuses it; where there is no raw text, a reason.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from facade.ledger import Ledger
from facade.ledger.refusals import Accepted, Choice
from facade.ledger.runs import CERTIFIED, CHANGES
from facade.snapshots import layers
from facade.snapshots.folder import NightFolder
from facade.sync.engine import count, engine, named
from schemas.layout import content_hash

PAGE = 1_000
HASH = content_hash(
    ("entity", "coalesce(id, '')", "field", "raw", "CASE WHEN raw IS NULL THEN reason END")
)
SAME = ("id", "field", "raw", "reason")
"""What tells refused values of one relation apart."""


@dataclass(frozen=True)
class Refusal:
    """A refused value of the newest night.

    `relation` is `order` or `order.lines`; `record` is the id of the record, `id` that of the row,
    and both are empty where the key itself could not be read. `source` names its columns in the
    CRM. `since` is the first night of those, without a gap, that refused it.
    """

    relation: str
    record: str
    id: str
    field: str
    source: str
    raw: str | None
    reason: str
    since: int
    new: bool
    accepted: bool

    @property
    def entity(self) -> str:
        return self.relation.partition(".")[0]


@dataclass(frozen=True)
class Count:
    """How many values of a field are refused for one reason; `example` is one of the raw texts."""

    relation: str
    field: str
    reason: str
    values: int
    new: int
    accepted: int
    example: str | None


def rows(con: duckdb.DuckDBPyConnection, night: NightFolder, relation: str) -> str | None:
    """SQL for the refused values of one relation; None where the night has no such file.

    A file of an older version does not tell `record` and `since`.
    """
    path = night.refused(relation)
    if not path.is_file():
        return None
    scan = layers.scan([path])
    have = {row[0] for row in con.execute(f"DESCRIBE SELECT * FROM {scan}").fetchall()}
    child = "." in relation
    record = "regexp_extract(id, '^(.*),[^,]*$', 1)" if child else "id"
    record = "record" if "record" in have else f"{record} AS record"
    since = "since" if "since" in have else f"{night.run} AS since"
    return f"SELECT entity, id, {record}, field, source, raw, reason, {since} FROM {scan}"


def with_since(
    con: duckdb.DuckDBPyConnection,
    values: str,
    relation: str,
    night: NightFolder,
    last: NightFolder | None,
) -> str:
    """`values` (SQL) with `since`: the run from which on each value has been refused."""
    known = rows(con, last, relation) if last is not None else None
    if known is None:
        return f"SELECT *, {night.run} AS since FROM ({values})"
    places = ", ".join(SAME)
    same = " AND ".join(f"o.{name} IS NOT DISTINCT FROM n.{name}" for name in SAME)
    return (
        f"SELECT n.*, coalesce(o.since, {night.run}) AS since FROM ({values}) n LEFT JOIN"
        f" (SELECT {places}, min(since) AS since FROM ({known}) GROUP BY {places}) o ON {same}"
    )


def count_new(
    con: duckdb.DuckDBPyConnection, ledger: Ledger, relations: Iterable[str], night: NightFolder
) -> int:
    """Refused values that the last night did not have and nobody has accepted; of a run between
    nights, those that no run had.
    """
    run = ledger.runs.get(night.run)
    between = run is not None and run.kind == CHANGES
    _look(con, relations, night, night.run - 1 if between else _night_before(ledger, night.run))
    if not count(con, "SELECT count(*) FROM refused WHERE fresh"):
        return 0
    _recall(con, ledger)
    places = ", ".join(("entity", *SAME))
    fresh = f"SELECT DISTINCT {places} FROM refused r WHERE fresh AND NOT {_ACCEPTED}"
    return count(con, f"SELECT count(*) FROM ({fresh})")


_ACCEPTED = "EXISTS (SELECT 1 FROM accepted a WHERE a.hash = r.hash)"


def _night_before(ledger: Ledger, run: int) -> int:
    """The number of the night before a run, or of the replay; 0 where there is none. A value that
    came between nights is new in the next one too: there it is looked for.
    """
    found = ledger.runs.last_sealed(CERTIFIED, before=run)
    return 0 if found is None else found.number


def _look(
    con: duckdb.DuckDBPyConnection, relations: Iterable[str], night: NightFolder, before: int
) -> None:
    """The view `refused`: every refused value, with its hash and whether it came after the night
    `before`.

    A row that stands there twice is one value.
    """
    found = [sql for name in relations if (sql := rows(con, night, name)) is not None]
    nothing = (
        "SELECT NULL::VARCHAR AS entity, NULL::VARCHAR AS id, NULL::VARCHAR AS record,"
        " NULL::VARCHAR AS field, NULL::VARCHAR AS source, NULL::VARCHAR AS raw,"
        " NULL::VARCHAR AS reason, NULL::BIGINT AS since WHERE false"
    )
    union = " UNION ALL BY NAME ".join(found or [nothing])
    con.execute(
        "CREATE OR REPLACE VIEW refused AS"
        f" SELECT *, {HASH} AS hash, since > {before} AS fresh FROM ({union})"
    ).fetchall()


def _recall(con: duckdb.DuckDBPyConnection, ledger: Ledger) -> None:
    """The table `accepted`: the hashes of values that somebody accepted."""
    con.execute("CREATE OR REPLACE TABLE accepted (hash VARCHAR)").fetchall()
    for page in ledger.refusals.hashes():
        with named(con, "page", pa.table({"hash": pa.array(page, pa.string())})):
            con.execute("INSERT INTO accepted SELECT hash FROM page").fetchall()


class Refused:
    """The refused values of one sealed night, to be counted, shown and accepted."""

    def __init__(self, con: duckdb.DuckDBPyConnection, night: NightFolder) -> None:
        self._con = con
        self.run = night.run

    @classmethod
    @contextmanager
    def of(cls, var: Path, ledger: Ledger, run: int) -> Iterator[Refused]:
        """Those of a run, beside what the ledger holds as accepted."""
        night, spill = NightFolder.of(var, run), var / "spill"
        spill.mkdir(parents=True, exist_ok=True)
        relations = sorted(path.stem for path in (night.path / "refused").glob("*.parquet"))
        with engine(spill) as con:
            _look(con, relations, night, _night_before(ledger, run))
            _recall(con, ledger)
            con.execute(
                "CREATE OR REPLACE VIEW told AS SELECT entity, coalesce(record, '') AS record,"
                " coalesce(id, '') AS id, field, any_value(source) AS source, raw, reason, since,"
                f" fresh, hash, {_ACCEPTED} AS accepted FROM refused r"
                " GROUP BY entity, record, id, field, raw, reason, since, fresh, hash"
            ).fetchall()
            yield cls(con, night)

    def totals(self, choice: Choice, only_new: bool = False) -> tuple[int, int, int]:
        """How many values fit, how many of them are new, and how many accepted."""
        where, values = _where(choice, only_new)
        (found,) = self._con.execute(f"SELECT {_COUNTS} FROM told{where}", values).fetchall()
        return int(found[0]), int(found[1]), int(found[2])

    def counts(self, choice: Choice, only_new: bool, limit: int) -> list[Count]:
        """By relation, field and reason, the most first in each relation; not more than `limit`."""
        where, values = _where(choice, only_new)
        sql = (
            f"SELECT entity, field, reason, {_COUNTS}, min(raw) FROM told{where}"
            f" GROUP BY entity, field, reason ORDER BY entity, 4 DESC, field, reason LIMIT {limit}"
        )
        return [Count(*row) for row in self._con.execute(sql, values).fetchall()]

    def values(
        self, choice: Choice, only_new: bool, limit: int, skip: int = 0
    ) -> Iterator[Refusal]:
        """By relation, record and field; those new first."""
        where, given = _where(choice, only_new)
        sql = (
            "SELECT entity, record, id, field, source, raw, reason, since,"
            f" {_NEW}, accepted FROM told{where} ORDER BY {_NEW} DESC, entity, id, field, raw"
            f" LIMIT {limit} OFFSET {skip}"
        )
        for row in _paged(self._con, sql, given):
            yield Refusal(*row)

    def known(self, column: str, choice: Choice) -> list[str]:
        """What stands in `field`, `reason` or `entity` of the values that fit."""
        where, values = _where(choice, False)
        sql = f"SELECT DISTINCT {column} FROM told{where} ORDER BY 1"
        return [row[0] for row in self._con.execute(sql, values).fetchall()]

    def records(self, choice: Choice, only_new: bool = False) -> Iterator[tuple[str, str]]:
        """Entity and id of each record with a value that fits."""
        where, values = _where(choice, only_new)
        entity = "split_part(entity, '.', 1)"
        sql = f"SELECT DISTINCT {entity}, record FROM told{where} ORDER BY ALL"
        yield from _paged(self._con, sql, values)

    def acceptable(
        self, choice: Choice, only_new: bool, by: str, at: dt.datetime
    ) -> Iterator[Accepted]:
        """The values that fit and are not accepted yet, as accepted by somebody now."""
        where, values = _where(choice, only_new)
        told = "hash, entity, record, id, field, raw, any_value(reason)"
        sql = (
            f"SELECT {told} FROM (SELECT * FROM told{where}) WHERE NOT accepted"
            " GROUP BY hash, entity, record, id, field, raw"
        )
        for row in _paged(self._con, sql, values):
            yield Accepted(*(*row, by, at))


_NEW = "(fresh AND NOT accepted)"
_COUNTS = f"count(*), count(*) FILTER ({_NEW}), count(*) FILTER (accepted)"


def _where(choice: Choice, only_new: bool) -> tuple[str, list[str]]:
    """A WHERE clause, or nothing, and its values."""
    tests, values = [], []
    if choice.entity is not None:
        tests.append("(entity = ? OR starts_with(entity, ? || '.'))")
        values += [choice.entity, choice.entity]
    given = (("record", choice.record), ("field", choice.field), ("reason", choice.reason))
    for column, value in given:
        if value is not None:
            tests.append(f"{column} = ?")
            values.append(value)
    if only_new:
        tests.append(_NEW)
    return (f" WHERE {' AND '.join(tests)}" if tests else ""), values


def _paged(
    con: duckdb.DuckDBPyConnection, sql: str, values: list[str]
) -> Iterator[tuple[Any, ...]]:
    """Rows of a query; others may be asked while they come."""
    with con.cursor() as cursor:
        cursor.execute(sql, values)
        while page := cursor.fetchmany(PAGE):
            yield from page
