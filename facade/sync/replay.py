"""A changed mapping applied to raw as it is kept: nothing is read from the CRM."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from facade.sync.errors import NightStopped
from legacy_clients.checks.uses import uses_of
from schemas.mapping import CrmMapping, Filter, TableRead

NOTHING_READ = "nothing was read: an earlier night's raw rows were translated anew"
OF_ACTS = ("guard of changes", "look-up of creates")
"""What acts need of the CRM's tables, and nights do not."""


def read_as(read: TableRead) -> dict[str, Any]:
    """What decides which rows of a table are read; kept beside its raw."""
    where = {kept.column: sorted(kept.values) for kept in read.where}
    return {"where": where, "query": read.query}


def demand_raw(mapping: CrmMapping, before: Mapping[str, Any], number: int) -> None:
    """Raises NightStopped unless a night's raw holds all that the mapping needs, and says what it
    lacks.
    """
    lacking = list(_lacking(mapping, before))
    if lacking:
        raise NightStopped(
            f"the raw rows of night {number} do not hold all that the mapping needs:"
            f" {'; '.join(lacking)}. Run `facade sync`, which reads it from the CRM"
        )


def uncounted(tables: Collection[str]) -> dict[str, dict[str, Any]]:
    """What stands in the certificate of a replay in place of the source's own count."""
    return {name: {"uncounted": NOTHING_READ} for name in tables}


def _lacking(mapping: CrmMapping, before: Mapping[str, Any]) -> Iterator[str]:
    tables = before["tables"]
    for name, read in mapping.tables.items():
        if name not in tables:
            yield f"table {name} was not read"
        elif (told := tables[name].get("of")) is None:
            yield f"table {name} was read before it was noted which of its rows are"
        else:
            yield from _unread(read, told)
    missing = {
        (use.table, use.column): None
        for entity in mapping.entities.values()
        for use in uses_of(entity)
        if use.role not in OF_ACTS and use.table in tables
        if use.column not in tables[use.table]["columns"]
    }
    missing |= {
        (name, column): None
        for name, read in mapping.tables.items()
        if read.listing is not None and name in tables
        for column in read.listing.columns
        if column not in (*tables[name]["columns"], *read.skip)
    }
    for table, column in missing:
        yield f"table {table} was read without column {column}"


def _unread(read: TableRead, told: Mapping[str, Any]) -> Iterator[str]:
    if read.query != told["query"]:
        yield f"the query {read.name} is another one than was read"
        return
    wanted = {kept.column: kept for kept in read.where}
    for column, values in told["where"].items():
        if not _within(wanted.get(column), values):
            yield f"of table {read.name} only rows with certain values of {column} were read"


def _within(kept: Filter | None, values: Collection[str]) -> bool:
    """Whether a condition asks for no more rows than one that let `values` through."""
    if kept is None:
        return False
    if not kept.values or not values:
        return sorted(kept.values) == sorted(values)
    return set(kept.values) <= set(values)
