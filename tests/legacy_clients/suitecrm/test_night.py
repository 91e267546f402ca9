"""Nights over SuiteCRM's tables: everything is extracted, and the second finds what changed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest

from fixtures.suitecrm import SuiteCRM
from fixtures.suitecrm.seed import record_id
from legacy_clients import crm_folder, open_crm
from schemas.grammar import load_mapping
from tests.facade.sync.nights import Nights, changed
from tests.legacy_clients.suitecrm.conftest import access_of

ACCOUNT = record_id("accounts", 10)
CONTACT = record_id("contacts", 9)


@pytest.fixture
def nights(suitecrm: SuiteCRM, tmp_path: Path) -> Iterator[Nights]:
    with Nights.over(open_crm("suitecrm", access_of(suitecrm)), tmp_path / "var") as opened:
        yield opened


def test_a_night_holds_every_record_and_the_next_finds_what_changed(
    nights: Nights, suitecrm: SuiteCRM
) -> None:
    """N1, N4, N5, F2: also a relation that began, and a line whose quote did not move."""
    first = nights.run()
    rows = suitecrm.manifest.rows
    assert changed(first) == {
        "user": (rows["users"], 0, 0),
        "customer": (rows["accounts"], 0, 0),
        "contact": (rows["contacts"], 0, 0),
        "location": (150, 0, 0),
        "product": (rows["aos_products"], 0, 0),
        "order": (rows["aos_quotes"], 0, 0),
        "opportunity": (rows["opportunities"], 0, 0),
        "activity": (
            rows["calls"] + rows["meetings"] + rows["notes"] + rows["tasks"],
            0,
            0,
        ),
    }
    assert first["certificate"] == "agrees"
    assert nights.verified() == []
    refused = [(entity, field, raw) for entity, _, field, raw, _ in nights.refused()]
    assert refused == [
        ("contact", "email", None),
        ("contact", "email_address", None),
        ("contact", "opted_out", None),
        ("opportunity", "close_on", "2024-00-15"),
        ("order", "status", "Sent by fax"),
        ("order", "total", "33.333333"),
    ]

    quote, line = suitecrm.ask(
        "SELECT parent_id, id FROM aos_products_quotes"
        " WHERE parent_type = 'AOS_Quotes' AND deleted = 0 ORDER BY id LIMIT 1"
    )
    suitecrm.execute("UPDATE aos_products_quotes SET product_qty = 77 WHERE id = ?", line)
    suitecrm.execute(
        "UPDATE accounts SET deleted = 1, date_modified = '2026-05-01 00:00:00' WHERE id = ?",
        ACCOUNT,
    )
    suitecrm.execute(
        "UPDATE accounts_contacts SET deleted = 1, date_modified = '2026-05-02 00:00:00'"
        " WHERE contact_id = ? AND account_id = ?",
        CONTACT,
        record_id("accounts", 9),
    )
    suitecrm.execute("DELETE FROM notes WHERE id = ?", record_id("notes", 3))
    second = nights.run()
    assert changed(second) == {
        "customer": (0, 0, 1),
        "contact": (0, 1, 0),
        "location": (0, 0, 1),
        "order": (0, 1, 0),
        "activity": (0, 0, 1),
    }
    assert second["certificate"] == "agrees"
    assert nights.changes("order") == [("update", quote)]
    assert nights.changes("customer", "op, id, deleted") == [("update", ACCOUNT, True)]
    assert nights.changes("contact", "id, customer_id") == [(CONTACT, record_id("accounts", 14))]
    assert nights.verified() == []
    assert changed(nights.run()) == {}


def test_values_arrive_as_the_database_holds_them(nights: Nights, suitecrm: SuiteCRM) -> None:
    """F1, F5, F6, F7"""
    nights.run()
    known = suitecrm.manifest.known
    (escaped,) = nights.snapshot("customer", "name, created_at", f"id = '{known['escaped']}'")
    assert escaped == (
        "Smith &amp; Sons <b>\"Best\"</b> 'ltd'",
        dt.datetime(2013, 4, 1, 22, 0),
    )
    (wide,) = nights.snapshot("customer", "name", f"id = '{known['non_bmp']}'")
    assert wide == ("🚚 Zoë's Spedition 東京",)
    (zero,) = nights.snapshot("customer", "created_at", f"id = '{record_id('accounts', 5)}'")
    assert zero == (None,)
    (sum_,) = nights.snapshot(
        "opportunity",
        "amount, currency, stage, probability, close_on",
        f"id = '{record_id('opportunities', 12)}'",
    )
    assert (str(sum_[0]), *sum_[1:]) == ("12000.25", "USD", "Needs Analysis", 25, None)
    assert nights.snapshot(
        "contact.customers", "customer_id", f"contact_id = '{known['four_accounts']}'"
    ) == sorted((record_id("accounts", number),) for number in (1, 6, 11))
    (contact,) = nights.snapshot("contact", "customer_id", f"id = '{known['four_accounts']}'")
    assert contact == (record_id("accounts", 1),)


def test_lines_stand_in_the_order_of_the_document_goods_before_services(
    nights: Nights, suitecrm: SuiteCRM
) -> None:
    nights.run()
    quote = record_id("aos_quotes", 3)
    lines = nights.snapshot(
        "order.lines", "line_no, description, product_id IS NULL", f"order_id = '{quote}'"
    )
    assert lines == [(1, "Line 0 of 3", False), (2, "Line 1 of 3", False), (3, "Line 2 of 3", True)]


@pytest.mark.long
def test_orders_are_invoices_where_that_is_chosen(suitecrm: SuiteCRM, tmp_path: Path) -> None:
    mapping = load_mapping(crm_folder("suitecrm") / "mapping.toml", {"order": "invoices"})
    assert mapping.entities["order"].shape.table == "invoices"
    crm = open_crm("suitecrm", access_of(suitecrm), {"order": "invoices"})
    with Nights.over(crm, tmp_path / "var") as nights:
        told = nights.run()
        assert changed(told)["order"] == (suitecrm.manifest.rows["aos_invoices"], 0, 0)
        assert told["certificate"] == "agrees"
        invoice = record_id("aos_invoices", 4)
        (found,) = nights.snapshot(
            "order", "number, status, ordered_on, currency", f"id = '{invoice}'"
        )
        assert found == ("5", "completed", dt.date(2026, 1, 31), "USD")
        references = nights.snapshot("order.references", "type, value", f"order_id = '{invoice}'")
        assert references == [("quote", "5")]


def test_password_hashes_are_not_kept(nights: Nights) -> None:
    """O1"""
    nights.run()
    held = [
        path for path in nights.folder.path.rglob("*.parquet") if b"$2y$10$" in path.read_bytes()
    ]
    assert held == []
    assert "user_hash" not in nights.crm.table("users").columns
