"""A CRM as a whole: its parts are opened when they are needed, and closed together.

What a CRM does is proved by its contract (tests/contracts).
"""

from __future__ import annotations

import contextlib
from pathlib import Path

import pytest

from legacy_clients import Access, LegacyCRM, open_crm
from legacy_clients.errors import LegacyError, Misconfigured
from legacy_clients.reading import Ask


def test_nothing_is_opened_before_it_is_needed(tmp_path: Path) -> None:
    """L4: start-up works with the CRM down."""
    nowhere = Access(
        odbc=f"DRIVER={{SQLite3}};Database={tmp_path / 'none.sqlite'}",
        wsdl=str(tmp_path / "none.wsdl"),
        url="http://127.0.0.1:9/",
        user="u",
        password="p",
    )
    with contextlib.closing(open_crm("atlas", nowhere)) as crm:
        assert len(crm.mapping.entities) == 9
        with pytest.raises(LegacyError):
            crm.find("customer", Ask())
        with pytest.raises(LegacyError):
            _ = crm.service


def test_an_entity_that_is_not_mapped_is_named_with_those_that_are(atlas_crm: LegacyCRM) -> None:
    with pytest.raises(
        Misconfigured, match="the mapping of atlas has no ship; it has user, customer, contact"
    ):
        atlas_crm.mapped("ship")


def test_a_crm_may_be_closed_twice_and_without_use() -> None:
    crm = open_crm("atlas", Access())
    crm.close()
    crm.close()


def test_parts_are_made_once(atlas_crm: LegacyCRM) -> None:
    assert atlas_crm.reader("customer") is atlas_crm.reader("customer")
    assert atlas_crm.table("CUSTMAST") is atlas_crm.table("CUSTMAST")
    assert atlas_crm.acts("customer") is atlas_crm.acts("customer")
    assert atlas_crm.service is atlas_crm.service


def test_the_password_is_not_shown(atlas_crm: LegacyCRM) -> None:
    """O1"""
    access = Access(odbc="DRIVER={SQLite3};PWD=secret-1", user="u", password="secret-2")
    assert "secret" not in repr(access)
    assert "atlas-2004" not in repr(vars(atlas_crm))
