"""Tables that a warehouse gets as they are, night after night."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import duckdb
import pytest

from facade.api import make_api
from facade.sinks.warehouse import Warehouse, open_warehouse
from legacy_clients import Access, open_crm
from tests.facade.sync.nights import Nights, changed

MAPPING = """
[customer.from]
table = "CUST"
key = ["NO"]

[customer.fields]
name = { column = "NAME" }

[mirror]
tables = [
  { table = "CODES", key = ["LIST", "CODE"], columns = ["MEANING", "RATE", "RUN"] },
  { table = "LOG", key = ["NO"], columns = ["WHAT"], stamp = "TS" },
]
"""
TABLES = """
CREATE TABLE CUST (NO TEXT PRIMARY KEY, NAME TEXT);
CREATE TABLE CODES (LIST TEXT, CODE TEXT, MEANING TEXT, RATE NUMERIC, RUN INTEGER);
CREATE TABLE LOG (NO INTEGER PRIMARY KEY, WHAT TEXT, TS TEXT);
INSERT INTO CUST VALUES ('C1', 'Acme'), ('C2', 'Bolt');
INSERT INTO CODES VALUES ('VAT', 'F', 'full ', 0.25, 1), ('VAT', 'R', '0000-00-00', 7, 2),
    ('STAGE', 'F', NULL, NULL, NULL);
INSERT INTO LOG VALUES (1, 'made', '2025-06-01 12:00:00'), (2, 'sold', '2025-06-02 12:00:00');
"""


def change(folder: Path, statements: str) -> None:
    with closing(sqlite3.connect(folder / "crm.sqlite")) as db, db:
        db.executescript(statements)


def rows(folder: Path, query: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(folder / "w.duckdb"), read_only=True) as con:
        return con.execute(query).fetchall()


@pytest.fixture
def mirrored(tmp_path: Path) -> Iterator[Nights]:
    """Nights over a small CRM of which two tables are mirrored."""
    change(tmp_path, TABLES)
    (tmp_path / "crm").mkdir()
    (tmp_path / "crm" / "mapping.toml").write_text(MAPPING, "utf-8")
    odbc = f"DRIVER={{SQLite3}};Database={tmp_path / 'crm.sqlite'}"
    crm = open_crm(str(tmp_path / "crm"), Access(odbc=odbc))
    with Nights.over(crm, tmp_path / "var") as opened:
        yield opened


def warehouse(folder: Path, nights: Nights) -> Warehouse:
    return open_warehouse("dw", f"duckdb:///{folder / 'w.duckdb'}", nights.night().layouts)


def test_a_mirrored_table_is_text_with_its_history(mirrored: Nights, tmp_path: Path) -> None:
    """D2, F1: nothing is trimmed, typed or taken for another's sentinel."""
    sink = warehouse(tmp_path, mirrored)
    told = mirrored.run(sink)
    assert told["entities"]["mirror_codes"]["inserted"] == 3
    assert told["certificate"] == "agrees"
    assert rows(
        tmp_path,
        "SELECT list, code, meaning, rate, run_text FROM mirror_codes ORDER BY list, code",
    ) == [
        ("STAGE", "F", None, None, None),
        ("VAT", "F", "full ", "0.25", "1"),
        ("VAT", "R", "0000-00-00", "7", "2"),
    ]
    change(
        tmp_path,
        "UPDATE CODES SET MEANING = 'all' WHERE RUN = 1; DELETE FROM CODES WHERE RUN = 2;"
        "INSERT INTO CODES VALUES ('NEW', 'X', '', 1, 3)",
    )
    told = mirrored.run(sink, accepted=["deletes", "updates"])
    assert changed(told) == {"mirror_codes": (1, 1, 1)}
    assert rows(
        tmp_path,
        "SELECT list, code, meaning, run, valid_to IS NULL, is_deleted FROM mirror_codes_history"
        " ORDER BY list, code, run",
    ) == [
        ("NEW", "X", "", 2, True, False),
        ("STAGE", "F", None, 1, True, False),
        ("VAT", "F", "full ", 1, False, False),
        ("VAT", "F", "all", 2, True, False),
        ("VAT", "R", "0000-00-00", 1, False, False),
        ("VAT", "R", "0000-00-00", 2, True, True),
    ]
    assert mirrored.verified() == []


@pytest.mark.long
def test_a_mirrored_table_with_a_stamp_is_read_by_it(mirrored: Nights, tmp_path: Path) -> None:
    """N9"""
    sink = warehouse(tmp_path, mirrored)
    mirrored.run(sink)
    change(tmp_path, "UPDATE LOG SET WHAT = 'back', TS = '2025-06-03 12:00:00' WHERE NO = 2")
    told = mirrored.run(sink, accepted=["updates"])
    assert told["entities"]["mirror_log"]["read"] == 1
    assert changed(told) == {"mirror_log": (0, 1, 0)}
    assert rows(tmp_path, "SELECT no, what FROM mirror_log ORDER BY no") == [
        ("1", "made"),
        ("2", "back"),
    ]


def test_a_mirrored_table_is_named_as_an_entity_is(mirrored: Nights, tmp_path: Path) -> None:
    mirrored.run()
    change(tmp_path, "INSERT INTO CODES VALUES ('A', 'B', 'c', 1, 1); UPDATE CUST SET NAME = 'x'")
    told = mirrored.run(entities=["mirror_codes"], accepted=["updates"])
    assert changed(told) == {"mirror_codes": (1, 0, 0)}


def test_no_api_serves_a_mirrored_table(mirrored: Nights) -> None:
    app = make_api(mirrored.crm, mirrored.ledger)
    served = [rule.rule for rule in app.url_map.iter_rules()]
    assert "/v1/customers" in served
    assert [rule for rule in served if "mirror" in rule] == []
