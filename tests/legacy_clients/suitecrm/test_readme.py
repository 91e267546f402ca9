"""The page that connects a SuiteCRM tells the truth: its account reads all that is read, its
settings and its own fields work.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import re
import shutil
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from facade.cli import cli
from facade.config import read_settings
from fixtures.suitecrm import SuiteCRM
from fixtures.suitecrm.seed import record_id
from legacy_clients import crm_folder, open_crm
from legacy_clients.deadline import Deadline
from legacy_clients.reading import Ask
from tests.commands import command_of
from tests.legacy_clients.suitecrm.conftest import access_of
from tests.servers import MariaDB

FOLDER = crm_folder("suitecrm")
README = (FOLDER / "README.md").read_text("utf-8")


def block(language: str, holding: str = "") -> str:
    blocks = re.findall(rf"```{language}\n(.*?)```", README, flags=re.DOTALL)
    (found,) = [text for text in blocks if holding in text]
    return found


@pytest.mark.parametrize("choice", ["quotes", "invoices"])
def test_the_account_reads_all_that_is_read_and_nothing_else(
    server: MariaDB, suitecrm: SuiteCRM, choice: str
) -> None:
    """L10"""
    statements = block("sql").replace("suitecrm.", "facade.").replace("'%'", "'127.0.0.1'")
    server.execute("DROP USER IF EXISTS facade_reader@'127.0.0.1'")
    server.execute(*filter(None, map(str.strip, statements.split(";"))))
    odbc = suitecrm.odbc.replace("UID=facade;PWD=facade", "UID=facade_reader;PWD=change-me")
    access = replace(access_of(suitecrm), odbc=odbc)
    with contextlib.closing(open_crm("suitecrm", access, {"order": choice})) as crm:
        crm.check_columns()
        for entity in crm.mapping.entities:
            assert crm.find(entity, Ask(limit=1)).records, entity
        for name in crm.mapping.tables:
            with crm.port.stream(crm.table(name).rows()) as stream:
                assert stream.read_all().num_rows, name


def test_the_settings_are_read(tmp_path: Path) -> None:
    (tmp_path / "facade.toml").write_text(block("toml", "[sinks.warehouse]"), "utf-8")
    settings = read_settings({}, tmp_path)
    assert settings.crm == "suitecrm"
    assert settings.crm_choices == {"order": "quotes"}
    assert settings.soap_wsdl == str(tmp_path / "contract")
    assert settings.soap_url == "https://crm.example.com/service/v4_1/soap.php"


@pytest.mark.parametrize("line", [*block("sh").splitlines(), "facade sync", "facade serve"])
def test_the_commands_are_there(line: str) -> None:
    assert command_of(line.split()[1:]) is not cli


@pytest.fixture
def ours(tmp_path: Path) -> Path:
    """A copy of the folder with the page's fields in it."""
    folder = tmp_path / "our-suitecrm"
    shutil.copytree(FOLDER, folder, ignore=shutil.ignore_patterns("__pycache__"))
    join, custom = block("toml", "[customer.from.join.c]").split("[customer.custom]\n")
    mapping = (folder / "mapping.toml").read_text("utf-8")
    mapping = mapping.replace("[customer.fields]\n", f"{join}[customer.fields]\n{of_the_model()}\n")
    mapping = mapping.replace("[customer.custom]\n", f"[customer.custom]\n{custom}")
    (folder / "mapping.toml").write_text(mapping, "utf-8")
    return folder


def of_the_model() -> str:
    limit, status = re.findall(r"`((?:credit_limit|status) = \{.*?\}(?: \})?)`", README)
    return f"{limit}\n{status}"


def test_fields_of_a_firms_own_are_read_and_written(suitecrm: SuiteCRM, ours: Path) -> None:
    account = record_id("accounts", 3)
    with contextlib.closing(open_crm(str(ours), access_of(suitecrm))) as crm:
        document = crm.get("customer", account).document
        assert document["custom"]["vat_number"] == "DE000000003"
        assert document["custom"]["credit_review_on"] == "2026-02-28"
        assert (document["credit_limit"], document["status"]) == ("3000.50", "prospect")
        values = {
            "name": "Own Ltd",
            "credit_limit": Decimal("7.25"),
            "custom.vat_number": "IT 7",
            "custom.credit_review_on": dt.date(2027, 1, 31),
        }
        id = crm.create("customer", values, "facade-own-1", Deadline.after(20))
        made = crm.get("customer", id).document
        assert made["custom"]["vat_number"] == "IT 7"
        assert made["custom"]["credit_review_on"] == "2027-01-31"
        assert made["credit_limit"] == "7.25"
        told = crm.told("customer", id, Deadline.after(20))
        assert told.values["custom.vat_number"] == "IT 7"
        assert told.problems == []


def test_every_file_that_is_named_is_there() -> None:
    named = set(re.findall(r"`([\w./]+\.(?:sql|toml))`", README)) - {"facade.toml"}
    assert {"quotes.sql", "order_from_invoices.toml"} <= named
    assert [name for name in named if not (FOLDER / name).is_file()] == []
