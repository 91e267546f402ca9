"""Records from all over an entity, and what of them cannot be read."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

import pytest

from legacy_clients import LegacyCRM
from legacy_clients.checks.samples import (
    Refused,
    Sample,
    between,
    places,
    remarks_of,
    sample,
    spread,
)
from legacy_clients.reading import Ask
from tests.legacy_clients.checks.conftest import Bent

HALF = Fraction(1, 2)


@pytest.mark.parametrize(
    ("low", "high", "middle"),
    [
        ("C000000", "C002000", "C001000"),
        ("1", "2001", "1001"),
        ("0001", "2001", "1001"),
        ("-5", "95", "45"),
        ("aa", "ac", "ab"),
        (
            "00000000-0000-4000-8000-000000000000",
            "ffffffff-ffff-4fff-8fff-ffffffffffff",
            "7fffffff-0000-4000-8000-000000000000",
        ),
        ("A-1000", "A-3000", "A-2000"),
        ("same", "same", "same"),
        ("", "x", ""),
    ],
)
def test_the_middle_of_two_keys_has_their_form(low: str, high: str, middle: str) -> None:
    assert between(low, high, HALF) == middle


def test_places_are_told_apart_by_the_first_part_that_differs() -> None:
    assert list(places(("CHI", "1000"), ("CHI", "5000"), 4)) == [
        ("CHI", "2000"),
        ("CHI", "3000"),
        ("CHI", "4000"),
    ]
    assert list(places(("CHI", "1"), ("CHI", "1"), 4)) == []
    assert list(places(None, None, 4)) == []


def test_records_come_from_all_over_the_keys_and_are_the_newest(atlas_crm: LegacyCRM) -> None:
    reader, mapping = atlas_crm.reader("order"), atlas_crm.mapped("order")
    ids = [found.id for found in spread(reader, mapping, 50, 10)]
    assert len(ids) == len(set(ids))
    assert 40 <= len(ids) <= 50
    numbers = sorted(int(id[1:]) for id in ids)
    assert numbers[0] < 20
    assert numbers[-1] > 280
    assert max(high - low for low, high in pairwise(numbers)) < 100
    newest = reader.find(Ask(sort="updated_at", descending=True, limit=5), 10).records
    assert {found.id for found in newest} <= set(ids)


def test_refused_values_are_counted_by_field_and_reason(atlas_crm: LegacyCRM) -> None:
    found = sample(atlas_crm.reader("product"), atlas_crm.mapped("product"), 1000, 10)
    weight = next(each for each in found.refused if each.field == "weight.value")
    assert (weight.reason, weight.count, weight.raws) == ("not a number", 1, ["1,5"])
    assert list(remarks_of(found)) == []


def test_a_field_of_which_nothing_can_be_read_is_a_misfit(bent: Bent) -> None:
    crm = bent.mapping(
        (
            'occurred_at = { column = "OCC_STMP", as = "stamp14"',
            'occurred_at = { column = "OCC_STMP", as = "stamp"',
        )
    )
    found = sample(crm.reader("activity"), crm.mapped("activity"), 40, 10)
    [remark] = remarks_of(found)
    assert (remark.weight, remark.place) == ("misfit", "activity.occurred_at")
    assert "not a time as YYYY-MM-DD HH:MM:SS" in remark.text


def test_a_few_refused_values_alone_are_no_misfit() -> None:
    refused = [Refused("name", "no", 4)]
    assert list(remarks_of(Sample("customer", 9, refused))) == []
    refused = [Refused("name", "no", 9)]
    assert len(list(remarks_of(Sample("customer", 9, refused)))) == 1
    assert list(remarks_of(Sample("customer", 10, refused, {"name": 1}))) == []


def test_positions_of_children_are_left_out(bent: Bent) -> None:
    crm = bent.database("UPDATE ORDLIN SET QTY = 'many'")
    found = sample(crm.reader("order"), crm.mapped("order"), 20, 10)
    assert [each.field for each in found.refused if "many" in each.raws] == ["lines.quantity.value"]
    [remark] = remarks_of(found)
    assert remark.fields == ("order.lines.quantity.value",)
