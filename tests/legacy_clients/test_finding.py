"""Which record a create made, asked of the database (W3)."""

from __future__ import annotations

import contextlib
import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from fixtures.atlas import Atlas
from legacy_clients import LegacyCRM, open_crm
from legacy_clients.deadline import Deadline
from legacy_clients.errors import Misconfigured
from tests.changed_atlas import access_of, open_changed

LOOK_UP = (
    'look_up = { table = "CLIREF", column = "CLI_REF", key = ["KEYVAL"],'
    ' where = { ENT = "Customer" } }'
)
LONG_AGO = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)


@pytest.fixture(scope="module")
def atlas(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Atlas]:
    with Atlas.start(tmp_path_factory.mktemp("atlas"), scale=0.02) as running:
        yield running


@pytest.fixture(scope="module")
def crm(atlas: Atlas) -> Iterator[LegacyCRM]:
    with contextlib.closing(open_crm("atlas", access_of(atlas))) as opened:
        yield opened


@pytest.fixture(scope="module")
def by_name(atlas: Atlas, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LegacyCRM]:
    folder = tmp_path_factory.mktemp("by_name") / "atlas"
    change = (LOOK_UP, 'look_up = { fields = ["name", "phone"] }')
    with contextlib.closing(open_changed(atlas, folder, change)) as opened:
        yield opened


def made(crm: LegacyCRM, reference: str, **values: Any) -> str:
    return crm.create("customer", {"name": "Found", **values}, reference, Deadline.after(10))


def test_a_record_is_found_by_our_reference_alone(crm: LegacyCRM) -> None:
    id = made(crm, "ref-1")
    made(crm, "ref-2")
    assert crm.created("customer", "ref-1", {}, LONG_AGO) == id
    assert crm.created("customer", "ref-3", {}, LONG_AGO) is None
    assert crm.created("customer", None, {}, LONG_AGO) is None


def test_a_reference_of_another_entity_is_not_ours(crm: LegacyCRM) -> None:
    crm.create("location", {"name": "Dock"}, "ref-4", Deadline.after(10))
    assert crm.created("customer", "ref-4", {}, LONG_AGO) is None
    assert str(crm.created("location", "ref-4", {}, LONG_AGO)).startswith("CHI.")


def test_two_records_with_our_reference_are_no_answer(crm: LegacyCRM) -> None:
    """The trap is real: the service does not refuse a reference that it has."""
    assert made(crm, "ref-5") != made(crm, "ref-5")
    assert crm.created("customer", "ref-5", {}, LONG_AGO) is None


def test_an_entity_that_is_not_looked_up_has_no_answer(crm: LegacyCRM) -> None:
    assert crm.created("product", "ref-6", {}, LONG_AGO) is None


def test_a_natural_key_is_compared_whole_and_since_the_moment(by_name: LegacyCRM) -> None:
    now = dt.datetime.now(dt.UTC)
    id = made(by_name, "r", name="Natural", phone="1")
    made(by_name, "r", name="Natural", phone="2")
    key = {"name": "Natural", "phone": "1"}
    assert by_name.created("customer", "r", key, now) == id
    assert by_name.created("customer", "r", key, now + dt.timedelta(minutes=1)) is None
    assert by_name.created("customer", "r", {**key, "phone": "3"}, now) is None


def test_a_natural_key_that_was_not_sent_whole_has_no_answer(by_name: LegacyCRM) -> None:
    now = dt.datetime.now(dt.UTC)
    made(by_name, "r", name="Half")
    assert by_name.created("customer", "r", {"name": "Half"}, now) is None
    assert by_name.created("customer", "r", {"name": "Half", "phone": None}, now) is None


def test_a_clock_of_the_database_that_goes_wrong_is_reckoned_with(
    by_name: LegacyCRM, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its stamps are compared with its own idea of the moment."""
    finder = by_name.finder("customer")
    now = dt.datetime.now(dt.UTC)
    id = made(by_name, "r", name="Clocked", phone="1")
    key = {"name": "Clocked", "phone": "1"}
    ahead = dt.timedelta(hours=1)
    monkeypatch.setattr(finder, "_clock", lambda: dt.datetime.now(dt.UTC) + ahead)
    assert finder.created("r", key, now, 10) is None
    assert finder.created("r", key, now - ahead, 10) == id


def test_a_column_that_is_not_there_is_told_before_it_is_needed(
    atlas: Atlas, tmp_path: Path
) -> None:
    change = (LOOK_UP, 'look_up = { column = "CLNT_REF" }')
    with (
        contextlib.closing(open_changed(atlas, tmp_path / "atlas", change)) as crm,
        pytest.raises(Misconfigured, match="CUSTMAST has no column CLNT_REF"),
    ):
        crm.check_columns()
