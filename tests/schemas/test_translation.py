"""Both forms of a translation make the same documents of the same rows."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from fixtures.atlas import Atlas
from fixtures.atlas.manifest import Poison
from legacy_clients import LegacyCRM
from legacy_clients.reading import Ask, Wanted
from tests.schemas.both_forms import Document, by_night, by_record, legacy

ENTITIES = (
    "user",
    "customer",
    "contact",
    "location",
    "product",
    "order",
    "shipment",
    "opportunity",
    "activity",
)
OWNERS = {
    "CUSTMAST": "customer",
    "CUSTXTR": "customer",
    "ATTRIB": "customer",
    "CONTACT": "contact",
    "LOCATN": "location",
    "PRODMAST": "product",
    "ORDHDR": "order",
    "ORDLIN": "order",
    "ORDSTP": "order",
    "OPPTY": "opportunity",
    "ACTIV": "activity",
    "USERS": "user",
}
"""The entity that a poisoned table belongs to."""
OF_A_SHIPMENT = {"SHP_STAT", "PU_STMP", "DL_STMP"}


@pytest.fixture(scope="module")
def documents(atlas_crm: LegacyCRM) -> dict[str, tuple[list[Document], list[Document]]]:
    """Every document of Atlas, by record and by night."""
    return {name: (by_record(atlas_crm, name, 37), by_night(atlas_crm, name)) for name in ENTITIES}


@pytest.mark.parametrize("entity", ENTITIES)
def test_every_document_of_atlas_is_the_same_in_both_forms(
    documents: dict[str, tuple[list[Document], list[Document]]], read_only_atlas: Atlas, entity: str
) -> None:
    """F9"""
    record, night = documents[entity]
    assert len(record) == read_only_atlas.manifest.entities[entity]
    differing = [(r["id"], n["id"]) for r, n in zip(record, night, strict=True) if r != n]
    assert differing == []


def of_poison(documents: list[Document], poison: Poison) -> list[tuple[Document, Document]]:
    """The documents and problems in which a poisoned value is told, by its raw text."""
    key = ".".join(poison.key[:2] if poison.table == "LOCATN" else poison.key[:1])
    if poison.table == "ATTRIB":
        key = poison.key[1]
    return [
        (document, problem)
        for document in documents
        if document["id"] == key
        for problem in document["problems"]
        if (problem["raw"] or "").rstrip() == poison.raw.rstrip()
        or poison.raw.rstrip() in _parts(problem["raw"])
    ]


def _parts(raw: str | None) -> list[str]:
    """The texts of a raw that has several columns."""
    if raw is None or not raw.startswith("["):
        return []
    return [(text or "").rstrip() for text in json.loads(raw)]


@pytest.mark.parametrize("form", [0, 1], ids=["record", "night"])
def test_every_poisoned_value_is_a_problem_with_its_raw_text(
    documents: dict[str, tuple[list[Document], list[Document]]], read_only_atlas: Atlas, form: int
) -> None:
    """F1: null, and never a neighbouring value."""
    poisoned = read_only_atlas.manifest.poisoned
    assert len(poisoned) == 54
    for poison in poisoned:
        entity = "shipment" if poison.column in OF_A_SHIPMENT else OWNERS[poison.table]
        told = of_poison(documents[entity][form], poison)
        assert len(told) == 1, poison
        document, problem = told[0]
        assert problem["reason"], poison
        if "[" not in problem["field"]:
            value: Any = document
            for word in problem["field"].split("."):
                value = None if value is None else value[word]
            assert value is None, poison


@pytest.mark.parametrize("form", [0, 1], ids=["record", "night"])
def test_nothing_but_what_is_poisoned_is_refused(
    documents: dict[str, tuple[list[Document], list[Document]]], read_only_atlas: Atlas, form: int
) -> None:
    """F2: one bad value costs only that value."""
    refused = sum(
        len(document["problems"]) for entity in ENTITIES for document in documents[entity][form]
    )
    # A flag that tells a soft delete is read by an order's shipment too.
    shared = [
        poison
        for poison in read_only_atlas.manifest.poisoned
        if poison.table == "ORDHDR" and poison.column == "DEL_FL"
    ]
    assert refused == len(read_only_atlas.manifest.poisoned) + len(shared)


TWO_TABLES = """
[customer.from]
table = "acc"
key = ["id"]
[customer.from.join.c]
table = "cstm"
on = { id_c = "id" }
[customer.from.join.m]
table = "mail"
on = { id = "c.mail_id" }
[customer.from.pivot.x]
table = "attr"
on = { obj = "id" }
name = "attr"
value = "val"
[customer.fields]
name = { column = "name" }
legal_name = { column = "c.legal" }
email = { column = "m.address" }
website = { first = ["x.WEB", "name"] }
[customer.custom]
dock = { column = "x.DOCK" }
"""
TABLES = (
    "CREATE TABLE acc (id CHAR(4), name VARCHAR(20))",
    "CREATE TABLE cstm (id_c CHAR(6), legal VARCHAR(20), mail_id INTEGER)",
    "CREATE TABLE mail (id INTEGER, address VARCHAR(20))",
    "CREATE TABLE attr (obj CHAR(4), attr VARCHAR(8), val VARCHAR(20))",
    "INSERT INTO acc VALUES ('A   ', 'Ann'), ('B   ', 'Bob'), ('C   ', 'Cyd'), ('D   ', 'Dan')",
    "INSERT INTO cstm VALUES ('A     ', 'Ann Ltd', 1), ('B     ', 'Bob Ltd', 2),"
    " ('C     ', 'Cyd Ltd', 3)",
    "INSERT INTO mail VALUES (1, 'a@x.org'), (2, 'b@x.org'), (3, 'c@x.org')",
    "INSERT INTO attr VALUES ('A   ', 'WEB', 'a.org'), ('A   ', 'DOCK', '7-12'),"
    " ('B   ', 'WEB', 'b.org'), ('B   ', 'OTHER', '1'), ('B   ', 'OTHER', '2')",
)


def both(crm: LegacyCRM, entity: str = "customer") -> list[Document]:
    """The documents, which both forms must make alike."""
    record, night = by_record(crm, entity, 2), by_night(crm, entity)
    assert record == night
    return record


def test_joins_and_pivots_give_the_values_of_one_flat_row(tmp_path: Path) -> None:
    """F9"""
    with legacy(tmp_path, TWO_TABLES, *TABLES) as crm:
        found = both(crm)
    shown = [
        (d["id"], d["legal_name"], d["email"], d["website"], d["custom"], d["problems"])
        for d in found
    ]
    assert shown == [
        ("A", "Ann Ltd", "a@x.org", "a.org", {"dock": "7-12"}, []),
        ("B", "Bob Ltd", "b@x.org", "b.org", None, []),
        ("C", "Cyd Ltd", "c@x.org", "Cyd", None, []),
        ("D", None, None, "Dan", None, []),
    ]


DOUBLES = {
    "other values": (
        "INSERT INTO cstm VALUES ('B     ', 'Bert Ltd', 2)",
        {"legal_name": "cstm", "email": "cstm", "email_address": "cstm"},
    ),
    "the same values": (
        "INSERT INTO cstm VALUES ('B     ', 'Bob Ltd', 2)",
        {"legal_name": "cstm", "email": "cstm", "email_address": "cstm"},
    ),
    "further on": (
        "INSERT INTO mail VALUES (2, 'b@x.org')",
        {"email": "mail", "email_address": "mail"},
    ),
    "one attribute": (
        "INSERT INTO attr VALUES ('B   ', 'WEB', 'bob.org')",
        {"website": "attr"},
    ),
    "an attribute of no interest": ("INSERT INTO attr VALUES ('B   ', 'OTHER', '3')", {}),
    "three of a kind": (
        "INSERT INTO mail VALUES (2, 'x@x.org'), (2, 'y@x.org'), (2, NULL)",
        {"email": "mail", "email_address": "mail"},
    ),
}


@pytest.mark.parametrize(("statement", "refused"), DOUBLES.values(), ids=DOUBLES.keys())
def test_several_joined_rows_are_refused_and_none_is_picked(
    tmp_path: Path, statement: str, refused: dict[str, str]
) -> None:
    """F1, F2: and nothing else of the record is."""
    with legacy(tmp_path, TWO_TABLES, *TABLES) as crm:
        before = both(crm)
    with legacy(tmp_path, TWO_TABLES, statement) as crm:
        after = both(crm)
        one = crm.get("customer", "B").document
    assert [d for d in after if d["id"] != "B"] == [d for d in before if d["id"] != "B"]
    bob, was = after[1], before[1]
    assert sorted(one["problems"], key=lambda problem: problem["field"]) == bob["problems"]
    assert one | {"problems": None} == bob | {"problems": None}
    assert {problem["field"]: problem["reason"] for problem in bob["problems"]} == {
        field: f"more than one row in {table}" for field, table in refused.items()
    }
    assert {problem["raw"] for problem in bob["problems"]} <= {None}
    assert {name for name in was if was[name] != bob[name]} - {"problems"} == set(refused)
    assert all(bob[name] is None for name in refused)


def test_a_group_whose_only_value_is_refused_is_null(tmp_path: Path) -> None:
    doubled = "INSERT INTO attr VALUES ('A   ', 'DOCK', '8-12')"
    with legacy(tmp_path, TWO_TABLES, *TABLES, doubled) as crm:
        assert both(crm)[0]["custom"] is None


def test_a_condition_on_a_joined_table_does_not_make_a_doubled_row_single(tmp_path: Path) -> None:
    """F1"""
    doubled = "INSERT INTO mail VALUES (2, 'bob@x.org')"
    with legacy(tmp_path, TWO_TABLES, *TABLES, doubled) as crm:
        ask = Ask((Wanted("email", "=", ("bob@x.org",)),))
        found = [one.document["email"] for one in crm.find("customer", ask).records]
        single = Ask((Wanted("email", "=", ("c@x.org",)),))
        others = [one.document["email"] for one in crm.find("customer", single).records]
    assert found == [None]
    assert others == ["c@x.org"]


@pytest.mark.parametrize("limit", [1, 2, 3, 5])
@pytest.mark.parametrize("descending", [False, True])
def test_an_order_by_a_joined_table_shows_a_doubled_record_once(
    tmp_path: Path, limit: int, descending: bool
) -> None:
    """A3"""
    doubled = "INSERT INTO mail VALUES (2, 'z@x.org'), (1, 'a@x.org')"
    shown, after = [], None
    with legacy(tmp_path, TWO_TABLES, *TABLES, doubled) as crm:
        for _ in range(20):
            ask = Ask(sort="email", descending=descending, after=after, limit=limit)
            page = crm.find("customer", ask)
            shown += [(one.id, one.document["email"]) for one in page.records]
            after = page.next
            if after is None:
                break
    expected = [("A", None), ("B", None), ("C", "c@x.org"), ("D", None)]
    assert sorted(shown) == expected
    assert after is None


@pytest.mark.parametrize("limit", [1, 2, 3, 4])
def test_a_page_never_ends_within_the_rows_of_a_record(tmp_path: Path, limit: int) -> None:
    """A3, F1"""
    doubled = "INSERT INTO mail VALUES (1, 'y@x.org'), (2, 'z@x.org'), (3, 'x@x.org')"
    with legacy(tmp_path, TWO_TABLES, *TABLES, doubled) as crm:
        found = by_record(crm, "customer", limit)
    assert [(d["id"], d["email"]) for d in found] == [
        ("A", None),
        ("B", None),
        ("C", None),
        ("D", None),
    ]
    assert [len(d["problems"]) for d in found] == [2, 2, 2, 0]


@pytest.mark.parametrize("name", ["Bob", "Bert"])
def test_rows_that_share_a_key_are_set_apart(tmp_path: Path, name: str) -> None:
    """F1: neither of them is picked, alike or not."""
    with legacy(tmp_path, TWO_TABLES, *TABLES, f"INSERT INTO acc VALUES ('B   ', '{name}')") as crm:
        record, night = by_record(crm, "customer", 2), by_night(crm, "customer")
        one = crm.get("customer", "B").document
    assert [d["id"] for d in night] == ["A", "C", "D"]
    assert [d for d in record if d["id"] != "B"] == night
    (bob,) = [d for d in record if d["id"] == "B"]
    assert one == bob
    assert bob["problems"] == [{"field": "id", "raw": "B", "reason": "doubled key"}]
    assert {word for word, value in bob.items() if value is not None} == {"id", "problems"}


def test_a_row_without_a_key_is_no_record(tmp_path: Path) -> None:
    keyless = "INSERT INTO acc VALUES (NULL, 'Nul'), (NULL, 'Nil'), ('    ', 'Blank')"
    with legacy(tmp_path, TWO_TABLES, *TABLES, keyless) as crm:
        assert [d["id"] for d in both(crm)] == ["A", "B", "C", "D"]
        assert [d["id"] for d in by_record(crm, "customer", 1)] == ["A", "B", "C", "D"]


CODED = """
[customer.from]
table = "acc"
key = ["id"]
[customer.fields]
status = { column = "st", lookup = { table = "codes", key = "cd", value = "word", where = { list = "ST" } }, codes = { ACT = "active", OFF = "inactive" } }
credit_limit = { column = "lim", lookup = { table = "codes", key = "cd", value = "word", where = { list = "LIM" } } }
payment_terms = { column = "pay", codes = { table = "codes", key = "cd", value = "word", where = { list = "PAY" } } }
[order.from]
table = "ord"
key = ["no"]
[[order.stops.columns]]
seq = { value = "1" }
kind = { column = "kind", lookup = { table = "codes", key = "cd", value = "word", where = { list = "KIND" } }, codes = { pick = "pickup" } }
[order.lines.from]
table = "lin"
parent = { no = "no" }
[order.lines.fields]
line_no = { column = "l" }
packaging = { column = "pkg", codes = { table = "codes", key = "cd", value = "word", where = { list = "PKG" } } }
"""  # noqa: E501 - as people write it
CODES = (
    "CREATE TABLE acc (id CHAR(2), st CHAR(2), lim CHAR(2), pay CHAR(2))",
    "CREATE TABLE codes (list CHAR(4), cd CHAR(4), word VARCHAR(20))",
    "CREATE TABLE ord (no INTEGER, kind CHAR(2))",
    "CREATE TABLE lin (no INTEGER, l INTEGER, pkg CHAR(2))",
    "INSERT INTO codes VALUES ('ST  ', 'A   ', 'ACT'), ('ST  ', 'B   ', 'BAD'),"
    " ('ST  ', 'N   ', NULL), ('LIM ', 'A   ', '100.50'), ('LIM ', 'B   ', 'much'),"
    " ('PAY ', 'A   ', 'net 30'), ('PAY ', 'D   ', 'net 1'), ('PAY ', 'D   ', 'net 2'),"
    " ('KIND', 'P   ', 'pick'), ('PKG ', 'X   ', 'CT')",
    "INSERT INTO acc VALUES ('1 ', 'A ', 'A ', 'A '), ('2 ', 'B ', 'B ', 'D '),"
    " ('3 ', 'Z ', 'Z ', 'Z '), ('4 ', '  ', '', NULL), ('5 ', 'N ', NULL, '  '),"
    " ('6 ', CAST(x'FC' AS TEXT), NULL, NULL)",
    "INSERT INTO ord VALUES (1, 'P '), (2, 'Q '), (3, '  ')",
    "INSERT INTO lin VALUES (1, 1, 'X '), (1, 2, 'Y ')",
)


def test_what_is_looked_up_goes_to_the_codec_and_what_is_not_found_is_refused(
    tmp_path: Path,
) -> None:
    """F1, F9"""
    with legacy(tmp_path, CODED, *CODES) as crm:
        found = both(crm)
    assert [(d["status"], d["credit_limit"], d["payment_terms"]) for d in found] == [
        ("active", "100.50", "net 30"),
        (None, None, None),
        (None, None, None),
        (None, None, None),
        (None, None, None),
        (None, None, None),
    ]
    told = [{p["field"]: (p["raw"], p["reason"]) for p in d["problems"]} for d in found]
    assert told == [
        {},
        {
            "status": ("B ", "code is not listed"),
            "credit_limit": ("B ", "not a decimal number in plain notation"),
            "payment_terms": (None, "more than one row in codes"),
        },
        {
            "status": ("Z ", "no such entry"),
            "credit_limit": ("Z ", "no such entry"),
            "payment_terms": ("Z ", "code is not listed"),
        },
        {},
        {"status": ("N ", "no such entry")},
        {"status": ("hex:FC", "bytes that are no text in the declared code page, or NUL")},
    ]


def test_children_look_up_codes_in_groups_and_in_tables_of_their_own(tmp_path: Path) -> None:
    """F9"""
    with legacy(tmp_path, CODED, *CODES) as crm:
        found = both(crm, "order")
    assert [[stop["kind"] for stop in d["stops"]] for d in found] == [["pickup"], [None], []]
    assert [line["packaging"] for line in found[0]["lines"]] == ["CT", None]
    assert [d["problems"] for d in found] == [
        [{"field": "lines[2].packaging", "raw": "Y ", "reason": "code is not listed"}],
        [{"field": "stops[1].kind", "raw": "Q ", "reason": "no such entry"}],
        [],
    ]


def test_keys_are_equal_across_fixed_and_varying_width(tmp_path: Path) -> None:
    """F4"""
    mapping = """
    [customer.from]
    table = "acc"
    key = ["id"]
    where = { co = "1" }
    deleted = { column = "gone", is = ["Y"] }
    join.w = { table = "wide", on = { id = "id" } }
    join.v = { table = "vary", on = { id = "id" } }
    [customer.fields]
    name = { column = "name" }
    legal_name = { column = "w.word" }
    website = { column = "v.word" }
    owner_id = { column = "own" }
    tax_id = { column = "own", as = "char" }
    """
    with legacy(
        tmp_path,
        mapping,
        "CREATE TABLE acc (id CHAR(5), co CHAR(3), gone CHAR(2), name VARCHAR(9), own CHAR(4))",
        "CREATE TABLE wide (id CHAR(8), word VARCHAR(9))",
        "CREATE TABLE vary (id VARCHAR(8), word VARCHAR(9))",
        "INSERT INTO acc VALUES ('A    ', '1  ', 'Y ', 'Ann  ', 'U1  '),"
        " ('B    ', '1  ', 'N ', 'Bob', '    '), ('C    ', '2  ', 'N ', 'Cyd', 'U1  ')",
        "INSERT INTO wide VALUES ('A       ', 'wide'), ('B       ', 'side')",
        "INSERT INTO vary VALUES ('A', 'vary'), ('B    ', 'bury')",
    ) as crm:
        found = both(crm)
        one = crm.get("customer", "A").document
    assert [
        (d["id"], d["deleted"], d["name"], d["legal_name"], d["website"], d["owner_id"])
        for d in found
    ] == [
        ("A", True, "Ann  ", "wide", "vary", "U1"),
        ("B", False, "Bob", "side", "bury", None),
    ]
    assert [d["tax_id"] for d in found] == ["U1", None]
    assert one == found[0]
