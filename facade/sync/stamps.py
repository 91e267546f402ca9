"""What a table's stamps tell: from which on a row may still change, and whether time went back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import duckdb

from facade.snapshots import layers
from facade.snapshots.folder import NightFolder
from facade.sync.engine import count
from schemas.codecs.codec import Unreadable
from schemas.fields import Instant
from schemas.mapping import CrmMapping, FieldMapping, TableRead
from schemas.source import OWN, ColumnName
from schemas.sql_form import quoted


def newer_before(
    con: duckdb.DuckDBPyConnection,
    mapping: CrmMapping,
    read: TableRead,
    night: NightFolder,
    last: NightFolder,
) -> int:
    """How many known rows bore a stamp that is newer than all there are now."""
    if not any(mapped.codec.keeps_order for mapped, _ in stamping(mapping, read)):
        return 0
    assert read.stamp is not None
    stamp = quoted(read.stamp)
    newest = f"SELECT max({stamp}) FROM {layers.relation(night.current(read.name))}"
    known = layers.relation(last.current(read.name))
    return count(con, f"SELECT count(*) FROM {known} WHERE {stamp} > ({newest})")


def fresh_from(mapping: CrmMapping, read: TableRead, now: dt.datetime) -> str | None:
    """The stamp, as spelled, from which on a row may still change without its stamp moving."""
    for mapped, place in stamping(mapping, read):
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


def stamping(mapping: CrmMapping, read: TableRead) -> Iterator[tuple[FieldMapping, int]]:
    """The moments that are read from a table's stamp, and its place among their columns."""
    stamp = ColumnName(OWN, read.stamp or "")
    for entity in mapping.entities.values():
        if entity.shape.table != read.name:
            continue
        for mapped in entity.fields.values():
            if isinstance(mapped.leaf.field, Instant) and stamp in mapped.source.columns:
                yield mapped, mapped.source.columns.index(stamp)
