"""What changed since tables and contract were last looked at."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from legacy_clients import LegacyCRM
from legacy_clients.checks.drift import Seen, drifts, look, recall, remember
from legacy_clients.errors import Misconfigured
from legacy_clients.odbc.select import Tables
from tests.legacy_clients.checks.conftest import Bent


def seen(crm: LegacyCRM) -> Seen:
    return look(crm.mapping.entities.values(), Tables(crm.port), crm.service.contract)


def found(before: LegacyCRM, now: LegacyCRM) -> list[tuple[str, str, str, tuple[str, ...]]]:
    remarks = drifts(seen(before), seen(now), now.mapping)
    return [(each.weight, each.place, each.text, each.fields) for each in remarks]


def test_what_stays_is_not_told(atlas_crm: LegacyCRM) -> None:
    assert found(atlas_crm, atlas_crm) == []


def test_changes_of_columns_are_told_with_the_fields_they_touch(
    atlas_crm: LegacyCRM, bent: Bent
) -> None:
    """L4"""
    now = bent.database(
        "ALTER TABLE CONTACT DROP COLUMN TITLE",
        "ALTER TABLE CONTACT ADD COLUMN TITLE VARCHAR(30)",
        "ALTER TABLE CUSTMAST DROP COLUMN CR_LMT",
        "ALTER TABLE CUSTMAST ADD COLUMN CR_LMT VARCHAR(20)",
        "ALTER TABLE PRODMAST RENAME COLUMN HS_CD TO HTS_CD",
        "DROP TABLE CONTCUST",
    )
    told = found(atlas_crm, now)
    assert set(told) == {
        (
            "warning",
            "CONTACT",
            "The column TITLE was shortened from 40 to 30 characters.",
            ("contact.title",),
        ),
        (
            "warning",
            "CUSTMAST",
            "The column CR_LMT was INTEGER and is VARCHAR(20).",
            ("customer.credit_limit",),
        ),
        ("warning", "PRODMAST", "The column HS_CD is gone.", ("product.hs_code",)),
        ("note", "PRODMAST", "The column HTS_CD is new.", ()),
        (
            "warning",
            "CONTCUST",
            "The table is gone.",
            ("contact.customers.customer_id", "contact.customers", "contact.customers.role"),
        ),
    }


def test_changes_of_the_contract_are_told_with_the_fields_they_touch(
    atlas_crm: LegacyCRM, bent: Bent
) -> None:
    """L4"""
    now = bent.contract(
        ('name="Website" type="tns:Text80"', 'name="Site" type="tns:Text80"'),
        ('name="LegalName" type="tns:Text80"', 'name="LegalName" type="tns:Text60"'),
    )
    told = {place: (weight, text, fields) for weight, place, text, fields in found(atlas_crm, now)}
    assert told.keys() == {"Customer.Website", "Customer.Site", "Customer.LegalName"}
    assert told["Customer.Website"][0] == "warning"
    assert told["Customer.Website"][1].startswith("It is gone (it was: ")
    assert told["Customer.Website"][2] == ("customer.website",)
    assert told["Customer.Site"][0] == "note"
    assert "It is: Text60 (string (maxLength 60))" in told["Customer.LegalName"][1]
    assert told["Customer.LegalName"][2] == ("customer.legal_name",)


def test_an_order_of_elements_that_changed_is_told(atlas_crm: LegacyCRM, bent: Bent) -> None:
    name = '      <xsd:element name="Name" type="tns:Text60" minOccurs="0" nillable="true"/>\n'
    legal = (
        '      <xsd:element name="LegalName" type="tns:Text80" minOccurs="0" nillable="true"/>\n'
    )
    now = bent.contract((name + legal, legal + name))
    [(_, place, text, _)] = found(atlas_crm, now)
    assert place == "Customer"
    assert "It is: holds LegalName, Name, " in text


def test_what_could_not_be_looked_at_is_kept_as_it_was(atlas_crm: LegacyCRM) -> None:
    before = seen(atlas_crm)
    now = look(atlas_crm.mapping.entities.values(), None, None)
    assert drifts(before, now, atlas_crm.mapping) == []
    kept = now.over(before)
    assert kept.tables == before.tables
    assert (kept.outline, kept.reached) == (before.outline, before.reached)
    assert drifts(kept, before, atlas_crm.mapping) == []


def test_what_was_seen_is_kept_in_a_file(atlas_crm: LegacyCRM, tmp_path: Path) -> None:
    file = tmp_path / "check" / "seen.json"
    assert recall(file) is None
    before = seen(atlas_crm)
    remember(file, before)
    assert recall(file) == before
    assert [each.name for each in file.parent.iterdir()] == ["seen.json"]


def test_a_file_of_another_form_is_no_memory_and_a_broken_one_is_told(tmp_path: Path) -> None:
    file = tmp_path / "seen.json"
    file.write_text(json.dumps({"form": 0}))
    assert recall(file) is None
    file.write_text("{")
    with pytest.raises(Misconfigured, match=r"seen\.json cannot be read: .*; remove it"):
        recall(file)
