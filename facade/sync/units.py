"""Units of a night's work, as they are sent to the workers of a cluster: each reads or writes files
under FACADE_VAR, and says nothing of where the CRM is or who may read it.
"""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Protocol

import duckdb

from facade.snapshots import layers
from facade.snapshots.folder import NightFolder
from facade.sync.arriving import arriving
from facade.sync.canonical import children_rows, entity_rows, every_nth
from facade.sync.current import fingerprinted
from facade.sync.engine import engine
from facade.sync.errors import NightStopped
from legacy_clients.crm import LegacyCRM
from legacy_clients.errors import Misconfigured
from legacy_clients.load import Load
from legacy_clients.odbc.messages import Query
from legacy_clients.tables import Batches, Ranged


@dataclass(frozen=True)
class Done:
    """What a worker tells of a unit: who it is, and what it asked of the CRM since it last told."""

    worker: str
    load: Load


class Unit(Protocol):
    """A part of a night's work. Files and folders are named from FACADE_VAR on; `mapping` is the
    digest of the mapping by which the night works.
    """

    @property
    def mapping(self) -> str: ...

    def carry_out(self, crm: LegacyCRM, var: Path) -> None:
        """Raises LegacyError, NightError, and what the disk and the engine raise."""


@dataclass(frozen=True)
class Look:
    """See whether a file that the night has just written is here too, and can be written beside."""

    mapping: str
    file: str
    content: str

    def carry_out(self, crm: LegacyCRM, var: Path) -> None:
        file = var / self.file
        if not file.is_file() or file.read_text("utf-8") != self.content:
            raise elsewhere(var)
        beside = file.with_name(f"{file.name} {socket.gethostname()} {id(self)}")
        try:
            beside.write_text(self.content, "utf-8")
            beside.unlink()
        except OSError as error:
            raise Misconfigured(
                f"the worker on {socket.gethostname()} cannot write to the night's folder under"
                f" FACADE_VAR ({var}): {error.strerror}; let it run as the user of the night"
            ) from error


@dataclass(frozen=True)
class ReadRange:
    """Read a range of a table's keys into a file, each row with its fingerprint."""

    mapping: str
    table: str
    # Not shown: it holds keys, and logs show units.
    query: Query = field(repr=False)
    file: str

    def carry_out(self, crm: LegacyCRM, var: Path) -> None:
        table, file = crm.table(self.table), var / self.file
        assert isinstance(table, Ranged)
        with _beside(var, file) as con:
            reading = table.range(self.query)
            wanted = replace(reading, batches=_while_wanted(reading.batches, file.parent))
            with arriving(con, wanted):
                rows = fingerprinted("SELECT * FROM arriving", table.columns)
                layers.write_part(con, rows, file)


@dataclass(frozen=True)
class TranslatePart:
    """Translate one part `of` so many of an entity's rows, or those of its children of a name.

    `sums` are relations with what the children add to their parent's hash.
    """

    mapping: str
    entity: str
    children: str | None
    part: int
    of: int
    night: str
    last: str | None
    same_mapping: bool
    sums: tuple[str, ...]
    file: str

    def carry_out(self, crm: LegacyCRM, var: Path) -> None:
        entity, file = crm.mapped(self.entity), var / self.file
        night = NightFolder(var / self.night)
        rows = every_nth(night, self.part, self.of)
        with _beside(var, file) as con:
            if self.children is not None:
                children = entity.children[self.children]
                sql = children_rows(con, entity, children, night, rows)
            else:
                last = NightFolder(var / self.last) if self.last is not None else None
                sums = [layers.relation(var / folder) for folder in self.sums]
                sql = entity_rows(
                    con, entity, night, last, self.same_mapping, sums, rows, part=False
                )
            layers.write_part(con, sql, file)


def elsewhere(var: Path) -> Misconfigured:
    """The mistake that is easily made: a FACADE_VAR that is not shared."""
    return Misconfigured(
        f"the worker on {socket.gethostname()} does not see the night's files: FACADE_VAR is {var}"
        " there; give it the same folder on a disk that all share, and start it again"
    )


@contextmanager
def _beside(var: Path, file: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """An engine that spills beside the file that it is to write."""
    if not file.parent.is_dir():
        raise elsewhere(var)
    with engine(file.with_name(f"{file.name}.spill")) as con:
        yield con


def _while_wanted(batches: Batches, folder: Path) -> Batches:
    """The same batches, as long as the night has not been given up: its folder goes then."""
    try:
        for batch in batches:
            if not folder.is_dir():
                raise NightStopped("the night was given up while this part of it was read")
            yield batch
    finally:
        batches.close()
