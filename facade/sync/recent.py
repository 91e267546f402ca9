"""Between nights: of some entities the rows whose stamps are recent, and what belongs to them.

Recent is what the CRM has stamped since it was last read, by its own clock, and a declared overlap
before. Rows of tables without a stamp that are joined to such a row, or are its children, are read
with it. All else is taken to be as it was, and left to the night; a run says so.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from facade.snapshots import layers
from facade.snapshots.folder import NightFolder
from facade.sync import current
from facade.sync.arriving import CHUNK, arriving, chunks, telling_table, texts
from facade.sync.engine import count, named
from facade.sync.errors import LeftToNight, NightStopped
from facade.sync.extract import Extraction
from facade.sync.guards import guard_backwards
from facade.sync.stamps import fresh_from, newer_before, stamping
from legacy_clients.tables import Stamped
from schemas.codecs.codec import MARK
from schemas.mapping import CrmMapping, EntityMapping, Join, Shape, TableRead
from schemas.source import OWN
from schemas.sql_form import quoted

RECENT, BESIDE = "recent", "beside"
"""How a table was read: by recent stamps, or for the rows that belong to such."""
LEFT = (
    "rows that are gone",
    "rows committed later than the overlap, or with an older stamp or none",
    "children and joined rows that changed without their record's stamp",
)
"""What no run between nights looks at."""


class NothingNew(Exception):
    """No row that was read is another than is known."""


def can_follow(mapping: CrmMapping, entity: EntityMapping) -> str | None:
    """Why an entity cannot be read by recent stamps, in words; None where it can."""
    table = entity.shape.table
    read = mapping.tables[table]
    if read.listing is not None:
        return f"it comes from the services' list {table}, and not from a database"
    if read.stamp is None:
        return f"its table {table} has no stamp in the mapping"
    moments = [mapped.codec.keeps_order for mapped, _ in stamping(mapping, read)]
    if not moments or not all(moments):
        return (
            f"no field reads the stamp {read.stamp} of its table {table} as a moment whose order"
            " the database knows"
        )
    return None


def chosen_entities(mapping: CrmMapping, wanted: Collection[str]) -> tuple[str, ...]:
    """The entities that a run between nights reads: those wanted, or all that it can. Raises
    LeftToNight.
    """
    whys = {name: can_follow(mapping, entity) for name, entity in mapping.entities.items()}
    able = tuple(name for name, why in whys.items() if why is None)
    for name in wanted:
        if whys[name] is not None:
            known = f"; between nights can be read: {', '.join(able)}" if able else ""
            raise LeftToNight(
                f"{name} has no recent stamps to ask for: {whys[name]}. Leave it to the night,"
                f" `facade sync {name}`{known}"
            )
    if not able:
        raise LeftToNight("no entity has recent stamps to ask for: leave all to `facade sync`")
    return tuple(name for name in mapping.entities if name in (wanted or able))


@dataclass
class Recent:
    """One run's reading. `before` are the tables' states as the last run wrote them."""

    work: Extraction
    before: Mapping[str, Mapping[str, Any]]
    overlap: dt.timedelta
    found: dict[str, dict[str, Any]] = field(default_factory=dict)
    since: dict[str, str] = field(default_factory=dict)
    _rows: dict[str, list[str]] = field(default_factory=dict)
    _asked: dict[str, list[str]] = field(default_factory=dict)
    _made: int = 0

    def read(self, entities: Iterable[str]) -> dict[str, dict[str, Any]]:
        """The states of all tables of the mapping. Raises LegacyError, NightStopped, NothingNew."""
        mapping = self.work.crm.mapping
        shapes = [mapping.entities[name] for name in entities]
        now = self.work.crm.clock()
        for table in dict.fromkeys(entity.shape.table for entity in shapes):
            with telling_table(table):
                self._recent(table, now)
        for entity in shapes:
            self._beside(entity)
        for table in list(self._asked):
            self._merged(table)
        for table, state in self.before.items():
            if table in mapping.tables and table not in self.found:
                self._link(table)
                self.found[table] = dict(state) | {"read": 0, "deleted": 0, "changed": False}
        if not any(state["changed"] for state in self.found.values()):
            raise NothingNew
        return {name: self.found[name] for name in mapping.tables}

    # Rows with recent stamps

    def _recent(self, name: str, now: dt.datetime) -> None:
        table, known = self._table(name), self.before[name]
        if now < dt.datetime.fromisoformat(known["read_at"]):
            raise NightStopped(
                f"table {name}: the CRM's clock is behind the last reading, so that nobody can say"
                " what is recent: run `facade sync`"
            )
        since = self._since(table.read, known)
        self.since[name] = since
        con = self.work.con
        with arriving(self.work.con, table.recent(since)):
            con.execute("CREATE OR REPLACE TEMP TABLE keys AS SELECT * FROM arriving").fetchall()
        held = layers.relation(self._last.current(name))
        self._find_wanted(table.read, held, known["fresh_from"])
        wanted = con.execute("SELECT * FROM wanted").fetchall()
        rows = self._empty(table)
        for part in chunks(wanted, CHUNK):
            self._add(rows, table, table.picked(part))
        here = f"SELECT 1 FROM {rows} f WHERE {current.same(table.read, 'f', 'w')}"
        came = count(con, f"SELECT count(*) FROM wanted w WHERE EXISTS ({here})")
        self._rows[name] = [rows]
        self._put(name, f"SELECT {_key_list(table.read)} FROM {rows}", rows)
        state = self.found[name]
        if came == len(wanted):
            fresh = fresh_from(self.work.crm.mapping, table.read, now)
            state |= {"read_at": now.isoformat(), "fresh_from": fresh}
        # A row that was gone between the two questions: asked for again by the next run.
        state |= {"way": RECENT}
        if state["changed"]:
            newer = newer_before(
                con, self.work.crm.mapping, table.read, self.work.night, self._last
            )
            guard_backwards(f"rows of table {name}", newer, self.work.accepted)

    def _since(self, read: TableRead, known: Mapping[str, Any]) -> str:
        moment = dt.datetime.fromisoformat(known["read_at"]) - self.overlap
        since = fresh_from(self.work.crm.mapping, read, moment)
        if since is None or known["fresh_from"] is None:
            raise NightStopped(
                f"table {read.name}: the last reading's time cannot be written as its stamp"
                f" {read.stamp} is: run `facade sync`"
            )
        return min(since, str(known["fresh_from"]))

    def _find_wanted(self, read: TableRead, held: str, fresh: str) -> None:
        """The temporary table `wanted`: recent keys with a stamp that is not known of them, or that
        may stay while the row changes.
        """
        assert read.stamp is not None
        stamp, key = quoted(read.stamp), _key_list(read)
        self.work.con.execute(
            f"CREATE OR REPLACE TEMP TABLE wanted AS SELECT DISTINCT {key} FROM keys n"
            f" WHERE {stamp} >= {layers.text(fresh)} OR NOT EXISTS"
            f" (SELECT 1 FROM {held} o WHERE {current.same(read, 'o', 'n')}"
            f" AND o.{stamp} IS NOT DISTINCT FROM n.{stamp})"
        ).fetchall()

    # What belongs to them

    def _beside(self, entity: EntityMapping) -> None:
        [own] = self._rows[entity.shape.table]
        self._joined(entity.shape, own)
        for children in entity.children.values():
            for source in children.sources:
                if source.shape is not None:
                    rows = self._of(
                        source.shape.table,
                        [child for child, _ in source.shape.parent],
                        [parent for _, parent in source.shape.parent],
                        own,
                    )
                    if rows is not None:
                        self._joined(source.shape, rows)

    def _joined(self, shape: Shape, own: str) -> None:
        """Follow the joins from the rows `own`, step by step."""
        steps = {OWN: own}
        for branch in shape.branches:
            alias = branch.on[0][1].alias
            pairs = [(mine, theirs.name) for mine, theirs in branch.on if theirs.alias == alias]
            if alias not in steps:
                continue
            mine, theirs = [one for one, _ in pairs], [other for _, other in pairs]
            rows = self._of(branch.table, mine, theirs, steps[alias])
            if rows is not None and isinstance(branch, Join):
                steps[branch.alias] = rows

    def _of(
        self, name: str, columns: Sequence[str], others: Sequence[str], rows: str
    ) -> str | None:
        """The rows of a table whose `columns` hold what `others` hold in `rows`, as SQL names them;
        None where the table is left to the night.
        """
        table = self.work.crm.table(name)
        if name in self._rows and name in self.found:
            return self._known_of(name, columns, others, rows)
        if not isinstance(table, Stamped) or name not in self.before:
            return None
        self._demand_columns(table)
        padded = [table.padded(one) for one in columns]
        asked, fresh, con = self._name("asked"), self._empty(table), self.work.con
        con.execute(f"CREATE TEMP TABLE {asked} AS {self._values(others, rows, columns, padded)}")
        alike = " AND ".join(
            f"rtrim(x.{quoted(one)}, ' ') = a.{quoted(one)}"
            if trimmed
            else f"x.{quoted(one)} = a.{quoted(one)}"
            for one, trimmed in zip(columns, padded, strict=True)
        )
        with telling_table(name):
            for part in chunks(con.execute(f"SELECT * FROM {asked}").fetchall(), CHUNK):
                with named(con, "told", texts(columns, part)):
                    # A collation may take for one what is two to us.
                    those = f"EXISTS (SELECT 1 FROM told a WHERE {alike})"
                    self._add(fresh, table, table.holding(columns, part), those)
        self._rows.setdefault(name, []).append(fresh)
        self._asked.setdefault(name, []).append(f"EXISTS (SELECT 1 FROM {asked} a WHERE {alike})")
        return fresh

    def _known_of(self, name: str, columns: Sequence[str], others: Sequence[str], rows: str) -> str:
        """The same of a table that has stamps of its own, as it is known by now."""
        held = layers.relation(self.work.night.current(name))
        alike = " AND ".join(
            f"rtrim(x.{quoted(one)}, ' ') = rtrim(r.{quoted(other)}, ' ')"
            for one, other in zip(columns, others, strict=True)
        )
        kept = self._name("known")
        self.work.con.execute(
            f"CREATE TEMP TABLE {kept} AS SELECT * FROM {held} x"
            f" WHERE EXISTS (SELECT 1 FROM {rows} r WHERE {alike})"
        ).fetchall()
        return kept

    def _values(
        self, others: Sequence[str], rows: str, columns: Sequence[str], padded: Sequence[bool]
    ) -> str:
        """SQL for what `others` hold in `rows`, under the names of `columns`."""
        listed = ", ".join(
            f"rtrim({quoted(other)}, ' ') AS {quoted(one)}"
            if trimmed
            else f"{quoted(other)} AS {quoted(one)}"
            for one, other, trimmed in zip(columns, others, padded, strict=True)
        )
        # What came as bytes is no text to ask for.
        some = " AND ".join(
            f"{quoted(other)} IS NOT NULL AND NOT starts_with({quoted(other)}, {layers.text(MARK)})"
            for other in others
        )
        return f"SELECT DISTINCT {listed} FROM {rows} WHERE {some}"

    def _merged(self, name: str) -> None:
        """Put the rows that were read beside others onto what is known of their table."""
        read = self.work.crm.mapping.tables[name]
        held = layers.relation(self._last.current(name))
        tests = " OR ".join(self._asked[name])
        rows = self._name("fresh")
        self.work.con.execute(f"CREATE TEMP TABLE {rows} AS FROM {self._rows[name][0]}")
        for later in self._rows[name][1:]:
            # Of a row that was read twice the later reading counts.
            same = f"EXISTS (SELECT 1 FROM {later} l WHERE {current.same(read, 'l', 'f')})"
            self.work.con.execute(
                f"CREATE OR REPLACE TEMP TABLE {rows} AS"
                f" SELECT * FROM {rows} f WHERE NOT {same} UNION ALL SELECT * FROM {later}"
            ).fetchall()
        key = _key_list(read)
        keys = f"SELECT {key} FROM {rows} UNION SELECT {key} FROM {held} x WHERE {tests}"
        self._put(name, keys, rows)
        self.found[name] |= {"way": BESIDE}

    # Both

    def _put(self, name: str, keys: str, rows: str) -> None:
        """The table's current raw: what is known, without these keys, and the rows; its state."""
        con, work, known = self.work.con, self.work, self.before[name]
        table = self._table(name)
        con.execute(f"CREATE OR REPLACE TEMP TABLE wanted AS SELECT DISTINCT * FROM ({keys})")
        con.execute("CREATE OR REPLACE TEMP TABLE gone AS SELECT * FROM wanted WHERE false")
        con.execute(f"CREATE OR REPLACE TEMP TABLE fresh AS SELECT * FROM {rows}").fetchall()
        total, digest, came = (
            known["rows"],
            known["digest"],
            count(con, "SELECT count(*) FROM fresh"),
        )
        if count(con, "SELECT count(*) FROM wanted"):
            current.merge(con, table.read, table.columns, work.night, self._last)
            total, digest = current.total(con, layers.relation(work.night.current(name)))
        changed = digest != known["digest"]
        if changed:
            current.write_fresh(work.con, table.columns, work.night.raw(table.read.name))
        else:
            current.stand(self._last, work.night, name)
        state = {"rows": total, "digest": digest, "read": came, "deleted": 0, "changed": changed}
        self.found[name] = dict(known) | state

    def _empty(self, table: Stamped) -> str:
        """A temporary table for rows in full."""
        columns = ", ".join(f"{quoted(name)} VARCHAR" for name in table.columns)
        rows = self._name("fresh")
        self.work.con.execute(f"CREATE TEMP TABLE {rows} ({columns})").fetchall()
        return rows

    def _add(
        self, rows: str, table: Stamped, came: Sequence[tuple[Any, ...]], test: str = "true"
    ) -> None:
        """Add the rows `x` that came and pass."""
        with named(self.work.con, "came", texts(table.columns, came)):
            self.work.con.execute(
                f"INSERT INTO {rows} SELECT * FROM came x WHERE {test}"
            ).fetchall()

    def _table(self, name: str) -> Stamped:
        table = self.work.crm.table(name)
        assert isinstance(table, Stamped)
        self._demand_columns(table)
        return table

    def _demand_columns(self, table: Stamped) -> None:
        if tuple(self.before[table.read.name]["columns"]) != table.columns:
            raise NightStopped(
                f"table {table.read.name} has other columns than at the last reading: run"
                " `facade sync`"
            )

    def _link(self, name: str) -> None:
        layers.link(self._last.current(name), self.work.night.current(name))

    def _name(self, what: str) -> str:
        self._made += 1
        return quoted(f"{what} {self._made}")

    @property
    def _last(self) -> NightFolder:
        assert self.work.last is not None
        return self.work.last


def _key_list(read: TableRead) -> str:
    return ", ".join(quoted(part) for part in read.key)
