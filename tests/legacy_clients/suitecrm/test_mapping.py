"""The mapping fits the contract of SuiteCRM's service and its tables."""

from __future__ import annotations

import contextlib
import re
from pathlib import Path

import pytest

from fixtures.suitecrm import SuiteCRM
from fixtures.suitecrm.database import ask, connect
from fixtures.suitecrm.seed import record_id
from fixtures.suitecrm.tables import TABLES
from legacy_clients import LegacyCRM, crm_folder
from schemas.elements import parse_path
from schemas.grammar import MappingError, load_mapping

FOLDER = crm_folder("suitecrm")
MAPPING = load_mapping(FOLDER / "mapping.toml")


def test_what_is_mapped_and_what_is_written() -> None:
    assert {name: list(mapped.operations) for name, mapped in MAPPING.entities.items()} == {
        "user": [],
        "customer": ["get", "create", "update"],
        "contact": ["get", "create", "update"],
        "location": [],
        "product": [],
        "order": [],
        "opportunity": ["get", "create", "update"],
        "activity": ["create"],
    }


@pytest.mark.parametrize("choice", ["quotes", "invoices"])
def test_every_choice_of_orders_is_read_by_the_grammar(choice: str) -> None:
    mapping = load_mapping(FOLDER / "mapping.toml", {"order": choice})
    assert mapping.entities["order"].shape.table == choice


def test_an_unknown_choice_lists_the_known_ones() -> None:
    with pytest.raises(MappingError, match="unknown choice 'carts'; known: quotes, invoices"):
        load_mapping(FOLDER / "mapping.toml", {"order": "carts"})


def test_every_write_is_an_array_with_its_module_and_is_believed_only_when_read_again() -> None:
    """W6"""
    for entity in MAPPING.entities.values():
        for verb, operation in entity.operations.items():
            if verb == "get":
                assert operation.missing == "return.entry_list.item.name_value_list[warning]"
                continue
            assert operation.call == "set_entry"
            assert operation.reread
            written = [
                operation.element(element)
                for mapped in entity.fields.values()
                for element in mapped.elements
            ]
            paths = [parse_path(path) for path in (*written, *operation.const)]
            assert {path.dotted for path in paths} == {"name_value_list", "module_name"}


def test_a_new_record_bears_our_reference_as_its_id() -> None:
    """W3"""
    for entity in MAPPING.entities.values():
        create = entity.operations.get("create")
        if create is not None:
            assert create.reference == "name_value_list[id]"
            assert create.const["name_value_list[new_with_id]"] == "1"
            assert create.look_up is not None
            assert create.look_up.column == "id"


def test_every_call_and_element_stands_in_the_contract(crm: LegacyCRM) -> None:
    """L4"""
    contract = crm.service.contract
    for entity in MAPPING.entities.values():
        for operation in entity.operations.values():
            assert operation.call in contract.operations
            for path in operation.const:
                assert contract.element(operation.call, parse_path(path).dotted) is not None


def test_every_field_that_is_written_is_a_column_of_its_module(crm: LegacyCRM) -> None:
    """L4: but for what the service keeps elsewhere."""
    elsewhere = {"email1", "account_id"}
    modules = {"customer": "accounts", "contact": "contacts", "opportunity": "opportunities"}
    for name, table in modules.items():
        for mapped in MAPPING.entities[name].fields.values():
            for element in mapped.elements:
                assert element in TABLES[table] or element in elsewhere, element


def test_secrets_are_not_read() -> None:
    """O1: no column of the mapping holds one, and the table of users is kept without."""
    assert MAPPING.tables["users"].skip == ("user_hash",)


def test_sql_files_hold_one_select_each_and_are_all_used() -> None:
    named = set()
    for file in Path(FOLDER).glob("*.toml"):
        named |= set(re.findall(r'query = "(\w+\.sql)"', file.read_text("utf-8")))
    assert named == {file.name for file in FOLDER.glob("*.sql")}


@pytest.mark.parametrize(
    ("file", "key", "of", "table"),
    [
        ("contacts.sql", "id", "contacts", "contacts"),
        ("opportunities.sql", "id", "opportunities", "opportunities"),
        ("locations.sql", "account_id", "accounts", "accounts"),
        ("quotes.sql", "id", "aos_quotes", "aos_quotes"),
        ("invoices.sql", "id", "aos_invoices", "aos_invoices"),
        ("quote_lines.sql", "parent_id", "aos_quotes", "line"),
        ("invoice_lines.sql", "parent_id", "aos_invoices", "line"),
    ],
)
def test_one_record_is_read_by_an_index(
    suitecrm: SuiteCRM, file: str, key: str, of: str, table: str
) -> None:
    """MariaDB looks into a query with UNION or a window only after it has read it whole."""
    lines = (FOLDER / file).read_text("utf-8").splitlines()
    query = "\n".join(line for line in lines if not line.startswith("--"))
    explained = f"EXPLAIN SELECT * FROM ({query}) b WHERE b.{key} = ?"
    with contextlib.closing(connect(suitecrm.odbc)) as db:
        plan = {row[2]: row[3] for row in ask(db, explained, (record_id(of, 3),))}
    assert plan[table] in ("const", "ref")
