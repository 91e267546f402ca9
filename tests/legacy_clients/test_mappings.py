"""The mapping of every CRM in the registry fits its WSDL and its database."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from legacy_clients import CRMS, LegacyCRM, crm_folder
from legacy_clients.acting import EntityActs
from legacy_clients.odbc.select import Tables
from schemas.grammar import load_mapping
from schemas.mapping import EntityMapping, Operation

ATLAS = load_mapping(crm_folder("atlas") / "mapping.toml")
OPERATIONS = [
    (entity, operation)
    for entity in ATLAS.entities.values()
    for operation in entity.operations.values()
]
CALLS = [f"{entity.entity.name}.{operation.verb}" for entity, operation in OPERATIONS]


def written_elements(entity: EntityMapping, operation: Operation) -> Iterator[str]:
    """Every element of a request that the mapping names for an operation."""
    yield from operation.put
    yield from operation.const
    yield from operation.guard
    if operation.reference is not None:
        yield operation.reference
    if operation.verb != "create":
        yield from operation.key
    if operation.verb not in ("create", "update", "status"):
        return
    for mapped in entity.fields.values():
        yield from mapped.elements
    for child in entity.children.values():
        for rows in child.sources:
            within = f"{rows.element}." if rows.element else ""
            for mapped in rows.fields.values():
                yield from (f"{within}{element}" for element in mapped.elements)


@pytest.mark.parametrize("name", CRMS)
def test_a_mapping_of_the_registry_is_read_by_the_grammar(name: str) -> None:
    assert load_mapping(crm_folder(name) / "mapping.toml").entities


@pytest.mark.parametrize(("entity", "operation"), OPERATIONS, ids=CALLS)
def test_every_operation_and_element_stands_in_the_contract(
    atlas_crm: LegacyCRM, entity: EntityMapping, operation: Operation
) -> None:
    """L4"""
    contract = atlas_crm.service.contract
    elements = list(written_elements(entity, operation))
    for element in elements:
        assert contract.element(operation.call, element) is not None
    assert elements or operation.verb == "create"
    if operation.verb == "create":
        assert all(contract.declares(element) for element in operation.key)


@pytest.mark.parametrize("name", ATLAS.entities)
def test_every_column_stands_in_the_database(atlas_crm: LegacyCRM, name: str) -> None:
    """L4: those that fields, joins, conditions, keys and stamps name."""
    entity = ATLAS.entities[name]
    tables = Tables(atlas_crm.port)
    for shape in entity.shapes:
        known = {shape.table: tables.columns(shape.table, shape.query)}
        needed = {(shape.table, column) for column in (*shape.key, *shape.skip)}
        needed |= {(shape.table, kept.column) for kept in shape.where}
        needed |= {(shape.table, column) for column in (shape.stamp,) if column}
        needed |= {(shape.table, own) for own, _ in shape.parent}
        if shape.deleted is not None:
            needed.add((shape.table, shape.deleted.column))
        for branch in shape.branches:
            known[branch.table] = tables.columns(branch.table)
            needed |= {(branch.table, own) for own, _ in branch.on}
            needed |= {(branch.table, kept.column) for kept in branch.where}
        for mapped in entity.fields.values() if shape is entity.shape else ():
            for column in mapped.source.columns:
                table, _, native = shape.native(column).rpartition(".")
                needed.add((table, native))
        assert [place for place in sorted(needed) if place[1] not in known[place[0]]] == []


@pytest.mark.parametrize("verb", ["create", "update"])
@pytest.mark.parametrize("name", ["customer", "contact", "location", "order", "activity"])
def test_what_people_may_write_can_be_written(atlas_crm: LegacyCRM, name: str, verb: str) -> None:
    acts = EntityActs(atlas_crm.service, ATLAS.entities[name])
    writable = acts.mapping.writable(verb)
    assert writable
    assert not [field for field, mapped in writable.items() if mapped.leaf.field.dump_only]
    assert set(writable) <= set(ATLAS.entities[name].fields)


def test_every_fault_of_atlas_has_its_meaning() -> None:
    assert ATLAS.faults == {
        "NOT_FOUND": "missing",
        "VERSION_CONFLICT": "conflict",
        "DUPLICATE": "conflict",
        "LOGIN_REFUSED": "denied",
        "BUSY": "busy",
        "INTERNAL": "unknown",
    }
