"""Records that somebody asked to be read again, although nothing says that they changed.

Sought are the keys of every row that such a record is made of: its own, those joined to it, and
its children's. Tables that are read whole anyway need none.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import duckdb
import pyarrow as pa

from facade.ledger.refusals import Retry
from facade.snapshots import layers
from facade.snapshots.folder import NightFolder
from facade.sync.current import raw_of
from facade.sync.engine import named
from schemas.mapping import CrmMapping, EntityMapping, Shape, TableRead
from schemas.reach import owners
from schemas.source import OWN
from schemas.sql_form import quoted


@dataclass(frozen=True)
class Again:
    """What was asked for, and by table the relation of keys to read, as SQL names it."""

    retries: tuple[Retry, ...] = ()
    tables: Mapping[str, str] = field(default_factory=dict)

    @property
    def entities(self) -> set[str]:
        """Those to be translated again, also where nothing that is read is another."""
        return {retry.entity for retry in self.retries}


NOTHING = Again()


def find_again(
    con: duckdb.DuckDBPyConnection,
    mapping: CrmMapping,
    last: NightFolder | None,
    retries: Iterable[Retry],
) -> Again:
    """The rows of these records as the last night knew them. Without one, all is read anyway."""
    asked = tuple(retry for retry in retries if retry.entity in mapping.entities)
    if not asked or last is None:
        return Again(asked)
    search = _Search(con, mapping, last)
    for name in dict.fromkeys(retry.entity for retry in asked):
        ids = [retry.id for retry in asked if retry.entity == name]
        with named(con, "asked", pa.table({"id": pa.array(ids, pa.string())})):
            search.records(mapping.entities[name])
    return Again(asked, search.found)


class _Search:
    """Collects keys, table by table, in temporary tables."""

    def __init__(
        self, con: duckdb.DuckDBPyConnection, mapping: CrmMapping, last: NightFolder
    ) -> None:
        self._con, self._mapping, self._last = con, mapping, last
        self._relation = raw_of(last)
        self.found: dict[str, str] = {}
        self._made = 0

    def records(self, entity: EntityMapping) -> None:
        """Every row of the records whose ids are in the relation `asked`."""
        shape = entity.shape
        if not all(self._known(table) for table in shape.aliases.values()):
            return
        owned = owners(entity, shape, self._relation)
        keys = f"SELECT * FROM ({owned}) WHERE coalesce(id, '') IN (SELECT id FROM asked)"
        same = " AND ".join(
            f"k.k{number} IS NOT DISTINCT FROM t.{quoted(part)}"
            for number, part in enumerate(shape.key)
        )
        own = self._rows(shape.table, f"EXISTS (SELECT 1 FROM ({keys}) k WHERE {same})")
        self._joined(shape, own)
        for children in entity.children.values():
            for rows in children.sources:
                if rows.shape is not None and self._known(rows.shape.table):
                    same = " AND ".join(
                        _alike(f"t.{quoted(child)}", f"o.{quoted(parent)}")
                        for child, parent in rows.shape.parent
                    )
                    held = self._rows(
                        rows.shape.table, f"EXISTS (SELECT 1 FROM {own} o WHERE {same})"
                    )
                    self._joined(rows.shape, held)

    def _joined(self, shape: Shape, own: str) -> None:
        """The rows that are joined to `own`, step by step."""
        steps = {OWN: own}
        for branch in shape.branches:
            others = dict.fromkeys(theirs.alias for _, theirs in branch.on)
            if not self._known(branch.table) or not all(alias in steps for alias in others):
                continue
            given = ", ".join(f"{steps[alias]} AS {quoted(alias)}" for alias in others)
            same = " AND ".join(
                _alike(f"t.{quoted(mine)}", f"{quoted(theirs.alias)}.{quoted(theirs.name)}")
                for mine, theirs in branch.on
            )
            steps[branch.alias] = self._rows(
                branch.table, f"EXISTS (SELECT 1 FROM {given} WHERE {same})"
            )

    def _rows(self, table: str, test: str) -> str:
        """A temporary table of the rows `t` that pass; their keys are noted."""
        self._made += 1
        name = quoted(f"again {self._made}")
        rows = f"SELECT t.* FROM {self._relation(table)} t WHERE {test}"
        self._con.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS {rows}").fetchall()
        read = self._mapping.tables[table]
        if _by_key(read):
            key = ", ".join(quoted(part) for part in read.key)
            self._note(table, f"SELECT DISTINCT {key} FROM {name}")
        return name

    def _note(self, table: str, keys: str) -> None:
        name = quoted(f"again {table}")
        if table in self.found:
            self._con.execute(f"INSERT INTO {name} {keys}").fetchall()
        else:
            self._con.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS {keys}").fetchall()
            self.found[table] = name

    def _known(self, table: str) -> bool:
        return bool(layers.files(self._last.current(table)))


def _by_key(read: TableRead) -> bool:
    """Rows of the table may be left unread in a night."""
    return read.stamp is not None or read.listing is not None


def _alike(left: str, right: str) -> str:
    """Keys compare equal across fixed and varying width."""
    return f"rtrim({left}, ' ') = rtrim({right}, ' ')"
