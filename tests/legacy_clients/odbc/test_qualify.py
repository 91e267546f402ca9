"""The kit for databases of a user's own, against three of ours."""

from __future__ import annotations

import json
from contextlib import closing
from dataclasses import replace
from typing import Any

import pytest

from legacy_clients.errors import Unreachable
from legacy_clients.odbc.drivers import profile_of
from legacy_clients.odbc.qualify import (
    MIND,
    UNTRIED,
    WELL,
    WRONG,
    Asked,
    Finding,
    Kit,
    receipt,
    verdict,
)
from tests.sampled import without
from tests.servers import free_port

SCHEMAS = {"SQLite": "main", "mariadb": "facade", "postgresql": "public"}
TABLES = {
    "SQLite": "SELECT name FROM sqlite_master WHERE name LIKE 'facade_qualify%'",
    "mariadb": "SELECT table_name FROM information_schema.tables"
    " WHERE table_name LIKE 'facade_qualify%'",
    "postgresql": "SELECT relname FROM pg_class WHERE relname LIKE 'facade_qualify%'",
}


@pytest.fixture(params=without(["postgresql", "mariadb"], ["sqlite", "mariadb", "postgresql"]))
def database(request: pytest.FixtureRequest) -> Any:
    """Each of the three."""
    return request.getfixturevalue(request.param)


@pytest.fixture
def people(database: Any) -> Any:
    """A table of 1,234 people, in no order of their numbers."""
    database.execute(
        "DROP TABLE IF EXISTS people",
        "CREATE TABLE people (no VARCHAR(10) NOT NULL PRIMARY KEY, name VARCHAR(40), age INTEGER,"
        " since DATE, owed DECIMAL(10,2))",
    )
    marks = ", ".join(
        f"('P{n * 7919 % 10007:05}', 'Müller {n}', {n % 90}, '2024-02-{n % 28 + 1:02}', {n}.50)"
        for n in range(1234)
    )
    database.execute(f"INSERT INTO people VALUES {marks}")
    return database


def found(asked: Asked) -> dict[str, Finding]:
    with closing(Kit(asked)) as kit:
        return {finding.check: finding for finding in kit.findings()}


def test_a_sound_database_is_told_to_be_one(people: Any) -> None:
    """F8, F10, L1, L9, L10, A3."""
    told = found(Asked(people.odbc, table="people", rows=1000, disruptive=True,
                       scratch=SCHEMAS[people.name]))  # fmt: skip
    verdicts = {name: finding.verdict for name, finding in told.items()}
    server = people.name != "SQLite"
    assert verdicts == {
        "connection": WELL,
        "latency": WELL,
        "clock": WELL,
        "account": MIND if server else UNTRIED,  # the tests' own account may write
        "values by row": WELL,
        "values in bulk": WELL,
        "deadline": WELL,
        "lost connection": WELL if server else UNTRIED,
        "paging": WELL,
        "bulk and rows": WELL,
        "code page": WELL,
        "keys": WELL,
        "stored values": WELL,
    }
    assert told["paging"].figures == {"rows": 1000, "paged": 1000}
    assert told["bulk and rows"].figures["columns"] == 5
    assert people.execute(TABLES[people.name]) == []


def test_what_was_not_asked_for_is_not_tried(database: Any) -> None:
    told = found(Asked(database.odbc))
    untried = {name for name, finding in told.items() if finding.verdict == UNTRIED}
    assert {"lost connection", "paging", "bulk and rows", "code page", "keys",
            "stored values"} <= untried  # fmt: skip


def test_a_key_that_does_not_tell_rows_apart_is_told(people: Any) -> None:
    told = found(Asked(people.odbc, table="people", key=("age",)))
    assert told["paging"].verdict == MIND
    assert told["paging"].words == "the key does not tell all rows apart: give it with --key"


def test_keys_that_the_database_takes_for_one_are_told(mariadb: Any) -> None:
    mariadb.execute(
        "DROP TABLE IF EXISTS alike",
        "CREATE TABLE alike (no VARCHAR(8) COLLATE utf8mb4_general_ci)",
        "INSERT INTO alike VALUES ('abc'), ('ABC'), ('b')",
    )
    told = found(Asked(mariadb.odbc, table="alike"))["keys"]
    assert told.verdict == MIND
    assert (told.figures["apart"], told.figures["apart_by_bytes"]) == (2, 3)


@pytest.mark.long
def test_texts_of_another_code_page_are_counted(sqlite: Any) -> None:
    """F5."""
    sqlite.execute(
        "DROP TABLE IF EXISTS paged",
        "CREATE TABLE paged (id INTEGER PRIMARY KEY, t TEXT)",
        "INSERT INTO paged (t) VALUES (CAST(x'4DFC6C6C6572' AS TEXT)), ('plain'), (NULL)",
    )
    told = found(Asked(sqlite.odbc, table="paged"))
    assert told["code page"].verdict == MIND
    assert told["code page"].words == "1 values are no text in utf-8"
    paged = found(Asked(sqlite.odbc, page="cp1252", table="paged"))
    assert paged["code page"].verdict == WELL


def test_a_driver_that_changes_values_cannot_be_relied_on(people: Any) -> None:
    with closing(Kit(Asked(people.odbc, table="people"))) as kit:
        kit.port.profile = replace(
            kit.port.profile,
            carried=lambda x, column: "'other'",
            by_row=None,
            in_bulk=lambda x, column: "'another'",
        )
        told = {finding.check: finding for finding in kit.findings()}
    assert told["values by row"].verdict == WRONG
    assert told["bulk and rows"].verdict == WRONG
    assert "10,2" in str(told["bulk and rows"].figures["types"])
    assert verdict(list(told.values())) == WRONG


def test_a_table_that_may_not_be_made_is_not_tried_and_leaves_nothing(database: Any) -> None:
    told = found(Asked(database.odbc, scratch="no_such_schema"))["stored values"]
    assert told.verdict == UNTRIED
    assert told.words.startswith("the table could not be made: ")


def test_a_table_that_is_not_there_costs_its_checks(database: Any) -> None:
    told = found(Asked(database.odbc, table="nowhere"))
    assert told["paging"].verdict == WRONG
    assert "'nowhere'" in told["paging"].words
    assert told["values by row"].verdict == WELL


def test_the_receipt_holds_no_host_password_or_value(people: Any) -> None:
    """O1."""
    asked = Asked(people.odbc, table="people")
    told = receipt(asked, profile_of(people.odbc), list(found(asked).values()))
    text = json.dumps(told)
    assert "Müller" not in text
    assert "M\\u00fcller" not in text
    assert "P00000" not in text
    assert "127.0.0.1" not in text
    assert "PWD" not in text
    assert "legacy.db" not in text
    assert len(told["server"]) == 16
    assert told["versions"]["driver"]
    assert told["verdict"] in (WELL, MIND)


def test_no_database_at_all_ends_the_kit() -> None:
    odbc = f"DRIVER=PostgreSQL Unicode;SERVER=127.0.0.1;PORT={free_port()};DATABASE=x;UID=u;PWD=p"
    with pytest.raises(Unreachable):
        found(Asked(odbc))


def test_ctrl_c_leaves_no_table_behind(database: Any) -> None:
    there: list[Any] = []

    def interrupted(table: str) -> Any:
        there.extend(database.execute(TABLES[database.name]))
        raise KeyboardInterrupt

    with closing(Kit(Asked(database.odbc, scratch=SCHEMAS[database.name]))) as kit:
        kit.port.describe = interrupted  # type: ignore[method-assign]
        with pytest.raises(KeyboardInterrupt):
            list(kit.findings())
    assert len(there) == 1  # it came while the table was there
    assert database.execute(TABLES[database.name]) == []
