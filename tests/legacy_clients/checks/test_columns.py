"""A mapping beside the tables that it is for."""

from __future__ import annotations

import pytest

from legacy_clients import LegacyCRM
from legacy_clients.checks.columns import misfits_of_columns, unread
from legacy_clients.checks.kinds import kind_of
from legacy_clients.checks.remark import Remark
from legacy_clients.odbc.messages import Column
from legacy_clients.odbc.select import Tables
from tests.legacy_clients.checks.conftest import Bent, told


def misfits(crm: LegacyCRM, entity: str) -> list[Remark]:
    contract = crm.service.contract
    return misfits_of_columns(crm.mapped(entity), Tables(crm.port), "SQLite", contract)


def test_atlas_fits_its_tables(atlas_crm: LegacyCRM) -> None:
    for entity in atlas_crm.mapping.entities:
        assert misfits(atlas_crm, entity) == []


def test_a_column_that_is_gone_is_told_with_its_fields_and_what_it_may_be_now(bent: Bent) -> None:
    crm = bent.database("ALTER TABLE CUSTMAST RENAME COLUMN CR_LMT TO CREDIT_LMT")
    [found] = misfits(crm, "customer")
    assert found.place == "CUSTMAST"
    assert found.text == "There is no column CR_LMT (field); is it CREDIT_LMT?"
    assert found.fields == ("customer.credit_limit",)


def test_a_table_that_is_gone_is_told_with_all_that_hangs_on_it(bent: Bent) -> None:
    [found] = misfits(bent.database("DROP TABLE CUSTEML"), "customer")
    assert (found.weight, found.place) == ("misfit", "CUSTEML")
    assert found.fields == ("customer.email", "customer.email_address")


def test_what_is_no_field_is_looked_for_too(bent: Bent) -> None:
    """Keys of joins and children, guards, look-ups of creates."""
    crm = bent.database(
        "ALTER TABLE ORDLIN RENAME COLUMN ORD_NO TO ORDER_NO",
        "ALTER TABLE ORDHDR DROP COLUMN VER",
        "ALTER TABLE CLIREF RENAME COLUMN CLI_REF TO REFERENCE",
    )
    found = {remark.place: remark for remark in misfits(crm, "order")}
    assert found.keys() == {"ORDLIN", "ORDHDR", "CLIREF"}
    assert "no column ORD_NO (key" in found["ORDLIN"].text
    assert found["ORDLIN"].fields == ("order.lines",)
    assert "no column VER (guard of changes)" in found["ORDHDR"].text
    assert "no column CLI_REF (look-up of creates)" in found["CLIREF"].text


def test_a_number_that_is_text_is_not_compared_as_a_number(bent: Bent) -> None:
    crm = bent.mapping(('{ column = "LAT",', '{ column = "LAT", numeric = true,'))
    [found] = misfits(crm, "location")
    assert (found.weight, found.place) == ("misfit", "location.latitude")
    assert "LOCATN.LAT is declared VARCHAR(12)" in found.text


def test_a_codec_that_reads_no_such_column_is_doubted(bent: Bent) -> None:
    crm = bent.database("DROP TABLE OPPTY", "CREATE TABLE OPPTY (OPP_NO, NAME BLOB)")
    found = [each for each in misfits(crm, "opportunity") if each.weight == "warning"]
    assert [each.place for each in found] == ["opportunity.name"]
    assert "'text' reads" in found[0].text
    assert "OPPTY.NAME is declared BLOB" in found[0].text


def test_what_the_column_would_cut_must_not_be_let_through(bent: Bent) -> None:
    """W8"""
    crm = bent.database(
        "ALTER TABLE CONTACT DROP COLUMN TITLE", "ALTER TABLE CONTACT ADD COLUMN TITLE VARCHAR(30)"
    )
    assert told(misfits(crm, "contact")) == [
        (
            "misfit",
            "contact.title",
            "Up to 40 characters are let through, and CONTACT.TITLE holds 30: give it max = 30.",
        )
    ]


def test_columns_that_nothing_reads_are_listed(bent: Bent, atlas_crm: LegacyCRM) -> None:
    mappings = list(atlas_crm.mapping.entities.values())
    assert unread(mappings, Tables(atlas_crm.port)) == {"ORDHDR": ["CLI_REF"]}
    crm = bent.database("ALTER TABLE PRODMAST ADD COLUMN COLOUR VARCHAR(10)")
    assert unread(mappings, Tables(crm.port))["PRODMAST"] == ["COLOUR"]


def test_what_is_skipped_on_purpose_is_not_listed(bent: Bent) -> None:
    crm = bent.mapping(('table = "ORDHDR"\n', 'table = "ORDHDR"\nskip = ["CLI_REF"]\n'))
    assert unread(crm.mapping.entities.values(), Tables(crm.port)) == {}


@pytest.mark.parametrize(
    ("declared", "driver", "kind"),
    [
        ("varchar(50) character set utf8mb4", "MariaDB", "text"),
        ("enum('a','b') character set utf8mb4", "MariaDB", "text"),
        ("tinyint(1)", "MariaDB", "number"),
        ("bit(1)", "MariaDB", "number"),
        ("datetime", "MariaDB", "moment"),
        ("longblob", "MariaDB", "bytes"),
        ("timestamp without time zone", "PostgreSQL", "moment"),
        ("date", "PostgreSQL", "date"),
        ("time without time zone", "PostgreSQL", "time"),
        ("double precision", "PostgreSQL", "float"),
        ("numeric(10,2)", "PostgreSQL", "number"),
        ("boolean", "PostgreSQL", "boolean"),
        ("bytea", "PostgreSQL", "bytes"),
        ("character varying(20)", "PostgreSQL", "text"),
        ("money", "PostgreSQL", "number"),
        ("interval", "PostgreSQL", None),
        ("DATE", "SQLite", None),
        ("INTEGER", "SQLite", "number"),
        ("", "SQLite", None),
    ],
)
def test_declared_types_are_of_a_kind(declared: str, driver: str, kind: str | None) -> None:
    assert kind_of(Column("C", declared, None, True), driver) == kind
