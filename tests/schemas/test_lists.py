"""Lists of a SOAP service in a mapping: what they say, and what is wrong with one."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from schemas.grammar import MappingError, load_mapping
from schemas.listing import (
    Deletes,
    IdsChanges,
    IdsPage,
    LocatorPage,
    OffsetPage,
    Pick,
    QueryChanges,
    TokenChanges,
)
from schemas.mapping import CrmMapping, TableRead
from schemas.source import ColumnName

HEAD = """
[crm.lists.contacts]
call = "QueryContacts"
rows = "Contacts.Contact"
columns = { ID = "ContId", NAME = "Person.Name", OWNER = "Owner" }
key = ["ID"]
"""
ENTITY = """
[contact.from]
table = "contacts"
key = ["ID"]

[contact.fields]
family_name = { column = "NAME" }
"""
OFFSET = 'page = { style = "offset", offset = "Start", size = "Max", rows = 200 }'
IDS = 'page = { style = "ids", call = "ListIds", take = "Ids.Id", put = "Ids.Id", rows = 50 }'
PICK = 'pick = { call = "Retrieve", put = "Ids", rows = "Found", size = 9 }'
QUERY = 'changes = { style = "query", since = "Since" }'
UPDATED = 'changes = { style = "ids", call = "GetUpdated", since = "From", take = "Ids.Id" }'
TOKEN = 'changes = { style = "token", put = "Token", take = "Next" }'


def load(folder: Path, *words: str, entity: str = ENTITY, head: str = HEAD) -> CrmMapping:
    (folder / "mapping.toml").write_text("\n".join((head, *words, entity)), "utf-8")
    return load_mapping(folder / "mapping.toml")


def test_a_list_is_a_table_that_is_read_by_its_own_key(tmp_path: Path) -> None:
    mapping = load(tmp_path, OFFSET, 'const = { "Query.All" = "true" }')
    listing = mapping.lists["contacts"]
    assert (listing.call, listing.rows, listing.key) == (
        "QueryContacts",
        "Contacts.Contact",
        ("ID",),
    )
    assert listing.const == {"Query.All": "true"}
    assert listing.page == OffsetPage("Start", "Max", 200)
    assert mapping.tables["contacts"] == TableRead(
        "contacts", None, ("ID",), None, 1, (), (), "UTC", listing
    )
    assert mapping.entities["contact"].listing is listing


def test_each_style_of_pages_has_its_words(tmp_path: Path) -> None:
    locator = (
        'page = { style = "locator", call = "More", put = "At", take = "Next", done = "Done" }'
    )
    assert load(tmp_path, locator).lists["contacts"].page == LocatorPage(
        "More", "At", "Next", "Done"
    )
    listing = load(tmp_path, IDS).lists["contacts"]
    assert listing.page == IdsPage("ListIds", "Ids.Id")
    assert listing.pick == Pick("QueryContacts", "Ids.Id", "Contacts.Contact", 50)


def test_each_style_of_changes_has_its_words(tmp_path: Path) -> None:
    deletes = 'deletes = { call = "GetDeleted", since = "From", take = "Ids.Id", covered = "Upto" }'
    listing = load(tmp_path, OFFSET, QUERY, deletes, "sweep = 3").lists["contacts"]
    assert listing.changes == QueryChanges("Since", 300)
    assert listing.deletes == Deletes("Ids.Id", "GetDeleted", "From", None, "Upto")
    assert listing.sweep == dt.timedelta(days=3)
    listing = load(tmp_path, IDS, UPDATED).lists["contacts"]
    assert listing.changes == IdsChanges("GetUpdated", "From", "Ids.Id")
    assert (listing.deletes, listing.swept) == (None, False)
    listing = load(tmp_path, OFFSET, TOKEN, 'deletes = { take = "Gone.Id" }').lists["contacts"]
    assert listing.changes == TokenChanges("Token", "Next")
    assert listing.deletes == Deletes("Gone.Id")
    assert load(tmp_path, OFFSET, QUERY, 'deletes = "sweep"').lists["contacts"].swept


def test_every_element_is_named_with_the_call_that_has_it(tmp_path: Path) -> None:
    listing = load(tmp_path, IDS, QUERY, 'const = { "All" = true }').lists["contacts"]
    assert listing.put == (
        ("QueryContacts", "All"),
        ("QueryContacts", "Ids.Id"),
        ("ListIds", "Since"),
    )
    assert listing.taken == (("ListIds", "Ids.Id"),)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (['page = { style = "number" }'], r"page: unknown style 'number'; known: offset, loc"),
        (['page = { style = "offset", offset = "A", size = "B" }'], r"page: 'rows' is missing"),
        ([OFFSET.replace("200", "1")], r"'rows' must be 2 or more, not 1"),
        ([OFFSET.replace("200", '"many"')], r"'rows' must be a whole number"),
        ([OFFSET.replace("Start", "a b")], r"'a b' is no path of elements"),
        ([OFFSET.replace("rows", "row")], r"unknown word 'row'"),
        (['page = { style = "ids", call = "L", take = "I" }'], r"page: 'put' is missing"),
        ([OFFSET, UPDATED, 'deletes = "sweep"'], r"give 'pick'"),
        ([IDS, PICK], r"'pick' says nothing: the list's own call takes the keys"),
        ([OFFSET, QUERY], r"tell nothing of deleted rows: give 'deletes', or deletes = \"sweep\""),
        ([OFFSET, 'deletes = "sweep"'], r"'deletes' says nothing without 'changes'"),
        ([OFFSET, "sweep = 3"], r"'sweep' says nothing without 'changes'"),
        ([OFFSET, QUERY, 'deletes = { take = "Gone" }'], r"beside changes by token only"),
        (
            [OFFSET, TOKEN, 'deletes = { call = "D", since = "F", take = "I" }'],
            r"a token tells no moment",
        ),
        ([IDS, TOKEN], r"a token is given with rows"),
        (
            [
                'page = { style = "locator", call = "M", put = "P", take = "T", done = "D",'
                ' more = "E" }'
            ],
            r"'done' and 'more' say the same",
        ),
        ([OFFSET, 'const = { "A" = 1.5 }'], r"const: 'A' must be a text, a whole number"),
    ],
)
def test_what_is_wrong_with_a_list_is_said_with_the_way_out(
    tmp_path: Path, words: list[str], told: str
) -> None:
    with pytest.raises(MappingError, match=rf"crm\.lists\.contacts.*{told}"):
        load(tmp_path, *words)


@pytest.mark.parametrize(
    ("entity", "told"),
    [
        (ENTITY.replace('"NAME"', '"NOM"'), r"contact\.family_name: the list 'contacts' has no"),
        (ENTITY.replace('key = ["ID"]', 'key = ["NO"]'), r"no column 'NO'; it has ID, NAME, OWN"),
        (ENTITY.replace('["ID"]', '["NAME"]'), r"'key' is NAME, and the rows of the list"),
        (ENTITY.replace("key =", 'stamp = "NAME"\nkey ='), r"'stamp' says nothing of a list"),
        (ENTITY.replace("key =", 'skip = ["ID"]\nkey ='), "skip"),
        (ENTITY.replace("key =", 'where = { KIND = "1" }\nkey ='), r"no column 'KIND'"),
        (ENTITY.replace('"contacts"', '"CONTACT"'), r"no 'from' and no join reads this list"),
        (
            ENTITY + '[contact.update]\ncall = "Update"\nkey = ["Id"]',
            r"'update' asks for one record before and after: say \[contact\.get\]",
        ),
        (
            ENTITY + '[contact.create]\ncall = "Create"\nkey = ["Id"]\nreference = "Ref"\n'
            'look_up = { column = "OWNER" }',
            r"'look_up' asks a database",
        ),
    ],
)
def test_what_a_list_cannot_do_is_said(tmp_path: Path, entity: str, told: str) -> None:
    with pytest.raises(MappingError, match=told):
        load(tmp_path, OFFSET, entity=entity)


def test_what_is_joined_to_a_list_is_for_nights_only(tmp_path: Path) -> None:
    joined = ENTITY.replace(
        "[contact.fields]",
        '[contact.from.join.u]\ntable = "USERS"\non = { NO = "OWNER" }\n\n[contact.fields]\n'
        'customer_id = { column = "u.NO" }',
    )
    contact = load(tmp_path, OFFSET, entity=joined).entities["contact"]
    assert "customer_id" in contact.fields
    assert "customer_id" not in contact.served.fields
    assert (contact.served.shape.joins, contact.served.listing) == ((), contact.listing)


def test_a_list_that_is_joined_to_a_table_is_for_nights_only(tmp_path: Path) -> None:
    joined = """
[customer.from]
table = "ACCOUNTS"
key = ["NO"]
[customer.from.join.c]
table = "contacts"
on = { ID = "CONTACT" }
[customer.from.join.o]
table = "OWNERS"
on = { NO = "c.OWNER" }
[customer.from.join.s]
table = "STATES"
on = { CD = "STATE" }
[customer.fields]
name = { column = "NAME" }
legal_name = { column = "c.NAME" }
owner_id = { column = "o.NO" }
website = { column = "s.WEB" }
"""
    customer = load(tmp_path, OFFSET, entity=joined).entities["customer"]
    assert customer.listing is None
    assert list(customer.served.fields) == ["id", "name", "website"]
    assert [join.alias for join in customer.served.shape.joins] == ["s"]
    assert customer.fields["owner_id"].column == ColumnName("o", "NO")
