"""Entities that may come from one of several files: a declared choice, made by the settings.

    [order]
    choose = { quotes = "order_from_quotes.toml", invoices = "order_from_invoices.toml" }

Each file holds the whole `[order]` table; the first is taken where nobody chooses.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from schemas.grammar.ground import Files
from schemas.grammar.place import Place

Tables = dict[str, tuple[Place, dict[str, Any]]]
"""By entity, where its table stands, and the table."""


def choose(place: Place, files: Files, tables: Tables, choices: Mapping[str, str]) -> Tables:
    """The tables with those of the chosen files in place of choices. Raises MappingError."""
    open_ones = [name for name, (_, table) in tables.items() if "choose" in table]
    for entity in choices:
        if entity not in open_ones:
            known = ", ".join(open_ones) or "none"
            raise place.fail(f"nothing is to be chosen for {entity!r}; it is for: {known}")
    chosen = {name: _chosen(tables[name], files, name, choices.get(name)) for name in open_ones}
    return tables | chosen


def _chosen(
    given: tuple[Place, dict[str, Any]], files: Files, entity: str, wanted: str | None
) -> tuple[Place, dict[str, Any]]:
    place, table = given
    place.known(table, ("choose",))
    ways, at = place.text_table(table, "choose"), place.at("choose")
    if not ways:
        raise at.fail("is empty: it names a file for each choice")
    if wanted is not None and wanted not in ways:
        raise at.fail(f"unknown choice {wanted!r}; known: {', '.join(ways)}")
    name = ways[wanted] if wanted is not None else next(iter(ways.values()))
    folder = place.file.rpartition("/")[0]
    there = Place(f"{folder}/{name}")
    document = files.document(at, name, there)
    there.known(document, (entity,))
    if entity not in document:
        raise there.fail(f"has no [{entity}], for which it was chosen")
    return there.at(entity), there.table(document, entity)
