"""A CRM is a name or a folder: one outside the package is read, carried by a night and served."""

from __future__ import annotations

import contextlib
import json
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from facade.app import close, create_app
from facade.config import read_settings
from legacy_clients import CRMS, Access, LegacyCRM, crm_folder, open_crm
from legacy_clients.errors import Misconfigured, Missing
from legacy_clients.reading import Ask, Wanted
from schemas.grammar import MappingError
from tests.facade.sync.nights import Nights

# Two entities, a join, a filter, a compound key and children; nothing but this text and a database.
MAPPING = """
[crm]
zone = "Europe/Berlin"

[customer.from]
table = "KUNDEN"
key = ["MANDANT", "NR"]
stamp = "GEAENDERT"
where = { SATZART = "K" }
deleted = { column = "GELOESCHT", is = ["J"] }

[customer.from.join.z]
table = "KUNDEN_ZUSATZ"
on = { MANDANT = "MANDANT", KUNDE = "NR" }

[customer.fields]
updated_at = { column = "GEAENDERT" }
name = { column = "NAME" }
credit_limit = { column = "KREDIT", as = "cents" }
status = { column = "STATUS", codes = { A = "active", G = "on_hold" } }
email = { column = "z.EMAIL" }

[customer.custom]
region = { column = "z.GEBIET", type = "text" }

[order.from]
table = "AUFTRAG"
key = ["AUFTRAG_NR"]

[order.fields]
customer_id = { columns = ["MANDANT", "KUNDE"] }
ordered_on = { column = "DATUM", as = "date8" }

[order.lines.from]
table = "POSITION"
parent = { AUFTRAG_NR = "AUFTRAG_NR" }

[order.lines.fields]
line_no = { column = "POS" }
description = { column = "TEXT" }
quantity.value = { column = "MENGE" }
"""
DATABASE = (
    "PRAGMA journal_mode = wal",
    "CREATE TABLE KUNDEN (MANDANT CHAR(2), NR INTEGER, SATZART CHAR(1), NAME VARCHAR(40),"
    " KREDIT INTEGER, STATUS CHAR(1), GELOESCHT CHAR(1), GEAENDERT VARCHAR(19))",
    "CREATE TABLE KUNDEN_ZUSATZ (MANDANT CHAR(2), KUNDE INTEGER, EMAIL VARCHAR(60),"
    " GEBIET VARCHAR(20))",
    "CREATE TABLE AUFTRAG (AUFTRAG_NR CHAR(8), MANDANT CHAR(2), KUNDE INTEGER, DATUM CHAR(8))",
    "CREATE TABLE POSITION (AUFTRAG_NR CHAR(8), POS INTEGER, TEXT VARCHAR(40), MENGE REAL)",
    "INSERT INTO KUNDEN VALUES"
    " ('01', 1, 'K', 'Müller GmbH', 150050, 'A', 'N', '2024-07-01 12:00:00'),"
    " ('01', 2, 'K', 'Schmidt AG', 0, 'Q', 'N', '2024-07-02 12:00:00'),"
    " ('02', 1, 'K', 'Andere Mandantin', NULL, 'G', 'N', '2024-01-02 12:00:00'),"
    " ('02', 7, 'K', 'Weg KG', NULL, 'A', 'J', '2024-01-03 12:00:00'),"
    " ('01', 9, 'L', 'Ein Lieferant', 0, 'A', 'N', '2024-07-03 12:00:00')",
    "INSERT INTO KUNDEN_ZUSATZ VALUES ('01', 1, 'post@mueller.example', 'Nord'),"
    " ('01', 9, 'nobody@example.org', 'West')",
    "INSERT INTO AUFTRAG VALUES ('A1      ', '01', 1, '20240703'),"
    " ('A2      ', '01', 2, '20240231')",
    "INSERT INTO POSITION VALUES ('A1      ', 2, 'Kiste', 1.5), ('A1      ', 1, 'Palette', 2)",
)
MUELLER = {
    "id": "01.1",
    "updated_at": "2024-07-01T10:00:00Z",
    "deleted": False,
    "name": "Müller GmbH",
    "status": "active",
    "email": "post@mueller.example",
    "email_address": "post@mueller.example",
    "credit_limit": "1500.50",
    "custom": {"region": "Nord"},
    "problems": [],
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A CRM's folder: one file, and no Python."""
    made = tmp_path / "erp"
    made.mkdir()
    (made / "mapping.toml").write_text(MAPPING, "utf-8")
    return made


@pytest.fixture
def odbc(tmp_path: Path) -> str:
    database = tmp_path / "erp.sqlite"
    change(database, *DATABASE)
    return f"DRIVER={{SQLite3}};Database={database}"


@pytest.fixture
def crm(folder: Path, odbc: str) -> Iterator[LegacyCRM]:
    with contextlib.closing(open_crm(str(folder), Access(odbc=odbc))) as opened:
        yield opened


def change(database: Path, *statements: str) -> None:
    with contextlib.closing(sqlite3.connect(database, isolation_level=None)) as db:
        for statement in statements:
            db.execute(statement)


def test_a_folder_outside_the_package_is_a_crm(crm: LegacyCRM) -> None:
    assert crm.name == "erp"
    assert list(crm.mapping.entities) == ["customer", "order"]
    assert crm.get("customer", "01.1").document == MUELLER


def test_its_records_are_found_by_page_filter_and_order(crm: LegacyCRM) -> None:
    first = crm.find("customer", Ask(limit=2))
    assert [one.id for one in first.records] == ["01.1", "01.2"]
    second = crm.find("customer", Ask(limit=2, after=first.next))
    assert [one.id for one in second.records] == ["02.1"]
    assert second.next is None
    active = crm.find("customer", Ask((Wanted("status", "=", ("active",)),), deleted=True))
    assert [one.id for one in active.records] == ["01.1", "02.7"]
    by_name = crm.find("customer", Ask(sort="name", descending=True))
    assert [one.id for one in by_name.records] == ["01.2", "01.1", "02.1"]


def test_rows_outside_its_filter_never_existed(crm: LegacyCRM) -> None:
    with pytest.raises(Missing, match=r"no customer has the id '01\.9'"):
        crm.get("customer", "01.9")


def test_its_children_and_its_unreadable_values_are_told(crm: LegacyCRM) -> None:
    assert crm.get("order", "A1").document == {
        "id": "A1",
        "customer_id": "01.1",
        "ordered_on": "2024-07-03",
        "lines": [
            {
                "line_no": 1,
                "description": "Palette",
                "quantity": {"value": "2.000000"},
            },
            {
                "line_no": 2,
                "description": "Kiste",
                "quantity": {"value": "1.500000"},
            },
        ],
        "problems": [],
    }
    assert crm.get("order", "A2").document["problems"] == [
        {"field": "ordered_on", "raw": "20240231", "reason": "no such day"}
    ]


def test_a_night_carries_it(crm: LegacyCRM, tmp_path: Path) -> None:
    with Nights.over(crm, tmp_path / "var") as nights:
        first = nights.run()
        assert first["entities"] == {
            "customer": {"read": 4, "inserted": 4, "updated": 0, "deleted": 0, "refused": 1},
            "order": {"read": 2, "inserted": 2, "updated": 0, "deleted": 0, "refused": 1},
        }
        assert first["certificate"] == "agrees"
        assert nights.refused() == [
            ("customer", "01.2", "status", "Q", "code is not listed"),
            ("order", "A2", "ordered_on", "20240231", "no such day"),
        ]
        change(
            tmp_path / "erp.sqlite",
            "UPDATE KUNDEN SET NAME = 'Müller & Co', GEAENDERT = '2024-08-01 00:00:00'"
            " WHERE MANDANT = '01' AND NR = 1",
            "UPDATE POSITION SET MENGE = 3 WHERE POS = 2",
        )
        second = nights.run()
        assert {name: told["updated"] for name, told in second["entities"].items()} == {
            "customer": 1,
            "order": 1,
        }
        assert nights.changes("customer", "op, id, name") == [("update", "01.1", "Müller & Co")]
        assert nights.changes("order") == [("update", "A1")]
        third = nights.run()
        assert {told["updated"] for told in third["entities"].values()} == {0}


def test_the_api_serves_it(folder: Path, odbc: str, tmp_path: Path) -> None:
    environment = {"FACADE_CRM": str(folder), "FACADE_ODBC": odbc, "FACADE_VAR": str(tmp_path)}
    app = create_app(read_settings(environment, tmp_path))
    try:
        _, ledger = app.extensions["facade"]
        _, key = ledger.keys.create("test", ["*"])
        client, headers = app.test_client(), {"Authorization": f"Bearer {key}"}

        def get(path: str, status: int = 200) -> Any:
            answer = client.get(path, headers=headers)
            assert answer.status_code == status, answer.text
            return json.loads(answer.text)

        assert get("/v1/customers/01.1") == MUELLER
        assert [one["id"] for one in get("/v1/customers?email=post@mueller.example")["items"]] == [
            "01.1"
        ]
        assert [one["id"] for one in get("/v1/orders?customer_id=01.2")["items"]] == ["A2"]
        assert get("/v1/orders/A1")["lines"][0]["description"] == "Palette"
        get("/v1/contacts", 404)
        paths = {path for path in get("/openapi.json")["paths"] if path.startswith("/v1/")}
        assert {"/v1/customers", "/v1/customers/{id}", "/v1/orders", "/v1/orders/{id}"} <= paths
        assert not [path for path in paths if "contact" in path]
    finally:
        close(app)


def test_a_folder_may_bring_a_class_that_behaves_unusually(folder: Path, odbc: str) -> None:
    (folder / "__init__.py").write_text(
        "from legacy_clients.crm import LegacyCRM\n\n\n"
        "class CRM(LegacyCRM):\n"
        "    def get(self, entity, id, seconds=10.0):\n"
        "        return super().get(entity, id.upper(), seconds)\n"
    )
    with contextlib.closing(open_crm(str(folder), Access(odbc=odbc))) as opened:
        assert type(opened).__name__ == "CRM"
        assert opened.get("order", "a1").id == "A1"


def test_a_crm_of_the_registry_is_opened_by_its_name() -> None:
    with contextlib.closing(open_crm("atlas", Access())) as opened:
        assert opened.name == "atlas"
    assert crm_folder("atlas") == CRMS["atlas"]


@pytest.mark.parametrize("name", ["unheard-of", "/no/such/folder"])
def test_what_is_neither_a_name_nor_a_folder_is_told_with_the_known_names(name: str) -> None:
    with pytest.raises(Misconfigured) as refused:
        open_crm(name, Access())
    assert str(refused.value) == (
        f"'{name}' is neither a CRM we know (atlas, suitecrm) nor a folder with a mapping.toml"
    )


def test_a_folder_with_a_wrong_mapping_is_told_at_once(folder: Path) -> None:
    (folder / "mapping.toml").write_text("[customer]\n")
    with pytest.raises(MappingError, match=r"erp/mapping\.toml: customer: 'from' is missing"):
        open_crm(str(folder), Access())


@pytest.mark.parametrize(
    ("access", "told"),
    [
        (Access(), "no ODBC connection string is set (FACADE_ODBC)"),
        (Access(odbc="DRIVER={Oracle};DBQ=x"), "the ODBC driver 'Oracle' is not known"),
    ],
)
def test_a_database_that_is_not_set_is_told_on_first_use(
    folder: Path, access: Access, told: str
) -> None:
    with (
        contextlib.closing(open_crm(str(folder), access)) as opened,
        pytest.raises(Misconfigured) as refused,
    ):
        opened.get("customer", "01.1")
    assert told in str(refused.value)


def test_a_service_that_is_not_set_is_told_on_first_use() -> None:
    with (
        contextlib.closing(open_crm("atlas", Access())) as opened,
        pytest.raises(Misconfigured, match="FACADE_SOAP_WSDL"),
    ):
        _ = opened.service
