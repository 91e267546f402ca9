"""`facade check`: what does not fit is told before a user meets it."""

from __future__ import annotations

import json
import shutil
import socket
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest

from fixtures.atlas import Atlas
from tests.facade.cli.conftest import Command


@dataclass
class Checker(Command):
    """The command with the settings of Atlas's services; `changed` are other settings."""

    changed: dict[str, str | None] | None = None

    @property
    def environ(self) -> dict[str, str]:
        given = {
            **super().environ,
            "FACADE_SOAP_WSDL": str(self.atlas.wsdl_path),
            "FACADE_SOAP_URL": self.atlas.soap_url,
            "FACADE_SOAP_USER": self.atlas.user,
            "FACADE_SOAP_PASSWORD": self.atlas.password,
            **(self.changed or {}),
        }
        return {name: value for name, value in given.items() if value is not None}


@pytest.fixture
def checker(read_only_atlas: Atlas, tmp_path: Path) -> Checker:
    return Checker(read_only_atlas, tmp_path / "var", changed={})


def bent(checker: Checker, *statements: str) -> dict[str, str | None]:
    """The settings of a copy of the database whose tables are others."""
    file = checker.var.parent / "bent.sqlite"
    shutil.copy(checker.atlas.database, file)
    with closing(sqlite3.connect(file)) as db:
        for statement in statements:
            db.execute(statement)
        db.commit()
    return {"FACADE_ODBC": f"DRIVER={{SQLite3}};Database={file}"}


def nowhere() -> str:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{probe.getsockname()[1]}/atlas"


def test_a_crm_that_fits_and_reads_well_is_all_well(checker: Checker) -> None:
    status, out, err = checker.run("check", "user", "--compare")
    assert (status, err) == (0, "")
    lines = out.splitlines()
    assert lines[0].startswith("database  there; by the driver for SQLite; its clock agrees")
    assert "services  there; 23 operations in the contract" in lines
    assert "1 record, all values can be read" in out
    assert "user: not compared, the mapping has no [user.get]" in out
    assert lines[-1] == "atlas: all well"
    assert max(map(len, lines)) <= 100
    assert "\x1b" not in out


def test_refused_values_are_told_with_raw_text_and_reason(checker: Checker) -> None:
    status, out, _ = checker.run("check", "product")
    assert status == 3
    assert "weight.value: 1 × not a number ('1,5')" in out
    assert out.splitlines()[-1].endswith("values in the samples cannot be read")


def test_a_misfit_is_told_with_the_fields_and_the_status_of_a_wrong_mapping(
    checker: Checker,
) -> None:
    checker.changed = bent(checker, "ALTER TABLE CUSTMAST RENAME COLUMN CR_LMT TO CREDIT_LMT")
    status, out, _ = checker.run("check", "customer")
    assert status == 2
    assert (
        "1 misfit, which users would meet\n"
        "  CUSTMAST\n"
        "    There is no column CR_LMT (field); is it CREDIT_LMT?\n"
        "      touches customer.credit_limit\n"
    ) in out
    assert "CUSTMAST: CREDIT_LMT" in out


def test_drift_is_told_once(checker: Checker) -> None:
    """L4"""
    _, out, _ = checker.run("check", "user")
    assert "Tables and contract: looked at for the first time" in out
    checker.changed = bent(checker, "ALTER TABLE CONTACT RENAME COLUMN TITLE TO SALUTATION")
    status, out, _ = checker.run("check", "user")
    assert status == 3
    assert "  CONTACT: The column TITLE is gone.\n    touches contact.title\n" in out
    status, out, _ = checker.run("check", "user")
    assert status == 0
    assert "Tables and contract: as on 20" in out


def test_both_views_of_a_record_are_compared(checker: Checker) -> None:
    """F11"""
    checker.changed = bent(checker, "UPDATE CUSTMAST SET CR_LMT = 4711 WHERE CUST_NO < 'C00001'")
    status, told = checker.json("check", "customer", "--compare", "20")
    assert status == 3
    [found] = told["comparisons"]
    assert [each["field"] for each in found["differences"]] == ["credit_limit"]
    example = found["differences"][0]["examples"][0]
    assert (example["id"], example["database"]) == ("C000001", "4711")
    _, out, _ = checker.run("check", "customer", "--compare", "20")
    assert f"C000001: the service tells '{example['service']}', the database '4711'" in out
    assert "services and database differ in customer" in out.splitlines()[-1]


def test_what_is_down_is_told_and_the_other_side_is_checked(checker: Checker) -> None:
    checker.changed = {"FACADE_SOAP_URL": nowhere()}
    status, told = checker.json("check", "product", "--compare")
    assert status == 6
    assert told["services"]["error"] == "Unreachable"
    assert told["database"]["down"] is None
    assert [each["entity"] for each in told["samples"]] == ["product"]
    checker.changed = {"FACADE_ODBC": f"DRIVER={{SQLite3}};Database={checker.var}/none.sqlite"}
    status, told = checker.json("check", "product")
    assert status == 6
    assert told["database"]["error"] == "Unreachable"
    assert told["services"]["told"]["operations"] == 23
    assert told["looked"] == ["contract"]


@pytest.mark.long
def test_a_sign_in_that_is_not_accepted_is_found_out(checker: Checker) -> None:
    checker.changed = {"FACADE_SOAP_PASSWORD": "wrong-secret-1"}
    status, out, err = checker.run("check", "customer")
    assert status == 6
    assert "services  not to be checked: " in out
    assert "(Denied)" in out
    assert "wrong-secret-1" not in out + err


@pytest.mark.long
def test_without_services_a_crm_that_is_only_read_is_all_well(checker: Checker) -> None:
    checker.changed = {"FACADE_SOAP_WSDL": None, "FACADE_SOAP_URL": None}
    status, out, _ = checker.run("check", "user")
    assert status == 0
    assert "services  no settings say where they are: nothing can be written" in out


def test_a_setting_that_is_missing_is_told(checker: Checker) -> None:
    checker.changed = {"FACADE_ODBC": None}
    status, out, _ = checker.run("check", "user")
    assert status == 2
    assert "no ODBC connection string is set (FACADE_ODBC)" in out


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("custmer",), "the mapping of atlas has no custmer; it has user, customer"),
        (("--compare", "customer"), "Entities stand before it, as in `facade check customer"),
        (("--compare", "0"), "'0' is no number from 1 to 10000"),
    ],
)
def test_wrong_words_are_answered_with_right_ones(
    checker: Checker, words: tuple[str, ...], told: str
) -> None:
    status, out, err = checker.run("check", *words)
    assert (status, out) == (2, "")
    assert told in err


@pytest.mark.long
def test_a_folder_that_cannot_be_written_is_told_after_the_report(checker: Checker) -> None:
    checker.var.write_text("no folder")
    status, out, err = checker.run("check", "user")
    assert status == 2
    assert "atlas: all well" in out
    assert "FACADE_VAR" in err


@pytest.mark.long
def test_json_is_one_object_without_what_is_kept(checker: Checker) -> None:
    _, out, _ = checker.run("check", "user", "--json")
    told = json.loads(out)
    assert "seen" not in told
    assert told["entities"] == ["user"]
    assert (checker.var / "check" / "seen.json").is_file()
