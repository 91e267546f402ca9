"""Does the mapping fit the tables: columns that are not there, of another type, or too short, and
columns that no field reads.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator

from legacy_clients.checks.kinds import READS, kind_of
from legacy_clients.checks.nearest import instead
from legacy_clients.checks.remark import MISFIT, NOTE, WARNING, Remark
from legacy_clients.checks.uses import Use, uses_of
from legacy_clients.errors import Misconfigured
from legacy_clients.odbc.messages import Column
from legacy_clients.odbc.select import Tables
from legacy_clients.soap.contract import Contract
from schemas.mapping import EntityMapping, FieldMapping

_WORD = re.compile(r"\w+")


def misfits_of_columns(
    mapping: EntityMapping, tables: Tables, driver: str, contract: Contract | None = None
) -> list[Remark]:
    """What does not fit between an entity and its tables. `driver` is the profile's name.

    With a contract the lengths of its elements count too. Raises the errors of the port but
    Misconfigured.
    """
    found: list[Remark] = []
    by_table: dict[tuple[str, str | None], list[Use]] = defaultdict(list)
    for use in uses_of(mapping):
        by_table[use.table, use.query].append(use)
    for (table, query), uses in by_table.items():
        try:
            columns = tables.columns(table, query)
        except Misconfigured as error:
            text = str(error)
            found.append(Remark(MISFIT, table, f"{text[:1].upper()}{text[1:]}.", _fields(uses)))
            continue
        for name in dict.fromkeys(use.column for use in uses):
            here = [use for use in uses if use.column == name]
            if name in columns:
                found += _of_column(mapping, here, columns[name], driver, contract)
            else:
                found.append(_missing(table, name, here, columns))
    return found


def unread(mappings: Iterable[EntityMapping], tables: Tables) -> dict[str, list[str]]:
    """The columns that nothing in a mapping reads, by table, but those that it says to skip.

    A column that a SELECT of the mapping names is read. A table that cannot be described is left
    out.
    """
    mappings = list(mappings)
    queries = [shape.query for mapping in mappings for shape in mapping.shapes if shape.query]
    named = {word.lower() for query in queries for word in _WORD.findall(query)}
    used: dict[str, set[str]] = defaultdict(set)
    for mapping in mappings:
        for use in uses_of(mapping):
            if use.query is None:
                used[use.table].add(use.column)
        for shape in mapping.shapes:
            if shape.query is None and shape.table in used:
                used[shape.table] |= set(shape.skip)
    found = {}
    for table, names in used.items():
        try:
            columns = tables.columns(table)
        except Misconfigured:
            continue
        left = [name for name in columns if name not in names and name.lower() not in named]
        if left:
            found[table] = left
    return found


def _missing(table: str, name: str, uses: list[Use], columns: Iterable[str]) -> Remark:
    roles = ", ".join(dict.fromkeys(use.role for use in uses))
    text = f"There is no column {name} ({roles}); {instead(name, list(columns))}"
    return Remark(MISFIT, table, text, _fields(uses))


def _fields(uses: Iterable[Use]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(field for use in uses for field in use.fields))


def _of_column(
    mapping: EntityMapping, uses: list[Use], column: Column, driver: str, contract: Contract | None
) -> Iterator[Remark]:
    kind = kind_of(column, driver)
    for use in uses:
        if use.mapped is None:
            if use.role == "key" and column.nullable and driver != "SQLite" and use.query is None:
                text = f"The key {column.name} may be null: such rows are no records."
                yield Remark(NOTE, use.table, text, use.fields)
            continue
        (field,) = use.fields
        if kind is not None:
            yield from _of_kind(use, use.mapped, field, column, kind)
        if kind == "text" and column.size is not None and use.mapped.column is not None:
            yield from _of_size(mapping, use, use.mapped, field, column, contract)


def _of_kind(
    use: Use, mapped: FieldMapping, field: str, column: Column, kind: str
) -> Iterator[Remark]:
    place = f"{use.table}.{column.name}"
    reads = READS.get(mapped.spelling)
    looked_up = mapped.code_table is not None
    if reads is not None and kind not in reads and not looked_up:
        text = (
            f"{mapped.spelling!r} reads {_listed(reads)}, and {place} is declared"
            f" {column.type}: see what the samples say."
        )
        yield Remark(WARNING, field, text, (field,))
    ordered = bool(getattr(mapped.codec, "keeps_order", False))
    if kind == "text" and ordered and "numeric" in getattr(mapped.codec, "options", ()):
        text = (
            f"It says numeric = true, and {place} is declared {column.type}: the database would"
            ' compare it as text, "9" behind "10". Leave numeric out.'
        )
        yield Remark(MISFIT, field, text, (field,))


def _listed(words: Iterable[str]) -> str:
    names = {"moment": "times with a date", "number": "numbers", "float": "floats"}
    return " or ".join(names.get(word, f"{word}s") for word in sorted(words))


def _of_size(
    mapping: EntityMapping,
    use: Use,
    mapped: FieldMapping,
    field: str,
    column: Column,
    contract: Contract | None,
) -> Iterator[Remark]:
    """A value that is let through and that the column would cut (W8)."""
    assert column.size is not None
    verbs = [verb for verb in mapping.operations if field_of(mapping, verb, field)]
    if not verbs or mapped.spelling != "text":
        return
    limits = [mapped.max] if mapped.max is not None else []
    if contract is not None:
        limits += _declared(mapping, mapped, verbs, contract)
    place = f"{use.table}.{column.name}"
    if not limits:
        if contract is not None:
            text = (
                f"{place} holds {column.size} characters, and nothing says so to those who write:"
                f" give it max = {column.size}."
            )
            yield Remark(WARNING, field, text, (field,))
    elif min(limits) > column.size:
        text = (
            f"Up to {min(limits)} characters are let through, and {place} holds {column.size}:"
            f" give it max = {column.size}."
        )
        yield Remark(MISFIT, field, text, (field,))


def field_of(mapping: EntityMapping, verb: str, field: str) -> bool:
    """Whether an operation takes a field, named with its entity."""
    _, _, name = field.partition(".")
    return name in mapping.writable(verb)


def _declared(
    mapping: EntityMapping, mapped: FieldMapping, verbs: Iterable[str], contract: Contract
) -> list[int]:
    """The longest lengths of the field's elements, of those operations that say one."""
    found = []
    for verb in verbs:
        operation = mapping.operations[verb]
        put = [path for path, name in operation.put.items() if name == mapped.name]
        for path in put or [operation.element(element) for element in mapped.elements]:
            try:
                longest = contract.element_type(operation.call, path).max_length
            except Misconfigured:  # told with the operations
                continue
            if longest is not None:
                found.append(longest)
    return found
