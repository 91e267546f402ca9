"""What of a night is spread over a cluster: which work is large enough, and the parts put together.

Whoever asks gets False where the work is too small to be spread, and does it himself.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

import duckdb

from facade.snapshots import layers
from facade.snapshots.folder import NightFolder
from facade.sync.cluster import Crew
from facade.sync.engine import count
from facade.sync.units import ReadRange, TranslatePart
from legacy_clients.odbc.select import CELLS
from legacy_clients.tables import Ranged
from schemas.mapping import EntityMapping, Shape

READ_CELLS = CELLS
"""Values of a range: what a worker's driver may hold in memory, and some seconds of reading."""
PART_ROWS = 100_000
"""From twice so many rows on they are translated in parts. Fewer take less time than it takes to
put the parts together.
"""


def read_by_ranges(
    con: duckdb.DuckDBPyConnection, crew: Crew, table: Ranged, night: NightFolder, target: Path
) -> bool:
    """Write a whole table as its current raw, read by ranges of its keys. Raises LegacyError."""
    queries = table.ranges(max(1, READ_CELLS // len(table.columns)))
    first = next(queries, None)
    if first is None:
        return False
    name = table.read.name
    with _parts(night, name) as folder:
        units = (
            ReadRange(crew.mapping, name, query, crew.placed(folder / f"{number:06d}.parquet"))
            for number, query in enumerate(chain([first], queries))
        )
        crew.carry_out(units, table.streams)
        _put_together(con, folder, target)
    return True


@dataclass(frozen=True)
class Shared:
    """The translation of an entity, shared by a crew."""

    con: duckdb.DuckDBPyConnection
    crew: Crew
    mapping: EntityMapping
    night: NightFolder
    last: NightFolder | None
    same_mapping: bool

    def children(self, name: str, target: Path) -> bool:
        """Write the children of one name, each with its hash."""
        sources = self.mapping.children[name].sources
        shapes = [rows.shape or self.mapping.shape for rows in sources]
        return self._translated(shapes, name, (), target)

    def entity(self, sums: Sequence[str], target: Path) -> bool:
        """Write the records. `sums` is SQL for what each kind of children adds to their hashes."""
        return self._translated([self.mapping.shape], None, sums, target)

    def _translated(
        self, shapes: Sequence[Shape], children: str | None, sums: Sequence[str], target: Path
    ) -> bool:
        parts = self._parts_of(shapes)
        if parts < 2:
            return False
        crew, last = self.crew, self.last
        with _parts(self.night, target.name) as folder:
            summed = self._summed(folder, sums)
            units = [
                TranslatePart(
                    mapping=crew.mapping,
                    entity=self.mapping.entity.name,
                    children=children,
                    part=number,
                    of=parts,
                    night=crew.placed(self.night.path),
                    last=None if last is None else crew.placed(last.path),
                    same_mapping=self.same_mapping,
                    sums=summed,
                    file=crew.placed(folder / f"{number:06d}.parquet"),
                )
                for number in range(parts)
            ]
            crew.carry_out(units, parts)
            _put_together(self.con, folder, target)
        return True

    def _parts_of(self, shapes: Sequence[Shape]) -> int:
        """One a worker's thread, if each has enough to do: every part reads all that is joined."""
        tables = {shape.table for shape in shapes}
        rows = max(
            count(self.con, f"SELECT count(*) FROM {layers.relation(self.night.current(table))}")
            for table in tables
        )
        return min(rows // PART_ROWS, self.crew.threads)

    def _summed(self, folder: Path, sums: Sequence[str]) -> tuple[str, ...]:
        """The sums, reckoned once for all parts."""
        folders = [folder / f"sums {number}" for number in range(len(sums))]
        for sql, relation in zip(sums, folders, strict=True):
            layers.write(self.con, sql, relation)
        return tuple(self.crew.placed(relation) for relation in folders)


@contextmanager
def _parts(night: NightFolder, name: str) -> Iterator[Path]:
    """An empty folder for the parts of a relation, gone afterwards."""
    folder = night.work / "parts" / name
    folder.mkdir(parents=True)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _put_together(con: duckdb.DuckDBPyConnection, folder: Path, target: Path) -> None:
    layers.write(con, f"SELECT * FROM {layers.scan(layers.files(folder))}", target)
