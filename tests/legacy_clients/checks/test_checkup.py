"""A whole check, where not everything is there."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from legacy_clients import LegacyCRM
from legacy_clients.checks import Checkup
from legacy_clients.checks.operations import misfits_of_list
from legacy_clients.errors import Misconfigured
from tests.legacy_clients.checks.conftest import Bent
from tests.legacy_clients.listed.roster import IDS, LOCATOR, OFFSET, Roster, serving


@pytest.mark.parametrize("words", ["", OFFSET, LOCATOR, IDS])
def test_an_entity_that_stands_in_a_list_is_checked_without_a_database(
    tmp_path: Path, words: str
) -> None:
    roster = Roster()
    roster.add(*"ABCDEFG")
    with serving(roster, tmp_path, words) as crm:
        report = Checkup(crm).run(compared=5)
    assert not report.database.needed
    assert (report.services.down, report.remarks) == (None, [])
    assert [(found.entity, found.read) for found in report.samples] == [("contact", 7)]
    assert report.uncompared == {"contact": "it stands in a list of the services, and in no table"}
    assert report.looked == ("contract",)


def test_elements_and_calls_of_a_list_that_are_not_there_are_told(tmp_path: Path) -> None:
    with serving(Roster(), tmp_path, "") as crm:
        contract, listing = crm.service.contract, crm.mapping.lists["contacts"]
        assert misfits_of_list(listing, contract, ("contact",)) == []
        other = replace(listing, columns={**listing.columns, "NAME": "Person.FullName"})
        [remark] = misfits_of_list(other, contract, ("contact",))
        assert (remark.weight, remark.place) == ("misfit", "[list contacts]")
        assert "Person.FullName" in remark.text
        [remark] = misfits_of_list(replace(listing, call="Lists"), contract, ("contact",))
        assert "no operation Lists" in remark.text


def test_the_services_are_asked_for_one_record(atlas_crm: LegacyCRM) -> None:
    report = Checkup(atlas_crm, ["customer"]).run()
    assert report.services.told["asked"] == "GetCustomer"
    assert report.database.told["driver_test"]["changed"] == []
    assert report.entities == ("customer",)


def test_an_entity_whose_column_is_gone_is_not_read_and_the_others_are(bent: Bent) -> None:
    crm = bent.database("ALTER TABLE CONTACT RENAME COLUMN TITLE TO SALUTATION")
    report = Checkup(crm, ["contact", "user"]).run(compared=5)
    assert [found.entity for found in report.samples] == ["user"]
    assert report.count("misfit") == 1
    assert report.database.down is None


def test_an_entity_that_is_not_mapped_is_told(atlas_crm: LegacyCRM) -> None:
    with pytest.raises(Misconfigured, match="has no customers; it has user, customer"):
        Checkup(atlas_crm, ["customers"])
