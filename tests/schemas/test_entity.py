"""Entities are read off their schemas, and every field says what it is."""

from __future__ import annotations

import re

import pytest

from schemas import ENTITIES
from schemas.entity import Child, Entity, Leaf

RELATIONS = [(entity, None) for entity in ENTITIES.values()] + [
    (entity, child) for entity in ENTITIES.values() for child in entity.children.values()
]
IDS = [child.relation if child else entity.name for entity, child in RELATIONS]


def leaves_of(entity: Entity, child: Child | None) -> dict[str, Leaf]:
    return child.leaves if child else entity.leaves


def test_parents_stand_before_what_refers_to_them() -> None:
    assert list(ENTITIES) == [
        "user",
        "customer",
        "contact",
        "location",
        "product",
        "order",
        "shipment",
        "opportunity",
        "activity",
    ]


@pytest.mark.parametrize(
    ("entity", "children"),
    [
        ("user", []),
        ("contact", ["contact.customers"]),
        ("order", ["order.references", "order.stops", "order.lines"]),
        ("shipment", ["shipment.events", "shipment.charges"]),
    ],
)
def test_lists_of_records_are_children_and_problems_are_none(
    entity: str, children: list[str]
) -> None:
    assert [child.relation for child in ENTITIES[entity].children.values()] == children


def test_leaves_are_single_values_named_by_their_path() -> None:
    leaf = ENTITIES["order"].leaves["temperature.min"]
    assert (leaf.path, leaf.name, leaf.column, leaf.duck) == (
        ("temperature", "min"),
        "temperature.min",
        "temperature_min",
        "DECIMAL(9,3)",
    )
    assert "lines" not in ENTITIES["order"].leaves
    assert "problems" not in ENTITIES["order"].leaves


@pytest.mark.parametrize(("entity", "child"), RELATIONS, ids=IDS)
def test_every_value_is_described_and_has_a_column_of_its_own(
    entity: Entity, child: Child | None
) -> None:
    found = leaves_of(entity, child)
    undescribed = [
        name
        for name, leaf in found.items()
        if not re.fullmatch(r"[A-Z].*\.", leaf.field.metadata.get("description", ""))
    ]
    assert undescribed == []
    assert len({leaf.column for leaf in found.values()}) == len(found)


@pytest.mark.parametrize(("entity", "child"), RELATIONS, ids=IDS)
def test_what_a_crm_may_leave_empty_may_be_null(entity: Entity, child: Child | None) -> None:
    keys = child.key if child else ("id",)
    strict = [
        name
        for name, leaf in leaves_of(entity, child).items()
        if not leaf.field.allow_none and name not in (*keys, "status", "kind", "type")
    ]
    assert strict == []


@pytest.mark.parametrize(
    "child", [child for _, child in RELATIONS if child], ids=[i for i in IDS if "." in i]
)
def test_the_key_of_children_is_among_their_values(child: Child) -> None:
    assert set(child.key) <= set(child.leaves)
